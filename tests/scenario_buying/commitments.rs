//! Reservations and savings plans: what they cover, at what price, and what is refused.

use autoscale_simulator::pricing::{CommitmentKind, Covered};
use autoscale_simulator::units::UsdPerHour;

use crate::{and, loaded, only, refused};

const TARGETS: &str = r#"horizon = "7d"
region = "eastus"
[cluster.a]
vm_size = "Standard_NC6s_v3"
approved = true
[cluster.low]
vm_size = "Standard_NC6s_v3"
approved = true
tier = "spot"
eviction.rate = "0/h"
[cluster.west]
vm_size = "Standard_NC6s_v3"
approved = true
region = "westeurope"
[cluster.own]
vm_size = "Standard_NC6s_v3"
approved = true
price_per_hour = 2.5
[instance.cpu]
vm_size = "Standard_D4_v3"
[workload.w]
targets = ["a", "low", "west", "own", "cpu"]
arrivals.poisson.rate = "1/day"
duration = "1m"
"#;

fn covers(targets: &[(usize, u64)]) -> Vec<Covered> {
    let covered = |(target, price): &(usize, u64)| Covered {
        target: *target,
        per_hour: UsdPerHour(*price),
    };
    targets.iter().map(covered).collect()
}

#[test]
fn a_reservation_covers_dedicated_machines_of_its_size_and_region() {
    let text = format!("{TARGETS}[reservation.r]\nvm_size = \"standard_nc6s_v3\"\nnodes = 2\n");
    let variant = only(&text);
    let [reservation] = &variant.commitments[..] else {
        panic!("one commitment");
    };
    // azure_prices.csv: NC6s_v3 in eastus, reserved for a year, 1.9492 an hour.
    let per_hour = UsdPerHour(RESERVED);
    assert_eq!(
        reservation.kind,
        CommitmentKind::Reservation {
            machines: 2,
            per_hour
        }
    );
    assert_eq!(reservation.covers, covers(&[(0, RESERVED), (3, RESERVED)]));
    let source = reservation.source.as_deref().expect("a source");
    assert!(
        source.contains("boaviztapi") && source.ends_with(" 2024-03-25; one source"),
        "{source}"
    );
    let kept: Vec<bool> = variant
        .settings
        .targets
        .iter()
        .map(|t| t.keep_hours.is_some())
        .collect();
    assert_eq!(kept, [true, false, false, true, false]);
    // By vCPUs, at a price of one's own, elsewhere.
    let west = format!(
        "{TARGETS}[reservation.r]\nvm_size = \"Standard_NC6s_v3\"\nvcpus = 18\nregion = \"westeurope\"\nprice_per_hour = 2\n"
    );
    let [reservation] = &only(&west).commitments[..] else {
        panic!("one commitment");
    };
    let per_hour = UsdPerHour(2_000_000);
    assert_eq!(
        reservation.kind,
        CommitmentKind::Reservation {
            machines: 3,
            per_hour
        }
    );
    assert_eq!(reservation.covers, covers(&[(2, 2_000_000)]));
    assert_eq!(reservation.source, None);
}

#[test]
fn a_savings_plan_covers_dedicated_machines_at_its_own_prices() {
    let text = |more: &str| format!("{TARGETS}[savings_plan.p]\ncommitment = \"5 USD/h\"\n{more}");
    let kind = CommitmentKind::SavingsPlan {
        per_hour: UsdPerHour(5_000_000),
    };
    // 0.7 times 3.06, 3.823, 2.5 and the D4_v3's 0.192; never the spot nodes.
    let variant = only(&text("price_factor = 0.7\n"));
    assert_eq!(variant.commitments[0].kind, kind);
    assert_eq!(
        variant.commitments[0].covers,
        covers(&[(0, 2_142_000), (2, 2_676_100), (3, 1_750_000), (4, 134_400)])
    );
    // Of one region, by the price book.
    let west = only(&text("region = \"westeurope\"\n"));
    let [covered] = &west.commitments[0].covers[..] else {
        panic!("one target");
    };
    assert_eq!(covered.target, 2);
    assert_eq!(covered.per_hour, UsdPerHour(PLANNED_WEST));
    let source = west.commitments[0].source.as_deref().expect("a source");
    assert!(source.contains("andy-diericks"), "{source}");
}

#[test]
fn reservations_stand_before_plans_and_nothing_is_no_commitment() {
    let text = and(
        "[savings_plan.p]\ncommitment = \"1 USD/h\"\nprice_factor = 0.7\n\
         [reservation.none]\nvm_size = \"Standard_NC6s_v3\"\nnodes = 0\n\
         [reservation.b]\nvm_size = \"Standard_NC6s_v3\"\nnodes = 1\n\
         [reservation.a]\nvm_size = \"Standard_D4_v3\"\nnodes = 1\n",
    );
    let scenario = loaded(&text);
    let names: Vec<_> = scenario.variants[0]
        .commitments
        .iter()
        .map(|commitment| commitment.name.as_str())
        .collect();
    assert_eq!(names, ["b", "a", "p"]);
    assert_eq!(
        scenario.warnings,
        [
            "`a`, a reservation of 1 x Standard_D4_v3, eastus, covers no target and is paid all the same"
        ]
    );
    let swept = format!("{text}[sweep]\nreservation.b.nodes = [0, 1]\n");
    let counts: Vec<usize> = loaded(&swept)
        .variants
        .iter()
        .map(|variant| variant.commitments.len())
        .collect();
    assert_eq!(counts, [2, 3]);
}

