//! `hours.csv`: runs and waits by the local hour of the week of their submission, worked out by hand, and as parts of the whole.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use autoscale_simulator::inputs::Memory;
use autoscale_simulator::report::page::{About, page};
use autoscale_simulator::report::{FILES, ReportFile, StudyResults};
use autoscale_simulator::scenario::{Options, load_from};
use autoscale_simulator::study::{Keep, Unwatched, run};

type Cells = BTreeMap<String, String>;

fn studied(text: &str, log: &str) -> StudyResults {
    let files = [("case.toml", text), ("log.csv", log)];
    let memory: Memory = (files.into_iter())
        .map(|(name, text)| (name, text.as_bytes().to_vec()))
        .collect();
    let scenario = load_from(&memory, Path::new("case.toml"), &Options::default());
    let scenario = scenario.unwrap_or_else(|error| panic!("{text}: {error:?}"));
    let mut studies = run(&[scenario], Keep::default(), None, &Unwatched).expect("it ends");
    studies.remove(0)
}

fn file() -> &'static ReportFile {
    let mut files = FILES.iter();
    files.find(|file| file.name == "hours.csv").expect("a file")
}

fn rows(study: &StudyResults) -> Vec<Cells> {
    assert!(file().is_written(study, false));
    let bytes = file().bytes(study);
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let rows = reader.deserialize();
    rows.collect::<Result<_, _>>().expect("rows of cells")
}

/// One node that boots in 10 minutes and goes at once, for runs of a minute; in Berlin, from a Wednesday on, over the end of
/// summer time.
const CLUSTER: &str = r#"
start = "2024-10-09T00:00"
time_zone = "Europe/Berlin"
replications = 2
[cluster.gpu]
price_per_hour = 1
max_nodes = 1
boot = "10m"
idle_before_scale_down = "0s"
[workload.runs]
target = "gpu"
duration = "1m"
"#;

#[test]
fn runs_are_in_the_local_hours_of_their_submission() {
    let arrivals = "arrivals.recurring = { at = [\"mon 09:30\", \"sun 23:59\"], runs = 2 }";
    let study = studied(
        &format!("horizon = \"28d\"\nwarmup = \"7d\"\n{CLUSTER}{arrivals}"),
        "",
    );
    let rows = rows(&study);
    assert_eq!(rows.len(), 168);
    for row in &rows {
        let cells = |names: [&str; 4]| names.map(|name| row[name].as_str());
        let found = cells([
            "runs_submitted",
            "runs_submitted_ci95",
            "wait_mean_s",
            "wait_mean_s_ci95",
        ]);
        // The second of two runs waits for the first too: 10 and 11 minutes. Three weeks are measured.
        let expected = match (row["day"].as_str(), row["hour"].as_str()) {
            ("mon", "9") | ("sun", "23") => ["6.000000", "0.000000", "630.000000", "0.000000"],
            _ => ["0.000000", "0.000000", "", ""],
        };
        assert_eq!(found, expected, "{row:?}");
    }
    assert_eq!(
        (rows[0]["day"].as_str(), rows[0]["hour"].as_str()),
        ("mon", "0")
    );
}

#[test]
fn hours_add_up_to_the_whole() {
    let arrivals = "arrivals.bursts = { quiet = \"1/h\", peak = \"9/h\", windows = [\"mon-fri 09:00-17:00\"] }";
    let study = studied(
        &format!("horizon = \"14d\"\nend = \"cut\"\n{CLUSTER}{arrivals}"),
        "",
    );
    for packed in &study.variants[0].replications {
        let target = &packed.clone().unpack().targets[0];
        let week = target.week.as_ref().expect("hours are kept");
        assert!(target.runs.submitted > 500);
        assert_eq!(week.submitted.iter().sum::<u64>(), target.runs.submitted);
        assert_eq!(week.started.iter().sum::<u64>(), target.runs.started);
        assert_eq!(week.wait_sum.iter().sum::<u128>(), target.runs.wait_sum);
        // A tenth of the rate outside the windows; the hours of two weeks.
        let day: u64 = week.submitted[33..41].iter().sum();
        let night: u64 = week.submitted[24..32].iter().sum();
        assert!(day > 4 * night, "{day} and {night}");
    }
}

