//! The columns of a trace: which there are, and what a row says in them.

use std::cell::RefCell;
use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::cells;
use super::stamp_kind::{StampKind, Unit};
use super::stamps::stamp;
use super::table::{Column, Row, Table, keep};
use super::trace::{Length, RawRow, TraceMapping};
use crate::error::Problem;
use crate::scenario::document::near::suggestion;
use crate::scenario::document::tree::quoted;
use crate::scenario::document::values::check_name;
use crate::units::{SimDuration, SimTime};
use crate::workload::labels::{LABELS, Label};

/// What is known of a trace before its rows are read.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) zone: &'a TimeZone,
    /// The environments there are, where that is known.
    pub(super) declared: Option<&'a [String]>,
    /// What the stamps are, where that is said.
    pub(super) stamps: Option<StampKind>,
}

/// A good row whose stamp is not yet a simulated time.
pub(super) struct Stamped {
    pub(super) kind: StampKind,
    pub(super) stamp: i64,
    /// Byte of the file on which the row starts.
    pub(super) from: usize,
    pub(super) row: RawRow,
}

/// The columns that say how long something takes.
enum LengthColumns {
    Numbers(Column, Unit),
    Tokens {
        context: Column,
        generated: Column,
        /// Of a token read, and of one written.
        times: (SimDuration, SimDuration),
    },
}

impl LengthColumns {
    fn read(&self, row: &Row) -> Result<SimDuration, Box<Problem>> {
        match self {
            Self::Numbers(column, unit) => {
                row.read_number(column, |text| cells::duration(text, *unit))
            }
            Self::Tokens {
                context,
                generated,
                times,
            } => {
                let read = row.read_number(context, cells::quantity)?;
                let written = row.read_number(generated, cells::quantity)?;
                let (each_read, each_written) = (times.0.as_secs_f64(), times.1.as_secs_f64());
                Ok(SimDuration::from_secs_rounded(
                    read * each_read + written * each_written,
                ))
            }
        }
    }
}

/// The mapped columns, found in the header.
pub(super) struct TraceColumns {
    pub(super) submitted: Column,
    duration: LengthColumns,
    nodes: Option<Column>,
    gpus: Option<Column>,
    gpus_per_node: u32,
    priority: Option<Column>,
    estimate: Option<(Column, Unit)>,
    environment: Option<Column>,
    labels: [Option<Column>; LABELS.len()],
    /// What they say, of the rows read so far.
    texts: [RefCell<Texts>; LABELS.len()],
}

/// The texts of a column of labels, each once.
#[derive(Default)]
struct Texts {
    all: Vec<String>,
    /// The position of each, from 1.
    places: BTreeMap<String, u32>,
}

impl Texts {
    /// The position of a text, from 1; 0 where there is none.
    fn place(&mut self, text: &str) -> u32 {
        if text.is_empty() {
            return 0;
        }
        if let Some(place) = self.places.get(text) {
            return *place;
        }
        self.all.push(text.to_owned());
        let place = u32::try_from(self.all.len()).expect("a file has fewer than 2^32 rows");
        self.places.insert(text.to_owned(), place);
        place
    }
}

