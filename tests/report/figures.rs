//! Figures that say no more than is known: quantiles, ratios, months, shares, whose bill, and the same work.

use autoscale_simulator::report::VariantResults;
use autoscale_simulator::report::pictures::PICTURES;
use autoscale_simulator::report::sentences::sentences;
use autoscale_simulator::report::terminal::terminal;
use autoscale_simulator::results::{Quantile, ReplicationResult, WaitQuantiles, Window};
use autoscale_simulator::study_results::Recurrence;
use autoscale_simulator::units::{SimDuration, SimTime, TICKS_PER_HOUR};

use crate::files::{expect, table};
use crate::made::{change, change_first, replication, runs, study, target, two_variants, variant};
use crate::made_targets::{aks, batch_pool, databricks, functions, mixed, requests, served};

/// A replication of 40 runs, the p95 wait of which lies within `hidden` of `micros`.
fn waiting(micros: u64, hidden: u64) -> ReplicationResult {
    let mut runs = runs(40, 1);
    let seen = Quantile {
        value: SimDuration(micros),
        hidden: SimDuration(hidden),
    };
    runs.wait_quantiles = Some(WaitQuantiles {
        p50: seen,
        p95: seen,
        p99: seen,
        max: SimDuration::from_secs(1),
    });
    // Another sum, so that no two of these are the same runs.
    runs.wait_sum += u128::from(micros);
    replication(vec![target(runs, 1_000, 0, 0)])
}

/// 200 and 203 ms as bins of 128 us show them: 3.072 ms apart, each off by up to 64 us.
fn three_milliseconds(replications: usize) -> [VariantResults; 2] {
    [("a", 200_000), ("b", 203_072)]
        .map(|(name, micros)| variant(name, "gpu", vec![waiting(micros, 64); replications]))
}

#[test]
fn a_difference_of_quantiles_is_as_wide_as_the_bins_hide() {
    let of_three = study(three_milliseconds(3).to_vec());
    // The truth, 3 ms, is in 3.1 +- 0.1 ms (in the unit of waits: 0.0031 s), and was not in 3.07 +- 0.
    assert!(
        sentences(&of_three)[0].contains("its p95 wait is 0.0031 s (± 0.0001) longer"),
        "{:?}",
        sentences(&of_three)
    );
    let of_one = study(three_milliseconds(1).to_vec());
    assert!(sentences(&of_one)[0].contains("its p95 wait is 0.0031 s longer"));
    // 3,072 us, and 64 + 64 hidden.
    expect(
        &table("comparison.csv", &of_three)[0],
        &[
            ("wait_p95_difference_s", "0.0031"),
            ("wait_p95_difference_s_ci95", "0.0002"),
            // 1.01536, of which (64 + 1.01536 x 64) / 200,000 = 0.00065 are hidden.
            ("wait_p95_ratio", "1.0154"),
            ("wait_p95_ratio_ci95", "0.0007"),
        ],
    );
}

#[test]
fn a_difference_within_what_bins_hide_is_not_clear() {
    let of = |micros| {
        vec![
            variant("a", "gpu", vec![waiting(200_000, 64)]),
            variant("b", "gpu", vec![waiting(micros, 64)]),
        ]
    };
    assert!(
        sentences(&study(of(200_100)))[0].contains("no clear difference in p95 wait (+0.0001 s)"),
        "{:?}",
        sentences(&study(of(200_100)))
    );
    // Two histograms that agree do not make the same runs.
    let mut alike = study(of(200_000));
    change_first(&mut alike.variants[1], |result| {
        result.all_runs.wait_sum += 1;
    });
    assert!(sentences(&alike)[0].contains("no clear difference in p95 wait"));
}

#[test]
fn identical_variants_differ_by_exactly_nothing() {
    let [mut one, _] = three_milliseconds(3);
    one.replications[1] = waiting(180_000, 64).into();
    let mut other = one.clone();
    "same".clone_into(&mut other.name);
    let study = study(vec![one, other]);
    expect(
        &table("comparison.csv", &study)[0],
        &[
            ("wait_p95_difference_s", "0.000000"),
            ("wait_p95_difference_s_ci95", "0.000000"),
            ("wait_p95_ratio", "1.000000"),
            ("wait_p95_ratio_ci95", "0.000000"),
            ("wait_mean_difference_s", "0.000000"),
            ("wait_mean_difference_s_ci95", "0.000000"),
            ("cost_ratio", "1.000000"),
            ("cost_ratio_ci95", "0.000000"),
        ],
    );
    assert!(sentences(&study)[0].contains("costs the same as a and its p95 wait is the same"));
}

