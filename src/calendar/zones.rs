//! Time zones by name, and what to write instead of what is none: abbreviations, offsets, slips of the pen.

use jiff::tz::TimeZone;

use crate::nearest::nearest;

/// The time zone of an IANA name. The error names the nearest ones there are.
pub fn time_zone(name: &str) -> Result<TimeZone, String> {
    match TimeZone::get(name) {
        Ok(zone) if !zone.is_unknown() => Ok(zone),
        _ => Err(unknown_zone(name)),
    }
}

fn unknown_zone(name: &str) -> String {
    format!("there is no time zone `{name}`: {}", zone_help(name))
}

/// Abbreviations that are no IANA names, and a place that has them.
const ABBREVIATIONS: &[(&[&str], &str)] = &[
    (&["CET", "CEST", "MEZ", "MESZ"], "Europe/Berlin"),
    (&["BST", "WEST"], "Europe/London"),
    (&["EET", "EEST"], "Europe/Helsinki"),
    (&["MSK"], "Europe/Moscow"),
    (&["EST", "EDT", "ET"], "America/New_York"),
    (&["CST", "CDT", "CT"], "America/Chicago"),
    (&["MST", "MDT", "MT"], "America/Denver"),
    (&["PST", "PDT", "PT"], "America/Los_Angeles"),
    (&["BRT"], "America/Sao_Paulo"),
    (&["IST"], "Asia/Kolkata"),
    (&["JST"], "Asia/Tokyo"),
    (&["KST"], "Asia/Seoul"),
    (&["HKT"], "Asia/Hong_Kong"),
    (&["SGT"], "Asia/Singapore"),
    (&["AEST", "AEDT"], "Australia/Sydney"),
    (&["NZST", "NZDT"], "Pacific/Auckland"),
];

fn zone_help(name: &str) -> String {
    let sign = name.find(['+', '-']).unwrap_or(name.len());
    let (word, offset) = name.split_at(sign);
    let word = word.trim().to_ascii_uppercase();
    let mut known = ABBREVIATIONS.iter();
    if let Some((_, place)) = known.find(|(words, _)| words.contains(&word.as_str())) {
        return format!(
            "an abbreviation does not say when clocks change, use an IANA name such as `{place}`"
        );
    }
    if matches!(word.as_str(), "" | "UTC" | "GMT" | "Z")
        && let Some(hours) = whole_hours(offset)
    {
        // The names of the zones without clock changes have the sign the other way round.
        let etc = format!("Etc/GMT{:+}", -hours);
        return format!(
            "a fixed offset has no clock changes, use an IANA name such as `Europe/Berlin`, or `{etc}`, which is UTC{hours:+} \
             all year"
        );
    }
    let known: Vec<String> = jiff::tz::db()
        .available()
        .map(|zone| zone.as_str().to_owned())
        .collect();
    let near: Vec<String> = nearest(name, known.iter().map(String::as_str), 3)
        .into_iter()
        .map(|zone| format!("`{zone}`"))
        .collect();
    if near.is_empty() {
        "use an IANA name such as `UTC` or `Europe/Berlin`".to_owned()
    } else {
        format!("the nearest are {}", near.join(", "))
    }
}

/// The hours of an offset such as `+1`, `+01:00` or `-0800`, which has no minutes.
fn whole_hours(offset: &str) -> Option<i8> {
    let digits: String = offset.get(1..)?.chars().filter(|c| *c != ':').collect();
    let hours = match digits.len() {
        1 | 2 => digits.as_str(),
        4 => digits.strip_suffix("00")?,
        _ => return None,
    };
    let hours: i8 = hours.parse().ok()?;
    let signed = if offset.starts_with('-') {
        -hours
    } else {
        hours
    };
    (-12..=14).contains(&signed).then_some(signed)
}
