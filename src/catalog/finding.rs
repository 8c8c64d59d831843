//! What a check says: which rule is broken, how grave it is, why, and what to do.

use std::fmt;

/// A choice of size, region or tier that the real service would refuse, or that deserves a warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that is broken.
    pub rule: Rule,
    /// What is wrong: lower case, backticks around names, no full stop.
    pub message: String,
    /// What is allowed, or what to do.
    pub help: String,
}

/// What the catalog checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// The catalog must have the size.
    UnknownSize,
    /// The catalog must have the series.
    UnknownSeries,
    /// The catalog must have the category.
    UnknownCategory,
    /// The catalog must have the model of GPU.
    UnknownGpu,
    /// The price book must have the region.
    UnknownRegion,
    /// The table of CUDA versions, or an own catalog, must have the architecture.
    UnknownArchitecture,
    /// A framework must be one whose releases are known.
    UnknownFramework,
    /// The price book must have a price of the size in the region.
    NoRegionalPrice,
    /// A source must state a price of the tier.
    NoPrice,
    /// A series that needs approval must have it.
    Approval,
    /// The series must support the kind of compute.
    Unsupported,
    /// Low priority and spot are for clusters, and not for every series.
    LowPriority,
    /// The size must have the GPUs that the work needs.
    Gpus,
    /// The GPUs must be of the architecture that the work needs.
    Architecture,
    /// The work's CUDA version must support the GPUs.
    Cuda,
    /// A CUDA build of the framework's release must support the GPUs.
    Framework,
    /// Work that needs a server of its own must have an isolated size.
    Isolation,
    /// Work that needs RDMA between its nodes must have a size with it.
    Rdma,
    /// What is bought must not be retired on the day of the purchase.
    Retired,
    /// What is bought should not retire within a year.
    RetiresSoon,
    /// The price should still be listed.
    Unlisted,
    /// The price should not be doubtful.
    Doubtful,
    /// A list of the service should name the size for the kind of compute.
    NotNamed,
    /// The release of the framework should be in the table.
    UnknownRelease,
    /// The stated CUDA version should be one of the release's builds.
    OtherBuild,
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The scenario is refused.
    Error,
    /// The results are to be read with it in mind.
    Warning,
}

impl Rule {
    /// Every rule is an error but those on what may still be bought.
    pub fn severity(self) -> Severity {
        match self {
            Self::RetiresSoon
            | Self::Unlisted
            | Self::Doubtful
            | Self::NotNamed
            | Self::UnknownRelease
            | Self::OtherBuild => Severity::Warning,
            _ => Severity::Error,
        }
    }
}

impl Finding {
    /// Whether the scenario is refused.
    pub fn is_error(&self) -> bool {
        self.rule.severity() == Severity::Error
    }
}

/// Message and help in one line.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.message, self.help)
    }
}
