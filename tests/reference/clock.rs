//! The clock: it walks from instant to instant, where the next one is the earliest of everything that
//! can happen.

/// Something that the clock can walk through.
pub trait Clocked {
    /// All that happens and is decided at `now`.
    fn instant(&mut self, now: u64);

    /// The next time at which anything can happen or change.
    fn next_instant(&self, now: u64) -> Option<u64>;

    /// Lets the time from `from` to `to` pass, in which nothing changes.
    fn walk(&mut self, from: u64, to: u64);
}

/// Walks to the end: where nothing can happen any more, or with `cut` before the horizon, which is
/// reached in any case. False if there are more than so many instants: it does not end.
pub fn run(what: &mut impl Clocked, horizon: u64, cut: bool, most_instants: u64) -> bool {
    let mut now = 0;
    for _ in 0..most_instants {
        what.instant(now);
        match what.next_instant(now) {
            // `end = "cut"`: only instants strictly before the horizon happen.
            Some(next) if !cut || next < horizon => {
                what.walk(now, next);
                now = next;
            }
            _ => {
                what.walk(now, now.max(horizon));
                return true;
            }
        }
    }
    false
}
