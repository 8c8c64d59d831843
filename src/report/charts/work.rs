//! The words of charts that runs and requests have in common: waits and latencies, nodes and replicas.

/// What is done: whether a chart is of runs or of requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Work {
    /// Runs, on nodes.
    #[default]
    Runs,
    /// Requests, on replicas of services.
    Requests,
}

/// How a distribution of times is worded.
pub(super) struct WaitWords {
    /// File name without its ending.
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    /// Title of the axis of times.
    pub(super) axis: &'static str,
    /// Title of the axis of shares.
    pub(super) share: &'static str,
    /// Of what they are shares.
    pub(super) things: &'static str,
    /// The time, in a word.
    pub(super) time: &'static str,
    /// Several of them.
    pub(super) times: &'static str,
    /// Why there may be nothing to show.
    pub(super) nothing: &'static str,
}

/// How cost against time is worded.
pub(super) struct TradeoffWords {
    /// File name without its ending.
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    /// Titles of the axes.
    pub(super) cost: &'static str,
    pub(super) time: &'static str,
    /// What is missing where there is no time.
    pub(super) without: &'static str,
    /// Why there may be nothing to show.
    pub(super) nothing: &'static str,
    /// What the points are, for those who cannot see them.
    pub(super) what: &'static str,
}

/// How levels over time are worded.
pub(super) struct NodesWords {
    /// File names without their endings, of the whole and of its busiest part.
    pub(super) name: &'static str,
    pub(super) peak_name: &'static str,
    pub(super) title: &'static str,
    /// Titles of the busiest part: of the baseline's, where there are several variants, and of the only one's.
    pub(super) peak_titles: [&'static str; 2],
    /// What are counted, in lower case.
    pub(super) things: &'static str,
    /// What legends call their states, from the bottom.
    pub(super) states: [&'static str; 4],
    /// What wait, and what legends call it.
    pub(super) who: &'static str,
    pub(super) queue: &'static str,
}

impl Work {
    pub(super) fn wait_words(self) -> WaitWords {
        match self {
            Self::Runs => WaitWords {
                name: "wait",
                title: "How long runs wait",
                axis: "wait from submission to running",
                share: "share of runs that waited at most so long",
                things: "runs",
                time: "wait",
                times: "waits",
                nothing: "no run started, so no wait is known",
            },
            Self::Requests => WaitWords {
                name: "latency",
                title: "How long requests take",
                axis: "latency from arrival to answer",
                share: "share of served requests that took at most so long",
                things: "served requests",
                time: "latency",
                times: "latencies",
                nothing: "no request was served, so no latency is known",
            },
        }
    }

    pub(super) fn tradeoff_words(self) -> TradeoffWords {
        match self {
            Self::Runs => TradeoffWords {
                name: "tradeoff",
                title: "Cost against p95 wait",
                cost: "cost (USD)",
                time: "p95 wait",
                without: "without a mean wait (no run started, or the queue grows) and not shown",
                nothing: "no run started, or the queues grow, so no mean wait is known",
                what: "Mean cost in US dollars against the 95th percentile of waits",
            },
            Self::Requests => TradeoffWords {
                name: "latency-cost",
                title: "Cost per request against latency",
                cost: "cost of 1,000 served requests (USD)",
                time: "p95 latency",
                without: "without a latency (none served, or the queue grows) and not shown",
                nothing: "no request was served, or the queues grow, so no latency is known",
                what: "Mean cost of 1,000 requests in US dollars against the 95th percentile of latencies",
            },
        }
    }

    pub(super) fn nodes_words(self) -> NodesWords {
        match self {
            Self::Runs => NodesWords {
                name: "nodes",
                peak_name: "nodes-peak",
                title: "Nodes by state, and the queue",
                peak_titles: [
                    "Nodes and queue at the baseline's peak",
                    "Nodes and queue around the peak",
                ],
                things: "nodes",
                states: ["occupied", "idle", "preparing", "leaving"],
                who: "runs",
                queue: "runs waiting",
            },
            Self::Requests => NodesWords {
                name: "replicas",
                peak_name: "replicas-peak",
                title: "Replicas by state, and the queue",
                peak_titles: [
                    "Replicas and queue at the peak",
                    "Replicas and queue around the peak",
                ],
                things: "replicas",
                states: ["busy", "idle", "starting", "draining"],
                who: "requests",
                queue: "requests waiting",
            },
        }
    }
}
