//! `simulate break-even`: the places at which two variants cost the same, found by simulation.

mod args;
mod points;
mod varied;

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

pub use args::BreakEvenArgs;

use super::clock::Clock;
use super::folder::ResultFolder;
use super::guard::Guard;
use super::manifest::{self, Manifest};
use super::points_folder::{Told, command, dry_run, folder_of, put, told_of};
use super::screen::Screen;
use super::shell::quoted;
use super::stages::Stages;
use super::{INTERRUPTED, started};
use crate::error::{Error, Place};
use crate::inputs::Disk;
use crate::report::StudyResults;
use crate::report::break_even::{self, Answer, Found, Over, Pair, chosen, usual};
use crate::report::page::About;
use crate::scenario::{self, Scenario, Template};
use crate::stats::crossing::Wanted;
use crate::study::{Threads, described};
use points::Points;
use varied::Varied;

/// Replications of each place at first.
const FIRST: u32 = 10;

/// What is to be found.
struct Job {
    scenario: Scenario,
    varied: Varied,
    pairs: Vec<Pair>,
    left_out: usize,
    wanted: Wanted,
}

/// What was found.
struct Done {
    answers: Vec<Answer>,
    study: StudyResults,
}

/// Does what the arguments say.
pub(super) fn run(args: &BreakEvenArgs, arguments: &[OsString]) -> Result<(), Error> {
    let screen = Screen::new(args.common.quiet);
    let guard = Guard::new(args.common.memory, INTERRUPTED);
    let loading = args.clone();
    let job = Arc::new(guard.run(move || load(&loading))??);
    screen.remarks(&job.scenario);
    if let Some(note) = job.note() {
        screen.note(&format!("note: {note}"));
    }
    let name = &job.scenario.name;
    let folder = folder_of(args.output.as_ref(), name, "break-even");
    if args.dry_run {
        return dry_run(&described_job(&job, &folder), (&folder, name), args.force);
    }
    let threads = Arc::new(started(args.common.threads, &screen)?);
    guard.share(threads.use_caller());
    let folder = ResultFolder::open(folder, name, args.force)?;
    let (began, clock) = (manifest::now(), Clock::start());
    let stages = Arc::new(Stages::new(guard.stop(), screen.progress_way()));
    let done = {
        let (job, threads, stages) = (Arc::clone(&job), Arc::clone(&threads), Arc::clone(&stages));
        let args = args.clone();
        guard.run(move || simulated(&job, &args, (&threads, &stages)))
    };
    stages.finish();
    let done = done??;
    let wall_time = std::time::Duration::from_secs_f64(clock.seconds());
    let mut inputs = manifest::inputs(&job.scenario, false, None);
    inputs.replications = job.wanted.most;
    let made_with = (&*threads, arguments);
    let manifest = Manifest::new((&job.scenario, &inputs), made_with, (began, wall_time));
    let mut about = told_of(&manifest, &job.command(args));
    about.notes.extend(job.note());
    let telling = Arc::clone(&job);
    let told = guard.run(move || told(&telling.found(&done), &about))?;
    put(told, folder, &manifest)
}

fn told(found: &Found<'_>, about: &About) -> Told {
    let mut table = Vec::new();
    break_even::write(found, &mut table).expect("memory takes every byte");
    let charts = Vec::from_iter(break_even::draw(found));
    Told {
        text: break_even::text(found, Screen::width()),
        tables: vec![(break_even::NAME, table)],
        page: break_even::page(found, &charts, about),
        charts,
    }
}

