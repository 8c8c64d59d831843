//! The rows of a cost export as FOCUS 1.2 has them: what replication 0 of each variant is billed for, by charge period.
//!
//! Usage that a commitment covers is billed 0 and has its cost in `EffectiveCost`; the commitment itself is a recurring
//! purchase of each charge period, and what it covered nothing with a row of usage that is `Unused`.

use super::bill_csv::{meter, tier};
use super::{StudyResults, VariantResults};
use crate::category::Category;
use crate::pricing::{BillLine, Commitment, CommitmentKind, Meter, Quantity, Tags, Unit, lines};
use crate::study_results::BilledPeriod;
use crate::units::{NodeTime, TICKS_PER_HOUR, Usd, UsdPerHour};

/// One row.
pub(super) struct Row<'a> {
    pub(super) study: &'a StudyResults,
    pub(super) variant: &'a VariantResults,
    pub(super) period: &'a BilledPeriod,
    pub(super) charge: Charge<'a>,
    /// Position of the target; none of what is the variant's.
    pub(super) target: Option<usize>,
    pub(super) commitment: Option<&'a Commitment>,
    /// The cost's category; none of purchases.
    pub(super) category: Option<Category>,
    /// The meter, as in the bill.
    pub(super) meter: &'static str,
    /// The tier of usage, as in the bill.
    pub(super) tier: &'static str,
    /// What the price is for.
    pub(super) quantity: Quantity,
    /// Price of a unit without commitments, in micro-dollars.
    pub(super) list_micro_usd: u64,
    /// Quantity at that price.
    pub(super) list: Usd,
    pub(super) billed: Usd,
    pub(super) effective: Usd,
    /// How much of the commitment.
    pub(super) of_commitment: Option<Quantity>,
}

/// Kinds of row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Charge<'a> {
    /// Machines, paid by use.
    Usage,
    /// Machines that a commitment covers.
    Covered(&'a Commitment),
    /// A commitment that covered nothing.
    Unused(&'a Commitment),
    /// A commitment, for a charge period.
    Purchase(&'a Commitment),
    /// What a service takes beside machines, paid by use.
    Service,
    /// A charge by the clock.
    Fixed,
}

/// What FOCUS files under serverless compute, however it is billed.
const FUNCTIONS: &str = "Azure Functions";

/// What a service is called and filed under.
pub(super) struct Service<'a> {
    pub(super) name: &'a str,
    pub(super) category: &'static str,
    pub(super) subcategory: &'static str,
}

/// All rows, by variant and charge period.
pub(super) fn rows(study: &StudyResults) -> impl Iterator<Item = Row<'_>> {
    study.variants.iter().flat_map(move |variant| {
        let periods = variant.periods.iter();
        periods.flat_map(move |period| of_period(study, variant, period))
    })
}

fn of_period<'a>(
    study: &'a StudyResults,
    variant: &'a VariantResults,
    period: &'a BilledPeriod,
) -> Vec<Row<'a>> {
    let committed = (variant.commitments.as_slice(), period.uses.as_slice());
    let lines = lines(&period.held, &variant.prices, committed);
    let lines = lines.into_iter().filter(|line| line.quantity.parts > 0);
    let used = lines.map(|line| of_line(study, variant, period, &line));
    let commitments = variant.commitments.iter().zip(&period.uses);
    let bought = commitments.filter(|(_, part)| part.paid != Usd::ZERO);
    let bought = bought.map(|(commitment, part)| {
        let quantity = committed_quantity(commitment, part.paid);
        let (priced, list_micro_usd) = match commitment.kind {
            CommitmentKind::Reservation { per_hour, .. } => (quantity, per_hour.0),
            CommitmentKind::SavingsPlan { per_hour } => (hours(part.paid, per_hour), per_hour.0),
        };
        Row {
            study,
            variant,
            period,
            charge: Charge::Purchase(commitment),
            target: None,
            commitment: Some(commitment),
            category: None,
            meter: super::bill_csv::kind(commitment.kind),
            tier: "",
            quantity: priced,
            list_micro_usd,
            list: part.paid,
            billed: part.paid,
            effective: Usd::ZERO,
            of_commitment: Some(quantity),
        }
    });
    used.chain(bought).collect()
}

