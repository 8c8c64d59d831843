//! The command line: flags in, table and files out, exit code. The only caller of the wall clock, stdout and stderr.

mod args;
mod catalog;
mod defaults;
mod dry_run;
mod folder;
mod guard;
mod manifest;
mod memory;
mod pages;
mod progress;
mod readings;
mod schema;
mod screen;
mod users;
mod verbs;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

pub use args::{Args, ChargePeriod, Verb};
pub use catalog::CatalogArgs;
pub use schema::SchemaArgs;

use crate::calendar::UtcPeriod;
use crate::error::{Error, Place, Problem};
use crate::report::charts::Chart;
use crate::report::pictures::PICTURES;
use crate::report::{FILES, FOCUS, ReportFile};
use crate::report::{terminal::terminal, warnings::warnings};
use crate::scenario::{self, Options, Scenario};
use crate::study::{self, Keep, Threads};
use crate::study_results::StudyResults;
use folder::ResultFolder;
use guard::Guard;
use manifest::Manifest;
use progress::Progress;
use screen::Screen;

/// Done.
const DONE: u8 = 0;
/// Could not finish.
const FAILED: u8 = 1;
/// File or flags refused.
const REFUSED: u8 = 2;
/// Interrupted.
const INTERRUPTED: u8 = 130;

/// What is said of a refusal.
const NOT_SIMULATED: &str = "nothing was simulated";

/// Runs the command with these arguments, the program's name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let args = match Args::read(&arguments) {
        Ok(args) => args,
        Err(error) => {
            if let Some(problem) = arguments.get(1).and_then(verbs::mistyped_first) {
                Screen::error(&Error::Refused(vec![problem]), NOT_SIMULATED);
                return ExitCode::from(REFUSED);
            }
            if error.use_stderr() {
                Screen::flags(&error);
                return ExitCode::from(REFUSED);
            }
            // A closed pipe is not worth an error: `simulate --help | head`.
            let _ = error.print();
            return ExitCode::from(DONE);
        }
    };
    let done = match &args.verb {
        Some(Verb::Catalog(args)) => catalog::run(args),
        Some(Verb::Schema(args)) => schema::run(args),
        None => execute(&args, &arguments, &Screen::new(args.quiet)),
    };
    let code = match done {
        Ok(()) => DONE,
        Err(error) => {
            let nothing = match &args.verb {
                Some(Verb::Catalog(_)) => "nothing was listed",
                Some(Verb::Schema(_)) => "nothing was explained",
                None => NOT_SIMULATED,
            };
            Screen::error(&error, nothing);
            match error {
                Error::Refused(_) => REFUSED,
                Error::Io { .. } | Error::Endless { .. } => FAILED,
                Error::Interrupted => INTERRUPTED,
            }
        }
    };
    ExitCode::from(code)
}

fn execute(args: &Args, arguments: &[OsString], screen: &Screen) -> Result<(), Error> {
    if !args.dry_run {
        pages::start_again(arguments);
    }
    let guard = Guard::new(args.memory, INTERRUPTED);
    let loading = args.clone();
    let scenarios = Arc::new(guard.run(move || load(&loading))??);
    let folders = folders(args, &scenarios);
    for scenario in scenarios.iter() {
        screen.remarks(scenario);
    }
    if args.dry_run {
        return describe(args, &scenarios, folders, &guard);
    }
    let threads = Arc::new(started(args.threads, screen)?);
    guard.share(threads.use_caller());
    let mut opened = Vec::new();
    for (scenario, path) in scenarios.iter().zip(folders) {
        opened.push(ResultFolder::open(path, &scenario.name, args.force)?);
    }
    let started = manifest::now();
    let (studies, wall_time) = simulate((args, &scenarios), &threads, &guard, screen)?;
    let mut separator = "";
    for ((position, study), folder) in studies.into_iter().enumerate().zip(opened) {
        let study = Arc::new(study);
        let results = (Arc::clone(&scenarios), position, Arc::clone(&study));
        let (threads, arguments) = (Arc::clone(&threads), arguments.to_vec());
        let report = guard.run(move || {
            let (scenarios, position, study) = results;
            let times = (started, wall_time);
            Report::new(&scenarios[position], &study, (&threads, &arguments), times)
        })?;
        let (charts, manifest) = (report.charts, report.manifest);
        let written = folder.write(&study, &files(args, &study), &charts, manifest, &guard)?;
        let table = report.table;
        if scenarios.len() > 1 {
            let name = &scenarios[position].name;
            Screen::print(&format!("{separator}{name}\n\n{table}"))?;
            separator = "\n";
        } else {
            Screen::print(&table)?;
        }
        Screen::warnings(&report.warnings);
        screen.note(&written);
    }
    Ok(())
}

