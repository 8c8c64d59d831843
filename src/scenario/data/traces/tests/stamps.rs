//! What stamps are, and where `t = 0` is.

use super::*;

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
