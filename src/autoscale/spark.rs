//! Spark autoscale, of `HDInsight` clusters and Synapse Spark pools: docs/targets.md 4.1.
//!
//! Facts: `HDInsight` (Azure documentation, articles/hdinsight/hdinsight-autoscale-clusters.md): metrics are checked every
//! 60 s; more workers when pending was above free for 3 min, fewer when it was below for 10 min; a scaling operation takes
//! 10 to 20 min (text of 2019). Synapse (articles/synapse-analytics/spark/apache-spark-autoscale.md): every 30 s, up after
//! 1 min, down after 2 min, at least 3 nodes; an operation takes 1 to 5 min.
//!
//! Assumed: pending and free are counted in nodes, where the services count cores and memory of executors; the number asked
//! for is what is lacking; a count of time begins anew, at the next evaluation, once an answer was acted on.

use super::{Decision, Lasting, Scaler, View};
use crate::units::SimDuration;

/// Spark autoscale: docs/targets.md 4.1.
#[derive(Clone, Debug, PartialEq)]
pub struct Spark {
    /// More nodes when pending was above free for this long.
    pub up_after: SimDuration,
    /// Fewer when it was below for this long.
    pub down_after: SimDuration,
    above: Lasting,
    below: Lasting,
}

impl Spark {
    /// The policy before its first evaluation.
    pub const fn new(up_after: SimDuration, down_after: SimDuration) -> Self {
        Self {
            up_after,
            down_after,
            above: Lasting(None),
            below: Lasting(None),
        }
    }
}

impl Scaler for Spark {
    fn name(&self) -> String {
        "Spark autoscale".to_owned()
    }

    fn ask(&mut self, view: View<'_>) -> Decision {
        let (pending, free) = (view.pending, view.idle);
        let grows = self.above.see(pending > free, view.now, self.up_after);
        let shrinks = self.below.see(pending < free, view.now, self.down_after);
        let decision = if view.operating {
            Decision::Keep
        } else if grows {
            view.add(pending.saturating_sub(free + view.provisioning))
        } else if shrinks {
            view.remove(free - pending)
        } else {
            Decision::Keep
        };
        if decision != Decision::Keep {
            (self.above, self.below) = (Lasting::default(), Lasting::default());
        }
        decision
    }

    fn look_back(&self, interval: SimDuration) -> u64 {
        self.up_after.0.div_ceil(interval.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SimTime;

    const MINUTE: SimDuration = SimDuration::from_secs(60);

    /// Evaluations of an HDInsight cluster each minute; idle, provisioning, pending, operating.
    fn minutes(states: &[(u32, u32, u32, bool)]) -> Vec<Decision> {
        let mut spark = Spark::new(MINUTE * 3, MINUTE * 10);
        let mut decisions = Vec::new();
        for (minute, &(idle, provisioning, pending, operating)) in (0..).zip(states) {
            let view = View {
                now: SimTime::ZERO + MINUTE * minute,
                occupied: 4,
                idle,
                provisioning,
                pending,
                min_nodes: 2,
                max_nodes: 10,
                operating,
                ..View::default()
            };
            decisions.push(spark.ask(view));
        }
        decisions
    }

    #[test]
    fn it_grows_by_what_is_lacking_after_three_minutes() {
        use Decision::{Add, Keep};
        // Above at minutes 0 to 3: three minutes have passed at minute 3. The count then begins at minute 4.
        let above = [(1, 0, 3, false); 9];
        let expected = [Keep, Keep, Keep, Add(2), Keep, Keep, Keep, Add(2), Keep];
        assert_eq!(minutes(&above), expected);
        // Minute 2 breaks the count.
        let mut broken = above;
        broken[2] = (1, 0, 1, false);
        let expected = [Keep, Keep, Keep, Keep, Keep, Keep, Add(2), Keep, Keep];
        assert_eq!(minutes(&broken), expected);
        // Coming nodes count: nothing is asked for while they cover it, and the count goes on. 4 + 1 + 2 of 10 exist.
        let covered = [
            (1, 2, 3, false),
            (1, 2, 3, false),
            (1, 2, 3, false),
            (1, 2, 3, false),
            (1, 2, 9, false),
        ];
        assert_eq!(minutes(&covered), [Keep, Keep, Keep, Keep, Add(3)]);
    }

    #[test]
    fn it_shrinks_by_what_is_spare_after_ten_minutes_down_to_the_minimum() {
        let mut decisions = vec![Decision::Keep; 10];
        decisions.push(Decision::Remove(3));
        decisions.push(Decision::Keep);
        assert_eq!(minutes(&[(3, 0, 0, false); 12]), decisions);
    }

    #[test]
    fn time_during_an_operation_counts_but_nothing_is_decided() {
        use Decision::{Add, Keep};
        let mut states = [(0, 0, 1, true); 7];
        states[6].3 = false;
        assert_eq!(
            minutes(&states),
            [Keep, Keep, Keep, Keep, Keep, Keep, Add(1)]
        );
    }
}
