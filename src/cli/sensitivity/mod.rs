//! `simulate sensitivity`: what the answer of a scenario rests on.

mod args;

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

pub use args::SensitivityArgs;

use super::counted::Counted;
use super::folder::ResultFolder;
use super::guard::Guard;
use super::manifest::{self, Manifest};
use super::points_folder::{Told, chosen, command, dry_run, folder_of, put, told_of};
use super::screen::Screen;
use super::{INTERRUPTED, started};
use crate::digits::grouped;
use crate::error::{Error, Place, Problem};
use crate::inputs::Disk;
use crate::report::page::About;
use crate::report::sensitivity::{self, Counts, Design, Gathered, Sensitivity, counted};
use crate::scenario::{Options, Scenario, Template};
use crate::study::{Keep, Threads};

/// Points that are simulated at the same time.
const AT_ONCE: usize = 16;

/// A scenario and the points at which it is simulated.
struct Job {
    scenario: Scenario,
    design: Design,
    options: Options,
}

/// Does what the arguments say.
pub(super) fn run(args: &SensitivityArgs, arguments: &[OsString]) -> Result<(), Error> {
    let screen = Screen::new(args.common.quiet);
    let guard = Guard::new(args.common.memory, INTERRUPTED);
    let loading = args.clone();
    let job = Arc::new(guard.run(move || load(&loading))??);
    screen.remarks(&job.scenario);
    let name = &job.scenario.name;
    let folder = folder_of(args.output.as_ref(), name, "sensitivity");
    if args.dry_run {
        return dry_run(&described(&job, &folder), (&folder, name), args.force);
    }
    let threads = Arc::new(started(args.common.threads, &screen)?);
    guard.share(threads.use_caller());
    let folder = ResultFolder::open(folder, name, args.force)?;
    screen.notes(folder.replaced(&job.scenario.path, job.scenario.replications));
    let began = manifest::now();
    let progress = Counted::new(job.replications(), guard.stop(), screen.progress_way());
    let progress = Arc::new(progress);
    let gathered = {
        let (job, threads, progress) = (
            Arc::clone(&job),
            Arc::clone(&threads),
            Arc::clone(&progress),
        );
        guard.run(move || gathered(&job, &threads, &progress))
    };
    let wall_time = progress.finish();
    let gathered = gathered??;
    let inputs = manifest::inputs(&job.scenario, false, None);
    let made_with = (&*threads, arguments);
    let manifest = Manifest::new((&job.scenario, &inputs), made_with, (began, wall_time));
    let about = told_of(&manifest, &job.command(args));
    let told = guard.run(move || told(&gathered, &about))?;
    put(told, folder, &manifest)
}

/// Loads the file, and checks each of its uncertain keys alone at each of its values. Refused where nothing is uncertain.
fn load(args: &SensitivityArgs) -> Result<Job, Error> {
    let options = args.options();
    let template = Template::open(&Disk, &args.file, options.clone())?;
    let mut scenario = template.scenario()?;
    if scenario.uncertain.is_empty() {
        return Err(Error::refused(
            Place::File(args.file.clone()),
            "nothing is uncertain in the scenario",
            "write a low and a high value of each key that is, such as `[uncertain]` with `\"cluster.gpu.boot\" = [\"70%\", \"150%\"]`",
        ));
    }
    // A fixed number of replications makes points comparable.
    scenario.precision = None;
    scenario.goals.goal.get_or_insert_default();
    let counts = Counts {
        trajectories: args.trajectories,
        samples: args.samples,
    };
    let design = Design::new(scenario.uncertain.clone(), counts, scenario.seed);
    let problems = refused(&template, &design)?;
    if problems.is_empty() {
        Ok(Job {
            scenario,
            design,
            options,
        })
    } else {
        Err(Error::Refused(problems))
    }
}

/// What is wrong with the first value of each key that is refused.
fn refused(template: &Template<'_>, design: &Design) -> Result<Vec<Problem>, Error> {
    let mut problems: Vec<Problem> = Vec::new();
    let mut before = None;
    for point in design.alone() {
        let key = point.iter().position(Option::is_some);
        if key == before {
            continue;
        }
        match template.at(&point) {
            Ok(_) => {}
            Err(Error::Refused(more)) => {
                before = key;
                let known = problems.len();
                problems.extend(more);
                let mut new = problems.split_off(known);
                new.retain(|problem| !problems.contains(problem));
                problems.append(&mut new);
            }
            Err(other) => return Err(other),
        }
    }
    Ok(problems)
}

/// Simulates the scenario at all points, some at a time, and keeps of each what is wanted of it.
fn gathered(job: &Job, threads: &Threads, progress: &Counted) -> Result<Gathered, Error> {
    let goal = job.scenario.goals.goal.clone().unwrap_or_default();
    let mut gathered = Gathered::new(job.design.clone(), goal);
    let template = Template::open(&Disk, &job.scenario.path, job.options.clone())?;
    for points in job.design.points().chunks(AT_ONCE) {
        let scenarios = points.iter().map(|point| {
            let mut scenario = template.at(point)?;
            scenario.goals.clone_from(&job.scenario.goals);
            Ok(scenario)
        });
        let scenarios = scenarios.collect::<Result<Vec<Scenario>, Error>>()?;
        for study in threads.run(&scenarios, Keep::default(), progress)? {
            gathered.take(study);
        }
    }
    Ok(gathered)
}

fn told(gathered: &Gathered, about: &About) -> Told {
    let of = Sensitivity::of(gathered).expect("there is a point as stated");
    let tables = sensitivity::NAMES.into_iter().zip(sensitivity::tables(&of));
    let charts = Vec::from_iter(sensitivity::chart(&of));
    Told {
        text: sensitivity::text(&of, Screen::width()),
        tables: tables.collect(),
        page: sensitivity::page(&of, &charts, about),
        charts,
    }
}

/// What would be simulated.
fn described(job: &Job, folder: &Path) -> String {
    let Job {
        scenario, design, ..
    } = job;
    let inputs = design.uncertain();
    let count = counted(inputs.len(), "input");
    let mut text = format!("{}: {count}\n", scenario.name);
    for input in inputs {
        let between = match (input.steps, input.values.len()) {
            (None, _) => "any value between",
            (Some(_), 2) => "any whole number between, or one of both",
            (Some(_), _) => "one of them",
        };
        let _ = writeln!(
            text,
            "  {}: {} ({between})",
            input.key,
            input.values.join(", ")
        );
    }
    let _ = writeln!(
        text,
        "  {} x {} x {}: {} replications in all\n  results would go to {}",
        counted(design.count(), "point"),
        counted(scenario.variants.len(), "variant"),
        counted(scenario.replications as usize, "replication"),
        grouped(job.replications() as f64, 0),
        folder.display()
    );
    text
}

impl Job {
    /// The command that makes the same results again.
    fn command(&self, args: &SensitivityArgs) -> String {
        let mut flags = chosen(&self.scenario);
        flags.push(("--replications", self.scenario.replications.to_string()));
        flags.push(("--samples", args.samples.to_string()));
        flags.push(("--trajectories", args.trajectories.to_string()));
        command("sensitivity", &self.scenario, &flags)
    }

    /// Replications of all variants at all points.
    fn replications(&self) -> u64 {
        let each = u64::from(self.scenario.replications) * self.scenario.variants.len() as u64;
        each * self.design.count() as u64
    }
}
