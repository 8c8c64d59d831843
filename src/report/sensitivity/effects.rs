//! Elementary effects of inputs on figures of variants, over the trajectories.

use super::Design;
use super::seen::{MOST_FIGURES, Seen};
use crate::stats::CONFIDENCE;
use crate::stats::screening::Effects;

/// The effects of one input on one variant.
#[derive(Clone, Debug)]
pub(super) struct Effect {
    /// Position of the input.
    pub(super) input: usize,
    /// Position of the variant.
    pub(super) variant: usize,
    /// On each figure that is told; from the low to the high end.
    pub(super) figures: [Option<Effects>; MOST_FIGURES],
}

/// The effects of all inputs on all variants, given what was seen at the points of the trajectories.
pub(super) fn effects(design: &Design, seen: &[Seen]) -> Vec<Effect> {
    let variants = seen.first().map_or(0, |seen| seen.variants.len());
    let inputs = 0..design.uncertain.len();
    let all = inputs.flat_map(|input| (0..variants).map(move |variant| (input, variant)));
    all.map(|(input, variant)| Effect {
        input,
        variant,
        figures: [0, 1].map(|figure| {
            let effects = of(design, seen, (input, variant, figure));
            Effects::of(&effects, CONFIDENCE)
        }),
    })
    .collect()
}

/// The effect in each trajectory in which both points have the figure. An effect is over the whole range.
fn of(design: &Design, seen: &[Seen], at: (usize, usize, usize)) -> Vec<f64> {
    let (input, variant, figure) = at;
    let walks = seen.chunks(design.uncertain.len() + 1);
    let walks = design.trajectories.iter().zip(walks);
    let effect = |(walk, seen): (&crate::stats::screening::Trajectory, &[Seen])| {
        let step = walk.changed.iter().position(|changed| *changed == input)?;
        let value = |at: usize| Some(seen.get(at)?.variants[variant].figures[figure]?.mean);
        let length = walk.points[step + 1][input] - walk.points[step][input];
        let change = value(step + 1)? - value(step)?;
        (length != 0.0).then(|| change / length)
    };
    walks.filter_map(effect).collect()
}
