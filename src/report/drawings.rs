//! The charts of a study, each from the figures of the variants that it is about.

use super::cdf::{CdfPoint, pooled_latencies, pooled_waits};
use super::charts::causes::{CauseBar, CausesInput};
use super::charts::cost::{CostBar, CostInput};
use super::charts::nodes::{Levels, NodesInput, NodesPanel};
use super::charts::outcomes::{OutcomeBar, OutcomesInput};
use super::charts::tradeoff::{TradeoffInput, TradeoffPoint};
use super::charts::wait::{WaitCurve, WaitInput};
use super::charts::work::Work;
use super::charts::{Chart, Study, causes, cost, nodes, outcomes, tradeoff, wait};
use super::figures::{self, Figure};
use super::observation::{Row, has_other_bills};
use super::sentences::clock;
use super::short_names::short_names;
use super::statistic::Statistic;
use super::{StudyResults, money, requests, waits};
use crate::pricing::CostLines;
use crate::results::TimelinePoint;
use crate::study_results::{TargetSort, VariantResults};
use crate::units::{SimDuration, SimTime, Usd};

fn about(study: &StudyResults) -> Study {
    let first = study.baseline();
    let span = first.map_or_else(String::new, clock);
    let replications = first.map_or(0, |first| first.replications.len());
    Study {
        scenario: study.scenario.clone(),
        replications: u32::try_from(replications).unwrap_or(u32::MAX),
        span,
        keys: names(study).1,
        currency: study.currency(),
    }
}

/// The names of the variants, and the keys left out of them.
fn names(study: &StudyResults) -> (Vec<String>, String) {
    let names: Vec<&str> = study
        .variants
        .iter()
        .map(|variant| variant.name.as_str())
        .collect();
    short_names(&names)
}

/// The variants with their names in charts.
fn named(study: &StudyResults) -> impl Iterator<Item = (String, &VariantResults)> {
    names(study).0.into_iter().zip(&study.variants)
}

/// Mean cost by category of each variant.
pub(super) fn cost_by_category(study: &StudyResults) -> Chart {
    let bars = named(study).map(|(name, variant)| {
        let row = Row::of_all(variant);
        let mut usd = [0.0; 14];
        let count = row.replications();
        for replication in 0..count {
            let lines = row.observe(replication, |of| {
                chart_lines(&of.cost.whole()).map(|amount| of.money(amount))
            });
            for (sum, part) in usd.iter_mut().zip(lines) {
                *sum += part / count as f64;
            }
        }
        let half_width_usd = row.estimate(money::cost).and_then(|cost| cost.half_width);
        CostBar {
            name,
            usd,
            half_width_usd,
        }
    });
    cost::draw(&CostInput {
        study: about(study),
        has_other_bills: has_other_bills(study),
        bars: bars.collect(),
        baseline: Some(study.baseline),
    })
}

/// The lines of a cost in the chart's order: fixed charges are one.
fn chart_lines(lines: &CostLines) -> [Usd; 14] {
    let CostLines {
        run,
        lost,
        startup,
        finalize,
        boot,
        gang_wait,
        idle_minimum,
        idle_tail,
        standing,
        background,
        rounding,
        service,
        unused_commitment,
        ..
    } = *lines;
    [
        run,
        lost,
        startup,
        finalize,
        boot,
        gang_wait,
        idle_minimum,
        idle_tail,
        standing,
        background,
        rounding,
        service,
        unused_commitment,
        lines.fixed(),
    ]
}

/// The variants that do some work, with their names in charts, and the position of the baseline among them; `None` where
/// there is none.
fn doing<'a>(study: &'a StudyResults, does: impl Fn(&Row<'a>) -> bool) -> Option<Doing<'a>> {
    let all = named(study).enumerate().map(|(position, (name, variant))| {
        let row = Row::of_all(variant);
        (position, name, variant, row)
    });
    let variants: Vec<_> = all.filter(|(_, _, _, row)| does(row)).collect();
    let mut positions = variants.iter().map(|(position, ..)| *position);
    let baseline = positions.position(|position| position == study.baseline);
    let variants = variants
        .into_iter()
        .map(|(_, name, variant, row)| (name, variant, row));
    let variants: Vec<_> = variants.collect();
    (!variants.is_empty()).then_some(Doing { variants, baseline })
}

/// Some of the variants.
struct Doing<'a> {
    /// Their names in charts, and all their targets together.
    variants: Vec<(String, &'a VariantResults, Row<'a>)>,
    /// Position of the baseline among them.
    baseline: Option<usize>,
}

