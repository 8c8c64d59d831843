//! A comparison as JSON (docs/outputs.md documents it).

use serde::Serialize;

use super::{Amount, Judged, Line, Pair, Side, Versus};
use crate::goal::{Dimension, Figure};
use crate::report::main_table::{Mean, exact};

/// Grows where a reader of an earlier version would misread a document.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    /// What this is a document of.
    compare: &'static str,
    version: u32,
    currency: &'a str,
    before: Study<'a>,
    after: Study<'a>,
    input_differences: Vec<String>,
    /// Whether both have the same seed.
    shares_random_numbers: bool,
    variants: Vec<Variant<'a>>,
    only_before: &'a [&'a str],
    only_after: &'a [&'a str],
    limits: Vec<Checked<'a>>,
}

#[derive(Serialize)]
struct Study<'a> {
    place: &'a str,
    scenario: &'a str,
    seed: u64,
    replications: u32,
    tool_version: &'a str,
}

#[derive(Serialize)]
struct Variant<'a> {
    before: &'a str,
    after: &'a str,
    pairs: usize,
    same: bool,
    equal_work: bool,
    figures: Vec<Change<'a>>,
}

#[derive(Serialize)]
struct Change<'a> {
    figure: &'static str,
    unit: &'a str,
    before: Option<Mean>,
    after: Option<Mean>,
    difference: Option<Mean>,
    /// After over before.
    ratio: Option<Mean>,
    /// `same`, `clear`, `unclear` or `no_value`.
    verdict: &'static str,
    /// The smallest difference that would be clear with a chance of 80 %.
    detectable: Option<f64>,
}

#[derive(Serialize)]
struct Checked<'a> {
    limit: &'a str,
    figure: &'static str,
    variant: &'a str,
    /// Whether `change` and the limit are a fraction of the figure before.
    relative: bool,
    change: Option<Mean>,
    exceeded: bool,
    /// Whether the interval covers the limit, so that the estimate alone decides.
    interval_covers_limit: bool,
}

/// The document, with a newline at the end.
pub(super) fn text(versus: &Versus<'_>, judged: &[Judged<'_>]) -> String {
    let currency = versus.after.study.currency();
    let document = Document {
        compare: "simulate",
        version: VERSION,
        currency: currency.code(),
        before: study(&versus.before),
        after: study(&versus.after),
        input_differences: versus.differences(),
        shares_random_numbers: versus.before.study.seed == versus.after.study.seed,
        variants: versus.pairs.iter().map(variant).collect(),
        only_before: &versus.only_before,
        only_after: &versus.only_after,
        limits: judged.iter().map(limit).collect(),
    };
    let text = serde_json::to_string_pretty(&document);
    text.expect("names and numbers are JSON") + "\n"
}

fn study<'a>(side: &Side<'a>) -> Study<'a> {
    Study {
        place: side.place,
        scenario: &side.study.scenario,
        seed: side.study.seed,
        replications: side.inputs.replications,
        tool_version: &side.inputs.tool_version,
    }
}

fn variant<'a>(pair: &Pair<'a>) -> Variant<'a> {
    Variant {
        before: &pair.before.name,
        after: &pair.after.name,
        pairs: pair.replications,
        same: pair.is_same(),
        equal_work: !pair.is_unequal_work,
        figures: (pair
            .lines
            .iter()
            .map(|line| change(line, pair.after.currency.code())))
        .collect(),
    }
}

fn change<'a>(line: &Line, currency: &'a str) -> Change<'a> {
    Change {
        figure: line.figure.name(),
        unit: unit(line.figure, currency),
        before: line.values[0].map(exact),
        after: line.values[1].map(exact),
        difference: line.change.difference.map(exact),
        ratio: line.change.ratio.map(exact),
        verdict: line.word(),
        detectable: line.detectable(),
    }
}

fn unit(figure: Figure, currency: &str) -> &str {
    match figure.dimension() {
        Dimension::Time => "s",
        Dimension::Money => currency,
        Dimension::Share => "fraction (0 to 1)",
    }
}

fn limit<'a>(judged: &'a Judged<'_>) -> Checked<'a> {
    Checked {
        limit: &judged.tolerance.written,
        figure: judged.tolerance.figure.name(),
        variant: &judged.variant,
        relative: matches!(judged.tolerance.amount, Amount::Relative(_)),
        change: judged.change.map(exact),
        exceeded: judged.is_exceeded,
        interval_covers_limit: judged.is_open(),
    }
}
