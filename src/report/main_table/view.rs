//! How the main table is shown: order, columns, how many variants, format.

use super::columns::Figures;

/// Variants that are shown where nobody says how many.
pub(super) const USUAL: usize = 20;

/// How the main table is shown.
#[derive(Clone, Debug, Default)]
pub struct View {
    /// The order of the variants.
    pub sort: Sort,
    /// The columns that are asked for; `None` for the usual ones, as many as there is room for.
    pub columns: Option<Vec<Figures>>,
    /// How many variants are shown.
    pub top: Top,
    /// What the table is written as.
    pub format: Format,
}

/// The order of the variants.
#[derive(Clone, Copy, Debug)]
pub struct Sort {
    /// What decides.
    pub by: Order,
    /// Whether the largest comes first.
    pub descending: bool,
}

impl Default for Sort {
    fn default() -> Self {
        Self {
            by: Order::Figure(Figures::Cost),
            descending: false,
        }
    }
}

/// What the variants are sorted by. Those without the figure come last, and by an amount of money those whose queue grows; equal
/// ones are as in the scenario.
#[derive(Clone, Copy, Debug)]
pub enum Order {
    /// As in the scenario.
    Scenario,
    /// By name.
    Name,
    /// By the mean of a figure.
    Figure(Figures),
}

/// How many variants are shown; the baseline always is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Top {
    /// On a terminal 20, in other formats all.
    #[default]
    Usual,
    /// So many.
    First(usize),
    /// All.
    All,
}

/// What the table is written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Text for people, with all that is said below the table.
    #[default]
    Table,
    /// CSV with the names of `summary.csv`.
    Csv,
    /// One JSON document.
    Json,
    /// A Markdown table.
    Md,
}
