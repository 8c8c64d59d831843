//! What is refused before anything runs: exit code 2, one clear error, and nothing written.

use crate::desk::{Desk, FILES, SMALL};

/// Runs `small.toml` with one text in place of another; the whole of stderr.
#[track_caller]
fn refused(from: &str, to: &str) -> String {
    let desk = Desk::new();
    desk.write_small(from, to);
    let outcome = desk.simulate("small.toml").fails(2, &[]);
    assert!(!desk.path("output").exists());
    outcome.stderr
}

#[test]
fn a_typo_is_shown_in_its_line_with_the_nearest_name() {
    assert_eq!(
        refused("boot =", "bot ="),
        "\
error: `cluster.gpu.bot`: unknown key
 --> small.toml:5:1
  |
5 | bot = \"4m\"
  | ^^^
  |
  = help: did you mean `boot`? 35 other keys are allowed here: docs/scenario-format.md explains them

1 problem in small.toml: nothing was simulated
"
    );
}

#[test]
fn a_typo_in_a_key_that_has_to_be_there_is_one_problem() {
    for (from, to, meant) in [
        ("horizon =", "horizn =", "`horizon`"),
        (
            "price_per_hour = 3.06\n\n[i",
            "price_per_hur = 3.06\n\n[i",
            "`price_per_hour`",
        ),
        ("duration.exp", "duratoin.exp", "`duration`"),
        ("arrivals.poi", "arival.poi", "`arrivals`"),
        ("rate =", "rat =", "`rate`"),
        ("target = \"gpu\"", "tarket = \"gpu\"", "`target`"),
    ] {
        let said = refused(from, to);
        assert!(said.contains(&format!("did you mean {meant}?")), "{said}");
    }
}

#[test]
fn durations_need_a_unit_and_no_minus() {
    let negative = refused("\"4m\"", "\"-4m\"");
    assert!(
        negative.starts_with("error: `cluster.gpu.boot`: `-4m` is negative\n --> small.toml:5:8\n")
    );
    assert!(negative.contains("= help: write a duration of 0s or more"));
    let bare = refused("\"4m\"", "4");
    assert!(
        bare.starts_with("error: `cluster.gpu.boot`: found the number 4\n --> small.toml:5:8\n")
    );
    assert!(bare.contains("= help: a duration needs its unit: write for example `\"4s\"`"));
}

#[test]
fn a_negative_number_is_not_offered_again() {
    for number in ["-5", "-1.5"] {
        let said = refused("\"4m\"", number);
        assert!(
            said.contains(&format!("found the number {number}")),
            "{said}"
        );
        assert!(
            said.contains(
                "= help: a duration is 0 or more and has a unit: write for example `\"5s\"`"
            ),
            "{said}"
        );
        assert!(!said.contains(&format!("{number}s")), "{said}");
    }
    let text = refused("\"4m\"", "\"-5\"");
    assert!(text.contains("`-5` is negative"), "{text}");
    assert!(
        text.contains("= help: write a duration of 0s or more"),
        "{text}"
    );
}

#[test]
fn the_settings_of_a_distribution_fit_together() {
    for (kind, message, help) in [
        (
            "{ log_normal = { median = \"9m\", p95 = \"4m\" } }",
            "`p95` is below `median`",
            "half of the durations are below `median` and 95 % below `p95`, so write a larger `p95`",
        ),
        (
            "{ uniform = { min = \"9m\", max = \"4m\" } }",
            "`min` is above `max`",
            "write the shorter duration as `min`",
        ),
        (
            "{ triangular = { min = \"9m\", mode = \"4m\", max = \"5m\" } }",
            "`min`, `mode` and `max` must not descend",
            "write the shortest, the most likely and the longest duration",
        ),
        (
            "{ triangular = { min = \"5m\", mode = \"5m\", max = \"5m\" } }",
            "`min` must be below `max`",
            "a duration that is always the same is written alone, such as `\"5m\"`",
        ),
    ] {
        let said = refused("\"4m\"", kind);
        assert!(said.contains(&format!("`: {message}\n")), "{said}");
        assert!(said.contains(&format!("= help: {help}\n")), "{said}");
    }
}

