//! Who waits and who pays: the figures of each workload on each target, and its part of the bill.

mod costs;
pub mod csv;
mod figures;
mod lines;
mod shown;
mod table;
mod text;

pub use lines::applies;
pub(super) use table::WhoPays;
pub(super) use text::who_waits;
