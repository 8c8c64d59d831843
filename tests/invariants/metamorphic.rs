//! What must not change, or only in a known way, when a world is changed: compared exactly, not on average.

use autoscale_simulator::distribution::Distribution;
use autoscale_simulator::engine::streams::{Purpose, Streams};
use autoscale_simulator::model::settings::{
    ClusterSettings, End, IdleNodeChoice, InstanceSettings, OnStop, SurplusProvisioning,
    TargetKind, WorldSettings,
};
use autoscale_simulator::pricing::{FixedCharge, TargetPrices};
use autoscale_simulator::results::{LeaseRecord, NodeTimes, RunRecord, Window};
use autoscale_simulator::units::{NodeTime, SimDuration, SimTime, UsdPerHour};
use autoscale_simulator::workload::trace::{Trace, TraceRow};
use autoscale_simulator::workload::{Arrivals, NodeCount};

use crate::support::{below, constant, pick, random_world, rows};
use crate::worlds::Case;
use crate::{check, small};

/// The world of a case with another one behind it that shares nothing with it.
fn joined(first: &WorldSettings, second: &WorldSettings, names: [&str; 2]) -> WorldSettings {
    let mut both = WorldSettings {
        targets: Vec::new(),
        workloads: Vec::new(),
        environments: Vec::new(),
        ..first.clone()
    };
    for (world, name) in [first, second].into_iter().zip(names) {
        let (targets, images) = (both.targets.len(), both.environments.len());
        let image_shift = u32::try_from(images).unwrap();
        both.environments.extend(world.environments.iter().cloned());
        both.targets.extend(world.targets.iter().cloned());
        both.workloads.extend(world.workloads.iter().cloned());
        for environment in &mut both.environments[images..] {
            environment.name.insert_str(0, name);
        }
        for target in &mut both.targets[targets..] {
            target.name.insert_str(0, name);
        }
        let workloads = both.workloads.len() - world.workloads.len();
        for workload in &mut both.workloads[workloads..] {
            workload.name.insert_str(0, name);
            for target in &mut workload.targets {
                *target += targets;
            }
            workload.environment = workload.environment.map(|image| image + image_shift);
            if let Arrivals::Trace(trace) = &mut workload.arrivals {
                let shifted = trace.rows().iter().map(|row| TraceRow {
                    environment: row.environment.map(|image| image + image_shift),
                    ..*row
                });
                *trace = Trace::new(shifted.collect());
            }
        }
    }
    both
}

/// All that a world's targets left, when they and the workloads stand behind so many others.
fn assert_within(case: &Case, both: &Case, (targets, workloads): (usize, usize), name: &str) {
    let shift = u32::try_from(targets).unwrap();
    let workload_shift = u32::try_from(workloads).unwrap();
    let many = case.settings.targets.len();
    let here = |target: u32| (targets..targets + many).contains(&(target as usize));
    assert_eq!(
        case.result.targets,
        both.result.targets[targets..targets + many],
        "{name}"
    );
    assert_eq!(
        case.timelines,
        both.timelines[targets..targets + many],
        "{name}"
    );
    let runs = both.runs.iter().map(|run| &run.record);
    let runs = runs.filter(|run| here(run.target)).map(|run| RunRecord {
        target: run.target - shift,
        workload: run.workload - workload_shift,
        ..run.clone()
    });
    let expected = case.runs.iter().map(|run| run.record.clone());
    assert!(expected.eq(runs), "{name}: runs");
    let leases = both.leases.iter().filter(|lease| here(lease.target));
    let leases = leases.map(|lease| LeaseRecord {
        target: lease.target - shift,
        ..lease.clone()
    });
    assert!(case.leases.iter().cloned().eq(leases), "{name}: leases");
}

#[test]
fn what_is_unrelated_changes_nothing_and_neither_does_the_order() {
    for number in 0..400 {
        let streams = Streams::new(1_793, number);
        let simulated =
            |settings: WorldSettings| Case::simulated(number.to_string(), settings, streams);
        let (first, second) = (
            Case::new(number, small),
            Case::new(number + 1_000_000, small),
        );
        let second = WorldSettings {
            horizon: first.settings.horizon,
            warmup: first.settings.warmup,
            end: first.settings.end,
            ..second.settings
        };
        let nothing = WorldSettings {
            targets: Vec::new(),
            workloads: Vec::new(),
            environments: Vec::new(),
            ..second.clone()
        };
        let alone = simulated(joined(&first.settings, &nothing, ["one ", ""]));
        let behind = simulated(joined(&first.settings, &second, ["one ", "two "]));
        assert_within(&alone, &behind, (0, 0), &alone.name);
        let before = simulated(joined(&second, &first.settings, ["two ", "one "]));
        let others = (second.targets.len(), second.workloads.len());
        assert_within(&alone, &before, others, &alone.name);
        assert_eq!(behind.result.all_runs, before.result.all_runs, "{number}");
    }
}

