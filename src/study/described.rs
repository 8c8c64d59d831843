//! What is known of a study before it is simulated: names, prices, limits, and what comes to each target.

use super::{exact, keeps_weeks, limits, recurrence, window};
use crate::model::settings::{End, TargetKind, TargetSettings, WorldSettings};
use crate::pricing::Tags;
use crate::scenario::{Scenario, Variant};
use crate::study_results::{Coming, EqualTargets, Known, StudyResults, TargetSort, VariantResults};
use crate::workload::Arrivals;

/// The results of a scenario of which nothing is simulated yet.
pub fn described(scenario: &Scenario) -> StudyResults {
    let of = |variant| variant_results(scenario, variant);
    StudyResults {
        scenario: scenario.name.clone(),
        seed: scenario.seed,
        baseline: scenario.baseline,
        goal: scenario.goals.goal.clone(),
        expectations: scenario.goals.expectations.clone(),
        precision: scenario.precision.clone(),
        variants: scenario.variants.iter().map(of).collect(),
        ..StudyResults::default()
    }
}

/// The targets that are equal, where an instance stands for several.
fn equal(variant: &Variant) -> Vec<EqualTargets> {
    let names = names(&variant.settings);
    let of = |(name, count): &(String, usize)| {
        let [first, last] = [1, *count].map(|number| format!("{name}-{number}"));
        Some(EqualTargets {
            first: names.iter().position(|of| *of == first)?,
            name: format!("{first} to {last}"),
            count: *count,
        })
    };
    variant.equal.iter().filter_map(of).collect()
}

pub(super) fn variant_results(scenario: &Scenario, variant: &Variant) -> VariantResults {
    let settings = &variant.settings;
    VariantResults {
        name: variant.name.clone(),
        currency: scenario.currency,
        provider: variant.cloud.provider().to_owned(),
        window: window(variant),
        cut: settings.end == End::Cut,
        targets: names(settings),
        equal: equal(variant),
        prices: variant.prices.clone(),
        tags: tags(&variant.tags),
        commitments: variant.commitments.clone(),
        products: (variant.products.iter())
            .map(|product| (*product).to_owned())
            .collect(),
        kinds: settings
            .targets
            .iter()
            .map(sort_of)
            .chain(settings.services.iter().map(|_| TargetSort::Service))
            .collect(),
        coming: coming(variant),
        exact: exact::exact_queues(settings),
        rivals: rivals(settings),
        limits: limits::limits(settings),
        into_hour: variant.calendar.into_utc_hour(),
        start: variant.calendar.stamp_at_zero(),
        start_is_assumed: variant.calendar.start_is_assumed(),
        workloads: settings
            .workloads
            .iter()
            .map(|workload| workload.name.clone())
            .collect(),
        labels: (settings.workloads.iter())
            .map(|workload| {
                let labels = workload.arrivals.labels();
                labels.filter(|_| !workload.background).cloned()
            })
            .collect(),
        recurrence: recurrence::recurrence(settings),
        by_week: settings.week.is_some() && keeps_weeks(scenario),
        known: Known::of_variants(scenario.variants.len()),
        ..VariantResults::default()
    }
}

/// The tags of the targets and services; none at all where none of them has a tag.
fn tags(of: &[Tags]) -> Vec<Tags> {
    if of.iter().all(Tags::is_empty) {
        return Vec::new();
    }
    of.to_vec()
}

/// The names of the targets, then of the services.
fn names(settings: &WorldSettings) -> Vec<String> {
    let targets = settings.targets.iter().map(|target| &target.name);
    let services = settings.services.iter().map(|service| &service.name);
    targets.chain(services).cloned().collect()
}

/// What comes to each target, then to each service; runs of others are in no statistics. A service that rejects what waits
/// too long has no queue that grows.
fn coming(variant: &Variant) -> Vec<Coming> {
    let settings = &variant.settings;
    let of = |arrivals: Vec<&Arrivals>, too_much: bool| {
        let any = |is: fn(&Arrivals) -> bool| arrivals.iter().any(|arrivals| is(arrivals));
        match (any(Arrivals::go_on), any(Arrivals::wait_for_ends)) {
            (true, _) if too_much => Coming::TooMuch,
            (true, _) => Coming::GoesOn,
            (false, true) => Coming::WaitsForEnds,
            (false, false) => Coming::Ends,
        }
    };
    let targets = variant.loads.iter().enumerate().map(|(target, load)| {
        let workloads = settings.workloads.iter();
        let own = workloads.filter(|own| !own.background && own.targets.contains(&target));
        of(own.map(|own| &own.arrivals).collect(), load.is_saturated())
    });
    let services = settings.services.iter().zip(&variant.service_loads);
    let services = services.enumerate().map(|(position, (service, load))| {
        let requests = settings.requests.iter();
        let own = requests.filter(|own| own.service == position);
        let arrivals = own.map(|own| &own.arrivals).collect();
        let waits = service.queue_timeout.is_none() && service.queue_limit.is_none();
        of(arrivals, waits && load.is_saturated())
    });
    targets.chain(services).collect()
}

/// For each cluster the others whose nodes count against a quota of its nodes.
fn rivals(settings: &WorldSettings) -> Vec<Vec<usize>> {
    let is_cluster =
        |target: usize| matches!(settings.targets[target].kind, TargetKind::Cluster(_));
    let shares = |one: usize, other: usize| {
        let mut quotas = settings.quotas.iter().map(|quota| &quota.members);
        one != other
            && is_cluster(other)
            && quotas.any(|members| members.contains(&one) && members.contains(&other))
    };
    let all = 0..settings.targets.len();
    let of = |one| all.clone().filter(|other| shares(one, *other)).collect();
    all.clone().map(of).collect()
}

fn sort_of(target: &TargetSettings) -> TargetSort {
    match &target.kind {
        TargetKind::Cluster(cluster) if cluster.one_run => TargetSort::OneRun {
            max_units: cluster.max_nodes,
        },
        TargetKind::Cluster(cluster) if !cluster.follows_queue_alone() => TargetSort::Pool,
        TargetKind::Cluster(cluster) => TargetSort::Cluster {
            min_nodes: cluster.min_nodes,
            max_nodes: cluster.max_nodes,
        },
        TargetKind::Instance(instance)
            if instance.schedule.is_none() && instance.idle_shutdown.is_none() =>
        {
            TargetSort::AlwaysOn
        }
        TargetKind::Instance(_) => TargetSort::Switched,
    }
}
