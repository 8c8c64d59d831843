//! scratch
use autoscale_simulator::distribution::Distribution;
use autoscale_simulator::engine::streams::Streams;
use autoscale_simulator::model::settings::*;
use autoscale_simulator::model::{Silent, simulate};
use autoscale_simulator::units::*;
use autoscale_simulator::workload::*;

fn world(min: u32, max: u32, rate: f64, boot: u64, runs: f64) -> WorldSettings {
    let zero = || Distribution::constant(SimDuration::ZERO);
    WorldSettings {
        horizon: SimTime::ZERO + SimDuration::from_secs_rounded(runs / rate),
        warmup: SimTime::ZERO,
        end: End::Drain,
        environments: vec![],
        targets: vec![TargetSettings {
            name: "c".into(),
            max_run_duration: None,
            billing: LeaseBilling::default(),
            kind: TargetKind::Cluster(ClusterSettings {
                min_nodes: min,
                max_nodes: max,
                idle_before_scale_down: Distribution::constant(SimDuration::from_secs(120)),
                allocation: zero(),
                boot: Distribution::constant(SimDuration::from_secs(boot)),
                leaving: zero(),
                idle_node_choice: IdleNodeChoice::MostRecentlyIdle,
                surplus_provisioning: SurplusProvisioning::Keep,
            }),
        }],
        workloads: vec![WorkloadSettings {
            name: "w".into(),
            target: 0,
            arrivals: Arrivals::Poisson(poisson::Poisson { rate_per_s: rate }),
            duration: Distribution::exponential(SimDuration::from_secs(600)).unwrap(),
            nodes: NodeCount::Constant(1),
            priority: 0,
            environment: None,
            max_duration: None,
            setup: zero(),
            finalize: zero(),
        }],
    }
}

#[allow(clippy::disallowed_types)]
fn main() {
    for (name, settings) in [
        ("W1", world(64, 64, 0.096, 0, 1e6)),
        ("W2", world(0, 64, 0.053_333_333, 180, 2e5)),
        ("W2x4096", world(0, 4096, 0.053_333_333 * 64.0, 180, 1e6)),
    ] {
        for rep in 0..5 {
            let start = std::time::Instant::now();
            let out = simulate(&settings, Streams::new(1, rep), Silent, &|| true).unwrap();
            let elapsed = start.elapsed().as_secs_f64();
            let target = &out.result.targets[0];
            let runs = target.runs.submitted as f64;
            println!(
                "{name} {:.2} M runs/s  {:.1} ns/run wait {:.4} node-hours {:.1} spin-ups {} ops/run {:.3}",
                runs / elapsed / 1e6,
                elapsed / runs * 1e9,
                target.runs.wait_sum as f64 / 1e6 / runs,
                (target.within.leased() + target.drain.leased()).as_hours(),
                target.spin_ups,
                out.queue_operations as f64 / runs
            );
        }
    }
}
