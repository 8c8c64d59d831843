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
    // Erlang's loss formula of two servers: at a load of 1.5, 1.125 / 3.625 go on; at five, 12.5 / 18.5; at 0.01 hardly any.
    let few = only(&two("1.5/h", ""));
    close(few.loads[0].demand, 1.5 * 2.5 / 3.625);
    close(few.loads[1].demand, 1.5 * 1.125 / 3.625);
    assert!(few.loads[0].spills);
    assert!(!only(&two("0.01/h", "")).loads[0].spills);
    let more = loaded(&two("5/h", ""));
    let loads = &more.variants[0].loads;
    close(loads[0].demand, 5.0 * 6.0 / 18.5);
    close(loads[1].demand, 5.0 * 12.5 / 18.5);
    assert!(loads[0].spills && !loads[1].spills);
    assert_eq!(more.warnings, [""; 0]);
    // Of six, 18 / 25 go on: 4.32 nodes for four, though both together have six.
    let many = loaded(&two("6/h", ""));
    let [warning] = &many.warnings[..] else {
        panic!("{:?}", many.warnings);
    };
    assert!(
        warning
            .starts_with("`second` is offered 4.32 node-seconds per second and can do at most 4"),
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
        full.warnings[0].starts_with("`first` is offered 2"),
        "{:?}",
        full.warnings
    );
}

#[test]
fn the_last_target_is_too_full_though_the_first_has_room_now_and_then() {
    let pair = |rate: &str, arrivals: &str, more: &str| {
        let text = two("RATE/h", more).replace("max_nodes = 4", "max_nodes = 2");
        loaded(
            &text
                .replace("poisson.rate = \"RATE/h\"", arrivals)
                .replace("RATE", rate),
        )
    };
    // 3.9 on two servers: 7.605 / 12.505 go on, 2.372 nodes for two.
    let found = pair("3.9", "poisson.rate = \"RATE/h\"", "");
    let loads = &found.variants[0].loads;
    close(loads[1].demand, 3.9 * 7.605 / 12.505);
    close(loads[0].demand + loads[1].demand, 3.9);
    assert!(loads[1].is_saturated() && !loads[0].is_saturated());
    assert!(
        found.warnings[0].starts_with("`second` is offered 2.37"),
        "{:?}",
        found.warnings
    );
    // The route says the same.
    let share = found.variants[0].routes[0].targets[1].1;
    close(share.expect("a share"), 7.605 / 12.505);
    // Runs at even distances find the room that there is.
    let even = pair("", "deterministic.interval = \"30m\"", "");
    close(even.variants[0].loads[1].demand, 0.0);
    assert_eq!(even.warnings, [""; 0]);
    // Two workloads of the same order bring together what one of both rates does.
    let again = "workload.again = { targets = [\"first\", \"second\"], arrivals.poisson.rate = \"1.95/h\", duration = \"1h\" }\n";
    let both = pair("1.95", "poisson.rate = \"RATE/h\"", again);
    close(both.variants[0].loads[1].demand, 3.9 * 7.605 / 12.505);
    // Large runs turn to the next more often: of sizes 1 and 2 the work is counted, not the runs.
    let sizes = "poisson.rate = \"RATE/h\", nodes.choice = { values = [1, 2], weights = [1, 1] }";
    let loads = pair("1", sizes, "").variants[0].loads.clone();
    let (one, two) = (1.125 / 3.625, 0.75 / 1.75);
    close(loads[1].demand, 0.5 * one + 1.0 * two);
    close(loads[0].demand + loads[1].demand, 1.5);
}

#[test]
fn peaks_overflow_as_well_and_large_runs_go_where_they_fit() {
    let bursts = two("1/h", "").replace(
        "arrivals.poisson.rate = \"1/h\"",
        "arrivals.bursts = { quiet = \"1/h\", peak = \"5/h\", windows = \"mon 00:00-01:00\" }",
    );
    let variant = only(&bursts);
    // In the mean over 100 h, one hour of which brings five: 1.04, of which 0.5408 / 2.5808 go on.
    close(variant.loads[0].demand, 1.04 * 2.04 / 2.5808);
    close(
        variant.loads[0].peak_demand.expect("a peak"),
        5.0 * 6.0 / 18.5,
    );
    close(
        variant.loads[1].peak_demand.expect("a peak"),
        5.0 * 12.5 / 18.5,
    );
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
            "the clusters of quota `all` are offered work for 12 vCPUs, and it leaves them 12: \
          their queues grow without bound, and their mean waits would depend on the horizon"
        ]
    );
    let alone = loaded(&text("3/h")).warnings;
    assert_eq!(alone.len(), 1);
    assert!(
        alone[0].starts_with("`a`, `b` are each offered 3"),
        "{alone:?}"
    );
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

