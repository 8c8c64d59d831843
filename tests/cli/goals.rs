//! Goals and thresholds: what is said on top, the exit code, and the same from stored results and from shards.

use crate::desk::{Desk, SMALL};

/// Two variants, of which the second has no wait for nodes and costs more.
const GOAL: &str = r#"
[goal]
wait_p95 = "<= 1h"

[[expect]]
variant = "cluster"
completed = ">= 100%"

[[expect]]
wait_p95 = "<= 1s"
"#;

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("goal.toml", format!("{SMALL}{GOAL}"));
    desk
}

#[test]
fn a_crossed_threshold_is_exit_code_3_and_everything_is_written() {
    let desk = desk();
    let run = desk.simulate("goal.toml --output out -q");
    assert_eq!(run.code, Some(3), "{}", run.stderr);
    let first = run.stdout.lines().next().expect("an answer");
    assert!(first.contains("meets the goal (wait_p95 <= 1h)"), "{first}");
    assert!(
        run.stdout.contains("✓ cluster: completed >= 100%: 100 %"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("✗ cluster: wait_p95 <= 1s: "),
        "{}",
        run.stdout
    );
    let csv = desk.bytes("out")["goals.csv"].clone();
    let csv = String::from_utf8(csv).expect("text");
    let rows: Vec<Vec<&str>> = csv.lines().map(|row| row.split(',').collect()).collect();
    assert_eq!(rows.len(), 1 + 2 + 1 + 2, "{csv}");
    assert_eq!(
        rows[1][..9],
        [
            "goal",
            "cluster",
            "(all)",
            "(all)",
            "(all)",
            "(all)",
            "wait_p95",
            "at_most",
            "3600.000000"
        ]
    );
    assert_eq!(rows[1][12], "meets");
    assert_eq!((rows[3][6], rows[3][14]), ("completed", "1"));
    assert_eq!((rows[4][12], rows[4][14]), ("fails", "0"));

    let report = desk.simulate("report out -q --output again");
    assert_eq!(report.stdout, run.stdout);
    assert!(desk.bytes("out") == desk.bytes("again"));
}

#[test]
fn a_flag_takes_the_place_of_the_limit_in_the_file() {
    let desk = desk();
    let said = |flags: &str| {
        let run = desk.simulate(&format!("goal.toml --variant cluster -q {flags}"));
        run.stdout.lines().next().expect("an answer").to_owned()
    };
    assert!(said("").contains("`cluster` meets the goal (wait_p95 <= 1h)"));
    let strict = said("--goal wait_p95<=1s");
    assert!(
        strict.contains("`cluster` does not meet the goal (wait_p95 <= 1s)"),
        "{strict}"
    );
    let of_target = said("--goal target.gpu.wait_mean<=2h");
    let both = "meets the goal (wait_p95 <= 1h, target.gpu.wait_mean <= 2h)";
    assert!(of_target.contains(both), "{of_target}");
    let run = desk.simulate_in(
        "small.toml -q --variant cluster",
        &[("SIMULATE_GOAL", "wait_p95 <= 2h; completed >= 50%")],
    );
    let run = run.succeeds();
    let limits = "(wait_p95 <= 2h, completed >= 50%)";
    assert!(run.stdout.contains(limits), "{}", run.stdout);
}

#[test]
fn shards_have_the_same_answer() {
    let desk = desk();
    let whole = desk.simulate("goal.toml -q --goal wait_mean<=1h --output whole");
    desk.simulate("plan goal.toml --goal wait_mean<=1h --output plan.json --shards 2")
        .succeeds();
    for index in 0..2 {
        desk.simulate(&format!("shard plan.json --index {index}"))
            .succeeds();
    }
    let merged = desk.simulate("merge plan.json -q --output out");
    assert_eq!(merged.stdout, whole.stdout);
    let [whole, out] = ["whole", "out"].map(|folder| desk.bytes(folder));
    for file in ["goals.csv", "results.jsonl.gz"] {
        assert!(whole[file] == out[file], "{file}");
    }
}

#[test]
fn limits_that_cannot_be_are_refused_with_what_to_do() {
    let desk = Desk::new();
    for (flag, said) in [
        ("wiat_p95<=5m", "did you mean `wait_p95`?"),
        ("wait_p95<=5", "`5` has no unit"),
        ("wait_p95<5m", "write `<=` or `>=` with a value"),
        ("wait_p95", "this is no limit on a figure"),
        ("completed>=0.99", "write one from `0%` to `100%`"),
        ("cost<=5EUR", "`5EUR` is not an amount of money"),
        (
            "latency_p95<=1s",
            "the scenario has no requests to a service",
        ),
        ("makespan<=1h", "no work of the scenario ends by itself"),
        ("makespan<=1h", "limit `turnaround_mean` or `wait_p95`"),
        ("target.gpux.wait_p95<=5m", "did you mean `gpu`?"),
        (
            "wait_p95>=5m --goal wait_p95<=1m",
            "no value is both `>= 5m` and `<= 1m`",
        ),
        ("wait_p95<=5m --goal wait_p95<=1m", "are on the same side"),
    ] {
        desk.simulate(&format!("small.toml --goal {flag}"))
            .fails(2, &[said]);
    }
    for (more, said) in [
        ("[goal]\nminimize = \"cost\"\n", "the goal has no limit"),
        (
            "[goal]\nminimize = \"latency_p95\"\nwait_p95 = \"<= 5m\"\n",
            "there is no p95 latency",
        ),
        (
            "[[expect]]\nvariant = \"clustr\"\ncost = \"<= 5\"\n",
            "did you mean `cluster`?",
        ),
        ("[[expect]]\nvariant = \"cluster\"\n", "nothing is expected"),
        (
            "[expect]\ncost = \"<= 5\"\n",
            "write each as a table of an array",
        ),
    ] {
        desk.write("wrong.toml", format!("{SMALL}{more}"));
        desk.simulate("wrong.toml").fails(2, &[said]);
    }
}

#[test]
fn a_summary_for_a_pull_request_is_written_where_asked_for() {
    let desk = desk();
    let run = desk.simulate("goal.toml --output out -q --report md");
    assert_eq!(run.code, Some(3), "{}", run.stderr);
    let first = desk.bytes("out");
    let text = String::from_utf8(first["report.md"].clone()).expect("text");
    assert!(text.starts_with("# goal\n\n"), "{text}");
    for part in [
        "meets the goal (wait\\_p95 \\<= 1h)",
        "- ✗ cluster: wait\\_p95 \\<= 1s: ",
        "\n| --- | ---: |",
        "\n| always-on",
        "```sh\nsimulate goal.toml --replications 3 --seed ",
    ] {
        assert!(text.contains(part), "`{part}` in\n{text}");
    }
    // The same from stored results; what is there is made again without the flag too.
    desk.simulate("report out -q --output again --report md");
    assert!(desk.bytes("again") == first);
    desk.simulate("report out -q");
    assert!(desk.bytes("out") == first);
}

/// Replications of four weeks are months: how many of them are above the budget is counted in the table of replications.
#[test]
fn a_budget_tells_what_single_months_cost() {
    let desk = Desk::new();
    let budget = "--goal cost_per_month<=150 --variant scale-to-zero";
    let told = desk
        .simulate(&format!("scenarios/burst.toml {budget} -q"))
        .stdout;
    let rows = desk.rows("output/burst/replications.csv");
    let of_variant = rows.iter().filter(|row| row["variant"] == "scale-to-zero");
    let costs = of_variant.map(|row| row["cost_per_month_usd"].parse().expect("a cost"));
    let mut costs: Vec<f64> = costs.collect();
    costs.sort_by(f64::total_cmp);
    assert_eq!(costs.len(), 30);
    let above = costs.iter().filter(|cost| **cost > 150.0).count();
    // Of 30, the 5th percentile lies between the second and the third.
    let low = costs[1] + (costs[2] - costs[1]) * 0.45;
    let line = format!("scale-to-zero: {low:.0} to ");
    let above = format!("; above 150 USD in {above} of 30");
    assert!(
        told.contains(&line) && told.contains(&above),
        "{line} {above}\n{told}"
    );
    // Two replications are no range.
    let few = desk
        .simulate(&format!("scenarios/burst.toml {budget} -q -r 2"))
        .stdout;
    assert!(!few.contains("single month"), "{few}");
}
