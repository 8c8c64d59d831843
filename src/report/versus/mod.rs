//! Two studies against each other, such as before and after a change of the scenario: each variant against the one of the same
//! name, from pairs of replications.

mod github;
mod json;
mod line;
mod markdown;
mod text;
mod tolerance;

pub use line::Line;
pub use tolerance::{Amount, Judged, Tolerance};

use std::borrow::Cow;

use super::change::{Change, Verdict};
use super::comparison::change_between;
use super::row::Row;
use super::statistic::Statistic;
use super::{StudyResults, VariantResults, figures};
use crate::goal::{Figure, Work};
use crate::stored::Inputs;

/// One of the two studies.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// What it is called, such as its folder.
    pub place: &'a str,
    /// What it was made of.
    pub inputs: &'a Inputs,
    /// Its results.
    pub study: &'a StudyResults,
}

/// Why two studies cannot be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlike {
    /// Their amounts of money are in different currencies.
    Currency,
    /// They have no variant of the same name, and not just one each.
    Names,
}

/// Two studies against each other.
#[derive(Debug)]
pub struct Versus<'a> {
    before: Side<'a>,
    after: Side<'a>,
    /// The variants that both have, in the order of the second.
    pub pairs: Vec<Pair<'a>>,
    /// Names of the variants that only the first has.
    pub only_before: Vec<&'a str>,
    /// Names of the variants that only the second has.
    pub only_after: Vec<&'a str>,
}

/// A variant before and after.
#[derive(Debug)]
pub struct Pair<'a> {
    before: &'a VariantResults,
    after: &'a VariantResults,
    /// Pairs of replications.
    pub replications: usize,
    /// How its figures change.
    pub lines: Vec<Line>,
    /// Whether runs complete in one and not in the other: then costs and waits are not of the same work.
    pub is_unequal_work: bool,
}

/// What a comparison is written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Text for people.
    #[default]
    Text,
    /// Markdown, as GitHub draws it.
    Md,
    /// One JSON document.
    Json,
    /// Annotations of a workflow of GitHub Actions.
    Github,
}

/// What is told of each pair, where it has it. The cost is told per month where both have months.
const TOLD: [Figure; 9] = [
    Figure::CostPerMonth,
    Figure::Cost,
    Figure::WaitMean,
    Figure::WaitP95,
    Figure::TurnaroundMean,
    Figure::Completed,
    Figure::LatencyP95,
    Figure::WithinSlo,
    Figure::Rejected,
];

impl<'a> Versus<'a> {
    /// The second study against the first, with the figures of some limits beside those that are always told.
    pub fn of(before: Side<'a>, after: Side<'a>, tolerances: &[Tolerance]) -> Result<Self, Unlike> {
        if before.study.currency() != after.study.currency() {
            return Err(Unlike::Currency);
        }
        let (olds, news) = (&before.study.variants[..], &after.study.variants[..]);
        let is_only = olds.len() == 1 && news.len() == 1;
        let partner = |new: &VariantResults| {
            let mut olds = olds.iter();
            olds.find(|old| is_only || old.name == new.name)
        };
        let both = news.iter().filter_map(|new| Some((partner(new)?, new)));
        let asked = tolerances.iter().map(|tolerance| tolerance.figure);
        let asked: Vec<Figure> = asked.collect();
        let mut pairs: Vec<Pair<'a>> = both.map(|(old, new)| Pair::of(old, new, &asked)).collect();
        if pairs.is_empty() {
            return Err(Unlike::Names);
        }
        correct(&mut pairs);
        let missing = |of: &'a [VariantResults], from: &[VariantResults]| {
            let names = of.iter().map(|variant| variant.name.as_str());
            let is_there = |name: &&str| !from.iter().any(|other| other.name == **name);
            names.filter(|_| !is_only).filter(is_there).collect()
        };
        Ok(Self {
            only_before: missing(olds, news),
            only_after: missing(news, olds),
            before,
            after,
            pairs,
        })
    }

    /// Each limit against each pair that has its figure.
    pub fn judged<'t>(&self, tolerances: &'t [Tolerance]) -> Vec<Judged<'t>> {
        let each = tolerances.iter().flat_map(|tolerance| {
            let pairs = self.pairs.iter();
            pairs.filter_map(move |pair| Judged::of(tolerance, pair))
        });
        each.collect()
    }

    /// Whether some pair does the work that a figure is about.
    pub fn has(&self, figure: Figure) -> bool {
        let mut pairs = self.pairs.iter();
        pairs.any(|pair| pair.line(figure).is_some())
    }

    /// The comparison in a format, for a terminal of `width` columns.
    pub fn told(&self, format: Format, tolerances: &[Tolerance], width: usize) -> String {
        let judged = self.judged(tolerances);
        match format {
            Format::Text => text::text(self, &judged, width),
            Format::Md => markdown::text(self, &judged),
            Format::Json => json::text(self, &judged),
            Format::Github => github::text(self, &judged),
        }
    }

    /// What the inputs have that differs, in words.
    fn differences(&self) -> Vec<String> {
        self.after.inputs.differences(self.before.inputs)
    }

    /// What a reader has to know of the two before the figures.
    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let differences = self.differences();
        notes.push(if differences.is_empty() {
            "The inputs are the same.".to_owned()
        } else {
            format!("Inputs that differ: {}.", differences.join("; "))
        });
        notes.push(if self.before.study.seed == self.after.study.seed {
            format!(
                "Both have seed {}: each pair of replications shares its random numbers.",
                self.after.study.seed
            )
        } else {
            "The seeds differ: pairs of replications share no random numbers, and intervals are wider than with one seed."
                .to_owned()
        });
        if self.pairs.len() > 1 {
            notes.push(format!(
                "Differences are called clear by Holm's correction for {} comparisons of each figure; their intervals are as much wider.",
                self.pairs.len()
            ));
        }
        for (names, place) in [
            (&self.only_before, self.before.place),
            (&self.only_after, self.after.place),
        ] {
            if !names.is_empty() {
                notes.push(format!("Only in {place}: {}.", names.join(", ")));
            }
        }
        notes
    }
}