/// The variants that take runs; all where none does any work.
fn running(study: &StudyResults) -> Option<Doing<'_>> {
    let serves_only = |row: &Row<'_>| row.serves() && !row.takes_runs();
    doing(study, |row| !serves_only(row))
}

/// The variants that serve requests.
fn serving(study: &StudyResults) -> Option<Doing<'_>> {
    doing(study, Row::serves)
}

/// The distribution of waits of each variant, all replications together.
pub(super) fn wait_distribution(study: &StudyResults) -> Option<Chart> {
    let Doing { variants, baseline } = running(study)?;
    let curves = variants.into_iter().map(|(name, variant, row)| {
        let name = marked(name, row.growing.runs);
        let points = pooled_waits(variant.statistics().map(|result| result.all_runs));
        curve(name, &points)
    });
    Some(wait::draw(&WaitInput {
        of: Work::Runs,
        study: about(study),
        curves: curves.collect(),
        baseline,
    }))
}

/// The distribution of latencies of each variant, all services and replications together.
pub(super) fn latency_distribution(study: &StudyResults) -> Option<Chart> {
    let Doing { variants, baseline } = serving(study)?;
    let curves = variants.into_iter().map(|(name, variant, row)| {
        let name = marked(name, row.growing.requests);
        let targets = variant.statistics().flat_map(|result| result.targets);
        let services = targets.filter_map(|target| target.service);
        curve(
            name,
            &pooled_latencies(services.map(|service| service.requests)),
        )
    });
    Some(wait::draw(&WaitInput {
        of: Work::Requests,
        study: about(study),
        curves: curves.collect(),
        baseline,
    }))
}

/// The name of a curve that a longer horizon would move.
fn marked(name: String, grows: bool) -> String {
    if grows { name + " (queue grows)" } else { name }
}

fn curve(name: String, points: &[CdfPoint]) -> WaitCurve {
    WaitCurve {
        name,
        points: points
            .iter()
            .map(|point| (point.wait_s, point.share))
            .collect(),
    }
}

/// What became of requests.
pub(super) fn outcomes_of_requests(study: &StudyResults) -> Option<Chart> {
    let Doing { variants, baseline } = serving(study)?;
    let bars = variants.into_iter().map(|(name, _, row)| {
        let parts = [
            requests::IN_TIME_SHARE,
            requests::LATE_SHARE,
            requests::TIMED_OUT_SHARE,
            requests::REJECTED_SHARE,
            requests::UNFINISHED_SHARE,
        ];
        let within = row.figure(requests::IN_TIME_SHARE);
        let mean = |part: Statistic| row.figure(part).map_or(0.0, |part| part.mean);
        OutcomeBar {
            name,
            shares: within.map(|_| parts.map(mean)),
            half_width: within.and_then(|within| within.half_width),
            has_slo: row.figure(requests::SLO_SHARE).is_some(),
        }
    });
    Some(outcomes::draw(&OutcomesInput {
        study: about(study),
        bars: bars.collect(),
        baseline,
    }))
}

/// The mean wait of each variant by cause.
pub(super) fn waits_by_cause(study: &StudyResults) -> Option<Chart> {
    let Doing { variants, baseline } = running(study)?;
    let bars = variants.into_iter().map(|(name, _, row)| {
        let mean = |part: &Figure| row.figure(part.statistic).map_or(0.0, |part| part.mean);
        let wait = row.figure(figures::WAIT_MEAN);
        CauseBar {
            name,
            parts_s: wait.map(|_| waits::CAUSES.each_ref().map(mean)),
            half_width_s: wait.and_then(|wait| wait.half_width),
            grows: row.growing.runs,
        }
    });
    causes::draw(&CausesInput {
        study: about(study),
        bars: bars.collect(),
        baseline,
    })
}

/// Nodes, or replicas, by state and the queue over time.
pub(super) fn nodes_over_time(study: &StudyResults, of: Work) -> Option<Chart> {
    Some(nodes::draw(&nodes_input(study, of)?))
}

