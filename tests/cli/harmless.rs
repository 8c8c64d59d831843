//! Texts of others, in every place where the program repeats them: none is obeyed by a terminal, none is a formula in a
//! spreadsheet, and very many mistakes are answered soon.

use std::fs;
use std::path::Path;
use std::time::Duration;

use autoscale_simulator::printable::{is_formula, is_hidden};

use crate::desk::{Desk, Outcome, SMALL, skip};

/// Sets a title, clears the screen by a control of one character, and turns the direction of text.
const HARM: &str = "\u{1b}]0;owned\u{7}\u{9b}2J\u{202e}";
/// The same as a text of TOML.
const ESCAPED: &str = r"\u001b]0;owned\u0007\u009b2J\u202e";

/// What both streams show, none of it hidden but line ends, and something of what was repeated among it.
#[track_caller]
fn assert_harmless(outcome: &Outcome, what: &str) {
    let all = format!("{}{}", outcome.stdout, outcome.stderr);
    let hidden = all
        .chars()
        .find(|letter| *letter != '\n' && is_hidden(*letter));
    assert_eq!(hidden, None, "{what}\n{all:?}");
    // The parser of flags leaves whole sequences out of what it repeats.
    let repeated = all.contains("owned") || all.contains("2J");
    assert!(repeated, "{what} is not repeated:\n{all}");
}

#[test]
fn no_text_of_a_scenario_is_obeyed_by_the_terminal() {
    let cases = [
        ("horizon = \"2d\"", format!("horizon = \"{ESCAPED}\"")),
        ("horizon = \"2d\"", format!("horizon = \"{HARM}\"")),
        ("horizon = \"2d\"", format!("horizon = 2d # {HARM}")),
        (
            "horizon = \"2d\"",
            format!("horizon = \"2d\"\n\"{ESCAPED}\" = 1"),
        ),
        (
            "horizon = \"2d\"",
            format!("horizon = \"2d\"\nname = \"{ESCAPED}\""),
        ),
        (
            "horizon = \"2d\"",
            format!("horizon = \"2d\"\nregion = \"{ESCAPED}\""),
        ),
        (
            "horizon = \"2d\"",
            format!("horizon = \"2d\"\nbaseline = \"{ESCAPED}\""),
        ),
        (
            "horizon = \"2d\"",
            format!("horizon = \"2d\"\ntime_zone = \"{ESCAPED}\""),
        ),
        (
            "horizon = \"2d\"",
            format!("horizon = \"2d\"\nprice_book = \"{ESCAPED}.csv\""),
        ),
        (
            "[instance.box]",
            format!("[instance.\"{ESCAPED}\"]\nprice_per_hour = 1\n[instance.box]"),
        ),
        ("[variant.cluster]", format!("[variant.\"{ESCAPED}\"]")),
        ("target = \"gpu\"", format!("target = \"{ESCAPED}\"")),
        ("rate = \"2/h\"", format!("rate = \"{ESCAPED}\"")),
        (
            "boot = \"4m\"",
            format!("boot = \"4m\"\nvm_size = \"{ESCAPED}\""),
        ),
        (
            "boot = \"4m\"",
            format!("boot = \"4m\"\ntier = \"{ESCAPED}\""),
        ),
        (
            "[variant.cluster]",
            format!("[sweep]\n\"cluster.{ESCAPED}.max_nodes\" = [1]\n[variant.cluster]"),
        ),
        (
            "duration.exponential = { mean = \"10m\" }",
            format!("duration.empirical = {{ file = \"{ESCAPED}\", column = \"a\" }}"),
        ),
    ];
    for (from, to) in cases {
        let desk = Desk::new();
        desk.write_small(from, &to);
        let outcome = desk.simulate("small.toml --dry-run");
        assert_eq!(outcome.code, Some(2), "{to}\n{}", outcome.stderr);
        assert_harmless(&outcome, &to);
    }
}

#[test]
fn no_text_of_a_description_is_obeyed_and_its_lines_stay() {
    let desk = Desk::new();
    let described = format!("horizon = \"2d\"\ndescription = \"one\\ntwo {ESCAPED}\"");
    desk.write_small("horizon = \"2d\"", &described);
    let outcome = desk.simulate("small.toml --dry-run").succeeds();
    assert_harmless(&outcome, "a description");
    assert!(
        outcome
            .stdout
            .contains("one\ntwo \u{241b}]0;owned\u{2407}\u{fffd}2J\u{fffd}\n"),
        "{}",
        outcome.stdout
    );
}

