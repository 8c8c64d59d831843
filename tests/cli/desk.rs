//! A folder to work in, and the command run in it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// The smallest scenario with two variants; its results take milliseconds.
pub(crate) const SMALL: &str = r#"horizon = "2d"
replications = 3

[cluster.gpu]
boot = "4m"
price_per_hour = 3.06

[instance.box]
price_per_hour = 3.06

[workload.training]
target = "gpu"
arrivals.poisson = { rate = "2/h" }
duration.exponential = { mean = "10m" }

[variant.cluster]

[variant.always-on]
workload.training.target = "box"
"#;

/// The files that a study with a long timeline leaves besides [`FILES`].
pub(crate) const PEAK_FILES: [&str; 2] = ["nodes-peak.png", "nodes-peak.svg"];

/// The charts of studies with a quota, and of sweeps of one key.
pub(crate) const STUDY_FILES: [&str; 4] = ["quota.png", "quota.svg", "sweep.png", "sweep.svg"];

/// The charts that a study with services has besides [`FILES`].
pub(crate) const SERVICE_FILES: [&str; 10] = [
    "latency-cost.png",
    "latency-cost.svg",
    "latency.png",
    "latency.svg",
    "outcomes.png",
    "outcomes.svg",
    "replicas-peak.png",
    "replicas-peak.svg",
    "replicas.png",
    "replicas.svg",
];

/// The folder in which a study that is not finished keeps what it has.
const UNFINISHED: &str = ".unfinished";

/// What a folder of results holds, in alphabetical order.
pub(crate) const FILES: [&str; 20] = [
    "bill.csv",
    "commitments.csv",
    "comparison.csv",
    "cost.png",
    "cost.svg",
    "manifest.json",
    "nodes.png",
    "nodes.svg",
    "replications.csv",
    "report.html",
    "results.jsonl.gz",
    "summary.csv",
    "summary.json",
    "timeline.csv",
    "tradeoff.png",
    "tradeoff.svg",
    "wait.png",
    "wait.svg",
    "waits-by-cause.png",
    "waits-by-cause.svg",
];

/// File by name, without folders.
pub(crate) type Bytes = BTreeMap<String, Vec<u8>>;

/// What a command left on its two streams, and its exit code; none where a signal ended it.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Output> for Outcome {
    fn from(output: Output) -> Self {
        let outcome = Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("stdout is text"),
            stderr: String::from_utf8(output.stderr).expect("stderr is text"),
        };
        assert!(!outcome.stderr.contains("panicked"), "{}", outcome.stderr);
        outcome
    }
}

impl Outcome {
    /// Done, without a word of error.
    #[track_caller]
    pub(crate) fn succeeds(self) -> Self {
        assert_eq!(self.code, Some(0), "{}", self.stderr);
        assert!(!self.stderr.contains("error"), "{}", self.stderr);
        self
    }

    /// Ended with `code`, nothing on stdout, one error in which all of `said` stand.
    #[track_caller]
    pub(crate) fn fails(self, code: i32, said: &[&str]) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.stdout, "", "nothing goes to stdout");
        assert_eq!(
            self.stderr.matches("error: ").count(),
            1,
            "one error:\n{}",
            self.stderr
        );
        for part in said {
            assert!(self.stderr.contains(part), "`{part}` in\n{}", self.stderr);
        }
        self
    }

    /// The figures of the table's row of a variant.
    #[track_caller]
    pub(crate) fn has_row(&self, variant: &str) -> bool {
        let begins = |line: &str| line.split_whitespace().next() == Some(variant);
        self.stdout.lines().any(begins)
    }
}

