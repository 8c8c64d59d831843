//! `timeline.csv` and `timeline-fine.csv`: nodes by state and the queue over time, of the replications whose levels were
//! recorded; the first in as few rows as a study of many variants can bear.

use super::table::{Column, write_rows};
use super::{ReportFile, StudyResults, Written};
use crate::results::{Timeline, TimelinePoint};
use crate::units::{SimDuration, SimTime};

/// In few rows.
pub const FILE: ReportFile = ReportFile {
    name: "timeline.csv",
    meaning: "Levels of each target over time, in the replications that recorded them. A row holds from `time_s` for `span_s`: at \
        changes, or where those make more than 1,024 rows of a target as the mean over the shortest equal spans that do not, such as \
        10 minutes in a week and an hour in a month. A target's rows do not depend on other targets and variants. Of an instance, \
        nodes are slots; of a service they are replicas, and runs are requests.",
    written: Written::Always,
    columns: || columns().iter().map(Column::doc).collect(),
    write: |study, out| {
        let rows = rows(study, |timeline| at_most(&timeline.points, MOST));
        write_rows(&columns(), rows, study.currency(), out)
    },
};

/// As recorded.
pub const FINE: ReportFile = ReportFile {
    name: "timeline-fine.csv",
    meaning: "The same in at most about 8,192 rows a target: every change, or means over shorter spans; with `--runs`. The charts of \
        nodes are drawn from it.",
    written: Written::WithRecords,
    columns: FILE.columns,
    write: |study, out| {
        let rows = rows(study, |timeline| timeline.points.clone());
        write_rows(&columns(), rows, study.currency(), out)
    },
};

/// Rows of a target in `timeline.csv`: less than 100 kB. All levels kept take up to 600 kB, in a study of 200 variants 100 MB.
const MOST: u64 = 1024;

struct Row<'a> {
    variant: &'a str,
    replication: usize,
    target: &'a str,
    point: TimelinePoint,
}

macro_rules! level {
    ($name:literal, $level:ident, $meaning:literal) => {
        Column::new($name, "", $meaning, |row, cell| {
            cell.level(row.point.levels.$level)
        })
    };
}

fn columns<'a>() -> [Column<Row<'a>>; 11] {
    [
        Column::new("variant", "", "name of the variant", |row, cell| {
            cell.text(row.variant);
        }),
        Column::new(
            "replication",
            "",
            "number of the replication, from 0",
            |row, cell| cell.integer(row.replication as u64),
        ),
        Column::new("target", "", "name of the target", |row, cell| {
            cell.text(row.target);
        }),
        Column::new(
            "time_s",
            "s",
            "start of the span, since the scenario's start",
            |row, cell| cell.time(row.point.from),
        ),
        Column::new("span_s", "s", "length of the span", |row, cell| {
            cell.time(SimTime(row.point.span.0));
        }),
        level!(
            "nodes_provisioning",
            provisioning,
            "nodes asked for and not ready"
        ),
        level!("nodes_idle", idle, "nodes ready without a run"),
        level!("nodes_busy", occupied, "nodes with a run"),
        level!("nodes_leaving", leaving, "nodes released and not gone"),
        level!("queued_runs", queued_runs, "runs in the queue"),
        level!(
            "queued_nodes",
            queued_nodes,
            "nodes that the runs in the queue ask for (of a service: replicas that wait for room on a node)"
        ),
    ]
}

fn rows(
    study: &StudyResults,
    points: impl Fn(&Timeline) -> Vec<TimelinePoint> + Copy,
) -> impl Iterator<Item = Row<'_>> {
    study.variants.iter().flat_map(move |variant| {
        let replications = variant.replications.iter().enumerate();
        replications.flat_map(move |(replication, result)| {
            let timelines = result.records().into_iter();
            let timelines = timelines.flat_map(|records| &records.timelines);
            let targets = variant.targets.iter().zip(timelines);
            targets.flat_map(move |(target, timeline)| {
                points(timeline).into_iter().map(move |point| Row {
                    variant: &variant.name,
                    replication,
                    target,
                    point,
                })
            })
        })
    })
}

/// The points themselves if they are not more than `most`, else means over equal spans.
fn at_most(points: &[TimelinePoint], most: u64) -> Vec<TimelinePoint> {
    let Some(last) = points.last().filter(|_| points.len() as u64 > most) else {
        return points.to_vec();
    };
    let end = last.from + last.span;
    means(points, span_of(end, most))
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
        let rows = at_most(points, most).into_iter().map(|row| {
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
            assert_eq!(span_of(SimTime(end), MOST), SimDuration::from_secs(span_s));
        }
    }
}
