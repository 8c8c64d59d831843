//! Reports from hand-made results: golden files, sentences, warnings, the data dictionary.

mod answer;
mod bill;
mod charts;
mod figures;
mod files;
mod hours;
mod made;
mod made_targets;
mod summary_json;
mod targets;
mod text;
mod view;
mod workbook;
mod workloads;
