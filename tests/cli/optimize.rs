//! `simulate optimize`: what it prints and writes, and what it refuses.

use crate::desk::{Desk, SMALL};

/// A search with a best point that anyone sees: the cheapest of three prices.
const SEARCH: &str = r#"
[goal]
wait_mean = "<= 1d"

[search]
first_replications = 5
max_replications = 20
"cluster.gpu.price_per_hour" = { from = 2.5, to = 3.5, step = 0.5 }
"cluster.gpu.idle_before_scale_down" = { from = "0s", to = "2h", step = "1h" }
"#;

fn desk(search: &str) -> Desk {
    let desk = Desk::new();
    desk.write("small.toml", format!("{SMALL}{search}"));
    desk
}

#[test]
fn the_best_point_is_named_and_all_are_written() {
    let desk = desk(SEARCH);
    let only = "optimize small.toml --variant cluster";
    let run = desk
        .simulate(&format!("{only} --output out --threads 1"))
        .succeeds();
    let best = "`cluster / price_per_hour=2.5 idle_before_scale_down=0s`";
    let said = run.stdout.replace("\n  ", " ");
    assert!(
        said.starts_with(&format!(
            "Best of 9 points: {best} meets the goal (wait_mean <= 1d)"
        )),
        "{said}"
    );
    assert!(
        said.contains("With 95 % confidence, no other point"),
        "{said}"
    );
    assert!(
        run.stdout
            .lines()
            .all(|line| line.chars().count() <= 80 || line.starts_with("all of its figures")),
        "{}",
        run.stdout
    );
    // A profile of each key: the first values are the best.
    for level in ["2.5", "3.5", "0s", "2h"] {
        assert!(
            run.stdout
                .lines()
                .any(|line| line.starts_with(&format!("{level} "))),
            "{level}: {}",
            run.stdout
        );
    }
    let rows = desk.rows("out/search.csv");
    assert_eq!(rows.len(), 9);
    let bests: Vec<_> = rows.iter().filter(|row| row["verdict"] == "best").collect();
    assert_eq!(bests.len(), 1);
    assert_eq!(bests[0]["cluster.gpu.price_per_hour"], "2.5");
    assert_eq!(bests[0]["cluster.gpu.idle_before_scale_down"], "0s");
    assert_eq!(bests[0]["variant"], "cluster");
    // Idle hours that are paid are clearly worse, and drop out.
    let worse = rows.iter().filter(|row| row["verdict"] == "worse").count();
    assert_eq!(worse, 8);
    assert!(
        rows.iter()
            .all(|row| row["round"].is_empty() == (row["verdict"] == "best"))
    );
    // Threads decide nothing.
    desk.simulate(&format!("{only} -q --output three --threads 3"))
        .succeeds();
    assert!(desk.bytes("three")["search.csv"] == desk.bytes("out")["search.csv"]);
    // The command that is printed simulates that point.
    let command = run
        .stdout
        .lines()
        .find(|line| line.starts_with("all of its figures: "))
        .unwrap();
    assert!(
        command.contains("--set cluster.gpu.price_per_hour=2.5"),
        "{command}"
    );
    desk.simulate("small.toml -q --variant cluster --set cluster.gpu.price_per_hour=2.5 --set cluster.gpu.idle_before_scale_down=0s -r 20 --output alone")
        .succeeds();
    let alone = desk.rows("alone/summary.csv");
    let replications = bests[0]["replications"].parse::<u32>().unwrap();
    assert!(replications <= 20);
    if replications == 20 {
        assert_eq!(
            alone[0]["cost_workspace_usd"],
            bests[0]["cost_workspace_usd"]
        );
    }
}

#[test]
fn a_best_value_at_the_end_of_what_was_searched_is_told() {
    let desk = desk(SEARCH);
    let run = desk
        .simulate("optimize small.toml -q --variant cluster --output out")
        .succeeds();
    let said = run.stdout.replace("\n  ", " ");
    // The smallest price is the best, and so is no idle time, below which there is none.
    let expected = "The best value of `price_per_hour` (2.5, the smallest) is at the end of what was searched: a point beyond may be better.";
    assert!(said.contains(expected), "{said}");
}

