//! `arrivals.bursts`: independent arrivals at a rate that switches between quiet and peak hours.

use super::{Drafted, RATE, Within, positive_rate};
use crate::calendar::Calendar;
use crate::scenario::data::context::Context;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;
use crate::scenario::document::values::rate;
use crate::scenario::document::windows::weekly;
use crate::units::SimTime;
use crate::workload::Arrivals;
use crate::workload::bursts::Bursts;

struct Draft {
    quiet_per_s: f64,
    peak_per_s: f64,
}

pub(super) fn read<'a>(_: &Context<'a>, table: &Cursor<'a>) -> Read<Box<dyn Drafted + 'a>> {
    let quiet = table.require("quiet", RATE, rate);
    let peak = positive_rate(table, "peak");
    // The windows are read once the calendar is known; a bad window is found here all the same.
    let windows = weekly(table, "windows", Some(&Calendar::default()));
    let (quiet_per_s, peak_per_s) = (quiet?, peak?);
    if peak_per_s < quiet_per_s {
        let complaint = Complaint::new("the peak rate is below the quiet rate")
            .help("`peak` is the rate inside the windows, `quiet` the rate outside");
        return Err(table.refuse_pair("quiet", "peak", complaint));
    }
    windows?;
    Ok(Box::new(Draft {
        quiet_per_s,
        peak_per_s,
    }))
}

impl Drafted for Draft {
    fn finish(&self, table: &Cursor<'_>, within: &mut Within<'_>) -> Read<Arrivals> {
        let windows = weekly(table, "windows", within.calendar)?;
        let open = windows.open_time(SimTime::ZERO, within.horizon);
        if self.quiet_per_s <= 0.0 && open.is_zero() {
            let complaint = Complaint::new("no window opens before the horizon").help(
                "with a quiet rate of 0, no run would ever come: change `windows` or `quiet`",
            );
            return Err(table.refuse("windows", complaint));
        }
        let bursts = Bursts::new(self.quiet_per_s, self.peak_per_s, windows);
        Ok(Arrivals::Bursts(bursts))
    }
}