#[test]
fn cells_of_quantiles_have_the_digits_that_are_known() {
    let rows = |replications: Vec<_>| study(vec![variant("a", "gpu", replications)]);
    let mut all = vec![waiting(120_058_600, 32_768), waiting(120_058_600, 32_768)];
    let summary = &table("summary.csv", &rows(all.clone()))[0];
    expect(
        summary,
        &[
            ("wait_p95_s", "120.06"),
            ("wait_p95_s_ci95", "0.04"),
            ("wait_max_s", "1.000000"),
        ],
    );
    all[1] = waiting(120_058_600, 0);
    let of_each = table("replications.csv", &rows(all));
    expect(&of_each[0], &[("wait_p95_s", "120.06")]);
    expect(&of_each[1], &[("wait_p95_s", "120.058600")]);
}

/// Replications of 24 USD each with so many runs.
fn daily(counts: &[u64]) -> VariantResults {
    let results = counts
        .iter()
        .map(|count| replication(vec![target(runs(*count, 60 * count), 24_000, 0, 0)]));
    variant("daily", "box", results.collect())
}

#[test]
fn usd_per_run_is_a_ratio_of_means() {
    // 72 USD for 6 runs. The mean of the ratios that there are would be (12 + 6) / 2 = 9.
    let rows = table("summary.csv", &study(vec![daily(&[0, 2, 4])]));
    expect(
        &rows[0],
        &[
            ("cost_per_run_usd", "12.000000"),
            ("cost_per_completed_run_usd", "12.000000"),
            // 2 runs of 2 min and 4 of 4 min.
            ("wait_mean_s", "200.000000"),
            ("completed_share", "1.000000"),
        ],
    );
    // Residuals 24 - 12 x 0, 0, 24 - 12 x 4: s = 24, t(2) = 4.302653, mean 2: 4.302653 x 24 / sqrt(3) / 2.
    let half_width: f64 = rows[0]["cost_per_run_usd_ci95"].parse().expect("a number");
    assert!((half_width - 4.302_653 * 12.0 / 3.0_f64.sqrt()).abs() < 1e-5);
    let of_each = table("replications.csv", &study(vec![daily(&[0, 2, 4])]));
    expect(&of_each[0], &[("cost_per_run_usd", "")]);
    expect(&of_each[1], &[("cost_per_run_usd", "12.000000")]);
}

#[test]
fn unequal_work_is_said_and_usd_per_run_is_over_the_same_runs() {
    // 244 runs; in one of the two, 5 are not finished.
    let of = |name, unfinished: u64, busy| {
        let mut done = runs(244, 60);
        done.completed -= unfinished;
        done.unfinished = unfinished;
        variant(
            name,
            "gpu",
            vec![replication(vec![target(done, busy, 0, 0)]); 2],
        )
    };
    let study = study(vec![of("big", 0, 122_000), of("small", 5, 61_000)]);
    let text = terminal(&study, 200);
    let row = |name: &str| {
        let found = text.lines().find(|line| line.starts_with(name));
        found
            .expect("a row")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
    };
    // 122 and 61 USD for 244 runs.
    assert!(
        row("big ").starts_with("big * 122 ± 0 ") && row("big ").contains(" 0.500 ± 0 "),
        "{text}"
    );
    assert!(
        row("small ").starts_with("small 61 ± 0 ") && row("small ").contains(" 0.250 ± 0 "),
        "{text}"
    );
    // 239 of 244 runs.
    assert!(
        row("small ").contains(" 98.0 ± 0 ") && row("big ").contains(" 100 ± 0 "),
        "{text}"
    );
    let said = &sentences(&study)[0];
    assert!(
        said.ends_with("and its work is not the same: 5 of 244 runs are not completed, of big 0"),
        "{said}"
    );
    expect(
        &table("comparison.csv", &study)[0],
        &[
            ("runs_completed_difference", "-5.000000"),
            ("cost_ratio", "0.500000"),
        ],
    );
    assert!(!sentences(&two_variants())[0].contains("work"));
}

#[test]
fn waits_of_what_takes_no_runs_are_not_spoken_of() {
    let said = &sentences(&study(vec![aks(), batch_pool()]))[0];
    assert!(
        said.starts_with("batch: costs ") && !said.contains("wait"),
        "{said}"
    );
}

