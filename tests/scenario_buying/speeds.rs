//! `speed`: which factor a target has, how long runs take there, and what is taken as equally fast.

use autoscale_simulator::engine::streams::Streams;
use autoscale_simulator::model::{Detailed, simulate};
use autoscale_simulator::results::{RunRecord, RunStatus};
use autoscale_simulator::scenario::Variant;

use crate::{loaded, only, refused};

const SECOND: u64 = 1_000_000;

/// Runs of a trace on an instance of each of these sizes, with no other time than Running.
fn sized(sizes: &[&str], workload: &str) -> String {
    use std::fmt::Write as _;
    let mut text = "horizon = \"1d\"\nallow_retired = true\nregion = \"eastus\"\n".to_owned();
    let mut names = Vec::new();
    for (at, size) in sizes.iter().enumerate() {
        writeln!(
            text,
            "[instance.i{at}]\nvm_size = \"{size}\"\napproved = true\nprice_per_hour = 1\nboot = \"0s\""
        )
        .expect("a text");
        names.push(format!("\"i{at}\""));
    }
    format!(
        "{text}[workload.w]\ntargets = [{}]\n{workload}\n",
        names.join(", ")
    )
}

/// The runs of a variant, in order.
fn runs(variant: &Variant) -> Vec<RunRecord> {
    let streams = Streams::new(1, 0);
    let outcome = simulate(&variant.settings, streams, Detailed::new(true, 0), &|| true);
    let mut runs = outcome.expect("an end").recorder.runs;
    runs.sort_by_key(|run| run.position);
    runs
}

/// Microseconds from the start to the end of each run.
fn running(variant: &Variant) -> Vec<u64> {
    let length = |run: &RunRecord| {
        run.ended
            .expect("an end")
            .since(run.started.expect("a start"))
    };
    runs(variant).iter().map(|run| length(run).0).collect()
}

const TRACE: &str =
    "arrivals.trace = { file = \"t.csv\", submitted = \"at\", duration = \"takes\" }";

/// Loads the one variant of a text beside a trace.
fn traced(text: &str, rows: &str) -> Variant {
    let rows = format!("at,takes\n{rows}");
    let scenario = crate::try_load(text, &[("t.csv", &rows)], &[]);
    scenario.expect("a good scenario").variants.remove(0)
}

#[test]
fn a_run_takes_its_duration_over_the_speed_of_the_target_it_goes_to() {
    // Two instances: the first takes the first run, the second the one that comes while it is busy.
    let speed = "speed = { Standard_NC4as_T4_v3 = 0.4, V100 = 2.2 }";
    let text = sized(
        &["Standard_NC4as_T4_v3", "Standard_NC6s_v3"],
        &format!("{TRACE}\n{speed}"),
    );
    let both = traced(&text, "0,10\n1,11\n100,0.000001\n200,0.000007\n");
    // 10 s / 0.4 and 11 s / 2.2; then 1 and 7 microseconds / 0.4, of which halves go up.
    assert_eq!(running(&both), [25 * SECOND, 5 * SECOND, 3, 18]);
    let targets: Vec<u32> = runs(&both).iter().map(|run| run.target).collect();
    assert_eq!(targets, [0, 1, 0, 0]);
    assert_eq!(both.settings.workloads[0].speeds, [0.4, 2.2]);
}

#[test]
fn only_running_is_scaled_and_the_limit_is_of_the_scaled_time() {
    let text = sized(
        &["Standard_NC6s_v3"],
        &format!(
            "{TRACE}\nsetup = \"7s\"\nfinalize = \"3s\"\nmax_duration = \"20s\"\nspeed = {{ V100 = 2 }}"
        ),
    );
    let variant = traced(&text, "0,30\n100,41\n");
    let runs = runs(&variant);
    // 30 / 2 within the limit, 41 / 2 beyond it.
    assert_eq!(runs[0].started.expect("a start").0, 7 * SECOND);
    assert_eq!(runs[0].ended.expect("an end").0, (7 + 15 + 3) * SECOND);
    assert_eq!(runs[0].status, RunStatus::Completed);
    assert_eq!(runs[1].ended.expect("an end").0, (100 + 7 + 20) * SECOND);
    assert_eq!(runs[1].status, RunStatus::Canceled);
}

