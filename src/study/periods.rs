//! What one replication is billed for in each charge period, for cost exports.
//!
//! Node-time from a later instant on is that of the same replication with a later warm-up, which changes nothing else; what
//! lies between two instants is the difference. So the replication is simulated again for each period, and the parts add
//! up to the whole exactly.

use super::{Watcher, Work, served, threads, window};
use crate::calendar::UtcPeriod;
use crate::engine::Halt;
use crate::engine::streams::Streams;
use crate::model::settings::WorldSettings;
use crate::model::{Silent, simulate};
use crate::pricing::{Coverage, Held, SoFar};
use crate::results::{NodeTimes, ServiceUse, TargetResult};
use crate::study_results::BilledPeriod;
use crate::units::SimTime;

/// The periods of a replication that has been simulated, from the warm-up to the latest end of its targets; the error
/// says why they were not done, such as that the watcher said stop.
pub(super) fn periods(
    work: Work<'_>,
    period: UtcPeriod,
    targets: &[TargetResult],
    watcher: &dyn Watcher,
) -> Result<Vec<BilledPeriod>, Halt> {
    let variant = work.variant;
    let horizon = variant.settings.horizon;
    let ends: Vec<SimTime> = targets
        .iter()
        .map(|target| target.end.max(horizon))
        .collect();
    let end = ends.iter().copied().max().unwrap_or(horizon);
    let cuts = cuts(work, period, end);
    let from: Result<Vec<Vec<Part>>, Halt> = threads::each(cuts.len(), |cut| {
        held_from(work, cuts[cut], (end, targets.len()), watcher)
    });
    let from = from?;
    let uses = Coverage::between(
        &variant.commitments,
        &variant.prices,
        targets,
        window(variant),
        &cuts,
    );
    let cuts_from = cuts[0];
    let spans = cuts.windows(2).zip(from.windows(2)).zip(uses);
    let billed = spans.map(|((cuts, parts), uses)| {
        let held = targets.iter().enumerate().map(|(target, result)| Held {
            times: parts[0][target].times - parts[1][target].times,
            low_priority: parts[0][target].low_priority - parts[1][target].low_priority,
            used: parts[0][target].used - parts[1][target].used,
            so_far: SoFar {
                before: from[0][target].used - parts[0][target].used,
                whole: from[0][target].used,
                clock: ends[target].since(cuts_from),
            },
            slots: result.slots,
            clock: cuts[1].min(ends[target]).since(cuts[0]),
        });
        BilledPeriod {
            charge: variant.calendar.utc_period(cuts[0], period),
            month: variant.calendar.utc_period(cuts[0], UtcPeriod::Month),
            held: held.collect(),
            uses,
        }
    });
    Ok(billed.collect())
}

/// Where periods begin, from the warm-up on, and the end of the last.
fn cuts(work: Work<'_>, period: UtcPeriod, end: SimTime) -> Vec<SimTime> {
    let calendar = &work.variant.calendar;
    let mut cuts = vec![window(work.variant).warmup];
    while let Some(&last) = cuts.last().filter(|last| **last < end) {
        let next = calendar.sim_time(calendar.utc_period(last, period)[1]);
        cuts.push(next.filter(|next| *next > last).unwrap_or(end).min(end));
    }
    cuts
}

/// What a target held from an instant on.
#[derive(Clone, Copy, Default)]
struct Part {
    times: NodeTimes,
    low_priority: NodeTimes,
    used: ServiceUse,
}

/// What each of so many targets held from an instant on.
fn held_from(
    work: Work<'_>,
    from: SimTime,
    (end, targets): (SimTime, usize),
    watcher: &dyn Watcher,
) -> Result<Vec<Part>, Halt> {
    let settings = &work.variant.settings;
    if from >= end {
        return Ok(vec![Part::default(); targets]);
    }
    let mut later = WorldSettings {
        warmup: from,
        ..settings.clone()
    };
    for target in &mut later.targets {
        target.keep_hours = None;
    }
    let streams = Streams::new(work.scenario.seed, u64::from(work.replication));
    let go_on = || watcher.go_on();
    let outcome = simulate(&later, streams, Silent, &go_on)?;
    let services = served(&later, streams, false, &go_on)?;
    let services = services.iter().map(|(service, _)| service);
    let whole = outcome.result.targets.iter().chain(services).map(|target| {
        let mut part = Part::default();
        for held in Held::of(target, window(work.variant)) {
            part.times += held.times;
            part.low_priority += held.low_priority;
            part.used += held.used;
        }
        part
    });
    Ok(whole.collect())
}
