//! How nodes are lost: rates, rates by hour, replayed logs in both formats, and what then becomes of runs.

use std::fmt::Write as _;

use autoscale_simulator::model::settings::{AllocationFailure, LossLog, NodeLoss};
use autoscale_simulator::units::{SimDuration, SimTime, TICKS_PER_HOUR};
use autoscale_simulator::workload::OnLoss;

use crate::{cluster, loaded, loaded_with, only, public_trace, try_load, with};

/// The base, its cluster spot, with more for the cluster and more for the workload.
fn spot(cluster: &str, workload: &str) -> String {
    with(&[
        (5, &format!("approved = true\ntier = \"spot\"\n{cluster}")),
        (7, &format!("target = \"gpu\"\n{workload}")),
    ])
}

fn loss(says: &str) -> NodeLoss {
    let variant = only(&spot(says, ""));
    cluster(&variant, 0).loss.clone()
}

#[test]
fn rates_are_per_node_hour() {
    assert_eq!(loss("eviction.rate = \"0.05/h\""), NodeLoss::Rate(0.05));
    let NodeLoss::Rate(daily) = loss("eviction.rate = \"1.2/day\"") else {
        panic!("a rate");
    };
    assert!((daily - 0.05).abs() < 1e-15);
    assert_eq!(loss("eviction.rate = \"0/h\""), NodeLoss::Never);
    let zeros = vec!["\"0/h\""; 24].join(", ");
    assert_eq!(
        loss(&format!("eviction.by_hour = [{zeros}]")),
        NodeLoss::Never
    );
    // 0.1 an hour from 09:00 to 10:00 in the zone of the scenario, else nothing: a node that lives from 00:00 UTC, 01:00
    // in Berlin, loses 0.05 by 09:30 there, after 8.5 h.
    let mut hours = vec!["\"0/h\""; 24];
    hours[9] = "\"0.1/h\"";
    let text = spot(&format!("eviction.by_hour = [{}]", hours.join(", ")), "");
    let variant = only(&format!(
        "time_zone = \"Europe/Berlin\"\nstart = 2024-01-01T01:00\n{text}"
    ));
    let NodeLoss::ByHour(rates) = &cluster(&variant, 0).loss else {
        panic!("rates by hour");
    };
    let half = rates.reach(SimTime::ZERO, 0.05).expect("it comes");
    assert_eq!(half, SimTime(TICKS_PER_HOUR * 17 / 2));
    assert!((rates.mean_per_hour() - 0.1 / 24.0).abs() < 1e-12);
}

