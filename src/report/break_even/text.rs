//! What was found of break-evens, for a terminal.

use super::figures::{self, Side, days};
use super::pairs::Other;
use super::{Answer, Crossing, Found, Look, Over, Stop};
use crate::goal::{Dimension, Limit};
use crate::report::answer::{Standing, Teller, Verdict, listed};
use crate::report::load;
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
    for sentence in all_sentences(found) {
        text.push_str(&wrapped(&sentence, width));
        text.push('\n');
    }
    if let Some(columns) = table(found, WIDEST_NAME) {
        text.push('\n');
        text.push_str(&fitting(columns, width));
    }
    text
}

/// Sentences about each pair, and about those that are left out.
pub(super) fn all_sentences(found: &Found<'_>) -> Vec<String> {
    let answers = found.answers.iter();
    let mut all: Vec<String> = answers
        .flat_map(|answer| sentences(found, answer))
        .collect();
    if found.left_out > 0 {
        all.push(format!(
            "{} more pairs are left out: `--between A B` asks about two variants.",
            found.left_out
        ));
    }
    all
}

fn sentences(found: &Found<'_>, answer: &Answer) -> Vec<String> {
    let crossings = answer.crossings.iter();
    let mut sentences: Vec<String> = crossings
        .map(|crossing| of_crossing(found, answer, crossing))
        .collect();
    if sentences.is_empty() && answer.undone.is_empty() {
        sentences.push(none(found, answer));
    }
    let undone = answer.undone.iter();
    sentences.extend(undone.map(|crossing| of_undone(found, answer, crossing)));
    sentences.extend(unlike_work(found, answer));
    sentences
}

/// That both sides are submitted different numbers of runs, so that the same cost is not that of the same work.
fn unlike_work(found: &Found<'_>, answer: &Answer) -> Option<String> {
    let crossing = answer.crossings.first().map(|crossing| crossing.look);
    let look = crossing.or_else(|| answer.scan.first().copied())?;
    let [own, others] = look.sides.map(|at| &found.study.variants[at]);
    let [own, others] = load::differs(own, others)?;
    let [one, other] = found.names(answer.pair);
    let [own, others] = [own, others].map(|count| Shown::of(count).joined());
    Some(format!(
        "{}: not the same work, at {} {own} runs are submitted to {one} and {others} to {other}.",
        answer.pair.told(found.study),
        found.over.told(Estimate::alone(look.place))
    ))
}

fn of_crossing(found: &Found<'_>, answer: &Answer, crossing: &Crossing) -> String {
    let study = found.study;
    let root = crossing.root;
    let runs = if *found.over == Over::Load {
        told_runs(found, answer, crossing)
    } else {
        String::new()
    };
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
    let apart = waits_apart(found, answer, crossing).unwrap_or_default();
    let waits = apart + &beyond_goal(found, answer, crossing);
    let unclear = if root.is_precise {
        String::new()
    } else {
        format!(
            " {} replications were not enough for a shorter interval: give more with `--replications`.",
            root.count
        )
    };
    format!("{}: {told}{waits}{unclear}", answer.pair.told(study))
}

/// The runs a day at a load, ` (50 ± 1 runs per day)`; where the sides do not have as many, those of each.
fn told_runs(found: &Found<'_>, answer: &Answer, crossing: &Crossing) -> String {
    let shown = |runs: Estimate| Shown::of(runs).joined();
    if let Some(runs) = figures::common_runs(found.study, crossing) {
        return format!(" ({} runs per day)", shown(runs));
    }
    let runs = |side| figures::runs_per_day(found.study, crossing, (side, true));
    let (Some(one), Some(other)) = (runs(0), runs(1)) else {
        return String::new();
    };
    let names = found.names(answer.pair);
    format!(
        " ({} runs per day of {}, {} of {})",
        shown(one),
        names[0],
        shown(other),
        names[1]
    )
}

/// Waits are told beside the costs if one is more than `APART` times the other and at least `LEAST_WAIT` seconds long.
const APART: f64 = 5.0;
const LEAST_WAIT: f64 = 60.0;
/// The same of latencies, in seconds.
const LEAST_LATENCY: f64 = 0.1;

/// Waits or latencies of both sides that are far apart where they cost the same.
fn waits_apart(found: &Found<'_>, answer: &Answer, crossing: &Crossing) -> Option<String> {
    let [one, other] = crossing.look.sides;
    let sides = [one, other].map(|at| Side::of(&found.study.variants[at]));
    let names = found.names(answer.pair);
    let told = |what: &str, times: [Option<Estimate>; 2], least: f64| {
        let [Some(first), Some(second)] = times else {
            return None;
        };
        let longer = usize::from(second.mean > first.mean);
        let [short, long] = if longer == 1 {
            [first.mean, second.mean]
        } else {
            [second.mean, first.mean]
        };
        let is_apart = long >= least && long > APART * short;
        let time = |seconds: f64| {
            let unit = if least < 1.0 {
                TimeUnit::suiting_latencies(vec![seconds])
            } else {
                TimeUnit::suiting(seconds)
            };
            let shown = Shown::of(unit.from_seconds(Estimate::alone(seconds)));
            format!("{} {}", shown.joined(), unit.name)
        };
        is_apart.then(|| {
            format!(
                " They do not serve alike: the {what} of {} is {} there, that of {} {}.",
                names[longer],
                time(long),
                names[1 - longer],
                time(short)
            )
        })
    };
    let [first, second] = sides;
    told("p95 wait", [first.wait_p95, second.wait_p95], LEAST_WAIT).or_else(|| {
        let times = [first.latency_p95, second.latency_p95];
        told("p95 latency", times, LEAST_LATENCY)
    })
}

