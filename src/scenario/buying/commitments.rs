//! Reads reservations and savings plans, and finds the targets whose usage each covers.

use super::market::{Market, Region};
use super::prices::{is_fresh, times};
use super::source::PriceSource;
use super::term_prices::{TERMS, Wanted, term_price};
use crate::catalog::{PriceTier, Scope, VmSize};
use crate::model::settings::TargetSettings;
use crate::pricing::{Commitment, CommitmentKind, Covered, TargetPrices, Term, Tier};
use crate::scenario::data::context::Context;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sections::{all, section};
use crate::scenario::document::sink::Read;
use crate::scenario::document::tree::{Entry, Table, Value};
use crate::scenario::document::values::{charge, choice, count, factor, found, price};
use crate::scenario::keys::{RESERVATION, SAVINGS_PLAN};
use crate::units::UsdPerHour;

/// Machines of a reservation at most.
const MAX_MACHINES: u32 = 1_000_000;
const MACHINES_HELP: &str =
    "write how many machines are reserved, such as `nodes = 2`, or their `vcpus` together";

fn term(table: &Cursor<'_>) -> Read<Term> {
    table.read_or("term", Term::default(), choice(TERMS))
}

/// As what a reserved machine is listed.
fn reserved_for(term: Term) -> PriceTier {
    match term {
        Term::One => PriceTier::Reserved1y,
        Term::Three => PriceTier::Reserved3y,
    }
}

/// As what a machine under a savings plan is listed.
fn planned_for(term: Term) -> PriceTier {
    match term {
        Term::One => PriceTier::SavingsPlan1y,
        Term::Three => PriceTier::SavingsPlan3y,
    }
}

/// A commitment as the file says it.
pub(in crate::scenario) struct Draft<'a> {
    name: String,
    table: Cursor<'a>,
    /// The region whose targets it covers; any, if `None`.
    region: Option<String>,
    term: Term,
    kind: Kind,
    /// What is said of its retirement.
    told: Option<String>,
}

enum Kind {
    Reservation {
        size: String,
        machines: u32,
        per_hour: UsdPerHour,
        source: Option<String>,
    },
    SavingsPlan {
        per_hour: UsdPerHour,
        /// Times the price of each target, instead of the price book's.
        factor: Option<f64>,
    },
}

/// The commitments of a variant, and what is said of them.
#[derive(Default)]
pub(in crate::scenario) struct Commitments {
    pub(in crate::scenario) list: Vec<Commitment>,
    pub(in crate::scenario) sources: Vec<PriceSource>,
    pub(in crate::scenario) warnings: Vec<String>,
}

/// Reads all commitments: reservations, then savings plans.
pub(in crate::scenario) fn drafts<'a>(
    context: &Context<'a>,
    root: &'a Table,
    market: &Market<'_>,
) -> Read<Vec<Draft<'a>>> {
    let reservations = section(context.sink, root, "reservation");
    let plans = section(context.sink, root, "savings_plan");
    for (entry, path) in &plans {
        let same = |(other, _): &(&Entry, String)| other.key == entry.key;
        if reservations.iter().any(same) {
            let complaint =
                Complaint::new(format!("there is a reservation `{}` as well", entry.key))
                    .help("give each commitment a name of its own");
            context.sink.report(&entry.origin, path, complaint);
        }
    }
    let reservation = |(entry, path): (&'a Entry, String)| {
        let table = Cursor::open(context.sink, &entry.node, path, RESERVATION)?;
        reservation(entry.key.to_string(), table, market)
    };
    let plan = |(entry, path): (&'a Entry, String)| {
        let table = Cursor::open(context.sink, &entry.node, path, SAVINGS_PLAN)?;
        savings_plan(entry.key.to_string(), table, market)
    };
    let reservations = all(reservations.into_iter().map(reservation));
    let plans = all(plans.into_iter().map(plan));
    let mut drafts = reservations?;
    drafts.extend(plans?);
    Ok(drafts)
}

fn reservation<'a>(name: String, table: Cursor<'a>, market: &Market<'_>) -> Read<Draft<'a>> {
    let size = market.size(&table);
    let region = market.region(&table);
    let given = table.read("price_per_hour", price);
    let nodes = table.read("nodes", count(0, MAX_MACHINES));
    let vcpus = table.read("vcpus", count(0, MAX_MACHINES));
    let amount = table.one_of(&["nodes", "vcpus"]);
    let term = term(&table);
    let size = match size {
        Ok(Some(size)) => Ok(size),
        Ok(None) => Err(table.missing("vm_size", "write the size that is reserved")),
        Err(reported) => Err(reported),
    };
    let (amount, nodes, vcpus) = (amount?, nodes?, vcpus?);
    let (size, region, term) = (size?, region?, term?);
    let machines = match (amount, nodes, vcpus) {
        (Some("nodes"), Some(nodes), _) => nodes,
        (Some(_), _, Some(vcpus)) => whole_machines(&table, size, vcpus)?,
        _ => return Err(table.missing("nodes", MACHINES_HELP)),
    };
    let told = match machines {
        0 => None,
        _ => retired(&name, &table, market, size)?,
    };
    let (per_hour, source) = match given? {
        Some(per_hour) => {
            is_fresh(&table, region.as_ref(), &["vm_size"])?;
            (per_hour, None)
        }
        None => reserved_price(&table, market, (size, term), region.as_ref())?,
    };
    Ok(Draft {
        name,
        region: region.map(|region| region.name),
        term,
        kind: Kind::Reservation {
            size: size.name.clone(),
            machines,
            per_hour,
            source,
        },
        table,
        told,
    })
}

