//! Quotas: who gets the vCPUs, GPUs or nodes that are free, and who gives idle nodes up so that no queue is blocked for ever. Rules:
//! docs/semantics.md section 3.7.
//!
//! What is held, and who wants or may give nodes, is kept from one instant to the next and brought up to date for the targets
//! that an instant touched.

use std::collections::BTreeSet;
use std::ops::Bound;

use super::cluster::Cluster;
use super::quota_heads::{Group, Head, Member, Standing, first_of, grouped};
use super::recorder::Recorder;
use super::settings::WorldSettings;
use super::shared::Shared;
use super::target::Target;
use crate::engine::EventQueue;
use crate::units::SimTime;

/// The quotas of a world.
#[derive(Debug)]
pub(super) struct Quotas {
    amounts: Vec<Amounts>,
    groups: Vec<Group>,
    /// By target.
    members: Vec<Member>,
    /// Heads of the clusters for which something was let go.
    favored: BTreeSet<Head>,
    /// How many of the targets touched in this instant have been looked at.
    seen: usize,
    /// Clusters that a pass changed.
    changed: Vec<usize>,
}

/// A quota.
#[derive(Debug)]
struct Amounts {
    limit: u64,
    /// What its members hold permanently.
    always_held: u64,
    held: u64,
    /// What will be free without more to do.
    leaving: u64,
    /// While it is given out: what is kept for the heads so far.
    kept: u64,
    /// The groups that it binds.
    groups: Vec<usize>,
}

impl Amounts {
    /// What nobody holds.
    fn free(&self) -> u64 {
        let free = self.limit.checked_sub(self.held);
        free.expect("no more is held than the quota allows")
    }

    /// Whether this need exceeds what is free, counting the nodes that are leaving as free.
    fn is_short_of(&self, need: u64) -> bool {
        need > self.free() + self.leaving
    }
}