/// Simulates all scenarios; also the time that took.
fn simulate(
    (args, scenarios): (&Args, &Arc<Vec<Scenario>>),
    threads: &Arc<Threads>,
    guard: &Guard,
    screen: &Screen,
) -> Result<(Vec<StudyResults>, Duration), Error> {
    let progress = Arc::new(Progress::new(
        study::replications(scenarios),
        guard.stop(),
        screen.shows_progress(),
    ));
    let keep = Keep {
        records: args.runs,
        timelines: true,
        periods: args.focus.map(|period| match period {
            ChargePeriod::Day => UtcPeriod::Day,
            ChargePeriod::Month => UtcPeriod::Month,
        }),
    };
    let (simulated, watcher) = (Arc::clone(scenarios), Arc::clone(&progress));
    let threads = Arc::clone(threads);
    let studies = guard.run(move || threads.run(&simulated, keep, &*watcher));
    let wall_time = progress.finish();
    Ok((studies??, wall_time))
}

/// What is made of a study beside its files.
struct Report {
    manifest: Manifest,
    charts: Vec<Chart>,
    table: String,
    warnings: Vec<String>,
}

impl Report {
    fn new(
        scenario: &Scenario,
        study: &StudyResults,
        (threads, arguments): (&Threads, &[OsString]),
        (started, wall_time): (Timestamp, Duration),
    ) -> Self {
        let drawn = threads.map(PICTURES, |picture| (picture.draw)(study));
        Self {
            manifest: Manifest::new(scenario, threads, arguments, started, wall_time),
            charts: drawn.into_iter().flatten().collect(),
            table: terminal(study, Screen::width()),
            warnings: warnings(study),
        }
    }
}

/// The threads that are asked for, or fewer with a word about it: results do not depend on them.
fn started(wanted: Option<usize>, screen: &Screen) -> Result<Threads, Error> {
    let threads = Threads::start(wanted)?;
    let count = threads.count();
    if wanted.is_some_and(|wanted| wanted > count) {
        let were = if count == 1 { "was" } else { "were" };
        screen.note(&format!(
            "note: {count} of {} threads {were} started: {}",
            wanted.unwrap_or_default(),
            study::WHY_NO_MORE
        ));
    }
    Ok(threads)
}

/// The files that are asked for.
fn files(args: &Args, study: &StudyResults) -> Vec<&'static ReportFile> {
    let plain = FILES
        .iter()
        .filter(|file| file.is_written(study, args.runs));
    plain.chain(args.focus.map(|_| FOCUS)).collect()
}

/// Prints what would run, with what would be in the way.
fn describe(
    args: &Args,
    scenarios: &Arc<Vec<Scenario>>,
    folders: Vec<PathBuf>,
    guard: &Guard,
) -> Result<(), Error> {
    for (position, folder) in folders.into_iter().enumerate() {
        let described = (Arc::clone(scenarios), folder.clone());
        let text = guard.run(move || dry_run::describe(&described.0[position], &described.1))?;
        Screen::print(&text)?;
        let refusal = folder::refusal(&folder, &scenarios[position].name, args.force);
        Screen::warnings(&Vec::from_iter(refusal.map(|problem| problem.to_string())));
    }
    Ok(())
}

/// Loads every file; the problems of all are reported together.
fn load(args: &Args) -> Result<Vec<Scenario>, Error> {
    let options = Options {
        set: args.set.clone(),
        variants: args.variant.clone(),
        seed: args.seed,
        replications: args.replications,
    };
    if let Some(problem) = verbs::mistyped(&args.files) {
        return Err(Error::Refused(vec![problem]));
    }
    let mut problems = Vec::new();
    let mut scenarios: Vec<Scenario> = Vec::new();
    for path in &args.files {
        match scenario::load(path, &options) {
            Ok(scenario) => {
                problems.extend(same_name(&scenario, &scenarios));
                scenarios.push(scenario);
            }
            Err(Error::Refused(more)) => problems.extend(more),
            Err(other) => return Err(other),
        }
    }
    if problems.is_empty() {
        Ok(scenarios)
    } else {
        Err(Error::Refused(problems))
    }
}

fn same_name(scenario: &Scenario, others: &[Scenario]) -> Option<Problem> {
    let other = others.iter().find(|other| other.name == scenario.name)?;
    let (key, message, help) = if other.path == scenario.path {
        (None, "the file is named twice".to_owned(), "name it once")
    } else {
        let message = format!(
            "`{}` is also the name of {}",
            scenario.name,
            other.path.display()
        );
        let help = "results go to a folder of that name: give one of them another `name`, or run them apart";
        (Some("name".to_owned()), message, help)
    };
    Some(Problem {
        place: Place::File(scenario.path.clone()),
        key,
        message,
        help: Some(help.to_owned()),
    })
}

/// Where the results of each scenario go.
fn folders(args: &Args, scenarios: &[Scenario]) -> Vec<PathBuf> {
    let of = |scenario: &Scenario| match &args.output {
        Some(output) if scenarios.len() == 1 => output.clone(),
        Some(output) => output.join(&scenario.name),
        None => PathBuf::from("output").join(&scenario.name),
    };
    scenarios.iter().map(of).collect()
}
