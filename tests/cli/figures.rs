//! Figures from the scenario file to the cells of the results, where the truth is known.

use std::collections::BTreeMap;

use crate::desk::Desk;

type Cells = BTreeMap<String, String>;

fn number(row: &Cells, column: &str) -> f64 {
    row[column].parse().expect("a number")
}

/// The results of a scenario, and what the command said.
fn simulated(desk: &Desk, text: &str) -> String {
    desk.write("example.toml", text);
    let outcome = desk.simulate_in("example.toml --force", &[("COLUMNS", "200")]);
    let outcome = outcome.succeeds();
    format!("{}{}", outcome.stdout, outcome.stderr)
}

/// An instance at 1 USD/h for a day, and about three runs.
#[test]
fn usd_per_run_is_right_with_about_three_runs() {
    let desk = Desk::new();
    simulated(
        &desk,
        r#"
        horizon = "1d"
        replications = 1000
        instance.box.price_per_hour = 1
        [workload.few]
        target = "box"
        arrivals.poisson.rate = "3/d"
        duration = "1m"
        "#,
    );
    let row = &desk.rows("output/example/summary.csv")[0];
    // 24 USD for 3 runs; the half-width is 1.962 x 24 x sqrt(3) / sqrt(1,000) / 9 = 0.29. (The mean of the ratios that
    // there are is 10.38.)
    for column in ["cost_per_run_usd", "cost_per_completed_run_usd"] {
        let half_width = number(row, &format!("{column}_ci95"));
        assert!((number(row, column) - 8.0).abs() <= half_width, "{row:?}");
        assert!((half_width - 0.29).abs() < 0.03, "{half_width}");
    }
}

/// Runs that wait exactly 200 ms, or 203, with a few that wait longer.
const SETUPS: &str = r#"
horizon = "8d"
replications = 3
instance.box = { price_per_hour = 1, slots = 1000 }

[workload.many]
target = "box"
arrivals.poisson.rate = "100/h"
duration = "1m"
setup = "200ms"

[workload.few]
target = "box"
arrivals.deterministic.interval = "1h"
duration = "1m"
setup = "1s"

[variant.a]
[variant.same]
[variant.b]
workload.many.setup = "203ms"
"#;

#[test]
fn quantiles_differ_by_the_truth_within_their_interval() {
    let desk = Desk::new();
    simulated(&desk, SETUPS);
    let rows = desk.rows("output/example/comparison.csv");
    let (same, other) = (&rows[0], &rows[1]);
    for column in [
        "wait_p95_difference_s",
        "wait_p95_difference_s_ci95",
        "wait_mean_difference_s",
        "wait_mean_difference_s_ci95",
        "cost_difference_usd",
        "cost_difference_usd_ci95",
    ] {
        assert_eq!(same[column], "0.000000", "{column}");
    }
    let (difference, half_width) = (
        number(other, "wait_p95_difference_s"),
        number(other, "wait_p95_difference_s_ci95"),
    );
    assert!((difference - 0.003).abs() <= half_width, "{other:?}");
    assert!(half_width > 0.0 && half_width < 0.0003, "{half_width}");
    for row in desk.rows("output/example/summary.csv") {
        let truth = if row["variant"] == "b" { 0.203 } else { 0.2 };
        let half_width = number(&row, "wait_p95_s_ci95");
        assert!((number(&row, "wait_p95_s") - truth).abs() <= half_width);
    }
}

#[test]
fn runs_that_all_wait_alike_have_an_exact_quantile() {
    let desk = Desk::new();
    let alone = SETUPS.replace("[workload.few]", "[workload.few]\nenabled = false");
    let said = simulated(&desk, &alone);
    let rows = desk.rows("output/example/comparison.csv");
    assert_eq!(rows[1]["wait_p95_difference_s"], "0.003000");
    assert_eq!(rows[1]["wait_p95_difference_s_ci95"], "0.000000");
    assert!(
        said.contains("its p95 wait is 0.00300 s (± 0) longer"),
        "{said}"
    );
}

