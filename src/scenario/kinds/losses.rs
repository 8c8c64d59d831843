//! Reads how a cluster loses nodes and how its allocations fail.

use crate::calendar::{Calendar, HourlyRates};
use crate::model::settings::{AllocationFailure, NodeLoss};
use crate::scenario::data::files::Files;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::{Cursor, one_kind};
use crate::scenario::document::sink::{Read, Reported};
use crate::scenario::document::tree::Value;
use crate::scenario::document::usual::{Written, assumed, fact};
use crate::scenario::document::values::{array, number_that, positive_duration, rate_per_hour};
use crate::scenario::document::windows::weekly;
use crate::scenario::keys::{ALLOCATION_FAILURE, EVICTIONS};
use crate::units::SimDuration;

/// Pause after a first failed allocation, and the longest one, unless given: the back-off of AKS' cluster autoscaler.
const BACKOFF: &str = "flags of kubernetes/autoscaler: the back-off of AKS' cluster autoscaler";
const RETRY_AT_MOST: SimDuration = SimDuration::from_secs(30 * 60);

/// Reads the key `eviction`: what it says, whether or not the tier of the cluster asks for it.
pub(super) fn eviction(
    table: &Cursor<'_>,
    files: &Files<'_>,
    calendar: Option<&Calendar>,
) -> Read<NodeLoss> {
    let Some(node) = table.node("eviction") else {
        return Ok(NodeLoss::Never);
    };
    let path = table.path_of("eviction");
    let (kind, inner, inner_path) = one_kind(table.sink(), node, &path, EVICTIONS)?;
    let table = Cursor::open_free(table.sink(), node, path)?;
    match kind.name {
        "rate" => match table.read_or("rate", 0.0, rate_per_hour)? {
            rate if rate > 0.0 => Ok(NodeLoss::Rate(rate)),
            _ => Ok(NodeLoss::Never),
        },
        "by_hour" => {
            let rates = table.read_or("by_hour", [0.0; 24], by_hour)?;
            if rates.iter().all(|rate| *rate <= 0.0) {
                return Ok(NodeLoss::Never);
            }
            // Without a calendar, its own problem is reported already.
            let rates = HourlyRates::new(calendar.ok_or(Reported)?, rates.to_vec());
            Ok(NodeLoss::ByHour(Box::new(rates)))
        }
        "replay" => {
            let replay = Cursor::open(table.sink(), inner, inner_path, kind.keys)?;
            let log = files.loss_log(&replay)?;
            Ok(NodeLoss::Replay((*log).clone()))
        }
        other => unreachable!("`{other}` is in the list of kinds"),
    }
}

/// A rate for each hour of the day.
fn by_hour(value: &Value) -> Result<[f64; 24], Complaint> {
    let rates = array(rate_per_hour)(value)?;
    let count = rates.len();
    rates.try_into().map_err(|_| {
        Complaint::new(format!("found {count} rates"))
            .help("write 24, one for each local hour of the day from midnight on")
    })
}

/// Reads the table `allocation_failure`; `None` where nothing ever fails.
pub(super) fn allocation_failure(
    table: &Cursor<'_>,
    calendar: Option<&Calendar>,
) -> Read<Option<Box<AllocationFailure>>> {
    let Some(node) = table.node("allocation_failure") else {
        return Ok(None);
    };
    let path = table.path_of("allocation_failure");
    let table = Cursor::open(table.sink(), node, path, ALLOCATION_FAILURE)?;
    if !table.has("probability") && !table.has("windows") {
        let complaint = Complaint::new("nothing says when an allocation fails").help(
            "write a `probability` such as `0.2`, or `windows` such as `[\"mon-fri 09:00-11:00\"]`",
        );
        return Err(table.refuse_whole(complaint));
    }
    let probability = table.usual("probability", assumed(0.0, ""), probability);
    let windows = if table.has("windows") {
        weekly(&table, "windows", calendar).map(Some)
    } else {
        Ok(None)
    };
    if let Ok(Some(windows)) = &windows
        && windows.open_share() >= 1.0
    {
        let complaint = Complaint::new("the windows leave no time of the week")
            .help("no node would ever come: leave some time out");
        return Err(table.refuse("windows", complaint));
    }
    let retry_after = table.usual("retry_after", fact("5m", BACKOFF), positive_duration);
    let at_most = table.read("retry_at_most", positive_duration);
    let backoff = table.usual("backoff", fact(2.0, BACKOFF), backoff);
    let (retry_after, at_most) = (retry_after?, at_most?);
    let usual = if retry_after <= RETRY_AT_MOST {
        fact("30m", BACKOFF)
    } else {
        assumed(Written::Words("`retry_after`"), "")
    };
    table.acts("retry_at_most", usual);
    if let Some(at_most) = at_most.filter(|at_most| *at_most < retry_after) {
        let complaint = Complaint::new(format!(
            "`retry_after` is {} and `retry_at_most` {}",
            retry_after.to_friendly(),
            at_most.to_friendly()
        ))
        .help("`retry_at_most` limits the pauses, which begin with `retry_after`");
        return Err(table.refuse_pair("retry_after", "retry_at_most", complaint));
    }
    let failure = AllocationFailure {
        probability: probability?,
        windows: windows?,
        retry_after,
        backoff: backoff?,
        retry_at_most: at_most.unwrap_or(RETRY_AT_MOST.max(retry_after)),
    };
    let fails = failure.probability > 0.0 || failure.windows.is_some();
    Ok(fails.then(|| Box::new(failure)))
}

fn probability(value: &Value) -> Result<f64, Complaint> {
    let is_right = |probability| (0.0..1.0).contains(&probability);
    number_that(
        value,
        is_right,
        "write a number from 0 to below 1, such as `0.2`",
    )
}

fn backoff(value: &Value) -> Result<f64, Complaint> {
    let is_right = |backoff| (1.0..=1000.0).contains(&backoff);
    number_that(
        value,
        is_right,
        "write how many times longer each pause is, from 1 to 1000",
    )
}
