//! Work that has to be stopped: by whoever presses Ctrl-C, whatever it is busy with; since it has no end; since it takes
//! more memory than it may.
#![cfg(unix)]
#![expect(
    clippy::disallowed_types,
    reason = "a test of how soon something ends reads the clock"
)]

use std::fmt::Write as _;
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::desk::{Desk, Outcome, signal};

/// The time after which a stopped command has to be gone. It takes half a second; the rest is for machines that do much
/// else, and far below what any of the cases takes when it is not stopped.
const SOON: Duration = Duration::from_secs(5);

/// A cluster with its runs, and more.
fn on_cluster(cluster: &str, workload: &str) -> String {
    format!(
        "horizon = \"1d\"\nreplications = 2\n[cluster.gpu]\nboot = \"1m\"\nprice_per_hour = 1.0\n{cluster}\n\
         [workload.w]\ntarget = \"gpu\"\n{workload}\n"
    )
}

/// A service on so many nodes, with its requests.
fn on_nodes(service: &str, requests: &str) -> String {
    format!(
        "horizon = \"1d\"\nreplications = 2\n[aks_service.e]\nvm_size = \"Standard_D4s_v3\"\nreplica_vcpus = 1\n\
         replica_memory_gb = 1\nprice_per_hour = 1.0\n{service}\n[requests.r]\ntarget = \"e\"\n{requests}\n"
    )
}

/// Many runs, one after the other.
const SOME_RUNS: &str =
    "arrivals.poisson.rate = \"10/h\"\nduration.exponential = { mean = \"10m\" }";

/// What would keep a machine busy for minutes or for ever in one step of its work: name, scenario, flags.
fn busy() -> Vec<(&'static str, String, &'static str)> {
    vec![
        (
            "one instant with ten million runs",
            on_cluster(
                "max_nodes = 65000",
                "arrivals.batch = { runs = 10000000, at = \"1h\" }\nduration.exponential = { mean = \"10m\" }",
            ),
            "",
        ),
        (
            "one run of ten million pieces",
            on_cluster(
                "max_nodes = 4",
                "arrivals.deterministic.interval = \"12h\"\nbatch_inference = { mini_batches = 10000000, \
                 mini_batch_time.exponential.mean = \"1s\", tries = 1000, failure_probability = 0.999 }",
            ),
            "",
        ),
        (
            "one allocation of a billion tries",
            on_cluster(
                "max_nodes = 4\nallocation_failure = { probability = 0.999999999, retry_after = \"1ms\", retry_at_most = \"1ms\" }",
                SOME_RUNS,
            ),
            "",
        ),
        (
            "a service of 100,000 replicas",
            on_nodes(
                "min_replicas = 100000\nmax_replicas = 100000\nnodes = 65000",
                "arrivals.poisson.rate = \"100000/s\"\nservice_time.constant = \"100ms\"",
            ),
            "",
        ),
        (
            "a service that shrinks by 100,000 replicas",
            on_nodes(
                "min_replicas = 1\nmax_replicas = 100000\nautoscaler = { min_nodes = 3, max_nodes = 65000, boot = \"1m\" }",
                "arrivals.bursts = { quiet = \"1/s\", peak = \"1000000/s\", windows = [\"daily 00:00-00:01\"] }\n\
                 service_time.constant = \"1m\"",
            ),
            "",
        ),
        (
            "a controller that looks at 50,000 nodes each microsecond",
            format!(
                "horizon = \"1d\"\n[kubernetes.k]\nmax_nodes = 50000\nmin_nodes = 50000\nscan_interval = \"0.000001s\"\n\
                 price_per_hour = 1.0\n[workload.w]\ntarget = \"k\"\n{SOME_RUNS}\n"
            ),
            "",
        ),
        (
            "a bill of ten thousand days",
            on_cluster(
                "max_nodes = 20000",
                "arrivals.poisson.rate = \"100/h\"\nduration.exponential = { mean = \"1000d\" }",
            ),
            "--focus",
        ),
        (
            "rates that hardly ever bring a run",
            on_cluster(
                "",
                "arrivals.bursts = { quiet = \"0/h\", peak = \"0.0000000000001/h\", windows = [\"daily 09:00-10:00\"] }\n\
                 duration = \"10m\"",
            )
            .replace("1d", "36500d"),
            "--replications 1000000",
        ),
    ]
}

/// Starts the command, interrupts it a while later, and sees how soon it ends, and how.
fn stopped(desk: &Desk, name: &str, arguments: &str, after: Duration) -> Duration {
    let mut child = desk.prepare(arguments).spawn().expect("the binary");
    sleep(after);
    let early = child.try_wait().expect("its state");
    assert!(early.is_none(), "{name}: it was done before: {early:?}");
    let asked = Instant::now();
    signal(&child, "-INT");
    let outcome = Outcome::from(child.wait_with_output().expect("its end"));
    let took = asked.elapsed();
    outcome.fails(
        130,
        &["error: interrupted: earlier results are as they were"],
    );
    took
}

#[test]
fn slow_whatever_it_is_busy_with_an_interruption_ends_it() {
    let desk = Desk::new();
    for (name, scenario, flags) in busy() {
        desk.write("busy.toml", scenario);
        for after in [Duration::from_millis(300), Duration::from_millis(1500)] {
            let arguments = format!("busy.toml {flags} --output out");
            let took = stopped(&desk, name, &arguments, after);
            assert!(took < SOON, "{name}: {took:?} after {after:?}");
            desk.has_rows_alone("out");
        }
    }
}