impl TraceColumns {
    pub(super) fn find(table: &Table, mapping: &TraceMapping) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut required = |name: &str| keep(table.column(name), &mut problems);
        let submitted = required(&mapping.submitted);
        let duration = match &mapping.duration {
            Length::Column(name, unit) => {
                required(name).map(|column| LengthColumns::Numbers(column, *unit))
            }
            Length::Tokens {
                context,
                generated,
                per_context,
                per_generated,
            } => {
                let (context, generated) = (required(context), required(generated));
                context
                    .zip(generated)
                    .map(|(context, generated)| LengthColumns::Tokens {
                        context,
                        generated,
                        times: (*per_context, *per_generated),
                    })
            }
        };
        let mut optional = |name: &Option<String>| name.as_deref().and_then(&mut required);
        let nodes = optional(&mapping.nodes);
        let gpus = optional(&mapping.gpus);
        let priority = optional(&mapping.priority);
        let estimate = mapping.estimate.as_ref();
        let estimate =
            estimate.and_then(|(name, unit)| Some((optional(&Some(name.clone()))?, *unit)));
        let environment = optional(&mapping.environment);
        let labels = mapping.labels.each_ref().map(&mut optional);
        let gpus_per_node = mapping.gpus_per_node.unwrap_or(1).max(1);
        match (submitted, duration) {
            (Some(submitted), Some(duration)) if problems.is_empty() => Ok(Self {
                submitted,
                duration,
                nodes,
                gpus,
                gpus_per_node,
                priority,
                estimate,
                environment,
                labels,
                texts: Default::default(),
            }),
            _ => Err(problems),
        }
    }

    /// Checks one row; its time stays a stamp until the origin is known.
    pub(super) fn read(&self, row: &Row, known: &Known<'_>) -> Result<Stamped, Box<Problem>> {
        let (kind, stamp) = row.read_number(&self.submitted, |text| {
            stamp(text, known.zone, known.stamps)
        })?;
        let read = RawRow {
            at: SimTime::ZERO,
            duration: self.duration.read(row)?,
            nodes: self.read_nodes(row)?,
            priority: self
                .priority
                .as_ref()
                .map(|column| row.read_number(column, cells::priority))
                .transpose()?,
            estimate: self.read_estimate(row)?,
            environment: self.read_environment(row, known.declared)?,
            label: self.read_label(row)?,
            line: row.line,
        };
        Ok(Stamped {
            kind,
            stamp,
            from: row.from,
            row: read,
        })
    }

    fn read_nodes(&self, row: &Row) -> Result<Option<u32>, Box<Problem>> {
        if let Some(column) = &self.nodes {
            return row.read_number(column, cells::count).map(Some);
        }
        let gpus = self
            .gpus
            .as_ref()
            .map(|column| row.read_number(column, cells::count))
            .transpose()?;
        Ok(gpus.map(|gpus| gpus.div_ceil(self.gpus_per_node)))
    }

    /// An empty cell says nothing.
    fn read_estimate(&self, row: &Row) -> Result<Option<SimDuration>, Box<Problem>> {
        let Some((column, unit)) = &self.estimate else {
            return Ok(None);
        };
        row.read_number(column, |text| match text {
            "" => Ok(None),
            text => cells::duration(text, *unit).map(Some),
        })
    }

    /// The texts of each column of labels, as rows count them.
    pub(super) fn texts(self) -> [Vec<String>; LABELS.len()] {
        self.texts.map(|texts| texts.into_inner().all)
    }

    fn read_label(&self, row: &Row) -> Result<Label, Box<Problem>> {
        let mut label = Label::default();
        for ((place, column), texts) in label.iter_mut().zip(&self.labels).zip(&self.texts) {
            if let Some(column) = column {
                *place = row.read(column, |text| Ok(texts.borrow_mut().place(text)))?;
            }
        }
        Ok(label)
    }

    fn read_environment(
        &self,
        row: &Row,
        declared: Option<&[String]>,
    ) -> Result<Option<String>, Box<Problem>> {
        let Some(column) = &self.environment else {
            return Ok(None);
        };
        let name = row.read(column, |text| Ok(text.to_owned()))?;
        if name.is_empty() {
            return Ok(None);
        }
        match declared {
            Some(declared) if !declared.contains(&name) => {
                let mut help = suggestion(&name, declared, "declared");
                if check_name(&name).is_ok() {
                    help = format!("{help}; add `[environment.{}]` if it is one", quoted(&name));
                }
                let message = format!("there is no environment `{name}`");
                Err(Box::new(Problem {
                    help: Some(help),
                    ..row.problem(column, message)
                }))
            }
            _ => Ok(Some(name)),
        }
    }
}
