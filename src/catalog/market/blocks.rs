//! A price book in blocks: a gzip file of several members, so that the lines of a size are had without unpacking all others.
//! `zcat` shows it as one file.
//!
//! The first member holds the header. The extra field of each (RFC 1952, 2.3.1.1) says how long it is and which size it
//! begins with. After a change `cargo test --lib catalog -- --ignored rewrite` rewrites the blocks.

use std::io::Read as _;

use flate2::read::GzDecoder;

/// What the extra field is marked with.
const MARK: &[u8; 2] = b"PB";
/// Bytes of a member before the length of its extra field.
const HEAD: usize = 10;
const RIGHT: &str = "the embedded files are held to be right by a test";

/// Whole sizes of a price book, in order.
pub(super) struct Block {
    /// The first size, in lower case.
    pub(super) first: &'static str,
    packed: &'static [u8],
}

impl Block {
    /// Its lines.
    pub(super) fn text(&self) -> String {
        unpacked(self.packed)
    }
}

/// The text of an embedded file.
pub(in crate::catalog) fn unpacked(packed: &[u8]) -> String {
    let mut text = String::new();
    GzDecoder::new(packed)
        .read_to_string(&mut text)
        .expect(RIGHT);
    text
}

/// The blocks of a file.
pub(super) fn blocks(mut file: &'static [u8]) -> impl Iterator<Item = Block> {
    std::iter::from_fn(move || {
        let (length, first) = (!file.is_empty()).then(|| head(file).expect(RIGHT))?;
        let packed = file.split_off(..length).expect(RIGHT);
        Some(Block { first, packed })
    })
}

/// Length and first size of the member with which a file begins. To read its head takes no decoder, which has large buffers.
fn head(file: &'static [u8]) -> Option<(usize, &'static str)> {
    let (field, rest) = file.get(HEAD..)?.split_first_chunk()?;
    let field = rest.get(..usize::from(u16::from_le_bytes(*field)))?;
    // The mark and the length of what follows it.
    let (length, first) = field.strip_prefix(MARK)?.get(2..)?.split_first_chunk()?;
    let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
    Some((length, std::str::from_utf8(first).ok()?))
}

/// The size that a line is about, as it writes it.
pub(super) fn size_of(line: &str) -> &str {
    line.split_once(',').map_or(line, |(size, _)| size)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write as _;

    use flate2::read::MultiGzDecoder;
    use flate2::{Compression, GzBuilder};

    use super::*;

    const FILES: [(&str, &[u8]); 3] = [
        (
            "azure_prices.csv.gz",
            include_bytes!("../data/market/azure_prices.csv.gz"),
        ),
        (
            "aws_prices.csv.gz",
            include_bytes!("../data/market/aws_prices.csv.gz"),
        ),
        (
            "google_prices.csv.gz",
            include_bytes!("../data/market/google_prices.csv.gz"),
        ),
    ];
    /// Bytes of text from which on a block takes no more sizes.
    const FULL: usize = 32_000;

    #[test]
    fn every_block_holds_whole_sizes_in_order_from_the_one_it_states() {
        for (name, file) in FILES {
            let mut blocks = blocks(file);
            let header = blocks.next().unwrap();
            assert!(header.text().starts_with("size,tier,"), "{name}");
            let mut before = String::new();
            let mut text = header.text();
            for block in blocks {
                let lines = block.text();
                assert_eq!(block.first, size_of(&lines).to_lowercase(), "{name}");
                assert!(
                    *block.first > *before,
                    "{name}: {} is in two blocks",
                    block.first
                );
                for line in lines.lines() {
                    let size = size_of(line).to_lowercase();
                    assert!(size >= before, "{name}: {size} is after {before}");
                    before = size;
                }
                text += &lines;
            }
            assert_eq!(text, whole(file), "{name}");
        }
    }

    #[test]
    #[ignore = "a command, not a check: it rewrites the price books in the source tree"]
    fn rewrite_the_blocks() {
        for (name, file) in FILES {
            let text = whole(file);
            let (header, lines) = text.split_once('\n').unwrap();
            let mut lines: Vec<&str> = lines.lines().collect();
            lines.sort_by_key(|line| size_of(line).to_lowercase());
            let mut packed = member(&format!("{header}\n"), "");
            let mut block = String::new();
            for sizes in lines.chunk_by(|a, b| size_of(a).eq_ignore_ascii_case(size_of(b))) {
                if block.len() >= FULL {
                    packed.extend(member(&block, &size_of(&block).to_lowercase()));
                    block.clear();
                }
                block.extend(sizes.iter().flat_map(|line| [line, "\n"]));
            }
            packed.extend(member(&block, &size_of(&block).to_lowercase()));
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/catalog/data/market");
            fs::write(format!("{folder}/{name}"), packed).unwrap();
        }
    }

    fn whole(file: &[u8]) -> String {
        let mut text = String::new();
        MultiGzDecoder::new(file).read_to_string(&mut text).unwrap();
        text
    }

    fn member(text: &str, first: &str) -> Vec<u8> {
        let of_length = |length: usize| {
            let data = [
                &u32::try_from(length).unwrap().to_le_bytes(),
                first.as_bytes(),
            ]
            .concat();
            let extra = [
                MARK,
                &u16::try_from(data.len()).unwrap().to_le_bytes()[..],
                &data,
            ];
            let head = GzBuilder::new().extra(extra.concat());
            let mut member = head.write(Vec::new(), Compression::best());
            member.write_all(text.as_bytes()).unwrap();
            member.finish().unwrap()
        };
        of_length(of_length(0).len())
    }
}