/// What is added to the base, place and key of the problem, and part of its text.
const MISTAKES: &[(&str, &str, &str)] = &[
    (
        "[reservation.r]\nnodes = 1\n",
        "10:1 reservation.r.vm_size",
        "write the size that is reserved",
    ),
    (
        "[reservation.r]\nvm_size = \"Standard_NC6s_v3\"\n",
        "10:1 reservation.r.nodes",
        "such as `nodes = 2`, or their `vcpus` together",
    ),
    (
        "[reservation.r]\nvm_size = \"Standard_NC6s_v3\"\nnodes = 1\nvcpus = 6\n",
        "13:9 reservation.r.vcpus",
        "are both given",
    ),
    (
        "[reservation.r]\nvm_size = \"Standard_NC6s_v3\"\nvcpus = 20\n",
        "12:9 reservation.r.vcpus",
        "20 vCPUs are no whole number of `Standard_NC6s_v3`, which has 6 (write 18 or 24)",
    ),
    (
        "[reservation.r]\nvm_size = \"Standard_NC6s_v3\"\nnodes = 1\nregion = \"koreacentral\"\n",
        "11:11 reservation.r.vm_size",
        "no source states the price of `Standard_NC6s_v3` in `koreacentral` for reserved, 1 year (no term has a price there; this one has a price in `",
    ),
    (
        "[reservation.r]\nvm_size = \"NC6s_v3\"\nnodes = 1\n",
        "11:11 reservation.r.vm_size",
        "did you mean `Standard_NC6s_v3`?",
    ),
    (
        "[savings_plan.p]\nprice_factor = 0.7\n",
        "10:1 savings_plan.p.commitment",
        "write the dollars an hour that are committed to",
    ),
    (
        "[savings_plan.p]\ncommitment = \"100 USD/day\"\nprice_factor = 0.7\n",
        "11:14 savings_plan.p.commitment",
        "a commitment is by the hour",
    ),
    (
        "[savings_plan.p]\ncommitment = 5\nprice_factor = 0.7\n",
        "11:14 savings_plan.p.commitment",
        "write an amount with its currency and time",
    ),
    (
        "[savings_plan.p]\ncommitment = \"5 USD/h\"\nprice_factor = 0\n",
        "12:16 savings_plan.p.price_factor",
        "above 0 and at most 1",
    ),
    (
        "[reservation.c]\nvm_size = \"Standard_NC6s_v3\"\nnodes = 1\n[savings_plan.c]\ncommitment = \"5 USD/h\"\nprice_factor = 0.7\n",
        "13:15 savings_plan.c",
        "there is a reservation `c` as well",
    ),
];

/// A commitment that is bought in 2021, of the base's size.
const RESERVED_3Y: &str =
    "[reservation.r]\nvm_size = \"Standard_NC6s_v3\"\nnodes = 1\nterm = \"3y\"\n";
const PLAN_3Y: &str = "[savings_plan.p]\ncommitment = \"5 USD/h\"\nterm = \"3y\"\n";

#[test]
fn a_term_without_a_price_is_answered_with_one_that_has_it() {
    refused(
        &and(RESERVED_3Y),
        &[],
        "13:8 reservation.r.term",
        "for reserved, 3 years (choose `term = \"1y\"`, which has a price there; set `price_per_hour` to use a custom price)",
    );
    refused(
        &and(PLAN_3Y),
        &[],
        "10:1 savings_plan.p",
        "for savings plan, 3 years (choose `term = \"1y\"`, which has a price there; or write `price_factor`",
    );
    let nowhere = and(RESERVED_3Y).replace("eastus", "koreacentral");
    refused(
        &nowhere,
        &[],
        "13:8 reservation.r.term",
        "(no term has a price there, and this one has none in any region; set `price_per_hour` to use",
    );
    // A custom price book states the other term only.
    let book = "size,region,reserved_3y_per_hour,reserved_source\nStandard_NC6s_v3,koreacentral,1.5,our contract 2021-01-01\n";
    let own = "horizon = \"7d\"\nprice_book = \"book.csv\"";
    let own = nowhere
        .replace("horizon = \"7d\"", own)
        .replace("term = \"3y\"", "term = \"1y\"");
    refused(
        &own,
        &[("book.csv", book)],
        "14:8 reservation.r.term",
        "for reserved, 1 year (choose `term = \"3y\"`, which has a price there",
    );
}

#[test]
fn mistakes_in_commitments_are_named_at_their_place() {
    for (more, place, phrase) in MISTAKES {
        refused(&and(more), &[], place, phrase);
    }
    let korea =
        and("[savings_plan.p]\ncommitment = \"5 USD/h\"\n").replace("eastus", "koreacentral");
    refused(
        &korea,
        &[],
        "10:1 savings_plan.p",
        "it covers `gpu`, and no source states the price of `Standard_NC6s_v3` in `koreacentral` for savings plan, 1 year (no term has a price there; this one has a price in `",
    );
    let own = and("[savings_plan.p]\ncommitment = \"5 USD/h\"\n")
        .replace("vm_size = \"Standard_NC6s_v3\"", "price_per_hour = 1");
    refused(
        &own,
        &[],
        "10:1 savings_plan.p",
        "it covers `gpu`, which has no `vm_size`",
    );
}

/// Of the price files, in micro-dollars.
const RESERVED: u64 = 1_949_200;
const PLANNED_WEST: u64 = 2_802_259;
