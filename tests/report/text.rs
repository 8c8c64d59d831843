//! What people read: the table, the sentences below it, the warnings.

use autoscale_simulator::report::sentences::sentences;
use autoscale_simulator::report::terminal::terminal;
use autoscale_simulator::report::warnings::warnings;
use autoscale_simulator::report::wrapping::columns;
use autoscale_simulator::report::{
    ReportFile, StudyResults, VariantResults, comparison_csv, replications_csv, summary_csv,
};
use autoscale_simulator::results::ReplicationResult;
use autoscale_simulator::stats::Trend;
use autoscale_simulator::study_results::Coming;

use crate::made::{
    change, change_first, hindered, replication, runs, seconds, study, target, two_variants,
    variant,
};
use crate::made_targets::{mixed, served};

/// A variant with a target that takes runs and one that serves.
fn mixed_targets() -> StudyResults {
    study(vec![mixed()])
}

/// One replication for each (node-seconds, wait in seconds) of a variant.
fn made(name: &str, figures: &[(u64, u64)]) -> VariantResults {
    let replications = figures
        .iter()
        .map(|&(busy, wait)| replication(vec![target(runs(40, wait), busy, 0, 0)]));
    variant(name, "gpu", replications.collect())
}

fn sentence(baseline: &[(u64, u64)], other: &[(u64, u64)]) -> String {
    let study = study(vec![made("always-on", baseline), made("cluster", other)]);
    let sentences = sentences(&study);
    assert_eq!(sentences.len(), 1);
    sentences.into_iter().next().expect("one sentence")
}

#[test]
fn less_and_longer() {
    assert_eq!(
        sentences(&two_variants()),
        [
            "cluster: costs 42 % (± 3) less than always-on and its p95 wait is 6.0 min (± 0.4) longer"
        ]
    );
}

#[test]
fn more_and_shorter() {
    assert_eq!(
        sentence(
            &[(10_000, 400), (10_200, 410), (9_800, 420)],
            &[(15_000, 100), (15_400, 110), (14_600, 121)]
        ),
        "cluster: costs 50 % (± 2) more than always-on and its p95 wait is 4.99 min (± 0.04) shorter"
    );
}

#[test]
fn several_times_as_much_and_the_same_wait() {
    assert_eq!(
        sentence(
            &[(10_000, 30), (10_000, 30), (10_000, 30)],
            &[(50_000, 30), (51_000, 30), (52_000, 30)]
        ),
        "cluster: costs 5.1 times (± 0.2) as much as always-on and its p95 wait is the same, 30 s (± 0)"
    );
}

#[test]
fn no_clear_difference() {
    assert_eq!(
        sentence(
            &[(10_000, 300), (11_000, 310), (9_000, 290)],
            &[(11_000, 310), (9_000, 290), (10_000, 309)]
        ),
        "cluster: no clear difference in cost from always-on (+0 % ± 66; from 83 % on it would show) and no clear difference in p95 wait (+0 min ± 1; from 1.5 min on it would show)"
    );
}

#[test]
fn what_has_no_verb_follows_what_has_one() {
    assert_eq!(
        sentence(
            &[(10_000, 300), (11_000, 310), (9_000, 290)],
            &[(5_000, 310), (5_500, 290), (4_500, 309)]
        ),
        "cluster: costs 50 % (± 0) less than always-on, with no clear difference in p95 wait (+0 min ± 1; from 1.5 min on it would show)"
    );
}

#[test]
fn a_difference_that_nobody_feels_is_told_in_short() {
    // Of ten differences, one is a second and one a second less than nothing: their interval is 0 s ± 0.34.
    let always_on = [(10_000, 300); 10];
    let mut cluster = [(5_000, 300); 10];
    (cluster[3].1, cluster[7].1) = (301, 299);
    assert_eq!(
        sentence(&always_on, &cluster),
        "cluster: costs 50 % (± 0) less than always-on, with no clear difference in p95 wait (less than 1 s)"
    );
}

#[test]
fn one_replication_has_no_interval_and_says_so() {
    assert_eq!(
        sentence(&[(10_000, 0)], &[(5_000, 90)]),
        "cluster: costs 50 % less than always-on and its p95 wait is 90 s longer (one replication: no interval)"
    );
}

