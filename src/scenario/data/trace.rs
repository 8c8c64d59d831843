//! A trace of submissions as it was read, and how its columns are read.

use std::fmt;
use std::path::PathBuf;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::stamp_kind::{StampKind, Unit};
use super::table::Decimal;
use crate::error::Problem;
use crate::units::{SimDuration, SimTime};
use crate::workload::labels::{LABELS, Label};

/// Which column of a trace means what. Not both `nodes` and `gpus` are mapped.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::scenario) struct TraceMapping {
    /// Submission: numbers, or date-times.
    pub(in crate::scenario) submitted: String,
    /// What numbers of submissions are; by their size if not given.
    pub(in crate::scenario) stamps: Option<StampKind>,
    /// Running time.
    pub(in crate::scenario) duration: Length,
    /// Whether the scenario says what numbers of the running time count.
    pub(in crate::scenario) is_unit_given: bool,
    /// Nodes of a run.
    pub(in crate::scenario) nodes: Option<String>,
    /// GPUs of a run, which become nodes.
    pub(in crate::scenario) gpus: Option<String>,
    /// GPUs of one node, at least 1; 1 if not given.
    pub(in crate::scenario) gpus_per_node: Option<u32>,
    /// Priority, larger first.
    pub(in crate::scenario) priority: Option<String>,
    /// What is told beforehand of the running time, in that unit; an empty cell says nothing.
    pub(in crate::scenario) estimate: Option<(String, Unit)>,
    /// Name of the environment; an empty cell means none.
    pub(in crate::scenario) environment: Option<String>,
    /// Whose the run is, by the columns of labels; an empty cell says nothing.
    pub(in crate::scenario) labels: [Option<String>; LABELS.len()],
    /// What `t = 0` is.
    pub(in crate::scenario) origin: Origin,
    /// What stands before decimals; by the separator if not given.
    pub(in crate::scenario) decimal: Option<Decimal>,
    /// What happens to a row that cannot be used.
    pub(in crate::scenario) on_bad_row: OnBadRow,
}

/// Where the length of a run or a request is from.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::scenario) enum Length {
    /// A column of numbers of that unit.
    Column(String, Unit),
    /// Columns of tokens, with the time that each takes.
    Tokens {
        /// Column of tokens read.
        context: String,
        /// Column of tokens written.
        generated: String,
        /// Time of a token read.
        per_context: SimDuration,
        /// Time of a token written.
        per_generated: SimDuration,
    },
}

/// What `t = 0` is in a trace; a row before it is a bad row.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::scenario) enum Origin {
    /// The earliest good row.
    #[default]
    First,
    /// This number, of what stamps are.
    Number(f64),
    /// This date-time, where stamps say on what day they are.
    DateTime(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::First => write!(f, "the earliest row"),
            Self::Number(number) => write!(f, "{number}"),
            Self::DateTime(text) => write!(f, "`{text}`"),
        }
    }
}

/// What happens to a row that cannot be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::scenario) enum OnBadRow {
    /// The trace is refused.
    #[default]
    Refuse,
    /// The row is left out and counted.
    Skip,
}

/// A trace as read.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::scenario) struct TraceFile {
    /// The file.
    pub(in crate::scenario) path: PathBuf,
    /// In order of submission; rows of one instant in the order of the file.
    pub(in crate::scenario) rows: Vec<RawRow>,
    /// The texts of each column of labels, as rows count them.
    pub(in crate::scenario) texts: [Vec<String>; LABELS.len()],
    /// All rows of the file that are not blank, bad ones too.
    pub(in crate::scenario) total: u64,
    /// Bad rows left out.
    pub(in crate::scenario) skipped: u64,
    /// How many of them for each reason.
    pub(in crate::scenario) reasons: Vec<(String, u64)>,
    /// What was wrong with the first of them.
    pub(in crate::scenario) skipped_examples: Vec<Problem>,
    /// The local date-time of `t = 0` in the scenario's zone, where stamps say on what day they are.
    pub(in crate::scenario) start: Option<DateTime>,
    /// What the stamps are.
    pub(in crate::scenario) kind: StampKind,
    /// Whether the scenario says so, instead of their size.
    pub(in crate::scenario) is_kind_given: bool,
    /// Whether stamps that are read as seconds may be whole days of a spreadsheet.
    pub(in crate::scenario) may_be_excel: bool,
    /// Whether stamps that are read as seconds may be dates without a hyphen, such as `20240610`.
    pub(in crate::scenario) may_be_dates: bool,
    /// The stamp of `t = 0` in microseconds, since the Unix epoch or since whatever the stamps count from.
    pub(in crate::scenario) origin: i64,
    /// Where stamps are local.
    pub(in crate::scenario) zone: TimeZone,
    /// The column of durations; `None` of tokens.
    pub(in crate::scenario) duration_column: Option<String>,
    /// What the durations of the file count; `None` of tokens.
    pub(in crate::scenario) unit: Option<Unit>,
    /// The same where the scenario does not say it.
    pub(in crate::scenario) assumed_unit: Option<Unit>,
}

/// One run of a trace, its environment still a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::scenario) struct RawRow {
    /// Submission.
    pub(in crate::scenario) at: SimTime,
    /// Running time.
    pub(in crate::scenario) duration: SimDuration,
    /// Nodes, where a column of nodes or GPUs is mapped.
    pub(in crate::scenario) nodes: Option<u32>,
    /// Priority, where a column is mapped.
    pub(in crate::scenario) priority: Option<i64>,
    /// What is told beforehand of the running time, where a column is mapped and the cell is not empty.
    pub(in crate::scenario) estimate: Option<SimDuration>,
    /// Environment, where a column is mapped and the cell is not empty.
    pub(in crate::scenario) environment: Option<String>,
    /// Whose it is.
    pub(in crate::scenario) label: Label,
    /// Line of the file, from 1.
    pub(in crate::scenario) line: u64,
}
