//! What can only be checked between tables: runs against the sizes of their targets and quotas, needs against machines,
//! approval against quotas, lengths of runs against the lives of nodes.

use super::serves::UsedService;
use super::sizes::{Most, check_sizes};
use super::told::Said;
use super::{attempts, needs, remarks, sampling, serves};
use crate::model::settings::{Deallocation, End, Environment, NodeLoss, TargetKind};
use crate::scenario::buying::market::Market;
use crate::scenario::document::sink::Read;
use crate::scenario::document::usual::assumed;
use crate::scenario::targets::quotas::{self, Draft, Shared};
use crate::scenario::targets::{Service, Target};
use crate::scenario::work::asks::{Asking, check_run};
use crate::scenario::work::requests::{RequestWork, Requests};
use crate::scenario::work::workloads::Work;
use crate::units::{SimDuration, SimTime};
use crate::workload::{OnLoss, WorkloadSettings};

/// The tables of a variant, as far as they could be read. Positions of targets are those of their declaration.
pub(in crate::scenario) struct Between<'p, 'd, 'a> {
    pub(in crate::scenario) works: &'p [Work<'a>],
    pub(in crate::scenario) workloads: &'p [Read<WorkloadSettings>],
    pub(in crate::scenario) targets: &'p [Read<Target<'a>>],
    pub(in crate::scenario) services: &'p [Read<Service<'a>>],
    pub(in crate::scenario) asking: &'p [RequestWork<'a>],
    pub(in crate::scenario) requests: &'p [Read<Requests>],
    pub(in crate::scenario) quotas: &'d [Read<Draft<'d>>],
    pub(in crate::scenario) market: &'p Market<'p>,
    pub(in crate::scenario) environments: &'p [Environment],
    pub(in crate::scenario) horizon: SimTime,
    pub(in crate::scenario) end: End,
}

/// What came of it.
pub(in crate::scenario) struct Checked<'d> {
    /// Whether each target is simulated.
    pub(in crate::scenario) used: Vec<bool>,
    /// Whether each service is simulated, and how fast it should answer.
    pub(in crate::scenario) used_services: Vec<UsedService>,
    pub(in crate::scenario) quotas: Vec<Shared<'d>>,
    /// Nodes (of an instance: one) that each target can have at most.
    pub(in crate::scenario) most: Vec<u32>,
    pub(in crate::scenario) warnings: Vec<Said>,
    pub(in crate::scenario) notes: Vec<String>,
}

