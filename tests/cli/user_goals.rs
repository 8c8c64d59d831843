//! Goals on the runs of one user or group of logs: figures worked out by hand or from each run, verdicts and errors.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::desk::{Desk, Outcome, squeezed};

type Cells = BTreeMap<String, String>;

/// One node that is always on.
const TEAMS: &str = r#"
horizon = "1d"
replications = 2

[cluster.gpu]
price_per_hour = 1.0
min_nodes = 1
max_nodes = 1
boot = "0s"

[workload.jobs]
target = "gpu"
arrivals.trace = { file = "teams.csv", submitted = "at", duration = "for", user = "who", group = "team", origin = 0 }
"#;

/// Each hour `ann` sends two runs of 12 min at one time, six times: they wait for 0 and 12 min, 6 min in the mean. Then `bob`
/// sends five runs of 11.5 min at one time: they wait for 0 to 46 min, 23 min in the mean. All 17 wait for 187 min: 11 min each.
fn two_users([ann, bob]: [&str; 2]) -> String {
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let (ann, bob) = (quoted(ann), quoted(bob));
    let mut log = "at,for,who,team\n".to_owned();
    for run in 0..12 {
        let at = run / 2 * 3600;
        writeln!(log, "{at},720,{ann},vision").expect("a text");
    }
    for _ in 0..5 {
        writeln!(log, "28800,690,{bob},speech").expect("a text");
    }
    log
}

fn teams(more: &str) -> Desk {
    let desk = Desk::new();
    desk.write("teams.toml", format!("{TEAMS}{more}"));
    desk.write("teams.csv", two_users(["ann", "bob"]));
    desk
}

/// Simulates with limits, without wrapping.
fn simulate(desk: &Desk, limits: &str) -> Outcome {
    let variables = [("COLUMNS", "900"), ("SIMULATE_GOAL", limits)];
    desk.simulate_in("teams.toml --force", &variables)
}

/// The rows of `goals.csv`, by what they are about and their figure: value and verdict.
fn judged(desk: &Desk, file: &str) -> BTreeMap<String, [String; 2]> {
    let rows = desk.rows(file);
    let judged = rows.iter().map(|row| {
        let key = ["target", "workload", "user", "group", "figure"].map(|key| row[key].as_str());
        let values = ["value", "verdict"].map(|key| row[key].clone());
        (key.join(" "), values)
    });
    judged.collect()
}

#[test]
fn each_figure_of_a_user_is_that_of_its_own_runs() {
    let desk = teams("");
    let limits = "user.ann.wait_mean <= 6m; user.bob.wait_mean <= 6m; wait_mean <= 11m; user.bob.wait_p50 <= 23m; \
                  user.ann.wait_p95 <= 13m; user.bob.wait_p95 <= 13m; user.bob.wait_p99 <= 1h; user.bob.wait_max <= 45m; \
                  user.ann.turnaround_mean <= 18m; group.speech.turnaround_mean <= 34m; user.bob.completed >= 100%; \
                  group.vision.wait_mean >= 7m";
    let told = simulate(&desk, limits).succeeds().stdout;
    assert!(told.contains("`base` does not meet the goal"), "{told}");
    assert!(
        told.contains("mean wait of user bob 23 min (± 0)"),
        "{told}"
    );
    let worked = [
        ("(all) (all) (all) (all) wait_mean", "660.000000", "meets"),
        ("(all) (all) ann (all) wait_mean", "360.000000", "meets"),
        ("(all) (all) bob (all) wait_mean", "1380.000000", "fails"),
        ("(all) (all) bob (all) wait_p50", "1380.000000", "meets"),
        ("(all) (all) ann (all) wait_p95", "720.000000", "meets"),
        ("(all) (all) bob (all) wait_p95", "2760.000000", "fails"),
        ("(all) (all) bob (all) wait_p99", "2760.000000", "meets"),
        ("(all) (all) bob (all) wait_max", "2760.000000", "fails"),
        (
            "(all) (all) ann (all) turnaround_mean",
            "1080.000000",
            "meets",
        ),
        (
            "(all) (all) (all) speech turnaround_mean",
            "2070.000000",
            "fails",
        ),
        ("(all) (all) bob (all) completed", "1.000000", "meets"),
        ("(all) (all) (all) vision wait_mean", "360.000000", "fails"),
    ];
    let worked =
        worked.map(|(key, value, verdict)| (key.to_owned(), [value, verdict].map(str::to_owned)));
    assert_eq!(judged(&desk, "output/teams/goals.csv"), worked.into());

    let json = desk.bytes("output/teams")["summary.json"].clone();
    let json: serde_json::Value = serde_json::from_slice(&json).expect("a document");
    let limits = &json["answer"]["standings"][0]["limits"];
    let of_bob = limits.as_array().expect("limits").iter();
    let mut of_bob =
        of_bob.filter(|limit| limit["user"] == "bob" && limit["figure"] == "wait_mean");
    let of_bob = of_bob.next().expect("a limit");
    assert_eq!(of_bob["limit"], "user.bob.wait_mean <= 6m");
    assert_eq!(
        (&of_bob["group"], &of_bob["workload"]),
        (&"(all)".into(), &"(all)".into())
    );
    assert_eq!(
        (of_bob["value"]["mean"].as_f64(), &of_bob["verdict"]),
        (Some(1380.0), &"fails".into())
    );

    let told = simulate(&desk, "group.vision.wait_mean >= 7m")
        .succeeds()
        .stdout;
    let group = "`base` does not meet the goal (group.vision.wait_mean >= 7m): mean wait of group vision 6 min (± 0)";
    assert!(told.starts_with(group), "{told}");

    // The same from stored results, which have all that is needed.
    desk.simulate("report output/teams -q --output again")
        .succeeds();
    assert!(desk.bytes("output/teams") == desk.bytes("again"));
}