#[test]
fn twice_the_speed_is_half_the_durations() {
    let rows = |factor: u64| -> String {
        let row = |n: u64| format!("{},{}\n", n * 7, factor * (1 + n * n % 90));
        (0..60).map(row).collect()
    };
    let with = |speed: &str| {
        let text = format!(
            "horizon = \"1d\"\nallow_retired = true\nregion = \"eastus\"\n[cluster.c]\nvm_size = \"Standard_NC6s_v3\"\n\
             approved = true\nprice_per_hour = 1\nmax_nodes = 3\nboot = {{ exponential = {{ mean = \"1m\" }} }}\n\
             eviction.rate = \"1/h\"\ntier = \"low_priority\"\n\
             [workload.w]\ntarget = \"c\"\n{TRACE}\non_interruption = \"resume\"\ncheckpoint_interval = \"9s\"\n{speed}\n"
        );
        text
    };
    let fast = traced(&with("speed = { V100 = 2 }"), &rows(2));
    let half = traced(&with(""), &rows(1));
    assert_eq!(format!("{:?}", runs(&fast)), format!("{:?}", runs(&half)));
    assert_eq!(fast.loads, half.loads);
}

#[test]
fn a_size_goes_before_a_gpu_and_the_longest_text_before_others() {
    let speeds = |size: &str, speed: &str| {
        let arrivals = "arrivals.poisson.rate = \"1/h\"\nduration = \"1m\"";
        let text = sized(&[size], &format!("{arrivals}\nspeed = {{ {speed} }}"));
        only(&text).settings.workloads[0].speeds.clone()
    };
    let all = "\"standard_nc6S_v3\" = 3, V100 = 2, \"Tesla V100\" = 4, A10 = 7, T4 = 0.5";
    assert_eq!(speeds("Standard_NC6s_v3", all), [3.0]);
    assert_eq!(speeds("Standard_NC12s_v3", all), [4.0]);
    assert_eq!(speeds("Standard_NC8as_T4_v3", all), [0.5]);
    // An A10 is no A100.
    assert_eq!(speeds("Standard_ND96asr_v4", all), [0.0; 0]);
    assert_eq!(speeds("Standard_D2_v3", all), [0.0; 0]);
}

#[test]
fn the_offered_load_is_of_the_scaled_durations() {
    let load = |more: &str| {
        let text = format!(
            "horizon = \"100d\"\nallow_retired = true\nregion = \"eastus\"\n[cluster.c]\nvm_size = \"Standard_NC6s_v3\"\n\
             approved = true\nprice_per_hour = 1\nboot = \"0s\"\nmax_nodes = 4\n[workload.w]\ntarget = \"c\"\n\
             arrivals.poisson.rate = \"2/h\"\n{more}\n"
        );
        let variant = only(&text);
        (variant.loads[0].demand, variant.loads[0].is_saturated())
    };
    let near = |found: f64, expected: f64| (found - expected).abs() < 1e-9;
    let (demand, saturated) = load("duration = \"1h\"\nspeed = { V100 = 0.4 }");
    assert!(near(demand, 5.0) && saturated, "{demand}");
    let (demand, saturated) = load("duration = \"1h\"\nspeed = { V100 = 4 }");
    assert!(near(demand, 0.5) && !saturated, "{demand}");
    // Cut at 90 min of the scaled time; at twice the speed that is half of 3 h of work.
    let (demand, _) = load("duration = \"4h\"\nmax_duration = \"90m\"\nspeed = { V100 = 2 }");
    assert!(near(demand, 3.0), "{demand}");
    let (demand, _) = load("duration = \"2h\"\nmax_duration = \"90m\"\nspeed = { V100 = 2 }");
    assert!(near(demand, 2.0), "{demand}");
}

