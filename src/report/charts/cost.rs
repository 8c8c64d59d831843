//! What each variant costs, by category: one bar for each variant, with the total and its interval at the end.

use super::bars::{self, Bar, Kind};
use super::frame;
use super::palette::{
    BACKGROUND, CHECKPOINTS, Color, FINALIZING, FIXED_CHARGES, GANG_ASSEMBLY, IDLE, KEPT_IDLE,
    LOST_WORK, NODE_SETUP, PROVISIONING, RESTARTS, ROUNDING, SERVICE_FEES, SYSTEM, UNUSED_CAPACITY,
    UNUSED_COMMITMENT, WORK,
};
use super::scene::Scene;
use super::{Chart, Study};
use crate::category::Category;
use crate::report::numbers::Shown;
use crate::stats::Estimate;

/// How many parts a bar has: the categories, with those by the clock as one.
pub const PARTS: usize = Category::ALL.len() - 2;

/// The parts of a bar in the order in which they are stacked, as legends call them: neighbors of one legend are one part.
pub fn legends() -> Vec<&'static str> {
    looks().into_iter().map(|(legend, _)| legend).collect()
}

fn looks() -> Vec<(&'static str, Color)> {
    let looks = Category::ALL.iter();
    let looks = looks.map(|category| (category.legend(), color(*category)));
    let mut looks: Vec<_> = looks.collect();
    looks.dedup();
    looks
}

fn color(category: Category) -> Color {
    match category {
        Category::Run => WORK,
        Category::Checkpoints => CHECKPOINTS,
        Category::Lost => LOST_WORK,
        Category::NodeSetup => NODE_SETUP,
        Category::Restarts => RESTARTS,
        Category::Finalize => FINALIZING,
        Category::Boot => PROVISIONING,
        Category::IdleGangAssembly => GANG_ASSEMBLY,
        Category::IdleMinNodes => KEPT_IDLE,
        Category::IdleBeforeScaleDown => IDLE,
        Category::IdleUnusedCapacity => UNUSED_CAPACITY,
        Category::SystemNodes => SYSTEM,
        Category::Background => BACKGROUND,
        Category::Rounding => ROUNDING,
        Category::Service => SERVICE_FEES,
        Category::UnusedCommitment => UNUSED_COMMITMENT,
        Category::Disk | Category::PublicIp | Category::LoadBalancer => FIXED_CHARGES,
    }
}

/// One variant's cost.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CostBar {
    /// The variant's name.
    pub name: String,
    /// Mean cost by the parts of a bar, in the order of [`legends`].
    pub parts: [f64; PARTS],
    /// Half the width of the 95 % interval of the total, where there are several replications.
    pub half_width: Option<f64>,
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

/// Draws the cost of each variant; `None` where nothing costs anything.
pub fn draw(input: &CostInput) -> Option<Chart> {
    scene(input).map(|scene| Chart::of(&scene))
}

pub(super) fn scene(input: &CostInput) -> Option<Scene> {
    let unit = input.study.unit_of_costs();
    let kind = Kind {
        name: "cost",
        title: if input.has_other_bills {
            "Cost by category (all bills)"
        } else {
            "Cost by category"
        },
        parts: looks(),
        axis: format!("cost ({unit})"),
        of: "total",
        what: "Bars of mean cost, split by category,",
        unit: format!(" {unit}"),
        unit_of_parts: format!(" {unit}"),
        remark: input.study.period.remark(),
    };
    let mut bars: Vec<Bar> = input.bars.iter().map(bar).collect();
    for bar in &mut bars {
        bar.cost = bar.total();
        bar.label = amount(bar.total(), frame::sound_half(bar.half));
    }
    bars::scene(&kind, &input.study, &bars, input.baseline)
}

fn bar(bar: &CostBar) -> Bar {
    Bar {
        name: bar.name.clone(),
        parts: bar.parts.to_vec(),
        half: bar.half_width,
        ..Bar::default()
    }
}

/// A total and its half-width, with the digits of the table.
fn amount(total: f64, half: Option<f64>) -> String {
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
        assert_eq!(amount(1e300, Some(2e299)), "1.00e300 ± 2.00e299");
    }
}