#[test]
fn all_problems_are_told_together() {
    let desk = Desk::new();
    let text = SMALL
        .replace("horizon =", "horizn =")
        .replace("\"4m\"", "\"-4m\"")
        .replace("\"10m\"", "10");
    desk.write("small.toml", text);
    desk.write("trace.csv", "at,for\n1,2\n");
    let trace = SMALL
        .replace(
            "arrivals.poisson = { rate = \"2/h\" }",
            "arrivals.trace = { file = \"trace.csv\", submitted = \"att\", duration = \"for\" }",
        )
        .replace("duration.exponential = { mean = \"10m\" }\n", "");
    desk.write("trace.toml", trace);
    let outcome = desk.simulate("small.toml missing.toml trace.toml");
    assert_eq!(outcome.code, Some(2));
    let said = outcome.stderr;
    assert_eq!(said.matches("error: ").count(), 5, "{said}");
    assert_eq!(said.matches(" = help: ").count(), 5, "{said}");
    let last = "5 problems in small.toml, missing.toml and trace.csv: nothing was simulated";
    assert_eq!(said.lines().last(), Some(last));
    assert!(!desk.path("output").exists());
}

#[test]
fn a_file_that_is_not_there() {
    let desk = Desk::new();
    for (path, help) in [
        (
            "scenarios/brust.toml",
            "did you mean `scenarios/burst.toml`?",
        ),
        ("burst", "did you mean `scenarios/burst.toml`?"),
        ("smal.toml", "did you mean `small.toml`?"),
        (
            "zzzzzzzz.toml",
            "name a scenario file, such as `scenarios/burst.toml`",
        ),
        (
            "nowhere/zzzzzzzz.toml",
            "name a scenario file, such as `scenarios/burst.toml`",
        ),
        ("small.toml/x", "name a scenario file"),
    ] {
        desk.simulate(path).fails(
            2,
            &[
                "error: there is no such file",
                path,
                help,
                "nothing was simulated",
            ],
        );
    }
}

#[test]
fn what_is_no_scenario_file() {
    let desk = Desk::new();
    desk.simulate("scenarios").fails(
        2,
        &[
            "this is a folder",
            "name a scenario in it, such as `scenarios/burst.toml`",
        ],
    );
    desk.simulate("scenarios/philly-week.csv").fails(
        2,
        &[
            "this is not TOML",
            "philly-week.csv:1:10",
            "a scenario is a TOML file",
        ],
    );
    for (name, content, format) in [
        (
            "x.toml",
            &b"horizon: 14d\ncluster:\n  gpu:\n    boot: 4m\n"[..],
            "YAML",
        ),
        ("x.yaml", b"# a cluster\n---\nhorizon: 14d\n", "YAML"),
        ("x.json", b"{\n  \"horizon\": \"14d\"\n}\n", "JSON"),
        ("x.toml", b"\xef\xbb\xbf[{\"horizon\": \"14d\"}]", "JSON"),
        (
            "x.xlsx",
            b"PK\x03\x04\x14\x00\xff",
            "an Excel workbook (XLSX) or another ZIP archive",
        ),
    ] {
        desk.write(name, content);
        let outcome = desk.simulate(name).fails(
            2,
            &[
                &format!("error: this is {format}, not TOML"),
                name,
                "help: a scenario is a TOML file, such as `scenarios/burst.toml`; data belongs into CSV files",
                "1 problem in",
            ],
        );
        assert_eq!(outcome.stderr.matches("error: ").count(), 1, "{outcome:?}");
    }
    // A colon in the place of one `=` is shown where it is.
    desk.write("slip.toml", SMALL.replacen("horizon =", "horizon:", 1));
    desk.simulate("slip.toml")
        .fails(2, &["this is not TOML: ", "slip.toml:1:"]);
    desk.write("latin.toml", b"description = \"caf\xe9\"");
    desk.simulate("latin.toml")
        .fails(2, &["not UTF-8", "save it as UTF-8"]);
    desk.write("empty.toml", "");
    desk.simulate("empty.toml")
        .fails(2, &["`workload`", "[workload.NAME]"]);
}

