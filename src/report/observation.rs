//! What one replication of one target, or of all targets, shows: its runs, node-time and priced cost side by side.

use super::growth::Growing;
use super::request_sums::Requests;
use crate::currency::Currency;
use crate::pricing::{Held, SplitCost};
use crate::results::{
    Elasticity, FanOutStatistics, NodeTimes, RunStatistics, TargetResult, Window,
};
use crate::units::{NodeTime, Usd};

/// One replication of one target, or of all targets of a variant.
#[derive(Clone, Debug)]
pub struct Observation<'a> {
    /// Its measured runs; none of what takes no runs: services.
    pub runs: Option<&'a RunStatistics>,
    /// Its fan-outs: of a whole variant or one workload, where there are some.
    pub fan_outs: Option<FanOutStatistics>,
    /// Whether its queues grow until the horizon, so that waits and latencies have no mean.
    pub growing: Growing,
    /// Whether its work ends by itself, as batches and logs do.
    pub work_ends: bool,
    /// Its measured requests; none of what serves none.
    pub requests: Option<Requests<'a>>,
    /// Node-time (of an instance slot-time) within the horizon and after it, of both tiers of a pool.
    pub times: NodeTimes,
    /// What it costs.
    pub cost: SplitCost,
    /// What it costs at least under any policy; `None` where some of it takes no runs.
    pub least: Option<Usd>,
    /// How well its nodes follow its runs; none of what has no nodes that do, and of several targets together.
    pub elasticity: Option<Elasticity>,
    /// Mean wait in seconds of the exact queue that it is; none of what is none, and of several targets together.
    pub exact_wait: Option<f64>,
    /// Part of it that services cost.
    pub service_cost: Usd,
    /// Machines; none of what is not billed for any: devices, services billed by use.
    pub machines: Option<Machines>,
    /// Nodes lost.
    pub nodes_evicted: u64,
    /// Pieces of batch inference that never succeeded.
    pub mini_batches_failed: u64,
    /// Items of batch inference that were scored.
    pub items_done: u64,
    /// Whether one of its targets scored some, in any replication.
    pub scores_items: bool,
    /// What the targets that scored some in any replication cost.
    pub items_cost: Usd,
    /// What the statistics cover.
    pub window: Window,
    /// Whether that stands for a month.
    pub makes_months: bool,
    /// What costs are printed in.
    pub currency: Currency,
}

/// What is counted of machines.
#[derive(Clone, Copy, Debug, Default)]
pub struct Machines {
    /// Billed node-hours (of an instance: hours).
    pub node_hours: f64,
    /// Nodes requested (of an instance: starts).
    pub spin_ups: u64,
    /// The largest number of allocated nodes; not known of several targets together, whose peaks may differ in time.
    pub peak_nodes: Option<u32>,
}

impl<'a> Observation<'a> {
    /// An amount in the currency that is printed.
    pub(super) fn money(&self, amount: Usd) -> f64 {
        self.currency.amount(amount)
    }

    /// Its measured runs, for what their waits are in the mean; none where the queue grows.
    pub(super) fn waits(&self) -> Option<&'a RunStatistics> {
        self.runs.filter(|_| !self.growing.runs)
    }

    /// Its fan-outs, for the times that they take; none where the queue grows.
    pub(super) fn fan_out_times(&self) -> Option<&FanOutStatistics> {
        self.fan_outs.as_ref().filter(|_| !self.growing.runs)
    }

    /// The same of its measured requests and their latencies.
    pub(super) fn latencies(&self) -> Option<Requests<'a>> {
        self.requests.filter(|_| !self.growing.requests)
    }
}

impl Machines {
    pub(super) fn of(targets: &[TargetResult], window: Window) -> Option<Self> {
        let node_time =
            |target: &TargetResult| Held::of(target, window).map(|held| held.machine_time());
        let hours = |target: &TargetResult| {
            node_time(target)
                .map(NodeTime::as_hours)
                .iter()
                .sum::<f64>()
        };
        let mut with = targets
            .iter()
            .filter(|target| target.service.is_none() || hours(target) > 0.0)
            .peekable();
        with.peek()?;
        Some(Self {
            node_hours: targets.iter().map(hours).sum(),
            spin_ups: with.map(|target| target.spin_ups).sum(),
            peak_nodes: match targets {
                [only] => Some(only.peak_nodes),
                _ => None,
            },
        })
    }
}
