//! What `--dry-run` prints of users who wait for the end of what they sent: they have no rate, so no load is stated for them.

use crate::scenario::Variant;
use crate::units::SimDuration;
use crate::workload::Arrivals;

/// Whether all that comes is theirs.
pub(super) fn are_alone<'a>(arrivals: impl Iterator<Item = &'a Arrivals>) -> bool {
    let mut all = arrivals.peekable();
    all.peek().is_some() && all.all(Arrivals::wait_for_ends)
}

/// One sentence for each workload of such users.
pub(super) fn described(variant: &Variant) -> Vec<String> {
    let settings = &variant.settings;
    let runs = settings.workloads.iter();
    let runs = runs.map(|own| ("workload", &own.name, "run", &own.arrivals));
    let requests = settings.requests.iter();
    let requests = requests.map(|own| ("requests", &own.name, "request", &own.arrivals));
    let of = |(section, name, what, arrivals): (&str, &String, &str, &Arrivals)| {
        let closed = arrivals.closed()?;
        let think = SimDuration::from_secs_rounded(closed.think_s()).to_friendly();
        Some(format!(
            "{section} `{name}`: {} users, each of whom waits for the end of a {what} and thinks {think} on average before the next",
            closed.users()
        ))
    };
    runs.chain(requests).filter_map(of).collect()
}
