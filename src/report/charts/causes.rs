//! What runs wait for: a bar for each variant with its mean wait, split by cause.

use super::super::numbers::{Shown, TimeUnit};
use super::bars::{self, Bar, Kind};
use super::frame;
use super::palette::{CAPACITY, Color, IMAGE_BUILD, NODE_SETUP, PROVISIONING, QUOTA};
use super::scene::Scene;
use super::{Chart, Study};
use crate::stats::Estimate;

/// What a run waits for, in the order in which bars stack it.
const CAUSES: [(&str, Color); 5] = [
    ("image build", IMAGE_BUILD),
    ("provisioning", PROVISIONING),
    ("quota", QUOTA),
    ("capacity", CAPACITY),
    ("node setup", NODE_SETUP),
];

/// One variant's mean wait.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CauseBar {
    /// The variant's name.
    pub name: String,
    /// What the variant costs: the cheapest comes first.
    pub cost: f64,
    /// Mean wait in seconds for the image build, provisioning, quota, capacity and setup on the node; `None` where no run
    /// started or the queue grows.
    pub parts_s: Option<[f64; 5]>,
    /// Half the width of the 95 % interval of the mean wait in seconds, where there are several replications.
    pub half_width_s: Option<f64>,
    /// Whether the queue grows, so that there is no mean wait.
    pub grows: bool,
}

/// What the chart of causes shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CausesInput {
    /// Where the figures come from.
    pub study: Study,
    /// One bar for each variant, in the order of the scenario.
    pub bars: Vec<CauseBar>,
    /// Position of the baseline in `bars`.
    pub baseline: Option<usize>,
    /// The unit of the waits in tables.
    pub unit: TimeUnit,
}

/// Draws the mean wait of each variant by cause; `None` where no run waits in any.
pub fn draw(input: &CausesInput) -> Option<Chart> {
    scene(input).map(|scene| Chart::of(&scene))
}

pub(super) fn scene(input: &CausesInput) -> Option<Scene> {
    let unit = input.unit;
    let kind = Kind {
        name: "waits-by-cause",
        title: "Mean wait by cause",
        parts: CAUSES.to_vec(),
        axis: format!("mean wait from submission to running ({})", unit.name),
        of: "mean wait",
        what: "Bars of mean waits, split by what runs wait for,",
        unit: String::new(),
        unit_of_parts: format!(" {}", unit.name),
        remark: "",
    };
    let bars: Vec<Bar> = input.bars.iter().map(|of| bar(of, unit)).collect();
    bars::scene(&kind, &input.study, &bars, input.baseline)
}

/// A bar in a unit.
fn bar(bar: &CauseBar, unit: TimeUnit) -> Bar {
    let wait = unit.from_seconds(wait(bar));
    Bar {
        name: bar.name.clone(),
        cost: bar.cost,
        parts: parts(bar).map(|part| part / unit.seconds).to_vec(),
        half: wait.half_width,
        label: match bar.parts_s {
            Some(_) => format!("{} {}", Shown::of(wait).joined(), unit.name),
            None if bar.grows => "the queue grows: no mean".to_owned(),
            None => "no run started".to_owned(),
        },
    }
}

fn parts(bar: &CauseBar) -> [f64; 5] {
    bar.parts_s.unwrap_or_default().map(frame::sound)
}

/// The whole wait in seconds.
fn wait(bar: &CauseBar) -> Estimate {
    Estimate {
        mean: parts(bar).iter().sum(),
        half_width: bar.parts_s.and(frame::sound_half(bar.half_width_s)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_waits_are_in_one_unit() {
        let labels = |waits: &[f64]| {
            let of = |wait: f64| CauseBar {
                parts_s: Some([0.0, wait, 0.0, 0.0, 0.0]),
                half_width_s: Some(wait / 100.0),
                ..CauseBar::default()
            };
            let input = CausesInput {
                bars: waits.iter().copied().map(of).collect(),
                unit: TimeUnit::suiting_all(waits.iter().copied()),
                ..CausesInput::default()
            };
            let scene = scene(&input).expect("somebody waits");
            let texts = scene.texts().map(|text| text.words.clone());
            texts
                .filter(|text| text.contains(" ± "))
                .collect::<Vec<String>>()
        };
        // The geometric mean of 60 s and 2,400 s is 379 s.
        assert_eq!(
            labels(&[60.0, 2400.0]),
            ["1.00 ± 0.01 min", "40.0 ± 0.4 min"]
        );
        assert_eq!(labels(&[0.0, 14_400.0]), ["0 ± 0 h", "4.00 ± 0.04 h"]);
    }

    #[test]
    fn where_nobody_waits_there_is_no_chart() {
        let bar = |parts_s| CauseBar {
            parts_s,
            ..CauseBar::default()
        };
        let mut input = CausesInput {
            bars: vec![bar(Some([0.0; 5])), bar(None)],
            ..CausesInput::default()
        };
        assert!(scene(&input).is_none());
        input.bars[0].parts_s = Some([0.0, 0.0, 0.0, 2.0, 0.0]);
        assert!(scene(&input).is_some());
    }
}
