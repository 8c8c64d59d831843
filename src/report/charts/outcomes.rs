//! What became of requests: a bar for each variant, from those served within the SLO to those rejected.

use super::super::numbers::Shown;
use super::bars::{self, Bar, Kind};
use super::palette::{Color, LATE, NOT_ENDED, REJECTED, TIMED_OUT, WORK};
use super::scene::Scene;
use super::{Chart, Study};
use crate::stats::Estimate;

/// How requests end, in the order in which bars stack them.
const OUTCOMES: [(&str, Color); 5] = [
    ("served within the SLO", WORK),
    ("served later", LATE),
    ("timed out", TIMED_OUT),
    ("rejected (503)", REJECTED),
    ("not ended", NOT_ENDED),
];

/// One variant's requests.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OutcomeBar {
    /// The variant's name.
    pub name: String,
    /// What the variant costs: the cheapest comes first.
    pub cost: f64,
    /// Whether a service has an SLO; else the first share is of all that was served.
    pub has_slo: bool,
    /// Shares of the requests that arrived: served within the SLO, served later, timed out, rejected, not ended; `None`
    /// where none arrived.
    pub shares: Option<[f64; 5]>,
    /// Half the width of the 95 % interval of the first, where there are several replications.
    pub half_width: Option<f64>,
}

/// What the chart of outcomes shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OutcomesInput {
    /// Where the figures come from.
    pub study: Study,
    /// One bar for each variant with services, in the order of the scenario.
    pub bars: Vec<OutcomeBar>,
    /// Position of the baseline in `bars`.
    pub baseline: Option<usize>,
}

/// Draws what became of requests; `None` where there were none.
pub fn draw(input: &OutcomesInput) -> Option<Chart> {
    scene(input).map(|scene| Chart::of(&scene))
}

pub(super) fn scene(input: &OutcomesInput) -> Option<Scene> {
    let has_slo = input.bars.iter().any(|bar| bar.has_slo);
    let kind = Kind {
        name: "outcomes",
        title: "Requests by outcome",
        parts: outcomes(has_slo),
        axis: "share of the requests that arrived (%)".to_owned(),
        of: if has_slo {
            "share within the SLO"
        } else {
            "share served"
        },
        what: if has_slo {
            "Bars of what became of requests, with the share served within the SLO,"
        } else {
            "Bars of what became of requests, with the share served,"
        },
        unit: String::new(),
        unit_of_parts: " %".to_owned(),
        remark: "",
    };
    let bars: Vec<Bar> = input.bars.iter().map(bar).collect();
    bars::scene(&kind, &input.study, &bars, input.baseline)
}

/// What the parts are called: without an SLO no request is in time or late.
fn outcomes(has_slo: bool) -> Vec<(&'static str, Color)> {
    let mut parts = OUTCOMES.to_vec();
    if !has_slo {
        parts[0].0 = "served";
    }
    parts
}

fn bar(bar: &OutcomeBar) -> Bar {
    let percent = |share: f64| share * 100.0;
    let first = |shares: [f64; 5]| Estimate {
        mean: shares[0],
        half_width: bar.half_width,
    };
    let what = if bar.has_slo { "within SLO" } else { "served" };
    Bar {
        name: bar.name.clone(),
        cost: bar.cost,
        parts: bar.shares.unwrap_or_default().map(percent).to_vec(),
        // The whole is always 100 %: the interval is in the label.
        half: None,
        label: match bar.shares {
            Some(shares) => format!("{} % {what}", Shown::percent(first(shares)).joined()),
            None => "no request".to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_say_what_was_served_in_time() {
        let bar = |shares, half_width| OutcomeBar {
            shares,
            half_width,
            has_slo: true,
            ..OutcomeBar::default()
        };
        let input = OutcomesInput {
            bars: vec![
                bar(Some([0.952, 0.03, 0.0, 0.018, 0.0]), Some(0.004)),
                bar(Some([1.0, 0.0, 0.0, 0.0, 0.0]), None),
                bar(None, None),
            ],
            ..OutcomesInput::default()
        };
        let scene = scene(&input).expect("requests arrived");
        let texts: Vec<&str> = scene.texts().map(|text| text.words.as_str()).collect();
        for expected in [
            "95.2 ± 0.4 % within SLO",
            "100 % within SLO",
            "no request",
            "served later",
        ] {
            assert!(texts.contains(&expected), "{expected} in {texts:?}");
        }
        // Nobody was cut off.
        assert!(!texts.contains(&"timed out"));
    }
}
