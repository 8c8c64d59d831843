//! Small studies, filled with what a trial left: what reports take is measured on them.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::trial::{Kept, Trial};
use crate::results::{Each, LeaseRecord, Packed, RecordSource, Recorded, RunRecord};
use crate::scenario::Scenario;
use crate::stored;
use crate::study_results::{StudyResults, VariantResults};

/// How large a study is: variants, and replications of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) variants: usize,
    pub(super) replications: usize,
}

impl Size {
    /// That of the study of a scenario.
    pub(super) fn of(scenario: &Scenario) -> Self {
        Self {
            variants: scenario.variants.len(),
            replications: scenario.replications as usize,
        }
    }

    /// Replications of all variants.
    pub(super) fn all(&self) -> usize {
        self.variants * self.replications
    }
}

/// What there is to fill studies of one scenario with.
pub(super) struct Stock<'a> {
    pub(super) described: &'a StudyResults,
    /// By variant, in the order of replications; only variants of which replication 0 was kept.
    kept: BTreeMap<usize, Vec<&'a Kept>>,
}

impl<'a> Stock<'a> {
    pub(super) fn new(scenario: usize, trial: &'a Trial, described: &'a StudyResults) -> Self {
        let mut kept: BTreeMap<usize, Vec<&Kept>> = BTreeMap::new();
        for one in &trial.kept {
            if one.place.scenario == scenario {
                kept.entry(one.place.variant).or_default().push(one);
            }
        }
        for all in kept.values_mut() {
            all.sort_by_key(|one| one.place.replication);
        }
        kept.retain(|_, all| all[0].place.replication == 0);
        Self { described, kept }
    }

    /// The variants that can be filled, each with the variant that fills it: itself, or the nearest that has the same targets.
    pub(super) fn variants(&self) -> Vec<(usize, usize)> {
        let variants = self.described.variants.iter().enumerate();
        let filled = variants.filter_map(|(at, variant)| {
            let is_like = |other: &&usize| are_alike(variant, &self.described.variants[**other]);
            let before = self.kept.range(..=at).rev().map(|(other, _)| other);
            let after = self.kept.range(at..).map(|(other, _)| other);
            let nearest = before
                .take(NEAR)
                .find(is_like)
                .or_else(|| after.take(NEAR).find(is_like));
            let donor = nearest.or_else(|| self.kept.keys().find(is_like));
            donor.map(|donor| (at, *donor))
        });
        filled.collect()
    }

    /// Bytes of memory that the results of [`Self::study`] take.
    pub(super) fn room(&self, variants: &[(usize, usize)], size: Size) -> usize {
        let study = self.study(variants, size);
        let results = study.variants.iter().flat_map(|it| &it.replications);
        results.map(Packed::room).sum()
    }

    /// A study of some of the variants that can be filled, evenly chosen, with the baseline if it can be.
    pub(super) fn study(&self, variants: &[(usize, usize)], size: Size) -> StudyResults {
        let count = size.variants.min(variants.len());
        let chosen = (0..count).map(|at| variants[at * variants.len() / count]);
        let mut chosen: Vec<(usize, usize)> = chosen.collect();
        let all = self.described;
        let baseline = variants.iter().find(|(at, _)| *at == all.baseline);
        if let (Some(baseline), false) =
            (baseline, chosen.iter().any(|(at, _)| *at == all.baseline))
        {
            chosen[0] = *baseline;
            chosen.sort_unstable();
        }
        let baseline = chosen.iter().position(|(at, _)| *at == all.baseline);
        let rows = Rows {
            by_variant: chosen.iter().map(|(_, donor)| self.rows(*donor)).collect(),
        };
        let has_rows = rows.by_variant.iter().any(|rows| !rows.is_empty());
        StudyResults {
            precision: None,
            scenario: all.scenario.clone(),
            seed: all.seed,
            baseline: baseline.unwrap_or_default(),
            goal: all.goal.clone(),
            expectations: all.expectations.clone(),
            variants: chosen
                .iter()
                .map(|(at, donor)| self.filled(*at, *donor, size.replications))
                .collect(),
            recorded: if has_rows {
                Recorded::elsewhere(Arc::new(rows))
            } else {
                Recorded::default()
            },
        }
    }

    /// A variant with the results of another (or its own), as often as it has to be.
    fn filled(&self, at: usize, donor: usize, replications: usize) -> VariantResults {
        let mut variant = self.described.variants[at].clone();
        let kept = &self.kept[&donor];
        for number in 0..replications {
            let one = kept[number_of(number, kept.len())];
            let (result, periods) = if number == 0 {
                (&one.result, one.periods.clone())
            } else {
                (&one.bare, Vec::new())
            };
            variant.add(result.clone(), one.coverage.clone(), periods);
        }
        variant
    }

    fn rows(&self, donor: usize) -> Vec<Arc<[u8]>> {
        let rows = self.kept[&donor].iter().map(|one| one.row.clone());
        rows.flatten().collect()
    }
}

/// Variants before or after one among which its like is sought first.
const NEAR: usize = 16;

/// Which of some results stands for a replication: 0 for the first, the others in turn for all others.
fn number_of(replication: usize, there: usize) -> usize {
    match (replication, there) {
        (0, _) | (_, 1) => 0,
        _ => 1 + (replication - 1) % (there - 1),
    }
}

/// Whether the results of one variant make sense for another.
fn are_alike(one: &VariantResults, other: &VariantResults) -> bool {
    one.targets == other.targets
        && one
            .kinds
            .iter()
            .map(std::mem::discriminant)
            .eq(other.kinds.iter().map(std::mem::discriminant))
        && one.window == other.window
        && one.workloads == other.workloads
        && one.commitments.len() == other.commitments.len()
        && one.labels == other.labels
}

/// Runs and leases in rows that were kept.
struct Rows {
    by_variant: Vec<Vec<Arc<[u8]>>>,
}

impl Rows {
    fn row(&self, (variant, replication): (usize, usize)) -> Option<&[u8]> {
        let rows = &self.by_variant[variant];
        (!rows.is_empty()).then(|| &*rows[number_of(replication, rows.len())])
    }
}

impl RecordSource for Rows {
    fn runs(&self, place: (usize, usize), each: Each<'_, RunRecord>) -> io::Result<()> {
        let row = self.row(place);
        row.map_or(Ok(()), |row| stored::each_run(row, each))
    }

    fn leases(&self, place: (usize, usize), each: Each<'_, LeaseRecord>) -> io::Result<()> {
        let row = self.row(place);
        row.map_or(Ok(()), |row| stored::each_lease(row, each))
    }
}
