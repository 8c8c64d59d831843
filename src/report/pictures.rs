//! Which charts a study gets. What they are drawn from is in `drawings`, how they look in `charts`.

use std::fmt::Write as _;

use super::StudyResults;
use super::charts::nodes::Counted;
use super::charts::{Chart, names};
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
        meaning: "What each variant costs, whoever pays it: a bar of the mean over the replications, split by what the money \
            is spent on. The cheapest variant comes first. The axis names its period. That is a month of 730 h, \
            extrapolated as on the terminal, where the measured time of every variant stands for a month. Else it is the \
            measured time, with what falls after the horizon. The number at the end of a bar is the total with the \
            half-width of its 95 % confidence interval, which the bracket shows as well. A bar more than 5 times as long \
            as the next is broken, and the chart says so. With more than 40 variants: the baseline and an even choice of \
            the others by cost.",
        draw: drawings::cost_by_category,
    },
    Picture {
        name: "wait",
        meaning: "How long runs wait from submission to Running: a curve for each variant, over the runs of all replications \
            together. At a point of a curve, the share on the left waited at most the time below; a curve further up and to the left is \
            better. Where it crosses 95 % is the p95 wait of all these runs; tables have the mean of the replications' p95 waits, which \
            may differ a little. Times are on a logarithmic axis; runs that did not wait at all are at its start, apart from the rest. \
            Variants whose curves would hide each other share one, with all their names in the legend (`= name`). \
            With more than 12 curves: the baseline and an even choice of the others by p95 wait.",
        draw: drawings::wait_distribution,
    },
    Picture {
        name: "waits-by-cause",
        meaning: "What runs wait for: a bar of the mean wait of each variant, over the runs that started, split into the image build, \
            the queue by what its head lacked (provisioning: nodes on their way; quota: nodes that a quota withheld; capacity: a target \
            that was full, or off), and node setup (image pull and setup). The number at its end is the mean wait with the \
            half-width of its 95 % confidence interval, which the bracket shows as well. Order and broken bars are as in `cost`. With more \
            than 40 variants: the baseline and an even choice of the others by cost. Only where somebody waits.",
        draw: drawings::waits_by_cause,
    },
    Picture {
        name: "nodes",
        meaning: "Nodes by state, and below them the runs that wait, in replication 0: a panel for each target of each \
            variant. All panels are on the same axes and at one resolution, so that heights compare. A measured time of \
            more than a week is shown as one week: areas are means of each hour of the week, thin lines the highest in any \
            week. Where levels were recorded as means, the chart says so, and what is highest is a mean. A colored line on a shaded day shows the peak day, with its date in the legend (where neither the scenario nor a log states the start, charts tell no dates: they count days from an assumed Monday, as `day 1`): the day that `nodes-peak` \
            shows, as means by hour. It is measured from midnight to midnight. A shorter time is shown whole, with the end of the warm-up and the horizon marked. Where it is too \
            long to show each change, a column has the mean of its nodes and the longest of its queues, and the shaded \
            part is what `nodes-peak` shows. Short peaks of nodes then look lower than they were; `peak_nodes` in the \
            tables has them. A dashed line is the most nodes that there can be, unless it is far above all levels. \
            That is the smaller of `max_nodes` and what a quota leaves beside its instances, and system nodes on top; the heading of \
            a panel says which. System nodes, which never take runs, are at the bottom. Of an instance, nodes are \
            slots. Queues are on a logarithmic axis where one would flatten the others. With more than 12 panels, the \
            targets of a variant are summed. Where all of them share a quota and \
            their nodes take the same of it, the limit of a sum is what the quota allows; else its heading names the quota. With more than 12 variants: the baseline and an even choice of the others.",
        draw: |study| drawings::nodes_over_time(study, Counted::Nodes),
    },
    Picture {
        name: "nodes-peak",
        meaning: "The same around the busiest moment of the baseline after the warm-up, when most nodes are busy and most runs \
            wait. Where `nodes` shows a week, it is the day of that moment. Else it is 24 hours, or as much more or less \
            as can be read change by change, and only where `nodes` is too long to show single changes. All panels show \
            the same time, so that one sees what each variant makes of the same submissions.",
        draw: |study| drawings::nodes_at_peak(study, Counted::Nodes),
    },
    Picture {
        name: "quota",
        meaning: "What is in use of each quota, as `nodes` shows nodes: a panel for each quota of each variant, with the \
            vCPUs, GPUs or nodes that its targets hold. Panels of one unit are on the same axes. Nodes of clusters hold theirs from their request \
            until they are gone, instances at all times. The dashed line is the quota, the peak day that of `nodes`. Only where there is a quota.",
        draw: drawings::used_of_quotas,
    },
    Picture {
        name: "tradeoff",
        meaning: "Mean cost on the workspace's own bill, in the period of `cost`, against mean p95 wait: a point for each \
            variant with 95 % confidence intervals both ways. Points further down and to the left are better. A hollow \
            point is dominated: another variant is clearly better in at least one of the two and clearly worse in none. \
            Clear is what the terminal's comparison calls so: the interval of the paired difference, taken within \
            each replication with the same random numbers, does not cover zero. So the intervals in the chart may overlap. \
            Filled points are Pareto-optimal: no variant dominates them. The \
            dashed steps lead through those whose means no other Pareto-optimal mean beats. An axis is logarithmic where its \
            largest value is more than 10 times its smallest. Only where two variants or more have a p95 wait.",
        draw: drawings::cost_against_wait,
    },
    Picture {
        name: "sweep",
        meaning: "Cost and p95 wait over the values of the key that a sweep changes, with 95 % confidence intervals. For \
            services it is the cost of 1,000 served requests and the p95 latency, with the SLO as a dashed line. Values \
            are to scale where their labels have room, else evenly spaced. Only for a sweep of one key with three values \
            or more.",
        draw: drawings::over_a_sweep,
    },
    Picture {
        name: "outcomes",
        meaning: "What became of the requests of each variant: those served within the SLO (`slo`; where no service has one, all \
            that were served), later, ended by the time-out, rejected (503), and not ended when the simulation was. At the end of a bar is \
            the first share with the half-width of its 95 % confidence interval. The cheapest variant comes first. Only where there are services, as the next four.",
        draw: drawings::outcomes_of_requests,
    },
    Picture {
        name: "latency",
        meaning: "How long served requests take from arrival to answer: the distribution for each variant, as `wait` shows it for \
            runs, with each SLO as a dashed line. Rejected requests are in none of it: see `outcomes`.",
        draw: drawings::latency_distribution,
    },
    Picture {
        name: "replicas",
        meaning: "Replicas by state, and below them the requests that wait, in replication 0, as `nodes` shows it for \
            nodes. A replica is busy that serves at least one request. The dashed line is the most replicas that there can be: the smaller of the replica limit and what its nodes hold.",
        draw: |study| drawings::nodes_over_time(study, Counted::Replicas),
    },
    Picture {
        name: "replicas-peak",
        meaning: "The same around the busiest moment of the baseline after the warm-up, as `nodes-peak`.",
        draw: |study| drawings::nodes_at_peak(study, Counted::Replicas),
    },
    Picture {
        name: "latency-cost",
        meaning: "Mean cost of 1,000 served requests against mean p95 latency, a point for each variant, as `tradeoff` shows it for \
            runs. Variants with several services are left out, since their latencies are not put together.",
        draw: drawings::cost_against_latency,
    },
];

