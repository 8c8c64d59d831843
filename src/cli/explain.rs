//! `simulate explain`: simulates one replication and tells the life of one of its runs.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::flag_values::seed;
use super::guard::{Guard, Stop};
use super::loaded::load;
use super::screen::Screen;
use super::{INTERRUPTED, memory};
use crate::error::{Error, Place as ErrorPlace};
use crate::nearest::nearest;
use crate::report::life::Life;
use crate::report::wrapping::wrapped;
use crate::results::RunRecord;
use crate::scenario::{Options, Scenario, Variant};
use crate::study::{self, Keep, Place, Watcher};

const EXAMPLES: &str = "\
Examples:
  simulate explain scenarios/burst.toml --run 120
  simulate explain scenarios/burst.toml --run 120 --variant one-warm-node --replication 3
  simulate explain scenarios/quota.toml --workload large --run 0";

const AFTER: &str = "\
It simulates the replication again: use the --set and --seed of the study. The run is the one of that workload and position in runs.csv.";

/// Tell the life of one run, and what each part of its wait was for.
#[expect(
    clippy::doc_markdown,
    reason = "these sentences are the help, where backticks would be printed"
)]
#[derive(Clone, Debug, Args)]
#[command(before_help = EXAMPLES, after_help = AFTER)]
pub struct ExplainArgs {
    /// Scenario file (TOML)
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// Position of the run in its workload, from 0
    #[arg(long, value_name = "N")]
    pub run: u64,

    /// Workload of the run [default: the only one]
    #[arg(long, value_name = "NAME")]
    pub workload: Option<String>,

    /// Variant [default: the baseline]
    #[arg(long, value_name = "NAME")]
    pub variant: Option<String>,

    /// Number of the replication
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub replication: u32,

    /// Set a key of the scenario, such as cluster.gpu.max_nodes=8; repeatable
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,

    /// Seed of all random numbers, instead of the scenario's
    #[arg(long, value_name = "N", value_parser = seed)]
    pub seed: Option<u64>,

    /// Most memory to take, such as 4GB [default: three quarters of what is free; on Linux only]
    #[arg(long, value_name = "SIZE", env = "SIMULATE_MEMORY", value_parser = memory::parse)]
    pub memory: Option<u64>,
}

/// Goes on until it is told to stop.
struct Told(Arc<Stop>);

impl Watcher for Told {
    fn replication_done(&self) {}

    fn go_on(&self) -> bool {
        self.0.goes_on()
    }

    fn stopped(&self, variant: &str, live: u64) {
        self.0.note(variant, live);
    }
}

/// Does what the arguments say.
pub(super) fn run(args: &ExplainArgs) -> Result<(), Error> {
    let guard = Guard::new(args.memory, INTERRUPTED);
    let (args, stop, width) = (args.clone(), guard.stop(), Screen::width());
    let text = guard.run(move || told(&args, &Told(stop), width))??;
    Screen::print(&text)
}

fn told(args: &ExplainArgs, watcher: &Told, width: usize) -> Result<String, Error> {
    let scenario = load(&args.file, &options(args))?;
    let position = variant(args, &scenario)?;
    let variant = &scenario.variants[position];
    let workload = workload(args, variant)?;
    let place = Place {
        scenario: 0,
        variant: position,
        replication: args.replication,
    };
    let keep = Keep {
        records: true,
        ..Keep::default()
    };
    let result = study::one(&scenario, place, (keep, 1), watcher)?.result;
    let of_workload = |run: &&RunRecord| run.workload as usize == workload;
    let run = result
        .runs
        .iter()
        .filter(of_workload)
        .find(|run| run.position == args.run);
    let name = &variant.settings.workloads[workload].name;
    let run = run.ok_or_else(|| {
        let count = result.runs.iter().filter(of_workload).count();
        no_run(args, name, count)
    })?;
    let wall_clock = |at| {
        let local = variant.calendar.local(at);
        local.strftime("%a %F %H:%M:%S").to_string()
    };
    let life = Life {
        run,
        leases: &result.leases,
        target: &variant.settings.targets[run.target as usize].name,
        wall_clock: &wall_clock,
    };
    let head = format!(
        "Run {} of `{name}`, variant `{}`, replication {}, seed {}",
        args.run, variant.name, args.replication, scenario.seed
    );
    Ok(format!("{}\n\n{}", wrapped(&head, width), life.text(width)))
}

fn options(args: &ExplainArgs) -> Options {
    Options {
        set: args.set.clone(),
        variants: args.variant.iter().cloned().collect(),
        seed: args.seed,
        ..Options::default()
    }
}

/// The position of the variant.
fn variant(args: &ExplainArgs, scenario: &Scenario) -> Result<usize, Error> {
    match (&args.variant, &scenario.variants[..]) {
        (None, _) => Ok(scenario.baseline),
        (Some(_), [_]) => Ok(0),
        (Some(name), several) => {
            let names = several.iter().map(|of| of.name.as_str());
            Err(refused(
                &format!("--variant {name}"),
                format!("{} variants have this name", several.len()),
                format!("write one in full: {}", quoted(names)),
            ))
        }
    }
}

/// The position of the workload.
fn workload(args: &ExplainArgs, variant: &Variant) -> Result<usize, Error> {
    let names = variant.settings.workloads.iter();
    let names: Vec<&str> = names.map(|of| of.name.as_str()).collect();
    let Some(wanted) = &args.workload else {
        return match &names[..] {
            [] => Err(refused(
                "--run",
                format!("`{}` has no runs", variant.name),
                "requests to services are not told one by one".to_owned(),
            )),
            [_] => Ok(0),
            several => Err(refused(
                "--run",
                "there are several workloads".to_owned(),
                format!("add `--workload NAME`: {}", quoted(several.iter().copied())),
            )),
        };
    };
    let found = names.iter().position(|name| name == wanted);
    found.ok_or_else(|| {
        let near = nearest(wanted, names.iter().copied(), 1);
        let help = match near.first() {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the workloads are {}", quoted(names.iter().copied())),
        };
        let flag = format!("--workload {wanted}");
        refused(&flag, format!("there is no workload `{wanted}`"), help)
    })
}

fn no_run(args: &ExplainArgs, workload: &str, count: usize) -> Error {
    let flag = format!("--run {}", args.run);
    let replication = args.replication;
    let message = format!("replication {replication} has {count} runs of `{workload}`");
    let help = match count.checked_sub(1) {
        Some(last) => format!("write a position from 0 to {last}"),
        None => "choose another replication or workload".to_owned(),
    };
    refused(&flag, message, help)
}

fn refused(flag: &str, message: String, help: String) -> Error {
    Error::refused(ErrorPlace::Flag(flag.to_owned()), message, help)
}

fn quoted<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
