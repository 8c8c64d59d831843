//! Charts of many kinds of input, realistic and not, for tests and for looking at.

use super::causes::CausesInput;
use super::cost::{CostInput, PARTS};
use super::gallery_inputs::{Named, causes_of, cost_of, nodes_of, two_targets, wait_of};
use super::levels::Levels;
use super::scene::Scene;
use super::wait_input::WaitInput;
use super::{causes, cost, gallery_points, gallery_targets, nodes, wait};

fn broken_costs() -> CostInput {
    let mut input = cost_of(4, 30);
    input.bars[0].parts = [f64::NAN; PARTS];
    input.bars[1].parts = [
        f64::INFINITY,
        -3.0,
        1e300,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
    ];
    input.bars[1].half_width = Some(f64::NAN);
    input.bars[2].name = "대기 시간 — 漢字 <&\"'> \u{7}\n🚀".to_owned();
    input.bars[3].name = "W".repeat(500);
    input
}

/// No run, no wait, no number, and waits of very different lengths.
fn broken_causes() -> CausesInput {
    let mut input = causes_of(5, 30);
    input.bars[0].parts_s = None;
    input.bars[1].parts_s = Some([0.0; 5]);
    input.bars[2].parts_s = Some([f64::NAN, -3.0, f64::INFINITY, 0.2, 0.0]);
    input.bars[2].half_width_s = Some(f64::NAN);
    input.bars[3].parts_s = Some([0.0, 3e6, 0.0, 4e5, 2.0]);
    input.bars[4].name = "한국어 <b>".repeat(30);
    input
}

fn broken_waits() -> WaitInput {
    let mut input = wait_of(4);
    input.curves[0].points = vec![(f64::NAN, 0.5), (3.0, f64::INFINITY)];
    input.curves[1].points = vec![(500.0, 0.9), (-4.0, 0.1), (20.0, 2.0)];
    input.curves[2].points = vec![(0.0, 0.0), (1e12, 1.0)];
    input.curves[3].name = "漢字".repeat(60);
    input
}

fn flat_waits(share: f64) -> WaitInput {
    let mut input = wait_of(3);
    for curve in &mut input.curves {
        curve.points = vec![(0.0, share), (3600.0, share)];
    }
    input
}

fn no_costs() -> CostInput {
    let mut input = cost_of(3, 1);
    input
        .bars
        .iter_mut()
        .for_each(|bar| bar.parts = [0.0; PARTS]);
    input
}

fn small_costs() -> CostInput {
    let mut input = cost_of(2, 30);
    for bar in &mut input.bars {
        bar.parts.iter_mut().for_each(|part| *part *= 1e-5);
        bar.half_width = bar.half_width.map(|half| half * 1e-5);
    }
    input
}

/// The charts of all kinds of input that have one, by name.
pub(super) fn scenes() -> Vec<(&'static str, Scene)> {
    let drawn = all().into_iter();
    drawn
        .filter_map(|(name, scene)| Some((name, scene?)))
        .collect()
}

/// All kinds of input, by name.
pub(super) fn all() -> Vec<Named> {
    [
        bars(),
        waits(),
        nodes_over_time(),
        gallery_points::scenes(),
        gallery_targets::scenes(),
    ]
    .concat()
}

fn bars() -> Vec<Named> {
    vec![
        ("cost-1", cost::scene(&cost_of(1, 30))),
        ("cost-4", cost::scene(&cost_of(4, 30))),
        ("cost-12-single", cost::scene(&cost_of(12, 1))),
        ("cost-40", cost::scene(&cost_of(40, 30))),
        ("cost-200", cost::scene(&cost_of(200, 30))),
        ("cost-broken", cost::scene(&broken_costs())),
        ("cost-zero", cost::scene(&no_costs())),
        ("cost-small", cost::scene(&small_costs())),
        ("cost-nothing", cost::scene(&CostInput::default())),
        ("causes-1", causes::scene(&causes_of(1, 30))),
        ("causes-4", causes::scene(&causes_of(4, 30))),
        ("causes-12-single", causes::scene(&causes_of(12, 1))),
        ("causes-200", causes::scene(&causes_of(200, 30))),
        ("causes-broken", causes::scene(&broken_causes())),
    ]
}

fn waits() -> Vec<Named> {
    vec![
        ("wait-1", wait::scene(&wait_of(1))),
        ("wait-4", wait::scene(&wait_of(4))),
        (
            "wait-8",
            wait::scene(&WaitInput {
                curves: wait_of(12).curves[..8].to_vec(),
                ..wait_of(0)
            }),
        ),
        ("wait-200", wait::scene(&wait_of(200))),
        ("wait-none", wait::scene(&flat_waits(1.0))),
        ("wait-stuck", wait::scene(&flat_waits(0.4))),
        ("wait-broken", wait::scene(&broken_waits())),
        ("wait-nothing", wait::scene(&flat_waits(0.0))),
    ]
}

fn nodes_over_time() -> Vec<Named> {
    let start = Some("2024-01-01T00:00:00[Europe/Berlin]");
    let mut quiet = nodes_of(2, 3, 1.0, None);
    quiet.panels[0].levels = vec![Levels::default()];
    quiet.panels[1].end_s = 9000.0;
    let month = nodes_of(3, 8000, 30.0, start);
    let mut means = nodes_of(2, 8000, 60.0, None);
    means.panels[0].averaged_s = Some(512.0);
    let mut staying = nodes_of(1, 300, 1.0, start);
    for levels in &mut staying.panels[0].levels {
        (levels.leaving, levels.idle) = (0.0, 0.0);
    }
    let mut none = nodes_of(2, 8000, 30.0, start);
    for levels in none.panels.iter_mut().flat_map(|panel| &mut panel.levels) {
        *levels = Levels {
            at_s: levels.at_s,
            ..Levels::default()
        };
    }
    let mut wild = nodes_of(2, 50, 1.0, Some("nonsense"));
    wild.panels[0].levels[3] = Levels {
        at_s: f64::NAN,
        occupied: f64::INFINITY,
        ..Levels::default()
    };
    wild.panels[1].levels.reverse();
    vec![
        ("nodes-1", nodes::scene(&nodes_of(1, 300, 1.0, start))),
        ("nodes-2", nodes::scene(&nodes_of(2, 400, 1.0, start))),
        ("nodes-3", nodes::scene(&nodes_of(3, 500, 1.25, None))),
        (
            "nodes-6-week",
            nodes::scene(&nodes_of(6, 20_000, 7.0, start)),
        ),
        ("nodes-month", nodes::scene(&month)),
        ("nodes-month-peak", nodes::peak_scene(&month)),
        ("nodes-means-peak", nodes::peak_scene(&means)),
        ("nodes-targets", nodes::scene(&two_targets(4))),
        ("nodes-sums", nodes::scene(&two_targets(8))),
        ("nodes-one-variant", nodes::scene(&two_targets(1))),
        ("nodes-40", nodes::scene(&nodes_of(40, 90, 60.0, start))),
        ("nodes-staying", nodes::scene(&staying)),
        ("nodes-quiet", nodes::scene(&quiet)),
        ("nodes-wild", nodes::scene(&wild)),
        ("nodes-none", nodes::scene(&none)),
        ("nodes-none-peak", nodes::peak_scene(&none)),
        ("nodes-nothing", nodes::scene(&nodes_of(3, 0, 1.0, start))),
    ]
}
