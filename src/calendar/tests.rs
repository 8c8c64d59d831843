use super::*;

const YEAR_MINUTES: u64 = 366 * 24 * 60;

fn calendar(start: &str, zone: &str) -> Calendar {
    Calendar::new(start.parse().expect(start), zone).expect(zone)
}

fn schedule(calendar: &Calendar, windows: &[&str]) -> WeeklySchedule {
    let windows: Vec<String> = windows.iter().map(|&text| text.to_owned()).collect();
    WeeklySchedule::parse(calendar, &windows).expect("windows")
}

fn minutes(count: u64) -> SimTime {
    SimTime(count * MINUTE)
}

/// The rule as a reader would apply it: look at the wall clock, and at the day before for windows past midnight.
fn clock_says_open(local: DateTime, windows: &[(&[i8], i16, i16)]) -> bool {
    let day = local.weekday().to_monday_zero_offset();
    let minute = i16::from(local.hour()) * 60 + i16::from(local.minute());
    windows.iter().any(|(days, from, to)| {
        let today = days.contains(&day);
        let yesterday = days.contains(&((day + 6) % 7));
        if from < to {
            today && (*from..*to).contains(&minute)
        } else {
            (today && minute >= *from) || (yesterday && minute < *to)
        }
    })
}

/// Walks a year minute by minute and compares openness, changes and open time with the rule.
fn compare_with_the_clock(start: &str, zone: &str, texts: &[&str], rule: &[(&[i8], i16, i16)]) {
    let calendar = calendar(start, zone);
    let schedule = schedule(&calendar, texts);
    let at_start = clock_says_open(calendar.local(SimTime::ZERO), rule);
    let (mut open, mut open_minutes) = (at_start, 0);
    let mut expected = schedule.next_change(SimTime::ZERO);
    for minute in 0..YEAR_MINUTES {
        let at = minutes(minute);
        let now = clock_says_open(calendar.local(at), rule);
        assert_eq!(
            schedule.is_open(at),
            now,
            "{zone} {texts:?} {}",
            calendar.local(at)
        );
        if now != open {
            assert_eq!(
                expected,
                Some(at),
                "{zone} {texts:?} {}",
                calendar.local(at)
            );
            expected = schedule.next_change(at);
            open = now;
        }
        open_minutes += u64::from(now);
    }
    let whole = schedule.open_time(SimTime::ZERO, minutes(YEAR_MINUTES));
    assert_eq!(
        whole,
        SimDuration(open_minutes * MINUTE),
        "{zone} {texts:?}"
    );
}

#[test]
fn openness_follows_the_wall_clock_through_whole_years() {
    const WORK: &[i8] = &[0, 1, 2, 3, 4];
    const DAILY: &[i8] = &[0, 1, 2, 3, 4, 5, 6];
    for (start, zone) in [
        ("2024-01-01T00:00", "UTC"),
        ("2024-01-01T00:00", "Europe/Berlin"),
        ("2023-07-05T13:37", "America/New_York"),
        ("2024-02-11T02:10", "Australia/Lord_Howe"),
        ("2055-06-01T00:00", "Europe/Berlin"),
        // Dateline: the whole of Friday 2011-12-30 was skipped.
        ("2011-06-01T00:00", "Pacific/Apia"),
    ] {
        let check = |texts: &[&str], rule: &[(&[i8], i16, i16)]| {
            compare_with_the_clock(start, zone, texts, rule);
        };
        check(&["mon-fri 09:00-10:30"], &[(WORK, 540, 630)]);
        check(&["daily 22:00-06:00"], &[(DAILY, 1320, 360)]);
        // Inside the hour (or half-hour) that comes twice or never.
        check(&["sun 01:40-02:20"], &[(&[6], 100, 140)]);
        check(&["sun 02:15-02:45"], &[(&[6], 135, 165)]);
        check(
            &["sun 01:30-01:45", "sat 23:00-01:35"],
            &[(&[6], 90, 105), (&[5], 1380, 95)],
        );
        check(
            &["sat-sun", "fri 20:00-24:00"],
            &[(&[5, 6], 0, 1440), (&[4], 1200, 1440)],
        );
        check(
            &["sun 22:00-08:00", "mon,wed 07:00-12:00"],
            &[(&[6], 1320, 480), (&[0, 2], 420, 720)],
        );
    }
}

