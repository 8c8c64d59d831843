//! The stream of requests of one workload in one replication: when each arrives and how long it takes, drawn at its arrival.

use super::settings::RequestSettings;
use crate::engine::Work;
use crate::engine::streams::{Purpose, Streams};
use crate::units::{SimDuration, SimTime};
use crate::workload::{ArrivalStream, Draw};

// Not the purpose of runs: a workload of requests may have the name of one of runs.
const ARRIVALS: Purpose = Purpose("request arrivals");
const SERVICE_TIME: Purpose = Purpose("service time");
const COLD_SERVICE_TIME: Purpose = Purpose("cold service time");

/// One request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Request {
    pub(super) arrived: SimTime,
    /// Its time on a replica.
    pub(super) service: SimDuration,
    /// Position of its workload among those of the service.
    pub(super) workload: u32,
}

/// The requests of one workload, in order of time, all before the horizon.
#[derive(Debug)]
pub(super) struct RequestSource {
    arrivals: ArrivalStream,
    service: Draw,
    cold: Option<Draw>,
    /// The request that arrives next; at [`SimTime::NEVER`] if there is none.
    pub(super) next: Request,
}

impl RequestSource {
    /// The stream of a workload, its first request drawn.
    pub(super) fn new(
        (settings, workload): (&RequestSettings, u32),
        streams: Streams,
        horizon: SimTime,
        work: &mut Work<'_>,
    ) -> Self {
        let owner = settings.name.as_str();
        let draw = |distribution, purpose| Draw::new(distribution, streams, purpose, owner);
        let cold = settings.cold_service_time.as_ref();
        let mut source = Self {
            arrivals: ArrivalStream::new(
                &settings.arrivals,
                horizon,
                streams.open(ARRIVALS, owner),
            ),
            service: draw(&settings.service_time, SERVICE_TIME),
            cold: cold.map(|cold| draw(cold, COLD_SERVICE_TIME)),
            next: Request {
                arrived: SimTime::NEVER,
                service: SimDuration::ZERO,
                workload,
            },
        };
        source.draw(work);
        source
    }

    /// Draws the next request; the time of its arrival.
    #[inline(always)]
    pub(super) fn draw(&mut self, work: &mut Work<'_>) -> SimTime {
        let Some(at) = self.arrivals.draw(work) else {
            self.next.arrived = SimTime::NEVER;
            return SimTime::NEVER;
        };
        self.next.service = match self.arrivals.row() {
            Some((row, _)) => row.duration,
            None => self.service.draw(),
        };
        self.next.arrived = at;
        at
    }

    /// The request with the time it takes on a replica that was started for it.
    pub(super) fn cold(&mut self, request: Request) -> Request {
        match &mut self.cold {
            Some(cold) => Request {
                service: cold.draw(),
                ..request
            },
            None => request,
        }
    }
}
