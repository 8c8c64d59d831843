//! `simulate merge`: the parts of all shards become the results of the whole study.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::{MergeArgs, WholeArgs};
use super::numbers::ranges;
use super::part;
use super::plan::Plan;
use crate::cli::folder::{ResultFolder, Rows};
use crate::cli::guard::Guard;
use crate::cli::outcome::Outcome;
use crate::cli::rendered::Wanted;
use crate::cli::report::cannot_read;
use crate::cli::screen::Screen;
use crate::cli::{INTERRUPTED, Job, simulate, started, write};
use crate::error::Error;
use crate::scenario::Scenario;
use crate::stored::{Fault, Span};
use crate::study::{self, Threads};

/// Where the rows of a part lie, by their positions.
pub(super) type Spans = Vec<(usize, Span)>;

/// What was found of the parts.
pub(super) enum Found {
    /// All of them.
    All(Vec<Spans>),
    /// Some are missing.
    Missing(Vec<Missing>),
}

/// A shard whose part is missing or cannot be used.
pub(super) struct Missing {
    pub(super) index: usize,
    pub(super) why: String,
}

/// Does what the arguments say.
pub(in crate::cli) fn merge(args: &MergeArgs) -> Result<Outcome, Error> {
    let whole = Whole::open(&args.whole)?;
    let missing = match whole.check()? {
        Found::All(parts) => return whole.write(&parts),
        Found::Missing(missing) => missing,
    };
    let help = format!(
        "run these commands, or a Slurm array with --array={}, then merge again: nothing was written",
        ranges(&numbers(&missing))
    );
    Err(whole.incomplete(&missing, help))
}

/// A plan whose shards are put together.
pub(super) struct Whole<'a> {
    pub(super) args: &'a WholeArgs,
    pub(super) plan: Arc<Plan>,
    pub(super) scenario: Arc<Scenario>,
    pub(super) screen: Screen,
    pub(super) guard: Guard,
    threads: Arc<Threads>,
}

impl<'a> Whole<'a> {
    /// Reads the plan, whose inputs must be as they were.
    pub(super) fn open(args: &'a WholeArgs) -> Result<Self, Error> {
        let screen = Screen::new(args.common.quiet);
        let guard = Guard::new(args.common.memory, INTERRUPTED);
        let (plan, scenario) = Plan::read(&args.plan)?.loaded(&args.plan, &guard)?;
        let threads = Arc::new(started(args.common.threads, &screen)?);
        guard.share(threads.use_caller());
        Ok(Self {
            args,
            plan,
            scenario,
            screen,
            guard,
            threads,
        })
    }

    /// Folder for the results.
    pub(super) fn output(&self) -> PathBuf {
        let stated = self.args.output.clone();
        stated.unwrap_or_else(|| PathBuf::from("output").join(&self.scenario.name))
    }

    /// Reads all parts.
    pub(super) fn check(&self) -> Result<Found, Error> {
        let (plan, threads) = (Arc::clone(&self.plan), Arc::clone(&self.threads));
        let parts = self.args.parts();
        self.guard.run(move || {
            let shards: Vec<usize> = (0..plan.shards).collect();
            let check =
                |index: &usize| part::check(&parts.join(plan.part_name(*index)), &plan, *index);
            Found::of(threads.map(&shards, check))
        })
    }

    /// Writes the results of parts of which none is missing.
    pub(super) fn write(self, parts: &[Spans]) -> Result<Outcome, Error> {
        let (screen, guard, threads) = (&self.screen, &self.guard, &self.threads);
        screen.remarks(&self.scenario);
        screen.levels(&self.scenario, study::most_levels(&self.scenario));
        let (name, from) = (&self.scenario.name, self.args.parts());
        let mut folder = ResultFolder::open(self.output(), name, self.args.force)?;
        let count = self.plan.inputs.replications;
        screen.notes(folder.replaced(&self.scenario.path, count));
        let study = study::described(&self.scenario);
        let rows = folder.keep_rows(&self.plan.inputs, &study, false)?;
        for (index, spans) in parts.iter().enumerate() {
            let place = from.join(self.plan.part_name(index));
            copy(&place, spans, &rows).map_err(cannot_read(&place))?;
        }
        rows.written()?;
        let arguments = self.arguments();
        let scenarios = Arc::new(vec![Arc::unwrap_or_clone(self.scenario)]);
        let job = Job {
            scenarios: Arc::clone(&scenarios),
            position: 0,
            inputs: self.plan.inputs.clone(),
            folder,
            rows: Arc::clone(&rows),
        };
        let keep = self.plan.flags.keep();
        let wanted = Wanted {
            xlsx: self.plan.flags.xlsx,
            ..Wanted::default()
        };
        let simulated = simulate((keep, &scenarios), &[rows], threads, (guard, screen))?;
        write(
            simulated,
            vec![job],
            (&wanted, &arguments),
            (threads, guard, screen),
        )
    }

    /// The error that names shards that are missing, with the reasons.
    pub(super) fn incomplete(&self, missing: &[Missing], help: String) -> Error {
        let shards = self.plan.shards;
        let command = format!("simulate shard {}", self.args.named());
        let line = |Missing { index, why }: &Missing| format!("{command} --index {index}  # {why}");
        Error::Incomplete {
            message: match missing.len() {
                1 => format!("1 of {shards} shards is missing"),
                count => format!("{count} of {shards} shards are missing"),
            },
            missing: missing.iter().map(line).collect(),
            help,
        }
    }

    /// The command that would have simulated the whole, for the manifest.
    fn arguments(&self) -> Vec<OsString> {
        let file = self.plan.scenario_file.clone();
        let mut arguments: Vec<OsString> = vec!["simulate".into(), file.into()];
        let flags = self.plan.flags.arguments();
        arguments.extend(flags.into_iter().map(OsString::from));
        if let Some(output) = &self.args.output {
            arguments.extend(["--output".into(), output.clone().into()]);
        }
        arguments
    }
}

impl Found {
    fn of(parts: Vec<Result<Spans, Fault>>) -> Self {
        let (mut all, mut missing) = (Vec::with_capacity(parts.len()), Vec::new());
        for (index, part) in parts.into_iter().enumerate() {
            match part {
                Ok(spans) => all.push(spans),
                Err(fault) => missing.push(Missing {
                    index,
                    why: reason(&fault),
                }),
            }
        }
        if missing.is_empty() {
            Self::All(all)
        } else {
            Self::Missing(missing)
        }
    }
}

/// The numbers of shards that are missing.
pub(super) fn numbers(missing: &[Missing]) -> Vec<usize> {
    missing.iter().map(|shard| shard.index).collect()
}

fn reason(fault: &Fault) -> String {
    match fault {
        Fault::Io(error) if error.kind() == io::ErrorKind::NotFound => {
            "its part was not found".to_owned()
        }
        fault => format!("its part cannot be used: {fault}"),
    }
}

/// Copies the rows of a part. What goes wrong with writing shows in [`Rows::written`].
fn copy(part: &Path, spans: &[(usize, Span)], rows: &Rows) -> io::Result<()> {
    let mut file = File::open(part)?;
    for (position, span) in spans {
        rows.adopt(*position, &span.read(&mut file)?);
    }
    Ok(())
}
