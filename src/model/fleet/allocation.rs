//! How long a cluster waits for a node before its lease begins: failed tries, then the drawn allocation.

use rand_distr::{Distribution as _, StandardUniform};

use crate::engine::streams::{Purpose, Stream, Streams};
use crate::engine::{LATEST, Work};
use crate::model::settings::{AllocationFailure, ClusterSettings};
use crate::units::{SimDuration, SimTime};
use crate::workload::Draw;

const ALLOCATION: Purpose = Purpose("allocation");
const FAILURE: Purpose = Purpose("allocation failure");

/// The first part of provisioning.
#[derive(Debug)]
pub(in crate::model) struct Allocation {
    drawn: Draw,
    failure: Option<(AllocationFailure, Stream)>,
}

impl Allocation {
    pub(in crate::model) fn new(settings: &ClusterSettings, streams: Streams, owner: &str) -> Self {
        let failure = settings.allocation_failure.as_deref().cloned();
        Self {
            drawn: Draw::new(&settings.allocation, streams, ALLOCATION, owner),
            failure: failure.map(|failure| (failure, streams.open(FAILURE, owner))),
        }
    }

    /// When the lease of a node begins that is asked for at `now`.
    #[inline]
    pub(in crate::model) fn lease_begin(&mut self, now: SimTime, work: &mut Work<'_>) -> SimTime {
        let allocated_from = match &mut self.failure {
            Some((failure, stream)) => succeeds((failure, stream), now, work),
            None => now,
        };
        allocated_from + self.drawn.draw()
    }
}

/// The first try from `at` on that succeeds, or one that comes too late to be simulated.
fn succeeds(
    (failure, stream): (&AllocationFailure, &mut Stream),
    mut at: SimTime,
    work: &mut Work<'_>,
) -> SimTime {
    let mut pause = failure.retry_after.min(failure.retry_at_most);
    while at < LATEST && work.step() {
        let closed = failure
            .windows
            .as_ref()
            .is_some_and(|windows| windows.is_open(at));
        if !closed {
            let unit: f64 = StandardUniform.sample(stream);
            if unit >= failure.probability {
                return at;
            }
        }
        at = at + pause;
        let longer = SimDuration::from_secs_rounded(pause.as_secs_f64() * failure.backoff);
        pause = longer.min(failure.retry_at_most);
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Calendar, WeeklySchedule};

    fn failure(probability: f64, windows: Option<&str>) -> AllocationFailure {
        let windows = windows.map(|windows| {
            WeeklySchedule::parse(&Calendar::default(), &[windows.to_owned()]).unwrap()
        });
        AllocationFailure {
            probability,
            windows,
            retry_after: SimDuration::from_secs(60),
            backoff: 2.0,
            retry_at_most: SimDuration::from_secs(200),
        }
    }

    fn first_success(failing: &AllocationFailure, stream: &mut Stream, at: SimTime) -> SimTime {
        succeeds((failing, stream), at, &mut Work::unwatched())
    }

    fn stream() -> Stream {
        Streams::new(1, 0).open(FAILURE, "test")
    }

    #[test]
    fn pauses_grow_up_to_the_longest() {
        // Tries at 0, 60, 180, 380, 580, 780 s: pauses of 60, 120, 200, 200, 200. The window closes at 600 s.
        let failing = failure(0.0, Some("daily 00:00-00:10"));
        let at = first_success(&failing, &mut stream(), SimTime::ZERO);
        assert_eq!(at, SimTime(780_000_000));
        let later = SimTime(600_000_000);
        assert_eq!(first_success(&failing, &mut stream(), later), later);
    }

    #[test]
    fn the_number_of_failures_is_geometric() {
        // With p = 0.4, 0.4 of the requests fail at once, and the mean pause of the first try is that share of 60 s.
        let failing = failure(0.4, None);
        let mut stream = stream();
        let (mut at_once, mut second) = (0, 0);
        let requests = 100_000;
        for _ in 0..requests {
            let at = first_success(&failing, &mut stream, SimTime::ZERO);
            at_once += u32::from(at == SimTime::ZERO);
            second += u32::from(at == SimTime(60_000_000));
        }
        // Standard deviations: 155 and 135.
        assert!((f64::from(at_once) - 60_000.0).abs() < 620.0, "{at_once}");
        assert!((f64::from(second) - 24_000.0).abs() < 540.0, "{second}");
    }
}
