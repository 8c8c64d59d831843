//! The controllers of pools (targets.md section 4), each from its own paragraph and over the whole
//! history of what was seen: no counter, no state.

use super::SECOND;

/// Who decides how many nodes there are.
#[derive(Clone, Debug)]
pub enum Controller {
    /// 4.1.
    Spark {
        /// Up when pending > free for so long.
        up_after: u64,
        /// Down when pending < free for so long.
        down_after: u64,
    },
    /// 4.2.
    Optimized {
        /// Down when some are idle and nothing pends for so long.
        down_after: u64,
    },
    /// 4.3.
    Standard {
        /// Down when nothing runs or pends for so long.
        down_after: u64,
    },
    /// 4.4.
    Batch(Formula),
    /// 4.5.
    Kubernetes {
        /// An idle node goes after so long.
        unneeded_after: u64,
        /// None goes for so long after nodes were asked for.
        delay_after_add: u64,
        /// At most so many go at once.
        bulk: u64,
    },
}

/// A Batch formula.
#[derive(Clone, Debug)]
pub struct Formula {
    /// Which.
    pub policy: Policy,
    /// `sample_window`.
    pub window: u64,
    /// `sample_delay`.
    pub delay: u64,
}

/// The named Batch formulas.
#[derive(Clone, Copy, Debug)]
pub enum Policy {
    /// `pending_tasks`, with `start_nodes`.
    Pending(u64),
    /// `replace_preempted`, with `start_nodes`.
    Replace(u64),
    /// `fixed`.
    Fixed(u64),
}

/// What is seen at an evaluation (3.4), and what came of it.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// When.
    pub at: u64,
    /// Nodes with a run; marked ones are left out.
    pub occupied: u64,
    /// Nodes without a run.
    pub idle: u64,
    /// Nodes on their way.
    pub provisioning: u64,
    /// Nodes that queued runs ask for.
    pub pending: u64,
    /// Fewest nodes.
    pub min: u64,
    /// Most nodes.
    pub max: u64,
    /// Since when each idle node is idle.
    pub idle_since: Vec<u64>,
    /// When nodes were last asked for.
    pub last_asked: Option<u64>,
    /// Size of the low-priority tier.
    pub low_size: u64,
    /// Low-priority nodes at most.
    pub low_most: u64,
    /// The answer was ignored, as an operation was under way.
    pub ignored: bool,
    /// Nodes that were asked for then.
    pub asked: u64,
    /// Nodes that went then.
    pub went: u64,
    /// The low-priority target then (Batch).
    pub target_low: u64,
}

impl Seen {
    /// All but those that leave.
    pub fn size(&self) -> u64 {
        self.occupied + self.idle + self.provisioning
    }
}

/// An answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Neither.
    Nothing,
    /// So many more.
    More(u64),
    /// So many fewer.
    Fewer(u64),
    /// This many (dedicated, low-priority).
    Targets(u64, u64),
}

/// The answer of the controller at the last evaluation of the history. `samples` are (time, value).
pub fn answer(controller: &Controller, history: &[Seen], samples: &[(u64, u64)]) -> Answer {
    match controller {
        Controller::Spark {
            up_after,
            down_after,
        } => spark(history, *up_after, *down_after),
        Controller::Optimized { down_after } => optimized(history, *down_after),
        Controller::Standard { down_after } => standard(history, *down_after),
        Controller::Batch(formula) => batch(history, formula, samples),
        Controller::Kubernetes {
            unneeded_after,
            delay_after_add,
            bulk,
        } => kubernetes(history, *unneeded_after, *delay_after_add, *bulk),
    }
}

fn last(history: &[Seen]) -> &Seen {
    history
        .last()
        .expect("the present evaluation is in the history")
}

/// The earliest evaluation from which on the condition held at all evaluations, looking back no
/// further than behind the last evaluation whose answer was acted on.
fn held_since(
    history: &[Seen],
    condition: impl Fn(&Seen) -> bool,
    stop_at_acts: bool,
) -> Option<u64> {
    let mut since = None;
    for (back, seen) in history.iter().rev().enumerate() {
        // Reading: the count begins anew at the evaluation after the one that acted.
        let acted = back > 0 && (seen.asked > 0 || seen.went > 0);
        if !condition(seen) || (acted && stop_at_acts) {
            break;
        }
        since = Some(seen.at);
    }
    since
}