/// The log of a file that a scenario replays.
fn replayed(name: &str, text: &str) -> LossLog {
    let says = format!("eviction = {{ replay = {{ file = \"{name}\" }} }}");
    let scenario = loaded_with(&spot(&says, ""), &[(name, text)], &[]);
    assert!(scenario.data_files[0].ends_with(name));
    match &cluster(&scenario.variants[0], 0).loss {
        NodeLoss::Replay(log) => log.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn logs_of_events_and_of_counts_are_replayed() {
    // Two of four at once after a minute, the last at the end of the log.
    let events = replayed(
        "events.csv",
        "1000,add,a\n1000,add,b\n1000,add,c\n1000,add,d\n61000,remove,a\n61000,remove,d\n121000,remove,b\n",
    );
    let seen: Vec<_> = events.losses.iter().map(|l| (l.at.0, l.share)).collect();
    assert_eq!(seen, [(60_000_000, 0.5), (120_000_000, 0.5)]);
    // From the first line to the last: the hundredth round begins after 100 x 120 s, to the tick.
    assert_eq!(events.span, SimDuration(120_000_000));
    assert!((events.per_hour() - 30.0).abs() < 1e-9);
    let counts = replayed(
        "counts.txt",
        "2024-01-01, 00:00:00, 10\n2024-01-01, 00:02:00, 10\n2024-01-01, 00:01:00, 8\n2024-01-01, 00:03:00, 9\n",
    );
    let seen: Vec<_> = counts.losses.iter().map(|l| (l.at.0, l.share)).collect();
    assert_eq!(seen, [(60_000_000, 0.2)]);
    assert_eq!(counts.span, SimDuration(180_000_000));
}

#[test]
fn bad_lines_of_a_log_are_named() {
    let text = spot("eviction.replay.file = \"log.csv\"", "");
    let problems = try_load(&text, &[("log.csv", "0,add,a\n1,remove,b\n")], &[]);
    let problems = problems.expect_err("it is refused");
    let said: Vec<String> = problems.iter().map(crate::said).collect();
    assert_eq!(said.len(), 1);
    assert!(
        said[0].starts_with(
            "log.csv:2 : `b` is not there to be removed (there is no header; lines are `milliseconds,add,node`"
        ),
        "{said:?}"
    );
}

#[test]
fn public_logs_are_replayed_as_they_are() {
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios/p3-trace.csv");
    let shipped = std::fs::read_to_string(shipped).expect("it came with the scenarios");
    for text in std::iter::once(shipped).chain(public_trace("p3-trace.csv")) {
        let log = replayed("p3-trace.csv", &text);
        // Its description: 167 removed in 11.4 h, 40 times several at once and at most 6.
        assert_eq!(log.span, SimDuration(40_920_000 * 1000));
        let last = log.losses.last().expect("a loss");
        assert_eq!(
            (last.at, last.share),
            (SimDuration(40_920_000 * 1000), 1.0 / 11.0)
        );
        assert!(
            log.losses
                .iter()
                .all(|loss| loss.share > 0.0 && loss.share <= 1.0)
        );
        assert!(log.losses.windows(2).all(|pair| pair[0].at < pair[1].at));
        assert!(log.losses.len() <= 167 - 40, "{}", log.losses.len());
    }
    if let Some(text) = public_trace("v100x1-east1c.txt") {
        let log = replayed("v100x1-east1c.txt", &text);
        // 24.2 h, 55 drops; the first is from 80 to 70, stamped a minute after the first line, behind the line before it.
        assert_eq!(
            log.span,
            SimDuration((24 * 3600 + 10 * 60 + 13) * 1_000_000)
        );
        let first = log.losses[0];
        assert_eq!((first.at, first.share), (SimDuration::from_secs(60), 0.125));
        assert_eq!(log.losses.len(), 55);
    }
}

#[test]
fn what_becomes_of_runs_is_the_workloads_word() {
    let workload = |says: &str| {
        let variant = only(&spot("eviction.rate = \"0.05/h\"", says));
        let workload = &variant.settings.workloads[0];
        (workload.on_loss, workload.restart)
    };
    assert_eq!(workload(""), (OnLoss::Requeue, SimDuration::ZERO));
    assert_eq!(workload("on_interruption = \"fail\"").0, OnLoss::Fail);
    let minute = SimDuration::from_secs(60);
    assert_eq!(
        workload("on_interruption = \"resume\"\ncheckpoint_interval = \"1h\"\nrestart = \"1m\""),
        (
            OnLoss::Resume {
                interval: SimDuration::from_secs(3600),
                cost: SimDuration::ZERO
            },
            minute
        )
    );
    let costly =
        "on_interruption = \"resume\"\ncheckpoint_interval = \"1m\"\ncheckpoint_cost = \"1m\"";
    let resume = OnLoss::Resume {
        interval: minute,
        cost: minute,
    };
    assert_eq!(workload(costly).0, resume);
}

#[test]
fn a_low_priority_cluster_may_stand_before_a_dedicated_one() {
    let text = with(&[
        (
            5,
            "approved = true\ntier = \"spot\"\neviction.rate = \"0.05/h\"\n[cluster.safe]\nvm_size = \"Standard_NC6s_v3\"\napproved = true",
        ),
        (
            7,
            "targets = [\"gpu\", \"safe\"]\nrouting = \"overflow\"\non_interruption = \"fail\"",
        ),
    ]);
    let variant = only(&text);
    assert_eq!(variant.settings.workloads[0].targets, [0, 1]);
    assert!(matches!(cluster(&variant, 0).loss, NodeLoss::Rate(_)));
    assert_eq!(cluster(&variant, 1).loss, NodeLoss::Never);
    // A variant's word takes the place of the base's, whichever of the two keys it uses.
    let variants = format!(
        "{text}[variant.both]\n[variant.safe-only]\nworkload.w.target = \"safe\"\n\
         [variant.turned]\nworkload.w.targets = [\"safe\", \"gpu\"]\n"
    );
    let scenario = loaded(&variants);
    let targets: Vec<_> = scenario
        .variants
        .iter()
        .map(|variant| {
            let targets = variant.settings.workloads[0].targets.iter();
            let names: Vec<_> = targets
                .map(|at| variant.settings.targets[*at].name.as_str())
                .collect();
            names.join(" ")
        })
        .collect();
    assert_eq!(targets, ["gpu safe", "safe", "safe gpu"]);
    assert_eq!(scenario.variants[1].settings.targets.len(), 1);
}

#[test]
fn failed_allocations_have_the_defaults_of_a_public_autoscaler() {
    let failure = |says: &str| {
        let text = with(&[(5, &format!("approved = true\nallocation_failure = {says}"))]);
        cluster(&only(&text), 0).allocation_failure.clone()
    };
    let minutes = |count: u64| SimDuration::from_secs(60 * count);
    let expected = AllocationFailure {
        probability: 0.2,
        windows: None,
        retry_after: minutes(5),
        backoff: 2.0,
        retry_at_most: minutes(30),
    };
    assert_eq!(failure("{ probability = 0.2 }").as_deref(), Some(&expected));
    let slow =
        failure("{ probability = 0.2, retry_after = \"1h\", backoff = 1 }").expect("it fails");
    assert_eq!((slow.retry_at_most, slow.backoff), (minutes(60), 1.0));
    assert_eq!(failure("{ probability = 0 }"), None);
    let busy = failure("{ windows = [\"mon-fri 09:00-11:00\"] }").expect("it fails");
    assert!(
        busy.windows
            .expect("windows")
            .is_open(SimTime(TICKS_PER_HOUR * 10))
    );
    // Key by key in variants and flags.
    let text = with(&[(5, "approved = true\nallocation_failure.probability = 0.2")]);
    let set = ["cluster.gpu.allocation_failure.retry_after=1m"];
    let scenario = loaded_with(&text, &[], &set);
    let failure = cluster(&scenario.variants[0], 0).allocation_failure.clone();
    let failure = failure.expect("it fails");
    assert_eq!(
        (failure.probability, failure.retry_after),
        (0.2, minutes(1))
    );
}

#[test]
fn runs_that_hardly_end_are_warned_of() {
    let warned = |cluster: &str, workload: &str, duration: &str| {
        let text = spot(cluster, workload).replace("duration = \"20m\"", duration);
        loaded(&text.replace("2/h", "1/day")).warnings
    };
    // 3 h on one node of 0.5 an hour: 1.5 losses in the mean, e^1.5 = 4.5 attempts.
    let rate = "eviction.rate = \"0.5/h\"";
    let [requeue] = &warned(rate, "", "duration = \"3h\"")[..] else {
        panic!("one warning");
    };
    assert!(
        requeue.starts_with(
            "workload `w`: a run on `gpu` takes about 4 attempts: it holds 1 node for 3h, and a node lives 2h on average"
        ),
        "{requeue}"
    );
    // Two nodes for 1.5 h are as exposed; with a minute of setup and one of restart more.
    let gang = "nodes = 2\nsetup = \"1m\"\nrestart = \"1m\"";
    let found = warned(rate, gang, "duration = \"90m\"");
    assert!(found[0].contains("holds 2 nodes for 1h32m"), "{found:?}");
    let fail = warned(rate, "on_interruption = \"fail\"", "duration = \"3h\"");
    assert!(
        fail[0].contains("comes through with a probability of about 0.22"),
        "{fail:?}"
    );
    let resume = "on_interruption = \"resume\"\ncheckpoint_cost = \"5m\"\ncheckpoint_interval = ";
    assert_eq!(
        warned(rate, &format!("{resume}\"1h\""), "duration = \"3h\""),
        [""; 0]
    );
    let seldom = warned(rate, &format!("{resume}\"4h\""), "duration = \"20h\"");
    assert!(
        seldom[0].contains("from one checkpoint to the next"),
        "{seldom:?}"
    );
    assert_eq!(
        warned("eviction.rate = \"0.1/h\"", "", "duration = \"3h\""),
        [""; 0]
    );
    // A limit cuts what a run is exposed to.
    assert_eq!(
        warned(rate, "max_duration = \"1h\"", "duration = \"3h\""),
        [""; 0]
    );
    // By the log, half of the nodes go each two minutes: 15 an hour.
    let log = "0,add,a\n0,add,b\n120000,remove,a\n";
    let text = spot("eviction.replay.file = \"log.csv\"", "");
    let found = loaded_with(&text, &[("log.csv", log)], &[]).warnings;
    assert!(found[0].contains("a node lives 4m on average"), "{found:?}");
}

#[test]
fn long_runs_that_hardly_end_are_warned_of_though_most_runs_do() {
    let warned = |duration: &str, more: &str| {
        let text = spot("eviction.rate = \"0.20/h\"", more).replace("duration = \"20m\"", duration);
        loaded(&text.replace("2/h", "1/day")).warnings
    };
    // Median 1 h, p95 8 h: p99 is exp(1.2642 x 2.3263) = 18.9 h, 3.8 losses and e^3.8 = 44 attempts; of one in a thousand
    // exp(1.2642 x 3.0902) = 49.7 h, 9.9 losses and 20,000 attempts. The mean of 2.2 h loses a node 0.44 times.
    let heavy = "duration.log_normal = { median = \"1h\", p95 = \"8h\" }";
    let found = warned(heavy, "");
    let [warning] = &found[..] else {
        panic!("{found:?}");
    };
    let (few, rest) = warning
        .strip_prefix("workload `w`: on `gpu` one run in a hundred takes ")
        .and_then(|rest| rest.split_once(" attempts or more, one in a thousand "))
        .unwrap_or_else(|| panic!("{warning}"));
    let few: f64 = few.parse().expect("a number");
    assert!((44.0..=45.0).contains(&few), "{warning}");
    let fewer: f64 = rest.parse().expect("a number");
    assert!((20_000.0..=21_500.0).contains(&fewer), "{warning}");
    // A heavier tail: one in a thousand hardly ever ends. Checkpoints, or a limit, mend it.
    let heavier = heavy.replace("8h", "16h");
    let found = warned(&heavier, "");
    assert!(
        found[0].ends_with(": such runs hardly ever end"),
        "{found:?}"
    );
    let saved =
        "on_interruption = \"resume\"\ncheckpoint_interval = \"1h\"\ncheckpoint_cost = \"1m\"";
    assert_eq!(warned(&heavier, saved), [""; 0]);
    assert_eq!(warned(&heavier, "max_duration = \"10h\""), [""; 0]);
    // Exponential runs of the same mean: p99 is 10 h, two losses.
    assert_eq!(warned("duration.exponential.mean = \"2h12m\"", ""), [""; 0]);
}

#[test]
fn attempts_of_few_are_those_of_the_exact_quantiles() {
    let warned = |arrivals: &str, duration: &str, more: &str| {
        let text = spot("eviction.rate = \"0.5/h\"", more).replace("duration = \"20m\"", duration);
        loaded(&text.replace("2/h", arrivals)).warnings
    };
    let told = |few: &str, fewer: &str| {
        format!(
            "workload `w`: on `gpu` one run in a hundred takes {few} attempts or more, one in a thousand {fewer}"
        )
    };
    let pareto = |shape: &str| format!("duration.pareto = {{ scale = \"10m\", shape = {shape} }}");
    // 100^(1/1.1) x 10 min = 10.97 h: e^5.48; of one in a thousand 88.95 h: e^44.5.
    let hardly = ": such runs hardly ever end";
    let found = warned("1/h", &pareto("1.1"), "");
    assert_eq!(found, [told("241", "2e19") + hardly]);
    // Lighter tails are told of where there are about a thousand runs: 168 h at 6 and 1 an hour.
    for (shape, few, fewer) in [("1.3", "18", "2e7"), ("1.5", "6", "4160")] {
        assert_eq!(warned("6/h", &pareto(shape), "")[0], told(few, fewer));
        assert_eq!(warned("1/h", &pareto(shape), ""), [""; 0]);
    }
    // 1,000^(1/2) x 10 min = 5.27 h: 14 attempts.
    assert_eq!(warned("6/h", &pareto("2"), ""), [""; 0]);
    // Sigma is ln 12 / 1.64485 = 1.5107, so that p99 is 30 min x e^(1.5107 x 2.32635) = 16.8 h: e^8.3994.
    let normal = "duration.log_normal = { median = \"30m\", p95 = \"6h\" }";
    let found = warned("1/h", normal, "");
    assert!(
        found[0].starts_with("workload `w`: on `gpu` one run in a hundred takes 4444 attempts"),
        "{found:?}"
    );
    // Half of the runs on two nodes: the 0.02th of these are 10 min x 50^(1/1.1) = 5.84 h on both, and few of the others
    // come near. P(S > x / 2) / 2 + P(S > x) / 2 = 0.01 at x = 13.8 node-hours.
    let found = warned(
        "1/h",
        &pareto("1.1"),
        "nodes.choice = { values = [1, 2], weights = [1, 1] }",
    );
    let few = 0.5 * (1.0 / 6.0) * (50.0 * (1.0 + 2.0_f64.powf(1.1))).powf(1.0 / 1.1);
    let few = format!("takes {:.0} attempts or more", few.exp());
    assert!(found[0].contains(&few), "{few}: {found:?}");
}

#[test]
fn the_probability_to_come_through_is_that_of_the_runs_there_are() {
    // Exponential runs of mean m lose no node at rate r with probability 1 / (1 + r m): 1 / 2.5 = 0.4, not e^-1.5 = 0.22.
    let text = spot("eviction.rate = \"0.5/h\"", "on_interruption = \"fail\"")
        .replace("duration = \"20m\"", "duration.exponential.mean = \"3h\"");
    let found = loaded(&text.replace("2/h", "1/day")).warnings;
    assert!(
        found[0].contains("comes through with a probability of about 0.40"),
        "{found:?}"
    );
}

#[test]
fn a_simulation_that_would_never_end_is_refused_unless_it_is_cut() {
    let text = spot("eviction.rate = \"10/h\"", "").replace("\"20m\"", "\"10h\"");
    let found = crate::problems(&text, &[], &[]);
    assert!(
        found[0].contains("the simulation would never end"),
        "{found:?}"
    );
    let cut = loaded_with(&text, &[], &["end=cut"]);
    assert!(
        cut.warnings[0].contains("takes about 3e43 attempts"),
        "{:?}",
        cut.warnings
    );
    loaded_with(&text, &[], &["workload.w.on_interruption=fail"]);
    // By the hour: a node that is lost once in six minutes, but in the hour from 09:00.
    let by_hour = |quiet: &str, length: &str| {
        let mut hours = vec!["\"10/h\""; 24];
        hours[9] = quiet;
        spot(&format!("eviction.by_hour = [{}]", hours.join(", ")), "").replace("\"20m\"", length)
    };
    // The best hour, and 2.5 of the others: 25 losses.
    let found = crate::problems(&by_hour("\"0/h\"", "\"3h30m\""), &[], &[]);
    assert!(
        found[0].contains("would take about 7e10 attempts even if they start at the best time"),
        "{found:?}"
    );
    loaded(&by_hour("\"0/h\"", "\"2h30m\""));
    // One long run of a trace is enough.
    let trace = spot("eviction.rate = \"1/h\"", "").replace(
        "arrivals.poisson = { rate = \"2/h\" }\nduration = \"20m\"",
        "arrivals.trace = { file = \"t.csv\", submitted = \"at\", duration = \"s\" }",
    );
    let short = "at,s\n0,60\n1,60\n2,60\n";
    loaded_with(&trace, &[("t.csv", short)], &[]);
    let long = format!("{short}3,90000\n");
    let found = crate::problems(&trace, &[("t.csv", &long)], &[]);
    assert!(
        found[0].contains("the simulation would never end"),
        "{found:?}"
    );
}

#[test]
fn replayed_losses_that_no_run_survives_are_refused_like_rates() {
    // All nodes go each hour: at 1 h, 2 h and so on, since the log repeats after one hour and a microsecond.
    let all = "0,add,a\n0,add,b\n3600000,remove,a\n3600000,remove,b\n";
    let text = |duration: &str, nodes: u32| {
        let workload = format!("nodes = {nodes}");
        spot("eviction.replay.file = \"log.csv\"", &workload).replace("\"20m\"", duration)
    };
    let found = crate::problems(&text("\"61m\"", 1), &[("log.csv", all)], &[]);
    let [problem] = &found[..] else {
        panic!("{found:?}");
    };
    assert!(
        problem
            .contains("gpu.eviction: nodes live 1h on average, and runs of `w` would take about")
            && problem
                .contains("even if they start at the best time (the simulation would never end"),
        "{problem}"
    );
    // What ends at the very tick of the next loss is not harmed, and what is cut or fails comes to an end.
    loaded_with(&text("\"1h\"", 1), &[("log.csv", all)], &[]);
    loaded_with(&text("\"61m\"", 1), &[("log.csv", all)], &["end=cut"]);
    let fails = ["workload.w.on_interruption=fail"];
    loaded_with(&text("\"61m\"", 1), &[("log.csv", all)], &fails);
    // Half of the nodes go each minute: a run of 31 minutes gets through 30 losses with a chance of 2^-30, one of 29
    // minutes through 28, which is 19.4 as an exponent; two nodes through half as many.
    let mut half = String::from("0,add,a\n0,add,b\n");
    for minute in 1..=60 {
        let at = minute * 60_000;
        writeln!(half, "{at},remove,a\n{at},add,a").expect("texts take all");
    }
    for (duration, nodes, refused) in [
        ("\"31m\"", 1, true),
        ("\"29m\"", 1, false),
        ("\"16m\"", 2, true),
        ("\"15m\"", 2, false),
        // A day is 24 rounds of the log.
        ("\"1d\"", 1, true),
    ] {
        let found = crate::problems(&text(duration, nodes), &[("log.csv", &half)], &[]);
        assert_eq!(!found.is_empty(), refused, "{duration}: {found:?}");
    }
    // One quiet stretch is enough: the same log, with nothing for an hour.
    let quiet = half + "7200000,add,c\n";
    loaded_with(&text("\"59m\"", 1), &[("log.csv", &quiet)], &[]);
}

#[test]
fn a_pull_that_takes_longer_than_nodes_live_is_refused() {
    let text = |pull: &str| {
        let text = spot("eviction.rate = \"60/h\"", "environment = \"torch\"");
        let text = text.replace("duration = \"20m\"", "duration = \"1s\"");
        format!("{text}[environment.torch]\nimage_pull = \"{pull}\"\n")
    };
    // A node lives for a minute: 60 losses in an hour of pulling, e^60 = 1e26 attempts, and 3 in three minutes.
    let problems = try_load(&text("1h"), &[], &[]).expect_err("no run survives");
    assert!(
        problems[0]
            .message
            .contains("would take about 1e26 attempts"),
        "{problems:#?}"
    );
    let warned = loaded(&text("3m")).warnings;
    assert!(warned[0].contains("takes about 20 attempts"), "{warned:?}");
}

#[test]
fn runs_that_new_nodes_come_too_late_for_are_warned_of() {
    let all = "0,add,a\n60000,remove,a\n";
    let half = "0,add,a\n0,add,b\n60000,remove,a\n";
    let resume = "on_interruption = \"resume\"\ncheckpoint_interval = \"30s\"";
    let lost = |work: &str, boot: &str, log: &str, set: &[&str]| {
        let cluster = format!("boot{boot}\neviction.replay.file = \"log.csv\"");
        loaded_with(&spot(&cluster, work), &[("log.csv", log)], set).warnings
    };
    let warned = |boot: &str, log: &str, set: &[&str]| lost(resume, boot, log, set);
    let said = "workload `w`: a run that was lost on `gpu` hardly ever ends: new nodes come 50s after each loss, and are lost \
                again before it has held 1 node for 30s; the simulation is given up where no run gets any further";
    assert_eq!(warned(" = \"50s\"", all, &[]), [said]);
    for (boot, is_told) in [
        (0, false),
        (30, false),
        (31, true),
        (60, true),
        (90, false),
        (91, true),
    ] {
        let found = warned(&format!(" = \"{boot}s\""), all, &[]);
        let is_found = found.iter().any(|said| said.contains("hardly ever ends"));
        assert_eq!(is_found, is_told, "{boot}: {found:?}");
    }
    // Of nodes that are left a run may have one at once; random times may be short; and a cut has an end.
    assert_eq!(warned(" = \"50s\"", half, &[]), [""; 0]);
    assert_eq!(warned(".exponential.mean = \"50s\"", all, &[]), [""; 0]);
    assert_eq!(warned(" = \"50s\"", all, &["end=cut"]), [""; 0]);
    let found = lost("on_interruption = \"fail\"", " = \"50s\"", all, &[]);
    assert!(
        found[0].contains("comes through with a probability"),
        "{found:?}"
    );
    assert_eq!(found.len(), 1);
}
