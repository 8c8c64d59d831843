//! The chart of break-evens: what both sides of each pair cost at the places that were simulated.

use super::figures::{self, days};
use super::pairs::Other;
use super::text::unit_of_costs;
use super::{Answer, Crossing, Found, Over, Stop, Unit};
use crate::report::charts::break_even::{self, BreakEvenInput, CostsAt, Mark, Places, Sides};
use crate::report::charts::{self, Chart, Study};
use crate::report::numbers::Shown;
use crate::report::sentences::clock;
use crate::study_results::Recurrence;

/// The name of its files, without their endings.
pub const CHART: &str = charts::names::BREAK_EVEN;

/// Draws it; `None` where nothing was simulated at two places.
pub fn draw(found: &Found<'_>) -> Option<Chart> {
    let study = found.study;
    let first = study.variants.first()?;
    let per_day = (first.recurrence != Recurrence::Once).then(|| days(first));
    let input = BreakEvenInput {
        study: Study {
            scenario: study.scenario.clone(),
            span: clock(first),
            currency: study.currency(),
            ..Study::default()
        },
        over: found.over.words().replace('`', ""),
        axis: match found.over {
            Over::Load => "times the scenario's load".to_owned(),
            over @ Over::Key { .. } => over.words().replace('`', ""),
        },
        unit: unit_of_costs(found, per_day),
        places: match found.over {
            Over::Load => Places::Factor,
            Over::Key { unit, .. } => match unit {
                Unit::Seconds => Places::Seconds,
                Unit::Number | Unit::HoursADay => Places::Number,
            },
        },
        sides: (found.answers.iter())
            .map(|answer| sides(found, answer, per_day.unwrap_or(1.0)))
            .collect(),
    };
    break_even::draw(CHART, &input)
}

fn sides(found: &Found<'_>, answer: &Answer, days: f64) -> Sides {
    let study = found.study;
    let at_roots = answer.crossings.iter().map(|crossing| crossing.look);
    let mut looks: Vec<_> = answer.scan.iter().copied().chain(at_roots).collect();
    looks.sort_by(|one, other| one.place.total_cmp(&other.place));
    let points = looks.into_iter().map(|look| {
        let costs = figures::cost(study, answer.pair, look);
        CostsAt {
            place: look.place,
            costs: costs.map(|cost| {
                let mean = cost.map_or(0.0, |cost| cost.mean);
                let width = cost.and_then(|cost| cost.half_width);
                (mean / days, width.map(|width| width / days))
            }),
        }
    });
    let first = look_of(answer.pair.variant, study.baseline);
    Sides {
        heading: match answer.stop {
            Some(Stop::Grows(side)) => {
                let variants = answer.pair.variants();
                let name = &study.variants[variants[side]].name;
                let told = answer.pair.told(study);
                format!("{told}, up to where the queue of {name} grows")
            }
            Some(Stop::Endless) | None => answer.pair.told(study),
        },
        names: found.names(answer.pair).map(str::to_owned),
        looks: match answer.pair.other {
            Other::Variant(other) => [first, look_of(other, study.baseline)],
            // What is paid without it is black in all plots.
            Other::Commitment(_) => [0, first.max(1)],
        },
        points: points.collect(),
        marks: (answer.crossings.iter())
            .map(|crossing| mark(found, crossing))
            .collect(),
    }
}

/// The baseline has the first look, as in all charts.
fn look_of(position: usize, baseline: usize) -> usize {
    match position {
        it if it == baseline => 0,
        it if it < baseline => it + 1,
        it => it,
    }
}

fn mark(found: &Found<'_>, crossing: &Crossing) -> Mark {
    let place = crossing.root.place;
    let runs = match found.over {
        Over::Load => figures::common_runs(found.study, crossing),
        Over::Key { .. } => None,
    };
    let runs = runs.map_or_else(String::new, |runs| {
        format!(" ({} runs per day)", Shown::of(runs).joined())
    });
    Mark {
        place: place.mean,
        half_width: place.half_width.unwrap_or(0.0),
        label: format!("{}{runs}", found.over.told(place)),
    }
}
