//! The keys of attached targets and of services.

use super::arrivals::REQUEST_ARRIVALS;
use super::{FIXED_CHARGES, Key, Kind, Shape, distribution, key, kind, value};

/// Sections of training targets, in the order in which they are explained.
pub const TARGETS: &[Key] = &[
    key("cluster", Shape::Named(super::CLUSTER)),
    key("instance", Shape::Named(super::INSTANCE)),
    key("local", Shape::Named(LOCAL)),
    key("remote_vm", Shape::Named(REMOTE_VM)),
    key("databricks", Shape::Named(DATABRICKS)),
    key("data_lake_analytics", Shape::Named(DATA_LAKE_ANALYTICS)),
    key("hdinsight", Shape::Named(HDINSIGHT)),
    key("batch_pool", Shape::Named(BATCH_POOL)),
    key("synapse_spark", Shape::Named(SYNAPSE_SPARK)),
    key("kubernetes", Shape::Named(KUBERNETES)),
];

/// Sections of services.
pub const SERVICES: &[Key] = &[
    key("local_service", Shape::Named(LOCAL_SERVICE)),
    key("instance_service", Shape::Named(INSTANCE_SERVICE)),
    key("aks_service", Shape::Named(AKS_SERVICE)),
    key("container_instance", Shape::Named(CONTAINER_INSTANCE)),
    key("functions", Shape::Named(FUNCTIONS)),
    key("iot_edge", Shape::Named(EDGE)),
    key("data_box_edge", Shape::Named(EDGE)),
    key("online_endpoint", Shape::Named(ONLINE_ENDPOINT)),
];

/// `[local.NAME]`.
pub const LOCAL: &[Key] = &[
    value("slots"),
    value("max_run_duration"),
    value("price_per_hour"),
    value("always_bill"),
];

/// `[remote_vm.NAME]`.
pub const REMOTE_VM: &[Key] = &[
    value("slots"),
    distribution("boot"),
    value("schedule"),
    value("on_stop"),
    value("stopped"),
    value("max_run_duration"),
    value("vm_size"),
    value("region"),
    value("price_per_hour"),
    value("billing_preset"),
    value("billing_granularity"),
    value("billing_minimum"),
    value("bill_boot"),
    key("fixed_charges", Shape::Table(FIXED_CHARGES)),
    value("always_bill"),
];

/// `[databricks.NAME]`.
pub const DATABRICKS: &[Key] = &[
    value("min_nodes"),
    value("max_nodes"),
    value("workload_type"),
    value("plan"),
    value("mode"),
    value("evaluation_interval"),
    value("down_after"),
    value("stop_after_idle"),
    distribution("creation"),
    distribution("allocation"),
    distribution("boot"),
    value("max_run_duration"),
    value("vm_size"),
    value("region"),
    value("price_per_hour"),
    value("dbu_per_node_hour"),
    value("price_per_dbu"),
    value("billing_granularity"),
    value("billing_minimum"),
    value("bill_boot"),
    value("always_bill"),
];

/// `[data_lake_analytics.NAME]`.
pub const DATA_LAKE_ANALYTICS: &[Key] = &[
    value("max_units"),
    value("max_run_duration"),
    value("price_per_unit_hour"),
    value("billing_granularity"),
    value("billing_minimum"),
    value("always_bill"),
];

/// `[hdinsight.NAME]`.
pub const HDINSIGHT: &[Key] = &[
    value("min_nodes"),
    value("max_nodes"),
    value("head_nodes"),
    value("evaluation_interval"),
    value("up_after"),
    value("down_after"),
    distribution("scaling_operation"),
    value("max_run_duration"),
    value("vm_size"),
    value("region"),
    value("price_per_hour"),
    value("billing_granularity"),
    value("billing_minimum"),
    value("bill_boot"),
    value("always_bill"),
];

/// `[batch_pool.NAME]`.
pub const BATCH_POOL: &[Key] = &[
    value("min_nodes"),
    value("max_nodes"),
    value("low_priority_nodes"),
    key("formula", Shape::Kind(FORMULAS)),
    value("evaluation_interval"),
    value("sample_window"),
    value("sample_delay"),
    value("deallocation"),
    distribution("allocation"),
    distribution("boot"),
    key("eviction", Shape::Kind(POOL_EVICTIONS)),
    value("max_run_duration"),
    value("vm_size"),
    value("region"),
    value("price_per_hour"),
    value("low_priority_price_per_hour"),
    value("billing_preset"),
    value("billing_granularity"),
    value("billing_minimum"),
    value("bill_boot"),
    value("always_bill"),
];

/// `[synapse_spark.NAME]`.
pub const SYNAPSE_SPARK: &[Key] = &[
    value("min_nodes"),
    value("max_nodes"),
    value("evaluation_interval"),
    value("up_after"),
    value("down_after"),
    distribution("scaling_operation"),
    value("stop_after_idle"),
    distribution("creation"),
    value("max_run_duration"),
    value("vcores"),
    value("region"),
    value("price_per_vcore_hour"),
    value("price_per_hour"),
    value("billing_granularity"),
    value("billing_minimum"),
    value("bill_boot"),
    value("always_bill"),
];

/// `[kubernetes.NAME]`.
pub const KUBERNETES: &[Key] = &[
    value("min_nodes"),
    value("max_nodes"),
    value("system_nodes"),
    value("profile"),
    value("scan_interval"),
    value("unneeded_after"),
    value("delay_after_add"),
    value("max_empty_bulk_delete"),
    distribution("allocation"),
    distribution("boot"),
    value("max_run_duration"),
    value("vm_size"),
    value("region"),
    value("price_per_hour"),
    value("billing_preset"),
    value("billing_granularity"),
    value("billing_minimum"),
    value("bill_boot"),
    value("always_bill"),
];

