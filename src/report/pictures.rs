//! Which charts a study gets, and the figures they are drawn from. How they look is in `charts`.

use std::fmt::Write as _;

use super::cdf::pooled_waits;
use super::charts::causes::{CauseBar, CausesInput};
use super::charts::cost::{CostBar, CostInput};
use super::charts::nodes::{Levels, NodesInput, NodesPanel};
use super::charts::tradeoff::{TradeoffInput, TradeoffPoint};
use super::charts::wait::{WaitCurve, WaitInput};
use super::charts::{Chart, Study, causes, cost, nodes, tradeoff, wait};
use super::figures::{self, Figure};
use super::observation::Row;
use super::sentences::clock;
use super::short_names::short_names;
use super::{StudyResults, waits};
use crate::pricing::CostLines;
use crate::study_results::VariantResults;
use crate::units::{SimDuration, SimTime};

/// A kind of chart.
pub struct Picture {
    /// Name of its files without their endings.
    pub name: &'static str,
    /// What it shows and how to read it, for the documentation.
    pub meaning: &'static str,
    /// Draws it; `None` where it would tell nothing that the others do not.
    pub draw: fn(&StudyResults) -> Option<Chart>,
}

/// The charts of a study; independent of each other, so that they can be drawn in parallel.
pub const PICTURES: &[Picture] = &[
    Picture {
        name: "cost",
        meaning: "What each variant costs: a bar of the mean over the replications, from the warm-up to the end of all work, split \
            by what the money is spent on. The number at its end is the total with the half-width of its 95 % confidence interval, \
            which the bracket shows as well. With more than 40 variants: the baseline and an even choice of the others by cost.",
        draw: |study| Some(cost_by_category(study)),
    },
    Picture {
        name: "wait",
        meaning: "How long runs wait from submission to Running: a curve for each variant, over the runs of all replications \
            together. At a point of a curve, the share on the left waited at most the time below; a curve further up and to the left is \
            better. Where it crosses 95 % is the p95 wait of all these runs; tables have the mean of the replications' p95 waits, which \
            may differ a little. Times are on a logarithmic axis; runs that did not wait at all are at its start, apart from the rest. \
            With more than 8 variants: the baseline and an even choice of the others by p95 wait.",
        draw: |study| Some(wait_distribution(study)),
    },
    Picture {
        name: "waits-by-cause",
        meaning: "What runs wait for: a bar of the mean wait of each variant, over the runs that started, split into the image build, \
            the queue by what its head lacked (spin-up: nodes on their way; quota: nodes that a quota withheld; capacity: a target \
            that was full, or off), and start-up on the node (pull and setup). The number at its end is the mean wait with the \
            half-width of its 95 % confidence interval, which the bracket shows as well. With more than 40 variants: the baseline \
            and an even choice of the others by mean wait. Only where somebody waits.",
        draw: waits_by_cause,
    },
    Picture {
        name: "nodes",
        meaning: "Nodes by state, and below them the runs that wait, over the whole of replication 0: a panel for each target of \
            each variant, all on the same axes, so that heights compare. A column of a long time has the \
            mean of its nodes and the longest of its queues, so that short peaks of nodes look lower than they were (`peak_nodes` in \
            the tables has them). The shaded part is what `nodes-peak` shows. Of an instance, nodes are slots. Where there are more \
            than 6 panels: all targets of the baseline and of an even choice of the other variants.",
        draw: |study| Some(nodes_over_time(study)),
    },
    Picture {
        name: "nodes-peak",
        meaning: "The same around the busiest moment of the baseline after the warm-up, when most nodes are occupied and most runs \
            wait: 24 hours, or as much more or less as can be read change by change. All panels show the same time, so that one sees \
            what each variant makes of the same submissions. Only where `nodes` is too long to show single changes.",
        draw: nodes_at_peak,
    },
    Picture {
        name: "tradeoff",
        meaning: "Mean cost against mean p95 wait, a point for each variant with 95 % confidence intervals both ways. Points further \
            down and to the left are better. Filled points are the front: no other variant is both cheaper and quicker; for a \
            hollow one there is another that is no worse in both. The dashed steps along the front are what can be had at each price. The axis of waits is logarithmic where \
            the longest is more than 30 times the shortest.",
        draw: |study| Some(cost_against_wait(study)),
    },
];

