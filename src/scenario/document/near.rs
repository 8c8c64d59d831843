//! What an unknown key was probably meant to be: a synonym, a near miss, or a key of another table.

use super::synonyms::SYNONYMS;
use crate::goal::Figure;
use crate::nearest::{likeness, nearest};
use crate::scenario::keys::{TOP, names, sections};

/// Names listed at most.
const LISTED: usize = 100;
/// From here on a name is surely a slip of the pen.
const SURE: f64 = 0.75;
/// From here on it is worth a question.
const LIKELY: f64 = 0.6;

/// Whether a key of a table is one of the top level, where it belongs.
pub(super) fn is_top_key(key: &str, allowed: &[&str]) -> bool {
    names(TOP).contains(&key) && !allowed.contains(&key)
}

/// Where an unknown key is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At the top level.
    Top,
    /// In a table of the file.
    Table,
    /// In a flag, below a table.
    Flag,
}

/// The allowed key that was probably meant, and what is said of an unknown one.
pub(super) fn unknown_key<'a>(
    key: &str,
    allowed: &[&'a str],
    place: Place,
) -> (Option<&'a str>, String) {
    let written = key.to_lowercase().replace('-', "_");
    let near = nearest(&written, allowed.iter().copied(), 1)
        .first()
        .copied();
    let near = near.map(|near| (near, likeness(&written, near)));
    let likely = |least: f64| {
        near.filter(|(_, score)| *score >= least)
            .map(|(near, _)| near)
    };
    let meant = of_column(&written, allowed)
        .or_else(|| likely(SURE))
        .or_else(|| synonym(&written, allowed));
    let elsewhere = match meant {
        Some(_) => None,
        None => elsewhere(&written, place, allowed),
    };
    match (
        meant.or_else(|| likely(LIKELY).filter(|_| elsewhere.is_none())),
        elsewhere,
    ) {
        (Some(meant), _) => (Some(meant), keys_allowed(&written, Some(meant), allowed)),
        (None, Some(elsewhere)) => {
            let all = keys_allowed(&written, None, allowed);
            (None, format!("{elsewhere}; {all}"))
        }
        (None, None) => (None, keys_allowed(&written, None, allowed)),
    }
}

/// The limit on the figure of a column of the results.
fn of_column<'a>(written: &str, allowed: &[&'a str]) -> Option<&'a str> {
    find(Figure::of_column(written)?.name(), allowed)
}

fn synonym<'a>(written: &str, allowed: &[&'a str]) -> Option<&'a str> {
    let known = SYNONYMS
        .iter()
        .filter(|(words, _)| words.contains(&written));
    let mut keys = known.flat_map(|(_, keys)| keys.iter());
    keys.find_map(|key| find(key, allowed))
}

fn find<'a>(key: &str, allowed: &[&'a str]) -> Option<&'a str> {
    allowed.iter().copied().find(|allowed| *allowed == key)
}

/// Where a key belongs that does not belong here.
fn elsewhere(written: &str, place: Place, allowed: &[&str]) -> Option<String> {
    if allowed.contains(&"minimize") && (names(TOP).contains(&written) || written == "class") {
        return Some(
            "a goal is about all targets together, one of them (`target.NAME.wait_p95`), or the runs of one workload, user or group \
             (`workload.NAME.wait_p95`); figures by class are in `groups.csv`"
                .to_owned(),
        );
    }
    if place != Place::Top && names(TOP).contains(&written) {
        let how = match place {
            Place::Flag => "write it without a table and a dot before it",
            Place::Table | Place::Top => {
                "write it above the first line in brackets, as what follows such a line belongs to its table"
            }
        };
        return Some(format!("`{written}` belongs to the top level: {how}"));
    }
    let tables: Vec<String> = sections()
        .into_iter()
        .filter(|(heading, keys)| heading != "Top level" && names(keys).contains(&written))
        .map(|(heading, _)| heading)
        .collect();
    let more = if tables.len() > 3 { " and others" } else { "" };
    (!tables.is_empty()).then(|| {
        let shown = list(&tables[..tables.len().min(3)]);
        format!("`{written}` is a key of {shown}{more}")
    })
}

/// Names in backticks, separated by commas.
pub(in crate::scenario) fn list<S: AsRef<str>>(names: &[S]) -> String {
    let names: Vec<String> = names
        .iter()
        .map(|name| format!("`{}`", name.as_ref()))
        .collect();
    names.join(", ")
}

/// Keys that are all listed for an unknown one, at most: those of every kind of duration are.
const ALL: usize = 12;
/// The first of more, where none is near; and keys listed for a table that is none.
const FEW: usize = 8;
/// Those that are near, at most.
const NEAR: usize = 4;

/// The first of some keys.
pub(super) fn few(keys: &[&str]) -> String {
    match keys.len() {
        0..=FEW => list(keys),
        _ => format!("{} and others", list(&keys[..FEW])),
    }
}

/// "did you mean" a top-level key, and those that are near.
pub(in crate::scenario) fn top_keys(wanted: &str) -> String {
    let all = names(TOP);
    let near = nearest(wanted, all.iter().copied(), 1);
    keys_allowed(wanted, near.first().copied(), &all)
}

/// "did you mean", and the keys of a table: all of few, else those that are near.
fn keys_allowed(wanted: &str, meant: Option<&str>, allowed: &[&str]) -> String {
    let keys = near_or_few(wanted, meant, allowed, ["keys", "allowed here"]);
    match allowed.len() {
        0..=ALL => keys,
        _ => format!("{keys}: docs/scenario-format.md explains them"),
    }
}

