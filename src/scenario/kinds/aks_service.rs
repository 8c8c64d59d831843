//! A web service on AKS: replicas scaled by the service's own router, on nodes that are fixed or under the cluster autoscaler.
//!
//! Facts: target utilization 70 %, 1 to 10 replicas, refresh 1 s, one request at a time, a request waits 500 ms at most, 60 s
//! for a call, 0.1 vCPU and 0.5 GB for a replica (Python SDK azureml-core, `AksWebservice`; D); up at once, down in about a
//! minute; the router adds 3 ms in the mean and stands as three front ends (one without high availability) of 2 vCPUs and 1.2
//! GB (Azure documentation, articles/machine-learning/how-to-kubernetes-inference-routing-azureml-fe.md; D); a
//! production cluster has at least 12 vCPUs, three `Standard_D3_v2` unless chosen, a dev-test one at least 2 (D); cluster
//! autoscaler as in `kubernetes`. Assumed: a replica starts in 10 s; GB of requests are GiB of sizes.

use super::admission::{Defaults, MAX_REPLICAS, admission};
use super::kubernetes::BOOTS;
use super::parts::{between, in_order, kubernetes, opened};
use super::{Given, MAX_NODES, MadeService};
use crate::autoscale::{ReplicaPolicy, Utilization, UtilizationSettings};
use crate::scenario::buying::prices::{self, Bought};
use crate::scenario::data::distributions::distribution_or;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;
use crate::scenario::document::usual::{Usual, Written, assumed, fact};
use crate::scenario::document::values::{choice, count, duration, positive_duration};
use crate::scenario::keys::AUTOSCALER;
use crate::serving::settings::{Machines, NodeAutoscaler, ServiceController, ServingNodes};

/// Who states the controller, the router, and what a cluster is made of.
const SDK: &str = "Python SDK azureml-core, `AksWebservice`";
const ROUTER: &str =
    "azure-docs, articles/machine-learning/how-to-kubernetes-inference-routing-azureml-fe.md";
const CLUSTERS: &str =
    "azure-docs, articles/machine-learning/how-to-deploy-azure-kubernetes-service.md";

/// vCPUs and GB of a front end.
const FRONT_END: (f64, f64) = (2.0, 1.2);
/// What the service makes its own clusters of.
const USUAL_SIZE: &str = "Standard_D3_v2";

/// What a cluster is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Production,
    DevTest,
}

impl Purpose {
    fn front_ends(self) -> u32 {
        match self {
            Self::Production => 3,
            Self::DevTest => 1,
        }
    }

    fn least_vcpus(self) -> u32 {
        match self {
            Self::Production => 12,
            Self::DevTest => 2,
        }
    }

    fn usual_nodes(self) -> Usual {
        match self {
            Self::Production => fact(3, CLUSTERS),
            Self::DevTest => fact(1, CLUSTERS),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::DevTest => "dev-test",
        }
    }
}

/// Reads a web service on AKS.
pub(super) fn read(given: &Given<'_>) -> Read<MadeService> {
    let table = given.table;
    let purposes = [
        ("production", Purpose::Production),
        ("dev_test", Purpose::DevTest),
    ];
    let purpose = table.usual("purpose", assumed("production", ""), choice(&purposes));
    table.acts("vm_size", fact(USUAL_SIZE, CLUSTERS));
    let bought = prices::read_or_size(given.name, table, given.market, USUAL_SIZE);
    let replica_vcpus = table.usual("replica_vcpus", fact(0.1, SDK), between(0.001, 1_000.0));
    let replica_memory = table.usual(
        "replica_memory_gb",
        fact(0.5, SDK),
        between(0.001, 10_000.0),
    );
    let controller = controller(table);
    let start = distribution_or(table, "start", assumed("10s", ""), given.files);
    let admission = admission(
        table,
        Defaults {
            concurrency: fact(1, SDK),
            queue_timeout: fact("500ms", SDK),
            timeout: fact("60s", SDK),
            router_overhead: fact("3ms", ROUTER),
        },
    );
    let (purpose, bought) = (purpose?, bought?);
    let nodes = nodes(given, purpose, &bought, (replica_vcpus?, replica_memory?));
    let mut settings = admission?.service(given.name, controller?, Machines::Nodes(nodes?));
    settings.start = start?;
    settings.machine_vcpus = bought.vcpus;
    Ok(MadeService { settings, bought })
}

