//! What users and groups with limits of their own get, a line for each limit.

use super::judged::{Judged, Standing, Verdict};
use super::text::Teller;
use super::{Answer, Choice, Outcome};
use crate::goal::{Limit, ScopeKind};

/// Variants that a line tells of at most: the one to take, the baseline, and others in the order of the scenario.
const MOST: usize = 4;

impl Answer<'_> {
    /// A line for each limit on users and groups, with the figures of the variants: the one to take first, then the baseline.
    pub fn of_users_and_groups(&self) -> Vec<String> {
        let Choice::Goal {
            goal,
            standings,
            outcome,
        } = &self.choice
        else {
            return Vec::new();
        };
        let order = self.order(standings.len(), outcome);
        let limits = goal.limits.iter().filter(|limit| is_of_a_part(limit));
        limits
            .map(|limit| self.line(limit, standings, &order))
            .collect()
    }

    fn order(&self, count: usize, outcome: &Outcome) -> Vec<usize> {
        let first = match outcome {
            Outcome::Chosen(chosen) => chosen.position,
            Outcome::Undecided(position) | Outcome::Missed(position) => *position,
        };
        let mut order = vec![first];
        let rest = std::iter::once(self.study.baseline).chain(0..count);
        for position in rest {
            if !order.contains(&position) {
                order.push(position);
            }
        }
        order
    }

    /// `p95 wait of user bob (<= 5m): `two` 3.1 min (± 0.2), meets; `one` 9.0 min (± 0.4), fails`.
    fn line(&self, limit: &Limit, standings: &[Standing<'_>], order: &[usize]) -> String {
        let teller = Teller { study: self.study };
        let of = |position: &usize| {
            let judged = standings[*position].judged.iter();
            let judged = judged.clone().find(|judged| judged.limit == limit)?;
            let value = teller.value_of(judged);
            Some(format!(
                "{} {value}{}",
                teller.name(*position),
                said(judged)
            ))
        };
        let all: Vec<String> = order.iter().filter_map(of).collect();
        let more = match all.len().saturating_sub(MOST) {
            0 => String::new(),
            more => format!("; {more} more in goals.csv"),
        };
        let shown = &all[..all.len().min(MOST)];
        format!("{}: {}{more}", limit.written(), shown.join("; "))
    }
}

fn said(judged: &Judged<'_>) -> &'static str {
    match judged.verdict {
        Verdict::Meets => ", meets",
        Verdict::Undecided { .. } => ", undecided",
        Verdict::NoValue => "",
        Verdict::Fails => ", fails",
    }
}

fn is_of_a_part(limit: &Limit) -> bool {
    let part = limit.scope.part();
    part.is_some_and(|(kind, _)| matches!(kind, ScopeKind::User | ScopeKind::Group))
}