#[test]
fn a_window_in_the_hour_that_comes_twice_opens_twice_and_in_the_skipped_hour_never() {
    let calendar = calendar("2024-10-27T00:00", "Europe/Berlin");
    let windows = schedule(&calendar, &["sun 02:15-02:45"]);
    let mut at = SimTime::ZERO;
    // Midnight is 22:00 UTC; 02:15 comes after 2:15 h and after 3:15 h.
    for expected in [135, 165, 195, 225] {
        at = windows.next_change(at).expect("a change");
        assert_eq!(at, minutes(expected));
    }
    let spring = self::calendar("2024-03-31T00:00", "Europe/Berlin");
    let windows = schedule(&spring, &["sun 02:15-02:45"]);
    let week = minutes(7 * 24 * 60 - 60 + 135);
    assert_eq!(windows.next_change(SimTime::ZERO), Some(week));
}

#[test]
fn a_clock_change_itself_may_open_or_close() {
    let calendar = calendar("2024-03-31T00:00", "Europe/Berlin");
    let windows = schedule(&calendar, &["sun 01:30-02:30"]);
    assert_eq!(
        windows.next_change(minutes(90)),
        Some(minutes(120)),
        "02:00 becomes 03:00"
    );
    let windows = schedule(&calendar, &["sun 02:30-04:00"]);
    assert_eq!(windows.next_change(SimTime::ZERO), Some(minutes(120)));
}

#[test]
fn changes_are_strictly_later_to_the_tick() {
    let windows = schedule(&Calendar::default(), &["mon 09:00-10:00"]);
    let nine = minutes(540);
    assert_eq!(windows.next_change(SimTime(nine.0 - 1)), Some(nine));
    assert_eq!(windows.next_change(nine), Some(minutes(600)));
    assert!(!windows.is_open(SimTime(nine.0 - 1)) && windows.is_open(nine));
    assert!(windows.is_open(SimTime(minutes(600).0 - 1)) && !windows.is_open(minutes(600)));
    assert_eq!(
        windows.open_time(SimTime(nine.0 + 1), minutes(601)),
        SimDuration(60 * MINUTE - 1)
    );
    assert_eq!(windows.open_time(minutes(600), nine), SimDuration::ZERO);
}

#[test]
fn what_is_always_open_never_changes() {
    for zone in ["UTC", "America/New_York"] {
        let calendar = calendar("2024-01-01T00:00", zone);
        for windows in [
            &["mon-sun"][..],
            &["daily"],
            &["daily 00:00-24:00"],
            &["fri-thu"],
        ] {
            let always = schedule(&calendar, windows);
            assert_eq!(always.next_change(SimTime::ZERO), None, "{windows:?}");
            assert!(always.is_open(minutes(12_345_678)));
            assert!((always.open_share() - 1.0).abs() < f64::EPSILON);
        }
    }
}

#[test]
fn overlapping_and_touching_windows_count_once() {
    let windows = ["mon 08:00-12:00", "mon-tue 11:00-13:00", "mon 13:00-14:00"];
    let windows = schedule(&Calendar::default(), &windows);
    assert_eq!(windows.next_change(minutes(480)), Some(minutes(840)));
    assert!((windows.open_share() - 8.0 / 168.0).abs() < 1e-15);
}

#[test]
fn far_times_end_and_do_not_overflow() {
    let calendar = calendar("2024-01-01T00:00", "Europe/Berlin");
    let windows = schedule(&calendar, &["mon 09:00-10:00"]);
    assert_eq!(windows.next_change(SimTime::NEVER), None);
    assert!(windows.next_change(SimTime(u64::MAX / 2)).is_some());
    assert_eq!(calendar.local(SimTime::NEVER).year(), 9999);
}

#[test]
fn simulated_time_and_instants_convert_both_ways() {
    let calendar = calendar("2024-06-01T12:00", "America/New_York");
    let at = SimTime(1_234_567_891);
    assert_eq!(calendar.sim_time(calendar.instant(at)), Some(at));
    assert_eq!(calendar.start().to_string(), "2024-06-01T16:00:00Z");
    assert_eq!(
        calendar.local(minutes(90)).to_string(),
        "2024-06-01T13:30:00"
    );
    assert_eq!(calendar.sim_time(Timestamp::UNIX_EPOCH), None);
    assert_eq!(
        Calendar::default().local(SimTime::ZERO).to_string(),
        "2024-01-01T00:00:00"
    );
}

#[test]
fn an_unknown_zone_names_the_nearest() {
    let start = DateTime::constant(2024, 1, 1, 0, 0, 0, 0);
    let message = Calendar::new(start, "Europe/Berln").expect_err("unknown");
    assert!(
        message.contains("`Europe/Berln`") && message.contains("`Europe/Berlin`"),
        "{message}"
    );
    for name in ["", "Etc/Unknown", "qqqqqqqq", "+02:00"] {
        let message = Calendar::new(start, name).expect_err(name);
        assert!(message.contains(&format!("`{name}`")), "{message}");
    }
}