#[test]
fn the_warmup_changes_only_what_is_measured() {
    for number in 0..300 {
        let case = Case::new(number, small);
        let streams = case.streams;
        let with_warmup = |share: u64| {
            let warmup = SimTime(case.settings.horizon.0 / 7 * share);
            let settings = WorldSettings {
                warmup,
                ..case.settings.clone()
            };
            Case::simulated(case.name.clone(), settings, streams)
        };
        let (whole, part) = (with_warmup(0), with_warmup(5));
        assert_eq!(whole.leases, part.leases, "{}", case.name);
        assert_eq!(whole.levels, part.levels, "{}", case.name);
        assert_eq!(whole.timelines, part.timelines, "{}", case.name);
        let records = |of: &Case| -> Vec<RunRecord> {
            of.runs.iter().map(|run| run.record.clone()).collect()
        };
        assert_eq!(records(&whole), records(&part), "{}", case.name);
        for (whole, part) in whole.result.targets.iter().zip(&part.result.targets) {
            assert_eq!(whole.drain, part.drain, "{}", case.name);
            assert_eq!(whole.end, part.end, "{}", case.name);
            assert!(
                part.within.leased() <= whole.within.leased(),
                "{}",
                case.name
            );
            assert!(part.peak_nodes <= whole.peak_nodes, "{}", case.name);
        }
    }
}

/// Where the measured time begins or ends at the very instant at which something happens, it is clipped there.
#[test]
fn invariants_hold_where_the_warmup_or_a_cut_falls_on_an_event() {
    for number in 0..400 {
        let case = Case::new(number, small);
        let mut stream = case.streams.open(Purpose("case"), "clipped");
        let released = case.leases.iter().map(|lease| lease.released);
        let ended = case.runs.iter().filter_map(|run| run.record.ended);
        let instants: Vec<SimTime> = released
            .chain(ended)
            .filter(|at| *at > SimTime::ZERO && *at < case.horizon())
            .collect();
        if instants.is_empty() {
            continue;
        }
        let at = pick(&mut stream, &instants);
        let settings = WorldSettings {
            warmup: at,
            ..case.settings.clone()
        };
        check(&Case::simulated(case.name.clone(), settings, case.streams));
        let settings = WorldSettings {
            warmup: SimTime(at.0 / 2),
            horizon: at,
            ..case.settings.clone()
        };
        check(&Case::simulated(case.name.clone(), settings, case.streams));
    }
}

#[test]
fn a_cut_is_the_beginning_of_a_drain() {
    for number in 0..400 {
        let case = Case::new(number, small);
        let ending = |end| {
            let settings = WorldSettings {
                end,
                ..case.settings.clone()
            };
            Case::simulated(case.name.clone(), settings, case.streams)
        };
        let (cut, drain) = (ending(End::Cut), ending(End::Drain));
        let horizon = case.horizon();
        let before = |at: Option<SimTime>| at.filter(|at| *at < horizon);
        for (cut, drain) in cut.runs.iter().zip(&drain.runs) {
            let (cut, drain) = (&cut.record, &drain.record);
            let times = |of: &RunRecord| [of.queued, of.assigned, of.started, of.ended].map(before);
            assert_eq!(
                times(cut),
                times(drain),
                "{}: {cut:?}, {drain:?}",
                case.name
            );
            if before(drain.ended).is_some() {
                assert_eq!(cut, drain, "{}", case.name);
            }
        }
        for (cut, drain) in cut.result.targets.iter().zip(&drain.result.targets) {
            let unrounded = |times: NodeTimes| NodeTimes {
                rounding: NodeTime(0),
                ..times
            };
            assert_eq!(
                unrounded(cut.within),
                unrounded(drain.within),
                "{}",
                case.name
            );
            assert_eq!(cut.drain, NodeTimes::default(), "{}", case.name);
            assert_eq!(cut.peak_nodes.max(drain.peak_nodes), drain.peak_nodes);
        }
    }
}

