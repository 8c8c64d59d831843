//! Nodes, replicas and vCPUs over time.

use super::{about, named};
use crate::report::charts::nodes::{Counted, LevelLimit, Levels, NodesPanel, Sharing};
use crate::report::charts::nodes_input::NodesInput;
use crate::report::charts::{Chart, nodes};
use crate::report::{StudyResults, VariantResults};
use crate::results::{Packed, Timeline, TimelinePoint};
use crate::study_results::{Bound, Most, SharedQuota, TargetSort};
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
    let counts: Vec<(usize, usize)> = (study.variants.iter().enumerate())
        .map(|(position, variant)| (position, panels_of(of, variant)))
        .filter(|(_, panels)| *panels > 0)
        .collect();
    if counts.is_empty() || counts.len() == 1 && study.variants.len() > 1 {
        return None;
    }
    // Levels of all variants would take much room.
    let shown = nodes::shown(&counts, of, Some(study.baseline));
    let panels = named(study).enumerate();
    let panels = panels.filter(|(position, _)| shown.contains(position));
    let panels = panels.flat_map(|(position, (name, variant))| match of {
        Counted::Nodes | Counted::Replicas => node_panels(of, position, &name, variant),
        Counted::Quotas => quota_panels(position, &name, variant),
    });
    // One study has one day of the peak: that of its nodes.
    let peak_of = match (of, named(study).nth(study.baseline)) {
        (Counted::Quotas, Some((name, variant))) => {
            node_panels(Counted::Nodes, study.baseline, &name, variant)
        }
        _ => Vec::new(),
    };
    let window = study.baseline().map(|baseline| baseline.window);
    let window = window.unwrap_or_default();
    let seconds = SimTime::as_secs_f64;
    Some(NodesInput {
        of,
        study: about(study),
        replication: 0,
        start: study.baseline().map(|baseline| baseline.start.clone()),
        start_is_assumed: study.baseline().is_some_and(|of| of.start_is_assumed),
        warmup_s: seconds(window.warmup),
        horizon_s: seconds(window.horizon),
        variants: counts.len(),
        panels: panels.collect(),
        peak_of,
        baseline: Some(study.baseline),
    })
}

/// How many panels a variant has.
fn panels_of(of: Counted, variant: &VariantResults) -> usize {
    let timelines = timelines(variant);
    let has_levels = |target: usize| {
        timelines
            .get(target)
            .is_some_and(|of| !of.points.is_empty())
    };
    match of {
        Counted::Nodes | Counted::Replicas => targets_of(of, variant)
            .filter(|target| has_levels(*target))
            .count(),
        Counted::Quotas => {
            let quotas = variant.limits.quotas.iter();
            let members = |quota: &&SharedQuota| {
                let mut members = quota.members.iter();
                members.any(|(member, _)| has_levels(*member))
            };
            quotas.filter(members).count()
        }
    }
}

