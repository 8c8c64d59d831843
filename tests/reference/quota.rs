//! vCPU quotas that targets share (3.7).

use super::cluster::ClusterState;
use super::passing::Passing;
use super::workspace::{TargetState, Workspace};
use super::{Input, Kind};

/// Q5: what the scenario's loading has made sure of.
pub fn assert_valid(input: &Input) {
    for quota in &input.quotas {
        let fixed = fixed_vcpus(input, quota.members.iter().copied());
        let mut least = fixed;
        for &member in &quota.members {
            let target = &input.targets[member];
            if let Kind::Cluster(cluster) = &target.kind {
                least += cluster.first_nodes() * target.vcpus;
                assert!(
                    fixed + target.vcpus <= quota.limit,
                    "the quota has no room for a node of target {member}"
                );
            }
            if let Kind::Pool(pool) = &target.kind {
                least += (pool.system_nodes + pool.min_nodes) * target.vcpus;
            }
        }
        assert!(
            least <= quota.limit,
            "the quota has no room for the minimum"
        );
    }
}

/// vCPUs of the instances among the targets; Q1: an instance holds them always.
fn fixed_vcpus(input: &Input, targets: impl Iterator<Item = usize>) -> u64 {
    let mut fixed = 0;
    for at in targets {
        if let Kind::Instance(_) = input.targets[at].kind {
            fixed += input.targets[at].vcpus;
        }
    }
    fixed
}

/// Q4: vCPUs that these targets always hold and give to nobody: those of instances, and of targets whose nodes
/// a policy lets go (system nodes and the smallest `min_nodes`).
fn kept_vcpus(input: &Input, targets: impl Iterator<Item = usize>) -> u64 {
    let mut kept = 0;
    for at in targets {
        let target = &input.targets[at];
        let nodes = match &target.kind {
            Kind::Instance(_) => 1,
            Kind::Pool(pool) => pool.system_nodes + pool.min_nodes,
            Kind::Cluster(cluster) if cluster.utilization.is_some() => {
                let windows = cluster
                    .capacity
                    .iter()
                    .filter_map(|window| window.min_nodes);
                windows.fold(cluster.min_nodes, u64::min)
            }
            _ => 0,
        };
        kept += nodes * target.vcpus;
    }
    kept
}

