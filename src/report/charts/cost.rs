//! What each variant costs, by category: one bar for each variant, with the total and its interval at the end.

use super::axis::grouped;
use super::bars::{self, Bar, Kind};
use super::frame;
use super::palette::{
    BLUE, BROWN, GREEN, GREY, NIGHT, ORANGE, PALE_GREEN, PALE_SKY, PURPLE, SKY, VERMILION, VIOLET,
    WINE, YELLOW,
};
use super::scene::{Color, Scene};
use super::{Chart, Study};
use crate::report::numbers::Shown;
use crate::stats::Estimate;

/// What money is spent on, in the order in which bars stack it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CostCategory {
    /// Running.
    Run,
    /// Running whose work a lost node took with it.
    LostWork,
    /// Image pull and setup.
    Startup,
    /// Finalizing.
    Finalize,
    /// Nodes that boot.
    Boot,
    /// Nodes that wait for the rest of a gang.
    GangWait,
    /// Idle nodes kept by a minimum.
    IdleMinimum,
    /// Idle nodes before their release.
    IdleTail,
    /// Nodes that never take runs.
    Standing,
    /// Nodes that runs of others occupy.
    Background,
    /// Billed beyond use by granularity and minimum.
    Rounding,
    /// Fees of services, replicas and executions.
    Service,
    /// Commitments that covered nothing.
    UnusedCommitment,
    /// Charges by the day and the like.
    FixedCharges,
}

impl CostCategory {
    /// All categories, in the order of bars.
    pub const ALL: [Self; 14] = [
        Self::Run,
        Self::LostWork,
        Self::Startup,
        Self::Finalize,
        Self::Boot,
        Self::GangWait,
        Self::IdleMinimum,
        Self::IdleTail,
        Self::Standing,
        Self::Background,
        Self::Rounding,
        Self::Service,
        Self::UnusedCommitment,
        Self::FixedCharges,
    ];

    /// What legends call it.
    pub fn label(self) -> &'static str {
        self.look().0
    }

    fn look(self) -> (&'static str, Color) {
        match self {
            Self::Run => ("run", BLUE),
            Self::LostWork => ("lost work", NIGHT),
            Self::Startup => ("startup", SKY),
            Self::Finalize => ("finalize", PALE_SKY),
            Self::Boot => ("boot", GREEN),
            Self::GangWait => ("gang wait", PURPLE),
            Self::IdleMinimum => ("idle minimum", VERMILION),
            Self::IdleTail => ("idle tail", ORANGE),
            Self::Standing => ("standing nodes", BROWN),
            Self::Background => ("background runs", PALE_GREEN),
            Self::Rounding => ("rounding", YELLOW),
            Self::Service => ("service", VIOLET),
            Self::UnusedCommitment => ("unused commitment", WINE),
            Self::FixedCharges => ("fixed charges", GREY),
        }
    }
}

/// One variant's cost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CostBar {
    /// The variant's name.
    pub name: String,
    /// Mean cost in USD by category, in the order of [`CostCategory::ALL`].
    pub usd: [f64; 14],
    /// Half the width of the 95 % interval of the total in USD, where there are several replications.
    pub half_width_usd: Option<f64>,
}

/// What the cost chart shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CostInput {
    /// Where the figures come from.
    pub study: Study,
    /// Whether a part of the costs is not on the workspace's own bill.
    pub has_other_bills: bool,
    /// One bar for each variant, in the order of the scenario.
    pub bars: Vec<CostBar>,
    /// Position of the baseline in `bars`.
    pub baseline: Option<usize>,
}

/// Draws the cost of each variant.
pub fn draw(input: &CostInput) -> Chart {
    Chart::of(&scene(input))
}

pub(super) fn scene(input: &CostInput) -> Scene {
    let kind = Kind {
        name: "cost",
        title: if input.has_other_bills {
            "Cost by category (all bills)"
        } else {
            "Cost by category"
        },
        parts: CostCategory::ALL.map(CostCategory::look).to_vec(),
        axis: input.study.money("cost (USD)"),
        of: "total",
        order: "from the cheapest to the dearest",
        what: input
            .study
            .money("Bars of mean cost in US dollars, split by category,"),
        unit: input.study.money(" USD"),
    };
    let mut bars: Vec<Bar> = input.bars.iter().map(bar).collect();
    for bar in &mut bars {
        bar.label = amount(bar.total(), frame::sound_half(bar.half));
    }
    bars::scene(&kind, &input.study, &bars, input.baseline)
}

fn bar(bar: &CostBar) -> Bar {
    Bar {
        name: bar.name.clone(),
        parts: bar.usd.to_vec(),
        half: bar.half_width_usd,
        label: String::new(),
    }
}

/// From here on a number is too long to read.
const LONG: f64 = 1e15;

/// A total and its half-width, with the digits of the table; in powers of ten where they are too long to read.
fn amount(total: f64, half: Option<f64>) -> String {
    if total.abs().max(half.unwrap_or(0.0)) >= LONG {
        let total = grouped(total, 0);
        return half.map_or_else(
            || total.clone(),
            |half| format!("{total} ± {}", grouped(half, 0)),
        );
    }
    let total = Estimate {
        mean: total,
        half_width: half,
    };
    Shown::of(total).joined()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_have_the_digits_of_the_table() {
        for (half, text) in [
            (Some(113.48), "2,084 ± 113"),
            (Some(0.6), "2,083.7 ± 0.6"),
            (Some(0.02), "2,083.71 ± 0.02"),
            (Some(0.002), "2,083.71 ± 0.01"),
            (Some(0.0), "2,084 ± 0"),
            (None, "2,084"),
        ] {
            assert_eq!(amount(2083.71, half), text);
        }
        assert_eq!(amount(0.75, Some(0.002)), "0.750 ± 0.002");
    }
}
