//! The FOCUS export: its columns, the types of its cells, and that it adds up to what was billed.

use std::collections::BTreeMap;

use crate::desk::Desk;

/// Mandatory in FOCUS 1.2, with the two more that its validator asks for.
const MANDATORY: [&str; 23] = [
    "BilledCost",
    "BillingAccountId",
    "BillingAccountName",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargeClass",
    "ChargeDescription",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "ContractedCost",
    "EffectiveCost",
    "InvoiceIssuerName",
    "ListCost",
    "PricingQuantity",
    "PricingUnit",
    "ProviderName",
    "PublisherName",
    "ServiceCategory",
    "ServiceName",
    "InvoiceId",
    "ServiceSubcategory",
];

type Cells = BTreeMap<String, String>;

fn rows(text: &str) -> Vec<Cells> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.deserialize();
    rows.collect::<Result<_, _>>().expect("rows of cells")
}

fn number(row: &Cells, column: &str) -> f64 {
    row[column].parse().expect("a number")
}

/// Two reservations of which one is mostly unused, a disk, and a drain.
const SCENARIO: &str = r#"
name = "export"
horizon = "40d"
warmup = "3d"
replications = 2
region = "eastus"

[cluster.gpu]
vm_size = "Standard_NC4as_T4_v3"
approved = true
max_nodes = 3
boot = "4m"
billing_minimum = "5m"

[instance.box]
vm_size = "Standard_D2_v3"
fixed_charges = { disk = "19.71 USD/month", load_balancer = "0.33 USD/day" }

[workload.training]
target = "gpu"
arrivals.poisson = { rate = "1/h" }
duration.exponential = { mean = "40m" }

[workload.office]
target = "box"
arrivals.poisson = { rate = "1/day" }
duration = "1h"

[variant.plain]

[variant.reserved]
reservation.year = { vm_size = "Standard_NC4as_T4_v3", nodes = 2 }
"#;

#[test]
fn the_export_has_the_columns_and_adds_up_to_the_bill() {
    let desk = Desk::new();
    desk.write("export.toml", SCENARIO);
    for (period, months) in [("", false), ("=month", true)] {
        let command = format!("export.toml --quiet --force --focus{period}");
        desk.simulate(&command).succeeds();
        let rows =
            rows(&std::fs::read_to_string(desk.path("output/export/focus.csv")).expect("a file"));
        for column in MANDATORY {
            assert!(rows[0].contains_key(column), "{column}");
        }
        assert!(rows.iter().all(|row| row["InvoiceId"].is_empty()));
        let replications = rows_of_first_replication(&desk);
        for (variant, total) in replications {
            let own = rows.iter().filter(|row| row["x_Variant"] == variant);
            let billed: f64 = own.clone().map(|row| number(row, "BilledCost")).sum();
            let effective: f64 = own.clone().map(|row| number(row, "EffectiveCost")).sum();
            assert!(
                (billed - total).abs() < 1e-4,
                "{variant}: {billed} of {total}"
            );
            assert!(
                (effective - total).abs() < 1e-4,
                "{variant}: {effective} of {total}"
            );
            let unused = own.filter(|row| row["CommitmentDiscountStatus"] == "Unused");
            assert_eq!(unused.count() > 0, variant == "reserved");
        }
        for row in &rows {
            let (start, end) = (&row["ChargePeriodStart"], &row["ChargePeriodEnd"]);
            assert!(start < end && start.ends_with('Z') && end.ends_with('Z'));
            assert_eq!(
                months,
                start[8..10] == *"01" && end[8..10] == *"01",
                "{start} {end}"
            );
            assert_eq!(row["BillingCurrency"], "USD");
            if row["ChargeCategory"] == "Usage" {
                let product = number(row, "ListUnitPrice") * number(row, "PricingQuantity");
                assert!((product - number(row, "ListCost")).abs() < 1e-6, "{row:?}");
            }
        }
    }
}

/// Variants with what their first replication cost, the rows of targets added up.
fn rows_of_first_replication(desk: &Desk) -> BTreeMap<String, f64> {
    let mut totals: BTreeMap<String, f64> = BTreeMap::new();
    for row in
        rows(&std::fs::read_to_string(desk.path("output/export/replications.csv")).expect("a file"))
    {
        if row["replication"] == "0" && row["target"] == "(all)" {
            totals.insert(row["variant"].clone(), number(&row, "cost_usd"));
        }
    }
    assert_eq!(totals.len(), 2);
    totals
}

/// A node of each tier by its own meter, and a disk at its list price.
const TIERS: &str = r#"
name = "tiers"
horizon = "2d"
warmup = "0s"
replications = 2

