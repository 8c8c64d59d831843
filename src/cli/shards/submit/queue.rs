//! Slurm's commands, and what they say.

use std::ffi::OsStr;
use std::io;
use std::process::{Command, Stdio};

use crate::error::Error;

/// The jobs of a name that have not ended.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Queue {
    /// Number of the array.
    pub(super) job: Option<String>,
    running: usize,
    waiting: usize,
    /// Why the first of those waits.
    reason: String,
}

/// Most tasks that an array may have: its numbers are lower.
pub(super) fn most_tasks() -> Result<usize, Error> {
    let config = said("scontrol", ["show", "config"])?;
    most(&config).ok_or_else(|| {
        let what = "it names no `MaxArraySize`";
        failed("scontrol show config", io::Error::other(what))
    })
}

/// The jobs of a name. Those of other users, who may have planned the same, are none.
pub(super) fn queued(name: &str) -> Result<Queue, Error> {
    let name = format!("--name={name}");
    let arguments = ["--me", "--noheader", "--array", &name, "--format=%F %T %r"];
    Ok(Queue::read(&said("squeue", arguments)?))
}

/// Runs a command of Slurm; what it prints.
pub(super) fn said<A: AsRef<OsStr>>(
    program: &str,
    arguments: impl IntoIterator<Item = A>,
) -> Result<String, Error> {
    let mut command = Command::new(program);
    let output = command.args(arguments).stdin(Stdio::null()).output();
    let output = output.map_err(|source| {
        if source.kind() != io::ErrorKind::NotFound {
            return failed(program, source);
        }
        Error::Io {
            action: format!("cannot run `{program}`"),
            source,
            help: "submit from a machine with Slurm's commands on its PATH; `--write-only` needs none of them"
                .to_owned(),
        }
    })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let told = String::from_utf8_lossy(&output.stderr);
    let told = told.replace(&format!("{program}: error: "), "");
    let why = match told.trim() {
        "" => output.status.to_string(),
        told => told.to_owned(),
    };
    Err(failed(program, io::Error::other(why)))
}

fn failed(program: &str, source: io::Error) -> Error {
    Error::Io {
        action: format!("`{program}` failed"),
        source,
        help: "nothing more was submitted; shards that are done are kept, and the same command goes on"
            .to_owned(),
    }
}

fn most(config: &str) -> Option<usize> {
    let line = config
        .lines()
        .find(|line| line.starts_with("MaxArraySize"))?;
    line.split_once('=')?.1.trim().parse().ok()
}

impl Queue {
    fn read(lines: &str) -> Self {
        let mut queue = Self::default();
        for line in lines.lines() {
            let mut words = line.trim().splitn(3, ' ');
            let (Some(job), Some(state)) = (words.next(), words.next()) else {
                continue;
            };
            queue.job.get_or_insert_with(|| job.to_owned());
            if state == "PENDING" {
                let reason = words.next().unwrap_or_default();
                if queue.waiting == 0 && reason != "None" {
                    reason.clone_into(&mut queue.reason);
                }
                queue.waiting += 1;
            } else {
                queue.running += 1;
            }
        }
        queue
    }

    /// What its jobs do.
    pub(super) fn told(&self) -> String {
        let Self {
            running, waiting, ..
        } = self;
        match (waiting, self.reason.as_str()) {
            (0, _) => format!("{running} running"),
            (_, "") => format!("{running} running, {waiting} waiting"),
            (_, reason) => format!("{running} running, {waiting} waiting ({reason})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_arrays_is_read() {
        let config = "MaxArrayTasks = 7\nMaxArraySize            = 1001\nMaxDBDMsgs = 20008\n";
        assert_eq!(most(config), Some(1001));
        assert_eq!(most("MaxArraySize = many"), None);
        assert_eq!(most(""), None);
    }

    #[test]
    fn the_queue_is_read() {
        let queue = Queue::read("12 PENDING Resources\n12 PENDING Priority\n12 RUNNING None\n");
        assert_eq!(queue.job.as_deref(), Some("12"));
        assert_eq!(queue.told(), "1 running, 2 waiting (Resources)");
        let queue = Queue::read("12 COMPLETING None\n");
        assert_eq!(queue.told(), "1 running");
        let held = Queue::read("12 PENDING launch failed requeued held\n");
        assert_eq!(
            held.told(),
            "0 running, 1 waiting (launch failed requeued held)"
        );
        assert_eq!(Queue::read("").job, None);
    }
}
