//! Where one choice begins to cost less than another: an always-on instance against a cluster, a commitment against none.

use super::commitments::{self, Committed};
use super::figures;
use super::observation::{Observation, Row, target_rows};
use super::{StudyResults, VariantResults};
use crate::pricing::{CommitmentKind, Coverage, SplitCost, costs};
use crate::results::{NodeTimes, TargetResult, Usage};
use crate::stats::{CONFIDENCE, Estimate, estimate, mean, paired_difference, ratio_of_means};
use crate::study_results::TargetSort;
use crate::units::{NodeTime, SimDuration, TICKS_PER_HOUR, Usd};

/// Nodes for which a cluster has one load balancer (docs/semantics.md, section 5).
const NODES_PER_BALANCER: u32 = 50;

/// A share of a cost that is no more than what double precision leaves.
const LEAST: f64 = 1e-9;

/// One answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer<'a> {
    /// The variant with clusters, or with the commitment.
    pub variant: &'a str,
    /// The always-on variant, or the commitment.
    pub against: &'a str,
    /// What is asked.
    pub question: Question,
    /// What is counted.
    pub measure: Measure,
    /// So much makes both cost the same; more makes `against` the cheaper one. `None` where no amount does.
    pub break_even: Option<Estimate>,
    /// So much there is in the scenario.
    pub actual: Option<Estimate>,
    /// Where the scenario lies.
    pub verdict: Verdict,
    /// Dollars a day that the scenario costs more with `variant` than with `against`, or less with the commitment.
    pub difference: Option<Estimate>,
    /// How much of its time the always-on variant would run at the break-even; above 1 it cannot do so much.
    pub share_of_instance: Option<f64>,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// An always-on instance or a cluster?
    InstanceOrCluster,
    /// Does the reservation pay?
    Reservation,
    /// Does the savings plan pay?
    SavingsPlan,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Completed runs a day.
    RunsPerDay,
    /// Billed node-hours of clusters a day.
    NodeHoursPerDay,
    /// Share of a commitment that is used.
    ShareUsed,
}

/// Where the scenario lies, as far as the interval of the difference in cost says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Above the break-even: the instance, or the commitment, is cheaper.
    Above,
    /// Below it.
    Below,
    /// Too close to it to say.
    Unclear,
}

impl Verdict {
    /// From the difference in cost, which is positive above the break-even.
    fn of(difference: Option<Estimate>) -> Self {
        match difference {
            Some(clear) if clear.mean != 0.0 && clear.covers(0.0) != Some(true) => {
                if clear.mean > 0.0 {
                    Self::Above
                } else {
                    Self::Below
                }
            }
            _ => Self::Unclear,
        }
    }
}

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
        let is_cluster = |kind: &TargetSort| matches!(kind, TargetSort::Cluster { .. });
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
    /// Cost of the instance.
    fixed: Vec<f64>,
    /// What the variant with clusters would cost without any run.
    standing: f64,
    /// Its cost, for all the work of the measured time.
    whole: Vec<f64>,
    /// Completed runs.
    runs: Load,
    /// Billed node-hours of its clusters.
    hours: Load,
}

/// Something that grows with the work, a day.
struct Load {
    /// Without any run.
    standing: f64,
    /// In each replication.
    whole: Vec<f64>,
}

impl<'a> Pair<'a> {
    fn new(instance: &'a VariantResults, cluster: &'a VariantResults) -> Self {
        let days = cluster.window.length().0 as f64 / (24 * TICKS_PER_HOUR) as f64;
        let a_day = |row: &Row<'_>, value: fn(&Observation<'_>) -> f64| -> Vec<f64> {
            let values = row.observations.iter().map(value);
            values.map(|value| value / days).collect()
        };
        let of_cluster = Row::of_all(cluster);
        let mut hours = vec![0.0; of_cluster.observations.len()];
        let mut kept = 0;
        for (target, kind) in target_rows(cluster).iter().zip(&cluster.kinds) {
            if let TargetSort::Cluster { min_nodes } = kind {
                kept += min_nodes;
                let billed = a_day(target, |of| of.machines.map_or(0.0, |it| it.node_hours));
                let sums = hours.iter_mut().zip(billed);
                sums.for_each(|(sum, more)| *sum += more);
            }
        }
        Self {
            instance,
            cluster,
            fixed: a_day(&Row::of_all(instance), |of| {
                of.cost.within.total().dollars()
            }),
            standing: without_runs(cluster).dollars() / days,
            whole: a_day(&of_cluster, |of| of.cost.whole().total().dollars()),
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
        let break_even = self.break_even(load);
        let difference = self.difference();
        let actual = estimate(&load.whole, CONFIDENCE);
        Answer {
            variant: &self.cluster.name,
            against: &self.instance.name,
            question: Question::InstanceOrCluster,
            measure,
            break_even,
            actual,
            verdict: Verdict::of(difference),
            difference,
            share_of_instance: self.share_of_instance(),
        }
    }

    /// The load at which the cost, on the line from none to that of the scenario, is what the instance costs; `None` where
    /// it does not grow with the load in every replication.
    fn break_even(&self, load: &Load) -> Option<Estimate> {
        let of_one = self.whole.iter().zip(&load.whole);
        let of_one: Option<Vec<f64>> = of_one
            .map(|(whole, loaded)| {
                let (cost, amount) = (whole - self.standing, loaded - load.standing);
                let grows = amount > 0.0 && cost > whole * LEAST;
                grows.then(|| cost / amount)
            })
            .collect();
        let saved: Vec<f64> = self
            .fixed
            .iter()
            .map(|fixed| fixed - self.standing)
            .collect();
        let more = ratio_of_means(&saved, &of_one?, CONFIDENCE).map(plain)?;
        Some(Estimate {
            mean: load.standing + more.mean,
            ..more
        })
    }

