//! Workloads whose runs miss a limit on waits, though the runs of all workloads together meet it.

use std::collections::BTreeMap;

use super::text::{Teller, listed};
use crate::goal::{Figure, Goal, Limit, ScopeKind, Side};
use crate::printable::toml_key;
use crate::report::VariantResults;
use crate::results::RunStatistics;
use crate::stats::{CONFIDENCE, Estimate, estimate};
use crate::units::SimDuration;

/// A workload that misses a limit.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Alone<'a> {
    workload: &'a str,
    limit: &'a Limit,
    value: Estimate,
}

impl Teller<'_> {
    /// Which workloads of a variant that meets the goal do not by themselves.
    pub(in crate::report) fn not_alone(&self, goal: &Goal, position: usize) -> Option<String> {
        let missing = that_miss(&self.study.variants[position], goal);
        let told = missing.iter().map(|alone| {
            let value = self.shown(alone.limit.figure, alone.value);
            let words = alone.limit.figure.words();
            format!("workload `{}`, with a {words} of {value}", alone.workload)
        });
        let told: Vec<String> = told.collect();
        let first = missing.first()?;
        Some(format!(
            "That is so of all runs together, but not of {}. A goal of its own is `[goal.workload.{}]`.",
            listed(&told),
            toml_key(first.workload)
        ))
    }
}

/// The workloads of a variant that surely miss a limit on waits by their own runs.
fn that_miss<'a>(variant: &'a VariantResults, goal: &'a Goal) -> Vec<Alone<'a>> {
    let mut all = Vec::new();
    let is_judged = |limit: &&Limit| limit.side == Side::AtMost && is_wait(limit.figure);
    for limit in goal.limits.iter().filter(is_judged) {
        for ((target, workload), waits) in waits(variant, limit.figure) {
            let is_about = match limit.scope.part() {
                None => true,
                Some((ScopeKind::Target, name)) => variant.targets[target as usize] == name,
                // It is judged by its own runs.
                Some(_) => false,
            };
            let is_about = is_about && !has_its_own(goal, workload_of(variant, workload), limit);
            let Some(value) = estimate(&waits, CONFIDENCE).filter(|_| is_about) else {
                continue;
            };
            if value
                .half_width
                .is_some_and(|half| value.mean - half > limit.value)
            {
                all.push(Alone {
                    workload: workload_of(variant, workload),
                    limit,
                    value,
                });
            }
        }
    }
    all
}

fn workload_of(variant: &VariantResults, workload: u32) -> &str {
    &variant.workloads[workload as usize]
}

/// Whether the goal has a limit on the same figure of a workload alone.
fn has_its_own(goal: &Goal, workload: &str, of_all: &Limit) -> bool {
    let own = Some((ScopeKind::Workload, workload));
    let mut limits = goal.limits.iter();
    limits.any(|limit| limit.figure == of_all.figure && limit.scope.part() == own)
}

/// Whether a limit on a figure is judged here: those on waits that have an interval.
fn is_wait(figure: Figure) -> bool {
    use Figure::{WaitMean, WaitP50, WaitP95, WaitP99};
    matches!(figure, WaitMean | WaitP50 | WaitP95 | WaitP99)
}

/// A figure of waits, in seconds by replication, of each workload on each target; nothing of variants with one workload.
fn waits(variant: &VariantResults, figure: Figure) -> BTreeMap<(u32, u32), Vec<f64>> {
    let mut waits: BTreeMap<(u32, u32), Vec<f64>> = BTreeMap::new();
    for result in variant.statistics() {
        for of in &result.workloads {
            let wait = wait(&of.runs, figure);
            waits
                .entry((of.target, of.workload))
                .or_default()
                .extend(wait);
        }
    }
    waits
}

fn wait(runs: &RunStatistics, figure: Figure) -> Option<f64> {
    let waits = runs.wait_quantiles.as_ref()?;
    let wait = match figure {
        Figure::WaitMean => {
            let micros = runs.wait_sum as f64 / runs.started as f64;
            return Some(micros / SimDuration::from_secs(1).0 as f64);
        }
        Figure::WaitP50 => waits.p50.value,
        Figure::WaitP95 => waits.p95.value,
        Figure::WaitP99 => waits.p99.value,
        _ => return None,
    };
    Some(wait.as_secs_f64())
}
