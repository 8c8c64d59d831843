//! Where one choice begins to cost less than another: an always-on instance against a cluster, a commitment against none.

use super::commitments::{self, Committed};
use super::figures;
use super::numbers::Shown;
use super::observation::{Row, target_rows};
use super::{StudyResults, VariantResults};
use crate::pricing::{CommitmentKind, CostLines};
use crate::stats::{CONFIDENCE, Estimate, estimate, mean, paired_difference, ratio_of_means};
use crate::study_results::TargetSort;
use crate::units::TICKS_PER_HOUR;

/// Pairs of variants with a sentence of their own at most; the others are in `break_even.csv`.
const SHOWN: usize = 6;

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
    let with_clusters = |variant: &&VariantResults| variant.kinds.contains(&TargetSort::Cluster);
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
    /// What the variant with clusters costs a day whatever it does: fixed charges, `min_nodes` that idle, commitments that
    /// cover nothing, and instances of its own.
    standing: Vec<f64>,
    /// Its other cost, for all the work of the measured time.
    variable: Vec<f64>,
    /// Completed runs.
    runs: Vec<f64>,
    /// Billed node-hours of its clusters.
    hours: Vec<f64>,
}

impl<'a> Pair<'a> {
    fn new(instance: &'a VariantResults, cluster: &'a VariantResults) -> Self {
        let days = cluster.window.length().0 as f64 / (24 * TICKS_PER_HOUR) as f64;
        let a_day = |values: Vec<f64>| values.into_iter().map(|value| value / days).collect();
        let of_instance = Row::of_all(instance);
        let of_cluster = Row::of_all(cluster);
        let mut fixed = Vec::new();
        for observation in &of_instance.observations {
            fixed.push(observation.cost.within.total().dollars());
        }
        let (mut standing, mut variable, mut runs) = (Vec::new(), Vec::new(), Vec::new());
        for observation in &of_cluster.observations {
            let cost = &observation.cost;
            standing.push(stands(&cost.within));
            variable.push(cost.whole().total().dollars() - stands(&cost.whole()));
            runs.push(observation.runs.completed as f64);
        }
        let mut hours = vec![0.0; variable.len()];
        for (target, kind) in target_rows(cluster).iter().zip(&cluster.kinds) {
            for (replication, observation) in target.observations.iter().enumerate() {
                if *kind == TargetSort::Cluster {
                    hours[replication] += observation.node_hours;
                    continue;
                }
                // An instance beside the clusters costs what it costs.
                let own = |lines: &CostLines| lines.total().dollars() - stands(lines);
                standing[replication] += own(&observation.cost.within);
                variable[replication] -= own(&observation.cost.whole());
            }
        }
        Self {
            instance,
            cluster,
            fixed: a_day(fixed),
            standing: a_day(standing),
            variable: a_day(variable),
            runs: a_day(runs),
            hours: a_day(hours),
        }
    }

    fn answer(&self, measure: Measure) -> Answer<'a> {
        let amounts = match measure {
            Measure::RunsPerDay => &self.runs,
            _ => &self.hours,
        };
        let break_even = self.break_even(amounts);
        let difference = self.difference();
        let actual = estimate(amounts, CONFIDENCE);
        Answer {
            variant: &self.cluster.name,
            against: &self.instance.name,
            question: Question::InstanceOrCluster,
            measure,
            break_even,
            actual,
            verdict: Verdict::of(difference),
            difference,
            share_of_instance: self.share_of_instance(break_even, actual),
        }
    }

    /// The amount at which `standing + amount x cost of one` is what the instance costs; `None` without a cost of one in
    /// some replication.
    fn break_even(&self, amounts: &[f64]) -> Option<Estimate> {
        let of_one = self.variable.iter().zip(amounts);
        let of_one: Option<Vec<f64>> = of_one
            .map(|(cost, amount)| (*amount > 0.0 && *cost > 0.0).then(|| cost / amount))
            .collect();
        let saved = self.fixed.iter().zip(&self.standing);
        let saved: Vec<f64> = saved.map(|(fixed, standing)| fixed - standing).collect();
        ratio_of_means(&saved, &of_one?, CONFIDENCE).map(plain)
    }

    /// The variant with clusters less the instance, in dollars a day.
    fn difference(&self) -> Option<Estimate> {
        let parts = self.standing.iter().zip(&self.variable);
        let whole: Vec<f64> = parts
            .map(|(standing, variable)| standing + variable)
            .collect();
        paired_difference(&whole, &self.fixed, CONFIDENCE)
    }

    /// The instance's Running share, times how many times the scenario's load the break-even is.
    fn share_of_instance(&self, at: Option<Estimate>, actual: Option<Estimate>) -> Option<f64> {
        let row = Row::of_all(self.instance);
        let values = row.observations.iter().filter_map(figures::utilisation);
        let utilisation = mean(&values.collect::<Vec<f64>>())?;
        let (at, actual) = (at?.mean, actual?.mean);
        (actual > 0.0).then(|| utilisation * at / actual)
    }
}