    /// The variant with clusters less the instance, in dollars a day.
    fn difference(&self) -> Option<Estimate> {
        paired_difference(&self.whole, &self.fixed, CONFIDENCE)
    }

    /// The instance's Running share, times how many times the scenario's runs those of the break-even are.
    fn share_of_instance(&self) -> Option<f64> {
        let row = Row::of_all(self.instance);
        let values = row.observations.iter().filter_map(figures::utilisation);
        let utilisation = mean(&values.collect::<Vec<f64>>())?;
        let (at, actual) = (self.break_even(&self.runs)?.mean, mean(&self.runs.whole)?);
        (actual > 0.0).then(|| utilisation * at / actual)
    }
}

/// What a variant would cost within the horizon without any run: nodes that its clusters keep, instances as they were,
/// commitments and fixed charges.
fn without_runs(variant: &VariantResults) -> Usd {
    let VariantResults {
        window,
        prices,
        commitments,
        ..
    } = variant;
    let length = u128::from(window.length().0);
    let idle = |(target, kind): (usize, &TargetSort)| {
        let (machines, idle) = match kind {
            TargetSort::Cluster { min_nodes } => (*min_nodes, window.length()),
            TargetSort::AlwaysOn => (1, window.length()),
            TargetSort::Switched => (1, mean_time_on(variant, target)),
            TargetSort::Pool | TargetSort::Service => (0, window.length()),
        };
        let balancers = match kind {
            TargetSort::Cluster { .. } => machines.div_ceil(NODES_PER_BALANCER),
            _ => 1,
        };
        let lease = Usage {
            from: window.warmup,
            to: window.warmup + idle,
        };
        let at_zero = if balancers == 0 { length } else { 0 };
        TargetResult {
            within: NodeTimes {
                idle_tail: NodeTime(u128::from(idle.0) * u128::from(machines)),
                load_balancers: NodeTime(length * u128::from(balancers)),
                load_balancers_at_zero: NodeTime(at_zero),
                ..NodeTimes::default()
            },
            end: window.horizon,
            slots: 1,
            usage: vec![lease; machines as usize],
            ..TargetResult::default()
        }
    };
    let targets: Vec<TargetResult> = variant.kinds.iter().enumerate().map(idle).collect();
    let coverage = Coverage::of(commitments, prices, &targets, *window);
    let committed = (commitments.as_slice(), Some(&coverage));
    let (costs, unused) = costs(&targets, prices, committed, *window);
    let all: SplitCost = costs.into_iter().chain([unused]).sum();
    all.within.total()
}

/// How long an instance that is off at times was on, on average: so long it would be without any run, as far as is known.
fn mean_time_on(variant: &VariantResults, target: usize) -> SimDuration {
    let results = variant
        .replications
        .iter()
        .map(|result| &result.targets[target]);
    let on = results.map(|result| result.within.leased().0 / u128::from(result.slots.max(1)));
    let (count, sum) = on.fold((0_u128, 0), |(count, sum), on| (count + 1, sum + on));
    let on = sum.checked_div(count).unwrap_or(0);
    SimDuration(u64::try_from(on).unwrap_or(u64::MAX))
}

/// Without a half-width that is only what double precision leaves of exactly proportional figures.
fn plain(estimate: Estimate) -> Estimate {
    let is_seen = |width: &f64| *width > estimate.mean.abs() * LEAST;
    Estimate {
        half_width: estimate
            .half_width
            .map(|width| Some(width).filter(is_seen).unwrap_or(0.0)),
        ..estimate
    }
}

fn of_commitment<'a>(row: &Committed<'a>) -> Answer<'a> {
    let used = row.values(commitments::used);
    let without = row.values(commitments::without);
    // At the rates of what it covered, or, if that is nothing, of the first target that it could have.
    let share = ratio_of_means(&used, &without, CONFIDENCE).map(plain);
    let share = share.or_else(|| {
        let first = row.commitment.covers.first()?;
        let own = row.variant.prices[first.target].per_hour.dollars();
        (own > 0.0).then(|| Estimate {
            mean: row.commitment.rate(0).dollars() / own,
            half_width: None,
        })
    });
    let days = commitment_days(row);
    let a_day = days.zip(row.estimate(commitments::saving));
    let difference = a_day.map(|(days, saving)| saving.scaled(1.0 / days));
    Answer {
        variant: &row.variant.name,
        against: &row.commitment.name,
        question: match row.commitment.kind {
            CommitmentKind::Reservation { .. } => Question::Reservation,
            CommitmentKind::SavingsPlan { .. } => Question::SavingsPlan,
        },
        measure: Measure::ShareUsed,
        break_even: share,
        actual: row.estimate(commitments::utilisation),
        verdict: Verdict::of(difference),
        difference,
        share_of_instance: None,
    }
}

/// Days for which a commitment was paid, on average; `None` of one without a price.
fn commitment_days(row: &Committed<'_>) -> Option<f64> {
    let day = SimDuration(24 * TICKS_PER_HOUR);
    let price = row.commitment.price(day).dollars();
    let paid = mean(&row.values(commitments::paid))?;
    (price > 0.0 && paid > 0.0).then(|| paid / price)
}