impl Workspace<'_> {
    /// The indices of the quotas that a target is in.
    pub fn quotas_of(&self, target: usize) -> impl Iterator<Item = usize> {
        let quotas = &self.input.quotas;
        (0..quotas.len()).filter(move |&at| quotas[at].members.contains(&target))
    }

    /// The cluster, if the target is one.
    pub fn cluster(&self, target: usize) -> Option<&ClusterState<'_>> {
        match &self.targets[target] {
            TargetState::Cluster(cluster) => Some(cluster),
            _ => None,
        }
    }

    /// Q1: vCPUs of the quota that nobody holds.
    fn free(&self, quota: usize) -> u64 {
        let quota = &self.input.quotas[quota];
        let mut held = fixed_vcpus(self.input, quota.members.iter().copied());
        for &member in &quota.members {
            let nodes = match &self.targets[member] {
                TargetState::Cluster(cluster) => cluster.allocated() + cluster.leaving(),
                TargetState::Pool(pool) => pool.held(),
                _ => 0,
            };
            held += nodes * self.input.targets[member].vcpus;
        }
        quota
            .limit
            .checked_sub(held)
            .expect("a quota is never exceeded")
    }

    /// vCPUs of the quota that leaving nodes will free.
    fn leaving(&self, quota: usize) -> u64 {
        let mut vcpus = 0;
        for &member in &self.input.quotas[quota].members {
            if let Some(cluster) = self.cluster(member) {
                vcpus += cluster.leaving() * self.input.targets[member].vcpus;
            }
        }
        vcpus
    }

    /// The most nodes that the target could request now, `set_aside` in each quota left out.
    fn requestable(&self, target: usize, set_aside: &[u64]) -> u64 {
        let mut most = u64::MAX;
        for quota in self.quotas_of(target) {
            let free = self.free(quota).saturating_sub(set_aside[quota]);
            most = most.min(free / self.input.targets[target].vcpus);
        }
        most
    }

    /// R1: the most nodes that the target could have now as far as its quotas go. Reading: what is
    /// set aside for another target's head counts as free here.
    pub fn quota_room(&self, target: usize, allocated: u64) -> u64 {
        let none = vec![0; self.input.quotas.len()];
        allocated.saturating_add(self.requestable(target, &none))
    }

    /// Q4: the most nodes that the target could ever have as far as its quotas go.
    pub fn quota_limit(&self, target: usize) -> u64 {
        let mut most = u64::MAX;
        for quota in self.quotas_of(target) {
            let quota = &self.input.quotas[quota];
            let others = quota.members.iter().copied().filter(|at| *at != target);
            let kept = kept_vcpus(self.input, others);
            let nodes = (quota.limit - kept) / self.input.targets[target].vcpus;
            let system = match &self.input.targets[target].kind {
                Kind::Pool(pool) => pool.system_nodes,
                _ => 0,
            };
            most = most.min(nodes - system);
        }
        most
    }

    /// The age of a target: when its head run first joined a queue, ties in scenario order; without
    /// a head youngest of all. The smaller, the older.
    fn age(&self, target: usize) -> (u64, usize) {
        let head = match &self.targets[target] {
            TargetState::Cluster(cluster) => cluster.head(&self.jobs),
            TargetState::Pool(pool) => pool.head(&self.jobs),
            _ => None,
        };
        let queued = head.map(|run| self.jobs[run].out.queued.expect("it is in the queue"));
        (queued.unwrap_or(u64::MAX), target)
    }

    /// The clusters that have a quota, the oldest first.
    fn by_age(&self) -> Vec<usize> {
        let mut clusters: Vec<usize> = Vec::new();
        for target in 0..self.targets.len() {
            let is_scaled = self.cluster(target).is_some() || self.is_pool(target);
            if is_scaled && self.quotas_of(target).next().is_some() {
                clusters.push(target);
            }
        }
        clusters.sort_by_key(|&target| self.age(target));
        clusters
    }

    /// Q3: the nodes that the target's head lacks for want of quota.
    fn need(&self, target: usize, now: u64) -> u64 {
        match &self.targets[target] {
            TargetState::Cluster(cluster) => cluster.need(now, &self.jobs),
            TargetState::Pool(pool) => pool.need(&self.jobs),
            _ => 0,
        }
    }

    /// Gives quota out and resolves deadlocks.
    pub fn share_quota(&mut self, now: u64) {
        loop {
            self.give_out(now);
            if !self.resolve(now) {
                break;
            }
        }
        for quota in 0..self.input.quotas.len() {
            // It is not exceeded.
            self.free(quota);
        }
    }

    /// Q2: quota that is free goes to the clusters that want nodes, the oldest first.
    fn give_out(&mut self, now: u64) {
        let mut set_aside = vec![0; self.input.quotas.len()];
        for target in self.by_age() {
            let most = self.requestable(target, &set_aside);
            match &mut self.targets[target] {
                TargetState::Cluster(cluster) => {
                    let wanted = cluster.wanted(now, &self.jobs);
                    cluster.request(now, wanted.min(most));
                }
                TargetState::Pool(pool) => pool.request(now, most),
                _ => {}
            }
            // Reading: what Q3 releases for a head is set aside for it in the quotas that it frees,
            // up to what the head still needs, until it is starved no longer: younger targets
            // cannot take it. Else a younger target takes its vCPUs back one by one, as long as
            // they are too few for a node of the older one, for ever.
            let need = self.need(target, now) * self.input.targets[target].vcpus;
            for (quota, aside) in set_aside.iter_mut().enumerate() {
                let kept = self.released_for[target][quota].min(need);
                self.released_for[target][quota] = kept;
                *aside += kept;
            }
        }
    }

    /// Q3: releases idle nodes past their timeout for starved heads, the oldest head first. Gives
    /// whether any was released.
    fn resolve(&mut self, now: u64) -> bool {
        let mut released = false;
        for target in self.by_age() {
            while let Some(other) = self.next_to_give_way(target, now) {
                if let TargetState::Cluster(cluster) = &mut self.targets[other] {
                    cluster.release_expired(now);
                }
                released = true;
                let freed: Vec<usize> = self.quotas_of(other).collect();
                for quota in self.quotas_of(target).collect::<Vec<usize>>() {
                    if freed.contains(&quota) {
                        self.released_for[target][quota] += self.input.targets[other].vcpus;
                    }
                }
            }
        }
        released
    }

    /// Q3: the target that releases a node for the head of `target`, if the head's need is not met:
    /// the youngest of those that share a quota that is short.
    fn next_to_give_way(&self, target: usize, now: u64) -> Option<usize> {
        let need = self.need(target, now) * self.input.targets[target].vcpus;
        let is_short = |&quota: &usize| need > self.free(quota) + self.leaving(quota);
        let short: Vec<usize> = self.quotas_of(target).filter(is_short).collect();
        let shares = |&other: &usize| self.quotas_of(other).any(|quota| short.contains(&quota));
        let expired = |&other: &usize| self.cluster(other).is_some_and(|c| c.has_expired(now));
        // Reading: no target with an older head gives way, also where that head is not starved (any
        // more): its idle nodes wait for the rest of its own nodes, it would be the first to
        // request them again, and the two could go on so for ever.
        let is_younger = |&other: &usize| self.age(other) > self.age(target);
        let mut others = self.by_age();
        others.retain(|other| is_younger(other) && shares(other) && expired(other));
        others.pop()
    }
}