#[test]
fn the_checks_at_loading_are_those_of_the_scaled_durations() {
    let said = |cluster: &str, workload: &str| {
        let text = format!(
            "horizon = \"100d\"\nallow_retired = true\nregion = \"eastus\"\n[cluster.c]\nvm_size = \"Standard_NC6s_v3\"\n\
             approved = true\nprice_per_hour = 1\nboot = \"0s\"\nmax_nodes = 4\n{cluster}\n[workload.w]\ntarget = \"c\"\n{workload}\n"
        );
        let scenario = loaded(&text);
        [scenario.warnings, scenario.notes].concat()
    };
    let evicted = "tier = \"low_priority\"\neviction.rate = \"1/h\"";
    let bursts = "arrivals.bursts = { quiet = \"0.1/h\", peak = \"9/h\", windows = [\"mon-fri 08:00-12:00\"] }";
    for (cluster, workload) in [
        // Many attempts, of a mean run and of the longest.
        (evicted, "arrivals.poisson.rate = \"0.1/h\"\nduration"),
        (
            evicted,
            "arrivals.poisson.rate = \"0.1/h\"\nduration.exponential.mean",
        ),
        // A queue without bound, of gangs that leave nodes idle.
        (
            "",
            "arrivals.poisson.rate = \"1/h\"\nnodes.choice = { values = [1, 3] }\nduration",
        ),
        // A peak that is too much.
        ("", &format!("{bursts}\nmax_duration = \"90m\"\nduration")),
    ] {
        let slow = said(
            cluster,
            &format!("{workload} = \"30m\"\nspeed = {{ V100 = 0.25 }}"),
        );
        let long = said(cluster, &format!("{workload} = \"120m\""));
        let short = said(cluster, &format!("{workload} = \"30m\""));
        assert_eq!(slow, long, "{workload}");
        assert_ne!(slow, short, "{workload}");
    }
}

#[test]
fn gpus_without_a_speed_are_remarked() {
    let arrivals = "arrivals.poisson.rate = \"1/h\"\nduration = \"1m\"";
    let told = |text: &str| {
        let mut warnings = loaded(text).warnings;
        warnings.retain(|warning| warning.contains("equally fast"));
        warnings
    };
    let pair = |more: &str| {
        sized(
            &["Standard_NC6", "Standard_NC6s_v3"],
            &format!("{arrivals}\n{more}"),
        )
    };
    assert_eq!(
        told(&pair("")),
        [
            "workload `w`: `Tesla K80 (one half card per GPU)` and `Tesla V100` are taken as equally fast, since no `speed` is given \
          (K80 does 0.08 to 0.50 of the work of V100: 0.22 on average of 25 workloads, grade A, \
          Gavel, physical_cluster_throughputs.json @c4fa400)"
        ]
    );
    // The machine whose durations are written needs none.
    assert_eq!(told(&pair("speed = { K80 = 0.2 }")), [""; 0]);
    assert_eq!(told(&sized(&["Standard_NC6s_v3"], arrivals)), [""; 0]);
    // Over variants; a source for every pair there is not.
    let one = sized(&["Standard_NC6s_v3"], arrivals);
    let variants = format!(
        "{one}[variant.v100]\n[variant.t4]\ninstance.i0.vm_size = \"Standard_NC4as_T4_v3\"\ninstance.i0.price_per_hour = 2\n"
    );
    assert_eq!(
        told(&variants),
        [
            "workload `w`: `Tesla V100` and `Tesla T4` are taken as equally fast, since no `speed` is given"
        ]
    );
}

#[test]
fn other_numbers_of_gpus_and_none_are_remarked() {
    let arrivals = "arrivals.poisson.rate = \"1/h\"\nduration = \"1m\"";
    for (sizes, differ) in [
        (
            ["Standard_NC4as_T4_v3", "Standard_NC64as_T4_v3"],
            "`Tesla T4` and 4 x `Tesla T4`",
        ),
        (
            ["Standard_NC4as_T4_v3", "Standard_D2_v3"],
            "`Tesla T4` and a size without GPUs",
        ),
        (
            ["Standard_NV6ads_A10_v5", "Standard_NV36ads_A10_v5"],
            "1/6 of `A10` and `A10`",
        ),
    ] {
        let warnings = loaded(&sized(&sizes, arrivals)).warnings;
        let told = format!("workload `w`: {differ} are taken as equally fast");
        let is_told = warnings.iter().any(|warning| warning.starts_with(&told));
        assert!(is_told, "{told}: {warnings:?}");
    }
    let processors = sized(&["Standard_D2_v3", "Standard_D4_v3"], arrivals);
    let warnings = loaded(&processors).warnings;
    let told = warnings
        .iter()
        .any(|warning| warning.contains("equally fast"));
    assert!(!told, "{warnings:?}");
    // Which may well be right of a run on one core: it is noted.
    let scenario = loaded(&processors);
    let note =
        "workload `w`: sizes of 2 and 4 vCPUs are taken as equally fast, since no `speed` is given";
    assert!(
        scenario.notes.iter().any(|said| said == note),
        "{:?}",
        scenario.notes
    );
    let stated = format!("{arrivals}\nspeed = {{ Standard_D4_v3 = 1.8 }}");
    let stated = loaded(&sized(&["Standard_D2_v3", "Standard_D4_v3"], &stated));
    assert!(
        !stated
            .notes
            .iter()
            .any(|said| said.contains("equally fast"))
    );
}