impl<'a> Pair<'a> {
    fn of(before: &'a VariantResults, after: &'a VariantResults, asked: &[Figure]) -> Self {
        let rows = [Row::of_all(after), Row::of_all(before)];
        let figures = Figure::ALL.iter();
        let wanted = figures.filter(|figure| TOLD.contains(figure) || asked.contains(figure));
        let lines = wanted.filter_map(|figure| Line::of(*figure, [&rows[0], &rows[1]]));
        let mut lines: Vec<Line> = lines.collect();
        let has_months = lines
            .iter()
            .any(|line| line.figure == Figure::CostPerMonth && line.change.difference.is_some());
        lines.retain(|line| {
            let is_other = match line.figure {
                Figure::Cost => has_months,
                Figure::CostPerMonth => !has_months,
                _ => false,
            };
            asked.contains(&line.figure) || !is_other
        });
        let unfinished = Statistic::Mean(figures::not_completed);
        let unfinished = change_between(&rows[0], &rows[1], unfinished).verdict(false);
        Self {
            before,
            after,
            replications: before.replications.len().min(after.replications.len()),
            lines,
            is_unequal_work: unfinished.is_some_and(|verdict| verdict != Verdict::Same),
        }
    }

    /// Its name; both where they differ.
    pub fn name(&self) -> Cow<'a, str> {
        if self.before.name == self.after.name {
            Cow::Borrowed(&self.after.name)
        } else {
            Cow::Owned(format!("{} -> {}", self.before.name, self.after.name))
        }
    }

    /// How a figure changes; `None` of work that neither does.
    pub fn line(&self, figure: Figure) -> Option<&Line> {
        self.lines.iter().find(|line| line.figure == figure)
    }

    /// Whether each figure is the same in every pair of replications.
    pub fn is_same(&self) -> bool {
        let mut lines = self.lines.iter();
        lines.all(|line| line.verdict() == Some(Verdict::Same))
    }

    /// What makes its figures hard to compare.
    fn cautions(&self) -> Vec<String> {
        let mut cautions = Vec::new();
        let (old, new) = (self.before.window, self.after.window);
        if old.length() != new.length() {
            cautions.push(format!(
                "The measured time was {} and is {}: totals are not of the same time.",
                old.length().to_friendly(),
                new.length().to_friendly()
            ));
        }
        if self.is_unequal_work {
            cautions.push(
                "Different numbers of runs are not completed: costs and waits are not of the same work."
                    .to_owned(),
            );
        }
        let row = [Row::of_all(self.before), Row::of_all(self.after)];
        for (does, what) in [
            ([row[0].takes_runs(), row[1].takes_runs()], "takes runs"),
            ([row[0].serves(), row[1].serves()], "serves requests"),
        ] {
            let only = match does {
                [true, false] => "first",
                [false, true] => "second",
                _ => continue,
            };
            cautions.push(format!("Only the {only} {what}."));
        }
        if self.replications == 1 {
            cautions.push("One pair of replications has no interval.".to_owned());
        }
        cautions
    }
}

/// Holm's correction over the pairs, for each figure by itself.
fn correct(pairs: &mut [Pair<'_>]) {
    for figure in Figure::ALL {
        let mut lines: Vec<&mut Line> = pairs
            .iter_mut()
            .flat_map(|pair| pair.lines.iter_mut())
            .filter(|line| line.figure == *figure && line.change.difference.is_some())
            .collect();
        let mut changes: Vec<Change> = lines.iter().map(|line| line.change).collect();
        Change::corrected(&mut changes, line::is_told_as_ratio(*figure));
        for (line, change) in lines.iter_mut().zip(changes) {
            line.change = change;
        }
    }
}

/// Whether a row does the work that a figure is about.
fn does(row: &Row<'_>, figure: Figure) -> bool {
    match figure.work() {
        Work::Any => true,
        Work::Runs | Work::EndingRuns | Work::FanOuts => row.takes_runs(),
        Work::Requests | Work::RequestsWithSlo => row.serves(),
    }
}
