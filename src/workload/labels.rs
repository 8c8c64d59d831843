//! What a log says of whose its runs are. Texts are kept once; a run carries a number.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The columns of such texts, as the scenario and the CSV files call them.
pub const LABELS: [&str; 3] = ["user", "group", "class"];

/// What a row says in these columns: positions of texts, from 1; 0 where it says nothing.
pub type Label = [u32; LABELS.len()];

/// The labels of the rows of a log; which row has which is not stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labels {
    /// The texts of each column, in order.
    texts: [Vec<String>; LABELS.len()],
    /// Each label that some row has, once.
    sets: Vec<Label>,
    /// Of each row the position of its label in `sets`, from 1.
    #[serde(skip)]
    of_rows: Vec<u32>,
}

impl Labels {
    /// The labels of rows, by the positions of their texts; `None` where no row has any text.
    pub fn new(
        texts: &[Vec<String>; LABELS.len()],
        rows: impl Iterator<Item = Label>,
    ) -> Option<Self> {
        let mut rows: Vec<Label> = rows.collect();
        let mut labels = Self::default();
        for (column, texts) in texts.iter().enumerate() {
            let ordered = Ordered::new(texts, rows.iter().map(|row| row[column]));
            for row in &mut rows {
                row[column] = ordered.new[row[column] as usize];
            }
            labels.texts[column] = ordered.texts;
        }
        if labels.texts.iter().all(Vec::is_empty) {
            return None;
        }
        let mut known: BTreeMap<Label, u32> = BTreeMap::new();
        for label in rows {
            let of_row = *known.entry(label).or_insert_with(|| {
                labels.sets.push(label);
                u32::try_from(labels.sets.len()).expect("a log has fewer than 2^32 rows")
            });
            labels.of_rows.push(of_row);
        }
        Some(labels)
    }

    /// The number of a row's label.
    #[inline]
    pub fn of_row(&self, row: usize) -> u32 {
        self.of_rows[row]
    }

    /// How many different labels there are: their numbers are 1 to this.
    pub fn count(&self) -> usize {
        self.sets.len()
    }

    /// The texts of a column, in order.
    pub fn texts(&self, column: usize) -> &[String] {
        &self.texts[column]
    }

    /// The texts of the column of a name, in order; none of a name that is none of [`LABELS`].
    pub fn texts_of(&self, column: &str) -> impl Iterator<Item = &str> {
        let position = LABELS.iter().position(|own| *own == column);
        let texts = position.map_or(&[][..], |position| self.texts(position));
        texts.iter().map(String::as_str)
    }

    /// What the label of a number says in a column, by the position of the text; `None` where it says nothing.
    pub fn place(&self, number: u32, column: usize) -> Option<usize> {
        let label = self.sets.get((number as usize).checked_sub(1)?)?;
        (label[column] as usize).checked_sub(1)
    }

    /// The same as a text; empty where it says nothing.
    pub fn text(&self, number: u32, column: usize) -> &str {
        let place = self.place(number, column);
        place.map_or("", |place| self.texts[column][place].as_str())
    }
}

/// The texts of each column that several logs have, in order.
pub fn shared<'a>(logs: &[&'a Labels]) -> [Vec<&'a str>; LABELS.len()] {
    std::array::from_fn(|column| {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for text in logs.iter().flat_map(|labels| labels.texts(column)) {
            *counts.entry(text).or_default() += 1;
        }
        let several = counts.into_iter().filter(|(_, count)| *count > 1);
        several.map(|(text, _)| text).collect()
    })
}

/// The texts of a column that rows have, in order.
struct Ordered {
    texts: Vec<String>,
    /// Of each position in the old texts, from 1, that in these; 0 of 0.
    new: Vec<u32>,
}

impl Ordered {
    fn new(texts: &[String], rows: impl Iterator<Item = u32>) -> Self {
        let mut is_used = vec![false; texts.len() + 1];
        for place in rows {
            is_used[place as usize] = true;
        }
        let mut used: Vec<usize> = (0..texts.len()).filter(|at| is_used[at + 1]).collect();
        used.sort_unstable_by_key(|at| &texts[*at]);
        let mut new = vec![0; is_used.len()];
        for (place, at) in (1..).zip(&used) {
            new[at + 1] = place;
        }
        let texts = used.into_iter().map(|at| texts[at].clone()).collect();
        Self { texts, new }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_in_order_and_rows_keep_theirs() {
        let texts = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect();
        let columns = [texts(&["zoe", "bob", "ann"]), texts(&[]), texts(&["gpu"])];
        let rows = [[1, 0, 1], [3, 0, 0], [0, 0, 0], [1, 0, 1]];
        let labels = Labels::new(&columns, rows.into_iter()).expect("there are texts");
        assert_eq!(labels.texts(0), ["ann", "zoe"], "those that rows have");
        assert_eq!(labels.count(), 3);
        let said = |row| [0, 1, 2].map(|column| labels.text(labels.of_row(row), column));
        assert_eq!(said(0), ["zoe", "", "gpu"]);
        assert_eq!(said(1), ["ann", "", ""]);
        assert_eq!(said(2), ["", "", ""]);
        assert_eq!(labels.of_row(0), labels.of_row(3));
        assert_eq!(labels.text(0, 0), "", "no label");
        assert_eq!(Labels::new(&columns, [[0; 3]].into_iter()), None);
    }

    #[test]
    fn texts_of_several_logs_are_those_that_two_have() {
        let log = |users: &[&str], class: &str| {
            let users: Vec<String> = users.iter().map(|user| (*user).to_owned()).collect();
            let rows = 1..=u32::try_from(users.len()).unwrap();
            let columns = [users, Vec::new(), vec![class.to_owned()]];
            Labels::new(&columns, rows.map(|user| [user, 0, 1])).expect("there are texts")
        };
        let logs = [log(&["zoe", "ann"], "a"), log(&["bob", "ann", "zoe"], "b")];
        let several = shared(&logs.each_ref());
        assert_eq!(several, [vec!["ann", "zoe"], Vec::new(), Vec::new()]);
        assert_eq!(shared(&[&logs[0]]), [const { Vec::<&str>::new() }; 3]);
    }
}
