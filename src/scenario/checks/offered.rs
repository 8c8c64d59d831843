//! Offered load: the work that workloads bring per second, against what a target can do. Pure arithmetic.

use super::demand::{Means, asked};
use super::fill::{EQUAL, fill};
use super::routes::{Asks, Order, Route, is_fixed, routes};
use super::{gangs, peaks};
use crate::model::settings::{TargetKind, TargetSettings, WorldSettings};
use crate::units::SimTime;

/// What workloads ask of a target.
#[derive(Clone, Debug, PartialEq)]
pub struct OfferedLoad {
    /// The target's name.
    pub target: String,
    /// Mean node-seconds (of an instance: slot-seconds) asked for per second in `[0, horizon)`, with the occupied
    /// stages setup, Running (up to the maximum duration) and finalize; image pulls are not counted.
    pub demand: f64,
    /// Part of it that goes on wherever the horizon is: that of batches and logs does not.
    pub endless: f64,
    /// The same at the worst moment of the peak windows of its bursts; `None` without bursts.
    pub peak_demand: Option<f64>,
    /// The most it can do at that moment.
    pub peak_capacity: f64,
    /// The most that its runs can keep busy: nodes, as far as quotas leave them and gangs fill them, or slots times the
    /// share of time a schedule has them on.
    pub capacity: f64,
    /// Nodes there can be, or slots times that share.
    pub room: f64,
    /// Whether more work than this comes, which goes on to another target.
    pub spills: bool,
    /// Whether its queue grows without bound.
    saturated: bool,
}

impl OfferedLoad {
    /// Whether the queue grows without bound: the work that keeps arriving exceeds its capacity.
    pub fn is_saturated(&self) -> bool {
        self.saturated
    }

    /// Whether batches and logs bring more until the horizon than it can do until then, all else being well.
    pub fn ends_late(&self) -> bool {
        !self.saturated && !self.spills && self.demand > self.capacity
    }
}

/// Loads of the targets of a world, and where runs of several targets go.
#[derive(Debug)]
pub(in crate::scenario) struct Offered {
    pub(in crate::scenario) loads: Vec<OfferedLoad>,
    pub(in crate::scenario) routes: Vec<Route>,
}

/// The offered load of every target, of which each can have at most `most` nodes. What several targets could do goes to
/// the first of them when it has room, and on to the next.
pub(in crate::scenario) fn offered(
    settings: &WorldSettings,
    most: &[u32],
    means: &mut Means,
) -> Offered {
    let asks = asks(settings, most, means);
    let targets = settings.targets.iter().zip(most);
    let room: Vec<f64> = targets
        .map(|(target, most)| room(target, *most, settings.horizon))
        .collect();
    let order = Order {
        settings,
        asks: &asks,
        most,
    };
    let filled = fill(&order, &room, |_, asked| asked.mean);
    let endless = fill(&order, &room, |_, asked| asked.endless);
    let peaks = peaks::worst(&order);
    let loads = settings.targets.iter().enumerate().map(|(at, target)| {
        let demand = endless.demand[at];
        let mixture = gangs::mixture(settings, at, most[at]);
        let capacity = match &target.kind {
            TargetKind::Instance(_) => room[at],
            TargetKind::Cluster(_) => gangs::busy_at_most(&mixture, most[at], demand),
        };
        let exceeds = if is_fixed(settings, at) {
            demand > capacity * (1.0 + EQUAL)
        } else {
            demand > 0.0 && demand >= capacity * (1.0 - EQUAL)
        };
        OfferedLoad {
            target: target.name.clone(),
            demand: filled.demand[at],
            endless: demand,
            peak_demand: peaks[at].map(|peak| peak.demand),
            peak_capacity: peaks[at].map_or(capacity, |peak| peak.capacity),
            capacity,
            room: room[at],
            spills: filled.spills[at],
            saturated: exceeds && !endless.turns_away(at, capacity),
        }
    });
    Offered {
        loads: loads.collect(),
        routes: routes(&order, &room),
    }
}

fn asks(settings: &WorldSettings, most: &[u32], means: &mut Means) -> Asks {
    let mut order: Vec<usize> = (0..settings.workloads.len()).collect();
    order.sort_by_key(|workload| settings.workloads[*workload].targets.len() > 1);
    let of = |workload: usize| {
        let settings_of = &settings.workloads[workload];
        let targets = settings_of.targets.iter().map(|at| {
            let target = (&settings.targets[*at], settings_of.speed_on(*at));
            let asked = asked(settings_of, target, most[*at], settings.horizon, means);
            (*at, asked)
        });
        (workload, targets.collect())
    };
    order.into_iter().map(of).collect()
}

/// Nodes there can be, or slots times the share of time that they are on.
fn room(target: &TargetSettings, most: u32, horizon: SimTime) -> f64 {
    match &target.kind {
        TargetKind::Cluster(_) => f64::from(most),
        TargetKind::Instance(instance) => {
            let on = instance.schedule.as_ref().map_or(1.0, |schedule| {
                let open = schedule.open_time(SimTime::ZERO, horizon).as_secs_f64();
                open / horizon.as_secs_f64()
            });
            f64::from(instance.slots) * on
        }
    }
}
