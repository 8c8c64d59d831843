//! Flags and the variables that stand for them.

use crate::desk::{Desk, FILES, Outcome};

#[test]
fn a_dry_run_prints_what_would_run_and_writes_nothing() {
    let desk = Desk::new();
    let before = desk.names("");
    let outcome = desk
        .simulate("scenarios/burst.toml small.toml --dry-run")
        .succeeds();
    for part in [
        "burst (scenarios/burst.toml)",
        "3 variants x 30 replications, seed 7, baseline `scale-to-zero`",
        "results would go to output/burst",
        "`box`: work for 0.22 slots on average, for 2.377 in the peaks; it has 1 at most; 0.526 USD/h",
        "2 variants x 3 replications, seed 1, baseline `cluster`",
    ] {
        assert!(
            outcome.stdout.contains(part),
            "`{part}` in\n{}",
            outcome.stdout
        );
    }
    assert_eq!(desk.names(""), before);
    let one = desk
        .simulate("small.toml --dry-run -r 1 --variant cluster")
        .succeeds();
    assert!(
        one.stdout.contains("1 variant x 1 replication,"),
        "{}",
        one.stdout
    );
}

#[test]
fn a_dry_run_shows_what_is_bought_and_who_states_its_price() {
    let desk = Desk::new();
    let outcome = desk
        .simulate("scenarios/low-priority.toml scenarios/quota.toml scenarios/reserve-or-not.toml --dry-run")
        .succeeds();
    for part in [
        "    `low`: work for 3.008 nodes on average, and more that goes on to its next target; it has 4 at most; 0.204246 USD/h\n\
         \x20     Standard_NC4as_T4_v3, eastus, spot\n\
         \x20     a node is lost 0.05 times an hour\n",
        "      nodes are lost as in a log of 11h22m: at 79 times, 0.087 of them on average\n",
        "  prices, for Linux and without tax:\n    Standard_NC4as_T4_v3, eastus, pay as you go: 0.526 USD/h (Azure/karpenter-provider-azure ",
        "    Standard_NC4as_T4_v3, eastus, spot: 0.204246 USD/h (anycloud-sh/catalog ",
        "    quota `t4`: 20 vCPUs; `training` takes 4 a node, so at most 4 nodes; `experiments` takes 4 a node, so at most 4 nodes; \
         `notebook` holds 4\n",
        "    `year`: reservation of 2 x Standard_NC4as_T4_v3, eastus, 0.3093 USD/h each; covers `gpu`\n",
        "    `one-year`: savings plan, 0.7114 USD/h; covers `gpu`\n",
    ] {
        assert!(
            outcome.stdout.contains(part),
            "`{part}` in\n{}",
            outcome.stdout
        );
    }
}

#[test]
fn a_dry_run_lists_the_defaults_that_act_and_what_they_rest_on() {
    let desk = Desk::new();
    let stdout = desk.simulate("small.toml --dry-run").succeeds().stdout;
    let (_, defaults) = stdout
        .split_once("  defaults in force; set a key to replace its default:\n")
        .expect("the list");
    for line in [
        "    scenario\n      assumed: time_zone = \"UTC\", warmup = \"0s\", end = \"drain\", cloud = \"azure\" [1], start = 2024-01-01T00:00 [2]\n",
        "    `cluster.gpu` (variant `cluster`)\n      fact: min_nodes = 0 [3], max_nodes = 4 [3], idle_before_scale_down = \"120s\" [3], billing_preset = \"azure-2025-06\" [4], ",
        "    `instance.box` (variant `always-on`)\n      fact: schedule = always [",
        "billing_minimum = \"5m\" [6], ",
        "    [3] Python SDK azure-ai-ml 1.35.2, `AmlCompute`\n",
    ] {
        assert!(defaults.contains(line), "{line}\nis not in\n{defaults}");
    }
    assert!(!defaults.contains("boot = {") && !defaults.contains("replications"));
    // Without a boot, the assumption is said before all else, and in the list.
    desk.write_small("boot = \"4m\"\n", "");
    let silent = desk.simulate("small.toml --dry-run").succeeds();
    let boot = "boot = { log_normal = { median = \"4m30s\", p95 = \"11m\" } } [";
    assert!(silent.stdout.contains(boot), "{}", silent.stdout);
    let note = "note: small.toml: `gpu` has no `boot`: ";
    assert!(silent.stderr.contains(note), "{}", silent.stderr);
}

