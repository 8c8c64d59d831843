//! What is reported of a break-even: what is asked and counted, where it lies, how sure that is, and on which side the scenario is.

use crate::stats::Estimate;

/// A share of a cost that is no more than what double precision leaves.
pub(super) const LEAST: f64 = 1e-9;

/// One answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer<'a> {
    /// The variant with clusters, or with the commitment.
    pub variant: &'a str,
    /// The always-on variant, or the commitment.
    pub alternative: &'a str,
    /// What is asked.
    pub question: Question,
    /// What is counted.
    pub measure: Measure,
    /// This much makes both cost the same; more makes `alternative` the cheaper one. Of a load an estimate from one load, so it
    /// has no interval.
    pub break_even: Result<Estimate, NoBreakEven>,
    /// On which side of the truth the estimate of a load lies; `None` where nothing is extrapolated.
    pub bias: Option<Bias>,
    /// So much there is in the scenario.
    pub scenario_load: Option<Estimate>,
    /// Where the scenario lies.
    pub verdict: Verdict,
    /// Cost a day that the scenario costs more with `variant` than with `alternative`, or less with the commitment.
    pub difference: Option<Estimate>,
    /// How much of its time the always-on variant would run at the break-even; above 1 its capacity is not enough.
    pub share_of_instance: Option<f64>,
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// An always-on instance or a cluster?
    InstanceOrCluster,
    /// Does the reservation pay?
    Reservation,
    /// Does the savings plan pay?
    SavingsPlan,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Completed runs a day.
    RunsPerDay,
    /// Billed node-hours of clusters a day.
    NodeHoursPerDay,
    /// Share of a commitment that is used.
    ShareUsed,
}

/// Why no break-even is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoBreakEven {
    /// The runs of others share a target of one of the two: what their part would be at another load is not known.
    OthersShare,
    /// Nodes that are kept at any load run the first work at no extra cost, so that the cost is no straight line.
    KeepsNodes,
    /// Several instances: how a shared cluster does at their load cannot be told from one load.
    SeveralInstances,
    /// What the variant with clusters costs does not grow with the load more than what the instance costs.
    NoGrowth,
    /// All nodes of the clusters at all times cost no more than the instance.
    ClusterNeverCostsMore,
    /// It lies at a load that the instance cannot do.
    BeyondInstance,
    /// The commitment covers no target of the variant.
    NothingCovered,
}

/// On which side of the truth an estimate lies, as a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bias {
    /// The truth is higher: between the scenario's load and the estimate's runs share boots and idle time more.
    Low,
    /// The truth is lower: below the scenario's load they share less.
    High,
    /// Next to none: what a cluster costs is proportional to its node-hours, but for fixed charges; and units that live for
    /// one run share nothing, so that their cost is proportional to the runs.
    Small,
    /// The direction is unknown: instances or commitments that are paid anyway run the first work at no extra cost.
    Unknown,
    /// It may be either: the instance works after the horizon, long enough for its cost to grow with the load.
    Backlog,
}

/// Where the scenario lies, as far as the interval of the difference in cost says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Above the break-even: the instance, or the commitment, is cheaper.
    Above,
    /// Below it.
    Below,
    /// Too close to it to say.
    Unclear,
}

impl Verdict {
    /// From the difference in cost, which is positive above the break-even.
    pub(super) fn of(difference: Option<Estimate>) -> Self {
        match difference {
            Some(clear) if clear.mean != 0.0 && clear.covers(0.0) != Some(true) => {
                if clear.mean > 0.0 {
                    Self::Above
                } else {
                    Self::Below
                }
            }
            _ => Self::Unclear,
        }
    }
}
