//! README and `docs`: every command in them does what it says, and every scenario in them loads.
//!
//! A command block is fenced as `sh` or `console`; of a console, the lines after `$ ` are commands. `cargo run` is run as
//! the binary under test; other cargo commands only have to stand in `.ci/run`, which runs them.
#![cfg(feature = "cli")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use autoscale_simulator::error::{Error, render};
use autoscale_simulator::scenario::{Options, load};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// README.md and the pages of `docs`: path and text.
fn pages() -> Vec<(PathBuf, String)> {
    let docs = fs::read_dir(root().join("docs")).expect("the folder docs");
    let mut paths: Vec<PathBuf> = docs.map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.sort_unstable();
    paths.insert(0, root().join("README.md"));
    let read = |path: PathBuf| match fs::read_to_string(&path) {
        Ok(text) => (path, text),
        Err(error) => panic!("{}: {error}", path.display()),
    };
    paths.into_iter().map(read).collect()
}

/// The fenced blocks of a page: what stands after the opening fence, and the lines inside.
fn blocks(page: &str) -> Vec<(&str, Vec<&str>)> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(kind) = line.trim_start().strip_prefix("```") else {
            continue;
        };
        let inside = lines
            .by_ref()
            .take_while(|line| !line.trim_start().starts_with("```"));
        blocks.push((kind.trim(), inside.collect()));
    }
    blocks
}

/// The commands of all pages, continued lines joined, comments taken away.
fn commands() -> Vec<String> {
    let mut commands = Vec::new();
    for (_, page) in pages() {
        for (kind, lines) in blocks(&page) {
            let text = match kind {
                "sh" => lines.join("\n"),
                "console" => {
                    let typed = lines.iter().filter_map(|line| line.strip_prefix("$ "));
                    typed.collect::<Vec<_>>().join("\n")
                }
                _ => continue,
            };
            let joined = text.replace("\\\n", " ");
            let lines = joined
                .lines()
                .map(|line| line.split(" #").next().unwrap_or(line).trim());
            let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
            commands.extend(lines.map(str::to_owned));
        }
    }
    commands
}

/// A fresh folder with what a clone has for the commands.
fn clone() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy_all(&root().join("scenarios"), &folder.path().join("scenarios"));
    folder
}

/// Copies a folder with all that is in it.
fn copy_all(from: &Path, to: &Path) {
    fs::create_dir(to).expect("a folder");
    for entry in fs::read_dir(from).expect("the scenarios") {
        let entry = entry.expect("an entry");
        let place = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_all(&entry.path(), &place);
        } else {
            fs::copy(entry.path(), place).expect("a copy");
        }
    }
}

/// Runs `simulate` with the rest of a command, through a shell where it uses one.
fn run(command: &str, rest: &str, folder: &Path) {
    let quoted = format!("\"$SIMULATE\" {rest}");
    let output = Command::new("sh")
        .args(["-c", &quoted])
        .current_dir(folder)
        .env("SIMULATE", env!("CARGO_BIN_EXE_simulate"))
        .output()
        .expect("a shell");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "`{command}`:\n{stderr}");
}

#[test]
fn every_command_works_as_printed() {
    let folder = clone();
    let commands = commands();
    for command in &commands {
        if let Some(rest) = command.strip_prefix("cargo run --release -- ") {
            run(command, rest, folder.path());
        } else if let Some(rest) = command.strip_prefix("simulate ") {
            run(command, rest, folder.path());
        } else if command.starts_with("cargo ") {
            let path = root().join(".ci/run");
            let steps = fs::read_to_string(&path).expect(".ci/run");
            assert!(steps.contains(command.as_str()), "`{command}` in .ci/run");
        } else {
            let known = ["git clone ", "cd "];
            let is_known = known.iter().any(|known| command.starts_with(known));
            assert!(is_known, "no test for `{command}`");
        }
    }
    for command in ["cargo run --release -- scenarios/burst.toml", "cargo test"] {
        assert!(
            commands.iter().any(|known| known == command),
            "README has `{command}`"
        );
    }
}

#[test]
fn the_answer_in_the_readme_is_the_one_that_is_printed() {
    let folder = clone();
    let output = Command::new(env!("CARGO_BIN_EXE_simulate"))
        .args(["scenarios/burst.toml", "--quiet"])
        .current_dir(folder.path())
        .output()
        .expect("the binary");
    let printed = String::from_utf8(output.stdout).expect("text");
    let (_, readme) = &pages()[0];
    let blocks = blocks(readme);
    let (_, quoted) = blocks
        .iter()
        .find(|(kind, _)| *kind == "text")
        .expect("README quotes the answer");
    assert!(
        printed.contains(&quoted.join("\n")),
        "README quotes another answer than\n{printed}"
    );
}

#[test]
fn every_scenario_in_the_pages_loads() {
    let folder = clone();
    for (page, text) in pages() {
        for (kind, lines) in blocks(&text) {
            if kind != "toml" {
                continue;
            }
            let path = folder.path().join("scenarios/example.toml");
            fs::write(&path, lines.join("\n")).expect("a file");
            match load(&path, &Options::default()) {
                Ok(_) => {}
                Err(Error::Refused(problems)) => {
                    panic!("in {}:\n{}", page.display(), render(&problems, false))
                }
                Err(error) => panic!("in {}: {error}", page.display()),
            }
        }
    }
}