/// The controller of replicas.
fn controller(table: &Cursor<'_>) -> Read<ServiceController> {
    let target = table.usual("target_utilization", fact(0.7, SDK), between(0.01, 1.0));
    let min = table.usual("min_replicas", fact(1, SDK), count(1, MAX_REPLICAS));
    let max = table.usual("max_replicas", fact(10, SDK), count(1, MAX_REPLICAS));
    let refresh = table.usual("refresh", fact("1s", SDK), positive_duration);
    let kinds = [("busy", false), ("busy_and_queued", true)];
    let counts_waiting = table.usual(
        "utilization",
        fact("busy", "the article of 2020"),
        choice(&kinds),
    );
    let window = table.usual("utilization_window", assumed("0s", ""), duration);
    let down = table.usual("scale_down_after", fact("60s", ROUTER), duration);
    let (min, max) = (min?, max?);
    in_order(table, ("min_replicas", min), ("max_replicas", max))?;
    let policy = Utilization::new(UtilizationSettings {
        target: target?,
        refresh: refresh?,
        counts_waiting: counts_waiting?,
        window: window?,
        scale_down_after: down?,
    });
    let policy = ReplicaPolicy::Utilization(policy);
    Ok(ServiceController::scaled([min, max], policy))
}

/// The nodes: a fixed number, or between two under the cluster autoscaler.
fn nodes(
    given: &Given<'_>,
    purpose: Purpose,
    bought: &Bought,
    replica: (f64, f64),
) -> Read<ServingNodes> {
    let table = given.table;
    let key = table.one_of(&["nodes", "autoscaler"])?.unwrap_or("nodes");
    let (min, max, autoscaler) = if key == "autoscaler" {
        let (min, max, autoscaler) = autoscaled(given, purpose)?;
        (min, max, Some(autoscaler))
    } else {
        let nodes = table.usual("nodes", purpose.usual_nodes(), count(1, MAX_NODES))?;
        (nodes, nodes, None)
    };
    let size = bought
        .size
        .as_ref()
        .expect("a web service on AKS has a size");
    let all = min.saturating_mul(size.vcpus);
    if all < purpose.least_vcpus() {
        let complaint = Complaint::new(format!(
            "{min} nodes of `{}` have {all} vCPUs, and a {} cluster needs at least {}",
            size.name,
            purpose.name(),
            purpose.least_vcpus()
        ));
        let help = match purpose {
            Purpose::Production => {
                "use more nodes or a larger size, or `purpose = \"dev_test\"` for testing"
            }
            Purpose::DevTest => "use a larger size",
        };
        return Err(table.refuse(key, complaint.help(help)));
    }
    let whole = (f64::from(size.vcpus), size.memory_gib);
    let front_ends = purpose.front_ends().min(min);
    let beside = fits((whole.0 - FRONT_END.0, whole.1 - FRONT_END.1), replica);
    let alone = fits(whole, replica);
    if alone == 0 || (beside == 0 && max <= front_ends) {
        let complaint = Complaint::new(format!(
            "no replica of {} vCPUs and {} GB fits the nodes of `{}` with {} vCPUs and {} GiB",
            replica.0, replica.1, size.name, size.vcpus, size.memory_gib
        ));
        let help = format!(
            "ask for less with `replica_vcpus` and `replica_memory_gb`, or take a larger size: a front end takes {} vCPUs and {} GB of each of the first {front_ends} nodes",
            FRONT_END.0, FRONT_END.1
        );
        let key = match (table.has("replica_memory_gb"), table.has("replica_vcpus")) {
            (true, false) => "replica_memory_gb",
            _ => "replica_vcpus",
        };
        return Err(table.refuse(key, complaint.help(help)));
    }
    Ok(ServingNodes {
        replicas_per_node: alone,
        replicas_beside_front_end: beside,
        front_ends,
        min_nodes: min,
        max_nodes: max,
        autoscaler,
    })
}

/// Fewest and most nodes, and what decides.
fn autoscaled(given: &Given<'_>, purpose: Purpose) -> Read<(u32, u32, NodeAutoscaler)> {
    let table = opened(given.table, "autoscaler", AUTOSCALER)?.expect("the key is there");
    let min = table.usual("min_nodes", purpose.usual_nodes(), count(1, MAX_NODES));
    let help = "write how many nodes it may have at most, such as `max_nodes = 8`";
    let max = table.require("max_nodes", help, count(1, MAX_NODES));
    let autoscaler = kubernetes(&table);
    let boot = assumed(Written::Uniform("2m", "5m"), BOOTS);
    let boot = distribution_or(&table, "boot", boot, given.files);
    let (min, max) = (min?, max?);
    in_order(&table, ("min_nodes", min), ("max_nodes", max))?;
    let (scan, rules) = autoscaler?;
    let boot = boot?;
    Ok((min, max, NodeAutoscaler { scan, boot, rules }))
}

/// How many replicas fit.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the number is not negative and below the limit"
)]
fn fits(room: (f64, f64), replica: (f64, f64)) -> u32 {
    // 0.3 / 0.1 is a little below 3.
    let times = |room: f64, part: f64| (room / part + 1e-9).floor();
    let number = times(room.0, replica.0).min(times(room.1, replica.1));
    number.clamp(0.0, f64::from(MAX_REPLICAS)) as u32
}
