//! The text on the terminal: a table with a row per variant and target, a second one where quotas or lost nodes matter, one
//! of services and their requests, and below them what they mean.

use super::break_even_text;
use super::commitments;
use super::figures;
use super::month::without_months;
use super::numbers::{Shown, TimeUnit};
use super::row::{ALL_TARGETS, Row, has_other_bills, rows};
use super::sentences::{basis, clock, sentences};
use super::statistic::{Statistic, Value};
use super::text_table::{BELOW, BESIDE, Layout, Scale, Shows, shows, table};
use super::{StudyResults, VariantResults, losses, money, requests, waits};

/// The tables and the sentences, for a terminal of `width` columns.
pub fn terminal(study: &StudyResults, width: usize) -> String {
    let rows: Vec<Row<'_>> = study.variants.iter().flat_map(paid_first).collect();
    let (runs, services) = split(rows);
    let unit = wait_unit(&runs);
    let mut text = String::new();
    if !runs.is_empty() || services.is_empty() {
        text = table(&runs, &LAYOUTS, width, unit);
    }
    for block in [
        hindrances(&runs, width, unit),
        services_table(&services, width),
        comparison(study),
        makespans(study),
        batch_inference(study),
        bills(study),
        monthly(study),
        drained(study),
        headed("Commitments:\n", commitments::sentences(study)),
        headed("Break-even:\n", break_even_text::sentences(study)),
    ] {
        if !block.is_empty() {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&block);
        }
    }
    text.push('\n');
    text.push_str(&basis(study));
    text.push('\n');
    text
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

/// Lines under a heading; nothing of no lines.
fn headed(heading: &str, lines: Vec<String>) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let lines = lines.into_iter().map(|line| format!("  {line}\n"));
    std::iter::once(heading.to_owned()).chain(lines).collect()
}

/// Each variant against the baseline.
fn comparison(study: &StudyResults) -> String {
    let lines = sentences(study).into_iter().map(|line| line + "\n");
    lines.collect()
}

/// Cost per month of each variant, and why some have none.
fn monthly(study: &StudyResults) -> String {
    let same = study
        .variants
        .windows(2)
        .all(|pair| pair[0].window == pair[1].window);
    let lines = amounts(study, Statistic::Mean(money::cost_per_month), |_| true);
    let without = without_months(study).into_iter().map(|line| line + "\n");
    let without: String = without.collect();
    let Some(baseline) = study.baseline().filter(|_| !lines.is_empty()) else {
        return without;
    };
    let from = if same {
        format!(
            "{} after the warm-up",
            baseline.window.length().to_friendly()
        )
    } else {
        let clocks = study
            .variants
            .iter()
            .map(|variant| format!("{}: {}", variant.name, clock(variant)));
        clocks.collect::<Vec<_>>().join("; ")
    };
    let whose = whose_bill(study);
    format!("Cost per month{whose} (730 h per month, extrapolated from {from}):\n{lines}{without}")
}

/// Whose bill a cost is on, where there are others.
fn whose_bill(study: &StudyResults) -> &'static str {
    if has_other_bills(study) {
        " on the workspace's own bill"
    } else {
        ""
    }
}

/// Says whose costs stand where, if some are not on the workspace's bill.
fn bills(study: &StudyResults) -> String {
    if has_other_bills(study) {
        "Costs and comparisons are of the workspace's own bill. The nodes of background work, and the service fee for them, are on \
         others' bills.\n"
            .to_owned()
    } else {
        String::new()
    }
}

/// How long it takes until all work is done, of the variants whose work ends by itself.
fn makespans(study: &StudyResults) -> String {
    let of = |row: &Row<'_>| row.figure(Statistic::Mean(figures::makespan));
    let rows: Vec<Row<'_>> = study.variants.iter().map(Row::of_all).collect();
    let all = rows.iter().filter_map(of);
    let unit = TimeUnit::suiting_all(all.map(|makespan| makespan.mean));
    let lines = lines(study, |row| {
        Some(Shown::of(unit.from_seconds(of(row)?)).with_unit(unit.name))
    });
    if lines.is_empty() {
        return String::new();
    }
    format!("Makespan, from the first submission to the last end of a run:\n{lines}")
}

/// What a thousand items cost, of the variants that score some by batch inference.
fn batch_inference(study: &StudyResults) -> String {
    let of_items = Statistic::Ratio(|of| {
        let cost = of.money(of.items_cost) * 1000.0;
        of.scores_items.then_some([cost, of.items_done as f64])
    });
    let lines = amounts(study, of_items, |_| true);
    if lines.is_empty() {
        return String::new();
    }
    format!(
        "Cost per 1,000 batch-inference items (the whole cluster cost is allocated to them):\n{lines}"
    )
}

/// Cost after the horizon of the variants that have some, from half a cent on: seconds of a service are not worth a line.
fn drained(study: &StudyResults) -> String {
    let of_drain = Statistic::Mean(money::own_cost_drain);
    let lines = amounts(study, of_drain, |mean| mean >= 0.005);
    if lines.is_empty() {
        return String::new();
    }
    let whose = whose_bill(study);
    format!("Of the cost above{whose}, after the horizon (finishing queued work):\n{lines}")
}

/// A line for each variant with an amount of money.
fn amounts(study: &StudyResults, statistic: Statistic, shown: impl Fn(f64) -> bool) -> String {
    let currency = study.currency();
    lines(study, |row| {
        let amount = row.figure(statistic)?;
        shown(amount.mean).then(|| Shown::of(amount).with_unit(currency.code()))
    })
}

/// A line for each variant that has something to say.
fn lines(study: &StudyResults, text: impl Fn(&Row<'_>) -> Option<String>) -> String {
    let names = study
        .variants
        .iter()
        .map(|variant| variant.name.chars().count());
    let width = names.max().unwrap_or(0);
    let lines = study.variants.iter().filter_map(|variant| {
        let text = text(&Row::of_all(variant))?;
        Some(format!("  {:width$}  {text}\n", variant.name))
    });
    lines.collect()
}