/// A target with what comes to it.
fn one(target: &str, workload: &str) -> String {
    format!("horizon = \"100h\"\n{target}\n[workload.w]\ntarget = \"t\"\n{workload}\n")
}

const TWO_NODES: &str = "cluster.t = { price_per_hour = 1, max_nodes = 2, boot = \"0s\" }";

#[test]
fn work_that_ends_by_itself_does_not_grow_without_bound() {
    // 400 runs of 1 h on two nodes take twice the horizon; in a log likewise.
    let batch = one(
        TWO_NODES,
        "duration = \"1h\"\narrivals.batch = { runs = 400, at = [\"0s\"] }",
    );
    let batch = loaded(&batch);
    assert_eq!(batch.warnings, [""; 0]);
    let said = "`t` is offered 2 times what it can do until the horizon, by work that then ends: what was submitted by then is \
                done after the horizon if the simulation drains";
    assert_eq!(batch.notes, [said]);
    let log = (0..400)
        .map(|at| format!("{at},3600\n"))
        .collect::<Vec<_>>()
        .concat();
    let trace = one(
        TWO_NODES,
        "arrivals.trace = { file = \"t.csv\", submitted = \"at\", duration = \"s\" }",
    );
    let trace = crate::loaded_with(&trace, &[("t.csv", &format!("at,s\n{log}"))], &[]);
    assert_eq!(trace.warnings, [""; 0]);
    assert!(trace.notes.contains(&said.to_owned()), "{:?}", trace.notes);
    // A batch beside a load of one half is no overload either; work that keeps arriving is, with a batch or without.
    let beside = |rate: &str| {
        format!(
            "{}[workload.more]\ntarget = \"t\"\narrivals.poisson.rate = \"{rate}\"\nduration = \"1h\"\n",
            one(
                TWO_NODES,
                "duration = \"1h\"\narrivals.batch = { runs = 150, at = [\"0s\"] }"
            )
        )
    };
    assert_eq!(loaded(&beside("1/h")).warnings, [""; 0]);
    let both = loaded(&beside("2.2/h")).warnings;
    assert!(
        both[0].starts_with("`t` is offered 2.2 node-seconds"),
        "{both:?}"
    );
}

#[test]
fn what_is_not_random_keeps_up_with_all_that_it_can_do() {
    let each = |interval: &str| {
        let own = format!("duration = \"1h\"\narrivals.deterministic.interval = \"{interval}\"");
        loaded(&one(TWO_NODES, &own)).warnings.len()
    };
    assert_eq!((each("30m"), each("29m")), (0, 1));
    let random = "duration.exponential.mean = \"1h\"\narrivals.deterministic.interval = \"30m\"";
    assert_eq!(loaded(&one(TWO_NODES, random)).warnings.len(), 1);
}

#[test]
fn a_schedule_that_covers_its_peak_can_do_its_peak() {
    // 4 slots from 8 to 18; 3 of them in the peak. Over the week there are 1.19 slots.
    let text = |schedule: &str, peak: &str| {
        let target = format!(
            "instance.t = {{ price_per_hour = 1, slots = 4, schedule = [\"mon-fri {schedule}\"] }}"
        );
        let own = format!(
            "duration = \"30m\"\narrivals.bursts = {{ quiet = \"0/h\", peak = \"{peak}\", windows = \"mon-fri 09:00-16:00\" }}"
        );
        loaded(&one(&target, &own).replace("100h", "7d"))
    };
    let covered = text("08:00-18:00", "6/h");
    assert_eq!(
        (covered.warnings.len(), covered.notes.len()),
        (0, 0),
        "{:?}",
        covered.notes
    );
    let load = &covered.variants[0].loads[0];
    close(load.peak_demand.expect("a peak"), 3.0);
    close(load.peak_capacity, 4.0);
    let too_much = text("08:00-18:00", "9/h").notes;
    assert!(
        too_much[0].contains(
            "offered 4.5 node-seconds per second in the peak windows and can do at most 4 then"
        ),
        "{too_much:?}"
    );
    // Off in the afternoon, when the peak goes on.
    let off = text("08:00-13:00", "3/h").notes;
    assert!(off[0].contains("can do at most 0 then"), "{off:?}");
}

