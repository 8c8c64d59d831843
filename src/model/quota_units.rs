//! What quotas count, and how their amounts are said.

use super::settings::{GPU_PARTS, Quota, QuotaUnit, TargetSettings};

impl QuotaUnit {
    /// Parts of one.
    pub fn parts(self) -> u64 {
        match self {
            Self::Gpus => GPU_PARTS,
            Self::Vcpus | Self::Nodes => 1,
        }
    }

    /// Its name after a number.
    pub fn name(self) -> &'static str {
        match self {
            Self::Vcpus => "vCPUs",
            Self::Gpus => "GPUs",
            Self::Nodes => "nodes",
        }
    }

    /// What an instance keeps of it.
    pub fn of_one(self) -> &'static str {
        match self {
            Self::Vcpus | Self::Gpus => self.name(),
            Self::Nodes => "place",
        }
    }

    /// A number of parts as one of the unit: `6`, `1/3`, `1.5`.
    pub fn amount(self, parts: u64) -> String {
        let one = self.parts();
        if parts.is_multiple_of(one) {
            (parts / one).to_string()
        } else if parts < one && one.is_multiple_of(parts) {
            format!("1/{}", one / parts)
        } else {
            let number = format!("{:.4}", parts as f64 / one as f64);
            number.trim_end_matches('0').to_owned()
        }
    }
}

impl Quota {
    /// Parts of its unit that a node of a target (or the instance) takes.
    pub fn taken_by(&self, target: &TargetSettings) -> u64 {
        match self.unit {
            QuotaUnit::Vcpus => u64::from(target.vcpus),
            QuotaUnit::Gpus => u64::from(target.gpu_parts),
            QuotaUnit::Nodes => 1,
        }
    }

    /// Parts that a member holds permanently.
    fn kept_by(&self, member: &TargetSettings) -> u64 {
        u64::from(member.kind.kept_nodes()) * self.taken_by(member)
    }

    /// Parts that its members together hold permanently.
    pub(super) fn kept(&self, targets: &[TargetSettings]) -> u64 {
        let members = self.members.iter();
        members.map(|member| self.kept_by(&targets[*member])).sum()
    }

    /// The most nodes for runs that it ever leaves a member.
    pub fn leaves(&self, own: usize, targets: &[TargetSettings]) -> u64 {
        self.leaves_of(self.kept(targets), &targets[own])
    }

    /// The same, given the sum of what all members hold permanently.
    pub(super) fn leaves_of(&self, kept: u64, own: &TargetSettings) -> u64 {
        let room = self.limit.saturating_sub(kept - self.kept_by(own));
        let nodes = room / self.taken_by(own).max(1);
        nodes.saturating_sub(u64::from(own.kind.system_nodes()))
    }

    /// Its limit with the unit: `24 vCPUs`, `1 GPU`.
    pub fn limit_in_words(&self) -> String {
        let name = self.unit.name();
        let name = if self.limit == self.unit.parts() {
            name.trim_end_matches('s')
        } else {
            name
        };
        format!("{} {name}", self.unit.amount(self.limit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_said_in_the_unit() {
        for (unit, parts, said) in [
            (QuotaUnit::Vcpus, 24, "24"),
            (QuotaUnit::Nodes, 3, "3"),
            (QuotaUnit::Gpus, 48, "2"),
            (QuotaUnit::Gpus, 8, "1/3"),
            (QuotaUnit::Gpus, 36, "1.5"),
            (QuotaUnit::Gpus, 32, "1.3333"),
            (QuotaUnit::Gpus, 0, "0"),
        ] {
            assert_eq!(unit.amount(parts), said);
        }
        let limit = |unit, limit| {
            let quota = Quota {
                name: String::new(),
                unit,
                limit,
                members: Vec::new(),
            };
            quota.limit_in_words()
        };
        assert_eq!(limit(QuotaUnit::Gpus, 24), "1 GPU");
        assert_eq!(limit(QuotaUnit::Gpus, 48), "2 GPUs");
        assert_eq!(limit(QuotaUnit::Vcpus, 24), "24 vCPUs");
    }
}
