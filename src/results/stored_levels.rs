//! Levels over time as they are stored: by fields. Points follow one another without gaps, so that their lengths tell where they begin.

use serde::de::Error as _;
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::column::{Column, Values};
use super::{Levels, Timeline, TimelinePoint};
use crate::units::{SimDuration, SimTime};

/// One of the levels of a point.
type Level = fn(&TimelinePoint) -> f64;

/// A timeline as it is read.
#[derive(Deserialize)]
struct Stored {
    averaged_over: Option<SimDuration>,
    count: usize,
    /// Begin of the first point.
    from: SimTime,
    span: Values<SimDuration>,
    provisioning: Values<f64>,
    idle: Values<f64>,
    occupied: Values<f64>,
    leaving: Values<f64>,
    system: Values<f64>,
    queued_runs: Values<f64>,
    queued_nodes: Values<f64>,
}

impl Serialize for Timeline {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        const FIELDS: usize = 11;
        let points = &self.points[..];
        debug_assert!(
            points
                .windows(2)
                .all(|two| two[0].from + two[0].span == two[1].from),
            "points follow one another without gaps"
        );
        let first = points.first().map(|first| first.from);
        let mut stored = serializer.serialize_struct("Timeline", FIELDS)?;
        stored.serialize_field("averaged_over", &self.averaged_over)?;
        stored.serialize_field("count", &points.len())?;
        stored.serialize_field("from", &first.unwrap_or_default())?;
        stored.serialize_field("span", &Column(points, |at| at.span))?;
        let levels: [(&str, Level); 7] = [
            ("provisioning", |at| at.levels.provisioning),
            ("idle", |at| at.levels.idle),
            ("occupied", |at| at.levels.occupied),
            ("leaving", |at| at.levels.leaving),
            ("system", |at| at.levels.system),
            ("queued_runs", |at| at.levels.queued_runs),
            ("queued_nodes", |at| at.levels.queued_nodes),
        ];
        for (name, level) in levels {
            stored.serialize_field(name, &Column(points, level))?;
        }
        stored.end()
    }
}

impl<'de> Deserialize<'de> for Timeline {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut stored = Stored::deserialize(deserializer)?;
        let count = stored.count;
        let levels = [
            &stored.provisioning,
            &stored.idle,
            &stored.occupied,
            &stored.leaving,
            &stored.system,
            &stored.queued_runs,
            &stored.queued_nodes,
        ];
        if !stored.span.are(count) || !levels.iter().all(|level| level.are(count)) {
            return Err(D::Error::custom("its levels are of different lengths"));
        }
        let mut from = stored.from;
        let points = (0..count).map_while(|_| {
            let span = stored.span.next()?;
            let point = TimelinePoint {
                from,
                span,
                levels: Levels {
                    provisioning: stored.provisioning.next()?,
                    idle: stored.idle.next()?,
                    occupied: stored.occupied.next()?,
                    leaving: stored.leaving.next()?,
                    system: stored.system.next()?,
                    queued_runs: stored.queued_runs.next()?,
                    queued_nodes: stored.queued_nodes.next()?,
                },
            };
            from = from + span;
            Some(point)
        });
        Ok(Self {
            points: points.collect(),
            averaged_over: stored.averaged_over,
        })
    }
}
