//! What a service leaves behind at its end.

use super::Service;
use super::machines::MachineTimes;
use super::replicas::State;
use super::requests::Request;
use super::settings::Machines;
use crate::results::{PeriodUse, ServiceStatistics, ServiceUse, TargetResult, Timeline, Usage};
use crate::units::{NodeTime, SimTime};

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
        self.replicas.existing.account(end);
        self.replicas.starting.account(end);
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
        let horizon = self.window.horizon;
        let has_nodes = self.nodes.is_some();
        let peak_replicas = self.replicas.existing.peak_within;
        let is_endpoint = matches!(self.settings.machines, Machines::EachReplica);
        let vcpus = self.settings.machine_vcpus;
        let asked_for = if has_nodes {
            &self.node_requests
        } else {
            &self.starts
        };
        let (spin_ups, starts) = (asked_for.before(end), self.starts.within());
        let usage = self.machines.finish(end);
        let (requests, used) = self.statistics.finish(end);
        let (existing, starting) = (&self.replicas.existing, &self.replicas.starting);
        let of = (self.settings, self.cuts);
        let machines = MachineTimes::new(of, [existing, starting], self.nodes.as_ref(), end);
        let taken: Vec<NodeTime> = used.iter().map(|span| span.value.execution_time).collect();
        let before = used.partition_point(|span| span.from < horizon);
        let mut times = machines.by_category(0..before, &taken);
        times.extend(machines.by_category(before..used.len(), &taken));
        let spans = used.iter().zip(times).zip(existing.finish(end));
        let spans = spans.map(|((span, times), replica_time)| {
            let held = PeriodUse {
                from: span.from,
                times,
                used: ServiceUse {
                    replica_time,
                    ..span.value
                },
                ..PeriodUse::default()
            };
            (held, span.is_period)
        });
        let spans: Vec<(PeriodUse, bool)> = spans.collect();
        let [mut within, mut drain] = [PeriodUse::default(); 2];
        for (position, (span, _)) in spans.iter().enumerate() {
            let part = if position < before {
                &mut within
            } else {
                &mut drain
            };
            part.add(span);
        }
        let service = ServiceStatistics {
            requests,
            within: within.used,
            drain: drain.used,
            node_time: if has_nodes {
                within.times.leased()
            } else {
                NodeTime::default()
            },
            peak_replicas,
            starts,
            upgrade_vcpus: (is_endpoint && vcpus > 0).then(|| upgrade_vcpus(peak_replicas, vcpus)),
        };
        let keeps_periods = self.cuts.periods.is_some();
        TargetResult {
            within: within.times,
            drain: drain.times,
            periods: PeriodUse::joined(spans.into_iter().filter(|_| keeps_periods)),
            end,
            peak_nodes: machines.peak,
            spin_ups,
            slots: 1,
            usage,
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
