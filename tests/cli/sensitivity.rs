//! `simulate sensitivity`: what it prints and writes against results by hand, and what it refuses.

use std::collections::BTreeMap;
use std::fs;

use crate::desk::Desk;

/// A machine by the clock for two days, which costs 48 h times its price. Nothing is random.
const BOX: &str = r#"
horizon = "2d"
end = "cut"
replications = 2

[instance.box]
price_per_hour = 2

[workload.training]
target = "box"
arrivals.deterministic = { interval = "1h" }
duration = "5m"
"#;

/// Another one.
const OTHER: &str = r"
[instance.other]
price_per_hour = 1
";

/// A row of a table.
type Row = BTreeMap<String, String>;

fn desk(parts: &[&str]) -> Desk {
    let desk = Desk::new();
    desk.write("clocked.toml", parts.concat());
    desk
}

fn number(row: &Row, column: &str) -> f64 {
    let cell = row
        .get(column)
        .unwrap_or_else(|| panic!("{column}: {row:?}"));
    cell.parse().unwrap_or_else(|_| panic!("{column}: {row:?}"))
}

fn close(found: f64, wanted: f64, tolerance: f64) {
    assert!(
        (found - wanted).abs() <= tolerance,
        "{found} is not {wanted}"
    );
}

/// The cell of a column in the rows of an input, or of a variant.
fn of<'r>(rows: &'r [Row], column: &str, value: &str) -> Vec<&'r Row> {
    rows.iter().filter(|row| row[column] == value).collect()
}

#[test]
fn a_sum_has_bars_and_effects_that_are_known() {
    // 48 (box + other): box from 1 to 3, the other from 50 to 200 % of 1.
    let uncertain = r#"
always_bill = true
[uncertain]
"instance.box.price_per_hour" = [1, 3]
"instance.other.price_per_hour" = ["50%", "200%"]
"#;
    let desk = desk(&[BOX, OTHER, uncertain]);
    desk.simulate("sensitivity clocked.toml -q --output out --trajectories 5 --samples 10")
        .succeeds();
    let bars = desk.rows("out/tornado.csv");
    let keys: Vec<&str> = bars.iter().map(|row| row["input"].as_str()).collect();
    let (first, second) = (
        "instance.box.price_per_hour",
        "instance.other.price_per_hour",
    );
    // The longer bar comes first.
    assert_eq!(keys, ["", first, first, second, second]);
    let cost = "cost_workspace_usd";
    for (row, [value, change, swing]) in bars[1..].iter().zip([
        [96.0, -48.0, 96.0],
        [192.0, 48.0, 96.0],
        [120.0, -24.0, 72.0],
        [192.0, 48.0, 72.0],
    ]) {
        close(number(row, cost), value, 1e-6);
        close(number(row, &format!("{cost}_change")), change, 1e-6);
        close(number(row, &format!("{cost}_change_ci95")), 0.0, 1e-6);
        close(number(row, &format!("{cost}_swing")), swing, 1e-6);
        assert_eq!(row["best"], "base");
    }
    close(number(&bars[0], cost), 144.0, 1e-6);
    let effects = desk.rows("out/effects.csv");
    for (key, slope) in [(first, 96.0), (second, 72.0)] {
        let rows = of(&effects, "input", key);
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0]["effects"], "5");
        // Prices are whole millionths of a dollar: 48 h of half of one at each end, over two thirds.
        let rounding = 48.0 * 1e-6 * 1.5;
        for part in ["mu", "mu_star"] {
            close(number(rows[0], &format!("{cost}_{part}")), slope, rounding);
        }
        close(number(rows[0], &format!("{cost}_sigma")), 0.0, rounding);
    }
    // Runs never wait.
    close(number(&effects[0], "wait_p95_s_mu_star"), 0.0, 1e-9);
    let choices = desk.rows("out/choices.csv");
    assert_eq!(choices.len(), 1);
    close(number(&choices[0], "best_share"), 1.0, 1e-9);
    close(
        number(&choices[0], &format!("{cost}_regret_worst")),
        0.0,
        1e-9,
    );
}

/// A price times a number of days: of one the effect is 48 times the other, whose places are equally likely 1, 5/3, 7/3 and 3.
#[test]
fn a_product_has_effects_that_spread_as_known() {
    const WALKS: u32 = 60;
    let uncertain = r#"
[uncertain]
horizon = ["1d", "3d"]
"instance.box.price_per_hour" = [1, 3]
"#;
    let desk = desk(&[BOX, uncertain]);
    desk.simulate(&format!(
        "sensitivity clocked.toml -q --output out --trajectories {WALKS} --samples 10"
    ))
    .succeeds();
    let sigma = 48.0 * 2.0 * (5.0_f64 / 36.0).sqrt();
    let error = sigma / f64::from(WALKS).sqrt();
    for row in desk.rows("out/effects.csv") {
        close(number(&row, "cost_workspace_usd_mu"), 96.0, 4.0 * error);
        close(number(&row, "cost_workspace_usd_sigma"), sigma, 4.0 * error);
    }
}

