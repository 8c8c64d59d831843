//! Reports from hand-made results: golden files, sentences, warnings, the data dictionary.

mod files;
mod made;
mod text;