#[test]
fn twice_the_price_is_twice_the_cost() {
    for number in 0..200 {
        let case = Case::new(number, small);
        let window = Window {
            warmup: case.warmup(),
            horizon: case.horizon(),
        };
        let prices = |factor: u64| {
            let charge = |micro_usd, hours| {
                Some(FixedCharge {
                    micro_usd: micro_usd * factor,
                    hours,
                })
            };
            TargetPrices {
                per_hour: UsdPerHour(3_060_001 * factor),
                // By the hour, so that nothing is rounded.
                disk: charge(27_001, 1),
                public_ip: charge(5_003, 1),
                load_balancer: charge(13_751, 1),
                load_balancer_at_zero: true,
                ..TargetPrices::default()
            }
        };
        for result in &case.result.targets {
            let once = prices(1).cost(result, window).whole();
            let twice = prices(2).cost(result, window).whole();
            assert_eq!(twice.total(), once.total() + once.total(), "{}", case.name);
            if result.slots == 1 {
                let doubled = once.lines().map(|line| line + line);
                assert_eq!(twice.lines(), doubled, "{}", case.name);
            }
        }
    }
}

/// A cluster of `max_nodes` that are there as soon as they are asked for.
fn instant_cluster(max_nodes: u32) -> ClusterSettings {
    ClusterSettings {
        leaving: constant(60_000_000),
        ..ClusterSettings::new(0, max_nodes)
    }
}

/// When each run was assigned, started and ended, and how.
fn starts(case: &Case) -> Vec<RunRecord> {
    let without_nodes = |record: &RunRecord| RunRecord {
        nodes_held: Vec::new(),
        ..record.clone()
    };
    case.runs
        .iter()
        .map(|run| without_nodes(&run.record))
        .collect()
}

/// A random world whose images need not be pulled, on one target.
fn unpulled(number: u64, single: bool) -> Case {
    let case = Case::new(number, small);
    let mut settings = case.settings.clone();
    for environment in &mut settings.environments {
        environment.image_pull = constant(0);
    }
    settings.targets.truncate(1);
    for workload in &mut settings.workloads {
        workload.targets = vec![0];
        if single {
            workload.nodes = NodeCount::Constant(1);
            if let Arrivals::Trace(trace) = &mut workload.arrivals {
                let rows = trace.rows().iter().map(|row| TraceRow {
                    nodes: None,
                    ..*row
                });
                *trace = Trace::new(rows.collect());
            }
        }
    }
    Case::simulated(case.name, settings, case.streams)
}

fn on(case: &Case, kind: TargetKind) -> Case {
    let mut settings = case.settings.clone();
    settings.targets[0].kind = kind;
    Case::simulated(case.name.clone(), settings, case.streams)
}

#[test]
fn where_nodes_come_at_once_the_idle_time_does_not_change_when_runs_start() {
    for number in 0..200 {
        let case = unpulled(number, false);
        let fixed = ClusterSettings {
            min_nodes: 5,
            ..instant_cluster(5)
        };
        let reference = starts(&on(&case, TargetKind::Cluster(fixed)));
        let random = Distribution::exponential(SimDuration::from_secs(100)).unwrap();
        for (position, idle) in [constant(0), constant(90_000_000), random]
            .into_iter()
            .enumerate()
        {
            let cluster = ClusterSettings {
                min_nodes: u32::try_from(position).unwrap(),
                idle_before_scale_down: idle,
                idle_node_choice: IdleNodeChoice::LeastRecentlyIdle,
                surplus_provisioning: SurplusProvisioning::Cancel,
                ..instant_cluster(5)
            };
            let other = starts(&on(&case, TargetKind::Cluster(cluster)));
            assert_eq!(reference, other, "{}", case.name);
        }
    }
}

#[test]
fn an_instance_with_slots_serves_like_a_cluster_of_as_many_fixed_nodes() {
    for number in 0..200 {
        let case = unpulled(number, true);
        let slots = 1 + u32::try_from(number % 6).unwrap();
        let instance = InstanceSettings {
            slots,
            boot: constant(0),
            schedule: None,
            on_stop: OnStop::Drain,
            idle_shutdown: None,
            start_on_submission: true,
            allocated_while_stopped: false,
        };
        let fixed = ClusterSettings {
            min_nodes: slots,
            ..instant_cluster(slots)
        };
        let instance = on(&case, TargetKind::Instance(instance));
        let cluster = on(&case, TargetKind::Cluster(fixed));
        assert_eq!(starts(&instance), starts(&cluster), "{}", case.name);
        let (instance, cluster) = (&instance.result.targets[0], &cluster.result.targets[0]);
        assert_eq!(instance.runs, cluster.runs, "{}", case.name);
        assert_eq!(instance.end, cluster.end, "{}", case.name);
        for (instance, cluster) in [
            (instance.within, cluster.within),
            (instance.drain, cluster.drain),
        ] {
            assert_eq!(instance.leased(), cluster.leased(), "{}", case.name);
            assert_eq!(instance.idle(), cluster.idle(), "{}", case.name);
            assert_eq!(instance.run, cluster.run, "{}", case.name);
        }
    }
}

