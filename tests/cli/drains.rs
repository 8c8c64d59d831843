//! What a user reads of a drain that is given up, since no run can end any more.

use crate::desk::Desk;

/// The warnings of a scenario whose results are written all the same.
#[track_caller]
fn warned(desk: &Desk, scenario: &str) -> String {
    desk.write("stuck.toml", scenario);
    let outcome = desk.simulate("stuck.toml --quiet").succeeds();
    let warnings = outcome.stderr.lines();
    let warnings: Vec<&str> = warnings.filter(|line| line.contains("given up")).collect();
    assert_eq!(warnings.len(), 1, "{}", outcome.stderr);
    warnings[0].to_owned()
}

/// A boot is as long as the window but once in 10^9 times, so that the mean of it is shorter.
#[test]
fn a_machine_that_is_stopped_before_it_has_booted() {
    let scenario = "horizon = \"1h\"\nreplications = 3\n\
                    [instance.box]\nprice_per_hour = 1\nboot.empirical = { values = [\"5m\", \"1s\"], weights = [1e9, 1] }\nschedule = [\"daily 08:00-08:05\"]\n\
                    [workload.w]\ntarget = \"box\"\narrivals.batch = { runs = 1, at = [\"5s\"] }\nduration = \"1000s\"\n";
    assert_eq!(
        warned(&Desk::new(), scenario),
        "warning: variant `base`, target `box`: its drain was given up in 3 of 3 replications, as no run could end any more. \
         At 1000d8h5m of replication 0, 1 run waits for the machine, which the schedule stopped 1,001 times in a row before a \
         run could end on it: see `schedule` and `boot`. Runs that wait are left unfinished"
    );
}

#[test]
fn nodes_that_are_taken_before_a_run_can_end() {
    let desk = Desk::new();
    desk.write("runs.csv", "at,for,n\n10,341,1\n20,341,2\n30,300,1\n");
    // Samples are enough at every third evaluation: nodes that boot in 300 s are there for 340 s.
    let scenario = "horizon = \"10000s\"\nreplications = 2\n\
                    [batch_pool.pool]\nprice_per_hour = 1\nboot = \"300s\"\nevaluation_interval = \"640s\"\n\
                    formula.pending_tasks.start_nodes = 0\n\
                    [workload.w]\ntarget = \"pool\"\n\
                    arrivals.trace = { file = \"runs.csv\", submitted = \"at\", duration = \"for\", nodes = \"n\", origin = 0 }\n";
    assert_eq!(
        warned(&desk, scenario),
        "warning: variant `base`, target `pool`: its drain was given up in 2 of 2 replications, as no run could end any more. \
         At 11d6h34m40s of replication 0, 2 runs wait for nodes, the first of them for 1, of 0 that were there; 1,005 \
         evaluations in a row asked for none that a run could finish on: see `evaluation_interval`, the formula and \
         `deallocation`. Runs that wait are left unfinished"
    );
}
