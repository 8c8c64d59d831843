//! The part that a shard leaves: the header and its rows as in stored results, then a line that says how many there are.

use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::plan::Plan;
use super::{cannot_write, temporary};
use crate::cli::folder::{Rows, Share};
use crate::error::Error;
use crate::stored::{self, Fault, Reader, Span};
use crate::study_results::StudyResults;

/// What a shard has.
pub(super) fn share(plan: &Plan, index: usize) -> Share {
    Share {
        index,
        of: plan.shards,
    }
}

/// Where the rows of a part lie, by their positions among all; the fault if it is not whole or not of this plan.
pub(super) fn check(path: &Path, plan: &Plan, index: usize) -> Result<Vec<(usize, Span)>, Fault> {
    let file = File::open(path).map_err(Fault::Io)?;
    let reader = Reader::open(BufReader::new(file))?;
    if reader.inputs != plan.inputs {
        return Err(Fault::Rows("it is of another plan".to_owned()));
    }
    let wanted = (index..plan.cells()).step_by(plan.shards);
    let rows = stored::part(reader, wanted.len())?;
    let mut found: Vec<usize> = rows.iter().map(|(position, _)| *position).collect();
    found.sort_unstable();
    if wanted.eq(found) {
        Ok(rows)
    } else {
        let what = "it has replications that are not of its shard, or one twice";
        Err(Fault::Rows(what.to_owned()))
    }
}

/// A part that is being written, under a name of its own: it goes away unless it is finished.
pub(super) struct Unfinished {
    /// None once it is finished: another process may have this name then.
    path: Option<PathBuf>,
    rows: Arc<Rows>,
}

impl Unfinished {
    /// Begins the part of a shard beside its place.
    pub(super) fn create(
        place: &Path,
        (plan, index): (&Plan, usize),
        study: &StudyResults,
    ) -> Result<Self, Error> {
        let (path, file) = temporary(place).map_err(|source| cannot_write(place, source))?;
        let share = share(plan, index);
        let rows = Rows::begin(&path, file, (&plan.inputs, study), share);
        let rows = rows.map_err(|source| {
            let _ = fs::remove_file(&path);
            cannot_write(&path, source)
        })?;
        Ok(Self {
            path: Some(path),
            rows: Arc::new(rows),
        })
    }

    /// What it holds.
    pub(super) fn rows(&self) -> Arc<Rows> {
        Arc::clone(&self.rows)
    }

    /// Ends it and puts it in its place, in one step. Another process that simulated the same shard may have been quicker:
    /// its part has the same rows.
    pub(super) fn finish(mut self, place: &Path) -> io::Result<()> {
        self.rows.end_part()?;
        if let Some(path) = &self.path {
            fs::rename(path, place)?;
        }
        self.path = None;
        Ok(())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        self.rows.close();
        if let Some(path) = &self.path {
            let _ = fs::remove_file(path);
        }
    }
}
