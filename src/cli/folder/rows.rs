//! The rows of a study or a search while it goes on: one file, to which each replication is appended when it is done, in any order. It is
//! kept where a study is interrupted, and goes away when its results are in place.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use super::cannot_write_file;
use super::entries::Entry;
use crate::error::Error;
use crate::results::{Each, LeaseRecord, RecordSource, RunRecord};
use crate::stored::{self, Fault, Inputs, Packer, Reader, Span};
use crate::study_results::{Replication, StudyResults};

/// Bytes that are copied in one go.
const BLOCK: usize = 1 << 16;

/// The replications that a shard has among all: every `of`-th, so that each has some of every variant.
#[derive(Clone, Copy, Debug)]
pub(in crate::cli) struct Share {
    /// The first.
    pub(in crate::cli) index: usize,
    /// How many shards there are.
    pub(in crate::cli) of: usize,
}

impl Share {
    /// Everything.
    const WHOLE: Self = Self { index: 0, of: 1 };

    /// Whether it has the replication at a position among all.
    pub(in crate::cli) fn has(self, position: usize) -> bool {
        position % self.of == self.index
    }
}

/// The rows, shared by the threads that simulate.
#[derive(Debug)]
pub(in crate::cli) struct Rows {
    path: PathBuf,
    /// The first member of the file of results.
    header: Vec<u8>,
    /// The same where the number of replications was not known ahead.
    settled: OnceLock<Vec<u8>>,
    /// Replications of each variant that there are at most.
    replications: usize,
    /// Whether rows have runs and leases.
    records: bool,
    share: Share,
    held: Mutex<Held>,
    /// Compressors that no thread uses now.
    packers: Mutex<Vec<Packer>>,
}

/// The file and what is where in it.
#[derive(Debug)]
struct Held {
    file: File,
    /// By variant, then by replication up to the last that is there; empty where there is none yet. A search has room for many more
    /// replications than it simulates.
    spans: Vec<Vec<Span>>,
    /// Replications of each variant that are wanted: the first ones.
    wanted: usize,
    /// The end of the last whole row.
    end: u64,
    /// Whether nothing may be written any more.
    is_closed: bool,
    /// Why a row could not be written.
    failure: Option<io::Error>,
}

