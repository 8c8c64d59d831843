//! What the parts of a variant must be to each other, and what the user should know of them before trusting results.

pub(super) mod after_loss;
pub(super) mod attempts;
pub(super) mod between;
pub(super) mod demand;
pub(super) mod fill;
pub(super) mod gangs;
pub(super) mod misread;
pub(super) mod needs;
pub(super) mod offered;
pub(super) mod peaks;
pub(super) mod remarks;
pub(super) mod routes;
pub(super) mod sampling;
pub(super) mod serves;
pub(super) mod serving_load;
pub(super) mod sizes;
pub(super) mod speeds;
pub(super) mod stretch;
pub(super) mod told;
