//! Builds worlds in units of the mean service time, simulates their replications and holds figures against theory.

use autoscale_simulator::distribution::Distribution;
use autoscale_simulator::engine::streams::Streams;
use autoscale_simulator::model::settings::{
    ClusterSettings, End, InstanceSettings, LeaseBilling, OnStop, SurplusProvisioning, TargetKind,
    TargetSettings, WorldSettings,
};
use autoscale_simulator::model::{Silent, simulate};
use autoscale_simulator::results::{NodeTimes, TargetResult};
use autoscale_simulator::stats::{self, Estimate};
use autoscale_simulator::study::Threads;
use autoscale_simulator::units::{NodeTime, SimDuration, SimTime};
use autoscale_simulator::workload::poisson::Poisson;
use autoscale_simulator::workload::{Arrivals, NodeCount, OnLoss, WorkloadSettings};

/// Mean service time in seconds: long enough that rounding to microseconds changes nothing.
pub(crate) const SERVICE_S: f64 = 600.0;
/// Confidence level at which theory has to be inside.
const CONFIDENCE: f64 = 0.999;
/// Part of the horizon left out at the start, which finds everything empty.
const WARMUP: f64 = 0.05;
/// Seed of every study here.
const SEED: u64 = 2024;

/// So many mean service times.
pub(crate) fn services(count: f64) -> SimDuration {
    SimDuration::from_secs_rounded(count * SERVICE_S)
}

/// Always so many mean service times.
pub(crate) fn constant(count: f64) -> Distribution {
    Distribution::constant(services(count))
}

/// Exponential with a mean of so many mean service times.
pub(crate) fn exponential(mean: f64) -> Distribution {
    Distribution::exponential(services(mean)).expect("the mean is above 0")
}

/// A cluster whose nodes start in `boot` and switch off after `idle`.
pub(crate) fn cluster(
    (min_nodes, max_nodes): (u32, u32),
    boot: Distribution,
    idle: Distribution,
    surplus: SurplusProvisioning,
) -> TargetKind {
    TargetKind::Cluster(ClusterSettings {
        idle_before_scale_down: idle,
        boot,
        surplus_provisioning: surplus,
        ..ClusterSettings::new(min_nodes, max_nodes)
    })
}

/// A cluster of so many nodes, always on.
pub(crate) fn fixed(nodes: u32) -> TargetKind {
    let (boot, idle) = (constant(1.0), constant(1.0));
    cluster((nodes, nodes), boot, idle, SurplusProvisioning::default())
}

/// An instance of so many slots, always on.
pub(crate) fn instance(slots: u32) -> TargetKind {
    TargetKind::Instance(InstanceSettings {
        slots,
        boot: constant(0.0),
        schedule: None,
        on_stop: OnStop::default(),
        idle_shutdown: None,
        start_on_submission: true,
        allocated_while_stopped: false,
    })
}

/// A target and the runs submitted to it.
pub(crate) struct System {
    /// The target.
    pub(crate) kind: TargetKind,
    /// Poisson arrivals per mean service time.
    pub(crate) rate: f64,
    /// Service time.
    pub(crate) service: Distribution,
    /// Nodes of a run.
    pub(crate) nodes: NodeCount,
}

impl System {
    /// Single-node runs with exponential service.
    pub(crate) fn new(kind: TargetKind, rate: f64) -> Self {
        Self {
            kind,
            rate,
            service: exponential(1.0),
            nodes: NodeCount::Constant(1),
        }
    }

    /// The world in which so many runs are submitted on average. The name chooses their random streams.
    pub(crate) fn world(self, name: &str, runs: f64) -> WorldSettings {
        let horizon = runs / self.rate;
        WorldSettings {
            horizon: SimTime::ZERO + services(horizon),
            warmup: SimTime::ZERO + services(horizon * WARMUP),
            end: End::Drain,
            charge_periods: None,
            week: None,
            environments: Vec::new(),
            targets: vec![TargetSettings {
                name: "target".to_owned(),
                max_run_duration: None,
                billing: LeaseBilling::default(),
                vcpus: 0,
                gpu_parts: 0,
                keep_hours: None,
                unmanaged: false,
                kind: self.kind,
            }],
            workloads: vec![WorkloadSettings {
                estimate: autoscale_simulator::workload::Estimate::default(),
                name: name.to_owned(),
                targets: vec![0],
                speeds: Vec::new(),
                arrivals: Arrivals::Poisson(Poisson::new(self.rate / SERVICE_S)),
                duration: self.service,
                nodes: self.nodes,
                priority: 0,
                environment: None,
                max_duration: None,
                setup: constant(0.0),
                finalize: constant(0.0),
                on_loss: OnLoss::default(),
                restart: SimDuration::ZERO,
                background: false,
                batch_inference: None,
            }],
            quotas: Vec::new(),
            services: Vec::new(),
            requests: Vec::new(),
        }
    }
}

/// How much work a case is worth: replications, and runs in each.
#[derive(Clone, Copy)]
pub(crate) struct Effort(pub(crate) u64, pub(crate) f64);

/// What is measured in a replication.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Figure {
    /// Mean wait in mean service times.
    Wait,
    /// Mean number of nodes starting.
    Starting,
    /// Mean number of nodes idle.
    Idle,
    /// Nodes started for each run.
    StartsPerRun,
}

