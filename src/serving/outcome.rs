//! What a service leaves behind at its end.

use super::Service;
use super::machines;
use super::replicas::State;
use super::requests::Request;
use super::settings::Machines;
use crate::results::{ServiceStatistics, TargetResult, Timeline, Usage};
use crate::units::SimTime;

impl Service<'_> {
    /// Closes all accounts at the service's end and gathers the statistics.
    pub(super) fn finish(mut self, end: SimTime) -> (TargetResult, Option<Timeline>) {
        let left = std::iter::from_fn(|| self.waiting.pop(end));
        let left: Vec<Request> = left.collect();
        let bound = self
            .replicas
            .iter()
            .filter_map(|(_, replica)| replica.bound);
        for request in left.into_iter().chain(bound) {
            self.statistics.leave_unserved(request.arrived);
        }
        let (within, drain) = (&mut self.replicas.existing, &mut self.replicas.starting);
        within.account(end);
        drain.account(end);
        if let Some(nodes) = &mut self.nodes {
            nodes.existing.account(end);
            nodes.booting.account(end);
        }
        for (_, replica) in self.replicas.iter() {
            if replica.state != State::Pending {
                let from = replica.from;
                self.machines.replica_gone(Usage { from, to: end });
            }
        }
        for usage in self.nodes.iter().flat_map(|nodes| nodes.open(end)) {
            self.machines.node_gone(usage);
        }
        let timeline = self.timeline.take().map(|timeline| timeline.finish(end));
        (self.result(end), timeline)
    }

    fn result(self, end: SimTime) -> TargetResult {
        let existing = &self.replicas.existing;
        let (requests, mut within, mut drain) = self.statistics.finish();
        within.replica_time = existing.within;
        drain.replica_time = existing.drain;
        let concurrency = self.settings.concurrency;
        let (times, parts, peak) = match (&self.settings.machines, &self.nodes) {
            (Machines::EachReplica, _) => {
                let times = machines::of_levels(existing, &self.replicas.starting);
                (times, (1, concurrency), existing.peak)
            }
            (Machines::Always(machines), _) => {
                let times = machines::always(*machines, self.window, end);
                (
                    times,
                    (*machines, self.most_replicas * concurrency),
                    *machines,
                )
            }
            (Machines::Nodes(settings), Some(nodes)) => {
                let times = machines::of_levels(&nodes.existing, &nodes.booting);
                let places = settings.replicas_per_node * concurrency;
                (times, (1, places), nodes.existing.peak)
            }
            _ => (machines::always(0, self.window, end), (0, 1), 0),
        };
        let node_time = self.nodes.as_ref().map(|nodes| nodes.existing.within);
        let has_nodes = node_time.is_some();
        let is_endpoint = matches!(self.settings.machines, Machines::EachReplica);
        let vcpus = self.settings.machine_vcpus;
        let service = ServiceStatistics {
            requests,
            within,
            drain,
            node_time: node_time.unwrap_or_default(),
            peak_replicas: existing.peak_within,
            starts: self.starts.within(),
            upgrade_vcpus: (is_endpoint && vcpus > 0)
                .then(|| upgrade_vcpus(existing.peak_within, vcpus)),
        };
        let asked_for = if has_nodes {
            &self.node_requests
        } else {
            &self.starts
        };
        TargetResult {
            within: machines::by_category(times[0], within, parts),
            drain: machines::by_category(times[1], drain, parts),
            end,
            peak_nodes: peak,
            spin_ups: asked_for.before(end),
            slots: 1,
            usage: self.machines.finish(end),
            service: Some(Box::new(service)),
            ..TargetResult::default()
        }
    }
}

/// vCPUs of quota that so many machines need at most: a fifth more for upgrades, as the service reserves it (Azure
/// documentation, how-to-manage-quotas: 10 instances need quota for 12).
fn upgrade_vcpus(machines: u32, vcpus: u32) -> u64 {
    (u64::from(machines) * 6).div_ceil(5) * u64::from(vcpus)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upgrades_need_a_fifth_more() {
        assert_eq!(upgrade_vcpus(10, 4), 48);
        assert_eq!(upgrade_vcpus(1, 4), 8);
        assert_eq!(upgrade_vcpus(6, 1), 8);
        assert_eq!(upgrade_vcpus(0, 4), 0);
    }
}
