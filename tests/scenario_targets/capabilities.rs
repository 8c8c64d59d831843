//! Both tables of what targets take, cell by cell: yes is accepted, no is refused with the row that says so, unknown is
//! accepted with a note. The cells are written out here a second time, from the documentation.

use autoscale_simulator::catalog::{Capabilities, Cell, deployment_targets, training_targets};

use super::{TRAINING, loaded, problems, serving, training};

/// Cells of AutoML, pipelines, designer, GPU: yes, no, or unknown.
const OF_TRAINING: &[(&str, &str)] = &[
    ("local", "ynnu"),
    ("cluster", "yyyy"),
    ("instance", "yyny"),
    ("remote_vm", "yyny"),
    ("databricks", "yynu"),
    ("data_lake_analytics", "nynu"),
    ("hdinsight", "nynu"),
    ("batch_pool", "nynu"),
    ("synapse_spark", "uyuu"),
    ("kubernetes", "uuuu"),
];

/// Cells of test, real time, batch, GPU, FPGA, designer.
const OF_DEPLOYMENT: &[(&str, &str)] = &[
    ("local_service", "ynnnnn"),
    ("instance_service", "ynnnnn"),
    ("aks_service", "yynyyy"),
    ("container_instance", "yunnnn"),
    ("cluster", "nnyynn"),
    ("functions", "uynnnn"),
    ("iot_edge", "uynnnn"),
    ("data_box_edge", "uynnyn"),
    ("online_endpoint", "yynyun"),
];

fn assert_cells(table: &Capabilities, expected: &[(&str, &str)]) {
    let letter = |cell: &Cell| match cell {
        Cell::Yes => 'y',
        Cell::No => 'n',
        Cell::Unknown => 'u',
    };
    let rows = table.rows.iter().map(|row| {
        let cells: String = row.cells.iter().map(letter).collect();
        (row.target.clone(), cells)
    });
    let expected = expected.iter();
    let expected: Vec<_> = expected
        .map(|(target, cells)| ((*target).to_owned(), (*cells).to_owned()))
        .collect();
    assert_eq!(rows.collect::<Vec<_>>(), expected);
}

/// Loads a cell's scenario and compares with the cell.
fn assert_cell(text: &str, letter: char, key: &str, row: &str) {
    let found = problems(text, &[]);
    if letter == 'n' {
        let [problem] = &found[..] else {
            panic!("{found:#?}\n{text}");
        };
        assert!(problem.starts_with(&format!("{key}: `t` is ")), "{problem}");
        assert!(problem.contains(row), "{problem} does not say `{row}`");
        assert!(problem.contains("targets that take it: `"), "{problem}");
        return;
    }
    assert!(found.is_empty(), "{found:#?}\n{text}");
    let notes = loaded(text).notes;
    let doubts = notes.iter().filter(|note| note.contains("no source says"));
    assert_eq!(
        doubts.count(),
        usize::from(letter == 'u'),
        "{notes:?}\n{text}"
    );
}

/// The same on a size with a GPU that needs no approval, which was sold in 2021.
fn with_gpu(text: &str) -> String {
    let text = text.replace("Standard_D3_v2", "Standard_NV6");
    let start = if text.starts_with("start = ") {
        ""
    } else {
        "start = 2021-03-01T00:00:00\n"
    };
    format!("{start}{text}")
}

#[test]
fn the_tables_are_those_of_the_documentation() {
    assert_cells(training_targets(), OF_TRAINING);
    assert_cells(deployment_targets(), OF_DEPLOYMENT);
}

#[test]
fn each_training_target_takes_what_its_row_says() {
    let asked = [
        ("kind", "kind = \"automl\""),
        ("kind", "kind = \"pipeline\""),
        ("kind", "kind = \"designer\""),
        ("gpu", "gpu = true"),
    ];
    assert_eq!(TRAINING.len(), OF_TRAINING.len());
    for (section, cells) in OF_TRAINING {
        let row = training_targets().row(section).expect("a row");
        for (letter, (key, line)) in cells.chars().zip(asked) {
            let mut text = training(section, "", line);
            if key == "gpu" {
                text = with_gpu(&text);
                if *section == "hdinsight" {
                    text = text.replace("max_nodes = 4", "max_nodes = 4\nprice_per_hour = 1");
                }
            }
            assert_cell(&text, letter, &format!("workload.w.{key}"), &row.name);
        }
        let command = training(section, "", "kind = \"command\"");
        assert!(problems(&command, &[]).is_empty(), "{command}");
    }
}

#[test]
fn each_service_takes_what_its_row_says() {
    let asked = [
        ("use", "use = \"test\""),
        ("use", "use = \"real_time\""),
        ("use", "use = \"batch\""),
        ("gpu", "gpu = true"),
        ("fpga", "fpga = true"),
        ("designer", "designer = true"),
    ];
    let services = OF_DEPLOYMENT
        .iter()
        .filter(|(section, _)| *section != "cluster");
    for (section, cells) in services {
        let row = deployment_targets().row(section).expect("a row");
        for (letter, (key, line)) in cells.chars().zip(asked) {
            let size = match (key, *section) {
                ("gpu", "aks_service") => "vm_size = \"Standard_NV6\"",
                _ => "",
            };
            let mut text = serving(section, size, line);
            if key == "gpu" {
                text = with_gpu(&text);
            }
            assert_cell(&text, letter, &format!("requests.w.{key}"), &row.name);
        }
    }
}

/// Batch scoring is a workload of runs, with or without GPUs; requests do not go to a cluster.
#[test]
fn a_compute_cluster_takes_batch_inference_and_no_requests() {
    let batch = "batch_inference = { mini_batches = 100, mini_batch_time = \"10s\" }";
    let plain = training("cluster", "", batch).replace("duration = \"10m\"\n", "");
    let on_gpu = with_gpu(&format!("{plain}gpu = true\n"));
    for text in [plain, on_gpu] {
        assert!(problems(&text, &[]).is_empty(), "{text}");
    }
    for asked in [
        "use = \"test\"",
        "use = \"real_time\"",
        "fpga = true",
        "designer = true",
    ] {
        let text = training("cluster", "always_bill = true", "");
        let text = text.replace("[workload.w]", "[requests.w]");
        let text = text.replace("duration = \"10m\"", "service_time = \"50ms\"") + asked;
        let found = problems(&text, &[]);
        assert_eq!(
            found,
            [
                "requests.w.target: `t` is a compute cluster, which takes runs \
              (name a service; batch inference on it is a `[workload.NAME]` with `batch_inference`)"
            ]
        );
    }
}

#[test]
fn only_a_compute_cluster_takes_batch_inference() {
    for (section, _) in TRAINING.iter().filter(|(section, _)| *section != "cluster") {
        let batch = "batch_inference = { mini_batches = 100, mini_batch_time = \"10s\" }";
        let text = training(section, "", batch).replace("duration = \"10m\"\n", "");
        let found = problems(&text, &[]);
        let [problem] = &found[..] else {
            panic!("{found:#?}\n{text}");
        };
        assert!(
            problem.starts_with("workload.w.batch_inference: `t` is "),
            "{problem}"
        );
        assert!(
            problem.ends_with("(targets that take it: `cluster`)"),
            "{problem}"
        );
    }
}
