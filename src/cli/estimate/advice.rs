//! What is worth doing about a study that takes long, or more memory than there is.

use super::Estimate;
use super::words::{seconds, size};
use crate::cli::args::Args;
use crate::cli::shell::{quoted, quoted_path};
use crate::scenario::Scenario;

/// A study that takes longer, in seconds, is worth a word.
const LONG_S: f64 = 600.0;
/// Length of a shard's simulation on one thread, in seconds.
const SHARD_S: f64 = 180.0;
/// Least length of that simulation, as a multiple of the time to load the scenario.
const LOADS: f64 = 10.0;

/// Sentences, or none where there is nothing to do.
pub(super) fn advice(
    estimate: &Estimate,
    (args, scenarios): (&Args, &[Scenario]),
    most_memory: Option<u64>,
) -> Vec<String> {
    let mut said = Vec::new();
    if estimate.seconds() > LONG_S {
        // A plan needs a fixed number of replications.
        if scenarios.iter().all(|of| of.precision.is_none()) {
            said.extend(shards(estimate, args));
        }
        said.extend(fewer(estimate, scenarios));
    }
    if let (Some(memory), Some(most)) = (estimate.memory, most_memory)
        && memory > most as f64
    {
        said.push(format!(
            "It may take {} of memory, which is not enough: simulate fewer replications or variants, allow more with `--memory`, \
             or take a larger machine, which `simulate merge` of shards needs as well.",
            size(most as f64)
        ));
    }
    said
}

/// A plan whose shards take some minutes each.
fn shards(estimate: &Estimate, args: &Args) -> Option<String> {
    let all = estimate.replications();
    let of_threads = estimate.simulation.total * estimate.threads.min(all) as f64;
    let each = SHARD_S.max(LOADS * estimate.loading_s);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a float is turned into the nearest number there is"
    )]
    let count = ((of_threads / each).ceil() as usize).min(all);
    let [file] = &args.files[..] else {
        let help =
            "Shards may divide the work: estimate each file by itself, then `simulate plan` it.";
        return (count > 1).then(|| help.to_owned());
    };
    let words = args.study.arguments();
    let words = words.iter().map(|word| quoted(word));
    let flags = ["".into()]
        .into_iter()
        .chain(words)
        .collect::<Vec<_>>()
        .join(" ");
    let takes = seconds(of_threads / count as f64 + estimate.loading_s);
    (count > 1).then(|| {
        format!(
            "In shards of about {takes} on one processor each: `simulate plan {} -o plan.json --shards {count}{flags}`.",
            quoted_path(file)
        )
    })
}

/// So few replications that the study takes no longer than what is called long.
fn fewer(estimate: &Estimate, scenarios: &[Scenario]) -> Option<String> {
    let [scenario] = scenarios else {
        return None;
    };
    let share = (LONG_S - estimate.loading_s) / (estimate.seconds() - estimate.loading_s);
    let replications = f64::from(scenario.replications);
    let count = two_digits(replications * share);
    if count < 2.0 {
        return None;
    }
    let wider = (replications / count).sqrt();
    Some(format!(
        "`--replications {count}` takes about {} here; intervals are then about {wider:.1} times as wide.",
        seconds(LONG_S)
    ))
}

/// The largest number with two digits and zeros that is not larger.
fn two_digits(number: f64) -> f64 {
    let unit = 10_f64.powf((number.log10().floor() - 1.0).max(0.0));
    (number / unit).floor() * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_cut_to_two_digits() {
        for (number, cut) in [(143_607.0, 140_000.0), (89.9, 89.0), (7.5, 7.0), (0.4, 0.0)] {
            assert!((two_digits(number) - cut).abs() < 1e-6, "{number}");
        }
    }
}
