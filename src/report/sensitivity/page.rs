//! What an answer rests on, as a page.

use super::told::{Told, counted};
use super::{NAMES, Sensitivity};
use crate::report::charts::Chart;
use crate::report::frame::{About, Points, Table, points_page};
use crate::report::sentences::clock;
use crate::stats::CONFIDENCE;

/// The page with its charts.
pub fn page(of: &Sensitivity<'_>, charts: &[Chart], about: &About) -> String {
    let told = Told::new(of, false);
    let mut basis = vec![
        counted(of.design.uncertain.len(), "input"),
        counted(of.study.variants.len(), "variant"),
    ];
    basis.extend(of.study.baseline().map(clock));
    basis.push(format!(
        "± is half of the {:.0} % confidence interval of a mean",
        CONFIDENCE * 100.0
    ));
    let of = Points {
        title: format!("{}: what the answer rests on", of.study.scenario),
        subject: "inputs that are known roughly",
        answer: told.sentences(),
        basis,
        effort: told.effort(),
        tables: told.tables().into(),
        table: Table::default(),
        first_file: NAMES[0],
    };
    points_page(of, charts, about)
}
