//! `--slurm`: an array of jobs for the shards that are missing, once more for those that are missing then, and the merge.
//!
//! Nothing is remembered: parts say what is done, and the name of the jobs says whether they go on. So the command may be
//! interrupted and called again.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use sha2::{Digest as _, Sha256};

use super::queue::{Queue, most_tasks, queued, said};
use super::script::{array, place, script, write};
use super::{SubmitArgs, text};
use crate::cli::manifest;
use crate::cli::outcome::Outcome;
use crate::cli::screen::{Screen, Way};
use crate::cli::shards::cannot_write;
use crate::cli::shards::merge::{Found, Missing, Spans, Whole, numbers};
use crate::cli::shards::numbers::ranges;
use crate::cli::shell::quoted;
use crate::error::{Error, Place};

const TEMPLATE: &str = "{wide_bar} {pos}/{len} shards, {msg}";
/// From one look at the queue to the next: the first, and the longest, to which each is twice the last.
const LOOKS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(10));
/// From one look at whether the user interrupts to the next.
const BLINK: Duration = Duration::from_millis(50);
/// Failures of `squeue` in a row, after which it is told.
const FAILURES: u32 = 3;
/// Digits of the hash in the name of the jobs.
const SHORT: usize = 12;

/// A plan whose shards Slurm simulates.
struct Jobs<'a> {
    args: &'a SubmitArgs,
    whole: &'a Whole<'a>,
    /// The script.
    script: PathBuf,
    /// Name of the jobs, which no other plan and no other folder of parts has.
    name: String,
}

/// Submits, waits and merges.
pub(super) fn run(
    args: &SubmitArgs,
    whole: Whole<'_>,
    program: Option<&OsString>,
) -> Result<Outcome, Error> {
    let jobs = Jobs {
        args,
        whole: &whole,
        script: place(&args.whole.plan),
        name: name(&whole)?,
    };
    let parts = match whole.check()? {
        Found::All(parts) => {
            let screen = &whole.screen;
            screen.note("all shards are done: nothing is submitted");
            parts
        }
        Found::Missing(missing) => {
            let text = script(args, whole.plan.shards, &called(program)?)?;
            if !args.write_only {
                jobs.refuse_too_many(&missing)?;
            }
            write(&jobs.script, &text)?;
            jobs.make_folder()?;
            if args.write_only {
                jobs.print(&missing)?;
                return Ok(Outcome::Done);
            }
            jobs.completed(missing)?
        }
    };
    if args.write_only {
        return Ok(Outcome::Done);
    }
    whole.write(&parts)
}

/// The program as the jobs call it: by its name where it is on the path, else by its whole path.
fn called(program: Option<&OsString>) -> Result<String, Error> {
    let program = Path::new(program.map_or(OsStr::new("simulate"), OsString::as_os_str));
    if program.components().count() == 1 && program.is_relative() {
        return text(program).map(str::to_owned);
    }
    let whole = std::path::absolute(program).unwrap_or_else(|_| program.to_owned());
    text(&whole).map(str::to_owned)
}

/// The name of the jobs that make these parts.
fn name(whole: &Whole<'_>) -> Result<String, Error> {
    let parts = whole.args.parts();
    let folder = parts
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    // A plan has one name, also where links lead to it.
    let folder = fs::canonicalize(folder).or_else(|_| std::path::absolute(folder));
    let folder = folder.map_err(|source| cannot_write(&parts, source))?;
    let parts = folder.join(parts.file_name().unwrap_or_default());
    let place = parts.join(whole.plan.part_name(0));
    let digits = manifest::digits(Sha256::new_with_prefix(text(&place)?));
    Ok(format!("simulate-{}", &digits[..SHORT]))
}

