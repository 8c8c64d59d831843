//! `focus.csv`: the cost of replication 0 of each variant in the columns of FOCUS 1.2, where asked for.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::focus::{Charge, Row, rows, unit};
use super::table::{Cell, Column, write_rows};
use super::{ReportFile, StudyResults, Written};
use crate::category::Category;
use crate::pricing::{CommitmentKind, Quantity, Tags};
use crate::units::Usd;

/// This file.
pub const FILE: ReportFile = ReportFile {
    name: "focus.csv",
    meaning: "A cost export as the FinOps Open Cost and Usage Specification (FOCUS) 1.2 has it, with `--focus`: what **replication 0** \
        of each variant is billed for, a real course of events and not a mean, by charge period (a day of UTC, or with \
        `--focus=month` a month). Variants are alternatives: each is a billing account of its own, never to be added up. The sum of \
        `BilledCost` of an account, like that of `EffectiveCost`, is the variant's cost in replication 0, but for rounding. Columns as \
        FOCUS defines them; a charge period is a whole day or month also where only a part of it is measured. Where neither the scenario nor a log states the start, dates are those from the assumed start on, 2024-01-01, \
        and stand for no day of a calendar: write `start` for real ones. Names with letters beyond \
        ASCII are percent-encoded, which FOCUS asks for.",
    written: Written::Always,
    columns: || columns().iter().map(Column::doc).collect(),
    write,
};

fn seller<'a>(row: &'a Row<'_>) -> &'a str {
    &row.variant.provider
}

/// What columns of sellers say.
const SOLD_BY: &str = "the provider of the `cloud`: `Microsoft`, `AWS` or `Google Cloud`";

type Made<'a> = Column<Row<'a>>;

/// A column of text.
macro_rules! text {
    ($name:literal, $meaning:expr, |$row:pat_param| $body:expr $(,)?) => {
        Column::new($name, "", $meaning, |row, cell| {
            let $row = row;
            ascii(AsRef::<str>::as_ref(&$body), cell);
        })
    };
}

fn columns<'a>() -> Vec<Made<'a>> {
    let groups = [
        accounts(),
        charges(),
        costs(),
        commitments(),
        things(),
        own(),
    ];
    groups.into_iter().flatten().collect()
}

fn accounts<'a>() -> Vec<Made<'a>> {
    vec![
        text!("BillingAccountId", "scenario and variant", |row| row
            .account()),
        text!("BillingAccountName", "the variant", |row| row
            .variant
            .name
            .clone()),
        text!(
            "BillingCurrency",
            "`USD`, or the `currency` of the scenario",
            |row| row.variant.currency.code()
        ),
        text!("BillingPeriodStart", "begin of the month of UTC", |row| {
            row.period.month[0].to_string()
        }),
        text!("BillingPeriodEnd", "its end, exclusive", |row| {
            row.period.month[1].to_string()
        }),
        text!("InvoiceId", "empty: nobody invoices a simulation", |_| ""),
        text!("InvoiceIssuerName", SOLD_BY, |row| seller(row)),
        text!("ProviderName", SOLD_BY, |row| seller(row)),
        text!("PublisherName", SOLD_BY, |row| seller(row)),
    ]
}

fn charges<'a>() -> Vec<Made<'a>> {
    vec![
        text!(
            "ChargeCategory",
            "`Usage`, or `Purchase` of a commitment for the charge period",
            |row| {
                let purchase = row.is_purchase();
                if purchase { "Purchase" } else { "Usage" }
            },
        ),
        text!("ChargeClass", "empty: nothing is corrected", |_| ""),
        text!("ChargeDescription", "what it is for", |row| row
            .description()),
        text!(
            "ChargeFrequency",
            "`Usage-Based` for usage of machines and what services bill by use, else `Recurring`",
            |row| {
                let by_use = matches!(
                    row.charge,
                    Charge::Usage | Charge::Service | Charge::Covered(_) | Charge::Unused(_)
                );
                if by_use { "Usage-Based" } else { "Recurring" }
            },
        ),
        text!(
            "ChargePeriodStart",
            "begin of the day or month of UTC",
            |row| { row.period.charge[0].to_string() }
        ),
        text!("ChargePeriodEnd", "its end, exclusive", |row| {
            row.period.charge[1].to_string()
        }),
        text!(
            "ServiceCategory",
            "`Compute`, `Analytics`, `Storage` or `Networking`",
            |row| { row.service().category }
        ),
        text!("ServiceSubcategory", "as FOCUS lists them", |row| {
            row.service().subcategory
        }),
        text!(
            "ServiceName",
            "`Virtual Machines`, `Managed Disks`, `IP Addresses`, `Load Balancer`, or the product that takes a fee or bills by use",
            |row| row.service().name,
        ),
    ]
}

