//! Random worlds with quotas, losses of nodes and routing; a seed names a world.

use rand::{RngExt, SeedableRng};
use rand_distr::{Distribution, Exp};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::*;

/// Lives drawn for each cluster that has any; later nodes live for ever, so that a drain ends.
const LIVES: usize = 200;

/// The source of all draws of a world.
struct Dice(Xoshiro256PlusPlus);

impl Dice {
    /// Below `bound`.
    fn below(&mut self, bound: u64) -> u64 {
        self.0.random_range(0..bound)
    }

    /// True once in so many times.
    fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of the choices.
    fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.0.random_range(0..choices.len())]
    }

    /// A number below `bound` as an index or a count.
    fn small(&mut self, bound: u64) -> usize {
        usize::try_from(self.below(bound)).expect("it is small")
    }

    /// A time up to `most`: mostly a multiple of five, so that many events share an instant.
    fn time(&mut self, most: u64) -> u64 {
        if self.one_in(8) {
            self.below(most + 1)
        } else {
            self.below(most / 5 + 1) * 5
        }
    }

    /// Some of `0..count` in a random order, at least one.
    fn some_of(&mut self, count: usize) -> Vec<usize> {
        let mut left: Vec<usize> = (0..count).collect();
        let mut some = Vec::new();
        for _ in 0..=self.small(count as u64) {
            let at = self.small(left.len() as u64);
            some.push(left.remove(at));
        }
        some
    }

    /// An exponential life of a mean, in ticks; now and then a multiple of five.
    fn life(&mut self, mean: f64) -> u64 {
        let exact = Exp::new(1.0 / mean).expect("the mean is positive");
        let ticks = exact.sample(&mut self.0).round();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "an exponential draw is not negative and far below 2^64"
        )]
        let life = ticks as u64;
        if self.one_in(2) { life } else { life / 5 * 5 }
    }
}

/// The world of a seed: 1 to 4 targets, none to 3 quotas, 1 to 3 workloads. If it is not cut, all
/// its runs end.
pub fn random_world(seed: u64) -> Input {
    let mut dice = Dice(Xoshiro256PlusPlus::seed_from_u64(seed));
    let mut targets = Vec::new();
    for _ in 0..=dice.below(4) {
        targets.push(random_target(&mut dice));
    }
    let quotas: Vec<Quota> = match dice.below(5) {
        0 => Vec::new(),
        more => (0..=(more - 1) / 2 + dice.below(2))
            .map(|_| random_quota(&mut dice, &targets))
            .collect(),
    };
    let environment = |build, pull| Environment {
        image_build: build,
        image_pull: pull,
    };
    let environments = vec![
        environment(dice.pick(&[0, 30]), dice.pick(&[0, 5])),
        environment(dice.pick(&[0, 100]), 15),
    ];
    let mut runs = Vec::new();
    for workload in 0..=dice.small(3) {
        runs.extend(random_workload(&mut dice, workload, &targets));
    }
    let last = runs.iter().map(|run| run.submit).max().unwrap_or(0);
    let horizon = 1 + dice.pick(&[last, last + 100, last - last / 4]);
    Input {
        targets,
        environments,
        runs,
        quotas,
        horizon,
        warmup: dice.pick(&[0, 0, horizon / 5]),
        cut: dice.one_in(6),
    }
}

fn random_target(dice: &mut Dice) -> Target {
    Target {
        vcpus: dice.pick(&[1, 1, 2, 4, 6]),
        max_run_duration: dice.one_in(5).then(|| 5 + dice.time(60)),
        billing_granularity: dice.pick(&[1, 60]),
        billing_minimum: dice.pick(&[0, 50]),
        kind: if dice.one_in(6) {
            Kind::Instance(random_instance(dice))
        } else {
            Kind::Cluster(random_cluster(dice))
        },
    }
}

