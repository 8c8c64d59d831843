//! Data files that a scenario names: traces, logs of losses, columns of numbers, and the lengths drawn from them.

pub(super) mod cells;
pub(super) mod context;
pub(super) mod distributions;
pub(super) mod files;
pub(super) mod loss_log;
pub(super) mod numbers;
pub(super) mod readings;
pub(super) mod stamp_kind;
pub(super) mod stamps;
pub(super) mod table;
pub(super) mod trace;
pub(super) mod trace_columns;
pub(super) mod trace_mapping;
pub(super) mod traces;
