//! Input is never misread in silence: what was read of a log is said, and what cannot be read is called what it is.

use crate::desk::{Desk, SMALL};

/// A desk whose small scenario takes its runs from `data.csv`, with more keys in its table of the trace.
fn with_trace(keys: &str) -> Desk {
    let desk = Desk::new();
    let trace = format!(
        "arrivals.trace = {{ file = \"data.csv\", submitted = \"at\", duration = \"for\"{keys} }}"
    );
    let text = SMALL
        .replace("horizon = \"2d\"\n", "")
        .replace("arrivals.poisson = { rate = \"2/h\" }", &trace)
        .replace("duration.exponential = { mean = \"10m\" }\n", "");
    desk.write("small.toml", text);
    desk
}

/// Stderr and stdout of a dry run that succeeds.
#[track_caller]
fn told(desk: &Desk, flags: &str) -> (String, String) {
    let outcome = desk
        .simulate(&format!("small.toml --dry-run {flags}"))
        .succeeds();
    (outcome.stderr, outcome.stdout)
}

#[test]
fn what_was_read_is_told_and_kept() {
    let keys = ", nodes = \"n\", on_bad_row = \"skip\"";
    let desk = with_trace(keys);
    // Monday 2024-01-01 09:00:10 UTC; durations 60, 0 and 3600 s on 1, 1 and 2 nodes: 2 h and a minute of node time.
    let rows = "1704099610,60,1\n1704186010,0,1\n1704272410,3600,2\n1704272411,-5,1\n1704272411,-5,1\n0,60,1\n\
                1704531610,60,1\n";
    desk.write("data.csv", format!("at,for,n\n{rows}"));
    let (said, plan) = told(&desk, "--set horizon=3d");
    let block = "\
note: small.toml: what was read from data.csv for `workload.training`:
  rows        7, of which 3 are used
  left out    2: `for` is negative; 1: `at` is not like line 2; 1: at or after the horizon
  stamps      seconds since 1970 (by their size)
  first, last Mon 2024-01-01 09:00:10, Wed 2024-01-03 09:00:10 (2d)
  durations   median 1m, largest 1h (seconds); 1 of them 0
  sizes       1 node: 2, 2 nodes: 1
  node-hours  2.0
";
    assert!(said.contains(block), "{said}");
    // The stamps set the calendar: t = 0 is that date, not a Monday of 2024 at midnight.
    assert!(plan.contains("from 2024-01-01T09:00:10"), "{plan}");
    desk.simulate("small.toml --set horizon=3d").succeeds();
    let read = &desk.manifest("output/small")["what_was_read"][0];
    assert_eq!(read["read_for"], "workload.training");
    assert_eq!((&read["rows"], &read["used"]), (&7.into(), &3.into()));
    assert_eq!(read["left_out"][0]["rows"], 2);
    assert_eq!(read["stamps"]["first"], "Mon 2024-01-01 09:00:10");
    assert_eq!(read["durations"]["median_s"], 60.0);
    assert_eq!(read["sizes"]["2"], 1);
    let hours = read["node_hours"].as_f64().expect("a number");
    assert!((hours - 7260.0 / 3600.0).abs() < 1e-12, "{hours}");
    let quiet = desk.simulate("small.toml --dry-run --quiet --set horizon=3d");
    assert!(!quiet.stderr.contains("what was read"), "{}", quiet.stderr);
}

#[test]
fn other_logs_are_told_as_well() {
    let desk = Desk::new();
    let outcome = desk
        .simulate("scenarios/low-priority.toml --dry-run")
        .succeeds();
    let block = "\
note: scenarios/low-priority.toml: what was read from scenarios/p3-trace.csv for `eviction`:
  rows        344, of which 344 are used
  stamps      milliseconds
  first, last 0 s, 40920 s (11h22m)
  remark      events; most live nodes: 32; times at which nodes are lost: 79; share lost on average: 8.7 %
";
    assert!(outcome.stderr.contains(block), "{}", outcome.stderr);
}

