//! What happened to the requests and replicas of a service over a stretch of time.

/// Integrals and counts since `t = 0`, modulo 2^64; or over a window, as the difference of two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// The time itself.
    pub time: u64,
    /// Place-time taken.
    pub busy: u64,
    /// The same on ready replicas only.
    pub busy_ready: u64,
    /// Request-time in the queue.
    pub waiting: u64,
    /// Time of ready replicas.
    pub ready: u64,
    /// Requests that arrived.
    pub arrived: u64,
    /// Requests served.
    pub served: u64,
    /// The sum of their latencies.
    pub latency: u64,
}

impl Totals {
    /// What happened after an earlier time.
    pub(crate) fn since(self, past: Self) -> Self {
        Self {
            time: self.time.wrapping_sub(past.time),
            busy: self.busy.wrapping_sub(past.busy),
            busy_ready: self.busy_ready.wrapping_sub(past.busy_ready),
            waiting: self.waiting.wrapping_sub(past.waiting),
            ready: self.ready.wrapping_sub(past.ready),
            arrived: self.arrived.wrapping_sub(past.arrived),
            served: self.served.wrapping_sub(past.served),
            latency: self.latency.wrapping_sub(past.latency),
        }
    }
}
