//! Which of several variants that do not surely meet a goal comes closest to it.

use super::judged::{Judged, Standing};

/// Two are as close as each other where what they miss differs by at most this share of the limit: they are printed alike. Of growing
/// queues, where the shares of the work that is done differ by at most this.
const AS_CLOSE: f64 = 0.01;

/// What is known of how far a variant is from a goal; the earlier, the closer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Tier {
    /// How far each figure is from its limit.
    Measured,
    /// That a figure has no value.
    NoValue,
    /// That its queue grows: what it costs and how long it takes depend on the horizon.
    Grows,
    /// Nothing.
    NoLimit,
}

/// The position of the one whose worst limit is missed by the smallest share of the limit. Of those that are as close, the one with the
/// smallest `value`, which is infinite where there is none. Those whose queue grows come after all others, and of them those that do the
/// largest share of their work by the horizon. `None` among none.
pub(in crate::report) fn closest(
    standings: &[Standing<'_>],
    among: &[usize],
    value: impl Fn(usize) -> f64,
) -> Option<usize> {
    let excess = |position: usize| {
        let standing = &standings[position];
        if standing.none_applies {
            return f64::INFINITY;
        }
        standing.binding().map_or(0.0, Judged::excess)
    };
    let tier = |position: usize| match &standings[position] {
        of if of.none_applies => Tier::NoLimit,
        of if of.done.is_some() => Tier::Grows,
        _ if excess(position).is_finite() => Tier::Measured,
        _ => Tier::NoValue,
    };
    let left_undone = |position: usize| 1.0 - standings[position].done.unwrap_or(1.0);
    let best = among.iter().copied().map(tier).min()?;
    let mut all: Vec<usize> = among.to_vec();
    all.retain(|position| tier(*position) == best);
    keep_least(&mut all, left_undone);
    keep_least(&mut all, excess);
    all.into_iter().min_by(|one, other| {
        let by_value = value(*one).total_cmp(&value(*other));
        by_value.then(excess(*one).total_cmp(&excess(*other)))
    })
}

/// Keeps those with the least of something, and those that are as close.
fn keep_least(all: &mut Vec<usize>, of: impl Fn(usize) -> f64) {
    let least = all.iter().copied().map(&of).min_by(f64::total_cmp);
    all.retain(|position| least.is_some_and(|least| of(*position) <= least + AS_CLOSE));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::goal::{Figure, Limit, Scope, Side};
    use crate::report::answer::Verdict;
    use crate::stats::Estimate;

    fn standing(limit: &Limit, mean: Option<f64>) -> Standing<'_> {
        Standing {
            variant: "",
            replications: 10,
            judged: vec![Judged {
                limit,
                value: mean.map(|mean| Estimate {
                    mean,
                    half_width: Some(0.01),
                }),
                grows: mean.is_none(),
                verdict: Verdict::Fails,
            }],
            none_applies: false,
            done: mean.is_none().then_some(0.5),
        }
    }

    fn wait_at_most(seconds: f64) -> Limit {
        Limit {
            figure: Figure::WaitP95,
            scope: Scope::All,
            side: Side::AtMost,
            value: seconds,
            written: format!("{seconds}s"),
        }
    }

    #[test]
    fn a_least_share_is_missed_by_a_part_of_what_it_leaves() {
        let limit = Limit {
            figure: Figure::WithinSlo,
            scope: Scope::All,
            side: Side::AtLeast,
            value: 0.99,
            written: "99%".to_owned(),
        };
        let standings = [0.9787, 0.98447].map(|mean| standing(&limit, Some(mean)));
        // They miss it by 113 % and 55 % of the 1 % that it leaves.
        assert_eq!(closest(&standings, &[0, 1], |at| [1.0, 2.0][at]), Some(1));
    }

    #[test]
    fn a_limit_of_nothing_is_missed_by_what_there_is() {
        let limit = wait_at_most(0.0);
        let standings = [9576.0, 576.0].map(|mean| standing(&limit, Some(mean)));
        assert_eq!(closest(&standings, &[0, 1], |at| [1.0, 2.0][at]), Some(1));
    }

    #[test]
    fn of_those_that_are_as_close_the_cheapest() {
        let limit = wait_at_most(300.0);
        let means = [None, Some(622.0), Some(483.0), Some(481.0), Some(490.0)];
        let standings = means.map(|mean| standing(&limit, mean));
        let costs = [1.0, 2.0, 5.0, 6.0, 4.0];
        let of = |among: &[usize]| closest(&standings, among, |at| costs[at]);
        // 3 s of 300 are 1 %, 9 s are not.
        assert_eq!(of(&[0, 1, 2, 3, 4]), Some(2));
        assert_eq!(of(&[3, 4]), Some(3));
        assert_eq!(of(&[0, 1]), Some(1));
        assert_eq!(of(&[0]), Some(0));
        assert_eq!(of(&[]), None);
    }

    #[test]
    fn of_growing_queues_the_one_that_does_most_of_its_work() {
        let limit = Limit {
            figure: Figure::WaitP95,
            scope: Scope::All,
            side: Side::AtMost,
            value: 300.0,
            written: "5m".to_owned(),
        };
        let shares = [Some(0.5), Some(0.9), Some(0.895), None];
        let mut standings = shares.map(|done| Standing {
            done,
            ..standing(&limit, None)
        });
        let costs = [1.0, 3.0, 2.0, 9.0];
        let of =
            |standings: &[Standing<'_>], among: &[usize]| closest(standings, among, |at| costs[at]);
        // 90 % and 89.5 % are as close: the cheaper of the two.
        assert_eq!(of(&standings, &[0, 1, 2]), Some(2));
        assert_eq!(of(&standings, &[0, 1]), Some(1));
        // One that keeps up comes first, though it has no figure.
        assert_eq!(of(&standings, &[0, 1, 2, 3]), Some(3));
        standings[3].none_applies = true;
        assert_eq!(of(&standings, &[0, 3]), Some(0));
    }
}
