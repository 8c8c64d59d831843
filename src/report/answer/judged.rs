//! Limits against the figures of a variant.

use super::overload::share_done;
use crate::goal::{Dimension, Figure, Goal, Limit, Scope, ScopeKind, Side, Work};
use crate::report::VariantResults;
use crate::report::figures::FIGURES;
use crate::report::row::{Row, target_rows};
use crate::report::statistic::{Sample, Statistic};
use crate::stats::{self, CONFIDENCE, Estimate, spread};

/// Replications that nobody simulates.
const MOST_REPLICATIONS: f64 = 1e6;

/// What an interval says about a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The interval is on the good side.
    Meets,
    /// The interval covers the limit, or there is none.
    Undecided {
        /// About how many replications would decide; `None` where no number of them is known to.
        replications: Option<u64>,
    },
    /// There is no such figure, such as a makespan where a run has not ended.
    NoValue,
    /// The interval is on the bad side, or the queue grows, so that there is no wait.
    Fails,
}

impl Verdict {
    /// The word of files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Meets => "meets",
            Self::Undecided { .. } => "undecided",
            Self::NoValue => "no_value",
            Self::Fails => "fails",
        }
    }

    /// Of several limits that are all to be kept.
    fn all(verdicts: impl Iterator<Item = Self>) -> Self {
        let rank = |verdict: &Self| match verdict {
            Self::Meets => (0, 0),
            Self::Undecided { replications } => (1, replications.unwrap_or(u64::MAX)),
            Self::NoValue => (2, 0),
            Self::Fails => (3, 0),
        };
        verdicts.max_by_key(rank).unwrap_or(Self::Meets)
    }
}

/// The risk of each verdict on a limit that a variant misses or keeps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::report) struct Risks {
    /// Of "meets" where the limit is missed.
    pub(in crate::report) meets: f64,
    /// Of "fails" where it is kept.
    pub(in crate::report) fails: f64,
}

/// How a verdict is found.
#[derive(Clone, Copy)]
enum By {
    /// By the interval that is shown.
    Interval,
    /// By each side of the mean, with its own risk.
    Sides(Risks),
}

impl By {
    /// How far the figure may be beyond its mean on the bad side of a limit, and on the good side; `None` of one replication.
    fn reach(self, limit: &Limit, sample: &Sample) -> Option<[f64; 2]> {
        let spread = spread(&sample.values)?;
        let reach = match self {
            Self::Interval => [spread.half_width(CONFIDENCE); 2],
            Self::Sides(risks) => {
                let (bad, good) = match limit.side {
                    Side::AtMost => (stats::Side::Above, stats::Side::Below),
                    Side::AtLeast => (stats::Side::Below, stats::Side::Above),
                };
                [
                    spread.reach(risks.meets, bad),
                    spread.reach(risks.fails, good),
                ]
            }
        };
        Some(reach.map(|it| it + sample.hidden()))
    }
}

/// A limit and what a variant makes of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged<'a> {
    /// The limit.
    pub limit: &'a Limit,
    /// The figure.
    pub value: Option<Estimate>,
    /// Whether the queue grows, so that the figure has no mean.
    pub grows: bool,
    /// What that says.
    pub verdict: Verdict,
}

impl Judged<'_> {
    /// How far the estimate is beyond the limit, as a share of the limit (as it is where that is 0); of a least share, such as
    /// 99 %, as a share of what it leaves. Infinite without a value, 0 or less on the good side.
    pub fn excess(&self) -> f64 {
        let Some(Estimate { mean, .. }) = self.value else {
            return f64::INFINITY;
        };
        let limit = self.limit;
        let is_least_share =
            limit.figure.dimension() == Dimension::Share && limit.side == Side::AtLeast;
        let size = if is_least_share && limit.value < 1.0 {
            1.0 - limit.value
        } else if limit.value == 0.0 {
            1.0
        } else {
            limit.value.abs()
        };
        limit.excess(mean) / size
    }
}

/// A variant and the limits that apply to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing<'a> {
    /// Name of the variant.
    pub variant: &'a str,
    /// Replications that this rests on.
    pub replications: usize,
    /// Each limit on a figure of work that the variant does, at a target that it has.
    pub judged: Vec<Judged<'a>>,
    /// Whether there are limits, but none applies: nothing is known of what is wanted.
    pub none_applies: bool,
    /// Where its queue grows, the share of its work that it does by the horizon.
    pub done: Option<f64>,
}

