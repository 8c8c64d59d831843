//! What is refused of attached targets and services, each with its key and its reason.

use super::{loaded, only, problems, refused, serving, training};

#[test]
fn mistyped_keys_get_the_nearest_name() {
    refused(
        &training("databricks", "min_node = 1", ""),
        "databricks.t.min_node",
        "did you mean `min_nodes`",
    );
    refused(
        &serving("aks_service", "max_replica = 3", ""),
        "aks_service.t.max_replica",
        "did you mean `max_replicas`",
    );
    let section = training("local", "", "").replace("[local.t]", "[lokal.t]");
    assert!(
        problems(&section, &[])[0].contains("did you mean `local`"),
        "{:?}",
        problems(&section, &[])
    );
    let target = serving("iot_edge", "", "").replace("target = \"t\"", "target = \"tt\"");
    refused(
        &target,
        "requests.w.target",
        "there is no service `tt` (did you mean `t`?",
    );
    refused(
        &training("local", "", "").replace("target = \"t\"", "target = \"u\""),
        "workload.w.target",
        "there is no target `u`",
    );
}

#[test]
fn keys_that_a_kind_does_not_have_are_unknown_in_it() {
    for (section, line) in [
        ("local", "vm_size = \"Standard_D3_v2\""),
        ("remote_vm", "idle_shutdown = \"1h\""),
        ("databricks", "tier = \"spot\""),
        ("data_lake_analytics", "min_nodes = 1"),
        ("hdinsight", "boot = \"1m\""),
        ("synapse_spark", "vm_size = \"Standard_D3_v2\""),
        ("kubernetes", "stop_after_idle = \"1m\""),
    ] {
        let key = line.split(' ').next().expect("a key");
        let found = problems(&training(section, line, ""), &[]);
        assert!(
            found[0].starts_with(&format!("{section}.t.{key}: unknown key")),
            "{found:#?}"
        );
    }
}

#[test]
fn what_is_required_is_asked_for() {
    let without = |section, line: &str| training(section, "", "").replace(line, "");
    refused(
        &without("databricks", "max_nodes = 4"),
        "databricks.t.max_nodes",
        "`max_nodes` is missing",
    );
    refused(
        &without("databricks", "dbu_per_node_hour = 0.75"),
        "databricks.t.dbu_per_node_hour",
        "the service lists them by size",
    );
    refused(
        &without("databricks", "price_per_dbu = 0.3"),
        "databricks.t.price_per_dbu",
        "the list has one in `eastus`, not in `westeurope`",
    );
    refused(
        &without("data_lake_analytics", "price_per_unit_hour = 2"),
        "data_lake_analytics.t.price_per_unit_hour",
        "no source in the price book states one",
    );
    refused(
        &without("synapse_spark", "vcores = 8"),
        "synapse_spark.t.vcores",
        "from 4 to 80",
    );
    refused(
        &without("remote_vm", "vm_size = \"Standard_D3_v2\""),
        "remote_vm.t.price_per_hour",
        "or name its `vm_size` and `region`",
    );
    let unpriced = training("hdinsight", "", "").replace("Standard_D3_v2", "Standard_D12_v2");
    refused(
        &unpriced,
        "hdinsight.t.price_per_hour",
        "no source states one for HDInsight `node D12_v2`",
    );
    let service = |section, line: &str| serving(section, "", "").replace(line, "");
    refused(
        &service("container_instance", "price_per_vcpu_hour = 0.05"),
        "container_instance.t.price_per_vcpu_hour",
        "no source in the price book states one",
    );
    refused(
        &service("functions", "price_per_gb_second = 0.000016"),
        "functions.t.price_per_gb_second",
        "is missing",
    );
    refused(
        &serving("iot_edge", "", "").replace("service_time = \"50ms\"", ""),
        "requests.w.service_time",
        "or its `tokens`",
    );
    refused(
        "horizon = \"1d\"\n",
        "workload",
        "in a `[requests.NAME]` table",
    );
}

/// Section, line of its table, key that is refused, and what is said.
type Case = (&'static str, &'static str, &'static str, &'static str);

