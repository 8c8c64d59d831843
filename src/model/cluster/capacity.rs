//! Limits and idle times of a cluster that differ by the clock. Rules: docs/semantics.md section 3.10.

use super::Cluster;
use crate::engine::streams::{Purpose, Streams};
use crate::engine::{EventQueue, Timer};
use crate::model::parts::Part;
use crate::model::settings::{CapacityWindow, ClusterSettings};
use crate::units::SimTime;
use crate::workload::Draw;

const IDLE_LIMIT: Purpose = Purpose("idle limit in a window");

/// The windows of a cluster.
#[derive(Debug)]
pub(super) struct Capacity {
    windows: Vec<CapacityWindow>,
    /// By window: the idle limit, where it has one. That of the window which holds is with the fleet, and the fleet's here.
    idle_limits: Vec<Option<Draw>>,
    /// The window whose idle limit holds.
    idle_window: Option<usize>,
    /// What holds outside them.
    min_nodes: u32,
    max_nodes: u32,
    timer: Timer,
}

impl Capacity {
    pub(super) fn new(
        settings: &ClusterSettings,
        (streams, owner): (Streams, &str),
        new_timer: &mut impl FnMut(Part) -> Timer,
    ) -> Option<Self> {
        let windows = &settings.capacity;
        let idle_limits = windows.iter().map(|window| {
            let owner = format!("{owner}.{}", window.name);
            let limit = window.idle_before_scale_down.as_ref()?;
            Some(Draw::new(limit, streams, IDLE_LIMIT, &owner))
        });
        (!windows.is_empty()).then(|| Self {
            windows: windows.clone(),
            idle_limits: idle_limits.collect(),
            idle_window: None,
            min_nodes: settings.min_nodes,
            max_nodes: settings.max_nodes,
            timer: new_timer(Part::Clock),
        })
    }

    /// Puts the idle limit of a window in the place of the fleet's.
    fn exchange(&mut self, window: Option<usize>, fleets: &mut Draw) {
        for position in [self.idle_window, window].into_iter().flatten() {
            if let Some(limit) = &mut self.idle_limits[position] {
                std::mem::swap(limit, fleets);
            }
        }
        self.idle_window = window;
    }
}

impl Cluster {
    /// A window begins or ends: of those that are open the last declared that gives a limit decides on it.
    pub(super) fn turn_capacity(&mut self, now: SimTime, queue: &mut EventQueue) {
        let Some(capacity) = &mut self.capacity else {
            return;
        };
        let (mut min, mut max) = (capacity.min_nodes, capacity.max_nodes);
        let mut idle_window = None;
        let mut next = SimTime::NEVER;
        for (position, window) in capacity.windows.iter().enumerate() {
            if window.hours.is_open(now) {
                min = window.min_nodes.unwrap_or(min);
                max = window.max_nodes.unwrap_or(max);
                if window.idle_before_scale_down.is_some() {
                    idle_window = Some(position);
                }
            }
            let change = window.hours.next_change(now);
            next = next.min(change.unwrap_or(SimTime::NEVER));
        }
        capacity.exchange(idle_window, &mut self.fleet.idle_limit);
        (self.min_nodes, self.max_nodes) = (min.min(max), max);
        queue.set(capacity.timer, next);
    }
}
