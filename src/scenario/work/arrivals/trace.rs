//! `arrivals.trace`: the rows of a log, replayed.

use std::rc::Rc;
use std::sync::Arc;

use super::{Drafted, Within, friendly};
use crate::scenario::data::context::Context;
use crate::scenario::data::files::TraceKey;
use crate::scenario::data::readings::{Reading, of_trace};
use crate::scenario::data::trace::{RawRow, TraceFile, TraceMapping};
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;
use crate::units::SimTime;
use crate::workload::Arrivals;
use crate::workload::labels::Labels;
use crate::workload::trace::{Trace, TraceRow};

/// A trace whose rows have been read.
pub(super) struct TraceDraft(Rc<TraceFile>);

impl Drafted for TraceDraft {
    fn finish(&self, table: &Cursor<'_>, within: &mut Within<'_>) -> Read<Arrivals> {
        let (horizon, environments) = (within.horizon, within.environments);
        within.rows.rows(table, &self.0, horizon, environments)
    }

    fn trace(&self) -> Option<&TraceFile> {
        Some(&self.0)
    }
}

impl TraceDraft {
    pub(super) fn read(
        context: &Context<'_>,
        table: &Cursor<'_>,
        (zone, declared): (&str, Option<&[&str]>),
        mapping: Read<TraceMapping>,
    ) -> Read<Self> {
        let path = context.files.path(table);
        let (path, mapping) = (path?, mapping?);
        // Without a column of environments, variants that declare others see the same trace.
        let declared = declared.filter(|_| mapping.environment.is_some());
        let key = TraceKey {
            path,
            mapping,
            zone: zone.to_owned(),
            declared: declared.map(|names| names.iter().map(|name| (*name).to_owned()).collect()),
        };
        let trace = context.files.trace(table, key)?;
        if trace.rows.is_empty() {
            let complaint = Complaint::new("the trace has no rows")
                .help("it needs at least one row at or after the origin");
            return Err(table.refuse("file", complaint));
        }
        Ok(Self(trace))
    }
}

/// Traces as the model takes them, made once for all variants that see the same.
#[derive(Default)]
pub(in crate::scenario) struct TraceCache {
    known: Vec<Converted>,
}

/// The rows of a file before a horizon, with the environments of a variant.
struct Converted {
    file: Rc<TraceFile>,
    horizon: SimTime,
    environments: Vec<String>,
    trace: Trace,
    reading: Reading,
}

impl TraceCache {
    /// What was read of a trace before a horizon, for a workload of that key.
    pub(in crate::scenario) fn reading(
        &self,
        trace: &TraceFile,
        horizon: SimTime,
        read_for: &str,
    ) -> Option<Rc<Reading>> {
        let is = |known: &&Converted| {
            std::ptr::eq(Rc::as_ptr(&known.file), trace) && known.horizon == horizon
        };
        let known = self.known.iter().find(is)?;
        Some(Rc::new(Reading {
            read_for: read_for.to_owned(),
            ..known.reading.clone()
        }))
    }

    fn rows(
        &mut self,
        table: &Cursor<'_>,
        trace: &Rc<TraceFile>,
        horizon: SimTime,
        environments: &[&str],
    ) -> Read<Arrivals> {
        let known = self.known.iter().find(|known| {
            Rc::ptr_eq(&known.file, trace)
                && known.horizon == horizon
                && known.environments == environments
        });
        if let Some(known) = known {
            return Ok(Arrivals::Trace(known.trace.clone()));
        }
        let kept = trace.rows.partition_point(|row| row.at < horizon);
        if kept == 0 {
            let complaint = Complaint::new(format!(
                "no row comes before the horizon of {}",
                friendly(horizon)
            ))
            .help("move the horizon or the `origin`");
            return Err(table.refuse("file", complaint));
        }
        let rows = &trace.rows[..kept];
        let labels = Labels::new(&trace.texts, rows.iter().map(|row| row.label));
        let rows = convert(rows, environments);
        let converted = Trace::new(rows).with_labels(labels.map(Arc::new));
        self.known.push(Converted {
            file: Rc::clone(trace),
            horizon,
            environments: environments.iter().map(|name| (*name).to_owned()).collect(),
            trace: converted.clone(),
            reading: of_trace(trace, horizon),
        });
        Ok(Arrivals::Trace(converted))
    }
}

fn convert(rows: &[RawRow], environments: &[&str]) -> Arc<[TraceRow]> {
    let position = |name: &str| environments.iter().position(|known| *known == name);
    let convert = |row: &RawRow| TraceRow {
        at: row.at,
        duration: row.duration,
        nodes: row.nodes,
        priority: row.priority,
        estimate: row.estimate,
        environment: row
            .environment
            .as_deref()
            .and_then(position)
            .map(|position| u32::try_from(position).expect("a file has few environments")),
    };
    rows.iter().map(convert).collect()
}
