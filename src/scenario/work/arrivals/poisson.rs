//! `arrivals.poisson`: independent arrivals at a constant rate.

use super::{Drafted, Within, positive_rate};
use crate::scenario::data::context::Context;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;
use crate::workload::Arrivals;
use crate::workload::poisson::Poisson;

struct Draft {
    per_s: f64,
}

pub(super) fn read<'a>(_: &Context<'a>, table: &Cursor<'a>) -> Read<Box<dyn Drafted + 'a>> {
    let per_s = positive_rate(table, "rate")?;
    Ok(Box::new(Draft { per_s }))
}

impl Drafted for Draft {
    fn finish(&self, _: &Cursor<'_>, _: &mut Within<'_>) -> Read<Arrivals> {
        Ok(Arrivals::Poisson(Poisson::new(self.per_s)))
    }
}
