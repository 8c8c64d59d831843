//! A comparison as Markdown, for a comment on a pull request.

use std::fmt::Write as _;

use super::text::table;
use super::{Judged, Versus};
use crate::report::main_table::{plain, prose};

/// The whole text.
pub(super) fn text(versus: &Versus<'_>, judged: &[Judged<'_>]) -> String {
    let mut text = String::new();
    let mut line = |of: &str| writeln!(text, "{of}").expect("memory takes every byte");
    for judged in judged {
        let sign = if judged.is_exceeded { '✗' } else { '✓' };
        line(&format!("- {sign} {}", prose(&judged.sentence())));
    }
    for pair in &versus.pairs {
        line(&format!("\n### {}\n", plain(&pair.name())));
        let columns = table(pair, &pair.after.currency);
        let mut rows = columns[0].cells.len();
        if pair.is_same() {
            line("No difference: each figure is the same in every pair of replications.");
            rows = 0;
        }
        for row in 0..rows {
            let cells = columns.iter().map(|column| plain(&column.cells[row]));
            line(&format!("| {} |", cells.collect::<Vec<_>>().join(" | ")));
            if row == 0 {
                line("| --- | ---: | ---: | ---: | ---: | --- |");
            }
        }
        for caution in pair.cautions() {
            line(&format!("\n{}", prose(&caution)));
        }
    }
    line("");
    line(&format!(
        "From {} to {}; ± is the half-width of the 95 % confidence interval.\n",
        plain(versus.before.place),
        plain(versus.after.place)
    ));
    for note in versus.notes() {
        line(&format!("- {}", prose(&note)));
    }
    text
}