/// A desk whose small scenario takes its runs from `data.csv`.
fn with_trace() -> Desk {
    let desk = Desk::new();
    let text = SMALL
        .replace(
            "arrivals.poisson = { rate = \"2/h\" }",
            "arrivals.trace = { file = \"data.csv\", submitted = \"at\", duration = \"for\" }",
        )
        .replace("duration.exponential = { mean = \"10m\" }\n", "");
    desk.write("small.toml", text);
    desk
}

#[test]
fn a_malformed_data_file() {
    let desk = with_trace();
    for (data, said) in [
        (
            "at,for\n1,2\n2,x\n",
            &[
                "`x` is not a number",
                " --> data.csv:3:3\n  |\n3 | 2,x\n  |   ^ column `for`\n",
                "on_bad_row",
            ][..],
        ),
        (
            "at,for\n1\n",
            &["the row has 1 field, but the header has 2", "data.csv:2"],
        ),
        (
            "at,fro\n1,2\n",
            &["there is no column `for`", "did you mean `fro`?"],
        ),
        ("", &["the file is empty", "must name its columns"]),
        (
            "sep=;\nat;for\n1;2\n",
            &["the first line tells spreadsheets", "delete it"],
        ),
        ("at,for\n", &["there is a header but no row"]),
        (
            "at,for\n1,\"1,234\"\n",
            &[
                "`1,234` has a comma: write `1234` if it separates thousands, or `1.234` if it is decimal",
            ],
        ),
        (
            "at,for\n-1,2\n",
            &["`-1` is negative", "data.csv:2:1", "column `at`"],
        ),
    ] {
        desk.write("data.csv", data);
        desk.simulate("small.toml").fails(2, said);
    }
    desk.write("data.csv", "at,for\n7,1\n3,1\n5,1\n");
    desk.simulate("small.toml --set workload.training.arrivals.trace.origin=9")
        .fails(
            2,
            &[
                "all 3 rows are bad; the first: `7` is before `origin`, which is 9",
                "data.csv:2:1",
            ],
        );
    let rows = "x,1\n".repeat(1000);
    desk.write("data.csv", format!("at,for\n1,2\n{rows}"));
    let outcome = desk.simulate("small.toml");
    assert_eq!(outcome.code, Some(2));
    assert!(outcome.stderr.lines().count() < 140, "{}", outcome.stderr);
    // What is said of the whole file comes after its rows.
    let (rows, last) = outcome
        .stderr
        .split_once("error: 980 more rows are bad")
        .expect("the last");
    assert_eq!(rows.matches("error: `x` is neither").count(), 20);
    assert!(!last.contains("error: "), "{last}");
}

#[test]
fn a_data_file_that_cannot_be_read() {
    let desk = with_trace();
    desk.simulate("small.toml").fails(
        2,
        &[
            "there is no file `data.csv`",
            "small.toml:13:27",
            "relative to the folder of the scenario",
        ],
    );
    std::fs::create_dir(desk.path("data.csv")).expect("a folder");
    desk.simulate("small.toml")
        .fails(2, &["`data.csv` is a folder", "path of a CSV file"]);
    // Whoever asks, the first page of a process's memory cannot be read.
    let unreadable = "/proc/self/mem";
    if !std::path::Path::new(unreadable).exists() {
        return crate::desk::skip("a data file that gives errors: there is no /proc");
    }
    let flag = format!("small.toml --set workload.training.arrivals.trace.file={unreadable}");
    desk.simulate(&flag)
        .fails(2, &["it cannot be read", unreadable, "permissions"]);
}

#[test]
fn equal_names() {
    let desk = Desk::new();
    desk.write("other.toml", format!("name = \"small\"\n{SMALL}"));
    desk.simulate("small.toml other.toml").fails(
        2,
        &[
            "`small` is also the name of small.toml",
            "at: other.toml",
            "another `name`",
        ],
    );
    desk.simulate("small.toml small.toml")
        .fails(2, &["the file is named twice"]);
    assert!(!desk.path("output").exists());
}

