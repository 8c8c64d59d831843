//! How fast runs are on each target: the factors of a workload by size or GPU, and what is taken as equally fast.

use crate::catalog::{Catalog, VmSize, names_model};
use crate::scenario::buying::market::Market;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;
use crate::scenario::document::tree::Value;
use crate::scenario::document::values::number;

/// Speeds that may be stated: what is outside is hardly meant.
const SPEEDS: std::ops::RangeInclusive<f64> = 0.001..=1000.0;

/// The factors of a workload, each by the size or the text in the model of GPU for which it holds.
pub(in crate::scenario) type Speeds = Vec<(String, f64)>;

/// Reads `speed` of a workload; each key must be a size or name a model of the catalog.
pub(super) fn speeds(table: &Cursor<'_>, market: &Market<'_>) -> Read<Speeds> {
    let Some(node) = table.node("speed") else {
        return Ok(Speeds::new());
    };
    let speed = Cursor::open_free(table.sink(), node, table.path_of("speed"))?;
    if table.has("batch_inference") {
        let complaint = Complaint::new(
            "`mini_batch_time` says how fast runs of batch inference are",
        )
        .help("leave `speed` out, and let variants state the `mini_batch_time` of their size");
        return Err(table.refuse_pair("speed", "batch_inference", complaint));
    }
    let catalog = market.catalog()?;
    let mut all = Ok(Speeds::new());
    for entry in speed.entries() {
        let name = &*entry.key;
        let factor = if is_known(catalog, name) {
            speed.require(name, "", factor)
        } else {
            Err(table
                .sink()
                .report(&entry.origin, &speed.path_of(name), unknown(catalog, name)))
        };
        match (&mut all, factor) {
            (Ok(all), Ok(factor)) => all.push((name.to_owned(), factor)),
            (all, Err(reported)) => *all = Err(reported),
            (Err(_), Ok(_)) => {}
        }
    }
    all
}

fn factor(value: &Value) -> Result<f64, Complaint> {
    let factor = number(value)?;
    let complaint = || {
        Complaint::new(format!("`{factor}` is not from 0.001 to 1000")).help(
            "write how fast runs are against the machine whose durations are written: 2 halves them",
        )
    };
    SPEEDS
        .contains(&factor)
        .then_some(factor)
        .ok_or_else(complaint)
}

fn is_known(catalog: &Catalog, name: &str) -> bool {
    let mut sizes = catalog.sizes();
    catalog.size(name).is_some() || sizes.any(|size| is_of(name, size))
}

/// Whether a text names the model of a size's GPUs.
pub(in crate::scenario) fn is_of(text: &str, size: &VmSize) -> bool {
    let gpu = size.gpu.as_ref();
    gpu.is_some_and(|gpu| names_model(text, &gpu.model))
}

fn unknown(catalog: &Catalog, name: &str) -> Complaint {
    let near = catalog.nearest_sizes(name);
    let meant = near
        .first()
        .map_or_else(String::new, |near| format!("did you mean `{near}`? "));
    Complaint::new(format!("`{name}` is no size and names no model of GPU"))
        .help(format!("{meant}`simulate catalog` lists sizes and models"))
}
