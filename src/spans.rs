//! What falls between cuts of the measured time: the warm-up, the horizon, and where charge periods begin.

use crate::calendar::ChargePeriods;
use crate::results::Window;
use crate::units::SimTime;

/// Where time is cut.
#[derive(Clone, Debug, Default)]
pub struct Cuts {
    /// Nothing counts before the warm-up, and what comes from the horizon on is apart.
    pub window: Window,
    /// Where charge periods begin, where they are asked for.
    pub periods: Option<ChargePeriods>,
}

/// One value for each span between two neighboring cuts. Spans are made as time reaches them.
#[derive(Clone, Debug)]
pub struct Spans<T> {
    cuts: Cuts,
    /// In order of time. The value of the present one is not here.
    list: Vec<Span<T>>,
    /// Begin of the span after these, and whether a period begins there.
    next: Option<(SimTime, bool)>,
    /// Position of the present one, before the horizon where there is one.
    position: usize,
    present: T,
    from: SimTime,
    to: SimTime,
}

/// A span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span<T> {
    /// Its begin.
    pub from: SimTime,
    /// Whether it begins a charge period, not only what comes after the horizon; the first always does.
    pub is_period: bool,
    /// What it holds.
    pub value: T,
}

impl<T: Default> Spans<T> {
    /// Spans that hold nothing.
    pub fn new(cuts: Cuts) -> Self {
        let from = cuts.window.warmup;
        let first = Span {
            from,
            is_period: true,
            value: T::default(),
        };
        let mut spans = Self {
            next: cuts.after(from),
            cuts,
            list: vec![first],
            position: 0,
            present: T::default(),
            from,
            to: from,
        };
        spans.turn_to(0);
        spans
    }

    /// Sends everything through [`Self::each`].
    pub fn without_present(&mut self) {
        (self.from, self.to) = (SimTime::NEVER, SimTime::NEVER);
    }

    /// The value of the present span, if `[from, to]` is in it and before the horizon.
    #[inline(always)]
    pub fn present(&mut self, from: SimTime, to: SimTime) -> Option<&mut T> {
        (from >= self.from && to <= self.to).then_some(&mut self.present)
    }

    /// Hands out each span of which `[from, to)` has a part: its position, its value, and the part.
    #[cold]
    pub fn each(
        &mut self,
        from: SimTime,
        to: SimTime,
        mut add: impl FnMut(usize, &mut T, [SimTime; 2]),
    ) {
        let mut from = from.max(self.cuts.window.warmup);
        if from >= to {
            return;
        }
        let mut position = self.around(from);
        if from >= self.to && from < self.cuts.window.horizon {
            self.turn_to(position);
        }
        loop {
            let end = self.end(position);
            add(position, self.value(position), [from, to.min(end)]);
            if to <= end {
                return;
            }
            (from, position) = (end, position + 1);
            self.reach(from);
        }
    }

    /// The value of the span around an instant, with its position; `None` before the warm-up.
    pub fn at(&mut self, at: SimTime) -> Option<(usize, &mut T)> {
        if at < self.cuts.window.warmup {
            return None;
        }
        let position = self.around(at);
        Some((position, self.value(position)))
    }

    /// The value of a span that was handed out.
    pub fn value(&mut self, position: usize) -> &mut T {
        if position == self.position {
            &mut self.present
        } else {
            &mut self.list[position].value
        }
    }

    /// The spans up to the one around the end.
    pub fn finish(mut self, end: SimTime) -> Vec<Span<T>> {
        self.reach(end);
        std::mem::swap(&mut self.list[self.position].value, &mut self.present);
        self.list.retain(|span| span.from <= end);
        self.list
    }

    /// Begin of the span after one.
    fn end(&self, position: usize) -> SimTime {
        let after = self.list.get(position + 1).map(|span| span.from);
        let next = self.next.map(|(next, _)| next);
        after.or(next).unwrap_or(SimTime::NEVER)
    }

    fn around(&mut self, at: SimTime) -> usize {
        self.reach(at);
        self.list.partition_point(|span| span.from <= at) - 1
    }

    fn reach(&mut self, at: SimTime) {
        while let Some((from, is_period)) = self.next.filter(|(next, _)| *next <= at) {
            let value = T::default();
            self.list.push(Span {
                from,
                is_period,
                value,
            });
            self.next = self.cuts.after(from);
        }
    }

    /// Makes another span the present one.
    fn turn_to(&mut self, position: usize) {
        std::mem::swap(&mut self.list[self.position].value, &mut self.present);
        self.position = position;
        std::mem::swap(&mut self.list[position].value, &mut self.present);
        self.from = self.list[position].from;
        self.to = self.end(position).min(self.cuts.window.horizon);
    }
}

impl Cuts {
    /// The first cut after an instant, and whether a period begins there.
    fn after(&self, at: SimTime) -> Option<(SimTime, bool)> {
        let horizon = Some(self.window.horizon).filter(|horizon| *horizon > at);
        let period = self.periods.as_ref().and_then(|periods| periods.next(at));
        let next = [horizon, period].into_iter().flatten().min()?;
        Some((next, period == Some(next)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{Calendar, UtcPeriod};
    use crate::units::{SimDuration, TICKS_PER_HOUR};

    fn at(hours: u64) -> SimTime {
        SimTime(hours * TICKS_PER_HOUR)
    }

    /// The begin of each span, whether it begins a period, and how many hours of the parts fall into it.
    fn hours(horizon: u64, parts: &[(u64, u64)], end: u64) -> Vec<(u64, bool, u64)> {
        let mut spans = Spans::<SimDuration>::new(Cuts {
            window: Window {
                warmup: at(12),
                horizon: at(horizon),
            },
            periods: Some(ChargePeriods {
                calendar: Calendar::default(),
                period: UtcPeriod::Day,
            }),
        });
        for &(from, to) in parts {
            let add = |sum: &mut SimDuration, from, to: SimTime| *sum = *sum + to.since(from);
            match spans.present(at(from), at(to)) {
                Some(sum) => add(sum, at(from), at(to)),
                None => spans.each(at(from), at(to), |_, sum, [from, to]| add(sum, from, to)),
            }
        }
        let spans = spans.finish(at(end)).into_iter().map(|span| {
            let hour = |ticks: u64| ticks / TICKS_PER_HOUR;
            (hour(span.from.0), span.is_period, hour(span.value.0))
        });
        spans.collect()
    }

    #[test]
    fn time_is_cut_at_the_warmup_the_horizon_and_midnights() {
        let parts = [(0, 60), (13, 14), (30, 31), (2, 12), (47, 49), (61, 70)];
        assert_eq!(
            hours(60, &parts, 73),
            [
                (12, true, 13),
                (24, true, 26),
                (48, true, 13),
                (60, false, 9),
                (72, true, 0)
            ]
        );
    }

    #[test]
    fn a_horizon_at_midnight_begins_a_period() {
        let spans = hours(48, &[(40, 100)], 90);
        assert_eq!(
            spans,
            [(12, true, 0), (24, true, 8), (48, true, 24), (72, true, 24)]
        );
    }

    #[test]
    fn an_instant_is_in_the_span_that_begins_there() {
        let mut spans = Spans::<u32>::new(Cuts {
            window: Window {
                warmup: at(1),
                horizon: at(3),
            },
            periods: None,
        });
        let position = |spans: &mut Spans<u32>, at| spans.at(at).map(|(position, _)| position);
        let found = [0, 1, 2, 3, 400].map(|hour| position(&mut spans, at(hour)));
        assert_eq!(found, [None, Some(0), Some(0), Some(1), Some(1)]);
    }
}
