//! Workloads that a variant leaves out or brings in.

use super::{loaded, problems, refused};

const TWO: &str = "name = \"x\"
horizon = \"1d\"

[local.t]
[local_service.s]

[workload.w]
target = \"t\"
arrivals.poisson = { rate = \"1/h\" }
duration = \"10m\"

[requests.r]
enabled = false
target = \"s\"
arrivals.poisson = { rate = \"1/s\" }
service_time = \"100ms\"
";

#[test]
fn a_variant_has_the_workloads_that_it_switches_on_and_their_targets() {
    let text = format!(
        "{TWO}
[variant.train]
[variant.both]
requests.r.enabled = true
[variant.serve]
requests.r.enabled = true
workload.w.enabled = false
"
    );
    let scenario = loaded(&text);
    let counts: Vec<[usize; 4]> = scenario
        .variants
        .iter()
        .map(|variant| {
            let settings = &variant.settings;
            [
                settings.workloads.len(),
                settings.targets.len(),
                settings.requests.len(),
                settings.services.len(),
            ]
        })
        .collect();
    assert_eq!(counts, [[1, 1, 0, 0], [1, 1, 1, 1], [0, 0, 1, 1]]);
}

#[test]
fn a_variant_without_any_workload_left_is_refused() {
    let text = TWO.replace("[workload.w]", "[workload.w]\nenabled = false");
    refused(&text, "workload", "all workloads are switched off");
    assert_eq!(problems(&text, &[]).len(), 1);
}

#[test]
fn what_only_a_workload_that_is_off_uses_cannot_be_swept() {
    let sweep = "\n[sweep]\n\"local_service.s.replicas\" = [1, 2]\n";
    let off = format!("{TWO}{sweep}");
    refused(
        &off,
        "sweep.local_service.s.replicas",
        "no variant reads this key",
    );
    let on = off.replace("enabled = false", "enabled = true");
    assert_eq!(loaded(&on).variants.len(), 2);
}

#[test]
fn the_switch_is_a_boolean() {
    let text = TWO.replace("enabled = false", "enabled = \"no\"");
    refused(&text, "requests.r.enabled", "found the text");
}
