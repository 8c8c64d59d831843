//! The script of Slurm's array: it lies beside the plan, and can be submitted by hand as well.

use std::fs;
use std::path::{Path, PathBuf};

use super::{SubmitArgs, text};
use crate::cli::shards::{cannot_write, replace};
use crate::cli::shell::quoted;
use crate::error::{Error, Place};

/// How the script tells what it is.
const MARK: &str = "# Written by `simulate submit`";

/// Options of sbatch that `submit` needs for itself, with their short names.
const OURS: [(&str, &str); 7] = [
    ("--array", "-a"),
    ("--job-name", "-J"),
    ("--clusters", "-M"),
    ("--wait", "-W"),
    ("--parsable", ""),
    ("--test-only", ""),
    ("--wrap", ""),
];

/// Where the script of a plan is.
pub(super) fn place(plan: &Path) -> PathBuf {
    plan.with_extension("slurm.sh")
}

/// The numbers of an array.
pub(super) fn array(numbers: &str, args: &SubmitArgs) -> String {
    match args.at_once {
        Some(count) => format!("{numbers}%{count}"),
        None => numbers.to_owned(),
    }
}

/// Writes the script, unless something else has its name.
pub(super) fn write(place: &Path, script: &str) -> Result<(), Error> {
    let is_other = match fs::read(place) {
        Ok(earlier) => !String::from_utf8_lossy(&earlier).contains(MARK),
        Err(_) => place.exists(),
    };
    if is_other {
        let message = "it is something other than a script of `simulate submit`";
        let help = "rename it, or the plan: the script has the name of the plan";
        return Err(Error::refused(Place::File(place.to_owned()), message, help));
    }
    replace(place, script.as_bytes()).map_err(|source| cannot_write(place, source))
}

/// The text of the script, which calls the program by this name.
pub(super) fn script(args: &SubmitArgs, shards: usize, program: &str) -> Result<String, Error> {
    let (plan, parts) = (text(&args.whole.plan)?, args.whole.parts());
    let log = text(&parts)?;
    if log.contains('\\') {
        let message = "Slurm writes no log at a path with a backslash";
        return Err(Error::refused(
            Place::File(parts),
            message,
            "rename the plan or its folder",
        ));
    }
    let log = log.replace('%', "%%");
    let log = format!("{log}/shard-%a.log");
    let array = array(&format!("0-{}", shards - 1), args);
    let mut lines = vec![
        format!("--array={array}"),
        format!("--cpus-per-task={}", args.shard_cpus),
    ];
    lines.extend(args.shard_mebibytes().map(|size| format!("--mem={size}M")));
    lines.push(format!("--output={}", quoted(&log)));
    lines.extend(["--open-mode=append".to_owned(), "--requeue".to_owned()]);
    lines.extend(options(&args.options)?);
    let lines = lines.join("\n#SBATCH ");
    let (program, named) = (quoted(program), args.whole.named());
    Ok(format!(
        "#!/bin/bash\n\
         {MARK} {}: each task simulates the shard of its number.\n\
         #SBATCH {lines}\n\
         exec {program} shard {named} --threads \"$SLURM_CPUS_PER_TASK\" --quiet\n",
        quoted(plan)
    ))
}

/// Options of the user, each on a line with its value.
fn options(given: &[String]) -> Result<Vec<String>, Error> {
    let mut lines: Vec<String> = Vec::new();
    for word in given {
        refuse(word)?;
        match lines.last_mut() {
            Some(line) if !word.starts_with('-') => {
                line.push(' ');
                line.push_str(&quoted(word));
            }
            _ => lines.push(quoted(word).into_owned()),
        }
    }
    Ok(lines)
}

fn refuse(word: &str) -> Result<(), Error> {
    let name = word.split('=').next().unwrap_or_default();
    let is_ours = |(long, short): &(&str, &str)| {
        name == *long || (!short.is_empty() && !word.starts_with("--") && word.starts_with(short))
    };
    let message = if word.contains(char::is_control) {
        "an option on several lines has no place in a script"
    } else if OURS.iter().any(is_ours) {
        "`simulate submit` sets this option itself"
    } else {
        return Ok(());
    };
    let help = "leave it out, or write the script with `--write-only` and submit it yourself";
    Err(Error::refused(Place::Flag(word.to_owned()), message, help))
}