/// What a pass works on.
type Context<'a, 'w, R> = (&'a mut Shared<R>, &'a mut EventQueue<'w>);

impl Quotas {
    pub(super) fn new(settings: &WorldSettings) -> Self {
        let (groups, members) = grouped(settings);
        let amounts = settings.quotas.iter().enumerate().map(|(position, quota)| {
            let binds = |group: &usize| groups[*group].of(position).is_some();
            Amounts {
                limit: quota.limit,
                always_held: quota.kept(&settings.targets),
                held: 0,
                leaving: 0,
                kept: 0,
                groups: (0..groups.len()).filter(binds).collect(),
            }
        });
        Self {
            amounts: amounts.collect(),
            groups,
            members,
            favored: BTreeSet::new(),
            seen: 0,
            changed: Vec::new(),
        }
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.amounts.is_empty()
    }

    /// Most nodes for runs that a target may have beside what others always hold; `None` without a quota.
    pub(super) fn most_nodes(&self, target: usize, settings: &WorldSettings) -> Option<u32> {
        let takes = self.takes(target).iter();
        let leaves = |&(quota, _): &(usize, u64)| {
            let always = self.amounts[quota].always_held;
            settings.quotas[quota].leaves_of(always, &settings.targets[target])
        };
        Some(u32::try_from(takes.map(leaves).min()?).unwrap_or(u32::MAX))
    }

    fn takes(&self, target: usize) -> &[(usize, u64)] {
        &self.groups[self.members[target].group].takes
    }

    /// Looks at the targets touched so far in this instant.
    pub(super) fn catch_up(&mut self, touched: &[u32], targets: &[Target]) {
        for &target in &touched[self.seen..] {
            self.see(target as usize, targets);
        }
        self.seen = touched.len();
    }

    /// Looks at what a target holds now.
    pub(super) fn see(&mut self, target: usize, targets: &[Target]) {
        let member = &mut self.members[target];
        let nodes = [targets[target].holding(), targets[target].leaving()];
        let before = std::mem::replace(&mut member.nodes, nodes);
        for &(quota, taken) in &self.groups[member.group].takes {
            let quota = &mut self.amounts[quota];
            let sums = [&mut quota.held, &mut quota.leaving];
            for ((sum, nodes), before) in sums.into_iter().zip(nodes).zip(before) {
                *sum = *sum + u64::from(nodes) * taken - u64::from(before) * taken;
            }
        }
    }

    /// Nodes of a target for which there is quota now.
    pub(super) fn free_nodes(&self, target: usize) -> u64 {
        self.fits(self.takes(target), |_| 0)
    }

    /// Number of nodes that the free quota allows, given what a node takes of each quota and what is kept for others.
    fn fits(&self, takes: &[(usize, u64)], kept: impl Fn(&Amounts) -> u64) -> u64 {
        let fits = takes.iter().map(|&(quota, taken)| {
            let quota = &self.amounts[quota];
            quota.free().saturating_sub(kept(quota)) / taken.max(1)
        });
        fits.min().unwrap_or(u64::MAX)
    }

    /// After the passes of an instant, which these targets had: gives free quota out, lets idle nodes go for heads that
    /// starve, and so on until nothing is let go.
    #[inline(never)]
    pub(super) fn pass<R: Recorder>(
        &mut self,
        now: SimTime,
        touched: &[u32],
        targets: &mut [Target],
        (shared, queue): Context<'_, '_, R>,
    ) {
        self.seen = 0;
        for &target in touched {
            self.place((target as usize, now), targets, (shared, queue));
        }
        while queue.work.step() {
            self.give_out(now, targets, (shared, queue));
            if !self.let_go(now, targets, (shared, queue)) {
                break;
            }
        }
        self.changed.sort_unstable();
        self.changed.dedup();
        for target in self.changed.drain(..) {
            cluster_at(targets, target).close_pass(now, shared, queue);
        }
    }

    /// Puts a cluster where it stands now, after its last change. What was let go for it is kept only as long as it lacks it.
    fn place<R: Recorder>(
        &mut self,
        (target, now): (usize, SimTime),
        targets: &mut [Target],
        (shared, queue): Context<'_, '_, R>,
    ) {
        let member = &mut self.members[target];
        let group = &mut self.groups[member.group];
        let Target::Cluster(cluster) = &mut targets[target] else {
            return;
        };
        if group.takes.is_empty() {
            return;
        }
        let standing = Standing {
            head: (cluster.head_since(shared).unwrap_or(SimTime::NEVER), target),
            wants: cluster.wanted() > 0,
            starved_of: cluster.starved_of(),
            gives_way: cluster.may_give_way(now, &mut queue.work),
        };
        let old = std::mem::replace(&mut member.standing, standing);
        if standing != old {
            group.place(old, standing);
        }
        member.trim(&group.takes);
        if !self.favored.is_empty() {
            self.favored.remove(&old.head);
            if member.let_go_for.iter().any(|let_go| *let_go > 0) {
                self.favored.insert(standing.head);
            }
        }
    }

    /// Looks at a cluster that the pass changed.
    fn note_change<R: Recorder>(
        &mut self,
        (target, now): (usize, SimTime),
        targets: &mut [Target],
        context: Context<'_, '_, R>,
    ) {
        self.see(target, targets);
        self.place((target, now), targets, context);
        self.changed.push(target);
    }

    /// Gives free quota to the clusters that want nodes: the oldest head first, those without a queued run last. What was
    /// let go for a head that still starves is kept from those after it.
    fn give_out<R: Recorder>(
        &mut self,
        now: SimTime,
        targets: &mut [Target],
        (shared, queue): Context<'_, '_, R>,
    ) {
        for quota in &mut self.amounts {
            quota.kept = 0;
        }
        let mut after = Bound::Unbounded;
        while let Some(head) = self.next_to_get(after)
            && queue.work.step()
        {
            let (_, target) = head;
            let fits = self.fits(self.takes(target), |quota| quota.kept);
            let cluster = cluster_at(targets, target);
            let count = cluster.wanted();
            let count = count.min(u32::try_from(fits).unwrap_or(u32::MAX));
            if count > 0 {
                cluster.take_quota(now, count, shared, queue);
                self.note_change((target, now), targets, (shared, queue));
            }
            let member = &self.members[target];
            let takes = &self.groups[member.group].takes;
            for ((quota, _), let_go) in takes.iter().zip(&member.let_go_for) {
                self.amounts[*quota].kept += let_go;
            }
            after = Bound::Excluded(head);
        }
    }

    /// The next head to which something can be given, or for which something is kept.
    fn next_to_get(&self, after: Bound<Head>) -> Option<Head> {
        let groups = self.groups.iter();
        let open = groups.filter(|group| {
            !group.wanting.is_empty() && self.fits(&group.takes, |quota| quota.kept) > 0
        });
        let sets = open.map(|group| &group.wanting).chain([&self.favored]);
        first_of(sets, after)
    }

    /// For each head that starves, the oldest first, releases idle nodes past their limit elsewhere until what it lacks
    /// fits: from the target with the youngest head first, never from one with an older head. Whether any was released.
    fn let_go<R: Recorder>(
        &mut self,
        now: SimTime,
        targets: &mut [Target],
        (shared, queue): Context<'_, '_, R>,
    ) -> bool {
        let mut released = false;
        let mut after = Bound::Unbounded;
        while let Some(head) = self.next_starved(after)
            && queue.work.step()
        {
            while let Some(giver) = self.next_giver(head)
                && cluster_at(targets, giver).give_way(now, shared, queue)
            {
                released = true;
                self.keep_for(head, giver);
                self.note_change((giver, now), targets, (shared, queue));
            }
            after = Bound::Excluded(head);
        }
        released
    }

    /// The next head that starves, of those that may be helped.
    fn next_starved(&self, after: Bound<Head>) -> Option<Head> {
        let has_givers = |quota: usize| {
            let mut groups = self.amounts[quota].groups.iter();
            groups.any(|group| !self.groups[*group].givers.is_empty())
        };
        let groups = self.groups.iter().filter(|group| {
            !group.starving.is_empty() && group.takes.iter().any(|(quota, _)| has_givers(*quota))
        });
        first_of(groups.map(|group| &group.starving), after)
    }

    /// The cluster that gives a node up for a starving head, if that helps: the one with the youngest head of those that
    /// share a quota which is short of what is needed.
    fn next_giver(&self, head: Head) -> Option<usize> {
        let (_, target) = head;
        let need = u64::from(self.members[target].standing.starved_of);
        let takes = self.takes(target).iter();
        let short = takes.filter(|(quota, taken)| self.amounts[*quota].is_short_of(need * taken));
        let groups = short.flat_map(|(quota, _)| &self.amounts[*quota].groups);
        let younger = (Bound::Excluded(head), Bound::Unbounded);
        let youngest = |group: &usize| self.groups[*group].givers.range(younger).next_back();
        groups.filter_map(youngest).max().map(|(_, target)| *target)
    }

    /// Keeps what a node that was let go takes for the head that it was let go for, in the quotas that both share.
    fn keep_for(&mut self, (since, target): Head, giver: usize) {
        let freed = &self.groups[self.members[giver].group];
        let member = &mut self.members[target];
        let takes = &self.groups[member.group].takes;
        for ((quota, _), let_go) in takes.iter().zip(&mut member.let_go_for) {
            *let_go += freed.of(*quota).unwrap_or(0);
        }
        member.trim(takes);
        self.favored.insert((since, target));
    }
}

/// The cluster at a position that is one.
fn cluster_at(targets: &mut [Target], position: usize) -> &mut Cluster {
    match &mut targets[position] {
        Target::Cluster(cluster) => cluster,
        Target::Instance(_) => unreachable!("only clusters ask for quota"),
    }
}