/// The world with every length of time so many times as long.
fn stretched(settings: &WorldSettings, factor: u64) -> WorldSettings {
    let longer = |length: SimDuration| SimDuration(length.0 * factor);
    let time = |at: SimTime| SimTime(at.0 * factor);
    let all = |of: &mut Distribution| {
        let length = of.as_constant().expect("all lengths are constant");
        *of = constant(length.0 * factor);
    };
    let mut settings = settings.clone();
    (settings.horizon, settings.warmup) = (time(settings.horizon), time(settings.warmup));
    for environment in &mut settings.environments {
        all(&mut environment.image_build);
        all(&mut environment.image_pull);
    }
    for target in &mut settings.targets {
        target.max_run_duration = target.max_run_duration.map(longer);
        target.billing.granularity = longer(target.billing.granularity);
        target.billing.minimum = longer(target.billing.minimum);
        match &mut target.kind {
            TargetKind::Cluster(cluster) => {
                all(&mut cluster.idle_before_scale_down);
                all(&mut cluster.allocation);
                all(&mut cluster.boot);
                all(&mut cluster.leaving);
            }
            TargetKind::Instance(instance) => {
                all(&mut instance.boot);
                instance.idle_shutdown = instance.idle_shutdown.map(longer);
            }
        }
    }
    for workload in &mut settings.workloads {
        all(&mut workload.setup);
        all(&mut workload.finalize);
        workload.max_duration = workload.max_duration.map(longer);
        let stretched = rows(workload).map(|row| TraceRow {
            at: time(row.at),
            duration: longer(row.duration),
            ..*row
        });
        let stretched = stretched.collect();
        if let Arrivals::Trace(trace) = &mut workload.arrivals {
            *trace = Trace::new(stretched);
        }
    }
    settings
}

#[test]
fn a_world_of_threefold_times_does_the_same_in_three_times_the_time() {
    for number in 0..300 {
        let streams = Streams::new(1_794, number);
        let mut stream = streams.open(Purpose("case"), "stretched");
        let size = small(&mut stream);
        let mut settings = random_world(&mut stream, size);
        for target in &mut settings.targets {
            match &mut target.kind {
                TargetKind::Cluster(cluster) => {
                    cluster.boot = constant(below(&mut stream, 300_000_000));
                }
                // A week has its own length.
                TargetKind::Instance(instance) => instance.schedule = None,
            }
        }
        let factor = pick(&mut stream, &[3, 7]);
        let slow = stretched(&settings, factor);
        let case = Case::simulated(number.to_string(), settings, streams);
        let slow = Case::simulated(number.to_string(), slow, streams);
        let time = |at: SimTime| SimTime(at.0 * factor);
        let node_time = |of: NodeTime| NodeTime(of.0 * u128::from(factor));
        // Arrivals at the very horizon do not count: both worlds' horizons lie just behind the same arrival.
        assert_eq!(case.runs.len(), slow.runs.len(), "{number}");
        for (run, slow) in case.runs.iter().zip(&slow.runs) {
            let record = &run.record;
            let expected = RunRecord {
                submitted: time(record.submitted),
                queued: record.queued.map(time),
                assigned: record.assigned.map(time),
                started: record.started.map(time),
                ended: record.ended.map(time),
                node_setup: record.node_setup * factor,
                queue_provisioning: record.queue_provisioning * factor,
                queue_quota: record.queue_quota * factor,
                ..record.clone()
            };
            assert_eq!(slow.record, expected, "{number}");
        }
        for (lease, slow) in case.leases.iter().zip(&slow.leases) {
            let expected = LeaseRecord {
                requested: time(lease.requested),
                billed_from: time(lease.billed_from),
                released: time(lease.released),
                billed: SimDuration(lease.billed.0 * factor),
                boot: node_time(lease.boot),
                node_setup: node_time(lease.node_setup),
                run: node_time(lease.run),
                finalize: node_time(lease.finalize),
                idle: node_time(lease.idle),
                ..lease.clone()
            };
            assert_eq!(*slow, expected, "{number}");
        }
    }
}
