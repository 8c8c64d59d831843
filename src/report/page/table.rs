//! The table of the page: a row for each variant, with what it costs, how long people wait, and how well its nodes are used.

use crate::printable;
use crate::report::answer::{Answer, Choice, Verdict};
use crate::report::drawings::names;
use crate::report::frame::{Heading, Line, Table, TableCell};
use crate::report::numbers::{Shown, TimeUnit, decimals_of_column};
use crate::report::row::Row;
use crate::report::statistic::Statistic;
use crate::report::terminal_units::{unit_of_latencies, unit_of_waits};
use crate::report::{StudyResults, VariantResults, fan_outs, figures, money, requests};
use crate::stats::Estimate;

/// What a column shows of a figure.
#[derive(Clone, Copy)]
enum Scale {
    Plain,
    Money,
    Percent,
    Wait,
    Latency,
    FanOut,
}

/// A column: its heading, its unit, its figure.
type Column = (&'static str, Scale, Statistic);

const COLUMNS: [Column; 15] = [
    (
        "cost per month",
        Scale::Money,
        Statistic::Mean(money::cost_per_month),
    ),
    ("cost", Scale::Money, Statistic::Mean(money::own_cost)),
    ("cost per run", Scale::Money, money::COST_PER_RUN),
    ("mean wait", Scale::Wait, figures::WAIT_MEAN),
    ("p95 wait", Scale::Wait, figures::WAIT_P95),
    ("p95 fan-out", Scale::FanOut, fan_outs::P95),
    ("runs", Scale::Plain, Statistic::Mean(figures::submitted)),
    (
        "not completed",
        Scale::Plain,
        Statistic::Mean(figures::not_completed),
    ),
    (
        "cost per 1,000 requests",
        Scale::Money,
        requests::COST_PER_THOUSAND,
    ),
    ("p95 latency", Scale::Latency, requests::LATENCY_P95),
    ("within SLO", Scale::Percent, requests::SLO_SHARE),
    ("rejected", Scale::Percent, requests::REJECTED_SHARE),
    ("utilization", Scale::Percent, figures::UTILIZATION),
    ("idle share", Scale::Percent, figures::IDLE_SHARE),
    (
        "peak nodes",
        Scale::Plain,
        Statistic::Mean(figures::peak_nodes),
    ),
];

/// Variants that are shown at most, beside the baseline.
const MOST: usize = 100;

/// Columns that are left out where they are 0 in all variants.
const WHERE_ANY: [&str; 2] = ["not completed", "rejected"];

/// The units of times.
struct Units {
    waits: TimeUnit,
    latencies: TimeUnit,
    fan_outs: TimeUnit,
    currency: String,
}

impl Table {
    pub(in crate::report) fn of(study: &StudyResults, answer: &Answer<'_>) -> Self {
        let (has_months, shown) = cheapest(study);
        let all: Vec<_> = shown
            .iter()
            .map(|&of| estimates(&study.variants[of]))
            .collect();
        let mut all_columns = COLUMNS.iter();
        let of_fan_outs = all_columns.position(|(_, scale, _)| matches!(scale, Scale::FanOut));
        let fan_outs = (all.iter()).filter_map(|of| of[of_fan_outs?]);
        let units = Units {
            waits: unit_of_waits(study),
            latencies: unit_of_latencies(study),
            fan_outs: TimeUnit::suiting_all(fan_outs.map(|time| time.mean)),
            currency: study.currency().code().to_owned(),
        };
        let columns = columns(&all, has_months);
        let decimals = |column: usize| {
            let amounts = all.iter().filter_map(|of| of[column]);
            decimals_of_column(amounts)
        };
        let decimals: Vec<usize> = columns.iter().map(|column| decimals(*column)).collect();
        let labels = names(study).0;
        let lines = shown.iter().zip(&all).map(|(&position, figures)| Line {
            name: printable::line(&study.variants[position].name).into_owned(),
            label: labels[position].clone(),
            is_baseline: position == study.baseline && study.variants.len() > 1,
            verdict: verdict(answer, position),
            cells: columns
                .iter()
                .zip(&decimals)
                .map(|(&column, &decimals)| {
                    cell(figures[column], (COLUMNS[column].1, decimals), &units)
                })
                .collect(),
        });
        Self {
            title: "Variants",
            thing: "variant",
            things: "variants",
            lines: lines.collect(),
            headings: columns
                .iter()
                .map(|&column| Heading {
                    name: COLUMNS[column].0.to_owned(),
                    unit: unit(COLUMNS[column], &units),
                })
                .collect(),
            remark: if shown.len() < study.variants.len() {
                let all = study.variants.len();
                format!(
                    "The {MOST} cheapest of {all} variants, and the baseline. All are in summary.csv."
                )
            } else {
                String::new()
            },
        }
    }
}

/// What a variant makes of the goal.
fn verdict(answer: &Answer<'_>, position: usize) -> &'static str {
    match &answer.choice {
        Choice::Goal { standings, .. } => match standings[position].verdict() {
            Verdict::Meets => "meets the goal",
            Verdict::Undecided { .. } => "undecided",
            Verdict::NoValue => "no value",
            Verdict::Fails => "fails the goal",
        },
        Choice::Nothing | Choice::Front(_) => "",
    }
}

/// Whether all variants have a cost per month, and the variants that are shown, the cheapest first.
pub(super) fn cheapest(study: &StudyResults) -> (bool, Vec<usize>) {
    let costs = |column: usize| -> Vec<Option<f64>> {
        let rows = study.variants.iter().map(Row::of_all);
        let costs = rows.map(|row| row.figure(COLUMNS[column].2));
        costs.map(|cost| Some(cost?.mean)).collect()
    };
    let of_months = costs(0);
    let has_months = !of_months.is_empty() && of_months.iter().all(Option::is_some);
    let costs = if has_months { of_months } else { costs(1) };
    let cost = |of: usize| costs[of].unwrap_or(f64::INFINITY);
    let mut order: Vec<usize> = (0..costs.len()).collect();
    order.sort_by(|&a, &b| cost(a).total_cmp(&cost(b)));
    let mut place = 0;
    order.retain(|&of| {
        place += 1;
        place <= MOST || of == study.baseline
    });
    (has_months, order)
}

/// The figures of a variant, by column.
fn estimates(variant: &VariantResults) -> Vec<Option<Estimate>> {
    let statistics = COLUMNS.map(|(_, _, statistic)| statistic);
    let figures = Row::of_all(variant).figures(&statistics);
    figures.into_iter().map(|figure| Some(figure?.0)).collect()
}

/// The columns that are shown.
fn columns(all: &[Vec<Option<Estimate>>], has_months: bool) -> Vec<usize> {
    let is_shown = |&column: &usize| {
        let name = COLUMNS[column].0;
        let mut figures = all.iter().filter_map(|of| of[column]);
        match name {
            "cost per month" => has_months,
            "cost" => !has_months,
            _ if WHERE_ANY.contains(&name) => figures.any(|figure| figure.mean > 0.0),
            _ => figures.next().is_some(),
        }
    };
    (0..COLUMNS.len()).filter(is_shown).collect()
}

/// The unit of a column.
fn unit((_, scale, _): Column, units: &Units) -> String {
    let unit = match scale {
        Scale::Percent => "%",
        Scale::Wait => units.waits.name,
        Scale::Latency => units.latencies.name,
        Scale::FanOut => units.fan_outs.name,
        Scale::Money => &units.currency,
        Scale::Plain => "",
    };
    unit.to_owned()
}

fn cell(figure: Option<Estimate>, (scale, decimals): (Scale, usize), units: &Units) -> TableCell {
    let Some(figure) = figure else {
        return TableCell {
            mean_in_unit: None,
            half_in_unit: None,
            mean: "–".to_owned(),
            half_width: String::new(),
        };
    };
    let (in_unit, shown) = match scale {
        Scale::Plain => (figure, Shown::of(figure)),
        Scale::Money => (figure, Shown::in_column(figure, decimals)),
        Scale::Percent => (figure.scaled(100.0), Shown::percent(figure)),
        Scale::Wait => in_times(figure, units.waits),
        Scale::Latency => in_times(figure, units.latencies),
        Scale::FanOut => in_times(figure, units.fan_outs),
    };
    TableCell {
        mean_in_unit: Some(in_unit.mean),
        half_in_unit: in_unit.half_width,
        mean: shown.mean,
        half_width: shown.half_width.unwrap_or_default(),
    }
}

fn in_times(figure: Estimate, unit: TimeUnit) -> (Estimate, Shown) {
    let time = unit.from_seconds(figure);
    (time, Shown::of(time))
}