/// The charts of commands with a question of their own, with what they show.
const OF_POINTS: [(&str, &str); 5] = [
    (
        names::SEARCH,
        "The points of `simulate optimize`: the cost that the goal minimizes or limits (else that on the workspace's own bill) against the time that it \
            minimizes or limits, else the p95 wait, of services the p95 latency. Of several limits on times, it is the one that binds at the best point. \
            Points further down and to the left are better. The large diamond is the recommended point, or the closest where none surely \
            meets the goal; smaller ones are tied with it. Triangles may be better, but are not known to meet the goal. Circles are clearly worse, squares miss the goal. \
            Dashed lines are the limits of the goal on the two figures. Filled points are Pareto-optimal, hollow ones dominated, as in \
            `tradeoff`; the thin steps lead through the best means. Points that dropped out early have few replications and wide intervals. Of more than 400 points: \
            those that are left, those whose means no other beats, and an even choice of the others by cost.",
    ),
    (
        names::SEARCH_KEYS,
        "The tables of `simulate optimize` by key, as a picture: for each value of a key the best point, whatever the values of the other keys, with the figure that the goal \
            minimizes and its 95 % interval. All plots are on one axis, so that a key that matters shows. The diamond is the recommended point, circles surely meet the goal. \
            A triangle may meet it. Where it would be better than the point that surely does, both are drawn with a dashed line between them: the best with that value is one of the two, or between \
            them. Where no point with a value surely meets the goal, it is the closest one; a hollow square misses it. 8 keys at most.",
    ),
    (
        names::TORNADO,
        "A bar for each input of `simulate sensitivity`, alone at its values, from the smallest to the largest figure of the recommended variant. The line is the \
            figure as stated. The color says whether the input is at its lower or its higher value, which stands at the end of the bar. A star marks values at \
            which another variant is the best choice, a dagger those at which there is none: no variant surely meets the goal (without limits, keeps up with its work).",
    ),
    (
        names::BREAK_EVEN,
        "What both sides of `simulate break-even` cost at the places that were simulated, with 95 % intervals; a plot for each pair, 6 at most. The dashed line is where both \
            cost the same, the shaded strip its 95 % interval. Below the line the lower curve costs less. Of a commitment, one curve is the cost with it, the \
            other that of the same usage at the targets' own prices.",
    ),
    (
        names::WARM_UP,
        "Mean waits over time of `simulate warm-up`, which simulates from an empty start: a plot for each variant and target, 8 at most, each with an axis of its own for \
            waits. Runs are in the order of their submission, averaged over the replications run by run. The gray line has means of 5 runs, of long series means of \
            neighbors, cut off where they are far above the rest. The black line is Welch's moving mean, over 2 % of the series to each side. The dashed line is the truncation point of MSER-5, where \
            the dotted line with the mean wait behind it begins. The shaded part is the warm-up to write: it leaves out the transient of every replication, and is rounded up.",
    ),
];

/// How to read the chart of a name; empty of others.
pub(super) fn reading(chart: &str) -> &'static str {
    let of_studies = PICTURES.iter().map(|it| (it.name, it.meaning));
    let mut all = of_studies.chain(OF_POINTS);
    all.find(|(name, _)| *name == chart)
        .map_or("", |(_, meaning)| meaning)
}

/// The part of the documentation that says what the charts show, as Markdown.
pub fn dictionary() -> String {
    let mut text = "## Charts\n\nEach as SVG, with a text alternative, and as PNG, 1,600 pixels wide. Where a sweep gives \
        variants long names, charts show the values only, as `2m / 8`, and say once which keys these are of. A color has one meaning in all charts, and a variant \
        one color, symbol and dash. A chart that would show nothing, or one of several variants only, is not drawn.\n"
        .to_owned();
    let of_studies = PICTURES.iter().map(|it| (it.name, it.meaning));
    for (name, meaning) in of_studies.chain(OF_POINTS) {
        writeln!(text, "\n### `{name}.svg`, `{name}.png`\n\n{meaning}")
            .expect("memory takes every byte");
    }
    text
}
