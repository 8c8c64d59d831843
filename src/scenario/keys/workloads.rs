//! The keys of workloads, of runs and of requests.

use std::ops::Bound::{Excluded, Included};

use super::arrivals::{ARRIVALS, REQUEST_ARRIVALS};
use super::declaration::{Key, Kind, Shape, Value, count, key, kind, plain, switch, value, words};
use super::shared::{CHOICE_WEIGHTS, distribution};
use super::values::{
    DECIMALS, DURATION, NODES_AT_MOST, POSITIVE, TOKENS_AT_MOST, above, from_to, limited,
};

/// `load_factor` of a workload of runs or of requests.
const LOAD_FACTOR: Key = value("load_factor", limited(Excluded(0.0), Included(1000.0)))
    .means(
        "Factor for the number of arrivals. Rates are multiplied; batches and traces are \
         repeated, and of a fraction each run or request is drawn by chance. The copies of a trace come on other days of the same log, \
         at their own time of the day; of a log of more than a week, on the same day of other weeks ([rule](semantics.md#7-horizon-warm-up-end))",
    )
    .allows("not with `arrivals.closed`")
    .default("1")
    .such_as("1.3");

/// `[workload.NAME]`.
pub const WORKLOAD: &[Key] = &[
    switch("enabled")
        .means("Set to `false` to leave the workload out of a variant")
        .default("true")
        .such_as("false"),
    value("target", Value::Text)
        .means("Target of the runs")
        .allows("the name of a training target: a cluster, an instance, or an attached one")
        .otherwise("", "required, or `targets`")
        .such_as("gpu"),
    value("targets", Value::OneOrMore(&Value::Text))
        .means("Alternative targets of the runs, in order")
        .allows("different names of training targets")
        .not_beside(&["target"])
        .such_as("[\"spot\", \"gpu\"]"),
    words("routing", &["overflow"])
        .means(
            "Choice among several targets. `\"overflow\"`: the first target with room \
             for the run and for all runs it already has, else the last target that can \
             ever take it",
        )
        .used_if("there are several `targets`")
        .default("overflow")
        .such_as("overflow"),
    words("kind", &["command", "automl", "pipeline", "designer"])
        .means("Kind of the runs, checked against the [table](#what-targets-take)")
        .default("command")
        .such_as("pipeline"),
    switch("background")
        .means(
            "Set to `true` if the workload stands for other users of an attached target: \
             it takes nodes and slots, and is in no statistics",
        )
        .allows("with attached targets only"),
    key("arrivals", Shape::Kind(None, ARRIVALS))
        .means("Arrival process of the runs")
        .allows("one of the [arrival kinds](#arrivals)")
        .required()
        .such_as("arrivals.poisson = { rate = \"12/h\" }"),
    LOAD_FACTOR,
    distribution("duration")
        .means("Running time of each run")
        .otherwise("", "required, except of a trace, which brings its own")
        .such_as("20m"),
    key("speed", Shape::Free)
        .in_unit("table: name to number")
        .means(
            "Speed of runs by size or GPU, relative to the machine on which the \
             durations were measured; see [below](#speed)",
        )
        .allows("names of sizes, or texts in the model of the GPU; 0.001 to 1000")
        .otherwise("", "1 on each target")
        .such_as("{ T4 = 0.4 }"),
    key("batch_inference", Shape::Table(BATCH_INFERENCE))
        .means("Mini-batches of a batch-inference run, instead of `duration`")
        .allows("[its keys](#batch_inference); on compute clusters")
        .such_as("batch_inference.mini_batches = 500"),
    key(
        "nodes",
        Shape::Kind(Some(Value::Whole(1, NODES_AT_MOST)), NODES),
    )
    .in_unit("nodes or kind")
    .means("Number of nodes that each run needs at the same time")
    .allows(
        "or [`nodes.choice`](#numbers-of-nodes); not above `max_nodes`, 1 on an \
         instance",
    )
    .default("1")
    .such_as("2"),
    value("priority", Value::Whole(-2_147_483_648, 4_294_967_295))
        .means("Priority of the runs; a larger number comes first")
        .assumes("0")
        .such_as("10"),
    key("estimate", Shape::Kind(None, ESTIMATES))
        .means(
            "Estimate of a run's duration that is known beforehand, for clusters with \
             `backfill` or `order = \"shortest\"`",
        )
        .allows("one of the [kinds of estimates](#estimates)")
        .otherwise("", "its duration")
        .such_as("estimate.factor = 5"),
    value("environment", Value::Text)
        .means("Environment, that is the image, of the runs")
        .allows("the name of an environment")
        .otherwise_assumes("", "none")
        .such_as("torch"),
    value("max_duration", POSITIVE)
        .means("Maximum Running time; a run that reaches it is canceled")
        .otherwise("", "the target's `max_run_duration`")
        .such_as("6h"),
    distribution("setup")
        .means("Time on the nodes before Running, after the image pull")
        .assumes("0s")
        .such_as("30s"),
    distribution("finalize")
        .means("Time on the nodes after Running")
        .assumes("0s")
        .such_as("20s"),
    words("on_interruption", &["fail", "requeue", "resume"])
        .means(
            "Treatment of a run that loses a node: `\"fail\"`; `\"requeue\"`, it queues \
             at its old place and starts over; `\"resume\"`, it queues and continues \
             from its last completed checkpoint",
        )
        .used_if("a target of the workload can lose nodes")
        .assumes("requeue")
        .such_as("resume"),
    value("checkpoint_interval", POSITIVE)
        .means("Running time between two checkpoints")
        .used_if("`on_interruption = \"resume\"`")
        .otherwise("", "required to resume")
        .such_as("1h"),
    value("checkpoint_cost", DURATION)
        .means("Time of one checkpoint, on the nodes but without progress; also on nodes that cannot be lost")
        .used_if("`on_interruption = \"resume\"`")
        .assumes("0s")
        .such_as("5m"),
    value("restart", DURATION)
        .means("Time on the nodes before Running, after setup, in each attempt after a loss")
        .used_if("a target of the workload can lose nodes")
        .assumes("0s")
        .such_as("2m"),
    switch("gpu").means(
        "Set to `true` if the runs need a GPU, checked against the \
         [table](#what-targets-take) and the size",
    ),
    value("gpus", from_to(0.0, 1024.0))
        .means("GPUs that a run needs on each node, possibly a fraction such as 0.5 or 0.33")
        .allows("at most those of the size")
        .default("0")
        .such_as("1"),
    value("gpu_architecture", Value::Text)
        .means("Architecture that these GPUs must have")
        .allows("an architecture of the catalog, that of the size")
        .otherwise("", "any")
        .such_as("Volta"),
    value("cuda", Value::Text)
        .means("CUDA version that the work was built with")
        .allows(
            "not below what the size's GPUs need: Ampere 11.0, Turing 10.0, all others \
             9.0",
        )
        .otherwise("", "any")
        .such_as("10.2"),
    value("framework", Value::Text)
        .means("Framework release that the work was built with")
        .allows(
            "`\"pytorch-VERSION\"` or `\"tensorflow-VERSION\"`; one of its CUDA builds \
             must support the size's GPUs",
        )
        .otherwise("", "not checked")
        .such_as("pytorch-1.7.1"),
    switch("isolated")
        .means("Set to `true` if the work needs a physical server of its own")
        .allows("if true, the size must be isolated"),
    switch("rdma")
        .means(
            "Set to `true` if runs of several nodes need remote direct memory access \
             between them",
        )
        .allows("if true and runs have several nodes, the size must have it"),
];

