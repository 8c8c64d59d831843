//! Hand-made results of attached targets and of services, in the numbers of which every figure can be worked out on paper.

use autoscale_simulator::pricing::{FixedCharge, TargetPrices, UsePrices};
use autoscale_simulator::report::{StudyResults, VariantResults};
use autoscale_simulator::results::{
    NodeTimes, ReplicationResult, RequestStatistics, RunStatistics, ServiceStatistics, ServiceUse,
    TargetResult, TierTimes, WaitQuantiles, latency_grid,
};
use autoscale_simulator::study_results::TargetSort;
use autoscale_simulator::units::{NodeTime, SimDuration, UsdPerHour};

use crate::made::{change, runs, seconds, study, target, variant, window};

/// So many hours of node-time.
pub(crate) fn hours(count: f64) -> NodeTime {
    NodeTime(u128::from(SimDuration::from_secs_rounded(count * 3600.0).0))
}

/// `arrived` requests of which so many were rejected; the others were served in `latency_ms` each, 9 of 10 within the SLO,
/// one in 100 after a cold start.
pub(crate) fn requests(arrived: u64, rejected: u64, latency_ms: u64) -> RequestStatistics {
    let served = arrived - rejected;
    let latency = SimDuration(latency_ms * 1000);
    let at_most = latency_grid().map(|grid| if grid >= latency { served } else { 0 });
    RequestStatistics {
        arrived,
        served,
        rejected,
        cold: arrived / 100,
        has_slo: true,
        within_slo: served / 10 * 9,
        latency_sum: u128::from(served * latency.0),
        latency_quantiles: (served > 0).then_some(WaitQuantiles {
            p50: latency.into(),
            p95: latency.into(),
            p99: latency.into(),
            max: latency,
        }),
        latency_at_most: at_most.collect(),
        ..RequestStatistics::default()
    }
}

/// A service without machines.
pub(crate) fn service(requests: RequestStatistics, within: ServiceUse) -> TargetResult {
    let statistics = ServiceStatistics {
        requests,
        within,
        peak_replicas: 3,
        starts: 7,
        ..ServiceStatistics::default()
    };
    TargetResult {
        end: window().horizon,
        slots: 1,
        service: Some(Box::new(statistics)),
        ..target(RunStatistics::default(), 0, 0, 0)
    }
}

/// A variant with one service.
pub(crate) fn serving(
    name: &str,
    product: &'static str,
    prices: TargetPrices,
    services: Vec<TargetResult>,
) -> VariantResults {
    let replications = services.into_iter().map(|service| ReplicationResult {
        targets: vec![service],
        ..ReplicationResult::default()
    });
    VariantResults {
        products: vec![product.to_owned()],
        kinds: vec![TargetSort::Service],
        prices: vec![prices],
        ..variant(name, "model", replications.collect())
    }
}

/// Functions on consumption: a million executions of 0.2 s in 0.5 GB, at 0.000016 USD per GB-second (0.0288 USD for an hour
/// of 0.5 GB) and 0.20 USD per million: 1.60 and 0.20 USD.
pub(crate) fn functions() -> VariantResults {
    let prices = TargetPrices {
        use_prices: UsePrices {
            execution_per_hour: UsdPerHour(28_800),
            micro_usd_per_million_executions: 200_000,
            ..UsePrices::default()
        },
        source: Some("a price list".to_owned()),
        ..TargetPrices::default()
    };
    let used = ServiceUse {
        replica_time: hours(48.0),
        execution_time: seconds(200_000),
        executions: 1_000_000,
        ..ServiceUse::default()
    };
    let services = [249, 250, 251].map(|ms| service(requests(1_000_000, 0, ms), used));
    serving("functions", "Azure Functions", prices, services.to_vec())
}

/// Container Instances: 24 h of one vCPU at 0.0405 USD and 1.5 GB at 0.0045 USD, 0.04725 USD an hour: 1.134 USD. A tenth of
/// the requests is rejected.
pub(crate) fn container() -> VariantResults {
    let prices = TargetPrices {
        use_prices: UsePrices {
            replica_per_hour: UsdPerHour(47_250),
            ..UsePrices::default()
        },
        ..TargetPrices::default()
    };
    let used = ServiceUse {
        replica_time: hours(24.0),
        execution_time: seconds(9_000),
        executions: 900_000,
        ..ServiceUse::default()
    };
    let services = [400, 400, 400].map(|ms| service(requests(1_000_000, 100_000, ms), used));
    serving(
        "container",
        "Container Instances",
        prices,
        services.to_vec(),
    )
}

