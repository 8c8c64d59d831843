//! Where one choice begins to cost less than another: an always-on instance against a cluster, a commitment against none.

use super::break_even_answer::{Answer, Bias, LEAST, Measure, NoBreakEven, Question, Verdict};
use super::break_even_commitments::of_commitment;
use super::commitments;
use super::figures;
use super::observation::Observation;
use super::row::{Row, target_rows};
use super::standing::{Nodes, cost_with};
use super::{StudyResults, VariantResults, money};
use crate::stats::{CONFIDENCE, Estimate, estimate, mean, paired_difference};
use crate::study_results::TargetSort;
use crate::units::{TICKS_PER_HOUR, Usd};

/// Growth of an instance's cost, as a share of what it costs without any run, from which it matters.
const BACKLOG: f64 = 0.01;
/// All answers: by always-on variant and variant with clusters, then by commitment.
pub fn answers(study: &StudyResults) -> Vec<Answer<'_>> {
    let pairs = pairs(study);
    let by_load = pairs.into_iter().flat_map(|(instance, cluster)| {
        let pair = Pair::new(instance, cluster);
        [
            pair.answer(Measure::RunsPerDay),
            pair.answer(Measure::NodeHoursPerDay),
        ]
    });
    let by_use = commitments::all(study);
    let by_use = by_use.iter().map(of_commitment);
    by_load.chain(by_use).collect()
}

/// Each variant of always-on instances alone with each that has clusters, over the same time.
fn pairs(study: &StudyResults) -> Vec<(&VariantResults, &VariantResults)> {
    let with_clusters = |variant: &&VariantResults| {
        // What pools and services would cost without any work is not known.
        let is_known = |kind: &TargetSort| !matches!(kind, TargetSort::Pool | TargetSort::Service);
        let is_cluster = |kind: &TargetSort| {
            matches!(kind, TargetSort::Cluster { .. } | TargetSort::OneRun { .. })
        };
        variant.kinds.iter().all(is_known) && variant.kinds.iter().any(is_cluster)
    };
    let always_on = |variant: &&VariantResults| {
        let mut kinds = variant.kinds.iter();
        !variant.kinds.is_empty() && kinds.all(|kind| *kind == TargetSort::AlwaysOn)
    };
    let of = |instance| {
        let clusters = study.variants.iter().filter(with_clusters);
        clusters.map(move |cluster| (instance, cluster))
    };
    let all = study.variants.iter().filter(always_on).flat_map(of);
    all.filter(|(instance, cluster)| {
        let length = instance.window.length();
        !length.is_zero()
            && instance.window == cluster.window
            && instance.replications.len() == cluster.replications.len()
    })
    .collect()
}

/// Figures a day of one always-on variant and one with clusters, by replication.
struct Pair<'a> {
    instance: &'a VariantResults,
    cluster: &'a VariantResults,
    /// Cost of the instance, and what it would cost without any run.
    instance_cost: Load,
    /// The same of the variant with clusters.
    cluster_cost: Load,
    /// Cost of the variant with clusters if all its nodes were on at all times; `None` where leases are billed for more
    /// than their time.
    most: Option<f64>,
    /// Completed runs.
    runs: Load,
    /// Billed node-hours of its clusters.
    hours: Load,
}

/// Something that grows with the work, a day.
struct Load {
    /// Without any run.
    standing: f64,
    /// In each replication, for all the work of the measured time: what drains after the horizon counts.
    whole: Vec<f64>,
}

impl Load {
    /// What the scenario's work adds, on average.
    fn added(&self) -> Option<f64> {
        Some(mean(&self.whole)? - self.standing)
    }

    /// What there is at so many times the scenario's load, on the line through none and that.
    fn at(&self, times: f64) -> Option<f64> {
        Some(self.standing + self.added()? * times)
    }
}

