//! What the kinds of compute target take: the two tables of the service's documentation, as data with their source.

use std::fmt::Write as _;
use std::sync::LazyLock;

use serde::Deserialize;

/// Whether a target takes something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
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
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
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

/// What training targets may take.
pub(super) const TRAINING: &[&str] = &["automl", "pipelines", "designer", "gpu"];
/// What deployment targets may take.
pub(super) const DEPLOYMENT: &[&str] = &["test", "real_time", "batch", "gpu", "fpga", "designer"];

/// The rows of both tables; `packing` packs them.
pub(super) type Rows = (Vec<CapabilityRow>, Vec<CapabilityRow>);

static TABLES: LazyLock<(Capabilities, Capabilities)> = LazyLock::new(|| {
    let rows: Rows =
        postcard::from_bytes(packed()).expect("the packed facts are held to be right by a test");
    let table = |columns, rows| Capabilities { columns, rows };
    (table(TRAINING, rows.0), table(DEPLOYMENT, rows.1))
});

/// The rows, as they are packed.
pub(super) fn packed() -> &'static [u8] {
    include_bytes!("data/packed/targets.facts")
}

/// What training targets take.
pub fn training_targets() -> &'static Capabilities {
    &TABLES.0
}

/// What deployment targets take.
pub fn deployment_targets() -> &'static Capabilities {
    &TABLES.1
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
