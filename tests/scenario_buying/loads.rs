//! Offered loads of workloads with several targets and under quotas, and targets that never serve.

use crate::{loaded, only};

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found}, not {expected}");
}

/// Runs of 1 h at a rate, two clusters of two and four nodes.
fn two(rate: &str, more: &str) -> String {
    format!(
        "horizon = \"100h\"\ncluster.first = {{ price_per_hour = 1, max_nodes = 2 }}\n\
         cluster.second = {{ price_per_hour = 1, max_nodes = 4 }}\n\
         workload.both = {{ targets = [\"first\", \"second\"], arrivals.poisson.rate = \"{rate}\", duration = \"1h\" }}\n{more}"
    )
}

#[test]
fn what_the_first_target_has_no_room_for_goes_to_the_next() {
    // 1.5 nodes fit into two; of five, three go on.
    let few = only(&two("1.5/h", ""));
    close(few.loads[0].demand, 1.5);
    close(few.loads[1].demand, 0.0);
    assert!(!few.loads[0].spills);
    let more = loaded(&two("5/h", ""));
    let loads = &more.variants[0].loads;
    close(loads[0].demand, 2.0);
    close(loads[1].demand, 3.0);
    assert!(loads[0].spills && !loads[1].spills);
    assert_eq!(more.warnings, [""; 0]);
    // Six are as much as both can do.
    let many = loaded(&two("6/h", ""));
    let [warning] = &many.warnings[..] else {
        panic!("{:?}", many.warnings);
    };
    assert!(
        warning.starts_with(
            "`second` is offered 4.0000 node-seconds per second and can do at most 4.0000"
        ),
        "{warning}"
    );
    // A workload without a choice comes first: its 1.5 nodes leave 0.5 for the others.
    let own = "workload.own = { target = \"first\", arrivals.poisson.rate = \"1.5/h\", duration = \"1h\" }\n";
    let shared = only(&two("3/h", own));
    close(shared.loads[0].demand, 2.0);
    close(shared.loads[1].demand, 2.5);
    // One that fills its target alone is still warned of.
    let full = "workload.own = { target = \"first\", arrivals.poisson.rate = \"2/h\", duration = \"1h\" }\n";
    let full = loaded(&two("3/h", full));
    assert!(
        full.warnings[0].starts_with("`first` is offered 2.0000"),
        "{:?}",
        full.warnings
    );
}

#[test]
fn peaks_overflow_as_well_and_large_runs_go_where_they_fit() {
    let bursts = two("1/h", "").replace(
        "arrivals.poisson.rate = \"1/h\"",
        "arrivals.bursts = { quiet = \"1/h\", peak = \"5/h\", windows = \"mon 00:00-01:00\" }",
    );
    let variant = only(&bursts);
    close(variant.loads[0].demand, 1.04);
    close(variant.loads[0].peak_demand.expect("a peak"), 2.0);
    close(variant.loads[1].peak_demand.expect("a peak"), 3.0);
    let gangs = two("0.5/h", "").replace("duration = ", "nodes = 3, duration = ");
    let variant = only(&gangs);
    close(variant.loads[0].demand, 0.0);
    close(variant.loads[1].demand, 1.5);
}

#[test]
fn clusters_that_share_a_quota_can_be_too_much_for_it_together() {
    let text = |rate: &str| {
        let one = |name: &str| {
            format!(
                "cluster.{name} = {{ price_per_hour = 1, vcpus = 4 }}\n\
                 workload.{name} = {{ target = \"{name}\", arrivals.poisson.rate = \"{rate}\", duration = \"1h\" }}\n"
            )
        };
        format!(
            "horizon = \"100h\"\n{}{}instance.box = {{ price_per_hour = 1, vcpus = 4, always_bill = true }}\n\
             quota.all = {{ targets = [\"a\", \"b\", \"box\"], vcpus = 16 }}\n",
            one("a"),
            one("b")
        )
    };
    // Each may have three nodes beside the box; both together three.
    assert_eq!(loaded(&text("1.4/h")).warnings, [""; 0]);
    let found = loaded(&text("1.5/h")).warnings;
    assert_eq!(
        found,
        [
            "the clusters of quota `all` are offered work for 12.0000 vCPUs, and it leaves them 12: \
          their queues grow without bound, and their mean waits would depend on the horizon"
        ]
    );
    let alone = loaded(&text("3/h")).warnings;
    assert_eq!(alone.len(), 2);
    assert!(alone[0].starts_with("`a` is offered 3.0000"), "{alone:?}");
}

#[test]
fn an_instance_that_nothing_starts_again_is_warned_of() {
    let text = "horizon = \"7d\"\n\
        instance.box = { price_per_hour = 1, idle_shutdown = \"30m\", start_on_submission = false }\n\
        workload.w = { target = \"box\", arrivals.poisson.rate = \"1/day\", duration = \"1m\" }\n";
    let found = loaded(text).warnings;
    assert!(
        found[0].starts_with(
            "`box` stops after its first 30m without work, and nothing starts it again"
        ),
        "{found:?}"
    );
    assert_eq!(loaded(&text.replace("false", "true")).warnings, [""; 0]);
    let scheduled = text.replace("\"30m\"", "\"30m\", schedule = \"daily 08:00-18:00\"");
    assert_eq!(loaded(&scheduled).warnings, [""; 0]);
}
