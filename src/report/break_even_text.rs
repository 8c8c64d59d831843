//! Break-even answers in plain sentences.

use super::StudyResults;
use super::break_even::answers;
use super::break_even_answer::{Answer, Bias, Measure, NoBreakEven, Question, Verdict};
use super::numbers::{Shown, about};
use crate::currency::Currency;
use crate::study_results::Recurrence;

/// Pairs of variants with a sentence of their own at most; the others are in `break-even.csv`.
const SHOWN: usize = 6;

/// The answers in words, for the terminal: pairs with the baseline first where there are many.
pub fn sentences(study: &StudyResults) -> Vec<String> {
    let answers = answers(study);
    let baseline = study.baseline().map_or("", |baseline| &baseline.name);
    let is_about_baseline =
        |answer: &&Answer<'_>| answer.variant == baseline || answer.alternative == baseline;
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
                    && (other.variant, other.alternative) == (answer.variant, answer.alternative)
            });
            let variant = study
                .variants
                .iter()
                .find(|known| known.name == answer.variant);
            let comes_again = variant.is_some_and(|variant| variant.recurrence != Recurrence::Once);
            sentence(answer, hours, (comes_again, study.currency()))
        })
        .collect();
    if left_out > 0 {
        sentences.push(format!("and {left_out} more pairs in break-even.csv"));
    }
    sentences
}

/// One answer in words; of an instance and a cluster with the same in node-hours.
fn sentence(
    answer: &Answer<'_>,
    hours: Option<&Answer<'_>>,
    (comes_again, currency): (bool, Currency),
) -> String {
    match answer.question {
        Question::InstanceOrCluster => instance_or_cluster(answer, hours),
        Question::Reservation | Question::SavingsPlan => commitment(answer, comes_again, currency),
    }
}

fn instance_or_cluster(answer: &Answer<'_>, hours: Option<&Answer<'_>>) -> String {
    let Answer {
        variant,
        alternative,
        ..
    } = answer;
    let told = match answer.break_even {
        Ok(at) if at.mean <= 0.0 => {
            return format!(
                "{alternative} or {variant}: {alternative} is always at least as cheap, since {variant} costs as much even without any load"
            );
        }
        Ok(at) => format!(
            "both would cost the same at about {} runs per day, estimated from this load alone{}",
            about(at.mean),
            answer.bias.map_or("", direction)
        ),
        Err(reason) => none(reason, answer),
    };
    let actual = answer.scenario_load.map_or_else(String::new, |actual| {
        let cheaper = match answer.verdict {
            Verdict::Above => format!("{alternative} costs less"),
            Verdict::Below => format!("{variant} costs less"),
            Verdict::Unclear => "which costs less is too close to call".to_owned(),
        };
        format!(
            "; at the scenario's {} runs per day {cheaper}",
            Shown::of(actual).joined()
        )
    });
    let hours = hours.and_then(|hours| hours.break_even.ok().zip(hours.scenario_load));
    let hours = hours.map_or_else(String::new, |(at, actual)| {
        format!(
            " (in billed node-hours of {variant}: about {} per day against {})",
            about(at.mean),
            Shown::of(actual).joined()
        )
    });
    format!("{alternative} or {variant}: {told}{actual}{hours}")
}

/// On which side of the truth the estimate lies, and why.
fn direction(bias: Bias) -> &'static str {
    match bias {
        Bias::Low => {
            ": the true number is higher, since runs share boots and idle time more at a higher load"
        }
        Bias::High => {
            ": the true number is lower, since runs share boots and idle time less at a lower load"
        }
        Bias::Small => {
            " with little bias, since every run has a unit of its own and its cost does not depend on the load"
        }
        Bias::Unknown => {
            ": the true number may be higher or lower, since what is paid anyway takes the first runs"
        }
        Bias::Backlog => {
            ": the true number may be higher or lower, since the always-on instance works long after the horizon, which is paid as well"
        }
    }
}

/// Why no break-even is reported.
fn none(reason: NoBreakEven, answer: &Answer<'_>) -> String {
    let Answer {
        variant,
        alternative,
        ..
    } = answer;
    match reason {
        NoBreakEven::OthersShare => format!(
            "no break-even is estimated: runs of others share a target of {variant} or of {alternative}, and their part of its cost at \
             another load cannot be told from one load (simulate others with `--set`)"
        ),
        NoBreakEven::KeepsNodes => format!(
            "no break-even is estimated: {variant} keeps nodes at any load, which run the first work at no extra cost, so one load is \
             not enough (simulate others with `--set`)"
        ),
        NoBreakEven::SeveralInstances => format!(
            "no break-even is estimated for several instances: how much runs on {variant} gain by sharing nodes cannot be told from one \
             load (simulate others with `--set`)"
        ),
        NoBreakEven::NoGrowth | NoBreakEven::NothingCovered => {
            format!("no break-even, since what {variant} costs does not grow with the load")
        }
        NoBreakEven::ClusterNeverCostsMore => format!(
            "no break-even, since {variant} costs no more than {alternative} even with all its nodes on at all times"
        ),
        NoBreakEven::BeyondInstance => format!(
            "no break-even, since the estimate from this load alone is more than {alternative} can do"
        ),
    }
}

/// Amounts a day are told where the work comes again.
fn commitment(answer: &Answer<'_>, comes_again: bool, currency: Currency) -> String {
    let Answer {
        variant,
        alternative,
        ..
    } = answer;
    let Ok(at) = answer.break_even else {
        return format!(
            "{alternative} in {variant}: covers no target of this variant, so it never breaks even"
        );
    };
    let from = if at.mean <= 0.0 {
        "costs nothing".to_owned()
    } else if at.mean >= 1.0 {
        "never breaks even, since its rate is not below the targets' own price".to_owned()
    } else {
        format!(
            "breaks even at {} utilization",
            Shown::of(at.scaled(100.0)).with_unit("%")
        )
    };
    let actual = answer.scenario_load.map_or_else(String::new, |actual| {
        format!(
            "; simulated utilization {}",
            Shown::of(actual.scaled(100.0)).with_unit("%")
        )
    });
    let money = answer.difference.map(|difference| {
        let size = difference.scaled(difference.mean.signum());
        Shown::of(size).with_unit(currency.code())
    });
    let verdict = match (answer.verdict, money) {
        (Verdict::Above, Some(money)) if comes_again => {
            format!(": it saves {money} per day")
        }
        (Verdict::Above, Some(_)) => ": it saves money".to_owned(),
        (Verdict::Below, Some(money)) if comes_again => {
            format!(": it costs {money} per day more")
        }
        (Verdict::Below, Some(_)) => ": it costs more".to_owned(),
        _ => ": too close to call".to_owned(),
    };
    format!("{alternative} in {variant}: {from}{actual}{verdict}")
}
