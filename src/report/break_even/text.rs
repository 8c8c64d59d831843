//! What was found of break-evens, for a terminal.

use super::figures::{self, Side, days};
use super::{Answer, Crossing, Found, Over, Stop};
use crate::report::numbers::{Shown, TimeUnit};
use crate::report::plain_table::{PlainColumn, plain_table};
use crate::report::wrapping::{columns as columns_of, cut, wrapped};
use crate::stats::Estimate;
use crate::study_results::Recurrence;

/// Columns that a name takes at most in the table.
const WIDEST_NAME: usize = 28;

/// Columns of the table that are kept, however narrow the terminal is: name, cost and wait.
const LEAST_COLUMNS: usize = 3;

/// Sentences about each pair, then a table of both variants at each break-even. No line is longer than `width` columns.
pub fn text(found: &Found<'_>, width: usize) -> String {
    let mut text = String::new();
    for answer in &found.answers {
        for sentence in sentences(found, answer) {
            text.push_str(&wrapped(&sentence, width));
            text.push('\n');
        }
    }
    if found.left_out > 0 {
        let sentence = format!(
            "{} more pairs are left out: `--between A B` asks about two variants.",
            found.left_out
        );
        text.push_str(&wrapped(&sentence, width));
        text.push('\n');
    }
    if let Some(table) = table(found, width) {
        text.push('\n');
        text.push_str(&table);
    }
    text
}

fn sentences(found: &Found<'_>, answer: &Answer) -> Vec<String> {
    let crossings = answer.crossings.iter();
    let mut sentences: Vec<String> = crossings
        .map(|crossing| of_crossing(found, answer, crossing))
        .collect();
    if sentences.is_empty() {
        sentences.push(none(found, answer));
    }
    sentences
}

fn of_crossing(found: &Found<'_>, answer: &Answer, crossing: &Crossing) -> String {
    let study = found.study;
    let root = crossing.root;
    let is_load = *found.over == Over::Load;
    let runs = figures::runs_per_day(study, crossing, is_load).filter(|_| is_load);
    let runs = runs.map_or_else(String::new, |runs| {
        format!(" ({} runs per day)", Shown::of(runs).joined())
    });
    let place = format!("{}{runs}", found.over.told(root.place));
    let names = found.names(answer.pair);
    let [below, above] = if crossing.rises {
        names
    } else {
        [names[1], names[0]]
    };
    let told = match figures::share_used(study, answer.pair, crossing.look) {
        Some(share) => {
            let used = Shown::percent(share).joined();
            let from = if crossing.rises { "from" } else { "up to" };
            format!("pays {from} {place}, where {used} % of it is used.")
        }
        None => {
            format!("both cost the same at {place}; below it {below} costs less, above it {above}.")
        }
    };
    let sides = crossing.look.sides.map(|at| &study.variants[at]);
    let grows = sides.into_iter().find(|side| Side::of(side).grows);
    let grows = grows.map_or_else(String::new, |side| {
        format!(
            " The queue of {} grows there: it cannot do so much.",
            side.name
        )
    });
    let unclear = if root.is_precise {
        String::new()
    } else {
        format!(
            " {} replications were not enough for a shorter interval: give more with `--replications`.",
            root.count
        )
    };
    format!("{}: {told}{grows}{unclear}", answer.pair.told(study))
}

/// What is said where no place was found.
fn none(found: &Found<'_>, answer: &Answer) -> String {
    let heading = answer.pair.told(found.study);
    let (Some(first), Some(last)) = (answer.scan.first(), answer.scan.last()) else {
        return format!("{heading}: nothing could be simulated.");
    };
    let names = found.names(answer.pair);
    let between = format!(
        "between {} and {}",
        found.over.end(first.place),
        found.over.end(last.place)
    );
    let stop = match answer.stop {
        Some(Stop::Grows(side)) => {
            let name = &found.study.variants[last.sides[side]].name;
            format!(" The queue of {name} grows at the last.")
        }
        Some(Stop::Endless) => " With more, one of them does not end.".to_owned(),
        None => String::new(),
    };
    match answer.cheaper(found.study) {
        Some(side) => format!(
            "{heading}: no break-even {between}: {} costs less everywhere.{stop}",
            names[side]
        ),
        None => format!("{heading}: both cost the same {between}.{stop}"),
    }
}