/// A temporary folder with the shipped scenarios and a small one.
pub(crate) struct Desk {
    folder: TempDir,
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

impl Desk {
    pub(crate) fn new() -> Self {
        let desk = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        };
        copy_all(&shipped(), &desk.path("scenarios"));
        desk.write("small.toml", SMALL);
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).expect("a file");
    }

    /// [`SMALL`] with one text in place of another, as `small.toml`.
    pub(crate) fn write_small(&self, from: &str, to: &str) {
        assert!(SMALL.contains(from), "{from}");
        self.write("small.toml", SMALL.replace(from, to));
    }

    /// The command in this folder, in an environment of its own.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("SIMULATE", env!("CARGO_BIN_EXE_simulate"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// `simulate` with arguments separated by blanks.
    pub(crate) fn prepare(&self, arguments: &str) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_simulate"));
        command.args(arguments.split_whitespace());
        command
    }

    pub(crate) fn simulate(&self, arguments: &str) -> Outcome {
        self.simulate_in(arguments, &[])
    }

    /// `simulate` with variables set in its environment.
    pub(crate) fn simulate_in(&self, arguments: &str, variables: &[(&str, &str)]) -> Outcome {
        let mut command = self.prepare(arguments);
        command.envs(variables.iter().copied());
        command.output().expect("the binary").into()
    }

    /// A script for bash, which finds the binary in `$SIMULATE`; `None` where there is no bash.
    pub(crate) fn bash(&self, script: &str) -> Option<Outcome> {
        let output = self.command("bash").arg("-c").arg(script).output();
        output.ok().map(Outcome::from)
    }

    /// Names in a folder, hidden ones too.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).expect("a folder");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name())
            .map(|name| name.into_string().expect("a name in UTF-8"))
            .collect();
        names.sort_unstable();
        names
    }

    /// Every file of a folder.
    pub(crate) fn bytes(&self, folder: &str) -> Bytes {
        self.read(folder, self.names(folder))
    }

    /// Every file of a folder, without what a study that is not finished keeps: its rows, and nothing else.
    pub(crate) fn files(&self, folder: &str) -> Bytes {
        let mut names = self.names(folder);
        names.retain(|name| name != UNFINISHED);
        self.read(folder, names)
    }

    fn read(&self, folder: &str, names: Vec<String>) -> Bytes {
        let read = |name: String| {
            let bytes = fs::read(self.path(folder).join(&name)).expect("a file");
            (name, bytes)
        };
        names.into_iter().map(read).collect()
    }

    /// What a study that was interrupted or failed leaves beside earlier results: its rows, or nothing.
    #[track_caller]
    pub(crate) fn keeps_rows_alone(&self, folder: &str) {
        let unfinished = format!("{folder}/{UNFINISHED}");
        if self.path(&unfinished).exists() {
            assert_eq!(self.names(&unfinished), ["rows.part"]);
        }
    }

    /// The same where there were no earlier results.
    #[track_caller]
    pub(crate) fn has_rows_alone(&self, folder: &str) {
        if self.path(folder).exists() {
            assert_eq!(self.names(folder), [UNFINISHED]);
            self.keeps_rows_alone(folder);
        }
    }

    /// Every file of a folder but the one that holds times of day.
    pub(crate) fn results(&self, folder: &str) -> Bytes {
        let mut bytes = self.bytes(folder);
        bytes.remove("manifest.json").expect("a manifest");
        bytes
    }

    pub(crate) fn manifest(&self, folder: &str) -> serde_json::Value {
        let bytes = fs::read(self.path(folder).join("manifest.json")).expect("a manifest");
        serde_json::from_slice(&bytes).expect("JSON")
    }

    /// Rows of a CSV file, each as column -> cell.
    pub(crate) fn rows(&self, file: &str) -> Vec<BTreeMap<String, String>> {
        let mut reader = csv::Reader::from_path(self.path(file)).expect("a CSV file");
        reader
            .deserialize()
            .map(|row| row.expect("a row"))
            .collect()
    }
}

/// The folder of shipped scenarios.
pub(crate) fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

/// Says that a test could not be done here, where people see it: in the output of a passing test too.
pub(crate) fn skip(what: &str) {
    let mut stderr = std::io::stderr();
    stderr
        .write_all(format!("skipped: {what}\n").as_bytes())
        .expect("stderr");
}

/// Sends a signal, such as `-INT`.
#[cfg(unix)]
pub(crate) fn signal(child: &std::process::Child, signal: &str) {
    let id = child.id().to_string();
    let status = Command::new("kill").args([signal, &id]).status();
    assert!(status.expect("kill").success());
}

/// A text with one blank in the place of each line break and indentation.
pub(crate) fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}