/// The sides that surely miss a limit of the goal on a time where both cost the same.
fn beyond_goal(found: &Found<'_>, answer: &Answer, crossing: &Crossing) -> String {
    let study = found.study;
    let goal = study.goal.iter().flat_map(|goal| &goal.limits);
    let limits = goal.filter(|limit| limit.figure.dimension() == Dimension::Time);
    let limits: Vec<Limit> = limits.cloned().collect();
    let teller = Teller { study };
    let mut sides: Vec<(usize, &str)> = Vec::new();
    for side in crossing
        .look
        .sides
        .into_iter()
        .zip(found.names(answer.pair))
    {
        // Both sides of a commitment are one variant.
        if sides.iter().all(|(at, _)| *at != side.0) {
            sides.push(side);
        }
    }
    let told = sides.into_iter().filter_map(|(at, name)| {
        let standing = Standing::of(&study.variants[at], &limits);
        let binding = standing.binding()?;
        let name = match answer.pair.other {
            Other::Variant(_) => name,
            Other::Commitment(_) => &study.variants[answer.pair.variant].name,
        };
        (binding.verdict == Verdict::Fails).then(|| {
            format!(
                " {name} misses the goal there: {}.",
                teller.missing(binding)
            )
        })
    });
    told.collect()
}

/// What is said of a place where both cost the same, but one does not do its work.
fn of_undone(found: &Found<'_>, answer: &Answer, crossing: &Crossing) -> String {
    let side = figures::who_grows(found.study, crossing.look).unwrap_or_default();
    let names = found.names(answer.pair);
    let below = match found.over {
        Over::Load => {
            let cheaper = names[usize::from(!crossing.rises)];
            format!(" At smaller loads {cheaper} costs less.")
        }
        Over::Key { .. } => String::new(),
    };
    format!(
        "{}: both cost the same at {}, but that is no break-even: the queue of {} grows there, so it does not do all the work.{below}",
        answer.pair.told(found.study),
        found.over.told(crossing.root.place),
        names[side]
    )
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
        None => growing_places(found, answer),
    };
    let why = match answer.cheaper(found.study) {
        Some(side) => format!("{} costs less everywhere", names[side]),
        None if answer.is_same(found.study) => "both cost the same everywhere".to_owned(),
        None => {
            let fewest = answer.scan.iter().flat_map(|look| look.sides);
            let fewest = fewest.map(|at| found.study.variants[at].replications.len());
            format!(
                "no clear difference in cost was seen anywhere, with {} replications or more of each place",
                fewest.min().unwrap_or_default()
            )
        }
    };
    format!("{heading}: no break-even {between}: {why}.{stop}")
}

/// Says where a queue grows that is no end of the scan.
fn growing_places(found: &Found<'_>, answer: &Answer) -> String {
    let grows = |look: &&Look| figures::who_grows(found.study, **look).is_some();
    let places: Vec<String> = answer
        .scan
        .iter()
        .filter(grows)
        .map(|look| found.over.end(look.place))
        .collect();
    if places.is_empty() {
        return String::new();
    }
    format!(" Left out: {}, where a queue grows.", listed(&places))
}

/// A line of the table.
struct Line {
    name: String,
    cost: Option<Estimate>,
    side: Option<Side>,
}

/// Both variants at each break-even. Longer names than `widest` columns are cut.
pub(super) fn table(found: &Found<'_>, widest: usize) -> Option<Vec<PlainColumn>> {
    let study = found.study;
    let first = study.variants.first()?;
    let per_day = (first.recurrence != Recurrence::Once).then(|| days(first));
    let mut lines: Vec<Line> = Vec::new();
    let label = |text: &str| Line {
        name: cut(text, widest),
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
                    name: cut(&format!("  {name}"), widest),
                    cost: cost.map(|cost| cost.scaled(1.0 / per_day.unwrap_or(1.0))),
                    side: Some(Side::of(&study.variants[at])),
                });
            }
        }
    }
    (!lines.is_empty()).then(|| of_lines(&lines, &unit_of_costs(found, per_day)))
}

/// What costs are in: `USD per day`.
pub(super) fn unit_of_costs(found: &Found<'_>, per_day: Option<f64>) -> String {
    let currency = found.study.currency();
    let time = if per_day.is_some() { " per day" } else { "" };
    format!("{}{time}", currency.code())
}

fn of_lines(lines: &[Line], unit: &str) -> Vec<PlainColumn> {
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
    columns
}

/// The first of some columns, as many as fit.
fn fitting(mut columns: Vec<PlainColumn>, width: usize) -> String {
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
