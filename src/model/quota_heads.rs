//! Who waits for quota and who could give some up, in the order of their heads.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use super::settings::WorldSettings;
use crate::units::SimTime;

/// When the head of a cluster's queue first joined it ([`SimTime::NEVER`] without one), and the cluster's position: in the
/// order in which quota is given out.
pub(super) type Head = (SimTime, usize);

/// What a cluster asks of its quotas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) head: Head,
    /// Whether it wants nodes.
    pub(super) wants: bool,
    /// Nodes that its head lacks and could get but for quota.
    pub(super) starved_of: u32,
    /// Whether it has an idle node that has reached its idle limit and may be let go for others.
    pub(super) gives_way: bool,
}

impl Standing {
    /// A cluster at a position before it is known.
    fn unknown(position: usize) -> Self {
        Self {
            head: (SimTime::NEVER, position),
            wants: false,
            starved_of: 0,
            gives_way: false,
        }
    }
}

/// A target, of any kind.
#[derive(Debug)]
pub(super) struct Member {
    pub(super) group: usize,
    /// Nodes that hold quota, and those of them that leave, when last looked at.
    pub(super) nodes: [u32; 2],
    pub(super) standing: Standing,
    /// By quota of its group: what was let go for its starving head and is kept for it.
    pub(super) let_go_for: Vec<u64>,
}

impl Member {
    /// Keeps no more than its head lacks, given what a node takes.
    pub(super) fn trim(&mut self, takes: &[(usize, u64)]) {
        let starved_of = u64::from(self.standing.starved_of);
        for (let_go, (_, taken)) in self.let_go_for.iter_mut().zip(takes) {
            *let_go = (starved_of * taken).min(*let_go);
        }
    }
}

/// Targets whose nodes take the same of the same quotas.
#[derive(Debug)]
pub(super) struct Group {
    /// Positions of the quotas that bind them, and what a node (or the instance) takes of each.
    pub(super) takes: Vec<(usize, u64)>,
    /// Clusters that want nodes.
    pub(super) wanting: BTreeSet<Head>,
    /// Those of them whose heads starve.
    pub(super) starving: BTreeSet<Head>,
    /// Clusters that may give nodes up.
    pub(super) givers: BTreeSet<Head>,
}

impl Group {
    fn new(takes: Vec<(usize, u64)>) -> Self {
        Self {
            takes,
            wanting: BTreeSet::new(),
            starving: BTreeSet::new(),
            givers: BTreeSet::new(),
        }
    }

    /// What a node takes of a quota, if that binds it.
    pub(super) fn of(&self, quota: usize) -> Option<u64> {
        let takes = self.takes.iter().find(|(other, _)| *other == quota);
        takes.map(|(_, taken)| *taken)
    }

    /// Puts a cluster where it stands now.
    pub(super) fn place(&mut self, old: Standing, new: Standing) {
        let belongs = |of: Standing| [of.wants, of.starved_of > 0, of.gives_way];
        let sets = [&mut self.wanting, &mut self.starving, &mut self.givers];
        for ((set, was), is) in sets.into_iter().zip(belongs(old)).zip(belongs(new)) {
            if was && (old.head != new.head || !is) {
                set.remove(&old.head);
            }
            if is {
                set.insert(new.head);
            }
        }
    }
}

/// The targets of a world by what they take of its quotas.
pub(super) fn grouped(settings: &WorldSettings) -> (Vec<Group>, Vec<Member>) {
    let mut takes = vec![Vec::new(); settings.targets.len()];
    for (position, quota) in settings.quotas.iter().enumerate() {
        for &member in &quota.members {
            takes[member].push((position, quota.taken_by(&settings.targets[member])));
        }
    }
    let mut groups: Vec<Group> = Vec::new();
    let mut by_takes = BTreeMap::new();
    let members = takes.into_iter().enumerate().map(|(position, takes)| {
        let let_go_for = vec![0; takes.len()];
        let group = *by_takes.entry(takes.clone()).or_insert_with(|| {
            groups.push(Group::new(takes));
            groups.len() - 1
        });
        Member {
            group,
            nodes: [0; 2],
            standing: Standing::unknown(position),
            let_go_for,
        }
    });
    let members = members.collect();
    (groups, members)
}

/// The first head after a bound in any of some sets.
pub(super) fn first_of<'a>(
    sets: impl Iterator<Item = &'a BTreeSet<Head>>,
    after: Bound<Head>,
) -> Option<Head> {
    let first = |heads: &BTreeSet<Head>| heads.range((after, Bound::Unbounded)).next().copied();
    sets.filter_map(first).min()
}
