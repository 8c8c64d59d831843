//! What an answer rests on, for a terminal.

use super::Sensitivity;
use super::choices::{Row, WHOLE};
use super::effects::Effect;
use super::told::{Told, counted, percent};
use super::tornado::Choice;
use crate::digits::{grouped, short};
use crate::goal::{Dimension, Figure, Work};
use crate::report::numbers::{Shown, TimeUnit};
use crate::report::plain_table::{PlainColumn, plain_table};
use crate::report::wrapping::{cut, wrapped};
use crate::stats::screening::{Effects, share_of};
use crate::stats::{CONFIDENCE, Estimate};

/// Columns that a name, and a value, takes at most in a table.
const WIDEST_NAME: usize = 22;
const WIDEST_VALUE: usize = 12;

/// The mark of a regret that is of a part of the combinations.
const PARTIAL: &str = "†";

/// The answer and what it rests on: sentences of at most `width` columns, then tables.
pub fn text(of: &Sensitivity<'_>, width: usize) -> String {
    let told = Told::new(of, true);
    let mut text = String::new();
    for sentence in told.sentences() {
        text.push_str(&wrapped(&sentence, width));
        text.push('\n');
    }
    for (heading, columns) in told.tables() {
        text.push('\n');
        text.push_str(&wrapped(&heading, width));
        text.push('\n');
        text.push_str(&plain_table(&columns));
    }
    text.push('\n');
    text.push_str(&wrapped(&told.effort(), width));
    text.push('\n');
    text
}

/// What is shown of effects.
type Part = fn(&Effects) -> Option<f64>;

/// How a figure is shown: its unit, and the length of that.
struct Scale {
    figure: Figure,
    unit: &'static str,
    seconds: f64,
}

impl Told<'_, '_> {
    /// The tables with their headings.
    pub(super) fn tables(&self) -> [(String, Vec<PlainColumn>); 3] {
        let name = self.teller.name(self.of.recommended);
        let count = self.of.design.trajectories.len();
        [
            (
                format!("Each input alone, all others as stated: {name}"),
                self.tornado(),
            ),
            (
                format!(
                    "Effect from low to high, all others anywhere in their ranges ({count} trajectories): {name}"
                ),
                self.effects(),
            ),
            (self.heading_of_choices(), self.choices()),
        ]
    }

    /// What is said above the choices, with what a mark on a regret means.
    fn heading_of_choices(&self) -> String {
        let heading = format!("Each choice in {} combinations", self.combinations());
        if !self.of.choices.iter().any(Row::is_regret_partial) {
            return heading;
        }
        let what = if self.of.goal.limits.is_empty() {
            "keeps up with its work"
        } else {
            "surely meets the goal"
        };
        format!(
            "{heading} ({PARTIAL} it {what} in less than {:.0} % of them: its regret is of those alone)",
            100.0 * WHOLE
        )
    }

    /// A name or a value as tables have it.
    fn cut(&self, text: &str, width: usize) -> String {
        if self.is_narrow {
            cut(text, width)
        } else {
            text.to_owned()
        }
    }

    /// A scale for the figures at a position that suits some sizes.
    fn scale(figure: Figure, sizes: impl Iterator<Item = f64>) -> Scale {
        let most = sizes.map(f64::abs).fold(0.0, f64::max);
        let (unit, seconds) = match (figure.dimension(), figure.work()) {
            (Dimension::Share, _) => ("%", 0.01),
            (Dimension::Money, _) => ("", 1.0),
            (Dimension::Time, Work::Requests) => {
                let unit = TimeUnit::suiting_latency(most);
                (unit.name, unit.seconds)
            }
            (Dimension::Time, _) => {
                let unit = TimeUnit::suiting(most);
                (unit.name, unit.seconds)
            }
        };
        Scale {
            figure,
            unit,
            seconds,
        }
    }

    /// The unit of a scale, as in a header.
    fn unit(&self, position: usize, scale: &Scale) -> String {
        let month = position == 0 && self.of.figures.is_per_month();
        match scale.figure.dimension() {
            Dimension::Money if month => format!("{}/month", self.of.study.currency().code()),
            Dimension::Money => self.of.study.currency().code().to_owned(),
            Dimension::Share | Dimension::Time => scale.unit.to_owned(),
        }
    }

    fn tornado(&self) -> Vec<PlainColumn> {
        let of = self.of;
        let rows = || {
            of.bars
                .iter()
                .flat_map(|bar| bar.ends.iter().map(move |end| (bar, end)))
        };
        let mut named: Option<usize> = None;
        let labels = rows().map(|(bar, _)| {
            let is_first = named.replace(bar.input) != Some(bar.input);
            let label = &of.design.uncertain[bar.input].label;
            if is_first || !self.is_narrow {
                self.cut(label, WIDEST_NAME)
            } else {
                String::new()
            }
        });
        let mut columns = vec![
            column("input", false, labels),
            column(
                "at",
                true,
                rows().map(|(_, end)| self.cut(&end.written, WIDEST_VALUE)),
            ),
        ];
        for (position, figure) in of.figures.told() {
            let sizes = rows().filter_map(|(_, end)| end.changes[position]);
            let scale = Self::scale(figure, sizes.map(|change| change.mean));
            let header = format!("{}\n{}", figure.words(), self.unit(position, &scale));
            let cells = rows().map(|(_, end)| scale.change(end.changes[position]));
            columns.push(column(&header, true, cells));
        }
        let best = rows().map(|(_, end)| {
            let name = |best: usize| of.study.variants[best].name.as_str();
            match end.choice {
                Choice::Stays => "stays".to_owned(),
                Choice::Unsure => "undecided".to_owned(),
                Choice::Other(best) => self.cut(name(best), WIDEST_NAME),
                Choice::Nobody => "none".to_owned(),
            }
        });
        columns.push(column("best choice", false, best));
        columns
    }

