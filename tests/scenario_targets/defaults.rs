//! What each kind makes of the least that it asks for: the facts of its file, by number.

use autoscale_simulator::autoscale::batch::BatchPolicy;
use autoscale_simulator::autoscale::databricks::{Optimized, Standard};
use autoscale_simulator::autoscale::kubernetes::Kubernetes;
use autoscale_simulator::autoscale::spark::Spark;
use autoscale_simulator::autoscale::{KubernetesSettings, Metric, Ratio, ReplicaPolicy};
use autoscale_simulator::model::settings::{Deallocation, ScalingPolicy, TargetKind};
use autoscale_simulator::pricing::TargetPrices;
use autoscale_simulator::serving::settings::{Machines, ServiceSettings};
use autoscale_simulator::units::SimDuration;

use crate::support_pool::Pool;

use super::{loaded, only, refused, serving, training};

const fn s(seconds: u64) -> SimDuration {
    SimDuration::from_secs(seconds)
}

fn pool(section: &str, lines: &str) -> (Pool, TargetPrices) {
    let mut variant = only(&training(section, lines, ""));
    let kind = variant.settings.targets.remove(0).kind;
    match Pool::of(&kind) {
        Some(pool) => (pool, variant.prices.remove(0)),
        None => panic!("{kind:?} is no pool"),
    }
}

fn service(section: &str, lines: &str) -> (ServiceSettings, TargetPrices) {
    let mut variant = only(&serving(section, lines, ""));
    (
        variant.settings.services.remove(0),
        variant.prices.remove(0),
    )
}

#[test]
fn databricks() {
    let (jobs, prices) = pool("databricks", "");
    assert_eq!(
        (jobs.min_nodes, jobs.max_nodes, jobs.system_nodes),
        (1, 4, 1)
    );
    assert_eq!(
        jobs.controller,
        ScalingPolicy::DatabricksOptimized(Optimized::new(s(40)))
    );
    assert_eq!(jobs.stop_after_idle, Some(s(0)));
    assert!((jobs.creation.mean_secs() - 240.0).abs() < 1e-9);
    // 0.272 USD for the machine, 0.75 DBU at 0.30 USD beside it.
    assert_eq!(
        (prices.per_hour.0, prices.service_fee.0),
        (272_000, 225_000)
    );
    let (all, _) = pool("databricks", "workload_type = \"all_purpose\"");
    assert_eq!(
        all.controller,
        ScalingPolicy::DatabricksOptimized(Optimized::new(s(150)))
    );
    assert_eq!(all.stop_after_idle, Some(s(7200)));
    let (standard, _) = pool("databricks", "plan = \"standard\"");
    assert_eq!(
        standard.controller,
        ScalingPolicy::DatabricksStandard(Standard::new(s(600)))
    );
    let listed = training(
        "databricks",
        "region = \"eastus\"\nworkload_type = \"jobs_light\"",
        "",
    );
    let listed = only(&listed.replace("price_per_dbu = 0.3\n", ""));
    // 0.75 x 0.22 USD, as listed of jobs light on the premium plan.
    assert_eq!(listed.prices[0].service_fee.0, 165_000);
}

#[test]
fn spark() {
    let (hdinsight, prices) = pool("hdinsight", "");
    assert_eq!((hdinsight.min_nodes, hdinsight.system_nodes), (1, 2));
    assert_eq!(hdinsight.evaluation_interval, s(60));
    let controller = ScalingPolicy::SparkAutoscale(Spark::new(s(180), s(600)));
    assert_eq!(hdinsight.controller, controller);
    let operation = hdinsight
        .scaling_operation
        .expect("it scales by operations");
    assert!((operation.mean_secs() - 900.0).abs() < 1e-9);
    assert_eq!(
        (hdinsight.stop_after_idle, prices.per_hour.0),
        (None, 295_000)
    );
    let (synapse, prices) = pool("synapse_spark", "");
    assert_eq!((synapse.min_nodes, synapse.system_nodes), (3, 0));
    assert_eq!(synapse.evaluation_interval, s(30));
    let controller = ScalingPolicy::SparkAutoscale(Spark::new(s(60), s(120)));
    assert_eq!(synapse.controller, controller);
    assert_eq!(synapse.stop_after_idle, Some(s(900)));
    // 8 vCores at 0.1546 USD.
    assert_eq!(prices.per_hour.0, 1_236_800);
    let (awake, _) = pool("synapse_spark", "stop_after_idle = \"never\"");
    assert_eq!(awake.stop_after_idle, None);
    for section in ["hdinsight", "synapse_spark"] {
        let variant = only(&training(section, "", ""));
        assert_eq!(variant.settings.targets[0].billing.granularity, s(60));
    }
}

