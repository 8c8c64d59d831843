//! `arrivals.sinusoid`: a rate that swings round a mean.

use super::{Drafted, RATE, Within, positive_rate};
use crate::scenario::data::context::Context;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;
use crate::scenario::document::usual::assumed;
use crate::scenario::document::values::{positive_duration, rate};
use crate::units::SimDuration;
use crate::workload::Arrivals;
use crate::workload::sinusoid::Sinusoid;

struct Draft {
    mean_per_s: f64,
    swing_per_s: f64,
    period: SimDuration,
}

pub(super) fn read<'a>(_: &Context<'a>, table: &Cursor<'a>) -> Read<Box<dyn Drafted + 'a>> {
    let mean = positive_rate(table, "mean");
    let swing = table.require("swing", RATE, rate);
    let period = table.usual("period", assumed("24h", ""), positive_duration);
    let (mean_per_s, swing_per_s) = (mean?, swing?);
    if swing_per_s > mean_per_s {
        let complaint =
            Complaint::new("it swings by more than the mean: the rate would be below 0")
                .help("`swing` is the difference of the highest rate and the mean");
        return Err(table.refuse_pair("mean", "swing", complaint));
    }
    Ok(Box::new(Draft {
        mean_per_s,
        swing_per_s,
        period: period?,
    }))
}

impl Drafted for Draft {
    fn finish(&self, _: &Cursor<'_>, _: &mut Within<'_>) -> Read<Arrivals> {
        let sinusoid = Sinusoid::new(self.mean_per_s, self.swing_per_s, self.period);
        Ok(Arrivals::Sinusoid(sinusoid))
    }
}