/// Users have no rate: no load of 0 is stated for them, and no load is added to that of others.
#[test]
fn a_dry_run_says_who_waits_for_ends() {
    let desk = Desk::new();
    let closed = "users = 40, think.exponential = { mean = \"2s\" }";
    let write = |closed: &str, limit: &str, more: &str| {
        let text = format!(
            "horizon = \"1h\"\n\
             cluster.pool = {{ price_per_hour = 1, max_nodes = 2, boot = \"0s\" }}\n\
             aks_service.scoring = {{ region = \"westeurope\", replica_vcpus = 1, replica_memory_gb = 2, max_replicas = 3{limit} }}\n\
             workload.people = {{ target = \"pool\", arrivals.closed = {{ users = 3, think = \"20m\" }}, duration = \"1h\" }}\n\
             requests.test = {{ target = \"scoring\", arrivals.closed = {{ {closed} }}, service_time = \"120ms\" }}\n{more}"
        );
        desk.write("users.toml", &text);
        desk.simulate("users.toml --dry-run").succeeds()
    };
    let dry = write(closed, "", "");
    for line in [
        "    `pool`: work of users who wait for its end; it has 2 nodes at most; ",
        "    workload `people`: 3 users, each of whom waits for the end of a run and thinks 20m on average before the next\n",
        "    `scoring`: requests of users who wait for their answers; it takes 3 at once at most; ",
        "    requests `test`: 40 users, each of whom waits for the end of a request and thinks 2s on average before the next\n",
    ] {
        assert!(dry.stdout.contains(line), "{line}\n{}", dry.stdout);
    }
    let beside = "requests.more = { target = \"scoring\", arrivals.poisson = { rate = \"5/s\" }, service_time = \"120ms\" }\n";
    let both = write(closed, "", beside).stdout;
    let load = "`scoring`: 5 requests a second, 0.6 at once on average; it takes 3 at once at most";
    assert!(both.contains(load), "{both}");
    // Users who do not think are held up by the time of their requests, unless these may be rejected at once.
    let restless = "users = 40, think = \"0s\"";
    assert!(!write(restless, "", "").stderr.contains("takes long"));
    let rejects = write(restless, ", queue_limit = 1", "");
    assert!(
        rejects.stderr.contains("which takes long"),
        "{}",
        rejects.stderr
    );
}

