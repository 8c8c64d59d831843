//! The command as its user meets it: the real binary, in folders of its own, by what it prints, writes and returns.
#![cfg(feature = "cli")]

mod begin;
mod break_even;
mod catalog;
mod compare;
mod desk;
mod drains;
mod estimate;
mod explain;
mod failures;
mod figures;
mod first_use;
mod flags;
mod focus;
mod folders;
mod goals;
mod groups;
mod hand;
mod harmless;
mod optimize;
mod optimize_resume;
mod parts;
mod precision;
mod reading;
mod refusals;
mod results;
mod screen;
mod sensitivity;
mod shards;
mod stop;
mod stored;
mod submit;
mod table;
mod told;
mod user_goals;
mod warm_up;
