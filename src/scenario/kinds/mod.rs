//! The kinds of compute target: a kind is a file here that composes parts of the model, and a line in [`TARGETS`] or
//! [`SERVICES`]. Each file opens with the facts that it models, their source, and what is assumed.
//!
//! Grades of facts: (D) a document of the vendor, (I) reported by users or engineers, (U) could not be verified.

mod admission;
mod aks_service;
mod batch_pool;
mod capacity;
mod cluster;
mod container_instance;
mod data_lake_analytics;
mod databricks;
mod device;
mod functions;
mod hdinsight;
mod instance;
mod instance_service;
mod kubernetes;
mod listed;
mod local;
mod losses;
mod online_endpoint;
mod parts;
mod remote_vm;
mod scaling;
mod synapse_spark;
mod tiers;

pub(super) use cluster::MAX_NODES;

use crate::calendar::Calendar;
use crate::model::settings::{LeaseBilling, TargetKind};
use crate::scenario::buying::market::Market;
use crate::scenario::buying::prices::Bought;
use crate::scenario::data::files::Files;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;
use crate::scenario::keys::{self, Key};
use crate::serving::settings::ServiceSettings;

/// What a kind's reader is given.
#[derive(Clone, Copy)]
pub(super) struct Given<'a> {
    pub(super) name: &'a str,
    pub(super) table: &'a Cursor<'a>,
    pub(super) files: &'a Files<'a>,
    pub(super) calendar: Option<&'a Calendar>,
    pub(super) market: &'a Market<'a>,
}

/// A training target as its kind makes it.
pub(super) struct Made {
    pub(super) kind: TargetKind,
    pub(super) bought: Bought,
    pub(super) billing: LeaseBilling,
}

/// A service as its kind makes it.
pub(super) struct MadeService {
    pub(super) settings: ServiceSettings,
    pub(super) bought: Bought,
}