fn costs<'a>() -> Vec<Made<'a>> {
    vec![
        Column::new(
            "BilledCost",
            "USD",
            "what the invoice has: 0 for usage that a commitment covers, and for what it covers nothing with",
            |row, cell| money(row, row.billed, cell),
        ),
        Column::new(
            "EffectiveCost",
            "USD",
            "with commitments spread over their usage and what is unused; 0 for their purchase",
            |row, cell| money(row, row.effective, cell),
        ),
        Column::new(
            "ListCost",
            "USD",
            "`ListUnitPrice` times `PricingQuantity`",
            |row, cell| {
                money(row, row.list, cell);
            },
        ),
        Column::new(
            "ContractedCost",
            "USD",
            "the same: no prices are negotiated",
            |row, cell| money(row, row.list, cell),
        ),
        Column::new(
            "ListUnitPrice",
            "USD",
            "price of a unit, before commitments",
            |row, cell| cell.micro_usd(i128::from(row.list_micro_usd)),
        ),
        Column::new("ContractedUnitPrice", "USD", "the same", |row, cell| {
            cell.micro_usd(i128::from(row.list_micro_usd));
        }),
        text!(
            "PricingCategory",
            "`Standard`, `Dynamic` (spot) or `Committed`",
            |row| { row.pricing_category() }
        ),
        Column::new(
            "PricingQuantity",
            "",
            "units that are priced",
            |row, cell| {
                amount(row.quantity, cell);
            },
        ),
        text!(
            "PricingUnit",
            "`Hours`, `Days`, `Months`, `USD`, `Node-Hours`, `Replica-Hours`, `Execution-Hours` or `1000000 Executions`",
            |row| unit(row.quantity.unit),
        ),
        Column::new(
            "ConsumedQuantity",
            "",
            "units that were used; empty for purchases and for what is unused",
            |row, cell| {
                if consumes(row) {
                    amount(row.quantity, cell);
                }
            },
        ),
        text!("ConsumedUnit", "their unit", |row| {
            let unit = consumes(row).then(|| unit(row.quantity.unit));
            unit.unwrap_or_default()
        }),
    ]
}

fn commitments<'a>() -> Vec<Made<'a>> {
    vec![
        text!(
            "CommitmentDiscountId",
            "account and name of the commitment",
            |row| {
                let commitment = row.commitment;
                commitment.map_or_else(String::new, |commitment| {
                    row.within_account(&commitment.name)
                })
            }
        ),
        text!("CommitmentDiscountName", "its name", |row| {
            let commitment = row.commitment;
            commitment.map_or_else(String::new, |commitment| commitment.name.clone())
        }),
        text!(
            "CommitmentDiscountCategory",
            "`Usage` of a reservation, `Spend` of a savings plan",
            |row| of_kind(row, "Usage", "Spend"),
        ),
        text!(
            "CommitmentDiscountType",
            "`Reservation` or `Savings Plan`",
            |row| { of_kind(row, "Reservation", "Savings Plan") }
        ),
        text!(
            "CommitmentDiscountStatus",
            "`Used` or `Unused`; empty for purchases",
            |row| {
                match row.charge {
                    Charge::Covered(_) => "Used",
                    Charge::Unused(_) => "Unused",
                    _ => "",
                }
            },
        ),
        Column::new(
            "CommitmentDiscountQuantity",
            "",
            "so much of the commitment: bought, used or unused",
            |row, cell| {
                if let Some(quantity) = row.of_commitment {
                    amount(quantity, cell);
                }
            },
        ),
        text!(
            "CommitmentDiscountUnit",
            "`Hours` of machines of a reservation, `USD` of a savings plan",
            |row| {
                let unit = row.of_commitment.map(|quantity| unit(quantity.unit));
                unit.unwrap_or_default()
            },
        ),
    ]
}

