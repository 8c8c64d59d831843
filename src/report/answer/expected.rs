//! Thresholds that results must not cross.

use super::judged::{Judged, Standing};
use crate::report::StudyResults;

/// A threshold and whether a variant keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct Expected<'a> {
    /// Name of the variant.
    pub variant: &'a str,
    /// The threshold, with what the interval says.
    pub judged: Judged<'a>,
    /// Whether the estimate is on the good side: where the interval leaves it undecided, the estimate decides. What has no value
    /// keeps no threshold.
    pub is_kept: bool,
}

/// Each threshold with each variant that it is about.
pub(super) fn expected(study: &StudyResults) -> Vec<Expected<'_>> {
    let mut all = Vec::new();
    for expectation in &study.expectations {
        let names = &expectation.variants;
        let about = study
            .variants
            .iter()
            .filter(|variant| names.is_empty() || names.contains(&variant.name));
        for variant in about {
            let standing = Standing::of(variant, &expectation.limits);
            all.extend(standing.judged.into_iter().map(|judged| Expected {
                variant: &variant.name,
                is_kept: (judged.value).is_some_and(|value| judged.limit.allows(value.mean)),
                judged,
            }));
        }
    }
    all
}