fn of_line<'a>(
    study: &'a StudyResults,
    variant: &'a VariantResults,
    period: &'a BilledPeriod,
    line: &BillLine,
) -> Row<'a> {
    let commitment = line
        .commitment
        .map(|position| &variant.commitments[position]);
    let row = Row {
        study,
        variant,
        period,
        charge: match line {
            usage if usage.is_usage() => Charge::Usage,
            service if service.is_service() => Charge::Service,
            _ => Charge::Fixed,
        },
        target: line.target,
        commitment,
        category: Some(line.category),
        meter: meter(variant, line),
        tier: tier(variant, line),
        quantity: line.quantity,
        list_micro_usd: line.unit_micro_usd,
        list: line.amount,
        billed: line.amount,
        effective: line.amount,
        of_commitment: None,
    };
    match (commitment, line.target) {
        (Some(commitment), Some(target)) => {
            let own = variant.prices[target].per_hour;
            let slots = line.quantity.per_unit / u128::from(TICKS_PER_HOUR);
            let machine_time = NodeTime(line.quantity.parts / slots.max(1));
            Row {
                charge: Charge::Covered(commitment),
                list_micro_usd: own.0,
                list: machine_time * own,
                billed: Usd::ZERO,
                of_commitment: Some(match commitment.kind {
                    CommitmentKind::Reservation { .. } => line.quantity,
                    CommitmentKind::SavingsPlan { .. } => dollars(line.amount),
                }),
                ..row
            }
        }
        (Some(commitment), None) => Row {
            charge: Charge::Unused(commitment),
            quantity: Quantity {
                parts: 0,
                ..line.quantity
            },
            list: Usd::ZERO,
            billed: Usd::ZERO,
            of_commitment: Some(line.quantity),
            ..row
        },
        (None, _) => row,
    }
}

/// Of a reservation machine-hours, of a savings plan dollars.
fn committed_quantity(commitment: &Commitment, paid: Usd) -> Quantity {
    match commitment.kind {
        CommitmentKind::Reservation { per_hour, .. } => hours(paid, per_hour),
        CommitmentKind::SavingsPlan { .. } => dollars(paid),
    }
}

fn hours(paid: Usd, per_hour: UsdPerHour) -> Quantity {
    let parts = paid.0.unsigned_abs().checked_div(u128::from(per_hour.0));
    Quantity {
        parts: parts.unwrap_or(0),
        per_unit: u128::from(TICKS_PER_HOUR),
        unit: Unit::Hour,
    }
}

fn dollars(amount: Usd) -> Quantity {
    Quantity {
        parts: amount.0.unsigned_abs(),
        per_unit: Usd::ONE.0.unsigned_abs(),
        unit: Unit::Dollar,
    }
}

/// The name that FOCUS has for a unit.
pub(super) fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Hour => "Hours",
        Unit::Day => "Days",
        Unit::Month => "Months",
        Unit::Dollar => "USD",
        Unit::NodeHour => "Node-Hours",
        Unit::ReplicaHour => "Replica-Hours",
        Unit::ExecutionHour => "Execution-Hours",
        Unit::MillionExecutions => "1000000 Executions",
    }
}