fn random_cluster(dice: &mut Dice) -> Cluster {
    let max_nodes = 1 + dice.below(6);
    let min_nodes = if dice.one_in(2) {
        0
    } else {
        dice.below(max_nodes + 1)
    };
    let boots = if dice.one_in(2) { 100 } else { 0 };
    let mut cluster = Cluster {
        min_nodes: u32::try_from(min_nodes).expect("it is small"),
        max_nodes: u32::try_from(max_nodes).expect("it is small"),
        idle_before_scale_down: dice.pick(&[0, 0, 5, 20, 60]),
        allocation: dice.pick(&[0, 0, 5]),
        boot: dice.pick(&[0, 5, 20]),
        leaving: dice.pick(&[0, 0, 5, 30]),
        idle_node_choice: dice.pick(&[
            IdleNodeChoice::MostRecentlyIdle,
            IdleNodeChoice::LeastRecentlyIdle,
        ]),
        surplus_provisioning: dice.pick(&[SurplusProvisioning::Keep, SurplusProvisioning::Cancel]),
        boots: (0..boots).map(|_| (dice.time(10), dice.time(40))).collect(),
        ..Cluster::default()
    };
    if dice.one_in(2) {
        let mean = dice.pick(&[30.0, 100.0, 400.0]);
        cluster.lives = (0..LIVES).map(|_| dice.life(mean)).collect();
    }
    if dice.one_in(3) {
        let share = dice.pick(&[0.3, 0.7, 1.0]);
        for _ in 0..=dice.below(3) {
            let at = dice.time(400);
            cluster.mass_losses.push(MassLoss { at, share });
        }
        let most = cluster.mass_losses.len() as u64 * max_nodes;
        cluster.mass_draws = (0..most).map(|_| dice.0.random()).collect();
    }
    cluster
}

fn random_instance(dice: &mut Dice) -> Instance {
    let off = 5 + dice.time(200);
    let schedule = Schedule {
        initially_on: true,
        changes: vec![(off, false), (off + 5 + dice.time(200), true)],
        on_stop_cancel: dice.one_in(2),
    };
    Instance {
        slots: u32::try_from(1 + dice.below(3)).expect("it is small"),
        boot: dice.pick(&[0, 20]),
        schedule: dice.one_in(2).then_some(schedule),
        idle_shutdown: dice.one_in(2).then(|| dice.time(60)),
        start_on_submission: true,
    }
}

/// A quota of some of the targets that fits, more or less tightly.
fn random_quota(dice: &mut Dice, targets: &[Target]) -> Quota {
    let members = dice.some_of(targets.len());
    let mut fixed = 0;
    let mut minimum = 0;
    let mut largest = 0;
    let mut wanted = 0;
    for &member in &members {
        let target = &targets[member];
        match &target.kind {
            Kind::Instance(_) => fixed += target.vcpus,
            Kind::Cluster(cluster) => {
                minimum += u64::from(cluster.min_nodes) * target.vcpus;
                wanted += u64::from(cluster.max_nodes) * target.vcpus;
                largest = largest.max(target.vcpus);
            }
        }
    }
    let least = minimum.max(largest);
    let spare = dice.below(wanted - least + 1);
    Quota {
        limit: fixed + least + dice.pick(&[spare, spare / 2, 0]),
        members,
    }
}

fn random_workload(dice: &mut Dice, workload: usize, targets: &[Target]) -> Vec<Run> {
    let routes = if dice.one_in(2) {
        vec![dice.small(targets.len() as u64)]
    } else {
        dice.some_of(targets.len())
    };
    let mut largest = 1;
    for &route in &routes {
        if let Kind::Cluster(cluster) = &targets[route].kind {
            largest = largest.max(u64::from(cluster.max_nodes));
        }
    }
    let gangs = dice.pick(&[1, 2, 4]);
    let with_priorities = dice.one_in(3);
    let gap = dice.pick(&[2, 10, 40]);
    let duration = dice.pick(&[10, 40, 150]);
    let checkpoints = OnLoss::Resume {
        interval: 5 + dice.time(30),
        cost: dice.time(10),
    };
    let common = Run {
        workload,
        targets: routes,
        max_duration: dice.one_in(5).then(|| 1 + dice.time(duration)),
        setup: dice.pick(&[0, 0, 5]),
        finalize: dice.pick(&[0, 0, 10]),
        on_loss: dice.pick(&[OnLoss::Fail, OnLoss::Requeue, checkpoints, checkpoints]),
        restart: dice.pick(&[0, 5]),
        ..Run::default()
    };
    let mut submit = 0;
    let mut runs = Vec::new();
    for position in 0..=dice.small(25) {
        if !dice.one_in(3) {
            submit += dice.time(3 * gap);
        }
        let nodes = if dice.one_in(gangs) {
            // Now and then one more than any target has.
            let too_many = dice.below(2);
            1 + dice.below(largest + too_many)
        } else {
            1
        };
        runs.push(Run {
            position,
            submit,
            nodes: u32::try_from(nodes).expect("it is small"),
            duration: if dice.one_in(20) {
                0
            } else {
                dice.time(2 * duration)
            },
            priority: if with_priorities {
                i64::from(dice.pick(&[-1, 0, 0, 1]))
            } else {
                0
            },
            environment: dice.one_in(3).then(|| dice.small(2)),
            ..common.clone()
        });
    }
    runs
}