/// `batch_inference` of a workload of runs.
pub const BATCH_INFERENCE: &[Key] = &[
    count("mini_batches", "pieces", 1, 10_000_000)
        .means("Number of mini-batches of a run")
        .required()
        .such_as("500"),
    count("items_per_mini_batch", "requests", 1, 4_294_967_295)
        .means("Number of requests in a mini-batch, for the cost per 1,000")
        .default("10")
        .such_as("100"),
    count("processes_per_node", "workers", 1, 1000)
        .means(
            "Number of workers on each node. Azure Machine Learning uses one per core, \
             or one on a GPU",
        )
        .assumes("1")
        .such_as("4"),
    distribution("mini_batch_time")
        .means("Time of one try")
        .required()
        .such_as("20s"),
    value("invocation_timeout", POSITIVE)
        .means("Time after which a try fails")
        .default("60s")
        .such_as("5m"),
    value("failure_probability", limited(Included(0.0), Excluded(1.0)))
        .means("Probability that a try fails at its end")
        .assumes("0")
        .such_as("0.01"),
    count("tries", "tries", 1, 1000)
        .means("Maximum number of tries of a mini-batch")
        .default("3")
        .such_as("5"),
];

/// `nodes` of a workload, unless it is a number.
pub const NODES: &[Kind] = &[kind(
    "choice",
    "One of the values, by weight",
    &[
        value("values", Value::List(&Value::Whole(1, NODES_AT_MOST)))
            .in_unit("nodes")
            .means("Numbers to choose from")
            .required()
            .such_as("[1, 2, 4]"),
        CHOICE_WEIGHTS.such_as("[6, 3, 1]"),
    ],
)];