#[test]
fn groups_csv_has_the_figures_that_may_have_limits() {
    let desk = teams("");
    desk.simulate("teams.toml -q").succeeds();
    let rows = desk.rows("output/teams/groups.csv");
    let columns = [
        "wait_mean_s",
        "wait_p50_s",
        "wait_p95_s",
        "wait_p99_s",
        "wait_max_s",
        "turnaround_mean_s",
    ];
    let of = |by: &str, name: &str| {
        let row = rows
            .iter()
            .find(|row| row["by"] == by && row["name"] == name);
        let row = row.expect("a row");
        columns.map(|column| row[column].as_str()).join(" ")
    };
    let ann = "360.000000 0.000000 720.000000 720.000000 720.000000 1080.000000";
    let bob = "1380.000000 1380.000000 2760.000000 2760.000000 2760.000000 2070.000000";
    assert_eq!(
        (of("user", "ann"), of("group", "vision")),
        (ann.into(), ann.into())
    );
    assert_eq!(
        (of("user", "bob"), of("group", "speech")),
        (bob.into(), bob.into())
    );
    assert!(of("workload", "jobs").starts_with("660.000000 "));
}

#[test]
fn a_goal_of_users_chooses_the_variant_that_serves_them() {
    let more = "[goal]\nuser.bob.wait_mean = \"<= 15m\"\n[variant.one]\n[variant.two]\ncluster.gpu = { min_nodes = 2, max_nodes = 2 }\n";
    let desk = teams(more);
    // Of two nodes, waits are 0, 0, 11.5, 11.5 and 23 min.
    let told = desk
        .simulate("teams.toml --force -o output/teams --report md")
        .succeeds()
        .stdout;
    let line = "user.bob.wait_mean <= 15m: `two` 9.20 min (± 0), meets; `one` 23 min (± 0), fails";
    let words = squeezed(&told);
    let of_users = format!("Users and groups with limits: {line}");
    assert!(words.contains(&of_users), "{told}");
    for file in ["report.html", "report.md"] {
        let text = desk.bytes("output/teams")[file].clone();
        let text = String::from_utf8(text).expect("a text");
        let told = text.split_once("Users and groups with limits");
        let (_, lines) = told.expect("a heading");
        let lines: String = lines.chars().take(300).collect();
        for part in ["user.bob.wait", "9.20", "meets", "fails"] {
            assert!(lines.contains(part), "{file}: {lines}");
        }
    }
    let first = told.lines().next().expect("an answer");
    assert!(
        first.contains("`two`") && first.contains("user.bob.wait_mean <= 15m"),
        "{told}"
    );
    let rows = desk.rows("output/teams/goals.csv");
    let told: Vec<_> = rows
        .iter()
        .map(|row| ["variant", "value", "verdict"].map(|key| row[key].as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ["one", "1380.000000", "fails"],
            ["two", "552.000000", "meets"]
        ]
    );
    // The goal of all runs is met by both: the cheaper one is taken.
    desk.write(
        "teams.toml",
        format!("{TEAMS}{more}").replace("user.bob.", ""),
    );
    let told = simulate(&desk, "").succeeds().stdout;
    assert!(
        told.lines().next().expect("an answer").contains("`one`"),
        "{told}"
    );
}