/// A line of the table.
struct Line {
    name: String,
    cost: Option<Estimate>,
    side: Option<Side>,
}

/// Both sides at each crossing.
fn table(found: &Found<'_>, width: usize) -> Option<String> {
    let study = found.study;
    let first = study.variants.first()?;
    let per_day = (first.recurrence != Recurrence::Once).then(|| days(first));
    let mut lines: Vec<Line> = Vec::new();
    let label = |text: &str| Line {
        name: cut(text, WIDEST_NAME),
        cost: None,
        side: None,
    };
    for answer in &found.answers {
        if found.answers.len() > 1 && !answer.crossings.is_empty() {
            lines.push(label(&answer.pair.told(study)));
        }
        for crossing in &answer.crossings {
            let place = Estimate::alone(crossing.root.place.mean);
            lines.push(label(&found.over.told(place)));
            let costs = figures::cost(study, answer.pair, crossing.look);
            let sides = found.names(answer.pair).into_iter().zip(costs);
            for ((name, cost), at) in sides.zip(crossing.look.sides) {
                lines.push(Line {
                    name: cut(&format!("  {name}"), WIDEST_NAME),
                    cost: cost.map(|cost| cost.scaled(1.0 / per_day.unwrap_or(1.0))),
                    side: Some(Side::of(&study.variants[at])),
                });
            }
        }
    }
    (!lines.is_empty()).then(|| of_lines(&lines, &unit_of_costs(found, per_day), width))
}

/// What costs are in: `USD per day`.
pub(super) fn unit_of_costs(found: &Found<'_>, per_day: Option<f64>) -> String {
    let currency = found.study.currency();
    let time = if per_day.is_some() { " per day" } else { "" };
    format!("{}{time}", currency.code())
}

fn of_lines(lines: &[Line], unit: &str, width: usize) -> String {
    let times = |of: fn(&Side) -> Option<Estimate>| {
        let all = lines.iter().filter_map(|line| of(line.side.as_ref()?));
        all.map(|time| time.mean).collect::<Vec<f64>>()
    };
    let waits =
        TimeUnit::suiting_all([times(|side| side.wait_mean), times(|side| side.wait_p95)].concat());
    let latencies = TimeUnit::suiting_latencies(times(|side| side.latency_p95));
    let mut columns = vec![
        PlainColumn {
            cells: header("at the break-even", lines, |line| Some(line.name.clone())),
            right: false,
        },
        PlainColumn {
            cells: header(&format!("cost\n{unit}"), lines, |line| {
                line.cost.map(|cost| Shown::of(cost).joined())
            }),
            right: true,
        },
    ];
    let mut add =
        |name: &str, of: fn(&Side) -> Option<Estimate>, shown: &dyn Fn(Estimate) -> String| {
            let is_known = lines
                .iter()
                .any(|line| line.side.as_ref().and_then(of).is_some());
            if is_known {
                let cell = |line: &Line| {
                    let side = line.side.as_ref()?;
                    let grows = side.grows.then(|| "grows".to_owned());
                    of(side).map(shown).or(grows)
                };
                columns.push(PlainColumn {
                    cells: header(name, lines, cell),
                    right: true,
                });
            }
        };
    let time = |unit: TimeUnit| move |wait: Estimate| Shown::of(unit.from_seconds(wait)).joined();
    add(
        &format!("mean wait\n{}", waits.name),
        |side| side.wait_mean,
        &time(waits),
    );
    add(
        &format!("p95 wait\n{}", waits.name),
        |side| side.wait_p95,
        &time(waits),
    );
    add(
        &format!("p95 latency\n{}", latencies.name),
        |side| side.latency_p95,
        &time(latencies),
    );
    add("Running\n%", |side| side.utilization, &|share| {
        Shown::percent(share).joined()
    });
    loop {
        let table = plain_table(&columns);
        let fits = table.lines().all(|line| columns_of(line) <= width);
        if fits || columns.len() <= LEAST_COLUMNS {
            return table;
        }
        columns.pop();
    }
}

/// A header and a cell for each line.
fn header(name: &str, lines: &[Line], cell: impl Fn(&Line) -> Option<String>) -> Vec<String> {
    let cells = lines.iter().map(|line| cell(line).unwrap_or_default());
    std::iter::once(name.to_owned()).chain(cells).collect()
}