/// A variant of 24 USD, measured for so many hours.
fn measured(hours: u64, recurrence: Recurrence) -> VariantResults {
    let mut variant = daily(&[4, 4]);
    variant.window = Window {
        warmup: SimTime(TICKS_PER_HOUR),
        horizon: SimTime((1 + hours) * TICKS_PER_HOUR),
    };
    variant.recurrence = recurrence;
    variant
}

#[test]
fn a_month_needs_a_week_and_work_that_comes_again() {
    use Recurrence::{Once, Steady, Weekly};
    // 24 USD in four weeks of 672 h are 24 x 730 / 672 a month, in a week of 168 h 24 x 730 / 168.
    for (hours, recurrence, month, said) in [
        (
            672,
            Steady,
            "26.071429",
            "Cost per month (730 h per month, extrapolated from 28d after the warm-up)",
        ),
        (168, Weekly, "104.285714", "Cost per month (730 h"),
        // A clock change makes a week an hour shorter or longer.
        (167, Weekly, "104.910180", "Cost per month (730 h"),
        (240, Steady, "73.000000", "Cost per month (730 h"),
        (
            240,
            Weekly,
            "",
            "No cost per month: the measured time, 10d, is not whole weeks, and hours or days differ",
        ),
        (
            167,
            Steady,
            "",
            "No cost per month: the measured time, 6d23h, is shorter than a week",
        ),
        (
            24,
            Steady,
            "",
            "No cost per month: the measured time, 1d, is shorter than a week",
        ),
        (
            1,
            Weekly,
            "",
            "No cost per month: the measured time, 1h, is shorter than a week",
        ),
        (
            672,
            Once,
            "",
            "No cost per month: the work is a fixed list that need not come again (a batch, a trace or a few arrivals), and the table has what it costs",
        ),
    ] {
        let study = study(vec![measured(hours, recurrence)]);
        let row = &table("summary.csv", &study)[0];
        expect(row, &[("cost_per_month_usd", month)]);
        assert_eq!(row["cost_per_month_usd_ci95"].is_empty(), month.is_empty());
        let text = terminal(&study, 200);
        assert!(text.contains(said), "{said}\n{text}");
        assert_eq!(text.contains("Cost per month"), !month.is_empty());
    }
    let mut two = study(vec![measured(168, Steady), measured(168, Once)]);
    "sweep".clone_into(&mut two.variants[1].name);
    let text = terminal(&two, 200);
    let daily = text.lines().find(|line| line.starts_with("daily *"));
    assert!(daily.expect("a line").contains(" 104 "), "{text}");
    assert!(
        text.contains("No cost per month of sweep: the work is a fixed list"),
        "{text}"
    );
}

