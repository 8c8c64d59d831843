//! What `--estimate` prints: how long a study takes, how large its files are and how much memory it needs, from a trial.

mod advice;
mod order;
mod reports;
mod sample;
mod sum;
#[cfg(test)]
mod tests;
mod text;
mod trial;
mod whole;
mod words;

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use self::sample::Size;
use self::sum::Sum;
use self::trial::Trial;
use self::whole::{Left, Whole};
use super::args::Args;
use super::folder;
use super::guard::Guard;
use super::memory;
use super::screen::Screen;
use crate::error::Error;
use crate::scenario::Scenario;
use crate::study::Threads;

/// A study that is estimated.
pub(super) struct Study<'a> {
    pub(super) args: &'a Args,
    pub(super) scenarios: Arc<Vec<Scenario>>,
    pub(super) threads: Arc<Threads>,
    /// Seconds that it took to load the scenarios.
    pub(super) loaded: f64,
}

/// The scenarios with as many replications as they may take: where a precision is wanted, how many it takes is not known ahead.
fn at_most(scenarios: &Arc<Vec<Scenario>>) -> Arc<Vec<Scenario>> {
    if scenarios.iter().all(|of| of.precision.is_none()) {
        return Arc::clone(scenarios);
    }
    let with_most = |of: &Scenario| {
        let most = of.precision.as_ref().map(|precision| precision.most);
        Scenario {
            replications: most.unwrap_or(of.replications),
            ..of.clone()
        }
    };
    Arc::new(scenarios.iter().map(with_most).collect())
}

/// What is known of a study after its trial.
struct Estimate {
    /// Replications of each scenario, and of how many variants.
    sizes: Vec<Size>,
    threads: usize,
    /// How many replications the trial simulated.
    tried: usize,
    /// How many it cut.
    cut: usize,
    /// Seconds of the trial.
    trial_s: f64,
    /// Seconds to load the scenarios and to begin.
    loading_s: f64,
    /// Wall time of the simulation in seconds, with its standard error.
    simulation: Sum,
    /// What the study leaves, as far as that is known.
    left: Option<Left>,
    /// Most memory that it takes, in bytes, as far as it is known.
    memory: Option<f64>,
}

/// Estimates and prints; also what would be in the way of the study. Errors are those of the study.
pub(super) fn run(
    study: &Study<'_>,
    (folders, arguments): (&[PathBuf], &[OsString]),
    guard: &Guard,
) -> Result<(), Error> {
    let args = study.args;
    let scenarios = &at_most(&study.scenarios);
    let estimate = estimate((study, scenarios), arguments, guard)?;
    Screen::print_fitted(&text::text(
        &estimate,
        (args, scenarios),
        guard.most_memory(),
    ))?;
    for (scenario, folder) in scenarios.iter().zip(folders) {
        let refusal = folder::refusal(folder, &scenario.name, args.force);
        Screen::warnings(&Vec::from_iter(refusal.map(|problem| problem.to_string())));
    }
    Ok(())
}

fn estimate(
    (study, scenarios): (&Study<'_>, &Arc<Vec<Scenario>>),
    arguments: &[OsString],
    guard: &Guard,
) -> Result<Estimate, Error> {
    let threads = &study.threads;
    let (keep, flags) = (study.args.study.keep(), study.args.study.clone());
    let work = (Arc::clone(scenarios), Arc::clone(threads), guard.stop());
    let trial =
        guard.run(move || trial::run(&work.0, (keep, trial::LIMITS), &work.1, &work.2))??;
    let trial = Arc::new(trial);
    let work = (
        Arc::clone(scenarios),
        Arc::clone(threads),
        Arc::clone(&trial),
    );
    let arguments = arguments.to_vec();
    let wholes: Vec<Whole> = guard.run(move || {
        let (scenarios, threads, trial) = work;
        let whole = |of| whole::whole(of, &trial, (&flags, &arguments), &threads);
        scenarios.iter().enumerate().map(whole).collect()
    })?;
    let sizes: Vec<Size> = scenarios.iter().map(Size::of).collect();
    let left = wholes.iter().map(|whole| whole.left);
    let left = left.reduce(|sum, next| Some(sum?.plus(next?))).flatten();
    Ok(Estimate {
        threads: threads.count(),
        tried: trial.measured.len(),
        cut: trial.cut.len(),
        trial_s: trial.wall_s,
        loading_s: study.loaded + wholes.iter().map(|whole| whole.preparing_s).sum::<f64>(),
        simulation: simulation(&wholes, &trial, (&sizes, threads.count())),
        memory: left.and_then(|left| most_memory(left, &trial)),
        sizes,
        left,
    })
}

/// Wall time of the simulation: that of the trial, where it was all.
fn simulation(wholes: &[Whole], trial: &Trial, (sizes, threads): (&[Size], usize)) -> Sum {
    let all = sizes.iter().map(Size::all).sum::<usize>();
    if trial.measured.len() == all {
        return Sum {
            total: trial.wall_s,
            variance: Some(0.0),
        };
    }
    let of_threads = wholes.iter().map(|whole| whole.simulation);
    let of_threads = of_threads.fold(Sum::ZERO, Sum::plus);
    of_threads.over(threads.min(all) as f64)
}

/// Most memory that a study takes: as much as its trial and the small studies took, but with all results in their place.
fn most_memory(left: Left, trial: &Trial) -> Option<f64> {
    Some(memory::most_taken()? as f64 - trial.room() as f64 - left.sample + left.room)
}
