//! Levels over time in fewer rows.

use super::{Timeline, TimelinePoint};
use crate::units::{SimDuration, SimTime};

impl Timeline {
    /// The same if there are at most `most` points, else means over equal spans.
    #[must_use]
    pub fn in_rows(&self, most: u64) -> Self {
        let few = self.points.len() as u64 <= most;
        let Some(last) = self.points.last().filter(|_| !few) else {
            return self.clone();
        };
        let span = span_of(last.from + last.span, most);
        Self {
            points: means(&self.points, span),
            averaged_over: Some(span),
        }
    }
}

/// The shortest span of a round length of which at most `most` reach from time 0 to the end.
fn span_of(end: SimTime, most: u64) -> SimDuration {
    const ROUND_S: [u64; 17] = [
        1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200,
    ];
    const DAY_S: u64 = 86_400;
    let days = std::iter::successors(Some(DAY_S), |days| days.checked_mul(2));
    let mut spans = ROUND_S.into_iter().chain(days).map(SimDuration::from_secs);
    let fits = |span: &SimDuration| end.0.div_ceil(span.0) <= most;
    spans
        .find(fits)
        .expect("no time is longer than the longest span")
}

/// Means over spans from time 0 on; the last one may be shorter. The points follow each other without gaps.
fn means(points: &[TimelinePoint], span: SimDuration) -> Vec<TimelinePoint> {
    let mut means: Vec<TimelinePoint> = Vec::new();
    for point in points {
        let (mut from, end) = (point.from, point.from + point.span);
        while from < end {
            let start = SimTime(from.0 / span.0 * span.0);
            let to = end.min(start + span);
            if means.last().is_none_or(|mean| mean.from != start) {
                means.push(TimelinePoint {
                    from: start,
                    ..TimelinePoint::default()
                });
            }
            let mean = means.last_mut().expect("there is one by now");
            mean.levels.add(point.levels, to.since(from).as_secs_f64());
            mean.span = to.since(start);
            from = to;
        }
    }
    for mean in &mut means {
        let seconds = mean.span.as_secs_f64();
        mean.levels = mean.levels.map(|node_seconds| node_seconds / seconds);
    }
    means
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Levels;
    use crate::units::TICKS_PER_SECOND;

    fn point(from: u64, span: u64, idle: f64) -> TimelinePoint {
        TimelinePoint {
            from: SimTime(from * TICKS_PER_SECOND / 2),
            span: SimDuration(span * TICKS_PER_SECOND / 2),
            levels: Levels {
                idle,
                ..Levels::default()
            },
        }
    }

    /// Start and length of the rows in half seconds, and idle nodes.
    fn rows(points: &[TimelinePoint], most: u64) -> Vec<(u64, u64, f64)> {
        let timeline = Timeline {
            points: points.to_vec(),
            averaged_over: None,
        };
        let rows = timeline.in_rows(most).points.into_iter().map(|row| {
            let halves = |ticks: u64| ticks / (TICKS_PER_SECOND / 2);
            (halves(row.from.0), halves(row.span.0), row.levels.idle)
        });
        rows.collect()
    }

    #[test]
    fn many_changes_become_means_over_the_shortest_spans_that_fit() {
        let points = [
            point(0, 3, 4.0),
            point(3, 2, 0.0),
            point(5, 12, 1.0),
            point(17, 1, 8.0),
        ];
        let as_they_are = [(0, 3, 4.0), (3, 2, 0.0), (5, 12, 1.0), (17, 1, 8.0)];
        assert_eq!(rows(&points, 4), as_they_are);
        // 9 s in spans of 5 s: (3 x 4 + 2 x 0 + 5 x 1) / 10 = 1.7, then (7 x 1 + 1 x 8) / 8 = 1.875 in the last 4 s.
        assert_eq!(rows(&points, 3), [(0, 10, 1.7), (10, 8, 1.875)]);
        assert_eq!(rows(&points, 1), [(0, 18, 32.0 / 18.0)]);
        assert_eq!(rows(&[], 1), []);
    }

    #[test]
    fn spans_are_round() {
        const HOUR: u64 = 3600 * TICKS_PER_SECOND;
        const DAY_S: u64 = 86_400;
        for (end, span_s) in [
            (HOUR, 5),
            (168 * HOUR, 600),
            (168 * HOUR + 16 * 600 * TICKS_PER_SECOND, 600),
            (168 * HOUR + 16 * 600 * TICKS_PER_SECOND + 1, 900),
            (720 * HOUR, 3600),
            (8760 * HOUR, DAY_S / 2),
            (100 * 8760 * HOUR, 64 * DAY_S),
            (u64::MAX, 262_144 * DAY_S),
        ] {
            assert_eq!(span_of(SimTime(end), 1024), SimDuration::from_secs(span_s));
        }
    }
}
