//! What is measured of requests: counts, exact sums and one live histogram of latencies. All is known when service begins.
//!
//! A request that has a place keeps it until it ends: so its end, its latency and what it uses are counted at once, and
//! nothing is kept of it. What would end after a cut is unfinished.

use super::levels::place_time;
use super::settings::{ExecutionBilling, ServiceSettings};
use crate::backlog::Backlog;
use crate::quantiles::{Histogram, quantiles};
use crate::results::{RequestStatistics, ServiceUse, Window, latency_grid, up_to_all};
use crate::spans::{Cuts, Span, Spans};
use crate::units::{SimDuration, SimTime};

/// Time of a request on its replica.
#[derive(Clone, Copy, Debug)]
pub(super) struct Served {
    pub(super) arrived: SimTime,
    pub(super) start: SimTime,
    pub(super) end: SimTime,
    pub(super) timed_out: bool,
}

/// Collects the requests that arrived in `[warmup, horizon)`, and the use of places.
#[derive(Debug)]
pub(super) struct Statistics {
    window: Window,
    cut: bool,
    billing: Option<ExecutionBilling>,
    overhead: SimDuration,
    /// Longest latency that is served well.
    slo: SimDuration,
    latencies: Histogram,
    /// The shortest latency, and the longest.
    shortest: SimDuration,
    longest: SimDuration,
    sums: RequestStatistics,
    /// Of all that get a place or none until the end, those before the warm-up too.
    backlog: Backlog,
    used: Spans<ServiceUse>,
}

impl Statistics {
    pub(super) fn new(cuts: &Cuts, cut: bool, settings: &ServiceSettings) -> Self {
        let slo = settings.slo;
        Self {
            window: cuts.window,
            cut,
            billing: settings.execution_billing,
            overhead: settings.router_overhead,
            slo: slo.unwrap_or(SimDuration(u64::MAX)),
            latencies: Histogram::default(),
            shortest: SimDuration(u64::MAX),
            longest: SimDuration::ZERO,
            sums: RequestStatistics {
                has_slo: slo.is_some(),
                ..RequestStatistics::default()
            },
            backlog: Backlog::new(cuts.window.horizon),
            used: Spans::new(cuts.clone()),
        }
    }

    /// Counts an arrival.
    #[inline(always)]
    pub(super) fn arrive(&mut self, now: SimTime) {
        self.sums.arrived += u64::from(now >= self.window.warmup);
    }

    /// Counts a request that waited too long, or found too many.
    pub(super) fn reject(&mut self, arrived: SimTime) {
        self.sums.rejected += u64::from(arrived >= self.window.warmup);
    }

    /// Counts a request that is bound to a replica of its own.
    pub(super) fn bind(&mut self, arrived: SimTime) {
        self.sums.cold += u64::from(arrived >= self.window.warmup);
    }

    /// Counts a request that the simulation's end finds without a place.
    pub(super) fn leave_unserved(&mut self, arrived: SimTime) {
        self.backlog.count(arrived, None);
        self.sums.unfinished += u64::from(arrived >= self.window.warmup);
    }

    /// Counts a request that has a place.
    #[inline(always)]
    pub(super) fn serve(&mut self, served: Served) {
        self.backlog.count(served.arrived, Some(served.start));
        // What ends where a span does belongs to the next.
        let after = SimTime(served.end.0.saturating_add(1));
        let Some(used) = self.used.present(served.arrived, after) else {
            self.serve_at_the_edge(served);
            return;
        };
        let time = served.end.since(served.start);
        used.execution_time.0 += u128::from(time.0);
        used.executions += 1;
        if let Some(billing) = self.billing {
            used.execution_rounding.0 += u128::from(billing.rounding(time).0);
        }
        self.count(served);
    }

    /// The same where it is in several spans, before the warm-up or after the horizon.
    #[cold]
    #[inline(never)]
    fn serve_at_the_edge(&mut self, served: Served) {
        let Window { warmup, horizon } = self.window;
        let Served { start, end, .. } = served;
        let is_cut = self.cut && end >= horizon;
        let until = if is_cut { horizon } else { end };
        self.used.each(start, until, |_, part, [from, to]| {
            part.execution_time += place_time(from, to, 1);
        });
        if !is_cut && let Some((_, part)) = self.used.at(end) {
            part.executions += 1;
            if let Some(billing) = self.billing {
                let rounding = billing.rounding(end.since(start));
                part.execution_rounding.0 += u128::from(rounding.0);
            }
        }
        if served.arrived >= warmup {
            if is_cut {
                self.sums.unfinished += 1;
            } else {
                self.count(served);
            }
        }
    }

    #[inline(always)]
    fn count(&mut self, served: Served) {
        if served.timed_out {
            self.sums.timed_out += 1;
            return;
        }
        let latency = self.latency(served);
        self.sums.served += 1;
        self.sums.latency_sum += u128::from(latency.0);
        self.sums.wait_sum += u128::from(served.start.since(served.arrived).0);
        self.sums.within_slo += u64::from(latency <= self.slo);
        self.shortest = self.shortest.min(latency);
        self.longest = self.longest.max(latency);
        self.latencies.record(latency.0);
    }

    /// From arrival to answer.
    #[inline(always)]
    pub(super) fn latency(&self, served: Served) -> SimDuration {
        served.end.since(served.arrived) + self.overhead
    }

    /// The sums, with quantiles and the distribution read from the histogram; use by span up to the end.
    pub(super) fn finish(mut self, end: SimTime) -> (RequestStatistics, Vec<Span<ServiceUse>>) {
        let sums = &mut self.sums;
        sums.backlog = self.backlog.trend();
        assert_eq!(
            sums.arrived,
            sums.served + sums.rejected + sums.timed_out + sums.unfinished,
            "every request ends in one way"
        );
        let latencies = &self.latencies;
        sums.latency_quantiles = quantiles(latencies, self.shortest, self.longest);
        let edges = latency_grid().map(|edge| edge.0);
        sums.latency_at_most = up_to_all(latencies.at_most(edges), latencies.len());
        (self.sums, self.used.finish(end))
    }
}
