//! The cheapest of variants that serve alike, in sentences.

use super::cheapest::Cheapest;
use super::front::Front;
use super::text::{Teller, listed, of_one};
use crate::goal::Work;
use crate::report::numbers::Shown;

impl Teller<'_> {
    /// That variants are left out which take runs, where the others serve requests.
    pub(super) fn with_runs(&self, front: &Front<'_>) -> Option<String> {
        let (take, are) = match front.unlike.len() {
            0 => return None,
            1 => ("takes", "is"),
            _ => ("take", "are"),
        };
        let names = front.unlike.iter().map(|at| self.name(*at));
        Some(format!(
            "{} {take} runs, whose waits are no latencies, and {are} not compared with them.",
            listed(&names.collect::<Vec<String>>())
        ))
    }

    /// What is said of it.
    pub(super) fn cheapest(&self, front: &Front<'_>, cheapest: &Cheapest) -> Vec<String> {
        let study = self.study;
        let amount = |of| Shown::of(of).with_unit(study.currency().code());
        let of_one = of_one(front);
        let than = cheapest.against.and_then(|(other, change)| {
            let less = amount(change.judged_difference()?);
            let next = if other == study.baseline {
                ""
            } else {
                ", the next that clearly costs more"
            };
            Some(format!(", {less} less than {}{next}", self.name(other)))
        });
        let mut sentences = vec![format!(
            "Take {}: it costs {}{of_one}{}.",
            self.name(cheapest.position),
            amount(cheapest.cost),
            than.unwrap_or_default()
        )];
        if !cheapest.same.is_empty() {
            sentences.push(format!("The same cost: {}.", self.names(&cheapest.same)));
        }
        if !cheapest.tied.is_empty() {
            let names = self.names(&cheapest.tied);
            sentences.push(format!("No clear difference in cost to {names}."));
        }
        let times = match front.time.work() {
            Work::Requests => "latencies",
            _ => "waits",
        };
        sentences.push(format!(
            "The {times} of all variants are the same, so that they differ in cost alone."
        ));
        sentences
    }
}
