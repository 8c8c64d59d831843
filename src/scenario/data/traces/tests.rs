use std::path::{Path, PathBuf};

use super::*;
use crate::inputs::Disk;
use crate::scenario::data::stamp_kind::Unit;
use crate::scenario::data::table;
use crate::units::{SimDuration, TICKS_PER_HOUR, TICKS_PER_SECOND};

fn mapping() -> TraceMapping {
    TraceMapping {
        estimate: None,
        submitted: "submitted".to_owned(),
        stamps: None,
        duration: Length::Column("duration".to_owned(), Unit::Seconds),
        is_unit_given: false,
        nodes: None,
        gpus: None,
        gpus_per_node: None,
        priority: None,
        environment: None,
        labels: Default::default(),
        origin: Origin::First,
        on_bad_row: OnBadRow::Refuse,
    }
}

fn read(
    content: impl AsRef<[u8]>,
    mapping: &TraceMapping,
    zone: &str,
    declared: Option<&[String]>,
) -> Result<TraceFile, Vec<Problem>> {
    let table = Table::new(Path::new("trace.csv"), content.as_ref().to_vec());
    let table = table.map_err(|problem| vec![*problem])?;
    read_trace(&table, mapping, zone, declared)
}

fn trace(content: impl AsRef<[u8]>, mapping: &TraceMapping) -> TraceFile {
    read(content, mapping, "UTC", None).expect("a good trace")
}

/// The problems as lines.
fn problems(content: impl AsRef<[u8]>, mapping: &TraceMapping) -> Vec<String> {
    let problems = read(content, mapping, "UTC", None).expect_err("a bad trace");
    problems.iter().map(Problem::to_string).collect()
}

fn seconds(trace: &TraceFile) -> Vec<(f64, f64)> {
    let row = |row: &RawRow| (row.at.as_secs_f64(), row.duration.as_secs_f64());
    trace.rows.iter().map(row).collect()
}

#[test]
fn rows_are_sorted_by_submission_and_keep_their_order_within_an_instant() {
    let trace = trace(
        "submitted,duration\n7,1\n5,2\n7,3\n5,2\n5.5,4\n",
        &mapping(),
    );
    assert_eq!(
        seconds(&trace),
        [(0.0, 2.0), (0.0, 2.0), (0.5, 4.0), (2.0, 1.0), (2.0, 3.0)]
    );
    let lines: Vec<u64> = trace.rows.iter().map(|row| row.line).collect();
    assert_eq!(lines, [3, 5, 6, 2, 4]);
    assert_eq!((trace.skipped, trace.start), (0, None));
}

#[test]
fn every_mapped_column_is_read() {
    let content = "id, gpus ,submitted,duration,prio,image,nodes\n\
                       a,9,1,10,-2,torch,3\n\
                       b,8,2,\"20\",5,,1\n";
    let with_gpus = TraceMapping {
        gpus: Some("gpus".to_owned()),
        gpus_per_node: Some(4),
        priority: Some("prio".to_owned()),
        environment: Some("image".to_owned()),
        ..mapping()
    };
    let rows = trace(content, &with_gpus).rows;
    assert_eq!(rows[0].nodes, Some(3), "nine GPUs need three nodes of four");
    assert_eq!(
        (rows[0].priority, rows[0].environment.as_deref()),
        (Some(-2), Some("torch"))
    );
    assert_eq!(
        (rows[1].nodes, rows[1].priority, &rows[1].environment),
        (Some(2), Some(5), &None)
    );
    let with_nodes = TraceMapping {
        nodes: Some("nodes".to_owned()),
        ..mapping()
    };
    assert_eq!(trace(content, &with_nodes).rows[0].nodes, Some(3));
    assert_eq!(trace(content, &mapping()).rows[0].nodes, None);
}

#[test]
fn byte_order_mark_line_ends_blank_lines_and_quotes_do_no_harm() {
    let content = "\u{feff}\u{feff}\"submitted\",duration\r\n\r\n1,\"2\"\r\n   \r\n\"3\",4";
    let trace = trace(content, &mapping());
    assert_eq!(seconds(&trace), [(0.0, 2.0), (2.0, 4.0)]);
    let lines: Vec<u64> = trace.rows.iter().map(|row| row.line).collect();
    assert_eq!(lines, [3, 5]);
    let old_mac = self::trace("submitted,duration\r1,2\r\r3,x\r", &skipping());
    assert_eq!((old_mac.rows[0].line, old_mac.skipped), (2, 1));
}

