//! `arrivals.recurring`: many runs at once at times of the week.

use super::batch::MAX_BATCH;
use super::{Drafted, Within, friendly};
use crate::calendar::{RecurringTimes, TimesOfWeek};
use crate::scenario::data::context::Context;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::{Read, Reported};
use crate::scenario::document::usual::assumed;
use crate::scenario::document::values::{count, one_or_more, text};
use crate::workload::Arrivals;
use crate::workload::recurring::Recurring;

const AT: &str = "write times of the week, such as `[\"mon-fri 22:00\", \"sun 04:30\"]`";

struct Draft {
    runs: u32,
    times: TimesOfWeek,
}

pub(super) fn read<'a>(_: &Context<'a>, table: &Cursor<'a>) -> Read<Box<dyn Drafted + 'a>> {
    let runs = table.usual("runs", assumed(1, ""), count(1, MAX_BATCH));
    let texts = table.require("at", AT, one_or_more(text))?;
    if texts.is_empty() {
        return Err(table.refuse("at", Complaint::new("there are no times").help(AT)));
    }
    let times = TimesOfWeek::parse(&texts);
    let times = times.map_err(|sentence| table.refuse("at", Complaint::sentence(&sentence)))?;
    Ok(Box::new(Draft { runs: runs?, times }))
}

impl Drafted for Draft {
    fn finish(&self, table: &Cursor<'_>, within: &mut Within<'_>) -> Read<Arrivals> {
        let calendar = within.calendar.ok_or(Reported)?;
        let times = RecurringTimes::new(calendar, self.times.clone());
        let first = times.clone().next();
        if first.is_none_or(|first| first >= within.horizon) {
            let complaint = Complaint::new(format!(
                "none of these times comes before the horizon of {}",
                friendly(within.horizon)
            ))
            .help("add a time, or move `start` or the horizon");
            return Err(table.refuse("at", complaint));
        }
        let of_week = (times, self.times.per_week());
        Ok(Arrivals::Recurring(Recurring::new(self.runs, of_week)))
    }
}
