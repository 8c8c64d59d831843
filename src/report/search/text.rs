//! What a search found, for a terminal.

use super::found::{End, Found};
use super::profile::{Profile, profiles, remarks};
use super::{Fate, GROWS, Why, edge};
use crate::digits::grouped;
use crate::report::answer::{Teller, Verdict, listed};
use crate::report::plain_table::named_table_within;
use crate::report::row::Row;
use crate::report::wrapping::wrapped;
use crate::search::Coordinate;

/// Columns that a value of a key takes at most in a table.
const WIDEST_VALUE: usize = 28;

/// The answer in sentences and the profile of each key, within so many columns, given the coordinates of all points.
pub fn text(found: &Found<'_>, points: &[Vec<Coordinate>], width: usize) -> String {
    let told = Told::new(found, WIDEST_VALUE);
    let mut text = String::new();
    let profiles = profiles(found, points);
    let mut sentences = told.sentences(&profiles);
    sentences.push(told.effort());
    for sentence in sentences {
        text.push_str(&wrapped(&sentence, width));
        text.push('\n');
    }
    for remark in remarks(found, &profiles) {
        text.push('\n');
        text.push_str(&wrapped(remark, width));
        text.push('\n');
    }
    for profile in profiles {
        text.push('\n');
        text.push_str(&named_table_within(told.profile(&profile), width));
    }
    text
}

