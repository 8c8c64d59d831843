//! The flags that say how the main table is shown: of `simulate` and of `simulate report`. They change no file.

use std::ffi::OsString;

use clap::ValueEnum;

use super::screen::Screen;
use crate::error::{Error, Place};
use crate::nearest::nearest;
use crate::report::main_table::{Figures, Format, Order, Sort, Top, View, known};

/// How the main table is shown.
#[derive(Clone, Debug, clap::Args)]
pub struct TableArgs {
    /// Sort the table by a figure, by name or as in the scenario; a minus before it puts the largest first [default: cost]
    #[arg(long, value_name = "FIGURE", env = "SIMULATE_SORT", value_parser = sort, allow_hyphen_values = true)]
    pub sort: Option<Sort>,

    /// Columns of the table instead of the usual ones: names of summary.csv with commas between; help lists them
    #[arg(long, value_name = "NAMES", env = "SIMULATE_COLUMNS", value_parser = asked, value_delimiter = ',')]
    pub columns: Vec<Asked>,

    /// Show the first N variants and the baseline, or all [default: 20; all in other formats than table]
    #[arg(long, value_name = "N", env = "SIMULATE_TOP", value_parser = top)]
    pub top: Option<Top>,

    /// What to print to standard output: table has all text, the others have the table alone
    #[arg(
        long,
        value_name = "FORMAT",
        env = "SIMULATE_FORMAT",
        default_value = "table"
    )]
    pub format: TableFormat,
}

/// What `--columns` names.
#[derive(Clone, Copy, Debug)]
pub enum Asked {
    /// A figure.
    One(Figures),
    /// The list of all.
    Help,
}

/// What the table is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TableFormat {
    /// For people
    Table,
    /// Figures with the names of summary.csv
    Csv,
    /// Figures with units and meanings
    Json,
    /// A table in Markdown
    Md,
}

impl TableArgs {
    /// As the report reads it.
    pub(super) fn view(&self) -> View {
        let figures = self.columns.iter().filter_map(|asked| match asked {
            Asked::One(figure) => Some(*figure),
            Asked::Help => None,
        });
        let columns: Vec<Figures> = figures.collect();
        View {
            sort: self.sort.unwrap_or_default(),
            columns: (!columns.is_empty()).then_some(columns),
            top: self.top.unwrap_or_default(),
            format: match self.format {
                TableFormat::Table => Format::Table,
                TableFormat::Csv => Format::Csv,
                TableFormat::Json => Format::Json,
                TableFormat::Md => Format::Md,
            },
        }
    }

    /// Prints the names of columns where they are asked for; whether they were.
    pub(super) fn helps(&self) -> Result<bool, Error> {
        let asks = self.columns.iter().any(|of| matches!(of, Asked::Help));
        if asks {
            Self::list()?;
        }
        Ok(asks)
    }

    /// Whether arguments ask for the names of columns, which takes no scenario.
    pub(super) fn are_asked_for(arguments: &[OsString]) -> bool {
        let mut pairs = arguments.windows(2);
        arguments
            .iter()
            .any(|argument| argument == "--columns=help")
            || pairs.any(|pair| pair[0] == "--columns" && pair[1] == "help")
    }

    /// Prints the names of columns.
    pub(super) fn list() -> Result<(), Error> {
        Screen::print_wrapped(&listed())
    }

    /// CSV and JSON are of one study.
    pub(super) fn check(&self, files: usize) -> Result<(), Error> {
        if files < 2 || !matches!(self.format, TableFormat::Csv | TableFormat::Json) {
            return Ok(());
        }
        Err(Error::refused(
            Place::Flag("--format".to_owned()),
            format!("CSV and JSON hold the table of one scenario, and there are {files} files"),
            "simulate the files one by one, or write `--format md` or `--format table`",
        ))
    }
}

/// A line for each column that can be asked for.
fn listed() -> String {
    let lines = known().map(|(name, unit, meaning)| {
        let unit = if unit.is_empty() {
            String::new()
        } else {
            format!(" [{unit}]")
        };
        let others = Figures::other_names(name).map(|other| format!("`{other}`"));
        let others: Vec<String> = others.collect();
        let others = if others.is_empty() {
            String::new()
        } else {
            format!(" (or {})", others.join(", "))
        };
        format!("{name}{unit}: {meaning}{others}\n")
    });
    lines.collect()
}

fn sort(text: &str) -> Result<Sort, String> {
    let (descending, name) = match text.strip_prefix('-') {
        Some(name) => (true, name),
        None => (false, text),
    };
    let by = match name {
        "scenario" => Order::Scenario,
        "name" => Order::Name,
        figure => Order::Figure(named(figure, &["name", "scenario"])?),
    };
    Ok(Sort { by, descending })
}

fn asked(text: &str) -> Result<Asked, String> {
    if text == "help" {
        return Ok(Asked::Help);
    }
    named(text.trim(), &[]).map(Asked::One)
}

/// The figure of a name; `others` are allowed as well.
fn named(name: &str, others: &[&'static str]) -> Result<Figures, String> {
    Figures::named(name).ok_or_else(|| {
        let names = known().map(|(name, _, _)| name);
        let near = nearest(name, names.chain(others.iter().copied()), 1);
        let near = near.first().map(|near| format!(" did you mean `{near}`?"));
        format!(
            "there is no such figure;{} `--columns help` lists them",
            near.unwrap_or_default()
        )
    })
}

fn top(text: &str) -> Result<Top, String> {
    match (text, text.parse()) {
        ("all", _) => Ok(Top::All),
        (_, Ok(count)) if count > 0 => Ok(Top::First(count)),
        _ => Err("write a whole number from 1, or `all`".to_owned()),
    }
}
