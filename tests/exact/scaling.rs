//! Random worlds of clusters that scale by more than the queue.

use autoscale_simulator::engine::streams::{Purpose, Streams};

use crate::compare::compare;
use crate::reference::{Counts, LeaseOut};
use crate::support::disciplines::{add_disciplines, add_pool_disciplines};
use crate::support::features::add_features;
use crate::support::pools::{PoolSort, add_habits, add_pool_quotas, mixed_world, pool_world};
use crate::support::scaling::{Scaling, add_failures, add_scaling};
use crate::support::{Size, below, pick, random_world};

/// What occurred in many worlds.
#[derive(Debug, Default)]
struct Seen {
    counts: Counts,
    low: u64,
    low_lost: u64,
    dedicated_beside: u64,
    quota: u64,
    endless: u64,
}

impl Seen {
    fn add(&mut self, counts: &[Counts], leases: &[LeaseOut]) {
        for own in counts {
            self.counts += *own;
        }
        let low = leases.iter().filter(|lease| lease.low);
        self.low += low.clone().count() as u64;
        self.low_lost += low.filter(|lease| lease.ended_by_loss).count() as u64;
        let beside = |lease: &&LeaseOut| {
            !lease.low
                && leases
                    .iter()
                    .any(|other| other.low && other.target == lease.target)
        };
        self.dedicated_beside += leases.iter().filter(beside).count() as u64;
    }
}

/// Compares many worlds, plain ones and ones with everything else on top.
fn compare_many(cases: u64, name: &str, with: Scaling) -> Seen {
    let mut seen = Seen::default();
    for case in 0..cases {
        let streams = Streams::new(2_031, case);
        let mut stream = streams.open(Purpose("case"), name);
        let size = Size {
            runs: 1 + below(&mut stream, 30),
            gap_s: pick(&mut stream, &[1, 10, 60, 200]),
            max_nodes: 8,
            duration_s: pick(&mut stream, &[20, 60, 600]),
        };
        let mut settings = random_world(&mut stream, size);
        add_scaling(&mut stream, with, &mut settings);
        if below(&mut stream, 3) > 0 {
            add_features(&mut stream, size, &mut settings);
        }
        if below(&mut stream, 3) == 0 {
            add_disciplines(&mut stream, size, &mut settings);
        }
        let case = format!("{name}, case {case}");
        let Some((_, out)) = compare(&settings, streams, &case) else {
            seen.endless += 1;
            continue;
        };
        seen.quota += out.runs.iter().filter(|run| run.queue.quota > 0).count() as u64;
        seen.add(&out.counts, &out.leases);
    }
    assert!(seen.endless < cases / 10, "{seen:?}");
    assert!(seen.quota > 50, "{seen:?}");
    seen
}

#[test]
fn clusters_with_spare_nodes_agree() {
    let with = Scaling {
        spare: true,
        ..Scaling::default()
    };
    let seen = compare_many(1_000, "spare", with);
    assert!(seen.counts.spare_time > 1_000_000_000, "{seen:?}");
}

#[test]
fn clusters_with_capacity_by_the_clock_agree() {
    let with = Scaling {
        windows: true,
        ..Scaling::default()
    };
    let seen = compare_many(1_000, "windows", with);
    assert!(seen.counts.at_windows > 500, "{seen:?}");
}

#[test]
fn clusters_that_scale_by_utilization_agree() {
    let with = Scaling {
        utilization: true,
        ..Scaling::default()
    };
    let seen = compare_many(1_000, "utilization", with);
    assert!(
        seen.counts.asked > 500 && seen.counts.let_go > 500 && seen.counts.given_up > 10,
        "{seen:?}"
    );
}

#[test]
fn clusters_of_two_tiers_agree() {
    let with = Scaling {
        tiers: true,
        ..Scaling::default()
    };
    let seen = compare_many(1_000, "tiers", with);
    assert!(
        seen.low_lost > 100 && seen.dedicated_beside > 100,
        "{seen:?}"
    );
}

