//! What a scenario file says: text, tree, values with their places, and typed cursors over tables.

pub(super) mod complaint;
pub(super) mod near;
pub(super) mod opening;
pub(super) mod reader;
pub(super) mod sections;
pub(super) mod sink;
mod synonyms;
pub(super) mod syntax;
pub(super) mod thousands;
pub(super) mod tree;
pub(super) mod usual;
pub(super) mod values;
pub(super) mod windows;
