//! What the vendor retires and when: series, sizes, tiers and services, each with its successor and source.

use std::sync::LazyLock;

use jiff::ToSpan as _;
use jiff::civil::Date;

use super::facts::VmSize;
use super::fields::{Fields, Layout, embedded};
use super::finding::{Finding, Rule};
use super::lookups::PREFIX;
use super::prices::PriceTier;
use crate::csv_table::Row;
use crate::error::Problem;

/// What a retirement applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Virtual machines, however they are used.
    VirtualMachine,
    /// Compute that Azure Machine Learning creates and manages: clusters and instances.
    Managed,
    /// Pools of Azure Batch.
    Batch,
    /// Reservations of virtual machines.
    Reservation,
    /// A service.
    Service,
}

/// A retirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retirement {
    /// Series, size, tier or kind of target.
    pub subject: String,
    /// What of it is retired.
    pub scope: Scope,
    /// First day on which it can no longer be bought.
    pub retires_on: Date,
    /// What the source names in its place; empty where it names nothing.
    pub successor: String,
    /// What the source advises without naming a successor, such as `another GPU size`; empty where it advises nothing.
    pub advice: String,
    /// Who says so.
    pub source: String,
    /// Date of the source.
    pub as_of: String,
}

const LAYOUT: Layout = Layout {
    required: &[
        "subject",
        "scope",
        "retires_on",
        "successor",
        "advice",
        "source",
        "as_of",
    ],
    optional: &[],
};

static ALL: LazyLock<Vec<Retirement>> = LazyLock::new(|| {
    let file = include_bytes!("data/market/retirements.csv");
    embedded("market/retirements.csv", file, &LAYOUT, read)
});

/// All retirements that are known.
pub fn retirements() -> &'static [Retirement] {
    &ALL
}

fn read(fields: &Fields, row: &Row<'_>) -> Result<Retirement, Box<Problem>> {
    Ok(Retirement {
        subject: fields.text(row, "subject")?,
        scope: fields.require(row, "scope", scope)?,
        retires_on: fields.require(row, "retires_on", |text| {
            text.parse().map_err(|_| format!("`{text}` is not a date"))
        })?,
        successor: fields.text(row, "successor")?,
        advice: fields.text(row, "advice")?,
        source: fields.text(row, "source")?,
        as_of: fields.text(row, "as_of")?,
    })
}

fn scope(text: &str) -> Result<Scope, String> {
    match text {
        "virtual_machine" => Ok(Scope::VirtualMachine),
        "managed" => Ok(Scope::Managed),
        "batch" => Ok(Scope::Batch),
        "reservation" => Ok(Scope::Reservation),
        "service" => Ok(Scope::Service),
        other => Err(format!("`{other}` is no scope")),
    }
}

/// The retirement of a tier or a service.
pub fn retirement_of(subject: &str, scope: Scope) -> Option<&'static Retirement> {
    let mut all = retirements().iter();
    all.find(|known| known.subject == subject && known.scope == scope)
}

/// The retirement of a size as it is used: the earliest of those of its use and of virtual machines at all.
pub fn retirement_of_size(size: &VmSize, scope: Scope) -> Option<Retirement> {
    let as_machine = retirement_of(&size.name, Scope::VirtualMachine)
        .or_else(|| retirement_of(&size.series, Scope::VirtualMachine));
    let as_used = retirement_of(&size.series, scope);
    let mut first = [as_used, as_machine]
        .into_iter()
        .flatten()
        .min_by_key(|known| known.retires_on)?
        .clone();
    if let Some(machine) = as_machine.filter(|machine| machine.names_something()) {
        first.successor.clone_from(&machine.successor);
        first.advice.clone_from(&machine.advice);
    }
    Some(first)
}

/// All retirements of a tier of prices, one for each use.
pub fn retirements_of_tier(tier: PriceTier) -> impl Iterator<Item = &'static Retirement> {
    let all = retirements().iter();
    all.filter(move |known| known.subject == tier.key())
}

impl Scope {
    /// The service in which something is retired.
    pub fn service(self) -> &'static str {
        match self {
            Self::VirtualMachine | Self::Reservation => "Azure Virtual Machines",
            Self::Managed => "Azure Machine Learning",
            Self::Batch => "Azure Batch",
            Self::Service => "Azure",
        }
    }
}

impl Retirement {
    fn names_something(&self) -> bool {
        !self.successor.is_empty() || !self.advice.is_empty()
    }

    /// Who says so, and as of when.
    pub fn by(&self) -> String {
        format!("{}, of {}", self.source, self.as_of)
    }

    /// What to take in its place: the vendor's successor, or its advice with the command that lists candidates.
    pub fn in_its_place(&self) -> String {
        match (self.successor.as_str(), self.advice.as_str()) {
            ("", "") => "the vendor names no successor".to_owned(),
            ("", advice) => {
                let filter = if advice.contains("GPU") {
                    " --category GPU"
                } else {
                    ""
                };
                format!("choose {advice}: `simulate catalog{filter}` lists them")
            }
            (size, _) if size.starts_with(PREFIX) => format!(
                "the vendor names as successor: {size} (`simulate catalog {size}` shows it)"
            ),
            (named, _) => format!("the vendor names as successor: {named}"),
        }
    }

    /// What there is to say of buying `what` on a day: refused from the day of retirement on, told in the year before it.
    pub fn check(&self, what: &str, bought: Date) -> Option<Finding> {
        let year_before = self.retires_on.saturating_sub(1.year());
        if bought < year_before {
            return None;
        }
        let successor = self.in_its_place();
        let by = self.by();
        Some(if bought < self.retires_on {
            Finding {
                rule: Rule::RetiresSoon,
                message: format!("{what} retires on {} ({by})", self.retires_on),
                help: successor,
            }
        } else {
            Finding {
                rule: Rule::Retired,
                message: format!(
                    "{what} was retired on {}, and it would be bought on {bought} ({by})",
                    self.retires_on
                ),
                help: format!(
                    "{successor}; to study the past, set `start` before that day or write `allow_retired = true` at the top level"
                ),
            }
        })
    }
}