#[test]
fn numbers_that_are_dates_by_their_size_set_the_calendar() {
    // 2024-01-01 09:00:10 UTC, and 90 s later.
    for (first, second, kind) in [
        ("1704099610", "1704099700", "seconds since 1970"),
        ("1704099610000", "1704099700000", "milliseconds since 1970"),
        (
            "1704099610000000",
            "1704099700000000",
            "microseconds since 1970",
        ),
        (
            "1704099610000000000",
            "1704099700000000000",
            "nanoseconds since 1970",
        ),
        (
            "45292.3751157407",
            "45292.3761574074",
            "days as spreadsheets count them",
        ),
    ] {
        let content = format!("submitted,duration\n{second},2\n{first},1\n");
        let trace = trace(&content, &mapping());
        assert_eq!(seconds(&trace), [(0.0, 1.0), (90.0, 2.0)], "{kind}");
        assert_eq!(trace.kind.name(), kind);
        let start = trace.start.map(|start| start.to_string());
        assert_eq!(start.as_deref(), Some("2024-01-01T09:00:10"), "{kind}");
    }
    // In Berlin the same instant is 10:00:10; a spreadsheet's clock is the local one.
    let start = |content: &str| {
        let trace = read(content, &mapping(), "Europe/Berlin", None).expect("a good trace");
        trace.start.map(|start| start.to_string())
    };
    let epoch = start("submitted,duration\n1704099610,1\n");
    assert_eq!(epoch.as_deref(), Some("2024-01-01T10:00:10"));
    let excel = start("submitted,duration\n45292.3751157407,1\n");
    assert_eq!(excel.as_deref(), Some("2024-01-01T09:00:10"));
}

#[test]
fn a_row_whose_stamp_is_of_another_size_is_bad() {
    // Read as seconds, the 0 would put fifty-four years before all other rows.
    let content = "submitted,duration\n0,1\n1704099610,1\n1704099700,1\n";
    assert_eq!(
        problems(content, &mapping()),
        [
            "trace.csv:2, column `submitted`: `0` is not like line 3: a file has either seconds since 1970 or \
                 seconds (`on_bad_row = \"skip\"` leaves bad rows out and counts them)"
        ]
    );
    let trace = trace(content, &skipping());
    assert_eq!((trace.rows.len(), trace.skipped, trace.total), (2, 1, 3));
    assert_eq!(
        trace.reasons,
        [("`submitted` is not like line 3".to_owned(), 1)]
    );
}

#[test]
fn what_stamps_are_can_be_said() {
    let forced = |kind| TraceMapping {
        stamps: Some(kind),
        ..mapping()
    };
    let content = "submitted,duration\n1704099610,1\n1704099700,1\n";
    let plain = trace(content, &forced(StampKind::Since(Unit::Milliseconds)));
    assert_eq!((seconds(&plain)[1].0, plain.start), (0.09, None));
    let days = "submitted,duration\n45292,1\n45293,1\n";
    let as_seconds = trace(days, &mapping());
    assert_eq!(
        (seconds(&as_seconds)[1].0, as_seconds.may_be_excel),
        (1.0, true)
    );
    let as_days = trace(days, &forced(StampKind::Excel));
    assert_eq!(seconds(&as_days)[1..], [(86_400.0, 1.0)]);
    // Days of a spreadsheet by size, but the origin says that they count from 0.
    let from_zero = TraceMapping {
        origin: Origin::Number(0.0),
        ..mapping()
    };
    let read = trace("submitted,duration\n45292.5,1\n45293.5,1\n", &from_zero);
    assert_eq!(seconds(&read)[..1], [(45_292.5, 1.0)]);
}

#[test]
fn an_origin_is_on_the_scale_of_the_stamps() {
    let content = "submitted,duration\n1704099610000,1\n";
    for origin in [
        Origin::Number(1_704_099_600_000.0),
        Origin::DateTime("2024-01-01 09:00:00".to_owned()),
    ] {
        let read = trace(
            content,
            &TraceMapping {
                origin,
                ..mapping()
            },
        );
        assert_eq!(seconds(&read), [(10.0, 1.0)]);
    }
}

#[test]
fn durations_have_a_unit_and_priorities_32_bits_without_sign() {
    let hours = TraceMapping {
        duration: Length::Column("duration".to_owned(), Unit::Hours),
        priority: Some("prio".to_owned()),
        ..mapping()
    };
    let rows = trace("submitted,duration,prio\n1,1.5,4294901760\n", &hours).rows;
    assert_eq!(rows[0].duration, SimDuration(5_400_000_000));
    assert_eq!(rows[0].priority, Some(4_294_901_760));
}