const OF_TARGETS: &[Case] = &[
    (
        "databricks",
        "mode = \"optimized\"\nplan = \"standard\"",
        "plan",
        "optimized autoscaling belongs to the premium plan",
    ),
    ("hdinsight", "min_nodes = 0", "min_nodes", "from 1 to 65000"),
    (
        "synapse_spark",
        "min_nodes = 2",
        "min_nodes",
        "from 3 to 65000",
    ),
    (
        "batch_pool",
        "evaluation_interval = \"1m\"",
        "evaluation_interval",
        "every 5 min to 168 h",
    ),
    (
        "batch_pool",
        "evaluation_interval = \"169h\"",
        "evaluation_interval",
        "every 5 min to 168 h",
    ),
    (
        "batch_pool",
        "low_priority_nodes = 26\neviction.rate = \"0.1/h\"",
        "low_priority_nodes",
        "must not be above `max_nodes`",
    ),
    (
        "batch_pool",
        "formula.fixed = { nodes = 26 }",
        "formula",
        "asks for 26 nodes",
    ),
    (
        "batch_pool",
        "eviction.rate = \"0.1/h\"",
        "eviction",
        "has no low-priority nodes",
    ),
    (
        "kubernetes",
        "min_nodes = 5",
        "min_nodes",
        "`min_nodes` must not be above `max_nodes`",
    ),
    (
        "remote_vm",
        "stopped = \"allocated\"",
        "stopped",
        "there is no `schedule`",
    ),
    (
        "remote_vm",
        "fixed_charges.load_balancer = \"list\"",
        "fixed_charges.load_balancer",
        "none of the workspace's load balancers",
    ),
    (
        "synapse_spark",
        "stop_after_idle = \"never\"\ncreation = \"2m\"",
        "creation",
        "it never stops",
    ),
];

const OF_SERVICES: &[Case] = &[
    (
        "container_instance",
        "memory_gb = 48",
        "memory_gb",
        "less than 48 GB",
    ),
    (
        "container_instance",
        "model_size_gb = 1",
        "model_size_gb",
        "less than 1 GB",
    ),
    (
        "functions",
        "memory_gb = 2",
        "memory_gb",
        "from 0.125 to 1.5",
    ),
    (
        "functions",
        "timeout = \"11m\"",
        "timeout",
        "ends after 10m at most",
    ),
    (
        "functions",
        "timeout = \"never\"",
        "timeout",
        "ends after 10m at most",
    ),
    (
        "functions",
        "max_instances = 201",
        "max_instances",
        "from 1 to 200",
    ),
    (
        "functions",
        "always_ready = 1",
        "always_ready",
        "belongs to the premium plan",
    ),
    (
        "aks_service",
        "nodes = 2",
        "nodes",
        "2 nodes of `Standard_D3_v2` have 8 vCPUs, and a production cluster needs at least 12",
    ),
    (
        "aks_service",
        "purpose = \"dev_test\"\nvm_size = \"Standard_D1_v2\"",
        "nodes",
        "a dev-test cluster needs at least 2",
    ),
    (
        "aks_service",
        "replica_vcpus = 5",
        "replica_vcpus",
        "no replica of 5 vCPUs",
    ),
    (
        "aks_service",
        "replica_memory_gb = 13",
        "replica_memory_gb",
        "a front end takes 2 vCPUs and 1.2 GB",
    ),
    (
        "aks_service",
        "min_replicas = 11",
        "min_replicas",
        "`max_replicas` is 10",
    ),
    (
        "aks_service",
        "target_utilization = 0",
        "target_utilization",
        "from 0.01 to 1",
    ),
    (
        "aks_service",
        "nodes = 4\nautoscaler = { max_nodes = 8 }",
        "autoscaler",
        "`nodes` and `autoscaler` are both given",
    ),
    (
        "online_endpoint",
        "rules = [{ metric = \"cpu\", above = 70, change = 1 }]",
        "rules.0.above",
        "`0.7` for 70 %",
    ),
    (
        "online_endpoint",
        "rules = [{ metric = \"cpu\", above = 0.7, below = 0.3, change = 1 }]",
        "rules.0.below",
        "both given",
    ),
    (
        "online_endpoint",
        "rules = [{ metric = \"latency\", above = 0.7, change = 1 }]",
        "rules.0.above",
        "needs its unit",
    ),
    (
        "online_endpoint",
        "rules = [{ metric = \"cpu\", above = 0.7, change = 0 }]",
        "rules.0.change",
        "`2` or `-1`",
    ),
    (
        "online_endpoint",
        "rules = [{ metric = \"disk\", above = 0.7, change = 1 }]",
        "rules.0.metric",
        "allowed: `cpu`",
    ),
    (
        "online_endpoint",
        "rules = \"none\"",
        "rules",
        "write tables such as",
    ),
    (
        "online_endpoint",
        "schedule_profile.instances = 2",
        "schedule_profile.windows",
        "is missing",
    ),
];

