//! What a search found, for a terminal.

use super::found::{End, Found};
use super::profile::{Level, Profile, profiles};
use super::{Fate, Why};
use crate::digits::grouped;
use crate::goal::{Dimension, Figure, Limit, ScopeKind, Work};
use crate::report::answer::{Teller, Verdict, a_month, listed};
use crate::report::numbers::{Shown, TimeUnit};
use crate::report::plain_table::{PlainColumn, plain_table};
use crate::report::row::Row;
use crate::report::wrapping::{cut, wrapped};
use crate::search::Coordinate;
use crate::stats::Estimate;

/// Columns that a value of a key takes at most in a table.
const WIDEST_VALUE: usize = 28;

/// The answer in sentences and the profile of each key, within so many columns, given the coordinates of all points.
pub fn text(found: &Found<'_>, points: &[Vec<Coordinate>], width: usize) -> String {
    let told = Told::new(found, WIDEST_VALUE);
    let mut text = String::new();
    let mut sentences = told.sentences();
    sentences.push(told.effort());
    for sentence in sentences {
        text.push_str(&wrapped(&sentence, width));
        text.push('\n');
    }
    for profile in profiles(found, points) {
        text.push('\n');
        text.push_str(&plain_table(&told.profile(&profile)));
    }
    text
}

/// What was found, and who tells it.
pub(super) struct Told<'f, 'a> {
    found: &'f Found<'a>,
    teller: Teller<'a>,
    /// Columns that a value of a key takes at most in a table.
    widest: usize,
}

impl<'f, 'a> Told<'f, 'a> {
    pub(super) fn new(found: &'f Found<'a>, widest: usize) -> Self {
        let teller = Teller { study: found.study };
        Self {
            found,
            teller,
            widest,
        }
    }
}

impl Told<'_, '_> {
    /// The answer.
    pub(super) fn sentences(&self) -> Vec<String> {
        let mut sentences = match self.found.end {
            End::Best(best) => self.best(best),
            End::Undecided(closest) => vec![self.none(closest, "No point surely meets the goal")],
            End::Missed(closest) => vec![self.none(closest, "No point meets the goal")],
        };
        sentences.extend(self.cut_off());
        sentences
    }

    fn best(&self, best: usize) -> Vec<String> {
        let Found { goal, values, .. } = self.found;
        let words = goal.minimize.words();
        let (name, limits) = (self.teller.name(best), self.teller.limits(goal));
        let value = values[best].map(|value| self.teller.shown(goal.minimize, value));
        let month = self.teller.of_time(goal, self.found.is_per_month);
        let points = grouped(values.len() as f64, 0);
        let mut first = format!(
            "Best of {points} points: {name} meets the goal ({limits}) at a {words} of {}{month}",
            value.unwrap_or_default()
        );
        let judged = &self.found.standings[best].judged;
        let judged = judged.iter().map(|judged| {
            let value = self.teller.value_of(judged);
            let limit = judged.limit;
            format!("{}{} {value}", limit.figure.words(), limit.scope.words())
        });
        let judged: Vec<String> = judged.collect();
        if !judged.is_empty() {
            first = format!("{first}; {}", listed(&judged));
        }
        let mut sentences = vec![format!("{first}.")];
        sentences.extend(self.teller.not_alone(goal, best));
        sentences.push(self.guarantee());
        if Row::of_all(&self.found.study.variants[best]).growing.any() {
            sentences.push(
                "Its queue grows, so it does not do all the work that comes: limit a wait or a latency to leave such points out."
                    .to_owned(),
            );
        }
        if !self.found.tied.is_empty() {
            let names = self.teller.names(&self.found.tied);
            sentences.push(format!("Tied with it: {names}."));
        }
        if !self.found.undecided.is_empty() {
            let names = self.teller.names(&self.found.undecided);
            sentences.push(format!(
                "Not known to meet the goal, and not clearly worse: {names}."
            ));
        }
        sentences
    }

    /// What is sure of the points that were not chosen.
    fn guarantee(&self) -> String {
        let words = self.found.goal.minimize.words();
        let others = "With 95 % confidence, no other point that meets the goal has";
        match self.found.gap {
            Some(0.0) => format!("{others} a smaller {words}."),
            Some(gap) if gap.is_finite() => {
                format!(
                    "{others} a {words} that is more than {} % smaller.",
                    percent_up(gap)
                )
            }
            _ => "Nothing is known of how much better another point may be.".to_owned(),
        }
    }