#[test]
fn nothing_costs_nothing_and_nobody_waits() {
    let zero = [(0, 0), (0, 0)];
    assert_eq!(
        sentence(&zero, &zero),
        "cluster: costs the same as always-on and its p95 wait is the same, 0 s (± 0)"
    );
    assert_eq!(
        sentence(&zero, &[(1000, 60), (1000, 60)]),
        "cluster: costs 1 USD (± 0) more than always-on, which costs nothing, and its p95 wait is 60 s (± 0) longer"
    );
    assert_eq!(
        sentence(&[(1000, 60), (1000, 60)], &zero),
        "cluster: costs nothing, 1 USD (± 0) less than always-on, and its p95 wait is 60 s (± 0) shorter"
    );
}

#[test]
fn waits_that_nobody_had_are_not_compared() {
    let mut idle = made("idle", &[(1000, 0)]);
    change_first(&mut idle, |result| result.all_runs = runs(0, 0));
    assert_eq!(
        sentences(&study(vec![made("always-on", &[(1000, 0)]), idle])),
        [
            "idle: costs the same as always-on and its waits cannot be compared, since no run started in one of the two \
             (one replication: no interval)"
        ]
    );
}

#[test]
fn the_whole_text() {
    let expected = include_str!("golden/terminal.txt");
    assert_eq!(terminal(&two_variants(), 80), expected);
}

#[test]
fn the_whole_text_where_quotas_bind_and_nodes_are_lost() {
    let expected = include_str!("golden/terminal-hindered.txt");
    assert_eq!(terminal(&hindered(), 80), expected);
}

#[test]
fn only_quotas_that_bind_and_nodes_that_are_lost_get_a_second_table() {
    let title = "Waiting time in the queue by cause";
    assert!(!terminal(&two_variants(), 120).contains(title));
    let mut quota = hindered();
    change(&mut quota.variants[1], |result| {
        let target = &mut result.targets[0];
        target.nodes_evicted = 0;
        (target.within.lost, target.drain.lost) = (seconds(0), seconds(0));
        (target.runs.hit, target.runs.losses) = (0, 0);
    });
    let text = terminal(&quota, 120);
    assert!(text.contains(&format!("{title}:\n")), "{text}");
    assert!(text.contains("quota") && !text.contains("lost"), "{text}");
    let mut losses = hindered();
    change(&mut losses.variants[1], |result| {
        result.targets[0].runs.queue_quota_sum = 0;
    });
    let text = terminal(&losses, 120);
    assert!(text.contains(&format!(
        "{title}, and what evictions and checkpoints take:\n"
    )));
    assert!(
        text.contains("interrupted") && !text.contains("quota"),
        "{text}"
    );
}

#[test]
fn every_line_fits_the_terminal() {
    for width in [40, 60, 80, 100, 120, 200] {
        for study in [two_variants(), hindered(), served(), mixed_targets()] {
            for line in terminal(&study, width).lines() {
                assert!(columns(line) <= width, "{width}: {line}");
            }
        }
    }
}

#[test]
fn wider_terminals_have_more_columns() {
    let study = two_variants();
    let count = |width: usize| {
        let text = terminal(&study, width);
        let mut lines = text.lines().skip_while(|line| !line.starts_with("variant"));
        let units = lines.nth(1).expect("the units");
        units.split_whitespace().count()
    };
    // In 40 columns the cost and a wait, in 200 two costs, four waits, two shares, the cost of a run, and node-hours, peaks and
    // runs, which have no unit.
    assert_eq!(count(40), 2);
    assert!(count(80) > count(60) && count(60) > count(40));
    assert_eq!(count(200), 8);
    assert!(terminal(&study, 200).contains("1.25 ± 0.06"));
}

#[test]
fn wide_letters_take_two_columns_and_long_names_several_lines() {
    let mut study = two_variants();
    "축소하지않는클러스터한대와여유노드".clone_into(&mut study.variants[0].name);
    study.variants[1].name = "a-name-that-is-longer-than-any-table-in-forty-columns".repeat(2);
    for width in [40, 80] {
        let text = terminal(&study, width);
        for line in text.lines() {
            assert!(columns(line) <= width, "{width}: {line}");
        }
        assert!(text.contains("축소하"), "{text}");
    }
}