#[test]
fn the_chart_marks_the_best_point_and_the_page_tells_it() {
    let desk = desk(SEARCH);
    let goals = [("SIMULATE_GOAL", "wait_mean <= 1d; cost <= 1000")];
    let run = desk.simulate_in(
        "optimize small.toml --variant cluster -q --output out",
        &goals,
    );
    let run = run.succeeds();
    assert!(run.stdout.contains("7 files in out"), "{}", run.stdout);
    let names = [
        "manifest.json",
        "report.html",
        "search-keys.png",
        "search-keys.svg",
        "search.csv",
        "search.png",
        "search.svg",
    ];
    assert_eq!(desk.names("out"), names);
    let listed = desk.manifest("out");
    let listed = listed["files"].as_array().unwrap().iter();
    let listed: Vec<&str> = listed.map(|file| file["name"].as_str().unwrap()).collect();
    for name in &names[1..] {
        assert!(listed.contains(name), "{name}: {listed:?}");
    }
    let text = |name: &str| String::from_utf8(desk.bytes("out")[name].clone()).unwrap();
    let (svg, page) = (text("search.svg"), text("report.html"));
    for said in [
        "Cost against mean wait, by point",
        "best: cluster / 2.5 / 0s",
        "goal: mean wait at most 1d",
        "clearly worse",
    ] {
        assert!(svg.lines().any(|line| line == said), "{said}: {svg}");
    }
    let keys = text("search-keys.svg");
    let said = [
        "price_per_hour",
        "idle_before_scale_down",
        "3.5",
        "2h",
        "the best point",
    ];
    for said in said {
        assert!(keys.lines().any(|line| line == said), "{said}: {keys}");
    }
    // Marks have the names by which the page hides them.
    for index in ["2.5 / 0s", "3 / 1h", "3.5 / 2h"] {
        let mark = format!("data-variants=\"[&quot;cluster / {index}&quot;]\"");
        assert!(svg.contains(&mark), "{mark}: {svg}");
    }
    for said in [
        "Best of 9 points: <code>cluster / price_per_hour=2.5 idle_before_scale_down=0s</code> meets the goal",
        "<h2>The best point for each value of price_per_hour</h2>",
        "data-verdict=\"best\">best</span>",
        "simulate optimize small.toml --goal &#39;wait_mean &#60;= 1d&#39; --goal &#39;cost &#60;= 1000&#39; --variant cluster --seed",
        "--set cluster.gpu.price_per_hour=2.5",
        &svg[svg.find("<title").unwrap()..svg.find("</title>").unwrap()],
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert_eq!(page.matches("<tr data-label=").count(), 9);
    assert_eq!(
        page.matches("class=\"tag verdict\" data-verdict=\"clearly worse\"")
            .count(),
        8
    );
}

#[test]
fn the_dry_run_counts_the_points() {
    let desk = desk(SEARCH);
    let run = desk
        .simulate("optimize small.toml --dry-run --set cluster.gpu.price_per_hour=3")
        .succeeds();
    // Three idle times of the cluster, and the instance, which reads none.
    assert!(run.stdout.contains("small: 4 points"), "{}", run.stdout);
    assert!(run.stdout.contains("20 in all"), "{}", run.stdout);
    assert!(run.stderr.contains("it is not searched"), "{}", run.stderr);
    assert!(!desk.path("output").exists());
}

#[test]
fn a_simulation_passes_over_the_search() {
    let desk = desk(SEARCH);
    let run = desk.simulate("small.toml --output out").succeeds();
    assert!(
        run.stderr
            .contains("`[search]` is passed over: `simulate optimize FILE`"),
        "{}",
        run.stderr
    );
    assert_eq!(desk.rows("out/replications.csv").len(), 2 * 3);
}

#[test]
fn where_nothing_meets_the_goal_the_closest_is_named() {
    let desk = desk(&SEARCH.replace("<= 1d", "<= 1s"));
    let run = desk
        .simulate("optimize small.toml --variant cluster -q --output out")
        .succeeds();
    let said = run.stdout.replace("\n  ", " ");
    assert!(
        said.starts_with("No point meets the goal (wait_mean <= 1s)."),
        "{said}"
    );
    // Prices change no wait: of those that are as close the cheapest is named, and the tables have it with its wait.
    let closest = said.split(" comes closest").next().expect("a name");
    assert!(closest.contains("price_per_hour=2.5 "), "{said}");
    assert!(said.contains("mean wait"), "{said}");
    assert!(
        said.contains("figures of the closest: simulate small.toml --variant cluster --set cluster.gpu.price_per_hour=2.5"),
        "{said}"
    );
    assert!(
        desk.rows("out/search.csv")
            .iter()
            .all(|row| row["verdict"] == "fails")
    );
}

#[test]
fn what_cannot_be_searched_is_refused_with_what_to_do() {
    let range = |text: &str| SEARCH.replace("{ from = 2.5, to = 3.5, step = 0.5 }", text);
    for (search, said) in [
        (String::new(), vec!["the scenario has no `[search]`"]),
        (
            SEARCH.replace("wait_mean = \"<= 1d\"", "minimize = \"cost\""),
            vec!["the goal has no limit", "needs no `[goal]`"],
        ),
        (
            range("{ from = 1, to = 9, step = 0 }"),
            vec!["the step is not above 0"],
        ),
        (
            range("{ from = 1, to = 9 }"),
            vec!["price_per_hour.step` is missing", "from = 0, to = 8"],
        ),
        (
            range("{ from = 9, to = 1, step = 1 }"),
            vec!["the range ends before it begins"],
        ),
        (
            range("{ from = 1, to = 2, step = 1, by = 1 }"),
            vec!["unknown key of a range"],
        ),
        (
            range("{ from = 0, to = 1, step = 0.000001 }"),
            vec!["the range has 1000001 values", "10000 points"],
        ),
        (
            range("{ from = 1, to = 5000, step = 1 }"),
            vec!["variants", "a larger `step`"],
        ),
        (range("3"), vec!["without values to take"]),
        (
            SEARCH.replace("price_per_hour", "price"),
            vec!["unknown key", "price_per_hour"],
        ),
        (
            SEARCH.replace(
                "max_replications = 20",
                "max_replications = 20\nindifference = \"0%\"",
            ),
            vec!["above 0"],
        ),
        (
            SEARCH
                .replace("= 20", "= 5")
                .replace("= 5\nmax", "= 9\nmax"),
            vec!["the first round alone has 9"],
        ),
        (
            format!("{SEARCH}[sweep]\ncluster.gpu.price_per_hour = [1, 2]\n"),
            vec!["this key is swept as well"],
        ),
        (
            "[goal]\nwait_mean = \"<= 1d\"\n[search]\nindifference = \"1%\"\n".to_owned(),
            vec!["no key is searched"],
        ),
    ] {
        let desk = desk(&search);
        let run = desk.simulate("optimize small.toml");
        assert_eq!(run.code, Some(2), "{search}\n{}", run.stderr);
        for said in said {
            assert!(run.stderr.contains(said), "{said}\n{}", run.stderr);
        }
        assert!(!desk.path("output").exists());
    }
}

/// Words of a text, in one line.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}

/// Two prices of nodes that start on demand or are always there: the latter cost more and nobody waits for their boot.
const PRICES: &str = r#"
[goal]
wait_p95 = "<= LIMIT"

[search]
first_replications = 10
max_replications = 40
"cluster.gpu.price_per_hour" = [1, 2]
"cluster.gpu.min_nodes" = [0, 3]
"#;

/// Holds that it is told what differences are of, where the numbers of replications differ of points that are all told.
#[track_caller]
fn tells_of_early_ends(said: &str, rows: &[std::collections::BTreeMap<String, String>]) {
    let counts = rows.iter().map(|row| row["replications"].as_str());
    let counts: std::collections::BTreeSet<&str> = counts.collect();
    let remark = "Points that dropped out early have fewer replications";
    assert_eq!(said.contains(remark), counts.len() > 1, "{said}");
}

#[test]
fn a_value_with_a_cheaper_point_that_may_meet_the_goal_has_both_points() {
    // The limit is what nodes on demand have on average, in whole milliseconds: their interval covers it, and no replication decides.
    let measured = desk("");
    measured
        .simulate("small.toml -q -r 40 --variant cluster --output out")
        .succeeds();
    let of_demand = &measured.rows("out/summary.csv")[0]["wait_p95_s"];
    let limit = of_demand.parse::<f64>().expect("a wait");
    assert!(limit > 60.0, "{limit}");
    let desk = desk(&PRICES.replace("LIMIT", &format!("{limit:.3}s")));
    let run = desk
        .simulate("optimize small.toml -q --variant cluster --output out")
        .succeeds();
    let rows = desk.rows("out/search.csv");
    let cost = |price: &str, nodes: &str| {
        let row = rows.iter().find(|row| {
            row["cluster.gpu.price_per_hour"] == price && row["cluster.gpu.min_nodes"] == nodes
        });
        let row = row.expect("a point");
        row["cost_workspace_usd"].parse::<f64>().expect("a cost")
    };
    // At either price nodes on demand cost less.
    for price in ["1", "2"] {
        assert!(cost(price, "0") < cost(price, "3"), "{price}");
    }
    let best = rows.iter().find(|row| row["verdict"] == "best");
    assert_eq!(
        best.expect("a best point")["point"],
        "cluster / price_per_hour=1 min_nodes=3"
    );
    // So the table of prices has both points of each, the cheaper and undecided one first.
    let told: Vec<Vec<String>> = run
        .stdout
        .lines()
        .filter(|line| line.contains(" / "))
        .filter(|line| line.ends_with("undecided") || line.ends_with("meets"))
        .map(|line| line.split_whitespace().map(str::to_owned).collect())
        .collect();
    let told: Vec<(String, String)> = told
        .iter()
        .map(|line| (line[..3].join(" "), line[line.len() - 1].clone()))
        .collect();
    let pair = |point: &str, verdict: &str| (point.to_owned(), verdict.to_owned());
    assert_eq!(
        told[..4],
        [
            pair("1 / 0", "undecided"),
            pair("1 / 3", "meets"),
            pair("2 / 0", "undecided"),
            pair("2 / 3", "meets"),
        ],
        "{}",
        run.stdout
    );
    tells_of_early_ends(&run.stdout, &rows);
    // Where no point surely meets the goal there is one; where the cheaper one surely meets it, too.
    assert_eq!(
        told[4..],
        [pair("0 / 1", "undecided"), pair("3 / 1", "meets")],
        "{}",
        run.stdout
    );
    // The dear point dropped out with few replications. Over those it costs exactly twice as much as the best.
    let of = |verdict: &str| rows.iter().find(|row| row["verdict"] == verdict);
    let count = |verdict: &str| of(verdict).expect("a point")["replications"].clone();
    assert_eq!([count("best"), count("worse")], ["40", "10"]);
    let dear = run.stdout.lines().find(|line| line.starts_with("2 / 3 "));
    assert!(
        dear.expect("a line").contains(" +100.0 % "),
        "{}",
        run.stdout
    );
    page_and_chart_have_both_points(&desk, &run.stdout);
}

/// What is said of values with two points.
fn page_and_chart_have_both_points(desk: &Desk, said: &str) {
    let both = "Where a value has two points, the first may meet the goal";
    assert!(words(said).contains(both), "{said}");
    let text = |name: &str| String::from_utf8(desk.bytes("out")[name].clone()).expect("text");
    assert!(text("report.html").contains(both));
    let chart = text("search-keys.svg");
    assert!(chart.contains("dashed:"), "{chart}");
    assert!(chart.contains("price_per_hour = 2 / 0"), "{chart}");
}

#[test]
fn points_that_differ_by_less_than_matters_are_counted() {
    // The cost is proportional to the price: 0.4 % and 0.8 % more are within 1 %, 4 % are not.
    let prices = "{ from = 2.5, to = 3.5, step = 0.5 }";
    let desk = desk(&SEARCH.replace(prices, "[2.5, 2.51, 2.52, 2.6]"));
    let run = desk
        .simulate("optimize small.toml -q --variant cluster --set cluster.gpu.idle_before_scale_down=0s --output out")
        .succeeds();
    let said = words(&run.stdout);
    for told in [
        "The choice is one of indifference: 2 other points that meet the goal have a cost within 1 % of it (`indifference`).",
        "The search took 20 replications in 1 round: 5 of each point.",
    ] {
        assert!(said.contains(told), "{told}: {said}");
    }
}

#[test]
fn points_that_are_cheaper_but_miss_a_limit_are_counted() {
    // Nodes on demand boot for 4 min; three that are always there keep the limit.
    let desk = desk(&PRICES.replace("LIMIT", "1m"));
    let run = desk
        .simulate("optimize small.toml -q --variant cluster --output out")
        .succeeds();
    let said = words(&run.stdout);
    let rows = desk.rows("out/search.csv");
    let cost = |row: &&std::collections::BTreeMap<String, String>| {
        row["cost_workspace_usd"].parse::<f64>().expect("a cost")
    };
    let best = rows
        .iter()
        .find(|row| row["verdict"] == "best")
        .expect("a best point");
    let cheaper = rows
        .iter()
        .filter(|row| row["verdict"] == "fails" && cost(row) < cost(&best));
    let told = match cheaper.count() {
        1 => "1 point has a smaller cost, but misses wait_p95 <= 1m.",
        2 => "2 points have a smaller cost, but miss wait_p95 <= 1m.",
        many => panic!("{many}: {said}"),
    };
    assert!(said.contains(told), "{told}: {said}");
}

#[test]
fn without_a_goal_the_cheapest_point_that_keeps_up_is_the_best() {
    // Two runs of 10 min an hour need a third of a node. With runs of an hour, one node does not keep up, and costs less than three.
    let search = r#"
[search]
first_replications = 5
max_replications = 20
"cluster.gpu.max_nodes" = [1, 4, 8]
"cluster.gpu.min_nodes" = [0, 1]
"#;
    let desk = desk(search);
    let long = "--set workload.training.duration=1h --set horizon=7d --variant cluster";
    let run = desk
        .simulate(&format!("optimize small.toml -q {long} --output out"))
        .succeeds();
    let said = words(&run.stdout);
    let rows = desk.rows("out/search.csv");
    for row in &rows {
        let grows = row["cluster.gpu.max_nodes"] == "1";
        assert_eq!(row["verdict"] == "fails", grows, "{row:?}");
        assert_eq!(row["reason"] == "queue grows", grows, "{row:?}");
    }
    let cost = |row: &&std::collections::BTreeMap<String, String>| {
        row["cost_per_month_usd"].parse::<f64>().expect("a cost")
    };
    let keeping = rows.iter().filter(|row| row["verdict"] != "fails");
    let least = keeping.min_by(|one, other| cost(one).total_cmp(&cost(other)));
    let least = least.expect("a point");
    assert_eq!(least["verdict"], "best");
    let name = &least["point"];
    for told in [
        format!(
            "Best of 6 points: `{name}` has the smallest cost of those that keep up with their work, "
        ),
        "no other point that keeps up with its work has".to_owned(),
        "There is no goal, so the cost alone decides".to_owned(),
        "2 points have a smaller cost, but their queues grow.".to_owned(),
    ] {
        assert!(said.contains(&told), "{told}: {said}");
    }
    assert!(!said.contains("meets the goal"), "{said}");
    // Where none keeps up, the one that gets the most done is named, not the cheapest.
    let overloaded = search
        .replace("[1, 4, 8]", "[1, 2]")
        .replace("[0, 1]", "[0]");
    desk.write(
        "small.toml",
        format!("{}{overloaded}", SMALL.replace("2/h", "4/h")),
    );
    let run = desk
        .simulate(&format!("optimize small.toml -q {long} --output none"))
        .succeeds();
    let said = words(&run.stdout);
    assert!(
        said.starts_with("No point keeps up with its work: the queue of each grows. `cluster / max_nodes=2 min_nodes=0` comes closest: its runs wait the least."),
        "{said}"
    );
}
