//! Which points of a search get replications next.
//!
//! The sooner a good point is known to meet the goal, the sooner others drop out. So points that are likely to meet it get replications
//! first. Most of the others then drop out with few replications. Taking first what decides the most follows the idea of optimal
//! computing budget allocation (Chen, Lin, Yücesan and Chick, Simulation budget allocation for further enhancing the efficiency of
//! ordinal optimization, Discrete Event Dynamic Systems 10, 2000, 251-270), though by a rule of its own.

use super::Shown;
use crate::report::answer::{Standing, Verdict};

/// How many times as many replications as the others a point has at least before it no longer goes ahead.
const AHEAD: u32 = 8;

/// Whether an open point meets the goal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prospect {
    /// It surely does.
    Meets,
    /// Its means keep all limits; about this many replications would tell.
    Likely(u64),
    /// A mean is on the bad side of a limit, or no number of replications is known to tell.
    Open,
}

impl Prospect {
    /// Of a point that fails no limit.
    pub(super) fn of(standing: &Standing<'_>) -> Self {
        match standing.verdict() {
            Verdict::Meets => Self::Meets,
            Verdict::Undecided {
                replications: Some(replications),
            } if standing.judged.iter().all(|it| it.excess() <= 0.0) => Self::Likely(replications),
            _ => Self::Open,
        }
    }
}

/// Those of some points that go ahead: of the points that are likely to meet the goal and are better by their means than all that surely
/// meet it, each than which none is both better and sooner known to meet it. One that has many more replications than the point with
/// the fewest waits for the others.
pub(super) fn leaders(points: &[usize], shown: &[Option<Shown>], counts: &[u32]) -> Vec<usize> {
    let all = shown.iter().flatten();
    let meeting = all.filter(|it| it.meets());
    let best = meeting
        .map(|it| it.seen.mean())
        .fold(f64::INFINITY, f64::min);
    let likely = points.iter().filter_map(|point| {
        let shown = shown[*point].as_ref()?;
        match shown.prospect {
            Prospect::Likely(needed) => Some((*point, shown.seen.mean(), needed)),
            Prospect::Meets | Prospect::Open => None,
        }
    });
    let likely = likely.filter(|(_, mean, _)| *mean < best);
    let fewest = points.iter().map(|point| counts[*point]).min();
    let is_near = |point: &usize| counts[*point] < fewest.unwrap_or_default().saturating_mul(AHEAD);
    let mut leaders = front(likely.collect());
    leaders.retain(is_near);
    leaders
}

/// The points, each with what is to be small and the replications that it needs, than which none is as good by both.
fn front(mut points: Vec<(usize, f64, u64)>) -> Vec<usize> {
    points.sort_by(|one, other| one.1.total_cmp(&other.1).then(one.2.cmp(&other.2)));
    let mut least = u64::MAX;
    points.retain(|(_, _, needed)| {
        let is_less = *needed < least;
        least = least.min(*needed);
        is_less
    });
    points.into_iter().map(|(point, ..)| point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_that_is_worse_and_needs_more_does_not_go_ahead() {
        let points = vec![
            (0, 5.0, 10),
            (1, 3.0, 40),
            (2, 4.0, 50),
            (3, 1.0, 900),
            (4, 3.0, 40),
            (5, 6.0, 9),
            (6, 7.0, 9),
        ];
        assert_eq!(front(points), [3, 1, 0, 5]);
        assert!(front(Vec::new()).is_empty());
    }
}
