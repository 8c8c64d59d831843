//! Reads stored results, member by member.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, PoisonError};

use flate2::bufread::GzDecoder;
use memchr::memmem;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{End, FORMAT, Fault, Header, Inputs, Row, VERSION};
use crate::results::stored_records::Stored;
use crate::results::{Each, LeaseRecord, RecordSource, Recorded, RunRecord};
use crate::study_results::{Known, Replication, StudyResults};

/// What every gzip member begins with.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// Lines of a row that has runs and leases, after the first.
const LINES_OF_RECORDS: usize = 2;

/// Where a row lies in a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// Its first byte.
    pub from: u64,
    /// The byte after its last.
    pub to: u64,
}

impl Span {
    /// Its bytes in a file.
    pub fn read(self, file: &mut (impl Read + Seek)) -> io::Result<Vec<u8>> {
        let length = usize::try_from(self.to - self.from).map_err(io::Error::other)?;
        file.seek(SeekFrom::Start(self.from))?;
        let mut bytes = vec![0; length];
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

/// Reads rows one by one.
pub struct Reader<R> {
    /// What the results were made of.
    pub inputs: Inputs,
    /// The study, without replications.
    pub study: StudyResults,
    from: Counted<R>,
}

/// What any version of the header says of itself.
#[derive(Deserialize)]
struct Kind {
    format: String,
    format_version: u32,
}

impl<R: BufRead> Reader<R> {
    /// Reads the header.
    pub fn open(from: R) -> Result<Self, Fault> {
        let mut from = Counted { from, at: 0 };
        if !from.fill_buf().map_err(Fault::Io)?.starts_with(&GZIP) {
            return Err(Fault::Foreign);
        }
        let header = text(&mut from).map_err(|error| fault(error, 0))?;
        let kind: Kind = serde_json::from_slice(&header).map_err(|_| Fault::Foreign)?;
        if kind.format != FORMAT {
            return Err(Fault::Foreign);
        }
        if kind.format_version != VERSION {
            return Err(Fault::Version(kind.format_version));
        }
        let header: Header = serde_json::from_slice(&header).map_err(|_| Fault::Torn(0))?;
        let mut study = header.study;
        let count = study.variants.len();
        for variant in &mut study.variants {
            variant.known = Known::of_variants(count);
        }
        Ok(Self {
            inputs: header.inputs,
            study,
            from,
        })
    }

    /// Where the next row begins.
    pub fn at(&self) -> u64 {
        self.from.at
    }

    /// The next row: its position among all by variant and replication, and what it says but for its runs and leases. `None` after
    /// the last.
    pub fn next_row(&mut self) -> Result<Option<(usize, Replication)>, Fault> {
        let at = self.at();
        if self.from.fill_buf().map_err(Fault::Io)?.is_empty() {
            return Ok(None);
        }
        let row: Row = member(&mut self.from, at)?;
        if self.inputs.runs {
            for _ in 0..LINES_OF_RECORDS {
                skip(&mut self.from).map_err(|error| fault(error, at))?;
            }
        }
        let replications = self.inputs.replications;
        if row.variant >= self.study.variants.len() || row.replication >= replications {
            let what = format!(
                "it has replication {} of variant {}, and there are {replications} of {}",
                row.replication,
                row.variant,
                self.study.variants.len()
            );
            return Err(Fault::Rows(what));
        }
        let position = row.variant * replications as usize + row.replication as usize;
        Ok(Some((position, row.into())))
    }
}

/// Where the rows of a part lie that has as many as it should: their positions among all, with their bytes.
pub fn part(mut reader: Reader<impl BufRead>, rows: usize) -> Result<Vec<(usize, Span)>, Fault> {
    let mut found = Vec::with_capacity(rows);
    for _ in 0..rows {
        let from = reader.at();
        let row = reader.next_row()?;
        let (position, _) = row.ok_or(Fault::Torn(from))?;
        let to = reader.at();
        found.push((position, Span { from, to }));
    }
    let at = reader.at();
    let end: End = member(&mut reader.from, at)?;
    let is_last = reader.from.fill_buf().map_err(Fault::Io)?.is_empty();
    if is_last && end.rows_of_part == rows {
        Ok(found)
    } else {
        Err(Fault::Torn(at))
    }
}

/// A whole study, which may have no replication missing. Its runs and leases stay in the file.
pub fn study<F>(mut file: F) -> Result<(Inputs, StudyResults), Fault>
where
    F: Read + Seek + Send + 'static,
{
    let mut reader = Reader::open(BufReader::new(&mut file))?;
    let replications = reader.inputs.replications as usize;
    let mut spans = Vec::new();
    loop {
        let from = reader.at();
        let Some((position, left)) = reader.next_row()? else {
            break;
        };
        if position != spans.len() {
            let what = "its replications are not in order, or some are missing";
            return Err(Fault::Rows(what.to_owned()));
        }
        let to = reader.at();
        spans.push(Span { from, to });
        let variant = &mut reader.study.variants[position / replications];
        variant.add(left.result, left.coverage, left.periods);
    }
    if spans.len() < reader.study.variants.len() * replications {
        return Err(Fault::Torn(reader.at()));
    }
    let Reader {
        inputs, mut study, ..
    } = reader;
    if inputs.runs {
        study.recorded = Recorded::elsewhere(Arc::new(InFile {
            file: Mutex::new(file),
            spans,
            replications,
        }));
    }
    Ok((inputs, study))
}

/// The rows of a whole study in their file.
struct InFile<F> {
    file: Mutex<F>,
    spans: Vec<Span>,
    replications: usize,
}

impl<F: Read + Seek> InFile<F> {
    fn row(&self, (variant, replication): (usize, usize)) -> io::Result<Vec<u8>> {
        let span = self.spans[variant * self.replications + replication];
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        span.read(&mut *file)
    }
}

impl<F: Read + Seek + Send> RecordSource for InFile<F> {
    fn runs(&self, place: (usize, usize), each: Each<'_, RunRecord>) -> io::Result<()> {
        each_run(&self.row(place)?, each)
    }

    fn leases(&self, place: (usize, usize), each: Each<'_, LeaseRecord>) -> io::Result<()> {
        each_lease(&self.row(place)?, each)
    }
}

/// Gives the runs in the bytes of a row.
pub fn each_run(row: &[u8], each: Each<'_, RunRecord>) -> io::Result<()> {
    // Its statistics and its leases stand before them.
    each_record(row, 2, each)
}

/// Gives the leases in the bytes of a row.
pub fn each_lease(row: &[u8], each: Each<'_, LeaseRecord>) -> io::Result<()> {
    each_record(row, 1, each)
}

/// Gives the records in the line of a row that some others stand before.
fn each_record<R: Stored>(mut row: &[u8], before: usize, each: Each<'_, R>) -> io::Result<()> {
    for _ in 0..before {
        skip(&mut row)?;
    }
    let text = text(&mut row)?;
    let torn = || io::Error::other(Fault::Torn(0));
    let lists = format!("\"{}\":", R::NAME);
    let begin = memmem::find(&text, lists.as_bytes()).ok_or_else(torn)?;
    let mut lists = &text[begin + lists.len()..];
    let read = R::take(&mut lists, each)?;
    let is_whole = read.is_some() && lists == b"}\n";
    is_whole.then_some(()).ok_or_else(torn)
}

/// What the row says that is in these bytes alone, but for its runs and leases.
pub fn row(member_bytes: &[u8]) -> Result<Replication, Fault> {
    member(member_bytes, 0).map(|row: Row| row.into())
}

/// The member that begins at a byte.
fn member<T: DeserializeOwned>(from: impl BufRead, at: u64) -> Result<T, Fault> {
    let text = text(from).map_err(|error| fault(error, at))?;
    serde_json::from_slice(&text).map_err(|_| Fault::Torn(at))
}

/// The text of the next member.
fn text(from: impl BufRead) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    GzDecoder::new(from).read_to_end(&mut text)?;
    Ok(text)
}

/// Leaves the next member out, if it is whole.
fn skip(from: impl BufRead) -> io::Result<()> {
    io::copy(&mut GzDecoder::new(from), &mut io::sink()).map(drop)
}

/// Whether the bytes are wrong, or cannot be had.
fn fault(error: io::Error, at: u64) -> Fault {
    match error.kind() {
        ErrorKind::UnexpectedEof | ErrorKind::InvalidData | ErrorKind::InvalidInput => {
            Fault::Torn(at)
        }
        _ => Fault::Io(error),
    }
}

/// Knows how much was taken.
struct Counted<R> {
    from: R,
    at: u64,
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let mut bytes = self.fill_buf()?;
        let count = bytes.read(to)?;
        self.consume(count);
        Ok(count)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.from.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        self.at += count as u64;
        self.from.consume(count);
    }
}