fn held_for(history: &[Seen], length: u64, condition: impl Fn(&Seen) -> bool) -> bool {
    let since = held_since(history, condition, true);
    since.is_some_and(|since| last(history).at - since >= length)
}

/// 4.1.
fn spark(history: &[Seen], up_after: u64, down_after: u64) -> Answer {
    let now = last(history);
    if held_for(history, up_after, |seen| seen.pending > seen.idle) {
        let have = now.idle + now.provisioning;
        return if now.pending > have {
            Answer::More(now.pending - have)
        } else {
            Answer::Nothing
        };
    }
    if held_for(history, down_after, |seen| seen.pending < seen.idle) {
        return Answer::Fewer(now.idle - now.pending);
    }
    Answer::Nothing
}

/// 4.2.
fn optimized(history: &[Seen], down_after: u64) -> Answer {
    let now = last(history);
    if now.pending > now.idle + now.provisioning {
        let half = (now.min + now.max).div_ceil(2);
        let aim = if now.size() < half { half } else { now.max };
        let wanted = (now.occupied + now.pending).min(aim);
        return if wanted > now.size() {
            Answer::More(wanted - now.size())
        } else {
            Answer::Nothing
        };
    }
    if held_for(history, down_after, |seen| {
        seen.idle > 0 && seen.pending == 0
    }) {
        return Answer::Fewer(now.idle);
    }
    Answer::Nothing
}

/// 4.3.
fn standard(history: &[Seen], down_after: u64) -> Answer {
    let now = last(history);
    if now.pending > now.idle + now.provisioning {
        let mut step = 8;
        for seen in history.iter().rev().skip(1) {
            if seen.asked == 0 {
                break;
            }
            step = (2 * step).min(1 << 40);
        }
        return Answer::More(step);
    }
    // Reading: while it holds nodes go at every evaluation; the count of time goes on.
    let unused = |seen: &Seen| seen.occupied == 0 && seen.pending == 0;
    let Some(since) = held_since(history, unused, false) else {
        return Answer::Nothing;
    };
    if now.at - since < down_after {
        return Answer::Nothing;
    }
    let mut step = 1;
    for seen in history.iter().rev().skip(1) {
        if seen.ignored || seen.at < since + down_after {
            break;
        }
        step = (2 * step).min(1 << 40);
    }
    Answer::Fewer(step)
}

/// 4.4.
fn batch(history: &[Seen], formula: &Formula, samples: &[(u64, u64)]) -> Answer {
    let now = last(history);
    let target = match formula.policy {
        Policy::Fixed(nodes) => nodes,
        Policy::Pending(start) | Policy::Replace(start) => {
            let mut count = 0;
            let mut sum = 0;
            for &(at, value) in samples {
                let can_be_seen = at + formula.delay <= now.at;
                let in_window = at + formula.window >= now.at && at <= now.at;
                if can_be_seen && in_window {
                    count += 1;
                    sum += value;
                }
            }
            // share = count / (window / 30 s) < 70 %.
            let too_few = count * 30 * SECOND * 10 < 7 * formula.window;
            if too_few || count == 0 {
                start
            } else {
                u64::div_ceil(sum, count)
            }
        }
    };
    let target = target.clamp(now.min, now.max);
    let mut low = target.min(now.low_most);
    let mut dedicated = target - low;
    if matches!(formula.policy, Policy::Replace(_)) && history.len() > 1 {
        let before = history[history.len() - 2].target_low;
        // Reading: what is not asked for as low-priority cannot be asked for as dedicated instead.
        let missing = before.saturating_sub(now.low_size).min(low);
        dedicated += missing;
        low -= missing;
    }
    Answer::Targets(dedicated, low)
}

/// 4.5.
fn kubernetes(history: &[Seen], unneeded_after: u64, delay_after_add: u64, bulk: u64) -> Answer {
    let now = last(history);
    let have = now.idle + now.provisioning;
    if now.pending > have {
        return Answer::More(now.pending - have);
    }
    if now
        .last_asked
        .is_some_and(|asked| now.at - asked < delay_after_add)
    {
        return Answer::Nothing;
    }
    let mut unneeded = 0;
    for since in &now.idle_since {
        if now.at - since >= unneeded_after {
            unneeded += 1;
        }
    }
    let spare = now.idle.saturating_sub(now.pending);
    Answer::Fewer(u64::min(unneeded, bulk).min(spare))
}
