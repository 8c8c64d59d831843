//! The life of one run in plain sentences: what happened when, what each part of its wait was for, and a chart in one line.

mod chart;

use std::fmt::Write as _;

use super::wrapping::wrapped;
use crate::results::{LeaseRecord, RunRecord, RunStatus, WaitParts};
use crate::units::{SimDuration, SimTime};

/// Nodes that are told of one by one.
const TOLD_NODES: usize = 4;

/// A run with what is needed to tell of it.
#[derive(Clone, Copy)]
pub struct Life<'a> {
    /// What was recorded of it.
    pub run: &'a RunRecord,
    /// Every lease of its replication.
    pub leases: &'a [LeaseRecord],
    /// Name of its target.
    pub target: &'a str,
    /// What the wall clock reads at a time.
    pub wall_clock: &'a dyn Fn(SimTime) -> String,
}

impl Life<'_> {
    /// The sentences, the parts of the wait, and the chart, for a terminal of `width` columns.
    pub fn text(&self, width: usize) -> String {
        let mut text = String::new();
        for sentence in self.sentences() {
            text.push_str(&wrapped(&sentence, width));
            text.push('\n');
        }
        if let Some(parts) = self.run.wait_parts() {
            text.push('\n');
            text.push_str(&causes(parts));
        }
        if let Some(chart) = chart::of(self.run, width) {
            text.push('\n');
            text.push_str(&chart);
        }
        text
    }

    /// What happened, in order of time.
    fn sentences(&self) -> Vec<String> {
        let run = self.run;
        let nodes = counted(run.nodes.into(), "node");
        let mut all = vec![format!(
            "{}: submitted to `{}`; it asks for {nodes}.",
            self.clock(run.submitted),
            self.target
        )];
        if let Some(queued) = run.queued {
            let image = queued.since(run.submitted);
            all.push(if image.is_zero() {
                format!("{}: joined the queue at once.", self.clock(queued))
            } else {
                let image = image.to_friendly();
                format!(
                    "{}: joined the queue after {image}, in which its image was built.",
                    self.clock(queued)
                )
            });
        }
        if let Some(assigned) = run.assigned {
            all.push(self.assignment(assigned));
        }
        all.extend(run.started.map(|started| self.start(started)));
        all.extend(self.interruptions());
        all.push(self.end());
        all
    }

    /// With the nodes of the last attempt where that is the only one.
    fn assignment(&self, assigned: SimTime) -> String {
        let run = self.run;
        let mut text = format!("{}: its nodes were assigned", self.clock(assigned));
        let is_only = run.losses == 0 && run.deallocations == 0;
        if !is_only || run.nodes_held.is_empty() {
            return text + ".";
        }
        let told: Vec<(u64, String)> = (run.nodes_held.iter().take(TOLD_NODES))
            .map(|id| (*id, self.origin(*id)))
            .collect();
        let alike: Vec<String> = told.chunk_by(|a, b| a.1 == b.1).map(nodes).collect();
        write!(text, ": {}", alike.join("; ")).expect("memory takes every byte");
        let more = run.nodes_held.len().saturating_sub(TOLD_NODES);
        if more > 0 {
            write!(text, "; and {more} more").expect("memory takes every byte");
        }
        text + "."
    }

    /// Where a node comes from: before the run was there, or provisioned since; empty where nothing is known.
    fn origin(&self, id: u64) -> String {
        let of_target = |lease: &&LeaseRecord| lease.target == self.run.target && lease.node == id;
        let Some(lease) = self.leases.iter().find(of_target) else {
            return String::new();
        };
        let requested = self.clock(lease.requested);
        if lease.requested < self.run.submitted {
            format!(", requested before the run was submitted, {requested}")
        } else {
            let allocation = lease.billed_from.since(lease.requested).to_friendly();
            format!(", requested {requested} and allocated after {allocation}")
        }
    }

    fn start(&self, started: SimTime) -> String {
        let wait = started.since(self.run.submitted).to_friendly();
        let setup = self.run.node_setup;
        let setup = if setup.is_zero() {
            String::new()
        } else {
            format!("after {} of node setup, ", setup.to_friendly())
        };
        format!(
            "{}: {setup}it began to run; its wait was {wait}.",
            self.clock(started)
        )
    }

    fn interruptions(&self) -> Vec<String> {
        let run = self.run;
        let told = |count: u32, what: &str, lost: SimDuration| {
            let times = counted(count.into(), "time");
            let lost = lost.to_friendly();
            (count > 0).then(|| format!("It {what} {times}, and {lost} of running time were lost."))
        };
        let lost = told(run.losses, "lost a node", run.lost);
        let taken = told(
            run.deallocations,
            "had its nodes taken away",
            run.deallocated,
        );
        lost.into_iter().chain(taken).collect()
    }

    fn end(&self) -> String {
        let run = self.run;
        let Some(ended) = run.ended else {
            return "It had not ended when the simulation was over.".to_owned();
        };
        let how = match (run.status, run.started) {
            (RunStatus::Completed | RunStatus::Unfinished, _) => "completed",
            (RunStatus::Failed, None) if run.assigned.is_none() => {
                "failed before it had nodes: it asks for more than there can be, or its target was given up"
            }
            (RunStatus::Failed, _) => "failed, since its nodes were lost or taken away",
            (RunStatus::Canceled, _) => "was stopped by a maximum duration or a schedule",
        };
        let after = match run.started {
            Some(started) => format!(
                ", {} after it began to run",
                ended.since(started).to_friendly()
            ),
            None => String::new(),
        };
        format!("{}: it {how}{after}.", self.clock(ended))
    }

    /// The wall clock, with the time since the begin of the simulation.
    fn clock(&self, at: SimTime) -> String {
        let since = at.since(SimTime::ZERO).to_friendly();
        format!("{} (t = {since})", (self.wall_clock)(at))
    }
}

/// Nodes of the same origin: `nodes 12, 13 and 14, requested ...`.
fn nodes(alike: &[(u64, String)]) -> String {
    let ids: Vec<String> = alike.iter().map(|(id, _)| id.to_string()).collect();
    let origin = alike.first().map_or("", |(_, origin)| origin.as_str());
    match ids.split_last() {
        Some((last, others)) if !others.is_empty() => {
            format!("nodes {} and {last}{origin}", others.join(", "))
        }
        _ => format!("node {}{origin}", ids.concat()),
    }
}

/// The parts of a wait, in seconds; they add up to it.
fn causes(parts: WaitParts) -> String {
    let wait = parts.total();
    let mut text = String::new();
    let seconds = |length: SimDuration| format!("{length}");
    let width = seconds(wait).len();
    for (cause, length) in parts.by_cause() {
        let share = if wait.is_zero() {
            0.0
        } else {
            100.0 * length.0 as f64 / wait.0 as f64
        };
        let length = seconds(length);
        writeln!(text, "  {cause:13}{length:>width$} s  {share:5.1} %")
            .expect("memory takes every byte");
    }
    let wait = seconds(wait);
    writeln!(text, "  {:13}{wait} s", "wait").expect("memory takes every byte");
    text
}

fn counted(count: u64, thing: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {thing}{plural}")
}