#[test]
fn hours_are_kept_where_they_differ_and_variants_are_few() {
    let log = "at,for\n2024-10-14T09:10:00,60\n2024-10-16T12:00:00,60\n";
    let trace = "arrivals.trace = { file = \"log.csv\", submitted = \"at\", duration = \"for\", unit = \"s\" }";
    let keeps = |text: &str, log: &str| file().is_written(&studied(text, log), false);
    let logged = CLUSTER.replace("duration = \"1m\"\n", "");
    assert!(keeps(&format!("{logged}{trace}"), log));
    // Without dates, a log has no hours of the week.
    let without_start = logged.replace("start = \"2024-10-09T00:00\"\n", "");
    let numbers = trace.replace(" }", ", origin = 0 }");
    assert!(keeps(&format!("{without_start}{trace}"), log));
    let seconds = "at,for\n0,60\n600,60\n";
    assert!(!keeps(&format!("{without_start}{numbers}"), seconds));
    let steady = "horizon = \"7d\"\n";
    let poisson = "arrivals.poisson.rate = \"1/h\"";
    assert!(!keeps(&format!("{steady}{CLUSTER}{poisson}"), ""));
    let recurring = "arrivals.recurring = { at = [\"mon 09:30\", \"tue 10:00\", \"wed 11:00\"] }";
    // Its search is passed over here.
    let search = "[search]\n\"cluster.gpu.max_nodes\" = [1, 2]\n";
    assert!(keeps(
        &format!("{steady}{CLUSTER}{recurring}\n{search}"),
        ""
    ));
    let mut variants = format!("{steady}{CLUSTER}{recurring}\n");
    for nodes in 1..=31 {
        if nodes == 31 {
            assert!(keeps(&variants, ""));
        }
        writeln!(
            variants,
            "[variant.of-{nodes}]\ncluster.gpu.max_nodes = {nodes}"
        )
        .unwrap();
    }
    assert!(!keeps(&variants, ""));
}

#[test]
fn the_hour_of_the_longest_waits_is_told_with_all_its_days() {
    let singles = |count: usize| {
        let at = |at: usize| format!("\"sat {at:02}:00\", \"sun {at:02}:00\"");
        (0..count).map(at).collect::<Vec<String>>().join(", ")
    };
    let told = |days: &str, runs: u32| {
        let arrivals = format!(
            "arrivals.recurring = {{ at = [{days}], runs = {runs} }}\n[workload.single]\ntarget = \"gpu\"\nduration = \"1m\"\n\
             arrivals.recurring = {{ at = [{}] }}",
            singles(20)
        );
        let study = studied(
            &format!("horizon = \"28d\"\nwarmup = \"7d\"\n{CLUSTER}{arrivals}"),
            "",
        );
        let page = page(&study, &[], &About::default());
        let mut lines = page.lines();
        let said = lines.find(|line| line.contains("wait longest"));
        said.unwrap_or_default().replace('\u{a0}', " ")
    };
    // Eleven runs wait for 10 to 20 minutes, 15 on average; others wait for 10.
    let two = told("\"mon 09:30\", \"tue 09:30\"", 11);
    let expected = "wait longest where they are submitted on Mondays and Tuesdays from 09:00 to 10:00: up to 15 min (± 0) on average";
    assert!(two.contains(expected), "{two}");
    let one = told("\"mon 09:30\"", 11);
    assert!(
        one.contains("on Mondays from 09:00 to 10:00: 15 min (± 0)"),
        "{one}"
    );
    let five = told("\"mon-fri 09:30\"", 11);
    assert!(five.contains("on working days from 09:00"), "{five}");
    // Two runs wait for 10.5 minutes on average, which is less than a tenth more than 10.
    let short = told("\"mon 09:30\"", 2);
    assert_eq!(short, "");
}

#[test]
fn hours_of_several_targets_are_added_up() {
    let arrivals = "arrivals.recurring = { at = [\"mon 09:30\"], runs = 2 }";
    let more = "[cluster.other]\nprice_per_hour = 1\nmax_nodes = 1\nboot = \"0s\"\nmin_nodes = 1\n\
        [workload.others]\ntarget = \"other\"\nduration = \"30s\"\narrivals.recurring = { at = [\"mon 09:45\"] }\n";
    let study = studied(
        &format!("horizon = \"28d\"\nwarmup = \"7d\"\n{CLUSTER}{arrivals}\n{more}"),
        "",
    );
    let rows = rows(&study);
    let of = |target: &str| -> Vec<&Cells> {
        let own = rows.iter().filter(|row| row["target"] == target);
        own.collect()
    };
    let [gpu, other, all] = ["gpu", "other", "(all)"].map(of);
    assert_eq!([gpu.len(), other.len(), all.len()], [168; 3]);
    // Three Mondays: two runs wait 10 and 11 min, the third starts at once.
    let at = |rows: &[&Cells]| {
        let row = rows[9];
        let of = |key: &str| row[key].parse::<f64>().expect("a number");
        [of("runs_submitted"), of("wait_mean_s")]
    };
    for (rows, [runs, wait]) in [
        (&gpu, [6.0, 630.0]),
        (&other, [3.0, 0.0]),
        (&all, [9.0, 420.0]),
    ] {
        let found = at(rows);
        let off = (found[0] - runs).abs().max((found[1] - wait).abs());
        assert!(off < 1e-6, "{found:?} instead of {runs} and {wait}");
    }
}
