//! What all replications of a target show together. It is found out once, however many figures rest on it.

use std::sync::OnceLock;

use super::VariantResults;
use super::unpacked::Unpacked;
use crate::results::TargetResult;
use crate::stats::{Trend, grows};

/// What all replications of one target show together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Together {
    /// Whether its queue (of a service, of requests) grows from the start to the horizon.
    pub queue_grows: bool,
    /// Share of the time in its queue in which a quota withheld nodes; 0 where nothing queued.
    pub quota_share: f64,
    /// Whether it serves requests.
    pub serves: bool,
    /// Whether it scored items of batch inference in any replication.
    pub scores_items: bool,
}

/// What follows from the replications, once it was asked for.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Of each target.
    together: OnceLock<Box<[Together]>>,
    unpacked: Unpacked,
    /// Whether its study has few variants, so that there is room for statistics that stay unpacked.
    is_of_few: bool,
}

/// Variants of a study at most of which statistics stay unpacked.
const FEW: usize = 100;

impl Known {
    /// For a variant of a study that has this number of variants.
    pub fn of_variants(count: usize) -> Self {
        Self {
            is_of_few: count <= FEW,
            ..Self::default()
        }
    }

    /// What is left when the replications change.
    pub(super) fn forgotten(&self) -> Self {
        Self {
            is_of_few: self.is_of_few,
            ..Self::default()
        }
    }

    /// What stays unpacked; `None` in a study of many variants.
    pub(super) fn kept(&self) -> Option<&Unpacked> {
        self.is_of_few.then_some(&self.unpacked)
    }
}

impl PartialEq for Known {
    /// It follows from the replications, and adds nothing to them.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// What is added up of a target.
#[derive(Clone, Default)]
struct Sum {
    trends: Vec<Trend>,
    by_quota: f64,
    queue: f64,
    serves: bool,
    scores_items: bool,
}

impl Sum {
    fn add(&mut self, target: &TargetResult) {
        self.trends.extend(match &target.service {
            Some(service) => service.requests.backlog,
            None => target.runs.backlog,
        });
        self.by_quota += target.runs.queue_quota_sum as f64;
        self.queue += target.runs.queue_sum as f64;
        self.serves |= target.service.is_some();
        self.scores_items |= target.items_done > 0;
    }

    fn together(&self) -> Together {
        Together {
            queue_grows: grows(&self.trends),
            quota_share: if self.queue > 0.0 {
                self.by_quota / self.queue
            } else {
                0.0
            },
            serves: self.serves,
            scores_items: self.scores_items,
        }
    }
}

impl VariantResults {
    /// What the replications show together of each target, in the order of the results.
    pub fn together(&self) -> &[Together] {
        self.known.together.get_or_init(|| {
            let mut sums = vec![Sum::default(); self.targets.len()];
            for result in self.statistics() {
                for (sum, target) in sums.iter_mut().zip(&result.targets) {
                    sum.add(target);
                }
            }
            sums.iter().map(Sum::together).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::ReplicationResult;

    #[test]
    fn it_is_found_out_again_after_another_replication() {
        let mut variant = VariantResults {
            targets: vec!["gpu".to_owned()],
            ..VariantResults::default()
        };
        let untold = variant.clone();
        for (items_done, scores_items) in [(0, false), (7, true), (0, true)] {
            let target = TargetResult {
                items_done,
                ..TargetResult::default()
            };
            let result = ReplicationResult {
                targets: vec![target],
                ..ReplicationResult::default()
            };
            variant.add(result, None, Vec::new());
            assert_eq!(variant.together()[0].scores_items, scores_items);
        }
        variant.replications.clear();
        assert_eq!(variant, untold, "what is known makes no difference");
    }
}
