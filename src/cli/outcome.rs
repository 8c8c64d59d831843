//! How a command ends that does what it is asked for.

/// The result of a command without an error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Outcome {
    /// Done: exit code 0.
    #[default]
    Done,
    /// Done, and thresholds of the scenario (`[[expect]]`) or limits on changes (`--fail-if`) are crossed: exit code 3.
    Crossed,
}

impl Outcome {
    /// By the number of thresholds that are crossed.
    pub(super) fn of(crossed: usize) -> Self {
        if crossed == 0 {
            Self::Done
        } else {
            Self::Crossed
        }
    }
}
