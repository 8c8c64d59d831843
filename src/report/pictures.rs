//! Which charts a study gets. What they are drawn from is in `drawings`, how they look in `charts`.

use std::fmt::Write as _;

use super::StudyResults;
use super::charts::Chart;
use super::charts::work::Work;
use super::drawings;

/// A kind of chart.
pub struct Picture {
    /// Name of its files without their endings.
    pub name: &'static str,
    /// What it shows and how to read it, for the documentation.
    pub meaning: &'static str,
    /// Draws it; `None` where it would tell nothing that the others do not.
    pub draw: fn(&StudyResults) -> Option<Chart>,
}

/// The charts of a study; independent of each other, so that they can be drawn in parallel.
pub const PICTURES: &[Picture] = &[
    Picture {
        name: "cost",
        meaning: "What each variant costs, whoever pays it: a bar of the mean over the replications, from the warm-up to the end of all work, split \
            by what the money is spent on. The number at its end is the total with the half-width of its 95 % confidence interval, \
            which the bracket shows as well. With more than 40 variants: the baseline and an even choice of the others by cost.",
        draw: |study| Some(drawings::cost_by_category(study)),
    },
    Picture {
        name: "wait",
        meaning: "How long runs wait from submission to Running: a curve for each variant, over the runs of all replications \
            together. At a point of a curve, the share on the left waited at most the time below; a curve further up and to the left is \
            better. Where it crosses 95 % is the p95 wait of all these runs; tables have the mean of the replications' p95 waits, which \
            may differ a little. Times are on a logarithmic axis; runs that did not wait at all are at its start, apart from the rest. \
            With more than 12 variants: the baseline and an even choice of the others by p95 wait.",
        draw: drawings::wait_distribution,
    },
    Picture {
        name: "waits-by-cause",
        meaning: "What runs wait for: a bar of the mean wait of each variant, over the runs that started, split into the image build, \
            the queue by what its head lacked (spin-up: nodes on their way; quota: nodes that a quota withheld; capacity: a target \
            that was full, or off), and start-up on the node (pull and setup). The number at its end is the mean wait with the \
            half-width of its 95 % confidence interval, which the bracket shows as well. With more than 40 variants: the baseline \
            and an even choice of the others by mean wait. Only where somebody waits.",
        draw: drawings::waits_by_cause,
    },
    Picture {
        name: "nodes",
        meaning: "Nodes by state, and below them the runs that wait, over the whole of replication 0: a panel for each target of \
            each variant, all on the same axes, so that heights compare. A column of a long time has the \
            mean of its nodes and the longest of its queues, so that short peaks of nodes look lower than they were (`peak_nodes` in \
            the tables has them). The shaded part is what `nodes-peak` shows. Of an instance, nodes are slots. With more than \
            12 panels, about 6 of them: all targets of the baseline and of an even choice of the other variants.",
        draw: |study| drawings::nodes_over_time(study, Work::Runs),
    },
    Picture {
        name: "nodes-peak",
        meaning: "The same around the busiest moment of the baseline after the warm-up, when most nodes are occupied and most runs \
            wait: 24 hours, or as much more or less as can be read change by change. All panels show the same time, so that one sees \
            what each variant makes of the same submissions. Only where `nodes` is too long to show single changes.",
        draw: |study| drawings::nodes_at_peak(study, Work::Runs),
    },
    Picture {
        name: "tradeoff",
        meaning: "Mean cost on the workspace's own bill against mean p95 wait, a point for each variant with 95 % confidence intervals both ways. Points further \
            down and to the left are better. Filled points are the front: no other variant is both cheaper and quicker; for a \
            hollow one there is another that is no worse in both. The dashed steps along the front are what can be had at each price. The axis of waits is logarithmic where \
            the longest is more than 30 times the shortest.",
        draw: drawings::cost_against_wait,
    },
    Picture {
        name: "outcomes",
        meaning: "What became of the requests of each variant: those served within the SLO (`slo`; where no service has one, all \
            that were served), later, ended by the time-out, rejected (503), and not ended when the simulation was. At the end of a bar is \
            the first share with the half-width of its 95 % confidence interval. Only where there are services, as the next four.",
        draw: drawings::outcomes_of_requests,
    },
    Picture {
        name: "latency",
        meaning: "How long served requests take from arrival to answer: the distribution for each variant, as `wait` shows it for \
            runs. Rejected requests are in none of it: see `outcomes`.",
        draw: drawings::latency_distribution,
    },
    Picture {
        name: "replicas",
        meaning: "Replicas by state, and below them the requests that wait, over the whole of replication 0, as `nodes` shows it for \
            nodes. A replica is busy that serves at least one request.",
        draw: |study| drawings::nodes_over_time(study, Work::Requests),
    },
    Picture {
        name: "replicas-peak",
        meaning: "The same around the busiest moment of the baseline after the warm-up, as `nodes-peak`.",
        draw: |study| drawings::nodes_at_peak(study, Work::Requests),
    },
    Picture {
        name: "latency-cost",
        meaning: "Mean cost of 1,000 served requests against mean p95 latency, a point for each variant, as `tradeoff` shows it for \
            runs. Variants with several services are left out, since their latencies are not put together.",
        draw: drawings::cost_against_latency,
    },
];

/// The part of the documentation that says what the charts show, as Markdown.
pub fn dictionary() -> String {
    let mut text = "## Charts\n\nEach as SVG, with a text alternative, and as PNG, 1,600 pixels wide. Where a sweep gives \
        variants long names, charts show the values only, as `2m / 8`, and say once which keys these are of.\n"
        .to_owned();
    for Picture { name, meaning, .. } in PICTURES {
        writeln!(text, "\n### `{name}.svg`, `{name}.png`\n\n{meaning}")
            .expect("memory takes every byte");
    }
    text
}
