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
            SEARCH.replace("[goal]\nwait_mean = \"<= 1d\"", ""),
            vec!["the scenario has no goal", "--goal"],
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
