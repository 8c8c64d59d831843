//! Reads quotas: limits on the vCPUs, GPUs or nodes of targets together, and what would not fit into them from the start.

use super::Target;
use super::known::Known;
use super::quota_limits::Limit;
use crate::catalog::{Catalog, VmSize, one_of};
use crate::model::settings::{ClusterSettings, Quota, TargetKind};
use crate::nearest::nearest;
use crate::scenario::buying::market::Market;
use crate::scenario::data::context::Context;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::near::suggestion;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sections::section;
use crate::scenario::document::sink::Read;
use crate::scenario::document::tree::{Entry, Table};
use crate::scenario::document::values::{choice, one_or_more, text};
use crate::scenario::keys::QUOTA;

/// Families named where one is unknown.
const NEAR: usize = 3;
const SCOPE_HELP: &str = "write the `family` that it is for, such as `\"NCv3\"`; or `total = \"dedicated\"` or \
                          `total = \"low_priority\"` for all of a region; or `targets = [...]`";

/// A quota as the file says it.
pub(in crate::scenario) struct Draft<'a> {
    name: String,
    table: Cursor<'a>,
    limit: Limit,
    scope: Scope,
    region: Option<String>,
}

/// What counts against a quota.
enum Scope {
    /// Dedicated machines of sizes of this family or series.
    Family(String),
    /// All dedicated machines, or all others.
    Total { low_priority: bool },
    /// These targets, by position.
    Targets(Vec<usize>),
}

/// A quota of a variant, with the positions of the targets that count against it.
pub(in crate::scenario) struct Shared<'d> {
    draft: &'d Draft<'d>,
    pub(in crate::scenario) members: Vec<usize>,
}

/// Targets by position, as far as they could be read.
type Targets<'t, 'a> = &'t [Read<Target<'a>>];

/// Reads the quotas, whose targets are among the known ones.
pub(in crate::scenario) fn drafts<'a>(
    context: &Context<'a>,
    root: &'a Table,
    market: &Market<'_>,
    known: &Known<'_>,
) -> Vec<Read<Draft<'a>>> {
    let read = |(entry, path): (&'a Entry, String)| {
        let table = Cursor::open(context.sink, &entry.node, path, QUOTA)?;
        let limit = Limit::read(&table);
        let scope = scope(&table, market, known);
        let region = market.region(&table).map(|region| region.map(|r| r.name));
        let (limit, scope, region) = (limit?, scope?, region?);
        if matches!(scope, Scope::Targets(_)) && table.has("region") {
            let complaint = Complaint::new("`targets` says already what it is for")
                .help("leave this key out; it is for a `family` or a `total`");
            return Err(table.refuse("region", complaint));
        }
        Ok(Draft {
            name: entry.key.to_string(),
            table,
            limit,
            scope,
            region,
        })
    };
    let tables = section(context.sink, root, "quota").into_iter();
    tables.map(read).collect()
}

fn scope(table: &Cursor<'_>, market: &Market<'_>, known: &Known<'_>) -> Read<Scope> {
    match table.one_of(&["family", "total", "targets"])? {
        Some("family") => {
            let name = table.require("family", SCOPE_HELP, text)?;
            let catalog = market.catalog()?;
            if catalog.sizes().any(|size| is_of(size, &name)) {
                return Ok(Scope::Family(name));
            }
            Err(table.refuse("family", unknown_family(catalog, &name)))
        }
        Some("total") => {
            let words = [("dedicated", false), ("low_priority", true)];
            let low_priority = table.require("total", SCOPE_HELP, choice(&words))?;
            Ok(Scope::Total { low_priority })
        }
        Some(_) => targets(table, known).map(Scope::Targets),
        None => Err(table.missing("family", SCOPE_HELP)),
    }
}

fn targets(table: &Cursor<'_>, all: &Known<'_>) -> Read<Vec<usize>> {
    let known = &all.targets;
    let names = table.require("targets", SCOPE_HELP, one_or_more(text))?;
    let mut positions = Vec::new();
    for name in &names {
        if let Some(service) = all.services.iter().find(|service| service.name == name) {
            let complaint = Complaint::new(format!(
                "`{name}` is {}, and quotas of services are not simulated",
                service.one
            ))
            .help("leave it out; `quota_vcpus` of the results says what an online endpoint needs");
            return Err(table.refuse("targets", complaint));
        }
        let Some(position) = known.iter().position(|known| known.name == name) else {
            let managed = known.iter().filter(|known| !known.unmanaged);
            let managed: Vec<&str> = managed.map(|known| known.name).collect();
            let complaint = Complaint::new(format!("there is no target `{name}`"))
                .help(suggestion(name, &managed, "defined"))
                .missing();
            return Err(table.refuse("targets", complaint));
        };
        if known[position].unmanaged && !known[position].is_pool {
            let complaint = Complaint::new(format!(
                "`{name}` is {}, which is attached and has no nodes that a quota limits",
                known[position].one
            ))
            .help("leave it out: its own limit is in its table");
            return Err(table.refuse("targets", complaint));
        }
        if !positions.contains(&position) {
            positions.push(position);
        }
    }
    if positions.is_empty() {
        let complaint = Complaint::new("there is no target in it");
        return Err(table.refuse("targets", complaint.help(SCOPE_HELP)));
    }
    Ok(positions)
}

