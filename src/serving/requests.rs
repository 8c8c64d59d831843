//! The stream of requests of one workload in one replication: when each arrives and how long it takes, drawn at its arrival.

use super::settings::RequestSettings;
use crate::engine::Work;
use crate::engine::streams::{Purpose, Streams};
use crate::units::{SimDuration, SimTime};
use crate::workload::{ArrivalStream, Draw, Ended};

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
    /// Its position among the requests of its workload, from 0.
    pub(super) position: u64,
}

/// The requests of one workload, in order of time, all before the horizon.
#[derive(Debug)]
pub(super) struct RequestSource {
    arrivals: ArrivalStream,
    service: Draw,
    cold: Option<Draw>,
    drawn: u64,
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
            drawn: 0,
            next: Request {
                arrived: SimTime::NEVER,
                service: SimDuration::ZERO,
                workload,
                position: 0,
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
        let service = match self.arrivals.row() {
            Some((row, _)) => row.duration,
            None => self.service.draw(),
        };
        self.place(at, service);
        at
    }

    /// Sets the next request: its arrival and its time on a replica.
    #[inline(always)]
    fn place(&mut self, arrived: SimTime, service: SimDuration) {
        self.next = Request {
            arrived,
            service,
            position: self.drawn,
            ..self.next
        };
        self.drawn += 1;
    }

    /// Whether it wants to be told of the ends of its requests.
    pub(super) fn listens(&self) -> bool {
        self.arrivals.listens()
    }

    /// One of its requests has ended, which may bring the next one earlier, or one where there was none; the time of the next
    /// arrival.
    pub(super) fn hear(&mut self, ended: Ended) -> SimTime {
        let pending = (self.next.arrived != SimTime::NEVER).then_some(self.next.arrived);
        match (self.arrivals.hear(ended, pending), pending) {
            (Some(at), Some(_)) => self.next.arrived = at,
            (Some(at), None) => {
                let service = self.service.draw();
                self.place(at, service);
            }
            (None, _) => {}
        }
        self.next.arrived
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
