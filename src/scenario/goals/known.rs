//! What the variants of a scenario have, as far as limits may be about it.

use std::collections::BTreeSet;

use crate::goal::{Figure, ScopeKind, Work};
use crate::model::settings::WorldSettings;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;

/// The variants that a name means, by their full names.
pub(in crate::scenario) type Variants<'a> = dyn Fn(&str) -> Result<Vec<String>, Complaint> + 'a;

/// A name that is not simulated itself, since it stands for several.
#[derive(Clone, Debug)]
pub(in crate::scenario) struct Copied {
    /// What it names.
    pub(in crate::scenario) kind: ScopeKind,
    /// The name.
    pub(in crate::scenario) name: String,
    /// How many there are of it: `NAME-1` and so on.
    pub(in crate::scenario) number: usize,
}

/// What the variants have.
pub(in crate::scenario) struct Known<'a> {
    /// The names of variants.
    pub(super) variants: &'a Variants<'a>,
    /// By kind, what any of them has; of workloads and logs none of those that stand for the work of others.
    names: [BTreeSet<&'a str>; ScopeKind::ALL.len()],
    /// Names that stand for several in some variant.
    copied: Vec<&'a Copied>,
    /// What they do.
    works: Vec<Work>,
    /// Whether all variants could be read, so that nothing is missing that may be there.
    pub(super) is_complete: bool,
}

impl<'a> Known<'a> {
    /// What the worlds of all variants have, and which names stand for several there; without those that could not be read.
    pub(in crate::scenario) fn of(
        worlds: impl Iterator<Item = Option<(&'a WorldSettings, &'a [Copied])>>,
        variants: &'a Variants<'a>,
    ) -> Self {
        let mut known = Self {
            variants,
            names: Default::default(),
            copied: Vec::new(),
            works: vec![Work::Any],
            is_complete: true,
        };
        for world in worlds {
            match world {
                Some((world, copied)) => {
                    known.add(world);
                    known.copied.extend(copied);
                }
                None => known.is_complete = false,
            }
        }
        known
    }

    /// The names of what is of a kind, of any variant.
    pub(super) fn names(&self, kind: ScopeKind) -> &BTreeSet<&'a str> {
        &self.names[kind as usize]
    }

    /// How many a name stands for, if it does in some variant.
    pub(super) fn number(&self, kind: ScopeKind, name: &str) -> Option<usize> {
        let mut copied = self.copied.iter();
        let found = copied.find(|copied| copied.kind == kind && copied.name == name);
        found.map(|copied| copied.number)
    }

    fn add_names(&mut self, kind: ScopeKind, names: impl Iterator<Item = &'a str>) {
        self.names[kind as usize].extend(names);
    }

    fn add(&mut self, world: &'a WorldSettings) {
        let targets = world.targets.iter().map(|target| target.name.as_str());
        let services = world.services.iter().map(|service| service.name.as_str());
        self.add_names(ScopeKind::Target, targets.chain(services));
        let mut own = world.workloads.iter().filter(|work| !work.background);
        let names = own.clone().map(|work| work.name.as_str());
        self.add_names(ScopeKind::Workload, names);
        for labels in own.clone().filter_map(|work| work.arrivals.labels()) {
            for kind in [ScopeKind::User, ScopeKind::Group] {
                self.add_names(kind, labels.texts_of(kind.key()));
            }
        }
        let mut services = world.services.iter();
        let works = [
            (Work::Runs, own.clone().next().is_some()),
            (
                Work::FanOuts,
                own.clone().any(|work| work.arrivals.fan_out().is_some()),
            ),
            (Work::EndingRuns, own.any(|work| !work.arrivals.go_on())),
            (Work::Requests, !world.requests.is_empty()),
            (Work::RequestsWithSlo, services.any(|it| it.slo.is_some())),
        ];
        for (work, is_done) in works {
            if is_done && !self.works.contains(&work) {
                self.works.push(work);
            }
        }
    }

    /// Reports a key of a figure that no variant has.
    pub(super) fn has(&self, table: &Cursor<'_>, key: &str, figure: Figure) -> Read<()> {
        if !self.is_complete || self.works.contains(&figure.work()) || !table.has(key) {
            return Ok(());
        }
        let what = match figure.work() {
            Work::Any | Work::Runs => "the scenario has no runs",
            Work::EndingRuns => "no work of the scenario ends by itself, as batches and logs do",
            Work::FanOuts => "no workload of the scenario has `arrivals.fan_out`",
            Work::Requests => "the scenario has no requests to a service",
            Work::RequestsWithSlo => "no service of the scenario has an `slo`",
        };
        let help = match figure.work() {
            Work::EndingRuns => {
                "take this key away; of work that comes again, limit `turnaround_mean` or `wait_p95`, or simulate a single batch of it \
                 (`arrivals.batch`; of a fan-out `parents.batch`)"
            }
            _ => "take this key away",
        };
        let words = figure.words();
        let complaint = Complaint::new(format!("there is no {words}: {what}"));
        Err(table.refuse(key, complaint.help(help)))
    }
}