#[test]
fn batch() {
    let (batch, _) = pool("batch_pool", "");
    assert_eq!(
        (batch.min_nodes, batch.max_nodes, batch.low_priority_nodes),
        (0, 25, 0)
    );
    assert_eq!(batch.evaluation_interval, s(900));
    assert_eq!(batch.deallocation, Deallocation::Requeue);
    let ScalingPolicy::BatchFormula(batch) = batch.controller else {
        panic!("a formula decides");
    };
    let formula = batch.formula;
    assert_eq!(formula.policy, BatchPolicy::PendingTasks { start_nodes: 1 });
    assert_eq!(
        (formula.sample_window, formula.sample_delay),
        (s(180), s(60))
    );
    let (low, prices) = pool(
        "batch_pool",
        "low_priority_nodes = 5\neviction.rate = \"0.1/h\"",
    );
    assert!((low.low_priority_losses_per_hour - 0.1).abs() < 1e-12);
    assert_eq!(
        (prices.per_hour.0, prices.low_priority_per_hour.0),
        (272_000, 54_000)
    );
    let scenario = loaded(&training("batch_pool", "low_priority_nodes = 5", ""));
    assert!(scenario.warnings[0].contains("without `eviction` they are never lost"));
}

#[test]
fn kubernetes() {
    let (pool, _) = pool("kubernetes", "");
    assert_eq!((pool.min_nodes, pool.system_nodes), (0, 1));
    assert_eq!(pool.evaluation_interval, s(10));
    let times = |unneeded, delay| KubernetesSettings {
        unneeded_after: s(unneeded),
        delay_after_add: s(delay),
        max_empty_bulk_delete: 10,
    };
    assert_eq!(
        pool.controller,
        ScalingPolicy::Kubernetes(Kubernetes::new(times(600, 600)))
    );
    assert!((pool.boot.mean_secs() - 210.0).abs() < 1e-9);
    let (pool, _) = super::defaults::pool(
        "kubernetes",
        "profile = \"aggressive\"\nscan_interval = \"15s\"",
    );
    assert_eq!(pool.evaluation_interval, s(15));
    assert_eq!(
        pool.controller,
        ScalingPolicy::Kubernetes(Kubernetes::new(times(180, 0)))
    );
}

#[test]
fn machines_that_their_users_stop() {
    let kind = |section, lines| {
        only(&training(section, lines, ""))
            .settings
            .targets
            .remove(0)
            .kind
    };
    let TargetKind::Instance(vm) = kind(
        "remote_vm",
        "schedule = [\"daily 08:00-18:00\"]\nstopped = \"allocated\"",
    ) else {
        panic!("it is one machine");
    };
    assert!(vm.allocated_while_stopped && !vm.start_on_submission && vm.idle_shutdown.is_none());
    let TargetKind::Instance(local) = kind("local", "slots = 3") else {
        panic!("it is one machine");
    };
    assert_eq!((local.slots, local.schedule.is_none()), (3, true));
    let variant = only(&training("data_lake_analytics", "", "nodes = 4"));
    assert_eq!(variant.prices[0].per_hour.0, 2_000_000);
    let then = training("data_lake_analytics", "", "");
    assert_eq!(loaded(&then).warnings, [""; 0]);
    let now = then.replace("start = 2021-03-01T00:00:00\n", "");
    let phrase =
        "Azure Data Lake Analytics was retired on 2024-02-29, and it would be bought on 2026-08-22";
    refused(&now, "data_lake_analytics.t.max_units", phrase);
}

/// The fewest replicas and the most.
fn limits(service: &ServiceSettings) -> [u32; 2] {
    [
        service.controller.min_replicas,
        service.controller.max_replicas,
    ]
}

#[test]
fn aks() {
    let (aks, prices) = service("aks_service", "");
    assert_eq!(limits(&aks), [1, 10]);
    let Some(ReplicaPolicy::Utilization(policy)) = aks.controller.policy else {
        panic!("it aims at a utilization");
    };
    let aim = policy.settings;
    assert!((aim.target - 0.7).abs() < 1e-12 && !aim.counts_waiting);
    assert_eq!((aim.refresh, aim.scale_down_after), (s(1), s(60)));
    assert_eq!(aks.queue_timeout, Some(SimDuration(500_000)));
    assert_eq!(aks.router_overhead, SimDuration(3_000));
    assert_eq!((aks.timeout, aks.concurrency), (Some(s(60)), 1));
    let Machines::Nodes(nodes) = aks.machines else {
        panic!("replicas stand on nodes");
    };
    // 4 vCPUs and 14 GiB: by vCPU 40, by memory 28; beside a front end 20, by memory 25.
    assert_eq!(
        (nodes.replicas_per_node, nodes.replicas_beside_front_end),
        (28, 20)
    );
    assert_eq!(
        (nodes.front_ends, nodes.min_nodes, nodes.max_nodes),
        (3, 3, 3)
    );
    assert!(nodes.autoscaler.is_none());
    assert_eq!((prices.per_hour.0, prices.unmanaged), (272_000, false));
    let (scaled, _) = service(
        "aks_service",
        "replica_vcpus = 1\nautoscaler = { max_nodes = 6, profile = \"bursty\" }",
    );
    let Machines::Nodes(nodes) = scaled.machines else {
        panic!("replicas stand on nodes");
    };
    assert_eq!(
        (nodes.replicas_per_node, nodes.replicas_beside_front_end),
        (4, 2)
    );
    assert_eq!((nodes.min_nodes, nodes.max_nodes), (3, 6));
    let autoscaler = nodes.autoscaler.expect("nodes come and go");
    assert_eq!(
        (autoscaler.scan, autoscaler.rules.unneeded_after),
        (s(20), s(300))
    );
    let large = loaded(&serving(
        "aks_service",
        "replica_vcpus = 2\nmax_replicas = 10",
        "",
    ));
    assert!(
        large.warnings[0].contains("its nodes hold 3 replicas at most"),
        "{:?}",
        large.warnings
    );
}