#[test]
fn no_text_of_a_data_file_is_obeyed_by_the_terminal() {
    let trace = "arrivals.trace = { file = \"week.csv\", submitted = \"t\", duration = \"d\" }";
    let small = SMALL
        .replace("arrivals.poisson = { rate = \"2/h\" }", trace)
        .replace("duration.exponential = { mean = \"10m\" }\n", "");
    for table in [
        format!("t,d\n{HARM},1\n"),
        format!("t,d\n0,{HARM}\n"),
        format!("t,{HARM}\n0,1\n"),
        format!("t,d,{HARM}\n0\n"),
        format!("t,d\n0,\"{HARM}\n"),
    ] {
        let desk = Desk::new();
        desk.write("small.toml", &small);
        desk.write("week.csv", &table);
        let outcome = desk.simulate("small.toml");
        assert_eq!(outcome.code, Some(2), "{table}\n{}", outcome.stderr);
        let all = outcome.stderr.clone();
        let hidden = all
            .chars()
            .find(|letter| *letter != '\n' && is_hidden(*letter));
        assert_eq!(hidden, None, "{table:?}\n{all:?}");
    }
}

#[test]
fn no_flag_and_no_variable_is_obeyed_by_the_terminal() {
    let desk = Desk::new();
    for flags in [
        vec![format!("--{HARM}")],
        vec![format!("--threads={HARM}")],
        vec![format!("--focus={HARM}")],
        vec![format!("{HARM}.toml")],
        vec!["small.toml".to_owned(), format!("--set={HARM}")],
        vec![
            "small.toml".to_owned(),
            format!("--set=cluster.gpu.max_nodes={HARM}"),
        ],
        vec!["small.toml".to_owned(), format!("--variant={HARM}")],
        vec![
            "small.toml".to_owned(),
            format!("--output=small.toml/{HARM}"),
        ],
        vec![
            "small.toml".to_owned(),
            format!("--output={HARM}\nwarning: all is well"),
        ],
        vec!["catalog".to_owned(), HARM.to_owned()],
        vec!["catalog".to_owned(), format!("--region={HARM}")],
        vec!["catalog".to_owned(), format!("--{HARM}")],
    ] {
        let output = desk.prepare("").args(&flags).output().expect("the binary");
        let outcome = Outcome::from(output);
        assert_harmless(&outcome, &format!("{flags:?}"));
        assert_eq!(
            outcome.stderr.matches("\nwarning:").count(),
            0,
            "{}",
            outcome.stderr
        );
    }
    let outcome = desk.simulate_in("small.toml", &[("SIMULATE_THREADS", HARM)]);
    assert_harmless(&outcome, "SIMULATE_THREADS");
}

#[test]
fn no_name_of_a_file_is_obeyed_by_the_terminal() {
    let desk = Desk::new();
    let file = format!("a-scenario-of-my-own-{HARM}.toml");
    fs::write(desk.path(&file), "horizn = 1").expect("a file");
    // The second is not there, and the first is what may be meant.
    for name in [file.as_str(), "a-scenario-of-my-own.toml"] {
        let output = desk.prepare("").arg(name).output().expect("the binary");
        assert_harmless(&Outcome::from(output), name);
    }
}

/// A desk with a price book and sizes of one's own, in which every text would harm.
fn with_own_files() -> Desk {
    let desk = Desk::new();
    desk.write(
        "sizes.csv",
        format!("size,series,family,category,vcpus,memory_gib,gpus\n=size,=series{HARM},=family,=category,4,16,0\n"),
    );
    desk.write(
        "prices.csv",
        format!("size,region,pay_as_you_go_per_hour,source,as_of\n=size,eastus,2.5,\"=HYPERLINK(\"\"http://x\"\") {HARM}\",@2024\n"),
    );
    let own = "catalog = \"sizes.csv\"\nprice_book = \"prices.csv\"\nregion = \"eastus\"\nhorizon = \"2d\"";
    let small = SMALL.replace("horizon = \"2d\"", own).replacen(
        "price_per_hour = 3.06",
        "vm_size = \"=size\"",
        1,
    );
    desk.write("small.toml", small);
    desk
}

