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

/// A compressor with room for a member: both are made once, and used for one line after the other.
#[derive(Debug)]
pub struct Packer {
    member: Vec<u8>,
    /// Where packed bytes go first: the compressor would clear all the room that a longer one has.
    block: Vec<u8>,
    deflate: Compress,
    sum: Crc,
}

impl Default for Packer {
    fn default() -> Self {
        Self {
            member: Vec::new(),
            block: vec![0; BLOCK],
            deflate: Compress::new(Compression::new(LEVEL), false),
            sum: Crc::new(),
        }
    }
}

impl Packer {
    /// A line of JSON as a gzip member, which depends on the value alone.
    pub(super) fn line(&mut self, value: &impl Serialize) -> &[u8] {
        self.member.clear();
        self.member.extend_from_slice(&HEAD);
        self.deflate.reset();
        self.sum.reset();
        let mut text = BufWriter::with_capacity(BLOCK, &mut *self);
        let json = serde_json::to_writer(&mut text, value).map_err(io::Error::other);
        let written = json.and_then(|()| text.write_all(b"\n"));
        let written = written.and_then(|()| text.flush());
        written.expect("memory takes every byte");
        drop(text);
        self.pack(&[], FlushCompress::Finish);
        self.member.extend_from_slice(&self.sum.sum().to_le_bytes());
        self.member
            .extend_from_slice(&self.sum.amount().to_le_bytes());
        &self.member
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
            self.member.extend_from_slice(&self.block[..made]);
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
