//! The kinds of arrivals, of runs and of requests.

use super::{Kind, kind};

const POISSON: Kind = kind("poisson", &["rate"]);
const DETERMINISTIC: Kind = kind("deterministic", &["interval", "first"]);
const BURSTS: Kind = kind("bursts", &["quiet", "peak", "windows"]);
const PROFILE: Kind = kind("profile", &["per_hour"]);
const SINUSOID: Kind = kind("sinusoid", &["mean", "swing", "period"]);
const MMPP: Kind = kind("mmpp", &["rates", "stays"]);
const BATCH: Kind = kind("batch", &["runs", "at"]);
const RECURRING: Kind = kind("recurring", &["at", "runs"]);
const CLOSED: Kind = kind("closed", &["users", "think"]);
const FAN_OUT: Kind = kind("fan_out", &["parents", "children", "at_once"]);

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
    kind(
        "trace",
        &[
            "file",
            "submitted",
            "stamps",
            "duration",
            "unit",
            "nodes",
            "gpus",
            "gpus_per_node",
            "priority",
            "estimate",
            "environment",
            "user",
            "group",
            "class",
            "origin",
            "on_bad_row",
        ],
    ),
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
    kind(
        "trace",
        &[
            "file",
            "submitted",
            "stamps",
            "duration",
            "unit",
            "context_tokens",
            "generated_tokens",
            "origin",
            "on_bad_row",
        ],
    ),
];

/// `arrivals.fan_out.parents` of a workload.
pub const PARENTS: &[Kind] = &[POISSON, DETERMINISTIC, BURSTS, PROFILE, BATCH, RECURRING];
