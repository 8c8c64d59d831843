//! At which hour of the week runs wait longest.

use super::{Hour, hours};
use crate::report::StudyResults;
use crate::report::figures::WAIT_MEAN;
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

/// A sentence for each target whose runs wait: the hour of the longest mean wait, of the hours in which no fewer runs are
/// submitted than in the mean hour, if its 95 % interval is above the mean wait of all. Hours with few runs are left out.
pub(in crate::report) fn sentences(study: &StudyResults) -> Vec<String> {
    let mut told = Vec::new();
    for variant in &study.variants {
        let all = hours(variant);
        for own in all.chunks(HOURS_OF_WEEK) {
            let mut rows = target_rows(variant).into_iter();
            let row = rows.find(|row| row.target == own[0].target);
            let mean = row.and_then(|row| row.figure(WAIT_MEAN));
            if let (Some(longest), Some(mean)) = (longest(own), mean) {
                told.extend(sentence(longest, mean));
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

/// The hour of the longest mean wait of those that are not rare.
fn longest<'a, 'b>(hours: &'b [Hour<'a>]) -> Option<&'b Hour<'a>> {
    let submitted = |hour: &Hour<'_>| hour.submitted.map_or(0.0, |of| of.mean);
    let wait = |hour: &Hour<'_>| hour.wait_s.map_or(0.0, |of| of.mean);
    let mean = hours.iter().map(submitted).sum::<f64>() / HOURS_OF_WEEK as f64;
    let common = hours.iter().filter(|hour| submitted(hour) >= mean);
    common.max_by(|one, other| wait(one).total_cmp(&wait(other)))
}

fn sentence(longest: &Hour<'_>, mean: Estimate) -> Option<String> {
    let surely = |wait: &Estimate| wait.mean - wait.half_width.unwrap_or(f64::INFINITY);
    let wait = longest.wait_s.filter(|wait| surely(wait) > mean.mean)?;
    let unit = TimeUnit::suiting(wait.mean);
    let shown = |wait: Estimate| Shown::of(unit.from_seconds(wait)).with_unit(unit.name);
    let (day, hour) = (DAYS[longest.place / 24], longest.place % 24);
    Some(format!(
        "Runs at `{}` of `{}` wait longest where they are submitted on {day} from {hour:02}:00 to {:02}:00: {} on average. \
         Those of all hours wait {}.",
        longest.target,
        longest.variant.name,
        hour + 1,
        shown(wait),
        shown(mean),
    ))
}
