//! What the kinds of compute target take: the two tables of the service's documentation, as data with their source.

use std::fmt::Write as _;
use std::sync::LazyLock;

use super::fields::{Layout, embedded};

/// Whether a target takes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// No source says.
    Unknown,
}

/// One of the two tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// What may be taken, such as `automl`; the order of the cells.
    pub columns: &'static [&'static str],
    /// The kinds of target.
    pub rows: Vec<CapabilityRow>,
}

/// What a kind of target takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CapabilityRow {
    /// Its section of a scenario, such as `remote_vm`.
    pub target: String,
    /// Its name in the documentation.
    pub name: String,
    /// A cell for each column.
    pub cells: Vec<Cell>,
    /// Who says so.
    pub source: String,
    /// Remark; empty without one.
    pub note: String,
}

const TRAINING_LAYOUT: Layout = Layout {
    required: &[
        "target",
        "name",
        "automl",
        "pipelines",
        "designer",
        "gpu",
        "source",
        "note",
    ],
    optional: &[],
};
const DEPLOYMENT_LAYOUT: Layout = Layout {
    required: &[
        "target",
        "name",
        "test",
        "real_time",
        "batch",
        "gpu",
        "fpga",
        "designer",
        "source",
        "note",
    ],
    optional: &[],
};
const TRAINING: &[&str] = &["automl", "pipelines", "designer", "gpu"];
const DEPLOYMENT: &[&str] = &["test", "real_time", "batch", "gpu", "fpga", "designer"];

static TABLES: LazyLock<(Capabilities, Capabilities)> = LazyLock::new(|| {
    let training = include_bytes!("data/training_targets.csv");
    let deployment = include_bytes!("data/deployment_targets.csv");
    (
        read("training_targets.csv", training, &TRAINING_LAYOUT, TRAINING),
        read(
            "deployment_targets.csv",
            deployment,
            &DEPLOYMENT_LAYOUT,
            DEPLOYMENT,
        ),
    )
});

/// What training targets take.
pub fn training_targets() -> &'static Capabilities {
    &TABLES.0
}

/// What deployment targets take.
pub fn deployment_targets() -> &'static Capabilities {
    &TABLES.1
}

fn read(
    name: &str,
    bytes: &[u8],
    layout: &Layout,
    columns: &'static [&'static str],
) -> Capabilities {
    let rows = embedded(name, bytes, layout, |fields, row| {
        let cells = columns
            .iter()
            .map(|column| fields.require(row, column, cell));
        Ok(CapabilityRow {
            target: fields.text(row, "target")?,
            name: fields.text(row, "name")?,
            cells: cells.collect::<Result<_, _>>()?,
            source: fields.text(row, "source")?,
            note: fields.text(row, "note")?,
        })
    });
    Capabilities { columns, rows }
}

fn cell(text: &str) -> Result<Cell, String> {
    match text {
        "yes" => Ok(Cell::Yes),
        "no" => Ok(Cell::No),
        "unknown" => Ok(Cell::Unknown),
        other => Err(format!("`{other}` is none of `yes`, `no`, `unknown`")),
    }
}

impl Cell {
    /// As the files write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
        }
    }
}

impl Capabilities {
    /// The row of a kind of target.
    pub fn row(&self, target: &str) -> Option<&CapabilityRow> {
        self.rows.iter().find(|row| row.target == target)
    }

    /// A cell of a row.
    pub fn cell(&self, row: &CapabilityRow, column: &str) -> Cell {
        let mut columns = self.columns.iter().zip(&row.cells);
        let found = columns.find(|(known, _)| **known == column);
        *found.expect("only columns of the table are asked for").1
    }

    /// The kinds of target that take something.
    pub fn taking(&self, column: &str) -> Vec<&str> {
        let rows = self.rows.iter();
        let takes = |row: &&CapabilityRow| self.cell(row, column) == Cell::Yes;
        rows.filter(takes).map(|row| row.target.as_str()).collect()
    }

    /// A row in words: `Remote VM: automl yes, pipelines yes, designer no, gpu yes (source)`.
    pub fn words(&self, row: &CapabilityRow) -> String {
        let mut text = format!("{}:", row.name);
        for (position, (column, cell)) in self.columns.iter().zip(&row.cells).enumerate() {
            let comma = if position == 0 { "" } else { "," };
            write!(text, "{comma} {column} {}", cell.word()).expect("a string takes every text");
        }
        let note = match row.note.as_str() {
            "" => String::new(),
            note => format!("{note}; "),
        };
        format!("{text} ({note}{})", row.source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_tables_are_right() {
        assert_eq!(training_targets().rows.len(), 10);
        assert_eq!(deployment_targets().rows.len(), 9);
        assert_eq!(deployment_targets().taking("designer"), ["aks_service"]);
        assert_eq!(deployment_targets().taking("batch"), ["cluster"]);
        let row = training_targets().row("hdinsight").unwrap();
        assert!(
            training_targets().words(row).starts_with(
                "Azure HDInsight: automl no, pipelines yes, designer no, gpu unknown ("
            )
        );
    }
}