#[test]
fn an_interruption_ends_the_reading_of_a_long_log() {
    let desk = Desk::new();
    let mut log = String::from("at,s\n");
    for row in 0..3_000_000 {
        writeln!(log, "{row},60").expect("texts take all");
    }
    desk.write("log.csv", log);
    desk.write(
        "log.toml",
        on_cluster(
            "",
            "arrivals.trace = { file = \"log.csv\", submitted = \"at\", duration = \"s\" }",
        ),
    );
    let after = Duration::from_millis(100);
    let took = stopped(&desk, "a log", "log.toml --output out", after);
    assert!(took < SOON, "{took:?}");
    assert!(!desk.path("out").exists());
}

#[test]
fn what_takes_longer_than_can_be_counted_is_told() {
    let desk = Desk::new();
    // 150 runs of 7,000,000 days (19,178 years), one after the other.
    let seconds = "604800000000";
    let rows = (0..150)
        .map(|row| format!("{row},{seconds}\n"))
        .collect::<Vec<_>>()
        .concat();
    desk.write("long.csv", format!("at,s\n{rows}"));
    let log = on_cluster(
        "max_nodes = 1",
        "arrivals.trace = { file = \"long.csv\", submitted = \"at\", duration = \"s\" }",
    );
    // 86,400 x 20 requests of 1,000 days, one after the other.
    let requests =
        "horizon = \"1d\"\nreplications = 2\n[instance_service.e]\nprice_per_hour = 1.0\n\
                    [requests.r]\ntarget = \"e\"\narrivals.poisson.rate = \"20/s\"\n\
                    service_time.constant = \"1000d\"\n"
            .to_owned();
    // A checkpoint of a hundred years for each microsecond of work.
    let checkpoints = on_cluster(
        "max_nodes = 1\napproved = true\ntier = \"spot\"\neviction.rate = \"0.000000000001/h\"",
        "arrivals.deterministic.interval = \"12h\"\nduration = \"36500d\"\non_interruption = \"resume\"\n\
         checkpoint_interval = \"0.000001s\"\ncheckpoint_cost = \"36500d\"",
    );
    // Pauses of a hundred years between tries.
    let allocation = on_cluster(
        "max_nodes = 1\nallocation_failure = { probability = 0.999999999, retry_after = \"36500d\", retry_at_most = \"36500d\" }",
        SOME_RUNS,
    );
    let too_much = "make it shorter or the targets larger";
    let lost = "its runs may lose their nodes again and again: make evictions rarer or runs shorter (`max_duration`), or keep what is \
                done (`on_interruption = \"resume\"`)";
    for (name, text, remedy) in [
        ("log", log, too_much),
        ("requests", requests, too_much),
        ("checkpoints", checkpoints, lost),
        ("allocation", allocation, too_much),
    ] {
        desk.write("long.toml", text);
        for threads in [1, 2] {
            desk.simulate(&format!("long.toml --threads {threads} --output out"))
                .fails(
                    1,
                    &[
                        "error: scenario `long`, variant `base`, replication 0: what is to be done takes more than 9,000 \
                         years of simulated time",
                        &format!("= help: {remedy}, or stop at the horizon with `end = \"cut\"`"),
                    ],
                );
            assert!(!desk.path("out").exists(), "{name}");
        }
    }
    // Whoever stops at the horizon need not wait so long.
    desk.simulate("long.toml --set end=cut --output out")
        .succeeds();
}

#[test]
fn times_that_cannot_be_counted_are_refused() {
    let desk = Desk::new();
    let text = on_cluster(
        "",
        "arrivals.batch = { runs = 150, at = \"1h\" }\nduration = \"7000000d\"",
    );
    desk.write("long.toml", text);
    desk.simulate("long.toml").fails(
        2,
        &[
            "`workload.w.duration`: `7000000d` is more than a hundred years",
            "= help: write a duration of at most 36500d",
        ],
    );
}

/// The largest part of memory that a process took so far, in bytes.
#[cfg(target_os = "linux")]
fn peak(child: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes = line.split_whitespace().nth(1)?.parse::<u64>().ok()?;
    Some(kilobytes << 10)
}

#[cfg(target_os = "linux")]
#[test]
fn no_more_memory_is_taken_than_allowed() {
    let desk = Desk::new();
    // Runs that come a thousand times faster than they end.
    let text = on_cluster(
        "max_nodes = 1",
        "arrivals.poisson.rate = \"1000/s\"\nduration.exponential = { mean = \"1s\" }",
    );
    desk.write("many.toml", text);
    let mut child = desk
        .prepare("many.toml --memory 300MB --threads 1 --output out")
        .spawn()
        .expect("the binary");
    let mut most = 0;
    while child.try_wait().expect("its state").is_none() {
        most = most.max(peak(&child).unwrap_or(0));
        sleep(Duration::from_millis(5));
    }
    let outcome = Outcome::from(child.wait_with_output().expect("its end"));
    outcome.fails(
        1,
        &[
            "error: it takes more than 300.0 MB of memory",
            "shorten the horizon or make the targets larger",
            "allow more with `--memory`",
        ],
    );
    assert!(most < 900 << 20, "{most} bytes");
    assert!(!desk.path("out").exists());
    let wrong = desk.simulate("many.toml --memory 4");
    assert_eq!(wrong.code, Some(2));
    let help = "write a size of 64MB or more, such as `500MB` or `4GB`";
    assert!(wrong.stderr.contains(help), "{}", wrong.stderr);
}
