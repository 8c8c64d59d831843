//! Records in order: they come as they end, and each has a place in a group, so that few have to be compared.

/// Sorts records by a key; equal ones stay as they come. Nearly all are in order once each stands at its place in its group (`place`: number
/// of the group, and place in it), one group after the other. Where places say something else, it takes longer.
pub(super) fn sort<R, K: Ord>(
    records: &mut [R],
    place: impl Fn(&R) -> (u32, u64),
    key: impl Fn(&R) -> K,
) {
    if records.is_sorted_by_key(&key) {
        return;
    }
    let mut order = by_place(records, place).unwrap_or_else(|| (0..records.len()).collect());
    order.sort_by_key(|from| key(&records[*from]));
    permute(records, order);
}

/// Which records stand at the places of the groups; `None` where two have the same place, or too many places have none.
fn by_place<R>(records: &[R], place: impl Fn(&R) -> (u32, u64)) -> Option<Vec<usize>> {
    const EMPTY: usize = usize::MAX;
    // Where each group ends, first in itself.
    let mut ends: Vec<usize> = Vec::new();
    let most = records.len() * 2;
    for record in records {
        let (group, at) = place(record);
        let (group, at) = (group as usize, usize::try_from(at).ok()?);
        if group.max(at) >= most {
            return None;
        }
        if group >= ends.len() {
            ends.resize(group + 1, 0);
        }
        ends[group] = ends[group].max(at + 1);
    }
    let mut all = 0;
    for end in &mut ends {
        // From here on, where it begins.
        all += std::mem::replace(end, all);
    }
    if all > most {
        return None;
    }
    let mut order = vec![EMPTY; all];
    for (from, record) in records.iter().enumerate() {
        let (group, at) = place(record);
        order[ends[group as usize] + usize::try_from(at).ok()?] = from;
    }
    order.retain(|from| *from != EMPTY);
    (order.len() == records.len()).then_some(order)
}

/// Puts to each position what stood at the one that `order` has there.
fn permute<R>(records: &mut [R], mut order: Vec<usize>) {
    for start in 0..order.len() {
        let mut at = start;
        loop {
            let from = std::mem::replace(&mut order[at], at);
            if from == start {
                break;
            }
            records.swap(at, from);
            at = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Time, group, place, and which one it is.
    type Record = (u64, u32, u64, usize);

    fn check(mut records: Vec<Record>) {
        for (number, record) in records.iter_mut().enumerate() {
            record.3 = number;
        }
        let mut expected = records.clone();
        let key = |record: &Record| (record.0, record.1, record.2);
        expected.sort_by_key(key);
        sort(&mut records, |record| (record.1, record.2), key);
        assert_eq!(records, expected);
    }

    proptest! {
        #[test]
        fn records_are_sorted_wherever_their_places_are(
            wild in prop::collection::vec((0_u64..9, 0_u32..4, 0_u64..12, Just(0)), 0..12),
            seed in any::<u64>(),
            groups in 1_u64..4,
        ) {
            check(wild.clone());
            let far = wild.iter().map(|(time, group, place, _)| (*time, *group, u64::MAX - place, 0));
            check(far.collect());
            let many = wild.iter().map(|(time, group, place, _)| (*time, u32::MAX - group, *place, 0));
            check(many.collect());
            // Each has a place of its own, and they end in any order.
            let each = (0..50_u64).map(|number| {
                let group = u32::try_from(number % groups).expect("few");
                (number / 3, group, number / groups, 0)
            });
            let mut each: Vec<Record> = each.collect();
            each.sort_by_key(|record| seed.wrapping_mul(2 * (record.0 * 4 + u64::from(record.1)) + 1));
            check(each);
        }
    }

    #[test]
    fn records_with_places_of_their_own_are_not_compared_over_and_over() {
        let ends = |number: u64| number + number * 7919 % 64;
        let mut records: Vec<u64> = (0..1000).collect();
        records.sort_by_key(|number| ends(*number));
        let keys = std::cell::Cell::new(0_u64);
        let key = |record: &u64| {
            keys.set(keys.get() + 1);
            *record
        };
        sort(&mut records, |record| (0, *record), key);
        assert!(records.is_sorted());
        assert!(keys.get() <= 4 * 1000, "{} keys", keys.get());
    }
}
