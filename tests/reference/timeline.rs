//! Node time by category, kept as a list of stretches in which nothing changes, and the rounding of
//! a bill.

use super::Target;

/// How many nodes (or slots) are in each category; or, after `Timeline::integrate`, how much time
/// they spent there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Booting.
    pub boot: u64,
    /// Pulling or setting up.
    pub node_setup: u64,
    /// Running; after integration without what was lost.
    pub run: u64,
    /// Running in vain; known only after the loss, so after integration only.
    pub lost: u64,
    /// Finalizing.
    pub finalize: u64,
    /// Idle for the blocked head run.
    pub idle_gang_assembly: u64,
    /// Idle because of `min_nodes`.
    pub idle_min_nodes: u64,
    /// Idle otherwise.
    pub idle_before_scale_down: u64,
    /// Nodes in `allocated` (those in allocation included); a number, it is not integrated.
    pub allocated: u64,
}

/// Stretches `[from, to)` with their counts, in order of time.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    stretches: Vec<(u64, u64, Counts)>,
    /// Times `[from, to)` of Running whose work was lost, each on so many nodes.
    lost: Vec<(u64, u64, u64)>,
}

impl Timeline {
    /// Adds a stretch that begins where the last one ended or later.
    pub fn push(&mut self, from: u64, to: u64, counts: Counts) {
        if from == to {
            return;
        }
        if let Some(last) = self.stretches.last_mut()
            && last.1 == from
            && last.2 == counts
        {
            last.1 = to;
            return;
        }
        self.stretches.push((from, to, counts));
    }

    /// The work that so many nodes did in `[from, to)`, all of it booked as Running, is lost.
    pub fn lose(&mut self, from: u64, to: u64, nodes: u64) {
        self.lost.push((from, to, nodes));
    }

    /// Time by category in `[low, high)`, and the largest `allocated` in it.
    pub fn integrate(&self, low: u64, high: u64) -> Counts {
        let mut sum = Counts::default();
        for &(from, to, counts) in &self.stretches {
            let (from, to) = (from.max(low), to.min(high));
            if from >= to {
                continue;
            }
            let time = to - from;
            sum.boot += counts.boot * time;
            sum.node_setup += counts.node_setup * time;
            sum.run += counts.run * time;
            sum.finalize += counts.finalize * time;
            sum.idle_gang_assembly += counts.idle_gang_assembly * time;
            sum.idle_min_nodes += counts.idle_min_nodes * time;
            sum.idle_before_scale_down += counts.idle_before_scale_down * time;
            // Reading: a number of nodes that is only there inside one instant is no peak.
            sum.allocated = sum.allocated.max(counts.allocated);
        }
        for &(from, to, nodes) in &self.lost {
            sum.lost += to.min(high).saturating_sub(from.max(low)) * nodes;
        }
        sum.run -= sum.lost;
        sum
    }
}

/// Billed minus true length of a lease.
pub fn rounding(target: &Target, lease: u64) -> u64 {
    let rounded = lease.div_ceil(target.billing_granularity) * target.billing_granularity;
    rounded.max(target.billing_minimum) - lease
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn billing_rounding() {
        let mut target = Target {
            billing_granularity: 60,
            billing_minimum: 0,
            ..Target::default()
        };
        assert_eq!(rounding(&target, 0), 0);
        assert_eq!(rounding(&target, 60), 0);
        // 61 -> 2 x 60 = 120, 120 - 61 = 59.
        assert_eq!(rounding(&target, 61), 59);
        target.billing_minimum = 300;
        // 61 -> 120 -> at least 300, 300 - 61 = 239.
        assert_eq!(rounding(&target, 61), 239);
        assert_eq!(rounding(&target, 0), 300);
        // 301 -> 6 x 60 = 360, above the minimum: 59.
        assert_eq!(rounding(&target, 301), 59);
        // The minimum is not rounded: max(290, 240) = 290, 290 - 240 = 50.
        target.billing_minimum = 290;
        assert_eq!(rounding(&target, 240), 50);
    }

    #[test]
    fn clipping_a_timeline() {
        let mut timeline = Timeline::default();
        let two = Counts {
            run: 2,
            allocated: 3,
            ..Counts::default()
        };
        let one = Counts {
            idle_before_scale_down: 1,
            allocated: 1,
            ..Counts::default()
        };
        timeline.push(0, 10, two);
        timeline.push(10, 10, Counts::default());
        timeline.push(10, 30, one);
        // [5, 10): 2 x 5 of run; [10, 12): 1 x 2 idle.
        let sum = timeline.integrate(5, 12);
        assert_eq!(
            (sum.run, sum.idle_before_scale_down, sum.allocated),
            (10, 2, 3)
        );
        // The interval is half open: from 10 on the three nodes are not seen.
        assert_eq!(timeline.integrate(10, 40).allocated, 1);
        assert_eq!(timeline.integrate(20, 20), Counts::default());
    }

    #[test]
    fn lost_work_is_taken_out_of_run() {
        let mut timeline = Timeline::default();
        let two = Counts {
            run: 2,
            ..Counts::default()
        };
        timeline.push(0, 10, two);
        timeline.lose(4, 9, 2);
        // [0, 10): 20 of run, (9 - 4) x 2 = 10 of them lost. [5, 6): 2 of 2. [0, 4): 0 of 8.
        let sum = timeline.integrate(0, 10);
        assert_eq!((sum.run, sum.lost), (10, 10));
        let sum = timeline.integrate(5, 6);
        assert_eq!((sum.run, sum.lost), (0, 2));
        let sum = timeline.integrate(0, 4);
        assert_eq!((sum.run, sum.lost), (8, 0));
    }
}
