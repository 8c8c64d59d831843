//! What sources state of a size, and what they leave open: `None` is shown as such and never as a no.

use super::{Catalog, Cloud, List, VmSize};

impl Catalog {
    /// Whether quota for a size has to be asked for before the first node; `None` where no source says it: the lists of Azure
    /// Machine Learning have said it of the series of 2020 only.
    pub fn needs_approval(&self, size: &VmSize) -> Option<bool> {
        let is_stated = match self.series_of(size).list {
            List::Document => true,
            List::NotAsked => self.cloud() == Cloud::Azure,
            List::Newer | List::Neither => false,
        };
        (is_stated || size.approval_required).then_some(size.approval_required)
    }

    /// Whether a size has RDMA; `None` where no source says it.
    pub fn has_rdma(&self, size: &VmSize) -> Option<bool> {
        self.stated(size.rdma)
    }

    /// Whether one customer has the physical server of a size alone; `None` where no source says it.
    pub fn is_isolated(&self, size: &VmSize) -> Option<bool> {
        self.stated(size.isolated)
    }

    /// A fact that the tables state of all sizes of Azure; of other clouds only a custom file can.
    fn stated(&self, holds: bool) -> Option<bool> {
        (self.cloud() == Cloud::Azure || holds).then_some(holds)
    }

    /// Whether no list of Azure Machine Learning names the series of a size, and the list of sizes for online endpoints has it.
    pub fn is_for_endpoints_only(&self, size: &VmSize) -> bool {
        self.series_of(size).list == List::Neither && self.is_on_endpoints(size)
    }

    /// Whether the list of sizes for online endpoints has a size.
    pub(super) fn is_on_endpoints(&self, size: &VmSize) -> bool {
        self.endpoint_sizes
            .binary_search(&size.name.as_str())
            .is_ok()
    }
}
