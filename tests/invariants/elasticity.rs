//! The elasticity metrics against the levels that the recorder was told, looked at instant by instant and minute by minute.

use autoscale_simulator::model::{Silent, simulate};
use autoscale_simulator::results::{Elasticity, Levels};
use autoscale_simulator::units::SimTime;

use crate::levels::held;
use crate::worlds::Case;

const MINUTE: u64 = 60_000_000;

fn demand(levels: &Levels<u32>) -> u32 {
    levels.occupied + levels.queued_nodes
}

fn supply(levels: &Levels<u32>) -> u32 {
    levels.occupied + levels.idle
}

pub(crate) fn check(case: &Case) {
    for (target, result) in case.result.targets.iter().enumerate() {
        assert_eq!(
            result.elasticity.is_some(),
            case.cluster(target).is_some(),
            "{}",
            case.name
        );
        if let Some(found) = result.elasticity {
            times_are_those_of_the_levels(case, target, found);
            steps_are_those_of_the_minutes(case, target, found);
        }
    }
    let silent = simulate(&case.settings, case.streams, Silent, &|| true);
    let silent = silent.expect("it ended before").result;
    for (silent, told) in silent.targets.iter().zip(&case.result.targets) {
        assert_eq!(silent.elasticity, told.elasticity, "{}", case.name);
        assert_eq!(silent.least, told.least, "{}", case.name);
    }
}

fn times_are_those_of_the_levels(case: &Case, target: usize, found: Elasticity) {
    let [mut under, mut over] = [0.0; 2];
    let [mut under_time, mut over_time] = [0; 2];
    let mut spans = 0;
    for (from, to, levels) in held(case, target, case.horizon()) {
        let span = to.since(from.max(case.warmup())).0;
        let (demand, supply) = (demand(&levels), supply(&levels));
        let per_node = span as f64 / f64::from(demand.max(1));
        spans += 1;
        if supply < demand {
            under += per_node * f64::from(demand - supply);
            under_time += span;
        } else if supply > demand {
            over += per_node * f64::from(supply - demand);
            over_time += span;
        }
    }
    let name = format!("{}: target {target}: {found:?}", case.name);
    assert_eq!(found.under_time.0, under_time, "{name}");
    assert_eq!(found.over_time.0, over_time, "{name}");
    // Each span is rounded down to the tick.
    let off = f64::from(spans);
    assert!(
        (found.under.0 as f64 - under).abs() <= off,
        "{under} {name}"
    );
    assert!((found.over.0 as f64 - over).abs() <= off, "{over} {name}");
}

fn steps_are_those_of_the_minutes(case: &Case, target: usize, found: Elasticity) {
    let levels = &case.levels[target];
    let at = |minute: u64| {
        let after = levels.partition_point(|(at, _)| *at <= SimTime(minute * MINUTE));
        levels[after - 1].1
    };
    let first = case.warmup().0.div_ceil(MINUTE);
    let end = case.horizon().0.div_ceil(MINUTE);
    let minutes: Vec<Levels<u32>> = (first..end).map(at).collect();
    let changes = minutes.windows(2).map(|pair| {
        let [before, now] = [pair[0], pair[1]];
        let demand = demand(&now).cmp(&demand(&before));
        demand != supply(&now).cmp(&supply(&before))
    });
    let unstable = changes.clone().filter(|moves_apart| *moves_apart).count();
    let name = format!("{}: target {target}", case.name);
    assert_eq!(found.steps, changes.count() as u64, "{name}");
    assert_eq!(found.unstable_steps, unstable as u64, "{name}");
}
