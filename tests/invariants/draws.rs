//! Randomness: the k-th of a kind takes the k-th draw of its stream, whatever else happens.

use autoscale_simulator::distribution::Distribution;
use autoscale_simulator::engine::streams::Purpose;
use autoscale_simulator::model::settings::End;
use autoscale_simulator::results::LeaseRecord;
use autoscale_simulator::units::{SimDuration, SimTime};
use autoscale_simulator::workload::Draw;

use crate::records::ready;
use crate::worlds::{Case, Life, refused};

pub(crate) fn check(case: &Case) {
    images_are_built_once(case);
    for target in 0..case.settings.targets.len() {
        provisioning_times_are_drawn_in_order(case, target);
        a_single_node_is_released_at_its_drawn_limit(case, target);
    }
}

fn draw(case: &Case, of: &Distribution, purpose: &'static str, owner: &str) -> Draw {
    Draw::new(of, case.streams, Purpose(purpose), owner)
}

/// The first accepted run of an environment starts its build; all runs submitted before it is ready wait for it.
fn images_are_built_once(case: &Case) {
    for (environment, position) in case.settings.environments.iter().zip(0..) {
        let build = &environment.image_build;
        let build = draw(case, build, "image build", &environment.name).draw();
        let uses = |run: &&Life| run.submission.environment == Some(position) && !refused(run);
        let runs: Vec<&Life> = case.runs.iter().filter(uses).collect();
        let Some(first) = runs.iter().map(|run| run.record.submitted).min() else {
            continue;
        };
        for run in runs {
            let queued = run.record.submitted.max(first + build);
            let cut = case.settings.end == End::Cut && queued >= case.horizon();
            let expected = (!cut).then_some(queued);
            assert_eq!(run.record.queued, expected, "{}: {run:?}", case.name);
        }
    }
}

fn provisioning_times_are_drawn_in_order(case: &Case, target: usize) {
    let name = &case.settings.targets[target].name;
    if let Some(cluster) = case.cluster(target) {
        let mut allocation = draw(case, &cluster.allocation, "allocation", name);
        let mut boot = draw(case, &cluster.boot, "boot", name);
        let mut drawn = u64::from(cluster.min_nodes);
        for lease in case.leases_of(target) {
            let mut times = (SimDuration::ZERO, SimDuration::ZERO);
            while drawn <= lease.node {
                times = (allocation.draw(), boot.draw());
                drawn += 1;
            }
            let billed_from = lease.requested + times.0;
            assert_eq!(lease.billed_from, billed_from, "{}: {lease:?}", case.name);
            assert_boot(case, lease, 1, times.1);
        }
    }
    if let Some(instance) = case.instance(target) {
        let schedule = instance.schedule.as_ref();
        let on = schedule.is_none_or(|schedule| schedule.is_open(SimTime::ZERO));
        let mut boot = draw(case, &instance.boot, "boot", name);
        for (number, lease) in case.leases_of(target).enumerate() {
            let there = on && number == 0;
            let time = if there {
                SimDuration::ZERO
            } else {
                boot.draw()
            };
            assert_boot(case, lease, instance.slots, time);
        }
    }
}

fn assert_boot(case: &Case, lease: &LeaseRecord, slots: u32, boot: SimDuration) {
    let expected = (lease.billed_from + boot).min(lease.released);
    assert_eq!(ready(lease, slots), expected, "{}: {lease:?}", case.name);
}

/// Where there is only one node, each time it goes idle takes the next limit, and it goes exactly when that is reached.
fn a_single_node_is_released_at_its_drawn_limit(case: &Case, target: usize) {
    let Some(cluster) = case.cluster(target) else {
        return;
    };
    if (cluster.min_nodes, cluster.max_nodes) != (0, 1) {
        return;
    }
    let limit = &cluster.idle_before_scale_down;
    let name = &case.settings.targets[target].name;
    let mut limits = draw(case, limit, "idle limit", name);
    for lease in case.leases_of(target) {
        let mut served: Vec<&Life> = case
            .runs_of(target)
            .filter(|run| run.record.nodes_held == [lease.node])
            .collect();
        served.sort_by_cached_key(|run| (run.record.assigned, run.record.ended, run.place()));
        let ready = ready(lease, 1);
        // It was ready: the one node of a cluster is only asked for by a run that waits for it.
        if served.is_empty() || served.iter().any(|run| run.record.ended.is_none()) {
            assert_eq!(case.settings.end, End::Cut, "{}: {lease:?}", case.name);
            return;
        }
        let idle_from = served.iter().filter_map(|run| run.record.ended);
        let mut until = SimTime::ZERO;
        for from in [ready].into_iter().chain(idle_from) {
            until = from + limits.draw();
        }
        let closed = lease.released == case.end(target) && until > lease.released;
        assert!(
            closed || lease.released == until,
            "{}: the limit ends at {until}: {lease:?}",
            case.name
        );
    }
}