impl<'d> Between<'_, 'd, '_> {
    /// Checks all; problems are in the sink.
    pub(in crate::scenario) fn check(&self) -> Checked<'d> {
        let used = self.used();
        let shared = quotas::shared(self.quotas, self.targets, &used);
        // One that is too small from the start is reported, and says nothing more of runs.
        let is_right = |quota: &&Shared<'_>| quota.check(self.targets).is_ok();
        let right: Vec<&Shared<'_>> = shared.iter().filter(is_right).collect();
        let most = self.most(&right);
        let mut warnings = Vec::new();
        for (position, target) in self.targets.iter().enumerate() {
            if let Ok(target) = target
                && used[position]
            {
                self.check_approval(position, target);
                warnings.extend(target.bought.warnings.iter().cloned().map(Said::from));
                warnings.extend(remarks::never_evicted(target));
                warnings.extend(remarks::never_served(&target.settings));
                let sampled = sampling::too_few_samples(&target.settings);
                warnings.extend(sampled.map(Said::from));
            }
        }
        let mut notes = Vec::from_iter(remarks::assumed_boot(self.targets, &used));
        for (work, workload) in self.works.iter().zip(self.workloads) {
            if let Ok(workload) = workload {
                notes.extend(self.check_kinds(work, workload));
                let said = self.check_work(work, workload, &most);
                warnings.extend(said.into_iter().map(Said::from));
            }
        }
        let served = serves::check(self.services, self.asking, self.requests);
        warnings.extend(served.warnings.into_iter().map(Said::from));
        notes.extend(served.notes);
        let numbers = most.iter().map(|most| most.nodes).collect();
        Checked {
            used,
            used_services: served.used,
            most: numbers,
            quotas: shared,
            warnings,
            notes,
        }
    }

    /// A workload beside its targets, as far as these could be read.
    fn check_work(
        &self,
        work: &Work<'_>,
        settings: &WorkloadSettings,
        most: &[Most],
    ) -> Vec<String> {
        let mut warnings = Vec::from_iter(needs::remark(work));
        let positions = settings.targets.iter();
        let known: Vec<_> = positions
            .filter_map(|position| Some((*position, self.targets[*position].as_ref().ok()?)))
            .collect();
        if known.iter().any(|(_, target)| loses_nodes(target)) {
            note_losses(work, settings);
        }
        if known.len() == settings.targets.len() {
            let most: Vec<&Most> = known.iter().map(|(position, _)| &most[*position]).collect();
            if let Ok(warning) = check_sizes(work, settings, &most) {
                warnings.extend(warning);
            }
        }
        for (position, target) in known {
            // Problems are reported.
            let _ = needs::check(work, settings, target, self.market);
            let speed = settings.speed_on(position);
            let largest = (most[position].nodes, self.pull(settings), speed);
            let until = (self.horizon, self.end);
            if let Ok(warning) = attempts::check(work, settings, target, largest, until) {
                warnings.extend(warning);
            }
        }
        warnings
    }

    /// Time on average in which a node pulls the image of a workload.
    fn pull(&self, settings: &WorkloadSettings) -> SimDuration {
        let environment = settings
            .environment
            .and_then(|at| self.environments.get(at as usize));
        environment.map_or(SimDuration::ZERO, |environment| {
            SimDuration::from_secs_rounded(environment.image_pull.mean_secs())
        })
    }

    /// A workload beside the kinds of its targets; notes where no source says whether they take it.
    fn check_kinds(&self, work: &Work<'_>, settings: &WorkloadSettings) -> Vec<String> {
        let mut notes = Vec::new();
        let Ok(asks) = &work.asks else {
            return notes;
        };
        for position in &settings.targets {
            let Ok(target) = &self.targets[*position] else {
                continue;
            };
            let asking = Asking {
                name: &target.settings.name,
                section: target.kind.section,
                one: target.kind.one,
            };
            notes.extend(asks.of_training(&work.table, &asking));
            let has = (settings.batch_inference.is_some(), settings.background);
            check_run(&work.table, &asking, target.kind.unmanaged, has);
            let size = target.bought.size.as_ref();
            if let Some(size) = size.filter(|size| asks.gpu() && size.gpus().is_none()) {
                serves::refuse_size(&work.table, &target.table, size);
            }
        }
        notes
    }

    fn used(&self) -> Vec<bool> {
        let submits = |position: usize| {
            let workloads = self.workloads.iter().flatten();
            workloads
                .flat_map(|workload| &workload.targets)
                .any(|target| *target == position)
        };
        let all = self.targets.iter().enumerate();
        all.map(|(position, target)| {
            submits(position) || target.as_ref().is_ok_and(|target| target.always_bill)
        })
        .collect()
    }

    fn most(&self, quotas: &[&Shared<'_>]) -> Vec<Most> {
        let all = self.targets.iter().enumerate();
        let most = |(position, target): (usize, &Read<Target<'_>>)| {
            let Ok(target) = target else {
                return Most::default();
            };
            let name = &target.settings.name;
            let max_nodes = match &target.settings.kind {
                TargetKind::Cluster(cluster) => cluster.largest(),
                TargetKind::Instance(_) => {
                    let one = match target.kind.section {
                        "instance" => "an instance",
                        _ => target.kind.one,
                    };
                    return Most {
                        nodes: 1,
                        reason: format!("`{name}` is {one} and takes runs of one node"),
                    };
                }
            };
            match quotas::most_nodes(quotas, position, self.targets) {
                Some((nodes, quota)) if nodes < max_nodes => Most {
                    nodes,
                    reason: format!("quota `{quota}` leaves `{name}` {nodes} nodes"),
                },
                _ => {
                    let key = match target.kind.section {
                        "data_lake_analytics" => "max_units",
                        _ => "max_nodes",
                    };
                    Most {
                        nodes: max_nodes,
                        reason: format!("`{key}` of `{name}` is {max_nodes}"),
                    }
                }
            }
        };
        all.map(most).collect()
    }

    /// A series whose quota is 0 until it is asked for.
    fn check_approval(&self, position: usize, target: &Target<'_>) {
        // What is attached counts against the quota of machines of its own subscription.
        if target.kind.unmanaged {
            return;
        }
        let (Some(size), Ok(catalog)) = (&target.bought.size, self.market.catalog()) else {
            return;
        };
        if self.quotas.iter().any(Result::is_err) {
            return;
        }
        let drafts = self.quotas.iter().flatten();
        let granted = drafts.filter_map(|draft| draft.grants(position, target));
        let finding = catalog.check_approval(size, target.bought.approved, granted.max());
        if let Some(finding) = finding {
            target.table.refuse("vm_size", finding.into());
        }
    }
}

/// Whether a run may lose its nodes on a target.
fn loses_nodes(target: &Target<'_>) -> bool {
    match &target.settings.kind {
        TargetKind::Cluster(cluster) => {
            let deallocation = cluster.policy.as_ref().map(|policy| policy.deallocation);
            deallocation == Some(Deallocation::Requeue) || !matches!(cluster.loss, NodeLoss::Never)
        }
        TargetKind::Instance(_) => false,
    }
}

/// Notes the defaults of what becomes of runs that lose their nodes.
fn note_losses(work: &Work<'_>, settings: &WorkloadSettings) {
    let changed = "what the service does has changed, and its pages differ";
    work.table
        .acts("on_interruption", assumed("requeue", changed));
    work.table.acts("restart", assumed("0s", ""));
    if matches!(settings.on_loss, OnLoss::Resume { .. }) {
        work.table.acts("checkpoint_cost", assumed("0s", ""));
    }
}