/// The most nodes for runs that are kept at some time without any demand.
fn least_nodes(cluster: &ClusterSettings) -> u32 {
    let windows = cluster
        .capacity
        .iter()
        .filter_map(|window| window.min_nodes);
    windows.fold(cluster.min_nodes, u32::max)
}

/// Whether a size is of a family or a series.
fn is_of(size: &VmSize, name: &str) -> bool {
    let name = name.trim();
    size.family.eq_ignore_ascii_case(name) || size.series.eq_ignore_ascii_case(name)
}

fn unknown_family(catalog: &Catalog, name: &str) -> Complaint {
    let mut families: Vec<&str> = Vec::new();
    for size in catalog.sizes() {
        for known in [size.series.as_str(), size.family.as_str()] {
            if !families.contains(&known) {
                families.push(known);
            }
        }
    }
    let near = nearest(name, families.iter().copied(), NEAR);
    let cloud = catalog.cloud().flag();
    let all = format!("`simulate catalog --all{cloud}` lists all series");
    let help = if near.is_empty() {
        format!("{all}; `simulate catalog SIZE{cloud}` shows the family of a size")
    } else {
        format!("did you mean {}? {all}", one_of(&near))
    };
    Complaint::new(format!("there is no family or series `{name}`")).help(help)
}

impl Draft<'_> {
    /// Whether a target counts against it.
    fn counts(&self, position: usize, target: &Target<'_>) -> bool {
        // What is attached has quotas of its own subscription, which say whom they are for.
        let is_named = matches!(self.scope, Scope::Targets(_));
        if target.kind.unmanaged && !is_named {
            return false;
        }
        let bought = &target.bought;
        let here = self.region.is_none() || self.region == bought.prices.region;
        match &self.scope {
            Scope::Family(name) => {
                let size = bought.size.as_ref();
                here && !bought.tier.may_be_evicted() && size.is_some_and(|size| is_of(size, name))
            }
            Scope::Total { low_priority } => here && bought.tier.may_be_evicted() == *low_priority,
            Scope::Targets(positions) => positions.contains(&position),
        }
    }

    /// What it grants a target by name of its family, or by its own: what counts as approval of its series.
    pub(in crate::scenario) fn grants(&self, position: usize, target: &Target<'_>) -> Option<u64> {
        let wholesale = matches!(
            self.scope,
            Scope::Total {
                low_priority: false
            }
        );
        (!wholesale && self.counts(position, target)).then_some(self.limit.amount)
    }
}

/// The quotas with their members among the targets of a variant that are used.
pub(in crate::scenario) fn shared<'d>(
    drafts: &'d [Read<Draft<'d>>],
    targets: Targets<'_, '_>,
    used: &[bool],
) -> Vec<Shared<'d>> {
    let members = |draft: &Draft<'_>| {
        let all = targets.iter().enumerate();
        let member = |(position, target): (usize, &Read<Target<'_>>)| {
            let target = target.as_ref().ok()?;
            (used[position] && draft.counts(position, target)).then_some(position)
        };
        all.filter_map(member).collect()
    };
    let drafts = drafts.iter().filter_map(|draft| draft.as_ref().ok());
    drafts
        .map(|draft| Shared {
            members: members(draft),
            draft,
        })
        .collect()
}