/// Refuses a reservation that is no longer sold, or whose size is retired, on the day of the purchase.
fn retired(
    name: &str,
    table: &Cursor<'_>,
    market: &Market<'_>,
    size: &VmSize,
) -> Read<Option<String>> {
    let catalog = market.catalog()?;
    let finding = market
        .bought()?
        .and_then(|day| catalog.check_retired(size, Scope::Reservation, day));
    market.retired(name, (table, "vm_size"), finding)
}

/// The price book's price of a reserved machine, and who states it.
fn reserved_price(
    table: &Cursor<'_>,
    market: &Market<'_>,
    (size, term): (&VmSize, Term),
    region: Option<&Region<'_>>,
) -> Read<(UsdPerHour, Option<String>)> {
    let Some(region) = region else {
        let help = "write the `region` in which it is reserved, here or at the top level";
        return Err(table.missing("region", help));
    };
    let region = region.must_be_known()?;
    let refuse = |complaint: Complaint| {
        let help = complaint.help.clone().unwrap_or_default();
        let help = format!("{help}; set `price_per_hour` to use a custom price");
        let key = if table.has("term") { "term" } else { "vm_size" };
        table.refuse(key, complaint.help(help))
    };
    let wanted = Wanted {
        size,
        region,
        term,
        tier: reserved_for,
    };
    let (per_hour, source) = term_price(market, wanted, refuse)?;
    Ok((per_hour, Some(source)))
}

fn whole_machines(table: &Cursor<'_>, size: &VmSize, vcpus: u32) -> Read<u32> {
    if vcpus.is_multiple_of(size.vcpus) {
        return Ok(vcpus / size.vcpus);
    }
    let below = vcpus - vcpus % size.vcpus;
    let complaint = Complaint::new(format!(
        "{vcpus} vCPUs are no whole number of `{}`, which has {}",
        size.name, size.vcpus
    ))
    .help(format!("write {below} or {}", below + size.vcpus));
    Err(table.refuse("vcpus", complaint))
}

fn savings_plan<'a>(name: String, table: Cursor<'a>, market: &Market<'_>) -> Read<Draft<'a>> {
    let help = "write the dollars an hour that are committed to, such as `\"5 USD/h\"`";
    let per_hour = table.require("commitment", help, per_hour);
    let factor = table.read("price_factor", factor);
    let region = market.own_region(&table);
    let term = term(&table);
    let per_hour = per_hour?;
    Ok(Draft {
        name,
        region: region?.map(|region| region.name),
        term: term?,
        kind: Kind::SavingsPlan {
            per_hour,
            factor: factor?,
        },
        table,
        told: None,
    })
}

/// Dollars by the hour.
fn per_hour(value: &Value) -> Result<UsdPerHour, Complaint> {
    let help = "write an amount with its currency and time, by the hour, such as `\"5 USD/h\"`";
    let charge = charge(value).map_err(|complaint| complaint.help(help))?;
    if charge.hours == 1 {
        return Ok(UsdPerHour(charge.micro_usd));
    }
    let complaint = Complaint::new(format!("found {}", found(value)));
    Err(complaint.help("a commitment is by the hour: write for example `\"5 USD/h\"`"))
}