#[test]
fn stamps_durations_and_origins_are_what_the_scenario_says() {
    for (keys, rows, first, node_hours) in [
        (
            ", unit = \"min\"",
            "1704099610000,90\n",
            "Mon 2024-01-01 09:00:10, Mon 2024-01-01 09:00:10 (0s)",
            "1.5",
        ),
        (
            ", unit = \"ms\"",
            "45292.375,7200000\n",
            "Mon 2024-01-01 09:00:00, Mon 2024-01-01 09:00:00 (0s)",
            "2.0",
        ),
        (
            ", unit = \"h\", origin = \"0\"",
            "5,0.5\n",
            "5 s, 5 s (0s)",
            "0.5",
        ),
        (
            ", stamps = \"excel\"",
            "45292,3600\n45293,3600\n",
            "Mon 2024-01-01 00:00:00, Tue 2024-01-02 00:00:00 (1d)",
            "2.0",
        ),
        (
            ", stamps = \"ms\"",
            "0,3600\n90000,3600\n",
            "0 s, 90 s (1m30s)",
            "2.0",
        ),
    ] {
        let desk = with_trace(keys);
        desk.write("data.csv", format!("at,for\n{rows}"));
        let (said, _) = told(&desk, "");
        assert!(said.contains(&format!("first, last {first}\n")), "{said}");
        assert!(
            said.contains(&format!("node-hours  {node_hours},")),
            "{said}"
        );
    }
    let desk = with_trace("");
    desk.write("data.csv", "at,for\n45292,60\n45293,60\n");
    let (said, _) = told(&desk, "");
    let remark =
        "  remark      if the stamps are whole days of a spreadsheet, write `stamps = \"excel\"`\n";
    assert!(said.contains(remark), "{said}");
}

#[test]
fn a_start_that_contradicts_a_trace_is_told() {
    let desk = with_trace("");
    desk.write(
        "data.csv",
        "at,for\n2024-01-02 09:00:00,60\n2024-01-03 09:00:00,60\n",
    );
    let (said, plan) = told(&desk, "--set start=2024-03-04T09:00");
    let warning = "warning: small.toml: workload `training`: its trace begins on Tue 2024-01-02 09:00:00, but `start` is Mon \
                   2024-03-04 09:00:00: its rows are moved there; leave `start` out to keep their dates, or say with `origin` \
                   what of the trace is `t = 0`\n";
    assert!(said.contains(warning), "{said}");
    assert!(plan.contains("from 2024-03-04T09:00:00"), "{plan}");
    // Nine weeks later to the minute, only a note.
    let (said, _) = told(&desk, "--set start=2024-03-05T09:00");
    assert!(
        said.contains("note: small.toml: workload `training`: its trace begins on"),
        "{said}"
    );
    assert!(!said.contains("warning"), "{said}");
    let (said, _) = told(&desk, "--set start=2024-01-02T09:00");
    assert!(!said.contains("its trace begins on"), "{said}");
}

#[test]
fn files_of_other_formats_are_called_what_they_are() {
    let desk = with_trace("");
    for (data, said) in [
        (
            &b"at|for\n1|2\n"[..],
            "the columns are separated by vertical bars (`|`), but must be separated by commas, semicolons or tabs",
        ),
        (b"[{\"at\": 1, \"for\": 2}]", "this is JSON, not CSV"),
        (
            b"{\"at\": 1, \"for\": 2}\n{\"at\": 2, \"for\": 2}\n",
            "this is JSON, not CSV",
        ),
        (
            b"PK\x03\x04\x14\x00\x06\x00",
            "this is an Excel workbook (XLSX) or another ZIP archive, not CSV",
        ),
        (b"\xff\xfea\x00t\x00", "this is UTF-16 text, not UTF-8"),
        (
            b"0,add,node1\n60000,add,node2\n",
            "the file has no header: `0` in its first line is a value, not the name of a column",
        ),
        (
            b"2024-01-01 09:00:00,60\n",
            "the file has no header: `2024-01-01 09:00:00` in its first line is a value, not the name of a column",
        ),
        (
            b"; Version: 2\n1 5094 -1 12072 16 -1 -1 -1 -1 -1 1 -1 -1 -1 0 -1 -1 -1\n",
            "this is a log in the Standard Workload Format (SWF), which cannot be read directly yet",
        ),
        (
            b"JobID|Submit|ElapsedRaw\n1|2024-01-01T09:00:00|60\n",
            "this is the output of Slurm's `sacct`, which cannot be read directly yet",
        ),
    ] {
        desk.write("data.csv", data);
        let first = format!("error: {said}\n");
        let outcome = desk
            .simulate("small.toml")
            .fails(2, &["at: data.csv", "= help: "]);
        assert!(outcome.stderr.starts_with(&first), "{}", outcome.stderr);
    }
}