impl Shared<'_> {
    /// Its name.
    pub(in crate::scenario) fn name(&self) -> &str {
        &self.draft.name
    }

    /// What its members beside one hold permanently.
    fn held_beside(&self, own: &str, targets: Targets<'_, '_>) -> u64 {
        let others = self
            .members(targets)
            .filter(|target| target.settings.name != own);
        let held = |target: &Target<'_>| {
            u64::from(target.settings.kind.kept_nodes()) * self.draft.limit.taken_by(target)
        };
        others.map(held).sum()
    }

    fn members<'t, 'a>(
        &'t self,
        targets: Targets<'t, 'a>,
    ) -> impl Iterator<Item = &'t Target<'a>> + 't {
        let members = self.members.iter();
        members.filter_map(|position| targets[*position].as_ref().ok())
    }

    /// Refuses a quota that the service would not create its targets in.
    pub(in crate::scenario) fn check(&self, targets: Targets<'_, '_>) -> Read<()> {
        self.check_region(targets)?;
        for target in self.members(targets) {
            if self.draft.limit.taken_by(target) == 0 {
                let complaint = self.draft.limit.uncounted(&target.settings.name);
                return Err(self.draft.table.refuse_whole(complaint));
            }
        }
        let Limit { key, unit, amount } = self.draft.limit;
        let said = self.draft.limit.with_unit(amount);
        let mut parts = Vec::new();
        let mut always = 0;
        for target in self.members(targets) {
            let (name, taken) = (&target.settings.name, self.draft.limit.taken_by(target));
            let nodes = match &target.settings.kind {
                TargetKind::Cluster(cluster) => {
                    u64::from(target.settings.kind.system_nodes() + least_nodes(cluster))
                }
                TargetKind::Instance(_) => 1,
            };
            always += nodes * taken;
            if nodes > 0 {
                parts.push(format!("`{name}` {nodes} x {}", unit.amount(taken)));
            }
        }
        if always > amount {
            let complaint = Complaint::new(format!(
                "{said} are less than the {} that its instances and largest `min_nodes` hold together: {}",
                unit.amount(always),
                parts.join(", ")
            ));
            let help = format!(
                "a stopped instance keeps its {}: raise the quota, or have fewer of them",
                unit.of_one()
            );
            return Err(self.draft.table.refuse(key, complaint.help(help)));
        }
        for target in self.members(targets) {
            let taken = self.draft.limit.taken_by(target);
            let TargetKind::Cluster(_) = &target.settings.kind else {
                continue;
            };
            let held = self.held_beside(&target.settings.name, targets);
            let one = taken * u64::from(1 + target.settings.kind.system_nodes());
            if held + one > amount {
                let beside = match held {
                    0 => String::new(),
                    held => format!(" beside the {} that others always hold", unit.amount(held)),
                };
                let system_nodes = match target.settings.kind.system_nodes() {
                    0 => String::new(),
                    nodes => format!(" and its {nodes} that take no runs"),
                };
                let complaint = Complaint::new(format!(
                    "{said} are not enough for one node of `{}`{system_nodes}, {}{beside}",
                    target.settings.name,
                    unit.amount(one)
                ));
                let complaint = complaint
                    .help("the service refuses a cluster that cannot have a node: raise the quota");
                return Err(self.draft.table.refuse(key, complaint));
            }
        }
        Ok(())
    }

    /// A quota is one region's.
    fn check_region(&self, targets: Targets<'_, '_>) -> Read<()> {
        if self.draft.region.is_some() || matches!(self.draft.scope, Scope::Targets(_)) {
            return Ok(());
        }
        let regions = self.members(targets);
        let mut regions: Vec<&str> = regions
            .filter_map(|target| target.bought.prices.region.as_deref())
            .collect();
        regions.dedup();
        if let [first, second, ..] = regions[..] {
            let help =
                format!("a quota is for one region: its targets are in `{first}` and `{second}`");
            return Err(self.draft.table.missing("region", &help));
        }
        Ok(())
    }

    /// The most nodes that it leaves a member beside others.
    fn most_nodes(&self, position: usize, targets: Targets<'_, '_>) -> Option<u32> {
        let target = targets[position].as_ref().ok()?;
        let taken = self.draft.limit.taken_by(target);
        if !self.members.contains(&position) || taken == 0 {
            return None;
        }
        let held = self.held_beside(&target.settings.name, targets);
        let room = self.draft.limit.amount.saturating_sub(held);
        let system_nodes = u64::from(target.settings.kind.system_nodes());
        let nodes = (room / taken).saturating_sub(system_nodes);
        Some(u32::try_from(nodes).unwrap_or(u32::MAX))
    }

    /// As the model takes it, its members by the positions that the targets have there; `None` without any.
    pub(in crate::scenario) fn settings(&self, positions: &[Option<usize>]) -> Option<Quota> {
        let members = self.members.iter();
        let members: Vec<usize> = members.filter_map(|member| positions[*member]).collect();
        (!members.is_empty()).then(|| Quota {
            name: self.draft.name.clone(),
            unit: self.draft.limit.unit,
            limit: self.draft.limit.amount,
            members,
        })
    }
}

/// The most nodes that quotas leave a target beside the instances, and the name of the quota that says so; `None`
/// where none counts it.
pub(in crate::scenario) fn most_nodes<'q>(
    quotas: &[&'q Shared<'_>],
    position: usize,
    targets: Targets<'_, '_>,
) -> Option<(u32, &'q str)> {
    let limits = quotas.iter().filter_map(|quota| {
        let most = quota.most_nodes(position, targets)?;
        Some((most, quota.name()))
    });
    limits.min_by_key(|(most, _)| *most)
}
