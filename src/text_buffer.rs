//! Text that grows by many short pieces, millions of times: numbers are written into room that is there, digits eight at a time.

use std::io;

/// Ten to the eighth: digits are made eight at a time.
const EIGHT_DIGITS: u64 = 100_000_000;
/// Millionths in one.
const MILLION: u64 = 1_000_000;
/// `0` in each byte.
const ZEROS: u64 = 0x3030_3030_3030_3030;
/// Room that is made at least.
const ROOM: usize = 64;

/// Bytes of text, with room behind them.
#[derive(Clone, Debug, Default)]
pub struct TextBuffer {
    /// The text, then bytes that mean nothing.
    room: Vec<u8>,
    end: usize,
}

impl TextBuffer {
    /// The text.
    pub fn as_bytes(&self) -> &[u8] {
        &self.room[..self.end]
    }

    /// How long it is.
    pub fn len(&self) -> usize {
        self.end
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.end == 0
    }

    /// Keeps its beginning, of this length at most.
    pub fn truncate(&mut self, length: usize) {
        self.end = self.end.min(length);
    }

    /// Takes out the byte at a place.
    pub fn remove(&mut self, at: usize) {
        self.room.copy_within(at + 1..self.end, at);
        self.end -= 1;
    }

    /// Writes another byte in the place of the last one.
    pub fn replace_last(&mut self, byte: u8) {
        if let Some(last) = self.room[..self.end].last_mut() {
            *last = byte;
        }
    }

    /// Appends a byte.
    #[inline]
    pub fn byte(&mut self, byte: u8) {
        self.piece(&[byte], 1);
    }

    /// Appends bytes.
    #[inline]
    pub fn bytes(&mut self, bytes: &[u8]) {
        let end = self.end + bytes.len();
        if end > self.room.len() {
            self.grow(end);
        }
        self.room[self.end..end].copy_from_slice(bytes);
        self.end = end;
    }

    /// Appends the first `length` of some bytes. That all are copied takes less time than to copy some of them.
    #[inline(always)]
    pub fn piece<const N: usize>(&mut self, bytes: &[u8; N], length: usize) {
        debug_assert!(length <= N, "there are as many bytes");
        if self.room.len() - self.end < N {
            self.grow(self.end + N);
        }
        let place = self.room[self.end..].first_chunk_mut();
        *place.expect("there is room") = *bytes;
        self.end += length;
    }

    /// Some bytes from a place on: those of the text that are there, then any.
    #[inline]
    pub fn piece_at<const N: usize>(&self, start: usize) -> [u8; N] {
        let there = self.room.get(start..start + N);
        there
            .and_then(|there| there.try_into().ok())
            .unwrap_or_else(|| {
                let mut piece = [0; N];
                let there = &self.room[start..];
                piece[..there.len()].copy_from_slice(there);
                piece
            })
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, length: usize) {
        self.room
            .resize(length.max(2 * self.room.len()).max(ROOM), 0);
    }

    /// Appends a whole number.
    #[inline]
    pub fn integer(&mut self, number: u64) {
        if number < 10 {
            self.byte(b'0' + number.to_le_bytes()[0]);
        } else if number < EIGHT_DIGITS {
            let digits = eight_digits(number);
            let zeros = digits.trailing_zeros() / 8;
            let text = (digits | ZEROS) >> (8 * zeros);
            self.piece(&text.to_le_bytes(), 8 - zeros as usize);
        } else {
            self.long_integer(number);
        }
    }

    /// Appends a whole number of more than eight digits.
    fn long_integer(&mut self, number: u64) {
        self.integer(number / EIGHT_DIGITS);
        let rest = eight_digits(number % EIGHT_DIGITS) | ZEROS;
        self.piece(&rest.to_le_bytes(), 8);
    }

    /// Appends millionths as a number with six decimals.
    #[inline]
    pub fn millionths(&mut self, number: u64) {
        self.integer(number / MILLION);
        self.six_decimals(number % MILLION);
    }

    /// Appends a decimal point and six decimals; `millionths` are less than one.
    #[inline]
    pub fn six_decimals(&mut self, millionths: u64) {
        // Two zeros stand before the six digits: the second gives room for the point.
        let mut text = (eight_digits(millionths) | ZEROS).to_le_bytes();
        text[1] = b'.';
        let text = u64::from_le_bytes(text) >> 8;
        self.piece(&text.to_le_bytes(), 7);
    }
}

/// The decimal digits of a number below [`EIGHT_DIGITS`], the first in the lowest byte: each step splits every part in two.
#[inline(always)]
fn eight_digits(number: u64) -> u64 {
    // (n x 10486) >> 20 is n / 100 below 10,000, and (n x 103) >> 10 is n / 10 below 100.
    let fours = number / 10_000 + ((number % 10_000) << 32);
    let hundreds = ((fours * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let twos = hundreds + ((fours - 100 * hundreds) << 16);
    let tens = ((twos * 103) >> 10) & 0x000f_000f_000f_000f;
    tens + ((twos - 10 * tens) << 8)
}

impl io::Write for TextBuffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    /// What some writing makes.
    fn text(fill: impl Fn(&mut TextBuffer)) -> String {
        let mut buffer = TextBuffer::default();
        fill(&mut buffer);
        // In room that held something else, and behind something.
        let mut used = TextBuffer::default();
        used.bytes(&[b'x'; 100]);
        used.truncate(1);
        fill(&mut used);
        assert_eq!(&used.as_bytes()[1..], buffer.as_bytes());
        String::from_utf8(buffer.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn eight_digits_are_those_of_every_number() {
        for number in (0..EIGHT_DIGITS)
            .step_by(97)
            .chain(99_990_000..EIGHT_DIGITS)
        {
            let digits = (eight_digits(number) | ZEROS).to_le_bytes();
            let mut expected = [0; 8];
            write!(&mut expected[..], "{number:08}").unwrap();
            assert_eq!(digits, expected, "{number}");
        }
    }

    #[test]
    fn numbers_are_those_of_the_standard_library() {
        let powers = (0..64).map(|shift| 1_u64 << shift);
        let tens = (0..20).map(|power| 10_u64.pow(power));
        let edges = powers.chain(tens);
        let edges = edges.flat_map(|edge| [edge - 1, edge, edge + 1, edge.wrapping_mul(7)]);
        for number in edges.chain([u64::MAX, u64::MAX - 1]) {
            assert_eq!(text(|to| to.integer(number)), number.to_string());
            let seconds = format!("{}.{:06}", number / MILLION, number % MILLION);
            assert_eq!(text(|to| to.millionths(number)), seconds);
        }
    }

    #[test]
    fn pieces_follow_one_another() {
        let made = text(|to| {
            to.piece(b"ab..", 2);
            to.byte(b'c');
            to.bytes(b"xde,");
            to.remove(to.len() - 4);
            to.replace_last(b'f');
            write!(to, "{:.1}", 0.5).unwrap();
            to.bytes(&[]);
            to.byte(b'0');
            to.truncate(to.len() - 1);
            assert_eq!(to.piece_at(to.len() - 3), *b"0.5");
            assert!(to.piece_at::<99>(to.len() - 3).starts_with(b"0.5"));
        });
        assert_eq!(made, "abcdef0.5");
    }
}