#[test]
fn the_command_that_converts_a_workload_format_log_works() {
    let desk = with_trace(", gpus = \"cpus\", gpus_per_node = 8");
    let rest = "-1 -1 -1 -1 -1 1 -1 -1 -1 0 -1 -1 -1";
    let log = format!(
        "; Version: 2\n1 5094 -1 12072 16 {rest}\n2 5170 -1 -1 1 {rest}\n3 6742 -1 7200 1 {rest}\n"
    );
    desk.write("data.csv", &log);
    let refused = desk
        .simulate("small.toml")
        .fails(2, &["Standard Workload Format"]);
    let (_, command) = refused
        .stderr
        .split_once("convert it: `")
        .expect("a command");
    let (command, _) = command.split_once('`').expect("its end");
    desk.write("log.swf", log);
    let script = command
        .replace("FILE", "log.swf")
        .replace("jobs.csv", "data.csv");
    match desk.bash(&script) {
        Some(outcome) if outcome.code == Some(0) => {}
        _ => return crate::desk::skip("the conversion of a log: there is no bash or no awk"),
    }
    let flags = "--set workload.training.arrivals.trace.submitted=submit --set workload.training.arrivals.trace.duration=run";
    let (said, _) = told(&desk, flags);
    assert!(
        said.contains("rows        2, of which 2 are used"),
        "{said}"
    );
    // 12,072 s on two nodes of eight processors, and 2 h on one.
    assert!(
        said.contains("first, last 5094 s, 6742 s (27m28s)"),
        "{said}"
    );
    assert!(said.contains("node-hours  8.7\n"), "{said}");
}

#[test]
fn the_command_that_converts_json_works() {
    let row = |at: u32| format!("{{\"submitted\": {at}, \"duration\": 3600, \"name\": \"a, b\"}}");
    let (first, second) = (row(10), row(70));
    for json in [
        format!("[{first}, {second}]"),
        format!("{first}\n{second}\n"),
        format!("{{\n  \"jobs\": [{first},\n {second}]\n}}\n"),
    ] {
        let desk = with_trace("");
        desk.write("data.csv", &json);
        let refused = desk.simulate("small.toml").fails(2, &["this is JSON"]);
        let (_, command) = refused
            .stderr
            .split_once("that its objects have: `")
            .expect("a command");
        let (command, _) = command.split_once('`').expect("its end");
        desk.write("log.json", json);
        let script = command
            .replace("FILE", "log.json")
            .replace("jobs.csv", "data.csv");
        match desk.bash(&script) {
            Some(outcome) if outcome.code == Some(0) => {}
            _ => return crate::desk::skip("the conversion of JSON: there is no bash or no jq"),
        }
        let flags = "--set workload.training.arrivals.trace.submitted=submitted \
                     --set workload.training.arrivals.trace.duration=duration";
        let (said, _) = told(&desk, flags);
        assert!(
            said.contains("rows        2, of which 2 are used"),
            "{said}"
        );
        assert!(said.contains("node-hours  2.0,"), "{said}");
    }
}

