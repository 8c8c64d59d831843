//! The chart of a search: what its points cost against the time of the goal.

use super::found::{End, Found};
use super::profile::{Candidate, Level, profiles};
use super::{Fate, Why};
use crate::goal::{Dimension, Figure, Goal, Limit, Scope, Work as Does};
use crate::report::VariantResults;
use crate::report::answer::{Verdict, statistic};
use crate::report::charts::keys::{self, KeyLevel, KeyMark, KeyPanel, KeysInput};
use crate::report::charts::money::Period;
use crate::report::charts::tradeoff_input::{Role, TradeoffInput, TradeoffPoint, Wording};
use crate::report::charts::work::Work;
use crate::report::charts::{self, Chart, Study, tradeoff};
use crate::report::drawings::{about, goal_line, names};
use crate::report::numbers::TimeUnit;
use crate::report::objective::Objective;
use crate::report::pareto::dominated;
use crate::report::row::Row;
use crate::report::statistic::Statistic;
use crate::search::Coordinate;
use crate::stats::Estimate;

/// Its name without an ending.
pub const CHART: &str = charts::names::SEARCH;

/// That of the chart of the keys.
pub const OF_KEYS: &str = charts::names::SEARCH_KEYS;

/// Points that are shown at most.
const MOST: usize = 400;

/// What an axis is of.
struct Axis {
    figure: Figure,
    scope: Scope,
    statistic: Statistic,
    is_per_month: bool,
}

/// A point that has both figures.
struct Place<'a> {
    position: usize,
    /// What its cost and its time are of.
    rows: [Row<'a>; 2],
    cost: Estimate,
    time: Estimate,
}

/// The charts, given the coordinates of all points: that of the points where two have both figures, that of the keys where one has two
/// values.
pub fn charts(found: &Found<'_>, points: &[Vec<Coordinate>]) -> Vec<Chart> {
    let of_points = tradeoff::draw(&input(found));
    let of_keys = keys::draw(OF_KEYS, &of_keys(found, points));
    of_points.into_iter().chain(of_keys).collect()
}

/// The best point for each value of each key.
fn of_keys(found: &Found<'_>, points: &[Vec<Coordinate>]) -> KeysInput {
    let minimize = found.goal.minimize;
    let (unit, length) = match minimize.dimension() {
        Dimension::Money if found.is_per_month => {
            (format!("{} per month", found.study.currency().code()), 1.0)
        }
        Dimension::Money => (found.study.currency().code().to_owned(), 1.0),
        Dimension::Share => ("%".to_owned(), 0.01),
        Dimension::Time => (String::new(), 1.0),
    };
    let mark = |candidate: &Candidate<'_>| {
        let value = found.values[candidate.point];
        KeyMark {
            point: candidate.values.join(" / "),
            mean: value.map_or(f64::INFINITY, |value| value.mean / length),
            half_width: value.and_then(|value| Some(value.half_width? / length)),
            role: if candidate.point == found.end.position() {
                role(found, candidate.point)
            } else {
                match candidate.verdict {
                    Verdict::Fails if found.has_no_limits() => Role::Grows,
                    Verdict::Meets => Role::Worse,
                    Verdict::Undecided { .. } => Role::Undecided,
                    Verdict::Fails | Verdict::NoValue => Role::Misses,
                }
            },
        }
    };
    let level = |level: &Level<'_>| KeyLevel {
        value: level.value.to_owned(),
        best: mark(&level.best),
        perhaps: level.perhaps.as_ref().map(mark),
    };
    let panels = profiles(found, points).into_iter().map(|profile| KeyPanel {
        key: profile
            .labels
            .first()
            .copied()
            .unwrap_or_default()
            .to_owned(),
        levels: profile.levels.iter().map(level).collect(),
    });
    KeysInput {
        study: Study {
            keys: String::new(),
            ..about(found.study)
        },
        basis: averaged(found),
        figure: if unit.is_empty() {
            minimize.words().to_owned()
        } else {
            format!("{} ({unit})", minimize.words())
        },
        is_time: minimize.dimension() == Dimension::Time,
        kept: found.kept(true),
        panels: panels.collect(),
    }
}

