//! `simulate warm-up`: what it finds against exact means, what it prints and writes, and what it refuses.

use std::collections::BTreeMap;

use crate::desk::Desk;

/// M/M/1 at a load of 0.9: the exact mean wait is 0.9 / (1 - 0.9) services of a minute, 540 s. It begins empty, so the first waits are shorter.
const QUEUE: &str = r#"
horizon = "40h"
replications = 300

[instance.box]
price_per_hour = 1

[workload.training]
target = "box"
arrivals.poisson = { rate = "54/h" }
duration.exponential = { mean = "1m" }
"#;
const EXACT: f64 = 540.0;

/// Runs that never wait, since nothing is random and each ends before the next.
const CLOCKED: &str = r#"
horizon = "2d"
replications = 2

[instance.box]
price_per_hour = 1

[workload.training]
target = "box"
arrivals.deterministic = { interval = "10m" }
duration = "5m"
"#;

type Row = BTreeMap<String, String>;

fn desk(text: &str) -> Desk {
    let desk = Desk::new();
    desk.write("queue.toml", text);
    desk
}

fn number(row: &Row, column: &str) -> f64 {
    let cell = &row[column];
    cell.parse().unwrap_or_else(|_| panic!("{column}: {row:?}"))
}

/// What is printed, with the words of each sentence on one line. No line is longer than 80 columns.
fn said(text: &str) -> String {
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    text.replace("\n  ", " ")
}

#[test]
fn a_queue_that_begins_empty_needs_a_warm_up_that_takes_its_bias_away() {
    let desk = desk(QUEUE);
    let run = desk
        .simulate("warm-up queue.toml --output out --threads 1")
        .succeeds();
    let rows = desk.rows("out/warm-up.csv");
    assert_eq!(rows.len(), 1);
    let row = &rows[0];
    assert_eq!(row["verdict"], "settled", "{row:?}");
    let [all, settled] =
        ["wait_mean_all_s", "wait_mean_settled_s"].map(|column| number(row, column) - EXACT);
    assert!(all < -20.0, "{row:?}");
    assert!(settled.abs() < all.abs() / 2.0, "{row:?}");
    // The truncation point is a time at which runs are submitted, and the warm-up is no earlier in any replication.
    let [mean, latest, warm_up] =
        ["settled_mean_s", "settled_latest_s", "warmup_s"].map(|column| number(row, column));
    let by_rate = number(row, "runs_left_out") / 54.0 * 3600.0;
    assert!((mean / by_rate - 1.0).abs() < 0.05, "{row:?}");
    assert!(0.0 < mean && mean < latest && latest <= warm_up, "{row:?}");
    assert!(warm_up <= 1.2 * latest + 1.0, "{row:?}");
    // It is what the answer says to write, and a scenario takes it.
    let text = said(&run.stdout);
    let written = text.split('"').nth(1).expect("a duration in quotes");
    assert!(
        text.starts_with(&format!(
            "Write `warmup = \"{written}\"` at the top of the scenario file: by MSER-5 the waits of runs have settled after {written}."
        )),
        "{text}"
    );
    let mean_wait = |folder: &str| {
        number(
            &desk.rows(&format!("{folder}/summary.csv"))[0],
            "wait_mean_s",
        )
    };
    desk.simulate("queue.toml -q --output without").succeeds();
    desk.simulate(&format!(
        "queue.toml -q --output with --set warmup={written}"
    ))
    .succeeds();
    let [without, with] = ["without", "with"].map(|folder| (mean_wait(folder) - EXACT).abs());
    assert!(with < without / 2.0, "{with}, {without}");
    // The folder, the page, and that threads decide nothing.
    let names = [
        "manifest.json",
        "report.html",
        "warm-up.csv",
        "warm-up.png",
        "warm-up.svg",
    ];
    assert_eq!(desk.names("out"), names);
    desk.simulate("warm-up queue.toml -q --output three --threads 3")
        .succeeds();
    for name in names.into_iter().filter(|name| *name != "manifest.json") {
        assert!(
            desk.bytes("three")[name] == desk.bytes("out")[name],
            "{name}"
        );
    }
    page_and_chart_tell(&desk, written);
}

/// The page has the answer, the chart and the command; the chart has what it names.
fn page_and_chart_tell(desk: &Desk, written: &str) {
    let page = String::from_utf8(desk.bytes("out")["report.html"].clone()).expect("text");
    for part in [
        &format!("the waits of runs have settled after {written}"),
        "<title id=\"warm-up-title\">",
        "simulate warm-up queue.toml --replications 300 --seed 1",
    ] {
        assert!(page.contains(part), "{part}");
    }
    let picture = String::from_utf8(desk.bytes("out")["warm-up.svg"].clone()).expect("text");
    for part in [
        "mean wait",
        "time of submission, since the start",
        "truncation point",
        &format!("warm-up {written}"),
    ] {
        assert!(picture.contains(part), "{part}");
    }
}