/// Without a half-width that is only what double precision leaves of exactly proportional figures.
fn plain(estimate: Estimate) -> Estimate {
    let is_seen = |width: &f64| *width > estimate.mean.abs() * 1e-9;
    Estimate {
        half_width: estimate
            .half_width
            .map(|width| Some(width).filter(is_seen).unwrap_or(0.0)),
        ..estimate
    }
}

/// Dollars of a cost that do not depend on what runs.
fn stands(lines: &CostLines) -> f64 {
    (lines.fixed() + lines.idle_minimum + lines.unused_commitment).dollars()
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
    let day = crate::units::SimDuration(24 * TICKS_PER_HOUR);
    let price = row.commitment.price(day).dollars();
    let paid = mean(&row.values(commitments::paid))?;
    (price > 0.0 && paid > 0.0).then(|| paid / price)
}

/// The answers in words, for the terminal: pairs with the baseline first where there are many.
pub fn sentences(study: &StudyResults) -> Vec<String> {
    let answers = answers(study);
    let baseline = study.baseline().map_or("", |baseline| &baseline.name);
    let is_about_baseline =
        |answer: &&Answer<'_>| answer.variant == baseline || answer.against == baseline;
    let loads = || {
        let by_runs = answers.iter();
        by_runs.filter(|answer| answer.measure == Measure::RunsPerDay)
    };
    let all = loads().count();
    let mut shown: Vec<&Answer<'_>> = if all > SHOWN {
        loads().filter(is_about_baseline).take(SHOWN).collect()
    } else {
        loads().collect()
    };
    let by_use = answers
        .iter()
        .filter(|answer| answer.measure == Measure::ShareUsed);
    let left_out = all - shown.len();
    shown.extend(by_use);
    let mut sentences: Vec<String> = shown
        .into_iter()
        .map(|answer| {
            let hours = answers.iter().find(|other| {
                other.measure == Measure::NodeHoursPerDay
                    && (other.variant, other.against) == (answer.variant, answer.against)
            });
            sentence(answer, hours)
        })
        .collect();
    if left_out > 0 {
        sentences.push(format!("and {left_out} more pairs in break_even.csv"));
    }
    sentences
}

/// One answer in words; of an instance and a cluster with the same in node-hours.
fn sentence(answer: &Answer<'_>, hours: Option<&Answer<'_>>) -> String {
    match answer.question {
        Question::InstanceOrCluster => instance_or_cluster(answer, hours),
        Question::Reservation | Question::SavingsPlan => commitment(answer),
    }
}

fn instance_or_cluster(answer: &Answer<'_>, hours: Option<&Answer<'_>>) -> String {
    let Answer {
        variant, against, ..
    } = answer;
    let (Some(at), Some(actual)) = (answer.break_even, answer.actual) else {
        return format!(
            "{against} or {variant}: no break-even, since {variant} ran nothing in some replication, or for nothing"
        );
    };
    if at.mean <= 0.0 {
        return format!(
            "{against} or {variant}: {against} costs less whatever the load, less than what {variant} costs with nothing to do"
        );
    }
    let too_many = answer.share_of_instance.filter(|share| *share > 1.0);
    let limit = too_many.map_or_else(String::new, |_| {
        format!(", which is more than {against} can do")
    });
    let verdict = match answer.verdict {
        Verdict::Above => format!("is above: {against} costs less"),
        Verdict::Below => format!("is below: {variant} costs less"),
        Verdict::Unclear => "is too close to it to call".to_owned(),
    };
    let hours = hours.and_then(|hours| hours.break_even.zip(hours.actual));
    let hours = hours.map_or_else(String::new, |(at, actual)| {
        format!(
            " (in billed node-hours of {variant}: {} a day against {})",
            Shown::of(at).joined(),
            Shown::of(actual).joined()
        )
    });
    format!(
        "{against} or {variant}: both cost the same at {} a day{limit}; the scenario has {} and {verdict}{hours}",
        Shown::of(at).with_unit("runs"),
        Shown::of(actual).joined(),
    )
}

fn commitment(answer: &Answer<'_>) -> String {
    let Answer {
        variant, against, ..
    } = answer;
    let Some(at) = answer.break_even else {
        return format!(
            "{against} in {variant}: covers no target of this variant, so it never pays"
        );
    };
    let from = if at.mean >= 1.0 {
        "never pays, since its rate is not below the targets' own price".to_owned()
    } else {
        format!(
            "pays from {} of use on",
            Shown::of(at.scaled(100.0)).with_unit("%")
        )
    };
    let actual = answer.actual.map_or_else(String::new, |actual| {
        format!(
            "; {} of it was used",
            Shown::of(actual.scaled(100.0)).with_unit("%")
        )
    });
    let money = answer.difference.map(|difference| {
        let size = difference.scaled(difference.mean.signum());
        Shown::of(size).with_unit("USD")
    });
    let verdict = match (answer.verdict, money) {
        (Verdict::Above, Some(money)) => format!(": it pays and saves {money} a day"),
        (Verdict::Below, Some(money)) => format!(": it does not pay and costs {money} a day more"),
        _ => ": too close to call".to_owned(),
    };
    format!("{against} in {variant}: {from}{actual}{verdict}")
}
