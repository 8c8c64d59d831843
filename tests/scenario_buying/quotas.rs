//! Quotas: who counts against which, what would not fit from the start, and runs that never would.

use autoscale_simulator::model::settings::{Quota, QuotaUnit};

use crate::{and, loaded, loaded_with, only, problems, refused, with};

/// Dedicated and low-priority clusters and an instance of one family, a cluster of another, and one somewhere else.
const SEVERAL: &str = r#"horizon = "7d"
region = "eastus"
[cluster.a]
vm_size = "Standard_NC6s_v3"
max_nodes = 10
[cluster.low]
vm_size = "Standard_NC12s_v3"
tier = "spot"
eviction.rate = "0/h"
[cluster.cpu]
vm_size = "Standard_D4_v3"
[cluster.west]
vm_size = "Standard_NC6s_v3"
region = "westeurope"
[instance.box]
vm_size = "Standard_NC6s_v3"
[workload.w]
targets = ["a", "low", "cpu", "west", "box"]
arrivals.poisson.rate = "1/day"
duration = "1m"
[quota.v100]
family = "standardNCSv3Family"
vcpus = 30
[quota.v100-west]
family = "NCv3"
region = "westeurope"
vcpus = 6
[quota.region]
total = "dedicated"
vcpus = 40
[quota.spot]
total = "low_priority"
vcpus = 24
[quota.pair]
targets = ["cpu", "low"]
vcpus = 20
"#;

fn quota(name: &str, limit: u64, members: &[usize]) -> Quota {
    Quota {
        name: name.to_owned(),
        unit: QuotaUnit::default(),
        limit,
        members: members.to_vec(),
    }
}

#[test]
fn each_quota_counts_what_it_is_for() {
    let variant = only(SEVERAL);
    // Positions: a 0, low 1, cpu 2, west 3, box 4.
    assert_eq!(
        variant.settings.quotas,
        [
            quota("v100", 30, &[0, 4]),
            quota("v100-west", 6, &[3]),
            quota("region", 40, &[0, 2, 4]),
            quota("spot", 24, &[1]),
            quota("pair", 20, &[1, 2]),
        ]
    );
    let vcpus: Vec<u32> = variant.settings.targets.iter().map(|t| t.vcpus).collect();
    assert_eq!(vcpus, [6, 12, 4, 6, 6]);
    // Beside the box, 24 vCPUs of the family are left, four nodes; one node fits into the west's quota.
    let capacity: Vec<f64> = variant.loads.iter().map(|load| load.capacity).collect();
    assert_eq!(format!("{capacity:?}"), "[4.0, 1.0, 4.0, 1.0, 1.0]");
    // In a variant that uses fewer targets, these are renumbered.
    let fewer =
        format!("{SEVERAL}[variant.all]\n[variant.v]\nworkload.w.targets = [\"box\", \"west\"]\n");
    let variant = loaded(&fewer).variants.remove(1);
    assert_eq!(
        variant.settings.quotas,
        [
            quota("v100", 30, &[1]),
            quota("v100-west", 6, &[0]),
            quota("region", 40, &[1]),
        ]
    );
}

#[test]
fn a_quota_is_approval_where_it_is_for_the_family() {
    let unapproved = with(&[(5, "")]);
    let approval = |quota: &str| {
        let found = problems(&format!("{unapproved}{quota}"), &[], &[]);
        found.first().map_or(String::new(), Clone::clone)
    };
    let needed = "4:11 cluster.gpu.vm_size: `Standard_NC6s_v3` is of series NCv3";
    assert!(approval("").starts_with(needed));
    assert_eq!(approval("[quota.q]\nfamily = \"ncv3\"\nvcpus = 6\n"), "");
    assert_eq!(approval("[quota.q]\ntargets = \"gpu\"\nvcpus = 6\n"), "");
    assert!(approval("[quota.q]\ntotal = \"dedicated\"\nvcpus = 6\n").starts_with(needed));
    assert!(
        approval("[quota.q]\nfamily = \"NCv3\"\nregion = \"westus2\"\nvcpus = 6\n")
            .starts_with(needed)
    );
}