impl<'a> Standing<'a> {
    /// Whether all limits are kept.
    pub fn verdict(&self) -> Verdict {
        if self.none_applies {
            return Verdict::NoValue;
        }
        Verdict::all(self.judged.iter().map(|judged| judged.verdict))
    }

    /// The limit that is missed by most, or is next to be.
    pub fn binding(&self) -> Option<&Judged<'a>> {
        let by_excess =
            |one: &&Judged<'_>, other: &&Judged<'_>| one.excess().total_cmp(&other.excess());
        self.judged.iter().max_by(by_excess)
    }

    /// A variant by some limits.
    pub(in crate::report) fn of(variant: &'a VariantResults, limits: &'a [Limit]) -> Self {
        Self::by(By::Interval, variant, limits)
    }

    /// The same with verdicts that are wrong with these risks.
    pub(in crate::report) fn at(
        variant: &'a VariantResults,
        limits: &'a [Limit],
        risks: Risks,
    ) -> Self {
        Self::by(By::Sides(risks), variant, limits)
    }

    fn by(by: By, variant: &'a VariantResults, limits: &'a [Limit]) -> Self {
        let all = Row::of_all(variant);
        let of_target = |limit: &Limit| limit.scope.name_of(ScopeKind::Target).is_some();
        let has_targets = limits.iter().any(of_target);
        let targets = if has_targets {
            target_rows(variant)
        } else {
            Vec::new()
        };
        let row_of = |limit: &Limit| match &limit.scope {
            Scope::All => Some(all.clone()),
            Scope::Target(name) => targets.iter().find(|row| row.target == name).cloned(),
            other => Row::about(variant, other),
        };
        let judged = limits.iter().filter_map(|limit| {
            let row = row_of(limit).filter(|row| does(row, limit.figure))?;
            Some(judged(limit, &row, by))
        });
        let judged: Vec<Judged<'_>> = judged.collect();
        Self {
            variant: &variant.name,
            replications: variant.replications.len(),
            none_applies: judged.is_empty() && !limits.is_empty(),
            judged,
            done: share_done(variant),
        }
    }
}

/// Each variant by a goal.
pub(super) fn standings<'a>(variants: &'a [VariantResults], goal: &'a Goal) -> Vec<Standing<'a>> {
    let all = variants.iter();
    all.map(|variant| Standing::of(variant, &goal.limits))
        .collect()
}

/// Whether a figure is about something that is done.
fn does(row: &Row<'_>, figure: Figure) -> bool {
    match figure.work() {
        Work::Any => true,
        Work::Runs | Work::EndingRuns | Work::FanOuts => row.takes_runs(),
        Work::Requests | Work::RequestsWithSlo => row.serves(),
    }
}

fn judged<'a>(limit: &'a Limit, row: &Row<'_>, by: By) -> Judged<'a> {
    let sample = row.sample(statistic(limit.figure));
    let value = sample.as_ref().and_then(Sample::estimate);
    let grows = value.is_none() && limit.figure.dimension() == Dimension::Time && row.growing.any();
    let verdict = match sample.as_ref().zip(value) {
        Some((sample, Estimate { mean, .. })) => {
            let reach = by.reach(limit, sample);
            verdict(limit, mean, reach, (sample.hidden(), row.replications()))
        }
        None if grows => Verdict::Fails,
        None => Verdict::NoValue,
    };
    Judged {
        limit,
        value,
        grows,
        verdict,
    }
}

/// What a mean says about a limit, given how far the figure may be beyond it on the bad side and on the good one, the part of that which
/// histograms hide, and the number of replications.
fn verdict(
    limit: &Limit,
    mean: f64,
    reach: Option<[f64; 2]>,
    (hidden, replications): (f64, usize),
) -> Verdict {
    let Some([bad, good]) = reach else {
        return Verdict::Undecided { replications: None };
    };
    let excess = limit.excess(mean);
    if excess + bad <= 0.0 {
        Verdict::Meets
    } else if excess - good > 0.0 {
        Verdict::Fails
    } else {
        let width = if excess <= 0.0 { bad } else { good };
        let replications = needed(replications, width - hidden, excess.abs() - hidden);
        Verdict::Undecided { replications }
    }
}

/// About how many replications would bring a half-width down to a distance: it falls with the root of their number (Law,
/// Simulation Modeling and Analysis, 5th ed., section 9.4.1). Rounded up to two digits; `None` where that is no number to simulate.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the number is positive and not large"
)]
pub(in crate::report) fn needed(replications: usize, width: f64, distance: f64) -> Option<u64> {
    if distance <= 0.0 {
        return None;
    }
    let count = replications as f64 * (width / distance).powi(2);
    let place = 10.0_f64.powf((count.max(10.0).log10()).floor() - 1.0);
    let rounded = (count / place).ceil() * place;
    let more = rounded.max(replications as f64 + 1.0);
    (more <= MOST_REPLICATIONS).then_some(more.round() as u64)
}