/// A kind of training target.
pub(super) struct Training {
    /// Its section of the file, which is its row in the table of training targets as well.
    pub(super) section: &'static str,
    pub(super) keys: &'static [Key],
    /// What it is, in words, for reports.
    pub(super) product: &'static str,
    /// The same in a sentence.
    pub(super) one: &'static str,
    /// Whether it is attached: the workspace neither scales nor bills it.
    pub(super) unmanaged: bool,
    /// Whether it is attached and has nodes that a quota of its own subscription may limit.
    pub(super) is_pool: bool,
    pub(super) read: fn(&Given<'_>) -> Read<Made>,
}

/// A kind of service.
pub(super) struct Serving {
    /// Its section of the file, which is its row in the table of deployment targets as well.
    pub(super) section: &'static str,
    pub(super) keys: &'static [Key],
    /// What it is, in words, for reports.
    pub(super) product: &'static str,
    /// The same in a sentence.
    pub(super) one: &'static str,
    pub(super) read: fn(&Given<'_>) -> Read<MadeService>,
}

/// The kinds of training target, clusters first.
pub(super) const TARGETS: &[Training] = &[
    Training {
        section: "cluster",
        keys: keys::CLUSTER,
        product: "Compute Cluster",
        one: "a compute cluster",
        unmanaged: false,
        is_pool: false,
        read: cluster::read,
    },
    Training {
        section: "instance",
        keys: keys::INSTANCE,
        product: "Compute Instance",
        one: "a compute instance",
        unmanaged: false,
        is_pool: false,
        read: instance::read,
    },
    attached(
        "local",
        keys::LOCAL,
        local::read,
        ("Local Computer", "a local computer"),
    ),
    attached(
        "remote_vm",
        keys::REMOTE_VM,
        remote_vm::read,
        ("Virtual Machine", "a remote VM"),
    ),
    pool(
        "databricks",
        keys::DATABRICKS,
        databricks::read,
        ("Azure Databricks", "a Databricks cluster"),
    ),
    attached(
        "data_lake_analytics",
        keys::DATA_LAKE_ANALYTICS,
        data_lake_analytics::read,
        ("Azure Data Lake Analytics", "a Data Lake Analytics account"),
    ),
    pool(
        "hdinsight",
        keys::HDINSIGHT,
        hdinsight::read,
        ("Azure HDInsight", "an HDInsight cluster"),
    ),
    pool(
        "batch_pool",
        keys::BATCH_POOL,
        batch_pool::read,
        ("Azure Batch", "a Batch pool"),
    ),
    pool(
        "synapse_spark",
        keys::SYNAPSE_SPARK,
        synapse_spark::read,
        ("Azure Synapse Analytics", "a Synapse Spark pool"),
    ),
    pool(
        "kubernetes",
        keys::KUBERNETES,
        kubernetes::read,
        ("Azure Kubernetes Service", "a Kubernetes cluster"),
    ),
];

/// The kinds of service.
pub(super) const SERVICES: &[Serving] = &[
    service(
        "local_service",
        keys::LOCAL_SERVICE,
        device::local,
        ("Local Computer", "a local web service"),
    ),
    service(
        "instance_service",
        keys::INSTANCE_SERVICE,
        instance_service::read,
        ("Compute Instance", "a web service on a compute instance"),
    ),
    service(
        "aks_service",
        keys::AKS_SERVICE,
        aks_service::read,
        ("Azure Kubernetes Service", "a web service on AKS"),
    ),
    service(
        "container_instance",
        keys::CONTAINER_INSTANCE,
        container_instance::read,
        ("Azure Container Instances", "a container instance"),
    ),
    service(
        "functions",
        keys::FUNCTIONS,
        functions::read,
        ("Azure Functions", "a function app"),
    ),
    service(
        "iot_edge",
        keys::EDGE,
        device::edge,
        ("Azure IoT Edge", "an IoT Edge device"),
    ),
    service(
        "data_box_edge",
        keys::EDGE,
        device::edge,
        ("Azure Data Box Edge", "a Data Box Edge device"),
    ),
    service(
        "online_endpoint",
        keys::ONLINE_ENDPOINT,
        online_endpoint::read,
        ("Managed Online Endpoint", "a managed online endpoint"),
    ),
];

const fn attached(
    section: &'static str,
    keys: &'static [Key],
    read: fn(&Given<'_>) -> Read<Made>,
    (product, one): (&'static str, &'static str),
) -> Training {
    Training {
        section,
        keys,
        product,
        one,
        unmanaged: true,
        is_pool: false,
        read,
    }
}

/// An attached target with nodes.
const fn pool(
    section: &'static str,
    keys: &'static [Key],
    read: fn(&Given<'_>) -> Read<Made>,
    names: (&'static str, &'static str),
) -> Training {
    Training {
        is_pool: true,
        ..attached(section, keys, read, names)
    }
}

const fn service(
    section: &'static str,
    keys: &'static [Key],
    read: fn(&Given<'_>) -> Read<MadeService>,
    (product, one): (&'static str, &'static str),
) -> Serving {
    Serving {
        section,
        keys,
        product,
        one,
        read,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{deployment_targets, training_targets};

    #[test]
    fn what_each_kind_takes_is_in_a_table_and_each_is_a_section() {
        let training = TARGETS
            .iter()
            .map(|kind| (kind.section, training_targets(), keys::TARGETS));
        let serving = SERVICES
            .iter()
            .map(|kind| (kind.section, deployment_targets(), keys::SERVICES));
        for (section, table, declared) in training.chain(serving) {
            assert!(table.row(section).is_some(), "no row for {section}");
            assert!(keys::names(declared).contains(&section), "{section}");
        }
        assert_eq!(TARGETS.len(), keys::TARGETS.len());
        assert_eq!(SERVICES.len(), keys::SERVICES.len());
        assert_eq!(training_targets().rows.len(), TARGETS.len());
    }
}