#[test]
fn what_does_not_fit_from_the_start_is_refused_with_the_numbers() {
    let family = |vcpus: u32| format!("[quota.v100]\nfamily = \"NCv3\"\nvcpus = {vcpus}\n");
    refused(
        &and(&family(5)),
        &[],
        "12:9 quota.v100.vcpus",
        "5 vCPUs are not enough for one node of `gpu`, 6 (the service refuses a cluster that cannot have a node",
    );
    assert_eq!(problems(&and(&family(6)), &[], &[]), [""; 0]);
    let boxed = format!(
        "{}[instance.box]\nvm_size = \"Standard_NC6s_v3\"\napproved = true\nalways_bill = true\n",
        family(11)
    );
    refused(
        &and(&boxed),
        &[],
        "12:9 quota.v100.vcpus",
        "11 vCPUs are not enough for one node of `gpu`, 6 beside the 6 that others always hold",
    );
    let warm = with(&[(5, "approved = true\nmin_nodes = 3")]) + &boxed;
    refused(
        &warm,
        &[],
        "13:9 quota.v100.vcpus",
        "11 vCPUs are less than the 24 that its instances and largest `min_nodes` hold together: `gpu` 3 x 6, `box` 1 x 6",
    );
    refused(
        &warm.replace("vcpus = 11", "vcpus = 0"),
        &[],
        "13:9 quota.v100.vcpus",
        "0 vCPUs are less than the 24",
    );
}

#[test]
fn runs_that_a_quota_never_has_room_for_are_refused_or_warned_of() {
    let text = with(&[
        (5, "approved = true\nmax_nodes = 8"),
        (7, "target = \"gpu\"\nnodes = 4"),
    ]) + "[quota.v100]\nfamily = \"NCv3\"\nvcpus = 23\n";
    refused(
        &text,
        &[],
        "9:9 workload.w.nodes",
        "its target can never take such runs (quota `v100` leaves `gpu` 3 nodes)",
    );
    assert_eq!(problems(&text.replace("23", "24"), &[], &[]), [""; 0]);
    let some = loaded(&text.replace("nodes = 4", "nodes.choice.values = [1, 4]"));
    assert_eq!(
        some.warnings,
        [
            "workload `w`: 1 of 2 sizes ask for more nodes than their target can have and fail at submission: \
          quota `v100` leaves `gpu` 3 nodes"
        ]
    );
    // One of several targets is enough.
    let two = text.replace("target = \"gpu\"", "targets = [\"gpu\", \"more\"]")
        + "[cluster.more]\nvm_size = \"Standard_D4_v3\"\n";
    assert_eq!(problems(&two, &[], &[]), [""; 0]);
    refused(
        &two.replace("nodes = 4", "nodes = 5"),
        &[],
        "9:9 workload.w.nodes",
        "none of its targets can ever take such runs (quota `v100` leaves `gpu` 3 nodes, and `max_nodes` of `more` is 4)",
    );
}

