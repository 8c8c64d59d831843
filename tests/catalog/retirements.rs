//! Retirements: quiet long before, told in the year before, refused from the day on.

use autoscale_simulator::catalog::{
    Catalog, Cloud, Rule, Scope, Severity, retirement_of, retirement_of_size,
};
use jiff::civil::Date;

use super::{is_well_said, size};

/// Size, use, day of retirement by the vendor's documents, and what their text names as successor.
const SIZES: [(&str, Scope, &str, &str); 12] = [
    (
        "Standard_NC6s_v3",
        Scope::VirtualMachine,
        "2025-09-30",
        "Standard_NC24ads_A100_v4",
    ),
    (
        "Standard_NC12s_v3",
        Scope::Managed,
        "2025-09-30",
        "Standard_NC48ads_A100_v4",
    ),
    (
        "Standard_NC24s_v3",
        Scope::Batch,
        "2025-09-30",
        "Standard_NC96ads_A100_v4",
    ),
    (
        "Standard_NC6",
        Scope::VirtualMachine,
        "2023-09-06",
        "another GPU size",
    ),
    (
        "Standard_NC6",
        Scope::Managed,
        "2023-08-31",
        "another GPU size",
    ),
    (
        "Standard_ND6s",
        Scope::Managed,
        "2023-08-31",
        "another GPU size",
    ),
    (
        "Standard_H16r",
        Scope::VirtualMachine,
        "2022-08-31",
        "HC, HBv2, HBv3",
    ),
    (
        "Standard_HB60rs",
        Scope::VirtualMachine,
        "2024-08-31",
        "HBv2, HBv3",
    ),
    (
        "Standard_HB120rs_v2",
        Scope::VirtualMachine,
        "2027-05-31",
        "HBv5, HBv4, HX, HBv3",
    ),
    (
        "Standard_NV12s_v3",
        Scope::VirtualMachine,
        "2026-09-30",
        "NVadsA10_v5",
    ),
    (
        "Standard_DS3_v2",
        Scope::VirtualMachine,
        "2028-05-01",
        "no successor",
    ),
    (
        "Standard_F4s_v2",
        Scope::VirtualMachine,
        "2028-11-15",
        "no successor",
    ),
];

fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

#[test]
fn sizes_are_quiet_then_told_then_refused() {
    let catalog = Catalog::builtin();
    for (name, scope, retires_on, successor) in SIZES {
        let day = date(retires_on);
        let check = |bought| catalog.check_retired(size(name), scope, bought);
        let year_before = date(&format!("{}{}", day.year() - 1, &retires_on[4..]));
        assert_eq!(check(year_before.yesterday().unwrap()), None, "{name}");
        for (bought, rule, severity) in [
            (year_before, Rule::RetiresSoon, Severity::Warning),
            (
                day.yesterday().unwrap(),
                Rule::RetiresSoon,
                Severity::Warning,
            ),
            (day, Rule::Retired, Severity::Error),
            (date("2031-01-01"), Rule::Retired, Severity::Error),
        ] {
            let finding = check(bought).expect(name);
            assert_eq!(
                (finding.rule, finding.rule.severity()),
                (rule, severity),
                "{name}"
            );
            assert!(finding.message.contains(retires_on), "{finding}");
            assert!(finding.help.contains(successor), "{finding}");
            is_well_said(&finding);
        }
        let help = check(day).unwrap().help;
        assert!(help.contains("allow_retired = true"), "{help}");
    }
}

#[test]
fn tiers_and_services_are_retired_too() {
    for (subject, scope, day, successor) in [
        (
            "low_priority",
            Scope::Batch,
            "2025-09-30",
            "Azure Spot virtual machines",
        ),
        ("low_priority", Scope::Managed, "2026-03-31", ""),
        ("data_lake_analytics", Scope::Service, "2024-02-29", ""),
    ] {
        let retirement = retirement_of(subject, scope).expect(subject);
        assert_eq!(retirement.retires_on, date(day));
        assert_eq!(retirement.successor, successor);
    }
    assert_eq!(retirement_of("hdinsight", Scope::Service), None);
}

#[test]
fn a_size_of_another_cloud_is_never_of_azures_list() {
    let aws = Catalog::of(Cloud::Aws);
    let size = aws.size("d2.xlarge").expect("an old size of AWS");
    assert_eq!(
        aws.check_retired(size, Scope::VirtualMachine, date("2031-01-01")),
        None
    );
}

#[test]
fn every_size_of_a_retired_series_has_its_date() {
    let catalog = Catalog::builtin();
    let dated = catalog
        .sizes()
        .filter(|size| retirement_of_size(size, Scope::VirtualMachine).is_some());
    // 214 of the 1,806 sizes of the source table, of which these have facts with an open license.
    assert_eq!(dated.count(), DATED);
}

const DATED: usize = 194;

/// Cells of the source's table of retirements, drawn at random among the rows that the built-in table takes over.
const CELLS: &str = include_str!("retirement_cells.csv");

#[test]
fn random_cells_of_the_source_are_in_the_table() {
    let mut cells = csv::Reader::from_reader(CELLS.as_bytes());
    let mut compared = 0;
    for record in cells.records() {
        let record = record.unwrap();
        let [subject, scope, cell, value] = [0, 1, 2, 3].map(|at| &record[at]);
        let scope = match scope {
            "virtual_machine" => Scope::VirtualMachine,
            "managed" => Scope::Managed,
            "batch" => Scope::Batch,
            other => unreachable!("`{other}` is no scope"),
        };
        let row = retirement_of(subject, scope).unwrap();
        let is_same = match cell {
            "retires_on" => row.retires_on.to_string() == value,
            // Some rows name no size: what they say is advice.
            "replaced_by" => row.successor == value || row.advice == value,
            "source_path" | "source_commit" => row.source.contains(value),
            "source_date" => row.as_of == value,
            other => unreachable!("`{other}` is no cell"),
        };
        assert!(is_same, "{subject}, {cell}: {value} is not in {row:?}");
        compared += 1;
    }
    assert_eq!(compared, 200);
}
