//! How long whole fan-outs take, from the submission of a parent to the end of its last child.

use super::figure::{Figure, count, per_thing, seconds};
use super::statistic::Statistic;

/// The mean time.
pub(super) const MEAN: Statistic = Statistic::Ratio(|of| {
    let fan_outs = of.fan_out_times()?;
    Some(per_thing(fan_outs.time_sum, fan_outs.ended))
});

/// The 95th percentile.
pub(super) const P95: Statistic = Statistic::FanOut(|times| times.p95);

/// Their figures, in the order of the columns.
pub(super) const FIGURES: [Figure; 6] = [
    count(
        "fan_outs_submitted",
        "parents of `arrivals.fan_out` submitted in [warm-up, horizon); this and the next five are of runs, of a whole variant, and empty where no workload has `fan_out`",
        |of| Some(of.fan_outs.as_ref()?.submitted as f64),
    ),
    count(
        "fan_outs_unfinished",
        "of these: not all children had ended when the simulation was, or some were to be submitted from the horizon on",
        |of| {
            let fan_outs = of.fan_outs.as_ref()?;
            Some(fan_outs.submitted.saturating_sub(fan_outs.ended) as f64)
        },
    ),
    seconds(
        "fan_out_mean_s",
        "mean time of the others, from the submission of the parent to the end of its last child, however its children ended; empty where a queue grows",
        MEAN,
    ),
    seconds(
        "fan_out_p50_s",
        "median of these times; like the other percentiles empty where several workloads have `fan_out`, whose own are in `workloads.csv`",
        Statistic::FanOut(|times| times.p50),
    ),
    seconds("fan_out_p95_s", "95th percentile of these times", P95),
    seconds(
        "fan_out_max_s",
        "longest of these times",
        Statistic::FanOut(|times| times.max.into()),
    ),
];
