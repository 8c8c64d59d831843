//! The structure of the source, as a test: who may import whom, which words stay out of which layer, how long files are.
//!
//! Only code counts: comments, and tests beside the code (also in a `tests.rs` or a folder `tests`), may name anything.
#![expect(clippy::unwrap_used, reason = "a panic fails the test, as it should")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Modules by layer: each imports only from layers above its own.
const LAYERS: &[&[&str]] = &[
    &["printable", "text_buffer"],
    &[
        "units",
        "stats",
        "error",
        "nearest",
        "digits",
        "inputs",
        "category",
        "goal",
        "precision",
        "search",
        "uncertain",
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
    &["serving", "stored"],
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

/// The wings of `scenario` in their order: each imports only from wings above its own.
const WINGS: &[&str] = &[
    "keys",
    "document",
    "variants",
    "goals",
    "data",
    "buying",
    "kinds",
    "targets",
    "work",
    "checks",
    "world",
    "simulated",
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
        let mut imports = self.names_below("");
        let mut uses = self.code.split("autoscale_simulator::");
        uses.next();
        imports.extend(uses.map(first_name));
        imports
    }

    /// What the code names of a folder that it is in: its neighbors there, among other things.
    fn names_below(&self, folder: &str) -> Vec<&str> {
        // In the module's own file the parent is the folder; deeper down, that takes as many steps more.
        let own = self.path.trim_end_matches("/mod.rs");
        let depth = own[folder.len()..]
            .trim_start_matches('/')
            .matches('/')
            .count();
        let absolute = match folder {
            "" => "crate::".to_owned(),
            folder => format!("crate::{}::", folder.replace('/', "::")),
        };
        let relative = "super::".repeat(depth + 1);
        let mut names = Vec::new();
        for prefix in [&absolute, &relative] {
            for (at, _) in self.code.match_indices(prefix.as_str()) {
                let used = &self.code[at + prefix.len()..];
                let is_whole = !self.code[..at].ends_with(|c: char| c == ':' || is_of_name(c));
                if !is_whole || used.starts_with("super::") {
                    continue;
                }
                match used.strip_prefix('{').and_then(|list| list.split_once('}')) {
                    Some((list, _)) if !folder.is_empty() => {
                        names.extend(list.split(',').map(|name| first_name(name.trim_start())));
                    }
                    _ => names.push(first_name(used)),
                }
            }
        }
        names
    }

    /// What it is in a folder: the name of its file, or of the folder below that it is in.
    fn unit_of(&self, folder: &str) -> Option<&str> {
        let below = self.path.strip_prefix(folder)?.strip_prefix('/')?;
        let unit = below.split('/').next()?.trim_end_matches(".rs");
        (unit != "mod").then_some(unit)
    }
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The name that a text begins with.
fn first_name(text: &str) -> &str {
    let end = text.find(|c: char| !is_of_name(c));
    &text[..end.unwrap_or(text.len())]
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
        if path.ends_with("tests") {
            continue;
        }
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
fn wings_of_scenarios_import_from_wings_above() {
    let place = |wing: &str| WINGS.iter().position(|known| *known == wing);
    let mut complaints = Vec::new();
    let mut imports = 0;
    for source in sources() {
        let Some(wing) = source.unit_of("scenario") else {
            continue;
        };
        if place(wing).is_none() {
            complaints.push(format!("{} belongs to no wing", source.path));
        }
        for import in source.names_below("scenario") {
            imports += 1;
            if import != wing && place(import).is_none_or(|other| Some(other) >= place(wing)) {
                complaints.push(format!("{} imports `{import}`", source.path));
            }
        }
    }
    assert!(imports > 300, "imports are found");
    assert_none(&complaints);
}

/// Neighbors of a folder that reach each other by imports, each group once.
fn circles(sources: &[Source], folder: &str) -> Vec<BTreeSet<String>> {
    let mut reached: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for source in sources {
        if let Some(unit) = source.unit_of(folder) {
            let names = source.names_below(folder).into_iter();
            reached.entry(unit).or_default().extend(names);
        }
    }
    let units: Vec<&str> = reached.keys().copied().collect();
    for via in &units {
        let further = reached[via].clone();
        let known = reached.values_mut().filter(|names| names.contains(via));
        known.for_each(|names| names.extend(&further));
    }
    let mut circles: Vec<BTreeSet<String>> = Vec::new();
    for unit in &units {
        let back =
            |other: &&&str| reached[unit].contains(**other) && reached[**other].contains(unit);
        let others = units.iter().filter(|other| other != &unit).filter(back);
        let mut circle: BTreeSet<String> = others.map(|other| (*other).to_owned()).collect();
        if !circle.is_empty() && circle.insert((*unit).to_owned()) && !circles.contains(&circle) {
            circles.push(circle);
        }
    }
    circles
}

#[test]
fn neighbors_do_not_import_each_other_in_circles() {
    let sources = sources();
    let parents = sources
        .iter()
        .filter_map(|source| Some(source.path.rsplit_once('/')?.0));
    let folders: BTreeSet<&str> = parents.collect();
    let mut complaints = Vec::new();
    for folder in folders {
        for circle in circles(&sources, folder) {
            complaints.push(format!("circle in {folder}: {circle:?}"));
        }
    }
    assert_none(&complaints);
}

#[test]
fn circles_are_found_however_long_they_are() {
    let source = |path: &str, code: &str| Source {
        path: path.to_owned(),
        module: "m".to_owned(),
        text: String::new(),
        code: code.to_owned(),
    };
    let sources = [
        source("m/a.rs", "use super::{b::B, other};"),
        source("m/b/mod.rs", "use super::d;"),
        source("m/b/deep.rs", "use crate::m::c::C;"),
        source("m/c.rs", "super::a::f()"),
        source("m/d.rs", "use super::super::m; use x_super::a;"),
        source("m/e/mod.rs", "use self::inner::X;"),
        source("m/e/inner.rs", "use super::Y; use super::super::a;"),
    ];
    let circle = ["a", "b", "c"].map(str::to_owned);
    assert_eq!(circles(&sources, "m"), [BTreeSet::from(circle)]);
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
