//! Which shard: the flag says so, or a variable that an engine sets for each of its tasks.

use std::env;

use crate::error::{Error, Place};

/// Variables with the number of a task: our own, of Slurm's arrays and of Kubernetes' indexed jobs.
const VARIABLES: [&str; 3] = [
    "SIMULATE_SHARD",
    "SLURM_ARRAY_TASK_ID",
    "JOB_COMPLETION_INDEX",
];

/// The number of the shard to simulate. The number of shards is the plan's: an engine that runs a part of its tasks again
/// says that there are fewer.
pub(super) fn index(flag: Option<usize>, shards: usize) -> Result<usize, Error> {
    let (said_by, index) = match flag {
        Some(index) => (format!("--index {index}"), index),
        None => of_environment()?,
    };
    if index < shards {
        return Ok(index);
    }
    Err(Error::refused(
        Place::Flag(said_by),
        format!("there is no shard {index}: the plan has {shards}"),
        format!("write a number from 0 to {}", shards - 1),
    ))
}

/// What the environment says, as it is there and as a number.
fn of_environment() -> Result<(String, usize), Error> {
    let mut found: Option<(String, usize)> = None;
    for name in VARIABLES {
        let Some(text) = env::var(name).ok().filter(|text| !text.trim().is_empty()) else {
            continue;
        };
        let said = format!("{name}={text}");
        let Ok(index) = text.trim().parse() else {
            let help = "write a whole number from 0 on";
            let message = "this is not the number of a shard".to_owned();
            return Err(Error::refused(Place::Flag(said), message, help));
        };
        match &found {
            Some((other, known)) if *known != index => {
                let message = format!("`{other}` names another shard");
                let help = "unset one of them, or write `--index I`";
                return Err(Error::refused(Place::Flag(said), message, help));
            }
            _ => found = Some((said, index)),
        }
    }
    found.ok_or_else(|| {
        Error::refused(
            Place::Flag("--index".to_owned()),
            "nothing says which shard to simulate".to_owned(),
            format!("write `--index I`, or set {}", VARIABLES.join(" or ")),
        )
    })
}
