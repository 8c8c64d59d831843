//! Cost against time, where there is no goal.

use super::cheapest::{Cheapest, cheapest};
use super::judged::statistic;
use crate::goal::Figure;
use crate::report::StudyResults;
use crate::report::load::Compared;
use crate::report::money;
use crate::report::month::makes_months;
use crate::report::pareto::{dominated, knee};
use crate::report::row::Row;
use crate::report::statistic::Statistic;
use crate::stats::Estimate;

/// Time below which no other is shorter: of waits a second, of latencies a millisecond.
const SHORTEST_WAIT: f64 = 1.0;
const SHORTEST_LATENCY: f64 = 0.001;

/// The Pareto-optimal variants.
#[derive(Clone, Debug, PartialEq)]
pub struct Front<'a> {
    /// Which time is set against the cost.
    pub time: Figure,
    /// Whether the cost is that of a month.
    pub is_per_month: bool,
    /// Whether it is that of a completed run, since variants are submitted different numbers of runs.
    pub is_per_run: bool,
    /// They, by cost.
    pub members: Vec<Member<'a>>,
    /// Position of the knee among them.
    pub knee: Option<usize>,
    /// The variant to take, where all have the same times.
    pub cheapest: Option<Box<Cheapest>>,
    /// Names of variants whose queue grows, so that they have no such time.
    pub growing: Vec<&'a str>,
    /// Positions of variants that take runs, where the others serve requests: their waits are no latencies.
    pub unlike: Vec<usize>,
}

/// A Pareto-optimal variant.
#[derive(Clone, Debug, PartialEq)]
pub struct Member<'a> {
    /// Its name.
    pub variant: &'a str,
    /// Its cost; of services that of a thousand requests.
    pub cost: Estimate,
    /// Its time in seconds.
    pub time: Estimate,
}

/// What time is set against the cost, and below which none is shorter; where only some variants serve requests, that of these.
fn compared(rows: &[Row<'_>]) -> Option<(Figure, f64)> {
    let ends = |row: &Row<'_>| row.figure(statistic(Figure::Makespan)).is_some();
    if rows.iter().all(ends) {
        // Of work that ends by itself, what counts is when.
        return Some((Figure::Makespan, SHORTEST_WAIT));
    }
    if rows.iter().all(Row::takes_runs) {
        return Some((Figure::WaitP95, SHORTEST_WAIT));
    }
    let does_one = rows.iter().all(|row| row.serves() != row.takes_runs());
    does_one.then_some((Figure::LatencyP95, SHORTEST_LATENCY))
}

/// The front of a study of several variants that do the same sort of work; `None` of others.
pub(super) fn front(study: &StudyResults) -> Option<Front<'_>> {
    let rows: Vec<Row<'_>> = study.variants.iter().map(Row::of_all).collect();
    let (time, shortest) = compared(&rows)?;
    let is_unlike = |row: &Row<'_>| time == Figure::LatencyP95 && !row.serves();
    let unlike: Vec<usize> = (0..rows.len()).filter(|at| is_unlike(&rows[*at])).collect();
    let is_per_run = Compared::of(study) == Compared::PerRun;
    let is_per_month =
        time == Figure::WaitP95 && !is_per_run && study.variants.iter().all(makes_months);
    let cost = match time {
        Figure::WaitP95 | Figure::Makespan if is_per_run => money::COST_PER_COMPLETED_RUN,
        Figure::WaitP95 if is_per_month => Statistic::Mean(money::cost_per_month),
        Figure::WaitP95 | Figure::Makespan => Statistic::Mean(money::own_cost),
        _ => statistic(Figure::CostPerThousandRequests),
    };
    let statistics = [cost, statistic(time)];
    let growing = |row: &&Row<'_>| row.growing.any() && !is_unlike(row);
    let names = rows.iter().filter(growing).map(|row| row.variant);
    let steady: Vec<(&Row<'_>, [Estimate; 2])> = rows
        .iter()
        .filter(|row| !growing(row) && !is_unlike(row))
        .filter_map(|row| {
            let [cost, time] = statistics.map(|statistic| row.figure(statistic));
            Some((row, [cost?, time?]))
        })
        .collect();
    if rows.len() - unlike.len() < 2 || steady.is_empty() {
        return None;
    }
    let of: Vec<[&Row<'_>; 2]> = steady.iter().map(|(row, _)| [*row; 2]).collect();
    let baseline = &study.variants[study.baseline].name;
    let baseline = steady.iter().position(|(row, _)| row.variant == baseline);
    let kept = steady.iter().zip(dominated(&of, statistics, baseline));
    let kept = kept.filter(|(_, is_dominated)| !is_dominated);
    let mut members: Vec<Member<'_>> = kept
        .map(|((row, [cost, time]), _)| Member {
            variant: row.variant,
            cost: *cost,
            time: *time,
        })
        .collect();
    members.sort_by(|one, other| one.cost.mean.total_cmp(&other.cost.mean));
    let points: Vec<[f64; 2]> = members
        .iter()
        .map(|member| [member.cost.mean, member.time.mean])
        .collect();
    Some(Front {
        time,
        is_per_month,
        is_per_run,
        knee: knee(&points, shortest),
        members,
        // Of some that are left out nothing is known.
        cheapest: (steady.len() == rows.len())
            .then(|| cheapest(study, &rows, statistics))
            .flatten()
            .map(Box::new),
        growing: names.collect(),
        unlike,
    })
}
