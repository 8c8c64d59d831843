//! The keys of the top level, and the sections of targets and services.

use std::ops::Bound::{Excluded, Included};

use super::attached::{
    BATCH_POOL, DATA_LAKE_ANALYTICS, DATABRICKS, HDINSIGHT, KUBERNETES, LOCAL, REMOTE_VM,
    SYNAPSE_SPARK,
};
use super::buying::{QUOTA, RESERVATION, SAVINGS_PLAN};
use super::clusters::{CLUSTER, ENVIRONMENT, INSTANCE};
use super::declaration::{Key, Shape, Value, joined, key, switch, value, words};
use super::goals::{EXPECT, GOAL};
use super::precision::PRECISION;
use super::services::{
    AKS_SERVICE, CONTAINER_INSTANCE, EDGE, FUNCTIONS, INSTANCE_SERVICE, LOCAL_SERVICE,
    ONLINE_ENDPOINT,
};
use super::values::{DURATION, POSITIVE, limited};
use super::workloads::{REQUESTS, WORKLOAD};

/// Sections of training targets, in the order in which they are explained.
pub const TARGETS: &[Key] = &[
    key("cluster", Shape::Named(CLUSTER))
        .means("Autoscaling clusters")
        .such_as("gpu"),
    key("instance", Shape::Named(INSTANCE))
        .means("Always-on instances")
        .such_as("box"),
    key("local", Shape::Named(LOCAL))
        .means("Local computers as training targets")
        .such_as("dev-box"),
    key("remote_vm", Shape::Named(REMOTE_VM))
        .means("Attached virtual machines")
        .such_as("dsvm"),
    key("databricks", Shape::Named(DATABRICKS))
        .means("Attached Databricks clusters")
        .such_as("etl"),
    key("data_lake_analytics", Shape::Named(DATA_LAKE_ANALYTICS))
        .means("Attached Data Lake Analytics accounts")
        .such_as("lake"),
    key("hdinsight", Shape::Named(HDINSIGHT))
        .means("Attached HDInsight clusters")
        .such_as("spark"),
    key("batch_pool", Shape::Named(BATCH_POOL))
        .means("Attached Batch pools")
        .such_as("render"),
    key("synapse_spark", Shape::Named(SYNAPSE_SPARK))
        .means("Attached Synapse Spark pools")
        .such_as("spark-pool"),
    key("kubernetes", Shape::Named(KUBERNETES))
        .means("Attached Kubernetes clusters")
        .such_as("k8s"),
];

/// Sections of services.
pub const SERVICES: &[Key] = &[
    key("local_service", Shape::Named(LOCAL_SERVICE))
        .means("Local web services")
        .such_as("debug"),
    key("instance_service", Shape::Named(INSTANCE_SERVICE))
        .means("Web services on a compute instance")
        .such_as("trial"),
    key("aks_service", Shape::Named(AKS_SERVICE))
        .means("Web services on AKS")
        .such_as("scoring"),
    key("container_instance", Shape::Named(CONTAINER_INSTANCE))
        .means("Web services on Container Instances")
        .such_as("small"),
    key("functions", Shape::Named(FUNCTIONS))
        .means("Function apps")
        .such_as("hook"),
    key("iot_edge", Shape::Named(EDGE))
        .means("IoT Edge devices")
        .such_as("gate"),
    key("data_box_edge", Shape::Named(EDGE))
        .means("Data Box Edge devices")
        .such_as("box-edge"),
    key("online_endpoint", Shape::Named(ONLINE_ENDPOINT))
        .means("Managed online endpoints")
        .such_as("endpoint"),
];

/// The top level: the file's own keys, sections of targets and services, then all that refers to these.
pub const TOP: &[Key] = &joined::<
    { BEFORE_TARGETS.len() + TARGETS.len() + SERVICES.len() + AFTER_SERVICES.len() },
>(&[BEFORE_TARGETS, TARGETS, SERVICES, AFTER_SERVICES]);

