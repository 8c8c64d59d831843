//! The threads of a command. Everything that is done in parallel is done on them, so that a limit on threads binds it all.

use rayon::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::Error;

/// Why fewer threads than wanted were started.
pub const WHY_NO_MORE: &str = "the system allows no more";

/// Threads that were started.
pub struct Threads {
    pool: ThreadPool,
    uses_caller: bool,
}

impl Threads {
    /// Starts `wanted` threads (`None`: one for each processor), or as many as the system allows: each time half as many,
    /// in the end none, so that the calling thread does all. [`Error::Io`] where even that fails.
    pub fn start(wanted: Option<usize>) -> Result<Self, Error> {
        let processors = || std::thread::available_parallelism().map_or(1, usize::from);
        let mut count = wanted.unwrap_or_else(processors);
        while count > 0 {
            if let Ok(pool) = ThreadPoolBuilder::new().num_threads(count).build() {
                return Ok(Self {
                    pool,
                    uses_caller: false,
                });
            }
            count /= 2;
        }
        let here = ThreadPoolBuilder::new().num_threads(1).use_current_thread();
        let pool = here.build().map_err(|error| Error::Io {
            action: "cannot start a thread".to_owned(),
            source: std::io::Error::other(error),
            help: "raise the limit on the number of processes, or end other programs".to_owned(),
        });
        pool.map(|pool| Self {
            pool,
            uses_caller: true,
        })
    }

    /// Whether all is done on the thread that started them, and can be done on no other.
    pub fn use_caller(&self) -> bool {
        self.uses_caller
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.pool.current_num_threads()
    }

    /// Does something independent with each item, in parallel; the results in the order of the items.
    pub fn map<I: Sync, T: Send>(
        &self,
        items: &[I],
        work: impl Fn(&I) -> T + Send + Sync,
    ) -> Vec<T> {
        self.install(|| items.par_iter().with_max_len(1).map(work).collect())
    }

    /// Does work whose parallel parts ([`each`]) are done on these threads.
    pub(super) fn install<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        self.pool.install(work)
    }
}

/// Does something independent with each number below `count`, in parallel; the results in the order of the numbers.
pub(super) fn each<T: Send, C: FromParallelIterator<T>>(
    count: usize,
    work: impl Fn(usize) -> T + Send + Sync,
) -> C {
    let numbers = (0..count).into_par_iter().with_max_len(1);
    numbers.map(work).collect()
}