impl Rows {
    /// Begins a new file.
    pub(super) fn create(path: &Path, inputs: &Inputs, study: &StudyResults) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true);
        let file = options.create(true).truncate(true).open(path)?;
        Self::begin(path, file, (inputs, study), Share::WHOLE)
    }

    /// Begins with a new file, for a part of a study.
    pub(in crate::cli) fn begin(
        path: &Path,
        file: File,
        of: (&Inputs, &StudyResults),
        share: Share,
    ) -> io::Result<Self> {
        let rows = Self::new(path, of, (file, share));
        rows.hold().append(&rows.header)?;
        Ok(rows)
    }

    /// Goes on with a file of a study that was interrupted, after its last whole row. The error says why that cannot be.
    pub(super) fn resume(
        path: &Path,
        inputs: &Inputs,
        study: &StudyResults,
    ) -> Result<Self, NoResume> {
        let file = OpenOptions::new().read(true).write(true).open(path);
        let file = file.map_err(|error| NoResume::Unreadable(Fault::Io(error)))?;
        let rows = Self::new(path, (inputs, study), (file, Share::WHOLE));
        rows.hold().find(inputs)?;
        Ok(rows)
    }

    fn new(
        path: &Path,
        (inputs, study): (&Inputs, &StudyResults),
        (file, share): (File, Share),
    ) -> Self {
        let replications = inputs.replications as usize;
        Self {
            path: path.to_owned(),
            header: stored::header(inputs, study),
            settled: OnceLock::new(),
            replications,
            records: inputs.runs,
            share,
            held: Mutex::new(Held {
                file,
                spans: vec![Vec::new(); study.variants.len()],
                wanted: replications,
                end: 0,
                is_closed: false,
                failure: None,
            }),
            packers: Mutex::default(),
        }
    }

    fn hold(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a replication is one of these.
    pub(in crate::cli) fn wants(&self, variant: usize, number: u32) -> bool {
        self.share
            .has(variant * self.replications + number as usize)
    }

    /// The variant and the number of the replication at a position among all.
    fn place(&self, position: usize) -> (usize, usize) {
        (position / self.replications, position % self.replications)
    }

    /// Appends the bytes of a row from elsewhere, of the replication at a position among all.
    pub(in crate::cli) fn adopt(&self, position: usize, row: &[u8]) {
        self.hold().add(self.place(position), row);
    }

    /// Ends a part, which is then whole on the disk.
    pub(in crate::cli) fn end_part(&self) -> io::Result<()> {
        let end = stored::end_of_part(self.count());
        let mut held = self.hold();
        held.append(&end)?;
        held.file.sync_all()
    }

    /// Appends what a replication left. What goes wrong shows in [`Self::written`].
    pub(in crate::cli) fn append(&self, variant: usize, number: u32, left: &Replication) {
        let free = || self.packers.lock().unwrap_or_else(PoisonError::into_inner);
        let mut packer = free().pop().unwrap_or_default();
        let row = packer.row((variant, number), left, self.records);
        self.hold().add((variant, number as usize), row);
        free().push(packer);
    }

    /// What a replication left that was done before, without its runs and leases.
    pub(in crate::cli) fn known(&self, variant: usize, number: u32) -> Option<Replication> {
        let mut held = self.hold();
        let span = held.span((variant, number as usize));
        let bytes = held.read(span).ok()??;
        drop(held);
        stored::row(&bytes).ok()
    }

    /// How many replications are there.
    pub(in crate::cli) fn count(&self) -> usize {
        let held = self.hold();
        let spans = held.spans.iter().flatten();
        spans.filter(|span| span.to > 0).count()
    }

    /// How many there will be.
    pub(in crate::cli) fn all(&self) -> usize {
        self.positions().count()
    }

    /// The positions of the replications that are wanted.
    fn positions(&self) -> impl Iterator<Item = usize> + use<> {
        let (wanted, all) = {
            let held = self.hold();
            (held.wanted, held.spans.len() * self.replications)
        };
        let (replications, share) = (self.replications, self.share);
        (0..all).filter(move |at| share.has(*at) && at % replications < wanted)
    }

    /// Sets the number of replications of each variant that there is room for. An interrupted study keeps its own number where that is larger.
    pub(in crate::cli) fn want(&self, replications: u32) {
        let mut held = self.hold();
        let of_variants = held.spans.iter();
        let last = of_variants.filter_map(|own| own.iter().rposition(|span| span.to > 0));
        let known = last.max().map_or(0, |last| last + 1);
        held.wanted = known.max(replications as usize);
    }

    /// The study has as many replications as are wanted: these are its inputs.
    pub(in crate::cli) fn settle(&self, inputs: &Inputs, study: &StudyResults) {
        self.hold().wanted = inputs.replications as usize;
        self.settled.get_or_init(|| stored::header(inputs, study));
    }

    /// Whether a row could not be written.
    pub(in crate::cli) fn has_failed(&self) -> bool {
        self.hold().failure.is_some()
    }

    /// Why a row could not be written, told once.
    pub(in crate::cli) fn failure(&self) -> Option<io::Error> {
        self.hold().failure.take()
    }

    /// The error if a row could not be written.
    pub(in crate::cli) fn written(&self) -> Result<(), Error> {
        match self.failure() {
            Some(source) => Err(cannot_write_file(&self.path, source)),
            None => Ok(()),
        }
    }

    /// Writes nothing any more, whatever is still simulated.
    pub(in crate::cli) fn close(&self) {
        self.hold().is_closed = true;
    }

    /// Whether the file is there: it goes away when results are in place.
    pub(in crate::cli) fn are_kept(&self) -> bool {
        Entry::is_file(&self.path)
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the file of results: the header, then all rows in order.
    pub(in crate::cli) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(self.settled.get().unwrap_or(&self.header))?;
        for position in self.positions() {
            out.write_all(&self.row(self.place(position))?)?;
        }
        Ok(())
    }

    /// The bytes of the row of a replication of a variant.
    fn row(&self, place: (usize, usize)) -> io::Result<Vec<u8>> {
        let mut held = self.hold();
        let span = held.span(place);
        let row = held.read(span)?;
        row.ok_or_else(|| io::Error::other("a replication is missing"))
    }
}