#[test]
fn no_cell_is_a_formula_and_none_hides_anything() {
    let desk = with_own_files();
    let outcome = desk
        .simulate("small.toml --focus --runs --set baseline=always-on")
        .succeeds();
    let all = format!("{}{}", outcome.stdout, outcome.stderr);
    assert!(!all.contains(|c| c != '\n' && is_hidden(c)), "{all:?}");
    let (mut cells, mut sources) = (0, 0);
    for name in desk
        .names("output/small")
        .iter()
        .filter(|name| Path::new(name).extension().is_some_and(|end| end == "csv"))
    {
        let mut reader = csv::Reader::from_path(desk.path("output/small").join(name)).expect(name);
        for record in reader.records() {
            for cell in &record.expect("a row") {
                assert!(
                    !is_formula(cell) || cell.parse::<f64>().is_ok(),
                    "{name}: {cell}"
                );
                assert!(!cell.contains(is_hidden), "{name}: {cell:?}");
                cells += 1;
                sources += u32::from(cell.starts_with("'=HYPERLINK"));
            }
        }
    }
    assert!(cells > 1000 && sources > 0, "{cells} {sources}");
    // Of the bill, the size is such a name too.
    let bill = desk.rows("output/small/bill.csv");
    assert!(bill.iter().any(|row| row["size"] == "'=size"), "{bill:?}");
    // Negative numbers are numbers.
    let comparison = desk.rows("output/small/comparison.csv");
    assert!(
        comparison
            .iter()
            .any(|row| row.values().any(|cell| cell.starts_with('-')))
    );
}

#[test]
fn the_manifest_and_the_list_of_sizes_keep_their_texts_as_escapes() {
    let desk = with_own_files();
    desk.simulate("small.toml").succeeds();
    let text = fs::read_to_string(desk.path("output/small/manifest.json")).expect("a manifest");
    assert!(!text.contains(|c| c != '\n' && is_hidden(c)), "{text:?}");
    let source = desk.manifest("output/small")["prices"][0]["source"].to_string();
    let known: serde_json::Value = serde_json::from_str(&source).expect("JSON");
    assert!(known.as_str().expect("a text").contains(HARM), "{source}");
    for format in ["table", "csv", "json"] {
        let flags = format!(
            "catalog --catalog sizes.csv --price-book prices.csv --replace --format {format}"
        );
        let outcome = desk.simulate(&flags).succeeds();
        assert_harmless(&outcome, format);
        if format == "json" {
            let listed: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("JSON");
            assert_eq!(listed["sizes"][0]["series"], format!("=series{HARM}"));
        }
        if format == "csv" {
            assert!(
                outcome.stdout.contains("'=size,'=series"),
                "{}",
                outcome.stdout
            );
        }
    }
}

#[test]
fn no_chart_hides_anything() {
    let desk = Desk::new();
    desk.simulate("small.toml").succeeds();
    for name in desk
        .names("output/small")
        .iter()
        .filter(|name| Path::new(name).extension().is_some_and(|end| end == "svg"))
    {
        let text = fs::read_to_string(desk.path("output/small").join(name)).expect(name);
        assert!(!text.contains(|c| c != '\n' && is_hidden(c)), "{name}");
    }
}

#[test]
fn a_scenario_that_is_called_like_a_formula_is_refused() {
    let desk = Desk::new();
    for name in ["=1+1", "-x", "+x", "@x", " =x"] {
        desk.write_small(
            "horizon = \"2d\"",
            &format!("horizon = \"2d\"\nname = \"{name}\""),
        );
        let said = [
            &format!("`{name}` cannot name a folder"),
            "begins with none of",
        ];
        desk.simulate("small.toml").fails(2, &said);
        // A file that gives no name is called by its own.
        desk.write("small.toml", SMALL);
        desk.write(&format!("{name}.toml"), SMALL);
        let output = desk
            .prepare("")
            .arg(format!("./{name}.toml"))
            .output()
            .expect("the binary");
        Outcome::from(output).fails(2, &["cannot name a folder", "write a `name`"]);
    }
}