#[test]
fn flags() {
    let desk = Desk::new();
    for (flags, said) in [
        (
            "--set cluster.gpu.bot=3m",
            &[
                "`cluster.gpu.bot`: unknown key",
                "at: --set",
                "did you mean `boot`",
            ][..],
        ),
        (
            "--set cluster.gpu.boot=3",
            &["a duration needs its unit", "at: --set cluster.gpu.boot=3"],
        ),
        ("--set cluster.gpu.boot=-3m", &["`-3m` is negative"]),
        (
            "--set max_nodes=4",
            &[
                "`max_nodes`: unknown key",
                "help: write the whole path of a key: `cluster.gpu.max_nodes`\n",
            ],
        ),
        (
            "--set boot=3m",
            &["write the whole path of a key: `cluster.gpu.boot`, `instance.box.boot`\n"],
        ),
        (
            "--set training.target=box",
            &["write the whole path of a key: `workload.training.target`\n"],
        ),
        ("--set hrizon=3d", &["did you mean `horizon`?"]),
        (
            "--set boot",
            &["there is no `=`", "write `--set KEY=VALUE`"],
        ),
        (
            "--variant cluter",
            &["there is no variant `cluter`", "did you mean `cluster`"],
        ),
        (
            "--replications 0",
            &["'0' for '--replications <N>'", "from 1 to 1000000"],
        ),
        (
            "--replications many",
            &["write a whole number from 1 to 1000000"],
        ),
        (
            "--seed=-1",
            &["write a whole number from 0 to 18446744073709551615"],
        ),
        ("--threads 0", &["write a whole number from 1 to 1024"]),
        (
            "--ouput x",
            &["unexpected argument '--ouput'", "'--output'"],
        ),
        ("--output", &["a value is required for '--output <DIR>'"]),
    ] {
        desk.simulate(&format!("small.toml {flags}")).fails(2, said);
    }
    desk.simulate_in("small.toml", &[("SIMULATE_THREADS", "two")])
        .fails(2, &["'two' for '--threads <N>'"]);
    assert!(!desk.path("output").exists());
}

#[test]
fn a_folder_of_something_else_is_left_alone_without_force() {
    let desk = Desk::new();
    desk.write("other.toml", SMALL);
    desk.simulate("small.toml --output out").succeeds();
    let before = desk.bytes("out");
    desk.simulate("other.toml --output out").fails(
        2,
        &[
            "the folder holds results of another scenario, `small`",
            "at: out",
            "`--output DIR`",
            "`--force`",
        ],
    );
    assert!(before == desk.bytes("out"));
    desk.simulate("other.toml --output out --force").succeeds();
    assert_eq!(desk.manifest("out")["scenario"], "other");
    assert_eq!(desk.names("out"), FILES);
}

#[test]
fn a_scenario_named_like_a_folder_that_is_there() {
    let desk = Desk::new();
    std::fs::create_dir_all(desk.path("output/small")).expect("a folder");
    desk.write("output/small/notes.txt", "mine");
    desk.simulate("small.toml").fails(
        2,
        &[
            "something other than results of a scenario",
            "at: output/small",
            "`--force`",
        ],
    );
    assert_eq!(desk.names("output/small"), ["notes.txt"]);
    desk.simulate("small.toml --force").succeeds();
    assert_eq!(desk.names("output/small").len(), FILES.len() + 1);
    assert_eq!(desk.bytes("output/small")["notes.txt"], b"mine");
    // Results with something beside them are still results.
    desk.simulate("small.toml").succeeds();
    assert_eq!(desk.bytes("output/small")["notes.txt"], b"mine");
    std::fs::create_dir_all(desk.path("empty")).expect("a folder");
    desk.simulate("small.toml --output empty").succeeds();
}

#[test]
fn a_file_in_the_place_of_the_folder() {
    let desk = Desk::new();
    for force in ["", "--force"] {
        let outcome = desk
            .simulate(&format!("small.toml --output scenarios/burst.toml {force}"))
            .fails(2, &["this is a file, not a folder", "`--output DIR`"]);
        assert!(!outcome.stderr.contains("--force"), "{}", outcome.stderr);
    }
}
