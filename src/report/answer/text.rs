//! The answer in sentences.

use super::Choice;
use super::chosen::{Against, Chosen, Outcome};
use super::expected::Expected;
use super::front::{Front, Member};
use super::judged::{Judged, Standing, Verdict};
use crate::digits::grouped;
use crate::goal::{Dimension, Figure, Goal, Work};
use crate::report::StudyResults;
use crate::report::change::{self, Change};
use crate::report::load::Compared;
use crate::report::numbers::{Shown, TimeUnit};
use crate::stats::Estimate;

/// Names that a sentence lists at most.
const LISTED: usize = 6;
/// Pareto-optimal variants that are told with their figures, at most.
const MOST_WITH_FIGURES: usize = 3;

/// The cost where variants are submitted different numbers of runs.
const PER_COMPLETED_RUN: &str = "cost per completed run";

/// What is said of a choice, after a word on variants whose work is not the same.
pub(super) fn sentences(study: &StudyResults, choice: &Choice<'_>) -> Vec<String> {
    let chosen = of_choice(study, choice);
    let first = Compared::of(study).sentence().map(str::to_owned);
    first.into_iter().chain(chosen).collect()
}

fn of_choice(study: &StudyResults, choice: &Choice<'_>) -> Vec<String> {
    let teller = Teller { study };
    match choice {
        Choice::Nothing => Vec::new(),
        Choice::Front(front) => match &front.cheapest {
            Some(cheapest) => teller.cheapest(front, cheapest),
            None => teller.front(front),
        },
        Choice::Goal {
            goal,
            standings,
            outcome,
        } => match (&standings[..], outcome) {
            ([only], _) => teller.only(goal, only),
            (_, Outcome::Chosen(chosen)) => teller.chosen(goal, standings, chosen),
            (_, Outcome::Undecided(position)) => teller.undecided(goal, &standings[*position]),
            (_, Outcome::Missed(position)) => teller.missed(goal, &standings[*position]),
        },
    }
}

/// `✓ always-on: wait_p95 <= 10m: 1.2 min (± 0.1)`.
pub(super) fn expectation(study: &StudyResults, expected: &Expected<'_>) -> String {
    let teller = Teller { study };
    let judged = &expected.judged;
    let (sign, name, limit) = (
        if expected.is_kept { "✓" } else { "✗" },
        expected.variant,
        judged.limit.written(),
    );
    let value = teller.value_of(judged);
    let undecided = match judged.verdict {
        Verdict::Undecided { .. } => "; its interval covers the limit, and the estimate decides",
        _ => "",
    };
    format!("{sign} {name}: {limit}: {value}{undecided}")
}

/// Tells figures of a study.
pub(in crate::report) struct Teller<'a> {
    /// The study.
    pub(in crate::report) study: &'a StudyResults,
}

