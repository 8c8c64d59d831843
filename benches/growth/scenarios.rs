//! Scenarios of any size, whose work is proportional to it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// What may grow.
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    /// What its size counts.
    pub(crate) what: &'static str,
    /// The smallest of its three sizes.
    pub(crate) size: u32,
    /// Writes the scenario of a size into a folder; its file.
    pub(crate) write: fn(&Path, u32) -> PathBuf,
}

pub(crate) const ENTRIES: [Entry; 9] = [
    Entry {
        name: "A quota that is never short",
        what: "clusters that share it",
        size: 160,
        write: |folder, size| write(folder, &under_quota(size, 32, 1)),
    },
    Entry {
        name: "A quota that is always short",
        what: "clusters that share it",
        size: 160,
        write: |folder, size| write(folder, &under_quota(size, 12, 1)),
    },
    Entry {
        name: "A short quota and gangs of four",
        what: "clusters that share it",
        size: 160,
        write: |folder, size| write(folder, &under_quota(size, 12, 4)),
    },
    Entry {
        name: "Random idle limits, the most recently idle taken",
        what: "nodes",
        size: 1_250,
        write: |folder, size| write(folder, &random_limits(size, "most_recently_idle")),
    },
    Entry {
        name: "Random idle limits, the least recently idle taken",
        what: "nodes",
        size: 1_250,
        write: |folder, size| write(folder, &random_limits(size, "least_recently_idle")),
    },
    Entry {
        name: "A queue of distinct priorities",
        what: "runs",
        size: 40_000,
        write: distinct_priorities,
    },
    Entry {
        name: "A queue of one priority",
        what: "runs",
        size: 100_000,
        write: |folder, size| write(folder, &batch(size)),
    },
    Entry {
        name: "Workloads of one cluster",
        what: "workloads",
        size: 480,
        write: |folder, size| write(folder, &workloads(size)),
    },
    Entry {
        name: "Clusters with a workload each",
        what: "clusters",
        size: 240,
        write: |folder, size| write(folder, &clusters(size)),
    },
];

const SCALING: &str =
    "min_nodes = 0\nmax_nodes = 8\nboot = \"180s\"\nidle_before_scale_down = \"120s\"\n";
const RUNS: &str = "duration.exponential.mean = \"600s\"\n";

fn write(folder: &Path, toml: &str) -> PathBuf {
    let path = folder.join("bench.toml");
    std::fs::write(&path, toml).expect("the temporary folder is writable");
    path
}

fn begin(hours: u32) -> String {
    format!("replications = 1\nseed = 1\nhorizon = \"{hours}h\"\nregion = \"eastus\"\n")
}

/// A cluster with these lines for each number, and a workload of it that keeps half of its eight nodes busy.
fn add_clusters(toml: &mut String, count: u32, lines: &str, nodes: u32) {
    let per_hour = 24 / nodes;
    for number in 0..count {
        write!(
            toml,
            "[cluster.c{number}]\n{SCALING}{lines}[workload.w{number}]\ntarget = \"c{number}\"\nnodes = {nodes}\n\
             arrivals.poisson.rate = \"{per_hour}/h\"\n{RUNS}"
        )
        .expect("a string takes every line");
    }
}

/// Clusters of nodes with four vCPUs under a quota of this number of vCPUs for each cluster.
fn under_quota(clusters: u32, vcpus: u32, nodes: u32) -> String {
    let mut toml = begin(4);
    let vcpus = clusters * vcpus;
    writeln!(toml, "[quota.q]\nfamily = \"NCT4_v3\"\nvcpus = {vcpus}")
        .expect("a string takes every line");
    let size = "vm_size = \"Standard_NC4as_T4_v3\"\n";
    add_clusters(&mut toml, clusters, size, nodes);
    toml
}

fn clusters(count: u32) -> String {
    let mut toml = begin(24);
    add_clusters(&mut toml, count, "price_per_hour = 1.0\n", 1);
    toml
}

/// All nodes are busy at first and then half of them, while the others stay for ten hours in the mean.
fn random_limits(nodes: u32, choice: &str) -> String {
    format!(
        "{}[cluster.c]\nmin_nodes = 0\nmax_nodes = {nodes}\nboot = \"180s\"\nprice_per_hour = 1.0\n\
         idle_before_scale_down.exponential.mean = \"10h\"\nidle_node_choice = \"{choice}\"\n[workload.w]\ntarget = \"c\"\n\
         arrivals.poisson.rate = \"{}/h\"\n{RUNS}[workload.first]\ntarget = \"c\"\n\
         arrivals.batch = {{ runs = {nodes}, at = [\"0s\"] }}\n{RUNS}",
        begin(4),
        3 * nodes
    )
}

const SMALL: &str =
    "[cluster.c]\nmin_nodes = 0\nmax_nodes = 64\nboot = \"180s\"\nprice_per_hour = 1.0\n";

/// As many workloads as keep half of a cluster busy at 480 of them.
fn workloads(count: u32) -> String {
    let mut toml = begin(24) + &SMALL.replace("64", &(count * 64 / 480).to_string());
    for number in 0..count {
        write!(
            toml,
            "[workload.w{number}]\ntarget = \"c\"\narrivals.poisson.rate = \"0.4/h\"\n{RUNS}"
        )
        .expect("a string takes every line");
    }
    toml
}

/// Runs that all arrive at the same time.
fn batch(runs: u32) -> String {
    format!(
        "{}{SMALL}[workload.w]\ntarget = \"c\"\narrivals.batch = {{ runs = {runs}, at = [\"0s\"] }}\n{RUNS}",
        begin(1)
    )
}

/// Runs that come a hundred times as fast as they are done, each with a priority of its own.
fn distinct_priorities(folder: &Path, runs: u32) -> PathBuf {
    let mut trace = "submitted,seconds,prio\n".to_owned();
    for run in 0..runs {
        let priority = u64::from(run) * 7_919 % 1_000_003;
        writeln!(trace, "{:.2},640,{priority}", f64::from(run) / 10.0)
            .expect("a string takes every line");
    }
    std::fs::write(folder.join("trace.csv"), trace).expect("the temporary folder is writable");
    let arrivals = "{ file = \"trace.csv\", submitted = \"submitted\", duration = \"seconds\", priority = \"prio\" }";
    let toml = format!(
        "replications = 1\nseed = 1\n{SMALL}[workload.w]\ntarget = \"c\"\narrivals.trace = {arrivals}\n"
    );
    write(folder, &toml)
}
