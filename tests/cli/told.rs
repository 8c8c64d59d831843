//! What is told where an answer would mislead: logs that are copied or cut, queues that grow, limits that nothing meets, prices that
//! do not follow what they are the price of.

use std::collections::BTreeMap;

use crate::desk::{Desk, Outcome};

type Cells = BTreeMap<String, String>;

/// A log with a row at 09:00 and one at 15:00 on each of these days of January 2024, which begins on a Monday.
fn log(desk: &Desk, days: &[u32], duration: &str) {
    let rows = days.iter().map(|day| {
        format!("2024-01-{day:02} 09:00:00,{duration}\n2024-01-{day:02} 15:00:00,{duration}\n")
    });
    let rows: String = rows.collect();
    desk.write("log.csv", format!("at,for\n{rows}"));
}

const LOG: &str = r#"
replications = 1
[cluster.c]
price_per_hour = 1
boot = "1m"
[workload.w]
target = "c"
arrivals.trace = { file = "log.csv", submitted = "at", duration = "for" }
"#;

/// Monday to Friday of two weeks.
const OFFICE: [u32; 10] = [1, 2, 3, 4, 5, 8, 9, 10, 11, 12];

#[test]
fn more_of_two_office_weeks_is_on_weekdays_and_the_study_has_their_weekends() {
    let desk = Desk::new();
    log(&desk, &OFFICE, "600");
    desk.write("log.toml", LOG);
    let run = desk.simulate("log.toml --set workload.w.load_factor=2.4 --runs -q --force -o out");
    let said = run.succeeds().stderr;
    let rows: Vec<Cells> = desk.rows("out/runs.csv");
    let days = rows.iter().map(|row| {
        let (seconds, _) = row["submit_s"]
            .split_once('.')
            .unwrap_or((&row["submit_s"], ""));
        // From 09:00 on the first: the row of 09:00 begins a day of 24 h.
        seconds.parse::<u32>().expect("seconds") / 86_400 + 1
    });
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for day in days {
        *counts.entry(day).or_default() += 1;
    }
    assert_eq!(counts.keys().copied().collect::<Vec<u32>>(), OFFICE);
    // Two rows a day come twice, and each once more with probability 0.4.
    assert!(
        counts.values().all(|count| (4..=6).contains(count)),
        "{counts:?}"
    );
    assert!(!said.contains("days of its log"), "{said}");
    // 14 days from the first row on, not 11 days and 15 h.
    let notes = desk.manifest("out")["notes"].to_string();
    let end = "the end of the week of the last row, 2024-01-15 09:00 (14d after the start)";
    assert!(notes.contains(end), "{notes}");
}