#[test]
fn all_waits_are_in_the_unit_that_suits_the_typical_one() {
    let waits = |short, long| {
        let text = terminal(
            &study(vec![
                made("a", &[(1000, short)]),
                made("b", &[(1000, long)]),
            ]),
            170,
        );
        let header: Vec<&str> = text
            .lines()
            .skip_while(|line| !line.starts_with("variant"))
            .nth(1)
            .expect("the units")
            .split_whitespace()
            .collect();
        let cells: Vec<String> = text
            .lines()
            .filter(|line| line.starts_with("a ") || line.starts_with("b "))
            .map(|line| {
                line.replace(" *", "")
                    .split_whitespace()
                    .nth(2)
                    .expect("a mean wait")
                    .to_owned()
            })
            .collect();
        (header[1].to_owned(), cells.join(" "))
    };
    // Geometric means 1,200 s, 20 s, 12,000 s; zeros do not count.
    assert_eq!(
        waits(100, 14_400),
        ("min".to_owned(), "1.67 240".to_owned())
    );
    assert_eq!(waits(1, 400), ("s".to_owned(), "1 400".to_owned()));
    assert_eq!(
        waits(1440, 100_000),
        ("h".to_owned(), "0.400 27.8".to_owned())
    );
    assert_eq!(waits(0, 600), ("min".to_owned(), "0 10".to_owned()));
    assert_eq!(waits(0, 0), ("s".to_owned(), "0 0".to_owned()));
}

#[test]
fn runs_that_did_not_start_are_shown_where_there_are_some() {
    let mut study = two_variants();
    assert!(!terminal(&study, 120).contains("not"));
    change_first(&mut study.variants[1], |result| {
        result.targets[0].runs.started -= 3;
    });
    assert!(terminal(&study, 120).contains("started"));
}

#[test]
fn nothing_to_compare_with_and_nothing_drained() {
    let text = terminal(&study(vec![made("only", &[(1000, 5)])]), 120);
    assert!(!text.contains("only:"), "{text}");
    assert!(!text.contains("drained"), "{text}");
    assert!(
        text.contains("seed 7, warm-up 1h, horizon 1d1h; 1 replication, so no intervals"),
        "{text}"
    );
    assert!(terminal(&StudyResults::default(), 120).contains("no variant"));
}

/// A replication whose queue grows by so many runs, with a variance of 100 (deviation 10).
fn with_growth(growth: f64) -> ReplicationResult {
    let mut result = replication(vec![target(runs(40, 60), 1000, 0, 0)]);
    let trend = Some(Trend {
        growth,
        variance: 100.0,
    });
    result.targets[0].runs.backlog = trend;
    result.all_runs.backlog = trend;
    result
}

/// A variant whose queue grows, beside one whose queue does not.
pub(crate) fn growing_and_not() -> StudyResults {
    // Growth is told above 1.6 deviations: 16 runs.
    let grows = [20.0, 17.0, 12.0].map(with_growth).to_vec();
    let settles = [20.0, 16.0, 8.0].map(with_growth).to_vec();
    study(vec![
        variant("much", "gpu", grows),
        variant("less", "gpu", settles),
    ])
}

#[test]
fn long_waits_of_a_queue_that_may_grow_are_not_told_without_a_word() {
    let waiting = |seconds: u128| {
        let mut result = with_growth(0.0);
        result.targets[0].runs.wait_sum =
            seconds * 1_000_000 * u128::from(result.targets[0].runs.started);
        result
    };
    let of = |seconds| warnings(&study(vec![variant("v", "gpu", vec![waiting(seconds)])]));
    // The measured time is a day: a tenth of it is 8,640 s.
    assert_eq!(of(8_640), [""; 0]);
    assert_eq!(
        of(9_504),
        [
            "variant `v`, target `gpu`: its mean wait is 11 % of the measured time, and too few runs tell whether its queue keeps \
             growing: simulate a longer horizon or more replications before you rely on its waits"
        ]
    );
}

#[test]
fn queues_that_grow_are_warned_of_and_their_waits_told_nowhere() {
    let both = growing_and_not();
    assert_eq!(
        warnings(&both),
        [
            "variant `much`, target `gpu`: its queue grows: more and more runs wait from the start to the horizon. Waits depend on \
             the horizon, so none is reported as a mean."
        ]
    );
    let text = terminal(&both, 160);
    let row = |name: &str| {
        let mut lines = text.lines();
        lines.find(|line| line.starts_with(name)).expect("a row")
    };
    assert_eq!(row("much").matches(" grows").count(), 4, "{text}");
    assert!(!row("less").contains("grows"), "{text}");
    assert_eq!(
        sentences(&both),
        [
            "less: costs the same as much and its waits cannot be compared, since the queue of much grows"
        ]
    );
    let one = study(vec![variant("much", "gpu", vec![with_growth(17.0)])]);
    assert_eq!(warnings(&one).len(), 1);
    let one = study(vec![variant("less", "gpu", vec![with_growth(15.0)])]);
    assert_eq!(warnings(&one), [""; 0]);
}

