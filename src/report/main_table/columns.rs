//! What a column of the main table is: a figure of `summary.csv` with a heading for people.

use std::borrow::Cow;

use crate::goal;
use crate::report::figure::Figure;
use crate::report::figures::FIGURES;
use crate::report::statistic::Statistic;

/// Columns that words of a heading may take.
const HEADING: usize = 11;

/// A figure that can be asked for.
#[derive(Clone, Copy)]
pub enum Figures {
    /// The cost that is shown: per month where the measured time of all variants stands for one, else of the measured time.
    Cost,
    /// A figure of `summary.csv`.
    One(&'static Figure),
}

impl std::fmt::Debug for Figures {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str(match self {
            Self::Cost => COST,
            Self::One(figure) => figure.name,
        })
    }
}

/// The name of [`Figures::Cost`].
const COST: &str = "cost";

/// Other names of columns, which people try: those of headings, and those without `runs_`.
const OTHER_NAMES: &[(&str, &[&str])] = &[
    ("runs_submitted", &["runs", "submitted", "submissions"]),
    ("runs_completed", &["runs_done"]),
    ("runs_started", &["started"]),
    ("runs_failed", &["failed"]),
    ("runs_canceled", &["canceled", "cancelled"]),
    ("runs_unfinished", &["unfinished"]),
    ("requests_arrived", &["requests"]),
];

impl Figures {
    /// The figure of a name: that of a column of `summary.csv`, whose unit may be left out, as in `wait_p95`, that of a limit
    /// in goals, as `within_slo`, or one that people try, as `runs`.
    pub fn named(name: &str) -> Option<Self> {
        if name == COST {
            return Some(Self::Cost);
        }
        let of_goals = goal::Figure::named(name).map(goal::Figure::column);
        let mut others = OTHER_NAMES.iter();
        let other = others.find(|(_, others)| others.contains(&name));
        let other = other.map(|(of, _)| *of);
        let name = of_goals.or(other).unwrap_or(name);
        let mut figures = FIGURES.iter();
        let found = figures.find(|figure| figure.name == name || shorthand(figure) == name);
        found.map(Self::One)
    }

    /// The names of a column beside its own with and without the unit.
    pub fn other_names(column: &str) -> impl Iterator<Item = &'static str> {
        let others = OTHER_NAMES.iter().filter(move |(of, _)| *of == column);
        let others = others.flat_map(|(_, others)| others.iter().copied());
        Self::name_in_goals(column).into_iter().chain(others)
    }

    /// Its name in limits, where that is another than its column without the unit.
    fn name_in_goals(column: &str) -> Option<&'static str> {
        let name = goal::Figure::of_column(column)?.name();
        let is_column = column
            .strip_prefix(name)
            .is_some_and(|unit| matches!(unit, "" | "_s" | "_usd"));
        (!is_column).then_some(name)
    }
}

/// The names that can be asked for, with unit and meaning.
pub fn known() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let meaning = "the cost that is shown: `cost_per_month_usd` where every variant has it, else `cost_workspace_usd`";
    let all = FIGURES.iter();
    std::iter::once((COST, "USD", meaning))
        .chain(all.map(|figure| (figure.name, figure.unit, figure.meaning)))
}

/// The name of a figure without its unit.
pub fn shorthand(figure: &Figure) -> &'static str {
    let ending = match figure.unit {
        "USD" => "_usd",
        "s" => "_s",
        _ => "",
    };
    figure.name.strip_suffix(ending).unwrap_or(figure.name)
}

/// How a figure is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::report) enum Scale {
    Plain,
    /// With this after the currency.
    Money(&'static str),
    Percent,
    /// In the unit of all waits.
    Wait,
    /// In the unit of all latencies.
    Latency,
    /// In a unit of its own.
    Time,
    /// With this unit.
    Unit(&'static str),
}

/// When a column is left out.
#[derive(Clone, Copy)]
pub(in crate::report) enum Unless {
    Never,
    /// Where no line has the figure.
    Known,
    /// Where it is 0 in every line.
    Any,
    /// Where it is the same as another in every line.
    Differs(Statistic),
    /// Where it is 1 in every line.
    Whole,
}

/// A column of a table.
#[derive(Clone)]
pub(in crate::report) struct Column {
    /// As in `summary.csv`.
    pub(in crate::report) figure: &'static Figure,
    /// Its heading without the unit.
    pub(in crate::report) heading: Cow<'static, str>,
    pub(in crate::report) scale: Scale,
    pub(in crate::report) unless: Unless,
    /// Those of the lowest ranks are shown where there is not room for all.
    pub(in crate::report) rank: u8,
}

impl Column {
    /// Of a figure that stands in `summary.csv` under that name.
    pub(in crate::report) fn new(
        (name, rank): (&str, u8),
        heading: &'static str,
        scale: Scale,
        unless: Unless,
    ) -> Self {
        let mut figures = FIGURES.iter();
        let found = figures.find(|figure| figure.name == name);
        Self {
            figure: found.expect("a figure of that name"),
            heading: Cow::Borrowed(heading),
            scale,
            unless,
            rank,
        }
    }

    /// Of a figure that is asked for by name.
    pub(super) fn asked(figure: &'static Figure) -> Self {
        let is_latency = figure.name.starts_with("latency_");
        let is_wait = figure.name.starts_with("wait_");
        let scale = match figure.unit {
            "" => Scale::Plain,
            "USD" => Scale::Money(""),
            "s" if is_latency => Scale::Latency,
            "s" if is_wait => Scale::Wait,
            "s" => Scale::Time,
            unit if unit.starts_with("fraction") => Scale::Percent,
            unit => Scale::Unit(unit),
        };
        let words = shorthand(figure).replace('_', " ");
        Self {
            figure,
            heading: Cow::Owned(textwrap::fill(&words, HEADING)),
            scale,
            unless: Unless::Never,
            rank: 0,
        }
    }
}
