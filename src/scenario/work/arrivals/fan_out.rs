//! `arrivals.fan_out`: parents that bring a number of runs or requests, of which a few are in the system at once.

use super::{Draft as Inner, Drafted, Within, batch};
use crate::scenario::data::context::Context;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;
use crate::scenario::document::values::count;
use crate::scenario::keys::PARENTS;
use crate::workload::Arrivals;
use crate::workload::fan_out::FanOut;

struct Draft<'a> {
    parents: Inner<'a>,
    children: u32,
    at_once: u32,
}

pub(super) fn read<'a>(context: &Context<'a>, table: &Cursor<'a>) -> Read<Box<dyn Drafted + 'a>> {
    let children = table.require(
        "children",
        "write how many runs or requests each parent brings",
        count(1, batch::MAX_BATCH),
    );
    let at_once = table.require(
        "at_once",
        "write how many of them may be there at one time",
        count(1, batch::MAX_BATCH),
    );
    let parents = Inner::under((context, table), "parents", PARENTS, |_| {
        unreachable!("a log is none of these kinds")
    })?;
    Ok(Box::new(Draft {
        parents,
        children: children?,
        at_once: at_once?,
    }))
}

impl Drafted for Draft<'_> {
    fn finish(&self, _: &Cursor<'_>, within: &mut Within<'_>) -> Read<Arrivals> {
        let parents = self.parents.finish(within)?;
        let fan_out = FanOut::new(parents, self.children, self.at_once);
        Ok(Arrivals::FanOut(fan_out))
    }

    fn fixed_times(&self, horizon: crate::units::SimTime) -> Vec<crate::units::SimTime> {
        self.parents.fixed_times(horizon)
    }
}
