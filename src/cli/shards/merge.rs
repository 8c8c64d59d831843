//! `simulate merge`: the parts of all shards become the results of the whole study.

use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::args::parts;
use super::plan::Plan;
use super::{MergeArgs, part};
use crate::cli::folder::{ResultFolder, Rows};
use crate::cli::guard::Guard;
use crate::cli::report::cannot_read;
use crate::cli::screen::Screen;
use crate::cli::{INTERRUPTED, Job, simulate, started, write};
use crate::error::Error;
use crate::stored::{Fault, Span};
use crate::study;

/// Where the rows of each shard lie in its part, or why there are none.
type Parts = Vec<Result<Vec<(usize, Span)>, Fault>>;

/// Does what the arguments say.
pub(in crate::cli) fn merge(args: &MergeArgs) -> Result<(), Error> {
    let screen = Screen::new(args.common.quiet);
    let guard = Guard::new(args.common.memory, INTERRUPTED);
    let (plan, scenario) = Plan::read(&args.plan)?.loaded(&args.plan, &guard)?;
    let from = parts(&args.plan, args.parts.as_ref());
    let places = (0..plan.shards).map(|index| from.join(plan.part_name(index)));
    let places: Vec<PathBuf> = places.collect();
    let (checked, of) = (places.clone(), Arc::clone(&plan));
    let found = guard.run(move || {
        let checked = checked.iter().enumerate();
        let checked = checked.map(|(index, place)| part::check(place, &of, index));
        checked.collect::<Parts>()
    })?;
    let found = whole(found, args)?;
    screen.remarks(&scenario);
    screen.levels(&scenario, study::most_levels(&scenario));
    let threads = Arc::new(started(args.common.threads, &screen)?);
    guard.share(threads.use_caller());
    let output = args.output.clone();
    let output = output.unwrap_or_else(|| PathBuf::from("output").join(&scenario.name));
    let mut folder = ResultFolder::open(output, &scenario.name, args.force)?;
    let rows = folder.keep_rows(&plan.inputs, &study::described(&scenario), false)?;
    for (place, spans) in places.iter().zip(found) {
        copy(place, &spans, &rows).map_err(cannot_read(place))?;
    }
    rows.written()?;
    let scenarios = Arc::new(vec![Arc::unwrap_or_clone(scenario)]);
    let job = Job {
        scenarios: Arc::clone(&scenarios),
        position: 0,
        inputs: plan.inputs.clone(),
        folder,
        rows: Arc::clone(&rows),
    };
    let keep = plan.flags.keep();
    let simulated = simulate((keep, &scenarios), &[rows], &threads, (&guard, &screen))?;
    let arguments = arguments(&plan, args);
    write(
        simulated,
        vec![job],
        &arguments,
        (&threads, &guard, &screen),
    )
}

/// The rows of every part; the error names the shards without.
fn whole(found: Parts, args: &MergeArgs) -> Result<Vec<Vec<(usize, Span)>>, Error> {
    let shards = found.len();
    let mut whole = Vec::with_capacity(shards);
    let mut missing = Vec::new();
    for (index, part) in found.into_iter().enumerate() {
        match part {
            Ok(rows) => whole.push(rows),
            Err(fault) => missing.push((index, reason(&fault))),
        }
    }
    if missing.is_empty() {
        return Ok(whole);
    }
    let plan = args.plan.display();
    let stated = args.parts.as_ref();
    let parts = stated.map_or_else(String::new, |parts| format!(" --parts {}", parts.display()));
    let line = |(index, why): &(usize, String)| {
        format!("simulate shard {plan}{parts} --index {index}  # {why}")
    };
    let numbers: Vec<String> = missing.iter().map(|(index, _)| index.to_string()).collect();
    Err(Error::Incomplete {
        message: match missing.len() {
            1 => format!("1 of {shards} shards is missing"),
            count => format!("{count} of {shards} shards are missing"),
        },
        missing: missing.iter().map(line).collect(),
        help: format!(
            "run these commands, or a Slurm array with --array={}, then merge again: nothing was written",
            numbers.join(",")
        ),
    })
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

/// The command that would have simulated the whole, for the manifest.
fn arguments(plan: &Plan, args: &MergeArgs) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = vec!["simulate".into(), plan.scenario_file.clone().into()];
    arguments.extend(plan.flags.arguments().into_iter().map(OsString::from));
    if let Some(output) = &args.output {
        arguments.extend(["--output".into(), output.clone().into()]);
    }
    arguments
}
