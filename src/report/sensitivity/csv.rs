//! `tornado.csv`, `effects.csv` and `choices.csv`.

use super::Sensitivity;
use crate::report::table::{Content, TableWriter};
use crate::stats::screening::share_of;
use crate::stats::{CONFIDENCE, Estimate};

/// The names of the tables.
pub const NAMES: [&str; 3] = ["tornado.csv", "effects.csv", "choices.csv"];

/// The tables, in the order of their names.
pub fn tables(of: &Sensitivity<'_>) -> [Vec<u8>; 3] {
    [of.tornado_csv(), of.effects_csv(), of.choices_csv()]
}

/// What follows the name of a figure, for what is told of it: at a value of an input, of the effects of an input.
const OF_TORNADO: [&str; 5] = ["", "_ci95", "_change", "_change_ci95", "_swing"];
const OF_EFFECTS: [&str; 5] = ["_mu", "_mu_ci95", "_mu_star", "_mu_star_ci95", "_sigma"];

impl Sensitivity<'_> {
    /// The columns of the figures that are told.
    fn columns(&self, endings: &[&str]) -> Vec<String> {
        let figures = self.figures.told().map(|(position, figure)| {
            if position == 0 && self.figures.is_per_month() {
                "cost_per_month_usd"
            } else {
                figure.column()
            }
        });
        let names = figures.flat_map(|name| endings.iter().map(move |end| format!("{name}{end}")));
        names.collect()
    }

    fn name(&self, variant: usize) -> &str {
        &self.study.variants[variant].name
    }

    /// Writes a table with these rows.
    fn table(&self, header: &[&str], of: &[&str], rows: Vec<Vec<Content<'_>>>) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut table = TableWriter::new(self.study.currency(), &mut bytes);
        let names = header.iter().map(|name| (*name).to_owned());
        let written = table
            .header(names.chain(self.columns(of)))
            .and_then(|()| {
                let mut rows = rows.into_iter();
                rows.try_for_each(|row| table.row(row, |cell, out| cell.put(out)))
            })
            .and_then(|()| table.finish());
        written.expect("memory takes every byte");
        bytes
    }

    fn tornado_csv(&self) -> Vec<u8> {
        let header = ["input", "value", "variant", "best"];
        let best = |best: Option<usize>| best.map_or("", |best| self.name(best));
        let start = |input, value, choice| {
            let recommended = self.name(self.recommended);
            let texts = [input, value, recommended, best(choice)];
            texts.map(Content::Text).into_iter().collect::<Vec<_>>()
        };
        let mut rows = vec![start("", "", self.stated.best)];
        for (position, _) in self.figures.told() {
            let stated = self.stated.variants[self.recommended].figures[position];
            rows[0].extend(both(stated));
            rows[0].extend([(); 3].map(|()| Content::Number(None)));
        }
        for bar in &self.bars {
            for end in &bar.ends {
                let key = &self.design.uncertain[bar.input].key;
                let mut row = start(key, &end.written, end.best);
                for (position, _) in self.figures.told() {
                    row.extend(both(end.figures[position]));
                    row.extend(both(end.changes[position]));
                    row.push(Content::Number(bar.swing(position)));
                }
                rows.push(row);
            }
        }
        self.table(&header, &OF_TORNADO, rows)
    }

    fn effects_csv(&self) -> Vec<u8> {
        let rows = self.effects.iter().map(|effect| {
            let figures = || {
                self.figures
                    .told()
                    .map(|(at, _)| effect.figures[at].as_ref())
            };
            let count = figures().flatten().map(|effects| effects.count).max();
            let mut row = vec![
                Content::Text(&self.design.uncertain[effect.input].key),
                Content::Text(self.name(effect.variant)),
                Content::Count(count.unwrap_or(0)),
            ];
            for effects in figures() {
                row.extend(both(effects.map(|effects| effects.mu)));
                row.extend(both(effects.map(|effects| effects.mu_star)));
                row.push(Content::Number(effects.and_then(|effects| effects.sigma)));
            }
            row
        });
        let header = ["input", "variant", "effects"];
        self.table(&header, &OF_EFFECTS, rows.collect())
    }

    fn choices_csv(&self) -> Vec<u8> {
        let header = [
            "variant",
            "recommended",
            "combinations",
            "best_share",
            "best_share_low",
            "best_share_high",
            "best_or_tied_share",
            "meets_share",
            "undecided_share",
            "fails_share",
            "regret_mean",
            "regret_worst",
        ];
        // Only what is to be small is regretted: its name stands before.
        let first = self.columns(&[""]);
        let named = header.map(|name| match name.strip_prefix("regret") {
            Some(rest) => format!("{}_regret{rest}", first[0]),
            None => name.to_owned(),
        });
        let rows = self.choices.iter().enumerate().map(|(variant, row)| {
            let share = |count: usize| {
                Content::Number(share_of(count, row.count, CONFIDENCE).map(|it| it[0]))
            };
            let best = share_of(row.best, row.count, CONFIDENCE);
            let is_recommended = variant == self.recommended;
            vec![
                Content::Text(self.name(variant)),
                Content::Text(if is_recommended { "yes" } else { "no" }),
                Content::Count(row.count),
                share(row.best),
                Content::Number(best.map(|best| best[1])),
                Content::Number(best.map(|best| best[2])),
                share(row.tied),
                share(row.meets),
                share(row.undecided),
                share(row.fails()),
                Content::Number(row.mean_regret),
                Content::Number(row.worst_regret),
            ]
        });
        let named: Vec<&str> = named.iter().map(String::as_str).collect();
        self.table(&named, &[], rows.collect())
    }
}

/// A value and its half-width.
fn both<'a>(value: Option<Estimate>) -> [Content<'a>; 2] {
    let width = value.and_then(|value| value.half_width);
    [value.map(|value| value.mean), width].map(Content::Number)
}
