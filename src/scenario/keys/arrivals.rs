//! The kinds of arrivals, of runs and of requests.

use super::declaration::{Key, Kind, Shape, Value, count, key, kind, value, words};
use super::shared::distribution;
use super::values::{ANY_NUMBER, DECIMALS, DURATION, POSITIVE, UNITS, WEIGHTS};

const POISSON: Kind = kind(
    "poisson",
    "Independent arrivals at a constant rate",
    &[value("rate", Value::Rate)
        .means("Mean arrival rate")
        .allows("above 0, at most 1000000/s")
        .required()
        .such_as("12/h")],
);

const DETERMINISTIC: Kind = kind(
    "deterministic",
    "One arrival per interval",
    &[
        value("interval", POSITIVE)
            .means("Time between two arrivals")
            .required()
            .such_as("10m"),
        value("first", DURATION)
            .means("Time of the first arrival")
            .allows("before the horizon")
            .otherwise_assumes("", "one interval")
            .such_as("0s"),
    ],
);

const BURSTS: Kind = kind(
    "bursts",
    "Independent arrivals at a rate that switches between quiet and peak windows",
    &[
        value("quiet", Value::Rate)
            .means("Mean arrival rate outside the windows")
            .allows("0 or more")
            .required()
            .such_as("2/h"),
        value("peak", Value::Rate)
            .means("Mean arrival rate inside the windows")
            .allows("above 0, not below `quiet`")
            .required()
            .such_as("40/h"),
        value("windows", Value::OneOrMore(&Value::Week))
            .means("Weekly windows of the peak")
            .required()
            .such_as("[\"mon-fri 09:00-10:30\"]"),
    ],
);

const PROFILE: Kind = kind(
    "profile",
    "Independent arrivals at a rate for each hour of the local day or week",
    &[value("per_hour", WEIGHTS)
        .in_unit("arrivals per hour")
        .means(
            "Mean arrivals in each hour: 24 numbers from local midnight on, or 168 from \
             Monday 00:00 on",
        )
        .allows("not all 0")
        .required()
        .such_as("[0, 0, 0, 0, 0, 0, 1, 4, 8, 9, 8, 7, 6, 7, 8, 7, 5, 3, 2, 1, 0, 0, 0, 0]")],
);

const SINUSOID: Kind = kind(
    "sinusoid",
    "Independent arrivals at a rate that oscillates around a mean",
    &[
        value("mean", Value::Rate)
            .means("Mean arrival rate")
            .allows("above 0")
            .required()
            .such_as("10/h"),
        value("swing", Value::Rate)
            .means("Highest rate minus the mean")
            .allows("0 or more, at most `mean`")
            .required()
            .such_as("8/h"),
        value("period", POSITIVE)
            .means("Time from one peak to the next")
            .assumes("24h")
            .such_as("7d"),
    ],
);

const MMPP: Kind = kind(
    "mmpp",
    "Markov-modulated Poisson arrivals: each state has a rate and lasts a random \
     time",
    &[
        value("rates", Value::List(&Value::Rate))
            .in_unit("rate")
            .means("Mean arrival rate of each state")
            .allows("at least two; 0 or more each, not all 0")
            .required()
            .such_as("[\"2/h\", \"40/h\"]"),
        value("stays", Value::List(&POSITIVE))
            .in_unit("duration")
            .means("Mean duration of each state")
            .allows("one for each rate")
            .required()
            .such_as("[\"8h\", \"30m\"]"),
    ],
);

const BATCH: Kind = kind(
    "batch",
    "Many runs at given times since the start",
    &[
        count("runs", "runs", 1, 10_000_000)
            .means("Number of runs at each time")
            .required()
            .such_as("20"),
        value("at", Value::OneOrMore(&DURATION))
            .means("Times since the start")
            .allows("before the horizon")
            .required()
            .such_as("[\"8h\", \"1d9h\"]"),
    ],
);

const RECURRING: Kind = kind(
    "recurring",
    "Many runs at times of the week, by the local clock",
    &[
        value("at", Value::OneOrMore(&Value::Text))
            .in_unit("times of the week")
            .means("Days and times of day")
            .allows("one of them before the horizon")
            .required()
            .such_as("[\"mon-fri 22:00\", \"sun 04:30\"]"),
        count("runs", "runs", 1, 10_000_000)
            .means("Number of runs at each time")
            .assumes("1")
            .such_as("5"),
    ],
);

const CLOSED: Kind = kind(
    "closed",
    "Users who wait for the end of their run or request and think before the next one",
    &[
        count("users", "users", 1, 1_000_000)
            .means("Number of users")
            .required()
            .such_as("20"),
        distribution("think")
            .means("Time from the end of a run or request to the next one of the same user, at least 1 microsecond")
            .required()
            .such_as("think.exponential = { mean = \"20m\" }"),
    ],
);

const FAN_OUT: Kind = kind(
    "fan_out",
    "Parents that each bring a number of runs or requests, of which a few are in the \
     system at a time",
    &[
        key("parents", Shape::Kind(None, PARENTS))
            .means("Arrival process of the parents")
            .allows("`poisson`, `deterministic`, `bursts`, `profile`, `batch`, `recurring`")
            .required()
            .such_as("parents.poisson = { rate = \"2/day\" }"),
        count("children", "runs", 1, 10_000_000)
            .means("Number of runs or requests of a parent")
            .required()
            .such_as("20"),
        count("at_once", "runs", 1, 10_000_000)
            .means("Maximum number of runs or requests of a parent that have come and not ended")
            .required()
            .such_as("4"),
    ],
);

/// `file` of a trace of runs or of requests.
const TRACE_FILE: Key = value("file", Value::Path)
    .means("CSV file with the data")
    .required()
    .such_as("week.csv");