#[test]
fn a_cell_that_is_no_number_gets_the_hint_it_needs() {
    let desk = with_trace("");
    for (row, said) in [
        (
            "1,\"3,06\"",
            "`3,06` has a comma: write a decimal number with a point, such as `3.06`",
        ),
        (
            "1,3,06",
            "a decimal comma or a comma in a text makes one field two: write `3.06`",
        ),
        (
            "1,1:30:00",
            "durations are plain numbers of seconds here, without colons",
        ),
        (
            "1,90s",
            "write the number alone, and its unit once with the key `unit`",
        ),
        (
            "2024-07-01 08:00:00 CEST,5",
            "ends with `CEST`, which names no single offset: write the offset from UTC instead, such as `+02:00`, or leave it out and give the scenario a \
             `time_zone`",
        ),
    ] {
        desk.write("data.csv", format!("at,for\n1,2\n{row}\n3,4\n"));
        desk.simulate("small.toml")
            .fails(2, &[said, " --> data.csv:3:"]);
    }
    // A long line is shown in part, and what is echoed is cut.
    desk.write("data.csv", format!("at,for\n1,2\n{},5\n", "x".repeat(290)));
    let outcome = desk
        .simulate("small.toml")
        .fails(2, &["xxx…` is neither seconds"]);
    assert!(
        outcome
            .stderr
            .lines()
            .all(|line| line.chars().count() < 200),
        "{}",
        outcome.stderr
    );
    desk.write("data.csv", "at,for\n1,2\n");
    desk.simulate(&format!(
        "small.toml --set cluster.gpu.boot={}",
        "x".repeat(5000)
    ))
    .fails(
        2,
        &["xxx…` is not a duration", "at: --set cluster.gpu.boot=xxx"],
    );
}

#[test]
fn all_bad_rows_are_one_message() {
    let desk = with_trace("");
    desk.write("data.csv", format!("at,for\n{}", "1,x\n".repeat(455)));
    let outcome = desk.simulate("small.toml").fails(
        2,
        &["error: all 455 rows are bad; the first: `x` is not a number\n --> data.csv:2:3\n"],
    );
    assert!(
        outcome
            .stderr
            .ends_with("1 problem in data.csv: nothing was simulated\n")
    );
}

#[test]
fn numbers_with_points_and_commas_between_digits() {
    let desk = Desk::new();
    for (from, to, code, said) in [
        (
            "\"4m\"",
            "\"1.800s\"",
            0,
            "warning: small.toml: `cluster.gpu.boot`: `1.800s` is read as `1.8s`: write `1800s` if the point separates \
             thousands, or `1.8s` if not\n",
        ),
        (
            "\"2/h\"",
            "\"1.200/h\"",
            0,
            "warning: small.toml: `workload.training.arrivals.poisson.rate`: `1.200/h` is read as `1.2/h`: write `1200/h` if \
             the point separates thousands, or `1.2/h` if not\n",
        ),
        (
            "\"4m\"",
            "\"1,800s\"",
            2,
            "write `1800s` if it separates thousands, or a point if it is decimal",
        ),
        (
            "3.06\n\n[i",
            "3,06\n\n[i",
            2,
            "write a decimal number with a point: `3.06`; nothing separates thousands",
        ),
        (
            "3.06\n\n[i",
            "\"3,06\"\n\n[i",
            2,
            "a number has a point before its decimals, such as `3.06`, and no commas; write US dollars",
        ),
        (
            "\"2/h\"",
            "\"1,200/h\"",
            2,
            "a number has a point before its decimals, such as `3.06`, and no commas; write a rate",
        ),
    ] {
        desk.write_small(from, to);
        let outcome = desk.simulate("small.toml --dry-run");
        assert_eq!(outcome.code, Some(code), "{}", outcome.stderr);
        assert!(outcome.stderr.contains(said), "{said}\n{}", outcome.stderr);
    }
    desk.write("small.toml", SMALL);
    let outcome = desk
        .simulate("small.toml --dry-run --set cluster.gpu.boot=1.500m")
        .succeeds();
    assert!(
        outcome.stderr.contains("`1.500m` is read as `1.5m`"),
        "{}",
        outcome.stderr
    );
    // Decimals that cannot be thousands are not remarked on.
    let outcome = desk
        .simulate("small.toml --dry-run --set cluster.gpu.boot=0.125h")
        .succeeds();
    assert_eq!(outcome.stderr, "");
}

#[test]
fn zones_that_are_none_get_a_name_that_is_one() {
    let desk = Desk::new();
    for (zone, help) in [
        (
            "CEST",
            "an abbreviation does not say when clocks change, use an IANA name such as `Europe/Berlin`",
        ),
        (
            "CET+1",
            "an abbreviation does not say when clocks change, use an IANA name such as `Europe/Berlin`",
        ),
        ("PDT", "use an IANA name such as `America/Los_Angeles`"),
        ("UTC+2", "or `Etc/GMT-2`, which is UTC+2 all year"),
        ("-05:00", "or `Etc/GMT+5`, which is UTC-5 all year"),
        ("Berlin", "the nearest are `Europe/Berlin`"),
    ] {
        desk.write_small(
            "replications = 3",
            &format!("replications = 3\ntime_zone = \"{zone}\""),
        );
        let message = format!("`time_zone`: there is no time zone `{zone}`");
        desk.simulate("small.toml").fails(2, &[&message, help]);
    }
}

