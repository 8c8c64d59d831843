//! Which variant the answer names, and in which words, from results worked by hand.

use autoscale_simulator::goal::{Figure, Goal, Limit, Scope, Side};
use autoscale_simulator::report::answer::{Answer, Choice, Outcome, Verdict};
use autoscale_simulator::report::{StudyResults, VariantResults};
use autoscale_simulator::results::RunStatistics;

use crate::made::{replication, runs, study, target, variant};
use crate::made_targets::served;
use crate::text::growing_and_not;

/// A node-second costs 0.001 USD; 40 runs wait so many seconds each.
fn made(name: &str, replications: [(u64, u64); 3]) -> VariantResults {
    let of = |(busy, wait)| replication(vec![target(runs(40, wait), busy, 0, 0)]);
    variant(name, "gpu", replications.map(of).to_vec())
}

/// The same in each replication.
fn steady(name: &str, busy: u64, wait: u64) -> VariantResults {
    made(name, [(busy, wait); 3])
}

fn at_most(figure: Figure, value: f64, written: &str) -> Limit {
    Limit {
        figure,
        scope: Scope::All,
        side: Side::AtMost,
        value,
        written: written.to_owned(),
    }
}

/// With a limit of 10 minutes on the p95 wait.
fn ten_minutes(variants: Vec<VariantResults>) -> StudyResults {
    StudyResults {
        goal: Some(Goal {
            limits: vec![at_most(Figure::WaitP95, 600.0, "10m")],
            minimize: Figure::Cost,
        }),
        ..study(variants)
    }
}

/// Three variants of 10, 30 and 20 USD, of which the last is the cheapest that waits less than 10 minutes.
pub(crate) fn with_goal() -> StudyResults {
    ten_minutes(vec![
        steady("slow", 10_000, 900),
        steady("quick", 30_000, 60),
        steady("fair", 20_000, 300),
    ])
}

fn told(study: &StudyResults) -> String {
    Answer::of(study).sentences().join(" ")
}

#[test]
fn the_cheapest_that_meets_the_goal_is_chosen() {
    // The quick one saves 40 runs 240 s each, 2.667 h, for 10 USD.
    let three = with_goal();
    assert_eq!(
        told(&three),
        "`fair` meets the goal (wait_p95 <= 10m) at the smallest cost, 20 USD (± 0): 10 USD (± 0) more than `slow`, and its p95 \
         wait is 10 min (± 0) shorter. The next shorter p95 wait is that of `quick`, 60 s (± 0): 3.75 USD per hour of waiting \
         saved (± 0)."
    );
}

#[test]
fn where_the_goal_is_on_the_turnaround_hours_of_that_are_priced() {
    // Both wait 60 s for their first start, and are completed after 1,200 s and 900 s: 40 runs save 300 s each, 3.333 h, for 10 USD.
    let of = |name, busy, turnaround: u128| {
        let runs = RunStatistics {
            turnaround_sum: 40 * turnaround * 1_000_000,
            ..runs(40, 60)
        };
        variant(
            name,
            "gpu",
            vec![replication(vec![target(runs, busy, 0, 0)]); 3],
        )
    };
    let study = StudyResults {
        goal: Some(Goal {
            limits: vec![at_most(Figure::TurnaroundMean, 3_600.0, "1h")],
            minimize: Figure::Cost,
        }),
        ..study(vec![of("low", 20_000, 1_200), of("dedicated", 30_000, 900)])
    };
    let said = told(&study);
    assert!(
        said.ends_with(
            "The next shorter mean turnaround is that of `dedicated`, 15 min (± 0): 3 USD per hour of turnaround saved (± 0)."
        ),
        "{said}"
    );
}

#[test]
fn what_is_tied_and_what_is_open_is_named() {
    let study = ten_minutes(vec![
        made("one", [(20_000, 300), (20_100, 300), (19_900, 300)]),
        made("twin", [(19_900, 300), (20_200, 300), (20_000, 300)]),
        made("open", [(10_000, 590), (10_000, 595), (10_000, 600)]),
        made("dear", [(90_000, 590), (90_000, 595), (90_000, 600)]),
    ]);
    // Mean 595 s, s = 5 s, t(2) = 4.3027: half-width 12.42 s; 3 (12.42 / 5)^2 = 18.5.
    assert_eq!(
        told(&study),
        "`one` meets the goal (wait_p95 <= 10m) at the smallest cost, 20.0 USD (± 0.2); it is the baseline. No clear difference \
         in cost to `twin`; undecided and not clearly dearer: `open` (about 19 replications would decide)."
    );
}

#[test]
fn where_none_meets_the_goal_the_closest_is_named_with_what_binds() {
    let mut missed = ten_minutes(vec![
        steady("far", 10_000, 1_200),
        steady("near", 10_000, 660),
    ]);
    let limits = &mut missed.goal.as_mut().unwrap().limits;
    limits.push(at_most(Figure::Cost, 9.9, "9.9 USD"));
    assert_eq!(
        told(&missed),
        "No variant meets the goal (wait_p95 <= 10m, cost <= 9.9 USD in 1d). `near` comes closest: its p95 wait is 11 min (± 0), and \
         wait_p95 <= 10m binds."
    );
    let open = ten_minutes(vec![
        steady("far", 10_000, 1_200),
        made("open", [(10_000, 590), (10_000, 595), (10_000, 600)]),
    ]);
    assert_eq!(
        told(&open),
        "No variant surely meets the goal (wait_p95 <= 10m). `open` comes closest and is undecided: its p95 wait is 10 min (± \
         0.2), and wait_p95 <= 10m binds; about 19 replications would decide."
            .replace("10 min (± 0.2)", "9.9 min (± 0.2)")
    );
}

