//! The nearest known name to one that a user mistyped, for the help of a problem. Pure text.

use std::cmp::Ordering;

/// Bytes of a name at most: nobody mistypes a longer one.
const LONGEST: usize = 200;

/// Below this similarity a name is no help.
const SIMILAR: f64 = 0.5;

/// Up to `limit` of `names`, the most similar to `wanted` first; none where nothing is near.
pub fn nearest<'a>(
    wanted: &str,
    names: impl IntoIterator<Item = &'a str>,
    limit: usize,
) -> Vec<&'a str> {
    if wanted.len() > LONGEST {
        return Vec::new();
    }
    let wanted = Letters::of(wanted);
    let mut scored: Vec<(f64, &str)> = names
        .into_iter()
        .filter(|name| name.len() <= LONGEST)
        .map(|name| (similarity(&wanted, name), name))
        .filter(|(score, _)| *score >= SIMILAR)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.truncate(limit);
    scored.into_iter().map(|(_, name)| name).collect()
}

/// How alike a text and a name are, from 0 (also where they are hardly alike) to 1.
pub fn likeness(wanted: &str, name: &str) -> f64 {
    if wanted.len().max(name.len()) > LONGEST {
        return 0.0;
    }
    similarity(&Letters::of(wanted), name)
}

/// Between 0 and 1; the part after the last `/` counts as a name too, so that `berlin` finds `Europe/Berlin`.
fn similarity(wanted: &Letters, name: &str) -> f64 {
    let name = name.to_lowercase();
    let whole = wanted.likeness(&name);
    match name.rsplit_once('/') {
        Some((_, last)) => whole.max(wanted.likeness(last)),
        None => whole,
    }
}

/// A name in lower case with its letters, sorted.
struct Letters {
    text: String,
    sorted: Vec<char>,
}

impl Letters {
    fn of(name: &str) -> Self {
        let text = name.to_lowercase();
        let sorted = sorted(&text);
        Self { text, sorted }
    }

    /// Between 0 and 1; 0 also where so few letters are shared that it is below [`SIMILAR`]. Counting them takes little
    /// time, and a file with very many unknown names needs very many comparisons.
    fn likeness(&self, other: &str) -> f64 {
        let letters = sorted(other);
        let longest = self.sorted.len().max(letters.len());
        // Every letter that is not shared takes a change, and likeness is 1 - changes / longest.
        if (shared(&self.sorted, &letters) as f64) < SIMILAR * longest as f64 {
            return 0.0;
        }
        strsim::normalized_damerau_levenshtein(&self.text, other)
    }
}

fn sorted(text: &str) -> Vec<char> {
    let mut letters: Vec<char> = text.chars().collect();
    letters.sort_unstable();
    letters
}

/// How many letters two sorted lists share.
fn shared(one: &[char], other: &[char]) -> usize {
    let (mut left, mut right) = (one.iter().peekable(), other.iter().peekable());
    let mut count = 0;
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        match a.cmp(b) {
            Ordering::Less => drop(left.next()),
            Ordering::Greater => drop(right.next()),
            Ordering::Equal => {
                count += 1;
                left.next();
                right.next();
            }
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_comes_first_and_strangers_do_not_come() {
        let names = ["num_gpus", "timestamp", "duration", "Europe/Berlin"];
        assert_eq!(nearest("num_gpu", names, 1), ["num_gpus"]);
        assert_eq!(nearest("Timestmap", names, 2), ["timestamp"]);
        assert_eq!(nearest("berlin", names, 1), ["Europe/Berlin"]);
        assert!(nearest("xyz", names, 3).is_empty());
        assert!(nearest(&"x".repeat(1_000_000), names, 3).is_empty());
    }

    #[test]
    fn no_name_is_passed_over_for_its_letters() {
        let names = ["nodes", "max_nodes", "Ünited", "", "sedon", "ab", "ba"];
        for wanted in names {
            for name in names {
                let likeness = Letters::of(wanted).likeness(&name.to_lowercase());
                let plain = strsim::normalized_damerau_levenshtein(
                    &wanted.to_lowercase(),
                    &name.to_lowercase(),
                );
                let kept = if plain < SIMILAR { 0.0 } else { plain };
                let told = if likeness < SIMILAR { 0.0 } else { likeness };
                assert!((told - kept).abs() < 1e-12, "{wanted} {name}");
            }
        }
    }
}
