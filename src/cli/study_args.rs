//! The flags that say what is simulated of a scenario, and what is kept of it: of `simulate` and of `simulate plan`.

use clap::ArgMatches;
use clap::builder::FalseyValueParser;
use clap::parser::ValueSource;
use serde::{Deserialize, Serialize};

use super::flag_values::{ChargePeriod, replications, seed};
use crate::calendar::UtcPeriod;
use crate::scenario::Options;
use crate::study::Keep;

/// What is simulated of a scenario, and what is kept of it.
#[expect(
    clippy::doc_markdown,
    reason = "these sentences are the help, where backticks would be printed"
)]
#[derive(Clone, Debug, clap::Args, Serialize, Deserialize)]
pub struct StudyArgs {
    /// Set a key of the scenario, such as cluster.gpu.max_nodes=8 (repeatable; several in the variable with ; between)
    #[arg(long, value_name = "KEY=VALUE", env = "SIMULATE_SET")]
    pub set: Vec<String>,

    /// Limit that a variant must keep, such as "wait_p95 <= 10m" or "user.ann.wait_p95 <= 10m", in the place of the scenario's (repeatable; several in the variable with ; between)
    #[arg(long, value_name = "LIMIT", env = "SIMULATE_GOAL")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub goal: Vec<String>,

    /// Simulate this variant only (repeatable; several in the variable with ; between)
    #[arg(long, value_name = "NAME", env = "SIMULATE_VARIANT")]
    pub variant: Vec<String>,

    /// Replications of each variant, instead of the scenario's
    #[arg(short, long, alias = "reps", value_name = "N", env = "SIMULATE_REPLICATIONS", value_parser = replications)]
    pub replications: Option<u32>,

    /// Seed of all random numbers, instead of the scenario's
    #[arg(long, value_name = "N", env = "SIMULATE_SEED", value_parser = seed)]
    pub seed: Option<u64>,

    /// Also write every run, every lease and finer levels over time (runs.csv, leases.csv, timeline-fine.csv)
    #[arg(long, env = "SIMULATE_RUNS", value_parser = FalseyValueParser::new())]
    pub runs: bool,

    /// Also write the bill of replication 0 by day or month as a FOCUS 1.2 cost export (focus.csv) [default: day]
    #[arg(long, value_name = "PERIOD", env = "SIMULATE_FOCUS", num_args = 0..=1, require_equals = true, default_missing_value = "day")]
    pub focus: Option<ChargePeriod>,

    /// Also write one workbook for spreadsheets with the answer, the summary, the comparison and the bill (results.xlsx)
    #[arg(long, env = "SIMULATE_XLSX", value_parser = FalseyValueParser::new())]
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub xlsx: bool,
}

impl StudyArgs {
    /// What the scenario is told.
    pub(super) fn options(&self) -> Options {
        Options {
            set: self.set.clone(),
            goals: self.goal.clone(),
            variants: self.variant.clone(),
            named_by: None,
            seed: self.seed,
            replications: self.replications,
            search: false,
            uncertain: false,
        }
    }

    /// What is kept of each replication.
    pub(super) fn keep(&self) -> Keep {
        Keep {
            records: self.runs,
            timelines: true,
            periods: self.focus.map(|period| match period {
                ChargePeriod::Day => UtcPeriod::Day,
                ChargePeriod::Month => UtcPeriod::Month,
            }),
        }
    }

    /// As they are written on a command line.
    pub(super) fn arguments(&self) -> Vec<String> {
        let mut arguments = Vec::new();
        let mut add =
            |flag: &str, value: &str| arguments.extend([flag.to_owned(), value.to_owned()]);
        self.set.iter().for_each(|set| add("--set", set));
        self.goal.iter().for_each(|goal| add("--goal", goal));
        self.variant.iter().for_each(|name| add("--variant", name));
        if let Some(count) = self.replications {
            add("--replications", &count.to_string());
        }
        if let Some(seed) = self.seed {
            add("--seed", &seed.to_string());
        }
        arguments.extend(self.runs.then(|| "--runs".to_owned()));
        arguments.extend(self.xlsx.then(|| "--xlsx".to_owned()));
        arguments.extend(
            self.focus
                .map(|period| format!("--focus={}", period.name())),
        );
        arguments
    }

    /// Takes apart what variables hold: several values with `;` between them. A flag has one value each time, which may
    /// have a `;` of its own.
    pub(super) fn split_variables(&mut self, matches: &ArgMatches) {
        let lists = [
            ("set", &mut self.set),
            ("goal", &mut self.goal),
            ("variant", &mut self.variant),
        ];
        split(matches, lists);
    }
}

/// Takes apart those of some lists of values, each with the name of its flag, that come from variables.
pub(super) fn split<const N: usize>(matches: &ArgMatches, lists: [(&str, &mut Vec<String>); N]) {
    for (name, values) in lists {
        if matches.value_source(name) == Some(ValueSource::EnvVariable) {
            *values = values.iter().flat_map(|all| several(all)).collect();
        }
    }
}

/// The values of a variable, without blanks around them; none where nothing stands between two `;`.
fn several(all: &str) -> impl Iterator<Item = String> {
    let values = all.split(';').map(str::trim);
    values.filter(|value| !value.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_variable_holds_several_values() {
        let values: Vec<String> = super::several("a.b=1; c.d=[2, 3] ;;").collect();
        assert_eq!(values, ["a.b=1", "c.d=[2, 3]"]);
        assert_eq!(super::several("").count(), 0);
    }
}
