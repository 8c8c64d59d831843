//! Whether the measured time of a variant stands for a month, and if not, why.

use super::{StudyResults, VariantResults};
use crate::study_results::Recurrence;
use crate::units::{SimDuration, TICKS_PER_HOUR};

/// A week of clock time.
const WEEK: u64 = 7 * 24 * TICKS_PER_HOUR;
/// What a clock change takes from a local week, or adds to it.
const CLOCK_CHANGE: u64 = TICKS_PER_HOUR;

/// Why measured time does not stand for a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reason {
    /// The work is a list that need not come again.
    Once,
    /// It is shorter than a week.
    Short(SimDuration),
    /// The calendar matters, and it is not made of whole weeks.
    PartOfWeek(SimDuration),
}

impl Reason {
    fn sentence(self) -> String {
        match self {
            Self::Once => {
                "the work is a fixed list that need not come again (a batch, a trace or a few arrivals), and the table has what it costs"
                    .to_owned()
            }
            Self::Short(length) => format!(
                "the measured time, {}, is shorter than a week",
                length.to_friendly()
            ),
            Self::PartOfWeek(length) => format!(
                "the measured time, {}, is not whole weeks, and hours or days differ (windows, schedules, rates by the hour)",
                length.to_friendly()
            ),
        }
    }
}

/// Whether there are monthly figures.
pub(super) fn makes_months(variant: &VariantResults) -> bool {
    obstacle(variant).is_none()
}

fn obstacle(variant: &VariantResults) -> Option<Reason> {
    let length = variant.window.length();
    let rest = length.0 % WEEK;
    let is_whole = rest.min(WEEK - rest) <= CLOCK_CHANGE;
    let is_short = length.0 < WEEK;
    match variant.recurrence {
        Recurrence::Once => Some(Reason::Once),
        Recurrence::Weekly if is_whole && length.0 > CLOCK_CHANGE => None,
        Recurrence::Weekly | Recurrence::Steady if is_short => Some(Reason::Short(length)),
        Recurrence::Weekly => Some(Reason::PartOfWeek(length)),
        Recurrence::Steady => None,
    }
}

/// Whether no variant has monthly figures.
pub(super) fn all_without_months(study: &StudyResults) -> bool {
    !study.variants.iter().any(makes_months)
}

/// Why variants have no monthly cost: a line for all of them where it is the same for all, else one for each.
pub(super) fn without_months(study: &StudyResults) -> Vec<String> {
    let reasons = study.variants.iter().map(obstacle);
    let reasons: Vec<Option<Reason>> = reasons.collect();
    match reasons.as_slice() {
        [] => Vec::new(),
        [first, others @ ..] if others.iter().all(|other| other == first) => {
            let said = first.map(|reason| format!("No cost per month: {}", reason.sentence()));
            said.into_iter().collect()
        }
        _ => {
            let each = study.variants.iter().zip(&reasons);
            let said = each.filter_map(|(variant, reason)| {
                let reason = (*reason)?.sentence();
                Some(format!("No cost per month of {}: {reason}", variant.name))
            });
            said.collect()
        }
    }
}