/// The targets, or the services, whose levels were kept.
fn targets_of(of: Counted, variant: &VariantResults) -> impl Iterator<Item = usize> + '_ {
    let all = 0..timelines(variant).len();
    all.filter(move |target| {
        let is_service = variant.kinds.get(*target) == Some(&TargetSort::Service);
        is_service == (of == Counted::Replicas)
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
    let shown: Vec<usize> = targets_of(of, variant).collect();
    let panels = shown.iter().map(|&target| {
        let timeline = &timelines[target];
        // Nodes that never take runs come on top of the most that runs can have.
        let system = timeline.points.iter().map(|point| point.levels.system);
        let system = system.fold(0.0, f64::max);
        let most = variant.limits.nodes.get(target);
        NodesPanel {
            counts: None,
            name: name.to_owned(),
            target: match shown.len() {
                1 => String::new(),
                _ => variant.targets[target].clone(),
            },
            variant: position,
            levels: timeline.points.iter().map(levels).collect(),
            end_s: end(timeline),
            averaged_s: timeline.averaged_over.map(SimDuration::as_secs_f64),
            limit: most.map(|most| limit(most, (variant, target), system)),
        }
    });
    panels.collect()
}

/// The most that a panel can show, and why.
fn limit(most: &Most, (variant, target): (&VariantResults, usize), system: f64) -> LevelLimit {
    let kind = variant.kinds.get(target);
    let is_one_run = matches!(kind, Some(TargetSort::OneRun { .. }));
    let by = match &most.by {
        Bound::MaxNodes if !is_one_run => "max_nodes".to_owned(),
        Bound::MaxNodes => String::new(),
        Bound::Slots => "slots".to_owned(),
        Bound::Replicas => "replica limit".to_owned(),
        Bound::ServingNodes => "its nodes hold no more".to_owned(),
        Bound::Quota(name) => format!("quota {name}"),
    };
    let with_system = match by.as_str() {
        "" => by,
        by if system > 0.0 => format!("{by} + {}", nodes::counted(system, "system node")),
        _ => by,
    };
    LevelLimit {
        most: Some(f64::from(most.count) + system),
        by: with_system,
        shared: sharing(variant, target, system),
    }
}

/// A quota that a target shares, and that not all of its members can reach their most of at one time.
fn sharing(variant: &VariantResults, target: usize, system: f64) -> Option<Sharing> {
    let wanted = |&(member, taken): &(usize, f64)| {
        let most = variant.limits.nodes.get(member);
        most.map_or(0.0, |most| match most.by {
            // An instance holds its part once, whatever its slots.
            Bound::Slots => taken,
            _ => taken * f64::from(most.count),
        })
    };
    let mut quotas = variant.limits.quotas.iter();
    let quota = quotas.find(|quota| {
        let is_member = quota.members.iter().any(|(member, _)| *member == target);
        is_member && quota.members.iter().map(wanted).sum::<f64>() > quota.limit + 1e-9
    })?;
    let mut shares = quota.members.iter().map(|member| share(variant, *member));
    let first = shares.next().flatten();
    let is_alike = |share: Option<f64>| share == first;
    let share = first.filter(|share| *share > 0.0 && system <= 0.0 && shares.all(is_alike));
    Some(Sharing {
        quota: quota.name.clone(),
        members: quota.members.len(),
        most: share.map(|share| (quota.limit / share + 1e-9).floor()),
    })
}

/// What each node of a target takes of a quota, or each slot of an instance.
fn share(variant: &VariantResults, (target, taken): (usize, f64)) -> Option<f64> {
    if !is_instance(variant, target) {
        return Some(taken);
    }
    let first = variant.statistics().next()?;
    Some(taken / f64::from(first.targets.get(target)?.slots.max(1)))
}

fn is_instance(variant: &VariantResults, target: usize) -> bool {
    let kind = variant.kinds.get(target);
    matches!(kind, Some(TargetSort::AlwaysOn | TargetSort::Switched))
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

/// What is used against the quotas of a study, each in its own unit.
pub(in crate::report) fn used_of_quotas(study: &StudyResults) -> Option<Chart> {
    nodes_over_time(study, Counted::Quotas)
}

/// A panel for each quota: what its members hold of it.
fn quota_panels(position: usize, name: &str, variant: &VariantResults) -> Vec<NodesPanel> {
    let quotas = &variant.limits.quotas;
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
        counts: Some(quota.counts),
        limit: Some(LevelLimit {
            most: Some(quota.limit),
            by: String::new(),
            shared: None,
        }),
        ..sum
    }
}

/// Amount of a quota that a target holds, given what each of its nodes takes: nodes hold theirs from their request until they
/// are gone, an instance always.
fn held(variant: &VariantResults, (target, taken): (usize, f64)) -> Option<NodesPanel> {
    let timeline = timelines(variant).get(target)?;
    let share = share(variant, (target, taken))?;
    let is_instance = is_instance(variant, target);
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