/// `formula` of a Batch pool.
pub const FORMULAS: &[Kind] = &[
    kind("pending_tasks", &["start_nodes"]),
    kind("replace_preempted", &["start_nodes"]),
    kind("fixed", &["nodes"]),
];

/// `eviction` of a Batch pool.
pub const POOL_EVICTIONS: &[Kind] = &[kind("rate", &[])];

/// `[local_service.NAME]`.
pub const LOCAL_SERVICE: &[Key] = EDGE;

/// `[iot_edge.NAME]` and `[data_box_edge.NAME]`.
pub const EDGE: &[Key] = &[
    value("replicas"),
    value("concurrency"),
    value("queue_timeout"),
    value("queue_limit"),
    value("timeout"),
    value("router_overhead"),
    value("price_per_hour"),
    value("always_bill"),
];

/// `[instance_service.NAME]`.
pub const INSTANCE_SERVICE: &[Key] = &[
    value("replicas"),
    value("concurrency"),
    value("queue_timeout"),
    value("queue_limit"),
    value("timeout"),
    value("router_overhead"),
    value("vm_size"),
    value("region"),
    value("approved"),
    value("supported"),
    value("price_per_hour"),
    key("fixed_charges", Shape::Table(FIXED_CHARGES)),
    value("always_bill"),
];

/// `[aks_service.NAME]`.
pub const AKS_SERVICE: &[Key] = &[
    value("purpose"),
    value("nodes"),
    key("autoscaler", Shape::Table(AUTOSCALER)),
    value("replica_vcpus"),
    value("replica_memory_gb"),
    value("min_replicas"),
    value("max_replicas"),
    value("target_utilization"),
    value("utilization"),
    value("utilization_window"),
    value("refresh"),
    value("scale_down_after"),
    distribution("start"),
    value("concurrency"),
    value("queue_timeout"),
    value("queue_limit"),
    value("timeout"),
    value("router_overhead"),
    value("vm_size"),
    value("region"),
    value("price_per_hour"),
    value("always_bill"),
];

/// `autoscaler` of an AKS service.
pub const AUTOSCALER: &[Key] = &[
    value("min_nodes"),
    value("max_nodes"),
    value("profile"),
    value("scan_interval"),
    value("unneeded_after"),
    value("delay_after_add"),
    value("max_empty_bulk_delete"),
    distribution("boot"),
];

/// `[container_instance.NAME]`.
pub const CONTAINER_INSTANCE: &[Key] = &[
    value("vcpus"),
    value("memory_gb"),
    value("model_size_gb"),
    value("concurrency"),
    value("queue_timeout"),
    value("queue_limit"),
    value("timeout"),
    value("router_overhead"),
    value("price_per_vcpu_hour"),
    value("price_per_gb_hour"),
    value("always_bill"),
];

/// `[functions.NAME]`.
pub const FUNCTIONS: &[Key] = &[
    value("plan"),
    value("vcpus"),
    value("memory_gb"),
    value("max_instances"),
    value("always_ready"),
    value("new_instance_interval"),
    value("idle_expiry"),
    distribution("start"),
    value("concurrency"),
    value("queue_timeout"),
    value("queue_limit"),
    value("timeout"),
    value("router_overhead"),
    value("price_per_gb_second"),
    value("price_per_million_executions"),
    value("free_grant"),
    value("price_per_vcpu_hour"),
    value("price_per_gb_hour"),
    value("always_bill"),
];

/// `[online_endpoint.NAME]`.
pub const ONLINE_ENDPOINT: &[Key] = &[
    value("min_instances"),
    value("max_instances"),
    value("evaluation_interval"),
    value("rules"),
    key("schedule_profile", Shape::Table(SCHEDULE_PROFILE)),
    distribution("start"),
    value("concurrency"),
    value("queue_timeout"),
    value("queue_limit"),
    value("timeout"),
    value("router_overhead"),
    value("vm_size"),
    value("region"),
    value("vcpus"),
    value("approved"),
    value("supported"),
    value("price_per_hour"),
    value("always_bill"),
];

/// A table of `rules` of an online endpoint.
pub const RULE: &[Key] = &[
    value("metric"),
    value("above"),
    value("below"),
    value("window"),
    value("change"),
    value("cooldown"),
];

/// `schedule_profile` of an online endpoint.
pub const SCHEDULE_PROFILE: &[Key] = &[value("windows"), value("instances")];

/// `[requests.NAME]`.
pub const REQUESTS: &[Key] = &[
    value("enabled"),
    value("target"),
    key("arrivals", Shape::Kind(REQUEST_ARRIVALS)),
    value("load_factor"),
    distribution("service_time"),
    key("tokens", Shape::Table(TOKENS)),
    distribution("cold_service_time"),
    value("slo"),
    value("use"),
    value("gpu"),
    value("fpga"),
    value("designer"),
];

/// `tokens` of a workload of requests.
pub const TOKENS: &[Key] = &[
    key("context_tokens", Shape::Kind(TOKEN_COUNTS)),
    key("generated_tokens", Shape::Kind(TOKEN_COUNTS)),
    value("time_per_context_token"),
    value("time_per_generated_token"),
];

/// A number of tokens, unless it is a number.
pub const TOKEN_COUNTS: &[Kind] = &[
    kind("choice", &["values", "weights"]),
    kind("empirical", &["file", "column", "weights"]),
];

/// `batch_inference` of a workload of runs.
pub const BATCH_INFERENCE: &[Key] = &[
    value("mini_batches"),
    value("items_per_mini_batch"),
    value("processes_per_node"),
    distribution("mini_batch_time"),
    value("invocation_timeout"),
    value("failure_probability"),
    value("tries"),
];
