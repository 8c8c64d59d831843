//! Where everything is bought and for how much: the market, prices, charges, billing, tags, commitments.

pub(super) mod billing;
pub(super) mod charges;
pub(super) mod commitments;
pub(super) mod exchange;
pub(super) mod host;
pub(super) mod market;
pub(super) mod prices;
pub(super) mod sold;
pub(super) mod source;
pub(super) mod tags;
pub(super) mod term_prices;