impl Figure {
    fn of(self, target: &TargetResult, window: SimDuration) -> f64 {
        let mean_nodes = |time: NodeTime| time.0 as f64 / window.0 as f64;
        match self {
            Self::Wait => mean_wait_s(target) / SERVICE_S,
            Self::Starting => mean_nodes(target.within.boot),
            Self::Idle => mean_nodes(target.within.idle()),
            Self::StartsPerRun => target.spin_ups as f64 / target.runs.submitted as f64,
        }
    }
}

/// Mean wait of a replication's measured runs, in seconds.
pub(crate) fn mean_wait_s(target: &TargetResult) -> f64 {
    assert_eq!(target.runs.started, target.runs.submitted, "no run is left");
    target.runs.wait_sum as f64 / 1e6 / target.runs.started as f64
}

/// Node-hours of a replication's leases, up to the target's end.
pub(crate) fn node_hours(target: &TargetResult) -> f64 {
    let leased = |times: &NodeTimes| times.leased().as_hours();
    leased(&target.within) + leased(&target.drain)
}

/// The first target of each replication, in order, computed in parallel.
pub(crate) fn replicate(world: &WorldSettings, replications: u64) -> Vec<TargetResult> {
    let indices: Vec<u64> = (0..replications).collect();
    Threads::start(None)
        .expect("threads")
        .map(&indices, |index| {
            let streams = Streams::new(SEED, *index);
            let outcome =
                simulate(world, streams, Silent, &|| true).expect("nothing interrupts it");
            let first = outcome.result.targets.into_iter().next();
            first.expect("every world here has a target")
        })
}

/// A figure, what theory says it is, and how wide half its interval may be as a share of that.
pub(crate) struct Claim(pub(crate) Figure, pub(crate) f64, pub(crate) f64);

/// Collects claims that fail, so that one run of a test shows all of them.
#[derive(Default)]
pub(crate) struct Claims {
    failures: Vec<String>,
}

impl Claims {
    /// Simulates a system and holds it against what theory claims of it. Cases of different names share no random numbers.
    pub(crate) fn check(&mut self, name: &str, system: System, effort: Effort, claims: &[Claim]) {
        let Effort(replications, runs) = effort;
        assert!(replications >= 30, "{name}: too few replications");
        let world = system.world(name, runs);
        let window = world.horizon.since(world.warmup);
        let targets = replicate(&world, replications);
        for &Claim(figure, theory, widest) in claims {
            let values: Vec<f64> = targets
                .iter()
                .map(|target| figure.of(target, window))
                .collect();
            self.judge_mean(&format!("{name}, {figure:?}"), theory, &values, widest);
        }
    }

    /// Holds the mean of a figure of each replication against theory.
    pub(crate) fn judge_mean(&mut self, name: &str, theory: f64, values: &[f64], widest: f64) {
        assert!(values.len() >= 30, "{name}: too few replications");
        let estimate = stats::estimate(values, CONFIDENCE).expect("there are replications");
        self.judge(name, theory, estimate, widest);
    }

    /// Holds an estimate against theory, and its half-width against the share of it that it may be.
    pub(crate) fn judge(&mut self, name: &str, theory: f64, estimate: Estimate, widest: f64) {
        let width = estimate.half_width.unwrap_or(f64::INFINITY);
        let line = format!(
            "{name}: theory {theory:.6}, estimate {:.6} +- {width:.6}, which may be {:.6}",
            estimate.mean,
            theory * widest
        );
        show(&line);
        if estimate.covers(theory) != Some(true) {
            self.failures.push(format!("theory is outside: {line}"));
        }
        if width > theory * widest {
            self.failures
                .push(format!("the interval is too wide: {line}"));
        }
    }

    /// Holds the mean of a figure over replications against one that is known with a standard error of its own: within three
    /// standard errors of the difference.
    pub(crate) fn near(&mut self, name: &str, values: &[f64], (known, error): (f64, f64)) {
        let mean = stats::mean(values).expect("there are replications");
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let count = values.len() as f64;
        let spread = (squares / (count - 1.0)).sqrt();
        let error = (spread / count.sqrt()).hypot(error);
        let off = (mean - known) / error;
        let line = format!(
            "{name}: known {known:.4}, estimate {mean:.4} with standard deviation {spread:.4}, off by {off:.2} standard errors"
        );
        show(&line);
        if off.is_nan() || off.abs() > 3.0 {
            self.failures.push(line);
        }
    }

    /// Fails the test if any claim failed.
    pub(crate) fn settle(self) {
        assert!(self.failures.is_empty(), "\n{}", self.failures.join("\n"));
    }
}

/// Checks a computed theory value against a stated one, to the digits that are stated.
pub(crate) fn as_stated(name: &str, computed: f64, stated: &str) {
    let decimals = stated
        .split_once('.')
        .map_or(0, |(_, decimals)| decimals.len());
    assert_eq!(format!("{computed:.decimals$}"), stated, "{name}");
}

/// Prints a line for those who look.
#[expect(
    clippy::print_stdout,
    reason = "shown on request: `cargo test --test theory -- --nocapture` prints every estimate"
)]
pub(crate) fn show(line: &str) {
    println!("{line}");
}
