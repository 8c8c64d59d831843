//! Distributions in little room: of a million replications, each keeps its own.

/// Counts of what is at most each entry of a grid, up to the first that has all: those after it have as many.
pub fn up_to_all(counts: impl Iterator<Item = u64>, all: u64) -> Vec<u64> {
    let mut steps = Vec::new();
    for count in counts {
        steps.push(count);
        if count >= all {
            break;
        }
    }
    steps.shrink_to_fit();
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_the_first_with_all_is_left_out() {
        let of = |counts: &[u64], all| up_to_all(counts.iter().copied(), all);
        assert_eq!(of(&[0, 2, 5, 5, 5], 5), [0, 2, 5]);
        assert_eq!(
            of(&[0, 2, 4, 4, 4], 5),
            [0, 2, 4, 4, 4],
            "some are above the grid"
        );
        assert_eq!(of(&[0, 0, 0], 0), [0]);
    }
}
