//! `simulate compare`: two folders of results against each other, and limits on changes.

use serde_json::Value;

use crate::desk::{Desk, SMALL};

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("small.toml", SMALL);
    desk
}

/// The document of a comparison.
fn document(desk: &Desk, arguments: &str) -> Value {
    let run = desk.simulate(&format!("compare {arguments} --format json"));
    serde_json::from_str(&run.succeeds().stdout).expect("a document")
}

/// A figure of the first variant of a document.
fn figure<'a>(document: &'a Value, name: &str) -> &'a Value {
    let figures = document["variants"][0]["figures"].as_array();
    let mut figures = figures.expect("a list").iter();
    let found = figures.find(|figure| figure["figure"] == name);
    found.expect("the figure")
}

#[test]
fn two_folders_have_the_paired_intervals_of_one_study_of_both() {
    let desk = desk();
    desk.simulate("small.toml -q -o both").succeeds();
    desk.simulate("small.toml -q -o before --variant cluster")
        .succeeds();
    desk.simulate("small.toml -q -o after --variant always-on")
        .succeeds();
    // One variant each: these two are compared, whatever their names.
    let document = document(&desk, "before after --fail-if cost>+900%");
    assert_eq!(document["shares_random_numbers"], true);
    let rows = desk.rows("both/comparison.csv");
    let row = rows.iter().find(|row| row["variant"] == "always-on");
    let row = row.expect("a row");
    for (name, column) in [
        ("cost", "cost"),
        ("wait_mean", "wait_mean"),
        ("wait_p95", "wait_p95"),
        ("turnaround_mean", "turnaround_mean"),
    ] {
        let unit = if name == "cost" { "usd" } else { "s" };
        for (key, column) in [
            ("difference", format!("{column}_difference_{unit}")),
            ("ratio", format!("{column}_ratio")),
        ] {
            for (part, column) in [("mean", column.clone()), ("ci95", format!("{column}_ci95"))] {
                let printed: f64 = row[&column].parse().expect("a number");
                let told = figure(&document, name)[key][part]
                    .as_f64()
                    .expect("a number");
                // Printed to the decimals that histograms resolve, half-widths rounded up.
                let decimals = row[&column].split('.').nth(1).map_or(0, str::len);
                let step = 0.1_f64.powi(i32::try_from(decimals).expect("a few"));
                assert!((told - printed).abs() <= step, "{column}: {told} {printed}");
            }
        }
    }
}

#[test]
fn a_price_that_rises_by_a_tenth_exceeds_what_is_less() {
    let desk = desk();
    desk.simulate("small.toml -q -o before --variant cluster")
        .succeeds();
    desk.simulate(
        "small.toml -q -o after --variant cluster --set cluster.gpu.price_per_hour=3.366",
    )
    .succeeds();
    // Every cost is 1.1 of the one before, whatever was simulated.
    let change = document(&desk, "before after");
    let ratio = figure(&change, "cost")["ratio"]["mean"].as_f64();
    assert!((ratio.expect("a ratio") - 1.1).abs() < 1e-6, "{change}");
    assert_eq!(figure(&change, "wait_p95")["verdict"], "same");

    let run = |limits: &[&str]| {
        let mut command = desk.prepare("compare before after");
        for limit in limits {
            command.args(["--fail-if", limit]);
        }
        let output = command.output().expect("the binary");
        let text = String::from_utf8(output.stdout).expect("text");
        (output.status.code(), text)
    };
    let (code, text) = run(&["cost > +9%", "wait_p95 > +1s"]);
    assert_eq!(code, Some(3), "{text}");
    assert!(text.starts_with("✗ cluster: `cost > +9%` is exceeded: cost, USD: "));
    assert!(
        text.contains("✓ cluster: `wait_p95 > +1s` is kept: "),
        "{text}"
    );
    assert!(
        text.contains("`cluster.gpu.price_per_hour=3.366`"),
        "{text}"
    );
    for kept in [
        "cost > +10.1%",
        "cost < +9%",
        "completed < -1%",
        "cost > +100000",
    ] {
        let (code, text) = run(&[kept]);
        assert_eq!(code, Some(0), "{kept}: {text}");
    }
    let github = desk.simulate("compare before after --format github --fail-if cost>+9%");
    assert_eq!(github.code, Some(3), "{}", github.stderr);
    let github = github.stdout;
    let first = github.lines().next().expect("an annotation");
    let begin = "::error title=simulate compare cluster::cluster: `cost>+9%25` is exceeded: ";
    assert!(first.starts_with(begin), "{first}");
    assert!(
        github
            .lines()
            .skip(1)
            .all(|line| line.starts_with("::notice "))
    );
}