#[test]
fn limits_of_the_services_are_kept() {
    for (section, line, key, phrase) in OF_TARGETS {
        refused(
            &training(section, line, ""),
            &format!("{section}.t.{key}"),
            phrase,
        );
    }
    for (section, line, key, phrase) in OF_SERVICES {
        refused(
            &serving(section, line, ""),
            &format!("{section}.t.{key}"),
            phrase,
        );
    }
}

#[test]
fn premium_functions_have_limits_and_prices_of_their_own() {
    let premium = |lines: &str| {
        let text = serving(
            "functions",
            &format!(
                "plan = \"premium\"\nprice_per_vcpu_hour = 0.17\nprice_per_gb_hour = 0.012\n{lines}"
            ),
            "",
        );
        text.replace(
            "price_per_gb_second = 0.000016\nprice_per_million_executions = 0.2\n",
            "",
        )
    };
    assert!(problems(&premium("always_ready = 2\nmemory_gb = 14"), &[]).is_empty());
    refused(
        &premium("memory_gb = 1.5"),
        "functions.t.memory_gb",
        "from 3.5 to 14",
    );
    refused(
        &premium("always_ready = 0"),
        "functions.t.always_ready",
        "from 1 to 100",
    );
    refused(
        &premium("max_instances = 101"),
        "functions.t.max_instances",
        "from 1 to 100",
    );
    refused(
        &premium("price_per_gb_second = 0.1"),
        "functions.t.price_per_gb_second",
        "belongs to the consumption plan",
    );
}

#[test]
fn a_gpu_needs_a_size_that_has_one() {
    refused(
        &training("cluster", "", "gpu = true"),
        "workload.w.gpu",
        "`Standard_D3_v2` has no GPU",
    );
    refused(
        &serving("online_endpoint", "", "gpu = true"),
        "requests.w.gpu",
        "`Standard_D3_v2` has no GPU",
    );
    let aks = serving("aks_service", "", "gpu = true");
    refused(&aks, "requests.w.gpu", "`Standard_D3_v2` has no GPU");
    let found = problems(
        &serving("aks_service", "vm_size = \"Standard_NV6\"", "gpu = true"),
        &["aks_service.t.vm_size=Standard_D4_v2"],
    );
    assert!(
        found[0].starts_with("--set aks_service.t.vm_size"),
        "{found:#?}"
    );
}

#[test]
fn attached_targets_use_no_quota_and_others_may_use_them() {
    let quota = "\n[quota.q]\nvcpus = 100\ntargets = [\"t\"]";
    refused(
        &training("data_lake_analytics", "", quota),
        "quota.q.targets",
        "`t` is a Data Lake Analytics account, which is attached and has no nodes that a quota limits",
    );
    // A quota of its own subscription, which names it, is another matter: a driver and one worker must fit.
    let variant = only(&training("databricks", "", quota));
    assert_eq!(variant.settings.quotas[0].members, [0]);
    let small = quota.replace("100", "7");
    refused(
        &training("databricks", "", &small),
        "quota.q.vcpus",
        "7 vCPUs are less than the 8 that its instances and largest `min_nodes` hold together",
    );
    let family = training("remote_vm", "", "\n[quota.q]\nvcpus = 1\nfamily = \"Dv2\"");
    assert!(loaded(&family).warnings[0].contains("no target counts against quota `q`"));
    let variant = only(&training("batch_pool", "", "background = true"));
    assert!(variant.settings.workloads[0].background && variant.settings.targets[0].unmanaged);
    assert!(variant.prices[0].unmanaged);
    refused(
        &training("cluster", "", "background = true"),
        "workload.w.background",
        "`t` is a compute cluster, which this workspace alone uses",
    );
}

#[test]
fn a_quota_of_a_pool_has_room_for_a_node_beside_those_that_take_no_runs() {
    let quota = "\n[quota.q]\nvcpus = 7\ntargets = [\"t\"]";
    refused(
        &training("kubernetes", "", quota),
        "quota.q.vcpus",
        "7 vCPUs are not enough for one node of `t` and its 1 that take no runs, 8",
    );
}

