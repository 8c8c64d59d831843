//! Who runs the machines of a target, which decides what may be bought for it.

use crate::catalog::{ManagedCompute, Scope};

/// Who runs the machines of a target, which decides what may be bought for it.
#[derive(Clone, Copy)]
pub(in crate::scenario) enum Host {
    /// Azure Machine Learning.
    Managed(ManagedCompute),
    /// A pool of Azure Batch.
    Batch,
    /// The user or another service: no list of sizes limits it.
    Attached,
}

impl Host {
    /// What Azure Machine Learning makes of the machines.
    pub(in crate::scenario) fn managed(self) -> Option<ManagedCompute> {
        match self {
            Self::Managed(kind) => Some(kind),
            Self::Batch | Self::Attached => None,
        }
    }

    /// Which retirements concern it.
    pub(super) fn scope(self) -> Scope {
        match self {
            Self::Managed(_) => Scope::Managed,
            Self::Batch => Scope::Batch,
            Self::Attached => Scope::VirtualMachine,
        }
    }
}
