//! The flags of `simulate`, with their environment variables.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::FalseyValueParser;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use super::NOT_SIMULATED;
use super::break_even::BreakEvenArgs;
use super::catalog::CatalogArgs;
use super::common_args::CommonArgs;
use super::compare::CompareArgs;
use super::explain::ExplainArgs;
use super::flag_values::FurtherReport;
use super::handbook::{CompletionsArgs, ManArgs};
use super::init::InitArgs;
use super::optimize::OptimizeArgs;
use super::report_args::ReportArgs;
use super::schema::SchemaArgs;
use super::sensitivity::SensitivityArgs;
use super::shards::{MergeArgs, PlanArgs, ShardArgs, SubmitArgs};
use super::study_args::StudyArgs;
use super::table_args::TableArgs;
use super::warm_up::WarmUpArgs;
use crate::error::Error;

const EXAMPLES: &str = "\
Examples:
  simulate scenarios/burst.toml
  simulate scenarios/burst.toml --set cluster.gpu.max_nodes=8 --replications 100
  simulate scenarios/burst.toml --goal 'wait_p95 <= 8m'
  simulate scenarios/burst.toml --variant always-on --variant scale-to-zero
  simulate scenarios/*.toml --output results
  simulate scenarios/burst.toml --dry-run
  simulate scenarios/burst.toml --replications 10000 --estimate
  simulate scenarios/burst.toml --resume
  simulate scenarios/burst.toml --sort wait_p95 --columns cost,wait_p50,wait_p95,peak_nodes --top 10
  simulate scenarios/burst.toml --format json
  simulate optimize team.toml
  simulate break-even scenarios/instance-or-cluster.toml
  simulate sensitivity scenarios/how-sure.toml
  simulate warm-up scenarios/quickstart.toml
  simulate report output/burst
  simulate compare output/before output/after --fail-if 'cost > +5%'
  simulate explain scenarios/burst.toml --run 120
  simulate plan scenarios/burst.toml -o plan.json --shards 8
  simulate submit plan.json --slurm
  simulate catalog --gpu V100 --region westeurope
  simulate schema cluster.max_nodes
  simulate init team.toml --from burst";

const AFTER: &str = "\
Results (the answer, tables, comparisons, cost summary), the dry run, the estimate, the catalog and the schema go to stdout; warnings, notes, errors and progress go to stderr.
Files in the output folder: summary.csv, summary.json, comparison.csv, replications.csv, bill.csv, commitments.csv, timeline.csv,
charts as SVG and PNG, results.jsonl.gz, manifest.json; with --runs also runs.csv, leases.csv, timeline-fine.csv; with --focus also focus.csv; with --xlsx also results.xlsx; with --report md also report.md; of traces
with users, groups or classes also groups.csv; with several workloads also workloads.csv; where hours of the week differ
also hours.csv; with a goal or thresholds also goals.csv.
Exit codes: 0 done, 1 could not finish, 2 file or flags refused, 3 threshold crossed,
4 shards missing, 130 interrupted.
The format of scenario files: docs/scenario-format.md, and simulate schema KEY for one key. The columns of the results: docs/outputs.md.";

/// Simulates Azure Machine Learning compute: runs on autoscaling clusters, always-on instances and attached targets, and
/// requests at services. Compares the cost and the waiting time of the alternatives in a scenario file.
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[derive(Clone, Debug, Parser)]
#[command(
    name = "simulate",
    version,
    before_help = EXAMPLES,
    after_help = AFTER,
    arg_required_else_help = true,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true
)]
pub struct Args {
    /// Subcommand instead of a simulation
    #[command(subcommand)]
    pub verb: Option<Verb>,

    /// Scenario files (TOML)
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,

    /// Folder for the results [default: output/NAME of the scenario; with several files DIR/NAME]
    #[arg(short, long, value_name = "DIR", env = "SIMULATE_OUTPUT")]
    pub output: Option<PathBuf>,

    /// What is simulated of each file
    #[command(flatten)]
    pub study: StudyArgs,

    /// How the main table is shown
    #[command(flatten)]
    pub table: TableArgs,

    /// Also write a summary for a pull request
    #[arg(long, value_name = "FORMAT")]
    pub report: Option<FurtherReport>,

    /// What it may take of the machine, and what it says
    #[command(flatten)]
    pub common: CommonArgs,

    /// Check the scenario, print what would run and every default that acts, then stop
    #[arg(long)]
    pub dry_run: bool,

    /// Say how long the study takes, how large its files are and how much memory it needs, from a trial of a few seconds, then stop
    #[arg(long, conflicts_with_all = ["dry_run", "resume"])]
    pub estimate: bool,

    /// Continue an interrupted study: replications that its output folder holds are not simulated again
    #[arg(long)]
    pub resume: bool,

    /// Write into a folder that holds something other than this scenario's results
    #[arg(long, env = "SIMULATE_FORCE", value_parser = FalseyValueParser::new())]
    pub force: bool,
}

impl Args {
    /// From the command line and the environment, whose variables hold several values with `;` between them. A flag has
    /// one value each time, which may have a `;` of its own.
    pub(super) fn read(arguments: &[OsString]) -> Result<Self, clap::Error> {
        let command = with_negative_numbers(Self::command(), arguments);
        let matches = command.try_get_matches_from(arguments)?;
        let mut args = Self::from_arg_matches(&matches)?;
        args.study.split_variables(&matches);
        if let (Some(Verb::Plan(plan)), Some(matches)) =
            (&mut args.verb, matches.subcommand_matches("plan"))
        {
            plan.study.split_variables(matches);
        }
        if let (Some(Verb::Optimize(optimize)), Some(matches)) =
            (&mut args.verb, matches.subcommand_matches("optimize"))
        {
            optimize.split_variables(matches);
        }
        if let (Some(Verb::BreakEven(break_even)), Some(matches)) =
            (&mut args.verb, matches.subcommand_matches("break-even"))
        {
            break_even.split_variables(matches);
        }
        if let (Some(Verb::Sensitivity(sensitivity)), Some(matches)) =
            (&mut args.verb, matches.subcommand_matches("sensitivity"))
        {
            sensitivity.split_variables(matches);
        }
        if let (Some(Verb::WarmUp(warm_up)), Some(matches)) =
            (&mut args.verb, matches.subcommand_matches("warm-up"))
        {
            warm_up.split_variables(matches);
        }
        Ok(args)
    }

    /// What is said of what an error kept from being done.
    pub(super) fn undone(&self, error: &Error) -> &'static str {
        match &self.verb {
            Some(Verb::Catalog(_)) => "nothing was listed",
            Some(Verb::Compare(_)) => "nothing was compared",
            Some(Verb::Plan(_)) => "nothing was planned",
            Some(Verb::Init(_) | Verb::Merge(_) | Verb::Report(_) | Verb::Sensitivity(_)) => {
                "nothing was written"
            }
            Some(Verb::Completions(_) | Verb::Man(_)) => "nothing was printed",
            Some(Verb::Schema(_) | Verb::Explain(_)) => "nothing was explained",
            Some(Verb::Submit(_)) if matches!(error, Error::Refused(_)) => "nothing was submitted",
            Some(Verb::Submit(_)) => "no results were written",
            Some(Verb::BreakEven(_) | Verb::Optimize(_) | Verb::Shard(_) | Verb::WarmUp(_))
            | None => NOT_SIMULATED,
        }
    }
}

/// The command, and the subcommand that is asked for, with flags that take a negative number for a value, and so can say what is
/// wrong with it.
fn with_negative_numbers(command: clap::Command, arguments: &[OsString]) -> clap::Command {
    let verb = arguments.get(1);
    let verb = verb.and_then(|verb| command.find_subcommand(verb));
    match verb.map(|verb| verb.get_name().to_owned()) {
        Some(verb) => command.mut_subcommand(verb, taking_negative_numbers),
        None => taking_negative_numbers(command),
    }
}

fn taking_negative_numbers(command: clap::Command) -> clap::Command {
    command.mut_args(|argument| {
        let takes = !argument.is_positional() && argument.get_action().takes_values();
        argument.allow_negative_numbers(takes)
    })
}

/// What the command does besides simulating files.
#[derive(Clone, Debug, Subcommand)]
pub enum Verb {
    /// Find the load, the hours a day or the value of a key at which two variants cost the same, by simulation
    BreakEven(Box<BreakEvenArgs>),
    /// List the VM sizes and their prices, or show all details of a size
    #[command(alias = "catalogue")]
    Catalog(Box<CatalogArgs>),
    /// Compare two folders of results, before and after a change
    Compare(CompareArgs),
    /// Print the file with which a shell completes flags and subcommands
    Completions(CompletionsArgs),
    /// Tell the life of one run, and what each part of its wait was for
    Explain(ExplainArgs),
    /// Write a scenario file to start from
    Init(InitArgs),
    /// Print the manual page
    Man(ManArgs),
    /// Write the study of the shards of a plan, once all of them are done
    Merge(MergeArgs),
    /// Find the best point of a grid of keys for the goal, without noise picking the winner
    Optimize(Box<OptimizeArgs>),
    /// Divide a study into shards, which are simulated one by one on any machines
    Plan(Box<PlanArgs>),
    /// Write the tables and charts of stored results again, without simulating
    Report(ReportArgs),
    /// Print the JSON Schema of scenario files, or explain a key
    Schema(SchemaArgs),
    /// Tell what the answer rests on: inputs of which only ranges are known, one by one and together
    Sensitivity(Box<SensitivityArgs>),
    /// Simulate one shard of a plan
    Shard(ShardArgs),
    /// Have the shards of a plan simulated by Slurm and merge them, or print a job for Kubernetes
    Submit(Box<SubmitArgs>),
    /// Find the warm-up after which waits no longer show that the simulation begins empty
    WarmUp(Box<WarmUpArgs>),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn flags_are_consistent() {
        super::Args::command().debug_assert();
    }

    #[test]
    fn every_flag_and_variable_is_documented() {
        let page = include_str!("../../docs/command-line.md");
        let command = super::Args::command();
        let verbs = command.get_subcommands();
        let arguments = verbs.flat_map(clap::Command::get_arguments);
        for argument in command.get_arguments().chain(arguments) {
            if let Some(flag) = argument.get_long() {
                assert!(page.contains(&format!("`--{flag}")), "--{flag}");
            }
            if let Some(variable) = argument.get_env() {
                let variable = variable.to_string_lossy();
                assert!(page.contains(&format!("`{variable}`")), "{variable}");
            }
        }
    }
}
