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

/// `(duration, pieces that never succeeded)`. `times` are the draws of the tries and `fails` whether
/// a try that was not too long failed at its end, both piece by piece in the order in which pieces
/// are taken.
pub fn duration(batch: Batch, times: &[u64], fails: &[bool]) -> (u64, u64) {
    let mut free_at = vec![0; usize::try_from(batch.workers).expect("few")];
    let mut drawn = 0;
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
            let time = times[drawn];
            let fell_short = time > batch.limit || fails[drawn];
            free_at[worker] += time.min(batch.limit);
            drawn += 1;
            done = !fell_short;
        }
        failed += u64::from(!done);
    }
    (free_at.into_iter().max().unwrap_or(0), failed)
}
