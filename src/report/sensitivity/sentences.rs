//! What an answer rests on, in sentences.

use super::told::{Told, percent};
use super::tornado::{Choice, End};
use crate::goal::Figure;
use crate::report::answer::{a_month, listed};
use crate::stats::CONFIDENCE;
use crate::stats::screening::share_of;

impl Told<'_, '_> {
    pub(super) fn sentences(&self) -> Vec<String> {
        let mut sentences = vec![self.stated(), self.stays()];
        sentences.extend(self.movers());
        sentences.extend(self.changers());
        sentences
    }

    /// What is recommended as stated.
    fn stated(&self) -> String {
        let of = self.of;
        let name = self.teller.name(of.recommended);
        let showing = &of.stated.variants[of.recommended];
        let shown = |(position, figure): (usize, Figure)| {
            let shown = self.teller.shown(figure, showing.figures[position]?);
            let month = a_month(position == 0 && of.figures.is_per_month());
            Some((figure.words(), format!("{shown}{month}")))
        };
        let figures: Vec<(&str, String)> = of.figures.told().filter_map(shown).collect();
        let words: Vec<String> = figures
            .iter()
            .map(|(words, shown)| format!("its {words} is {shown}"))
            .collect();
        let words = listed(&words);
        let limits = self.teller.limits(of.goal);
        let least = || match &figures[..] {
            [(least, shown)] => format!("the smallest {least}, {shown}"),
            [(least, shown), (other, time)] => {
                format!("the smallest {least}, {shown}; its {other} is {time}")
            }
            _ => format!("the smallest {}", of.goal.minimize.words()),
        };
        match (of.stated.best, limits.is_empty()) {
            (Some(_), true) => format!("As stated, {name} has {}.", least()),
            (Some(_), false) => {
                format!(
                    "As stated, {name} meets the goal ({limits}) at {}.",
                    least()
                )
            }
            (None, true) => {
                format!("As stated, no variant keeps up with its work; of {name}, {words}.")
            }
            (None, false) => format!(
                "As stated, no variant surely meets the goal ({limits}). {name} comes closest: {words}."
            ),
        }
    }

    /// In how many combinations it stays the best choice.
    fn stays(&self) -> String {
        let of = self.of;
        let row = &of.choices[of.recommended];
        let Some(share) = share_of(row.best, row.count, CONFIDENCE) else {
            return String::new();
        };
        let [share, low, high] = share.map(percent);
        let stays = if of.stated.best.is_some() {
            "it stays the best choice"
        } else {
            "it is the best choice"
        };
        let mut sentence = format!(
            "In {share} % of {} combinations of the inputs {stays} (95 % interval: {low} to {high} %)",
            self.combinations()
        );
        let mut others: Vec<usize> = (0..of.choices.len())
            .filter(|other| *other != of.recommended && of.choices[*other].best > 0)
            .collect();
        others.sort_by_key(|other| std::cmp::Reverse(of.choices[*other].best));
        let mut rest: Vec<String> = others
            .iter()
            .map(|other| {
                let share = of.choices[*other].best as f64 / row.count as f64;
                format!("{} in {} %", self.teller.name(*other), percent(share))
            })
            .collect();
        if of.without > 0 {
            let share = percent(of.without as f64 / row.count as f64);
            let none = if of.goal.limits.is_empty() {
                "none keeps up with its work"
            } else {
                "none surely meets the goal"
            };
            rest.push(format!("{none} in {share} %"));
        }
        if !rest.is_empty() {
            sentence.push_str("; ");
            sentence.push_str(&listed(&rest));
        }
        if row.undecided > 0 {
            let share = percent(row.undecided as f64 / row.count as f64);
            let undecided = format!(
                ". Whether {} meets the goal is undecided in {share} %",
                self.teller.name(of.recommended)
            );
            sentence.push_str(&undecided);
        }
        sentence + "."
    }

    /// The inputs that move each figure most.
    fn movers(&self) -> Option<String> {
        const NAMED: usize = 2;
        let clauses = self.of.figures.told().filter_map(|(position, figure)| {
            let mut by_size: Vec<(&str, f64)> = self
                .own_effects()
                .filter_map(|(label, effect)| {
                    let size = effect.figures[position].as_ref()?.mu_star.mean;
                    (size > 0.0).then_some((label, size))
                })
                .collect();
            by_size.sort_by(|one, other| other.1.total_cmp(&one.1));
            let names = by_size.iter().take(NAMED);
            let names: Vec<String> = names.map(|(label, _)| format!("`{label}`")).collect();
            (!names.is_empty())
                .then(|| format!("its {} by {}", figure.words(), names.join(", then ")))
        });
        let clauses: Vec<String> = clauses.collect();
        (!clauses.is_empty()).then(|| format!("Moved most: {}.", clauses.join("; ")))
    }

    /// The inputs that alone change the best choice, and those of which that is undecided.
    fn changers(&self) -> Vec<String> {
        let changing = self.ends(Choice::changes, |end| format!(" ({})", self.best(end.best)));
        let unsure = self.ends(|choice| choice == Choice::Unsure, |_| String::new());
        let mut sentences = Vec::new();
        if !changing.is_empty() {
            sentences.push(format!(
                "Alone, these change the best choice: {}.",
                listed(&changing)
            ));
        } else if unsure.is_empty() {
            sentences.push(
                "No input alone changes the best choice at the values that are given.".to_owned(),
            );
        }
        if !unsure.is_empty() {
            sentences.push(format!(
                "Whether {} still meets the goal is undecided for {}: more replications may tell.",
                self.teller.name(self.of.recommended),
                listed(&unsure)
            ));
        }
        sentences
    }

    /// The values of inputs alone at which this holds of the choice, with what is said of each.
    fn ends(&self, holds: impl Fn(Choice) -> bool, said: impl Fn(&End) -> String) -> Vec<String> {
        let of = self.of;
        let ends = of.bars.iter().flat_map(|bar| {
            let such = bar.ends.iter().filter(|end| holds(end.choice));
            such.map(|end| {
                let label = &of.design.uncertain[bar.input].label;
                format!("`{label}` at {}{}", end.written, said(end))
            })
        });
        ends.collect()
    }

    fn best(&self, best: Option<usize>) -> String {
        best.map_or_else(|| "none".to_owned(), |best| self.teller.name(best))
    }
}