#[test]
fn mistakes_in_quotas_are_named_at_their_place() {
    let refuse = |quota: &str, place: &str, phrase: &str| refused(&and(quota), &[], place, phrase);
    refuse(
        "[quota.q]\nvcpus = 24\n",
        "10:1 quota.q.family",
        "write the `family` that it is for, such as `\"NCv3\"`",
    );
    refuse(
        "[quota.q]\nfamily = \"NCv3\"\n",
        "10:1 quota.q.vcpus",
        "write the limit in vCPUs",
    );
    refuse(
        "[quota.q]\nfamily = \"NCv3\"\nvcpus = -1\n",
        "12:9 quota.q.vcpus",
        "from 0 to",
    );
    refuse(
        "[quota.q]\nfamily = \"NCv4\"\nvcpus = 24\n",
        "11:10 quota.q.family",
        "there is no family or series `NCv4` (did you mean `NCv2`, `NCv3` or `EAv4`? `simulate catalog --all` lists all series)",
    );
    refuse(
        "[quota.q]\ntotal = \"all\"\nvcpus = 24\n",
        "11:9 quota.q.total",
        "allowed: `dedicated`, `low_priority`",
    );
    refuse(
        "[quota.q]\ntargets = [\"gpx\"]\nvcpus = 24\n",
        "11:11 quota.q.targets",
        "there is no target `gpx` (did you mean `gpu`?",
    );
    refuse(
        "[quota.q]\ntargets = []\nvcpus = 24\n",
        "11:11 quota.q.targets",
        "there is no target in it",
    );
    refuse(
        "[quota.q]\ntargets = \"gpu\"\nregion = \"eastus\"\nvcpus = 24\n",
        "12:10 quota.q.region",
        "`targets` says already what it is for",
    );
    refuse(
        "[quota.q]\ntargets = \"gpu\"\nfamily = \"NCv3\"\nvcpus = 24\n",
        "12:10 quota.q.family",
        "are both given (keep one of",
    );
    refuse(
        "[quota.q]\nfamilly = \"NCv3\"\nvcpus = 24\n",
        "11:1 quota.q.familly",
        "did you mean `family`?",
    );
    // vCPUs have to be known.
    let unknown = with(&[(4, "price_per_hour = 1")]) + "[quota.q]\ntargets = \"gpu\"\nvcpus = 24\n";
    refused(
        &unknown,
        &[],
        "10:1 quota.q",
        "`gpu` counts against this quota, and its vCPUs are not known (name the `vm_size` of `gpu`, or write its `vcpus`",
    );
    let known = unknown.replace("price_per_hour = 1", "price_per_hour = 1\nvcpus = 8");
    assert_eq!(only(&known).settings.targets[0].vcpus, 8);
    // A quota is one region's.
    let apart = SEVERAL
        .replace("region = \"eastus\"\n", "")
        .replace("[cluster.a]", "[cluster.a]\nregion = \"eastus\"");
    let found = problems(&apart, &[], &[]);
    assert!(found.iter().any(|problem| problem.contains("quota.v100.region: `region` is missing (a quota is for one region: its targets are in `eastus` and `westeurope`")), "{found:#?}");
    // A variant may say what it is for in another way.
    let variant =
        and("[quota.q]\nfamily = \"NCv3\"\nvcpus = 24\n[variant.v]\nquota.q.targets = [\"gpu\"]\n");
    assert_eq!(problems(&variant, &[], &[]), [""; 0]);
}

#[test]
fn a_quota_that_limits_nothing_anywhere_is_warned_of() {
    let text = and("[quota.q]\ntotal = \"low_priority\"\nvcpus = 24\n");
    assert_eq!(
        loaded(&text).warnings,
        ["no target counts against quota `q`: check its family and its region"]
    );
    let somewhere = format!(
        "{text}[variant.a]\n[variant.b]\ncluster.gpu = {{ tier = \"spot\", eviction.rate = \"0/h\" }}\n"
    );
    assert_eq!(loaded(&somewhere).warnings, [""; 0]);
}

#[test]
fn quotas_can_be_set_and_swept() {
    let text = and("[quota.q]\nfamily = \"NCv3\"\nvcpus = 24\n");
    let set = loaded_with(&text, &[], &["quota.q.vcpus=12"]);
    assert_eq!(set.variants[0].settings.quotas[0].limit, 12);
    let swept = loaded(&format!("{text}[sweep]\nquota.q.vcpus = [6, 12]\n"));
    let limits: Vec<u64> = swept
        .variants
        .iter()
        .map(|variant| variant.settings.quotas[0].limit)
        .collect();
    assert_eq!(limits, [6, 12]);
}