#[test]
fn a_region_is_a_name() {
    for region in ["=1+1", "-eastus", "a,b", "east/us", "", "x\\ny"] {
        let desk = Desk::new();
        desk.write_small(
            "horizon = \"2d\"",
            &format!("horizon = \"2d\"\nregion = \"{region}\""),
        );
        desk.simulate("small.toml")
            .fails(2, &["is no name of a region", "such as `eastus`"]);
        desk.write_small(
            "boot = \"4m\"",
            &format!("boot = \"4m\"\nregion = \"{region}\""),
        );
        desk.simulate("small.toml")
            .fails(2, &["is no name of a region", "such as `eastus`"]);
    }
    let desk = Desk::new();
    desk.write(
        "prices.csv",
        "size,region,pay_as_you_go_per_hour\nStandard_D2_v3,=1+1,1\n",
    );
    desk.simulate("catalog --price-book prices.csv").fails(
        2,
        &[
            "prices.csv:2:16",
            "column `region`",
            "`=1+1` is no name of a region",
        ],
    );
    // One that is not in the price book may be named where prices are given.
    desk.write_small(
        "horizon = \"2d\"",
        "horizon = \"2d\"\nregion = \"moon-base 1\"",
    );
    desk.simulate("small.toml").succeeds();
}

/// Scenarios of 30,000 mistakes, each of a kind of its own.
fn very_wrong() -> Vec<(&'static str, String)> {
    let many = |one: &dyn Fn(u32) -> String| (0..30_000).map(one).collect::<String>();
    let schedule = many(&|i| format!("\"xyz {i}\", "));
    vec![
        ("unknown keys", many(&|i| format!("key{i} = {i}\n")) + SMALL),
        (
            "unknown keys of a table",
            SMALL.to_owned() + &many(&|i| format!("max_nodse{i} = 1\n")),
        ),
        ("no TOML", many(&|i| format!("key{i} = = {i}\n"))),
        ("one key again and again", "a = 1\n".repeat(30_000)),
        ("one line", format!("x = [{}]", "= 3, ".repeat(30_000))),
        (
            "names of tables",
            SMALL.to_owned() + &many(&|i| format!("[cluster.\"c {i}\"]\nprice_per_hour = 1\n")),
        ),
        (
            "tables",
            SMALL.to_owned() + &many(&|i| format!("[cluster.c{i}]\nmax_nodse = 1\n")),
        ),
        (
            "environments",
            SMALL.to_owned() + &many(&|i| format!("[environment.e{i}]\nimage_pul = 1\n")),
        ),
        (
            "variants",
            SMALL.to_owned() + &many(&|i| format!("[variant.v{i}]\ncluster.gpu.max_nodse = 1\n")),
        ),
        (
            "swept keys",
            SMALL.to_owned() + "[sweep]\n" + &many(&|i| format!("\"cluster.gpu.bad{i}\" = [1]\n")),
        ),
        (
            "windows",
            SMALL.to_owned()
                + &format!("[instance.c]\nprice_per_hour = 1\nschedule = [{schedule}]\n"),
        ),
        (
            "a long key",
            SMALL.to_owned() + &"k".repeat(1_000_000) + " = 1\n",
        ),
        (
            "a long name",
            SMALL.replace(
                "target = \"gpu\"",
                &format!("target = \"{}\"", "g".repeat(1_000_000)),
            ),
        ),
    ]
}

/// The command with a limit on its time on a processor, whatever else the machine does: a second where all is optimized,
/// and more here. What is quadratic takes a minute.
fn soon(desk: &Desk, arguments: &str) -> Option<Outcome> {
    desk.bash(&format!("ulimit -t 5; exec \"$SIMULATE\" {arguments}"))
}

#[test]
fn slow_very_many_mistakes_are_answered_soon() {
    for (what, text) in very_wrong() {
        let desk = Desk::new();
        desk.write("small.toml", text);
        let Some(outcome) = soon(&desk, "small.toml") else {
            return skip("very many mistakes: there is no bash");
        };
        assert_eq!(outcome.code, Some(2), "{what}: {}", outcome.stderr);
        let last = "small.toml: nothing was simulated\n";
        assert!(outcome.stderr.ends_with(last), "{what}");
    }
}