#[test]
fn the_workspace_pays_its_own_bill() {
    // Databricks: 33.80 USD, of which background work has 3 h on nodes at 0.50 USD/h and a fee of 0.30 USD/h: 2.40 USD.
    let mut both = study(vec![databricks(), batch_pool()]);
    for row in &mut both.variants {
        row.window.horizon = row.window.warmup + SimDuration(672 * TICKS_PER_HOUR);
    }
    let rows = table("summary.csv", &both);
    // Within the horizon 32.20 USD and 27 more days of a disk, 1.00 each, without the 2.40 of others: 56.80 USD, x 730 / 672.
    expect(
        &rows[0],
        &[
            ("cost_usd", "60.800000"),
            ("cost_outside_workspace_usd", "52.000000"),
            ("cost_workspace_usd", "58.400000"),
            ("cost_per_run_usd", "1.460000"),
            ("cost_per_month_usd", "61.702381"),
        ],
    );
    expect(&rows[1], &[("cost_workspace_usd", "5.500000")]);
    // 5.50 / 58.40, not 5.50 / 60.80.
    expect(
        &table("comparison.csv", &both)[0],
        &[
            ("cost_difference_usd", "-52.900000"),
            ("cost_ratio", "0.094178"),
        ],
    );
    let text = terminal(&both, 160);
    for said in [
        "cost, all",
        "Costs and comparisons are of the workspace's own bill.",
        "Cost per month on the workspace's own bill (730 h",
        "costs 90.6 % less than databricks",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
    let draw = |name: &str| {
        let picture = PICTURES
            .iter()
            .find(|it| it.name == name)
            .expect("a picture");
        (picture.draw)(&both).expect("a chart").svg
    };
    assert!(draw("cost").contains("Cost by category (all bills)"));
    assert!(draw("cost").contains("cost (USD per month)"));
    assert!(draw("tradeoff").contains("Mean cost on the workspace's own bill against"));
    // Of a workspace's own targets there is one bill, and no word of it.
    let own = terminal(&two_variants(), 160);
    assert!(
        !own.contains("own bill") && !own.contains("others"),
        "{own}"
    );
}

#[test]
fn rows_of_runs_and_services_divide_each_by_its_own_money() {
    let rows = table("summary.csv", &study(vec![mixed()]));
    // 36 USD for 40 runs and 14.40 USD for 990 thousand requests.
    expect(
        &rows[2],
        &[
            ("cost_usd", "50.400000"),
            ("cost_per_run_usd", "0.900000"),
            ("cost_per_1000_requests_usd", "0.014545"),
        ],
    );
    // Items of batch inference are no requests: of both together there is no price of a thousand.
    let mut scored = mixed();
    change(&mut scored, |replication| {
        replication.targets[0].items_done = 9_000;
    });
    let rows = table("summary.csv", &study(vec![scored]));
    expect(&rows[0], &[("cost_per_1000_requests_usd", "4.000000")]);
    expect(&rows[1], &[("cost_per_1000_requests_usd", "0.014545")]);
    expect(&rows[2], &[("cost_per_1000_requests_usd", "")]);
}

#[test]
fn the_price_of_waiting_is_of_the_money_of_runs() {
    // Runs wait 1 h less for 1 USD more, while the service costs 1 USD more for reasons of its own.
    let of = |name: &str, wait, busy, boot| {
        let mut variant = mixed();
        name.clone_into(&mut variant.name);
        change(&mut variant, |replication| {
            replication.targets[0] = target(runs(4, wait), busy, 0, 0);
            replication.all_runs = runs(4, wait);
            replication.targets[1].within.boot = crate::made_targets::hours(boot);
        });
        variant
    };
    let study = study(vec![
        of("slow", 1_800, 1_000, 0.0),
        of("quick", 900, 2_000, 5.0),
    ]);
    expect(
        &table("comparison.csv", &study)[0],
        &[
            ("cost_difference_usd", "2.000000"),
            ("usd_per_wait_hour_saved", "1.000000"),
        ],
    );
}

#[test]
fn without_an_slo_nothing_is_within_it() {
    let mut plain = served();
    for variant in &mut plain.variants {
        change(variant, |replication| {
            let service = replication.targets[0].service.as_mut().expect("a service");
            service.requests.has_slo = false;
            service.requests.within_slo = service.requests.served;
        });
    }
    assert!(!terminal(&plain, 160).contains("SLO"));
    assert!(terminal(&served(), 160).contains("SLO"));
    expect(
        &table("summary.csv", &plain)[0],
        &[("within_slo_share", "")],
    );
    expect(
        &table("comparison.csv", &plain)[0],
        &[("within_slo_share_difference", "")],
    );
    let draw = PICTURES
        .iter()
        .find(|it| it.name == "outcomes")
        .expect("a picture")
        .draw;
    let chart = draw(&plain).expect("a chart").svg;
    assert!(!chart.contains("SLO") && chart.contains("% served"));
    // Of two services, one without an SLO, the share is that of the other.
    let mut both = aks();
    let more = functions();
    both.targets.push("other".to_owned());
    both.products.extend(more.products.clone());
    both.kinds.extend(&more.kinds);
    both.prices.extend(more.prices.clone());
    let mut others = more.statistics();
    change(&mut both, |one| {
        let mut other = others.next().expect("as many").into_owned();
        let service = other.targets[0].service.as_mut().expect("a service");
        service.requests = requests(1_000_000, 0, 250);
        service.requests.has_slo = false;
        service.requests.within_slo = service.requests.served;
        one.targets.append(&mut other.targets);
    });
    // 891 of 1,000 thousand.
    expect(
        &table("summary.csv", &study(vec![both]))[2],
        &[("within_slo_share", "0.891000")],
    );
}

#[test]
fn nearly_all_is_not_100_percent_and_nearly_nothing_not_0() {
    let mut study = study(vec![functions()]);
    change(&mut study.variants[0], |replication| {
        let service = replication.targets[0].service.as_mut().expect("a service");
        service.requests.within_slo = 999_900;
        service.requests.rejected = 40;
    });
    let text = terminal(&study, 200);
    assert!(text.contains("99.99") && text.contains("0.00400"), "{text}");
    assert!(!text.contains("100 "), "{text}");
}
