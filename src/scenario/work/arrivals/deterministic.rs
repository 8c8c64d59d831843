//! `arrivals.deterministic`: one arrival each interval.

use super::{Drafted, Within, friendly};
use crate::scenario::data::context::Context;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;
use crate::scenario::document::usual::{Written, assumed};
use crate::scenario::document::values::{duration, positive_duration};
use crate::units::{SimDuration, SimTime, TICKS_PER_HOUR};
use crate::workload::Arrivals;
use crate::workload::deterministic::Deterministic;

const DAY: u64 = 24 * TICKS_PER_HOUR;
/// Times of one workload that are compared with the clock: some years of days.
const MOST_TIMES: u64 = 4_000;

struct Draft {
    interval: SimDuration,
    first: SimDuration,
}

pub(super) fn read<'a>(_: &Context<'a>, table: &Cursor<'a>) -> Read<Box<dyn Drafted + 'a>> {
    let help = "write a duration such as `\"10m\"`";
    let interval = table.require("interval", help, positive_duration);
    let first = table.read("first", duration);
    table.acts("first", assumed(Written::Words("one interval"), ""));
    let interval = interval?;
    let first = first?.unwrap_or(interval);
    Ok(Box::new(Draft { interval, first }))
}

impl Drafted for Draft {
    fn finish(&self, table: &Cursor<'_>, within: &mut Within<'_>) -> Read<Arrivals> {
        if SimTime(self.first.0) >= within.horizon {
            let complaint = Complaint::new(format!(
                "the first run would come at {}, not before the horizon of {}",
                self.first.to_friendly(),
                friendly(within.horizon)
            ))
            .help("the first run comes after one `interval`, or at `first`");
            return Err(table.refuse_pair("interval", "first", complaint));
        }
        let first = SimTime(self.first.0);
        Ok(Arrivals::Deterministic(Deterministic::new(
            self.interval,
            first,
        )))
    }

    /// Of whole days.
    fn fixed_times(&self, horizon: SimTime) -> Vec<SimTime> {
        if !self.interval.0.is_multiple_of(DAY) {
            return Vec::new();
        }
        let after = |each| SimDuration(self.interval.0.saturating_mul(each));
        let times = (0..MOST_TIMES).map(|each| SimTime(self.first.0) + after(each));
        times.take_while(|at| *at < horizon).collect()
    }
}
