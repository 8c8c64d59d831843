//! Windows of the week under a key.

use super::complaint::Complaint;
use super::reader::Cursor;
use super::sink::{Read, Reported};
use super::tree::Value;
use super::values::{one_or_more, text};
use crate::calendar::{Calendar, WeeklySchedule};

const WINDOWS: &str = "write windows such as `[\"mon-fri 08:00-18:00\"]`";

/// Weekly windows under a key; a bad one is reported at its place.
pub(in crate::scenario) fn weekly(
    table: &Cursor<'_>,
    key: &str,
    calendar: Option<&Calendar>,
) -> Read<WeeklySchedule> {
    // Whether a window can be read does not depend on the calendar.
    let anywhere = Calendar::default();
    let window = |value: &Value| {
        let window = text(value)?;
        match WeeklySchedule::parse(&anywhere, std::slice::from_ref(&window)) {
            Ok(_) => Ok(window),
            Err(sentence) => Err(Complaint::sentence(&sentence)),
        }
    };
    let windows = table.require(key, WINDOWS, one_or_more(window))?;
    if windows.is_empty() {
        let complaint = Complaint::new("there is no window in it").help(WINDOWS);
        return Err(table.refuse(key, complaint));
    }
    for window in &windows {
        if let Some(open) = WeeklySchedule::overnight(window) {
            table.sink().note(format!(
                "`{window}` ends before it begins on the clock: it goes on to the next day, for {} from each of its days",
                open.to_friendly()
            ));
        }
    }
    // Without a calendar, its own problem is reported already.
    let schedule = WeeklySchedule::parse(calendar.ok_or(Reported)?, &windows);
    schedule.map_err(|sentence| table.refuse(key, Complaint::sentence(&sentence)))
}
