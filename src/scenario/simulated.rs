//! The variants that are simulated, of all that a scenario has, and what is said of them.

use super::buying::source::PriceSource;
use super::checks::offered::OfferedLoad;
use super::checks::routes::Route;
use super::checks::serving_load::ServiceLoad;
use super::checks::told::Told;
use super::data::readings::{Reading, gather_readings, name_no_variants};
use super::document::usual::{ActingDefault, DefaultOf, Defaults};
use super::variants::planned::Planned;
use super::world::World;
use crate::calendar::Calendar;
use crate::catalog::Cloud;
use crate::goal::ScopeKind;
use crate::model::settings::WorldSettings;
use crate::pricing::{Commitment, Tags, TargetPrices};
use crate::search::Coordinate;

/// One alternative.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Its name.
    pub name: String,
    /// Where everything is bought.
    pub cloud: Cloud,
    /// What is simulated.
    pub settings: WorldSettings,
    /// What each of the settings' targets is, in their order, then each of its services: `Azure Databricks`.
    pub products: Vec<&'static str>,
    /// Names of instances that stand for several equal ones, `NAME-1` and so on, and how many these are.
    pub equal: Vec<(String, usize)>,
    /// The prices of the settings' targets, in their order, then of its services.
    pub prices: Vec<TargetPrices>,
    /// Their tags, in the same order.
    pub tags: Vec<Tags>,
    /// Reservations and savings plans that cover usage of these targets.
    pub commitments: Vec<Commitment>,
    /// Where the prices are from, those of targets in their order before those of commitments.
    pub sources: Vec<PriceSource>,
    /// The offered load of the settings' targets, in their order.
    pub loads: Vec<OfferedLoad>,
    /// Where runs of workloads with several targets go.
    pub routes: Vec<Route>,
    /// The offered load of the settings' services, in their order.
    pub service_loads: Vec<ServiceLoad>,
    /// What `t = 0` is.
    pub calendar: Calendar,
    /// Its point of the sweep and of the search; before them, under the key `variant`, its table.
    pub point: Vec<Coordinate>,
}

/// The variants that are simulated, and what is said of them.
pub(super) struct Chosen {
    pub(super) variants: Vec<Variant>,
    pub(super) warnings: Vec<String>,
    pub(super) notes: Vec<String>,
    pub(super) readings: Vec<Reading>,
    pub(super) defaults: Vec<DefaultOf>,
}

impl Chosen {
    pub(super) fn of(
        worlds: Vec<World>,
        planned: &[Planned],
        selected: &[usize],
        of_file: &[ActingDefault],
    ) -> Self {
        let mut variants = Vec::new();
        let (mut warned, mut mentioned) = (Told::default(), Told::default());
        let (mut idle, mut readings) = (Vec::new(), Vec::new());
        let mut defaults = Defaults::of_file(of_file, selected.len());
        for (position, (world, planned)) in worlds.into_iter().zip(planned).enumerate() {
            if selected.contains(&position) {
                warned.gather(&world.warnings, &planned.name);
                mentioned.gather(&world.notes, &planned.name);
                gather_readings(&mut readings, &world.readings, &planned.name);
                idle.push(world.idle_quotas.clone());
                defaults.add(&world.defaults, variants.len());
                variants.push(variant(planned, world));
            }
        }
        name_no_variants(&mut readings, variants.len());
        let mut warnings = warned.tell(variants.len());
        warnings.extend(idle_quotas(&idle));
        Self {
            notes: mentioned.tell(variants.len()),
            variants,
            warnings,
            readings,
            defaults: defaults.into_list(),
        }
    }
}

fn variant(planned: &Planned, world: World) -> Variant {
    let equal = world.copied.into_iter();
    let equal = equal.filter(|copied| copied.kind == ScopeKind::Target);
    Variant {
        equal: equal.map(|copied| (copied.name, copied.number)).collect(),
        name: planned.name.clone(),
        cloud: world.cloud,
        settings: world.settings,
        products: world.products,
        prices: world.prices,
        tags: world.tags,
        commitments: world.commitments,
        sources: world.sources,
        loads: world.loads,
        routes: world.routes,
        service_loads: world.service_loads,
        calendar: world.calendar,
        point: planned.point.clone(),
    }
}

/// Quotas that limit no target of any variant, which may be a mistake; given those of each.
fn idle_quotas(idle: &[Vec<String>]) -> Vec<String> {
    let (Some(first), others) = (idle.first(), idle.get(1..).unwrap_or_default()) else {
        return Vec::new();
    };
    let everywhere = first
        .iter()
        .filter(|name| others.iter().all(|other| other.contains(name)));
    let say = |name: &String| {
        format!("no target counts against quota `{name}`: check its family and its region")
    };
    everywhere.map(say).collect()
}
