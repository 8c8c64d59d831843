//! The duration of a run of batch inference (targets.md 6.6).

/// A run of batch inference.
#[derive(Clone, Copy, Debug)]
pub struct Batch {
    /// Pieces.
    pub pieces: u64,
    /// Nodes times processes per node.
    pub workers: u64,
    /// A try that takes longer fails at this time.
    pub limit: u64,
    /// Tries of a piece in all.
    pub tries: u64,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Worked {
    /// Until the last worker is done.
    pub duration: u64,
    /// Pieces that never succeeded.
    pub failed: u64,
    /// Tries in all.
    pub tries: usize,
}

/// Works the pieces off. `draws` are (time, whether it fails at its end) of the tries, piece by piece
/// in the order in which pieces are taken.
pub fn duration(batch: Batch, draws: &[(u64, bool)]) -> Worked {
    let mut free_at = vec![0; usize::try_from(batch.workers).expect("few")];
    let mut tries = 0;
    let mut failed = 0;
    for _ in 0..batch.pieces {
        // The worker that is free first takes the next piece; of equals the lowest.
        let mut worker = 0;
        for other in 1..free_at.len() {
            if free_at[other] < free_at[worker] {
                worker = other;
            }
        }
        let mut done = false;
        for _ in 0..batch.tries {
            if done {
                continue;
            }
            let (time, fails) = draws[tries];
            free_at[worker] += time.min(batch.limit);
            tries += 1;
            done = time <= batch.limit && !fails;
        }
        failed += u64::from(!done);
    }
    let duration = free_at.into_iter().max().unwrap_or(0);
    Worked {
        duration,
        failed,
        tries,
    }
}
