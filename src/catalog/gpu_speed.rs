//! How much work one model of GPU does against another, as far as measurements with an open license say. Ranges only: the
//! spread between workloads is wide, so nothing here is used as a default.

use std::fmt;
use std::sync::LazyLock;

use super::fields::{Fields, Layout, embedded, positive, whole};
use crate::csv_table::Row;
use crate::error::Problem;

/// What a source measured of a GPU against another.
#[derive(Clone, Debug, PartialEq)]
pub struct GpuSpeed {
    /// Text in the model's name, such as `K80`.
    pub gpu: String,
    /// The same of the GPU whose work is 1.
    pub reference: String,
    /// Work of the workload for which it is slowest.
    pub min: f64,
    /// Geometric mean over the workloads.
    pub mean: f64,
    /// Work of the workload for which it is fastest.
    pub max: f64,
    /// Workloads measured.
    pub workloads: u32,
    /// Who measured.
    pub source: String,
    /// How alike the measurements are: A one method, B whole systems whose software differs.
    pub grade: String,
}

const LAYOUT: Layout = Layout {
    required: &[
        "gpu",
        "reference",
        "min",
        "mean",
        "max",
        "workloads",
        "source",
        "grade",
    ],
    optional: &[],
};

static ALL: LazyLock<Vec<GpuSpeed>> = LazyLock::new(|| {
    let file = include_bytes!("data/gpu_speed.csv");
    embedded("gpu_speed.csv", file, &LAYOUT, read)
});

/// All measurements that are built in.
pub fn gpu_speeds() -> &'static [GpuSpeed] {
    &ALL
}

fn read(fields: &Fields, row: &Row<'_>) -> Result<GpuSpeed, Box<Problem>> {
    Ok(GpuSpeed {
        gpu: fields.text(row, "gpu")?,
        reference: fields.text(row, "reference")?,
        min: fields.require(row, "min", positive)?,
        mean: fields.require(row, "mean", positive)?,
        max: fields.require(row, "max", positive)?,
        workloads: fields.require(row, "workloads", whole)?,
        source: fields.text(row, "source")?,
        grade: fields.text(row, "grade")?,
    })
}

/// The measurements of one of two models against the other, whichever is the reference.
pub fn speeds_between<'a>(
    one: &'a str,
    other: &'a str,
) -> impl Iterator<Item = &'static GpuSpeed> + 'a {
    let is = |text: &str, model: &str| names_model(text, model);
    gpu_speeds().iter().filter(move |row| {
        (is(&row.gpu, one) && is(&row.reference, other))
            || (is(&row.gpu, other) && is(&row.reference, one))
    })
}

/// Whether a text names a model of GPU: it stands in its name as whole words, in any case. `A10` does not name an A100.
pub fn names_model(text: &str, model: &str) -> bool {
    let (text, model) = (text.trim().to_lowercase(), model.to_lowercase());
    let ends = |c: Option<char>| !c.is_some_and(char::is_alphanumeric);
    let mut found = model.match_indices(&text);
    !text.is_empty()
        && found.any(|(at, _)| {
            ends(model[..at].chars().next_back()) && ends(model[at + text.len()..].chars().next())
        })
}

/// `a K80 does 0.08 to 0.50 of a V100's work`, with the mean and who measured it.
impl fmt::Display for GpuSpeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let measured = match self.workloads {
            1 => format!("1 workload, grade {}", self.grade),
            several => format!(
                "{:.2} on average of {several} workloads, grade {}",
                self.mean, self.grade
            ),
        };
        let range = if self.workloads > 1 {
            format!("{:.2} to {:.2}", self.min, self.max)
        } else {
            format!("{:.2}", self.mean)
        };
        write!(
            f,
            "{} does {range} of the work of {}: {measured}, {}",
            self.gpu, self.reference, self.source
        )
    }
}
