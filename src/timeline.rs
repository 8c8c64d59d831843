//! Levels over time in bounded space, for every kind of target. What the levels mean is for their owner to know.

use crate::results::{Levels, Timeline, TimelinePoint};
use crate::units::{SimDuration, SimTime};

/// Points kept of one timeline at most: half a megabyte.
const MAX_POINTS: usize = 8_192;

/// Gathers levels: every change while they are few, means over equal spans (a power of two seconds) when they are many.
#[derive(Clone, Debug, Default)]
pub struct TimelineBuilder {
    /// Span of a point, once changes are too many to keep each.
    span: Option<SimDuration>,
    points: Vec<(SimTime, Levels<f64>)>,
    /// Node-time gathered in the span that is open.
    open: Levels<f64>,
    last: SimTime,
    now: Levels<u32>,
}

impl TimelineBuilder {
    /// The levels from `at` on, in order of time.
    pub fn push(&mut self, at: SimTime, levels: Levels<u32>) {
        if levels == self.now && !self.points.is_empty() {
            return;
        }
        self.advance(at);
        self.now = levels;
        if self.span.is_none() {
            match self.points.last_mut() {
                Some(last) if last.0 == at => last.1 = levels.map(f64::from),
                _ => self.points.push((at, levels.map(f64::from))),
            }
            if self.points.len() > MAX_POINTS {
                self.start_averaging();
            }
        }
    }

    /// Spreads the levels that held since the last change over the spans up to `at`.
    fn advance(&mut self, at: SimTime) {
        if let Some(mut span) = self.span {
            let mut from = self.last;
            while from < at {
                let edge = SimTime((from.0 / span.0 + 1) * span.0);
                let to = edge.min(at);
                self.open.add(self.now, to.since(from).as_secs_f64());
                if to == edge {
                    let start = SimTime(edge.0 - span.0);
                    self.points.push((
                        start,
                        std::mem::take(&mut self.open).scale(1.0 / span.as_secs_f64()),
                    ));
                    if self.points.len() >= MAX_POINTS {
                        span = self.double_span(span);
                    }
                }
                from = to;
            }
        }
        self.last = at;
    }

    /// Turns the changes kept so far into means over spans wide enough to halve their number.
    fn start_averaging(&mut self) {
        let changes = std::mem::take(&mut self.points);
        let (end, now) = (self.last, self.now);
        let wide = end.0 / (MAX_POINTS as u64 / 2) + 1;
        self.span = Some(SimDuration(
            SimDuration::from_secs(1).0 * wide.div_ceil(1_000_000).next_power_of_two(),
        ));
        (self.last, self.now) = (SimTime::ZERO, Levels::default());
        for (at, levels) in changes {
            self.advance(at);
            self.now = levels.map(whole);
        }
        self.advance(end);
        self.now = now;
    }

    /// Joins neighboring spans, of which there is an even number.
    fn double_span(&mut self, span: SimDuration) -> SimDuration {
        let join = |pair: &[(SimTime, Levels<f64>)]| {
            let mut sum = pair[0].1;
            sum.add(pair[1].1, 1.0);
            (pair[0].0, sum.scale(0.5))
        };
        self.points = self.points.chunks_exact(2).map(join).collect();
        let doubled = SimDuration(span.0 * 2);
        self.span = Some(doubled);
        doubled
    }

    /// The levels up to the end, or to the last change after it.
    pub fn finish(mut self, end: SimTime) -> Timeline {
        let end = end.max(self.last);
        self.advance(end);
        if let Some(span) = self.span {
            let start = SimTime(end.0 / span.0 * span.0);
            if start < end {
                let open = std::mem::take(&mut self.open);
                self.points
                    .push((start, open.scale(1.0 / end.since(start).as_secs_f64())));
            }
        }
        let ends = self
            .points
            .iter()
            .skip(1)
            .map(|(from, _)| *from)
            .chain([end]);
        let points = self
            .points
            .iter()
            .zip(ends)
            .filter(|((from, _), to)| from < to);
        Timeline {
            averaged_over: self.span,
            points: points
                .map(|((from, levels), to)| TimelinePoint {
                    from: *from,
                    span: to.since(*from),
                    levels: *levels,
                })
                .collect(),
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the level was a u32 before it was kept as a float"
)]
fn whole(level: f64) -> u32 {
    level as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(idle: u32) -> Levels<u32> {
        Levels {
            idle,
            ..Levels::default()
        }
    }

    #[test]
    fn few_changes_are_kept_as_they_are() {
        let mut builder = TimelineBuilder::default();
        for (at, idle) in [(0, 1), (5, 2), (5, 3), (9, 3), (12, 0)] {
            builder.push(SimTime(at), level(idle));
        }
        let timeline = builder.finish(SimTime(20));
        let points: Vec<_> = timeline
            .points
            .iter()
            .map(|point| (point.from.0, point.span.0, point.levels.idle))
            .collect();
        assert_eq!(points, [(0, 5, 1.0), (5, 7, 3.0), (12, 8, 0.0)]);
        assert_eq!(timeline.averaged_over, None);
    }

    #[test]
    fn many_changes_become_means_with_the_same_integral() {
        let mut builder = TimelineBuilder::default();
        let (mut integral, mut last, mut at) = (0.0, 0, 0);
        for step in 0..100_000_u64 {
            integral += f64::from(last) * 0.37;
            builder.push(SimTime(at), level(u32::try_from(step % 7).unwrap()));
            last = u32::try_from(step % 7).unwrap();
            at += 370_000;
        }
        integral += f64::from(last) * 0.0;
        let timeline = builder.finish(SimTime(at - 370_000));
        assert!(timeline.points.len() <= MAX_POINTS + 1);
        assert_eq!(timeline.averaged_over, Some(timeline.points[0].span));
        let sum: f64 = timeline
            .points
            .iter()
            .map(|point| point.levels.idle * point.span.as_secs_f64())
            .sum();
        assert!((sum / integral - 1.0).abs() < 1e-9, "{sum} {integral}");
        let mut from = SimTime::ZERO;
        for point in &timeline.points {
            assert_eq!(point.from, from, "spans follow each other without gaps");
            from = point.from + point.span;
        }
    }
    #[test]
    fn changes_after_the_end_are_kept_with_their_time() {
        for changes in [3, 10_000] {
            let mut builder = TimelineBuilder::default();
            for step in 0..changes {
                builder.push(SimTime(step * 3_000_000), level(u32::from(step % 2 == 0)));
            }
            let last = SimTime((changes - 1) * 3_000_000);
            let timeline = builder.finish(SimTime(last.0 / 2));
            let mut from = SimTime::ZERO;
            let mut sum = 0.0;
            for point in &timeline.points {
                assert_eq!(point.from, from, "spans follow each other without gaps");
                from = point.from + point.span;
                sum += point.levels.idle * point.span.as_secs_f64();
            }
            assert_eq!(from, last);
            // Every other span of 3 s, from the first on, but none after the last change.
            let exact = 3.0 * (changes / 2) as f64;
            assert!((sum - exact).abs() < 1e-6, "{sum} {exact}");
        }
    }
}
