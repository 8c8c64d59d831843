//! The pairs of which it is asked where both cost the same.

use crate::report::{StudyResults, VariantResults};
use crate::study_results::TargetSort;

/// Pairs of variants at most where none are named: with more, those with the baseline.
const MOST: usize = 6;

/// Two sides whose costs are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Position of a variant.
    pub variant: usize,
    /// The other side.
    pub other: Other,
}

/// The other side of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other {
    /// The variant at a position.
    Variant(usize),
    /// The same variant with its commitment at a position, against the usage that this covers at the targets' own prices.
    Commitment(usize),
}

impl Pair {
    /// The variants that have to be simulated, by position.
    pub fn variants(self) -> [usize; 2] {
        match self.other {
            Other::Variant(other) => [self.variant, other],
            Other::Commitment(_) => [self.variant; 2],
        }
    }

    /// `cluster or always-on`, or of a commitment `commitment gpu-1y of variant reserved`.
    pub fn told(self, study: &StudyResults) -> String {
        let [one, other] = self.names(study);
        match self.other {
            Other::Variant(_) => format!("{one} or {other}"),
            Other::Commitment(_) => of_commitment(other, &study.variants[self.variant].name),
        }
    }

    /// What both sides are called.
    pub(super) fn names(self, study: &StudyResults) -> [&str; 2] {
        let variant = &study.variants[self.variant];
        match self.other {
            Other::Variant(other) => [&variant.name, &study.variants[other].name],
            Other::Commitment(commitment) => {
                ["pay as you go", &variant.commitments[commitment].name]
            }
        }
    }
}

/// What a commitment of a variant is called.
pub fn of_commitment(commitment: &str, variant: &str) -> String {
    format!("commitment {commitment} of variant {variant}")
}

/// The pairs of variants at these positions.
pub fn chosen(variant: usize, other: usize) -> Vec<Pair> {
    vec![Pair {
        variant,
        other: Other::Variant(other),
    }]
}

/// Each variant whose machines come and go with each of always-on instances alone, then each commitment against none; and how many
/// pairs of variants are left out, since there are many.
pub fn usual(study: &StudyResults) -> (Vec<Pair>, usize) {
    let all = 0..study.variants.len();
    let is = |position: &usize, is: fn(&VariantResults) -> bool| is(&study.variants[*position]);
    let instances = all.clone().filter(|at| is(at, is_always_on));
    let pairs = instances.flat_map(|instance| {
        let clusters = all.clone().filter(|at| is(at, has_clusters));
        clusters.map(move |variant| Pair {
            variant,
            other: Other::Variant(instance),
        })
    });
    let mut pairs: Vec<Pair> = pairs
        .filter(|pair| {
            let [one, other] = pair.variants().map(|at| &study.variants[at]);
            one.window == other.window && !one.window.length().is_zero()
        })
        .collect();
    let count = pairs.len();
    if count > MOST {
        pairs.retain(|pair| pair.variants().contains(&study.baseline));
        pairs.truncate(MOST);
    }
    let left_out = count - pairs.len();
    let commitments = all.flat_map(|variant| {
        let of = &study.variants[variant].commitments;
        let used = of.iter().enumerate();
        let used = used.filter(|(_, commitment)| !commitment.covers.is_empty());
        used.map(move |(position, _)| Pair {
            variant,
            other: Other::Commitment(position),
        })
    });
    pairs.extend(commitments);
    (pairs, left_out)
}

fn has_clusters(variant: &VariantResults) -> bool {
    let mut kinds = variant.kinds.iter();
    let is_cluster = |kind: &TargetSort| {
        matches!(
            kind,
            TargetSort::Cluster { .. } | TargetSort::OneRun { .. } | TargetSort::Pool
        )
    };
    let serves = |kind: &TargetSort| *kind == TargetSort::Service;
    variant.kinds.iter().any(is_cluster) && !kinds.any(serves)
}

fn is_always_on(variant: &VariantResults) -> bool {
    let mut kinds = variant.kinds.iter();
    !variant.kinds.is_empty() && kinds.all(|kind| *kind == TargetSort::AlwaysOn)
}
