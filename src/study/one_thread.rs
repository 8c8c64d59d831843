//! What stands in the place of threads in a library without them: everything is done on the calling thread, in order.

use crate::error::Error;

/// Why fewer threads than wanted were started.
pub const WHY_NO_MORE: &str = "this program is built without threads";

/// No threads but the calling one.
pub struct Threads(());

impl Threads {
    /// Starts none, however many are wanted, and never fails.
    pub fn start(_wanted: Option<usize>) -> Result<Self, Error> {
        Ok(Self(()))
    }

    /// Whether all is done on the thread that started them: always.
    pub fn use_caller(&self) -> bool {
        true
    }

    /// How many there are: the calling one.
    pub fn count(&self) -> usize {
        1
    }

    /// Does something with each item; the results in the order of the items.
    pub fn map<I: Sync, T: Send>(
        &self,
        items: &[I],
        work: impl Fn(&I) -> T + Send + Sync,
    ) -> Vec<T> {
        items.iter().map(work).collect()
    }

    /// Does work.
    #[expect(clippy::unused_self, reason = "threads that are there do it")]
    pub(super) fn install<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        work()
    }
}

/// Does something with each number below `count`; the results in the order of the numbers.
pub(super) fn each<T: Send, C: FromIterator<T>>(
    count: usize,
    work: impl Fn(usize) -> T + Send + Sync,
) -> C {
    (0..count).map(work).collect()
}