/// Two machines, of which the cheaper one is the better choice; ranges by which each is cheaper with a known probability.
const CHOICE: &str = r#"
[uncertain]
"instance.box.price_per_hour" = [1.0, 3.0]
"instance.other.price_per_hour" = [1.0, 2.0]

[variant.box]

[variant.other]
workload.training.target = "other"
"#;

/// With prices p from 1 to 3 and q from 1 to 2: P(p < q) = E (q - 1) / 2 = 1/4; the regret of p is 48 E (3 - q)² / 4 = 28 USD, that
/// of q 48 E (q - 1)² / 4 = 4 USD.
/// The page has the sentences, the chart and the command.
fn page_tells(desk: &Desk) {
    let page = String::from_utf8(desk.bytes("out")["report.html"].clone()).expect("text");
    for part in [
        "No input alone changes the best choice at the values that are given.",
        "<title id=\"tornado-title\">",
        "simulate sensitivity clocked.toml --replications",
        "--samples 400 --trajectories 2 --seed",
    ] {
        assert!(page.contains(part), "{part}");
    }
}

#[test]
fn choices_are_best_as_often_and_regretted_as_much_as_they_are_by_hand() {
    let desk = desk(&[BOX, OTHER, CHOICE]);
    let run = desk
        .simulate(
            "sensitivity clocked.toml --output out --samples 400 --trajectories 2 --threads 1",
        )
        .succeeds();
    let said = run.stdout.replace("\n  ", " ");
    // As stated, the box costs 2 USD an hour and the other 1.
    assert!(
        said.starts_with("As stated, `other` has the smallest cost, 48 USD"),
        "{said}"
    );
    assert!(
        said.contains("% of 400 combinations of the inputs it stays the best choice"),
        "{said}"
    );
    assert!(
        run.stdout.lines().all(|line| line.chars().count() <= 80),
        "{}",
        run.stdout
    );
    let choices = desk.rows("out/choices.csv");
    for (variant, share, regret, worst) in [("box", 0.25, 28.0, 96.0), ("other", 0.75, 4.0, 48.0)] {
        let row = of(&choices, "variant", variant)[0];
        let [low, high] = ["best_share_low", "best_share_high"].map(|end| number(row, end));
        assert!(low <= share && share <= high, "{row:?}");
        assert!(high - low <= 0.1, "{row:?}");
        close(number(row, "best_share"), share, 0.03);
        close(number(row, "cost_workspace_usd_regret_mean"), regret, 2.0);
        let found = number(row, "cost_workspace_usd_regret_worst");
        assert!(found <= worst && found > 0.8 * worst, "{row:?}");
        close(number(row, "meets_share"), 1.0, 1e-9);
    }
    assert_eq!(of(&choices, "recommended", "yes")[0]["variant"], "other");
    // Alone, the box at 1 is as dear as the other, which stays; the other at 2 is as dear as the box.
    assert!(
        said.contains("No input alone changes the best choice at the values that are given."),
        "{said}"
    );
    // Threads decide nothing, and the files are those that are listed.
    desk.simulate(
        "sensitivity clocked.toml -q --output three --samples 400 --trajectories 2 --threads 3",
    )
    .succeeds();
    let names = [
        "choices.csv",
        "effects.csv",
        "manifest.json",
        "report.html",
        "tornado.csv",
        "tornado.png",
        "tornado.svg",
    ];
    assert_eq!(desk.names("out"), names);
    for name in names.into_iter().filter(|name| *name != "manifest.json") {
        assert!(
            desk.bytes("three")[name] == desk.bytes("out")[name],
            "{name}"
        );
    }
    page_tells(&desk);
    desk.simulate(
        "sensitivity clocked.toml -q --output four --samples 400 --trajectories 2 --seed 9",
    )
    .succeeds();
    assert!(desk.bytes("four")["choices.csv"] != desk.bytes("out")["choices.csv"]);
}

