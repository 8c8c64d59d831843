//! Turns lines into gzip members, with a compressor that is kept from one to the next.

use std::io::{self, BufWriter, Write as _};

use flate2::{Compress, Compression, Crc, FlushCompress, Status};
use serde::Serialize;

/// Little more than half the time of the next level, for two fifths more bytes.
const LEVEL: u32 = 1;
/// What a member begins with: a deflated text without name and date, packed fast, on no particular system.
const HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 4, 255];
/// Bytes of text that are packed in one go, and bytes that come of it.
const BLOCK: usize = 1 << 14;
/// Bytes of text in a block that is not packed, at most.
const PLAIN: usize = u16::MAX as usize;
/// Bytes before the text of such a block: its kind, and its length twice.
const BLOCK_HEAD: usize = 5;

/// A compressor with room for the members of a row: both are made once, and used for one row after the other.
#[derive(Debug)]
pub struct Packer {
    members: Vec<u8>,
    /// Where packed bytes go first: the compressor would clear all the room that a longer one has.
    block: Vec<u8>,
    deflate: Compress,
    sum: Crc,
}

impl Default for Packer {
    fn default() -> Self {
        Self {
            members: Vec::new(),
            block: vec![0; BLOCK],
            deflate: Compress::new(Compression::new(LEVEL), false),
            sum: Crc::new(),
        }
    }
}

impl Packer {
    /// Lets the members of the last row go.
    pub(super) fn begin(&mut self) {
        self.members.clear();
    }

    /// The members since the beginning of the row.
    pub(super) fn members(&self) -> &[u8] {
        &self.members
    }

    /// Adds a line of JSON as a gzip member, which depends on the value alone.
    pub(super) fn line(&mut self, value: &impl Serialize) {
        self.begin_member();
        self.deflate.reset();
        let mut text = BufWriter::with_capacity(BLOCK, &mut *self);
        let json = serde_json::to_writer(&mut text, value).map_err(io::Error::other);
        let written = json.and_then(|()| text.write_all(b"\n"));
        let written = written.and_then(|()| text.flush());
        written.expect("memory takes every byte");
        drop(text);
        self.pack(&[], FlushCompress::Finish);
        self.end_member();
    }

    /// The member of a line that stands alone.
    pub(super) fn only_line(mut self, value: &impl Serialize) -> Vec<u8> {
        self.line(value);
        self.members
    }

    /// Adds a line as a gzip member whose text is as it was: numbers that nobody can foretell would take a quarter of the time of a
    /// study to pack and unpack, for a third of their bytes. It is given piece by piece.
    pub(super) fn plain_line(&mut self, give: impl FnOnce(&mut dyn FnMut(&[u8]))) {
        self.begin_member();
        let mut block = self.begin_block();
        let mut add = |mut text: &[u8]| {
            self.sum.update(text);
            while !text.is_empty() {
                let room = block + PLAIN - self.members.len();
                let (fits, rest) = text.split_at(room.min(text.len()));
                self.members.extend_from_slice(fits);
                text = rest;
                if self.members.len() == block + PLAIN {
                    self.end_block(block, 0);
                    block = self.begin_block();
                }
            }
        };
        give(&mut add);
        add(b"\n");
        self.end_block(block, 1);
        self.end_member();
    }

    /// Begins a block of text that is not packed; where its text begins.
    fn begin_block(&mut self) -> usize {
        self.members.extend_from_slice(&[0; BLOCK_HEAD]);
        self.members.len()
    }

    /// Writes the head of a block: whether it is the last, and the length of its text, which stands there twice.
    fn end_block(&mut self, block: usize, is_last: u8) {
        let length = u16::try_from(self.members.len() - block).expect("no block is longer");
        let [low, high] = length.to_le_bytes();
        let head = &mut self.members[block - BLOCK_HEAD..block];
        head.copy_from_slice(&[is_last, low, high, !low, !high]);
    }

    fn begin_member(&mut self) {
        self.members.extend_from_slice(&HEAD);
        self.sum.reset();
    }

    fn end_member(&mut self) {
        let (sum, length) = (self.sum.sum(), self.sum.amount());
        self.members.extend_from_slice(&sum.to_le_bytes());
        self.members.extend_from_slice(&length.to_le_bytes());
    }

    /// Packs some text, and with the last all that is not packed yet.
    fn pack(&mut self, mut text: &[u8], flush: FlushCompress) {
        loop {
            let before = (self.deflate.total_in(), self.deflate.total_out());
            let packed = self.deflate.compress(text, &mut self.block, flush);
            let status = packed.expect("a compressor takes every text");
            let length = |bytes: u64| usize::try_from(bytes).expect("it is in memory");
            text = &text[length(self.deflate.total_in() - before.0)..];
            let made = length(self.deflate.total_out() - before.1);
            self.members.extend_from_slice(&self.block[..made]);
            let is_done = match flush {
                FlushCompress::Finish => status == Status::StreamEnd,
                _ => text.is_empty(),
            };
            if is_done {
                return;
            }
        }
    }
}

impl io::Write for Packer {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.sum.update(text);
        self.pack(text, FlushCompress::None);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
