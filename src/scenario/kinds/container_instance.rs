//! Azure Container Instances: one container, no scaling, billed by the second for the vCPUs and memory it asks for.
//!
//! Facts: one replica, CPU only, less than 48 GB of memory and models below 1 GB; 0.1 vCPU and 0.5 GB unless given (Azure
//! documentation, includes/aml-compute-target-deploy.md, 2020-06; Python SDK azureml-core, `AciWebservice`; D); regions gave 4
//! vCPUs and 16 GB at most in 2019 (D). Unit prices were not found (U): the scenario gives them. Assumed: one request at a
//! time; requests wait as long as it takes; 60 s for a call.

use super::admission::{Admission, Defaults, admission};
use super::listed::{given_price, times};
use super::parts::between;
use super::{Given, MadeService};
use crate::scenario::buying::prices::Bought;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::sink::Read;
use crate::scenario::document::tree::Value;
use crate::scenario::document::usual::{assumed, fact};
use crate::scenario::document::values::positive_number;
use crate::serving::settings::{Machines, ServiceController};
use crate::units::UsdPerHour;

/// Who states what a container has.
const SDK: &str = "Python SDK azureml-core, `AciWebservice`";
/// What regions gave a container in 2019.
const USUAL: (f64, f64) = (4.0, 16.0);

/// Reads a container instance.
pub(super) fn read(given: &Given<'_>) -> Read<MadeService> {
    let table = given.table;
    let vcpus = table.usual("vcpus", fact(0.1, SDK), between(0.01, 64.0));
    let memory = table.usual("memory_gb", fact(0.5, SDK), |value| {
        below(value, 48.0, "memory")
    });
    let model = table.read("model_size_gb", |value| below(value, 1.0, "models"));
    let admission = admission(
        table,
        Defaults {
            timeout: assumed("60s", "as on AKS"),
            ..Defaults::unlimited()
        },
    );
    let per_vcpu = given_price(given, "price_per_vcpu_hour", "an hour of a vCPU");
    let per_gb = given_price(given, "price_per_gb_hour", "an hour of a GB of memory");
    let (vcpus, memory, admission) = (vcpus?, memory?, admission?);
    model?;
    let machine = times(given, "price_per_vcpu_hour", per_vcpu?, vcpus)?;
    let memory_price = times(given, "price_per_gb_hour", per_gb?, memory)?;
    Ok(made(
        given,
        &admission,
        (vcpus, memory),
        UsdPerHour(machine.0 + memory_price.0),
    ))
}

fn made(
    given: &Given<'_>,
    admission: &Admission,
    (vcpus, memory): (f64, f64),
    per_hour: UsdPerHour,
) -> MadeService {
    let what = format!("container of {vcpus} vCPUs and {memory} GB");
    let mut bought = Bought::other(given.name, what, (per_hour, None), None);
    bought.prices.use_prices.replica_per_hour = per_hour;
    bought.prices.per_hour = UsdPerHour(0);
    if vcpus > USUAL.0 || memory > USUAL.1 {
        bought.warnings.push(format!(
            "`{}`: most regions gave a container instance {} vCPUs and {} GB at most (2019)",
            given.name, USUAL.0, USUAL.1
        ));
    }
    MadeService {
        settings: admission.service(given.name, ServiceController::fixed(1), Machines::None),
        bought,
    }
}

/// A size in GB below a limit of the service.
fn below(value: &Value, limit: f64, what: &str) -> Result<f64, Complaint> {
    match positive_number(value)? {
        size if size < limit => Ok(size),
        size => Err(Complaint::new(format!("found {size} GB")).help(format!(
            "container instances take less than {limit} GB of {what}: serve it on AKS"
        ))),
    }
}