impl RecordSource for Rows {
    fn runs(&self, place: (usize, usize), each: Each<'_, RunRecord>) -> io::Result<()> {
        stored::each_run(&self.row(place)?, each)
    }

    fn leases(&self, place: (usize, usize), each: Each<'_, LeaseRecord>) -> io::Result<()> {
        stored::each_lease(&self.row(place)?, each)
    }
}

/// Why a study cannot go on.
pub(super) enum NoResume {
    /// Its inputs were others: these.
    Others(Box<Inputs>),
    /// It cannot be read.
    Unreadable(Fault),
}

impl From<Fault> for NoResume {
    fn from(fault: Fault) -> Self {
        Self::Unreadable(fault)
    }
}

impl From<io::Error> for NoResume {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(Fault::Io(error))
    }
}

impl Held {
    /// Adds the row of a replication of a variant; the failure is kept.
    fn add(&mut self, place: (usize, usize), row: &[u8]) {
        match self.append(row) {
            Ok(span) => self.note(place, span),
            Err(error) => self.failure = Some(error),
        }
    }

    /// Notes where the row of a replication of a variant is.
    fn note(&mut self, (variant, number): (usize, usize), span: Span) {
        let own = &mut self.spans[variant];
        if own.len() <= number {
            own.resize(number + 1, Span::default());
        }
        own[number] = span;
    }

    /// Where the row of a replication of a variant is.
    fn span(&self, (variant, number): (usize, usize)) -> Span {
        let span = self.spans[variant].get(number);
        span.copied().unwrap_or_default()
    }

    /// Appends a member; one that is torn is written over by the next.
    fn append(&mut self, member: &[u8]) -> io::Result<Span> {
        if self.is_closed {
            return Ok(Span::default());
        }
        let span = Span {
            from: self.end,
            to: self.end + member.len() as u64,
        };
        self.file.seek(SeekFrom::Start(span.from))?;
        self.file.write_all(member)?;
        self.end = span.to;
        Ok(span)
    }

    /// The bytes of a row; `None` where there is none.
    fn read(&mut self, span: Span) -> io::Result<Option<Vec<u8>>> {
        if span.to == 0 {
            return Ok(None);
        }
        span.read(&mut self.file).map(Some)
    }

    /// Finds the rows of a study that was interrupted, and cuts off a torn one.
    fn find(&mut self, inputs: &Inputs) -> Result<(), NoResume> {
        let file = BufReader::with_capacity(BLOCK, self.file.try_clone()?);
        let mut reader = Reader::open(file)?;
        if !inputs.differences(&reader.inputs).is_empty() {
            return Err(NoResume::Others(Box::new(reader.inputs)));
        }
        // A file of complete results has room for no more than they are.
        let theirs = reader.inputs.replications as usize;
        loop {
            let from = reader.at();
            match reader.next_row() {
                Ok(Some((position, _))) => {
                    let to = reader.at();
                    self.note((position / theirs, position % theirs), Span { from, to });
                }
                Ok(None) | Err(Fault::Torn(_)) => {
                    self.end = from;
                    return Ok(self.file.set_len(from)?);
                }
                Err(fault) => return Err(fault.into()),
            }
        }
    }
}
