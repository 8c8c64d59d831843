//! The main table in other orders, with other columns, cut, and in other formats.

use autoscale_simulator::report::StudyResults;
use autoscale_simulator::report::main_table::{Figures, Format, Order, Sort, Top, View};
use autoscale_simulator::report::terminal::terminal_as;
use autoscale_simulator::report::wrapping::columns;

use crate::made::{replication, runs, study, target, variant};
use crate::made_targets::mixed;

/// Variants with (node-seconds, wait in seconds): the first is the baseline. A node-second costs 0.001 USD.
fn of(figures: &[(&str, u64, u64)]) -> StudyResults {
    let made = figures.iter().map(|&(name, busy, wait)| {
        variant(
            name,
            "gpu",
            vec![replication(vec![target(runs(40, wait), busy, 0, 0)]); 2],
        )
    });
    study(made.collect())
}

fn three() -> StudyResults {
    of(&[
        ("slow", 20_000, 600),
        ("cheap", 10_000, 300),
        ("dear", 30_000, 60),
    ])
}

/// The names in the order of the lines of the table.
fn names(study: &StudyResults, view: &View) -> Vec<String> {
    let text = terminal_as(study, 80, view);
    let rows = text.lines().skip_while(|line| !line.starts_with('─'));
    let lines = rows.skip(1).take_while(|line| !line.is_empty());
    let name = |line: &str| line.split_whitespace().next().expect("a name").to_owned();
    lines.map(name).collect()
}

fn sorted(by: Order, descending: bool) -> View {
    View {
        sort: Sort { by, descending },
        ..View::default()
    }
}

fn figure(name: &str) -> Figures {
    Figures::named(name).expect("a figure")
}

#[test]
fn the_cheapest_comes_first_unless_something_else_is_asked_for() {
    let study = three();
    assert_eq!(names(&study, &View::default()), ["cheap", "slow", "dear"]);
    for (by, descending, expected) in [
        (Order::Scenario, false, ["slow", "cheap", "dear"]),
        (Order::Scenario, true, ["dear", "cheap", "slow"]),
        (Order::Name, false, ["cheap", "dear", "slow"]),
        (
            Order::Figure(figure("wait_p95_s")),
            false,
            ["dear", "cheap", "slow"],
        ),
        (
            Order::Figure(figure("wait_p95")),
            true,
            ["slow", "cheap", "dear"],
        ),
        (
            Order::Figure(Figures::Cost),
            true,
            ["dear", "slow", "cheap"],
        ),
    ] {
        assert_eq!(names(&study, &sorted(by, descending)), expected, "{by:?}");
    }
    let text = terminal_as(&study, 80, &View::default());
    assert!(
        text.contains("slow *") && !text.contains("cheap *"),
        "{text}"
    );
}

#[test]
fn variants_without_the_figure_come_last_either_way() {
    // No run started in one: it has no wait.
    let mut study = three();
    study.variants[1] = variant(
        "cheap",
        "gpu",
        vec![replication(vec![target(runs(0, 0), 10_000, 0, 0)]); 2],
    );
    for descending in [false, true] {
        let view = sorted(Order::Figure(figure("wait_p95")), descending);
        assert_eq!(names(&study, &view)[2], "cheap");
    }
}

#[test]
fn the_first_and_the_baseline_are_shown_and_how_many_are_not() {
    let study = three();
    let top = |top| View {
        top,
        ..View::default()
    };
    let text = terminal_as(&study, 80, &top(Top::First(1)));
    assert!(
        text.contains("\n1 more variant is not shown: `--top all` shows all.\n"),
        "{text}"
    );
    assert!(
        text.contains("\ncheap ") && text.contains("\nslow *") && !text.contains("\ndear"),
        "{text}"
    );
    let text = terminal_as(&study, 80, &top(Top::First(3)));
    assert!(!text.contains("shown"), "{text}");
}

