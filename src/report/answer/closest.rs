//! Which of several variants that do not surely meet a goal comes closest to it.

use super::judged::{Judged, Standing};

/// Two are as close as each other where what they miss differs by at most this share of the limit: they are printed alike.
const AS_CLOSE: f64 = 0.01;

/// The position of the one whose worst limit is missed by the smallest share of the limit. Of those that are as close, the one with the
/// smallest `value`, which is infinite where there is none. `None` among none.
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
    let all = among.iter().copied();
    let least = all.clone().map(excess).min_by(f64::total_cmp)?;
    let close = all.filter(|position| excess(*position) <= least + AS_CLOSE);
    close.min_by(|one, other| {
        let by_value = value(*one).total_cmp(&value(*other));
        by_value.then(excess(*one).total_cmp(&excess(*other)))
    })
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
    fn of_those_that_are_as_close_the_cheapest() {
        let limit = Limit {
            figure: Figure::WaitP95,
            scope: Scope::All,
            side: Side::AtMost,
            value: 300.0,
            written: "5m".to_owned(),
        };
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
}
