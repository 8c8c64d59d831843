//! The nearest known name to one that a user mistyped, for the help of a problem. Pure text.

/// Below this similarity a name is no help.
const SIMILAR: f64 = 0.5;

/// Up to `limit` of `names`, the most similar to `wanted` first; none where nothing is near.
pub fn nearest<'a>(
    wanted: &str,
    names: impl IntoIterator<Item = &'a str>,
    limit: usize,
) -> Vec<&'a str> {
    let wanted = wanted.to_lowercase();
    let mut scored: Vec<(f64, &str)> = names
        .into_iter()
        .map(|name| (similarity(&wanted, name), name))
        .filter(|(score, _)| *score >= SIMILAR)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.truncate(limit);
    scored.into_iter().map(|(_, name)| name).collect()
}

/// How alike a lower-case text and a name are, from 0 to 1; the part after the last `/` counts as a name too, so that `berlin` finds `Europe/Berlin`.
pub fn similarity(wanted: &str, name: &str) -> f64 {
    let name = name.to_lowercase();
    let last = name.rsplit('/').next().unwrap_or(&name);
    let whole = strsim::normalized_damerau_levenshtein(wanted, &name);
    whole.max(strsim::normalized_damerau_levenshtein(wanted, last))
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
    }
}
