//! Node-time and money: the accounts of each target against its leases, runs and levels, clipped to what is measured.

use autoscale_simulator::pricing::{FixedCharge, TargetPrices};
use autoscale_simulator::results::{LeaseRecord, NodeTimes, Window};
use autoscale_simulator::units::{NodeTime, SimTime, Usd, UsdPerHour};

use crate::levels::{head_at, heads, held};
use crate::records::ready;
use crate::worlds::Case;

pub(crate) fn check(case: &Case) {
    for target in 0..case.settings.targets.len() {
        times_are_those_of_the_records(case, target);
        peaks_and_spin_ups_are_those_of_the_levels(case, target);
        costs_add_up(case, target);
    }
}

/// Two spans: `[warmup, min(end, horizon))` and `[horizon, end)`.
fn spans(case: &Case, target: usize) -> [(SimTime, SimTime); 2] {
    let end = case.end(target);
    [
        (case.warmup(), case.horizon().min(end)),
        (case.horizon(), end),
    ]
}

/// The part of `[from, to)` that lies in a span, on so many nodes.
fn clipped((start, stop): (SimTime, SimTime), from: SimTime, to: SimTime, nodes: u32) -> NodeTime {
    let length = to.min(stop).since(from.max(start));
    NodeTime(u128::from(length.0) * u128::from(nodes))
}

fn times_are_those_of_the_records(case: &Case, target: usize) {
    let result = &case.result.targets[target];
    let both = spans(case, target)
        .into_iter()
        .zip([&result.within, &result.drain]);
    for (place, (span, ours)) in both.enumerate() {
        let mut exact = NodeTimes::default();
        let leased = add_leases(&mut exact, case, target, (place, span));
        add_runs(&mut exact, case, target, span);
        add_levels(&mut exact, case, target, span);
        assert_eq!(*ours, exact, "{}: target {target}: {span:?}", case.name);
        assert_eq!(ours.leased(), leased, "{}: target {target}", case.name);
    }
}

/// Adds boot and rounding; returns the time of the leases themselves.
fn add_leases(
    exact: &mut NodeTimes,
    case: &Case,
    target: usize,
    (place, span): (usize, (SimTime, SimTime)),
) -> NodeTime {
    let slots = case.result.targets[target].slots;
    let mut leased = NodeTime::default();
    for lease in case.leases_of(target) {
        let (from, to) = (lease.billed_from, lease.released);
        leased += clipped(span, from, to, slots);
        exact.boot += clipped(span, from, ready(lease, slots), slots);
        let extra = lease.billed.0 - to.since(from).0;
        let here = match place {
            0 => case.warmup() <= to && to <= case.horizon(),
            _ => to > case.horizon(),
        };
        if here {
            exact.rounding += NodeTime(u128::from(extra) * u128::from(slots));
        }
    }
    leased
}

fn add_runs(exact: &mut NodeTimes, case: &Case, target: usize, span: (SimTime, SimTime)) {
    for run in case.runs_of(target) {
        let Some(assigned) = run.record.assigned else {
            continue;
        };
        let left = run.left(case.horizon());
        let started = run.record.started.unwrap_or(left);
        let stopped = run.stopped(case.horizon()).unwrap_or(left);
        let nodes = run.record.nodes;
        exact.node_setup += clipped(span, assigned, started, nodes);
        exact.run += clipped(span, started, stopped, nodes);
        exact.finalize += clipped(span, stopped, left, nodes);
    }
}

