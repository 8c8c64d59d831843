//! The cheapest of variants that serve alike, so that nothing but cost tells them apart.

use crate::report::StudyResults;
use crate::report::change::{Change, Verdict};
use crate::report::comparison::change_between;
use crate::report::family::Family;
use crate::report::figures;
use crate::report::row::Row;
use crate::report::statistic::Statistic;
use crate::stats::Estimate;

/// The variant to take where the times of all are the same in each replication.
#[derive(Clone, Debug, PartialEq)]
pub struct Cheapest {
    /// Its position.
    pub position: usize,
    /// What it costs.
    pub cost: Estimate,
    /// Another variant that clearly costs more, with how the cost changes to that: the baseline, else the next cheapest.
    pub against: Option<(usize, Change)>,
    /// Those that cost the same in each replication.
    pub same: Vec<usize>,
    /// Those that do not clearly cost more.
    pub tied: Vec<usize>,
}

/// The cheapest variant, if the times of all are the same.
pub(super) fn cheapest(
    study: &StudyResults,
    rows: &[Row<'_>],
    [cost, time]: [Statistic; 2],
) -> Option<Cheapest> {
    let (first, others) = rows.split_first()?;
    let is_same = |one: &Row<'_>, statistic: Statistic| {
        let same = change_between(one, first, statistic).verdict(false);
        // What no run has is the same.
        same.is_none_or(|verdict| verdict == Verdict::Same)
    };
    let times = if first.takes_runs() {
        vec![figures::WAIT_P95, time]
    } else {
        vec![time]
    };
    let alike = |one: &Row<'_>| times.iter().all(|of| is_same(one, *of));
    if others.is_empty() || !others.iter().all(alike) {
        return None;
    }
    let costs = rows.iter().map(|row| row.figure(cost));
    let costs: Vec<Estimate> = costs.collect::<Option<_>>()?;
    let mean = |at: &usize| costs[*at].mean;
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by(|one, other| mean(one).total_cmp(&mean(other)));
    let position = order[0];
    let family = Family {
        variants: rows.len(),
        baseline: study.baseline,
        is_told_as_ratio: true,
        change: |to: usize, from: usize| change_between(&rows[to], &rows[from], cost),
    };
    let changes = family.from(position, &order[1..]).into_iter();
    let all: Vec<(usize, Change)> = order[1..].iter().copied().zip(changes).collect();
    let with = |wanted: Verdict| {
        let with = all
            .iter()
            .filter(move |(_, of)| of.verdict(true) == Some(wanted));
        with.copied().collect::<Vec<(usize, Change)>>()
    };
    let positions = |of: Vec<(usize, Change)>| of.into_iter().map(|(at, _)| at).collect();
    let dearer = with(Verdict::Clear);
    let baseline = dearer.iter().find(|(at, _)| *at == study.baseline);
    Some(Cheapest {
        position,
        cost: costs[position],
        against: baseline.or(dearer.first()).copied(),
        same: positions(with(Verdict::Same)),
        tied: positions(with(Verdict::Unclear)),
    })
}
