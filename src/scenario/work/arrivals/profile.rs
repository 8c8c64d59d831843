//! `arrivals.profile`: a rate for each hour of the day or of the week.

use super::{Drafted, Within};
use crate::scenario::data::context::Context;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::{Read, Reported};
use crate::scenario::document::values::{array, number};
use crate::workload::Arrivals;
use crate::workload::profile::Profile;

const HELP: &str = "write the runs per hour of each hour: 24 numbers from local midnight on, or 168 from Monday 00:00 on";

struct Draft {
    per_hour: Vec<f64>,
}

pub(super) fn read<'a>(_: &Context<'a>, table: &Cursor<'a>) -> Read<Box<dyn Drafted + 'a>> {
    let per_hour = table.require("per_hour", HELP, array(number))?;
    let complaint = match per_hour.len() {
        24 | 168 if per_hour.iter().any(|rate| *rate < 0.0) => "a rate is below 0".to_owned(),
        24 | 168 if per_hour.iter().all(|rate| *rate == 0.0) => {
            "all rates are 0: no run would ever come".to_owned()
        }
        24 | 168 => return Ok(Box::new(Draft { per_hour })),
        count => format!("it has {count} numbers, not 24 or 168"),
    };
    Err(table.refuse("per_hour", Complaint::new(complaint).help(HELP)))
}

impl Drafted for Draft {
    fn finish(&self, _: &Cursor<'_>, within: &mut Within<'_>) -> Read<Arrivals> {
        let calendar = within.calendar.ok_or(Reported)?;
        Ok(Arrivals::Profile(Profile::new(
            calendar,
            self.per_hour.clone(),
        )))
    }
}