/// How a figure is computed.
pub(in crate::report) fn statistic(figure: Figure) -> Statistic {
    let name = figure.column();
    let known = FIGURES.iter().find(|known| known.name == name);
    known.expect("each figure is a column").statistic
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::goal::Side;
    use crate::stats::estimate;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;
    use rand_distr::{Distribution, Normal};

    fn limit(side: Side, value: f64) -> Limit {
        Limit {
            figure: Figure::WaitP95,
            scope: Scope::All,
            side,
            value,
            written: String::new(),
        }
    }

    fn said(side: Side, mean: f64, half_width: Option<f64>) -> Verdict {
        verdict(
            &limit(side, 600.0),
            mean,
            half_width.map(|it| [it; 2]),
            (0.0, 30),
        )
    }

    #[test]
    fn every_figure_is_a_column() {
        for figure in Figure::ALL {
            let name = figure.column();
            assert!(FIGURES.iter().any(|known| known.name == name), "{name}");
        }
    }

    #[test]
    fn the_interval_decides() {
        let undecided = |replications| Verdict::Undecided { replications };
        assert_eq!(said(Side::AtMost, 580.0, Some(20.0)), Verdict::Meets);
        assert_eq!(said(Side::AtMost, 621.0, Some(20.0)), Verdict::Fails);
        assert_eq!(said(Side::AtLeast, 621.0, Some(20.0)), Verdict::Meets);
        assert_eq!(said(Side::AtLeast, 579.0, Some(20.0)), Verdict::Fails);
        // 30 (20 / 10)^2 = 120 replications have half the width.
        assert_eq!(said(Side::AtMost, 590.0, Some(20.0)), undecided(Some(120)));
        // 30 (20 / 7)^2 = 244.9, up to two digits.
        assert_eq!(said(Side::AtMost, 607.0, Some(20.0)), undecided(Some(250)));
        assert_eq!(said(Side::AtMost, 600.0, Some(20.0)), undecided(None));
        assert_eq!(said(Side::AtMost, 1.0, None), undecided(None));
        assert_eq!(said(Side::AtMost, 600.0, Some(0.0)), Verdict::Meets);
    }

    #[test]
    fn what_histograms_hide_no_replication_shows() {
        let of = |mean, hidden| {
            let reach = Some([20.0; 2]);
            verdict(&limit(Side::AtMost, 600.0), mean, reach, (hidden, 30))
        };
        let undecided = |replications| Verdict::Undecided { replications };
        assert_eq!(of(596.0, 5.0), undecided(None));
        // (20 - 5) to (10 - 5): 30 * 9.
        assert_eq!(of(590.0, 5.0), undecided(Some(270)));
    }

    #[test]
    fn the_worst_verdict_is_that_of_all() {
        let some = Verdict::Undecided {
            replications: Some(90),
        };
        let many = Verdict::Undecided { replications: None };
        let of = |verdicts: &[Verdict]| Verdict::all(verdicts.iter().copied());
        assert_eq!(of(&[Verdict::Meets, some]), some);
        assert_eq!(of(&[many, some]), many);
        assert_eq!(of(&[Verdict::Fails, many]), Verdict::Fails);
        assert_eq!(of(&[]), Verdict::Meets);
    }

    /// The mean is exactly the limit plus a hair, so that "meets" is wrong: two-sided intervals err there in 2.5 %.
    #[test]
    fn at_the_edge_it_is_wrong_in_less_than_one_of_20_studies() {
        const STUDIES: usize = 4000;
        let mut rng = ChaCha8Rng::seed_from_u64(20);
        let waits = Normal::new(600.0 + 1e-9, 60.0).unwrap();
        let mut met = 0;
        for _ in 0..STUDIES {
            let values: Vec<f64> = (0..20).map(|_| waits.sample(&mut rng)).collect();
            let estimate = estimate(&values, CONFIDENCE).unwrap();
            let reach = estimate.half_width.map(|it| [it; 2]);
            let limit = limit(Side::AtMost, 600.0);
            let said = verdict(&limit, estimate.mean, reach, (0.0, values.len()));
            met += usize::from(said == Verdict::Meets);
        }
        let share = met as f64 / STUDIES as f64;
        assert!((0.01..=0.05).contains(&share), "{share}");
    }
}
