//! What a search found, as a page.

use super::found::{End, Found};
use super::profile::{self, profiles};
use super::text::Told;
use super::{Fate, NAME};
use crate::digits::grouped;
use crate::goal::{Dimension, Figure, Limit, Scope, Work};
use crate::printable;
use crate::report::charts::Chart;
use crate::report::drawings::names;
use crate::report::frame::{About, Heading, Line, Points, Table, TableCell, points_page};
use crate::report::numbers::{Shown, TimeUnit};
use crate::search::Coordinate;
use crate::stats::{CONFIDENCE, Estimate};

/// Points in the table at most.
const MOST: usize = 100;

/// The page with its charts, given the coordinates of all points and the command that simulates the named one alone.
pub fn page(
    found: &Found<'_>,
    (points, alone): (&[Vec<Coordinate>], &str),
    charts: &[Chart],
    about: &About,
) -> String {
    let told = Told::new(found, usize::MAX);
    let profiles = profiles(found, points);
    let mut answer = told.sentences(&profiles);
    let of = match found.end {
        End::Best(_) => "All of its figures",
        End::Undecided(_) | End::Missed(_) => "All figures of the closest",
    };
    answer.push(format!("{of}: `{alone}`"));
    let between = profile::remarks(found, &profiles);
    let tables = profiles.into_iter().map(|profile| {
        let key = profile.labels.first().copied().unwrap_or_default();
        let heading = format!("The best point for each value of {key}");
        (heading, told.profile(&profile))
    });
    let of = Points {
        title: format!("{}: the best point", found.study.scenario),
        subject: "cost and waiting time",
        answer,
        basis: vec![
            format!("{} points", grouped(found.fates.len() as f64, 0)),
            format!(
                "± is half of the {:.0} % confidence interval of a mean",
                CONFIDENCE * 100.0
            ),
        ]
        .into_iter()
        .chain(between.iter().map(|it| it.trim_end_matches('.').to_owned()))
        .collect(),
        effort: told.effort(),
        tables: tables.collect(),
        table: table(found),
        first_file: NAME,
    };
    points_page(of, charts, about)
}

/// A column: its heading and its values by point.
struct Column<'a> {
    figure: Figure,
    name: String,
    value: Box<dyn Fn(usize) -> Option<Estimate> + 'a>,
}

/// The points: the named one, those tied with it, undecided ones, then all others, each by what is to be small.
fn table(found: &Found<'_>) -> Table {
    let mut order: Vec<usize> = (0..found.fates.len()).collect();
    let value = |of: usize| found.values[of].map_or(f64::INFINITY, |value| value.mean);
    let rank = |of: usize| match &found.fates[of] {
        _ if of == found.end.position() => 0,
        Fate::Open if found.tied.contains(&of) => 1,
        Fate::Open => 2,
        Fate::Out { .. } => 3,
    };
    order.sort_by(|&one, &other| {
        let by_rank = rank(one).cmp(&rank(other));
        by_rank.then(value(one).total_cmp(&value(other)))
    });
    order.truncate(MOST);
    let (labels, keys) = names(found.study);
    let columns = columns(found);
    let mut headings = Vec::new();
    let mut cells: Vec<Vec<TableCell>> = order.iter().map(|_| Vec::new()).collect();
    for column in &columns {
        let values: Vec<_> = order.iter().map(|point| (column.value)(*point)).collect();
        let (unit, length) = unit(found, column, &values);
        for (cells, value) in cells.iter_mut().zip(values) {
            cells.push(TableCell::of(value.map(|value| value.scaled(1.0 / length))));
        }
        headings.push(Heading {
            name: column.name.clone(),
            unit,
        });
    }
    headings.push(Heading {
        name: "replications".to_owned(),
        unit: String::new(),
    });
    for (cells, point) in cells.iter_mut().zip(&order) {
        let count = found.study.variants[*point].replications.len();
        cells.push(TableCell::of(Some(Estimate::alone(count as f64))));
    }
    let lines = order.iter().zip(cells).map(|(&point, cells)| Line {
        name: printable::line(&labels[point]).into_owned(),
        label: labels[point].clone(),
        is_baseline: false,
        verdict: verdict(found, point),
        cells,
    });
    Table {
        title: "Points",
        thing: "point",
        things: "points",
        lines: lines.collect(),
        headings,
        remark: remark(found, &keys),
    }
}

/// What names are, and which points are left out; may be empty.
fn remark(found: &Found<'_>, keys: &str) -> String {
    let mut parts = Vec::new();
    if !keys.is_empty() {
        parts.push(format!("Points are named by {keys}."));
    }
    let all = found.fates.len();
    if all > MOST {
        let all = grouped(all as f64, 0);
        parts.push(format!(
            "The first {MOST} of {all}: the best, those that may be as good, then the others. All are in {NAME}."
        ));
    }
    parts.join(" ")
}

/// What is to be small, then each limit on another figure.
fn columns<'a>(found: &'a Found<'a>) -> Vec<Column<'a>> {
    let minimize = found.goal.minimize;
    let month = if found.is_per_month { " per month" } else { "" };
    let first = Column {
        figure: minimize,
        name: format!("{}{month}", minimize.words()),
        value: Box::new(|point| found.values[point]),
    };
    let mut limits: Vec<&Limit> = Vec::new();
    for limit in &found.goal.limits {
        let is_same = |other: &&Limit| other.figure == limit.figure && other.scope == limit.scope;
        let is_first = limit.figure == minimize && limit.scope == Scope::All;
        if !is_first && !limits.iter().any(is_same) {
            limits.push(limit);
        }
    }
    let limits = limits.into_iter().map(|limit| Column {
        figure: limit.figure,
        name: format!("{}{}", limit.figure.words(), limit.scope.words()),
        value: Box::new(move |point| {
            let mut judged = found.standings[point].judged.iter();
            judged.find(|judged| judged.limit == limit)?.value
        }),
    });
    std::iter::once(first).chain(limits).collect()
}

/// The unit of a column, and its length in that of the figure.
fn unit(found: &Found<'_>, column: &Column<'_>, values: &[Option<Estimate>]) -> (String, f64) {
    let means = values.iter().flatten().map(|value| value.mean);
    let of_times = |unit: TimeUnit| (unit.name.to_owned(), unit.seconds);
    match (column.figure.dimension(), column.figure.work()) {
        (Dimension::Money, _) => (found.study.currency().code().to_owned(), 1.0),
        (Dimension::Share, _) => ("%".to_owned(), 0.01),
        (Dimension::Time, Work::Requests) => of_times(TimeUnit::suiting_latencies(means)),
        (Dimension::Time, _) => of_times(TimeUnit::suiting_all(means)),
    }
}

/// What a point is, as a tag.
fn verdict(found: &Found<'_>, point: usize) -> &'static str {
    match found.verdict(point) {
        "worse" => "clearly worse",
        "fails" if found.has_no_limits() => "queue grows",
        "fails" => "fails the goal",
        "no_value" => "no value",
        other => other,
    }
}

impl TableCell {
    /// A figure in the unit of its column.
    fn of(figure: Option<Estimate>) -> Self {
        let shown = figure.map(Shown::of);
        Self {
            mean_in_unit: figure.map(|figure| figure.mean),
            half_in_unit: figure.and_then(|figure| figure.half_width),
            half_width: shown
                .as_ref()
                .and_then(|shown| shown.half_width.clone())
                .unwrap_or_default(),
            mean: shown.map_or_else(|| "–".to_owned(), |shown| shown.mean),
        }
    }
}