impl Jobs<'_> {
    /// The arguments of sbatch.
    fn arguments(&self, missing: &[Missing]) -> Vec<OsString> {
        let numbers = array(&ranges(&numbers(missing)), self.args);
        let options = [
            format!("--job-name={}", self.name),
            format!("--array={numbers}"),
        ];
        let options = options.map(OsString::from).into_iter();
        options.chain([self.script.clone().into()]).collect()
    }

    /// Prints the command that submits.
    fn print(&self, missing: &[Missing]) -> Result<(), Error> {
        let arguments = self.arguments(missing);
        let words = arguments.iter().map(|word| word.to_string_lossy());
        let words: Vec<String> = words.map(|word| quoted(&word).into_owned()).collect();
        Screen::print(&format!("sbatch {}\n", words.join(" ")))?;
        let Whole { args, screen, .. } = self.whole;
        screen.note(&format!("then `simulate merge {}`", args.named()));
        Ok(())
    }

    /// Refuses numbers that no array of this cluster has.
    fn refuse_too_many(&self, missing: &[Missing]) -> Result<(), Error> {
        let most = most_tasks()?;
        let highest = missing.last().map_or(0, |shard| shard.index);
        if highest < most {
            return Ok(());
        }
        let message = format!(
            "an array of this cluster has numbers below {most} (`MaxArraySize`), and shard {highest} is missing"
        );
        let help = format!("make the plan again with at most {most} shards: `--shards {most}`");
        let plan = self.whole.args.plan.clone();
        Err(Error::refused(Place::File(plan), message, help))
    }

    /// Slurm makes no folder for logs.
    fn make_folder(&self) -> Result<(), Error> {
        let parts = self.whole.args.parts();
        fs::create_dir_all(&parts).map_err(|source| cannot_write(&parts, source))
    }

    /// Has the shards simulated until none is missing.
    fn completed(&self, mut missing: Vec<Missing>) -> Result<Vec<Spans>, Error> {
        let screen = &self.whole.screen;
        if let Some(job) = queued(&self.name)?.job {
            screen.note(&format!("job {job} of an earlier command goes on"));
            match self.found_after(&job, &missing)? {
                Found::All(parts) => return Ok(parts),
                Found::Missing(still) => missing = still,
            }
        }
        for _ in 0..self.args.tries {
            let job = self.submit(&missing)?;
            match self.found_after(&job, &missing)? {
                Found::All(parts) => return Ok(parts),
                Found::Missing(still) => missing = still,
            }
        }
        Err(self.given_up(missing))
    }

    /// Submits shards; the number of their job.
    fn submit(&self, missing: &[Missing]) -> Result<String, Error> {
        let (screen, guard) = (&self.whole.screen, &self.whole.guard);
        let mut arguments = self.arguments(missing);
        arguments.insert(0, "--parsable".into());
        let told = said("sbatch", arguments);
        // An interruption in the terminal ends the commands that were called as well.
        let told = told.or_else(|error| guard.outcome().and(Err(error)))?;
        let job = told.trim().split(';').next().unwrap_or_default().to_owned();
        let numbers = ranges(&numbers(missing));
        screen.note(&format!("job {job} has the shards {numbers}"));
        Ok(job)
    }

    /// What is found of all parts after the end of a job.
    fn found_after(&self, job: &str, missing: &[Missing]) -> Result<Found, Error> {
        let screen = &self.whole.screen;
        let bar = bar(missing.len(), screen.progress_way() == Way::Bar);
        let waited = self.wait(missing, &bar);
        bar.finish_and_clear();
        waited.inspect_err(|_| {
            Screen::warnings(&[format!(
                "job {job} goes on: `scancel {job}` ends it; the same command waits for it again, and shards that are done are not submitted again"
            )]);
        })?;
        // A shared file system may still tell the folder as it was.
        self.done(missing);
        let found = self.whole.check()?;
        if let Found::Missing(missing) = &found {
            let numbers = ranges(&numbers(missing));
            screen.note(&format!("job {job} has ended without the shards {numbers}"));
        }
        Ok(found)
    }

    /// Waits until no job is in the queue. Where the queue is not told, it may be told later.
    fn wait(&self, missing: &[Missing], bar: &ProgressBar) -> Result<(), Error> {
        let (mut look, mut failures) = (LOOKS.0, 0);
        loop {
            self.pause(look)?;
            look = LOOKS.1.min(look * 2);
            match queued(&self.name) {
                Ok(Queue { job: None, .. }) => return Ok(()),
                Ok(queue) => {
                    failures = 0;
                    bar.set_position(self.done(missing));
                    bar.set_message(queue.told());
                }
                Err(error) => {
                    failures += 1;
                    if failures == FAILURES {
                        Screen::warnings(&[format!("{error}; it is asked again")]);
                    }
                }
            }
        }
    }

    /// Lets time pass, unless the user interrupts.
    fn pause(&self, time: Duration) -> Result<(), Error> {
        for _ in 0..time.as_millis() / BLINK.as_millis() {
            self.whole.guard.outcome()?;
            sleep(BLINK);
        }
        self.whole.guard.outcome()
    }

    /// How many shards have a part by now. To read the folder also makes a shared file system look anew.
    fn done(&self, missing: &[Missing]) -> u64 {
        let there = fs::read_dir(self.whole.args.parts());
        let there = there.into_iter().flatten().flatten();
        let there: BTreeSet<OsString> = there.map(|entry| entry.file_name()).collect();
        let names = missing
            .iter()
            .map(|shard| self.whole.plan.part_name(shard.index));
        names
            .filter(|name| there.contains(OsStr::new(name)))
            .count() as u64
    }

    /// What is said after the last try.
    fn given_up(&self, mut missing: Vec<Missing>) -> Error {
        let parts = self.whole.args.parts();
        for Missing { index, why } in &mut missing {
            let log = parts.join(format!("shard-{index}.log"));
            *why = format!("{why}; see {}", log.display());
        }
        let help = "the logs say why; the same command submits these shards again: no results were written";
        self.whole.incomplete(&missing, help.to_owned())
    }
}

fn bar(shards: usize, is_shown: bool) -> ProgressBar {
    let target = if is_shown {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(shards as u64), target);
    let style = ProgressStyle::with_template(TEMPLATE);
    bar.with_style(style.expect("the template is valid"))
        .with_message("submitted")
}
