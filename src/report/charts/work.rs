//! The words of charts that runs and requests have in common: waits and latencies, nodes and replicas.

use crate::study_results::Counts;

/// What is done: whether a chart is of runs or of requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Work {
    /// Runs, on nodes.
    #[default]
    Runs,
    /// Requests, on replicas of services.
    Requests,
}

/// What a chart of levels over time counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Counted {
    /// Nodes of targets, and the runs that wait for them.
    #[default]
    Nodes,
    /// Replicas of services, and the requests that wait for them.
    Replicas,
    /// What targets use of quotas that they share, each in its own unit, and the runs that wait for them.
    Quotas,
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
}

/// How cost against time is worded.
pub(super) struct TradeoffWords {
    /// File name without its ending.
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    /// Title of the axis of times.
    pub(super) time: &'static str,
    /// What is missing where there is no time.
    pub(super) without: &'static str,
    /// The times, for those who cannot see them.
    pub(super) what: &'static str,
}

/// How levels over time are worded.
pub(super) struct NodesWords {
    /// File names without their endings, of the whole and of its busiest part.
    pub(super) name: &'static str,
    pub(super) peak_name: &'static str,
    /// Titles of the whole time, and of its week.
    pub(super) titles: [&'static str; 2],
    /// Titles of the busiest part: of the baseline's, where there are several variants, and of the only one's.
    pub(super) peak_titles: [&'static str; 2],
    /// One of what is counted.
    pub(super) thing: &'static str,
    /// What legends call their states, from the bottom.
    pub(super) states: [&'static str; 5],
    /// What legends call the line of the most that there can be.
    pub(super) most: &'static str,
    /// One of what waits, and what legends call them.
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
                share: "share of runs that waited at most this long",
                things: "runs",
                time: "wait",
                times: "waits",
            },
            Self::Requests => WaitWords {
                name: "latency",
                title: "How long requests take",
                axis: "latency from arrival to answer",
                share: "share of served requests that took at most this long",
                things: "served requests",
                time: "latency",
                times: "latencies",
            },
        }
    }

    pub(super) fn tradeoff_words(self) -> TradeoffWords {
        match self {
            Self::Runs => TradeoffWords {
                name: "tradeoff",
                title: "Cost against p95 wait",
                time: "p95 wait",
                without: "without a mean wait (no run started, or the queue grows) and not shown",
                what: "waits",
            },
            Self::Requests => TradeoffWords {
                name: "latency-cost",
                title: "Cost per request against latency",
                time: "p95 latency",
                without: "without a latency (none served, or the queue grows) and not shown",
                what: "latencies",
            },
        }
    }
}

impl Counted {
    pub(super) fn words(self) -> NodesWords {
        match self {
            Self::Nodes => NodesWords {
                name: "nodes",
                peak_name: "nodes-peak",
                titles: [
                    "Nodes by state, and the queue",
                    "Nodes by state and the queue, by hour of the week",
                ],
                peak_titles: [
                    "Nodes and queue at the baseline's peak",
                    "Nodes and queue around the peak",
                ],
                thing: "node",
                states: ["system nodes", "busy", "idle", "provisioning", "leaving"],
                most: "most there can be",
                who: "run",
                queue: "runs waiting",
            },
            Self::Replicas => NodesWords {
                name: "replicas",
                peak_name: "replicas-peak",
                titles: [
                    "Replicas by state, and the queue",
                    "Replicas by state and the queue, by hour of the week",
                ],
                peak_titles: [
                    "Replicas and queue at the baseline's peak",
                    "Replicas and queue around the peak",
                ],
                thing: "replica",
                states: ["system", "busy", "idle", "starting", "draining"],
                most: "most there can be",
                who: "request",
                queue: "requests waiting",
            },
            Self::Quotas => NodesWords {
                name: "quota",
                peak_name: "quota-peak",
                titles: ["Use of each quota"; 2],
                peak_titles: ["Use of each quota"; 2],
                thing: "unit",
                states: ["system", "busy", "idle or held", "provisioning", "leaving"],
                most: "quota",
                who: "run",
                queue: "runs waiting",
            },
        }
    }
}

/// One of what a quota counts, and the title of a chart of nothing else.
pub(super) fn unit_words(counts: Counts) -> (&'static str, &'static str) {
    match counts {
        Counts::Vcpus => ("vCPU", "vCPUs in use against the quota"),
        Counts::Gpus => ("GPU", "GPUs in use against the quota"),
        Counts::Nodes => ("node", "Nodes in use against the quota"),
    }
}
