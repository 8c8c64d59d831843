//! What a service and its requests are (targets.md sections 5 and 6), with all draws made.

/// A service, its requests and all draws.
#[derive(Clone, Debug)]
pub struct Input {
    /// Who decides how many replicas there are.
    pub controller: Controller,
    /// Requests that a replica takes at once.
    pub concurrency: u64,
    /// Time from the start of the first, second, ... replica that starts to ready.
    pub starts: Vec<u64>,
    /// Longest wait for a place; 0: nobody waits.
    pub queue_timeout: Option<u64>,
    /// Most requests that wait.
    pub queue_limit: Option<u64>,
    /// Longest time of a request on its replica.
    pub timeout: Option<u64>,
    /// Added to each latency.
    pub router_overhead: u64,
    /// A request counts as served well within this.
    pub slo: Option<u64>,
    /// What it is billed for.
    pub machines: Machines,
    /// An execution is rounded up to a multiple of the first, and at least the second.
    pub execution_billing: Option<(u64, u64)>,
    /// Requests in any order.
    pub requests: Vec<Request>,
    /// Workloads of closed users.
    pub users: Vec<Users>,
    /// Workloads of clients who send a number of requests.
    pub clients: Vec<Client>,
    /// Arrivals come before it.
    pub horizon: u64,
    /// Statistics begin here.
    pub warmup: u64,
    /// `end = "cut"`.
    pub cut: bool,
}

/// A request.
#[derive(Clone, Copy, Debug)]
pub struct Request {
    /// Its workload, in declaration order.
    pub workload: usize,
    /// Position within it.
    pub position: usize,
    /// Arrival.
    pub at: u64,
    /// Time on its replica.
    pub service: u64,
    /// The same on a replica that was started for it.
    pub cold_service: u64,
}

/// Users who wait for their answers.
#[derive(Clone, Debug)]
pub struct Users {
    /// Their workload, in declaration order.
    pub workload: usize,
    /// How many they are.
    pub count: usize,
    /// How long they think: the first, second, ... time that one begins to.
    pub thinks: Vec<u64>,
    /// Time on its replica of the first, second, ... request.
    pub services: Vec<u64>,
    /// The same on a replica that was started for it, where it differs.
    pub cold_service: Option<u64>,
}

/// A client: the one parent of a fan-out.
#[derive(Clone, Debug)]
pub struct Client {
    /// Its workload, in declaration order.
    pub workload: usize,
    /// When it comes.
    pub at: u64,
    /// Requests that it sends.
    pub children: usize,
    /// At most so many at once.
    pub at_once: usize,
    /// Time on its replica of the first, second, ... request.
    pub services: Vec<u64>,
    /// The same on a replica that was started for it, where it differs.
    pub cold_service: Option<u64>,
}

/// What decides how many replicas there are.
#[derive(Clone, Debug)]
pub enum Controller {
    /// 6.1.
    Fixed(u64),
    /// 6.2.
    Utilization {
        /// The target in thousandths.
        target: u64,
        /// Fewest.
        min: u64,
        /// Most.
        max: u64,
        /// Between evaluations.
        refresh: u64,
        /// Waiting requests count.
        counts_waiting: bool,
        /// Load is averaged over this.
        window: u64,
        /// The largest need of so long counts.
        down_after: u64,
    },
    /// 6.4.
    PerRequest {
        /// Most.
        max: u64,
        /// Kept.
        always_ready: u64,
        /// Least time between two starts.
        interval: u64,
        /// An idle one goes after so long.
        expiry: u64,
    },
    /// 6.5.
    Rules {
        /// Fewest.
        min: u64,
        /// Most.
        max: u64,
        /// Between evaluations.
        interval: u64,
        /// In the scenario's order.
        rules: Vec<Rule>,
        /// A number of instances at certain times.
        profile: Option<Profile>,
    },
}

/// A profile of 6.5.
#[derive(Clone, Debug)]
pub struct Profile {
    /// When its windows begin (true) and end.
    pub changes: Vec<(u64, bool)>,
    /// Whether one is open at 0.
    pub initially: bool,
    /// Instances within them.
    pub instances: u64,
}

/// A rule of 6.5.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// What is looked at.
    pub metric: Metric,
    /// Over so long.
    pub window: u64,
    /// Above, else below.
    pub above: bool,
    /// The threshold in the metric's unit, as a fraction.
    pub threshold: (u128, u128),
    /// More (out) or fewer (in).
    pub change: i64,
    /// No change for so long after any change.
    pub cooldown: u64,
}

/// What rules look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Busy places over places.
    Cpu,
    /// Mean latency in seconds.
    Latency,
    /// Arrivals per second and instance.
    Requests,
}

/// What machines are billed.
#[derive(Clone, Debug)]
pub enum Machines {
    /// None.
    None,
    /// Each replica is one.
    EachReplica,
    /// So many at all times.
    Always(u64),
    /// Replicas stand on nodes.
    Nodes(Nodes),
}

/// 6.3.
#[derive(Clone, Debug)]
pub struct Nodes {
    /// On an empty node.
    pub fit: u64,
    /// On a node with a front end.
    pub fit_beside_front_end: u64,
    /// Nodes with a front end.
    pub front_ends: u64,
    /// Fewest.
    pub min: u64,
    /// Most.
    pub max: u64,
    /// The cluster autoscaler.
    pub autoscaler: Option<Autoscaler>,
}

/// The cluster autoscaler beside replicas.
#[derive(Clone, Debug)]
pub struct Autoscaler {
    /// Between scans.
    pub scan: u64,
    /// Time to ready of the first, second, ... node asked for.
    pub boots: Vec<u64>,
    /// An idle node goes after so long.
    pub unneeded_after: u64,
    /// None goes for so long after nodes were asked for.
    pub delay_after_add: u64,
    /// At most so many go at once.
    pub bulk: u64,
}

/// What came out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// Requests that arrived in `[warmup, horizon)`.
    pub arrived: u64,
    /// Of these: served.
    pub served: u64,
    /// Rejected.
    pub rejected: u64,
    /// Timed out.
    pub timed_out: u64,
    /// Neither.
    pub unfinished: u64,
    /// Bound to a replica started for them.
    pub cold: u64,
    /// Served within the SLO.
    pub within_slo: u64,
    /// Sum of latencies of those served.
    pub latency_sum: u64,
    /// Sum of their waits.
    pub wait_sum: u64,
    /// The longest latency.
    pub longest: u64,
    /// Replicas over time in `[warmup, horizon)`.
    pub replica_time: u64,
    /// Busy places over time there.
    pub busy_time: u64,
    /// Nodes over time there.
    pub node_time: u64,
    /// Most replicas for any time there.
    pub peak_replicas: u64,
    /// Replicas started there.
    pub starts: u64,
    /// The service's own end.
    pub end: u64,
    /// `[warmup, horizon)` and `[horizon, end)`.
    pub parts: [Part; 2],
}

/// Use in a part of the time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Replicas over time.
    pub replica_time: u64,
    /// Time of requests on replicas.
    pub execution_time: u64,
    /// Requests that ended on a replica.
    pub executions: u64,
    /// Billed of these beyond their time.
    pub execution_rounding: u64,
    /// Machines that get ready, over time.
    pub boot: u64,
    /// Machine time in proportion to places taken.
    pub run: u64,
    /// The rest of the machine time.
    pub idle: u64,
}