#[test]
fn an_interval_wider_than_its_figure_is_warned_of_with_the_replications_it_takes() {
    let steady = made("always-on", &[(10_000, 60), (10_100, 60), (9_900, 60)]);
    let wide = made("cluster", &[(10_000, 0), (10_100, 0), (9_900, 900)]);
    // Mean 300 s, s = 519.6 s, standard error 300 s, m3 / s^3 = 0.385: c = 0.0741, u = t(2) + c / 2 = 4.340, so the half-width is
    // 300 (u + c u^2 + 2 c^2 u^3) = 1,990 s, 33 min; 3 (1,990 / 30)^2 = 13,200.
    let told = "intervals are wider than their figures, which say little: mean wait 5 min (± 33) in `cluster` and p95 \
                wait 5 min (± 33) in `cluster`; about 14,000 replications would bring them within ± 10 % (`--replications 14000`)";
    assert_eq!(warnings(&study(vec![steady, wide])), [told]);
    // Waits below a second are as good as none.
    let of = |micros: u128| {
        let mut runs = runs(40, 0);
        runs.wait_sum = 40 * micros;
        replication(vec![target(runs, 10_000, 0, 0)])
    };
    let told_of = |longest| {
        let short = variant("cluster", "gpu", [0, 0, longest].map(of).to_vec());
        warnings(&study(vec![short])).len()
    };
    assert_eq!([told_of(20_000), told_of(2_000_000)], [0, 1]);
}

#[test]
fn what_holds_for_several_targets_is_one_warning() {
    let names = |count: usize| (0..count).map(|at| format!("i{at}"));
    let found = |count: usize| {
        let grows = [20.0, 17.0, 12.0].map(|growth| {
            let one = with_growth(growth).targets.remove(0);
            replication(vec![one; count])
        });
        let mut all = variant("base", "i0", grows.to_vec());
        all.targets = names(count).collect();
        all.products = vec![all.products[0].clone(); count];
        all.prices = vec![all.prices[0].clone(); count];
        warnings(&study(vec![all]))
    };
    let text = "its queue grows: more and more runs wait from the start to the horizon. Waits depend on the horizon, so none is \
                reported as a mean.";
    for (count, of) in [
        (1, "target `i0`"),
        (2, "targets `i0` and `i1`, each"),
        (3, "targets `i0`, `i1` and `i2`, each"),
        (4, "targets `i0`, `i1`, `i2` and `i3`, each"),
        (12, "targets `i0`, `i1`, `i2` and 9 others, each"),
    ] {
        assert_eq!(found(count), [format!("variant `base`, {of}: {text}")]);
    }
}

#[test]
fn files_have_no_mean_of_waits_that_grow() {
    let both = growing_and_not();
    let cells = |file: &ReportFile, row: usize| {
        let bytes = file.bytes(&both);
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let header = reader.headers().expect("a header").clone();
        let record = reader.records().nth(row).expect("a row").expect("text");

        move |name: &str| {
            let place = header.iter().position(|known| known == name);
            record[place.unwrap_or_else(|| panic!("a column {name}"))].to_owned()
        }
    };
    let (much, less) = (cells(&summary_csv::FILE, 0), cells(&summary_csv::FILE, 1));
    for name in [
        "wait_mean_s",
        "wait_p95_s",
        "wait_max_s",
        "turnaround_mean_s",
    ] {
        assert_eq!(much(name), "", "{name}");
        assert_ne!(less(name), "", "{name}");
    }
    assert_eq!(
        (much("queue_grows"), less("queue_grows")),
        ("1".to_owned(), "0".to_owned())
    );
    assert_eq!(much("runs_started"), "40.000000");
    let compared = cells(&comparison_csv::FILE, 0);
    assert_eq!(compared("wait_mean_difference_s"), "");
    // What one replication did, it did.
    assert_eq!(
        cells(&replications_csv::FILE, 0)("wait_mean_s"),
        "60.000000"
    );
}