#[test]
fn container_instances_and_functions() {
    let (container, prices) = service("container_instance", "vcpus = 2\nmemory_gb = 4");
    assert_eq!(limits(&container), [1, 1]);
    assert_eq!(container.controller.policy, None);
    // 2 x 0.05 + 4 x 0.005 USD.
    assert_eq!(prices.use_prices.replica_per_hour.0, 120_000);
    let (functions, prices) = service("functions", "");
    assert_eq!(limits(&functions), [0, 200]);
    let Some(ReplicaPolicy::PerRequest(each)) = functions.controller.policy else {
        panic!("an instance for each request");
    };
    assert_eq!(
        (each.new_instance_interval, each.idle_expiry),
        (s(1), s(1200))
    );
    assert_eq!(functions.timeout, Some(s(300)));
    // 1.5 GB x 3600 s x 0.000016 USD, and 0.2 USD for a million.
    assert_eq!(prices.use_prices.execution_per_hour.0, 86_400);
    assert_eq!(prices.use_prices.micro_usd_per_million_executions, 200_000);
}

#[test]
fn endpoints() {
    let (endpoint, _) = service("online_endpoint", "");
    assert_eq!(limits(&endpoint), [2, 5]);
    let Some(ReplicaPolicy::Rules(settings)) = endpoint.controller.policy else {
        panic!("rules decide");
    };
    let rules = settings.rules.iter();
    let rules: Vec<_> = rules
        .map(|rule| (rule.metric, rule.is_above, rule.change))
        .collect();
    assert_eq!(
        rules,
        [
            (Metric::Cpu, true, 2),
            (Metric::Cpu, false, -1),
            (Metric::Latency, true, 1)
        ]
    );
    assert!(
        settings
            .rules
            .iter()
            .all(|rule| rule.window == s(300) && rule.cooldown == s(3600))
    );
    assert_eq!((endpoint.timeout, endpoint.machine_vcpus), (Some(s(90)), 4));
    let own = "rules = [{ metric = \"requests_per_instance\", below = \"2/s\", change = -1, cooldown = \"5m\" }]\n\
               schedule_profile = { windows = [\"sat-sun\"], instances = 2 }";
    let (endpoint, _) = service("online_endpoint", own);
    let Some(ReplicaPolicy::Rules(settings)) = endpoint.controller.policy else {
        panic!("rules decide");
    };
    assert_eq!(settings.rules[0].threshold, Ratio::new(2, 1));
    assert!(!settings.rules[0].is_above);
    assert_eq!(settings.profile.expect("a profile").instances, 2);
}

#[test]
fn loads_of_services_are_told() {
    let busy = loaded(&serving("iot_edge", "", "").replace("50ms", "2s"));
    assert!(
        busy.warnings[0].contains("`t` is offered 2 requests at once and can serve at most 1"),
        "{:?}",
        busy.warnings
    );
    let load = &busy.variants[0].service_loads[0];
    assert!((load.per_s - 1.0).abs() < 1e-12 && load.is_saturated());
    assert_eq!(busy.variants[0].products, ["Azure IoT Edge"]);
}

/// The samples of 180 s that can be seen after 60 s are five of six at multiples of 30 s, four of six in between.
#[test]
fn an_interval_beside_the_samples_is_remarked() {
    let warnings = |interval: &str| {
        let line = format!("evaluation_interval = \"{interval}\"");
        loaded(&training("batch_pool", &line, "")).warnings
    };
    let said = |interval| {
        let found = warnings(interval);
        let found = found.into_iter().find(|text| text.contains("samples"));
        found.unwrap_or_default()
    };
    assert_eq!(said("300s"), "");
    assert_eq!(said("330s"), "");
    for (interval, share, near) in [
        (
            "301s",
            "only 1 of 30 evaluations",
            "`\"5m\"` or `\"5m30s\"`",
        ),
        (
            "640s",
            "only 1 of 3 evaluations",
            "`\"10m30s\"` or `\"11m\"`",
        ),
        ("315s", "only 1 of 2 evaluations", "`\"5m\"` or `\"5m30s\"`"),
    ] {
        let text = said(interval);
        assert!(text.contains(share) && text.contains(near), "{text}");
    }
}