#[test]
fn a_stated_warm_up_hides_nothing_and_is_compared() {
    let of = |text: &str| {
        let desk = desk(text);
        let run = desk.simulate("warm-up queue.toml --output out").succeeds();
        (desk.bytes("out")["warm-up.csv"].clone(), said(&run.stdout))
    };
    let (plain, told) = of(QUEUE);
    let written = told.split('"').nth(1).expect("a duration in quotes");
    for (stated, begins, ends) in [
        (
            "1d6h",
            "The scenario's `warmup = \"1d6h\"` is long enough: by MSER-5".to_owned(),
            format!("With `warmup = \"{written}\"` more would be measured.\n"),
        ),
        (
            "1m",
            format!("Write `warmup = \"{written}\"` at the top of the scenario file: by MSER-5"),
            "The scenario's `warmup = \"1m\"` is too short.\n".to_owned(),
        ),
        (
            written,
            format!("The scenario's `warmup = \"{written}\"` is long enough: by MSER-5"),
            format!("have settled after {written}.\n"),
        ),
    ] {
        let (table, told) = of(&format!("warmup = \"{stated}\"{QUEUE}"));
        assert!(table == plain, "{stated}");
        assert!(told.starts_with(&begins), "{told}");
        assert!(told.contains(&ends), "{told}");
    }
}

#[test]
fn what_never_changes_needs_none() {
    let desk = desk(CLOCKED);
    let run = desk.simulate("warm-up queue.toml --output out").succeeds();
    let text = said(&run.stdout);
    assert!(
        text.starts_with(
            "No warm-up is needed: by MSER-5 the waits of runs show no transient at the start.\n"
        ),
        "{text}"
    );
    let rows = desk.rows("out/warm-up.csv");
    // One every 10 min of two days, the first after the first 10 min, in batches of five.
    for (column, value) in [
        ("variant", "base"),
        ("target", "box"),
        ("verdict", "settled"),
        ("runs", "287"),
        ("batches", "57"),
        ("runs_left_out", "0"),
    ] {
        assert_eq!(rows[0][column], value, "{column}");
    }
    for column in ["warmup_s", "wait_mean_all_s", "wait_mean_settled_s"] {
        assert!(number(&rows[0], column).abs() < 1e-9, "{column}");
    }
}

/// A cluster that scales from zero, a load that is too much, one that is close to it, and one of few runs.
const VARIANTS: &str = r#"
[variant.calm]
[variant.overloaded]
workload.training.duration = "11m"
[variant.heavy]
workload.training = { arrivals.poisson.rate = "6/h", duration.exponential.mean = "9.9m" }
[variant.rare]
workload.training.arrivals.deterministic.interval = "1h"
"#;

#[test]
fn variants_without_a_warm_up_are_named_with_what_to_do() {
    let desk = desk(&[CLOCKED, VARIANTS].concat());
    let run = desk
        .simulate("warm-up queue.toml --output out --replications 60")
        .succeeds();
    let text = said(&run.stdout);
    for part in [
        "No warm-up is needed: by MSER-5 the waits of runs show no transient at the start, but for those below.",
        "No warm-up was found for `rare`: fewer than 100 runs in a replication are too few to tell. Set a `horizon` longer than 2d.",
        "No warm-up was found for `heavy`: the waits still change near the middle of the horizon. Set a longer one, such as `horizon = \"4d\"`, and ask again.",
        "No warm-up was found for `overloaded`: the queue grows from the start to the horizon, so waits never settle.",
    ] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
    let rows = desk.rows("out/warm-up.csv");
    let verdicts: Vec<&str> = rows.iter().map(|row| row["verdict"].as_str()).collect();
    assert_eq!(verdicts, ["settled", "grows", "changing", "too_short"]);
    assert!(
        rows[1..]
            .iter()
            .all(|row| row["warmup_s"].is_empty() && row["wait_mean_all_s"].is_empty())
    );
}

#[test]
fn work_that_happens_once_and_calendars_are_refused_or_left_out() {
    let batch = CLOCKED.replace(
        "arrivals.deterministic = { interval = \"10m\" }",
        "arrivals.batch = { runs = 500, at = [\"0s\"] }",
    );
    let schedule = CLOCKED.replace(
        "price_per_hour = 1",
        "price_per_hour = 1\nschedule = [\"mon-fri 08:00-18:00\"]",
    );
    for (text, message, help) in [
        (&batch, "work happens once", "leave `warmup` at `\"0s\"`"),
        (
            &schedule,
            "Hours or days differ",
            "leave out whole weeks, such as `warmup = \"7d\"`",
        ),
    ] {
        let desk = desk(text);
        desk.simulate("warm-up queue.toml --output out").fails(
            2,
            &[
                "queue.toml",
                "no warm-up is looked for in variant `base`",
                message,
                help,
                "nothing was simulated",
            ],
        );
        assert!(!desk.path("out").exists());
    }
    let both = format!(
        "{CLOCKED}\n[variant.clocked]\n[variant.office]\ninstance.box.schedule = [\"mon-fri 08:00-18:00\"]\n"
    );
    let desk = desk(&both);
    let run = desk.simulate("warm-up queue.toml --dry-run").succeeds();
    let text = said(&run.stdout);
    for part in [
        "clocked: from 0s to the horizon 2d",
        "office: not simulated. Hours or days differ",
        "1 variant x 2 replications: 2 replications in all",
        "results would go to output/queue-warm-up",
    ] {
        assert!(text.contains(part), "{part} in\n{text}");
    }
    assert!(!desk.path("output").exists());
    let run = desk.simulate("warm-up queue.toml --output out").succeeds();
    // Nothing is said of what is not simulated but that.
    assert!(!run.stderr.contains("office"), "{}", run.stderr);
    let text = said(&run.stdout);
    assert!(
        text.contains("Not simulated: `office`. Hours or days differ"),
        "{text}"
    );
    assert_eq!(desk.rows("out/warm-up.csv").len(), 1);
    desk.simulate("warm-up queue.toml --output out --set nothing=1")
        .fails(2, &["nothing"]);
    desk.simulate("report out")
        .fails(2, &["tables of `simulate warm-up`"]);
}
