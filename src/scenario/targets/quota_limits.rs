//! What a quota counts, and how much of it there is: vCPUs, GPUs or nodes.

use super::Target;
use crate::catalog::GpuCount;
use crate::model::settings::{GPU_PARTS, QuotaUnit};
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;
use crate::scenario::document::tree::Value;
use crate::scenario::document::values::{count, number};

/// Units of a quota at most.
const MOST: u32 = 1_000_000_000;
const HELP: &str =
    "write the limit in vCPUs, such as `vcpus = 24`, or in `gpus = 2`, or in `nodes = 10`";

// Quotas count the parts of GPUs that the catalog has.
const _: () = assert!(GpuCount::PARTS as u64 == GPU_PARTS);

/// A limit as the file says it.
pub(super) struct Limit {
    /// The key that says it.
    pub(super) key: &'static str,
    pub(super) unit: QuotaUnit,
    /// In the unit's parts.
    pub(super) amount: u64,
}

impl Limit {
    /// Reads the one of `vcpus`, `gpus` and `nodes` that is given.
    pub(super) fn read(table: &Cursor<'_>) -> Read<Self> {
        let units = [
            ("vcpus", QuotaUnit::Vcpus),
            ("gpus", QuotaUnit::Gpus),
            ("nodes", QuotaUnit::Nodes),
        ];
        let given = table.one_of(&units.map(|(key, _)| key))?;
        let found = units.into_iter().find(|(key, _)| Some(*key) == given);
        let Some((key, unit)) = found else {
            return Err(table.missing("vcpus", HELP));
        };
        let amount = table.require(key, HELP, |value| amount(value, unit))?;
        Ok(Self { key, unit, amount })
    }

    /// What one node of a target takes of it; 0 where that is not known, or nothing.
    pub(super) fn taken_by(&self, target: &Target<'_>) -> u64 {
        match self.unit {
            QuotaUnit::Vcpus => u64::from(target.bought.vcpus),
            QuotaUnit::Gpus => u64::from(gpu_parts(target)),
            QuotaUnit::Nodes => 1,
        }
    }

    /// Why a target of which nodes take nothing cannot count against it.
    pub(super) fn uncounted(&self, name: &str) -> Complaint {
        if self.unit == QuotaUnit::Gpus {
            return Complaint::new(format!(
                "`{name}` counts against this quota of GPUs, and has none that is known"
            ))
            .help(format!(
                "name a `vm_size` with GPUs for `{name}`, or write the limit in `vcpus` or `nodes`"
            ));
        }
        Complaint::new(format!(
            "`{name}` counts against this quota, and its vCPUs are not known"
        ))
        .help(format!(
            "name the `vm_size` of `{name}`, or write its `vcpus`"
        ))
    }

    /// An amount in words: `24 vCPUs`, `1/3 GPUs`.
    pub(super) fn with_unit(&self, amount: u64) -> String {
        format!("{} {}", self.unit.amount(amount), self.unit.name())
    }
}

/// A number of the unit in its parts: of GPUs also with a fraction.
fn amount(value: &Value, unit: QuotaUnit) -> Result<u64, Complaint> {
    match number(value) {
        Ok(gpus) if unit == QuotaUnit::Gpus && gpus.fract() != 0.0 => {
            let gpus = GpuCount::from_number(gpus);
            let gpus = gpus.map_err(|sentence| Complaint::sentence(&sentence))?;
            Ok(u64::from(gpus.parts()))
        }
        _ => count(0, MOST)(value).map(|whole| u64::from(whole) * unit.parts()),
    }
}

/// GPUs of a node, in 24ths.
fn gpu_parts(target: &Target<'_>) -> u32 {
    let size = target.bought.size.as_ref();
    size.map_or(0, |size| size.gpus().parts())
}