/// Loads the file. Refused where there is nothing to compare, or nothing to vary.
fn load(args: &BreakEvenArgs) -> Result<Job, Error> {
    let varied = Varied::of(args)?;
    let scenario = scenario::load(&args.file, &args.options())?;
    // What is wrong with a place is said before anything is simulated.
    let template = Template::open(&Disk, &args.file, args.options())?;
    for place in [varied.range.0, varied.range.1, varied.within()] {
        varied.scenario(&template, place)?;
    }
    let study = described(&scenario);
    let refused =
        |message: &str, help: &str| Error::refused(Place::File(args.file.clone()), message, help);
    let (pairs, left_out) = match &args.between[..] {
        [one, other] => {
            let named = |name: &String| scenario.variants.iter().position(|it| it.name == *name);
            match (named(one), named(other)) {
                (Some(one), Some(other)) if one != other => (chosen(one, other), 0),
                _ => {
                    return Err(refused(
                        "`--between` does not name two variants",
                        "write two different names of variants; of a sweep those with its values, as in the tables",
                    ));
                }
            }
        }
        _ => usual(&study),
    };
    if pairs.is_empty() {
        return Err(refused(
            "there is no variant of always-on instances alone beside one with clusters, and no commitment",
            "name the two variants to compare: `--between A B`",
        ));
    }
    if varied.over == Over::Load && !scenario.variants.iter().any(scales) {
        return Err(refused(
            "no workload has a rate to multiply: users who wait for ends have none",
            "vary a key instead, such as `--over cluster.gpu.idle_before_scale_down --from 0s --to 2h`",
        ));
    }
    Ok(Job {
        varied,
        pairs,
        left_out,
        wanted: Wanted {
            first: FIRST.min(args.replications),
            most: args.replications,
            precision: args.precision,
        },
        scenario,
    })
}

/// Whether some of a variant's own work has a rate to multiply.
fn scales(variant: &scenario::Variant) -> bool {
    let settings = &variant.settings;
    let runs = settings.workloads.iter().filter(|work| !work.background);
    let runs = runs.map(|work| &work.arrivals);
    let requests = settings.requests.iter().map(|work| &work.arrivals);
    runs.chain(requests)
        .any(|arrivals| !arrivals.wait_for_ends())
}

/// Simulates place after place until all break-evens are found.
fn simulated(job: &Job, args: &BreakEvenArgs, how: (&Threads, &Stages)) -> Result<Done, Error> {
    let template = Template::open(&Disk, &args.file, args.options())?;
    let mut points = Points::new(job.scenario.clone(), (&job.varied, &template), how);
    let mut answers = Vec::new();
    for pair in &job.pairs {
        how.1.tell(&pair.told(&described(&job.scenario)));
        answers.push(points.answer(*pair, job.wanted)?);
    }
    Ok(Done {
        answers,
        study: points.into_results(),
    })
}

/// What would be simulated.
fn described_job(job: &Job, folder: &Path) -> String {
    let (from, to) = job.varied.range;
    let study = described(&job.scenario);
    let over = &job.varied.over;
    let mut text = format!("{}: break-even over {}\n", job.scenario.name, over.words());
    for pair in &job.pairs {
        let _ = writeln!(text, "  {}", pair.told(&study));
    }
    let _ = writeln!(
        text,
        "  between {} and {}: first {} replications of each side at {} places, then more near each break-even, up to {}, until its \
         95 % interval is within {} %\n  results would go to {}",
        over.end(from),
        over.end(to),
        job.wanted.first,
        job.varied.places().len(),
        job.wanted.most,
        // Rounding takes away what a hundredth of a written percentage leaves.
        (job.wanted.precision * 1e8).round() / 1e6,
        folder.display()
    );
    text
}

impl Job {
    /// The command that makes the same results again.
    fn command(&self, args: &BreakEvenArgs) -> String {
        let mut flags = vec![("--over", args.over.clone())];
        flags.extend(args.from.clone().map(|from| ("--from", from)));
        flags.extend(args.to.clone().map(|to| ("--to", to)));
        // Rounding takes away what a hundredth of a written percentage leaves.
        let percent = (args.precision * 1e8).round() / 1e6;
        flags.push(("--precision", format!("{percent}%")));
        flags.push(("--replications", args.replications.to_string()));
        let command = command("break-even", &self.scenario, &flags);
        match &args.between[..] {
            [one, other] => format!("{command} --between {} {}", quoted(one), quoted(other)),
            _ => command,
        }
    }

    /// What is worth knowing of what is varied.
    fn note(&self) -> Option<String> {
        let variants = self.scenario.variants.iter();
        let mut workloads = variants.flat_map(|variant| &variant.settings.workloads);
        let stays = workloads.find(|work| work.background || work.arrivals.wait_for_ends());
        let stays = stays.filter(|_| self.varied.over == Over::Load)?;
        let why = if stays.background {
            "it is of others"
        } else {
            "its users wait for ends and have no rate"
        };
        let name = &stays.name;
        Some(format!("workload `{name}` is the same at any load: {why}"))
    }

    fn found<'a>(&'a self, done: &'a Done) -> Found<'a> {
        Found {
            study: &done.study,
            over: &self.varied.over,
            answers: done.answers.clone(),
            left_out: self.left_out,
        }
    }
}