#[test]
fn an_expectation_of_a_user_or_a_group_is_exit_code_3() {
    let with = |expect: &str| simulate(&teams(&format!("[[expect]]\n{expect}\n")), "");
    with("user = \"ann\"\nwait_p95 = \"<= 13m\"").succeeds();
    with("group = \"vision\"\nwait_p95 = \"<= 13m\"").succeeds();
    let run = with("user = \"bob\"\nwait_p95 = \"<= 13m\"");
    assert_eq!(run.code, Some(3), "{}", run.stderr);
    let text = "✗ base: user.bob.wait_p95 <= 13m: 46 min (± 0)";
    assert!(run.stdout.contains(text), "{}", run.stdout);
    let run = with("group = \"speech\"\ncompleted = \"<= 50%\"");
    assert_eq!(run.code, Some(3), "{}", run.stderr);
    with("user = \"bob\"\ncost = \"<= 9\"")
        .fails(2, &["there is no cost by user", "`turnaround_mean`"]);
    with("user = \"bob\"\ngroup = \"speech\"\nwait_max = \"<= 1s\"")
        .fails(2, &["`user` and `group` are both given"]);
    with("user = \"bobb\"\nwait_max = \"<= 1s\"").fails(
        2,
        &["no run of a log has the user `bobb`", "did you mean `bob`?"],
    );
}

#[test]
fn users_and_groups_that_no_log_has_are_refused_before_anything_is_simulated() {
    let desk = teams("");
    let refused = |limit: &str, said: &[&str]| simulate(&desk, limit).fails(2, said);
    refused(
        "user.anne.wait_p95 <= 5m",
        &[
            "`goal.user.anne`",
            "no run of a log has the user `anne`",
            "did you mean `ann`? in the logs: `ann`, `bob`",
        ],
    );
    // A user is no group.
    refused(
        "group.ann.wait_p95 <= 5m",
        &["no run of a log has the group `ann`", "`speech`, `vision`"],
    );
    refused("user.ann.cost <= 5", &["`goal.user.ann.cost`: unknown key"]);
    refused(
        "class.a.wait_p95 <= 5m",
        &["figures by class are in `groups.csv`"],
    );
    refused("user.Zoë.wait_p95 <= 5m", &["in quotes", "user.\"j.doe\""]);
    let blanks = ["did you mean `ann`? in the logs: `ann`, `bob`"];
    refused("user.\"    ann    \".wait_p95 <= 5m", &blanks);
    desk.write("teams.toml", TEAMS.replace(", group = \"team\"", ""));
    let no_column = ["no run of a log has a group", "`group = \"COLUMN\"`"];
    simulate(&desk, "group.vision.wait_p95 <= 5m").fails(2, &no_column);
    // Of many users, those that are near are named.
    let mut log = "at,for,who\n".to_owned();
    for user in 0..400 {
        writeln!(log, "{user},1,user{user}").expect("a text");
    }
    desk.write("teams.csv", log);
    let said = simulate(&desk, "user.usr7.wait_p95 <= 5m")
        .fails(
            2,
            &["did you mean `user7`?", "399 other names are in the logs"],
        )
        .stderr;
    assert!(!said.contains("`user250`"), "{said}");
}

/// What a variant does not have does not apply to it; a user without a measured run has no value.
#[test]
fn a_user_without_measured_runs_has_no_value() {
    let desk = teams("");
    let late = TEAMS.replace("horizon", "warmup = \"7h\"\nhorizon");
    desk.write(
        "teams.toml",
        format!("{late}[[expect]]\nuser = \"ann\"\nwait_mean = \"<= 1h\"\n"),
    );
    let run = simulate(&desk, "");
    assert_eq!(run.code, Some(3), "{}", run.stderr);
    let of_ann = &judged(&desk, "output/teams/goals.csv")["(all) (all) ann (all) wait_mean"];
    assert_eq!(*of_ann, ["", "no_value"]);
}