const BEFORE_TARGETS: &[Key] = &[
    value("name", Value::Text)
        .means("Name of the scenario and of its results folder")
        .allows("at most 100 characters that a folder name may have")
        .otherwise("", "the file's name")
        .such_as("burst"),
    value("description", Value::Text)
        .means("One sentence for reports")
        .allows("any text")
        .such_as("GPU cluster of the vision team"),
    value("seed", Value::Whole(0, i64::MAX))
        .means("Seed of all random numbers; `--seed` overrides it")
        .default("1")
        .such_as("7"),
    value("replications", Value::Whole(1, 1_000_000))
        .means(
            "Number of independent repetitions of each variant; `--replications` \
             overrides it",
        )
        .assumes("30")
        .such_as("100"),
    key("precision", Shape::Table(PRECISION))
        .means(
            "Intervals that are wanted: replications are added to all variants in rounds until each \
             is as short. `replications` is the first round; `--replications` overrides it",
        )
        .allows("half-widths in % of the mean of these figures; `max_replications`")
        .otherwise("", "none: the number of replications is fixed")
        .such_as("{ cost = \"1%\", wait_p95 = \"5%\" }"),
    value("start", Value::DateTime)
        .means("Local date and time of `t = 0`")
        .allows("any without a zone of its own")
        .otherwise_assumes(
            "",
            "the first stamp of the trace where it is a date, else `2024-01-01T00:00`, a \
             Monday",
        )
        .such_as("2024-03-04T08:00"),
    value("time_zone", Value::Text)
        .means("Time zone of `start`, schedules and windows")
        .allows("an IANA name")
        .assumes("UTC")
        .such_as("Europe/Berlin"),
    value("holidays", Value::OneOrMore(&Value::Date))
        .means(
            "Local dates on which windows do not hold whose days are all from Monday to Friday: \
             of capacities, schedules, peaks and failures",
        )
        .allows("dates, as `2026-12-25`")
        .otherwise("", "none")
        .such_as("[\"2026-12-25\"]"),
    value("horizon", POSITIVE)
        .means("End of arrivals: no run or request comes at or after it")
        .otherwise_assumes(
            "",
            "of traces alone: the end of the local day of the last row, or of its week",
        )
        .such_as("28d"),
    value("warmup", DURATION)
        .means(
            "Initial part of the simulation that the statistics leave out: runs \
             submitted and time spent before it. `simulate warm-up` finds how long it has to be",
        )
        .allows("below the horizon")
        .assumes("0s")
        .such_as("1d"),
    words("end", &["drain", "cut"])
        .means(
            "End of the simulation: `\"drain\"` continues until every run has ended, \
             `\"cut\"` stops at the horizon",
        )
        .assumes("drain")
        .such_as("cut"),
    value("baseline", Value::Text)
        .means("Variant that the others are compared with")
        .allows("the name of a variant")
        .otherwise("", "the first")
        .such_as("always-on"),
    value("currency", Value::Text)
        .means(
            "Currency of the results: tables, sentences, files and charts. Keys stay in \
             US dollars",
        )
        .allows("an ISO 4217 code")
        .needs(&["exchange_rate"])
        .otherwise("", "US dollars")
        .such_as("EUR"),
    value("exchange_rate", limited(Excluded(0.0), Included(1e6)))
        .needs(&["currency"])
        .means(
            "Units of that currency for one US dollar. Every amount is multiplied by it \
             when it is printed",
        )
        .such_as("0.92"),
    words("cloud", &["azure", "aws", "gcp"])
        .means("Cloud whose sizes, prices and billing rules apply")
        .assumes("azure")
        .such_as("aws"),
    value("region", Value::Text)
        .means("Region of targets, quotas and reservations that do not name one")
        .allows("a region of the price book; another one where its prices are given")
        .such_as("eastus"),
    switch("allow_retired").means(
        "Set to `true` to study sizes and services that are retired at `start`; a \
         warning names each with its day",
    ),
    value("catalog", Value::Path)
        .means("CSV file with custom VM sizes, in the columns of the built-in catalog")
        .allows("a CSV file")
        .such_as("our-sizes.csv"),
    words("catalog_mode", &["extend", "replace"])
        .means(
            "Use of the custom catalog: `\"extend\"` adds its sizes and replaces those \
             of the same name, `\"replace\"` uses only them",
        )
        .needs(&["catalog"])
        .default("extend")
        .such_as("replace"),
    value("price_book", Value::Path)
        .means("CSV file with custom prices, in the columns of the built-in price book")
        .allows("a CSV file")
        .such_as("our-prices.csv"),
    words("price_book_mode", &["extend", "replace"])
        .means(
            "Use of the custom price book: `\"extend\"` adds its prices and replaces \
             those of the same size, region and tier, `\"replace\"` uses only them",
        )
        .needs(&["price_book"])
        .default("extend")
        .such_as("replace"),
    key("tags", Shape::Texts)
        .means("Tags of all targets and services, in the [FOCUS export](outputs.md#focuscsv); a target's own come before them")
        .allows("50 of a target; names without `<>%&\\?/`, see [below](#tags)")
        .such_as("{ department = \"research\" }"),
    key("environment", Shape::Named(ENVIRONMENT))
        .means("Container images")
        .such_as("torch"),
];

const AFTER_SERVICES: &[Key] = &[
    key("workload", Shape::Named(WORKLOAD))
        .means("Workloads of runs: who submits them, when and where")
        .otherwise("", "none; at least one, or requests")
        .such_as("training"),
    key("requests", Shape::Named(REQUESTS))
        .means("Workloads of requests: who asks a service, and when")
        .such_as("visitors"),
    key("quota", Shape::Named(QUOTA))
        .means("Limits on vCPUs, GPUs or nodes")
        .such_as("t4"),
    key("reservation", Shape::Named(RESERVATION))
        .means("Reserved machines")
        .such_as("base"),
    key("savings_plan", Shape::Named(SAVINGS_PLAN))
        .means("Hourly commitments")
        .such_as("one-year"),
    key("goal", Shape::Table(GOAL))
        .means("Limits that a variant must keep, and the figure to minimize")
        .allows("`[goal]`")
        .such_as("goal = { wait_p95 = \"<= 10m\" }"),
    key("expect", Shape::Tables(EXPECT))
        .means("Thresholds: crossing one ends the program with exit code 3")
        .allows("`[[expect]]`")
        .such_as("expect = [{ wait_p95 = \"<= 10m\" }]"),
    key("variant", Shape::Free)
        .in_unit("tables")
        .means("Alternatives to compare")
        .allows("`[variant.NAME]`")
        .otherwise("", "one variant, `base`")
        .such_as("[variant.warm]"),
    key("sweep", Shape::Free)
        .means("Grid of values for keys")
        .allows("dotted keys with arrays of values")
        .such_as("[sweep]"),
    key("search", Shape::Free)
        .means("Grid of values for keys, of which `simulate optimize` finds the best point for the goal")
        .allows("dotted keys with arrays of values or ranges, and the keys of `[search]`")
        .such_as("[search]"),
    key("uncertain", Shape::Free)
        .means("Keys of which only a range is known; `simulate sensitivity` tells what the answer rests on")
        .allows("dotted keys with a low and a high value, or with three or more values")
        .such_as("[uncertain]"),
];
