//! Instances that one with a `count` stands for: one line for people, one each in files. And charts of a start that nobody states.

use crate::desk::{Desk, squeezed};

/// Three people, each with a run of 30 min each hour on an instance of their own for a dollar an hour; a note runs once a day.
const THREE: &str = r#"
replications = 2
horizon = "10d"
[instance.own]
price_per_hour = 1
count = 3
[cluster.gpu]
price_per_hour = 2
max_nodes = 1
boot = "0s"
idle_before_scale_down = "0s"
[workload.person]
target = "own"
arrivals.deterministic = { interval = "1h", first = "0s" }
duration = "30m"
[workload.nightly]
target = "gpu"
arrivals.deterministic = { interval = "1d", first = "0s" }
duration = "1h"
"#;

#[test]
fn equal_instances_are_one_line_for_people_and_one_each_in_files() {
    let desk = Desk::new();
    desk.write("three.toml", THREE);
    let run = desk.simulate("three.toml -o out").succeeds();
    // 730 h a month, three times; all runs of a person start at once.
    let text = squeezed(&run.stdout);
    assert!(
        text.contains("own-1 to own-3 2,190.0 ± 0 0 ± 0 0 ± 0"),
        "{text}"
    );
    assert!(!text.contains("own-2"), "{text}");
    let names = |file: &str| -> Vec<String> {
        let rows = desk.rows(file);
        rows.iter().map(|row| row["target"].clone()).collect()
    };
    let summary = names("out/summary.csv");
    assert_eq!(summary, ["own-1", "own-2", "own-3", "gpu", "(all)"]);
    let workloads = names("out/workloads.csv");
    assert!(workloads.contains(&"own-2".to_owned()), "{workloads:?}");
    let page = String::from_utf8(desk.bytes("out")["report.html"].clone()).expect("a page");
    // Before the scenario and the manifest there is no line of the second alone.
    assert!(
        page.contains("<th scope=\"row\">own-1 to own-3</th>"),
        "{page}"
    );
    assert!(!page.contains("<th scope=\"row\">own-2</th>"), "{page}");
    assert!(page.contains("person-1 to person-3"), "{page}");
    // 240 h of each at a dollar: 720 in all, of which half is busy.
    assert!(page.contains("360.00"), "{page}");
    let csv = desk.simulate("three.toml -o again --format csv").succeeds();
    assert!(csv.stdout.contains("own-2"), "{}", csv.stdout);
}

#[test]
fn without_a_start_charts_tell_no_dates() {
    let desk = Desk::new();
    desk.write("three.toml", THREE.replace("10d", "6d"));
    let chart = |folder: &str| {
        let bytes = desk.bytes(folder)["nodes.svg"].clone();
        String::from_utf8(bytes).expect("a chart")
    };
    desk.simulate("three.toml -q -o assumed").succeeds();
    let assumed = chart("assumed");
    assert!(!assumed.contains(" Jan"), "{assumed}");
    assert!(assumed.contains("\nday 2\n"), "{assumed}");
    assert!(
        assumed.contains("time from an assumed start on a Monday"),
        "{assumed}"
    );
    desk.write(
        "three.toml",
        format!(
            "start = \"2026-03-02T00:00\"\n{}",
            THREE.replace("10d", "6d")
        ),
    );
    desk.simulate("three.toml -q -o stated").succeeds();
    let stated = chart("stated");
    assert!(stated.contains("Tue 3 Mar"), "{stated}");
    assert!(!stated.contains("\nday 2\n"), "{stated}");
}

#[test]
fn a_summary_for_a_pull_request_has_the_commitments() {
    let desk = Desk::new();
    // 10 h of 240 are used, and an hour of it costs half as much.
    let more = "[reservation.year]\nvm_size = \"Standard_D4s_v3\"\nnodes = 1\nprice_per_hour = 1\nterm = \"1y\"\n";
    let size = "vm_size = \"Standard_D4s_v3\"\nprice_per_hour = 2\n";
    let three = THREE.replace("price_per_hour = 2\n", size);
    desk.write("three.toml", format!("{three}{more}"));
    let run = desk.simulate("three.toml -o out --report md").succeeds();
    let brief = String::from_utf8(desk.bytes("out")["report.md"].clone()).expect("a text");
    let (_, after) = brief.split_once("## Commitments\n").expect("a section");
    let line = "- base, commitment year: coverage 100 % (± 0), utilization 4.17 % (± 0);";
    assert!(after.trim_start().starts_with(line), "{after}");
    let text = squeezed(&run.stdout);
    assert!(
        text.contains("commitment year of variant base: breaks even at 50 %"),
        "{text}"
    );
}