    /// What the points that miss the goal and would be better miss, or none where no point is chosen.
    fn cut_off(&self) -> Option<String> {
        let End::Best(best) = self.found.end else {
            return None;
        };
        let mean = |point: usize| self.found.values[point].map(|value| value.mean);
        let best = mean(best)?;
        let mut counts: Vec<(&str, usize)> = Vec::new();
        for (point, fate) in self.found.fates.iter().enumerate() {
            let Fate::Out {
                why: Why::Fails(limit),
                ..
            } = fate
            else {
                continue;
            };
            if mean(point).is_some_and(|mean| mean < best) {
                match counts.iter_mut().find(|(known, _)| known == limit) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((limit, 1)),
                }
            }
        }
        let words = self.found.goal.minimize.words();
        let told = counts
            .iter()
            .map(|(limit, count)| format!("{limit} ({count})"));
        let told: Vec<String> = told.collect();
        let total: usize = counts.iter().map(|(_, count)| count).sum();
        let (points, miss) = if total == 1 {
            ("point", "misses")
        } else {
            ("points", "miss")
        };
        (total > 0).then(|| {
            format!(
                "The limit that binds: {total} {points} with a smaller {words} {miss} {}.",
                listed(&told)
            )
        })
    }

    fn none(&self, closest: usize, what: &str) -> String {
        let (name, limits) = (
            self.teller.name(closest),
            self.teller.limits(self.found.goal),
        );
        let binding = self.found.standings[closest].binding();
        let why = binding.map(|judged| self.teller.missing(judged));
        format!(
            "{what} ({limits}). {name} comes closest: {}.",
            why.unwrap_or_default()
        )
    }

    /// What the search took.
    pub(super) fn effort(&self) -> String {
        let (rounds, most) = self.found.rounds;
        let all = self.found.fates.len() * most as usize;
        let share = 100.0 * self.found.replications as f64 / all.max(1) as f64;
        let whole = |number: usize| grouped(number as f64, 0);
        let rounds = if rounds == 1 {
            "1 round".to_owned()
        } else {
            format!("{rounds} rounds")
        };
        let stopped = if self.found.is_decided {
            String::new()
        } else {
            " It stopped at `max_replications`, before the answer was as clear as `indifference` wants it."
                .to_owned()
        };
        format!(
            "The search took {} replications in {rounds}; {most} of every point would be {} ({share:.0} %).{stopped}",
            whole(self.found.replications),
            whole(all)
        )
    }

    /// The best point for each value of a key.
    pub(super) fn profile(&self, profile: &Profile<'_>) -> Vec<PlainColumn> {
        let minimize = self.found.goal.minimize;
        let column = |header: String, right: bool, cell: &dyn Fn(&Level<'_>) -> String| {
            let cells = profile.levels.iter().map(cell);
            PlainColumn {
                cells: std::iter::once(header).chain(cells).collect(),
                right,
            }
        };
        let value = |level: &Level<'_>| self.found.values[level.point];
        let month = a_month(self.found.is_per_month);
        let of_values = self.scale(minimize, profile.levels.iter().filter_map(value));
        let mut all = vec![
            column(cut(profile.label, self.widest), false, &|level| {
                cut(level.value, self.widest)
            }),
            column(
                format!("best {}{month}\n{}", minimize.words(), of_values.unit()),
                true,
                &|level| value(level).map_or_else(none, |value| of_values.shown(value)),
            ),
        ];
        if matches!(self.found.end, End::Best(_)) {
            // In a narrow table it takes two lines.
            let parting = if self.widest == usize::MAX { " " } else { "\n" };
            let header = format!("against{parting}the best");
            all.push(column(header, true, &|level| self.against(value(level))));
        }
        if let Some(limit) = self.told_limit() {
            let judged = |level: &Level<'_>| {
                let mut judged = self.found.standings[level.point].judged.iter();
                judged.find(|judged| judged.limit == limit)
            };
            let value = |level: &Level<'_>| judged(level)?.value;
            let of_limit = self.scale(limit.figure, profile.levels.iter().filter_map(value));
            let of = match limit.scope.part() {
                None => String::new(),
                Some((ScopeKind::Target, name)) => format!("\nof {}", cut(name, self.widest)),
                Some((kind, name)) => format!("\nof {}\n{}", kind.key(), cut(name, self.widest)),
            };
            all.push(column(
                format!("{}{of}\n{}", limit.figure.words(), of_limit.unit()),
                true,
                &|level| match judged(level) {
                    Some(judged) if judged.grows => "grows".to_owned(),
                    _ => value(level).map_or_else(none, |value| of_limit.shown(value)),
                },
            ));
        }
        all.push(column("goal".to_owned(), false, &|level| {
            goal(level.verdict).to_owned()
        }));
        all
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

    /// How much larger a value is than that of the best point.
    fn against(&self, value: Option<Estimate>) -> String {
        let End::Best(best) = self.found.end else {
            return "-".to_owned();
        };
        match (self.found.values[best], value) {
            (Some(best), Some(value)) if best.mean != 0.0 => {
                let share = 100.0 * (value.mean - best.mean) / best.mean.abs();
                let rounded = format!("{share:+.1} %");
                if rounded.ends_with("0.0 %") && share.abs() < 0.05 {
                    "0.0 %".to_owned()
                } else {
                    rounded
                }
            }
            _ => "-".to_owned(),
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

/// A share in percent with two digits, rounded up: no guarantee is told as better than it is.
fn percent_up(share: f64) -> f64 {
    let percent = 100.0 * share;
    let unit = 10_f64.powf(1.0 - percent.log10().floor());
    let digits = (percent * unit - 1e-9).ceil();
    (digits / unit * 1e6).round() / 1e6
}
