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

/// Two distributions together.
pub(super) fn sum(one: &[u64], other: &[u64]) -> Vec<u64> {
    let at = |steps: &[u64], position: usize| {
        let all = steps.last().copied().unwrap_or_default();
        steps.get(position).copied().unwrap_or(all)
    };
    let positions = 0..one.len().max(other.len());
    positions
        .map(|position| at(one, position) + at(other, position))
        .collect()
}

/// Steps as serde packs them: how many come, then each value that differs from the one before, with its position.
pub(super) mod packed {
    use serde::{Deserialize, Deserializer, Serialize as _, Serializer};

    pub(in crate::results) fn serialize<S: Serializer>(
        steps: &impl AsRef<[u64]>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        let steps = steps.as_ref();
        let mut before = 0;
        let mut changes = Vec::new();
        for (position, step) in steps.iter().enumerate() {
            if *step != before {
                changes.push((position, *step));
                before = *step;
            }
        }
        (steps.len(), changes).serialize(to)
    }

    pub(in crate::results) fn deserialize<'de, D: Deserializer<'de>, T: From<Vec<u64>>>(
        from: D,
    ) -> Result<T, D::Error> {
        let (count, changes): (usize, Vec<(usize, u64)>) = Deserialize::deserialize(from)?;
        let mut steps = Vec::with_capacity(count);
        let mut level = 0;
        for (position, step) in changes {
            steps.resize(position, level);
            level = step;
        }
        steps.resize(count, level);
        Ok(steps.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distributions_add_up_beyond_the_end_of_the_shorter() {
        assert_eq!(sum(&[0, 2, 5], &[1, 1, 1, 1, 4]), [1, 3, 6, 6, 9]);
        assert_eq!(sum(&[], &[1, 3]), [1, 3]);
    }

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
