//! From when on waits have settled, so that the start of the simulation no longer tells in them: what was measured of each variant, its
//! truncation point by MSER-5 ([`crate::stats::truncation`]), and what that comes to as a table, sentences and a chart
//! (`docs/deciding.md`).

mod csv;
mod drawing;
mod page;
mod rounding;
mod series;
mod text;
mod told;

pub use csv::{NAME, dictionary, write};
pub use drawing::{CHART, draw};
pub use page::page;
pub use series::{Gathered, Series, Wait, waits};
pub use text::text;

use super::growth::Growing;
use super::{StudyResults, VariantResults};
use crate::results::Window;
use crate::stats::truncation::{BATCH, Start, batch_means, start};
use crate::study_results::{Recurrence, TargetSort};
use crate::units::{SimDuration, SimTime};
use rounding::rounded_up;

/// Why no warm-up is looked for in a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// Some of its work happens once.
    Once,
    /// Hours or days differ.
    Calendar,
    /// It takes no runs.
    NoRuns,
}

impl Unfit {
    /// Of a variant; `None` where its waits can settle.
    pub fn of(variant: &VariantResults) -> Option<Self> {
        if targets(variant) == 0 {
            return Some(Self::NoRuns);
        }
        match variant.recurrence {
            Recurrence::Once => Some(Self::Once),
            Recurrence::Weekly => Some(Self::Calendar),
            Recurrence::Steady => None,
        }
    }
}

/// Targets of a variant that take runs; services come behind them.
pub fn targets(variant: &VariantResults) -> usize {
    let kinds = variant.kinds.iter();
    kinds.filter(|kind| **kind != TargetSort::Service).count()
}

/// What is known of the start of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Verdict {
    /// Its transient is over.
    Settled(Settled),
    /// It is not over in the first half.
    Changing,
    /// There are too few runs to tell.
    TooShort,
    /// Its queue grows until the horizon.
    Grows,
}

/// Where a transient is over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Settled {
    /// Runs before it, of each replication.
    runs: usize,
    /// When the next one is submitted, in seconds: the mean over the replications.
    mean_s: f64,
    /// The latest such time.
    latest: SimTime,
    /// The warm-up that leaves them out in every replication.
    warm_up: SimDuration,
    /// Mean wait of the runs behind it, in seconds.
    wait_s: f64,
}

/// Five runs of each replication.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Batch {
    /// Mean time of the submission of the first, in seconds.
    at_s: f64,
    /// Mean wait, in seconds.
    wait_s: f64,
}

/// What was measured of a target of a variant.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Measured {
    variant: usize,
    target: usize,
    /// Runs of each replication, as far as all of them go.
    runs: usize,
    batches: Vec<Batch>,
    /// Mean wait of all of them, in seconds; of none 0.
    wait_s: f64,
    verdict: Verdict,
}

/// What was found of a scenario.
#[derive(Debug)]
pub struct Found<'a> {
    /// What was simulated, without a warm-up.
    study: &'a StudyResults,
    measured: Vec<Measured>,
    left_out: &'a [(String, Unfit)],
    /// What the scenario says of each variant that was simulated.
    stated: &'a [SimDuration],
}

impl<'a> Found<'a> {
    /// Of a study that was simulated without a warm-up, the waits of its runs, the variants that were not simulated, and the warm-up that the
    /// scenario states for each that was.
    pub fn of(
        (study, gathered): (&'a StudyResults, &Gathered),
        left_out: &'a [(String, Unfit)],
        stated: &'a [SimDuration],
    ) -> Self {
        Self {
            measured: measured(study, gathered),
            study,
            left_out,
            stated,
        }
    }

    /// The longest warm-up that a target needs, with what needs it; `None` where none has settled.
    fn longest(&self) -> Option<(SimDuration, &Measured)> {
        let settled = self.measured.iter().filter_map(|of| match of.verdict {
            Verdict::Settled(settled) => Some((settled.warm_up, of)),
            _ => None,
        });
        // Of several the first.
        settled.rev().max_by_key(|(warm_up, _)| *warm_up)
    }

    /// Whether a variant has several targets that were measured.
    fn names_targets(&self) -> bool {
        let of = |variant| self.measured.iter().filter(move |of| of.variant == variant);
        (0..self.study.variants.len()).any(|variant| of(variant).count() > 1)
    }

    /// The variant, with the target where some variant has several.
    fn name(&self, of: &Measured) -> String {
        let variant = &self.study.variants[of.variant];
        if self.names_targets() {
            format!("{}, {}", variant.name, variant.targets[of.target])
        } else {
            variant.name.clone()
        }
    }
}

fn measured(study: &StudyResults, gathered: &Gathered) -> Vec<Measured> {
    let grows = study.variants.iter().map(Growing::of_each);
    let grows: Vec<Vec<Growing>> = grows.collect();
    let each = gathered.each().filter(|(.., series)| !series.is_idle());
    each.map(|(variant, target, series)| {
        let window = study.variants[variant].window;
        let waits = series.waits_s();
        let means = batch_means(&waits);
        let verdict = match start(&means) {
            _ if grows[variant][target].runs => Verdict::Grows,
            Start::TooShort => Verdict::TooShort,
            Start::Changing => Verdict::Changing,
            Start::Settled(point) => settled((series, &waits), point * BATCH, window),
        };
        let batches = means.into_iter().enumerate().map(|(batch, wait_s)| Batch {
            at_s: series.submitted_s(batch * BATCH),
            wait_s,
        });
        Measured {
            variant,
            target,
            runs: waits.len(),
            batches: batches.collect(),
            wait_s: mean(&waits),
            verdict,
        }
    })
    .collect()
}

/// The warm-up that leaves out the first runs; a transient that lasts to the horizon is not over.
fn settled((series, waits): (&Series, &[f64]), runs: usize, window: Window) -> Verdict {
    let latest = match runs {
        0 => SimTime::ZERO,
        _ => series.latest(runs),
    };
    let warm_up = rounded_up(latest.since(SimTime::ZERO));
    if warm_up >= window.length() {
        return Verdict::Changing;
    }
    Verdict::Settled(Settled {
        runs,
        mean_s: if runs == 0 {
            0.0
        } else {
            series.submitted_s(runs)
        },
        latest,
        warm_up,
        wait_s: mean(&waits[runs..]),
    })
}

fn mean(waits: &[f64]) -> f64 {
    waits.iter().sum::<f64>() / waits.len().max(1) as f64
}
