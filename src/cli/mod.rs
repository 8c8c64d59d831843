//! The command line: flags in, table and files out, exit code. The only caller of the wall clock, stdout and stderr.

mod args;
mod break_even;
mod catalog;
mod clock;
mod common_args;
mod compare;
mod counted;
mod defaults;
mod dry_run;
mod estimate;
mod explain;
mod flag_values;
mod folder;
mod guard;
mod handbook;
mod init;
mod loaded;
mod manifest;
mod memory;
mod optimize;
mod outcome;
mod pages;
mod points_folder;
mod precise;
mod progress;
mod readings;
mod rendered;
mod report;
mod report_args;
mod schema;
mod screen;
mod sensitivity;
mod shards;
mod shell;
mod stages;
mod study_args;
mod table_args;
mod tenths;
mod users;
mod verbs;
mod warm_up;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::error::ErrorKind;
use jiff::Timestamp;

pub use args::{Args, Verb};
pub use break_even::BreakEvenArgs;
pub use catalog::CatalogArgs;
pub use common_args::CommonArgs;
pub use compare::CompareArgs;
pub use explain::ExplainArgs;
pub use flag_values::{ChargePeriod, FurtherReport};
pub use optimize::OptimizeArgs;
pub use report_args::ReportArgs;
pub use schema::SchemaArgs;
pub use sensitivity::SensitivityArgs;
pub use shards::{MergeArgs, PlanArgs, ShardArgs, SubmitArgs, WholeArgs};
pub use study_args::StudyArgs;
pub use table_args::{Asked, TableArgs, TableFormat};
pub use warm_up::WarmUpArgs;

use crate::error::{Error, Place, Problem};
use crate::results::Recorded;
use crate::scenario::Scenario;
use crate::stored::Inputs;
use crate::study::{self, Keep, Threads};
use crate::study_results::StudyResults;
use clock::Clock;
use estimate::Study;
use folder::{ResultFolder, Rows};
use guard::{Fill, Guard};
use manifest::Manifest;
use outcome::Outcome;
use progress::Progress;
use rendered::{Rendered, Wanted};
use screen::Screen;

/// Done.
const DONE: u8 = 0;
/// Could not finish.
const FAILED: u8 = 1;
/// File or flags refused.
const REFUSED: u8 = 2;
/// Thresholds of the scenario, or limits on changes, are crossed.
const CROSSED: u8 = 3;
/// Shards are missing.
const INCOMPLETE: u8 = 4;
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
            let lacks = error.kind() == ErrorKind::MissingRequiredArgument;
            if lacks && TableArgs::are_asked_for(&arguments) && TableArgs::list().is_ok() {
                return ExitCode::from(DONE);
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
    let done = |()| Outcome::Done;
    let done = match &args.verb {
        Some(Verb::BreakEven(args)) => break_even::run(args, &arguments).map(done),
        Some(Verb::Catalog(args)) => catalog::run(args).map(done),
        Some(Verb::Compare(args)) => compare::run(args),
        Some(Verb::Completions(args)) => handbook::completions(args).map(done),
        Some(Verb::Explain(args)) => explain::run(args).map(done),
        Some(Verb::Init(args)) => init::run(args).map(done),
        Some(Verb::Man(args)) => handbook::man(args).map(done),
        Some(Verb::Merge(args)) => shards::merge(args),
        Some(Verb::Optimize(args)) => optimize::run(args, &arguments).map(done),
        Some(Verb::Plan(args)) => shards::make(args).map(done),
        Some(Verb::Report(args)) => report::run(args),
        Some(Verb::Schema(args)) => schema::run(args).map(done),
        Some(Verb::Sensitivity(args)) => sensitivity::run(args, &arguments).map(done),
        Some(Verb::Shard(args)) => shards::shard(args).map(done),
        Some(Verb::Submit(args)) => shards::submit(args, &arguments),
        Some(Verb::WarmUp(args)) => warm_up::run(args, &arguments).map(done),
        None => execute(&args, &arguments, &Screen::new(args.common.quiet)),
    };
    let code = match done {
        Ok(Outcome::Done) => DONE,
        Ok(Outcome::Crossed) => CROSSED,
        Err(error) => {
            Screen::error(&error, args.undone(&error));
            match error {
                Error::Refused(_) => REFUSED,
                Error::Io { .. } | Error::Endless { .. } => FAILED,
                Error::Incomplete { .. } => INCOMPLETE,
                Error::Interrupted => INTERRUPTED,
            }
        }
    };
    ExitCode::from(code)
}