#[test]
fn names_of_any_letters_are_quoted() {
    let names = ["j.doe@x.org", "a<=b \"q\" \\ü"];
    let desk = Desk::new();
    desk.write("teams.csv", two_users(names));
    let keys = ["\"j.doe@x.org\"", r#""a<=b \"q\" \\ü""#];
    desk.write("teams.toml", format!("{TEAMS}[goal.user.{}]\nwait_mean = \"<= 6m\"\n[[expect]]\nuser = {}\nwait_mean = \"<= 23m\"\n", keys[0], keys[1]));
    let told = simulate(&desk, &format!("user.{}.wait_p95 <= 46m", keys[1]))
        .succeeds()
        .stdout;
    for limit in [
        format!(
            "meets the goal (user.{}.wait_mean <= 6m, user.{}.wait_p95 <= 46m)",
            keys[0], keys[1]
        ),
        format!("✓ base: user.{}.wait_mean <= 23m: 23 min", keys[1]),
    ] {
        assert!(told.contains(&limit), "{limit} in {told}");
    }
    let users = desk.rows("output/teams/goals.csv");
    let users: Vec<&str> = users.iter().map(|row| row["user"].as_str()).collect();
    assert_eq!(users, [names[0], names[1], names[1]]);
    // In quotes of the other kind, as a shell may leave them.
    simulate(&desk, "user.'j.doe@x.org'.wait_mean <= 6m").succeeds();
}

/// Users of two logs on nodes that come late and get lost, so that replications differ. Background work has users of its own.
const MIXED: &str = r#"
horizon = "2d"
warmup = "3h"
replications = 6

[cluster.gpu]
price_per_hour = 1.0
max_nodes = 3
boot.exponential = { mean = "6m" }
tier = "low_priority"
price_factor = 0.2
eviction.rate = "0.2/h"

[kubernetes.shared]
max_nodes = 1
price_per_hour = 1.0

[workload.others]
target = "shared"
background = true
arrivals.trace = { file = "others.csv", submitted = "at", duration = "for", user = "who" }

[workload.first]
target = "gpu"
on_interruption = "fail"
arrivals.trace = { file = "first.csv", submitted = "at", duration = "for", user = "who", group = "team" }

[workload.second]
target = "gpu"
arrivals.trace = { file = "second.csv", submitted = "at", duration = "for", user = "who" }
"#;

/// The figures that a part of the runs may have limits on.
const FIGURES: [&str; 7] = [
    "wait_mean",
    "wait_p50",
    "wait_p95",
    "wait_p99",
    "wait_max",
    "turnaround_mean",
    "completed",
];

/// A limit on a figure of a user or a group.
fn limit(of: &str, figure: &str) -> String {
    let value = match figure {
        "completed" => ">= 1%",
        _ => "<= 1h",
    };
    format!("{of}.{figure} {value}")
}

/// Runs of users `u1` to `u6`, every seventh without a user, each 500 to 1100 s long.
fn log(runs: u32, apart: u32) -> String {
    let mut log = "at,for,who,team\n".to_owned();
    for run in 0..runs {
        let user = match run % 7 {
            0 => String::new(),
            user => format!("u{user}"),
        };
        let (at, time) = (run * apart, 500 + run * 37 % 600);
        writeln!(log, "{at},{time},{user},t{}", run % 2).expect("a text");
    }
    log
}

#[test]
fn figures_of_users_are_those_of_their_runs_in_all_logs() {
    let desk = Desk::new();
    desk.write("teams.toml", MIXED);
    desk.write("first.csv", log(250, 400));
    desk.write("second.csv", log(120, 900));
    desk.write("others.csv", "at,for,who\n0,60,u1\n50000,60,zoe\n");
    simulate(&desk, "user.zoe.wait_mean <= 1h").fails(2, &["no run of a log has the user `zoe`"]);
    let parts = ["user.u1", "user.u4", "group.t1"];
    let limits: Vec<String> = parts
        .iter()
        .flat_map(|of| FIGURES.map(|figure| limit(of, figure)))
        .collect();
    let variables = [("SIMULATE_GOAL", limits.join("; "))];
    let variables = variables
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    desk.simulate_in("teams.toml --runs -q", &variables)
        .succeeds();
    let runs = desk.rows("output/teams/runs.csv");
    let goals = judged(&desk, "output/teams/goals.csv");
    for (column, name, key) in [
        ("user", "u1", "u1 (all)"),
        ("user", "u4", "u4 (all)"),
        ("group", "t1", "(all) t1"),
    ] {
        let own: Vec<&Cells> = runs
            .iter()
            .filter(|row| row[column] == name && is_measured(row))
            .collect();
        let of_second = own.iter().filter(|row| row["workload"] == "second").count();
        assert_eq!(of_second > 0, column == "user", "users are in both logs");
        for (figure, expected) in FIGURES.iter().zip(worked(&own)) {
            let value = &goals[&format!("(all) (all) {key} {figure}")][0];
            let value: f64 = value.parse().expect("a number");
            assert!(
                (value - expected).abs() < 2e-6 * expected.max(1.0),
                "{name} {figure}: {value}, {expected}"
            );
        }
    }
    let completed = goals["(all) (all) u1 (all) completed"][0].parse::<f64>();
    assert!(
        completed.is_ok_and(|share| share < 1.0),
        "runs fail with lost nodes"
    );
    // Waits differ between replications, and nothing is interpolated: the verdicts rest on intervals.
    let width = desk.rows("output/teams/goals.csv");
    assert!(
        width
            .iter()
            .any(|row| row["figure"] == "wait_p95" && row["value_ci95"] != "0.000000")
    );
    // Background work is in no row.
    let groups = desk.rows("output/teams/groups.csv");
    assert!(
        groups
            .iter()
            .all(|row| row["workload"] != "others" && row["name"] != "zoe")
    );
}

fn is_measured(row: &Cells) -> bool {
    row["workload"] != "others" && number(row, "submit_s").is_some_and(|at| at >= 3.0 * 3600.0)
}

fn number(row: &Cells, column: &str) -> Option<f64> {
    row[column].parse().ok()
}

/// The figures in the order of [`FIGURES`]: quantiles are means over replications, means are over all runs.
fn worked(runs: &[&Cells]) -> [f64; 7] {
    let mut waits: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for run in runs {
        let own = waits.entry(&run["replication"]).or_default();
        own.extend(number(run, "wait_s"));
    }
    assert_eq!(waits.len(), 6);
    for own in waits.values_mut() {
        own.sort_by(f64::total_cmp);
    }
    let mean = |values: &mut dyn Iterator<Item = f64>| {
        let values: Vec<f64> = values.collect();
        values.iter().sum::<f64>() / values.len() as f64
    };
    let quantile = |percent: usize| {
        mean(
            &mut waits
                .values()
                .map(|own| own[(own.len() * percent).div_ceil(100) - 1]),
        )
    };
    let completed = || runs.iter().filter(|run| run["status"] == "completed");
    [
        mean(&mut waits.values().flatten().copied()),
        quantile(50),
        quantile(95),
        quantile(99),
        quantile(100),
        mean(
            &mut completed()
                .filter_map(|run| Some(number(run, "end_s")? - number(run, "submit_s")?)),
        ),
        completed().count() as f64 / runs.len() as f64,
    ]
}

#[test]
fn a_search_keeps_the_limit_of_a_user() {
    let desk = teams(
        "[goal]\nuser.bob.wait_mean = \"<= 15m\"\n[search]\ncluster.gpu.max_nodes = [1, 2]\n",
    );
    let told = desk.simulate("optimize teams.toml -q").succeeds().stdout;
    assert!(
        told.starts_with("Best of 2 points: `max_nodes=2`"),
        "{told}"
    );
    let points = desk.rows("output/teams-search/search.csv");
    let waits = points
        .iter()
        .map(|row| row["limit_user_bob_wait_mean_s"].as_str());
    assert_eq!(waits.collect::<Vec<_>>(), ["1380.000000", "552.000000"]);
}

#[test]
fn a_name_with_points_is_asked_for_in_quotes() {
    let desk = teams("");
    let divided = "`goal.user.j.doe`: the points divide a name";
    let quotes = "a name with a point stands in quotes: ";
    simulate(&desk, "user.j.doe.wait_p95 <= 5m").fails(
        2,
        &[divided, quotes, "`--goal 'user.\"j.doe\".wait_p95 <= 10m'`"],
    );
    for (table, said) in [
        (
            "[goal.user.j.doe]\nwait_p95 = \"<= 5m\"\n",
            "`[goal.user.\"j.doe\"]`",
        ),
        (
            "[goal]\nuser.j.doe.wait_p95 = \"<= 5m\"\n",
            "`[goal.user.\"j.doe\"]`",
        ),
        (
            "[goal.group.a.b.c]\nwait_p95 = \"<= 5m\"\n",
            "`[goal.group.\"a.b.c\"]`",
        ),
        (
            "[goal.workload.jobs.v1]\nwait_p95 = \"<= 5m\"\n",
            "`[goal.workload.\"jobs.v1\"]`",
        ),
    ] {
        let desk = teams(table);
        let problem = desk.simulate("teams.toml").fails(2, &[quotes, said]);
        assert!(
            problem.stderr.contains("1 problem in"),
            "{}",
            problem.stderr
        );
    }
    // In quotes it is a name as any other.
    let desk = teams("[goal.user.\"j.doe\"]\nwait_mean = \"<= 6m\"\n");
    desk.write("teams.csv", two_users(["j.doe", "bob"]));
    desk.simulate("teams.toml").succeeds();
}
