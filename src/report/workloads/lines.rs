//! The lines of a variant: a payer with its figures over the replications.

use super::costs::{Amounts, PARTS, Payer, handed_out};
use super::figures::{FIGURES, Seen, WorkloadFigure, place};
use std::borrow::Cow;

use crate::goal::{Figure, Goal, Scope, Side};
use crate::pricing::bill;
use crate::report::bill_csv::printed_micros;
use crate::report::growth::Growing;
use crate::report::statistic::Sample;
use crate::report::{StudyResults, VariantResults};
use crate::results::{ReplicationResult, TargetResult, WorkloadStatistics};
use crate::stats::{CONFIDENCE, Estimate, linearized_ratio, mean, ratio_of_means};
use crate::study_results::TargetSort;
use crate::units::{SimDuration, TICKS_PER_HOUR, Usd};

/// What stands for a workload where nobody used a target, or something is no target's.
const NOBODY: &str = "(none)";
/// What stands for all that come to a service.
const REQUESTS: &str = "(requests)";

/// Whether there is anything to write: a variant with several workloads.
pub fn applies(study: &StudyResults) -> bool {
    study.variants.iter().any(has_several)
}

/// Whether the runs of a variant were counted by workload.
pub(super) fn has_several(variant: &VariantResults) -> bool {
    let first = variant.statistics().next();
    first.is_some_and(|result| !result.workloads.is_empty())
}

/// A payer of a variant.
pub(super) struct Line<'a> {
    pub(super) variant: &'a VariantResults,
    payer: Payer,
    /// Names of its target and its workload.
    names: [String; 2],
    /// Whether the queue of its target grows, so that its waits depend on the horizon.
    grows: bool,
    /// Values by replication of each figure; `None` where it has none.
    samples: Vec<Option<Sample>>,
    /// Mean slowdown over the least of the target, where it is known.
    slowdown_ratio: Option<Estimate>,
    /// Mean amounts in millionths of the currency, rounded in turn.
    micros: [i128; PARTS],
}

impl Line<'_> {
    pub(super) fn target(&self) -> &str {
        &self.names[0]
    }

    pub(super) fn workload(&self) -> &str {
        &self.names[1]
    }

    /// Whether its waits depend on the horizon, and are no figures to be told.
    pub(super) fn grows(&self) -> bool {
        self.grows && self.has_runs()
    }

    /// Whether it is a workload.
    pub(super) fn has_runs(&self) -> bool {
        self.payer.workload.is_some()
    }

    /// A figure over the replications, and what histograms hide of it.
    pub(super) fn figure(&self, place: usize) -> Option<(Estimate, f64)> {
        let sample = self.samples[place].as_ref()?;
        Some((sample.estimate()?, sample.hidden()))
    }

    /// The values of a figure by replication.
    pub(super) fn values(&self, place: usize) -> Option<&[f64]> {
        Some(&self.samples[place].as_ref()?.values)
    }

    /// Its mean slowdown over the least of the workloads of the target.
    pub(super) fn slowdown_ratio(&self) -> Option<Estimate> {
        self.slowdown_ratio
    }

    /// Parts of its cost in millionths of the currency.
    pub(super) fn micros(&self) -> [i128; PARTS] {
        self.micros
    }
}

/// The names of a target and a workload, of several payers those of the first and the last.
fn names(variant: &VariantResults, [first, last]: [Payer; 2]) -> [String; 2] {
    let target = |payer: Payer| payer.target.map_or("", |at| &variant.targets[at]);
    let workload = |payer: Payer| match (payer.workload, payer.target) {
        (Some(workload), _) => &variant.workloads[workload],
        (None, Some(target)) if serves(variant, target) => REQUESTS,
        (None, _) => NOBODY,
    };
    let both = |[first, last]: [&str; 2]| {
        if first == last {
            first.to_owned()
        } else {
            format!("{first} to {last}")
        }
    };
    [
        both([target(first), target(last)]),
        both([workload(first), workload(last)]),
    ]
}

fn serves(variant: &VariantResults, target: usize) -> bool {
    variant.kinds.get(target) == Some(&TargetSort::Service)
}

/// The lines of a variant by target: its workloads in the order of the scenario, then what none of them uses, if that costs
/// anything. None of a variant whose runs were not counted by workload.
pub(super) fn lines<'a>(study: &StudyResults, variant: &'a VariantResults) -> Vec<Line<'a>> {
    grouped(study, variant, |payers| {
        (0..payers.len()).map(|at| vec![at]).collect()
    })
}

/// The same for people, with one line for the workloads of equal targets.
pub(super) fn told_lines<'a>(study: &StudyResults, variant: &'a VariantResults) -> Vec<Line<'a>> {
    grouped(study, variant, |payers| of_equal_targets(variant, payers))
}

