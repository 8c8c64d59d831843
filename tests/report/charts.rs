//! What charts say of limits and of dominated variants, from scenarios and from hand-made results.

use std::path::Path;

use autoscale_simulator::report::StudyResults;
use autoscale_simulator::report::pictures::PICTURES;
use autoscale_simulator::report::sentences::sentences;
use autoscale_simulator::scenario::{Options, load};
use autoscale_simulator::study::{Keep, Unwatched, run};
use autoscale_simulator::study_results::{Bound, Most};

use crate::made::{replication, runs, study, target, variant};

/// A variant of a shipped scenario, or all, over a short time.
fn simulated(file: &str, variant: Option<&str>, times: &[&str]) -> StudyResults {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    let options = Options {
        set: times.iter().map(|&time| time.to_owned()).collect(),
        variants: variant.map(str::to_owned).into_iter().collect(),
        replications: Some(1),
        ..Options::default()
    };
    let scenario = load(&path, &options).unwrap_or_else(|error| panic!("{error}"));
    let keep = Keep {
        timelines: true,
        ..Keep::default()
    };
    let results = run(&[scenario], keep, Some(1), &Unwatched);
    results.expect("nobody stops it").remove(0)
}

fn chart(study: &StudyResults, name: &str) -> String {
    let picture = PICTURES.iter().find(|picture| picture.name == name);
    let chart = (picture.expect("a picture").draw)(study);
    chart.expect("something to show").svg
}

#[test]
fn replicas_are_limited_by_what_their_nodes_hold() {
    let file = "scenarios/where-to-serve.toml";
    let study = simulated(file, Some("aks-dev-test"), &["horizon=1d", "warmup=0s"]);
    let most = &study.variants[0].limits.nodes;
    let held = |count| Most {
        count,
        by: Bound::ServingNodes,
    };
    // Of 10 replicas that the autoscaler may want, one node of 4 vCPUs holds 2.
    assert_eq!(most.last(), Some(&held(2)));
    assert!(chart(&study, "replicas").contains("at most 2 replicas (its nodes hold no more)"));
}

#[test]
fn nodes_are_limited_by_a_quota_beside_its_instances() {
    let most = |vcpus: u32| {
        let name = format!("vcpus={vcpus}");
        let study = simulated("scenarios/quota.toml", Some(&name), &["horizon=2d"]);
        let chart = chart(&study, "nodes");
        (study.variants[0].limits.nodes.clone(), chart)
    };
    // The notebook holds 4 of 20 vCPUs: 16 are 4 nodes.
    let (of_small, chart) = most(20);
    let by_quota = Most {
        count: 4,
        by: Bound::Quota("t4".to_owned()),
    };
    assert_eq!(of_small[..2], [by_quota.clone(), by_quota]);
    assert!(chart.contains("at most 4 nodes (quota t4)"));
    let (of_large, chart) = most(68);
    let own = Most {
        count: 8,
        by: Bound::MaxNodes,
    };
    assert_eq!(of_large[..2], [own.clone(), own]);
    assert!(chart.contains("at most 8 nodes (max_nodes)"));
}

#[test]
fn targets_together_have_the_limit_of_the_quota_that_all_of_them_share() {
    let study = simulated("scenarios/quota.toml", None, &["horizon=2d"]);
    let nodes = chart(&study, "nodes");
    assert!(nodes.contains("vcpus=36: all 3 targets together"));
    // A node of each target takes 4 vCPUs.
    for (vcpus, most) in [(20, 5), (28, 7), (36, 9), (52, 13)] {
        let said = format!("at most {most} nodes (quota t4)");
        assert_eq!(nodes.matches(&said).count(), 1, "{vcpus}");
    }
    // Two clusters of 8 nodes and an instance need 68: the quota limits none of them.
    assert_eq!(nodes.matches("at most 17 nodes").count(), 1);
    // Nodes that take 4 and 8 vCPUs: no number of nodes is the limit.
    let larger = [
        "horizon=2d",
        "cluster.experiments.vm_size=Standard_NC8as_T4_v3",
    ];
    let study = simulated("scenarios/quota.toml", None, &larger);
    assert!(chart(&study, "nodes").contains("limited by quota t4"));
}

