//! From one tree to a tree for each variant, and which of its keys are read.

mod flag_value;
pub(super) mod header;
pub(super) mod plan;
pub(super) mod planned;
mod possible;
pub(super) mod precision;
pub(super) mod search;
pub(super) mod selection;
mod shares;
pub(super) mod sweep;
mod uncertain;
pub(super) mod unread;
pub(super) mod usage;