impl Teller<'_> {
    /// A variant's name, in quotes.
    pub(in crate::report) fn name(&self, position: usize) -> String {
        format!("`{}`", self.study.variants[position].name)
    }

    /// The limits of a goal. A cost is of the measured time, which is said since costs are told by the month where they can be.
    pub(in crate::report) fn limits(&self, goal: &Goal) -> String {
        let length = self.measured();
        let written = goal.limits.iter().map(|limit| match limit.figure {
            Figure::Cost => format!("{} in {length}", limit.written()),
            _ => limit.written(),
        });
        written.collect::<Vec<_>>().join(", ")
    }

    /// The time that a cost is for, to follow the amount; empty of other figures.
    pub(in crate::report) fn of_time(&self, goal: &Goal, is_per_month: bool) -> String {
        if is_per_month || goal.minimize != Figure::Cost {
            return a_month(is_per_month).to_owned();
        }
        format!(" in {}", self.measured())
    }

    /// The length of the measured time.
    fn measured(&self) -> String {
        let window = self.study.baseline().map(|baseline| baseline.window);
        window.unwrap_or_default().length().to_friendly()
    }

    /// Names of variants, or the first few.
    pub(in crate::report) fn names(&self, positions: &[usize]) -> String {
        let names = positions.iter().map(|position| self.name(*position));
        listed(&names.collect::<Vec<_>>())
    }

    /// A figure with its unit.
    pub(in crate::report) fn shown(&self, figure: Figure, estimate: Estimate) -> String {
        match figure.dimension() {
            Dimension::Money => Shown::of(estimate).with_unit(self.study.currency().code()),
            Dimension::Share => Shown::percent(estimate).with_unit("%"),
            Dimension::Time => {
                let unit = match figure.work() {
                    Work::Requests => TimeUnit::suiting_latency(estimate.mean),
                    _ => TimeUnit::suiting(estimate.mean),
                };
                Shown::of(unit.from_seconds(estimate)).with_unit(unit.name)
            }
        }
    }

    /// A figure, or why there is none.
    pub(in crate::report) fn value_of(&self, judged: &Judged<'_>) -> String {
        match judged.value {
            Some(value) => self.shown(judged.limit.figure, value),
            None if judged.grows => "none, since the queue grows".to_owned(),
            None => "none".to_owned(),
        }
    }

    fn chosen(&self, goal: &Goal, standings: &[Standing<'_>], chosen: &Chosen) -> Vec<String> {
        let mut first = format!(
            "{} meets the goal ({}) at the smallest {}",
            self.name(chosen.position),
            self.limits(goal),
            minimized(goal, chosen)
        );
        if let Some(value) = chosen.value {
            first.push_str(", ");
            first.push_str(&self.shown(goal.minimize, value));
            first.push_str(a_month(chosen.is_per_month));
        }
        match &chosen.against_baseline {
            None if self.study.variants.len() > 1 => first.push_str("; it is the baseline"),
            None => {}
            Some(against) => first.push_str(&self.against(goal, against)),
        }
        first.push('.');
        let mut sentences = vec![first];
        sentences.extend(self.not_alone(goal, chosen.position));
        if chosen.grows {
            sentences.push(
                "Its queue grows, so it does not do all the work that comes, and its cost is not the price of that work."
                    .to_owned(),
            );
        }
        sentences.extend(self.unclear(goal, standings, chosen));
        sentences.extend(self.next(goal, chosen));
        let growing = chosen.growing.iter().map(|at| self.name(*at));
        sentences.extend(left_out(&growing.collect::<Vec<String>>()));
        sentences
    }

    /// `: 212 USD (± 31) less than always-on, and its p95 wait is 3.2 min (± 0.2) longer`.
    fn against(&self, goal: &Goal, against: &Against) -> String {
        let baseline = &self.study.variants[self.study.baseline].name;
        let what = goal.minimize;
        let [less, more] = match what.dimension() {
            Dimension::Time => ["shorter", "longer"],
            Dimension::Money | Dimension::Share => ["less", "more"],
        };
        let is_money = what.dimension() == Dimension::Money;
        let value = match self.size(&against.value, what, [less, more], is_money) {
            Some(_) if is_same(&against.value) => format!(": the same as `{baseline}`"),
            Some(size) => format!(": {size} than `{baseline}`"),
            None => format!("; no value of `{baseline}` to compare with"),
        };
        let is_told = against.of == what;
        let time = self.size(&against.time, against.of, ["shorter", "longer"], false);
        match time.filter(|_| !is_told) {
            Some(size) => format!("{value}, and its {} is {size}", against.of.words()),
            None => value,
        }
    }

    /// `212 USD (± 31) less`, or that the change is not clear.
    fn size(
        &self,
        change: &Change,
        figure: Figure,
        [less, more]: [&str; 2],
        is_told_as_ratio: bool,
    ) -> Option<String> {
        let difference = change.judged_difference()?;
        let size = if difference.mean < 0.0 {
            difference.scaled(-1.0)
        } else {
            difference
        };
        let sign = if difference.mean < 0.0 { less } else { more };
        let shown = self.shown(figure, size);
        Some(match change.verdict(is_told_as_ratio)? {
            change::Verdict::Same => "the same".to_owned(),
            change::Verdict::Clear => format!("{shown} {sign}"),
            change::Verdict::Unclear => format!("not clearly {sign} ({shown})"),
        })
    }

    /// The variants that may be as good.
    fn unclear(&self, goal: &Goal, standings: &[Standing<'_>], chosen: &Chosen) -> Option<String> {
        let mut clauses = Vec::new();
        if !chosen.same.is_empty() {
            clauses.push(format!(
                "the same {} as {}",
                minimized(goal, chosen),
                self.names(&chosen.same)
            ));
        }
        let mut unclear = chosen.tied.clone();
        unclear.retain(|position| !chosen.same.contains(position));
        if !unclear.is_empty() {
            clauses.push(format!(
                "no clear difference in {} to {}",
                minimized(goal, chosen),
                self.names(&unclear)
            ));
        }
        if !chosen.open.is_empty() {
            let verdicts = chosen.open.iter().map(|at| standings[*at].verdict());
            let needed = verdicts.map(|verdict| match verdict {
                Verdict::Undecided { replications } => replications,
                _ => None,
            });
            let most = needed.max_by_key(|needed| needed.unwrap_or(u64::MAX));
            clauses.push(format!(
                "undecided and not clearly dearer: {} ({})",
                self.names(&chosen.open),
                deciding(most.flatten(), standings[chosen.position].replications)
            ));
        }
        (!clauses.is_empty()).then(|| capitalized(&format!("{}.", clauses.join("; "))))
    }

    /// What a shorter time would cost.
    fn next(&self, goal: &Goal, chosen: &Chosen) -> Option<String> {
        let next = chosen.next.as_ref()?;
        let currency = self.study.currency();
        let name = self.name(next.position);
        let words = next.of.words();
        let time = next.time.value.map(|time| self.shown(next.of, time));
        let time = time.unwrap_or_default();
        let price = match (next.per_hour, next.of.work()) {
            (Some(price), Work::Runs) => {
                let hour = match next.of {
                    Figure::TurnaroundMean => "turnaround",
                    _ => "waiting",
                };
                let unit = format!("{} per hour of {hour} saved", currency.code());
                Some(with_unit(price, &unit))
            }
            _ if is_same(&next.value) => Some(format!("the same {}", minimized(goal, chosen))),
            _ => {
                let is_money = goal.minimize.dimension() == Dimension::Money;
                let size = self.size(&next.value, goal.minimize, ["less", "more"], is_money);
                let of = if chosen.is_per_run {
                    " per completed run"
                } else {
                    ""
                };
                size.map(|size| format!("{size}{of}"))
            }
        };
        let price = price.map_or_else(String::new, |price| format!(": {price}"));
        Some(format!(
            "The next shorter {words} is that of {name}, {time}{price}."
        ))
    }

    fn front(&self, front: &Front<'_>) -> Vec<String> {
        let time = front.time.words();
        let cost = match front.time.work() {
            Work::Requests => "cost per 1,000 requests",
            _ if front.is_per_run => PER_COMPLETED_RUN,
            _ => "cost",
        };
        let in_ticks = |member: &Member<'_>| format!("`{}`", member.variant);
        let mut sentences = match &front.members[..] {
            [only] if self.study.variants.len() == front.growing.len() + front.unlike.len() + 1 => {
                vec![format!(
                    "{} is the only variant that does all the work that comes.",
                    in_ticks(only)
                )]
            }
            [only] => vec![format!(
                "{} is the only Pareto-optimal variant, {}: each other one is clearly worse in {cost} or {time} and \
                 clearly better in neither.",
                in_ticks(only),
                self.figures_of(front, only, " and ")
            )],
            _ => vec![self.optimal(front, (cost, time))],
        };
        if let Some(knee) = front.knee {
            let member = &front.members[knee];
            sentences.push(format!(
                "The knee is {}: {}.",
                in_ticks(member),
                self.figures_of(front, member, &format!(", {time} "))
            ));
        }
        let growing = front.growing.iter().map(|name| format!("`{name}`"));
        sentences.extend(left_out(&growing.collect::<Vec<String>>()));
        sentences.extend(self.with_runs(front));
        sentences
    }

    /// The Pareto-optimal variants; few with their figures, unless the knee has its own.
    fn optimal(&self, front: &Front<'_>, (cost, time): (&str, &str)) -> String {
        let members = front.members.iter();
        let all = if front.members.len() <= MOST_WITH_FIGURES && front.knee.is_none() {
            let told = |of: &Member<'_>| {
                format!("`{}`, {}", of.variant, self.figures_of(front, of, " and "))
            };
            members.map(told).collect::<Vec<String>>().join("; ")
        } else {
            let names = members.map(|member| format!("`{}`", member.variant));
            listed(&names.collect::<Vec<String>>())
        };
        format!("Pareto-optimal in {cost} and {time}, from the cheapest: {all}.")
    }

    /// `12 USD (± 1) a month and 5 min (± 1)`, with what links the two.
    fn figures_of(&self, front: &Front<'_>, member: &Member<'_>, link: &str) -> String {
        let price = Shown::of(member.cost).with_unit(self.study.currency().code());
        let time = self.shown(front.time, member.time);
        format!("{price}{}{link}{time}", of_one(front))
    }
}

