//! The text of an estimate.

use std::fmt::Write as _;

use super::advice::advice;
use super::sample::Size;
use super::words::{counted, seconds, size};
use super::{Estimate, Left};
use crate::cli::args::Args;
use crate::cli::folder::MANIFEST;
use crate::printable;
use crate::scenario::Scenario;

/// The range is at least this part of the time either way: so much does a machine vary.
const LEAST_SPREAD: f64 = 0.2;
/// What is known of a study.
pub(super) fn text(
    estimate: &Estimate,
    (args, scenarios): (&Args, &[Scenario]),
    most_memory: Option<u64>,
) -> String {
    let mut lines: Vec<String> = Vec::new();
    for (scenario, size) in scenarios.iter().zip(&estimate.sizes) {
        let path = scenario.path.display().to_string();
        lines.push(format!(
            "{} ({}): {} replications ({} x {})",
            scenario.name,
            printable::line(&path),
            size.all(),
            counted(size.variants, "variant"),
            counted(size.replications, "replication"),
        ));
    }
    lines.extend(scenarios.iter().filter_map(|of| rounds(of, estimate)));
    lines.push(tried(estimate));
    lines.push(time(estimate));
    lines.push(match estimate.left {
        Some(left) => files(left),
        None => "  files:  not known: no replication ended within the trial".to_owned(),
    });
    if let Some(memory) = estimate.memory {
        lines.push(format!("  memory: about {}", size(memory)));
    }
    lines.extend(range_explained(estimate));
    let advice = advice(estimate, (args, scenarios), most_memory);
    lines.extend(advice.into_iter().map(|said| format!("  {said}")));
    let mut text = String::new();
    for line in lines {
        writeln!(text, "{line}").expect("a string takes every line");
    }
    text
}

/// What is known of the number of replications where a precision decides it, and the time of the first round.
fn rounds(scenario: &Scenario, estimate: &Estimate) -> Option<String> {
    let precision = scenario.precision.as_ref()?;
    let (first, most) = (precision.first, precision.most);
    let cells = scenario.variants.len() as f64;
    let share = f64::from(first) * cells / estimate.replications() as f64;
    Some(format!(
        "  rounds: `precision` decides how many replications, which is not known ahead: from {first} of each variant, about {} to \
         simulate, to {most}, for which the rest holds",
        seconds(estimate.simulation.total * share)
    ))
}

/// What the trial did.
fn tried(estimate: &Estimate) -> String {
    let (tried, took) = (estimate.tried, seconds(estimate.trial_s));
    let threads = counted(estimate.threads, "thread");
    let of = if estimate.is_whole() { "all " } else { "" };
    let cut = match estimate.cut {
        0 => String::new(),
        cut => format!("; {cut} more took too long and were cut"),
    };
    let replications = counted(tried, "replication");
    format!("  trial:  {of}{replications} in {took} on {threads}{cut}")
}

fn time(estimate: &Estimate) -> String {
    let (simulation, left) = (estimate.simulation, estimate.left);
    let reports = left.map_or(0.0, |left| left.reports_s);
    let total = estimate.seconds();
    let range = match estimate.range() {
        None => String::new(),
        Some((low, high)) => format!(" ({} to {})", seconds(low), seconds(high)),
    };
    let about = match estimate.cut {
        0 => "about",
        _ => "more than",
    };
    let measured = if estimate.is_whole() {
        " (measured)"
    } else {
        ""
    };
    let of_reports = if left.is_some() {
        format!(", {} for reports", seconds(reports))
    } else {
        String::new()
    };
    format!(
        "  time:   {about} {}{range}: {} to load, {} to simulate{measured}{of_reports}",
        seconds(total),
        seconds(estimate.loading_s),
        seconds(simulation.total),
    )
}

fn files(left: Left) -> String {
    format!(
        "  files:  about {}: {} {}, tables {}, charts {}, {} {}",
        size(left.bytes()),
        crate::stored::NAME,
        size(left.results),
        size(left.tables),
        size(left.charts),
        MANIFEST,
        size(left.manifest)
    )
}

/// What the range of the time is, where there is one.
fn range_explained(estimate: &Estimate) -> Option<String> {
    if estimate.is_whole() || estimate.cut > 0 {
        return None;
    }
    Some(match estimate.range() {
        Some(_) => {
            "  The range is two standard errors of the trial, and at least a fifth either way."
                .to_owned()
        }
        None => {
            "  There is no range of the time, since the trial has too few replications to tell their spread.".to_owned()
        }
    })
}

impl Estimate {
    /// Whether the trial was the whole study.
    pub(super) fn is_whole(&self) -> bool {
        self.tried == self.replications()
    }

    /// Replications of all scenarios.
    pub(super) fn replications(&self) -> usize {
        self.sizes.iter().map(Size::all).sum()
    }

    /// Wall time of all, in seconds.
    pub(super) fn seconds(&self) -> f64 {
        let reports = self.left.map_or(0.0, |left| left.reports_s);
        self.loading_s + self.simulation.total + reports
    }

    /// Between what the time is likely to be, in seconds; `None` where that cannot be told, or is for sure.
    fn range(&self) -> Option<(f64, f64)> {
        if self.is_whole() || self.cut > 0 {
            return None;
        }
        let error = self.simulation.variance?.sqrt();
        let total = self.seconds();
        let spread = (2.0 * error).max(LEAST_SPREAD * total);
        // It takes no less than what the trial took of it.
        let least = self.loading_s + self.trial_s;
        Some(((total - spread).max(least.min(total)), total + spread))
    }
}