#[test]
fn a_value_of_a_sweep_is_no_variant() {
    let desk = Desk::new();
    let sweep = "\n[sweep]\ncluster.gpu.min_nodes = [0, 1]\ncluster.gpu.max_nodes = [4, 8]\n";
    let base = SMALL.split("[variant.cluster]").next().expect("a base");
    desk.write(
        "sweep.toml",
        format!("{base}{sweep}").replace("[instance.box]\nprice_per_hour = 3.06\n", ""),
    );
    desk.simulate("sweep.toml --variant min_nodes=1").fails(
        2,
        &[
            "there is no variant `min_nodes=1`",
            "help: `--set cluster.gpu.min_nodes=1` gives the swept key this one value; or name whole points of the sweep, in \
             quotes: `min_nodes=1 max_nodes=4`, `min_nodes=1 max_nodes=8`\n",
        ],
    );
    desk.simulate("small.toml --variant min_nodes=1").fails(
        2,
        &["`--variant` takes the name of a variant; `--set TABLE.NAME.min_nodes=1` gives a key a value"],
    );
}

#[test]
fn keys_of_other_tools_and_of_other_tables() {
    let desk = Desk::new();
    for (from, to, said) in [
        ("boot =", "initial = 2\nboot =", "did you mean `min_nodes`?"),
        ("boot =", "min = 2\nboot =", "did you mean `min_nodes`?"),
        ("boot =", "max = 2\nboot =", "did you mean `max_nodes`?"),
        (
            "boot =",
            "idle_timeout = \"5m\"\nboot =",
            "did you mean `idle_before_scale_down`?",
        ),
        (
            "boot =",
            "gpus = 4\nboot =",
            "`gpus` is a key of `[workload.NAME]`",
        ),
        (
            "boot =",
            "slots = 4\nboot =",
            "`slots` is a key of `[instance.NAME]`",
        ),
    ] {
        desk.write_small(from, to);
        desk.simulate("small.toml").fails(2, &["unknown key", said]);
    }
    // A key of the top level below a table is one problem, not also a missing key.
    let below = SMALL
        .replace("horizon = \"2d\"\n", "")
        .replace("duration.exp", "horizon = \"2d\"\nduration.exp");
    desk.write("small.toml", below);
    desk.simulate("small.toml").fails(
        2,
        &[
            "`workload.training.horizon`: unknown key",
            "`horizon` belongs to the top level: write it above the first line in brackets",
        ],
    );
    desk.write("small.toml", SMALL);
    let said = "`horizon` belongs to the top level: write it without a table and a dot before it";
    let flag = "small.toml --set cluster.gpu.horizon=3d";
    desk.simulate_in(flag, &[("COLUMNS", "900")])
        .fails(2, &[said]);
}

#[test]
fn a_variant_or_a_flag_changes_one_key_of_a_trace() {
    let desk = with_trace("");
    desk.write("data.csv", "at,for,n\n1,60,1\n");
    desk.write("more.csv", "at,for,n\n1,60,1\n2,60,2\n");
    let text = std::fs::read_to_string(desk.path("small.toml")).expect("a scenario");
    let variant = "[variant.cluster]\nworkload.training.arrivals.trace.file = \"more.csv\"\n";
    desk.write("small.toml", text.replace("[variant.cluster]\n", variant));
    let (said, _) = told(&desk, "");
    assert!(
        said.contains(
            "from more.csv for `workload.training` (variant `cluster`):\n  rows        2,"
        ),
        "{said}"
    );
    assert!(
        said.contains(
            "from data.csv for `workload.training` (variant `always-on`):\n  rows        1,"
        ),
        "{said}"
    );
    let (said, _) = told(
        &desk,
        "--set workload.training.arrivals.trace.nodes=n --variant cluster",
    );
    assert!(
        said.contains("sizes       1 node: 1, 2 nodes: 1\n"),
        "{said}"
    );
    // One that is whole takes the place of the base's, unit and all.
    let whole = "[variant.cluster]\nworkload.training.arrivals.trace = { file = \"more.csv\", submitted = \"at\", duration = \"n\" }\n";
    desk.write(
        "small.toml",
        text.replace("[variant.cluster]\n", whole)
            .replace("duration = \"for\"", "duration = \"for\", unit = \"h\""),
    );
    let (said, _) = told(&desk, "--variant cluster");
    assert!(
        said.contains("durations   median 1.5s, largest 2s (seconds)"),
        "{said}"
    );
}