#[test]
fn a_policy_does_not_use_the_keys_of_the_queue() {
    let policy = "scaling.utilization = {}";
    for key in ["spare_nodes = 1", "idle_before_scale_down = \"1m\""] {
        let name = key.split(' ').next().unwrap_or_default();
        refused(
            &training("cluster", &format!("{policy}\n{key}"), ""),
            &format!("cluster.t.{name}"),
            "a policy under `scaling` does not use it",
        );
    }
    let window = "capacity.w = { windows = \"sat-sun\", idle_before_scale_down = \"1m\" }";
    refused(
        &training("cluster", &format!("{policy}\n{window}"), ""),
        "cluster.t.capacity.w.idle_before_scale_down",
        "a policy under `scaling` does not use it",
    );
    // A variant's policy takes the place of what the base says of the queue.
    let base = training(
        "cluster",
        &format!("idle_before_scale_down = \"1m\"\n{window}\nmin_nodes = 1"),
        "",
    );
    let scenario = loaded(&(base + "\n[variant.v]\ncluster.t.scaling.utilization = {}\n"));
    assert_eq!(scenario.variants.len(), 1);
}

#[test]
fn sustained_use_is_not_evicted() {
    let text = "horizon = \"2d\"\ncloud = \"gcp\"\n[cluster.t]\nprice_per_hour = 1\ntier = \"sustained_use\"\n\
                eviction.rate = \"0.1/h\"\n[workload.w]\ntarget = \"t\"\nduration = \"10m\"\n\
                arrivals.poisson = { rate = \"1/h\" }\n";
    refused(
        text,
        "cluster.t.eviction",
        "dedicated nodes are not evicted",
    );
}

/// A reservation is the workspace's: what is attached is paid at its own price.
#[test]
fn commitments_do_not_cover_what_is_attached() {
    let reservation =
        "\n[reservation.r]\nvm_size = \"Standard_D3_v2\"\nnodes = 1\nprice_per_hour = 0.1";
    let scenario = loaded(&training("remote_vm", "", reservation));
    assert!(scenario.variants[0].commitments[0].covers.is_empty());
    assert!(
        scenario.warnings[0].contains("covers no target"),
        "{:?}",
        scenario.warnings
    );
}

#[test]
fn runs_go_to_targets_and_requests_to_services() {
    let run = serving("local_service", "always_bill = true", "")
        .replace("[requests.w]", "[workload.w]")
        .replace("service_time", "duration");
    refused(
        &run,
        "workload.w.target",
        "`t` is a local web service, which takes requests",
    );
    let request = training("remote_vm", "always_bill = true", "")
        .replace("[workload.w]", "[requests.w]")
        .replace("duration", "service_time");
    refused(
        &request,
        "requests.w.target",
        "`t` is a remote VM, which takes runs",
    );
    let same = training(
        "local",
        "",
        "\n[functions.t]\nprice_per_gb_second = 0\nprice_per_million_executions = 0",
    );
    let found = problems(&same, &[]);
    assert!(
        found
            .iter()
            .any(|problem| problem.contains("there is `local.t` as well")),
        "{found:#?}"
    );
    let unused = serving("local_service", "", "\n[iot_edge.other]");
    refused(
        &unused,
        "iot_edge.other",
        "no requests come to it in any variant",
    );
}

#[test]
fn times_of_requests_are_said_once() {
    let tokens = "tokens = { context_tokens = 100, generated_tokens = 10, time_per_context_token = \"1ms\", time_per_generated_token = \"10ms\" }";
    refused(
        &serving("iot_edge", "", tokens),
        "requests.w.tokens",
        "says already how long a request takes",
    );
    let alone = serving("iot_edge", "", tokens).replace("service_time = \"50ms\"\n", "");
    let variant = only(&alone);
    // 100 x 1 ms + 10 x 10 ms
    assert!((variant.settings.requests[0].service_time.mean_secs() - 0.2).abs() < 1e-12);
    let numberless = alone.replace("context_tokens = 100, generated_tokens = 10, ", "");
    refused(
        &numberless,
        "requests.w.tokens",
        "the numbers of tokens are missing",
    );
    let other = "slo = \"1s\"\n[requests.v]\ntarget = \"t\"\nslo = \"2s\"\narrivals.poisson = { rate = \"1/s\" }\nservice_time = \"1ms\"";
    refused(
        &serving("iot_edge", "", other),
        "requests.v.slo",
        "2s here, and 1s in another workload of the same service",
    );
    let both = "batch_inference = { mini_batches = 10, mini_batch_time = \"1s\" }";
    refused(
        &training("cluster", "", both),
        "workload.w.batch_inference",
        "says already how long a run takes",
    );
}