/// `unit` of a trace of runs or of requests.
const TRACE_UNIT: Key = words("unit", UNITS)
    .means("Unit of `duration`")
    .assumes("s")
    .such_as("min");
/// `origin` of a trace of runs or of requests.
const TRACE_ORIGIN: Key = value(
    "origin",
    Value::Either(&[Value::Text, ANY_NUMBER, Value::DateTime]),
)
.in_unit("text, number as the stamps are, or date-time")
.means("Stamp that is `t = 0`: the earliest row (`\"first\"`), or a given stamp")
.allows("a row before it is a bad row")
.assumes("\"first\"")
.such_as("\"2017-11-20 00:00:00\"");
/// `decimal` of a trace of runs or of requests.
const TRACE_DECIMAL: Key = words("decimal", DECIMALS)
    .means("Sign before the decimals of numbers")
    .otherwise(
        "",
        "a point; between semicolons also a comma where no thousands can be meant",
    )
    .such_as(",");
/// `on_bad_row` of a trace of runs or of requests.
const TRACE_ON_BAD_ROW: Key = words("on_bad_row", &["refuse", "skip"])
    .means(
        "Treatment of rows that cannot be used: `\"refuse\"` is an error, `\"skip\"` \
         skips and counts them",
    )
    .default("refuse")
    .such_as("skip");

const TRACE: Kind = kind(
    "trace",
    "Rows of a CSV file with a header",
    &[
        TRACE_FILE,
        value("submitted", Value::Column)
            .means(
                "Column of submission times: numbers, or date-times with or without a zone \
                 (then of `time_zone`)",
            )
            .required()
            .such_as("timestamp"),
        words("stamps", STAMPS)
            .means("Meaning of submission times that are numbers")
            .allows("`\"epoch_...\"` since 1970, others since anything")
            .otherwise_assumes("", "by their size, see above")
            .such_as("epoch_ms"),
        value("duration", Value::Column)
            .means("Column of Running times")
            .required()
            .such_as("seconds"),
        TRACE_UNIT,
        value("nodes", Value::Column)
            .means("Column of node counts")
            .not_beside(&["gpus"])
            .such_as("nodes"),
        value("gpus", Value::Column)
            .means("Column of GPU counts, which become nodes")
            .needs(&["gpus_per_node"])
            .such_as("num_gpus"),
        value("gpus_per_node", Value::Whole(1, 1024))
            .means("GPUs of one node; the remainder takes a node of its own")
            .otherwise("", "required beside `gpus`")
            .such_as("4"),
        value("priority", Value::Column)
            .means("Column of priorities, from -2147483648 to 4294967295")
            .such_as("prio"),
        value("estimate", Value::Column)
            .means("Column of estimates, in the unit of the durations; an empty cell means none")
            .such_as("requested_time"),
        value("environment", Value::Column)
            .means("Column of environment names; an empty cell means none")
            .allows("of declared environments")
            .such_as("image"),
        value("user", Value::Column)
            .means(
                "Column of users, for `groups.csv`, `runs.csv` and goals; an empty cell means none",
            )
            .such_as("submitted_by"),
        value("group", Value::Column)
            .means("Column of groups, such as teams or projects; an empty cell means none")
            .such_as("team"),
        value("class", Value::Column)
            .means("Column of classes, such as queues or partitions; an empty cell means none")
            .such_as("partition"),
        TRACE_ORIGIN,
        TRACE_DECIMAL,
        TRACE_ON_BAD_ROW,
    ],
);

const REQUEST_TRACE: Kind = kind(
    "trace",
    "Rows of a CSV file with a header",
    &[
        TRACE_FILE.such_as("requests.csv"),
        value("submitted", Value::Column)
            .means("Column of arrival times: numbers, or date-times")
            .required()
            .such_as("TIMESTAMP"),
        words("stamps", STAMPS)
            .means("Meaning of arrival times that are numbers")
            .otherwise_assumes("", "by their size")
            .such_as("epoch_ms"),
        value("duration", Value::Column)
            .means("Column of service times")
            .otherwise("", "required without tokens")
            .such_as("seconds"),
        TRACE_UNIT.such_as("ms"),
        value("context_tokens", Value::Column)
            .means("Column of tokens in the request")
            .needs(&["tokens"])
            .such_as("ContextTokens"),
        value("generated_tokens", Value::Column)
            .means("Column of tokens generated for the request")
            .needs(&["tokens"])
            .such_as("GeneratedTokens"),
        TRACE_ORIGIN.such_as("\"2023-11-16 18:00:00\""),
        TRACE_DECIMAL,
        TRACE_ON_BAD_ROW,
    ],
);

/// `arrivals` of a workload.
pub const ARRIVALS: &[Kind] = &[
    POISSON,
    DETERMINISTIC,
    BURSTS,
    PROFILE,
    SINUSOID,
    MMPP,
    BATCH,
    RECURRING,
    CLOSED,
    FAN_OUT,
    TRACE,
];

/// `arrivals` of a workload of requests.
pub const REQUEST_ARRIVALS: &[Kind] = &[
    POISSON,
    DETERMINISTIC,
    BURSTS,
    PROFILE,
    SINUSOID,
    MMPP,
    BATCH,
    RECURRING,
    CLOSED,
    FAN_OUT,
    REQUEST_TRACE,
];

/// `arrivals.fan_out.parents` of a workload.
pub const PARENTS: &[Kind] = &[POISSON, DETERMINISTIC, BURSTS, PROFILE, BATCH, RECURRING];

/// What numbers of a trace's submissions count.
const STAMPS: &[&str] = &[
    "ms", "s", "min", "h", "epoch_s", "epoch_ms", "epoch_us", "epoch_ns", "excel",
];