#[test]
fn all_rows_are_bad_is_one_message() {
    let content = format!("submitted,duration\n{}", "x,1\n".repeat(455));
    let said = problems(content, &mapping());
    assert_eq!(
        said,
        [
            "trace.csv:2, column `submitted`: all 455 rows are bad; the first: `x` is neither seconds nor a date-time \
                 such as `2017-11-20 08:00:00` (check that the right columns are named, and what they hold)"
        ]
    );
    let said = problems("submitted,duration\nx,1\n1,-1\n2,-2\n", &mapping());
    assert_eq!(said.len(), 1);
    let reasons = "(by reason: 1: `submitted` is neither seconds nor a date-time such as \
                       `2017-11-20 08:00:00`, 2: `duration` is negative; check";
    assert!(said[0].contains(reasons), "{}", said[0]);
}

fn skipping() -> TraceMapping {
    TraceMapping {
        on_bad_row: OnBadRow::Skip,
        ..mapping()
    }
}

const BAD: &str = "submitted,duration\n\
                       1,2\n\
                       -1,2\n\
                       x,2\n\
                       1\n\
                       1,2,3\n\
                       2,-3\n\
                       3,\n\
                       2017-11-20 08:00:00,5\n\
                       4,5\n";

#[test]
fn bad_rows_are_refused_with_line_and_column() {
    assert_eq!(
        problems(BAD, &mapping()),
        [
            "trace.csv:3, column `submitted`: `-1` is negative",
            "trace.csv:4, column `submitted`: `x` is neither seconds nor a date-time such as \
                 `2017-11-20 08:00:00`",
            "trace.csv:5: the row has 1 field, but the header has 2",
            "trace.csv:6: the row has 3 fields, but the header has 2 (a decimal comma or a comma in a text makes one \
                 field two: write `3.06`, and texts with commas in quotes)",
            "trace.csv:7, column `duration`: `-3` is negative",
            "trace.csv:8, column `duration`: it is empty",
            "trace.csv:9, column `submitted`: `2017-11-20 08:00:00` is not like line 2: \
                 a file has either seconds or date-times without a zone \
                 (`on_bad_row = \"skip\"` leaves bad rows out and counts them)",
        ]
    );
}

#[test]
fn bad_rows_are_skipped_and_counted_where_the_scenario_says_so() {
    let trace = trace(BAD, &skipping());
    assert_eq!(seconds(&trace), [(0.0, 2.0), (3.0, 5.0)]);
    assert_eq!(
        (trace.skipped, trace.skipped_examples.len()),
        (7, SHOWN_SKIPPED_ROWS)
    );
    assert!(
        trace.skipped_examples[0]
            .to_string()
            .contains("`-1` is negative")
    );
}

#[test]
fn many_bad_rows_are_counted_after_the_first_twenty() {
    let content = format!("submitted,duration\n1,1\n{}", "x,1\n".repeat(100));
    let problems = problems(content, &mapping());
    assert_eq!(problems.len(), 21);
    assert!(
        problems[20].starts_with("trace.csv: 80 more rows are bad ("),
        "{}",
        problems[20]
    );
}

#[test]
fn the_origin_is_the_first_row_or_what_the_scenario_says() {
    let content = "submitted,duration\n1000,1\n900,2\n950.5,3\n";
    let origin = |origin| TraceMapping {
        origin,
        ..skipping()
    };
    let later = trace(content, &origin(Origin::Number(950.0)));
    assert_eq!(seconds(&later), [(0.5, 3.0), (50.0, 1.0)]);
    assert_eq!(later.skipped, 1);
    assert!(
        later.skipped_examples[0]
            .to_string()
            .contains(":3, column `submitted`: `900` is before `origin`, which is 950")
    );
    let refused = TraceMapping {
        origin: Origin::Number(950.0),
        ..mapping()
    };
    assert_eq!(problems(content, &refused).len(), 1);
    let none_left = problems(content, &origin(Origin::Number(2000.0)));
    assert_eq!(none_left.len(), 1);
    assert!(
            none_left[0].contains(
                ":2, column `submitted`: all 3 rows are bad; the first: `1000` is before `origin`, which is 2000 ("
            ),
            "{}",
            none_left[0]
        );
    let wrong = problems(
        content,
        &origin(Origin::DateTime("2017-11-20 00:00:00".to_owned())),
    );
    assert!(wrong[0].contains("stamped with seconds"), "{}", wrong[0]);
}