#[test]
fn what_names_no_size_and_no_gpu_is_refused() {
    let with = |speed: &str| {
        let arrivals = "arrivals.poisson.rate = \"1/h\"\nduration = \"1m\"";
        sized(&["Standard_NC6s_v3"], &format!("{arrivals}\n{speed}"))
    };
    for (speed, place, phrase) in [
        (
            "speed = { NC6s_v3 = 2 }",
            "13:11 workload.w.speed.NC6s_v3",
            "`NC6s_v3` is no size and names no model of GPU (did you mean `Standard_NC6s_v3`?",
        ),
        (
            "speed = { V10 = 2 }",
            "13:11 workload.w.speed.V10",
            "`V10` is no size and names no model of GPU",
        ),
        (
            "speed = { V100 = 0 }",
            "13:18 workload.w.speed.V100",
            "`0` is not from 0.001 to 1000",
        ),
        (
            "speed = { V100 = \"fast\" }",
            "13:18 workload.w.speed.V100",
            "write a number",
        ),
        (
            "speed = 2",
            "13:9 workload.w.speed",
            "this is a table of keys",
        ),
    ] {
        refused(&with(speed), &[], place, phrase);
    }
    let pieces = "arrivals.poisson.rate = \"1/h\"\nbatch_inference = { mini_batches = 5, mini_batch_time = \"1s\" }\nspeed = { V100 = 2 }";
    let text = format!(
        "horizon = \"1d\"\nallow_retired = true\nregion = \"eastus\"\ncluster.c = {{ vm_size = \"Standard_NC6s_v3\", approved = true }}\n\
         [workload.w]\ntarget = \"c\"\n{pieces}\n"
    );
    refused(
        &text,
        &[],
        "9:9 workload.w.speed",
        "`mini_batch_time` says how fast runs of batch inference are",
    );
}

#[test]
fn of_two_speeds_of_a_size_the_more_exact_counts_and_a_note_says_so() {
    let of = |speed: &str| {
        let workload =
            format!("arrivals.poisson.rate = \"1/h\"\nduration = \"1m\"\nspeed = {{ {speed} }}");
        sized(&["Standard_NC6s_v3"], &workload)
    };
    for (speed, factor, first, other) in [
        (
            "V100 = 2, Standard_NC6s_v3 = 3",
            3.0,
            "`Standard_NC6s_v3`, 3",
            "`V100`, 2",
        ),
        (
            "\"Tesla V100\" = 2, V100 = 3",
            2.0,
            "`Tesla V100`, 2",
            "`V100`, 3",
        ),
    ] {
        let scenario = loaded(&of(speed));
        assert_eq!(scenario.variants[0].settings.workloads[0].speeds, [factor]);
        let note = format!(
            "workload `w`: for `Standard_NC6s_v3` the speed of {first}, counts, and not that of {other}, since it is the more exact"
        );
        assert!(scenario.notes.contains(&note), "{:?}", scenario.notes);
    }
    // What says the same is no matter.
    let same = loaded(&of("V100 = 2, Standard_NC6s_v3 = 2")).notes;
    assert!(
        !same.iter().any(|note| note.contains("more exact")),
        "{same:?}"
    );
}

#[test]
fn two_speeds_that_are_as_exact_as_each_other_are_refused() {
    let text = |one: &str, other: &str| {
        let workload = format!(
            "arrivals.poisson.rate = \"1/h\"\nduration = \"1m\"\nspeed = {{ {one}, {other} }}"
        );
        sized(&["Standard_NC6s_v3"], &workload)
    };
    for [one, other] in [["V100", "v100"], ["Standard_NC6s_v3", "standard_nc6s_v3"]] {
        let said = format!(
            "`{one}` and `{other}` are as exact as each other for `Standard_NC6s_v3`, with different speeds (keep one of them)"
        );
        let differing = text(&format!("{one} = 2"), &format!("{other} = 3"));
        refused(&differing, &[], "13:9 workload.w.speed", &said);
        let same = text(&format!("{one} = 2"), &format!("{other} = 2"));
        assert_eq!(only(&same).settings.workloads[0].speeds, [2.0]);
    }
}
