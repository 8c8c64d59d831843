//! What machine-learning compute costs, and how long people wait for it: a discrete-event simulator of autoscaling clusters
//! and always-on instances. The binary `simulate` is `cli::run`; everything else is a function of values.
//!
//! # Features
//!
//! * `cli` (default): the module `cli` and the crates that only it needs. Without it there is no binary.
//! * `threads` (default): replications in parallel. Without it everything is done on the calling thread, with the same results.
//!
//! With neither, the library knows no terminal, no clock and no thread, and opens a file only where [`scenario::load`] is asked
//! to: [`scenario::load_from`] reads a scenario and its data files from memory, [`study::run`] simulates it, and each of
//! [`report::FILES`] makes bytes of the results (`tests/bare_library.rs` does so).
//!
//! # Map
//!
//! A module imports only from rows above its own (`tests/layers.rs` checks it).
//!
//! | Layer | Modules | What lives there |
//! |---|---|---|
//! | 0 | [`printable`], [`text_buffer`] | text of users' files made harmless for terminals and spreadsheets, text of many short pieces |
//! | 1 | [`units`], [`stats`], [`error`], [`nearest`], [`digits`], [`inputs`], [`category`], [`goal`], [`precision`], [`search`], [`uncertain`] | time and money as exact integers, intervals, problems for users, files on the disk or in memory, what time and money go to, limits on figures, how short intervals are wanted, how a search ends, what is uncertain |
//! | 2 | [`engine`], [`distribution`], [`calendar`], [`results`], [`csv_table`], [`currency`], [`backlog`] | events without meaning, random lengths, local time, plain results, the currency of reports |
//! | 3 | [`autoscale`], [`discipline`], [`workload`], [`pricing`], [`catalog`], [`timeline`], [`quantiles`], [`spans`] | VM sizes and their prices, cost lines, who starts next, scaling policies, arrivals, levels and quantiles of times, what falls between cuts of time |
//! | 4 | [`study_results`] | what a report is made from |
//! | 5 | [`serving`], [`stored`] | services, requests, replicas, and the rules of `docs/targets.md`; results as rows of a file |
//! | 6 | [`model`] | training targets, runs, and the rules of `docs/semantics.md` |
//! | 7 | [`scenario`] | scenario files into checked settings, with every mistake in its place |
//! | 8 | [`study`] | variants x replications in parallel; only its file `threads` names rayon |
//! | 9 | [`report`] | tables, CSV files, sentences and charts from results alone |
//! | 10 | `cli` | flags, progress, output folders; the only caller of the clock, stdout and stderr |
//! | 11 | `main` | arguments in, exit code out |
//!
//! # Invariants
//!
//! * Time is an integer number of microseconds and money an integer until printed; sums do not depend on their order.
//! * The order of events within an instant is a stated rule, never an accident of the queue.
//! * A random stream is named by its purpose and owner: adding a target or a thread changes no other stream.
//! * Every node-microsecond of a lease is in exactly one category; the model checks the sums after each replication.
//! * A file is opened only in [`inputs`] and in `cli`; output files are written only by `cli`.
//!
//! Deliberately absent: floating-point time, tolerances for equal times, unordered maps, global generators, unsafe code.

pub mod autoscale;
pub mod backlog;
pub mod calendar;
pub mod catalog;
pub mod category;
#[cfg(feature = "cli")]
pub mod cli;
pub mod csv_table;
pub mod currency;
pub mod digits;
pub mod discipline;
pub mod distribution;
pub mod engine;
pub mod error;
pub mod goal;
pub mod inputs;
pub mod model;
pub mod nearest;
pub mod precision;
pub mod pricing;
pub mod printable;
pub mod quantiles;
pub mod report;
pub mod results;
pub mod scenario;
pub mod search;
pub mod serving;
pub mod spans;
pub mod stats;
pub mod stored;
pub mod study;
pub mod study_results;
pub mod text_buffer;
pub mod timeline;
pub mod uncertain;
pub mod units;
pub mod workload;
