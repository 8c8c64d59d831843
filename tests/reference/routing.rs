//! Which of its targets a run goes to.

use super::Kind;
use super::pool::most_nodes;
use super::workspace::{TargetState, Workspace};

impl Workspace<'_> {
    /// R2: those of the run's targets that can ever take it, in the order of its list.
    pub fn possible_targets(&self, run: usize) -> Vec<usize> {
        let spec = &self.jobs[run].spec;
        let mut possible = spec.targets.clone();
        possible.retain(|&target| spec.nodes <= self.most_nodes(target));
        possible
    }

    /// Q4: the most nodes that a run may ask for.
    fn most_nodes(&self, target: usize) -> u64 {
        match &self.input.targets[target].kind {
            Kind::Cluster(cluster) => cluster.largest().min(self.quota_limit(target)),
            Kind::Instance(_) => 1,
            Kind::Pool(pool) => most_nodes(pool).min(self.quota_limit(target)),
            Kind::Units(max_units) => *max_units,
        }
    }

    /// R1: the target that a run goes to, which joins a queue now.
    pub fn route(&self, run: usize) -> usize {
        let possible = self.possible_targets(run);
        for &target in &possible {
            if self.taken(target) + self.jobs[run].spec.nodes <= self.room(target) {
                return target;
            }
        }
        *possible.last().expect("a run that nobody takes has failed")
    }

    /// Occupied nodes and those that queued runs ask for.
    fn taken(&self, target: usize) -> u64 {
        let target = &self.targets[target];
        let mut taken = match target {
            TargetState::Cluster(cluster) => cluster.fleet.occupied(),
            TargetState::Instance(instance) => instance.active.len() as u64,
            TargetState::Pool(pool) => pool.fleet.occupied(),
            TargetState::Units(units) => units.taken(),
        };
        for &run in target.queue() {
            taken += self.jobs[run].spec.nodes;
        }
        taken
    }

    /// How many nodes the target can have as things are.
    fn room(&self, target: usize) -> u64 {
        match &self.input.targets[target].kind {
            Kind::Cluster(_) => {
                let cluster = self.cluster(target).expect("it is one");
                let room = self.quota_room(target, cluster.allocated());
                // Reading: `max_nodes` as it is now.
                cluster.max_nodes().min(room)
            }
            Kind::Instance(settings) => settings.slots,
            Kind::Pool(settings) => {
                let allocated = match &self.targets[target] {
                    TargetState::Pool(pool) => pool.allocated(),
                    _ => unreachable!("its kind is that of a pool"),
                };
                most_nodes(settings).min(self.quota_room(target, allocated))
            }
            Kind::Units(max_units) => *max_units,
        }
    }
}
