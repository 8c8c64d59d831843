//! `arrivals.batch`: many runs at once at given times.

use super::{Drafted, Within, friendly};
use crate::scenario::data::context::Context;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;
use crate::scenario::document::values::{count, duration, one_or_more};
use crate::units::{SimDuration, SimTime};
use crate::workload::Arrivals;
use crate::workload::batch::Batch;

/// Runs of one batch at most: all of them are in the system at once.
pub(super) const MAX_BATCH: u32 = 10_000_000;

struct Draft {
    runs: u32,
    at: Vec<SimDuration>,
}

pub(super) fn read<'a>(_: &Context<'a>, table: &Cursor<'a>) -> Read<Box<dyn Drafted + 'a>> {
    let runs = table.require(
        "runs",
        "write how many runs come at each time",
        count(1, MAX_BATCH),
    );
    let help = "write times since the start, such as `[\"8h\", \"1d9h\"]`";
    let at = table.require("at", help, one_or_more(duration))?;
    if at.is_empty() {
        return Err(table.refuse("at", Complaint::new("there are no times").help(help)));
    }
    Ok(Box::new(Draft { runs: runs?, at }))
}

impl Drafted for Draft {
    fn finish(&self, table: &Cursor<'_>, within: &mut Within<'_>) -> Read<Arrivals> {
        let late = self.at.iter().find(|at| SimTime(at.0) >= within.horizon);
        if let Some(late) = late {
            let complaint = Complaint::new(format!(
                "{} is not before the horizon of {}",
                late.to_friendly(),
                friendly(within.horizon)
            ))
            .help("runs come in [0, horizon): leave this time out, or move the horizon");
            return Err(table.refuse("at", complaint));
        }
        let mut times: Vec<SimTime> = self.at.iter().map(|at| SimTime(at.0)).collect();
        times.sort_unstable();
        Ok(Arrivals::Batch(Batch::new(self.runs, times)))
    }

    fn fixed_times(&self, _: SimTime) -> Vec<SimTime> {
        self.at.iter().map(|at| SimTime(at.0)).collect()
    }
}
