//! The structure of the source, as a test: who may import whom, which words stay out of which layer, how long files are.
//!
//! Only code counts: comments, and tests beside the code (also in a `tests.rs`), may name anything.
#![expect(clippy::unwrap_used, reason = "a panic fails the test, as it should")]

use std::fs;
use std::path::{Path, PathBuf};

/// Modules by layer: each imports only from layers above its own.
const LAYERS: &[&[&str]] = &[
    &["printable"],
    &[
        "units", "stats", "error", "nearest", "digits", "inputs", "category",
    ],
    &[
        "engine",
        "distribution",
        "calendar",
        "results",
        "csv_table",
        "currency",
        "backlog",
    ],
    &[
        "autoscale",
        "discipline",
        "workload",
        "pricing",
        "catalog",
        "timeline",
        "quantiles",
        "spans",
    ],
    &["study_results"],
    &["serving"],
    &["model"],
    &["scenario"],
    &["study"],
    &["report"],
    &["cli"],
    &["main"],
];

/// Modules that must not import others although they stand above: what they do not need to know.
const STRANGERS: &[(&str, &[&str])] = &[
    // Prices change without simulating again, and nothing that simulates knows money.
    ("pricing", &["engine", "distribution", "calendar"]),
    (
        "catalog",
        &["engine", "distribution", "calendar", "results"],
    ),
    ("model", &["pricing", "catalog", "study_results"]),
    ("serving", &["pricing", "catalog", "study_results"]),
    ("workload", &["results"]),
    ("autoscale", &["engine", "results"]),
    // A scenario knows no results.
    ("scenario", &["engine", "results", "study_results"]),
    // A report is made from results alone.
    (
        "report",
        &[
            "engine",
            "distribution",
            "calendar",
            "autoscale",
            "workload",
            "catalog",
            "serving",
            "model",
            "scenario",
            "study",
        ],
    ),
];

/// Words, in lower case, and the modules (or files of them) whose code alone may have them, or may not.
const WORDS: &[(&[&str], Place)] = &[
    (
        &["cluster", "node", "instance", "workload"],
        Place::NotIn(&["engine", "distribution", "calendar"]),
    ),
    (
        &["toml", "csv", "usd", "price"],
        Place::NotIn(&[
            "engine",
            "distribution",
            "autoscale",
            "workload",
            "serving",
            "model",
        ]),
    ),
    (&["rayon"], Place::OnlyIn(&["study/threads.rs"])),
    (
        &["std::thread", "thread::"],
        Place::OnlyIn(&["study/threads.rs", "cli"]),
    ),
    (
        &["stdout", "stderr", "println", "std::time", "systemtime"],
        Place::OnlyIn(&["cli"]),
    ),
    (
        &[
            "fs::",
            "std::fs",
            "file::open",
            "file::create",
            ".is_file()",
            ".is_dir()",
            ".exists()",
            ".try_exists(",
            ".metadata()",
            ".read_dir(",
            ".canonicalize(",
        ],
        Place::OnlyIn(&["inputs", "cli"]),
    ),
    (&["hashmap", "hashset"], Place::OnlyIn(&[])),
];

enum Place {
    OnlyIn(&'static [&'static str]),
    NotIn(&'static [&'static str]),
}

/// Lines of a file without its tests.
const MOST_LINES: usize = 420;

/// Files that are longer, with the length that they must not exceed: to be split, not to grow.
const LONG: &[(&str, usize)] = &[];

/// One source file.
struct Source {
    /// Below `src`, as `model/cluster.rs`.
    path: String,
    /// Its module below the crate.
    module: String,
    /// Its text up to its tests.
    text: String,
    /// The same without comments.
    code: String,
}

impl Source {
    fn read(root: &Path, path: &Path) -> Self {
        let below = path.strip_prefix(root).unwrap();
        let parts: Vec<&str> = below.iter().map(|part| part.to_str().unwrap()).collect();
        let all = fs::read_to_string(path).unwrap();
        let text = all
            .split("\n#[cfg(test)]\nmod tests {")
            .next()
            .unwrap()
            .to_owned();
        Self {
            module: parts[0].trim_end_matches(".rs").to_owned(),
            path: parts.join("/"),
            code: text.lines().map(without_comment).collect(),
            text,
        }
    }

    /// Modules of the crate that the code names.
    fn imports(&self) -> Vec<&str> {
        // In the module's own file the parent is the crate; deeper down, that takes as many steps more.
        let depth = self.path.trim_end_matches("/mod.rs").matches('/').count();
        let parent = "super::".repeat(depth + 1);
        let prefixes = ["crate::", "autoscale_simulator::", &parent];
        let mut imports = Vec::new();
        for prefix in prefixes {
            let mut uses = self.code.split(prefix);
            uses.next();
            for used in uses {
                let end = used.find(|c: char| !c.is_alphanumeric() && c != '_');
                imports.push(&used[..end.unwrap_or(used.len())]);
            }
        }
        imports
    }
}