/// `estimate` of a workload.
pub const ESTIMATES: &[Kind] = &[
    plain(
        "factor",
        "Duration of the run times this factor",
        above(0.0),
    ),
    plain("value", "Same estimate for each run", POSITIVE),
];

/// `[requests.NAME]`.
pub const REQUESTS: &[Key] = &[
    switch("enabled")
        .means("Set to `false` to leave the requests out of a variant")
        .default("true")
        .such_as("false"),
    value("target", Value::Text)
        .means("Service that receives the requests")
        .allows("the name of a service")
        .required()
        .such_as("scoring"),
    key("arrivals", Shape::Kind(None, REQUEST_ARRIVALS))
        .means("Arrival process of the requests")
        .allows(
            "one of the [arrival kinds](#arrivals); for traces see \
             [below](#arrivalstrace-of-requests)",
        )
        .required()
        .such_as("arrivals.poisson = { rate = \"20/s\" }"),
    LOAD_FACTOR,
    distribution("service_time")
        .means("Time of a request on a replica")
        .otherwise("", "required without `tokens` and trace")
        .such_as("service_time.exponential = { mean = \"80ms\" }"),
    key("tokens", Shape::Table(TOKENS))
        .means("Service time by token")
        .allows("[its keys](#tokens)")
        .not_beside(&["service_time"])
        .such_as("tokens.time_per_generated_token = \"30ms\""),
    distribution("cold_service_time")
        .means("Service time on a replica that was started for the request")
        .used_if("the service is a function app")
        .otherwise_assumes("", "as others")
        .such_as("300ms"),
    value("slo", POSITIVE)
        .means(
            "Latency objective: a request within it counts as served well. All workloads \
             of a service share one",
        )
        .otherwise_assumes("", "none")
        .such_as("200ms"),
    words("use", &["real_time", "test", "batch"])
        .means("Intended use of the service, checked against the [table](#what-targets-take)")
        .otherwise("", "nothing is checked")
        .such_as("real_time"),
    switch("gpu").means("Set to `true` if the model needs a GPU"),
    switch("fpga").means("Set to `true` if the model needs an FPGA"),
    switch("designer").means("Set to `true` if the model was made in the designer"),
];

/// `tokens` of a workload of requests.
pub const TOKENS: &[Key] = &[
    key(
        "context_tokens",
        Shape::Kind(Some(Value::Whole(0, TOKENS_AT_MOST)), TOKEN_COUNTS),
    )
    .in_unit("tokens or kind")
    .means("Number of tokens of a request's input")
    .allows("or one of the kinds below")
    .otherwise("", "required without a trace")
    .such_as("1000"),
    key(
        "generated_tokens",
        Shape::Kind(Some(Value::Whole(0, TOKENS_AT_MOST)), TOKEN_COUNTS),
    )
    .in_unit("tokens or kind")
    .means("Number of tokens generated for a request, drawn independently")
    .allows("or one of the kinds below")
    .otherwise("", "required without a trace")
    .such_as("generated_tokens.choice = { values = [50, 200] }"),
    value("time_per_context_token", DURATION)
        .means("Time per context token")
        .required()
        .such_as("0.2ms"),
    value("time_per_generated_token", DURATION)
        .means("Time per generated token")
        .required()
        .such_as("30ms"),
];

/// A number of tokens, unless it is a number.
pub const TOKEN_COUNTS: &[Kind] = &[
    kind(
        "choice",
        "One of the values, by weight",
        &[
            value("values", Value::List(&Value::Whole(0, TOKENS_AT_MOST)))
                .in_unit("tokens")
                .means("Numbers to choose from")
                .required()
                .such_as("[50, 200]"),
            CHOICE_WEIGHTS,
        ],
    ),
    kind(
        "empirical",
        "One of the cells of a column",
        &[
            value("file", Value::Path)
                .means("CSV file with the data")
                .required()
                .such_as("tokens.csv"),
            value("column", Value::Column)
                .means("Column of numbers")
                .required()
                .such_as("ContextTokens"),
            words("decimal", DECIMALS)
                .means("Sign before the decimals of numbers")
                .otherwise(
                    "",
                    "a point; between semicolons also a comma where no thousands can be meant",
                )
                .such_as(","),
            value("weights", Value::Column)
                .means("Column of weights")
                .otherwise("", "all the same")
                .such_as("count"),
        ],
    ),
];