#[test]
fn an_undeclared_environment_makes_a_bad_row() {
    let content = "submitted,duration,image\n5,1,trch\n7,1,torch\n8,1,\n9,1,a b\n";
    let mapped = |on_bad_row| TraceMapping {
        environment: Some("image".to_owned()),
        on_bad_row,
        ..mapping()
    };
    let declared = ["torch".to_owned(), "jax".to_owned()];
    let read = |on_bad_row, declared| read(content, &mapped(on_bad_row), "UTC", declared);
    let refused = read(OnBadRow::Refuse, Some(&declared[..])).expect_err("bad rows");
    let said: Vec<String> = refused
        .iter()
        .map(|problem| {
            let text = problem.to_string();
            let (_, text) = text.split_once("trace.csv").expect("the file is named");
            text.to_owned()
        })
        .collect();
    assert_eq!(
        said,
        [
            ":2, column `image`: there is no environment `trch` (did you mean `torch`? \
                 declared: `torch`, `jax`; add `[environment.trch]` if it is one)",
            ":5, column `image`: there is no environment `a b` (declared: `torch`, `jax`; \
                 `on_bad_row = \"skip\"` leaves bad rows out and counts them)",
        ]
    );
    let trace = read(OnBadRow::Skip, Some(&declared[..])).expect("two good rows");
    assert_eq!(seconds(&trace), [(0.0, 1.0), (1.0, 1.0)]);
    assert_eq!(trace.skipped, 2);
    let unchecked = read(OnBadRow::Refuse, None).expect("nothing is known");
    assert_eq!(unchecked.rows.len(), 4);
}

#[test]
fn a_problem_of_the_whole_file_does_not_hide_bad_rows() {
    let torn = problems("submitted,duration\nx,1\n1,\"2\n3,4\n", &mapping());
    assert_eq!(torn.len(), 2, "{torn:?}");
    let wrong = TraceMapping {
        origin: Origin::DateTime("2017-11-20 00:00:00".to_owned()),
        ..mapping()
    };
    assert_eq!(problems("submitted,duration\nx,1\n1,2\n", &wrong).len(), 2);
}

#[test]
fn date_times_give_the_start() {
    let content = "submitted,duration\n2017-11-20 08:00:01.5,1\n2017-11-20 08:00:00,2\n";
    let read_from = |origin, zone| {
        let mapping = TraceMapping {
            origin,
            ..mapping()
        };
        read(content, &mapping, zone, None).expect("a good trace")
    };
    let first = read_from(Origin::First, "America/Los_Angeles");
    assert_eq!(seconds(&first), [(0.0, 2.0), (1.5, 1.0)]);
    assert_eq!(
        first.start.map(|at| at.to_string()).as_deref(),
        Some("2017-11-20T08:00:00")
    );
    let midnight = Origin::DateTime("2017-11-20 00:00:00".to_owned());
    let midnight = read_from(midnight, "America/Los_Angeles");
    assert_eq!(midnight.rows[0].at, SimTime(8 * 3600 * TICKS_PER_SECOND));
    let utc_midnight = Origin::DateTime("2017-11-20T08:00:00Z".to_owned());
    let utc_midnight = read_from(utc_midnight, "America/Los_Angeles");
    assert_eq!(
        utc_midnight.start, midnight.start,
        "the same instant in local time"
    );
    for (origin, reason) in [
        (Origin::Number(5.0), "is the number 5"),
        (
            Origin::DateTime("soon".to_owned()),
            "`origin`: `soon` is neither",
        ),
    ] {
        let message = &problems(
            content,
            &TraceMapping {
                origin,
                ..mapping()
            },
        )[0];
        assert!(message.contains(reason), "{message}");
    }
}

#[test]
fn an_hour_across_a_clock_change_has_its_true_length() {
    let content = "submitted,duration\n2017-11-05 00:30:00,1\n2017-11-05 02:30:00,1\n";
    let read = |zone| read(content, &mapping(), zone, None);
    let trace = read("America/New_York").expect("a good trace");
    assert_eq!(trace.rows[1].at, SimTime(3 * 3600 * TICKS_PER_SECOND));
    let problem = &read("America/NewYork").expect_err("no such zone")[0];
    assert_eq!(problem.key.as_deref(), Some("time_zone"));
}

