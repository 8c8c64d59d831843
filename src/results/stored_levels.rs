//! Levels over time as they are stored: a list for each level, which takes less room than a list of points.

use serde::{Deserialize, Serialize};

use super::{Levels, Timeline, TimelinePoint};
use crate::units::{SimDuration, SimTime};

/// A timeline by columns, all of the same length.
#[derive(Serialize, Deserialize)]
pub(super) struct Stored {
    averaged_over: Option<SimDuration>,
    from: Vec<SimTime>,
    span: Vec<SimDuration>,
    provisioning: Vec<f64>,
    idle: Vec<f64>,
    occupied: Vec<f64>,
    leaving: Vec<f64>,
    system: Vec<f64>,
    queued_runs: Vec<f64>,
    queued_nodes: Vec<f64>,
}

impl From<Timeline> for Stored {
    fn from(timeline: Timeline) -> Self {
        let points = &timeline.points;
        let level = |of: fn(&Levels<f64>) -> f64| points.iter().map(|at| of(&at.levels)).collect();
        Self {
            averaged_over: timeline.averaged_over,
            from: points.iter().map(|at| at.from).collect(),
            span: points.iter().map(|at| at.span).collect(),
            provisioning: level(|levels| levels.provisioning),
            idle: level(|levels| levels.idle),
            occupied: level(|levels| levels.occupied),
            leaving: level(|levels| levels.leaving),
            system: level(|levels| levels.system),
            queued_runs: level(|levels| levels.queued_runs),
            queued_nodes: level(|levels| levels.queued_nodes),
        }
    }
}

impl From<Stored> for Timeline {
    fn from(stored: Stored) -> Self {
        let level = |of: &[f64], at: usize| of.get(at).copied().unwrap_or_default();
        let points = stored.from.iter().zip(&stored.span).enumerate();
        let points = points.map(|(at, (from, span))| TimelinePoint {
            from: *from,
            span: *span,
            levels: Levels {
                provisioning: level(&stored.provisioning, at),
                idle: level(&stored.idle, at),
                occupied: level(&stored.occupied, at),
                leaving: level(&stored.leaving, at),
                system: level(&stored.system, at),
                queued_runs: level(&stored.queued_runs, at),
                queued_nodes: level(&stored.queued_nodes, at),
            },
        });
        Self {
            averaged_over: stored.averaged_over,
            points: points.collect(),
        }
    }
}