fn things<'a>() -> Vec<Made<'a>> {
    vec![
        text!(
            "RegionId",
            "the region, where the scenario names one",
            |row| { row.region().unwrap_or_default() }
        ),
        text!("RegionName", "the same", |row| {
            row.region().unwrap_or_default()
        }),
        text!("ResourceId", "account and target", |row| {
            let target = row.target_name();
            target.map_or_else(String::new, |target| row.within_account(target))
        }),
        text!("ResourceName", "the target", |row| {
            row.target_name().unwrap_or_default()
        }),
        text!(
            "ResourceType",
            "what the target is: `Compute Cluster`, `Compute Instance`, `Azure Databricks`",
            |row| { row.resource_type().unwrap_or_default() }
        ),
        text!(
            "SkuId",
            "what is bought: the size or else the target, and the region",
            |row| row.sku()
        ),
        text!("SkuMeter", "the meter, as in `bill.csv`", |row| row.meter),
        text!("SkuPriceId", "the same with meter and list price", |row| {
            let price = row.list_micro_usd;
            format!("{}/{}/{price}", row.sku(), row.meter)
        }),
        text!(
            "Tags",
            "a JSON object of the target's `tags`, letters beyond ASCII as `\\u` escapes; empty where it has none, and of commitments",
            |row| row.tags().map_or_else(String::new, json)
        ),
    ]
}

fn own<'a>() -> Vec<Made<'a>> {
    vec![
        text!("x_Scenario", "the scenario", |row| row
            .study
            .scenario
            .clone()),
        text!("x_Variant", "the variant", |row| row.variant.name.clone()),
        text!("x_Replication", "`0`", |_| "0"),
        text!("x_Target", "the target", |row| {
            row.target_name().unwrap_or_default()
        }),
        text!(
            "x_Tier",
            "`dedicated`, `low_priority` or `spot`, of usage of machines",
            |row| row.tier
        ),
        text!(
            "x_NodeState",
            "what machines did: the category of `bill.csv`; empty for what is no usage",
            |row| {
                let used = matches!(row.charge, Charge::Usage | Charge::Covered(_));
                row.category
                    .filter(|_| used)
                    .map(Category::name)
                    .unwrap_or_default()
            },
        ),
        text!(
            "x_CostCategory",
            "the category of `bill.csv`; empty for the purchase of a commitment",
            |row| row.category.map(Category::name).unwrap_or_default(),
        ),
    ]
}

/// Tags as FOCUS writes keys with values.
fn json(tags: &Tags) -> String {
    let text = serde_json::to_string(tags).expect("texts are JSON");
    let mut ascii = String::new();
    for letter in text.chars() {
        if letter.is_ascii() {
            ascii.push(letter);
        } else {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                let _ = write!(ascii, "\\u{unit:04x}");
            }
        }
    }
    ascii
}

/// Whether the row is of something used.
fn consumes(row: &Row<'_>) -> bool {
    !matches!(row.charge, Charge::Unused(_) | Charge::Purchase(_))
}

/// A text by the kind of the row's commitment, if it has one.
fn of_kind(row: &Row<'_>, reservation: &'static str, plan: &'static str) -> &'static str {
    match row.commitment.map(|commitment| commitment.kind) {
        Some(CommitmentKind::Reservation { .. }) => reservation,
        Some(CommitmentKind::SavingsPlan { .. }) => plan,
        None => "",
    }
}

/// Appends an amount of money with twelve decimals.
fn money(row: &Row<'_>, amount: Usd, cell: &mut Cell) {
    let amount = row.variant.currency.exact(amount);
    cell.quotient(amount.0.unsigned_abs(), Usd::ONE.0.unsigned_abs(), 12);
}

fn amount(quantity: Quantity, cell: &mut Cell) {
    cell.quotient(quantity.parts, quantity.per_unit, 12);
}

/// Appends text with bytes beyond ASCII percent-encoded.
fn ascii(text: &str, cell: &mut Cell) {
    for part in text.split_inclusive(|letter: char| !letter.is_ascii()) {
        let plain = part.trim_end_matches(|letter: char| !letter.is_ascii());
        cell.text(plain);
        for byte in part[plain.len()..].bytes() {
            cell.text(&format!("%{byte:02X}"));
        }
    }
}

fn write(study: &StudyResults, out: &mut dyn Write) -> io::Result<()> {
    write_rows(&columns(), rows(study), study.currency(), out)
}
