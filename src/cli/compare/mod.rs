//! `simulate compare`: two folders of results against each other, without simulating.

mod limits;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::guard::Guard;
use super::outcome::Outcome;
use super::report::stored_study;
use super::screen::Screen;
use super::{INTERRUPTED, memory};
use crate::error::{Error, Place, Problem};
use crate::report::versus::{Format, Side, Tolerance, Unlike, Versus};
use crate::stored::Inputs;
use crate::study_results::StudyResults;

const EXAMPLES: &str = "\
Examples:
  simulate compare output/before output/after
  simulate compare output/before output/after --fail-if 'cost > +5%' --fail-if 'wait_p95 > +1m'
  simulate compare output/before output/after --fail-if 'completed < -1%' --format github";

const AFTER: &str = "\
Variants of the same name are compared, or the only variant of each. Exit code 3 says that a limit of --fail-if is exceeded.";

/// Compare two folders of results, before and after a change.
#[expect(
    clippy::doc_markdown,
    reason = "these sentences are the help, where backticks would be printed"
)]
#[derive(Clone, Debug, Args)]
#[command(before_help = EXAMPLES, after_help = AFTER)]
pub struct CompareArgs {
    /// Folder of results before the change
    #[arg(value_name = "BEFORE")]
    pub before: PathBuf,

    /// Folder of results after the change
    #[arg(value_name = "AFTER")]
    pub after: PathBuf,

    /// Limit on the change of a figure, such as 'cost > +5%', 'wait_p95 > +1m' or 'completed < -1%'; repeatable
    #[arg(long, value_name = "LIMIT")]
    pub fail_if: Vec<String>,

    /// Output format
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: CompareFormat,

    /// Most memory to take, such as 4GB [default: three quarters of what is free; on Linux only]
    #[arg(long, value_name = "SIZE", env = "SIMULATE_MEMORY", value_parser = memory::parse)]
    pub memory: Option<u64>,
}

/// What a comparison is printed as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CompareFormat {
    /// Text for people
    Text,
    /// Markdown for a comment on a pull request
    Md,
    /// One JSON document
    Json,
    /// Annotations of GitHub Actions
    Github,
}

impl CompareFormat {
    fn format(self) -> Format {
        match self {
            Self::Text => Format::Text,
            Self::Md => Format::Md,
            Self::Json => Format::Json,
            Self::Github => Format::Github,
        }
    }
}

/// Does what the arguments say.
pub(super) fn run(args: &CompareArgs) -> Result<Outcome, Error> {
    let tolerances = limits::read(&args.fail_if)?;
    let guard = Guard::new(args.memory, INTERRUPTED);
    let before = Stored::open(&args.before, &guard)?;
    let after = Stored::open(&args.after, &guard)?;
    let (args, width) = (args.clone(), Screen::width());
    let (text, outcome) =
        guard.run(move || told(&args, (&before, &after), &tolerances, width))??;
    Screen::print(&text)?;
    Ok(outcome)
}

/// The study of a folder.
struct Stored {
    place: String,
    inputs: Inputs,
    study: StudyResults,
}

impl Stored {
    fn open(folder: &Path, guard: &Guard) -> Result<Self, Error> {
        let (_, (inputs, study)) = stored_study(folder, guard)?;
        Ok(Self {
            place: folder.display().to_string(),
            inputs,
            study,
        })
    }

    fn side(&self) -> Side<'_> {
        Side {
            place: &self.place,
            inputs: &self.inputs,
            study: &self.study,
        }
    }
}

/// The comparison as text, and whether a limit is exceeded.
fn told(
    args: &CompareArgs,
    (before, after): (&Stored, &Stored),
    tolerances: &[Tolerance],
    width: usize,
) -> Result<(String, Outcome), Error> {
    let versus = Versus::of(before.side(), after.side(), tolerances);
    let versus = versus.map_err(|unlike| not_compared(&args.after, unlike, (before, after)))?;
    let without = tolerances.iter().filter(|of| !versus.has(of.figure));
    let problems: Vec<Problem> = without.map(limits::without_figure).collect();
    if !problems.is_empty() {
        return Err(Error::Refused(problems));
    }
    let judged = versus.judged(tolerances);
    let exceeded = judged.iter().filter(|judged| judged.is_exceeded).count();
    let text = versus.told(args.format.format(), tolerances, width);
    Ok((text, Outcome::of(exceeded)))
}

fn not_compared(place: &Path, unlike: Unlike, (before, after): (&Stored, &Stored)) -> Error {
    let (message, help) = match unlike {
        Unlike::Currency => (
            format!(
                "its amounts are in {}, those of `{}` in {}",
                after.study.currency().code(),
                before.place,
                before.study.currency().code()
            ),
            "simulate both with the same `currency`".to_owned(),
        ),
        Unlike::Names => (
            format!("it has no variant of the same name as `{}`", before.place),
            format!(
                "the variants are {}; before, {}: give them the same names, or simulate one of each with `--variant`",
                names(&after.study),
                names(&before.study)
            ),
        ),
    };
    Error::refused(Place::File(place.to_owned()), message, help)
}

fn names(study: &StudyResults) -> String {
    let names = study.variants.iter();
    let names: Vec<String> = names.map(|of| format!("`{}`", of.name)).collect();
    names.join(", ")
}
