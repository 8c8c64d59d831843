//! What results are made of: equal inputs give equal results, and others may not be mixed.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// What results are made of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Inputs {
    /// Version of the program.
    pub tool_version: String,
    /// The scenario file as it was read.
    pub scenario_text: String,
    /// The data files that it names.
    pub data_files: Vec<FileSum>,
    /// The `--set` flags.
    pub overrides: Vec<String>,
    /// Names of the variants.
    pub variants: Vec<String>,
    /// What all random numbers are derived from.
    pub seed: u64,
    /// Replications of each variant; of a study that is not finished, for which there is room.
    pub replications: u32,
    /// Replications of each variant at most, where intervals decided how many there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_replications: Option<u32>,
    /// Date of the built-in price book of each cloud that something is bought from.
    pub price_books: BTreeMap<String, String>,
    /// Whether every run and every lease is kept.
    pub runs: bool,
    /// Charge periods of the cost export, where there is one.
    pub focus: Option<String>,
    /// Of a search the limits of the goal: they decide which replications there are. What it makes small is in the scenario alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
}

/// What replications are simulated for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// All replications of all variants.
    Study,
    /// The best of the variants, of which each has as many replications as that takes.
    Search,
}

impl fmt::Display for Kind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Study => "study",
            Self::Search => "search",
        })
    }
}

/// A file and its checksum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSum {
    /// Its name, or its path.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
}

impl Inputs {
    /// What the replications are for.
    pub fn kind(&self) -> Kind {
        match self.search {
            Some(_) => Kind::Search,
            None => Kind::Study,
        }
    }

    /// What others are that are not the same, in words.
    pub fn differences(&self, others: &Self) -> Vec<String> {
        let mut found = Vec::new();
        if self.kind() != others.kind() {
            // Their variants are others too, and their numbers mean something else.
            return vec![format!("a {}, now a {}", others.kind(), self.kind())];
        }
        let mut compare = |what: &str, own: String, other: String| {
            if own != other {
                found.push(format!("{what}: {other}, now {own}"));
            }
        };
        compare(
            "version of the program",
            self.tool_version.clone(),
            others.tool_version.clone(),
        );
        compare("seed", self.seed.to_string(), others.seed.to_string());
        compare(
            "replications",
            self.stated_replications(),
            others.stated_replications(),
        );
        compare("`--set`", list(&self.overrides), list(&others.overrides));
        compare("`--runs`", on_off(self.runs), on_off(others.runs));
        compare(
            "`--focus`",
            stated(self.focus.as_ref()),
            stated(others.focus.as_ref()),
        );
        compare(
            "limits of the goal",
            stated(self.search.as_ref()),
            stated(others.search.as_ref()),
        );
        compare(
            "price book",
            books(&self.price_books),
            books(&others.price_books),
        );
        if self.scenario_text != others.scenario_text {
            found.push("text of the scenario file".to_owned());
        } else if self.variants != others.variants {
            found.push("variants".to_owned());
        }
        if sums(&self.data_files) != sums(&others.data_files) {
            found.push(format!("data files: {}", changed(self, others)));
        }
        found
    }

    /// How many replications were asked for.
    fn stated_replications(&self) -> String {
        match self.most_replications {
            Some(most) => format!("at most {most}"),
            None => self.replications.to_string(),
        }
    }
}

fn sums(files: &[FileSum]) -> Vec<&str> {
    files.iter().map(|file| file.sha256.as_str()).collect()
}

/// The names of files that others do not have with the same bytes.
fn changed(own: &Inputs, others: &Inputs) -> String {
    let known = sums(&others.data_files);
    let new = own.data_files.iter();
    let new = new.filter(|file| !known.contains(&file.sha256.as_str()));
    let names: Vec<String> = new.map(|file| file.name.clone()).collect();
    list(&names)
}

fn list(texts: &[String]) -> String {
    if texts.is_empty() {
        return "none".to_owned();
    }
    let quoted: Vec<String> = texts.iter().map(|text| format!("`{text}`")).collect();
    quoted.join(", ")
}

fn stated(text: Option<&String>) -> String {
    text.cloned().unwrap_or_else(|| on_off(false))
}

fn on_off(is_on: bool) -> String {
    if is_on { "on" } else { "off" }.to_owned()
}

fn books(books: &BTreeMap<String, String>) -> String {
    if books.is_empty() {
        return "none".to_owned();
    }
    let books = books.iter().map(|(cloud, date)| format!("{cloud} {date}"));
    books.collect::<Vec<String>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_named() {
        let one = Inputs {
            scenario_text: "a".to_owned(),
            data_files: vec![FileSum {
                name: "x.csv".to_owned(),
                sha256: "00".to_owned(),
            }],
            ..Inputs::default()
        };
        assert_eq!(one.differences(&one.clone()), [""; 0]);
        let mut other = one.clone();
        // Where the files lie does not matter.
        other.data_files[0].name = "there/x.csv".to_owned();
        assert_eq!(one.differences(&other), [""; 0]);
        other.data_files[0].sha256 = "01".to_owned();
        other.seed = 7;
        other.focus = Some("day".to_owned());
        other.scenario_text = "b".to_owned();
        assert_eq!(
            one.differences(&other),
            [
                "seed: 7, now 0",
                "`--focus`: day, now off",
                "text of the scenario file",
                "data files: `x.csv`"
            ]
        );
        // A search is no study, and answers the question of its goal alone.
        let search = |goal: &str| Inputs {
            search: Some(goal.to_owned()),
            ..one.clone()
        };
        assert_eq!(
            one.differences(&search("cost <= 9")),
            ["a search, now a study"]
        );
        assert_eq!(
            search("cost <= 9").differences(&search("cost <= 8")),
            ["limits of the goal: cost <= 8, now cost <= 9"]
        );
    }
}
