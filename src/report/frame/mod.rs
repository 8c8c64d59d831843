//! What all pages have in common: the answer, warnings, charts, inputs, and how they were made. `points.rs` has the page of a command
//! that simulates many points of a scenario.

mod points;
mod table;

use askama::filters::{Escaper as _, Html};
use serde::{Deserialize, Serialize};

pub(super) use self::points::{Points, points_page};
pub(super) use self::table::{Heading, Line, Table, TableCell};
use crate::printable;
use crate::report::answer::listed;
use crate::report::charts::Chart;
use crate::report::pictures::reading;

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
    /// Keys of the scenario that were set for this study, as `KEY=VALUE`.
    pub set: Vec<String>,
    /// What may mislead in the scenario or its logs.
    pub warnings: Vec<String>,
    /// What was assumed or is worth knowing.
    pub notes: Vec<String>,
    /// Every price that some variant pays.
    pub prices: Vec<Price>,
    /// Every default that decides a figure.
    pub defaults: Vec<DefaultValue>,
    /// Each data file with its checksum.
    pub data_files: Vec<[String; 2]>,
}

impl About {
    /// What else the figures are of: the keys that were set, and the seed.
    pub(super) fn basis(&self) -> Vec<String> {
        let seed = format!("seed {}", self.seed);
        if self.set.is_empty() {
            return vec![seed];
        }
        let set = self.set.iter().map(|set| printable::line(set).into_owned());
        let set = listed(&set.collect::<Vec<String>>());
        vec![seed, format!("with {set} set in the scenario")]
    }
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
pub(super) struct Figure<'a> {
    pub(super) name: &'static str,
    pub(super) svg: &'a str,
    pub(super) reading: String,
    /// Whether its axis is of time, so that it takes a page of paper.
    pub(super) is_over_time: bool,
}

/// What a page says around its evidence.
pub(super) struct Frame<'a> {
    pub(super) title: String,
    /// What the page is about, beside the title in the title of the window.
    pub(super) subject: &'static str,
    /// What the figures are of.
    pub(super) basis: String,
    /// What it took, as HTML; may be empty.
    pub(super) effort: String,
    /// Sentences as HTML, as all lists of lines here.
    pub(super) answer: Vec<String>,
    /// Whether the answer is that nothing meets the goal.
    pub(super) misses_goal: bool,
    pub(super) expectations: Vec<String>,
    pub(super) warnings: Vec<String>,
    /// The chart that belongs to the summary, if there is one.
    pub(super) first_figure: Option<Figure<'a>>,
    /// The other ones.
    pub(super) figures: Vec<Figure<'a>>,
    pub(super) notes: Vec<String>,
    pub(super) about: &'a About,
    pub(super) text: String,
    /// The file to read first.
    pub(super) first_file: &'static str,
    pub(super) style: &'static str,
    pub(super) script: &'static str,
}

impl<'a> Frame<'a> {
    /// With a title, charts, and how the results were made.
    pub(super) fn new(title: &str, charts: &'a [Chart], about: &'a About) -> Self {
        let mut figures = figures(charts).into_iter();
        Self {
            title: printable::line(title).into_owned(),
            first_figure: figures.next(),
            figures: figures.collect(),
            notes: all_marked(&about.notes),
            about,
            text: printable::lines(&about.text).into_owned(),
            style: include_str!("../../../templates/report.css"),
            script: include_str!("../../../templates/report.js"),
            subject: "",
            basis: String::new(),
            effort: String::new(),
            answer: Vec::new(),
            misses_goal: false,
            expectations: Vec::new(),
            warnings: all_marked(&about.warnings),
            first_file: "",
        }
    }
}

impl Frame<'_> {
    /// Whether some chart is over time.
    pub(super) fn has_times(&self) -> bool {
        let mut figures = self.first_figure.iter().chain(&self.figures);
        figures.any(|figure| figure.is_over_time)
    }
}

/// Sentences as HTML.
pub(super) fn all_marked(sentences: &[String]) -> Vec<String> {
    sentences.iter().map(|text| marked(text)).collect()
}

/// A text as HTML, with what stands in backticks as code.
pub(super) fn marked(text: &str) -> String {
    let mut html = String::new();
    let pieces: Vec<&str> = text.split('`').collect();
    for (position, piece) in pieces.iter().enumerate() {
        // A backtick without another one stays.
        let (is_code, is_last) = (position % 2 == 1, position + 1 == pieces.len());
        // A figure stays with its half-width and its percent sign.
        let piece = printable::line(piece);
        let piece = piece
            .replace(" ± ", "\u{a0}±\u{a0}")
            .replace("(± ", "(±\u{a0}")
            .replace(" %", "\u{a0}%");
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
    Figure {
        name: chart.name,
        svg: &chart.svg,
        reading: marked(reading(chart.name)),
        is_over_time: chart.svg.contains(" data-time=\""),
    }
}
