//! What hinders runs, as a second table: their wait in the queue by cause, and what evictions take, with the
//! checkpoints against them.

use super::main_table::{Column, Lines, Scale, Shown, Unless, fitted};
use super::row::Row;
use super::statistic::Statistic;
use super::{StudyResults, losses, waits};

/// The table, for a terminal of `width` columns; empty where neither needs saying.
pub(super) fn hindrances(study: &StudyResults, shown: &Shown<'_>, width: usize) -> String {
    let rows: Vec<Row<'_>> = shown.rows().flatten().collect();
    let is_any = |statistic: Statistic| {
        let mut estimates = rows.iter().filter_map(|row| row.figure(statistic));
        estimates.any(|estimate| estimate.mean > 0.0)
    };
    let title = match (
        is_any(waits::QUOTA.statistic),
        is_any(losses::NODES_EVICTED.statistic) || is_any(losses::OVERHEAD_HOURS.statistic),
    ) {
        (false, false) => return String::new(),
        (true, false) => "Waiting time in the queue by cause:",
        (_, true) => "Waiting time in the queue by cause, and what evictions and checkpoints take:",
    };
    let text = fitted(&Lines::of(shown, study), &columns(), width, true);
    format!("{}\n{text}", super::wrapping::wrapped(title, width))
}

/// The parts of the mean wait in the queue, by what its head lacks, then what lost nodes do.
fn columns() -> [Column; 12] {
    use Scale::{Money, Percent, Plain, Wait};
    use Unless::{Any, Known};
    [
        Column::new(
            ("wait_provisioning_mean_s", 1),
            "provisioning\nwait",
            Wait,
            Known,
        ),
        Column::new(("wait_quota_mean_s", 0), "quota\nwait", Wait, Any),
        Column::new(("wait_capacity_mean_s", 3), "capacity\nwait", Wait, Known),
        Column::new(
            ("interruption_overhead_usd", 1),
            "cost of\noverhead",
            Money(""),
            Any,
        ),
        Column::new(
            ("interruption_overhead_node_hours", 2),
            "overhead\nnode-h",
            Plain,
            Any,
        ),
        Column::new(("nodes_evicted", 2), "nodes\nevicted", Plain, Any),
        Column::new(("runs_interrupted", 4), "runs\ninterrupted", Plain, Any),
        Column::new(
            ("completed_share", 6),
            "completed\nshare",
            Percent,
            Unless::Whole,
        ),
        Column::new(("lost_work_node_hours", 5), "lost\nnode-h", Plain, Any),
        Column::new(
            ("checkpoints_node_hours", 3),
            "checkpoints\nnode-h",
            Plain,
            Any,
        ),
        Column::new(("restarts_node_hours", 5), "restarts\nnode-h", Plain, Any),
        Column::new(("lost_work_share", 1), "lost\nwork", Percent, Any),
    ]
}