/// Idle time, split at every instant over the blocked head, the minimum and the rest; and load balancers.
fn add_levels(exact: &mut NodeTimes, case: &Case, target: usize, span: (SimTime, SimTime)) {
    let heads = heads(case, target);
    let cluster = case.cluster(target);
    for (from, to, levels) in held(case, target, case.end(target)) {
        let time = |nodes| clipped(span, from, to, nodes);
        let Some(cluster) = cluster else {
            exact.idle_unused_capacity += time(levels.idle);
            exact.load_balancers += time(1);
            continue;
        };
        let head = head_at(&heads, from);
        let idle_gang_assembly = head.map_or(0, |head| head.record.nodes.min(levels.idle));
        let kept = cluster
            .min_nodes
            .saturating_sub(levels.occupied + idle_gang_assembly);
        let idle_min_nodes = kept.min(levels.idle - idle_gang_assembly);
        exact.idle_gang_assembly += time(idle_gang_assembly);
        exact.idle_min_nodes += time(idle_min_nodes);
        exact.idle_before_scale_down += time(levels.idle - idle_gang_assembly - idle_min_nodes);
        let allocated = levels.provisioning + levels.idle + levels.occupied;
        exact.load_balancers += time(allocated.div_ceil(50));
        exact.load_balancers_at_zero += time(u32::from(allocated == 0));
    }
}

fn peaks_and_spin_ups_are_those_of_the_levels(case: &Case, target: usize) {
    let result = &case.result.targets[target];
    let slots = result.slots;
    let allocated = held(case, target, case.end(target))
        .filter(|(_, to, _)| *to > case.warmup())
        .map(|(_, _, levels)| (levels.provisioning + levels.idle + levels.occupied) / slots);
    assert_eq!(
        result.peak_nodes,
        allocated.max().unwrap_or(0),
        "{}: target {target}",
        case.name
    );
    // What was there at the start was not requested.
    let there = match (case.cluster(target), case.instance(target)) {
        (Some(cluster), _) => u64::from(cluster.min_nodes),
        (_, Some(instance)) => {
            let schedule = instance.schedule.as_ref();
            u64::from(schedule.is_none_or(|schedule| schedule.is_open(SimTime::ZERO)))
        }
        (None, None) => unreachable!("a target is one of the two"),
    };
    let requested = |lease: &&LeaseRecord| lease.node >= there && lease.requested >= case.warmup();
    let requested = case.leases_of(target).filter(requested).count() as u64;
    if case.cluster(target).is_some() {
        // A node that was canceled before its boot, or that the end found there, has no lease.
        assert!(
            requested <= result.spin_ups,
            "{}: target {target}",
            case.name
        );
    } else {
        assert_eq!(requested, result.spin_ups, "{}: target {target}", case.name);
    }
}

fn prices(per_hour: u64) -> TargetPrices {
    let charge = |micro_usd, hours| Some(FixedCharge { micro_usd, hours });
    TargetPrices {
        per_hour: UsdPerHour(per_hour),
        disk: charge(19_710_001, 730),
        public_ip: charge(5_003, 1),
        load_balancer: charge(330_007, 24),
        load_balancer_at_zero: per_hour.is_multiple_of(2),
        ..TargetPrices::default()
    }
}

/// The lines add up to the billed time at its price and the fixed charges by the clock, to the last unit.
fn costs_add_up(case: &Case, target: usize) {
    let result = &case.result.targets[target];
    let window = Window {
        warmup: case.warmup(),
        horizon: case.horizon(),
    };
    let slots = u128::from(result.slots);
    for per_hour in [3_060_000, 900_001] {
        let prices = prices(per_hour);
        let cost = prices.cost(result, window);
        let whole = cost.whole();
        assert_eq!(cost.within.total() + cost.drain.total(), whole.total());
        let lines: Usd = whole.lines().into_iter().sum();
        assert_eq!(whole.total(), lines, "{}", case.name);
        let billed = result.within.billed() + result.drain.billed();
        assert_eq!(
            billed.0 % slots,
            0,
            "{}: whole machines are billed",
            case.name
        );
        let of_nodes = NodeTime(billed.0 / slots) * prices.per_hour;
        assert_eq!(whole.total(), of_nodes + whole.fixed(), "{}", case.name);
        if case.warmup() == SimTime::ZERO {
            let leases = case.leases_of(target).map(|lease| prices.lease_cost(lease));
            assert_eq!(of_nodes, leases.sum(), "{}: all leases", case.name);
        }
        let clock = NodeTime(u128::from(case.end(target).since(case.warmup()).0));
        let disk = prices.disk.map(|charge| charge.over(clock));
        assert_eq!(Some(whole.disk), disk, "{}", case.name);
    }
}
