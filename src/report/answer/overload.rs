//! How much of the work that comes a variant does where its queue grows.

use crate::report::VariantResults;
use crate::report::losses;
use crate::report::requests;
use crate::report::row::Row;

/// The share of its work that a variant does by the horizon: of the running node-time of all runs that which falls before it, times
/// the share of runs that complete, times the share of requests that are served. `None` where its queue does not grow.
pub(super) fn share_done(variant: &VariantResults) -> Option<f64> {
    let row = Row::of_all(variant);
    if !row.growing.any() {
        return None;
    }
    let completed = row.figure(losses::COMPLETION.statistic);
    let completed = completed.map_or(1.0, |share| share.mean);
    let arrived = row.estimate(requests::arrived).map(|of| of.mean);
    let served = row.estimate(requests::served).map(|of| of.mean);
    let served = match (arrived, served) {
        (Some(arrived), Some(served)) if arrived > 0.0 => served / arrived,
        _ => 1.0,
    };
    Some(before_horizon(variant) * completed * served)
}

/// Share of the running node-time that falls before the horizon; 1 where nothing runs.
fn before_horizon(variant: &VariantResults) -> f64 {
    let (mut before, mut all) = (0.0, 0.0);
    for result in variant.statistics() {
        for target in &result.targets {
            let low = target.low_priority.as_deref().copied().unwrap_or_default();
            let within = [target.within.run, low.within.run].map(|time| time.0 as f64);
            let drain = [target.drain.run, low.drain.run].map(|time| time.0 as f64);
            before += within.iter().sum::<f64>();
            all += within.iter().chain(&drain).sum::<f64>();
        }
    }
    if all > 0.0 { before / all } else { 1.0 }
}
