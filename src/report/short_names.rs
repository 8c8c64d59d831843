//! Names of variants short enough for charts: a sweep names each by `key=value key=value`, of which the keys are the
//! same in all and need to be said once only.

/// Names up to this many characters are short enough.
const SHORT: usize = 24;

/// Names, and the keys left out of all of them as `idle_before_scale_down / min_nodes`, empty if none were.
pub(super) fn short_names(names: &[&str]) -> (Vec<String>, String) {
    let whole = || {
        (
            names.iter().map(|&name| name.to_owned()).collect(),
            String::new(),
        )
    };
    if names.len() < 2 || names.iter().all(|name| name.chars().count() <= SHORT) {
        return whole();
    }
    let words: Vec<Vec<(&str, &str)>> = names.iter().map(|name| words(name)).collect();
    let keys: Vec<&str> = words[0].iter().map(|(key, _)| *key).collect();
    let has_same_keys = |words: &Vec<(&str, &str)>| {
        words.len() == keys.len() && words.iter().zip(&keys).all(|((key, _), same)| key == same)
    };
    if keys.iter().all(|key| key.is_empty()) || !words.iter().all(has_same_keys) {
        return whole();
    }
    let values = words.iter().map(|words| {
        let values: Vec<&str> = words.iter().map(|(_, value)| *value).collect();
        values.join(" / ")
    });
    let said = keys
        .iter()
        .map(|key| if key.is_empty() { "name" } else { key });
    (values.collect(), said.collect::<Vec<&str>>().join(" / "))
}

/// The one key that a sweep gives values, and these by variant; `None` where variants differ otherwise, or are fewer than
/// three.
pub(super) fn swept<'a>(names: &[&'a str]) -> Option<(&'a str, Vec<&'a str>)> {
    let pair = |name: &&'a str| match words(name)[..] {
        [(key, value)] if !key.is_empty() => Some((key, value)),
        _ => None,
    };
    let pairs: Vec<(&str, &str)> = names.iter().map(pair).collect::<Option<_>>()?;
    let (first, _) = pairs.first()?;
    let is_one_key = pairs.iter().all(|(key, _)| key == first);
    let values = pairs.iter().map(|(_, value)| *value);
    (is_one_key && names.len() > 2).then(|| (*first, values.collect()))
}

/// The parts of a name as key and value; a part that is no pair has no key. A variant's own name is parted from the
/// pairs by a slash.
fn words(name: &str) -> Vec<(&str, &str)> {
    let parts = name.split_whitespace().filter(|part| *part != "/");
    parts
        .map(|part| part.split_once('=').unwrap_or(("", part)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_all_names_have_are_said_once() {
        let names = [
            "warm / idle_before_scale_down=2m max_nodes=8",
            "cold / idle_before_scale_down=30m max_nodes=16",
        ];
        let (short, keys) = short_names(&names);
        assert_eq!(short, ["warm / 2m / 8", "cold / 30m / 16"]);
        assert_eq!(keys, "name / idle_before_scale_down / max_nodes");
    }

    #[test]
    fn a_sweep_of_one_key_is_known_by_its_names() {
        let names = ["vcpus=30", "vcpus=42", "vcpus=54"];
        assert_eq!(swept(&names), Some(("vcpus", vec!["30", "42", "54"])));
        assert_eq!(swept(&names[..2]), None);
        assert_eq!(swept(&["vcpus=30", "nodes=42", "vcpus=54"]), None);
        assert_eq!(swept(&["a=1 b=2", "a=2 b=2", "a=3 b=2"]), None);
        assert_eq!(swept(&["small", "large", "a=3"]), None);
    }

    #[test]
    fn other_names_stay_as_they_are() {
        for names in [
            ["min_nodes=1", "min_nodes=2"],
            [
                "idle_before_scale_down=2m",
                "a-name-that-has-no-keys-at-all",
            ],
            ["a-name-that-has-no-keys-at-all", "another"],
            [
                "idle_before_scale_down=2m a=1",
                "idle_before_scale_down=2m b=1",
            ],
        ] {
            let (short, keys) = short_names(&names);
            assert_eq!(
                (short.as_slice(), keys.as_str()),
                (names.map(str::to_owned).as_slice(), "")
            );
        }
        assert_eq!(short_names(&["idle_before_scale_down=2m"]).1, "");
    }
}
