//! What was found of warm-ups, as a page.

use super::text::table;
use super::told::sentences;
use super::{Found, NAME};
use crate::report::charts::Chart;
use crate::report::frame::{About, Points, Table, points_page};
use crate::report::sentences::clock;

/// The page with its charts.
pub fn page(found: &Found<'_>, charts: &[Chart], about: &About) -> String {
    let first = found.study.variants.first();
    let replications = first.map_or(0, |first| first.replications.len());
    let mut basis: Vec<String> = first.map(clock).into_iter().collect();
    basis.push(format!("mean waits of {replications} replications"));
    let of = Points {
        title: format!("{}: warm-up", found.study.scenario),
        subject: "when waits have settled",
        answer: sentences(found),
        basis,
        effort: String::new(),
        tables: vec![(
            "Runs and waits, with all and without the first".to_owned(),
            table(found, (usize::MAX, usize::MAX)),
        )],
        table: Table::default(),
        first_file: NAME,
    };
    points_page(of, charts, about)
}
