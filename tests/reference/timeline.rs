//! Node time by category, kept as a list of stretches in which nothing changes, and the rounding of
//! a bill.

/// How many nodes (or slots) are in each category; or, after `Timeline::integrate`, how much time
/// they spent there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// Booting.
    pub boot: u64,
    /// Pull and setup of the first attempt.
    pub node_setup: u64,
    /// Pull, setup and restart of the others.
    pub restarts: u64,
    /// Running between checkpoints; after integration without what was lost.
    pub run: u64,
    /// Running in checkpoints.
    pub checkpoints: u64,
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
    /// Idle where nothing scales down: free slots of an instance.
    pub idle_unused_capacity: u64,
    /// Everything that background runs occupy.
    pub background: u64,
    /// Nodes that never take runs.
    pub system_nodes: u64,
}

impl Times {
    /// One of each category.
    fn each(&mut self) -> [&mut u64; 13] {
        [
            &mut self.boot,
            &mut self.node_setup,
            &mut self.restarts,
            &mut self.run,
            &mut self.checkpoints,
            &mut self.lost,
            &mut self.finalize,
            &mut self.idle_gang_assembly,
            &mut self.idle_min_nodes,
            &mut self.idle_before_scale_down,
            &mut self.idle_unused_capacity,
            &mut self.background,
            &mut self.system_nodes,
        ]
    }

    /// Adds others, so many times.
    pub fn add(&mut self, mut others: Self, times: u64) {
        for (sum, other) in self.each().into_iter().zip(others.each()) {
            *sum += *other * times;
        }
    }

    /// All time of a run on its nodes.
    pub fn of_runs(&self) -> u64 {
        let before = self.node_setup + self.restarts;
        before + self.run + self.checkpoints + self.lost + self.finalize
    }

    /// As leases tell it: Running with checkpoints, all attempts alike.
    pub fn as_told_of_leases(mut self) -> Self {
        self.run += std::mem::take(&mut self.checkpoints);
        self.node_setup += std::mem::take(&mut self.restarts);
        self
    }

    /// Idle of all kinds.
    pub fn idle(&self) -> u64 {
        let of_nodes = self.idle_gang_assembly + self.idle_min_nodes + self.idle_before_scale_down;
        of_nodes + self.idle_unused_capacity
    }
}

/// Stretches `[from, to)`, in order of time.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    /// With what is in each category, and the nodes in `allocated` (those in allocation included).
    stretches: Vec<(u64, u64, Times, u64)>,
    /// Times of Running whose work was lost, each on so many nodes.
    lost: Vec<(u64, u64, u64)>,
    /// Times of checkpoints in these, likewise.
    lost_checkpoints: Vec<(u64, u64, u64)>,
}

impl Timeline {
    /// Adds a stretch that begins where the last one ended or later.
    pub fn push(&mut self, from: u64, to: u64, counts: Times, allocated: u64) {
        if from == to {
            return;
        }
        if let Some(last) = self.stretches.last_mut()
            && (last.1, last.2, last.3) == (from, counts, allocated)
        {
            last.1 = to;
            return;
        }
        self.stretches.push((from, to, counts, allocated));
    }

    /// The work that so many nodes did in `[from, to)`, all of it booked as Running, is lost.
    pub fn lose(&mut self, from: u64, to: u64, nodes: u64) {
        self.lost.push((from, to, nodes));
    }

    /// The checkpoint that so many nodes wrote in `[from, to)`, a part of lost work, is lost as well.
    pub fn lose_checkpoint(&mut self, from: u64, to: u64, nodes: u64) {
        self.lost_checkpoints.push((from, to, nodes));
    }

    /// Time by category in `[low, high)`.
    pub fn integrate(&self, low: u64, high: u64) -> Times {
        let mut sum = Times::default();
        let clip = |from: u64, to: u64| to.min(high).saturating_sub(from.max(low));
        for &(from, to, counts, _) in &self.stretches {
            sum.add(counts, clip(from, to));
        }
        for &(from, to, nodes) in &self.lost {
            sum.lost += clip(from, to) * nodes;
        }
        for &(from, to, nodes) in &self.lost_checkpoints {
            let time = clip(from, to) * nodes;
            sum.checkpoints -= time;
            sum.run += time;
        }
        sum.run -= sum.lost;
        sum
    }

    /// The largest `allocated` in `[low, high)`. Reading: a number of nodes that is only there inside
    /// one instant is no peak.
    pub fn peak(&self, low: u64, high: u64) -> u64 {
        let mut peak = 0;
        for &(from, to, _, allocated) in &self.stretches {
            if from.max(low) < to.min(high) {
                peak = peak.max(allocated);
            }
        }
        peak
    }
}

/// Billed minus true length of a lease, or of an execution.
pub fn rounding((granularity, minimum): (u64, u64), length: u64) -> u64 {
    (length.div_ceil(granularity) * granularity).max(minimum) - length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn billing_rounding() {
        assert_eq!(rounding((60, 0), 0), 0);
        assert_eq!(rounding((60, 0), 60), 0);
        // 61 -> 2 x 60 = 120, 120 - 61 = 59.
        assert_eq!(rounding((60, 0), 61), 59);
        // 61 -> 120 -> at least 300, 300 - 61 = 239.
        assert_eq!(rounding((60, 300), 61), 239);
        assert_eq!(rounding((60, 300), 0), 300);
        // 301 -> 6 x 60 = 360, above the minimum: 59.
        assert_eq!(rounding((60, 300), 301), 59);
        // The minimum is not rounded: max(290, 240) = 290, 290 - 240 = 50.
        assert_eq!(rounding((60, 290), 240), 50);
    }

    #[test]
    fn clipping_a_timeline() {
        let mut timeline = Timeline::default();
        let two = Times {
            run: 2,
            ..Times::default()
        };
        let one = Times {
            idle_before_scale_down: 1,
            ..Times::default()
        };
        timeline.push(0, 10, two, 3);
        timeline.push(10, 10, Times::default(), 0);
        timeline.push(10, 30, one, 1);
        // [5, 10): 2 x 5 of run; [10, 12): 1 x 2 idle.
        let sum = timeline.integrate(5, 12);
        assert_eq!((sum.run, sum.idle_before_scale_down), (10, 2));
        assert_eq!(timeline.peak(5, 12), 3);
        // The interval is half open: from 10 on the three nodes are not seen.
        assert_eq!(timeline.peak(10, 40), 1);
        assert_eq!(timeline.integrate(20, 20), Times::default());
    }

    #[test]
    fn lost_work_is_taken_out_of_run() {
        let mut timeline = Timeline::default();
        let two = Times {
            run: 2,
            ..Times::default()
        };
        timeline.push(0, 10, two, 2);
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