#[test]
fn columns_that_do_not_exist_are_named_with_the_nearest() {
    let wrong = TraceMapping {
        submitted: "submited".to_owned(),
        nodes: Some("zzz".to_owned()),
        ..mapping()
    };
    assert_eq!(
        problems("submitted,duration\n1,2\n", &wrong),
        [
            "trace.csv: there is no column `submited` (did you mean `submitted`? the columns \
                 are `submitted`, `duration`)",
            "trace.csv: there is no column `zzz` (the columns are `submitted`, `duration`)",
        ]
    );
    let twice = problems("submitted,duration,duration\n1,2,3\n", &mapping());
    assert!(twice[0].contains("twice"), "{}", twice[0]);
    let semicolons = problems("submitted;duration\n1;2\n", &mapping());
    let said = "trace.csv: the columns are separated by semicolons, but must be separated by commas (save it with commas between \
                    the columns and points in decimal numbers, such as `3.06`)";
    assert_eq!(semicolons, [said, said]);
    let headerless = problems("0,add,node1\n60000,add,node2\n", &mapping());
    let said = "trace.csv: the file has no header: `0` in its first line is a value, not the name of a column";
    assert!(headerless[0].starts_with(said), "{}", headerless[0]);
}

#[test]
fn files_that_are_no_tables_are_refused() {
    for (content, reason) in [
        (&b""[..], "the file is empty"),
        (b"\n\n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"submitted,duration\n", "no row"),
        (b"submitted,duration\n\n", "no row"),
        (b"\xff\xfes\0u\0", "not UTF-8"),
        (
            b"submitted,duration\n1,\xff\n",
            ":2, column `duration`: `\u{fffd}` is not UTF-8",
        ),
        (
            b"submitted,duration\n1,2\n1,\"2\n3,4\n",
            ":3: a quote that opens in this row is never",
        ),
        (
            b"submitted,\"duration\n1,2\n",
            "a quote that opens in the header is never",
        ),
        (b"submitted,duration\n1,\"2\n3\"\n", "is not a number"),
    ] {
        let problems = problems(content, &mapping());
        assert!(problems[0].contains(reason), "{problems:?}");
    }
}

#[test]
fn the_shipped_week_is_what_its_license_file_says() {
    let path = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/scenarios/philly-week.csv"
    ));
    let week = TraceMapping {
        submitted: "timestamp".to_owned(),
        gpus: Some("num_gpus".to_owned()),
        gpus_per_node: Some(1),
        origin: Origin::DateTime("2017-11-20 00:00:00".to_owned()),
        ..mapping()
    };
    let table = table::open(&Disk, path).expect("a table");
    let trace = read_trace(&table, &week, "America/Los_Angeles", None).expect("a good trace");
    let large = trace.rows.iter().filter(|row| row.nodes > Some(8));
    assert_eq!((trace.rows.len(), large.count()), (244, 7));
    assert!(
        trace
            .rows
            .last()
            .is_some_and(|row| row.at < SimTime(7 * 24 * TICKS_PER_HOUR))
    );
    let start = trace.start.map(|start| start.to_string());
    assert_eq!(start.as_deref(), Some("2017-11-20T00:00:00"));
}

#[test]
fn the_philly_trace_reads_whole() {
    let shared = std::env::var_os("AUTOSCALE_SHARED_DATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")),
        PathBuf::from,
    );
    let path = shared.join("traces/philly_train_vcs.csv");
    if !path.exists() {
        let notice = format!("skipped: there is no {}\n", path.display());
        std::io::Write::write_all(&mut std::io::stderr(), notice.as_bytes()).expect("stderr");
        return;
    }
    let philly = TraceMapping {
        submitted: "timestamp".to_owned(),
        gpus: Some("num_gpus".to_owned()),
        ..mapping()
    };
    let table = table::open(&Disk, &path).expect("a table");
    let trace = read_trace(&table, &philly, "America/Los_Angeles", None).expect("a good trace");
    assert_eq!((trace.rows.len(), trace.skipped), (63_134, 0));
    let gpu_hours: f64 = trace
        .rows
        .iter()
        .map(|row| row.duration.as_secs_f64() * f64::from(row.nodes.unwrap_or(0)) / 3600.0)
        .sum();
    assert_eq!(format!("{gpu_hours:.0}"), "671367");
    assert!(trace.rows.is_sorted_by_key(|row| row.at));
}