/// AKS: three nodes at 0.20 USD for 24 h, 14.40 USD, a quarter of it run; 6 replicas, of which 2 are busy on average.
pub(crate) fn aks() -> VariantResults {
    let prices = TargetPrices {
        per_hour: UsdPerHour(200_000),
        ..TargetPrices::default()
    };
    let used = ServiceUse {
        replica_time: hours(144.0),
        execution_time: hours(48.0),
        executions: 1_000_000,
        ..ServiceUse::default()
    };
    let of = |ms| {
        let mut result = service(requests(1_000_000, 10_000, ms), used);
        result.within.run = hours(18.0);
        result.within.idle_before_scale_down = hours(54.0);
        let statistics = result.service.as_mut().expect("it is a service");
        statistics.node_time = hours(72.0);
        result
    };
    serving(
        "aks",
        "Azure Kubernetes Service",
        prices,
        [49, 50, 51].map(of).to_vec(),
    )
}

/// The three of them, AKS the baseline.
pub(crate) fn served() -> StudyResults {
    study(vec![aks(), functions(), container()])
}

/// Databricks: nodes at 0.50 USD and a fee of 0.30 USD an hour, attached, with a disk at 1 USD a day.
///
/// | hours | | machines | fee |
/// |---|---|---|---|
/// | 10 + 1 | run, node setup | 5.50 | 3.30 |
/// | 0.5 + 2 + 24 + 3 + 0.5 | boot, idle, standing, background, rounding | 15.00 | 9.00 |
///
/// The workspace: 8.80 USD; outside: 24.00 and the disk's 1.00.
pub(crate) fn databricks() -> VariantResults {
    let result = TargetResult {
        within: NodeTimes {
            run: hours(8.0),
            node_setup: hours(1.0),
            boot: hours(0.5),
            idle_before_scale_down: hours(2.0),
            system_nodes: hours(24.0),
            background: hours(3.0),
            rounding: hours(0.5),
            ..NodeTimes::default()
        },
        drain: NodeTimes {
            run: hours(2.0),
            ..NodeTimes::default()
        },
        end: window().horizon,
        ..target(runs(40, 60), 0, 0, 0)
    };
    let replication = ReplicationResult {
        all_runs: result.runs.clone(),
        targets: vec![result],
        ..ReplicationResult::default()
    };
    VariantResults {
        products: vec!["Azure Databricks".to_owned()],
        kinds: vec![TargetSort::Pool],
        prices: vec![TargetPrices {
            per_hour: UsdPerHour(500_000),
            service_fee: UsdPerHour(300_000),
            unmanaged: true,
            disk: Some(FixedCharge {
                micro_usd: 1_000_000,
                hours: 24,
            }),
            ..TargetPrices::default()
        }],
        ..variant("databricks", "spark", vec![replication])
    }
}

/// A Batch pool: dedicated nodes at 1.00 USD ran 3 h, and 1 h after the horizon; low-priority ones at 0.20 USD ran 6 h, lost
/// half an hour of work and were idle for 1 h. 4.00, 1.20, 0.10 and 0.20 USD.
pub(crate) fn batch_pool() -> VariantResults {
    let mut result = target(runs(40, 60), 3 * 3600, 0, 3600);
    result.low_priority = Some(Box::new(TierTimes {
        within: NodeTimes {
            run: hours(6.0),
            lost: hours(0.5),
            idle_before_scale_down: hours(1.0),
            ..NodeTimes::default()
        },
        drain: NodeTimes::default(),
    }));
    let replication = ReplicationResult {
        all_runs: result.runs.clone(),
        targets: vec![result],
        ..ReplicationResult::default()
    };
    VariantResults {
        products: vec!["Azure Batch".to_owned()],
        kinds: vec![TargetSort::Pool],
        prices: vec![TargetPrices {
            per_hour: UsdPerHour(1_000_000),
            low_priority_per_hour: UsdPerHour(200_000),
            unmanaged: true,
            ..TargetPrices::default()
        }],
        ..variant("batch", "pool", vec![replication])
    }
}

/// A cluster for training at 3.60 USD per hour (36,000 s of work, 36 USD, 40 runs) and the service of [`aks`].
pub(crate) fn mixed() -> VariantResults {
    let mut variant = aks();
    "mixed".clone_into(&mut variant.name);
    variant.targets.insert(0, "gpu".to_owned());
    variant.products.insert(0, "Compute Cluster".to_owned());
    variant.kinds.insert(
        0,
        TargetSort::Cluster {
            min_nodes: 0,
            max_nodes: 100,
        },
    );
    variant.prices.insert(0, crate::made::prices());
    change(&mut variant, |replication| {
        let cluster = target(runs(40, 60), 36_000, 0, 0);
        replication.all_runs = cluster.runs.clone();
        replication.targets.insert(0, cluster);
    });
    variant
}