#[test]
fn a_peak_asks_for_no_more_than_comes_in_it() {
    // 20 runs of 10 h come in the hour of the peak, and 1 an hour before: 20 + 9 at its end, not 200.
    let own = "duration = \"10h\"\narrivals.bursts = { quiet = \"1/h\", peak = \"20/h\", windows = \"mon 08:00-09:00\" }";
    let target = "cluster.t = { price_per_hour = 1, max_nodes = 30, boot = \"0s\" }";
    let variant = only(&one(target, own));
    close(variant.loads[0].peak_demand.expect("a peak"), 29.0);
    // Two peaks, by day and by night, do not come together.
    let two = format!(
        "{}[workload.night]\ntarget = \"t\"\nduration = \"1h\"\narrivals.bursts = {{ quiet = \"2/h\", peak = \"25/h\", \
         windows = \"daily 20:00-24:00\" }}\n",
        one(
            target,
            "duration = \"1h\"\narrivals.bursts = { quiet = \"1/h\", peak = \"20/h\", windows = \"daily 08:00-18:00\" }"
        )
    );
    let both = loaded(&two);
    close(both.variants[0].loads[0].peak_demand.expect("a peak"), 26.0);
    assert_eq!(both.notes, [""; 0]);
}

#[test]
fn equal_targets_are_told_of_once() {
    let mut text = "horizon = \"7d\"\n".to_owned();
    for number in 1..=12 {
        let more = format!(
            "instance.box{number} = {{ price_per_hour = 1 }}\n\
             workload.w{number} = {{ target = \"box{number}\", duration = \"30m\", arrivals.bursts = {{ quiet = \"0/h\", \
             peak = \"3/h\", windows = \"mon-fri 09:00-16:00\" }} }}\n"
        );
        text += &more;
    }
    let peaks = loaded(&text);
    assert_eq!(
        peaks.notes,
        [
            "`box1`, `box2`, `box3` and 9 others are each offered 1.5 node-seconds per second in the peak windows and can do at \
             most 1 then: a queue builds up in them"
        ]
    );
    assert_eq!(peaks.warnings, [""; 0]);
    let saturated = loaded(&text.replace("0/h", "2/h")).warnings;
    assert_eq!(saturated.len(), 1, "{saturated:?}");
    assert!(saturated[0].starts_with("`box1`, `box2`, `box3` and 9 others are each offered"));
}

#[test]
fn gangs_have_the_capacity_that_they_leave_each_other() {
    let text = |nodes: &str, max: u32, rate: &str| {
        let target =
            format!("cluster.t = {{ price_per_hour = 1, max_nodes = {max}, boot = \"0s\" }}");
        let own = format!(
            "nodes{nodes}\nduration.exponential.mean = \"1h\"\narrivals.poisson.rate = \"{rate}\""
        );
        loaded(&one(&target, &own))
    };
    // Of gangs of two on three nodes one runs at a time: two nodes, of which 1.2 runs an hour ask for 2.4.
    let over = text(" = 2", 3, "1.2/h");
    assert_eq!(
        over.warnings,
        [
            "`t` is offered 2.4 node-seconds per second and can do at most 2 of its 3 nodes, since its runs need several at \
             the same time: the queue grows without bound, and its mean wait would depend on the horizon"
        ]
    );
    let below = text(" = 2", 3, "0.95/h");
    assert_eq!(below.warnings, [""; 0]);
    close(below.variants[0].loads[0].capacity, 2.0);
    close(text(" = 4", 11, "1/h").variants[0].loads[0].capacity, 8.0);
    // Sizes 1 and 2, each as often, on two nodes: a Markov chain that is always saturated has two runs of 1 for 1/7 of the
    // time, a run of 2 for 4/7, and for 2/7 one run of 1 before a run of 2 that does not fit: 12/7 nodes are busy.
    let mixed = ".choice = { values = [1, 2], weights = [1, 1] }";
    let over = text(mixed, 2, "1.2/h");
    assert_eq!(over.warnings.len(), 1, "{:?}", over.warnings);
    let capacity = over.variants[0].loads[0].capacity;
    assert!((capacity - 12.0 / 7.0).abs() < 0.02, "{capacity}");
    assert_eq!(text(mixed, 2, "1.1/h").warnings, [""; 0]);
    // Where far less comes than even a blocked queue does, nobody asks how much it is exactly.
    close(text(mixed, 2, "0.5/h").variants[0].loads[0].capacity, 2.0);
}

