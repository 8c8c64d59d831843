//! How coverage is read that was stored.

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use crate::category::{Category, PARTS};
use crate::units::NodeTime;

/// Categories that rows which were stored earlier do not know, in order.
const LATER: [Category; 2] = [Category::Checkpoints, Category::Restarts];

/// Slot-times by category; where a list does not know the later categories, these took none.
pub(super) fn parts<'de, D: Deserializer<'de>>(
    stored: D,
) -> Result<Vec<[NodeTime; PARTS]>, D::Error> {
    let stored = Vec::<Vec<NodeTime>>::deserialize(stored)?;
    let whole = |mut parts: Vec<NodeTime>| {
        if parts.len() + LATER.len() == PARTS {
            for category in LATER {
                parts.insert(category as usize, NodeTime(0));
            }
        }
        let length = parts.len();
        let parts = <[NodeTime; PARTS]>::try_from(parts);
        parts.map_err(|_| D::Error::invalid_length(length, &"a time for each category"))
    };
    stored.into_iter().map(whole).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pricing::CommitmentUse;

    fn read(parts: &[u64]) -> Result<CommitmentUse, serde_json::Error> {
        let parts = serde_json::to_string(parts)?;
        let stored = format!(r#"{{"paid":0,"eligible":0,"covered":[5],"parts":[{parts}]}}"#);
        serde_json::from_str(&stored)
    }

    #[test]
    fn lists_without_the_later_categories_are_read() {
        // Run, lost work, node setup, Finalizing, then the other seven.
        let earlier = read(&[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]).unwrap();
        let expected = [1, 0, 2, 3, 0, 4, 5, 6, 7, 8, 9, 10, 11].map(NodeTime);
        assert_eq!(earlier.parts, [expected]);
        let whole = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13];
        assert_eq!(read(&whole).unwrap().parts[0][1], NodeTime(2));
        assert!(read(&whole[..12]).is_err());
    }
}
