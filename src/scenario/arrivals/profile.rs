//! `arrivals.profile`: a rate for each hour of the day or of the week.

use super::{Drafted, Within};
use crate::scenario::keys::Kind;
use crate::scenario::reader::{Cursor, Read, Reported};
use crate::scenario::targets::Context;
use crate::scenario::values::{Complaint, array, number};
use crate::workload::Arrivals;
use crate::workload::profile::Profile;

pub(in crate::scenario) const KIND: Kind = Kind {
    name: "profile",
    keys: &["per_hour"],
};

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
