//! The draws behind random worlds, and times as scenarios write them. Nothing here is of the library: what is drawn
//! stays as it is when the library changes.

use std::fmt::Display;

use rand::{RngExt as _, SeedableRng as _};
use rand_xoshiro::Xoshiro256PlusPlus;

/// The source of all draws of a world.
pub(crate) struct Dice(Xoshiro256PlusPlus);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// From `least` to `most`, both included.
    pub(crate) fn between(&mut self, least: u64, most: u64) -> u64 {
        self.0.random_range(least..=most)
    }

    /// True once in so many times.
    pub(crate) fn one_in(&mut self, times: u64) -> bool {
        self.between(1, times) == 1
    }

    /// One of the choices.
    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.0.random_range(0..choices.len())]
    }

    /// An amount from `least` to `most` hundredths, as `1.25`.
    pub(crate) fn hundredths(&mut self, least: u64, most: u64) -> String {
        let amount = self.between(least, most);
        format!("{}.{:02}", amount / 100, amount % 100)
    }

    /// A line `key = value` half of the time, else nothing.
    pub(crate) fn maybe<T: Copy + Display>(&mut self, key: &str, values: &[T]) -> String {
        if self.one_in(2) {
            format!("{key} = {}\n", self.pick(values))
        } else {
            String::new()
        }
    }

    /// The same of texts and durations, which stand in quotes.
    pub(crate) fn maybe_text(&mut self, key: &str, values: &[&str]) -> String {
        if self.one_in(2) {
            format!("{key} = \"{}\"\n", self.pick(values))
        } else {
            String::new()
        }
    }

    /// A line that gives `key` a random length of time of this mean, about, in milliseconds: of any kind.
    pub(crate) fn time(&mut self, key: &str, mean_ms: u64) -> String {
        let ms = |part: u64| format!("\"{}ms\"", (mean_ms * part / 100).max(1));
        let kind = match self.between(0, 11) {
            0 => format!("uniform = {{ min = {}, max = {} }}", ms(50), ms(150)),
            1 => format!("exponential = {{ mean = {} }}", ms(100)),
            2 => format!("log_normal = {{ median = {}, p95 = {} }}", ms(80), ms(250)),
            3 => format!("log_normal = {{ mean = {}, cv = 1.5 }}", ms(100)),
            4 => format!("weibull = {{ shape = 0.8, scale = {} }}", ms(90)),
            5 => format!("gamma = {{ shape = 2, scale = {} }}", ms(50)),
            6 => format!("pareto = {{ scale = {}, shape = 2.5 }}", ms(60)),
            7 => {
                let (min, mode, max) = (ms(30), ms(90), ms(180));
                format!("triangular = {{ min = {min}, mode = {mode}, max = {max} }}")
            }
            8 => format!(
                "empirical = {{ values = [{}, {}], weights = [3, 1] }}",
                ms(60),
                ms(220)
            ),
            9 => format!("constant = {}", ms(100)),
            _ => return format!("{key} = {}\n", ms(100)),
        };
        format!("{key}.{kind}\n")
    }

    /// Such a line half of the time, else nothing: the default of the key.
    pub(crate) fn maybe_time(&mut self, key: &str, mean_ms: u64) -> String {
        if self.one_in(2) {
            self.time(key, mean_ms)
        } else {
            String::new()
        }
    }
}
