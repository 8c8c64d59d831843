//! `search.csv`: every point with its values, its figures and its verdict.

use std::io::{self, Write};

use super::found::Found;
use super::profile::keys;
use super::{Fate, GROWS, Why};
use crate::goal::{Limit, ScopeKind};
use crate::report::table::{Content, TableWriter};
use crate::search::Coordinate;
use crate::stats::Estimate;

/// Its name.
pub const NAME: &str = "search.csv";

/// The columns before those of the keys, the figure that is to be small, and the limits.
pub const COLUMNS: [&str; 5] = ["point", "verdict", "round", "reason", "replications"];

/// Writes it, given the coordinates of all points.
pub fn write(found: &Found<'_>, points: &[Vec<Coordinate>], out: &mut dyn Write) -> io::Result<()> {
    let keys = keys(points);
    let mut table = TableWriter::new(found.study.currency(), out);
    table.header(header(found, &keys))?;
    for (point, coordinates) in points.iter().enumerate() {
        let row = Row {
            found,
            point,
            coordinates,
        };
        table.row(row.cells(&keys), |cell, out| cell.put(out))?;
    }
    table.finish()
}

/// The names of all columns.
fn header(found: &Found<'_>, keys: &[(&str, &str)]) -> Vec<String> {
    let mut names: Vec<String> = COLUMNS.iter().map(|name| (*name).to_owned()).collect();
    names.extend(keys.iter().map(|(key, _)| (*key).to_owned()));
    let objective = if found.is_per_month {
        "cost_per_month_usd"
    } else {
        found.goal.minimize.column()
    };
    let limits = &found.goal.limits;
    for figure in std::iter::once(objective.to_owned()).chain(limits.iter().map(of_limit)) {
        names.push(format!("{figure}_ci95"));
        let at = names.len() - 1;
        names.insert(at, figure);
    }
    names
}

/// The column of a limit: one on a part of the results has its name.
fn of_limit(limit: &Limit) -> String {
    let figure = limit.figure.column();
    match limit.scope.part() {
        None => format!("limit_{figure}"),
        Some((ScopeKind::Target, name)) => format!("limit_{name}_{figure}"),
        Some((kind, name)) => format!("limit_{}_{name}_{figure}", kind.key()),
    }
}

/// A point.
struct Row<'a> {
    found: &'a Found<'a>,
    point: usize,
    coordinates: &'a [Coordinate],
}

impl<'a> Row<'a> {
    fn cells(&self, keys: &[(&str, &str)]) -> Vec<Content<'a>> {
        let variant = &self.found.study.variants[self.point];
        let (round, reason) = match &self.found.fates[self.point] {
            Fate::Open => (Content::Text(""), ""),
            Fate::Out { round, why } => (Content::Count(*round), self.reason(why)),
        };
        let mut cells = vec![
            Content::Text(&variant.name),
            Content::Text(self.found.verdict(self.point)),
            round,
            Content::Text(reason),
            Content::Count(variant.replications.len()),
        ];
        cells.extend(keys.iter().map(|(key, _)| {
            let at = self.coordinates.iter().find(|at| at.key == *key);
            Content::Text(at.map_or("", |at| &at.value))
        }));
        let mut figure = |value: Option<Estimate>| {
            cells.push(Content::Number(value.map(|value| value.mean)));
            cells.push(Content::Number(value.and_then(|value| value.half_width)));
        };
        figure(self.found.values[self.point]);
        let judged = &self.found.standings[self.point].judged;
        for limit in &self.found.goal.limits {
            let own = judged.iter().find(|judged| judged.limit == limit);
            figure(own.and_then(|own| own.value));
        }
        cells
    }

    /// The better point, the limit that is missed, that the queue grows, or the figure that has no value.
    fn reason(&self, why: &'a Why) -> &'a str {
        match why {
            Why::Worse(than) => &self.found.study.variants[*than].name,
            Why::Fails(limit) => limit,
            Why::Grows => GROWS,
            Why::NoValue(figure) => figure,
        }
    }
}