#[test]
fn work_that_happens_once_has_no_month() {
    let desk = Desk::new();
    let sweep = r#"
        horizon = "28d"
        replications = 2
        cluster.gpu = { max_nodes = 4, price_per_hour = 1, boot = "0s" }
        [workload.sweep]
        target = "gpu"
        arrivals.batch = { runs = 8, at = "0s" }
        duration = "1h"
    "#;
    let said = simulated(&desk, sweep);
    let why = "No cost per month: the work is a fixed list that need not come again (a batch, a trace or a few arrivals), and the table has what it costs";
    assert!(said.contains(why), "{said}");
    assert_eq!(
        desk.rows("output/example/summary.csv")[0]["cost_per_month_usd"],
        ""
    );
    // Peak windows in four weeks have one, in ten days none.
    let bursts = sweep.replace(
        "arrivals.batch = { runs = 8, at = \"0s\" }",
        "arrivals.bursts = { quiet = \"1/h\", peak = \"4/h\", windows = [\"mon-fri 09:00-10:00\"] }",
    );
    assert!(
        simulated(&desk, &bursts)
            .contains("Cost per month (730 h per month, extrapolated from 28d")
    );
    let ten_days = bursts.replace("28d", "10d");
    let why =
        "No cost per month: the measured time, 10d, is not whole weeks, and hours or days differ";
    assert!(simulated(&desk, &ten_days).contains(why));
    // A week less an hour of a steady load.
    let steady = bursts.replace("28d", "167h");
    let start = steady.find("arrivals.bursts").expect("the arrivals");
    let end = start + steady[start..].find('\n').expect("a line");
    let steady = format!(
        "{}arrivals.poisson.rate = \"1/h\"{}",
        &steady[..start],
        &steady[end..]
    );
    assert!(simulated(&desk, &steady).contains("is shorter than a week"));
}

const TRACE: &str = r#"
time_zone = "Europe/Berlin"
replications = 1
cluster.gpu = { max_nodes = 4, price_per_hour = 1, boot = "0s", idle_before_scale_down = "0s" }
instance.box = { price_per_hour = 1, always_bill = true }
[workload.log]
target = "gpu"
[workload.log.arrivals.trace]
file = "log.csv"
submitted = "at"
duration = "s"
"#;

#[test]
fn a_trace_without_a_horizon_ends_with_the_local_day_of_its_last_row() {
    // From the first row to the end of the day, with the hours of the clock changes of 2024-03-31 and 2024-10-27.
    for (rows, end, hours) in [
        (
            "2024-03-05 09:00:00,60\n2024-03-05 11:00:00,60\n",
            "2024-03-06 00:00",
            15,
        ),
        // A row at midnight belongs to the day that begins there.
        (
            "2024-03-05 09:00:00,60\n2024-03-06 00:00:00,60\n",
            "2024-03-07 00:00",
            39,
        ),
        (
            "2024-03-30 09:00:00,60\n2024-03-31 23:59:59,60\n",
            "2024-04-01 00:00",
            38,
        ),
        (
            "2024-10-26 09:00:00,60\n2024-10-27 00:30:00,60\n",
            "2024-10-28 00:00",
            40,
        ),
    ] {
        let desk = Desk::new();
        desk.write("log.csv", format!("at,s\n{rows}"));
        let said = simulated(&desk, TRACE);
        let note = format!(
            "no `horizon` is given: it is the end of the local day of the last row, {end} ("
        );
        assert!(said.contains(&note), "{said}");
        // The instance is billed until then.
        let summary = desk.rows("output/example/summary.csv");
        let row = summary
            .iter()
            .find(|row| row["target"] == "box")
            .expect("a row");
        assert_eq!(row["cost_usd"], format!("{hours}.000000"), "{rows}");
        let notes = desk.manifest("output/example")["notes"].to_string();
        assert!(notes.contains("the end of the local day"), "{notes}");
        let planned = desk.simulate("example.toml --dry-run").succeeds();
        assert!(planned.stderr.contains(&note), "{}", planned.stderr);
    }
}

#[test]
fn unfinished_runs_are_said_where_variants_are_compared() {
    let desk = Desk::new();
    let said = simulated(
        &desk,
        r#"
        horizon = "10h"
        end = "cut"
        replications = 2
        cluster.gpu = { max_nodes = 10, price_per_hour = 1, boot = "0s", idle_before_scale_down = "0s" }
        [workload.sweep]
        target = "gpu"
        arrivals.batch = { runs = 10, at = "0s" }
        duration = "2h"
        [variant.wide]
        [variant.narrow]
        cluster.gpu.max_nodes = 1
        "#,
    );
    // One after the other: at 10 h the fifth would end, and is cut.
    assert!(
        said.contains("its work is not the same: 6 of 10 runs are not completed, of wide 0"),
        "{said}"
    );
    let summary = desk.rows("output/example/summary.csv");
    // 20 and 10 node-hours for the same ten runs.
    assert_eq!(summary[0]["cost_per_run_usd"], "2.000000");
    assert_eq!(summary[1]["cost_per_run_usd"], "1.000000");
    assert_eq!(summary[1]["cost_per_completed_run_usd"], "2.500000");
}