#[test]
fn texts_that_are_no_windows_are_refused_with_the_reason() {
    for (text, reason) in [
        ("", "empty"),
        ("   ", "empty"),
        ("someday", "`someday` is not a day"),
        ("monday 09:00-10:00", "`monday` is not a day"),
        ("mon, tue", "`` is not a day"),
        ("mon- 09:00-10:00", "`` is not a day"),
        ("mon 9", "has no end"),
        ("mon 09:00-25:00", "`25:00` is not a time"),
        ("mon 09:60-10:00", "`09:60` is not a time"),
        ("mon 09:0-10:00", "`09:0` is not a time"),
        ("mon 09:00-24:01", "`24:01` is not a time"),
        ("mon +9:00-10:00", "`+9:00` is not a time"),
        ("mon 24:00-10:00", "only be an end"),
        ("mon 09:00-09:00", "ends when it starts"),
        ("mon 09:00-10:00 11:00-12:00", "goes on"),
    ] {
        let message =
            WeeklySchedule::parse(&Calendar::default(), &[text.to_owned()]).expect_err(text);
        assert!(
            message.contains(reason) && message.contains(&format!("`{text}`")),
            "{message}"
        );
    }
    assert!(WeeklySchedule::parse(&Calendar::default(), &[]).is_err());
}

#[test]
fn the_longest_open_time_goes_around_the_end_of_the_week() {
    let longest = |windows: &[&str]| {
        let windows: Vec<String> = windows.iter().map(ToString::to_string).collect();
        let schedule = WeeklySchedule::parse(&Calendar::default(), &windows).unwrap();
        schedule.longest_open()
    };
    let hours = |hours: u64| Some(SimDuration::from_secs(hours * 3600));
    assert_eq!(
        longest(&["mon-fri 09:00-17:00", "sat 08:00-10:00"]),
        hours(8)
    );
    assert_eq!(longest(&["sun 20:00-24:00", "mon 00:00-07:00"]), hours(11));
    assert_eq!(longest(&["sat-sun", "mon 00:00-01:00"]), hours(49));
    assert_eq!(longest(&["mon-sun"]), None);
}

/// Walks December and January minute by minute: on holidays only the window of all days holds, and that of the weekend.
#[test]
fn windows_of_weekdays_do_not_hold_on_holidays() {
    let dates = ["2026-12-24", "2026-12-25", "2027-01-01", "2026-11-30"];
    let dates: Vec<Date> = dates.iter().map(|date| date.parse().unwrap()).collect();
    let calendar = calendar("2026-12-01T00:00:00", "Europe/Berlin").with_holidays(&dates);
    let schedule = schedule(
        &calendar,
        &[
            "mon-fri 08:45-10:30",
            "daily 22:00-06:00",
            "sat-sun 09:00-12:00",
        ],
    );
    let usual: [(&[i8], i16, i16); 3] = [
        (&[0, 1, 2, 3, 4], 8 * 60 + 45, 10 * 60 + 30),
        (&[0, 1, 2, 3, 4, 5, 6], 22 * 60, 6 * 60),
        (&[5, 6], 9 * 60, 12 * 60),
    ];
    let (mut open_minutes, mut changes) = (0, Vec::new());
    let mut was = schedule.is_open(SimTime::ZERO);
    let length = 62 * 24 * 60;
    for minute in 0..length {
        let local = calendar.local(minutes(minute));
        let rules = if dates.contains(&local.date()) {
            &usual[1..]
        } else {
            &usual[..]
        };
        let now = clock_says_open(local, rules);
        assert_eq!(schedule.is_open(minutes(minute)), now, "{local}");
        if now != was {
            changes.push(minutes(minute));
        }
        (was, open_minutes) = (now, open_minutes + u64::from(now));
    }
    let mut at = SimTime::ZERO;
    for change in changes {
        assert_eq!(schedule.next_change(at), Some(change));
        at = change;
    }
    let open = schedule.open_time(SimTime::ZERO, minutes(length));
    assert_eq!(open, SimDuration(open_minutes * MINUTE));
}

/// A whole open week is broken by a holiday alone, at its midnights.
#[test]
fn a_holiday_begins_and_ends_at_midnight() {
    let calendar = calendar("2026-12-21T00:00:00", "UTC");
    let calendar = calendar.with_holidays(&["2026-12-25".parse().unwrap()]);
    let schedule = schedule(&calendar, &["mon-fri"]);
    let day = |day: u64| minutes(day * 24 * 60);
    assert_eq!(schedule.next_change(day(0)), Some(day(4)));
    assert!(!schedule.is_open(day(4)));
    assert_eq!(schedule.next_change(day(4)), Some(day(7)));
}