/// One at a time: the box is the better choice as stated, and no longer at its high end.
#[test]
fn an_input_that_changes_the_answer_is_named() {
    let text = CHOICE.replace("\"instance.other.price_per_hour\" = [1.0, 2.0]\n", "");
    let desk = desk(&[BOX, OTHER, &text]);
    let run = desk
        .simulate("sensitivity clocked.toml --output out --set instance.box.price_per_hour=0.5");
    assert_eq!(run.code, Some(2), "{}", run.stderr);
    assert!(
        run.stderr.contains("nothing is uncertain"),
        "{}",
        run.stderr
    );
    let run = desk
        .simulate("sensitivity clocked.toml --output out --set instance.other.price_per_hour=2.2 --samples 20")
        .succeeds();
    let said = run.stdout.replace("\n  ", " ");
    let changes = "Alone, these change the best choice: `price_per_hour` at 3 (`other`).";
    assert!(said.contains(changes), "{said}");
    // p below 2.2 of 1 to 3: 60 %, and a hypercube of one input has it to one point.
    let choices = desk.rows("out/choices.csv");
    close(
        number(of(&choices, "variant", "box")[0], "best_share"),
        0.6,
        0.05,
    );
}

/// [`BOX`] with a run of 9 min every 10 min.
fn busy() -> String {
    let often = BOX.replace("interval = \"1h\"", "interval = \"10m\"");
    often.replace("duration = \"5m\"", "duration = \"9m\"")
}

/// Runs of 8 to 12 min come every 10 min: one slot keeps up with half of the range, two with all of it.
#[test]
fn a_choice_that_misses_the_goal_is_counted_apart_from_its_regret() {
    let busy = busy();
    let rest = r#"
[goal]
wait_mean = "<= 1s"
[uncertain]
workload.training.duration = ["8m", "12m"]
[variant.one]
[variant.two]
instance.box = { slots = 2, price_per_hour = 3 }
"#;
    let desk = desk(&[&busy, rest]);
    let run = desk
        .simulate("sensitivity clocked.toml -q --output out --samples 40 --trajectories 2")
        .succeeds();
    // The regret of the one that meets the goal in half of the combinations is marked, with what that means.
    let table = run.stdout.split("Each choice in").nth(1).expect("a table");
    let line = |name: &str| {
        let line = table.lines().find(|line| line.starts_with(name));
        line.expect("a line").matches('†').count()
    };
    assert_eq!([line("one"), line("two")], [2, 0], "{table}");
    let page = fs::read_to_string(desk.path("out/report.html")).expect("a page");
    for text in [table, &page] {
        let words: Vec<&str> = text.split_whitespace().collect();
        let told =
            "(† it surely meets the goal in less than 95 % of them: its regret is of those alone)";
        assert!(words.join(" ").contains(told), "{table}");
    }
    let choices = desk.rows("out/choices.csv");
    let [one, two] = ["one", "two"].map(|name| of(&choices, "variant", name)[0]);
    close(number(one, "best_share"), 0.5, 0.03);
    close(number(one, "fails_share"), 0.5, 0.03);
    close(number(one, "cost_workspace_usd_regret_worst"), 0.0, 1e-9);
    close(number(two, "best_share"), 0.5, 0.03);
    close(number(two, "meets_share"), 1.0, 1e-9);
    // 1 USD an hour more for 48 h in one half, nothing in the other.
    close(
        number(two, "cost_workspace_usd_regret_mean"),
        24.0,
        48.0 * 0.03,
    );
    close(number(two, "cost_workspace_usd_regret_worst"), 48.0, 1e-6);
    let bars = desk.rows("out/tornado.csv");
    let best: Vec<&str> = bars.iter().map(|row| row["best"].as_str()).collect();
    assert_eq!(best, ["one", "one", "two"]);
}

#[test]
fn table_and_chart_tell_alike_where_there_is_no_choice() {
    // At runs of 12 min every 10 min the only variant misses the goal: no other choice is best there.
    let busy = busy();
    let rest = r#"
[goal]
wait_mean = "<= 1s"
[uncertain]
workload.training.duration = ["8m", "12m"]
[variant.one]
[variant.dear]
instance.box.price_per_hour = 3
"#;
    let desk = desk(&[&busy, rest]);
    let run = desk
        .simulate("sensitivity clocked.toml -q --output out --samples 4 --trajectories 2")
        .succeeds();
    let lines = run.stdout.lines().map(str::trim_end);
    assert!(
        lines
            .clone()
            .any(|line| line.contains(" 12m ") && line.ends_with(" none")),
        "{}",
        run.stdout
    );
    let chart = fs::read_to_string(desk.path("out/tornado.svg")).expect("a chart");
    assert!(chart.contains("12m†"), "{chart}");
    let texts = chart.lines().filter(|line| !line.starts_with('<'));
    let texts: Vec<&str> = texts.map(str::trim).collect();
    let meaning = "† no variant surely meets the goal there";
    assert!(texts.join(" ").contains(meaning), "{texts:?}");
    assert!(!chart.contains("another choice"), "{chart}");
}

