//! Offered load of services: the places that requests keep busy in the mean, against those there can be. Pure arithmetic.

use super::load::rates;
use crate::model::settings::WorldSettings;
use crate::serving::settings::{Machines, ServiceController, ServiceSettings};
use crate::workload::Arrivals;

/// What requests ask of a service.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceLoad {
    /// The service's name.
    pub service: String,
    /// Mean number of requests that would be on replicas at once, in `[0, horizon)`, without cold starts.
    pub demand: f64,
    /// The same while the peak windows of bursts are open; `None` without bursts.
    pub peak_demand: Option<f64>,
    /// Requests that its replicas take at once, at most.
    pub capacity: f64,
    /// Requests per second.
    pub per_s: f64,
}

impl ServiceLoad {
    /// Whether requests come faster than they can be served.
    pub fn is_saturated(&self) -> bool {
        self.demand >= self.capacity
    }
}

/// The offered load of every service.
pub(super) fn offered(settings: &WorldSettings) -> Vec<ServiceLoad> {
    let of = |(position, service): (usize, &ServiceSettings)| {
        let mut load = ServiceLoad {
            service: service.name.clone(),
            demand: 0.0,
            peak_demand: None,
            capacity: f64::from(most_replicas(service)) * f64::from(service.concurrency),
            per_s: 0.0,
        };
        let mut peak_demand = 0.0;
        for requests in &settings.requests {
            if requests.service != position {
                continue;
            }
            let (per_s, peak) = rates(&requests.arrivals, settings.horizon);
            let each = match &requests.arrivals {
                Arrivals::Trace(trace) => {
                    let all = trace.rows.iter().map(|row| row.duration.as_secs_f64());
                    all.sum::<f64>() / trace.rows.len().max(1) as f64
                }
                _ => requests.service_time.mean_secs(),
            };
            let each = match service.timeout {
                Some(timeout) => each.min(timeout.as_secs_f64()),
                None => each,
            };
            load.per_s += per_s;
            load.demand += per_s * each;
            peak_demand += peak.unwrap_or(per_s) * each;
            if peak.is_some() {
                load.peak_demand = Some(0.0);
            }
        }
        load.peak_demand = load.peak_demand.map(|_| peak_demand);
        load
    };
    settings.services.iter().enumerate().map(of).collect()
}

/// Replicas that a service can have at most, by its controller and its nodes.
pub(super) fn most_replicas(service: &ServiceSettings) -> u32 {
    let wanted = service.controller.most_replicas();
    wanted.min(replicas_on_nodes(service).unwrap_or(u32::MAX))
}

/// Replicas that its nodes hold at most; `None` where it has none.
pub(super) fn replicas_on_nodes(service: &ServiceSettings) -> Option<u32> {
    let Machines::Nodes(nodes) = &service.machines else {
        return None;
    };
    let with_front_end = nodes.front_ends.min(nodes.max_nodes);
    let others = (nodes.max_nodes - with_front_end).saturating_mul(nodes.replicas_per_node);
    let beside = with_front_end.saturating_mul(nodes.replicas_beside_front_end);
    Some(others.saturating_add(beside))
}

/// Services that cannot keep up, or whose nodes are too few for their replicas.
pub(super) fn warnings(settings: &WorldSettings, loads: &[ServiceLoad]) -> Vec<String> {
    let mut warnings = Vec::new();
    for (service, load) in settings.services.iter().zip(loads) {
        let name = &load.service;
        if load.is_saturated() {
            warnings.push(format!(
                "`{name}` is offered {:.4} requests at once and can serve at most {:.4}: \
                 requests are rejected, or wait longer and longer",
                load.demand, load.capacity
            ));
        }
        if let (ServiceController::TargetUtilisation(target), Some(room)) =
            (&service.controller, replicas_on_nodes(service))
            && room < target.max_replicas
        {
            warnings.push(format!(
                "`{name}`: its nodes hold {room} replicas at most, so that `max_replicas` = {} is not reached",
                target.max_replicas
            ));
        }
    }
    warnings
}

/// A service that is offered too much in the peaks.
pub(super) fn peak_note(load: &ServiceLoad) -> Option<String> {
    let peak = load.peak_demand.filter(|peak| *peak > load.capacity)?;
    Some(format!(
        "`{}` is offered {peak:.4} requests at once in the peak windows and can serve at most {:.4}",
        load.service, load.capacity
    ))
}
