//! `--estimate`: what it says, and that it writes nothing. Sizes are held against real ones beside the code; times are not.

use crate::desk::{Desk, Outcome};

/// Holds that all parts are on standard output.
#[track_caller]
fn has(outcome: &Outcome, parts: &[&str]) {
    for part in parts {
        let stdout = &outcome.stdout;
        assert!(stdout.contains(part), "`{part}` in\n{stdout}");
    }
}

#[test]
fn a_study_that_is_done_within_the_trial_is_measured() {
    let desk = Desk::new();
    let before = desk.names("");
    let outcome = desk
        .simulate("small.toml --estimate --threads 2")
        .succeeds();
    has(
        &outcome,
        &[
            "small (small.toml): 6 replications (2 variants x 3 replications)\n",
            "  trial:  all 6 replications in ",
            " s on 2 threads\n",
            "  time:   about ",
            " s to load, ",
            " s to simulate (measured), ",
            " s for reports\n",
            "  files:  about ",
            "results.jsonl.gz ",
            "manifest.json ",
        ],
    );
    if cfg!(target_os = "linux") {
        has(&outcome, &["  memory: about "]);
    }
    // It is certain, and too short for advice.
    assert!(!outcome.stdout.contains("range"), "{}", outcome.stdout);
    assert!(!outcome.stdout.contains("plan"), "{}", outcome.stdout);
    assert_eq!(desk.names(""), before);
}

#[test]
fn slow_a_study_that_is_long_gets_a_range_and_advice() {
    let desk = Desk::new();
    let before = desk.names("");
    let outcome = desk
        .simulate("scenarios/burst.toml --estimate -r 1000000 --set cluster.gpu.max_nodes=9 --memory 64MB")
        .succeeds();
    has(
        &outcome,
        &[
            "burst (scenarios/burst.toml): 3000000 replications (3 variants x 1000000 replications)\n",
            "  The range is two standard errors of the trial, and at least a fifth either way.\n",
            "  In shards of about ",
            " min on one processor each: `simulate plan scenarios/burst.toml -o plan.json --shards ",
            " --set cluster.gpu.max_nodes=9 --replications 1000000`.\n",
            "  `--replications ",
            "` takes about 10 min here; intervals are then about ",
            "  It may take 64.0 MB of memory, which is not enough",
        ],
    );
    assert!(!outcome.stdout.contains("all "), "{}", outcome.stdout);
    assert_eq!(desk.names(""), before);
}

#[test]
fn several_files_are_estimated_together() {
    let desk = Desk::new();
    desk.write_small("replications = 3", "replications = 4\nname = \"small\"");
    std::fs::rename(desk.path("small.toml"), desk.path("other.toml")).expect("a file");
    desk.write_small("replications = 3", "replications = 1\nname = \"one\"");
    let outcome = desk.simulate("other.toml small.toml --estimate").succeeds();
    has(
        &outcome,
        &[
            "small (other.toml): 8 replications (2 variants x 4 replications)\n",
            "one (small.toml): 2 replications (2 variants x 1 replication)\n",
            "  trial:  all 10 replications in ",
        ],
    );
}

#[test]
fn its_errors_are_those_of_a_run() {
    let desk = Desk::new();
    desk.write_small("rate = \"2/h\"", "rate = \"2/parsec\"");
    let run = desk.simulate("small.toml");
    let estimate = desk.simulate("small.toml --estimate");
    assert_eq!(run.code, Some(2));
    assert_eq!((estimate.code, &estimate.stderr), (run.code, &run.stderr));
    // 86,400 x 20 requests of 1,000 days, one after the other.
    desk.write(
        "long.toml",
        "horizon = \"1d\"\nreplications = 2\n[instance_service.e]\nprice_per_hour = 1.0\n[requests.r]\ntarget = \"e\"\n\
         arrivals.poisson.rate = \"20/s\"\nservice_time.constant = \"1000d\"\n",
    );
    let run = desk.simulate("long.toml --output out");
    let estimate = desk.simulate("long.toml --output out --estimate");
    assert_eq!(run.code, Some(1));
    assert_eq!((estimate.code, &estimate.stderr), (run.code, &run.stderr));
}

#[test]
fn what_is_in_the_way_of_the_study_is_told() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("out")).expect("a folder");
    desk.write("out/notes.txt", "mine");
    let outcome = desk
        .simulate("small.toml --output out --estimate")
        .succeeds();
    let warning = "warning: out: the folder holds something other than results of a scenario";
    assert!(outcome.stderr.contains(warning), "{}", outcome.stderr);
    assert_eq!(desk.names("out"), ["notes.txt"]);
}

#[test]
fn it_is_no_dry_run_and_resumes_nothing() {
    let desk = Desk::new();
    for other in ["--dry-run", "--resume"] {
        let refused = desk.simulate(&format!("small.toml --estimate {other}"));
        let said = format!("the argument '--estimate' cannot be used with '{other}'");
        refused.fails(2, &[&said]);
    }
}