/// What is to be small.
fn minimized(goal: &Goal, chosen: &Chosen) -> &'static str {
    if chosen.is_per_run {
        PER_COMPLETED_RUN
    } else {
        goal.minimize.words()
    }
}

fn is_same(change: &Change) -> bool {
    change.verdict(true) == Some(change::Verdict::Same)
}

/// `p95 wait of gpu`.
pub(super) fn words_of(judged: &Judged<'_>) -> String {
    let limit = judged.limit;
    format!("{}{}", limit.figure.words(), limit.scope.words())
}

/// Names of variants that are not looked at, since their queue grows; none of none.
fn left_out(names: &[String]) -> Option<String> {
    let whose = match names {
        [] => return None,
        [_] => "its queue grows",
        _ => "their queues grow",
    };
    Some(format!("Left out: {}, since {whose}.", listed(names)))
}

fn with_unit(estimate: Estimate, unit: &str) -> String {
    Shown::of(estimate).with_unit(unit)
}

/// What is said after a cost of a front.
pub(super) fn of_one(front: &Front<'_>) -> &'static str {
    match front.time.work() {
        Work::Requests => " per 1,000 requests",
        _ if front.is_per_run => " per completed run",
        _ => a_month(front.is_per_month),
    }
}

/// What is said after a cost of a month.
pub(in crate::report) fn a_month(is_per_month: bool) -> &'static str {
    if is_per_month { " a month" } else { "" }
}

/// How many replications would decide.
pub(super) fn deciding(replications: Option<u64>, now: usize) -> String {
    match replications {
        Some(count) => format!(
            "about {} replications would decide",
            grouped(count as f64, 0)
        ),
        None if now < 2 => "one replication has no interval".to_owned(),
        None => "no number of replications that can be simulated would decide".to_owned(),
    }
}

/// `one, two and three`, or the first few.
pub(in crate::report) fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        _ if names.len() > LISTED => {
            let more = names.len() - LISTED;
            format!("{} and {more} more", names[..LISTED].join(", "))
        }
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