#[test]
fn a_simulation_passes_over_what_is_uncertain() {
    let desk = desk(&[BOX, OTHER, CHOICE]);
    let run = desk.simulate("clocked.toml --output out").succeeds();
    assert!(
        run.stderr
            .contains("`[uncertain]` is passed over: `simulate sensitivity FILE`"),
        "{}",
        run.stderr
    );
    let costs = desk.rows("out/summary.csv");
    close(number(&costs[0], "cost_workspace_usd"), 96.0, 1e-6);
    let run = desk
        .simulate("sensitivity clocked.toml --dry-run --samples 50 --trajectories 4")
        .succeeds();
    // 1 as stated, 4 alone, 4 walks of 3, 50 combinations; 2 variants, 2 replications.
    assert!(
        run.stdout
            .contains("67 points x 2 variants x 2 replications: 268"),
        "{}",
        run.stdout
    );
    assert!(!run.stderr.contains("passed over"), "{}", run.stderr);
    assert!(!desk.path("output").exists());
}

#[test]
fn what_is_not_uncertain_is_refused_with_what_to_do() {
    const VARIANTS: &str = "\n[variant.box]\n[variant.other]\nworkload.training.target = \"other\"\ninstance.box.slots = 2\n";
    let with = |line: &str| format!("[uncertain]\n{line}{VARIANTS}");
    // Where the line is.
    let line = [BOX, OTHER].concat().lines().count() + 2;
    let at = format!("clocked.toml:{line}");
    let at = at.as_str();
    for (rest, said) in [
        (
            VARIANTS.to_owned(),
            vec!["nothing is uncertain in the scenario", "[uncertain]"],
        ),
        (
            with("\"instance.box.price_per_hour\" = [2]"),
            vec![
                at,
                "one value leaves nothing open",
                "a low and a high value",
            ],
        ),
        (
            with("\"instance.box.price_per_hour\" = [3, 2]"),
            vec![at, "`2` is not above `3`", "from low to high"],
        ),
        (
            with("\"workload.training.duration\" = [\"90s\", \"1m\"]"),
            vec!["`1m` is not above `90s`"],
        ),
        (
            with("\"instance.box.price\" = [2, 3]"),
            vec![at, "unknown key", "price_per_hour"],
        ),
        (
            with("\"instance.bx.price_per_hour\" = [2, 3]"),
            vec!["there is no instance `bx`", "box"],
        ),
        (
            with("replications = [2, 3]"),
            vec!["this belongs to the file and cannot be varied"],
        ),
        (
            with("\"workload.training.target\" = [\"box\", \"other\"]"),
            vec!["variants state different values of this key", "120%"],
        ),
        (
            with("\"instance.box.slots\" = [\"50%\", \"x\"]"),
            vec!["variants state different values of this key"],
        ),
        (
            with("\"instance.box.price_per_hour\" = [2, \"much\"]"),
            vec![at, "the text `much`", "US dollars per hour"],
        ),
        (
            with("\"instance.box.region\" = [\"70%\", \"150%\"]"),
            vec!["nothing stated of which to take 70%"],
        ),
        (
            format!(
                "[sweep]\n\"instance.box.price_per_hour\" = [2, 3]\n{}",
                with("\"instance.box.price_per_hour\" = [2, 3]")
            ),
            vec!["variants state different values of this key"],
        ),
    ] {
        let desk = desk(&[BOX, OTHER, &rest]);
        let run = desk.simulate("sensitivity clocked.toml");
        assert_eq!(run.code, Some(2), "{rest}\n{}{}", run.stdout, run.stderr);
        for said in said {
            assert!(run.stderr.contains(said), "{said}\n{}", run.stderr);
        }
        assert!(!desk.path("output").exists());
    }
}

/// Shares are of what each variant states: 50 to 150 % of 2 and of 4.
#[test]
fn shares_are_of_each_variants_own_value() {
    let rest = r#"
[uncertain]
"instance.box.price_per_hour" = ["50%", "150%"]
[variant.small]
[variant.large]
instance.box.price_per_hour = 4
"#;
    let desk = desk(&[BOX, rest]);
    desk.simulate("sensitivity clocked.toml -q --output out --samples 10")
        .succeeds();
    let effects = desk.rows("out/effects.csv");
    let slopes = [("small", 96.0), ("large", 192.0)];
    for (variant, slope) in slopes {
        let row = of(&effects, "variant", variant)[0];
        close(number(row, "cost_workspace_usd_mu"), slope, 1e-3);
    }
    // A flag takes shares as well.
    desk.simulate("clocked.toml -q --output flag --set instance.box.price_per_hour=150%")
        .succeeds();
    let costs = desk.rows("flag/summary.csv");
    let of_cost = |variant: &str| number(of(&costs, "variant", variant)[0], "cost_workspace_usd");
    close(of_cost("small"), 144.0, 1e-6);
    close(of_cost("large"), 288.0, 1e-6);
}