#[test]
fn links_between_the_pages_lead_somewhere() {
    for (page, text) in pages() {
        for part in text.split("](").skip(1) {
            let target = part.split([')', '#']).next().unwrap_or_default();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            let path = page.parent().expect("a folder").join(target);
            assert!(path.exists(), "{} links to {target}", page.display());
        }
    }
}

/// Stems of charts, which have two files each.
fn expand(names: BTreeSet<&str>) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    for name in names {
        if name.contains('.') {
            files.insert(name.to_owned());
        } else {
            files.extend(["svg", "png"].map(|ending| format!("{name}.{ending}")));
        }
    }
    files
}

/// What stands in backticks between two texts of a page, without flags and commands.
fn named<'p>(page: &'p str, from: &str, to: &str) -> BTreeSet<&'p str> {
    let (_, rest) = page.split_once(from).expect("the beginning of the list");
    let (list, _) = rest.split_once(to).expect("the end of the list");
    let ticked = list.split('`').skip(1).step_by(2);
    ticked
        .filter(|name| !name.starts_with(['-', '.']) && !name.contains([' ', '_', '/']))
        .collect()
}

/// All files that runs with every flag leave behind.
fn written() -> (BTreeSet<String>, String, String) {
    let folder = clone();
    let simulate = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_simulate"))
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .expect("the binary");
        assert!(output.status.success());
        let text = |bytes| String::from_utf8(bytes).expect("text");
        (text(output.stdout), text(output.stderr))
    };
    let (stdout, stderr) = simulate(&[
        "scenarios/burst.toml",
        "-r",
        "2",
        "--runs",
        "--report",
        "md",
        "--focus",
        "--xlsx",
    ]);
    simulate(&["scenarios/where-to-serve.toml", "-r", "1"]);
    simulate(&["scenarios/quota.toml", "-r", "1"]);
    let group = "workload.philly.arrivals.trace.group=\"cluster\"";
    simulate(&["scenarios/philly-week.toml", "-r", "1", "--set", group]);
    let mut names = BTreeSet::new();
    for results in ["burst", "where-to-serve", "quota", "philly-week"] {
        let files = fs::read_dir(folder.path().join("output").join(results)).expect("results");
        let name = |file: std::io::Result<fs::DirEntry>| file.expect("a file").file_name();
        names.extend(files.map(|file| name(file).to_string_lossy().into_owned()));
    }
    (names, stdout, stderr)
}

/// The files of the example in the repository: what the first command of the README writes.
const EXAMPLE: [&str; 4] = ["report.html", "cost.png", "tradeoff.png", "nodes-peak.png"];

/// Runs the first command of the README; its folder.
fn example() -> tempfile::TempDir {
    let folder = clone();
    let status = Command::new(env!("CARGO_BIN_EXE_simulate"))
        .args(["scenarios/burst.toml", "--quiet"])
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .status();
    assert!(status.expect("the binary").success());
    folder
}

#[test]
fn the_example_is_what_the_first_command_writes() {
    let folder = example();
    for name in EXAMPLE {
        let written = fs::read(folder.path().join("output/burst").join(name)).expect(name);
        let kept = fs::read(root().join("output/example").join(name)).expect(name);
        assert!(
            written == kept,
            "{name}: `cargo test --test readme -- --ignored rewrite` makes it again"
        );
    }
}

#[test]
#[ignore = "rewrites the example"]
fn rewrite_the_example() {
    let folder = example();
    let to = root().join("output/example");
    fs::create_dir_all(&to).expect("a folder");
    for name in EXAMPLE {
        fs::copy(folder.path().join("output/burst").join(name), to.join(name)).expect(name);
    }
}

/// Whether a word is the name of a table.
fn is_table(word: &str) -> bool {
    Path::new(word).extension().is_some_and(|end| end == "csv")
}

#[test]
fn the_documented_files_are_those_that_are_written() {
    let (written, stdout, stderr) = written();
    let pages = pages();
    let page = |name: &str| {
        let found = pages.iter().find(|(path, _)| path.ends_with(name));
        found.expect("a page").1.as_str()
    };
    for (name, from, to) in [
        (
            "README.md",
            "writes these files to the output folder:",
            "Results (tables",
        ),
        ("docs/command-line.md", "| Files | When |", "[outputs.md]"),
        ("docs/outputs.md", "## Files", "Files are written"),
    ] {
        let mut list = named(page(name), from, to);
        list.retain(|file| !["summary", "manifest"].contains(file));
        assert_eq!(expand(list), written, "{name}");
    }
    let help = Command::new(env!("CARGO_BIN_EXE_simulate"))
        .arg("--help")
        .output();
    let help = String::from_utf8(help.expect("the binary").stdout).expect("text");
    let words = help.split(|c: char| !(c.is_ascii_alphanumeric() || "-_.".contains(c)));
    let words: BTreeSet<&str> = words.map(|word| word.trim_matches('.')).collect();
    let in_help = words.into_iter().filter(|word| is_table(word));
    let tables = written.iter().filter(|name| is_table(name));
    assert!(in_help.eq(tables.map(String::as_str)), "{help}");
    // What goes where, as the pages say.
    for part in [
        "one-warm-node: costs ",
        "Cost per month ",
        "seed 7, warm-up 7d",
    ] {
        assert!(stdout.contains(part) && !stderr.contains(part), "{part}");
    }
    assert!(
        stderr.contains(" files in ") && !stdout.contains(" files in "),
        "{stderr}"
    );
}