/// The day or part of a chart, as its legend dates it.
fn peak_day(chart: &str) -> &str {
    let (_, after) = chart
        .split_once("peak day of the baseline (")
        .expect("a peak day");
    after.split_once(')').expect("it ends").0
}

#[test]
fn nodes_and_quotas_of_a_study_show_one_peak_day() {
    let study = simulated("scenarios/quota.toml", None, &[]);
    let [nodes, quota] = ["nodes", "quota"].map(|name| chart(&study, name));
    assert_eq!(peak_day(&nodes), peak_day(&quota));
}

#[test]
fn columns_of_means_are_said_to_be_means_in_nodes_and_quotas() {
    let study = simulated("scenarios/quota.toml", None, &["horizon=7d"]);
    let [nodes, quota] = ["nodes", "quota"].map(|name| chart(&study, name));
    for (chart, things) in [(nodes, "nodes"), (quota, "vCPUs")] {
        let said = format!("{things} are means over ");
        assert!(chart.contains(&said), "{things}");
    }
}

/// Busy seconds and wait of each replication of a cluster.
fn clusters(variants: &[(&str, [(u64, u64); 3])]) -> StudyResults {
    let variants = variants.iter().map(|(name, replications)| {
        let one = |(busy, wait)| replication(vec![target(runs(40, wait), busy, 9_000, 1_000)]);
        variant(name, "gpu", replications.map(one).to_vec())
    });
    study(variants.collect())
}

#[test]
fn the_chart_and_the_sentences_tell_one_story() {
    let base = [(30_000, 300), (40_000, 360), (50_000, 420)];
    // The intervals of the means are far wider than the differences, which are the same in every replication.
    let slower = slower_of(base);
    let study = clusters(&[("base", base), ("slower", slower)]);
    assert!(
        sentences(&study)[0].contains("longer"),
        "{:?}",
        sentences(&study)
    );
    let shown = chart(&study, "tradeoff");
    assert!(shown.contains("slower (dominated): "), "{shown}");
    // A lower mean of cost that is not clear makes no choice of what is clearly slower.
    let noise = [(29_000, 305), (40_500, 365), (50_200, 425)];
    let study = clusters(&[("base", base), ("slower", noise)]);
    assert!(sentences(&study)[0].contains("no clear difference in cost"));
    assert!(chart(&study, "tradeoff").contains("slower (dominated): "));
    // Better in one and clearly worse in the other: a choice.
    let choice = base.map(|(busy, wait)| (busy + 500, wait - 5));
    let shown = chart(&clusters(&[("base", base), ("choice", choice)]), "tradeoff");
    assert!(!shown.contains("(dominated)"), "{shown}");
    // Worse in both means, and no difference is clear.
    let unclear = [(36_000, 300), (40_000, 420), (45_000, 375)];
    let study = clusters(&[("base", base), ("unclear", unclear)]);
    assert!(sentences(&study)[0].contains("no clear difference in cost"));
    assert!(sentences(&study)[0].contains("no clear difference in p95 wait"));
    assert!(!chart(&study, "tradeoff").contains("(dominated)"));
    // One definition, whether a variant is dominated or none is.
    let rule = "clearly better in at least one and clearly worse in none";
    for study in [
        study,
        clusters(&[("base", base), ("slower", slower_of(base))]),
    ] {
        assert_eq!(chart(&study, "tradeoff").matches(rule).count(), 1);
    }
}

/// What costs more and waits longer in every replication.
fn slower_of(base: [(u64, u64); 3]) -> [(u64, u64); 3] {
    base.map(|(busy, wait)| (busy + 500, wait + 5))
}

#[test]
fn differences_of_waits_are_in_the_unit_of_their_column() {
    // Waits of hours; the difference is 90 s.
    let hours = [(30_000, 9_000), (40_000, 9_600), (50_000, 9_900)];
    let longer = hours.map(|(busy, wait)| (busy, wait + 90));
    let study = clusters(&[("base", hours), ("longer", longer)]);
    let said = &sentences(&study)[0];
    assert!(
        said.contains("its p95 wait is 0.0250 h (± 0) longer"),
        "{said}"
    );
}
