//! A study in shards: `plan` says which replications each has, `shard` simulates one and leaves a part, `merge` writes what
//! the whole study would have written, to the same bytes.
//!
//! A shard depends on the plan and its number alone. It writes its part under a temporary name, then renames it; so it may be
//! killed, repeated and run twice at the same time. Nothing is told from an engine but the number.

mod args;
mod index;
mod merge;
mod numbers;
mod part;
mod plan;
mod submit;

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::Arc;

pub use args::{MergeArgs, PlanArgs, ShardArgs, WholeArgs};
pub(super) use merge::merge;
pub(super) use plan::make;
pub use submit::SubmitArgs;
pub(super) use submit::submit;

use self::plan::Plan;
use super::guard::Guard;
use super::progress::Progress;
use super::screen::Screen;
use super::{INTERRUPTED, started};
use crate::error::{Error, Place};
use crate::scenario::Scenario;
use crate::study;

/// Simulates a shard, unless its part is there.
pub(super) fn shard(args: &ShardArgs) -> Result<(), Error> {
    let plan = Plan::read(&args.plan)?;
    let index = index::index(args.index, plan.shards)?;
    let screen = Screen::new(args.common.quiet);
    let guard = Guard::new(args.common.memory, INTERRUPTED);
    let (plan, scenario) = plan.loaded(&args.plan, &guard)?;
    let parts = args::parts(&args.plan, args.parts.as_ref());
    let place = parts.join(plan.part_name(index));
    let (looked_at, of) = (place.clone(), Arc::clone(&plan));
    let is_done = guard.run(move || part::check(&looked_at, &of, index).is_ok())?;
    let number = format!("shard {index} of {}", plan.shards);
    if is_done {
        screen.note(&format!("{number} is done: {}", place.display()));
        return Ok(());
    }
    let threads = Arc::new(started(args.common.threads, &screen)?);
    guard.share(threads.use_caller());
    let created = fs::create_dir_all(&parts);
    created.map_err(|source| cannot_write(&parts, source))?;
    let study = study::described(&scenario);
    let part = part::Unfinished::create(&place, (&plan, index), &study)?;
    let progress = Progress::new(vec![part.rows()], guard.stop(), screen.progress_way());
    let progress = Arc::new(progress);
    let (keep, watcher) = (plan.flags.keep(), Arc::clone(&progress));
    let done = guard.run(move || threads.run_part(&scenario, keep, &*watcher));
    progress.finish();
    if let Some(source) = part.rows().failure() {
        return Err(cannot_write(&place, source));
    }
    done??;
    let count = part.rows().count();
    let finished = part.finish(&place);
    finished.map_err(|source| cannot_write(&place, source))?;
    screen.note(&format!(
        "{number}: {count} replications in {}",
        place.display()
    ));
    Ok(())
}

impl Plan {
    /// The plan with its scenario, which must be what it was when the plan was made.
    fn loaded(self, path: &Path, guard: &Guard) -> Result<(Arc<Self>, Arc<Scenario>), Error> {
        let plan = Arc::new(self);
        let loading = Arc::clone(&plan);
        let (scenario, inputs) = guard.run(move || loading.load())??;
        let differences = inputs.differences(&plan.inputs);
        if differences.is_empty() {
            return Ok((plan, Arc::new(scenario)));
        }
        let message = format!(
            "the inputs have changed since the plan was made ({})",
            differences.join("; ")
        );
        let help = "restore what the plan was made of, or plan again and run all shards";
        Err(Error::refused(Place::File(path.to_owned()), message, help))
    }
}

fn cannot_write(path: &Path, source: io::Error) -> Error {
    Error::Io {
        action: format!("cannot write `{}`", path.display()),
        source,
        help: "free some space, check the permissions, or choose another place".to_owned(),
    }
}

/// A new file beside a place. Processes of other machines may have the same number.
fn temporary(place: &Path) -> io::Result<(PathBuf, File)> {
    let mut number = 0;
    loop {
        let mut name = place.as_os_str().to_owned();
        name.push(format!(".{}-{number}.tmp", process::id()));
        let mut options = OpenOptions::new();
        match options.read(true).write(true).create_new(true).open(&name) {
            Ok(file) => return Ok((name.into(), file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            Err(error) => return Err(error),
        }
    }
}

/// Puts a file in its place, in one step.
fn replace(place: &Path, bytes: &[u8]) -> io::Result<()> {
    let (name, mut file) = temporary(place)?;
    let written = file.write_all(bytes);
    let written = written.and_then(|()| file.sync_all());
    let written = written.and_then(|()| fs::rename(&name, place));
    written.inspect_err(|_| {
        let _ = fs::remove_file(&name);
    })
}
