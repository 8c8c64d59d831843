//! Random streams: one for each purpose and owner, keyed by seed, replication and names. The only place generators are made.
//!
//! Names, never positions, choose a stream: adding a target or reordering a scenario changes no other stream, and variants
//! of one scenario see the same submissions (common random numbers).

use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use rand_xoshiro::Xoshiro256PlusPlus;

/// A stream of random numbers: the generator is named, since what the `rand` crate calls standard may change.
pub type Stream = Xoshiro256PlusPlus;

/// What a stream is for, such as `arrivals`; declared by the file that draws from it.
#[derive(Clone, Copy, Debug)]
pub struct Purpose(pub &'static str);

/// The streams of one replication.
#[derive(Clone, Copy, Debug)]
pub struct Streams {
    seed: u64,
    replication: u64,
}

impl Streams {
    /// The streams of a replication (from 0) under a scenario's seed.
    pub fn new(seed: u64, replication: u64) -> Self {
        Self { seed, replication }
    }

    /// Opens the stream of `purpose` for `owner`. Its state is drawn from a `ChaCha8` cipher with seed and replication as the
    /// key and a hash of the names as the cipher's stream, so that streams are unrelated by construction.
    pub fn open(self, purpose: Purpose, owner: &str) -> Stream {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&self.seed.to_le_bytes());
        key[8..16].copy_from_slice(&self.replication.to_le_bytes());
        let mut cipher = ChaCha8Rng::from_seed(key);
        cipher.set_stream(fnv1a(&[purpose.0, owner]));
        let mut state = [0; 32];
        cipher.fill_bytes(&mut state);
        Xoshiro256PlusPlus::from_seed(state)
    }
}

/// The 64-bit Fowler-Noll-Vo hash (variant 1a) of the parts, each closed by a zero byte so that they cannot run together.
fn fnv1a(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;

    const PURPOSE: Purpose = Purpose("test");

    #[test]
    fn a_stream_repeats_and_depends_on_all_that_names_it() {
        let first = |seed, replication, purpose, owner: &str| {
            Streams::new(seed, replication)
                .open(purpose, owner)
                .next_u64()
        };
        let reference = first(1, 2, PURPOSE, "a");
        assert_eq!(reference, first(1, 2, PURPOSE, "a"));
        for other in [
            first(2, 2, PURPOSE, "a"),
            first(1, 3, PURPOSE, "a"),
            first(1, 2, Purpose("tes"), "a"),
            first(1, 2, PURPOSE, "b"),
        ] {
            assert_ne!(reference, other);
        }
    }

    #[test]
    fn parts_of_a_name_do_not_run_together() {
        assert_ne!(fnv1a(&["ab", "c"]), fnv1a(&["a", "bc"]));
    }
}
