//! `simulate warm-up`: from when on the waits of a scenario have settled.

mod args;
mod measuring;

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

pub use args::WarmUpArgs;

use super::counted::Counted;
use super::folder::ResultFolder;
use super::guard::Guard;
use super::loaded;
use super::manifest::{self, Manifest};
use super::points_folder::{Told, chosen, command, dry_run, folder_of, put, told_of};
use super::screen::Screen;
use super::{INTERRUPTED, started};
use crate::digits::grouped;
use crate::error::{Error, Place, Problem};
use crate::report::page::About;
use crate::report::sensitivity::counted;
use crate::report::warm_up::{self, Found, Gathered, Unfit};
use crate::report::{StudyResults, VariantResults};
use crate::scenario::{Options, Scenario};
use crate::study::{Keep, Threads, described};
use crate::units::{SimDuration, SimTime};
use measuring::Measuring;

/// A scenario without its warm-up, with the variants of it in which one is looked for.
struct Job {
    scenario: Scenario,
    left_out: Vec<(String, Unfit)>,
    /// What the scenario states for each variant that is left.
    stated: Vec<SimDuration>,
}

/// What was simulated.
struct Done {
    study: StudyResults,
    gathered: Gathered,
}

/// Does what the arguments say.
pub(super) fn run(args: &WarmUpArgs, arguments: &[OsString]) -> Result<(), Error> {
    let screen = Screen::new(args.common.quiet);
    let guard = Guard::new(args.common.memory, INTERRUPTED);
    let loading = args.clone();
    let job = Arc::new(guard.run(move || load(&loading))??);
    screen.remarks(&job.scenario);
    let name = &job.scenario.name;
    let folder = folder_of(args.output.as_ref(), name, "warm-up");
    if args.dry_run {
        return dry_run(&job.described(&folder), (&folder, name), args.force);
    }
    let threads = Arc::new(started(args.common.threads, &screen)?);
    guard.share(threads.use_caller());
    let folder = ResultFolder::open(folder, name, args.force)?;
    screen.notes(folder.replaced(&job.scenario.path, job.scenario.replications));
    let began = manifest::now();
    let progress = Counted::new(job.replications(), guard.stop(), screen.progress_way());
    let progress = Arc::new(progress);
    let done = {
        let (job, threads) = (Arc::clone(&job), Arc::clone(&threads));
        let progress = Arc::clone(&progress);
        guard.run(move || simulated(&job, &threads, progress))
    };
    let wall_time = progress.finish();
    let done = done??;
    let inputs = manifest::inputs(&job.scenario, false, None);
    let made_with = (&*threads, arguments);
    let manifest = Manifest::new((&job.scenario, &inputs), made_with, (began, wall_time));
    let about = told_of(&manifest, &job.command());
    let telling = Arc::clone(&job);
    let told = guard.run(move || told(&telling, &done, &about))?;
    put(told, folder, &manifest)
}

/// Loads the file and takes its warm-up away. Refused where no variant's waits can settle.
fn load(args: &WarmUpArgs) -> Result<Job, Error> {
    let (mut scenario, mut stated) = without_warm_up(args, &args.options())?;
    let study = described(&scenario);
    let unfit = |variant: &VariantResults| Some((variant.name.clone(), Unfit::of(variant)?));
    let left_out: Vec<(String, Unfit)> = study.variants.iter().filter_map(unfit).collect();
    if left_out.len() == study.variants.len() {
        return Err(Error::Refused(refused(args, &left_out)));
    }
    if !left_out.is_empty() {
        let fit = study.variants.iter();
        let fit = fit.filter(|variant| Unfit::of(variant).is_none());
        let options = Options {
            variants: fit.map(|variant| variant.name.clone()).collect(),
            ..args.options()
        };
        (scenario, stated) = without_warm_up(args, &options)?;
        scenario.asked = args.options();
    }
    Ok(Job {
        scenario,
        left_out,
        stated,
    })
}

/// A scenario that measures all from the start, with a fixed number of replications; and the warm-up that it states for each variant.
fn without_warm_up(
    args: &WarmUpArgs,
    options: &Options,
) -> Result<(Scenario, Vec<SimDuration>), Error> {
    let mut scenario = loaded::load(&args.file, options)?;
    scenario.precision = None;
    let stated = scenario.variants.iter_mut().map(|variant| {
        let stated = std::mem::take(&mut variant.settings.warmup);
        stated.since(SimTime::ZERO)
    });
    let stated = stated.collect();
    Ok((scenario, stated))
}

/// A problem for each reason for which nothing is simulated.
fn refused(args: &WarmUpArgs, left_out: &[(String, Unfit)]) -> Vec<Problem> {
    let mut reasons: Vec<Unfit> = Vec::new();
    for (_, reason) in left_out {
        if !reasons.contains(reason) {
            reasons.push(*reason);
        }
    }
    let problems = reasons.into_iter().map(|reason| {
        let (why, what) = reason.words();
        let first = left_out.iter().find(|(_, of)| *of == reason);
        let name = first.map_or("", |(name, _)| name);
        Problem {
            place: Place::File(args.file.clone()),
            key: None,
            message: format!("no warm-up is looked for in variant `{name}`. {why}"),
            help: Some(what.to_owned()),
        }
    });
    problems.collect()
}

/// Simulates all variants, and takes the waits of each replication.
fn simulated(job: &Job, threads: &Threads, progress: Arc<Counted>) -> Result<Done, Error> {
    let measuring = Measuring::new(&job.scenario, &described(&job.scenario), progress);
    let keep = Keep {
        records: true,
        ..Keep::default()
    };
    let scenarios = std::slice::from_ref(&job.scenario);
    let mut studies = threads.run(scenarios, keep, &measuring)?;
    Ok(Done {
        study: studies.swap_remove(0),
        gathered: measuring.into_gathered(),
    })
}

fn told(job: &Job, done: &Done, about: &About) -> Told {
    let found = Found::of((&done.study, &done.gathered), &job.left_out, &job.stated);
    let mut table = Vec::new();
    warm_up::write(&found, &mut table).expect("memory takes every byte");
    let charts = Vec::from_iter(warm_up::draw(&found));
    Told {
        text: warm_up::text(&found, Screen::width()),
        tables: vec![(warm_up::NAME, table)],
        page: warm_up::page(&found, &charts, about),
        charts,
    }
}

impl Job {
    /// The command that makes the same results again.
    fn command(&self) -> String {
        let mut flags = chosen(&self.scenario);
        flags.push(("--replications", self.scenario.replications.to_string()));
        command("warm-up", &self.scenario, &flags)
    }

    /// Replications of all variants.
    fn replications(&self) -> u64 {
        u64::from(self.scenario.replications) * self.scenario.variants.len() as u64
    }

    /// What would be simulated.
    fn described(&self, folder: &Path) -> String {
        let scenario = &self.scenario;
        let mut text = format!("{}: warm-up\n", scenario.name);
        for variant in &scenario.variants {
            let horizon = variant.settings.horizon.since(SimTime::ZERO);
            let _ = writeln!(
                text,
                "  {}: from 0s to the horizon {}",
                variant.name,
                horizon.to_friendly()
            );
        }
        for (name, reason) in &self.left_out {
            let (why, what) = reason.words();
            let _ = writeln!(text, "  {name}: not simulated. {why}: {what}.");
        }
        let _ = writeln!(
            text,
            "  {} x {}: {} replications in all\n  results would go to {}",
            counted(scenario.variants.len(), "variant"),
            counted(scenario.replications as usize, "replication"),
            grouped(self.replications() as f64, 0),
            folder.display()
        );
        text
    }
}
