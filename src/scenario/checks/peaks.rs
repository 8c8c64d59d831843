//! The peaks of bursts: what comes in them at the worst moment, against what a target can do at that moment.

use super::fill::fill;
use super::routes::Order;
use crate::calendar::WeeklySchedule;
use crate::model::settings::TargetKind;
use crate::units::{SimDuration, SimTime};

/// Demand in nodes (of an instance: slots), and the most that it can do, both at one moment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peak {
    pub(super) demand: f64,
    pub(super) capacity: f64,
}

impl Peak {
    fn lacks(&self) -> f64 {
        self.demand - self.capacity
    }
}

/// Windows and schedules repeat after a week; a day more covers a change of the clock.
const LOOK_AHEAD: SimDuration = SimDuration::from_secs(8 * 24 * 3600);

/// The combinations in which these are open and closed before the horizon.
pub(super) fn combinations(clocks: &[&WeeklySchedule], horizon: SimTime) -> Vec<Vec<bool>> {
    let end = horizon.min(SimTime::ZERO + LOOK_AHEAD);
    let mut seen: Vec<Vec<bool>> = Vec::new();
    let mut at = SimTime::ZERO;
    while at < end {
        let open: Vec<bool> = clocks.iter().map(|clock| clock.is_open(at)).collect();
        if !seen.contains(&open) {
            seen.push(open);
        }
        let changes = clocks.iter().filter_map(|clock| clock.next_change(at));
        at = changes.min().unwrap_or(end);
    }
    seen
}

/// The worst moment of the peaks of each target; `None` without bursts.
pub(super) fn worst(order: &Order<'_>) -> Vec<Option<Peak>> {
    let (settings, most) = (order.settings, order.most);
    let windows = settings.workloads.iter().enumerate();
    let windows: Vec<(usize, &WeeklySchedule)> = windows
        .filter_map(|(workload, settings)| Some((workload, settings.arrivals.peaks()?.windows)))
        .collect();
    let mut worst: Vec<Option<Peak>> = vec![None; settings.targets.len()];
    if windows.is_empty() {
        return worst;
    }
    let schedules: Vec<(usize, &WeeklySchedule)> = settings
        .targets
        .iter()
        .enumerate()
        .filter_map(|(at, target)| match &target.kind {
            TargetKind::Instance(instance) => Some((at, instance.schedule.as_ref()?)),
            TargetKind::Cluster(_) => None,
        })
        .collect();
    let clocks = windows.iter().chain(&schedules).map(|(_, clock)| *clock);
    for open in combinations(&clocks.collect::<Vec<_>>(), settings.horizon) {
        let (in_peak, on) = open.split_at(windows.len());
        let is_open = |workload: usize| {
            let place = windows.iter().position(|(of, _)| *of == workload);
            place.is_some_and(|place| in_peak[place])
        };
        let is_on = |at: usize| {
            let place = schedules.iter().position(|(of, _)| *of == at);
            place.is_none_or(|place| on[place])
        };
        let capacity = |(at, most): (usize, &u32)| match &settings.targets[at].kind {
            TargetKind::Instance(instance) if is_on(at) => f64::from(instance.slots),
            TargetKind::Instance(_) => 0.0,
            TargetKind::Cluster(_) => f64::from(*most),
        };
        let room: Vec<f64> = most.iter().enumerate().map(capacity).collect();
        let filled = fill(order, &room, |workload, asked| asked.at(is_open(workload)));
        for (workload, settings) in settings.workloads.iter().enumerate() {
            if !is_open(workload) {
                continue;
            }
            for &at in &settings.targets {
                let now = Peak {
                    demand: filled.demand[at],
                    capacity: room[at],
                };
                if worst[at].is_none_or(|known| now.lacks() > known.lacks()) {
                    worst[at] = Some(now);
                }
            }
        }
    }
    worst
}