/// The same around the busiest moment.
pub(super) fn nodes_at_peak(study: &StudyResults, of: Work) -> Option<Chart> {
    nodes::draw_peak(&nodes_input(study, of)?)
}

/// Nodes, or replicas, by state and the queue in the first replication, a panel for each variant and target (service).
fn nodes_input(study: &StudyResults, of: Work) -> Option<NodesInput> {
    let is_of = |sort: &TargetSort| (*sort == TargetSort::Service) == (of == Work::Requests);
    let mut sorts = study.variants.iter().flat_map(|variant| &variant.kinds);
    if !sorts.any(is_of) {
        return None;
    }
    let variants = named(study).enumerate();
    let warmup = study.baseline().map(|baseline| baseline.window.warmup);
    Some(NodesInput {
        of,
        study: about(study),
        replication: 0,
        start: study.baseline().map(|baseline| baseline.start.clone()),
        warmup_s: warmup.map_or(0.0, SimTime::as_secs_f64),
        panels: variants
            .flat_map(|(position, (name, variant))| node_panels(of, position, &name, variant))
            .collect(),
        baseline: Some(study.baseline),
    })
}

fn node_panels(of: Work, position: usize, name: &str, variant: &VariantResults) -> Vec<NodesPanel> {
    let Some(first) = variant.replications.first() else {
        return Vec::new();
    };
    let targets = first.statistics().targets;
    let timelines = first
        .records()
        .map_or(&[][..], |records| &records.timelines);
    let results = targets.iter().zip(timelines);
    let all: Vec<_> = results.zip(&variant.targets).collect();
    let are_replicas = of == Work::Requests;
    let shown = all
        .iter()
        .filter(|((result, _), _)| result.service.is_some() == are_replicas);
    let shown: Vec<_> = shown.collect();
    let panels = shown.iter().map(|((_, timeline), target)| NodesPanel {
        name: match shown.len() {
            1 => name.to_owned(),
            _ => format!("{name}: {target}"),
        },
        variant: position,
        levels: timeline.points.iter().map(levels).collect(),
        end_s: timeline
            .points
            .last()
            .map_or(0.0, |last| (last.from + last.span).as_secs_f64()),
        averaged_s: timeline.averaged_over.map(SimDuration::as_secs_f64),
    });
    panels.collect()
}

fn levels(point: &TimelinePoint) -> Levels {
    Levels {
        at_s: point.from.as_secs_f64(),
        occupied: point.levels.occupied,
        idle: point.levels.idle,
        preparing: point.levels.preparing,
        leaving: point.levels.leaving,
        waiting: point.levels.queued_runs,
    }
}

/// Cost against the 95th percentile of waits, a point for each variant.
pub(super) fn cost_against_wait(study: &StudyResults) -> Option<Chart> {
    let cost = Statistic::Mean(money::own_cost);
    let wait = figures::WAIT_P95;
    Some(tradeoff(study, Work::Runs, running(study)?, [cost, wait]))
}

/// Cost of a thousand requests against the 95th percentile of latencies, a point for each variant.
pub(super) fn cost_against_latency(study: &StudyResults) -> Option<Chart> {
    let (cost, latency) = (requests::COST_PER_THOUSAND, requests::LATENCY_P95);
    Some(tradeoff(
        study,
        Work::Requests,
        serving(study)?,
        [cost, latency],
    ))
}

fn tradeoff(
    study: &StudyResults,
    of: Work,
    Doing { variants, baseline }: Doing<'_>,
    [cost, time]: [Statistic; 2],
) -> Chart {
    let points = variants.into_iter().map(|(name, _, row)| {
        let (cost, time) = (row.figure(cost), row.figure(time));
        TradeoffPoint {
            name,
            cost_usd: cost.map_or(0.0, |cost| cost.mean),
            cost_half_width_usd: cost.and_then(|cost| cost.half_width),
            wait_p95_s: time.map(|time| time.mean),
            wait_p95_half_width_s: time.and_then(|time| time.half_width),
        }
    });
    tradeoff::draw(&TradeoffInput {
        of,
        study: about(study),
        has_other_bills: has_other_bills(study),
        points: points.collect(),
        baseline,
    })
}