fn input(found: &Found<'_>) -> TradeoffInput {
    let axes = [cost_axis(found), time_axis(found)];
    let all: Vec<Place<'_>> = (0..found.study.variants.len())
        .filter_map(|position| place(found, position, &axes))
        .collect();
    let (known, without) = (all.len(), found.study.variants.len() - all.len());
    let shown = chosen(found, all);
    let rows: Vec<[&Row<'_>; 2]> = shown.iter().map(|at| at.rows.each_ref()).collect();
    let statistics = axes.each_ref().map(|axis| axis.statistic);
    let dominated = dominated(&rows, statistics, None);
    let (labels, keys) = names(found.study);
    let [cost, time] = &axes;
    let times = shown.iter().map(|at| at.time.mean);
    let unit = if time.figure.work() == Does::Requests {
        TimeUnit::suiting_latencies(times)
    } else {
        TimeUnit::suiting_all(times)
    };
    let lines = |axis: &Axis| {
        let limits = found.goal.limits.iter();
        limits
            .filter(|limit| axis.has(limit))
            .map(goal_line)
            .collect()
    };
    TradeoffInput {
        of: Work::Runs,
        study: Study {
            keys: String::new(),
            ..about(found.study)
        },
        time_limits: lines(time),
        cost_limits: lines(cost),
        wording: Some(Wording {
            name: CHART,
            title: title(&axes),
            cost: (cost.figure.words().to_owned(), cost_unit(found, cost)),
            time: time.words(),
            basis: basis(found, (shown.len(), known, without), &keys),
        }),
        points: shown
            .iter()
            .zip(dominated)
            .map(|(at, is_dominated)| TradeoffPoint {
                name: labels[at.position].clone(),
                look: 0,
                role: role(found, at.position),
                cost: at.cost.mean,
                cost_half_width: at.cost.half_width,
                wait_p95_s: Some(at.time.mean),
                wait_p95_half_width_s: at.time.half_width,
                is_dominated,
            })
            .collect(),
        unit,
        ..TradeoffInput::default()
    }
}

/// The cost that is to be small, or else has a limit, or else that on the workspace's own bill.
fn cost_axis(found: &Found<'_>) -> Axis {
    let is_money = |figure: Figure| figure.dimension() == Dimension::Money;
    let minimized = Some(found.goal.minimize).filter(|figure| is_money(*figure));
    let mut limits = found.goal.limits.iter();
    let limit = limits.find(|limit| limit.scope == Scope::All && is_money(limit.figure));
    let figure = minimized.or(limit.map(|limit| limit.figure));
    let minimize = figure.unwrap_or(Figure::Cost);
    // A limit on the cost of the measured time is no limit on that of a month.
    let mut limits = found.goal.limits.iter();
    let is_limit = minimize == Figure::Cost && limits.any(|limit| limit.figure == minimize);
    let limits = Vec::new();
    let objective = Objective::of(found.study, &Goal { limits, minimize });
    Axis {
        figure: minimize,
        scope: Scope::All,
        statistic: if is_limit {
            statistic(minimize)
        } else {
            objective.statistic
        },
        is_per_month: objective.is_per_month && !is_limit,
    }
}

/// The time that is to be small, or else has a limit: of several the one that binds at the point that is named. Else the p95 wait, of
/// services the p95 latency.
fn time_axis(found: &Found<'_>) -> Axis {
    let is_time = |figure: Figure| figure.dimension() == Dimension::Time;
    let of = |figure: Figure, scope: Scope| Axis {
        statistic: statistic(figure),
        figure,
        scope,
        is_per_month: false,
    };
    if is_time(found.goal.minimize) {
        return of(found.goal.minimize, Scope::All);
    }
    let named = &found.standings[found.end.position()];
    let binding = named.binding().map(|judged| judged.limit);
    let mut limits = binding.into_iter().chain(&found.goal.limits);
    if let Some(limit) = limits.find(|limit| is_time(limit.figure)) {
        return of(limit.figure, limit.scope.clone());
    }
    let mut variants = found.study.variants.iter();
    if variants.any(|variant| Row::of_all(variant).takes_runs()) {
        of(Figure::WaitP95, Scope::All)
    } else {
        of(Figure::LatencyP95, Scope::All)
    }
}

impl Axis {
    fn words(&self) -> String {
        format!("{}{}", self.figure.words(), self.scope.words())
    }

    /// Whether a limit is a place on it.
    fn has(&self, limit: &Limit) -> bool {
        let figure = if self.is_per_month {
            Figure::CostPerMonth
        } else {
            self.figure
        };
        limit.figure == figure && limit.scope == self.scope
    }

    fn row<'a>(&self, variant: &'a VariantResults) -> Option<Row<'a>> {
        Row::about(variant, &self.scope)
    }
}

