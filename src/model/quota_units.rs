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

    /// Parts that its members beside one hold permanently.
    pub fn held_beside(&self, own: usize, targets: &[TargetSettings]) -> u64 {
        let others = self.members.iter().filter(|member| **member != own);
        let held = |member: &usize| {
            let target = &targets[*member];
            u64::from(target.kind.kept_nodes()) * self.taken_by(target)
        };
        others.map(held).sum()
    }

    /// The most nodes for runs that it ever leaves a member.
    pub fn leaves(&self, own: usize, targets: &[TargetSettings]) -> u64 {
        let target = &targets[own];
        let room = self.limit.saturating_sub(self.held_beside(own, targets));
        let nodes = room / self.taken_by(target).max(1);
        nodes.saturating_sub(u64::from(target.kind.system_nodes()))
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