    fn effects(&self) -> Vec<PlainColumn> {
        let of = self.of;
        let mut all: Vec<(&str, &Effect)> = self.own_effects().collect();
        let size = |effect: &Effect| effect.figures[0].as_ref().map_or(0.0, |it| it.mu_star.mean);
        all.sort_by(|(_, one), (_, other)| size(other).total_cmp(&size(one)));
        let labels = all.iter().map(|(label, _)| self.cut(label, WIDEST_NAME));
        let mut columns = vec![column("input", false, labels)];
        for (position, figure) in of.figures.told() {
            let effects = || {
                all.iter()
                    .map(move |(_, effect)| effect.figures[position].as_ref())
            };
            let sizes = effects().flatten().map(|effects| effects.mu_star.mean);
            let scale = Self::scale(figure, sizes);
            let unit = self.unit(position, &scale);
            let parts: [(&str, Part); 3] = [
                ("mean", |effects| Some(effects.mu.mean)),
                ("size", |effects| Some(effects.mu_star.mean)),
                ("spread", |effects| effects.sigma),
            ];
            for (index, (name, part)) in parts.into_iter().enumerate() {
                // In a narrow table the first column stands for the others.
                let is_told = index == 0 || !self.is_narrow;
                let words = if is_told { figure.words() } else { "" };
                let unit = if is_told { unit.as_str() } else { "" };
                let cells = effects().map(|effects| {
                    let value = effects.and_then(part);
                    value.map_or_else(|| "-".to_owned(), |value| short(value / scale.seconds))
                });
                columns.push(column(&format!("{words}\n{name}\n{unit}"), true, cells));
            }
        }
        columns
    }

    fn choices(&self) -> Vec<PlainColumn> {
        let of = self.of;
        let mut order: Vec<usize> = (0..of.choices.len()).collect();
        order.sort_by_key(|variant| std::cmp::Reverse(of.choices[*variant].best));
        let rows = || order.iter().map(|variant| &of.choices[*variant]);
        let share = |count: usize, all: usize| percent(count as f64 / all.max(1) as f64);
        let names = order
            .iter()
            .map(|variant| self.cut(&of.study.variants[*variant].name, WIDEST_NAME));
        let best = rows().map(|row| {
            let share = share_of(row.best, row.count, CONFIDENCE).unwrap_or_default();
            let [share, low, high] = share.map(percent);
            format!("{share} ({low} to {high})")
        });
        let mut columns = vec![
            column("variant", false, names),
            column("best\n%", true, best),
            column(
                "or tied\n%",
                true,
                rows().map(|row| share(row.tied, row.count)),
            ),
        ];
        if rows().any(|row| row.meets < row.count) {
            let meets = rows().map(|row| share(row.meets, row.count));
            columns.push(column("meets goal\n%", true, meets));
        }
        let regrets = rows().filter_map(|row| row.worst_regret);
        let figure = of.goal.minimize;
        let scale = Self::scale(figure, regrets);
        let unit = self.unit(0, &scale);
        let regret = |row: &Row, value: Option<f64>| {
            let mark = if row.is_regret_partial() { PARTIAL } else { "" };
            value.map_or_else(
                || "-".to_owned(),
                |value| format!("{mark}{}", short(value / scale.seconds)),
            )
        };
        let mean = rows().map(|row| regret(row, row.mean_regret));
        columns.push(column(&format!("mean regret\n{unit}"), true, mean));
        let worst = rows().map(|row| regret(row, row.worst_regret));
        columns.push(column("worst", true, worst));
        columns
    }

    /// What it took.
    pub(super) fn effort(&self) -> String {
        let of = self.of;
        let walks = of.design.trajectories.len();
        format!(
            "{} (1 as stated, {} alone, {} of {walks} trajectories, {} combinations) x {} x {}, all with the same random numbers.",
            counted(of.design.count(), "point"),
            grouped(of.design.alone.len() as f64, 0),
            grouped((walks * (of.design.uncertain.len() + 1)) as f64, 0),
            self.combinations(),
            counted(of.study.variants.len(), "variant"),
            counted(
                of.study.variants[of.recommended].replications.len(),
                "replication"
            ),
        )
    }
}

impl Scale {
    /// A change with its sign and half-width.
    fn change(&self, change: Option<Estimate>) -> String {
        let Some(change) = change else {
            return "-".to_owned();
        };
        let shown = Shown::of(change.scaled(1.0 / self.seconds)).joined();
        let is_rise = change.mean > 0.0 && shown.contains(|c: char| ('1'..='9').contains(&c));
        if is_rise { format!("+{shown}") } else { shown }
    }
}

/// A column of a table.
fn column(header: &str, right: bool, cells: impl Iterator<Item = String>) -> PlainColumn {
    PlainColumn {
        cells: std::iter::once(header.to_owned()).chain(cells).collect(),
        right,
    }
}
