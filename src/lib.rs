//! What machine-learning compute costs, and how long people wait for it: a discrete-event simulator of autoscaling clusters
//! and always-on instances. The binary `simulate` is [`cli::run`]; everything else is a function of values.
//!
//! # Map
//!
//! A module imports only from rows above its own (`tests/layers.rs` checks it).
//!
//! | Layer | Modules | What lives there |
//! |---|---|---|
//! | 0 | [`printable`] | text of users' files made harmless for terminals and spreadsheets |
//! | 0 | [`units`], [`stats`], [`error`], [`nearest`], [`category`] | time and money as exact integers, intervals, problems for users, what time and money go to |
//! | 1 | [`engine`], [`distribution`], [`calendar`], [`results`], [`csv_table`], [`currency`] | events without meaning, random lengths, local time, plain results, the currency of reports |
//! | 2 | [`catalog`], [`pricing`], [`autoscale`], [`workload`], [`timeline`], [`quantiles`], [`spans`], [`study_results`] | VM sizes and their prices, cost lines, scaling policies, arrivals, levels and quantiles of times, what falls between cuts of time |
//! | 3 | [`serving`] | services, requests, replicas, and the rules of `docs/targets.md` |
//! | 4 | [`model`] | training targets, runs, and the rules of `docs/semantics.md` |
//! | 5 | [`scenario`] | scenario files into checked settings, with every mistake in its place |
//! | 6 | [`study`] | variants x replications in parallel; the only module that names rayon |
//! | 7 | [`report`] | tables, CSV files, sentences and charts from results alone |
//! | 8 | [`cli`] | flags, progress, output folders; the only caller of the clock, stdout and stderr |
//!
//! # Invariants
//!
//! * Time is an integer number of microseconds and money an integer until printed; sums do not depend on their order.
//! * The order of events within an instant is a stated rule, never an accident of the queue.
//! * A random stream is named by its purpose and owner: adding a target or a thread changes no other stream.
//! * Every node-microsecond of a lease is in exactly one category; the model checks the sums after each replication.
//! * Input files are read only by [`scenario`], output files written only by [`cli`].
//!
//! Deliberately absent: floating-point time, tolerances for equal times, unordered maps, global generators, unsafe code.

pub mod autoscale;
pub mod backlog;
pub mod calendar;
pub mod catalog;
pub mod category;
pub mod cli;
pub mod csv_table;
pub mod currency;
pub mod digits;
pub mod distribution;
pub mod engine;
pub mod error;
pub mod model;
pub mod nearest;
pub mod pricing;
pub mod printable;
pub mod quantiles;
pub mod report;
pub mod results;
pub mod scenario;
pub mod serving;
pub mod spans;
pub mod stats;
pub mod study;
pub mod study_results;
pub mod timeline;
pub mod units;
pub mod workload;
