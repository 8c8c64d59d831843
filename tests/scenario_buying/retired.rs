//! What is bought after its retirement is refused, in the year before there is a remark, and earlier nothing is said.
//! The day of the purchase also decides how leases are billed unless the scenario says it.

use autoscale_simulator::error::Problem;
use autoscale_simulator::scenario::Scenario;
use autoscale_simulator::units::SimDuration;
use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::{as_written, said};

/// Something that is retired.
struct Case {
    /// The section and the lines of the target `t`.
    target: (&'static str, &'static str),
    /// The key at which it is refused.
    key: &'static str,
    /// What is named.
    what: &'static str,
    retires_on: &'static str,
    /// What the vendor names in its place.
    successor: &'static str,
}

const fn case(
    target: (&'static str, &'static str),
    (key, what): (&'static str, &'static str),
    retires_on: &'static str,
    successor: &'static str,
) -> Case {
    Case {
        target,
        key,
        what,
        retires_on,
        successor,
    }
}

const NONE: &str = "the vendor names no successor";

const CASES: [Case; 12] = [
    case(
        ("cluster", "vm_size = \"Standard_NC6s_v3\"\napproved = true"),
        ("vm_size", "`Standard_NC6s_v3`"),
        "2025-09-30",
        "Standard_NC24ads_A100_v4",
    ),
    case(
        ("instance", "vm_size = \"Standard_NC6\""),
        ("vm_size", "`Standard_NC6`"),
        "2023-08-31",
        "another GPU size",
    ),
    case(
        ("cluster", "vm_size = \"Standard_ND6s\"\napproved = true"),
        ("vm_size", "`Standard_ND6s`"),
        "2023-08-31",
        "another GPU size",
    ),
    case(
        ("cluster", "vm_size = \"Standard_H16r\""),
        ("vm_size", "`Standard_H16r`"),
        "2022-08-31",
        "HC, HBv2, HBv3",
    ),
    case(
        ("cluster", "vm_size = \"Standard_HB60rs\"\napproved = true"),
        ("vm_size", "`Standard_HB60rs`"),
        "2024-08-31",
        "HBv2, HBv3",
    ),
    case(
        (
            "cluster",
            "vm_size = \"Standard_HB120rs_v2\"\napproved = true",
        ),
        ("vm_size", "`Standard_HB120rs_v2`"),
        "2027-05-31",
        "HBv5, HBv4, HX, HBv3",
    ),
    case(
        (
            "instance",
            "vm_size = \"Standard_NV12s_v3\"\napproved = true",
        ),
        ("vm_size", "`Standard_NV12s_v3`"),
        "2026-09-30",
        "NVadsA10_v5",
    ),
    case(
        ("remote_vm", "vm_size = \"Standard_DS3_v2\""),
        ("vm_size", "`Standard_DS3_v2`"),
        "2028-05-01",
        NONE,
    ),
    // The same size retires earlier from Azure Machine Learning than as a virtual machine.
    case(
        ("remote_vm", "vm_size = \"Standard_NC6\""),
        ("vm_size", "`Standard_NC6`"),
        "2023-09-06",
        "another GPU size",
    ),
    case(
        (
            "cluster",
            "vm_size = \"Standard_D3_v2\"\nregion = \"westeurope\"\ntier = \"low_priority\"\neviction.rate = \"0.1/h\"",
        ),
        ("tier", "low priority on Azure Machine Learning"),
        "2026-03-31",
        NONE,
    ),
    case(
        (
            "batch_pool",
            "vm_size = \"Standard_D3_v2\"\nregion = \"westeurope\"\nlow_priority_nodes = 2\neviction.rate = \"0.1/h\"",
        ),
        ("low_priority_nodes", "low priority on Azure Batch"),
        "2025-09-30",
        "Azure Spot virtual machines",
    ),
    case(
        (
            "data_lake_analytics",
            "max_units = 4\nprice_per_unit_hour = 2",
        ),
        ("max_units", "Azure Data Lake Analytics"),
        "2024-02-29",
        NONE,
    ),
];

/// A scenario with more lines at its top.
fn text(top: &str, (section, lines): (&str, &str)) -> String {
    format!(
        "horizon = \"2d\"\nregion = \"eastus\"\n{top}\n[{section}.t]\n{lines}\n\
         [workload.w]\ntarget = \"t\"\narrivals.poisson = {{ rate = \"1/h\" }}\nduration = \"10m\"\n"
    )
}

fn tried(top: &str, case: &Case) -> Result<Scenario, Vec<Problem>> {
    as_written(&text(top, case.target), &[], &[])
}

/// The warnings of a scenario that is accepted.
fn warnings(top: &str, case: &Case) -> Vec<String> {
    match tried(top, case) {
        Ok(scenario) => scenario.warnings,
        Err(problems) => panic!("{top} {:?}: {problems:#?}", case.target),
    }
}

/// The only problem of a scenario that is refused.
#[track_caller]
fn problem(found: Result<Scenario, Vec<Problem>>) -> String {
    let problems = found.err().unwrap_or_default();
    let said: Vec<String> = problems.iter().map(said).collect();
    let [problem] = &said[..] else {
        panic!("{} problems: {said:#?}", said.len());
    };
    problem.clone()
}

fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

fn start(day: Date) -> String {
    format!("start = {day}T00:00:00")
}

#[test]
fn a_year_before_its_retirement_nothing_is_said() {
    for case in &CASES {
        let year_before = date(case.retires_on).saturating_sub(1.year());
        let before = year_before.yesterday().expect("a day");
        for day in [date("2021-03-01"), before] {
            assert_eq!(warnings(&start(day), case), [""; 0], "{day}");
        }
    }
}

#[test]
fn in_the_year_before_its_retirement_there_is_a_remark() {
    for case in &CASES {
        let day = date(case.retires_on);
        for bought in [
            day.saturating_sub(1.year()),
            day.yesterday().expect("a day"),
        ] {
            let warnings = warnings(&start(bought), case);
            let [warning] = &warnings[..] else {
                panic!("{bought} {:?}: {warnings:#?}", case.target);
            };
            let expected = format!("`t`: {} retires on {day} (", case.what);
            assert!(warning.starts_with(&expected), "{warning}");
            assert!(warning.contains(case.successor), "{warning}");
        }
    }
}

#[test]
fn from_its_retirement_on_it_is_refused_with_its_successor() {
    for case in &CASES {
        let day = date(case.retires_on);
        for bought in [day, day.saturating_add(1.month())] {
            let problem = problem(tried(&start(bought), case));
            let section = case.target.0;
            let key = format!(" {section}.t.{}: ", case.key);
            let message = format!(
                "{} was retired on {day}, and it would be bought on {bought} (",
                case.what
            );
            for part in [
                key.as_str(),
                message.as_str(),
                case.successor,
                "to study the past, set `start` before that day or write `allow_retired = true`",
            ] {
                assert!(problem.contains(part), "`{part}` in {problem}");
            }
        }
    }
}

/// What is told of something that is allowed although it was retired.
fn allowed(what: &str, retires_on: &str, bought: &str) -> (String, &'static str) {
    let start = format!("{what} was retired on {retires_on}, and it would be bought on {bought} (");
    (start, "): `allow_retired = true` allows it")
}

#[test]
fn what_is_allowed_is_told() {
    for case in &CASES {
        let top = format!("{}\nallow_retired = true", start(date("2031-01-01")));
        let told = warnings(&top, case);
        let (start, end) = allowed(case.what, case.retires_on, "2031-01-01");
        let is_told = |warning: &String| warning.starts_with(&start) && warning.ends_with(end);
        assert_eq!(
            told.iter().filter(|warning| is_told(warning)).count(),
            1,
            "{told:#?}"
        );
        // By then other things of it are retired as well.
        let others = told.iter().filter(|warning| !warning.ends_with(end));
        assert_eq!(others.count(), 0, "{told:#?}");
    }
}

#[test]
fn what_is_allowed_is_told_once_for_a_size() {
    let both = "horizon = \"2d\"\nregion = \"eastus\"\nallow_retired = true\n\
        [cluster.a]\nvm_size = \"Standard_NC6s_v3\"\napproved = true\n\
        [cluster.b]\nvm_size = \"Standard_NC6s_v3\"\napproved = true\n\
        [workload.w]\ntargets = [\"a\", \"b\"]\narrivals.poisson = { rate = \"1/h\" }\nduration = \"10m\"\n\
        [variant.other.cluster.a]\nmax_nodes = 2\n";
    let told = as_written(both, &[], &[]).expect("it is allowed").warnings;
    let [warning] = &told[..] else {
        panic!("{told:#?}");
    };
    let (start, end) = allowed("`Standard_NC6s_v3`", "2025-09-30", "2026-08-22");
    assert!(
        warning.starts_with(&start) && warning.ends_with(end),
        "{warning}"
    );
}

#[test]
fn a_retirement_is_told_before_a_price_that_is_missing_for_it() {
    let target = |size: &str, tier: &str| {
        text(
            "",
            (
                "cluster",
                &format!(
                    "vm_size = \"{size}\"\napproved = true\n{tier}\neviction.rate = \"0.1/h\""
                ),
            ),
        )
    };
    let low = "tier = \"low_priority\"";
    for (text, what) in [
        (
            target("Standard_D3_v2", low),
            "cluster.t.tier: low priority on Azure Machine Learning was retired on 2026-03-31",
        ),
        (
            target("Standard_NC6s_v3", "tier = \"spot\"").replace("eastus", "brazilsoutheast"),
            "cluster.t.vm_size: `Standard_NC6s_v3` was retired on 2025-09-30",
        ),
    ] {
        let problem = problem(as_written(&text, &[], &[]));
        assert!(problem.contains(what), "{problem}");
    }
}

#[test]
fn advice_is_told_as_advice_and_a_size_with_how_to_see_it() {
    for (case, part) in [
        (
            &CASES[0],
            "the vendor names as successor: Standard_NC24ads_A100_v4 (`simulate catalog Standard_NC24ads_A100_v4` shows it)",
        ),
        (
            &CASES[1],
            "choose another GPU size: `simulate catalog --category GPU` lists them",
        ),
    ] {
        let problem = problem(tried(&start(date("2030-01-01")), case));
        assert!(problem.contains(part), "{problem}");
    }
}

