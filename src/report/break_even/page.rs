//! What was found of break-evens, as a page.

use super::text::{all_sentences, table};
use super::{Found, NAME};
use crate::report::charts::Chart;
use crate::report::frame::{About, Points, Table, points_page};
use crate::report::sentences::clock;
use crate::stats::CONFIDENCE;

/// The page with its charts.
pub fn page(found: &Found<'_>, charts: &[Chart], about: &About) -> String {
    let table = table(found, usize::MAX);
    let tables = table.map(|columns| ("Both sides at the break-even".to_owned(), columns));
    let mut basis: Vec<String> = found
        .study
        .variants
        .first()
        .map(clock)
        .into_iter()
        .collect();
    basis.push("both sides with the same random numbers".to_owned());
    basis.push(format!(
        "± is half of the {:.0} % confidence interval",
        CONFIDENCE * 100.0
    ));
    let of = Points {
        title: format!(
            "{}: break-even over {}",
            found.study.scenario,
            found.over.words().replace('`', "")
        ),
        subject: "where two variants cost the same",
        answer: all_sentences(found),
        basis,
        effort: String::new(),
        tables: tables.into_iter().collect(),
        table: Table::default(),
        first_file: NAME,
    };
    points_page(of, charts, about)
}