/// The commitments with the targets that each covers. One of nothing is none.
pub(in crate::scenario) fn commitments(
    drafts: &[Draft<'_>],
    market: &Market<'_>,
    targets: &[TargetSettings],
    prices: &[TargetPrices],
) -> Read<Commitments> {
    let mut commitments = Commitments::default();
    let mut result = Ok(());
    for draft in drafts {
        let made = match &draft.kind {
            Kind::Reservation { machines: 0, .. }
            | Kind::SavingsPlan {
                per_hour: UsdPerHour(0),
                ..
            } => continue,
            Kind::Reservation {
                size,
                machines,
                per_hour,
                source,
            } => {
                let kind = CommitmentKind::Reservation {
                    machines: *machines,
                    per_hour: *per_hour,
                };
                let same = |prices: &TargetPrices| prices.size.as_ref() == Some(size);
                let covers = draft.eligible(prices).filter(|at| same(&prices[*at]));
                let covers = covers.map(|target| Covered {
                    target,
                    per_hour: *per_hour,
                });
                Ok((kind, covers.collect(), source.clone()))
            }
            Kind::SavingsPlan { per_hour, factor } => draft
                .planned(*factor, market, targets, prices)
                .map(|(covers, source)| {
                    let kind = CommitmentKind::SavingsPlan {
                        per_hour: *per_hour,
                    };
                    (kind, covers, source)
                }),
        };
        match made {
            Ok((kind, covers, source)) => commitments.add(draft, kind, covers, source),
            Err(reported) => result = Err(reported),
        }
    }
    result.map(|()| commitments)
}

impl Draft<'_> {
    /// Positions of the workspace's own dedicated targets in its region; what is attached has a bill of its own.
    fn eligible<'p>(&'p self, prices: &'p [TargetPrices]) -> impl Iterator<Item = usize> + 'p {
        let all = prices.iter().enumerate();
        all.filter_map(|(position, prices)| {
            let here = match &self.kind {
                Kind::Reservation { .. } => self.region == prices.region,
                Kind::SavingsPlan { .. } => self.region.is_none() || self.region == prices.region,
            };
            (here && prices.tier == Tier::Dedicated && !prices.unmanaged).then_some(position)
        })
    }

    /// What a savings plan covers, each target at the plan's price for it.
    fn planned(
        &self,
        factor: Option<f64>,
        market: &Market<'_>,
        targets: &[TargetSettings],
        prices: &[TargetPrices],
    ) -> Read<(Vec<Covered>, Option<String>)> {
        let mut covers = Vec::new();
        let mut sources: Vec<String> = Vec::new();
        for target in self.eligible(prices) {
            let own = &prices[target];
            let (per_hour, source) = match factor {
                Some(factor) => {
                    let source = format!("{factor} times the price of each target");
                    (times(own.per_hour, factor), source)
                }
                None => self.listed(&targets[target].name, own, market)?,
            };
            // What costs nothing needs no cover.
            if per_hour.0 > 0 {
                covers.push(Covered { target, per_hour });
            }
            if !sources.contains(&source) {
                sources.push(source);
            }
        }
        let sources = (!sources.is_empty()).then(|| sources.join("; "));
        Ok((covers, sources))
    }

    fn listed(
        &self,
        name: &str,
        own: &TargetPrices,
        market: &Market<'_>,
    ) -> Read<(UsdPerHour, String)> {
        const HELP: &str = "write `price_factor`, the part of each target's price that the plan asks, such as `0.65`";
        let catalog = market.catalog()?;
        let size = own.size.as_ref().and_then(|size| catalog.size(size));
        let (Some(size), Some(region)) = (size, &own.region) else {
            let complaint = Complaint::new(format!(
                "it covers `{name}`, which has no `vm_size` and `region` of which the plan's price is known"
            ));
            return Err(self.table.refuse_whole(complaint.help(HELP)));
        };
        let wanted = Wanted {
            size,
            region,
            term: self.term,
            tier: planned_for,
        };
        term_price(market, wanted, |complaint| {
            let message = format!("it covers `{name}`, and {}", complaint.message);
            let help = complaint.help.unwrap_or_default();
            let complaint = Complaint::new(message).help(format!("{help}; or {HELP}"));
            self.table.refuse_whole(complaint)
        })
    }
}

impl Commitments {
    fn add(
        &mut self,
        draft: &Draft<'_>,
        kind: CommitmentKind,
        covers: Vec<Covered>,
        source: Option<String>,
    ) {
        let name = &draft.name;
        let term = draft.term.words();
        let (what, price) = match (&draft.kind, kind) {
            (
                Kind::Reservation { size, .. },
                CommitmentKind::Reservation { machines, per_hour },
            ) => {
                let region = draft.region.as_ref();
                let region = region.map_or_else(String::new, |region| format!(", {region}"));
                let price = format!("{} USD/h each", per_hour.dollars());
                (
                    format!("reservation of {machines} x {size}{region}{term}"),
                    price,
                )
            }
            (
                _,
                CommitmentKind::Reservation { per_hour, .. }
                | CommitmentKind::SavingsPlan { per_hour },
            ) => (
                format!("savings plan{term}"),
                format!("{} USD/h", per_hour.dollars()),
            ),
        };
        self.warnings.extend(draft.told.clone());
        if covers.is_empty() {
            self.warnings.push(format!(
                "`{name}`, a {what}, covers no target and is paid all the same"
            ));
        }
        self.sources.push(PriceSource {
            of: name.clone(),
            what,
            price,
            source: source.clone(),
        });
        self.list.push(Commitment {
            name: name.clone(),
            term: draft.term,
            kind,
            covers,
            source,
        });
    }
}