#[test]
fn a_log_that_is_not_whole_weeks_or_is_copied_onto_quiet_days_is_told() {
    let desk = Desk::new();
    let said = |days: &[u32], flags: &str| {
        log(&desk, days, "600");
        desk.write("log.toml", LOG);
        desk.simulate_in(
            &format!("log.toml --dry-run {flags}"),
            &[("COLUMNS", "900")],
        )
        .succeeds()
        .stderr
    };
    // A Saturday with work: the second one may have had some too.
    let with_saturday = [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12];
    let told = said(&with_saturday, "");
    for part in [
        "not whole weeks",
        "`horizon = \"7d\"`",
        "`horizon = \"14d\"`",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    let told = said(&OFFICE[..5], "");
    assert!(told.contains("less than a week"), "{told}");
    assert!(
        told.contains("write `horizon = \"7d\"` if nothing comes"),
        "{told}"
    );
    let told = said(&with_saturday, "--set horizon=14d");
    assert!(!told.contains("whole weeks"), "{told}");
    // Thursday to Wednesday is copied by days, also onto the weekend.
    let quiet = "2 of the 7 days of its log have less than half";
    let thursday = [4, 5, 8, 9, 10];
    assert!(said(&thursday, "--set workload.w.load_factor=2").contains(quiet));
    assert!(!said(&thursday, "--set workload.w.load_factor=0.5").contains(quiet));
}

#[test]
fn shares_of_the_load_and_durations_without_a_unit_say_what_they_are_read_as() {
    let desk = Desk::new();
    log(&desk, &OFFICE, "5");
    let said = |text: &str, flags: &str| {
        desk.write("log.toml", text);
        desk.simulate_in(
            &format!("log.toml --dry-run {flags}"),
            &[("COLUMNS", "900")],
        )
        .succeeds()
        .stderr
    };
    let told = said(LOG, "--set workload.w.load_factor=30%");
    assert!(told.contains("30% is read as 0.3 times the load"), "{told}");
    assert!(
        told.contains("`130%`") && told.contains("`load_factor = 1.3`"),
        "{told}"
    );
    assert!(!said(LOG, "--set workload.w.load_factor=130%").contains("is read as"));
    let of_unit = "read as seconds, and half of them are at most 5s";
    assert!(
        told.contains(of_unit) && told.contains("`unit = \"min\"`"),
        "{told}"
    );
    let given = LOG.replace("\"for\" }", "\"for\", unit = \"s\" }");
    assert!(!said(&given, "").contains("read as seconds"));
    // Longer than all of the log.
    log(&desk, &OFFICE, "2000000");
    assert!(said(LOG, "").contains("half of them are at least"));
    log(&desk, &OFFICE, "600");
    assert!(!said(LOG, "").contains("read as seconds"));
}

#[test]
fn a_column_named_after_another_unit_and_a_row_that_decides_all_are_told() {
    let desk = Desk::new();
    let said = |header: &str, last: &str, flags: &str| {
        let rows = (1..=12).map(|day| format!("2024-01-{day:02} 09:00:00,60,anna\n"));
        let rows: String = rows.collect();
        desk.write("log.csv", format!("at,{header},who\n{rows}{last}"));
        let mapped = format!("duration = \"{header}\", user = \"who\"{flags}");
        desk.write("log.toml", LOG.replace("duration = \"for\"", &mapped));
        let run = desk.simulate_in("log.toml --dry-run", &[("COLUMNS", "900")]);
        run.succeeds().stderr
    };
    let named = "their column is called";
    for (header, unit) in [
        ("Minutes", "min"),
        ("Run time (h)", "h"),
        ("elapsed_ms", "ms"),
    ] {
        let told = said(header, "", "");
        assert!(
            told.contains(named) && told.contains(&format!("`unit = \"{unit}\"`")),
            "{told}"
        );
        assert!(!said(header, "", ", unit = \"s\"").contains(named));
    }
    for header in ["Seconds", "for", "s", "min_cpu"] {
        assert!(!said(header, "", "").contains(named), "{header}");
    }
    // 12 runs of a minute, and one that takes as long as them: it has half of the time, and not more.
    let half = "2024-01-13 09:00:00,720,eve\n";
    assert!(!said("for", half, "").contains("one run of its log"));
    let more = "2024-01-13 09:00:00,2880,eve\n";
    let told = said("for", more, "");
    assert!(
        told.contains("one run of its log has 80 % of the node-time of all 13 runs: 48m on 1 node, log.csv line 14, user `eve`"),
        "{told}"
    );
}

/// 5 runs an hour of 20 minutes: 1.67 nodes are busy, and one of them is not enough.
const OVERLOAD: &str = r#"
replications = 3
horizon = "14d"
baseline = "two"
[cluster.c]
price_per_hour = 1
boot = "1m"
[workload.w]
target = "c"
arrivals.poisson = { rate = "5/h" }
duration.exponential = { mean = "20m" }
[variant.one]
cluster.c.max_nodes = 1
[variant.two]
cluster.c.max_nodes = 2
[variant.four]
cluster.c = { min_nodes = 2, max_nodes = 4 }
"#;

#[test]
fn a_queue_that_grows_is_last_by_cost_marked_and_never_chosen_where_another_keeps_up() {
    let desk = Desk::new();
    desk.write("load.toml", OVERLOAD);
    let said = desk.simulate("load.toml --force").succeeds().stdout;
    let place = |start: &str| {
        let mut lines = said.lines();
        lines.position(|line| line.starts_with(start)).expect(start)
    };
    assert!(
        place("two *") < place("four ") && place("four ") < place("one "),
        "{said}"
    );
    let one = said.lines().nth(place("one ")).expect("a line");
    assert!(one.contains('†'), "{said}");
    assert!(said.contains("† more work comes than is done"), "{said}");
    // It costs least and keeps this limit, but does not do the work.
    let goal = desk
        .simulate("load.toml --force --goal cost<=100000")
        .succeeds()
        .stdout;
    assert!(goal.starts_with("`two` meets the goal"), "{goal}");
    assert!(goal.contains("Left out: `one`"), "{goal}");
    desk.write(
        "both.toml",
        OVERLOAD
            .replace(
                "max_nodes = 2\n",
                "max_nodes = 1\ncluster.c.min_nodes = 1\n",
            )
            .replace(
                "min_nodes = 2, max_nodes = 4",
                "max_nodes = 1, idle_before_scale_down = \"1h\"",
            ),
    );
    let goal = desk
        .simulate("both.toml --force --goal cost<=100000")
        .succeeds()
        .stdout;
    assert!(
        goal.replace('\n', " ")
            .contains("Its queue grows, so it does not do all the work"),
        "{goal}"
    );
    let csv = desk
        .simulate("load.toml --force --format csv -q")
        .succeeds()
        .stdout;
    let first: Vec<&str> = csv
        .lines()
        .map(|line| line.split(',').next().unwrap_or(""))
        .collect();
    assert_eq!(first, ["variant", "two", "four", "one"], "{csv}");
}

const ENDPOINT: &str = r#"
replications = 1
horizon = "1d"
region = "westeurope"
[online_endpoint.scoring]
vm_size = "Standard_D3_v2"
concurrency = 4
[requests.visitors]
target = "scoring"
use = "real_time"
arrivals.poisson.rate = "5/s"
service_time = "50ms"
slo = "200ms"
"#;

#[test]
fn latencies_below_the_time_of_a_request_are_told() {
    let desk = Desk::new();
    let said = |flags: &str| {
        desk.write("endpoint.toml", ENDPOINT);
        desk.simulate_in(
            &format!("endpoint.toml --dry-run {flags}"),
            &[("COLUMNS", "900")],
        )
        .succeeds()
        .stderr
    };
    let (never, stays) = (
        "no number of replicas meets its `slo`",
        "there will be 5 instances, whatever the load",
    );
    // 50 ms are below the 70 ms of the sample's rule and below the objective.
    let quick = said("");
    assert!(!quick.contains(never) && !quick.contains(stays), "{quick}");
    let slow = said("--set requests.visitors.service_time=80ms");
    assert!(!slow.contains(never) && slow.contains(stays), "{slow}");
    let hopeless = said("--set requests.visitors.service_time=250ms");
    assert!(
        hopeless.contains(never) && hopeless.contains("at least 0.25s"),
        "{hopeless}"
    );
    let random = said("--set requests.visitors.service_time.exponential.mean=250ms");
    assert!(
        !random.contains(never) && random.contains("more replicas do not shorten that"),
        "{random}"
    );
    // Of exponential times with a mean of 50 ms, e^-4 or 1.8 % exceed 200 ms; with one of 100 ms, e^-2 or 13.5 %.
    let seldom = said("--set requests.visitors.service_time.exponential.mean=50ms");
    assert!(!seldom.contains("do not shorten that"), "{seldom}");
    let often = said("--set requests.visitors.service_time.exponential.mean=100ms");
    assert!(
        often.contains(
            "14 % of the requests of `visitors` take longer than its `slo` of 0.2s without any wait"
        ),
        "{often}"
    );
}

#[test]
fn instances_of_a_profile_that_nothing_takes_away_are_told() {
    let desk = Desk::new();
    let said = |least: u32, rules: &str| {
        let keys = format!(
            "min_instances = {least}\nschedule_profile = {{ windows = [\"mon-fri 08:00-18:00\"], instances = 3 }}\n{rules}"
        );
        desk.write(
            "endpoint.toml",
            ENDPOINT.replace("concurrency = 4\n", &format!("concurrency = 4\n{keys}\n")),
        );
        let run = desk.simulate_in("endpoint.toml --dry-run", &[("COLUMNS", "900")]);
        run.succeeds().stderr
    };
    let stay = "so the 3 of `schedule_profile` stay when a window ends";
    assert!(said(1, "rules = []").contains(stay));
    assert!(!said(3, "rules = []").contains(stay));
    assert!(!said(1, "").contains(stay));
}

const PRICED: &str = r#"
replications = 1
horizon = "1d"
region = "eastus"
[cluster.c]
vm_size = "Standard_D4s_v3"
boot = "1m"
[reservation.r]
vm_size = "Standard_D4s_v3"
nodes = 1
price_per_hour = 0.1
[workload.w]
target = "c"
arrivals.poisson = { rate = "2/h" }
duration = "20m"
"#;

#[test]
fn a_price_that_stays_where_the_size_changes_is_refused_once() {
    let desk = Desk::new();
    let stays = "`price_per_hour` stays as it was";
    // Of a reservation, in a variant.
    desk.write(
        "a.toml",
        format!("{PRICED}[variant.a]\n[variant.b]\nreservation.r.vm_size = \"Standard_D8s_v3\"\n"),
    );
    desk.simulate("a.toml --dry-run")
        .fails(2, &["variant.b.reservation.r.vm_size", stays]);
    // Of a variant, in a sweep; what is wrong with each value is said once.
    desk.write(
        "b.toml",
        format!(
            "{PRICED}[variant.a]\ncluster.c.price_per_hour = 0.2\n[sweep]\n\
                \"cluster.c.vm_size\" = [\"Standard_D4s_v3\", \"Standard_D8s_v3\"]\n"
        ),
    );
    let said = desk
        .simulate("b.toml --dry-run")
        .fails(2, &[stays, "1 problem"])
        .stderr;
    assert_eq!(said.matches(stays).count(), 1, "{said}");
    desk.write(
        "c.toml",
        format!("{PRICED}[sweep]\n\"cluster.c.max_node\" = [1, 2, 3]\n"),
    );
    desk.simulate("c.toml --dry-run")
        .fails(2, &["did you mean `max_nodes`", "1 problem"]);
}

/// Without boots and idle time: 8 h of work a day.
const HOURS: &str = r#"
replications = 2
horizon = "14d"
end = "cut"
[cluster.c]
price_per_hour = 1
boot = "0s"
idle_before_scale_down = "0s"
billing_minimum = "0s"
[instance.box]
price_per_hour = 1.6
[workload.w]
target = "c"
arrivals.deterministic = { interval = "1h" }
duration = "20m"
[variant.cluster]
[variant.box]
workload.w.target = "box"
"#;

#[test]
fn a_break_even_where_a_queue_grows_is_none_and_waits_that_are_far_apart_are_told() {
    let desk = Desk::new();
    desk.write("hours.toml", HOURS);
    // The cluster costs 8 USD a day, as the instance does in 5 h, which is too little for the work of 8 h.
    let mut command = desk.prepare("break-even hours.toml --force --between cluster box");
    command.args(["--over", "instance.box.schedule=daily 08:00"]);
    let run = Outcome::from(command.env("COLUMNS", "400").output().expect("the binary"));
    let said = run.succeeds().stdout;
    // A run that has begun is done: windows of 4 h 40 min to 5 h bill 5 h.
    let after = said
        .split("both cost the same at ")
        .nth(1)
        .expect("a place");
    let place = after.split_whitespace().next().expect("a number");
    let place: f64 = place.parse().expect("a number");
    assert!((4.66..=5.0).contains(&place), "{said}");
    assert!(
        said.contains("no break-even: the queue of box grows there"),
        "{said}"
    );
}

#[test]
fn what_a_break_even_cannot_vary_is_said_and_no_flag_is_named_that_nobody_wrote() {
    let desk = Desk::new();
    desk.write("hours.toml", HOURS);
    let asked = |over: &str| {
        desk.simulate(&format!(
            "break-even hours.toml --between cluster box --over {over} --dry-run"
        ))
    };
    let can = "a break-even varies the load";
    asked("cluster.c.max_nodes --from 1 --to 5").fails(2, &[can, "a value that is tried"]);
    asked("workload.w.arrivals.poisson.rate --from 1/h --to 5/h")
        .fails(2, &[can, "neither a number nor a time"]);
    let said = asked("cluster.c.max_nodes --from 1 --to 5").stderr;
    assert!(!said.contains("--set"), "{said}");
    asked("cluster.c.price_per_hour --from 1 --to 5").succeeds();
}

#[test]
fn places_that_are_no_plan_or_have_no_folder_say_what_to_give() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("folder")).expect("a folder");
    desk.simulate("merge folder")
        .fails(2, &["this is a folder, not a plan", "give the file"]);
    desk.simulate("init new/q.toml")
        .fails(1, &["there is no folder `new`", "mkdir new"]);
    desk.write(
        "plan.toml",
        format!("{PRICED}[savings_plan.s]\ncommitment = 5\n"),
    );
    let said = desk
        .simulate("plan.toml --dry-run")
        .fails(2, &["`\"5 USD/h\"`"])
        .stderr;
    assert!(!said.contains("USD/month"), "{said}");
    desk.write(
        "low.toml",
        PRICED.replace("boot =", "tier = \"low_priority\"\nboot ="),
    );
    desk.simulate("low.toml --dry-run")
        .fails(2, &["`tier = \"spot\"`"]);
}