#[test]
fn clusters_with_all_of_it_agree() {
    let seen = compare_many(1_500, "all of it", Scaling::ALL);
    let counts = seen.counts;
    assert!(
        counts.at_windows > 500 && counts.spare_time > 1_000_000_000,
        "{seen:?}"
    );
    assert!(counts.asked > 500 && counts.let_go > 500, "{seen:?}");
    assert!(
        seen.low_lost > 100 && seen.dedicated_beside > 100,
        "{seen:?}"
    );
}

/// What worlds of pools have on top.
#[expect(clippy::struct_excessive_bools, reason = "each is there or not")]
#[derive(Clone, Copy, Debug)]
struct OnTop {
    quotas: bool,
    failures: bool,
    disciplines: bool,
    /// Of the clusters beside the pools.
    scaling: bool,
}

/// Compares many worlds of pools, alone or beside other targets; gives what occurred, and how many runs waited for quota.
fn compare_pools(cases: u64, name: &str, with: OnTop) -> (Counts, usize) {
    let (mut seen, mut for_quota, mut endless) = (Counts::default(), 0, 0);
    for case in 0..cases {
        let streams = Streams::new(2_032, case);
        let mut stream = streams.open(Purpose("case"), name);
        let mut settings = if below(&mut stream, 3) == 0 {
            let sort = pick(&mut stream, &PoolSort::ALL);
            pool_world(&mut stream, sort)
        } else {
            let (mut settings, _) = mixed_world(&mut stream);
            add_habits(&mut stream, &mut settings);
            settings
        };
        if with.scaling {
            add_scaling(&mut stream, Scaling::ALL, &mut settings);
        }
        if with.quotas {
            add_pool_quotas(&mut stream, &mut settings);
        }
        if with.disciplines {
            let size = Size {
                runs: 16,
                gap_s: 10,
                max_nodes: 8,
                duration_s: 100,
            };
            add_disciplines(&mut stream, size, &mut settings);
            add_pool_disciplines(&mut stream, &mut settings);
        }
        if with.failures {
            add_failures(&mut stream, &mut settings);
        }
        let case = format!("{name}, case {case}");
        let Some((_, out)) = compare(&settings, streams, &case) else {
            endless += 1;
            continue;
        };
        for own in &out.counts {
            seen += *own;
        }
        for_quota += out.runs.iter().filter(|run| run.queue.quota > 0).count();
    }
    assert!(endless < cases / 10, "{endless} worlds do not end");
    (seen, for_quota)
}

#[test]
fn pools_under_quotas_agree() {
    let with = OnTop {
        quotas: true,
        failures: false,
        disciplines: false,
        scaling: false,
    };
    let (seen, for_quota) = compare_pools(2_000, "pools under quotas", with);
    assert!(
        seen.given_later > 50 && for_quota > 1_000,
        "{seen:?}, {for_quota}"
    );
}

#[test]
fn failed_allocations_of_pools_and_clusters_agree() {
    let with = OnTop {
        quotas: false,
        failures: true,
        disciplines: false,
        scaling: false,
    };
    let (seen, _) = compare_pools(1_000, "failures", with);
    assert!(seen.paused > 10_000_000_000, "{seen:?}");
}

#[test]
fn pools_whose_runs_pass_a_blocked_head_agree() {
    let with = OnTop {
        quotas: false,
        failures: false,
        disciplines: true,
        scaling: false,
    };
    let (seen, _) = compare_pools(1_500, "disciplines of pools", with);
    assert!(seen.passed > 200, "{seen:?}");
}

#[test]
fn pools_with_all_of_it_agree() {
    let with = OnTop {
        quotas: true,
        failures: true,
        disciplines: true,
        scaling: true,
    };
    let (seen, for_quota) = compare_pools(1_500, "all of it", with);
    assert!(
        seen.given_later > 30 && for_quota > 500,
        "{seen:?}, {for_quota}"
    );
    assert!(
        seen.paused > 10_000_000_000 && seen.passed > 200,
        "{seen:?}"
    );
}