/// Positions of the payers of each line: of equal targets those at the same place of each.
fn of_equal_targets(variant: &VariantResults, payers: &[Payer]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let place = |at: usize| {
        let before = payers[..at].iter().rev();
        before
            .take_while(|of| of.target == payers[at].target)
            .count()
    };
    for (at, payer) in payers.iter().enumerate() {
        let equal = variant.equal.iter().find(|of| {
            let target = payer.target;
            target.is_some_and(|target| of.positions().contains(&target))
        });
        let is_same = |group: &&mut Vec<usize>| {
            let first = payers[group[0]];
            equal.is_some_and(|of| first.target == Some(of.first))
                && place(group[0]) == place(at)
                && first.workload.is_some() == payer.workload.is_some()
        };
        match groups.iter_mut().find(is_same) {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    groups
}

fn grouped<'a>(
    study: &StudyResults,
    variant: &'a VariantResults,
    groups: impl FnOnce(&[Payer]) -> Vec<Vec<usize>>,
) -> Vec<Line<'a>> {
    let Some(first) = variant
        .statistics()
        .next()
        .filter(|of| !of.workloads.is_empty())
    else {
        return Vec::new();
    };
    let payers = payers(&first);
    let groups = groups(&payers);
    let growing = Growing::of_each(variant);
    let grows = |payer: &Payer| payer.target.is_some_and(|target| growing[target].runs);
    let mut sums = vec![[Usd::ZERO; PARTS]; groups.len()];
    let mut values = vec![vec![Vec::new(); FIGURES.len()]; groups.len()];
    for (replication, result) in variant.statistics().enumerate() {
        let seen = seen((study, variant), (replication, &result), &payers);
        let together = groups.iter().filter_map(|group| {
            let own: Vec<&Seen<'_>> = group.iter().map(|at| &seen[*at]).collect();
            Seen::together(&own)
        });
        for ((seen, sums), values) in together.zip(&mut sums).zip(&mut values) {
            for (sum, amount) in sums.iter_mut().zip(seen.amounts) {
                *sum += amount;
            }
            for (values, WorkloadFigure(.., value)) in values.iter_mut().zip(&FIGURES) {
                values.extend(value(&seen));
            }
        }
    }
    let micros = rounded_in_turn(variant, &sums);
    let ends = groups
        .iter()
        .map(|group| [group[0], group[group.len() - 1]]);
    let ends = ends.map(|ends| ends.map(|at| payers[at]));
    let lines = ends.zip(&groups).zip(values).zip(micros);
    let mut lines: Vec<Line<'a>> = lines
        .map(|(((ends, group), values), micros)| {
            let grows = group.iter().any(|at| grows(&payers[*at]));
            Line {
                variant,
                payer: ends[0],
                names: names(variant, ends),
                grows,
                samples: samples(&values, grows),
                slowdown_ratio: None,
                micros,
            }
        })
        .collect();
    lines.retain(|line| line.has_runs() || line.micros.iter().any(|micros| *micros != 0));
    compare_slowdowns(&mut lines);
    lines
}

/// Who pays, in the order of the lines.
fn payers(result: &ReplicationResult) -> Vec<Payer> {
    let mut payers = Vec::new();
    for target in 0..result.targets.len() {
        let own = result
            .workloads
            .iter()
            .filter(|own| own.target as usize == target);
        let own = own.map(|own| Some(own.workload as usize));
        payers.extend(own.chain([None]).map(|workload| Payer {
            target: Some(target),
            workload,
        }));
    }
    payers.push(Payer {
        target: None,
        workload: None,
    });
    payers
}

/// The payers in a replication.
fn seen<'a>(
    (study, variant): (&StudyResults, &VariantResults),
    (replication, result): (usize, &'a ReplicationResult),
    payers: &[Payer],
) -> Vec<Seen<'a>> {
    let own = |payer: &Payer| {
        let mut all = result.workloads.iter();
        all.find(|own| is_of(own, *payer))
    };
    let used = |payer: &Payer| match (own(payer), payer.target) {
        (Some(own), _) => own.node_time.0,
        (None, Some(target)) if serves(variant, target) => busy(&result.targets[target]),
        _ => 0,
    };
    let of_payers: Vec<u128> = payers.iter().map(used).collect();
    let of_target = |target: Option<usize>| {
        let all = payers.iter().zip(&of_payers);
        all.filter(|(payer, _)| payer.target == target)
            .map(|(_, used)| used)
            .sum()
    };
    let committed = (
        variant.commitments.as_slice(),
        variant.coverage.get(replication),
    );
    let bill = bill(&result.targets, &variant.prices, committed, variant.window);
    let paid = handed_out(&bill, &variant.commitments, payers, &of_payers);
    let seen = payers.iter().zip(paid).map(|(payer, amounts)| Seen {
        own: own(payer).map(Cow::Borrowed),
        fan_outs: own(payer).and_then(|own| {
            let mut all = result.fan_outs.iter();
            all.find(|of| of.workload == own.workload).cloned()
        }),
        used: of_target(payer.target),
        goal: payer.target.and_then(|target| {
            let workload = &variant.workloads[payer.workload?];
            longest_wait(study.goal.as_ref()?, (&variant.targets[target], workload))
        }),
        amounts,
        currency: variant.currency,
    });
    seen.collect()
}