/// The same of names that may be very many.
pub(in crate::scenario) fn near_names(wanted: &str, names: &[&str], what: &str) -> String {
    let near = nearest(wanted, names.iter().copied(), 1);
    near_or_few(wanted, near.first().copied(), names, ["names", what])
}

/// "did you mean", and all of few names, else those that are near and how many others there are. Beside one that is meant, only those
/// as near as a slip of the pen are named.
fn near_or_few(wanted: &str, meant: Option<&str>, all: &[&str], [noun, what]: [&str; 2]) -> String {
    if all.len() <= ALL {
        return near_or_all(meant, all, what);
    }
    let others = || all.iter().copied().filter(|key| Some(*key) != meant);
    let mut shown = nearest(wanted, others(), NEAR);
    match meant {
        Some(_) => shown.retain(|key| likeness(wanted, key) >= SURE),
        None if shown.is_empty() => shown.extend(others().take(FEW)),
        None => {}
    }
    let question = meant.map_or_else(String::new, |meant| format!("did you mean `{meant}`? "));
    let more = others().count() - shown.len();
    let all = match shown.len() {
        0 => format!("{more} other {noun} are {what}"),
        _ => format!("{what}: {} and {more} others", list(&shown)),
    };
    format!("{question}{all}")
}

/// "did you mean", and all there is.
pub(in crate::scenario) fn suggestion<S: AsRef<str>>(
    wanted: &str,
    names: &[S],
    what: &str,
) -> String {
    let all = names.iter().map(AsRef::as_ref);
    near_or_all(nearest(wanted, all, 1).first().copied(), names, what)
}

fn near_or_all<S: AsRef<str>>(near: Option<&str>, names: &[S], what: &str) -> String {
    if names.is_empty() {
        return format!("nothing is {what}");
    }
    let shown = &names[..names.len().min(LISTED)];
    let more = match names.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} others"),
    };
    let all = format!("{}{more}", list(shown));
    match near {
        Some(near) => format!("did you mean `{near}`? {what}: {all}"),
        None => format!("{what}: {all}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::keys::{CLUSTER, GOAL, INSTANCE, WORKLOAD};

    #[test]
    fn unknown_keys_are_what_people_mean_by_them() {
        let top: Vec<&str> = names(TOP);
        for (key, allowed, meant) in [
            ("initial", names(CLUSTER), Some("min_nodes")),
            ("initial_nodes", names(CLUSTER), Some("min_nodes")),
            ("min", names(CLUSTER), Some("min_nodes")),
            ("max", names(CLUSTER), Some("max_nodes")),
            ("Max-Nodes", names(CLUSTER), Some("max_nodes")),
            (
                "idle_timeout",
                names(CLUSTER),
                Some("idle_before_scale_down"),
            ),
            ("idle_timeout", names(INSTANCE), Some("idle_shutdown")),
            ("bot", names(CLUSTER), Some("boot")),
            ("spot", names(CLUSTER), Some("tier")),
            ("num_nodes", names(WORKLOAD), Some("nodes")),
            ("cluster", names(WORKLOAD), Some("target")),
            ("rate", names(WORKLOAD), Some("arrivals")),
            ("tz", top, Some("time_zone")),
            ("xyzzy", names(CLUSTER), None),
            ("within_slo_share", names(GOAL), Some("within_slo")),
            ("rejected_share", names(GOAL), Some("rejected")),
            ("cost_workspace_usd", names(GOAL), Some("cost")),
            ("p95_wait", names(GOAL), Some("wait_p95")),
            ("cost_per_month_usd", names(GOAL), Some("cost_per_month")),
        ] {
            assert_eq!(unknown_key(key, &allowed, Place::Table).0, meant, "{key}");
        }
    }

    #[test]
    fn the_keys_that_are_listed_are_few_or_near() {
        let said = |key, allowed: &[&str]| unknown_key(key, allowed, Place::Table).1;
        let many = [
            "nodes", "node", "bodes", "ab", "cd", "ef", "gh", "ij", "kl", "mn", "op", "rs", "tu",
        ];
        let mut waits = many;
        waits[..2].copy_from_slice(&["wait_p95", "wait_p50"]);
        let ending = ": docs/scenario-format.md explains them";
        for (key, allowed, told) in [
            (
                "xyz",
                &many[..3],
                "allowed here: `nodes`, `node`, `bodes`".to_owned(),
            ),
            (
                "nodess",
                &many[..],
                format!("did you mean `nodes`? 12 other keys are allowed here{ending}"),
            ),
            (
                "wait_p59",
                &waits[..],
                format!("did you mean `wait_p95`? allowed here: `wait_p50` and 11 others{ending}"),
            ),
            (
                "vwxyz",
                &many[..],
                format!(
                    "allowed here: `nodes`, `node`, `bodes`, `ab`, `cd`, `ef`, `gh`, `ij` and 5 others{ending}"
                ),
            ),
            (
                "bot",
                &names(CLUSTER)[..],
                format!("did you mean `boot`? 35 other keys are allowed here{ending}"),
            ),
        ] {
            assert_eq!(said(key, allowed), told);
        }
        assert!(said("gpus", &names(CLUSTER)).starts_with("`gpus` is a key of `[workload.NAME]`"));
        assert!(said("horizon", &names(CLUSTER)).starts_with("`horizon` belongs to the top level"));
        assert!(
            said("max_nodes", &names(INSTANCE))
                .starts_with("`max_nodes` is a key of `[cluster.NAME]`")
        );
    }
}