[cluster.work]
min_nodes = 1
max_nodes = 1

[workload.training]
target = "work"
arrivals.poisson = { rate = "1/h" }
duration = "10m"

[variant.aws]
cloud = "aws"
region = "us-east-1"
cluster.work = { vm_size = "g4dn.xlarge", tier = "spot", price_per_hour = 0.2 }

[variant.google]
cloud = "gcp"
region = "us-central1"
cluster.work = { vm_size = "n1-standard-4", tier = "spot" }

[variant.azure]
region = "westeurope"
cluster.work = { vm_size = "Standard_D4s_v5", supported = true, disk_per_node = "list" }
"#;

#[test]
fn the_tier_is_the_one_that_is_bought_and_a_list_price_has_its_source() {
    let desk = Desk::new();
    desk.write("tiers.toml", TIERS);
    desk.simulate("tiers.toml --quiet --focus").succeeds();
    let bill = desk.rows("output/tiers/bill.csv");
    let of = |variant: &str, meter: &str| {
        let mut rows = bill.iter();
        let row = rows.find(|row| row["variant"] == variant && row["meter"] == meter);
        row.unwrap_or_else(|| panic!("{variant}, {meter}: {bill:?}"))
    };
    assert_eq!(of("aws", "given")["tier"], "spot");
    assert_eq!(of("google", "spot")["tier"], "spot");
    assert_eq!(of("azure", "pay_as_you_go")["tier"], "dedicated");
    let disk_row = of("azure", "disk");
    assert!(disk_row["price_source"].contains(", 20"), "{disk_row:?}");
    let text = std::fs::read_to_string(desk.path("output/tiers/focus.csv")).expect("a file");
    let rows = rows(&text);
    let tiers = |variant: &str| {
        let own = rows.iter().filter(|row| row["x_Variant"] == variant);
        let mut tiers: Vec<String> = own.map(|row| row["x_Tier"].clone()).collect();
        tiers.retain(|tier| !tier.is_empty());
        tiers.dedup();
        tiers
    };
    assert_eq!(tiers("aws"), ["spot"]);
    assert_eq!(tiers("google"), ["spot"]);
    assert_eq!(tiers("azure"), ["dedicated"]);
}

/// Tags of all targets and of one, which a variant changes; a commitment has none.
const TAGS: &str = r#"
name = "tags"
horizon = "2d"
end = "cut"
replications = 1
region = "eastus"
tags = { department = "research", team = "nobody" }

[instance.box]
vm_size = "Standard_D2_v3"
fixed_charges = { disk = "1 USD/day" }
tags = { team = "vision", cost_center = "4711" }

[instance.other]
price_per_hour = 1
always_bill = true
tags = { "größe, \"1\"" = "ä 🚀", team = "" }

[workload.training]
target = "box"
arrivals.deterministic = { interval = "1h" }
duration = "10m"

[reservation.year]
vm_size = "Standard_D2_v3"
nodes = 1

[variant.plain]

[variant.moved]
instance.box.tags = { team = "speech", since = "2024" }
"#;

/// The tags of the rows of a target of a variant, which all have the same; how many rows there are.
fn tags_of(rows: &[Cells], variant: &str, target: &str) -> (serde_json::Value, usize) {
    let of = |row: &&Cells| row["x_Variant"] == variant && row["x_Target"] == target;
    let cells: Vec<&String> = rows.iter().filter(of).map(|row| &row["Tags"]).collect();
    assert!(
        cells
            .iter()
            .all(|cell| cell == &cells[0] && cell.is_ascii())
    );
    let tags = serde_json::from_str(cells[0]).expect("JSON");
    (tags, cells.len())
}

