//! The table of each key: for each of its values the points that may be the best with it.

use super::found::End;
use super::profile::{Candidate, Level, Profile};
use super::text::Told;
use crate::goal::{Dimension, Figure, Limit, ScopeKind, Work};
use crate::report::answer::{Verdict, a_month};
use crate::report::numbers::{Shown, TimeUnit};
use crate::report::plain_table::PlainColumn;
use crate::report::wrapping::cut;
use crate::stats::Estimate;

impl Told<'_, '_> {
    /// What the best point may be for each value of a key, named by that value and those of the other keys.
    pub(super) fn profile(&self, profile: &Profile<'_>) -> Vec<PlainColumn> {
        let minimize = self.found.goal.minimize;
        let candidates: Vec<&Candidate<'_>> =
            profile.levels.iter().flat_map(Level::candidates).collect();
        let column = |header: String, right: bool, cell: &dyn Fn(&Candidate<'_>) -> String| {
            let cells = candidates.iter().map(|candidate| cell(candidate));
            PlainColumn {
                cells: std::iter::once(header).chain(cells).collect(),
                right,
            }
        };
        let value = |candidate: &Candidate<'_>| self.found.values[candidate.point];
        let month = a_month(self.found.is_per_month);
        let of_values = self.scale(minimize, candidates.iter().filter_map(|it| value(it)));
        let mut all = vec![
            column(self.joined(&profile.labels), false, &|candidate| {
                self.joined(&candidate.values)
            }),
            column(
                format!("{}{month}\n{}", minimize.words(), of_values.unit()),
                true,
                &|candidate| value(candidate).map_or_else(none, |value| of_values.shown(value)),
            ),
        ];
        if matches!(self.found.end, End::Best(_)) {
            // In a narrow table it takes two lines.
            let parting = if self.widest == usize::MAX { " " } else { "\n" };
            let header = format!("against{parting}the best");
            all.push(column(header, true, &|candidate| {
                self.against(candidate.point)
            }));
        }
        if let Some(limit) = self.told_limit() {
            let judged = |candidate: &Candidate<'_>| {
                let mut judged = self.found.standings[candidate.point].judged.iter();
                judged.find(|judged| judged.limit == limit)
            };
            let value = |candidate: &Candidate<'_>| judged(candidate)?.value;
            let of_limit = self.scale(limit.figure, candidates.iter().filter_map(|it| value(it)));
            let of = match limit.scope.part() {
                None => String::new(),
                Some((ScopeKind::Target, name)) => format!("\nof {}", cut(name, self.widest)),
                Some((kind, name)) => format!("\nof {}\n{}", kind.key(), cut(name, self.widest)),
            };
            all.push(column(
                format!("{}{of}\n{}", limit.figure.words(), of_limit.unit()),
                true,
                &|candidate| match judged(candidate) {
                    Some(judged) if judged.grows => "grows".to_owned(),
                    _ => value(candidate).map_or_else(none, |value| of_limit.shown(value)),
                },
            ));
        }
        let (header, word): (&str, fn(Verdict) -> &'static str) = if self.found.has_no_limits() {
            ("keeps up", keeps_up)
        } else {
            ("goal", goal)
        };
        all.push(column(header.to_owned(), false, &|candidate| {
            word(candidate.verdict).to_owned()
        }));
        all
    }

    /// Names or values of several keys, each cut where the table is narrow.
    fn joined(&self, parts: &[&str]) -> String {
        let parts = parts.iter().map(|part| cut(part, self.widest));
        parts.collect::<Vec<String>>().join(" / ")
    }

    /// The limit whose figure is told of each point: the one that binds at the point that is named.
    fn told_limit(&self) -> Option<&Limit> {
        let named = &self.found.standings[self.found.end.position()];
        let limit = named.binding().map(|judged| judged.limit);
        limit.or(self.found.goal.limits.first())
    }

    /// How values of a figure are printed, all in one unit.
    fn scale(&self, figure: Figure, values: impl Iterator<Item = Estimate>) -> Scale {
        let times = values.map(|value| value.mean);
        match figure.dimension() {
            Dimension::Time => Scale::Time(match figure.work() {
                Work::Requests => TimeUnit::suiting_latencies(times),
                _ => TimeUnit::suiting_all(times),
            }),
            Dimension::Share => Scale::Share,
            Dimension::Money => Scale::Money(self.found.study.currency().code().to_owned()),
        }
    }

    /// How much more of what is to be small a point has than the best, over the replications that both have.
    fn against(&self, point: usize) -> String {
        match (
            self.found.values[self.found.end.position()],
            self.found.more[point],
        ) {
            (Some(best), Some(more)) if best.mean != 0.0 => {
                let share = 100.0 * more / best.mean.abs();
                let rounded = format!("{share:+.1} %");
                if rounded.ends_with("0.0 %") && share.abs() < 0.05 {
                    "0.0 %".to_owned()
                } else {
                    rounded
                }
            }
            _ => none(),
        }
    }
}

/// How values of a figure are printed.
enum Scale {
    Time(TimeUnit),
    Share,
    /// In this currency.
    Money(String),
}

impl Scale {
    fn unit(&self) -> &str {
        match self {
            Self::Time(unit) => unit.name,
            Self::Share => "%",
            Self::Money(code) => code,
        }
    }

    fn shown(&self, value: Estimate) -> String {
        let shown = match self {
            Self::Time(unit) => Shown::of(unit.from_seconds(value)),
            Self::Share => Shown::percent(value),
            Self::Money(_) => Shown::of(value),
        };
        shown.joined()
    }
}

/// Where there is no value.
fn none() -> String {
    "-".to_owned()
}

fn goal(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Meets => "meets",
        Verdict::Undecided { .. } => "undecided",
        Verdict::Fails | Verdict::NoValue => "misses",
    }
}

/// The word of a search without limits, where only a queue that grows is a miss.
fn keeps_up(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Fails => "no",
        _ => "yes",
    }
}