#[test]
fn requests_of_a_log_or_a_batch_do_not_grow_without_bound() {
    let text = |arrivals: &str| {
        loaded(&format!(
            "horizon = \"1h\"\n[iot_edge.t]\n[requests.r]\ntarget = \"t\"\nservice_time = \"2s\"\n{arrivals}\n"
        ))
    };
    let batch = text("arrivals.batch = { runs = 7200, at = [\"0s\"] }");
    assert_eq!(batch.warnings, [""; 0]);
    assert!(!batch.variants[0].service_loads[0].is_saturated());
    let steady = text("arrivals.poisson.rate = \"1/s\"").warnings;
    assert!(steady[0].starts_with("`t` is offered 2 requests at once and can serve at most 1"));
}

#[test]
fn routes_are_told_in_order_with_what_goes_where() {
    let shares = |text: &str| -> Vec<(String, Option<f64>)> {
        let variant = only(text);
        assert_eq!(variant.routes[0].workload, "both");
        variant.routes[0].targets.clone()
    };
    // Erlang's loss formula of two servers at a load of 1.5: (1.5^2 / 2) / (1 + 1.5 + 1.125) = 0.31034.
    let found = shares(&two("1.5/h", ""));
    assert_eq!(
        (found[0].0.as_str(), found[1].0.as_str()),
        ("first", "second")
    );
    let [first, second] = [0, 1].map(|at| found[at].1.expect("a share"));
    close(second, 1.125 / 3.625);
    close(first, 1.0 - 1.125 / 3.625);
    // With half a node's work of its own: a load of 2.
    let own = "workload.own = { target = \"first\", arrivals.poisson.rate = \"0.5/h\", duration = \"1h\" }\n";
    close(shares(&two("1.5/h", own))[1].1.expect("a share"), 0.4);
    // Of sizes 1 and 3, only the second target takes the large ones.
    let sizes = two("1.5/h", "").replace(
        "duration = ",
        "nodes.choice = { values = [1, 3], weights = [1, 1] }, duration = ",
    );
    let found = shares(&sizes);
    assert!(found[1].1.expect("a share") > 0.5, "{found:?}");
    // Of a batch the order alone is known.
    let batch = two("1.5/h", "").replace(
        "arrivals.poisson.rate = \"1.5/h\"",
        "arrivals.batch = { runs = 9, at = [\"1h\"] }",
    );
    assert_eq!(shares(&batch)[0].1, None);
}

#[test]
fn bursts_bring_as_many_runs_as_their_windows_are_long() {
    // In an hour a week: 10^6 runs a second are 3.6e9, 200,000 are 7.2e8, which is below 10^9.
    let many = |rate: &str| {
        let own = format!(
            "duration = \"1ms\"\narrivals.bursts = {{ quiet = \"0/h\", peak = \"{rate}\", windows = \"sun 10:00-11:00\" }}"
        );
        let target = "cluster.t = { price_per_hour = 1, max_nodes = 2000, boot = \"0s\" }";
        let warnings = loaded(&one(target, &own).replace("100h", "7d")).warnings;
        let mut long = warnings.into_iter();
        long.find(|text| text.contains("which takes long"))
    };
    let said = many("1000000/s").expect("a warning");
    assert!(
        said.starts_with("a replication has about 3,600,000,000 runs"),
        "{said}"
    );
    assert_eq!(many("200000/s"), None);
}
