//! What evictions take of nodes, with the checkpoints against them, in words.

use super::StudyResults;
use super::losses;
use super::numbers::Shown;
use super::row::Row;

/// Heading of the sentences.
pub(super) const HEADING: &str = "What evictions, checkpoints and restarts take";

/// A sentence of each variant whose runs lose work, write checkpoints or start again.
pub(super) fn sentences(study: &StudyResults) -> Vec<String> {
    let rows = study.variants.iter().map(Row::of_all);
    rows.filter_map(|row| sentence(&row)).collect()
}

fn sentence(row: &Row<'_>) -> Option<String> {
    let hours = row.figure(losses::OVERHEAD_HOURS.statistic)?;
    if hours.mean <= 0.0 {
        return None;
    }
    let share = row.figure(losses::OVERHEAD_SHARE.statistic);
    let share = share.map_or_else(String::new, |share| {
        let share = Shown::percent(share).with_unit("%");
        format!(", {share} of the time that runs have nodes")
    });
    let cost = row.figure(losses::OVERHEAD_COST.statistic);
    let cost = cost.map_or_else(String::new, |cost| {
        let cost = Shown::of(cost).with_unit(row.currency().code());
        format!(", {cost}")
    });
    let parts = [
        ("lost work", losses::NODE_HOURS),
        ("checkpoints", losses::CHECKPOINT_HOURS),
        ("restarts", losses::RESTART_HOURS),
    ];
    let parts = parts.map(|(name, figure)| {
        let part = row.figure(figure.statistic);
        let part = part.map_or_else(|| "0".to_owned(), |part| Shown::of(part).mean);
        format!("{name} {part}")
    });
    Some(format!(
        "{}: {}{share}{cost} ({})",
        row.variant,
        Shown::of(hours).with_unit("node-h"),
        parts.join(", ")
    ))
}
