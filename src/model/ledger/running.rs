//! How Running goes to the accounts where a run writes checkpoints.

use super::hours::What;
use super::{Ledger, product};
use crate::category::Category;
use crate::results::Checkpoints;
use crate::units::SimTime;

impl Ledger {
    /// Adds Running until `to` on a number of nodes, from the begin of `checkpoints` on, which have a category of their own.
    #[cold]
    #[inline(never)]
    pub(in crate::model) fn add_running(
        &mut self,
        checkpoints: Checkpoints,
        to: SimTime,
        nodes: u32,
    ) {
        let from = checkpoints.from;
        self.each_span([from, to], |accounts, [from, to]| {
            let written = u128::from(checkpoints.within(from, to).0) * u128::from(nodes);
            accounts[Category::Checkpoints as usize] += written;
            accounts[Category::Run as usize] += product(from, to, nodes) - written;
        });
        if let Some(hours) = &mut self.hours {
            hours.add(What::Running(checkpoints), [from, to], nodes, self.window);
        }
    }
}
