//! Numbers of shards as Slurm's `--array` has them.

/// Rising numbers, each run of consecutive ones as a range: `1-3,7`.
pub(super) fn ranges(numbers: &[usize]) -> String {
    let runs = numbers.chunk_by(|one, next| one + 1 == *next);
    let text = runs.map(|run| match (run.first(), run.last()) {
        (Some(first), Some(last)) if first < last => format!("{first}-{last}"),
        _ => run[0].to_string(),
    });
    text.collect::<Vec<String>>().join(",")
}

#[cfg(test)]
mod tests {
    #[test]
    fn consecutive_numbers_are_joined() {
        for (numbers, text) in [
            (&[][..], ""),
            (&[4], "4"),
            (&[0, 1], "0-1"),
            (&[1, 2, 3, 7], "1-3,7"),
            (&[0, 2, 4, 5, 9, 10, 11], "0,2,4-5,9-11"),
        ] {
            assert_eq!(super::ranges(numbers), text);
        }
    }
}