fn title([cost, time]: &[Axis; 2]) -> String {
    let title = format!("{} against {}, by point", cost.figure.words(), time.words());
    let first = title
        .chars()
        .next()
        .map(|letter| letter.to_ascii_uppercase());
    let rest = title.chars().skip(1);
    first.into_iter().chain(rest).collect()
}

fn cost_unit(found: &Found<'_>, axis: &Axis) -> String {
    let currency = found.study.currency();
    let currency = currency.code();
    let study = about(found.study);
    match (axis.figure, &study.period) {
        _ if axis.is_per_month => format!("{currency} per month"),
        (Figure::Cost, Period::Measured(_)) => study.unit_of_costs(),
        (Figure::Cost, Period::Month) => format!("{currency} over the measured time"),
        _ => currency.to_owned(),
    }
}

/// What was averaged.
fn averaged(found: &Found<'_>) -> String {
    let counts = found.study.variants.iter().map(|it| it.replications.len());
    let (least, most) = (counts.clone().min(), counts.max());
    let (least, most) = (least.unwrap_or(0), most.unwrap_or(0));
    if least == most {
        format!("means of {most} replications")
    } else {
        format!("means of {least} to {most} replications: points that dropped out have fewer")
    }
}

/// What was averaged, and what is not shown.
fn basis(found: &Found<'_>, (shown, known, without): (usize, usize, usize), keys: &str) -> String {
    let mut parts = vec![averaged(found)];
    if shown < known {
        parts.push(format!(
            "{shown} of {known} points: those that may be the best or whose means none beats, and an even choice of the others"
        ));
    }
    if without > 0 {
        parts.push(format!(
            "without one of the figures and not shown: {without}"
        ));
    }
    if !keys.is_empty() {
        parts.push(format!("points by {keys}"));
    }
    parts.join(" · ")
}

fn place<'a>(found: &Found<'a>, position: usize, axes: &[Axis; 2]) -> Option<Place<'a>> {
    let variant = &found.study.variants[position];
    let [cost, time] = axes;
    let rows = [cost.row(variant)?, time.row(variant)?];
    Some(Place {
        cost: rows[0].figure(cost.statistic)?,
        time: rows[1].figure(time.statistic)?,
        position,
        rows,
    })
}

/// The points to show: those that have not dropped out, then those whose means no other beats, then an even choice by cost.
fn chosen<'a>(found: &Found<'_>, mut all: Vec<Place<'a>>) -> Vec<Place<'a>> {
    if all.len() <= MOST {
        return all;
    }
    all.sort_by(|one, other| {
        let by_cost = one.cost.mean.total_cmp(&other.cost.mean);
        by_cost.then(one.time.mean.total_cmp(&other.time.mean))
    });
    let mut shortest = f64::INFINITY;
    let ranked = all.into_iter().map(|at| {
        let is_front = at.time.mean < shortest;
        shortest = shortest.min(at.time.mean);
        let rank = match role(found, at.position) {
            Role::Best | Role::Closest => 0,
            Role::Tied => 1,
            _ if is_front => 2,
            Role::Undecided => 3,
            _ => 4,
        };
        (rank, at)
    });
    let (mut first, others): (Vec<_>, Vec<_>) = ranked.partition(|(rank, _)| *rank < 4);
    first.sort_by_key(|(rank, _)| *rank);
    first.truncate(MOST);
    let (free, count) = (MOST - first.len(), others.len());
    let others = others.into_iter().enumerate();
    // One point of each of `free` equal parts.
    let others = others.filter(|(index, _)| (index + 1) * free / count > index * free / count);
    let others = others.map(|(_, other)| other);
    first.into_iter().chain(others).map(|(_, at)| at).collect()
}

/// What became of a point.
fn role(found: &Found<'_>, position: usize) -> Role {
    if found.end.position() == position {
        return match found.end {
            End::Best(_) => Role::Best,
            End::Undecided(_) | End::Missed(_) => Role::Closest,
        };
    }
    match &found.fates[position] {
        Fate::Open if found.tied.contains(&position) => Role::Tied,
        Fate::Open => Role::Undecided,
        Fate::Out { why, .. } => match why {
            Why::Worse(_) => Role::Worse,
            Why::Fails(_) | Why::NoValue(_) => Role::Misses,
            Why::Grows => Role::Grows,
        },
    }
}