#[test]
fn fixed_times_that_a_clock_change_moves_are_noted() {
    let desk = Desk::new();
    let zone = "start = \"2024-03-01T00:00\"\ntime_zone = \"Europe/Berlin\"\n";
    let text = SMALL.replace("horizon = \"2d\"\n", &format!("horizon = \"60d\"\n{zone}"));
    let batch = "arrivals.batch = { runs = 5, at = [\"8h\", \"40d8h\"] }";
    desk.write(
        "batch.toml",
        text.replace("arrivals.poisson = { rate = \"2/h\" }", batch),
    );
    let outcome = desk.simulate("batch.toml --dry-run").succeeds();
    let note = "note: batch.toml: workload `training`: what comes 40d8h after the start comes on Wed 2024-04-10 09:00:00, not at \
                08:00:00: the clocks have changed, and times since the start are elapsed time\n";
    assert!(outcome.stderr.contains(note), "{}", outcome.stderr);
    // Before the change, and in a zone without one, there is nothing to say.
    for flags in [
        "--set time_zone=UTC",
        "--set workload.training.arrivals.batch.at=8h",
    ] {
        let outcome = desk
            .simulate(&format!("batch.toml --dry-run {flags}"))
            .succeeds();
        assert!(!outcome.stderr.contains("clocks"), "{}", outcome.stderr);
    }
    let daily = "arrivals.deterministic = { interval = \"1d\", first = \"8h\" }";
    desk.write(
        "batch.toml",
        text.replace("arrivals.poisson = { rate = \"2/h\" }", daily),
    );
    let outcome = desk.simulate("batch.toml --dry-run").succeeds();
    // 2024-03-31 is the first Sunday with summer time from 03:00 on, 30 days after the start.
    assert!(
        outcome
            .stderr
            .contains("what comes 30d8h after the start comes on Sun 2024-03-31 09:00:00"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn flags_that_are_no_toml_or_come_twice() {
    let desk = Desk::new();
    let mut command = desk.prepare("small.toml --set");
    command.arg("cluster.gpu.boot={uniform={min=3m}}");
    let outcome: crate::desk::Outcome = command.output().expect("the binary").into();
    outcome.fails(
        2,
        &[
            "the value is not TOML",
            "write the whole flag in single quotes",
        ],
    );
    desk.simulate("small.toml --set cluster.gpu.boot=1_000s")
        .fails(2, &["`1_000s` is not a duration"]);
    let outcome = desk
        .simulate(
            "small.toml --dry-run --set cluster.gpu.max_nodes=3 --set cluster.gpu.max_nodes=5",
        )
        .succeeds();
    let warning =
        "warning: small.toml: `--set` gives `cluster.gpu.max_nodes` twice: the last counts\n";
    assert_eq!(outcome.stderr, warning);
    assert!(
        outcome.stdout.contains("it has 5 at most"),
        "{}",
        outcome.stdout
    );
}

#[test]
fn a_scenario_may_begin_with_byte_order_marks() {
    let desk = Desk::new();
    desk.write(
        "small.toml",
        format!("\u{feff}\u{feff}{}", SMALL.replace("boot =", "bot =")),
    );
    desk.simulate("small.toml")
        .fails(2, &["--> small.toml:5:1", "did you mean `boot`?"]);
    desk.write("small.toml", format!("\u{feff}\u{feff}{SMALL}"));
    desk.simulate("small.toml --dry-run").succeeds();
}

#[test]
fn prices_are_not_lost_by_the_way_they_are_written() {
    let desk = Desk::new();
    desk.write_small(
        "price_per_hour = 3.06\n\n[i",
        "vm_size = \"Standard_NC4as_T4_v3\"\napproved = true\nregion = \"eastus\"\n\n[i",
    );
    let text = std::fs::read_to_string(desk.path("small.toml")).expect("a scenario");
    desk.write("small.toml", format!("price_book = \"book.csv\"\n{text}"));
    // A region as people read it is the region.
    desk.write(
        "book.csv",
        "size,region,pay_as_you_go_per_hour\nStandard_NC4as_T4_v3,East US,1.25\n",
    );
    let outcome = desk.simulate("small.toml --dry-run").succeeds();
    assert!(
        outcome.stdout.contains("; 1.25 USD/h"),
        "{}",
        outcome.stdout
    );
    // A slip of the pen makes a new region, of which nobody buys.
    desk.write("book.csv", "size,region,pay_as_you_go_per_hour\nStandard_NC4as_T4_v3,eastsu,1.25\nStandard_NC4as_T4_v3,eastus9,1\n");
    let outcome = desk.simulate("small.toml --dry-run").succeeds();
    let warning = "book.csv: the price book has no region `eastsu`, perhaps meant as `eastus`: only targets in `eastsu` use such \
                   prices\n";
    assert!(outcome.stderr.contains(warning), "{}", outcome.stderr);
    // Less than a millionth of a dollar is not free.
    desk.write(
        "book.csv",
        "size,region,pay_as_you_go_per_hour\nStandard_NC4as_T4_v3,eastus,0.0000001\n",
    );
    desk.simulate("small.toml")
        .fails(2, &["`0.0000001` is not a price"]);
    desk.write("small.toml", SMALL);
    desk.simulate("small.toml --set cluster.gpu.price_per_hour=0.0000001")
        .fails(2, &["to a millionth; 0 is allowed"]);
}

#[test]
fn stamps_that_may_be_dates_and_a_long_time_before_the_first_are_warned_of() {
    for (rows, more, said) in [
        (
            "20240610,60\n20240611,60\n",
            "",
            "if they are dates, write them as `2024-06-10 00:00:00`",
        ),
        (
            "45453,60\n45460,60\n",
            "",
            "if they are whole days of a spreadsheet, write `stamps = \"excel\"`",
        ),
        (
            "1718010000,60\n1718010060,60\n",
            ", origin = \"0\"",
            "its first row comes 19884d9h after the start, and that time is simulated too: write `origin = \"first\"`",
        ),
        (
            "1718010000,60\n1718010060,60\n",
            ", stamps = \"epoch_ms\"",
            "its stamps are read as milliseconds since 1970, as `stamps` says, but by their size they are seconds since 1970",
        ),
    ] {
        let desk = with_trace(more);
        desk.write("data.csv", format!("at,for\n{rows}"));
        let outcome = desk.simulate("small.toml --dry-run -q");
        assert_eq!(outcome.code, Some(0), "{}", outcome.stderr);
        assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    }
}

#[test]
fn logs_of_spreadsheets_give_the_results_of_plain_ones() {
    let simulated = |keys: &str, data: &str| {
        let desk = with_trace(keys);
        desk.write("data.csv", data);
        desk.simulate("small.toml").succeeds();
        desk.rows("output/small/summary.csv")
    };
    let plain = simulated("", "at,for\n0,90.5\n60.25,1500\n");
    assert_ne!(plain, simulated("", "at,for\n0,90.5\n60.25,1.5\n"));
    let european = "\u{feff}at;for\r\n0;90,5\r\n60,25;1500\r\n";
    assert_eq!(simulated("", european), plain);
    let tabs = "at\tfor\r\n0\t90,5\r\n60,25\t1500\r\n";
    assert_eq!(simulated(", decimal = \",\"", tabs), plain);
    let desk = with_trace("");
    desk.write("data.csv", "at;for\n0;90,5\n60,25;1,500\n");
    desk.simulate("small.toml").fails(
        2,
        &["`1,500` may be 1.500 or 1500: write `decimal = \",\"` beside the column"],
    );
}
