//! Requests that wait for a place: first come, first served, each for a limited time.

use std::collections::VecDeque;

use super::levels::Gauge;
use super::requests::Request;
use super::settings::ServiceSettings;
use super::timers::{Alarm, Clock, Timers};
use crate::engine::EventQueue;
use crate::units::{SimDuration, SimTime};

/// Requests that can wait at one time: they are counted by 32 bits.
const MOST_WAITING: usize = 1 << 31;

/// The queue of a service.
#[derive(Debug)]
pub(super) struct Waiting {
    requests: VecDeque<Request>,
    timeout: Option<SimDuration>,
    limit: usize,
    alarm: Alarm,
    pub(super) gauge: Gauge,
}

impl Waiting {
    pub(super) fn new(
        settings: &ServiceSettings,
        timers: &mut Timers,
        queue: &mut EventQueue,
    ) -> Self {
        let limit = settings.queue_limit.map_or(usize::MAX, |limit| {
            usize::try_from(limit).unwrap_or(usize::MAX)
        });
        let nobody_waits = settings.queue_timeout == Some(SimDuration::ZERO);
        Self {
            requests: VecDeque::new(),
            timeout: settings.queue_timeout,
            limit: if nobody_waits { 0 } else { limit },
            alarm: Alarm::new(Clock::QueueTimeout, timers, queue),
            gauge: Gauge::default(),
        }
    }

    #[inline(always)]
    pub(super) fn is_empty(&self) -> bool {
        self.requests.is_empty()
    }

    /// Lets a request join; `false` if it has to go at once.
    #[must_use]
    pub(super) fn join(&mut self, now: SimTime, request: Request, queue: &mut EventQueue) -> bool {
        if self.requests.len() >= self.limit {
            return false;
        }
        if self.requests.len() >= MOST_WAITING {
            queue.work.give_up(
                format!("{MOST_WAITING} requests wait at one time, which is as many as can"),
                "requests come faster than they are served: add replicas or set a `queue_limit`",
            );
            return false;
        }
        if let Some(timeout) = self.timeout {
            self.alarm.see_to(now + timeout, queue);
        }
        self.gauge.up(now);
        self.requests.push_back(request);
        true
    }

    /// Time on replicas that all waiting requests take, each at most a given time; nothing where they may leave before.
    pub(super) fn needed(&self, timeout: SimDuration) -> u128 {
        if self.timeout.is_some() {
            return 0;
        }
        let each = |request: &Request| u128::from(request.service.min(timeout).0);
        self.requests.iter().map(each).sum()
    }

    /// The request at the head leaves.
    #[inline(always)]
    pub(super) fn pop(&mut self, now: SimTime) -> Option<Request> {
        let request = self.requests.pop_front()?;
        self.gauge.down(now);
        Some(request)
    }

    /// The clock struck: the request at the head, if it has waited as long as it may; else the clock is set anew.
    pub(super) fn overdue(&mut self, now: SimTime, queue: &mut EventQueue) -> Option<Request> {
        self.alarm.struck();
        let timeout = self.timeout?;
        let due = self.requests.front()?.arrived + timeout;
        if due <= now {
            return self.pop(now);
        }
        self.alarm.see_to(due, queue);
        None
    }
}
