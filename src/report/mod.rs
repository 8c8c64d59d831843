//! What is written for people: everything here is made from results alone, without simulating again.

pub mod charts;