#[test]
fn too_much_of_what_goes_on_is_marked_by_its_load_alone() {
    let mut both = growing_and_not();
    both.variants[1].coming = vec![Coming::TooMuch];
    assert_eq!(
        warnings(&both)[1],
        "variant `less`, target `gpu`: its queue grows, since the work that keeps arriving exceeds its capacity. Waits depend on the \
         horizon, so none is reported as a mean."
    );
    assert_eq!(terminal(&both, 160).matches(" grows").count(), 8);
}

#[test]
fn work_that_ends_by_itself_has_waits_that_hold_for_it() {
    let mut log = growing_and_not();
    log.variants[0].coming = vec![Coming::Ends];
    assert_eq!(
        warnings(&log),
        [
            "variant `much`, target `gpu`: its queue grows: more and more runs wait from the start to the horizon. Waits hold for \
             work of this length alone."
        ]
    );
    assert!(!terminal(&log, 160).contains(" grows"));
}

#[test]
fn who_is_starved_by_what_is_named() {
    // Of 2,000 billed seconds, 1,000 were kept for a gang: 1 USD. The rival waits for the same quota all the time.
    let mut starved = with_growth(20.0);
    starved.targets[0].within.idle_gang_assembly = seconds(1000);
    let mut rival = with_growth(0.0);
    for result in [&mut starved, &mut rival] {
        let runs = &mut result.targets[0].runs;
        runs.queue_quota_sum = runs.queue_sum;
    }
    let together = replication(vec![starved.targets[0].clone(), rival.targets[0].clone()]);
    let mut both = variant("both", "training", vec![together]);
    both.targets.push("experiments".to_owned());
    both.prices.push(both.prices[0].clone());
    both.rivals = vec![vec![1], vec![0]];
    assert_eq!(
        warnings(&study(vec![both.clone()])),
        [
            "variant `both`, target `training`: its queue grows: more and more runs wait from the start to the horizon. Waits depend \
             on the horizon, so none is reported as a mean. Idle nodes, kept for a run at the head that needs more of them at the same \
             time, are 50 % of its billed node time and cost 1 USD. The quota withholds the nodes that it lacks: `experiments` shares \
             it, and keeps nodes as long as it has runs for them.",
            "variant `both`, target `experiments`: its queue waits for a quota that it shares with `training`, whose queue grows. \
             Waits depend on the horizon, so none is reported as a mean. The quota withholds the nodes that it lacks: `training` shares \
             it, and keeps nodes as long as it has runs for them.",
        ]
    );
    // One that hardly ever waits for the quota has waits of its own.
    change_first(&mut both, |result| {
        result.targets[1].runs.queue_quota_sum /= 10;
    });
    assert_eq!(warnings(&study(vec![both])).len(), 1);
}

#[test]
fn runs_that_never_started_are_warned_of() {
    let mut cut = made("a", &[(1000, 5), (1000, 5)]);
    change(&mut cut, |result| {
        let runs = &mut result.targets[0].runs;
        runs.started -= 6;
        runs.completed -= 7;
        runs.unfinished = 5;
        runs.failed = 2;
    });
    assert_eq!(
        warnings(&study(vec![cut.clone()])),
        [
            "variant `a`, target `gpu`: 4 ± 0 of 40 ± 0 runs never started, since nothing would start their target any more: \
             they are left out of the waits; see `schedule`, `idle_shutdown` and `start_on_submission`"
        ]
    );
    // Those that a lost node ended had started, and leave as many others that never did.
    let mut lost = cut.clone();
    change(&mut lost, |result| {
        let runs = &mut result.targets[0].runs;
        runs.failed += 3;
        runs.failed_by_interruption = 3;
        runs.completed -= 3;
    });
    assert_eq!(
        warnings(&study(vec![lost])),
        warnings(&study(vec![cut.clone()]))
    );
    cut.cut = true;
    let mut none = cut.clone();
    assert_eq!(
        warnings(&study(vec![cut])),
        [
            "variant `a`, target `gpu`: 4 ± 0 of 40 ± 0 runs had not started when everything stopped at the horizon: \
             waits are biased low"
        ]
    );
    change(&mut none, |result| {
        let runs = &mut result.targets[0].runs;
        (runs.started, runs.completed) = (0, 0);
        (runs.unfinished, runs.failed) = (runs.submitted, 0);
    });
    assert!(
        warnings(&study(vec![none]))[0]
            .ends_with("stopped at the horizon: there are no waits to report")
    );
}