#[test]
fn forty_swept_variants_fit_one_screen() {
    let names: Vec<String> = (1..=40)
        .map(|at| format!("idle_before_scale_down={at}m max_nodes={}", at % 8 + 1))
        .collect();
    let figures: Vec<(&str, u64, u64)> = names
        .iter()
        .zip(1_u64..)
        .map(|(name, at)| (name.as_str(), 10_000 + 100 * at, 4_000 - 50 * at))
        .collect();
    let study = of(&figures);
    let usual = terminal_as(&study, 80, &View::default());
    assert!(usual.contains("20 more variants are not shown"), "{usual}");
    let ten = View {
        top: Top::First(10),
        ..View::default()
    };
    let text = terminal_as(&study, 80, &ten);
    assert!(
        text.contains("\n10m / 3 ") && !text.contains("\n11m / "),
        "{text}"
    );
    assert!(text.contains("\n2m / 3: costs "), "{text}");
    assert!(text.lines().count() <= 50, "{text}");
    assert!(text.lines().all(|line| columns(line) <= 80), "{text}");
}

#[test]
fn columns_that_are_asked_for_are_all_there() {
    let asked = [
        "cost_run",
        "wait_p50_s",
        "runs_canceled",
        "node_hours",
        "peak_nodes",
        "utilization",
    ];
    let view = View {
        columns: Some(asked.map(figure).to_vec()),
        ..View::default()
    };
    for width in [40, 80] {
        let text = terminal_as(&three(), width, &view);
        for heading in [
            "cost run", "p50 wait", "canceled", "node-h", "peak", "util.",
        ] {
            assert!(text.contains(heading), "{heading}\n{text}");
        }
        let tables = text
            .lines()
            .filter(|line| line.starts_with("variant"))
            .count();
        assert_eq!(tables > 1, width == 40, "{text}");
        assert!(text.lines().all(|line| columns(line) <= width), "{text}");
    }
    for unknown in ["wait_p96", "variant", "", "Cost"] {
        assert!(Figures::named(unknown).is_none(), "{unknown}");
    }
}

/// The table alone in a format.
fn formatted(study: &StudyResults, format: Format, asked: &[&str]) -> String {
    let view = View {
        columns: Some(asked.iter().map(|name| figure(name)).collect()),
        format,
        ..View::default()
    };
    terminal_as(study, 80, &view)
}

#[test]
fn csv_has_the_names_and_figures_of_the_summary() {
    assert_eq!(
        formatted(&three(), Format::Csv, &["cost", "wait_mean"]),
        "variant,target,cost_workspace_usd,cost_workspace_usd_ci95,wait_mean_s,wait_mean_s_ci95\n\
         cheap,gpu,10.000000,0.000000,300.000000,0.000000\n\
         slow,gpu,20.000000,0.000000,600.000000,0.000000\n\
         dear,gpu,30.000000,0.000000,60.000000,0.000000\n"
    );
    let several = formatted(&study(vec![mixed()]), Format::Csv, &["latency_p95"]);
    let targets: Vec<&str> = several
        .lines()
        .skip(1)
        .map(|line| line.split(',').nth(1).expect("a target"))
        .collect();
    assert_eq!(targets, ["(all)", "gpu", "model"]);
    assert!(several.contains("mixed,gpu,,\n"), "{several}");
}

#[test]
fn json_says_units_and_versions() {
    let text = formatted(
        &three(),
        Format::Json,
        &["cost", "wait_mean", "latency_p95"],
    );
    let read: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(
        (&read["table"], &read["version"]),
        (&"simulate".into(), &1.into())
    );
    assert_eq!(read["baseline"], "slow");
    assert_eq!(read["columns"][1]["name"], "wait_mean_s");
    assert_eq!(read["columns"][1]["unit"], "s");
    let first = &read["rows"][0];
    assert_eq!(
        (&first["variant"], &first["target"]),
        (&"cheap".into(), &"gpu".into())
    );
    assert_eq!(first["figures"]["cost_workspace_usd"]["mean"], 10.0);
    assert_eq!(first["figures"]["wait_mean_s"]["ci95"], 0.0);
    assert!(first["figures"]["latency_p95_s"].is_null());
}

#[test]
fn markdown_is_a_table_of_github() {
    let mut study = three();
    "a|b_c".clone_into(&mut study.variants[1].name);
    assert_eq!(
        formatted(&study, Format::Md, &["cost", "wait_mean"]),
        "| variant | cost USD | mean wait min |\n\
         | --- | ---: | ---: |\n\
         | a\\|b\\_c | 10 ± 0 | 5 ± 0 |\n\
         | slow \\* | 20 ± 0 | 10 ± 0 |\n\
         | dear | 30 ± 0 | 1 ± 0 |\n"
    );
}
