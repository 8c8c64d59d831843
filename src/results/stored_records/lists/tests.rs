//! Lists against another reader of JSON.

use std::collections::BTreeMap;
use std::fmt::Debug;

use proptest::prelude::*;
use serde::Serialize;

use super::*;

/// The text of a list of values.
fn written<T: Put>(values: impl IntoIterator<Item = T>) -> Vec<u8> {
    let mut list = List::default();
    values.into_iter().for_each(|value| list.push(value));
    list.end().to_vec()
}

/// As many values as there are in a text, or should be.
fn read<T: Take + Clone>(mut text: &[u8], count: usize) -> Option<Vec<T>> {
    let mut value = T::default();
    let mut values = Values::open(&mut text, &mut value)?;
    let read = (0..count).map(|_| values.next(&mut value).map(|()| value.clone()));
    let read = read.collect::<Option<Vec<T>>>()?;
    (values.are_read() && text.is_empty()).then_some(read)
}

/// Holds the text of some values to a reader of any JSON, and reads it.
fn check<P, T>(put: &[P], expected: &[T])
where
    P: Put,
    T: Take + Clone + PartialEq + Debug + Serialize,
{
    let text = written(put.iter().copied());
    let alike = expected.windows(2).all(|two| two[0] == two[1]);
    let json = match expected {
        [first, ..] if alike => serde_json::to_vec(&BTreeMap::from([("all", first)])),
        _ => serde_json::to_vec(expected),
    };
    assert_eq!(text, json.unwrap());
    assert_eq!(read(&text, expected.len()).as_deref(), Some(expected));
    // With too few or too many values, or an end that is torn.
    if !text.starts_with(ALL) {
        assert_eq!(read::<T>(&text, expected.len() + 1), None);
        let fewer = expected.len().checked_sub(1);
        assert!(fewer.is_none_or(|fewer| read::<T>(&text, fewer).is_none()));
    }
    for end in 0..text.len() {
        assert_eq!(read::<T>(&text[..end], expected.len()), None);
    }
}

proptest! {
    #[test]
    fn lists_are_what_another_reader_takes_them_for(
        lengths in prop::collection::vec(prop::option::weighted(0.8, any::<i64>()), 0..9),
        small in prop::collection::vec(prop::option::weighted(0.8, -2_i64..2), 0..9),
        times in prop::collection::vec(any::<u64>(), 0..9),
        counts in prop::collection::vec(any::<u32>(), 0..9),
        node_times in prop::collection::vec(any::<u128>(), 0..9),
        nodes in prop::collection::vec(prop::collection::vec(0_u64..20, 0..3), 0..9),
        flags in prop::collection::vec(any::<bool>(), 0..9),
        alike in any::<i64>(),
        count in 0_usize..5,
    ) {
        check(&lengths, &lengths);
        check(&small, &small);
        let whole: Vec<i64> = lengths.iter().copied().flatten().collect();
        check(&whole, &whole);
        check(&times, &times);
        check(&counts, &counts);
        check(&node_times, &node_times);
        let held: Vec<&[u64]> = nodes.iter().map(Vec::as_slice).collect();
        check(&held, &nodes);
        check(&flags, &flags);
        check(&vec![alike; count], &vec![alike; count]);
    }
}

#[test]
fn outcomes_are_texts() {
    use RunStatus::{Canceled, Completed, Failed, Unfinished};
    let all = [Completed, Failed, Canceled, Unfinished, Failed];
    let text = written(all);
    let expected = br#"["Completed","Failed","Canceled","Unfinished","Failed"]"#;
    assert_eq!(text, expected);
    assert_eq!(read(&text, all.len()), Some(all.to_vec()));
    let text = written([Canceled; 3]);
    assert_eq!(text, br#"{"all":"Canceled"}"#);
    assert_eq!(read(&text, 3), Some(vec![Canceled; 3]));
    assert_eq!(read::<RunStatus>(br#"["Completed","Lost"]"#, 2), None);
}

#[test]
fn what_is_no_list_of_such_values_is_not_read() {
    for text in [
        "",
        "[",
        "]",
        "[1",
        "1",
        "[,]",
        "[1,]",
        "[,1]",
        "[1,,2]",
        "[1 ,2]",
        "[1,null]",
        "[1,-2]",
        "[1,2]]",
        "[1.5,2]",
        "[1,18446744073709551616]",
        "{\"all\":1,\"all\":1}",
        "{\"all\":}",
        "{\"none\":1}",
        "{}",
        "[[1],[2]]",
        "{\"all\":-1}",
    ] {
        assert_eq!(read::<u64>(text.as_bytes(), 2), None, "{text}");
    }
    for text in [
        "[[1,],[2]]",
        "[[1][2]]",
        "[[1],2]",
        "[1,2]",
        "[[1],[2]",
        "[[[1]],[2]]",
    ] {
        assert_eq!(read::<Vec<u64>>(text.as_bytes(), 2), None, "{text}");
    }
    for text in ["[--1,2]", "[-,2]", "[9223372036854775808,1]", "[nul,1]"] {
        assert_eq!(read::<Option<i64>>(text.as_bytes(), 2), None, "{text}");
    }
}
