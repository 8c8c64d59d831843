//! `report.html`: the answer, the evidence and the assumptions of a study as one page without a network, to be mailed or printed.
//!
//! What the page says is put together here and in `table.rs`, how it looks is in the folder `templates`. Every text is escaped by the templates.

mod bill;
mod table;

use askama::Template;
use askama::filters::{Escaper as _, Html};
use serde::{Deserialize, Serialize};

use self::bill::Bill;
pub(super) use self::table::{Table, TableCell};
use super::answer::Answer;
use super::charts::Chart;
use super::pictures::PICTURES;
use super::sentences::{clock, sentences};
use super::workloads::WhoPays;
use super::{
    StudyResults, break_even_hint, commitments, exact_queue, lower_bound, month, single_months,
    warnings,
};
use crate::printable;
use crate::stats::CONFIDENCE;

/// How the study was made: what a page tells beside the results.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// The version of the program.
    pub version: String,
    /// What the scenario says of itself; may be empty.
    pub description: String,
    /// The command that makes the same study again.
    pub command: String,
    /// The scenario file.
    pub file: String,
    /// Its text.
    pub text: String,
    /// The seed of all random numbers.
    pub seed: u64,
    /// What was assumed or is worth knowing.
    pub notes: Vec<String>,
    /// Every price that some variant pays.
    pub prices: Vec<Price>,
    /// Every default that decides a figure.
    pub defaults: Vec<DefaultValue>,
    /// Each data file with its checksum.
    pub data_files: Vec<[String; 2]>,
}

/// A price, who pays it, and who states it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// The target or the commitment.
    pub of: String,
    /// What is paid for.
    pub what: String,
    /// The amount with its unit.
    pub price: String,
    /// Who states it, and as of when.
    pub source: String,
}

/// A default that acts in some variant.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct DefaultValue {
    /// The whole dotted key.
    pub key: String,
    /// Its value.
    pub value: String,
    /// `fact` or `assumption`.
    pub basis: String,
    /// Who states a fact; what is known of an assumption.
    pub source: String,
}

/// A chart on the page.
struct Figure<'a> {
    name: &'static str,
    svg: &'a str,
    reading: String,
}

/// Sentences under a heading.
struct Block {
    heading: &'static str,
    lines: Vec<String>,
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    title: String,
    basis: String,
    answer: Vec<String>,
    expectations: Vec<String>,
    blocks: Vec<Block>,
    table: Table,
    who: WhoPays,
    bill: Bill,
    figures: Vec<Figure<'a>>,
    warnings: Vec<String>,
    notes: Vec<String>,
    about: &'a About,
    text: String,
    style: &'static str,
    script: &'static str,
}

/// The page of a study with its charts.
pub fn page(study: &StudyResults, charts: &[Chart], about: &About) -> String {
    let answer = Answer::of(study);
    let page = Page {
        answer: all_marked(&answer.sentences()),
        expectations: all_marked(&answer.expectations()),
        title: printable::line(&study.scenario).into_owned(),
        basis: basis(study, about),
        blocks: blocks(study, &answer),
        table: Table::of(study, &answer),
        who: WhoPays::of(study),
        bill: Bill::of(study),
        figures: figures(charts),
        warnings: all_marked(&warnings::warnings(study)),
        notes: all_marked(&about.notes),
        about,
        text: printable::lines(&about.text).into_owned(),
        style: include_str!("../../../templates/report.css"),
        script: include_str!("../../../templates/report.js"),
    };
    page.render().expect("a page takes every text")
}

/// What the figures are of.
fn basis(study: &StudyResults, about: &About) -> String {
    let mut parts = Vec::new();
    let variants = study.variants.len();
    if variants > 1 {
        parts.push(format!("{variants} variants"));
    }
    if let Some(baseline) = study.baseline() {
        let replications = baseline.replications.len();
        parts.push(match replications {
            1 => "1 replication, so no intervals".to_owned(),
            many => format!("means of {many} replications"),
        });
        parts.push(clock(baseline));
        if replications > 1 {
            parts.push(format!(
                "± is half of the {:.0} % confidence interval of a mean",
                CONFIDENCE * 100.0
            ));
        }
    }
    parts.push(format!("seed {}", about.seed));
    parts.join(" · ")
}

/// What is said in sentences; blocks with nothing to say are left out.
fn blocks(study: &StudyResults, answer: &Answer<'_>) -> Vec<Block> {
    let blocks = [
        ("Against the baseline", sentences(study)),
        (
            "A single month, from the 5th to the 95th percentile of the replications",
            single_months::sentences(study),
        ),
        (
            "How good it could be",
            lower_bound::sentences(study, answer.taken()),
        ),
        ("Exact queues", exact_queue::sentences(study)),
        ("Break-even", break_even_hint::sentences(study)),
        ("Commitments", commitments::sentences(study)),
        ("No cost per month", month::without_months(study)),
    ];
    blocks
        .into_iter()
        .map(|(heading, lines)| Block {
            heading,
            lines: all_marked(&lines),
        })
        .filter(|block| !block.lines.is_empty())
        .collect()
}

/// Sentences as HTML.
fn all_marked(sentences: &[String]) -> Vec<String> {
    sentences.iter().map(|text| marked(text)).collect()
}

/// A text as HTML, with what stands in backticks as code.
fn marked(text: &str) -> String {
    let mut html = String::new();
    let pieces: Vec<&str> = text.split('`').collect();
    for (position, piece) in pieces.iter().enumerate() {
        // A backtick without another one stays.
        let (is_code, is_last) = (position % 2 == 1, position + 1 == pieces.len());
        let piece = printable::line(piece);
        let around = match (is_code, is_last) {
            (true, false) => ("<code>", "</code>"),
            (true, true) => ("`", ""),
            (false, _) => ("", ""),
        };
        html.push_str(around.0);
        let escaped = Html.write_escaped_str(&mut html, &piece);
        escaped.expect("strings take all");
        html.push_str(around.1);
    }
    html
}

/// Charts that come first on a page, in this order.
const FIRST: [&str; 4] = ["tradeoff", "latency-cost", "sweep", "cost"];

/// The charts in the order of the page.
fn figures(charts: &[Chart]) -> Vec<Figure<'_>> {
    let mut figures: Vec<Figure<'_>> = charts.iter().map(figure).collect();
    let place = |figure: &Figure<'_>| FIRST.iter().position(|name| *name == figure.name);
    figures.sort_by_key(|figure| place(figure).unwrap_or(FIRST.len()));
    figures
}

fn figure(chart: &Chart) -> Figure<'_> {
    let picture = PICTURES.iter().find(|picture| picture.name == chart.name);
    Figure {
        name: chart.name,
        svg: &chart.svg,
        reading: picture.map_or_else(String::new, |picture| marked(picture.meaning)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_users_are_text_and_never_markup() {
        let study = StudyResults {
            scenario: "<script>alert(1)</script>".to_owned(),
            ..StudyResults::default()
        };
        let about = About {
            file: "\"><img src=x>".to_owned(),
            text: "</pre><script>".to_owned(),
            notes: vec!["<b>".to_owned()],
            ..About::default()
        };
        let page = page(&study, &[], &about);
        for markup in ["<script>alert", "<img", "</pre><script>", "<b>"] {
            assert!(!page.contains(markup), "{markup}");
        }
        assert_eq!(page.matches("<script>").count(), 1);
    }
}
