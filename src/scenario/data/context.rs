//! What readers of tables need besides the table.

use super::files::Files;
use crate::currency::Currency;
use crate::scenario::document::sink::{Read, Sink};

/// What readers of tables need besides the table.
pub(in crate::scenario) struct Context<'a> {
    pub(in crate::scenario) sink: &'a Sink,
    pub(in crate::scenario) files: &'a Files<'a>,
    /// What reports print costs in.
    pub(in crate::scenario) currency: Read<Currency>,
    /// Factor for the arrivals of the workspace's own work beside each `load_factor`, if it is not simulated as it stands.
    pub(in crate::scenario) load: Option<f64>,
}