/// A line of code with its end; `//` inside a text follows a colon, as in an address.
fn without_comment(line: &str) -> String {
    let comment = line
        .match_indices("//")
        .find(|(at, _)| !line[..*at].ends_with(':'));
    let code = comment.map_or(line, |(at, _)| &line[..at]);
    format!("{code}\n")
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs")
            && !path.ends_with("tests.rs")
        {
            files.push(path);
        }
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    let sources = files.iter().map(|path| Source::read(&root, path));
    sources.collect()
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

/// All complaints at once.
fn assert_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn every_module_has_a_layer() {
    let sources = sources();
    let mut complaints = Vec::new();
    for source in &sources {
        if source.module != "lib" && layer(&source.module).is_none() {
            complaints.push(format!("{} belongs to no layer", source.path));
        }
    }
    for module in LAYERS.iter().copied().flatten() {
        if !sources.iter().any(|source| source.module == *module) {
            complaints.push(format!("there is no module {module}"));
        }
    }
    assert_none(&complaints);
}

#[test]
fn imports_go_to_layers_above() {
    let mut complaints = Vec::new();
    let mut imports = 0;
    for source in sources().iter().filter(|source| source.module != "lib") {
        let own = layer(&source.module);
        for import in source.imports() {
            if import == source.module {
                continue;
            }
            imports += 1;
            let strangers = STRANGERS
                .iter()
                .find(|(module, _)| *module == source.module);
            let strange = strangers.is_some_and(|(_, strangers)| strangers.contains(&import));
            if strange || layer(import).is_none_or(|other| Some(other) >= own) {
                complaints.push(format!("{} imports `{import}`", source.path));
            }
        }
    }
    assert!(imports > 100, "imports are found");
    assert_none(&complaints);
}

#[test]
fn words_stay_out_of_layers_that_must_not_know_them() {
    let mut complaints = Vec::new();
    for source in sources() {
        let code = source.code.to_lowercase();
        let module = source.module.as_str();
        for (words, place) in WORDS {
            let allowed = match place {
                Place::OnlyIn(places) => {
                    places.contains(&module) || places.contains(&source.path.as_str())
                }
                Place::NotIn(modules) => !modules.contains(&module),
            };
            for word in words
                .iter()
                .filter(|word| !allowed && code.contains(**word))
            {
                complaints.push(format!("{} says `{word}`", source.path));
            }
        }
    }
    assert_none(&complaints);
}

#[test]
fn only_the_command_exits() {
    let mut complaints = Vec::new();
    for source in sources() {
        if source.module != "cli" && source.code.contains("process::exit") {
            complaints.push(format!("{} ends the process", source.path));
        }
    }
    assert_none(&complaints);
}

#[test]
fn files_say_what_they_are_and_are_short() {
    let mut complaints = Vec::new();
    for source in sources() {
        if !source.text.starts_with("//! ") {
            complaints.push(format!("{} does not open with `//!`", source.path));
        }
        let long = LONG.iter().find(|(path, _)| *path == source.path);
        let most = long.map_or(MOST_LINES, |(_, lines)| *lines);
        let lines = source.text.lines().count();
        if lines > most {
            complaints.push(format!("{} has {lines} lines, not {most}", source.path));
        }
        if long.is_some() && lines <= MOST_LINES {
            complaints.push(format!("{} is no longer long", source.path));
        }
    }
    assert_none(&complaints);
}

#[test]
fn imports_are_seen_however_they_are_written() {
    let source = |path: &str, code: &str| Source {
        path: path.to_owned(),
        module: "model".to_owned(),
        text: String::new(),
        code: code.lines().map(without_comment).collect(),
    };
    let code = "use crate::units::X; // crate::comment\nlet x = crate::stats::y(\"http://crate\");";
    assert_eq!(source("model/x.rs", code).imports(), ["units", "stats"]);
    let upward = "use super::super::pricing;\nuse super::node;";
    assert_eq!(source("model/x.rs", upward).imports(), ["pricing"]);
    assert_eq!(
        source("model/mod.rs", "super::pricing::Y").imports(),
        ["pricing"]
    );
    assert_eq!(
        source("model.rs", "super::pricing::Y").imports(),
        ["pricing"]
    );
    assert_eq!(source("model/a/b.rs", upward).imports(), [""; 0]);
    // A list of modules in braces would go unseen: it names nothing that has a layer.
    assert_eq!(
        source("model/x.rs", "use crate::{units, stats};").imports(),
        [""]
    );
}

/// Paths in backticks of the page that leads through the source.
#[test]
fn the_page_of_the_architecture_names_what_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/architecture.md")).unwrap();
    let named: Vec<&str> = page.split('`').skip(1).step_by(2).collect();
    let is_path = |name: &&&str| {
        ["src/", "tests/", "docs/"]
            .iter()
            .any(|start| name.starts_with(start))
    };
    let paths: Vec<&&str> = named.iter().filter(is_path).collect();
    assert!(paths.len() > 30, "paths are found");
    let missing: Vec<String> = paths
        .iter()
        .filter(|path| !root.join(path).exists())
        .map(|path| format!("there is no {path}"))
        .collect();
    assert_none(&missing);
}

/// The map at the top of the library says the same as the list here.
#[test]
fn the_map_of_the_library_is_this_list() {
    let lib = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let rows = lib.lines().filter_map(|line| line.strip_prefix("//! | "));
    let mut found: Vec<Vec<String>> = Vec::new();
    for row in rows {
        let mut cells = row.split(" | ");
        let (layer, modules) = (cells.next().unwrap(), cells.next().unwrap());
        let Ok(layer) = layer.parse::<usize>() else {
            continue;
        };
        assert_eq!(layer, found.len(), "layers are in order");
        let names = modules.split('`').skip(1).step_by(2);
        found.push(names.map(str::to_owned).collect());
    }
    assert_eq!(found, LAYERS);
}
