//! The chart of the bars.

use super::Sensitivity;
use super::tornado::Choice;
use crate::goal::{Dimension, Figure, Work};
use crate::report::charts::tornado::{
    TornadoChoice, TornadoEnd, TornadoInput, TornadoPanel, TornadoRow, draw,
};
use crate::report::charts::{self, Chart};
use crate::report::drawings::about;
use crate::report::numbers::TimeUnit;

/// Its name without an ending.
pub const CHART: &str = charts::names::TORNADO;

/// The chart; `None` without inputs, or where the recommended variant has none of the figures.
pub fn chart(of: &Sensitivity<'_>) -> Option<Chart> {
    let showing = &of.stated.variants[of.recommended];
    let stated = of.figures.told().filter_map(|(position, figure)| {
        let value = showing.figures[position]?.mean;
        Some((position, figure, value, unit(of, (position, figure), value)))
    });
    let stated: Vec<_> = stated.collect();
    let panels = stated
        .iter()
        .map(|(_, figure, value, (unit, length))| TornadoPanel {
            title: format!("{} ({unit})", figure.words()),
            stated: value / length,
        });
    let rows = of.bars.iter().map(|bar| TornadoRow {
        label: of.design.uncertain[bar.input].label.clone(),
        ends: bar
            .ends
            .iter()
            .map(|end| TornadoEnd {
                written: end.written.clone(),
                is_low: end.place < 0.5,
                choice: match end.choice {
                    Choice::Stays | Choice::Unsure => TornadoChoice::Stays,
                    Choice::Other(_) => TornadoChoice::Other,
                    Choice::Nobody => TornadoChoice::Nobody,
                },
                values: stated
                    .iter()
                    .map(|(position, .., (_, length))| {
                        end.figures[*position].map(|value| value.mean / length)
                    })
                    .collect(),
            })
            .collect(),
    });
    draw(&TornadoInput {
        study: about(of.study),
        variant: of.study.variants[of.recommended].name.clone(),
        nobody: if of.goal.limits.is_empty() {
            "no variant keeps up with its work"
        } else {
            "no variant surely meets the goal"
        },
        panels: panels.collect(),
        rows: rows.collect(),
    })
}

/// A unit that suits a value, with its length in that of the figure.
fn unit(of: &Sensitivity<'_>, (position, figure): (usize, Figure), value: f64) -> (String, f64) {
    let currency = of.study.currency();
    match (figure.dimension(), figure.work()) {
        (Dimension::Money, _) if position == 0 && of.figures.is_per_month() => {
            (format!("{} per month", currency.code()), 1.0)
        }
        (Dimension::Money, _) => (currency.code().to_owned(), 1.0),
        (Dimension::Share, _) => ("%".to_owned(), 0.01),
        (Dimension::Time, work) => {
            let unit = if work == Work::Requests {
                TimeUnit::suiting_latency(value)
            } else {
                TimeUnit::suiting(value)
            };
            (unit.name.to_owned(), unit.seconds)
        }
    }
}