/// The part of the documentation that says what the charts show, as Markdown.
pub fn dictionary() -> String {
    let mut text = "## Charts\n\nEach as SVG, with a text alternative, and as PNG, 1,600 pixels wide. Where a sweep gives \
        variants long names, charts show the values only, as `2m / 8`, and say once which keys these are of.\n"
        .to_owned();
    for Picture { name, meaning, .. } in PICTURES {
        writeln!(text, "\n### `{name}.svg`, `{name}.png`\n\n{meaning}")
            .expect("memory takes every byte");
    }
    text
}

fn about(study: &StudyResults) -> Study {
    let first = study.baseline();
    let span = first.map_or_else(String::new, clock);
    let replications = first.map_or(0, |first| first.replications.len());
    Study {
        scenario: study.scenario.clone(),
        replications: u32::try_from(replications).unwrap_or(u32::MAX),
        span,
        keys: names(study).1,
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
fn cost_by_category(study: &StudyResults) -> Chart {
    let bars = named(study).map(|(name, variant)| {
        let row = Row::of_all(variant);
        let mut usd = [0.0; 14];
        for observation in &row.observations {
            for (sum, part) in usd.iter_mut().zip(chart_lines(&observation.cost.whole())) {
                *sum += part / row.observations.len() as f64;
            }
        }
        let half_width_usd = row.estimate(figures::cost).and_then(|cost| cost.half_width);
        CostBar {
            name,
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
fn chart_lines(lines: &CostLines) -> [f64; 14] {
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
    .map(crate::units::Usd::dollars)
}

/// The distribution of waits of each variant, all replications together.
fn wait_distribution(study: &StudyResults) -> Chart {
    let curves = named(study).map(|(name, variant)| {
        let waits = pooled_waits(
            variant
                .replications
                .iter()
                .map(|replication| &replication.all_runs),
        );
        WaitCurve {
            name,
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

/// The mean wait of each variant by cause.
fn waits_by_cause(study: &StudyResults) -> Option<Chart> {
    let bars = named(study).map(|(name, variant)| {
        let row = Row::of_all(variant);
        let mean = |part: &Figure| row.estimate(part.value).map_or(0.0, |part| part.mean);
        let wait = row.estimate(figures::wait_mean);
        CauseBar {
            name,
            parts_s: wait.map(|_| waits::CAUSES.each_ref().map(mean)),
            half_width_s: wait.and_then(|wait| wait.half_width),
        }
    });
    causes::draw(&CausesInput {
        study: about(study),
        bars: bars.collect(),
        baseline: Some(study.baseline),
    })
}

/// Nodes by state and the queue in the first replication, a panel for each variant and target.
fn nodes_over_time(study: &StudyResults) -> Chart {
    nodes::draw(&nodes_input(study))
}

/// The same around the busiest moment.
fn nodes_at_peak(study: &StudyResults) -> Option<Chart> {
    nodes::draw_peak(&nodes_input(study))
}

fn nodes_input(study: &StudyResults) -> NodesInput {
    let variants = named(study).enumerate();
    let warmup = study.baseline().map(|baseline| baseline.window.warmup);
    NodesInput {
        study: about(study),
        replication: 0,
        start: study.baseline().map(|baseline| baseline.start.clone()),
        warmup_s: warmup.map_or(0.0, SimTime::as_secs_f64),
        panels: variants
            .flat_map(|(position, (name, variant))| node_panels(position, &name, variant))
            .collect(),
        baseline: Some(study.baseline),
    }
}

fn node_panels(position: usize, name: &str, variant: &VariantResults) -> Vec<NodesPanel> {
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
                format!("{name}: {target}")
            } else {
                name.to_owned()
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
                variant: position,
                levels: levels.collect(),
                end_s,
                averaged_s: timeline.averaged_over.map(SimDuration::as_secs_f64),
            }
        });
    panels.collect()
}

/// Cost against the 95th percentile of waits, a point for each variant.
fn cost_against_wait(study: &StudyResults) -> Chart {
    let points = named(study).map(|(name, variant)| {
        let row = Row::of_all(variant);
        let (cost, wait) = (row.estimate(figures::cost), row.estimate(figures::wait_p95));
        TradeoffPoint {
            name,
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
