//! One replication by itself, for a trial before a study.

use super::{Keep, Place, Replication, Watcher, Work, replicate};
use crate::engine::Halt;
use crate::error::Error;
use crate::scenario::Scenario;

/// Simulates a replication of a scenario on the calling thread, with what [`super::most_levels`] says of the scenario. The
/// error is [`Error::Interrupted`] if the watcher said stop, and [`Error::Endless`] where it has no end.
pub fn one(
    scenario: &Scenario,
    place: Place,
    (keep, most_levels): (Keep, u64),
    watcher: &dyn Watcher,
) -> Result<Replication, Error> {
    let work = Work {
        scenario,
        variant: &scenario.variants[place.variant],
        place,
        most_levels,
    };
    replicate(work, keep, watcher).map_err(|halt| match halt {
        Halt::Stopped { live } => {
            watcher.stopped(&work.variant.name, live);
            Error::Interrupted
        }
        Halt::Endless { message, help } => {
            let message = format!("{}: {message}", work.name());
            Error::Endless { message, help }
        }
    })
}
