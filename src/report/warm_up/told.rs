//! What was found of warm-ups, in sentences.

use super::{Found, Measured, Unfit, Verdict};
use crate::report::answer::listed;
use crate::stats::truncation::{BATCH, LEAST_BATCHES};
use crate::study_results::TargetSort;
use crate::units::{SimDuration, SimTime};

/// The recommendation, then what is wrong with variants that have none.
pub(super) fn sentences(found: &Found<'_>) -> Vec<String> {
    let mut all: Vec<String> = recommended(found).into_iter().collect();
    all.extend(unsettled(found));
    all.extend(left_out(found));
    if serves_too(found) {
        all.push("Services are left out: only waits of runs are looked at.".to_owned());
    }
    all
}

/// What to write in the scenario; `None` where no waits have settled.
fn recommended(found: &Found<'_>) -> Option<String> {
    let (warm_up, of) = found.longest()?;
    let settled = found.measured.iter();
    let settled = settled.filter(|of| matches!(of.verdict, Verdict::Settled(_)));
    let but = if settled.count() < found.measured.len() {
        ", but for those below"
    } else {
        ""
    };
    let stated = found.one_stated();
    let is_enough = |stated: SimDuration| {
        let stated = stated.to_friendly();
        format!("The scenario's `warmup = \"{stated}\"` is long enough")
    };
    if warm_up == SimDuration::ZERO {
        let stated = stated.filter(|stated| *stated > SimDuration::ZERO);
        let stated = stated.map_or_else(String::new, |stated| format!(" {}.", is_enough(stated)));
        return Some(format!(
            "No warm-up is needed: by MSER-{BATCH} the waits of runs show no transient at the start{but}.{stated}"
        ));
    }
    let written = warm_up.to_friendly();
    let (told, after) = match stated {
        Some(stated) if stated >= warm_up => {
            let after = if stated > warm_up {
                format!(" With `warmup = \"{written}\"` more would be measured.")
            } else {
                String::new()
            };
            (is_enough(stated), after)
        }
        stated => {
            let after = match stated {
                None => " Variants state warm-ups of their own: take these out.".to_owned(),
                Some(SimDuration::ZERO) => String::new(),
                Some(stated) => {
                    let stated = stated.to_friendly();
                    format!(" The scenario's `warmup = \"{stated}\"` is too short.")
                }
            };
            let told = format!("Write `warmup = \"{written}\"` at the top of the scenario file");
            (told, after)
        }
    };
    let needs = if found.measured.len() > 1 {
        format!(" `{}` takes longest.", found.name(of))
    } else {
        String::new()
    };
    Some(format!(
        "{told}: by MSER-{BATCH} the waits of runs have settled after {written}{but}.{needs}{after}"
    ))
}

impl Found<'_> {
    /// What all variants that were simulated state as their warm-up.
    fn one_stated(&self) -> Option<SimDuration> {
        let (first, others) = self.stated.split_first()?;
        others.iter().all(|other| other == first).then_some(*first)
    }
}

/// A sentence for each reason for which waits have not settled, with what to do.
fn unsettled(found: &Found<'_>) -> Vec<String> {
    let reasons = [Verdict::TooShort, Verdict::Changing, Verdict::Grows];
    let told = reasons.into_iter().filter_map(|verdict| {
        let such = found.measured.iter().filter(|of| of.verdict == verdict);
        let such: Vec<&Measured> = such.collect();
        let horizon = found.study.variants[such.first()?.variant].window.horizon;
        let names = such.iter().map(|of| format!("`{}`", found.name(of)));
        let names: Vec<String> = names.collect();
        let reason = reason(verdict, horizon)?;
        Some(format!(
            "No warm-up was found for {}: {reason}",
            listed(&names)
        ))
    });
    told.collect()
}

/// Why waits have not settled before a horizon, and what to do; `None` where they have.
fn reason(verdict: Verdict, horizon: SimTime) -> Option<String> {
    match verdict {
        Verdict::Settled(_) => None,
        Verdict::TooShort => {
            let least = BATCH * LEAST_BATCHES;
            let horizon = friendly(horizon);
            Some(format!(
                "fewer than {least} runs in a replication are too few to tell. Set a `horizon` longer than {horizon}."
            ))
        }
        Verdict::Changing => {
            let twice = friendly(SimTime(horizon.0.saturating_mul(2)));
            Some(format!(
                "the waits still change near the middle of the horizon. Set a longer one, such as `horizon = \"{twice}\"`, and ask again."
            ))
        }
        Verdict::Grows => Some(
            "the queue grows from the start to the horizon, so waits never settle. It needs more nodes, or less work."
                .to_owned(),
        ),
    }
}

fn friendly(time: SimTime) -> String {
    time.since(SimTime::ZERO).to_friendly()
}

/// A sentence for each reason for which variants were not simulated.
fn left_out(found: &Found<'_>) -> Vec<String> {
    let reasons = [Unfit::Once, Unfit::Calendar, Unfit::NoRuns];
    let told = reasons.into_iter().filter_map(|reason| {
        let such = found.left_out.iter().filter(|(_, unfit)| *unfit == reason);
        let names: Vec<String> = such.map(|(name, _)| format!("`{name}`")).collect();
        (!names.is_empty()).then(|| {
            let (why, what) = reason.words();
            format!("Not simulated: {}. {why}: {what}.", listed(&names))
        })
    });
    told.collect()
}

impl Unfit {
    /// Why no truncation point is looked for, and what to do instead; without full stops.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Once => (
                "Some of its work happens once (a batch, a log, a few fixed times), and how it begins belongs to what is measured",
                "leave `warmup` at `\"0s\"`, or keep the work that goes on in a scenario of its own",
            ),
            Self::Calendar => (
                "Hours or days differ in its work or its targets, and no truncation point tells such a cycle from the start",
                "leave out whole weeks, such as `warmup = \"7d\"`, and measure whole weeks after it",
            ),
            Self::NoRuns => (
                "It takes no runs, and only waits of runs are looked at",
                "compare results with and without a `warmup`",
            ),
        }
    }
}

/// Whether a variant that was simulated has services beside what takes runs.
fn serves_too(found: &Found<'_>) -> bool {
    let mut kinds = found.study.variants.iter().flat_map(|of| &of.kinds);
    kinds.any(|kind| *kind == TargetSort::Service)
}
