//! What a function app on the consumption plan costs, worked out by hand from the rules of the vendor's price page.

use autoscale_simulator::calendar::UtcPeriod;
use autoscale_simulator::pricing;
use autoscale_simulator::study::{self, Keep, Unwatched};
use autoscale_simulator::study_results::VariantResults;
use autoscale_simulator::units::Usd;

use super::{loaded, refused, serving};

/// What came of requests that come each `interval` of `horizon` and take `time`.
fn came(app: &str, (horizon, interval, time): (&str, &str, &str)) -> VariantResults {
    let text = format!(
        "horizon = \"{horizon}\"\n[functions.t]\nprice_per_gb_second = 0.000016\n\
         price_per_million_executions = 0.2\n{app}\n[requests.w]\ntarget = \"t\"\n\
         arrivals.deterministic.interval = \"{interval}\"\nservice_time = \"{time}\"\n"
    );
    let keep = Keep {
        periods: Some(UtcPeriod::Day),
        ..Keep::default()
    };
    let results = study::run(&[loaded(&text)], keep, Some(1), &Unwatched);
    results.expect("a study").remove(0).variants.remove(0)
}

fn cost(variant: &VariantResults) -> Usd {
    let result = &variant.replications[0].statistics().targets[0];
    let cost = variant.prices[0].cost(result, variant.window).whole();
    // The bill by day adds up to it, to the last unit.
    let days = variant.periods.iter();
    let days = days.flat_map(|day| pricing::lines(&day.held, &variant.prices, (&[], &[])));
    assert_eq!(days.map(|line| line.amount).sum::<Usd>(), cost.total());
    cost.total()
}

fn executions(variant: &VariantResults) -> u64 {
    let result = variant.replications[0].statistics();
    let service = result.targets[0].service.as_deref();
    service.expect("a service").within.executions
}

#[track_caller]
fn costs(app: &str, requests: (&str, &str, &str), count: u64, usd: f64) {
    let variant = came(app, requests);
    assert_eq!(executions(&variant), count);
    let cost = cost(&variant).dollars();
    // What is free is whole microseconds, of 1.5 GB each.
    assert!((cost - usd).abs() < 2.5e-11, "{cost} is not {usd} USD");
}

/// 359 executions cost 359 x 0.2 / 1,000,000 USD beside their GB-seconds.
const EXECUTIONS: f64 = 359.0 * 0.2e-6;
const PRICE: f64 = 0.000_016;

#[test]
fn time_is_rounded_up_to_a_millisecond_and_is_100_ms_at_least() {
    let hour = |time| ("1h", "10s", time);
    let app = "memory_gb = 0.5";
    for (time, billed_s) in [
        ("30ms", 0.1),
        ("100ms", 0.1),
        ("100001us", 0.101),
        ("1500ms", 1.5),
    ] {
        let usd = EXECUTIONS + 359.0 * billed_s * 0.5 * PRICE;
        costs(app, hour(time), 359, usd);
    }
}

#[test]
fn memory_is_rounded_up_to_128_mb() {
    for (memory, billed_gb) in [("0.125", 0.125), ("0.2", 0.25), ("0.7", 0.75), ("1.5", 1.5)] {
        let usd = EXECUTIONS + 359.0 * billed_gb * PRICE;
        costs(
            &format!("memory_gb = {memory}"),
            ("1h", "10s", "1s"),
            359,
            usd,
        );
    }
}

/// 7.3 h are a hundredth of a month: 4,000 GB-seconds and 10,000 executions are free. 20,000 executions of 1 s and 1.5 GB are
/// 30,000 GB-seconds, of which 26,000 are paid.
#[test]
fn the_free_grant_counts_pro_rata() {
    let requests = ("7h18m", "1313940us", "1s");
    let paid = |gb_s: f64, executions: f64| gb_s * PRICE + executions * 0.2e-6;
    let free = "memory_gb = 1.5\nfree_grant = true";
    costs(free, requests, 20_000, paid(26_000.0, 10_000.0));
    costs(
        "memory_gb = 1.5",
        requests,
        20_000,
        paid(30_000.0, 20_000.0),
    );
    // In less memory it lasts longer: 20,000 x 0.25 GB-seconds, of which 1,000 are paid.
    let small = "memory_gb = 0.25\nfree_grant = true";
    costs(small, requests, 20_000, paid(1_000.0, 10_000.0));
    // Less than is free costs nothing.
    costs(free, ("1h", "10s", "1s"), 359, 0.0);
    // Ten days, by day: 240 h are 240/730 of a month, 131,506.85 GB-seconds and 328,767 executions.
    let days = came(free, ("10d", "7s", "2s"));
    let all = executions(&days) as f64;
    let expected = paid(3.0 * all - 400_000.0 * 240.0 / 730.0, 0.0);
    assert!((cost(&days).dollars() - expected).abs() < 1e-9);
}

#[test]
fn the_free_grant_is_of_one_app_of_a_variant() {
    let app = |name: &str| {
        format!(
            "[functions.{name}]\nprice_per_gb_second = 0.000016\nprice_per_million_executions = 0.2\nfree_grant = true\n\
             [requests.of-{name}]\ntarget = \"{name}\"\narrivals.poisson = {{ rate = \"1/s\" }}\nservice_time = \"50ms\"\n"
        )
    };
    let both = format!("horizon = \"2h\"\n{}{}", app("a"), app("b"));
    refused(
        &both,
        "functions.b.free_grant",
        "`a` has the free grant already, and a subscription has it once a month",
    );
    // Each is alone in its variant, or has no grant.
    let apart = "[variant.first]\nfunctions.b.free_grant = false\n[variant.second]\nfunctions.a.free_grant = false\n";
    loaded(&format!("{both}{apart}"));
}

#[test]
fn the_free_grant_belongs_to_the_consumption_plan() {
    let text = serving("functions", "free_grant = 1", "");
    refused(&text, "functions.t.free_grant", "found the number 1");
    let premium = "horizon = \"2h\"\n[functions.t]\nplan = \"premium\"\nprice_per_vcpu_hour = 0.1\nprice_per_gb_hour = 0.01\n\
                   free_grant = true\n[requests.w]\ntarget = \"t\"\narrivals.poisson = { rate = \"1/s\" }\nservice_time = \"50ms\"\n";
    refused(premium, "functions.t.free_grant", "consumption plan");
}
