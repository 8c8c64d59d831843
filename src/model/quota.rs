//! Quotas: who gets the vCPUs, GPUs or nodes that are free, and who gives idle nodes up so that no queue is blocked for ever. Rules:
//! docs/semantics.md section 3.7.

use super::cluster::Cluster;
use super::recorder::Recorder;
use super::settings::{Quota, WorldSettings};
use super::shared::Shared;
use super::target::Target;
use crate::engine::EventQueue;
use crate::units::SimTime;

/// The quotas of a world.
#[derive(Debug)]
pub(super) struct Quotas {
    limits: Vec<u64>,
    /// Positions of the targets that share each.
    members: Vec<Vec<usize>>,
    /// Positions of the quotas that bind each target.
    binding: Vec<Vec<usize>>,
    /// By quota and target: what a node (or the instance) takes.
    taken: Vec<Vec<u64>>,
    /// By target and quota: what was let go for its starving head and is kept for it.
    let_go_for: Vec<Vec<u64>>,
}

/// What a pass works on.
type Context<'a, 'w, R> = (&'a mut Shared<R>, &'a mut EventQueue<'w>);

impl Quotas {
    pub(super) fn new(settings: &WorldSettings) -> Self {
        let quotas = &settings.quotas;
        let of_target = |target| {
            let binds = |quota: &usize| quotas[*quota].members.contains(&target);
            (0..quotas.len()).filter(binds).collect()
        };
        let taken = |quota: &Quota| {
            let targets = settings.targets.iter();
            targets.map(|target| quota.taken_by(target)).collect()
        };
        Self {
            limits: quotas.iter().map(|quota| quota.limit).collect(),
            members: quotas.iter().map(|quota| quota.members.clone()).collect(),
            binding: (0..settings.targets.len()).map(of_target).collect(),
            taken: quotas.iter().map(taken).collect(),
            let_go_for: vec![vec![0; quotas.len()]; settings.targets.len()],
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.limits.is_empty()
    }

    /// Most nodes for runs that a target may have beside what others always hold; `None` without a quota.
    pub(super) fn most_nodes(&self, target: usize, settings: &WorldSettings) -> Option<u32> {
        let quotas = self.binding[target]
            .iter()
            .map(|quota| &settings.quotas[*quota]);
        let most = quotas
            .map(|quota| quota.leaves(target, &settings.targets))
            .min()?;
        Some(u32::try_from(most).unwrap_or(u32::MAX))
    }

    /// Nodes of a target for which there is quota now.
    pub(super) fn free_nodes(&self, target: usize, targets: &[Target]) -> u64 {
        self.free_nodes_beside(target, targets, |_| 0)
    }

    /// The same where some of each quota is kept for others.
    fn free_nodes_beside(
        &self,
        target: usize,
        targets: &[Target],
        kept: impl Fn(usize) -> u64,
    ) -> u64 {
        let quotas = self.binding[target].iter();
        let free = |quota: usize| self.free(quota, targets).saturating_sub(kept(quota));
        let fits = quotas.map(|quota| free(*quota) / self.taken[*quota][target].max(1));
        fits.min().unwrap_or(u64::MAX)
    }

    fn held(&self, quota: usize, targets: &[Target], nodes: impl Fn(&Target) -> u32) -> u64 {
        let members = self.members[quota].iter();
        members
            .map(|member| u64::from(nodes(&targets[*member])) * self.taken[quota][*member])
            .sum()
    }

    /// What nobody holds.
    fn free(&self, quota: usize, targets: &[Target]) -> u64 {
        let held = self.held(quota, targets, Target::holding);
        self.limits[quota]
            .checked_sub(held)
            .expect("no more is held than the quota allows")
    }

    /// Whether so many nodes of a target do not fit into a quota that binds it, once leaving nodes are gone.
    fn is_short(&self, quota: usize, (target, nodes): (usize, u32), targets: &[Target]) -> bool {
        let coming = self.held(quota, targets, Target::leaving);
        self.binding[target].contains(&quota)
            && u64::from(nodes) * self.taken[quota][target] > self.free(quota, targets) + coming
    }

    /// After the passes of an instant: gives free quota out, lets idle nodes go for heads that starve, and so on until
    /// nothing is let go.
    #[inline(never)]
    pub(super) fn pass<R: Recorder>(
        &mut self,
        now: SimTime,
        targets: &mut [Target],
        (shared, queue): Context<'_, '_, R>,
    ) {
        while queue.work.step() {
            queue.work.count(targets.len());
            self.give_out(now, targets, (shared, queue));
            if !self.let_go(now, targets, (shared, queue)) {
                break;
            }
        }
        for (target, quotas) in targets.iter_mut().zip(&self.binding) {
            if let (Target::Cluster(cluster), false) = (target, quotas.is_empty()) {
                cluster.close_pass(now, shared, queue);
            }
        }
    }

    /// Gives free quota to the clusters that want nodes: the oldest head first, those without a queued run last. What was
    /// let go for a head that still starves is kept from those after it.
    fn give_out<R: Recorder>(
        &mut self,
        now: SimTime,
        targets: &mut [Target],
        (shared, queue): Context<'_, '_, R>,
    ) {
        let mut kept = vec![0; self.limits.len()];
        for target in self.by_head(targets, shared) {
            let fits = self.free_nodes_beside(target, targets, |quota| kept[quota]);
            let cluster = cluster_at(targets, target);
            let count = cluster.wanted();
            let count = count.min(u32::try_from(fits).unwrap_or(u32::MAX));
            cluster.take_quota(now, count, shared, queue);
            let starved_of = u64::from(cluster.starved_of());
            let let_go_for = self.let_go_for[target].iter_mut();
            for (quota, let_go) in let_go_for.enumerate() {
                *let_go = (starved_of * self.taken[quota][target]).min(*let_go);
                kept[quota] += *let_go;
            }
        }
    }

    /// Positions of the clusters under a quota, the oldest head first, those without one last.
    fn by_head<R: Recorder>(&self, targets: &[Target], shared: &Shared<R>) -> Vec<usize> {
        let mut found = Vec::new();
        for (position, target) in targets.iter().enumerate() {
            if let Target::Cluster(cluster) = target
                && !self.binding[position].is_empty()
            {
                let since = cluster.head_since(shared).unwrap_or(SimTime::NEVER);
                found.push((since, position));
            }
        }
        found.sort_unstable();
        found.into_iter().map(|(_, position)| position).collect()
    }

    /// For each head that starves, the oldest first, releases idle nodes past their limit elsewhere until what it lacks
    /// fits: from the target with the youngest head first, never from one with an older head. Whether any was released.
    fn let_go<R: Recorder>(
        &mut self,
        now: SimTime,
        targets: &mut [Target],
        (shared, queue): Context<'_, '_, R>,
    ) -> bool {
        let by_head = self.by_head(targets, shared);
        let mut released = false;
        for (age, &target) in by_head.iter().enumerate() {
            let need = (target, cluster_at(targets, target).starved_of());
            for &giver in by_head[age + 1..].iter().rev() {
                while self.helps(giver, need, targets)
                    && cluster_at(targets, giver).give_way(now, shared, queue)
                {
                    released = true;
                    for &quota in &self.binding[giver] {
                        if self.binding[target].contains(&quota) {
                            self.let_go_for[target][quota] += self.taken[quota][giver];
                        }
                    }
                }
            }
        }
        released
    }

    /// Whether a node of `giver` would help: both share a quota that is short of what is needed.
    fn helps(&self, giver: usize, need: (usize, u32), targets: &[Target]) -> bool {
        let mut quotas = self.binding[giver].iter();
        quotas.any(|quota| self.is_short(*quota, need, targets))
    }
}

/// The cluster at a position that is one.
fn cluster_at(targets: &mut [Target], position: usize) -> &mut Cluster {
    match &mut targets[position] {
        Target::Cluster(cluster) => cluster,
        Target::Instance(_) => unreachable!("only clusters ask for quota"),
    }
}
