//! Runs and their waits by the hour of the week in which they were submitted, where hours differ.

pub(super) mod csv;
mod told;

pub(super) use told::sentences;

use super::VariantResults;
use super::growth::Growing;
use super::row::ALL_TARGETS;
use crate::results::WeekStatistics;
use crate::stats::{CONFIDENCE, Estimate, estimate, ratio_of_means};
use crate::units::{HOURS_OF_WEEK, TICKS_PER_SECOND};

/// An hour of the week at a target of a variant.
struct Hour<'a> {
    variant: &'a VariantResults,
    target: &'a str,
    /// From Monday 00:00 on.
    place: usize,
    /// Runs submitted, in all weeks.
    submitted: Option<Estimate>,
    /// Mean wait; `None` where no run started, or the queue grows.
    wait_s: Option<Estimate>,
}

/// The hours of each target of a variant that has counted them.
fn hours(variant: &VariantResults) -> Vec<Hour<'_>> {
    let mut hours = Vec::new();
    if !variant.by_week {
        return hours;
    }
    for (target, growing) in Growing::of_each(variant).into_iter().enumerate() {
        let all = variant.replications.iter();
        let weeks: Vec<_> = all
            .filter_map(|result| result.weeks().into_iter().nth(target)?)
            .collect();
        if weeks.is_empty() {
            continue;
        }
        hours.extend((0..HOURS_OF_WEEK).map(|place| Hour {
            variant,
            target: &variant.targets[target],
            place,
            submitted: submitted(&weeks, place),
            wait_s: wait_s(&weeks, place).filter(|_| !growing.runs),
        }));
    }
    hours
}

/// The hours of all targets of a variant together, where several have counted them.
fn together(variant: &VariantResults) -> Vec<Hour<'_>> {
    if !variant.by_week {
        return Vec::new();
    }
    let mut counting = 0;
    let weeks = variant.replications.iter().filter_map(|result| {
        let own: Vec<_> = result.weeks().into_iter().flatten().collect();
        counting = own.len();
        own.into_iter().reduce(|mut sum, one| {
            sum.add(&one);
            sum
        })
    });
    let weeks: Vec<_> = weeks.collect();
    if counting < 2 {
        return Vec::new();
    }
    let grows = Growing::of_all(variant).runs;
    let hour = |place| Hour {
        variant,
        target: ALL_TARGETS,
        place,
        submitted: submitted(&weeks, place),
        wait_s: wait_s(&weeks, place).filter(|_| !grows),
    };
    (0..HOURS_OF_WEEK).map(hour).collect()
}

fn submitted(weeks: &[Box<WeekStatistics>], hour: usize) -> Option<Estimate> {
    let counts = weeks.iter().map(|week| week.submitted[hour] as f64);
    estimate(&counts.collect::<Vec<f64>>(), CONFIDENCE)
}

fn wait_s(weeks: &[Box<WeekStatistics>], hour: usize) -> Option<Estimate> {
    let seconds = |week: &WeekStatistics| week.wait_sum[hour] as f64 / TICKS_PER_SECOND as f64;
    let pairs = weeks
        .iter()
        .map(|week| (seconds(week), week.started[hour] as f64));
    let (waits, started): (Vec<f64>, Vec<f64>) = pairs.unzip();
    ratio_of_means(&waits, &started, CONFIDENCE)
}
