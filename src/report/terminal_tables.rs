//! The tables on the terminal, and the units of their times: one with a row per variant and target, a second one where
//! quotas or lost nodes matter, and one of services and their requests.

use super::figures;
use super::numbers::TimeUnit;
use super::row::{ALL_TARGETS, Row, rows};
use super::statistic::{Statistic, Value};
use super::text_table::{BELOW, BESIDE, Layout, Scale, Shows, shows, table};
use super::{StudyResults, VariantResults, losses, money, requests, waits};

/// The tables of a study, for a terminal of `width` columns; each is empty where it has nothing to show.
pub(super) fn tables(study: &StudyResults, width: usize) -> [String; 3] {
    let (runs, services) = split(study.variants.iter().flat_map(paid_first).collect());
    let unit = wait_unit(&runs);
    let of_runs = if runs.is_empty() && !services.is_empty() {
        String::new()
    } else {
        table(&runs, &LAYOUTS, width, unit)
    };
    [
        of_runs,
        hindrances(&runs, width, unit),
        services_table(&services, width),
    ]
}

/// The rows of a variant. Where it has commitments, what it pays in all comes first: a target's own row leaves out what
/// they took unused, so it is shown only beside other targets.
fn paid_first(variant: &VariantResults) -> Vec<Row<'_>> {
    let mut rows = rows(variant);
    if !variant.commitments.is_empty() {
        rows.rotate_right(1);
        if variant.targets.len() == 1 {
            rows.truncate(1);
        }
    }
    rows
}

/// The rows of what takes runs, and of what serves requests. All targets of a variant together are among the runs if it
/// has some, and among the services if it has several.
fn split(rows: Vec<Row<'_>>) -> (Vec<Row<'_>>, Vec<Row<'_>>) {
    let services_of = |variant: &str| {
        let of = rows
            .iter()
            .filter(|row| row.variant == variant && row.target != ALL_TARGETS);
        of.filter(|row| row.serves()).count()
    };
    let services = rows
        .iter()
        .filter(|row| row.serves() && (row.target != ALL_TARGETS || services_of(row.variant) > 1));
    let services = services.cloned().collect();
    let mut runs = rows;
    runs.retain(Row::takes_runs);
    (runs, services)
}

/// A column of means.
const fn mean(header: &'static str, value: Value) -> Shows {
    shows(header, Statistic::Mean(value), Scale::Plain)
}

/// Runs and money.
const MONEY: &[Shows] = &[
    mean("runs", figures::submitted),
    mean("completed", figures::completed),
    mean("not completed", figures::not_completed).where_any(),
    mean("not started", figures::not_started).where_any(),
    mean("cost USD", money::own_cost),
    mean("others' bill USD", money::others).where_any(),
    shows("USD per run", money::COST_PER_RUN, Scale::Plain),
];

/// Waits, all in one unit.
const WAITS: &[Shows] = &[
    shows("mean wait", figures::WAIT_MEAN, Scale::Time),
    shows("p50 wait", figures::WAIT_P50, Scale::Time),
    shows("p95 wait", figures::WAIT_P95, Scale::Time),
    shows("p99 wait", figures::WAIT_P99, Scale::Time),
];

/// What the nodes did.
const NODES: &[Shows] = &[
    shows("util.", figures::UTILIZATION, Scale::Percent),
    shows("idle share", figures::IDLE_SHARE, Scale::Percent),
    mean("node-h", figures::billed_hours),
    mean("peak nodes", figures::peak_nodes),
];

/// From the most to the least wide.
const LAYOUTS: [Layout; 4] = [
    Layout {
        between: BESIDE,
        blocks: &[&[MONEY, WAITS, NODES]],
    },
    Layout {
        between: BELOW,
        blocks: &[&[MONEY, WAITS, NODES]],
    },
    Layout {
        between: BELOW,
        blocks: &[&[MONEY], &[WAITS, NODES]],
    },
    Layout {
        between: BELOW,
        blocks: &[&[MONEY], &[WAITS], &[NODES]],
    },
];

/// The parts of the mean wait that runs spend in the queue, by what its head lacks.
const QUEUE: &[Shows] = &[
    shows("provisioning wait", waits::SPIN_UP.statistic, Scale::Time),
    shows("quota wait", waits::QUOTA.statistic, Scale::Time).where_any(),
    shows("capacity wait", waits::CAPACITY.statistic, Scale::Time),
];

