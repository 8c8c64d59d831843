//! What one replication is billed for in each charge period, for cost exports.

use super::window;
use crate::calendar::{ChargePeriods, UtcPeriod};
use crate::model::settings::WorldSettings;
use crate::pricing::{Coverage, Held, SoFar};
use crate::results::{PeriodUse, ServiceUse, TargetResult};
use crate::scenario::Variant;
use crate::study_results::BilledPeriod;
use crate::units::SimTime;

/// The settings of a variant, with charge periods to be kept.
pub(super) fn kept(variant: &Variant, period: UtcPeriod) -> WorldSettings {
    WorldSettings {
        charge_periods: Some(ChargePeriods {
            calendar: variant.calendar.clone(),
            period,
        }),
        ..variant.settings.clone()
    }
}

/// The periods of a replication, taken from its targets: from the warm-up to their latest end.
pub(super) fn billed(
    variant: &Variant,
    of: &ChargePeriods,
    targets: &mut [TargetResult],
) -> Vec<BilledPeriod> {
    let window = window(variant);
    let ends: Vec<SimTime> = targets
        .iter()
        .map(|target| target.end.max(window.horizon))
        .collect();
    let end = ends.iter().copied().max().unwrap_or(window.horizon);
    let cuts = of.cuts(window.warmup, end);
    let uses = Coverage::between(
        &variant.commitments,
        &variant.prices,
        targets,
        window,
        &cuts,
    );
    let mut billed: Vec<BilledPeriod> = uses
        .into_iter()
        .zip(&cuts)
        .map(|(uses, from)| BilledPeriod {
            charge: of.calendar.utc_period(*from, of.period),
            month: of.calendar.utc_period(*from, UtcPeriod::Month),
            held: Vec::new(),
            uses,
        })
        .collect();
    for (target, end) in targets.iter_mut().zip(ends) {
        let kept = std::mem::take(&mut target.periods);
        for (period, held) in billed.iter_mut().zip(held(target, &kept, end, &cuts)) {
            period.held.push(held);
        }
    }
    billed
}

/// What a target that ends at some time held between each two neighboring cuts; what was at the very end is in the last.
fn held(target: &TargetResult, kept: &[PeriodUse], end: SimTime, cuts: &[SimTime]) -> Vec<Held> {
    let last = cuts.len() - 2;
    let mut parts = vec![PeriodUse::default(); last + 1];
    for (position, part) in kept.iter().enumerate() {
        parts[position.min(last)].add(part);
    }
    let mut whole = ServiceUse::default();
    for part in &parts {
        whole += part.used;
    }
    let mut before = ServiceUse::default();
    let held = parts.into_iter().zip(cuts.windows(2)).map(|(part, span)| {
        let so_far = SoFar {
            before,
            whole,
            clock: end.since(cuts[0]),
        };
        before += part.used;
        Held {
            times: part.times,
            low_priority: part.low_priority,
            used: part.used,
            so_far,
            slots: target.slots,
            clock: span[1].min(end).since(span[0]),
        }
    });
    held.collect()
}
