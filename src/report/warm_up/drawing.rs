//! The chart of warm-ups: mean waits over time, with the truncation point of each target.

use super::{Batch, Found, Measured, Verdict};
use crate::report::charts::warm_up::{self, Settles, WarmUpInput, WarmUpPanel};
use crate::report::charts::{self, Chart};
use crate::report::drawings::about;
use crate::units::SimTime;

/// The name of its files, without their endings.
pub const CHART: &str = charts::names::WARM_UP;

/// Points of a line at most.
const POINTS: usize = 300;
/// The moving mean is over this share of the batches to both sides.
const WINDOW: f64 = 0.02;

/// Draws it; `None` where no target has a batch.
pub fn draw(found: &Found<'_>) -> Option<Chart> {
    let horizons = found.study.variants.iter().map(|of| of.window.horizon);
    let panels = found.measured.iter().map(|of| panel(found, of));
    warm_up::draw(
        CHART,
        &WarmUpInput {
            study: about(found.study),
            horizon_s: horizons.max().map_or(0.0, SimTime::as_secs_f64),
            panels: panels.collect(),
        },
    )
}

fn panel(found: &Found<'_>, of: &Measured) -> WarmUpPanel {
    WarmUpPanel {
        name: found.name(of),
        remark: match of.verdict {
            Verdict::Settled(settled) if settled.runs == 0 => "no warm-up needed".to_owned(),
            Verdict::Settled(settled) => format!("warm-up {}", settled.warm_up.to_friendly()),
            Verdict::Changing => "not settled: a longer horizon is needed".to_owned(),
            Verdict::TooShort => "too few runs to tell".to_owned(),
            Verdict::Grows => "its queue grows".to_owned(),
        },
        means: thinned(&of.batches),
        moving: moving(&of.batches),
        settles: match of.verdict {
            Verdict::Settled(settled) => Some(Settles {
                at_s: settled.mean_s,
                warm_up_s: settled.warm_up.as_secs_f64(),
                wait_s: settled.wait_s,
            }),
            _ => None,
        },
    }
}

/// Means of neighboring batches, at most [`POINTS`] of them.
fn thinned(batches: &[Batch]) -> Vec<(f64, f64)> {
    let neighbors = batches.chunks(batches.len().div_ceil(POINTS).max(1));
    let points = neighbors.map(|some| {
        let count = some.len() as f64;
        let at: f64 = some.iter().map(|batch| batch.at_s).sum();
        let wait: f64 = some.iter().map(|batch| batch.wait_s).sum();
        (at / count, wait / count)
    });
    points.collect()
}

/// Welch's moving mean at some of the batches: of equally many to both sides, fewer close to an end.
fn moving(batches: &[Batch]) -> Vec<(f64, f64)> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a small share of a count"
    )]
    let window = (batches.len() as f64 * WINDOW).ceil() as usize;
    let sums: Vec<f64> = std::iter::once(0.0)
        .chain(batches.iter().scan(0.0, |sum, batch| {
            *sum += batch.wait_s;
            Some(*sum)
        }))
        .collect();
    let step = batches.len().div_ceil(POINTS).max(1);
    let shown = (0..batches.len()).step_by(step);
    let points = shown.map(|place| {
        let reach = window.min(place).min(batches.len() - 1 - place);
        let sum = sums[place + reach + 1] - sums[place - reach];
        (batches[place].at_s, sum / (2 * reach + 1) as f64)
    });
    points.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moving_mean_keeps_a_slope_and_smooths_a_zigzag() {
        let batch = |place: u32, wait_s: f64| Batch {
            at_s: f64::from(place),
            wait_s,
        };
        let slope: Vec<Batch> = (0..100).map(|it| batch(it, f64::from(it))).collect();
        assert!(
            moving(&slope)
                .iter()
                .all(|(at, wait)| (at - wait).abs() < 1e-9)
        );
        // Five of 0 and 10 in turn, three of them 10 or 0: 6 or 4.
        let zigzag: Vec<Batch> = (0..100)
            .map(|it| batch(it, f64::from(it % 2) * 10.0))
            .collect();
        let inner = &moving(&zigzag)[2..98];
        assert!(
            inner
                .iter()
                .all(|(_, wait)| (wait - 5.0).abs() < 1.0 + 1e-9)
        );
        let many: Vec<Batch> = (0..100_000).map(|it| batch(it, 3.0)).collect();
        assert!(thinned(&many).len() <= POINTS && moving(&many).len() <= POINTS);
    }
}