/// What lost nodes do.
const LOST: &[Shows] = &[
    shows(
        "nodes evicted",
        losses::NODES_EVICTED.statistic,
        Scale::Plain,
    )
    .where_any(),
    shows(
        "runs interrupted",
        losses::RUNS_INTERRUPTED.statistic,
        Scale::Plain,
    )
    .where_any(),
    shows(
        "completed share",
        losses::COMPLETION.statistic,
        Scale::Percent,
    ),
    shows("lost node-h", losses::NODE_HOURS.statistic, Scale::Plain).where_any(),
    shows("lost work", losses::SHARE.statistic, Scale::Percent).where_any(),
];

/// The second table, from the most to the least wide.
const HINDRANCES: [Layout; 3] = [
    Layout {
        between: BESIDE,
        blocks: &[&[QUEUE, LOST]],
    },
    Layout {
        between: BELOW,
        blocks: &[&[QUEUE, LOST]],
    },
    Layout {
        between: BELOW,
        blocks: &[&[QUEUE], &[LOST]],
    },
];

/// What became of requests.
const REQUESTS: &[Shows] = &[
    mean("requests", requests::arrived),
    shows("rejected (503)", requests::REJECTED_SHARE, Scale::Percent),
    shows("timed out", requests::TIMED_OUT_SHARE, Scale::Percent).where_any(),
    shows("not ended", requests::UNFINISHED_SHARE, Scale::Percent).where_any(),
    shows("cold starts", requests::COLD_SHARE, Scale::Percent).where_any(),
    shows("within SLO", requests::SLO_SHARE, Scale::Percent).where_known(),
];

/// Latencies, all in one unit.
const LATENCIES: &[Shows] = &[
    shows("p50 latency", requests::LATENCY_P50, Scale::Time),
    shows("p95 latency", requests::LATENCY_P95, Scale::Time),
    shows("p99 latency", requests::LATENCY_P99, Scale::Time),
];

/// What it takes.
const REPLICAS: &[Shows] = &[
    mean("mean replicas", requests::replicas_mean),
    mean("cost USD", requests::cost),
    shows("USD per 1,000", requests::COST_PER_THOUSAND, Scale::Plain),
];

/// The table of services, from the most to the least wide.
const SERVICES: [Layout; 4] = [
    Layout {
        between: BESIDE,
        blocks: &[&[REQUESTS, LATENCIES, REPLICAS]],
    },
    Layout {
        between: BELOW,
        blocks: &[&[REQUESTS, LATENCIES, REPLICAS]],
    },
    Layout {
        between: BELOW,
        blocks: &[&[REQUESTS], &[LATENCIES, REPLICAS]],
    },
    Layout {
        between: BELOW,
        blocks: &[&[REQUESTS], &[LATENCIES], &[REPLICAS]],
    },
];

/// Services and their requests; empty where there are none.
fn services_table(rows: &[Row<'_>], width: usize) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let text = table(rows, &SERVICES, width, latency_unit(rows));
    format!("Services and their requests:\n{text}")
}

/// The unit of all waits of a study.
pub(super) fn unit_of_waits(study: &StudyResults) -> TimeUnit {
    wait_unit(&split(study.variants.iter().flat_map(paid_first).collect()).0)
}

/// The unit of all latencies of a study.
pub(super) fn unit_of_latencies(study: &StudyResults) -> TimeUnit {
    latency_unit(&split(study.variants.iter().flat_map(paid_first).collect()).1)
}

/// One unit for all latencies.
fn latency_unit(rows: &[Row<'_>]) -> TimeUnit {
    let means = rows
        .iter()
        .flat_map(|row| LATENCIES.iter().filter_map(|of| row.figure(of.statistic)));
    TimeUnit::suiting_latencies(means.map(|estimate| estimate.mean))
}

/// One unit for all waits.
fn wait_unit(rows: &[Row<'_>]) -> TimeUnit {
    let means = rows
        .iter()
        .flat_map(|row| WAITS.iter().filter_map(|wait| row.figure(wait.statistic)));
    TimeUnit::suiting_all(means.map(|estimate| estimate.mean))
}

/// Waiting time in the queue by cause, and work lost to evictions; empty where neither needs saying.
fn hindrances(rows: &[Row<'_>], width: usize, unit: TimeUnit) -> String {
    let is_any = |statistic: Statistic| {
        let mut estimates = rows.iter().filter_map(|row| row.figure(statistic));
        estimates.any(|estimate| estimate.mean > 0.0)
    };
    let title = match (
        is_any(waits::QUOTA.statistic),
        is_any(losses::NODES_EVICTED.statistic),
    ) {
        (false, false) => return String::new(),
        (true, false) => "Waiting time in the queue by cause:",
        (_, true) => "Waiting time in the queue by cause, and work lost to evictions:",
    };
    format!("{title}\n{}", table(rows, &HINDRANCES, width, unit))
}