#[test]
fn one_variant_meets_the_goal_or_not() {
    let of = |wait| told(&ten_minutes(vec![steady("base", 10_000, wait)]));
    assert_eq!(
        of(600),
        "`base` meets the goal (wait_p95 <= 10m): p95 wait 10 min (± 0)."
    );
    assert_eq!(
        of(660),
        "`base` does not meet the goal (wait_p95 <= 10m): p95 wait 11 min (± 0)."
    );
    let single = replication(vec![target(runs(40, 60), 1_000, 0, 0)]);
    let single = ten_minutes(vec![variant("base", "gpu", vec![single])]);
    assert_eq!(
        told(&single),
        "Whether `base` meets the goal (wait_p95 <= 10m) is undecided: p95 wait 60 s; one replication has no interval."
    );
    assert_eq!(told(&study(vec![steady("base", 10_000, 60)])), "");
}

#[test]
fn a_queue_that_grows_fails_a_limit_on_waits_and_is_no_point_of_the_front() {
    let both = growing_and_not();
    assert_eq!(
        told(&both),
        "`less` is the only variant that does all the work that comes. Left out: `much`, since its queue grows."
    );
    let with_goal = StudyResults {
        goal: ten_minutes(Vec::new()).goal,
        ..both
    };
    let answer = Answer::of(&with_goal);
    let Choice::Goal {
        standings, outcome, ..
    } = &answer.choice
    else {
        panic!("there is a goal")
    };
    assert_eq!(standings[0].verdict(), Verdict::Fails);
    assert!(standings[0].judged[0].grows);
    assert!(matches!(outcome, Outcome::Chosen(chosen) if chosen.position == 1));
}

#[test]
fn without_a_goal_the_front_and_its_knee_are_named() {
    // Scaled costs 0, 0.1, 1; scaled logarithms of 1,000, 10 and 1 s: 1, 1/3, 0. `dominated` is worse than `knee` in both.
    let four = study(vec![
        steady("slow", 10_000, 1_000),
        steady("dominated", 13_000, 100),
        steady("knee", 12_000, 10),
        steady("quick", 30_000, 1),
    ]);
    assert_eq!(
        told(&four),
        "Pareto-optimal in cost and p95 wait, from the cheapest: `slow`, `knee` and `quick`. The knee is `knee`: 12 USD (± 0), \
         p95 wait 10 s (± 0)."
    );
    let text = Answer::of(&four).text(40);
    assert!(
        text.lines().all(|line| line.chars().count() <= 40),
        "{text}"
    );
}

#[test]
fn where_all_wait_alike_the_cheapest_is_the_answer() {
    // The same waits in each replication; costs go up and down together, so that differences are exact.
    let of = |name, least: u64| {
        made(
            name,
            [(least, 290), (least + 1_000, 300), (least + 2_000, 310)],
        )
    };
    let mut three = study(vec![
        of("pay-as-you-go", 29_000),
        of("reserve-1", 19_000),
        of("reserve-2", 24_000),
    ]);
    // Mean 20 USD, s = 1 USD: t(2) s / sqrt(3) = 2.48 USD.
    let alike = "The waits of all variants are the same, so that they differ in cost alone.";
    assert_eq!(
        told(&three),
        format!(
            "Take `reserve-1`: it costs 20 USD (± 2), 10 USD (± 0) less than `pay-as-you-go`. {alike}"
        )
    );
    assert_eq!(Answer::of(&three).taken(), Some(1));
    // The baseline itself is compared with the next; twins are named.
    three.baseline = 1;
    three.variants.push(of("twin", 19_000));
    three
        .variants
        .push(made("about", [(20_500, 290), (19_000, 300), (22_000, 310)]));
    assert_eq!(
        told(&three),
        format!(
            "Take `reserve-1`: it costs 20 USD (± 2), 5 USD (± 0) less than `reserve-2`, the next that clearly costs more. The same \
             cost: `twin`. No clear difference in cost to `about`. {alike}"
        )
    );
    // One wait of one variant differs.
    three.variants.truncate(3);
    three.variants[2] = made("reserve-2", [(24_000, 290), (25_000, 300), (26_000, 311)]);
    assert!(told(&three).starts_with("`reserve-1` is the only Pareto-optimal variant"));
    assert_eq!(Answer::of(&three).taken(), None);
}

#[test]
fn services_have_latencies() {
    let with_goal = StudyResults {
        goal: Some(Goal {
            limits: vec![at_most(Figure::LatencyP95, 10.0, "10s")],
            minimize: Figure::CostPerThousandRequests,
        }),
        ..served()
    };
    let told = told(&with_goal);
    let begins =
        "`container` meets the goal (latency_p95 <= 10s) at the smallest cost per 1,000 requests, ";
    assert!(told.starts_with(begins), "{told}");
    assert!(
        told.contains("The next shorter p95 latency is that of `functions`"),
        "{told}"
    );
}
