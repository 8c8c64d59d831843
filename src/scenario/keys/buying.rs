//! The keys of quotas and commitments.

use std::ops::Bound::{Excluded, Included};

use super::declaration::{Key, Value, count, price, value, words};
use super::values::{from_to, limited};

/// `[quota.NAME]`.
pub const QUOTA: &[Key] = &[
    count("vcpus", "vCPUs", 0, 1_000_000_000)
        .means("Limit in vCPUs")
        .otherwise("", "required, or `gpus`, or `nodes`")
        .such_as("24"),
    value("gpus", from_to(0.0, 1e9))
        .in_unit("GPUs, also a fraction such as 0.5")
        .means(
            "Limit in GPUs. A node counts with the GPUs of its `vm_size`, which may be a \
             third of one",
        )
        .allows("its targets need a `vm_size` with GPUs")
        .not_beside(&["vcpus"])
        .such_as("2"),
    count("nodes", "nodes", 0, 1_000_000_000)
        .means("Limit in nodes and instances")
        .not_beside(&["vcpus", "gpus"])
        .such_as("10"),
    value("family", Value::Text)
        .means("Family or series of the dedicated machines that count")
        .allows("a quota family such as `\"standardNCSv3Family\"`, or a series")
        .otherwise("", "one of the three is required")
        .such_as("NCT4_v3"),
    words("total", &["dedicated", "low_priority"])
        .means(
            "Count all dedicated machines of the region, or all others: low priority has \
             one limit across families, which spot shares",
        )
        .not_beside(&["family"])
        .otherwise("", "one of the three is required")
        .such_as("dedicated"),
    value("targets", Value::OneOrMore(&Value::Text))
        .means("Targets that count")
        .allows("names of clusters, instances and attached pools of nodes")
        .not_beside(&["family", "total"])
        .otherwise("", "one of the three is required")
        .such_as("[\"gpu\", \"box\"]"),
    value("region", Value::Text)
        .means("Region whose machines count")
        .allows("required where its targets are in several regions")
        .not_beside(&["targets"])
        .otherwise("", "the top level's")
        .such_as("eastus"),
];

/// `[reservation.NAME]`.
pub const RESERVATION: &[Key] = &[
    value("vm_size", Value::Text)
        .means("VM size of the reserved machines")
        .allows("a size of the catalog, see [below](#what-is-checked-of-a-size)")
        .required()
        .such_as("Standard_NC4as_T4_v3"),
    value("region", Value::Text)
        .means("Region of the reservation")
        .allows("a region of the price book; another one where the price is given")
        .otherwise("", "the top level's")
        .such_as("eastus"),
    count("nodes", "machines", 0, 1_000_000)
        .means("Number of reserved machines")
        .allows("0 is no reservation")
        .otherwise("", "required, or `vcpus`")
        .such_as("2"),
    count("vcpus", "vCPUs", 0, 1_000_000)
        .means("Number of reserved machines, as their total of vCPUs")
        .allows("a multiple of the size's")
        .not_beside(&["nodes"])
        .such_as("12"),
    words("term", &["1y", "3y"])
        .means("Length of the reservation, which decides the list price")
        .default("1y")
        .such_as("3y"),
    price("price_per_hour", "USD per hour")
        .means("Price of each reserved machine per hour")
        .otherwise(
            "",
            "the price book's for the `term`: for one year in few regions of Azure, for \
             three years on AWS and Google Cloud",
        )
        .such_as("0.31"),
];

/// `[savings_plan.NAME]`.
pub const SAVINGS_PLAN: &[Key] = &[
    value("commitment", Value::Charge)
        .in_unit("USD per hour")
        .means("Amount paid per hour")
        .allows("0 or more; 0 is no plan")
        .required()
        .such_as("5 USD/h"),
    value("region", Value::Text)
        .means("Only region that the plan covers")
        .otherwise("", "all")
        .such_as("eastus"),
    words("term", &["1y", "3y"])
        .means("Length of the plan, which decides the list prices")
        .default("1y")
        .such_as("3y"),
    value("price_factor", limited(Excluded(0.0), Included(1.0)))
        .means("Price of a machine under the plan, as a fraction of the target's own price")
        .otherwise(
            "",
            "prices for the `term` from the price book, where it has them",
        )
        .such_as("0.65"),
];
