//! `arrivals.mmpp`: arrivals at the rate of a state that changes by itself.

use super::{Drafted, Within};
use crate::scenario::data::context::Context;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;
use crate::scenario::document::values::{array, positive_duration, rate};
use crate::workload::Arrivals;
use crate::workload::mmpp::{Mmpp, State};

const RATES: &str = "write the rate of each state, such as `[\"2/h\", \"40/h\"]`";
const STAYS: &str = "write how long each state lasts on average, such as `[\"8h\", \"30m\"]`";

struct Draft {
    states: Vec<State>,
}

pub(super) fn read<'a>(_: &Context<'a>, table: &Cursor<'a>) -> Read<Box<dyn Drafted + 'a>> {
    let rates = table.require("rates", RATES, array(rate));
    let stays = table.require("stays", STAYS, array(positive_duration));
    let (rates, stays) = (rates?, stays?);
    if rates.len() != stays.len() {
        let complaint = Complaint::new(format!(
            "there are {} rates, but {} mean lengths of stay",
            rates.len(),
            stays.len()
        ))
        .help("each state has one of each");
        return Err(table.refuse_pair("rates", "stays", complaint));
    }
    let complaint = if rates.len() < 2 {
        "there are fewer than 2 states"
    } else if rates.iter().all(|rate| *rate <= 0.0) {
        "all rates are 0: no run would ever come"
    } else {
        let states = rates.into_iter().zip(stays);
        let states = states.map(|(per_s, mean_stay)| State { per_s, mean_stay });
        return Ok(Box::new(Draft {
            states: states.collect(),
        }));
    };
    Err(table.refuse("rates", Complaint::new(complaint).help(RATES)))
}

impl Drafted for Draft {
    fn finish(&self, _: &Cursor<'_>, _: &mut Within<'_>) -> Read<Arrivals> {
        Ok(Arrivals::Mmpp(Mmpp::new(self.states.clone())))
    }
}
