//! Which charts a study gets, and the figures they are drawn from. How they look is in `charts`.

use super::StudyResults;
use super::cdf::pooled_waits;
use super::charts::cost::{CostBar, CostInput};
use super::charts::nodes::{Levels, NodesInput, NodesPanel};
use super::charts::tradeoff::{TradeoffInput, TradeoffPoint};
use super::charts::wait::{WaitCurve, WaitInput};
use super::charts::{Chart, Study, cost, nodes, tradeoff, wait};
use super::figures;
use super::observation::Row;
use super::sentences::clock;
use crate::pricing::CostLines;
use crate::study_results::VariantResults;

/// A chart to be drawn.
pub type Picture = fn(&StudyResults) -> Chart;

/// The charts of a study; independent of each other, so that they can be drawn in parallel.
pub const PICTURES: &[Picture] = &[
    cost_by_category,
    wait_distribution,
    nodes_over_time,
    cost_against_wait,
];

fn about(study: &StudyResults) -> Study {
    let first = study.baseline();
    let span = first.map_or_else(String::new, clock);
    let replications = first.map_or(0, |first| first.replications.len());
    Study {
        scenario: study.scenario.clone(),
        replications: u32::try_from(replications).unwrap_or(u32::MAX),
        span,
    }
}

/// Mean cost by category of each variant.
fn cost_by_category(study: &StudyResults) -> Chart {
    let bars = study.variants.iter().map(|variant| {
        let row = Row::of_all(variant);
        let mut usd = [0.0; 9];
        for observation in &row.observations {
            for (sum, part) in usd.iter_mut().zip(chart_lines(&observation.cost.whole())) {
                *sum += part / row.observations.len() as f64;
            }
        }
        let half_width_usd = row.estimate(figures::cost).and_then(|cost| cost.half_width);
        CostBar {
            name: variant.name.clone(),
            usd,
            half_width_usd,
        }
    });
    cost::draw(&CostInput {
        study: about(study),
        bars: bars.collect(),
        baseline: Some(study.baseline),
    })
}

/// The lines of a cost in the chart's order: fixed charges are one.
fn chart_lines(lines: &CostLines) -> [f64; 9] {
    let CostLines {
        run,
        startup,
        finalize,
        boot,
        gang_wait,
        idle_minimum,
        idle_tail,
        rounding,
        ..
    } = *lines;
    [
        run,
        startup,
        finalize,
        boot,
        gang_wait,
        idle_minimum,
        idle_tail,
        rounding,
        lines.fixed(),
    ]
    .map(crate::units::Usd::dollars)
}

/// The distribution of waits of each variant, all replications together.
fn wait_distribution(study: &StudyResults) -> Chart {
    let curves = study.variants.iter().map(|variant| {
        let waits = pooled_waits(
            variant
                .replications
                .iter()
                .map(|replication| &replication.all_runs),
        );
        WaitCurve {
            name: variant.name.clone(),
            points: waits
                .iter()
                .map(|point| (point.wait_s, point.share))
                .collect(),
        }
    });
    wait::draw(&WaitInput {
        study: about(study),
        curves: curves.collect(),
        baseline: Some(study.baseline),
    })
}

/// Nodes by state and the queue in the first replication, a panel for each variant and target.
fn nodes_over_time(study: &StudyResults) -> Chart {
    let mut panels = Vec::new();
    let mut baseline = None;
    for (position, variant) in study.variants.iter().enumerate() {
        if position == study.baseline {
            baseline = Some(panels.len());
        }
        panels.extend(node_panels(variant));
    }
    nodes::draw(&NodesInput {
        study: about(study),
        replication: 0,
        start: study.baseline().map(|baseline| baseline.start.clone()),
        panels,
        baseline,
    })
}

fn node_panels(variant: &VariantResults) -> Vec<NodesPanel> {
    let timelines = variant
        .replications
        .first()
        .map_or(&[][..], |replication| &replication.timelines);
    let panels = timelines
        .iter()
        .zip(&variant.targets)
        .map(|(timeline, target)| {
            let several = variant.targets.len() > 1;
            let name = if several {
                format!("{}: {target}", variant.name)
            } else {
                variant.name.clone()
            };
            let levels = timeline.points.iter().map(|point| Levels {
                at_s: point.from.as_secs_f64(),
                occupied: point.levels.occupied,
                idle: point.levels.idle,
                preparing: point.levels.preparing,
                leaving: point.levels.leaving,
                waiting: point.levels.queued_runs,
            });
            let end_s = timeline
                .points
                .last()
                .map_or(0.0, |last| (last.from + last.span).as_secs_f64());
            NodesPanel {
                name,
                levels: levels.collect(),
                end_s,
            }
        });
    panels.collect()
}

/// Cost against the 95th percentile of waits, a point for each variant.
fn cost_against_wait(study: &StudyResults) -> Chart {
    let points = study.variants.iter().map(|variant| {
        let row = Row::of_all(variant);
        let (cost, wait) = (row.estimate(figures::cost), row.estimate(figures::wait_p95));
        TradeoffPoint {
            name: variant.name.clone(),
            cost_usd: cost.map_or(0.0, |cost| cost.mean),
            cost_half_width_usd: cost.and_then(|cost| cost.half_width),
            wait_p95_s: wait.map(|wait| wait.mean),
            wait_p95_half_width_s: wait.and_then(|wait| wait.half_width),
        }
    });
    tradeoff::draw(&TradeoffInput {
        study: about(study),
        points: points.collect(),
        baseline: Some(study.baseline),
    })
}