#[test]
fn without_a_start_the_date_of_the_price_book_decides() {
    let newest = date("2026-08-22");
    for case in &CASES {
        let day = date(case.retires_on);
        if day <= newest {
            let problem = problem(tried("", case));
            let bought = format!("was retired on {day}, and it would be bought on {newest} (");
            assert!(problem.contains(&bought), "{problem}");
        } else {
            let is_told = newest >= day.saturating_sub(1.year());
            assert_eq!(
                warnings("", case).len(),
                usize::from(is_told),
                "{:?}",
                case.target
            );
        }
    }
}

#[test]
fn a_custom_price_book_in_the_place_of_the_own_has_its_date() {
    let row = |as_of: &str| {
        format!(
            "size,region,pay_as_you_go_per_hour,source,as_of\nStandard_NC6s_v3,eastus,2.5,our contract,{as_of}\n"
        )
    };
    let top = "price_book = \"book.csv\"\nprice_book_mode = \"replace\"";
    let text = text(top, CASES[0].target);
    let with = |as_of: &str| as_written(&text, &[("book.csv", &row(as_of))], &[]);
    assert_eq!(with("2021-01-01").expect("it is sold").warnings, [""; 0]);
    let soon = with("2025-01-01").expect("it is sold").warnings;
    assert!(soon[0].contains("retires on 2025-09-30"), "{soon:?}");
    let late = problem(with("2026-01-01"));
    assert!(late.contains("bought on 2026-01-01"), "{late}");
}

#[test]
fn the_dates_of_a_trace_are_no_dates_of_a_purchase() {
    let trace = "submitted,duration\n2019-03-04 08:00:00,600\n2019-03-04 09:00:00,600\n";
    let text = text("", CASES[0].target).replace(
        "arrivals.poisson = { rate = \"1/h\" }\nduration = \"10m\"\n",
        "arrivals.trace = { file = \"log.csv\", submitted = \"submitted\", duration = \"duration\" }\n",
    );
    let problem = problem(as_written(&text, &[("log.csv", trace)], &[]));
    assert!(problem.contains("bought on 2026-08-22"), "{problem}");
}

#[test]
fn leases_are_billed_by_the_rules_of_the_start() {
    let target = ("cluster", "vm_size = \"Standard_D3_v2\"");
    let minimum = |top: &str, more: &str| {
        let text = text(top, (target.0, &format!("{}\n{more}", target.1)));
        let scenario = as_written(&text, &[], &[]).expect("a good scenario");
        scenario.variants[0].settings.targets[0].billing.minimum
    };
    let seconds = SimDuration::from_secs;
    assert_eq!(minimum("start = 2021-03-01T00:00:00", ""), seconds(0));
    assert_eq!(minimum("start = 2025-05-31T23:00:00", ""), seconds(0));
    assert_eq!(minimum("start = 2025-06-01T00:00:00", ""), seconds(300));
    assert_eq!(minimum("", ""), seconds(300));
    let preset = "billing_preset = \"azure-2021\"";
    assert_eq!(minimum("", preset), seconds(0));
    let preset = "billing_preset = \"azure-2025-06\"";
    assert_eq!(minimum("start = 2021-03-01T00:00:00", preset), seconds(300));
}

#[test]
fn a_reservation_that_is_no_longer_sold_is_refused() {
    let text = |start: &str, size: &str, more: &str| {
        format!(
            "start = {start}T00:00:00\nhorizon = \"1d\"\nregion = \"eastus\"\n{more}\
             [cluster.c]\nvm_size = \"Standard_D2_v3\"\n\
             [workload.w]\ntarget = \"c\"\narrivals.poisson.rate = \"1/h\"\nduration = \"1m\"\n\
             [reservation.r]\nvm_size = \"{size}\"\nnodes = 1\nprice_per_hour = 1\n"
        )
    };
    for (size, last, first, what) in [
        (
            "Standard_HC44rs",
            "2026-04-01",
            "2026-04-02",
            "the reservation of `Standard_HC44rs`",
        ),
        (
            "Standard_NC6s_v3",
            "2025-09-29",
            "2025-09-30",
            "`Standard_NC6s_v3`",
        ),
    ] {
        assert!(
            as_written(&text(last, size, ""), &[], &[]).is_ok(),
            "{size}"
        );
        let refused = as_written(&text(first, size, ""), &[], &[]).unwrap_err();
        let message = said(&refused[0]);
        let told = format!("reservation.r.vm_size: {what} was retired on {first}");
        assert!(message.contains(&told), "{message}");
        let allowed = text(first, size, "allow_retired = true\n");
        let warnings = as_written(&allowed, &[], &[]).expect(size).warnings;
        let told = format!("{what} was retired on {first}");
        let is_told = warnings.iter().any(|warning| warning.starts_with(&told));
        assert!(is_told, "{warnings:?}");
    }
}
