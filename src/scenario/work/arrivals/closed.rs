//! `arrivals.closed`: users who wait for their run or request before the next.

use super::{Drafted, Within};
use crate::distribution::Distribution;
use crate::scenario::data::context::Context;
use crate::scenario::data::distributions::distribution;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;
use crate::scenario::document::values::count;
use crate::workload::Arrivals;
use crate::workload::closed::Closed;

/// Users of one workload at most: all of them may have a run or request in the system at once.
const MAX_USERS: u32 = 1_000_000;

struct Draft {
    users: u32,
    think: Distribution,
}

pub(super) fn read<'a>(context: &Context<'a>, table: &Cursor<'a>) -> Read<Box<dyn Drafted + 'a>> {
    let users = table.require(
        "users",
        "write how many users there are",
        count(1, MAX_USERS),
    );
    let think = distribution(table, "think", context.files)?;
    let think = think.ok_or_else(|| {
        table.missing(
            "think",
            "write how long a user thinks before the next run or request, such as `\"20m\"` or `{ exponential = { mean = \"20m\" } }`",
        )
    })?;
    Ok(Box::new(Draft {
        users: users?,
        think,
    }))
}

impl Drafted for Draft {
    fn finish(&self, _: &Cursor<'_>, _: &mut Within<'_>) -> Read<Arrivals> {
        Ok(Arrivals::Closed(Closed::new(
            self.users,
            self.think.clone(),
        )))
    }
}