fn execute(args: &Args, arguments: &[OsString], screen: &Screen) -> Result<Outcome, Error> {
    if args.table.helps()? {
        return Ok(Outcome::Done);
    }
    args.table.check(args.files.len())?;
    let guard = Guard::new(args.common.memory, INTERRUPTED);
    let loading = args.clone();
    let began = Clock::start();
    let scenarios = Arc::new(guard.run(move || load(&loading))??);
    let loaded = began.seconds();
    if !args.dry_run && pages::are_worth_it(&args.files, &scenarios) {
        pages::start_again(arguments);
    }
    let folders = folders(args, &scenarios);
    for scenario in scenarios.iter() {
        screen.remarks(scenario);
        screen.levels(scenario, study::most_levels(scenario));
    }
    if args.dry_run {
        describe(args, &scenarios, folders, &guard)?;
        return Ok(Outcome::Done);
    }
    let threads = Arc::new(started(args.common.threads, screen)?);
    guard.share(threads.use_caller());
    if args.estimate {
        let study = Study {
            args,
            scenarios,
            threads,
            loaded,
        };
        estimate::run(&study, (&folders, arguments), &guard)?;
        return Ok(Outcome::Done);
    }
    let jobs = opened(args, &scenarios, folders)?;
    for (job, scenario) in jobs.iter().zip(scenarios.iter()) {
        let count = job.inputs.replications;
        screen.notes(job.folder.replaced(&scenario.path, count));
    }
    let rows: Vec<Arc<Rows>> = jobs.iter().map(|job| Arc::clone(&job.rows)).collect();
    if args.resume {
        screen.resumed(&rows);
    }
    let keep = args.study.keep();
    let wanted = Wanted {
        view: args.table.view(),
        xlsx: args.study.xlsx,
        brief: args.report.is_some(),
    };
    let done =
        simulate((keep, &scenarios), &rows, &threads, (&guard, screen)).and_then(|simulated| {
            write(
                simulated,
                jobs,
                (&wanted, arguments),
                (&threads, &guard, screen),
            )
        });
    if done.is_err() {
        screen.kept(&rows);
    }
    done
}

/// A scenario and where its results go.
struct Job {
    scenarios: Arc<Vec<Scenario>>,
    position: usize,
    inputs: Inputs,
    folder: ResultFolder,
    rows: Arc<Rows>,
}

/// Opens the folders of all scenarios, then begins to keep what is simulated in them.
fn opened(
    args: &Args,
    scenarios: &Arc<Vec<Scenario>>,
    paths: Vec<PathBuf>,
) -> Result<Vec<Job>, Error> {
    let mut folders = Vec::new();
    for (scenario, path) in scenarios.iter().zip(paths) {
        folders.push(ResultFolder::open(path, &scenario.name, args.force)?);
    }
    let mut jobs = Vec::new();
    for (position, mut folder) in folders.into_iter().enumerate() {
        let scenario = &scenarios[position];
        let inputs = manifest::inputs(scenario, args.study.runs, args.study.focus);
        let rows = folder.keep_rows(&inputs, &study::described(scenario), args.resume)?;
        rows.want(scenario.replications);
        jobs.push(Job {
            scenarios: Arc::clone(scenarios),
            position,
            inputs,
            folder,
            rows,
        });
    }
    Ok(jobs)
}

/// The results of all scenarios, when their simulation began and how long it took.
type Simulated = (Vec<StudyResults>, Timestamp, Duration);

/// Simulates all scenarios.
fn simulate(
    (keep, scenarios): (Keep, &Arc<Vec<Scenario>>),
    rows: &[Arc<Rows>],
    threads: &Arc<Threads>,
    (guard, screen): (&Guard, &Screen),
) -> Result<Simulated, Error> {
    let started = manifest::now();
    let shown = screen.progress_way();
    let progress = Arc::new(Progress::new(rows.to_vec(), guard.stop(), shown));
    let (simulated, watcher) = (Arc::clone(scenarios), Arc::clone(&progress));
    let threads = Arc::clone(threads);
    let studies = guard.run(move || precise::run(&threads, (&simulated, keep), &watcher));
    let wall_time = progress.finish();
    for rows in rows {
        rows.written()?;
    }
    Ok((studies??, started, wall_time))
}

/// Writes and shows the results of all scenarios.
fn write(
    (studies, started, wall_time): Simulated,
    jobs: Vec<Job>,
    (wanted, arguments): (&Wanted, &[OsString]),
    (threads, guard, screen): (&Arc<Threads>, &Guard, &Screen),
) -> Result<Outcome, Error> {
    let (mut before, several) = ("", jobs.len() > 1);
    let mut outcome = Outcome::Done;
    for (mut study, mut job) in studies.into_iter().zip(jobs) {
        let scenario = &job.scenarios[job.position];
        if scenario.precision.is_some() {
            let count = study.variants[0].replications.len();
            job.inputs.replications = u32::try_from(count).unwrap_or(u32::MAX);
            job.rows.settle(&job.inputs, &study);
        }
        if job.inputs.runs {
            study.recorded = Recorded::elsewhere(job.rows.clone());
        }
        let made_with = (&**threads, arguments);
        let times = (started, wall_time);
        let manifest = Manifest::new((scenario, &job.inputs), made_with, times);
        let manifest = manifest.before_files();
        let inputs = (&job.inputs, manifest);
        let study = (Arc::new(study), wanted.clone());
        let rendered = Rendered::new(study, inputs, threads, guard)?;
        let rows = job.rows;
        let results: Fill = Box::new(move |out| rows.write(out));
        let heading = if several {
            format!("{before}{}\n\n", scenario.name)
        } else {
            String::new()
        };
        let put = rendered.put(job.folder, results, &heading, (guard, screen))?;
        outcome = outcome.max(put);
        before = "\n";
    }
    Ok(outcome)
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
        Screen::print_fitted(&text)?;
        let refusal = folder::refusal(&folder, &scenarios[position].name, args.force);
        Screen::warnings(&Vec::from_iter(refusal.map(|problem| problem.to_string())));
    }
    Ok(())
}

/// Loads every file; the problems of all are reported together.
fn load(args: &Args) -> Result<Vec<Scenario>, Error> {
    let options = args.study.options();
    if let Some(problem) = verbs::mistyped(&args.files) {
        return Err(Error::Refused(vec![problem]));
    }
    let mut problems = Vec::new();
    let mut scenarios: Vec<Scenario> = Vec::new();
    for path in &args.files {
        match loaded::load(path, &options) {
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
