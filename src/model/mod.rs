//! The world of one replication.

pub mod settings;
