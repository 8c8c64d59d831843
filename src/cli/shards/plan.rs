//! The plan: all that decides a byte of the results, and how many shards there are.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::{PlanArgs, cannot_write, replace};
use crate::cli::guard::Guard;
use crate::cli::screen::Screen;
use crate::cli::shell::quoted_path;
use crate::cli::study_args::StudyArgs;
use crate::cli::{INTERRUPTED, loaded, manifest};
use crate::error::{Error, Place, Problem};
use crate::scenario::Scenario;
use crate::stored::Inputs;

/// What a plan says it is.
const FORMAT: &str = "autoscale-simulator plan";
/// Version of the format.
const VERSION: u32 = 1;
/// Digits of the hash in the names of parts.
const SHORT: usize = 16;

/// How a study is divided.
#[derive(Serialize, Deserialize)]
pub(super) struct Plan {
    format: String,
    format_version: u32,
    /// Of the inputs.
    hash: String,
    pub(super) shards: usize,
    /// As it was named: from the folder in which the command was called, unless it is absolute.
    pub(super) scenario_file: PathBuf,
    pub(super) flags: StudyArgs,
    pub(super) inputs: Inputs,
}

/// What any version of a plan says of itself.
#[derive(Deserialize)]
struct Kind {
    format: String,
    format_version: u32,
}

/// Makes a plan.
pub(in crate::cli) fn make(args: &PlanArgs) -> Result<(), Error> {
    let screen = Screen::new(args.quiet);
    let guard = Guard::new(None, INTERRUPTED);
    if args.output.exists() && !is_plan(&args.output) {
        let message = "it is something other than a plan".to_owned();
        let help = "choose another name with `--output PLAN`";
        return Err(Error::refused(
            Place::File(args.output.clone()),
            message,
            help,
        ));
    }
    if args.file.to_str().is_none() {
        let message = "its path is not UTF-8, and a plan can only hold UTF-8".to_owned();
        return Err(Error::refused(
            Place::File(args.file.clone()),
            message,
            "rename it",
        ));
    }
    let (file, flags) = (args.file.clone(), args.study.clone());
    let (scenario, inputs) = guard.run(move || load(&file, &flags))??;
    if scenario.precision.is_some() {
        return Err(not_fixed(&args.file));
    }
    screen.remarks(&scenario);
    let cells = scenario.variants.len() * scenario.replications as usize;
    if args.shards > cells {
        return Err(Error::refused(
            Place::Flag(format!("--shards {}", args.shards)),
            format!("the study has {cells} replications in all, and each shard needs at least one"),
            format!("write a number from 1 to {cells}"),
        ));
    }
    let plan = Plan {
        format: FORMAT.to_owned(),
        format_version: VERSION,
        hash: hash(&inputs),
        shards: args.shards,
        scenario_file: args.file.clone(),
        flags: args.study.clone(),
        inputs,
    };
    let written = plan.write(&args.output);
    written.map_err(|source| cannot_write(&args.output, source))?;
    let (name, last) = (quoted_path(&args.output), args.shards - 1);
    screen.note(&format!(
        "{cells} replications in {} shards: `simulate shard {name} --index I` for each I from 0 to {last}, then `simulate merge {name}`",
        args.shards
    ));
    Ok(())
}

impl Plan {
    /// Reads a plan that this program can follow.
    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let refuse = |message: String| {
            let help = "`simulate plan FILE -o PLAN --shards N` makes a plan";
            Error::refused(Place::File(path.to_owned()), message, help)
        };
        if path.is_dir() {
            return Err(Error::refused(
                Place::File(path.to_owned()),
                "this is a folder, not a plan",
                "give the file that `simulate plan FILE -o PLAN --shards N` wrote; what the shards wrote is found beside it",
            ));
        }
        let text = fs::read(path).map_err(|error| refuse(format!("cannot be read: {error}")))?;
        let Some(kind) = kind(&text) else {
            return Err(refuse("this file is not a plan".to_owned()));
        };
        if kind.format_version != VERSION {
            return Err(refuse(format!(
                "it has version {} of the format, and this program reads version {VERSION}",
                kind.format_version
            )));
        }
        let plan: Option<Self> = serde_json::from_slice(&text).ok();
        plan.filter(Self::is_sound)
            .ok_or_else(|| refuse("the plan was edited by hand".to_owned()))
    }

    /// Whether nobody changed what the parts depend on.
    fn is_sound(&self) -> bool {
        self.hash == hash(&self.inputs) && (1..=self.cells()).contains(&self.shards)
    }

    /// Replications of all variants.
    pub(super) fn cells(&self) -> usize {
        self.inputs.variants.len() * self.inputs.replications as usize
    }

    /// The scenario and what results of it are made of, now.
    pub(super) fn load(&self) -> Result<(Scenario, Inputs), Error> {
        load(&self.scenario_file, &self.flags)
    }

    /// Name of the part of a shard: a part of another plan has another.
    pub(super) fn part_name(&self, index: usize) -> String {
        let hash = &self.hash[..SHORT];
        format!("part-{index}-of-{}-{hash}.jsonl.gz", self.shards)
    }

    fn write(&self, path: &Path) -> io::Result<()> {
        let json = serde_json::to_string_pretty(self).map_err(io::Error::other)?;
        replace(path, format!("{json}\n").as_bytes())
    }
}

/// Shards are cut from a number of replications that is known.
fn not_fixed(file: &Path) -> Error {
    Error::Refused(vec![Problem {
        place: Place::File(file.to_owned()),
        key: Some("precision".to_owned()),
        message: "a plan needs a fixed number of replications, and `precision` finds out how many it takes".to_owned(),
        help: Some(
            "say how many with `--replications N`, which overrides `precision`, or simulate the file without a plan"
                .to_owned(),
        ),
    }])
}

fn load(file: &Path, flags: &StudyArgs) -> Result<(Scenario, Inputs), Error> {
    let scenario = loaded::load(file, &flags.options())?;
    let inputs = manifest::inputs(&scenario, flags.runs, flags.focus);
    Ok((scenario, inputs))
}

/// The checksum of all that decides a byte.
fn hash(inputs: &Inputs) -> String {
    let json = serde_json::to_vec(inputs).expect("plain values always serialize");
    manifest::digits(Sha256::new_with_prefix(json))
}

/// Whether a plan, of any version, is at a path.
fn is_plan(path: &Path) -> bool {
    fs::read(path).is_ok_and(|text| kind(&text).is_some())
}

fn kind(text: &[u8]) -> Option<Kind> {
    let kind: Kind = serde_json::from_slice(text).ok()?;
    (kind.format == FORMAT).then_some(kind)
}
