//! Services beside the requests that come to them: which are used, what their models need, how fast they should answer.

use crate::catalog::VmSize;
use crate::pricing::FreeUse;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;
use crate::scenario::targets::Service;
use crate::scenario::work::asks::Asking;
use crate::scenario::work::requests::{RequestWork, Requests};
use crate::units::SimDuration;

/// Whether a service is simulated, and how fast it should answer.
#[derive(Clone, Copy, Default)]
pub(in crate::scenario) struct UsedService {
    pub(in crate::scenario) is_used: bool,
    pub(in crate::scenario) slo: Option<SimDuration>,
}

/// What came of it.
#[derive(Default)]
pub(super) struct Checked {
    /// By position of the service.
    pub(super) used: Vec<UsedService>,
    pub(super) warnings: Vec<String>,
    pub(super) notes: Vec<String>,
}

/// Checks all requests with their services; problems are in the sink.
pub(super) fn check(
    services: &[Read<Service<'_>>],
    works: &[RequestWork<'_>],
    requests: &[Read<Requests>],
) -> Checked {
    let billed = |service: &Read<Service<'_>>| service.as_ref().is_ok_and(|s| s.always_bill);
    let used = services.iter().map(|service| UsedService {
        is_used: billed(service),
        slo: None,
    });
    let mut checked = Checked {
        used: used.collect(),
        ..Checked::default()
    };
    for (work, requests) in works.iter().zip(requests) {
        let Ok(requests) = requests else {
            continue;
        };
        let used = &mut checked.used[requests.settings.service];
        used.is_used = true;
        one_slo(work, requests, used);
        if let Ok(service) = &services[requests.settings.service] {
            checked.notes.extend(kinds(work, service));
        }
    }
    one_free_grant(services, &checked.used);
    for (service, used) in services.iter().zip(&checked.used) {
        if let Ok(service) = service
            && used.is_used
        {
            let warnings = service.bought.warnings.iter().cloned();
            checked.warnings.extend(warnings);
        }
    }
    checked
}

/// What is free is for all function apps of a subscription together: one app of a variant takes it.
fn one_free_grant(services: &[Read<Service<'_>>], used: &[UsedService]) {
    let services = services.iter().zip(used).filter(|(_, used)| used.is_used);
    let services = services.filter_map(|(service, _)| service.as_ref().ok());
    let mut granted =
        services.filter(|service| service.bought.prices.use_prices.free != FreeUse::default());
    let Some(first) = granted.next() else {
        return;
    };
    for other in granted {
        let complaint = Complaint::new(format!(
            "`{}` has the free grant already, and a subscription has it once a month",
            first.settings.name
        ));
        let help = "leave `free_grant` to one function app: the one with the most use comes closest to the bill";
        other.table.refuse("free_grant", complaint.help(help));
    }
}

/// The workloads of a service agree on how fast it should answer.
fn one_slo(work: &RequestWork<'_>, requests: &Requests, used: &mut UsedService) {
    match (used.slo, requests.slo) {
        (Some(known), Some(other)) if known != other => {
            let complaint = Complaint::new(format!(
                "{} here, and {} in another workload of the same service",
                other.to_friendly(),
                known.to_friendly()
            ));
            let help =
                "the share of requests in time is the service's: write one `slo` for all of them";
            work.table.refuse("slo", complaint.help(help));
        }
        (known, other) => used.slo = known.or(other),
    }
}

/// Whether the service is of a kind that takes such requests, and has the machines for it.
fn kinds(work: &RequestWork<'_>, service: &Service<'_>) -> Vec<String> {
    let Ok(asks) = &work.asks else {
        return Vec::new();
    };
    let asking = Asking {
        name: &service.settings.name,
        section: service.kind.section,
        one: service.kind.one,
    };
    let notes = asks.of_deployment(&work.table, &asking);
    let size = service.bought.size.as_ref();
    let serves_with_gpu = matches!(service.kind.section, "aks_service" | "online_endpoint");
    if let Some(size) = size.filter(|size| asks.gpu() && serves_with_gpu && size.gpus().is_none()) {
        refuse_size(&work.table, &service.table, size);
    }
    notes
}

/// Refuses a size without GPUs for work that needs one.
pub(super) fn refuse_size(work: &Cursor<'_>, target: &Cursor<'_>, size: &VmSize) {
    let complaint = Complaint::new(format!("`{}` has no GPU", size.name))
        .help("choose a `vm_size` with GPUs (`simulate catalog --category GPU` lists them), or leave `gpu` out");
    if target.precedence("vm_size") > work.precedence("gpu") {
        target.refuse("vm_size", complaint);
    } else {
        work.refuse("gpu", complaint);
    }
}