fn is_of(own: &WorkloadStatistics, payer: Payer) -> bool {
    let [workload, target] = [own.workload, own.target].map(|place| Some(place as usize));
    payer == Payer { target, workload }
}

/// Node-time of a target's work.
fn busy(target: &TargetResult) -> u128 {
    (target.within.busy() + target.drain.busy()).0
}

/// The longest wait that a goal allows a workload on a target.
fn longest_wait(goal: &Goal, (target, workload): (&str, &str)) -> Option<SimDuration> {
    let waits = || {
        let limits = goal
            .limits
            .iter()
            .filter(|limit| limit.side == Side::AtMost);
        limits.filter(|limit| {
            use Figure::{WaitMax, WaitMean, WaitP50, WaitP95, WaitP99};
            matches!(
                limit.figure,
                WaitMean | WaitP50 | WaitP95 | WaitP99 | WaitMax
            )
        })
    };
    let about = |scope: &Scope| waits().find(|limit| limit.scope == *scope);
    let limit = about(&Scope::Workload(workload.to_owned()))
        .or_else(|| about(&Scope::Target(target.to_owned())))
        .or_else(|| about(&Scope::All))?;
    Some(SimDuration::from_secs_rounded(limit.value))
}

/// The values of each figure, but those of waits where a queue grows.
fn samples(values: &[Vec<[f64; 3]>], grows: bool) -> Vec<Option<Sample>> {
    let all = FIGURES.iter().zip(values);
    let samples = all.map(|(figure, values)| {
        let is_told = !grows || !figure.is_of_waits();
        is_told.then(|| sample(values)).flatten()
    });
    samples.collect()
}

/// The values of a figure by replication; `None` where it has none.
fn sample(values: &[[f64; 3]]) -> Option<Sample> {
    let of = |place: usize| {
        values
            .iter()
            .map(|value| value[place])
            .collect::<Vec<f64>>()
    };
    let (parts, wholes) = (of(0), of(1));
    let whole = mean(&wholes)?;
    Some(Sample {
        values: linearized_ratio(&parts, &wholes)?,
        hidden: of(2).iter().map(|hidden| hidden / whole).collect(),
    })
}

/// Means of amounts in millionths of the currency, rounded in turn so that they add up to the cost of the variant as
/// `summary.csv` prints it.
fn rounded_in_turn(variant: &VariantResults, sums: &[Amounts]) -> Vec<[i128; PARTS]> {
    let count = i128::try_from(variant.replications.len()).expect("replications are few");
    let unit = i128::from(TICKS_PER_HOUR) * count.max(1);
    let (mut sum, mut written) = (Usd::ZERO, 0);
    let mut next = |amount: Usd| {
        sum += variant.currency.exact(amount);
        let upto = (2 * sum.0 + unit).div_euclid(2 * unit);
        let micros = upto - written;
        written = upto;
        micros
    };
    let mut micros: Vec<[i128; PARTS]> = sums.iter().map(|parts| parts.map(&mut next)).collect();
    let last = micros.iter_mut().flatten().rev().find(|part| **part != 0);
    if let (Some(last), Some(printed)) = (last, printed_micros(variant)) {
        *last += printed - written;
    }
    micros
}

/// Sets the slowdown of each line against the least of its target.
fn compare_slowdowns(lines: &mut [Line<'_>]) {
    let slowdown = place("slowdown_mean");
    let means: Vec<Option<f64>> = lines
        .iter()
        .map(|line| mean(line.values(slowdown)?))
        .collect();
    let ratios = (0..lines.len()).map(|at| {
        means[at]?;
        let same = (0..lines.len()).filter(|of| lines[*of].payer.target == lines[at].payer.target);
        let known = same.filter_map(|of| Some((of, means[of]?)));
        let (least, _) = known.min_by(|one, other| one.1.total_cmp(&other.1))?;
        let [own, least] = [at, least].map(|of| lines[of].values(slowdown));
        ratio_of_means(own?, least?, CONFIDENCE)
    });
    let ratios: Vec<Option<Estimate>> = ratios.collect();
    for (line, ratio) in lines.iter_mut().zip(ratios) {
        line.slowdown_ratio = ratio;
    }
}
