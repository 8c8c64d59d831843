//! The simulator against queueing theory: fixed and scaling clusters, instances and gangs whose figures are known exactly.
//!
//! Every case simulates at least 30 replications. Theory has to lie inside the 99.9 % interval of the mean after a warm-up,
//! and half that interval may be at most 1 % of theory (more where noted), so that noise cannot pass for agreement. Times are
//! in mean service times.
//! `cargo test --test theory -- --nocapture` prints every estimate.

mod arrivals;
mod billing;
#[path = "../support/chain.rs"]
mod chain;
mod dynamic;
mod exact;
mod losses;
mod measure;
mod models;
#[path = "../support/scaling_chain.rs"]
mod scaling_chain;
mod services;

use autoscale_simulator::distribution::Distribution;
use autoscale_simulator::model::settings::SurplusProvisioning::{Cancel, Keep};
use autoscale_simulator::results::TargetResult;
use autoscale_simulator::units::SimTime;
use autoscale_simulator::workload::NodeCount;

use measure::{
    Claim, Claims, Effort, Figure, SERVICE_S, System, as_stated, cluster, constant, exponential,
    fixed, instance, mean_wait_s, node_hours, replicate, services,
};
use models::{OneNode, idle_gang_assembly, m_g_1_wait, m_m_c_wait};
use scaling_chain::{Cluster, Expected};

