//! The CSV files to the byte, hand-worked values in them, and the data dictionary.
//!
//! After a change that is meant, `cargo test --test report -- --ignored` rewrites the golden files and the dictionary.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use autoscale_simulator::report::break_even;
use autoscale_simulator::report::pictures;
use autoscale_simulator::report::terminal::terminal;
use autoscale_simulator::report::warm_up;
use autoscale_simulator::report::{FILES, FOCUS, ReportFile, SUMMARY, StudyResults};

use crate::made::{
    change_first, full_study, hindered, prices, replication, runs, study, target, two_variants,
    variant,
};
use crate::made_targets::served;

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/report/golden")
        .join(name)
}

fn dictionary_path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/outputs.md")
}

fn text(name: &str, study: &StudyResults) -> String {
    let file = FILES.iter().find(|file| file.name == name);
    let bytes = file.expect("a file of the list").bytes(study);
    String::from_utf8(bytes).expect("files are text")
}

/// Rows of a file, each as column -> cell.
pub(crate) fn table(name: &str, study: &StudyResults) -> Vec<BTreeMap<String, String>> {
    let text = text(name, study);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

pub(crate) fn expect(row: &BTreeMap<String, String>, cells: &[(&str, &str)]) {
    for (column, cell) in cells {
        assert_eq!(
            row.get(*column).map(String::as_str),
            Some(*cell),
            "{column}"
        );
    }
}

#[test]
fn files_are_as_the_golden_ones() {
    for file in FILES {
        let expected = fs::read_to_string(golden(file.name)).unwrap();
        assert_eq!(text(file.name, &full_study()), expected, "{}", file.name);
    }
}

#[test]
fn headers_are_as_the_dictionary_says() {
    for file in FILES {
        let header = text(file.name, &StudyResults::default());
        let names: Vec<String> = (file.columns)().into_iter().map(|doc| doc.name).collect();
        assert_eq!(header, names.join(",") + "\n", "{}", file.name);
        for doc in (file.columns)() {
            let stem = doc.name.trim_end_matches("_ci95");
            let ending = match doc.unit {
                "s" => "_s",
                "USD" => "_usd",
                "h" => "_hours",
                _ => "",
            };
            assert!(stem.ends_with(ending), "{} is in {}", doc.name, doc.unit);
            assert!(!doc.meaning.is_empty(), "{}", doc.name);
        }
    }
}

#[test]
fn data_dictionary_is_that_of_the_code() {
    let docs = fs::read_to_string(dictionary_path()).unwrap();
    for file in FILES.iter().chain([SUMMARY, FOCUS]) {
        let dictionary = file.dictionary();
        assert!(
            docs.contains(&dictionary),
            "docs/outputs.md lacks this, or has it otherwise:\n{dictionary}"
        );
    }
    for dictionary in [break_even::dictionary(), warm_up::dictionary()] {
        assert!(
            docs.contains(&dictionary),
            "docs/outputs.md lacks this:\n{dictionary}"
        );
    }
    let charts = pictures::dictionary();
    assert!(
        docs.ends_with(&charts),
        "docs/outputs.md does not end in this:\n{charts}"
    );
}

#[test]
#[ignore = "a command, not a check: it rewrites files of the source tree"]
fn rewrite_golden_files_and_data_dictionary() {
    fs::create_dir_all(golden("")).unwrap();
    for file in FILES {
        fs::write(golden(file.name), file.bytes(&full_study())).unwrap();
    }
    fs::write(golden("terminal.txt"), terminal(&two_variants(), 80)).unwrap();
    fs::write(golden("terminal-hindered.txt"), terminal(&hindered(), 80)).unwrap();
    fs::write(golden("terminal-services.txt"), terminal(&served(), 80)).unwrap();
    let docs = fs::read_to_string(dictionary_path()).unwrap();
    let end = docs.find("-->\n").unwrap() + "-->\n".len();
    let all = FILES.iter().chain([SUMMARY, FOCUS]);
    let mut parts: Vec<String> = all.map(ReportFile::dictionary).collect();
    parts.push(break_even::dictionary());
    parts.push(warm_up::dictionary());
    parts.push(pictures::dictionary());
    fs::write(
        dictionary_path(),
        format!("{}\n{}", &docs[..end], parts.join("\n")),
    )
    .unwrap();
}

#[test]
fn summary_has_hand_worked_means_and_half_widths() {
    let rows = table("summary.csv", &two_variants());
    assert_eq!(rows.len(), 2);
    // 86,400 s at 0.001 USD: 86.40 a day, which is too short to tell of a month; 40,000 / 86,400 of it Running.
    expect(
        &rows[0],
        &[
            ("variant", "always-on"),
            ("target", "box"),
            ("replications", "3"),
            ("cost_usd", "86.400000"),
            ("cost_usd_ci95", "0.000000"),
            ("cost_idle_before_scale_down_usd", "46.400000"),
            ("cost_workspace_usd", "86.400000"),
            ("cost_per_month_usd", ""),
            ("cost_per_run_usd", "2.160000"),
            ("cost_per_completed_run_usd", "2.160000"),
            ("utilization", "0.462963"),
            ("idle_share", "0.537037"),
            ("node_hours", "24.000000"),
            ("wait_p95_s", "0.000000"),
            ("turnaround_mean_s", "600.000000"),
        ],
    );
    // Costs 49, 50, 51: s = 1, t(2) = 4.302653, half-width 4.302653 / sqrt(3) = 2.484138; of waits ten times that.
    expect(
        &rows[1],
        &[
            ("cost_usd", "50.000000"),
            ("cost_usd_ci95", "2.484138"),
            ("cost_within_horizon_usd", "49.000000"),
            ("cost_after_horizon_usd", "1.000000"),
            ("cost_after_horizon_usd_ci95", "0.000000"),
            ("cost_run_usd", "41.000000"),
            ("cost_per_completed_run_usd", "1.250000"),
            ("wait_mean_s", "360.000000"),
            ("wait_mean_s_ci95", "24.841377"),
            ("wait_queue_mean_s", "360.000000"),
            ("wait_image_build_mean_s", "0.000000"),
        ],
    );
}

#[test]
fn waits_by_cause_and_losses_are_hand_worked() {
    let rows = table("summary.csv", &hindered());
    expect(
        &rows[0],
        &[
            ("runs_failed", "0.000000"),
            ("completed_share", "1.000000"),
            ("wait_provisioning_mean_s", "0.000000"),
            ("wait_quota_mean_s", "0.000000"),
            // Where the cause is none of the others it is capacity.
            ("wait_capacity_mean_s", "60.000000"),
            ("nodes_evicted", "0.000000"),
            ("lost_work_share", "0.000000"),
        ],
    );
    expect(
        &rows[1],
        &[
            ("runs_submitted", "40.000000"),
            ("runs_failed", "3.000000"),
            ("failed_by_interruption", "2.000000"),
            ("runs_interrupted", "5.000000"),
            ("interruptions", "7.000000"),
            // 37 of 40.
            ("completed_share", "0.925000"),
            ("completed_share_ci95", "0.000000"),
            ("wait_mean_s", "480.000000"),
            ("wait_image_build_mean_s", "50.000000"),
            ("wait_queue_mean_s", "400.000000"),
            ("wait_provisioning_mean_s", "100.000000"),
            ("wait_quota_mean_s", "250.000000"),
            // 400 - 100 - 250.
            ("wait_capacity_mean_s", "50.000000"),
            ("wait_node_setup_mean_s", "30.000000"),
            // 11, 12, 13: s = 1, t(2) = 4.302653, over sqrt(3).
            ("nodes_evicted", "12.000000"),
            ("nodes_evicted_ci95", "2.484138"),
            // (3,600 + 400) / 3,600 h, and 4,000 of 40,000 s Running.
            ("lost_work_node_hours", "1.111111"),
            ("lost_work_share", "0.100000"),
            // 36,000 + 4,000 s Running of 36,000 + 9,000 + 4,000 s billed.
            ("utilization", "0.816327"),
        ],
    );
    let row = &table("replications.csv", &hindered())[3];
    expect(
        row,
        &[
            ("replication", "0"),
            ("failed_by_interruption", "2"),
            ("nodes_evicted", "11"),
        ],
    );
}

#[test]
fn runs_and_leases_say_what_was_lost() {
    let runs = table("runs.csv", &full_study());
    expect(
        &runs[0],
        &[("interruptions", "0"), ("lost_work_s", "0.000000")],
    );
    expect(
        &runs[2],
        &[
            ("interruptions", "2"),
            ("lost_work_s", "630.500000"),
            ("nodes_held", "6 8"),
        ],
    );
    let leases = table("leases.csv", &full_study());
    expect(
        &leases[0],
        &[
            ("ended_by", "release"),
            ("run_s", "60.000000"),
            ("lost_work_s", "0.000000"),
        ],
    );
    expect(
        &leases[1],
        &[
            ("ended_by", "loss"),
            ("run_s", "29.500000"),
            ("lost_work_s", "30.500000"),
            ("cost_usd", "0.101000"),
        ],
    );
}

/// Widths of the boxes of a color in a chart, without that of its legend.
fn widths(svg: &str, color: &str) -> Vec<f64> {
    let boxes = svg.split("<rect ").skip(1);
    let of_color = boxes.filter(|attributes| attributes.contains(&format!("fill=\"{color}\"")));
    let width = |attributes: &str| {
        let (_, rest) = attributes.split_once("width=\"")?;
        rest.split('"').next()?.parse().ok()
    };
    of_color.skip(1).filter_map(width).collect()
}

#[test]
fn bars_of_waits_are_as_long_as_their_causes() {
    let picture = pictures::PICTURES
        .iter()
        .find(|it| it.name == "waits-by-cause");
    let draw = picture.expect("a picture of the list").draw;
    let svg = draw(&hindered()).expect("runs wait").svg;
    // Image build, provisioning, quota, capacity and node setup of a run without and a run with hindrances.
    for (color, seconds) in [
        ("#2F5D62", [0.0, 50.0]),
        ("#009E73", [0.0, 100.0]),
        ("#C51B7D", [0.0, 250.0]),
        ("#F4A582", [60.0, 50.0]),
        ("#56B4E9", [0.0, 30.0]),
    ] {
        let unit = widths(&svg, "#C51B7D")[1] / 250.0;
        for (width, seconds) in widths(&svg, color).into_iter().zip(seconds) {
            assert!(
                (width - unit * seconds).abs() < 2.0,
                "{color}: {width} for {seconds} s"
            );
        }
        assert_eq!(widths(&svg, color).len(), 2, "{color}");
    }
    assert!(svg.contains("8 ± 0 min") && svg.contains("1 ± 0 min"));
    let nobody = vec![replication(vec![target(runs(40, 0), 1000, 0, 0)])];
    assert!(draw(&study(vec![variant("a", "box", nobody)])).is_none());
}

#[test]
fn comparison_has_paired_differences_and_the_price_of_waiting() {
    let rows = table("comparison.csv", &two_variants());
    assert_eq!(rows.len(), 1);
    // Cost 50 against 86.4; 40 runs that wait 360 s more wait 4 h: 36.40 USD are saved for 4 h, 9.10 USD an hour.
    expect(
        &rows[0],
        &[
            ("variant", "cluster"),
            ("baseline", "always-on"),
            ("replications", "3"),
            ("cost_difference_usd", "-36.400000"),
            ("cost_difference_usd_ci95", "2.484138"),
            ("cost_ratio", "0.578704"),
            ("cost_ratio_ci95", "0.028752"),
            ("wait_p95_difference_s", "360.000000"),
            ("wait_p95_ratio", ""),
            ("turnaround_mean_ratio", "1.600000"),
            ("usd_per_wait_hour_saved", "9.100000"),
        ],
    );
    let width: f64 = rows[0]["usd_per_wait_hour_saved_ci95"].parse().unwrap();
    // Residuals of x = -37.4, -36.4, -35.4 over y = -35/9, -4, -37/9: x - 9.1 y = -2.0111, 0, 2.0111; s = 2.0111.
    let expected = 4.302_653 * 2.011_111 / 3.0_f64.sqrt() / 4.0;
    assert!((width - expected).abs() < 1e-5, "{width}, {expected}");
}

#[test]
fn the_price_of_waiting_is_empty_where_no_hours_are_saved_for_sure() {
    let vary = |waits: [u64; 3]| {
        waits
            .map(|wait| replication(vec![target(runs(40, wait), 1000, 0, 0)]))
            .to_vec()
    };
    let study = study(vec![
        variant("a", "box", vary([100, 200, 300])),
        variant("b", "box", vary([200, 100, 310])),
        variant("c", "box", vary([100, 200, 300])),
    ]);
    for row in table("comparison.csv", &study) {
        expect(
            &row,
            &[
                ("usd_per_wait_hour_saved", ""),
                ("usd_per_wait_hour_saved_ci95", ""),
            ],
        );
    }
}

#[test]
fn one_replication_has_no_intervals() {
    let one = |wait| vec![replication(vec![target(runs(4, wait), 1000, 0, 0)])];
    let study = study(vec![
        variant("a", "box", one(0)),
        variant("b", "box", one(9)),
    ]);
    for row in table("summary.csv", &study) {
        let filled = row
            .iter()
            .filter(|(column, cell)| column.ends_with("_ci95") && !cell.is_empty());
        assert_eq!(filled.count(), 0);
    }
    expect(
        &table("comparison.csv", &study)[0],
        &[
            ("cost_difference_usd", "0.000000"),
            ("cost_difference_usd_ci95", ""),
            ("cost_ratio", "1.000000"),
            ("cost_ratio_ci95", ""),
            ("usd_per_wait_hour_saved", "0.000000"),
        ],
    );
}

#[test]
fn missing_values_are_empty_and_not_zero() {
    let none = vec![replication(vec![target(runs(0, 0), 0, 0, 0)])];
    let row = &table("replications.csv", &study(vec![variant("a", "box", none)]))[0];
    expect(
        row,
        &[
            ("runs_submitted", "0"),
            ("cost_usd", "0.000000"),
            ("cost_per_completed_run_usd", ""),
            ("wait_mean_s", ""),
            ("wait_p95_s", ""),
            ("turnaround_mean_s", ""),
            ("utilization", ""),
            ("idle_share", ""),
            ("completed_share", ""),
            ("wait_capacity_mean_s", ""),
            ("lost_work_node_hours", "0.000000"),
            ("lost_work_share", ""),
        ],
    );
}

#[test]
fn several_targets_have_a_row_of_their_sums() {
    let targets = || {
        vec![
            target(runs(40, 60), 1000, 500, 0),
            target(runs(8, 0), 2000, 0, 0),
        ]
    };
    let mut both = variant("both", "gpu", vec![replication(targets())]);
    both.targets.push("box".to_owned());
    both.prices.push(prices());
    change_first(&mut both, |result| result.all_runs = runs(48, 50));
    let rows = table("replications.csv", &study(vec![both]));
    assert_eq!(rows.len(), 3);
    expect(
        &rows[2],
        &[
            ("target", "(all)"),
            ("seed", "7"),
            ("runs_submitted", "48"),
            ("cost_usd", "3.500000"),
            ("wait_mean_s", "50.000000"),
            ("utilization", "0.857143"),
            ("spin_ups", "10"),
            ("peak_nodes", ""),
        ],
    );
}