impl<'a> Row<'a> {
    pub(super) fn service(&self) -> Service<'a> {
        let product = self.resource_type().unwrap_or_default();
        let (name, category, subcategory) = match self.category {
            Some(Category::Service) => match self.quantity.unit {
                Unit::NodeHour => (product, "Analytics", "Analytics Platforms"),
                Unit::ReplicaHour if product != FUNCTIONS => (product, "Compute", "Containers"),
                _ => (product, "Compute", "Serverless Compute"),
            },
            Some(Category::Disk) => ("Managed Disks", "Storage", "Block Storage"),
            Some(Category::PublicIp) => ("IP Addresses", "Networking", "Network Connectivity"),
            Some(Category::LoadBalancer) => ("Load Balancer", "Networking", "Network Routing"),
            _ => ("Virtual Machines", "Compute", "Virtual Machines"),
        };
        Service {
            name,
            category,
            subcategory,
        }
    }

    pub(super) fn is_purchase(&self) -> bool {
        matches!(self.charge, Charge::Purchase(_))
    }

    pub(super) fn pricing_category(&self) -> &'static str {
        match self.charge {
            Charge::Covered(_) | Charge::Unused(_) => "Committed",
            Charge::Usage if self.own_meter() == Some(Meter::Spot) => "Dynamic",
            _ => "Standard",
        }
    }

    fn own_meter(&self) -> Option<Meter> {
        Some(self.variant.prices[self.target?].meter)
    }

    /// The tags of the target, where it has some.
    pub(super) fn tags(&self) -> Option<&'a Tags> {
        let tags = self.variant.tags.get(self.target?)?;
        (!tags.is_empty()).then_some(tags)
    }

    pub(super) fn target_name(&self) -> Option<&'a str> {
        Some(&self.variant.targets[self.target?])
    }

    /// What the target is.
    pub(super) fn resource_type(&self) -> Option<&'a str> {
        Some(self.variant.products.get(self.target?)?)
    }

    /// Of a commitment, where all its targets have the same.
    pub(super) fn region(&self) -> Option<&'a str> {
        let of = |target: usize| self.variant.prices[target].region.as_deref();
        self.same(of)
    }

    pub(super) fn size(&self) -> Option<&'a str> {
        let of = |target: usize| self.variant.prices[target].size.as_deref();
        self.same(of)
    }

    fn same(&self, of: impl Fn(usize) -> Option<&'a str>) -> Option<&'a str> {
        if let Some(target) = self.target {
            return of(target);
        }
        let mut covers = self
            .commitment?
            .covers
            .iter()
            .map(|covered| of(covered.target));
        let first = covers.next()??;
        covers.all(|other| other == Some(first)).then_some(first)
    }

    /// What is bought: a size, else the target; or a thing that is charged for by the clock.
    pub(super) fn sku(&self) -> String {
        let charged = match self.charge {
            Charge::Fixed => self.category.map(Category::name),
            Charge::Service => self.resource_type(),
            _ => None,
        };
        let target = self.target_name();
        let name = self.commitment.map(|commitment| commitment.name.as_str());
        let what = charged.or(self.size()).or(target).or(name);
        let what = what.unwrap_or_default();
        match self.region() {
            Some(region) => format!("{what}/{region}"),
            None => what.to_owned(),
        }
    }

    /// The account: variants are alternatives, so each is an account of its own.
    pub(super) fn account(&self) -> String {
        format!("{}/{}", self.study.scenario, self.variant.name)
    }

    /// An identity within the account.
    pub(super) fn within_account(&self, name: &str) -> String {
        format!("{}/{name}", self.account())
    }

    pub(super) fn description(&self) -> String {
        let size = self
            .size()
            .map_or_else(String::new, |size| format!(" ({size})"));
        let target = self.target_name().unwrap_or_default();
        let category = self.category.map(Category::name).unwrap_or_default();
        match self.charge {
            Charge::Usage => format!("{category} on {target}{size}"),
            Charge::Covered(commitment) => {
                format!(
                    "{category} on {target}{size}, covered by {}",
                    commitment.name
                )
            }
            Charge::Unused(commitment) => format!("{} without usage{size}", commitment.name),
            Charge::Purchase(commitment) => {
                let (name, bought) = (&commitment.name, commitment.term.words());
                format!("{name}{bought} for the charge period{size}")
            }
            Charge::Service => format!("{} of {target}", self.meter.replace('_', " ")),
            Charge::Fixed => format!("{category} of {target}"),
        }
    }
}
