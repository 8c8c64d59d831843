//! Reads logs of preempted nodes in two formats, which the second field tells apart, into shares of nodes lost at a time.
//!
//! Events: `milliseconds,add,node` and `milliseconds,remove,node`. Counts: `date, time, live nodes`. No header, no quotes.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use super::readings::{Reading, Stamps};
use crate::csv_table::{other_format, without_marks};
use crate::error::{DataLine, Place, Problem};
use crate::model::settings::{LossLog, MassLoss};
use crate::units::SimDuration;

/// Bad lines that are shown one by one.
const SHOWN: usize = 20;
const FORMATS: &str = "there is no header; lines are `milliseconds,add,node` and `milliseconds,remove,node`, or all are \
                       `date, time, live nodes` such as `2021-12-10, 13:07:45, 80`";
/// Microseconds since 1970 that only a date of this century has.
const EPOCH_MICROS: i64 = 946_684_800_000_000;
/// Latest stamp in milliseconds: three thousand years.
const LATEST_MS: u64 = 100_000_000_000_000;

/// One line: its number, a time in microseconds, and what it says.
struct Line<'a> {
    number: u64,
    at: i64,
    says: Says<'a>,
}

enum Says<'a> {
    Added(&'a str),
    Removed(&'a str),
    Live(u32),
}

/// Nodes that went at a time.
struct Gone {
    at: i64,
    lost: u32,
    live_before: u32,
}

/// Lines that cannot be used: number and what is wrong.
type Bad = Vec<(u64, String)>;

/// The losses of a log, and what was read; the error holds its problems.
pub(super) fn read_loss_log(path: &Path, bytes: &[u8]) -> Result<(LossLog, Reading), Vec<Problem>> {
    if let Some(problem) = other_format(path, bytes) {
        return Err(vec![problem]);
    }
    let text = String::from_utf8_lossy(without_marks(bytes));
    let (mut lines, mut bad, mut all) = (Vec::new(), Bad::new(), 0);
    for (position, text) in text.lines().enumerate() {
        let number = position as u64 + 1;
        let read = line(number, text);
        all += u64::from(read.is_some());
        match read {
            Some(Ok(line)) => lines.push(line),
            Some(Err(message)) => bad.push((number, message)),
            None => {}
        }
    }
    let are_seconds = are_seconds(&lines);
    if are_seconds {
        // Of that size they are seconds since 1970: in milliseconds the log would begin eleven days or more after its start.
        for line in &mut lines {
            line.at *= 1000;
        }
    }
    let gone = gone(&lines, &mut bad);
    if !bad.is_empty() {
        return Err(refuse(path, &text, bad, all));
    }
    let reading = |log: &LossLog| reading(path, &lines, log, are_seconds);
    let log = log_of(&lines, gone).map_err(|(message, help)| {
        vec![Problem {
            place: Place::File(path.to_owned()),
            key: None,
            message: message.to_owned(),
            help: Some(help.to_owned()),
        }]
    })?;
    let reading = reading(&log);
    Ok((log, reading))
}

/// Whether the stamps of events are seconds since 1970, and not milliseconds, by their size.
fn are_seconds(lines: &[Line<'_>]) -> bool {
    const SECOND: i64 = 1000; // of a stamp that was read as milliseconds, in microseconds
    let dates = 946_684_800 * SECOND..4_102_444_800 * SECOND;
    let is_event = |line: &Line<'_>| !matches!(line.says, Says::Live(_));
    let mut events = lines.iter();
    !lines.is_empty() && events.all(|line| is_event(line) && dates.contains(&line.at))
}

/// What was read from a log of that file.
fn reading(path: &Path, lines: &[Line<'_>], log: &LossLog, are_seconds: bool) -> Reading {
    let is_counts = lines
        .first()
        .is_some_and(|line| matches!(line.says, Says::Live(_)));
    let (mut live, mut most) = (0_u32, 0);
    for line in lines {
        live = match line.says {
            Says::Added(_) => live + 1,
            Says::Removed(_) => live.saturating_sub(1),
            Says::Live(count) => count,
        };
        most = most.max(live);
    }
    let stamp = |at: Option<i64>| {
        let at = at.unwrap_or_default();
        let is_date = is_counts || at >= EPOCH_MICROS;
        match Timestamp::from_microsecond(at) {
            Ok(at) if is_date => {
                let local = TimeZone::UTC.to_datetime(at);
                local.strftime("%a %Y-%m-%d %H:%M:%S").to_string()
            }
            _ => format!("{} s", at as f64 / 1e6),
        }
    };
    let stamps = lines.iter().map(|line| line.at);
    let (first, last) = (stamps.clone().min(), stamps.max());
    let span = SimDuration(last.unwrap_or_default().abs_diff(first.unwrap_or_default()));
    let share = (log.mean_share() * 1000.0).round() / 10.0;
    Reading {
        file: path.to_owned(),
        read_for: "eviction".to_owned(),
        variants: Vec::new(),
        rows: lines.len() as u64,
        used: lines.len() as u64,
        left_out: Vec::new(),
        stamps: Some(Stamps {
            are: match (is_counts, are_seconds) {
                (true, _) => "dates and times",
                (_, true) => "seconds since 1970 (by their size)",
                _ => "milliseconds",
            }
            .to_owned(),
            first: stamp(first),
            last: stamp(last),
            span: span.to_friendly(),
        }),
        durations: None,
        sizes: BTreeMap::new(),
        node_hours: None,
        remarks: vec![format!(
            "{}; most live nodes: {most}; times at which nodes are lost: {}; share lost on average: {share} %",
            if is_counts {
                "counts of live nodes"
            } else {
                "events"
            },
            log.losses.len()
        )],
    }
}

/// A line as read; `None` for one that is blank.
fn line(number: u64, text: &str) -> Option<Result<Line<'_>, String>> {
    if text.trim().is_empty() {
        return None;
    }
    let fields: Vec<&str> = text.split(',').map(str::trim).collect();
    let [first, second, third] = fields[..] else {
        let message = match fields.len() {
            1 => "the line has no comma, but needs 3 fields separated by commas".to_owned(),
            count => format!("the line has {count} fields, not 3"),
        };
        return Some(Err(message));
    };
    let read = match second {
        "add" => milliseconds(first).map(|at| (at, Says::Added(third))),
        "remove" => milliseconds(first).map(|at| (at, Says::Removed(third))),
        _ => stamp(first, second).and_then(|at| Ok((at, Says::Live(live(third)?)))),
    };
    Some(read.map(|(at, says)| Line { number, at, says }))
}

fn milliseconds(text: &str) -> Result<i64, String> {
    let parsed = text.parse::<u64>().ok().filter(|ms| *ms <= LATEST_MS);
    parsed
        .and_then(|ms| i64::try_from(ms * 1000).ok())
        .ok_or_else(|| format!("`{text}` is not a whole number of milliseconds"))
}

/// A date and a time of no zone, of which only differences count.
fn stamp(date: &str, time: &str) -> Result<i64, String> {
    let parsed = date.parse::<Date>().ok().zip(time.parse::<Time>().ok());
    let instant = parsed.and_then(|(date, time)| {
        let local = date.to_datetime(time);
        TimeZone::UTC.to_timestamp(local).ok()
    });
    instant
        .map(Timestamp::as_microsecond)
        .ok_or_else(|| format!("`{date}, {time}` is neither a date and a time nor an event"))
}

fn live(text: &str) -> Result<u32, String> {
    let parsed = text.parse::<u32>();
    parsed.map_err(|_| format!("`{text}` is not a number of live nodes"))
}

/// What goes from line to line, in the order of the file; each at its own stamp, though stamps may step back.
fn gone(lines: &[Line<'_>], bad: &mut Bad) -> Vec<Gone> {
    let mut gone = Vec::new();
    let mut nodes = BTreeSet::new();
    let mut count = None;
    let counts = lines.first().map(|line| matches!(line.says, Says::Live(_)));
    let start = lines.first().map_or(0, |line| line.at);
    for line in lines {
        let live_before = count.unwrap_or(u32::try_from(nodes.len()).unwrap_or(u32::MAX));
        let (lost, wrong) = match line.says {
            _ if line.at < start => (0, Some("the stamp is before that of the first line".into())),
            Says::Live(_) if counts != Some(true) => {
                (0, Some("a count of nodes among events".into()))
            }
            Says::Live(live) => {
                count = Some(live);
                (live_before.saturating_sub(live), None)
            }
            Says::Added(_) | Says::Removed(_) if counts == Some(true) => {
                (0, Some("an event among counts of nodes".into()))
            }
            Says::Added(node) => {
                let again = !nodes.insert(node);
                (0, again.then(|| format!("`{node}` is there already")))
            }
            Says::Removed(node) => {
                let missing = !nodes.remove(node);
                let wrong = missing.then(|| format!("`{node}` is not there to be removed"));
                (u32::from(!missing), wrong)
            }
        };
        bad.extend(wrong.map(|message| (line.number, message)));
        if lost > 0 {
            gone.push(Gone {
                at: line.at,
                lost,
                live_before,
            });
        }
    }
    gone
}

/// The losses since the first line, those of one time together; the error says what is wrong and what to do.
fn log_of(
    lines: &[Line<'_>],
    mut gone: Vec<Gone>,
) -> Result<LossLog, (&'static str, &'static str)> {
    let (Some(first), Some(last)) = (lines.first(), lines.iter().map(|line| line.at).max()) else {
        return Err(("the log has no lines", FORMATS));
    };
    gone.sort_by_key(|gone| gone.at);
    let mut losses: Vec<MassLoss> = Vec::new();
    for group in gone.chunk_by(|one, other| one.at == other.at) {
        let nodes: u32 = group.iter().map(|gone| gone.lost).sum();
        losses.push(MassLoss {
            at: SimDuration(group[0].at.abs_diff(first.at)),
            share: (f64::from(nodes) / f64::from(group[0].live_before)).min(1.0),
        });
    }
    if losses.is_empty() {
        return Err((
            "no node is ever lost in this log",
            "leave `eviction` out where nothing is lost",
        ));
    }
    let span = SimDuration(last.abs_diff(first.at));
    if span.is_zero() {
        return Err((
            "all lines of the log have one stamp, and it is repeated after its last",
            "use a log that spans some time",
        ));
    }
    Ok(LossLog {
        losses: losses.into(),
        span,
    })
}

/// The problems of bad lines, of which there are `all` in the file.
fn refuse(path: &Path, text: &str, mut bad: Bad, all: u64) -> Vec<Problem> {
    bad.sort_by_key(|(number, _)| *number);
    let count = bad.len();
    let row = |(number, message): (u64, String)| Problem {
        place: Place::Row(Box::new(DataLine {
            path: path.to_owned(),
            line: number,
            column: None,
            excerpt: excerpt(text, number),
        })),
        key: None,
        message,
        help: None,
    };
    if count as u64 == all && count > 2 {
        let first = bad.into_iter().next().map(row);
        let problem = first.map(|first| Problem {
            message: format!("all {count} lines are bad; the first: {}", first.message),
            help: Some(FORMATS.to_owned()),
            ..first
        });
        return problem.into_iter().collect();
    }
    bad.truncate(SHOWN);
    let mut problems: Vec<Problem> = bad.into_iter().map(row).collect();
    let more = count.saturating_sub(SHOWN);
    if more > 0 {
        problems.push(Problem {
            place: Place::File(path.to_owned()),
            key: None,
            message: format!("{more} more lines are bad"),
            help: None,
        });
    }
    if let Some(last) = problems.last_mut() {
        last.help = Some(FORMATS.to_owned());
    }
    problems
}

/// A line of the text, whole; `None` where it is too long to be shown.
fn excerpt(text: &str, number: u64) -> Option<(String, Range<usize>)> {
    let position = usize::try_from(number).ok()?.checked_sub(1)?;
    let line = text.lines().nth(position)?;
    (line.len() <= 300).then(|| (line.to_owned(), 0..line.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(text: &str) -> LossLog {
        read_loss_log(Path::new("log"), text.as_bytes()).unwrap().0
    }

    fn said(text: &str) -> Vec<String> {
        let problems = read_loss_log(Path::new("log"), text.as_bytes()).unwrap_err();
        problems.iter().map(ToString::to_string).collect()
    }

    fn losses(log: &LossLog) -> Vec<(f64, f64)> {
        let losses = log.losses.iter();
        losses
            .map(|loss| (loss.at.as_secs_f64(), loss.share))
            .collect()
    }

    #[test]
    fn removals_of_one_time_are_one_loss_of_what_was_live() {
        // A byte-order mark does no harm. Four nodes; at 60 s two of four go, and one comes; at 90 s, where the log stops, one of three.
        let log = log(
            "\u{feff}0,add,a\n0,add,b\n0,add,c\n0,add,d\n60000,remove,a\n60000,remove,b\n\n60000,add,e\n90000,remove,e\n",
        );
        assert_eq!(losses(&log), [(60.0, 0.5), (90.0, 1.0 / 3.0)]);
        assert_eq!(log.span, SimDuration(90_000_000));
    }

    #[test]
    fn counts_fall_at_their_own_stamp_though_stamps_step_back() {
        // 8 nodes, told ahead to 12:02; the drop to 6 was at 12:01 already. Then 6 to 3, a rise, and 5 to 4.
        let log = log(
            "2021-12-10, 12:00:00, 8\r\n2021-12-10, 12:02:00, 8\r\n2021-12-10, 12:01:00, 6\r\n2021-12-10, 12:03:00, 3\r\n\
             2021-12-11, 00:00:00, 5\r\n2021-12-11, 00:00:30, 4\r\n",
        );
        assert_eq!(losses(&log), [(60.0, 0.25), (180.0, 0.5), (43_230.0, 0.2)]);
        assert_eq!(log.span, SimDuration(43_230_000_000));
    }

    #[test]
    fn bad_lines_are_named() {
        assert_eq!(
            said("0,add,a\nx,remove,a\n5,remove,b\n0,add\n2021-12-10, 12:00:00, 8\n"),
            [
                "log:2: `x` is not a whole number of milliseconds".to_owned(),
                "log:3: `b` is not there to be removed".to_owned(),
                "log:4: the line has 2 fields, not 3".to_owned(),
                format!("log:5: a count of nodes among events ({FORMATS})"),
            ]
        );
        assert!(said("at,kind,node\n")[0].contains("neither a date and a time nor an event"));
        assert!(said("7,add,a\n6,remove,a\n")[0].contains("before that of the first line"));
        assert!(said("7,add,a\n")[0].contains("no node is ever lost"));
        assert!(said("7,add,a\n7,remove,a\n")[0].contains("all lines of the log have one stamp"));
        assert!(said("\n")[0].contains("the log has no lines"));
        let many = format!("0,add,a\n{}", "0,add\n".repeat(30));
        assert_eq!(said(&many).len(), 21);
        assert!(said(&many)[20].contains("10 more lines are bad"));
        let all = format!(
            "log:1: all 30 lines are bad; the first: the line has 2 fields, not 3 ({FORMATS})"
        );
        assert_eq!(said(&"0,add\n".repeat(30)), [all]);
        assert!(said("[{\"at\": 0}]")[0].starts_with("log: this is JSON, not CSV ("));
    }

    #[test]
    fn seconds_since_1970_are_told_by_their_size() {
        let text = "1704099610,add,a\n1704099610,add,b\n1704099700,remove,a\n";
        let (log, reading) = read_loss_log(Path::new("log"), text.as_bytes()).unwrap();
        assert_eq!(losses(&log), [(90.0, 0.5)]);
        let stamps = reading.stamps.unwrap();
        assert_eq!(stamps.are, "seconds since 1970 (by their size)");
        assert_eq!(stamps.first, "Mon 2024-01-01 09:00:10");
        assert_eq!((reading.rows, stamps.span.as_str()), (3, "1m30s"));
        let millis = text
            .replace(",add", "000,add")
            .replace(",remove", "000,remove");
        assert_eq!(losses(&self::log(&millis)), [(90.0, 0.5)]);
    }
}
