//! Nodes, replicas and vCPUs over time.

use super::{about, named};
use crate::report::charts::nodes::{Counted, Levels, NodesInput, NodesPanel};
use crate::report::charts::{Chart, nodes};
use crate::report::{StudyResults, VariantResults};
use crate::results::{Packed, Timeline, TimelinePoint};
use crate::study_results::{Counts, SharedQuota, TargetSort};
use crate::units::{SimDuration, SimTime};

/// Nodes, or replicas, by state and the queue over time.
pub(in crate::report) fn nodes_over_time(study: &StudyResults, of: Counted) -> Option<Chart> {
    nodes::draw(&nodes_input(study, of)?)
}

/// The same around the busiest moment.
pub(in crate::report) fn nodes_at_peak(study: &StudyResults, of: Counted) -> Option<Chart> {
    nodes::draw_peak(&nodes_input(study, of)?)
}

/// Levels over time in the first replication; `None` where no variant has any, or one of several.
fn nodes_input(study: &StudyResults, of: Counted) -> Option<NodesInput> {
    let panels: Vec<Vec<NodesPanel>> = named(study)
        .enumerate()
        .map(|(position, (name, variant))| match of {
            Counted::Nodes | Counted::Replicas => node_panels(of, position, &name, variant),
            Counted::Quota(counts) => quota_panels(counts, position, &name, variant),
        })
        .collect();
    let with = panels.iter().filter(|of| !of.is_empty()).count();
    if with == 0 || with == 1 && study.variants.len() > 1 {
        return None;
    }
    let window = study.baseline().map(|baseline| baseline.window);
    let window = window.unwrap_or_default();
    let seconds = SimTime::as_secs_f64;
    Some(NodesInput {
        of,
        study: about(study),
        replication: 0,
        start: study.baseline().map(|baseline| baseline.start.clone()),
        warmup_s: seconds(window.warmup),
        horizon_s: seconds(window.horizon),
        panels: panels.into_iter().flatten().collect(),
        baseline: Some(study.baseline),
    })
}

/// A panel for each target, or each service.
fn node_panels(
    of: Counted,
    position: usize,
    name: &str,
    variant: &VariantResults,
) -> Vec<NodesPanel> {
    let timelines = timelines(variant);
    let is_shown = |target: &usize| {
        let is_service = variant.kinds.get(*target) == Some(&TargetSort::Service);
        is_service == (of == Counted::Replicas)
    };
    let shown: Vec<usize> = (0..timelines.len()).filter(is_shown).collect();
    let panels = shown.iter().map(|&target| {
        let timeline = &timelines[target];
        let most = variant.limits.nodes.get(target);
        // Nodes that never take runs come on top of those.
        let system = timeline.points.iter().map(|point| point.levels.system);
        let system = system.fold(0.0, f64::max);
        NodesPanel {
            name: name.to_owned(),
            target: match shown.len() {
                1 => String::new(),
                _ => variant.targets[target].clone(),
            },
            variant: position,
            levels: timeline.points.iter().map(levels).collect(),
            end_s: end(timeline),
            averaged_s: timeline.averaged_over.map(SimDuration::as_secs_f64),
            most: most.map(|most| f64::from(*most) + system),
        }
    });
    panels.collect()
}

/// The levels over time of each target in the first replication, where they were kept.
fn timelines(variant: &VariantResults) -> &[Timeline] {
    let records = variant.replications.first().and_then(Packed::records);
    records.map_or(&[][..], |records| &records.timelines)
}

/// Seconds since the start at which the last levels end.
fn end(timeline: &Timeline) -> f64 {
    let last = timeline.points.last();
    last.map_or(0.0, |last| (last.from + last.span).as_secs_f64())
}

fn levels(point: &TimelinePoint) -> Levels {
    Levels {
        at_s: point.from.as_secs_f64(),
        system: point.levels.system,
        occupied: point.levels.occupied,
        idle: point.levels.idle,
        provisioning: point.levels.provisioning,
        leaving: point.levels.leaving,
        waiting: point.levels.queued_runs,
    }
}

/// What is used against the quotas of a study, which one chart shows in one unit: that of the first.
pub(in crate::report) fn used_of_quotas(study: &StudyResults) -> Option<Chart> {
    let mut quotas = study
        .variants
        .iter()
        .flat_map(|variant| &variant.limits.quotas);
    nodes_over_time(study, Counted::Quota(quotas.next()?.counts))
}

/// A panel for each quota in a unit: what its members hold of it.
fn quota_panels(
    counts: Counts,
    position: usize,
    name: &str,
    variant: &VariantResults,
) -> Vec<NodesPanel> {
    let quotas = variant.limits.quotas.iter();
    let quotas: Vec<&SharedQuota> = quotas.filter(|quota| quota.counts == counts).collect();
    let panels = quotas.iter().filter_map(|quota| {
        let members: Vec<NodesPanel> = quota
            .members
            .iter()
            .filter_map(|&member| held(variant, member))
            .collect();
        let sum = nodes::together(&members.iter().collect::<Vec<_>>());
        (!members.is_empty()).then(|| of_quota(sum, quota, quotas.len()))
    });
    let panels = panels.map(|panel| NodesPanel {
        name: name.to_owned(),
        variant: position,
        ..panel
    });
    panels.collect()
}

fn of_quota(sum: NodesPanel, quota: &SharedQuota, quotas: usize) -> NodesPanel {
    NodesPanel {
        target: match quotas {
            1 => String::new(),
            _ => quota.name.clone(),
        },
        most: Some(quota.limit),
        ..sum
    }
}

/// Amount of a quota that a target holds, given what each of its nodes takes: nodes hold theirs from their request until they
/// are gone, an instance always.
fn held(variant: &VariantResults, (target, taken): (usize, f64)) -> Option<NodesPanel> {
    let timeline = timelines(variant).get(target)?;
    let first = variant.statistics().next()?;
    let slots = f64::from(first.targets.get(target)?.slots.max(1));
    let is_instance = matches!(
        variant.kinds.get(target),
        Some(TargetSort::AlwaysOn | TargetSort::Switched)
    );
    let held = |point: &TimelinePoint| {
        let Levels {
            at_s,
            system,
            occupied,
            idle,
            provisioning,
            leaving,
            waiting,
        } = levels(point);
        let share = if is_instance { taken / slots } else { taken };
        let busy = occupied * share;
        let provisioning = provisioning * share;
        let idle = if is_instance {
            (taken - busy - provisioning).max(0.0)
        } else {
            idle * share
        };
        Levels {
            at_s,
            system: system * share,
            occupied: busy,
            idle,
            provisioning,
            leaving: leaving * share,
            waiting,
        }
    };
    Some(NodesPanel {
        levels: timeline.points.iter().map(held).collect(),
        end_s: end(timeline),
        averaged_s: timeline.averaged_over.map(SimDuration::as_secs_f64),
        ..NodesPanel::default()
    })
}
