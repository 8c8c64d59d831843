//! Whether variants are submitted the same number of runs: where they are not, their costs are not those of the same work.

use super::figures;
use super::numbers::Shown;
use super::row::Row;
use super::{StudyResults, VariantResults};
use crate::stats::{CONFIDENCE, Estimate, estimate, paired_difference};

/// From this part of the smaller number on, a difference is told. Users who wait for the ends of their runs submit a little more or less.
const TOLD: f64 = 0.05;

/// Runs submitted in each replication.
fn submitted(variant: &VariantResults) -> Vec<f64> {
    let all = variant.statistics();
    all.map(|of| of.all_runs.submitted as f64).collect()
}

/// The mean numbers of runs submitted to two variants that take runs, where these clearly differ.
pub(super) fn differs(one: &VariantResults, other: &VariantResults) -> Option<[Estimate; 2]> {
    differ([&submitted(one), &submitted(other)])
}

fn differ([own, others]: [&[f64]; 2]) -> Option<[Estimate; 2]> {
    let pairs = own.len().min(others.len());
    let [own, others] = [&own[..pairs], &others[..pairs]];
    let difference = paired_difference(own, others, CONFIDENCE)?;
    let means = [estimate(own, CONFIDENCE)?, estimate(others, CONFIDENCE)?];
    let less = means[0].mean.min(means[1].mean);
    let is_told = less > 0.0 && difference.mean.abs() >= TOLD * less;
    (is_told && difference.covers(0.0) != Some(true)).then_some(means)
}

/// Positions of the variants that are clearly submitted another number of runs than the baseline.
fn others(study: &StudyResults) -> Vec<usize> {
    let Some(baseline) = study.baseline().map(submitted) else {
        return Vec::new();
    };
    let all = study.variants.iter().map(submitted).enumerate();
    let other = all.filter(|(_, own)| differ([own, &baseline]).is_some());
    other.map(|(position, _)| position).collect()
}

/// How costs of variants with other numbers of runs are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Compared {
    /// As they are: the numbers are the same.
    Whole,
    /// For each completed run.
    PerRun,
    /// As they are, though not of the same work: what services cost is not a cost of runs.
    Unlike,
}

impl Compared {
    /// How those of a study are.
    pub(super) fn of(study: &StudyResults) -> Self {
        let serves = |variant: &VariantResults| Row::of_all(variant).serves();
        match others(study).is_empty() {
            true => Self::Whole,
            false if study.variants.iter().any(serves) => Self::Unlike,
            false => Self::PerRun,
        }
    }

    /// What is said of it first.
    pub(super) fn sentence(self) -> Option<&'static str> {
        match self {
            Self::Whole => None,
            Self::PerRun => Some(
                "The variants are submitted different numbers of runs, so costs are compared per completed run.",
            ),
            Self::Unlike => Some(
                "The variants are submitted different numbers of runs, so their costs are not those of the same work.",
            ),
        }
    }
}

/// Names in the warning at most.
const MOST: usize = 4;

/// The numbers of runs, where they differ.
pub(super) fn warning(study: &StudyResults) -> Option<String> {
    let others = others(study);
    let baseline = study.baseline()?;
    let count = |variant: &VariantResults| {
        let submitted = Row::of_all(variant).estimate(figures::submitted);
        let submitted = submitted.map_or_else(|| "no".to_owned(), |of| Shown::of(of).joined());
        format!("`{}` {submitted}", variant.name)
    };
    let told = others
        .iter()
        .take(MOST)
        .map(|at| count(&study.variants[*at]));
    let told: Vec<String> = std::iter::once(count(baseline)).chain(told).collect();
    let more = match others.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!(" and {more} others"),
    };
    (!others.is_empty()).then(|| {
        format!(
            "the variants are submitted different numbers of runs: {}{more}. Their total costs are not those of the same work: compare \
             costs per run. If the load is not what you compare, give each variant the same (`load_factor`; `count` of an instance)",
            told.join(", ")
        )
    })
}