#[test]
fn an_interval_that_covers_the_limit_is_said_and_the_estimate_decides() {
    let desk = desk();
    desk.simulate("small.toml -q -o before --variant cluster")
        .succeeds();
    desk.simulate("small.toml -q -o after --variant cluster --seed 5")
        .succeeds();
    let change = document(&desk, "before after");
    assert_eq!(change["shares_random_numbers"], false);
    let difference = &figure(&change, "cost")["difference"];
    let mean = difference["mean"].as_f64().expect("a mean");
    assert!(
        difference["ci95"].as_f64() > Some(mean.abs()),
        "{difference}"
    );
    // A cent below the estimate, and a cent above it.
    for (limit, code, verdict) in [(mean - 0.01, 3, "is exceeded"), (mean + 0.01, 0, "is kept")] {
        let limit = format!("cost>{limit:+.4}");
        let run = desk.simulate(&format!("compare before after --fail-if {limit}"));
        assert_eq!(run.code, Some(code), "{}", run.stdout);
        let said = format!("`{limit}` {verdict} (its interval covers the limit");
        assert!(
            run.stdout.replace("\n  ", " ").contains(&said),
            "{}",
            run.stdout
        );
        assert!(run.stdout.contains("The seeds differ"), "{}", run.stdout);
    }
}

#[test]
fn the_same_results_have_no_difference() {
    let desk = desk();
    desk.simulate("small.toml -q -o one").succeeds();
    desk.simulate("small.toml -q -o two").succeeds();
    let run = desk.simulate("compare one two").succeeds();
    assert_eq!(
        run.stdout.matches("no difference: ").count(),
        2,
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("The inputs are the same."),
        "{}",
        run.stdout
    );
}

#[test]
fn lines_fit_the_terminal_and_variants_of_one_alone_are_named() {
    let desk = desk();
    desk.simulate("small.toml -q -o one").succeeds();
    desk.simulate("small.toml -q -o two --variant always-on --seed 2")
        .succeeds();
    desk.write(
        "three.toml",
        SMALL.replace("variant.always-on", "variant.box"),
    );
    desk.simulate("three.toml -q -o three").succeeds();
    for width in ["44", "80", "120"] {
        let run = desk.simulate_in("compare one three", &[("COLUMNS", width)]);
        let text = run.succeeds().stdout;
        let most = width.parse().expect("a number");
        let mut lines = text.lines();
        assert!(lines.all(|line| line.chars().count() <= most), "{text}");
        assert!(text.contains("Only in one: always-on."), "{text}");
        assert!(text.contains("Only in three: box."), "{text}");
    }
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let desk = desk();
    desk.simulate("small.toml -q -o one").succeeds();
    let refused = |arguments: &str, said: &[&str]| {
        let run = desk.simulate(&format!("compare {arguments}"));
        run.fails(2, said);
    };
    refused(
        "one none",
        &["there is no such folder", "nothing was compared"],
    );
    refused(
        "small.toml one",
        &["this is a file, not a folder of results"],
    );
    refused(
        "one one --fail-if latency_p95>+5%",
        &["no variant that both folders have has a p95 latency"],
    );
    refused(
        "one one --fail-if csot>+5%",
        &["there is no figure `csot`", "did you mean `cost`?"],
    );
    let other = SMALL.replace("variant.always-on", "variant.box");
    desk.write(
        "other.toml",
        other.replace("variant.cluster", "variant.gpu"),
    );
    desk.simulate("other.toml -q -o other").succeeds();
    refused(
        "one other",
        &["it has no variant of the same name as `one`"],
    );
    let euros = format!("currency = \"EUR\"\nexchange_rate = 0.9\n{SMALL}");
    desk.write("euros.toml", euros);
    let run = desk.simulate("euros.toml -q -o euros");
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    refused(
        "one euros",
        &["its amounts are in EUR, those of `one` in USD"],
    );
}
