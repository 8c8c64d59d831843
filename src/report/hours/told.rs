//! At which hour of the week runs wait longest.

use super::{Hour, hours};
use crate::report::StudyResults;
use crate::report::answer::listed;
use crate::report::figures::WAIT_MEAN;
use crate::report::holm::Stretches;
use crate::report::numbers::{Shown, TimeUnit};
use crate::report::row::target_rows;
use crate::stats::Estimate;
use crate::units::HOURS_OF_WEEK;

/// Targets that are told of; `hours.csv` has all.
const MOST: usize = 6;

const DAYS: [&str; 7] = [
    "Mondays",
    "Tuesdays",
    "Wednesdays",
    "Thursdays",
    "Fridays",
    "Saturdays",
    "Sundays",
];

/// From this part of the mean wait of all hours on, a longer one is told.
const TOLD: f64 = 0.1;

/// A sentence for each target whose runs wait: the hour of the week with the longest mean wait. Hours with fewer runs than the
/// mean hour are left out. The hour is told if its interval is above the mean wait of all hours. That interval is wider than one
/// at 95 %, since many hours are compared.
pub(in crate::report) fn sentences(study: &StudyResults) -> Vec<String> {
    let mut told = Vec::new();
    for variant in &study.variants {
        let all = hours(variant);
        for own in all.chunks(HOURS_OF_WEEK) {
            let mut rows = target_rows(variant).into_iter();
            let row = rows.find(|row| row.target == own[0].target);
            let mean = row.and_then(|row| row.figure(WAIT_MEAN));
            if let Some(mean) = mean {
                told.extend(longest(own, mean).and_then(|longest| sentence(&longest, mean)));
            }
        }
    }
    let left_out = told.len().saturating_sub(MOST);
    told.truncate(MOST);
    if left_out > 0 {
        told.push(format!(
            "`hours.csv` has all hours, and {left_out} more targets."
        ));
    }
    told
}

/// The hour of the longest mean wait.
struct Longest<'a, 'b> {
    hour: &'b Hour<'a>,
    wait: Estimate,
    /// The days on which the wait of this hour of the day is not clearly shorter.
    days: Vec<usize>,
}

/// The hour of the longest mean wait of those that are not rare.
fn longest<'a, 'b>(hours: &'b [Hour<'a>], mean: Estimate) -> Option<Longest<'a, 'b>> {
    let submitted = |hour: &Hour<'_>| hour.submitted.map_or(0.0, |of| of.mean);
    let mean_hour = hours.iter().map(submitted).sum::<f64>() / HOURS_OF_WEEK as f64;
    let common = hours.iter().filter(|hour| submitted(hour) >= mean_hour);
    let waits: Vec<(&Hour<'_>, Estimate)> = common
        .filter_map(|hour| Some((hour, hour.wait_s?)))
        .collect();
    let evidence = waits.iter().map(|(_, wait)| {
        let longer = wait.mean - mean.mean;
        wait.half_width.map_or(0.0, |width| longer / width)
    });
    let replications = hours.first()?.variant.replications.len();
    let stretches = Stretches::new(waits.len(), replications);
    let stretches = stretches.of(&evidence.collect::<Vec<f64>>());
    let judged = waits.into_iter().zip(stretches).map(|((hour, wait), by)| {
        let half_width = wait.half_width.map(|width| width * by);
        (hour, Estimate { half_width, ..wait })
    });
    let judged: Vec<(&Hour<'_>, Estimate)> = judged.collect();
    let longest = (judged.iter()).max_by(|(_, one), (_, other)| one.mean.total_cmp(&other.mean));
    let (hour, wait) = *longest?;
    let is_alike = |(other, of_other): &&(&Hour<'_>, Estimate)| {
        other.place % 24 == hour.place % 24
            && of_other.mean + width(of_other) >= wait.mean - width(&wait)
    };
    let days = judged.iter().filter(is_alike);
    let days = days.map(|(other, _)| other.place / 24).collect();
    Some(Longest { hour, wait, days })
}

fn width(of: &Estimate) -> f64 {
    of.half_width.unwrap_or(f64::INFINITY)
}

/// `Mondays and Tuesdays`, `working days`, `any day`.
fn told_days(days: &[usize]) -> String {
    match days {
        [0, 1, 2, 3, 4] => "working days".to_owned(),
        all if all.len() == DAYS.len() => "any day".to_owned(),
        some => listed(
            &some
                .iter()
                .map(|day| DAYS[*day].to_owned())
                .collect::<Vec<String>>(),
        ),
    }
}

fn sentence(longest: &Longest<'_, '_>, mean: Estimate) -> Option<String> {
    let Longest { hour, wait, days } = longest;
    let is_told = wait.mean - width(wait) > mean.mean && wait.mean >= (1.0 + TOLD) * mean.mean;
    if !is_told {
        return None;
    }
    let unit = TimeUnit::suiting(wait.mean);
    let shown = |wait: Estimate| Shown::of(unit.from_seconds(wait)).with_unit(unit.name);
    let up_to = if days.len() > 1 { "up to " } else { "" };
    let of_day = hour.place % 24;
    Some(format!(
        "Runs at `{}` of `{}` wait longest where they are submitted on {} from {of_day:02}:00 to {:02}:00: {up_to}{} on average. \
         Those of all hours wait {}.",
        hour.target,
        hour.variant.name,
        told_days(days),
        of_day + 1,
        shown(*wait),
        shown(mean),
    ))
}