#[test]
fn tags_are_an_object_of_each_row_of_their_target() {
    let desk = Desk::new();
    desk.write("tags.toml", TAGS);
    let exported = |flags: &str| {
        let command = format!("tags.toml --quiet --force --focus {flags}");
        desk.simulate(&command).succeeds();
        rows(&std::fs::read_to_string(desk.path("output/tags/focus.csv")).expect("a file"))
    };
    let all = exported("");
    for (variant, team, since) in [("plain", "vision", None), ("moved", "speech", Some("2024"))] {
        let (tags, count) = tags_of(&all, variant, "box");
        let mut expected =
            serde_json::json!({ "cost_center": "4711", "department": "research", "team": team });
        if let Some(since) = since {
            expected["since"] = serde_json::json!(since);
        }
        assert_eq!(tags, expected);
        // Two days of usage that the reservation covers, and of a disk.
        assert!(count >= 4, "{count}");
        let other = tags_of(&all, variant, "other").0;
        let expected =
            serde_json::json!({ "department": "research", "größe, \"1\"": "ä 🚀", "team": "" });
        assert_eq!(other, expected);
    }
    let bought: Vec<&Cells> = all
        .iter()
        .filter(|row| row["ChargeCategory"] == "Purchase")
        .collect();
    assert!(!bought.is_empty() && bought.iter().all(|row| row["Tags"].is_empty()));
    // A flag has the last word, also at the top level; results that are stored keep them.
    let set = exported("--set instance.box.tags.team=ops --set tags.department=it");
    let tags = |rows: &[Cells]| tags_of(rows, "plain", "box").0;
    let expected = serde_json::json!({ "cost_center": "4711", "department": "it", "team": "ops" });
    assert_eq!(tags(&set), expected);
    desk.simulate("report output/tags --quiet --output again")
        .succeeds();
    let again = rows(&std::fs::read_to_string(desk.path("again/focus.csv")).expect("a file"));
    assert!(again == set);
    // A sweep gives each point its own.
    let swept = TAGS.split("[variant.plain]").next().expect("a part");
    let sweep = "\n[sweep]\n\"instance.box.tags.team\" = [\"a\", \"b\"]\n";
    desk.write("tags.toml", format!("{swept}{sweep}"));
    let all = exported("");
    for team in ["a", "b"] {
        let (tags, _) = tags_of(&all, &format!("team={team}"), "box");
        assert_eq!(tags["team"], team);
    }
}

#[test]
fn without_tags_the_cell_is_empty() {
    let desk = Desk::new();
    desk.write("export.toml", SCENARIO);
    desk.simulate("export.toml --quiet --focus").succeeds();
    let text = std::fs::read_to_string(desk.path("output/export/focus.csv")).expect("a file");
    assert!(rows(&text).iter().all(|row| row["Tags"].is_empty()));
}

/// So many tags, numbered from the first.
fn many_tags(first: usize, count: usize) -> String {
    let each = (first..first + count).map(|tag| format!("t{tag} = \"x\""));
    format!("{{ {} }}", each.collect::<Vec<_>>().join(", "))
}

#[test]
fn wrong_tags_are_refused() {
    let desk = Desk::new();
    let long = format!("{{ a = \"{}\" }}", "x".repeat(257));
    let name = format!("{{ {} = \"x\" }}", "n".repeat(513));
    let fifty_one = many_tags(0, 51);
    for (tags, path, message, help) in [
        (
            "{ team = 4711 }",
            "tags.team",
            "found the number 4711",
            "a tag is a text in quotes",
        ),
        (
            "{ \"a/b\" = \"x\" }",
            "tags.\"a/b\"",
            "has the character `/`",
            "without <>%&\\?/",
        ),
        (
            "{ \"\" = \"x\" }",
            "tags.\"\"",
            "a tag has no name",
            "1 to 512 characters",
        ),
        (
            "{ \"a\\tb\" = \"x\" }",
            "tags",
            "has the character `\\t`",
            "without control characters",
        ),
        (
            "{ a = \"x\\ny\" }",
            "tags.a",
            "has a control character",
            "of at most 256 characters",
        ),
        (
            &*long,
            "tags.a",
            "has 257 characters",
            "of at most 256 characters",
        ),
        (
            &*name,
            "tags.nnn",
            "has 513 characters",
            "1 to 512 characters",
        ),
        (&*fifty_one, "tags", "there are 51 tags", "leave 50"),
        (
            "[\"team\"]",
            "tags",
            "found an array",
            "this is a table of keys",
        ),
    ] {
        let wrong = SCENARIO.replace("[cluster.gpu]", &format!("[cluster.gpu]\ntags = {tags}"));
        desk.write("export.toml", &wrong);
        desk.simulate("export.toml --dry-run")
            .fails(2, &[&format!("cluster.gpu.{path}"), message, help]);
    }
}

#[test]
fn tags_of_the_top_level_count_as_those_of_a_target() {
    let desk = Desk::new();
    let longest = format!("{{ a = \"{}\" }}", "é".repeat(256));
    // With those of the top level there are too many; a target may replace them.
    let with = |all: &str, own: &str| {
        let text = SCENARIO.replace("[cluster.gpu]", &format!("[cluster.gpu]\ntags = {own}"));
        desk.write("export.toml", format!("tags = {all}\n{text}"));
        desk.simulate("export.toml --dry-run")
    };
    with(&many_tags(0, 30), &many_tags(20, 31)).fails(
        2,
        &[
            "cluster.gpu.tags",
            "there are 51 tags, with those of the top level",
        ],
    );
    with(&many_tags(0, 30), &many_tags(20, 30)).succeeds();
    with(&longest, "{}").succeeds();
}
