//! Names of charts that commands on many points of a scenario draw: of their files, without endings.

/// Cost against time of the points of a search.
pub const SEARCH: &str = "search";
/// The best point for each value of each key of a search.
pub const SEARCH_KEYS: &str = "search-keys";
/// How figures move with each input alone.
pub const TORNADO: &str = "tornado";
/// What two sides cost over a load or a key.
pub const BREAK_EVEN: &str = "break-even";
/// Waits over time, and where they have settled.
pub const WARM_UP: &str = "warm-up";