impl<'a> Pair<'a> {
    fn new(instance: &'a VariantResults, cluster: &'a VariantResults) -> Self {
        let days = cluster.window.length().0 as f64 / (24 * TICKS_PER_HOUR) as f64;
        let a_day = |row: &Row<'_>, value: fn(&Observation<'_>) -> f64| -> Vec<f64> {
            row.values(|of| value(of) / days)
        };
        let of_cluster = Row::of_all(cluster);
        let mut hours = vec![0.0; of_cluster.replications()];
        let mut kept = 0;
        for (target, kind) in target_rows(cluster).iter().zip(&cluster.kinds) {
            let at_least = match kind {
                TargetSort::Cluster { min_nodes, .. } => Some(*min_nodes),
                TargetSort::OneRun { .. } => Some(0),
                _ => None,
            };
            if let Some(min_nodes) = at_least {
                kept += min_nodes;
                let billed = a_day(target, |of| of.machines.map_or(0.0, |it| it.node_hours));
                let sums = hours.iter_mut().zip(billed);
                sums.for_each(|(sum, more)| *sum += more);
            }
        }
        let cost = |variant: &VariantResults, row: &Row<'_>| Load {
            standing: variant.currency.amount(cost_with(variant, Nodes::Least)) / days,
            whole: a_day(row, |of| of.money(money::own(of))),
        };
        let rounded = |of: &Observation<'_>| of.cost.whole().rounding > Usd::ZERO;
        let is_rounded = of_cluster.values(rounded).contains(&true);
        let most = || cluster.currency.amount(cost_with(cluster, Nodes::Most)) / days;
        Self {
            instance,
            cluster,
            instance_cost: cost(instance, &Row::of_all(instance)),
            cluster_cost: cost(cluster, &of_cluster),
            most: (!is_rounded).then(most),
            runs: Load {
                standing: 0.0,
                whole: a_day(&of_cluster, |of| {
                    of.runs.map_or(0.0, |runs| runs.completed as f64)
                }),
            },
            hours: Load {
                standing: f64::from(kept) * 24.0,
                whole: hours,
            },
        }
    }

    fn answer(&self, measure: Measure) -> Answer<'a> {
        let load = match measure {
            Measure::RunsPerDay => &self.runs,
            _ => &self.hours,
        };
        let times = self.times();
        let share = times.ok().and_then(|times| self.share_of_instance(times));
        let told = match (times, share) {
            (Ok(_), Some(share)) if share > 1.0 => Err(NoBreakEven::BeyondInstance),
            _ => times,
        };
        let estimated = |times: f64| {
            let mean = load.at(times).ok_or(NoBreakEven::NoGrowth)?;
            Ok(Estimate::alone(mean))
        };
        let difference = self.difference();
        Answer {
            variant: &self.cluster.name,
            alternative: &self.instance.name,
            question: Question::InstanceOrCluster,
            measure,
            break_even: told.and_then(estimated),
            bias: told.ok().and_then(|times| self.bias(measure, times)),
            scenario_load: estimate(&load.whole, CONFIDENCE),
            verdict: Verdict::of(difference),
            difference,
            share_of_instance: share,
        }
    }

    /// How many times the scenario's load makes both cost the same, if each cost lies on a line through what it is without
    /// any run and what it is at the scenario's load.
    fn times(&self) -> Result<f64, NoBreakEven> {
        if self.instance.targets.len() > 1 {
            return Err(NoBreakEven::SeveralInstances);
        }
        let has_others = |variant| Row::of_all(variant).has_other_bills();
        if has_others(self.instance) || has_others(self.cluster) {
            return Err(NoBreakEven::OthersShare);
        }
        let saved = self.instance_cost.standing - self.cluster_cost.standing;
        if saved > 0.0
            && self
                .most
                .is_some_and(|most| most <= self.instance_cost.standing)
        {
            return Err(NoBreakEven::ClusterNeverCostsMore);
        }
        let is_kept =
            |kind: &TargetSort| matches!(kind, TargetSort::Cluster { min_nodes: 1.., .. });
        if saved > 0.0 && self.cluster.kinds.iter().any(is_kept) {
            return Err(NoBreakEven::KeepsNodes);
        }
        let added = [&self.cluster_cost, &self.instance_cost].map(Load::added);
        let [Some(cluster), Some(instance)] = added else {
            return Err(NoBreakEven::NoGrowth);
        };
        let whole = cluster + self.cluster_cost.standing;
        if cluster - instance <= whole * LEAST {
            return Err(NoBreakEven::NoGrowth);
        }
        Ok(saved / (cluster - instance))
    }

    /// The cost of a cluster that scales from zero grows less and less: the more runs there are, the more they share boots
    /// and idle time. So away from the scenario's load the true cost lies below the line beyond that load and above it
    /// before, and the estimate is nearer to it than the truth. Units that live for one run share nothing: their cost is a
    /// line.
    fn bias(&self, measure: Measure, times: f64) -> Option<Bias> {
        let VariantResults {
            kinds, commitments, ..
        } = self.cluster;
        let is_linear = |kind: &TargetSort| matches!(kind, TargetSort::OneRun { .. });
        let from_zero = |kind: &TargetSort| {
            is_linear(kind) || matches!(kind, TargetSort::Cluster { min_nodes: 0, .. })
        };
        if times <= 0.0 {
            // The standing cost alone decides.
            return None;
        }
        let is_known = match measure {
            Measure::NodeHoursPerDay => kinds.len() == 1,
            _ => kinds.iter().all(from_zero),
        };
        Some(if !is_known || !commitments.is_empty() {
            Bias::Unknown
        } else if kinds.iter().all(is_linear) && self.instance_has_backlog() {
            Bias::Backlog
        } else if measure == Measure::NodeHoursPerDay || kinds.iter().all(is_linear) {
            Bias::Small
        } else if times >= 1.0 {
            Bias::Low
        } else {
            Bias::High
        })
    }

    /// Whether what the instance costs after the horizon makes its cost grow with the load.
    fn instance_has_backlog(&self) -> bool {
        let added = self.instance_cost.added().unwrap_or(0.0);
        added > self.instance_cost.standing * BACKLOG
    }

    /// The variant with clusters less the instance, a day: the same that `comparison.csv` compares.
    fn difference(&self) -> Option<Estimate> {
        let costs = [&self.cluster_cost, &self.instance_cost].map(|cost| &cost.whole);
        paired_difference(costs[0], costs[1], CONFIDENCE)
    }

    /// The instance's Running share at so many times the scenario's load.
    fn share_of_instance(&self, times: f64) -> Option<f64> {
        let row = Row::of_all(self.instance);
        let values = row.values(figures::utilization).into_iter().flatten();
        Some(mean(&values.collect::<Vec<f64>>())? * times)
    }
}