#[test]
fn a_dry_run_says_where_runs_of_several_targets_go() {
    let desk = Desk::new();
    desk.write(
        "routes.toml",
        "horizon = \"100h\"\n\
         cluster.first = { price_per_hour = 1, max_nodes = 2, boot = \"0s\" }\n\
         cluster.second = { price_per_hour = 1, max_nodes = 3, boot = \"0s\" }\n\
         workload.both = { targets = [\"first\", \"second\"], arrivals.poisson.rate = \"1.5/h\", duration = \"1h\" }\n\
         workload.gangs = { target = \"second\", nodes = 2, arrivals.poisson.rate = \"0.1/h\", duration = \"1h\" }\n\
         workload.once = { targets = [\"second\", \"first\"], arrivals.batch = { runs = 3, at = [\"1h\"] }, duration = \"1h\" }\n",
    );
    let text = desk.simulate("routes.toml --dry-run").succeeds().stdout;
    for line in [
        // Erlang's loss formula of two servers at a load of 1.5: 0.310.
        "workload `both`: to `first` while it has room (about 69 % of its runs), else to `second`, where runs queue (about 31 % \
         of its runs)",
        "workload `once`: to `second` while it has room, else to `first`, where runs queue",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
}

#[test]
fn a_dry_run_tells_of_a_folder_that_is_in_the_way() {
    let desk = Desk::new();
    let dry = |flags: &str| {
        desk.simulate(&format!("small.toml --dry-run --output scenarios {flags}"))
            .succeeds()
            .stderr
    };
    assert!(dry("").contains("warning: scenarios: the folder holds something other"));
    assert_eq!(dry("--force"), "");
}

#[test]
fn help_and_version() {
    let desk = Desk::new();
    let help = desk.simulate("--help").succeeds().stdout;
    assert!(help.starts_with("Examples:"), "{help}");
    for part in [
        "simulate scenarios/burst.toml\n",
        "--output",
        "--set",
        "--variant",
        "--replications",
        "--seed",
        "--threads",
        "--runs",
        "--dry-run",
        "--force",
        "--quiet",
        "SIMULATE_THREADS",
        "Exit codes: 0 done, 1 could not finish, 2 file or flags refused, 3 threshold crossed,",
        "4 shards missing, 130 interrupted.",
    ] {
        assert!(help.contains(part), "`{part}` in\n{help}");
    }
    assert!(
        help.lines().all(|line| line.chars().count() <= 120),
        "{help}"
    );
    let version = desk.simulate("--version").succeeds().stdout;
    assert_eq!(version, format!("simulate {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn without_arguments_the_help_comes() {
    let outcome = Desk::new().simulate("");
    assert_eq!(outcome.code, Some(2));
    assert_eq!(outcome.stdout, "");
    assert!(
        outcome.stderr.starts_with("Examples:"),
        "{}",
        outcome.stderr
    );
}

#[test]
fn several_files_go_to_folders_of_their_names() {
    let desk = Desk::new();
    desk.write("other.toml", crate::desk::SMALL);
    desk.simulate("small.toml other.toml").succeeds();
    assert_eq!(desk.names("output"), ["other", "small"]);
    desk.simulate("small.toml other.toml -o results").succeeds();
    assert_eq!(desk.names("results"), ["other", "small"]);
    assert_eq!(desk.names("results/other"), FILES);
    desk.simulate("small.toml -o results/alone").succeeds();
    assert_eq!(desk.names("results/alone"), FILES);
}

/// Checks that a flag and its variable do the same, and what that is.
fn both_ways(flag: &str, variable: (&str, &str), check: impl Fn(&Desk, &Outcome)) {
    let desk = Desk::new();
    let by_flag = desk.simulate(&format!("small.toml {flag}")).succeeds();
    check(&desk, &by_flag);
    let flagged = desk.results("output/small");
    desk.simulate("small.toml").succeeds();
    let by_variable = desk.simulate_in("small.toml", &[variable]).succeeds();
    check(&desk, &by_variable);
    assert!(flagged == desk.results("output/small"), "{flag}");
    assert_eq!(by_flag.stdout, by_variable.stdout);
}

#[test]
fn flags_and_their_variables() {
    both_ways(
        "--variant always-on",
        ("SIMULATE_VARIANT", "always-on"),
        |desk, outcome| {
            assert!(outcome.has_row("always-on") && !outcome.has_row("cluster"));
            assert!(desk.rows("output/small/comparison.csv").is_empty());
            assert!(
                outcome
                    .stderr
                    .contains("warning: small.toml: the baseline `cluster` is not among")
            );
        },
    );
    both_ways(
        "--set cluster.gpu.price_per_hour=0",
        ("SIMULATE_SET", "cluster.gpu.price_per_hour=0"),
        |desk, _| {
            assert_eq!(
                desk.rows("output/small/summary.csv")[0]["cost_usd"],
                "0.000000"
            );
        },
    );
    both_ways(
        "--set cluster.gpu.price_per_hour=0 --set instance.box.price_per_hour=0",
        (
            "SIMULATE_SET",
            " cluster.gpu.price_per_hour=0;instance.box.price_per_hour = 0; ",
        ),
        |desk, _| {
            let summary = desk.rows("output/small/summary.csv");
            let costs: Vec<&str> = summary.iter().map(|row| row["cost_usd"].as_str()).collect();
            assert_eq!(costs, ["0.000000", "0.000000"]);
        },
    );
    both_ways(
        "--variant always-on --variant cluster",
        ("SIMULATE_VARIANT", "always-on; cluster"),
        |desk, _| assert_eq!(desk.rows("output/small/summary.csv").len(), 2),
    );
    both_ways("--seed 9", ("SIMULATE_SEED", "9"), |desk, outcome| {
        assert!(outcome.stdout.contains("seed 9,"));
        assert!(
            desk.rows("output/small/replications.csv")
                .iter()
                .all(|row| row["seed"] == "9")
        );
    });
    both_ways("-r 5", ("SIMULATE_REPLICATIONS", "5"), |desk, _| {
        assert_eq!(desk.rows("output/small/replications.csv").len(), 10);
    });
    both_ways("-t 3", ("SIMULATE_THREADS", "3"), |desk, _| {
        assert_eq!(desk.manifest("output/small")["threads"], 3);
    });
    both_ways("--runs", ("SIMULATE_RUNS", "1"), |desk, _| {
        assert!(desk.path("output/small/runs.csv").exists());
    });
    both_ways("-q", ("SIMULATE_QUIET", "yes"), |_, outcome| {
        assert_eq!(outcome.stderr, "");
    });
}

#[test]
fn a_switch_in_the_environment_can_be_off_and_the_folder_comes_from_there() {
    let desk = Desk::new();
    let variables = [("SIMULATE_RUNS", "0"), ("SIMULATE_OUTPUT", "elsewhere")];
    desk.simulate_in("small.toml", &variables).succeeds();
    assert_eq!(desk.names("elsewhere"), FILES);
    assert!(!desk.path("output").exists());
}

#[test]
fn only_variables_hold_several_values() {
    let desk = Desk::new();
    let set = "cluster.gpu.max_nodes=1;cluster.gpu.min_nodes=1";
    desk.simulate(&format!("small.toml --set {set}"))
        .fails(2, &["--set", "max_nodes"]);
    desk.simulate_in("small.toml --dry-run", &[("SIMULATE_SET", set)])
        .succeeds();
    // The flag wins over the variable as a whole.
    let outcome = desk.simulate_in(
        "small.toml --variant cluster",
        &[("SIMULATE_VARIANT", "cluster; no-such")],
    );
    assert!(!outcome.succeeds().has_row("always-on"));
}

#[test]
fn several_variants_and_settings_add_up_and_the_last_word_counts() {
    let desk = Desk::new();
    desk.simulate(
        "scenarios/burst.toml -r 2 -q --variant always-on --variant scale-to-zero --set cluster.gpu.price_per_hour=1 \
         --set cluster.gpu.price_per_hour=0 --set cluster.gpu.fixed_charges.load_balancer=0USD/h",
    )
    .succeeds();
    let summary = desk.rows("output/burst/summary.csv");
    let variants: Vec<&str> = summary.iter().map(|row| row["variant"].as_str()).collect();
    assert_eq!(variants, ["scale-to-zero", "always-on"]);
    assert_eq!(summary[0]["cost_usd"], "0.000000");
}