/// What was found, and who tells it.
pub(super) struct Told<'f, 'a> {
    pub(super) found: &'f Found<'a>,
    teller: Teller<'a>,
    /// Columns that a value of a key takes at most in a table.
    pub(super) widest: usize,
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
    /// The answer, given the profile of each key.
    pub(super) fn sentences(&self, profiles: &[Profile<'_>]) -> Vec<String> {
        let mut sentences = match self.found.end {
            End::Best(best) => self.best(best),
            End::Undecided(closest) => vec![self.none(closest, "No point surely meets the goal")],
            End::Missed(closest) if self.found.has_no_limits() => vec![self.none_keeps_up(closest)],
            End::Missed(closest) => vec![self.none(closest, "No point meets the goal")],
        };
        sentences.extend(self.cut_off());
        if let End::Best(best) = self.found.end {
            sentences.extend(edge::sentence(self.found, profiles, best));
        }
        sentences
    }

    fn best(&self, best: usize) -> Vec<String> {
        let Found { goal, .. } = self.found;
        let mut sentences = vec![self.winner(best)];
        sentences.extend(self.teller.not_alone(goal, best));
        sentences.push(self.guarantee());
        if Row::of_all(&self.found.study.variants[best]).growing.any() {
            sentences.push(
                "Its queue grows, so it does not do all the work that comes: limit a wait or a latency to leave such points out."
                    .to_owned(),
            );
        }
        if self.found.has_no_limits() {
            let words = goal.minimize.words();
            sentences.push(format!(
                "There is no goal, so the {words} alone decides: `--goal \"wait_p95 <= 10m\"` limits waits."
            ));
        }
        if !self.found.tied.is_empty() {
            let names = self.teller.names(&self.found.tied);
            sentences.push(format!("Tied with it: {names}."));
        }
        sentences.extend(self.alike(best));
        sentences.extend(self.undecided());
        sentences
    }

    /// The best point with its figures.
    fn winner(&self, best: usize) -> String {
        let Found { goal, values, .. } = self.found;
        let words = goal.minimize.words();
        let name = self.teller.name(best);
        let value = values[best].map(|value| self.teller.shown(goal.minimize, value));
        let value = value.unwrap_or_default();
        let month = self.teller.of_time(goal, self.found.is_per_month);
        let points = grouped(values.len() as f64, 0);
        if self.found.has_no_limits() {
            return format!(
                "Best of {points} points: {name} has the smallest {words} of those that keep up with their work, {value}{month}."
            );
        }
        let limits = self.teller.limits(goal);
        let first = format!(
            "Best of {points} points: {name} meets the goal ({limits}) at a {words} of {value}{month}"
        );
        let judged = &self.found.standings[best].judged;
        let judged = judged.iter().map(|judged| {
            let value = self.teller.value_of(judged);
            let limit = judged.limit;
            format!("{}{} {value}", limit.figure.words(), limit.scope.words())
        });
        let judged: Vec<String> = judged.collect();
        if judged.is_empty() {
            return format!("{first}.");
        }
        format!("{first}; {}.", listed(&judged))
    }

    /// What is sure of the points that were not chosen.
    fn guarantee(&self) -> String {
        let words = self.found.goal.minimize.words();
        let kept = self.found.kept(true);
        let others = format!("With 95 % confidence, no other point that {kept} has");
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

    /// How many others that meet the goal differ by no more than what does not matter.
    fn alike(&self, best: usize) -> Option<String> {
        let of_best = self.found.values[best]?.mean;
        let is_alike = |other: &usize| {
            let more = self.found.more[*other].map_or(f64::INFINITY, f64::abs);
            more <= self.found.indifference * of_best.abs()
        };
        let others = (0..self.found.values.len()).filter(|other| *other != best);
        let meeting = others.filter(|other| self.found.meets(*other) == Verdict::Meets);
        let count = meeting.filter(is_alike).count();
        let (points, have) = match count {
            0 => return None,
            1 => ("point", "has"),
            _ => ("points", "have"),
        };
        Some(format!(
            "The choice is one of indifference: {} other {points} that {} {have} a {} within {} % of it (`indifference`).",
            grouped(count as f64, 0),
            self.found.kept(count == 1),
            self.found.goal.minimize.words(),
            percent_up(self.found.indifference)
        ))
    }

    /// The points that may meet the goal and may be better, and why the search left them undecided.
    fn undecided(&self) -> Option<String> {
        if self.found.undecided.is_empty() {
            return None;
        }
        let names = self.teller.names(&self.found.undecided);
        let first = "Not known to meet the goal, and not clearly worse:";
        let (whose, whom) = match self.found.undecided[..] {
            [_] => ("Its", "it"),
            _ => ("Their", "them"),
        };
        Some(match self.found.gap {
            Some(gap) if self.found.is_decided && gap > 0.0 => format!(
                "{first} {names}. {whose} {} is at most {} % smaller, which does not matter (`indifference`): a smaller `indifference` and more replications decide {whom}.",
                self.found.goal.minimize.words(),
                percent_up(gap)
            ),
            _ => format!("{first} {names}."),
        })
    }

    /// What the points that miss the goal and would be better miss, or none where no point is chosen.
    fn cut_off(&self) -> Option<String> {
        if !matches!(self.found.end, End::Best(_)) {
            return None;
        }
        let mut counts: Vec<(&str, usize)> = Vec::new();
        for (point, fate) in self.found.fates.iter().enumerate() {
            let Fate::Out { why, .. } = fate else {
                continue;
            };
            let missed = match why {
                Why::Fails(limit) => limit,
                Why::Grows => GROWS,
                Why::Worse(_) | Why::NoValue(_) => continue,
            };
            if self.found.more[point].is_some_and(|more| more < 0.0) {
                match counts.iter_mut().find(|(known, _)| *known == missed) {
                    Some((_, count)) => *count += 1,
                    None => counts.push((missed, 1)),
                }
            }
        }
        let total: usize = counts.iter().map(|(_, count)| count).sum();
        let is_one = total == 1;
        let one_or = |one: &'static str, many: &'static str| if is_one { one } else { many };
        let whole = |number: usize| grouped(number as f64, 0);
        let but = match &counts[..] {
            [] => return None,
            [(GROWS, _)] => one_or("its queue grows", "their queues grow").to_owned(),
            [(limit, _)] => format!("{} {limit}", one_or("misses", "miss")),
            several => {
                let told = several.iter();
                let told = told.map(|(limit, count)| format!("{} miss {limit}", whole(*count)));
                listed(&told.collect::<Vec<_>>())
            }
        };
        Some(format!(
            "{} {} a smaller {}, but {but}.",
            whole(total),
            one_or("point has", "points have"),
            self.found.goal.minimize.words()
        ))
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

    /// Where the queue of every point grows, and no limit says how far that may go.
    fn none_keeps_up(&self, closest: usize) -> String {
        format!(
            "No point keeps up with its work: the queue of each grows. {} comes closest: its runs wait the least.",
            self.teller.name(closest)
        )
    }

    /// What the search took.
    pub(super) fn effort(&self) -> String {
        let (rounds, most) = self.found.rounds;
        let all = self.found.fates.len() * most as usize;
        let whole = |number: usize| grouped(number as f64, 0);
        let rounds = if rounds == 1 {
            "1 round".to_owned()
        } else {
            format!("{rounds} rounds")
        };
        let (taken, most) = (self.found.replications, whole(most as usize));
        let compared = if taken == all {
            format!("{most} of each point")
        } else {
            let share = 100.0 * taken as f64 / all.max(1) as f64;
            format!(
                "{share:.0} % of the {} that {most} of each point would be",
                whole(all)
            )
        };
        let stopped = if self.found.is_decided {
            String::new()
        } else {
            " It stopped at `max_replications`, before the answer was as clear as `indifference` wants it."
                .to_owned()
        };
        format!(
            "The search took {} replications in {rounds}: {compared}.{stopped}",
            whole(taken)
        )
    }
}

/// A share in percent with two digits, rounded up: no guarantee is told as better than it is.
fn percent_up(share: f64) -> f64 {
    let percent = 100.0 * share;
    let unit = 10_f64.powf(1.0 - percent.log10().floor());
    let digits = (percent * unit - 1e-9).ceil();
    (digits / unit * 1e6).round() / 1e6
}