/// Servers, offered load, stated mean wait, widest half-interval, effort.
type Servers = (u32, f64, &'static str, f64, Effort);

const M_M_C: [Servers; 6] = [
    (1, 0.5, "1", 0.01, Effort(40, 200_000.0)),
    (1, 0.9, "9", 0.025, Effort(40, 600_000.0)),
    (2, 1.0, "0.333333", 0.01, Effort(40, 400_000.0)),
    (4, 2.0, "0.0869565", 0.01, Effort(40, 1_000_000.0)),
    (10, 8.0, "0.204590", 0.025, Effort(40, 400_000.0)),
    (50, 45.0, "0.0727729", 0.05, Effort(40, 400_000.0)),
];

/// M/M/c: Poisson arrivals, exponential service, c servers that are always on (Erlang C).
#[test]
fn slow_fixed_clusters_wait_as_m_m_c() {
    let mut claims = Claims::default();
    for (nodes, load, stated, widest, effort) in M_M_C {
        let name = format!("{nodes} nodes, load {load}");
        let wait = m_m_c_wait(nodes, load);
        as_stated(&name, wait, stated);
        let system = System::new(fixed(nodes), load);
        claims.check(&name, system, effort, &[Claim(Figure::Wait, wait, widest)]);
    }
    claims.settle();
}

/// The same for an instance whose slots do not slow each other.
#[test]
fn slow_instances_wait_as_m_m_c() {
    let mut claims = Claims::default();
    for (slots, load, _, widest, effort) in [M_M_C[0], M_M_C[2], M_M_C[4]] {
        let name = format!("{slots} slots, load {load}");
        let wait = m_m_c_wait(slots, load);
        let system = System::new(instance(slots), load);
        claims.check(&name, system, effort, &[Claim(Figure::Wait, wait, widest)]);
    }
    claims.settle();
}

/// Under the same submissions, slots and nodes that are always on serve every run at the same time.
#[test]
fn slots_serve_as_fixed_nodes_do() {
    for (servers, load, ..) in M_M_C {
        let waits = |kind| {
            let world = System::new(kind, load).world("the same", 20_000.0);
            let targets = replicate(&world, 2);
            targets.into_iter().map(|target| target.runs)
        };
        let (slots, nodes) = (waits(instance(servers)), waits(fixed(servers)));
        assert!(slots.eq(nodes), "{servers} servers, load {load}");
    }
}

/// M/G/1: beside its mean, only the variance of the service time matters to the mean wait (Pollaczek-Khinchine).
#[test]
fn slow_one_fixed_node_waits_as_m_g_1() {
    const LOAD: f64 = 0.8;
    let log_normal = Distribution::log_normal_mean_cv(services(1.0), 2.0).unwrap();
    let cases = [
        ("exponential", exponential(1.0), 1.0, "4", 0.01, 500_000.0),
        ("constant", constant(1.0), 0.0, "2", 0.01, 200_000.0),
        ("log-normal", log_normal, 4.0, "10", 0.025, 500_000.0),
    ];
    let mut claims = Claims::default();
    for (name, service, variance, stated, widest, runs) in cases {
        let wait = m_g_1_wait(LOAD, variance);
        as_stated(name, wait, stated);
        let system = System {
            service,
            ..System::new(fixed(1), LOAD)
        };
        let list = [Claim(Figure::Wait, wait, widest)];
        claims.check(name, system, Effort(60, runs), &list);
    }
    claims.settle();
}

/// M/G/1 with set-up and delayed switch-off: one node that scales to zero. The closed form stands at [`OneNode`].
#[test]
fn slow_one_node_that_scales_to_zero_waits_as_m_g_1_with_set_up() {
    const RATE: f64 = 0.5;
    let node = |start_square, off| OneNode {
        rate: RATE,
        service_square: 2.0,
        start: 10.0,
        start_square,
        off,
    };
    let by_clock = node(100.0, (-RATE * 2.0).exp());
    let at_random = node(200.0, 1.0 / (1.0 + RATE * 10.0));
    let cases = [
        (
            "start 10, off at once",
            (constant(10.0), constant(0.0), node(100.0, 1.0)),
            ["6.833333", "0.416667", "0"],
        ),
        (
            "start 10, idle 2",
            (constant(10.0), constant(2.0), by_clock),
            ["5.534688", "0.323906", "0.111312"],
        ),
        (
            "start and idle exponential",
            (exponential(10.0), exponential(10.0), at_random),
            ["6.454545", "0.227273", "0.227273"],
        ),
    ];
    let mut claims = Claims::default();
    for (name, (boot, idle, node), stated) in cases {
        let system = System::new(cluster((0, 1), boot, idle, Keep), RATE);
        let expected = node.expected();
        let mut list = claims_of(name, expected, stated, 0.01);
        list.push(Claim(Figure::StartsPerRun, node.cold_starts(), 0.01));
        claims.check(name, system, Effort(60, 200_000.0), &list);
    }
    claims.settle();
}

/// What is claimed of a scaling cluster, once theory is found to be as stated: wait, starting nodes, idle nodes.
fn claims_of(name: &str, expected: Expected, stated: [&str; 3], widest: f64) -> Vec<Claim> {
    as_stated(name, expected.wait, stated[0]);
    as_stated(name, expected.starting, stated[1]);
    as_stated(name, expected.idle, stated[2]);
    vec![
        Claim(Figure::Wait, expected.wait, widest),
        Claim(Figure::Starting, expected.starting, widest),
        Claim(Figure::Idle, expected.idle, widest),
    ]
}

/// Clusters that scale up to k nodes, everything exponential: solved as Markov chains ([`Cluster`]).
#[test]
fn slow_clusters_that_scale_do_as_their_markov_chains() {
    // Least nodes, most nodes and rate; whether idle nodes stay (10 on average) or go at once; what becomes of surplus starts.
    let cases = [
        (
            (0, 4, 2.0),
            true,
            Keep,
            ["0.842232", "0.864945", "0.864945"],
            Effort(60, 400_000.0),
        ),
        (
            (0, 10, 5.0),
            true,
            Keep,
            ["0.222282", "1.948593", "1.948593"],
            Effort(60, 300_000.0),
        ),
        (
            (0, 4, 2.0),
            false,
            Cancel,
            ["3.462137", "1.605776", "0"],
            Effort(60, 300_000.0),
        ),
        (
            (0, 10, 5.0),
            true,
            Cancel,
            ["0.405674", "1.214788", "1.214788"],
            Effort(60, 300_000.0),
        ),
        (
            (2, 4, 2.0),
            true,
            Keep,
            ["0.767333", "0.842125", "0.883026"],
            Effort(60, 400_000.0),
        ),
    ];
    let mut claims = Claims::default();
    for ((least, most, rate), stays, surplus, stated, effort) in cases {
        let from = if least > 0 {
            format!("{least} to ")
        } else {
            String::new()
        };
        let name =
            format!("{from}{most} nodes, load {rate}, {surplus:?}, idle nodes stay: {stays}");
        let chain = Cluster {
            least,
            most,
            rate,
            ready_rate: 0.1,
            off_rate: stays.then_some(0.1),
            cancel: surplus == Cancel,
        };
        let widest = if most == 10 { 0.025 } else { 0.01 };
        let list = claims_of(&name, chain.expected(), stated, widest);
        let idle = if stays {
            exponential(10.0)
        } else {
            constant(0.0)
        };
        let kind = cluster((least, most), exponential(10.0), idle, surplus);
        claims.check(&name, System::new(kind, rate), effort, &list);
    }
    claims.settle();
}

/// Runs of one node and of two on two nodes that are always on, in strict order: solved as a Markov chain ([`idle_gang_assembly`]).
#[test]
fn slow_gangs_wait_as_their_markov_chain() {
    let (rate, gangs) = (0.8, 0.5);
    let wait = idle_gang_assembly(rate, gangs);
    as_stated("gangs", wait, "2.153377");
    let system = System {
        nodes: NodeCount::Choice {
            values: vec![1, 2],
            weights: vec![1.0 - gangs, gangs],
        },
        ..System::new(fixed(2), rate)
    };
    let mut claims = Claims::default();
    let list = [Claim(Figure::Wait, wait, 0.01)];
    claims.check("gangs", system, Effort(60, 300_000.0), &list);
    claims.settle();
}

/// 64 nodes always on, a million runs from an empty start: Erlang C at the scale of a large study.
#[test]
fn slow_a_million_runs_wait_as_m_m_c() {
    let (nodes, load) = (64, 57.6);
    let theory = m_m_c_wait(nodes, load) * SERVICE_S;
    as_stated("64 fixed nodes", theory, "29.1247");
    let mut world = System::new(fixed(nodes), load).world("64 fixed nodes", 1_000_000.0);
    world.warmup = SimTime::ZERO;
    let waits: Vec<f64> = replicate(&world, 30).iter().map(mean_wait_s).collect();
    let mut claims = Claims::default();
    claims.near("64 fixed nodes, wait in s", &waits, (theory, 0.0));
    claims.settle();
}

/// Up to 64 nodes that start in 180 s and stay idle for 120 s, 200,000 runs from an empty start until the last has ended.
/// There is no closed form: the figures are means of 1,000 replications by other programs, and each comes with the standard
/// deviation of one replication.
#[test]
fn a_large_scaling_cluster_does_as_other_programs_have_it() {
    let kind = cluster((0, 64), constant(0.3), constant(0.2), Keep);
    let mut world = System::new(kind, 32.0).world("up to 64 nodes", 200_000.0);
    world.warmup = SimTime::ZERO;
    let targets = replicate(&world, 30);
    let values = |of: fn(&TargetResult) -> f64| targets.iter().map(of).collect::<Vec<f64>>();
    let known = |mean: f64, deviation: f64| (mean, deviation / 1_000.0_f64.sqrt());
    let mut claims = Claims::default();
    let waits = values(mean_wait_s);
    claims.near("up to 64 nodes, wait in s", &waits, known(20.8814, 0.171));
    let hours = values(node_hours);
    claims.near("up to 64 nodes, node-hours", &hours, known(37_343.2, 75.0));
    let starts = values(|target| target.spin_ups as f64);
    claims.near("up to 64 nodes, starts", &starts, known(39_437.0, 192.0));
    claims.settle();
}