#[test]
fn very_many_bad_rows_are_answered_soon() {
    let trace = "arrivals.trace = { file = \"week.csv\", submitted = \"t\", duration = \"d\" }";
    let small = SMALL
        .replace("arrivals.poisson = { rate = \"2/h\" }", trace)
        .replace("duration.exponential = { mean = \"10m\" }\n", "");
    let rows = (0..30_000)
        .map(|i| format!("x{i},y\n"))
        .collect::<Vec<_>>()
        .concat();
    let columns = (0..30_000)
        .map(|i| format!("c{i},"))
        .collect::<Vec<_>>()
        .concat();
    let book = "catalog --price-book book.csv";
    for (name, table, arguments) in [
        ("week.csv", format!("t,d\n{rows}"), "small.toml"),
        ("week.csv", format!("{columns}\n1,2\n"), "small.toml"),
        ("book.csv", format!("size,region\n{rows}"), book),
        ("book.csv", format!("{columns}\n1,2\n"), book),
    ] {
        let desk = Desk::new();
        desk.write("small.toml", &small);
        desk.write(name, table);
        let Some(outcome) = soon(&desk, arguments) else {
            return skip("very many bad rows: there is no bash");
        };
        assert_eq!(outcome.code, Some(2), "{arguments}: {}", outcome.stderr);
    }
}

#[test]
fn threads_that_the_system_does_not_allow_are_not_missed() {
    let desk = Desk::new();
    desk.simulate("small.toml --output all").succeeds();
    // A limit on processes does not bind the superuser, who becomes somebody else.
    let script = "chmod 777 . && if [ \"$(id -u)\" = 0 ]; then \
        exec setpriv --reuid=54321 --regid=54321 --clear-groups \
        bash -c 'ulimit -u 1; exec \"$SIMULATE\" small.toml --threads 4 --output few'; \
        else ulimit -u 1; exec \"$SIMULATE\" small.toml --threads 4 --output few; fi";
    let outcome = desk.bash(script);
    let Some(outcome) = outcome.filter(|outcome| !outcome.stderr.contains("setpriv")) else {
        return skip("threads that cannot start: there is no bash, or nobody to become");
    };
    if outcome.code == Some(126) || outcome.stderr.contains("Permission denied") {
        return skip("threads that cannot start: the binary is not for everybody");
    }
    let outcome = outcome.succeeds();
    let said = "note: 1 of 4 threads was started: the system allows no more";
    assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    assert!(desk.results("few") == desk.results("all"));
    assert_eq!(desk.manifest("few")["threads"], 1);
}

#[test]
fn slow_more_threads_than_make_sense_are_refused() {
    let desk = Desk::new();
    desk.simulate("small.toml --threads 100000").fails(
        2,
        &[
            "invalid value '100000' for '--threads <N>'",
            "from 1 to 1024",
        ],
    );
    desk.simulate("small.toml --threads 1024 -q").succeeds();
}

/// Threads of a process while it draws.
#[cfg(target_os = "linux")]
#[test]
fn one_thread_draws_the_charts_too() {
    let desk = Desk::new();
    let mut child = desk
        .prepare("scenarios/where-to-train.toml -r 2 -q --threads 1 --output out")
        .spawn()
        .expect("the binary");
    let tasks = format!("/proc/{}/task", child.id());
    let mut most = 0;
    while child.try_wait().expect("its state").is_none() {
        most = most.max(fs::read_dir(&tasks).map_or(0, Iterator::count));
        std::thread::sleep(Duration::from_millis(1));
    }
    Outcome::from(child.wait_with_output().expect("its end")).succeeds();
    // The main thread, which watches; the one that waits for Ctrl-C; the one that loads and writes; and the one that simulates and
    // draws.
    assert!((1..=4).contains(&most), "{most} threads");
}

#[test]
fn a_file_that_never_ends_is_refused() {
    let desk = Desk::new();
    if !Path::new("/dev/zero").exists() {
        return skip("a file that never ends: there is no /dev/zero");
    }
    desk.simulate("/dev/zero").fails(
        2,
        &[
            "/dev/zero",
            "the file is larger than 64 MiB",
            "a scenario is a short TOML file",
        ],
    );
}
