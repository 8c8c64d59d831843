//! Currencies, terms of commitments, quotas in GPUs or nodes, disks of nodes: what is read, and what is refused.

use autoscale_simulator::model::settings::QuotaUnit;

use crate::{loaded, only, problems};

/// A cluster of one A100 a node, with more keys of its own; more tables at the end.
fn a100(own: &str, more: &str) -> String {
    format!(
        "horizon = \"7d\"\nregion = \"eastus\"\n[cluster.gpu]\nvm_size = \"Standard_NC24ads_A100_v4\"\nsupported = true\n\
         approved = true\n{own}\n[workload.w]\ntarget = \"gpu\"\narrivals.poisson = {{ rate = \"2/h\" }}\nduration = \"20m\"\n{more}"
    )
}

fn and(more: &str) -> String {
    a100("", more)
}

#[track_caller]
fn refuses(text: &str, parts: &[&str]) {
    let found = problems(text, &[], &[]);
    let said = found.first().expect("a problem");
    for part in parts {
        assert!(said.contains(part), "`{part}` is not in: {said}");
    }
}

#[test]
fn a_currency_and_its_rate_go_together() {
    let top = |more: &str| format!("{more}\n{}", and(""));
    let scenario = loaded(&top("currency = \"EUR\"\nexchange_rate = 0.92"));
    assert_eq!(scenario.currency.code(), "EUR");
    assert!(loaded(&top("")).currency.is_dollar());
    for (more, parts) in [
        ("currency = \"EUR\"", ["units of the currency", "0.92"]),
        ("exchange_rate = 0.92", ["ISO 4217", "EUR"]),
        (
            "currency = \"euro\"\nexchange_rate = 0.92",
            ["`euro` is not the code", "ISO 4217"],
        ),
        (
            "currency = \"EUR\"\nexchange_rate = 0",
            ["the number 0", "above 0"],
        ),
        (
            "currency = \"EUR\"\nexchange_rate = 1e9",
            ["no exchange rate", "1000000"],
        ),
        (
            "currency = \"USD\"\nexchange_rate = 2",
            ["costs 1 US dollar", "leave `currency`"],
        ),
    ] {
        refuses(&top(more), &parts);
    }
    refuses(
        &and("[variant.a]\n[variant.b]\ncurrency = \"EUR\"\n"),
        &["belongs to the file"],
    );
}

#[test]
fn a_price_in_another_currency_needs_its_rate() {
    let yuan = |top: &str| {
        format!(
            "{top}cloud = \"aws\"\nregion = \"cn-north-1\"\nhorizon = \"1d\"\n[cluster.c]\nvm_size = \"m5.xlarge\"\n\
             [workload.w]\ntarget = \"c\"\narrivals.poisson = {{ rate = \"1/h\" }}\nduration = \"1h\"\n"
        )
    };
    let parts = [
        "in CNY",
        "set `currency = \"CNY\"` and `exchange_rate` at the top level, or give a price in USD; the key is `price_per_hour`)",
    ];
    refuses(&yuan(""), &parts);
    refuses(&yuan("currency = \"EUR\"\nexchange_rate = 0.92\n"), &parts);
    let variant = only(&yuan("currency = \"CNY\"\nexchange_rate = 7\n"));
    assert_eq!(variant.prices[0].per_hour.0, 289_429);
    let source = variant.sources[0].source.as_deref().expect("a source");
    assert!(
        source.ends_with("2.026 CNY at 7 CNY for one USD"),
        "{source}"
    );
}

#[test]
fn terms_decide_the_list_price_of_commitments() {
    let reserved = |term: &str| {
        format!(
            "cloud = \"aws\"\nregion = \"us-east-1\"\nhorizon = \"1d\"\n\
             reservation.r = {{ vm_size = \"m5.xlarge\", nodes = 2{term} }}\n[cluster.c]\nvm_size = \"m5.xlarge\"\n\
             [workload.w]\ntarget = \"c\"\narrivals.poisson = {{ rate = \"1/h\" }}\nduration = \"1h\"\n"
        )
    };
    let variant = only(&reserved(", term = \"3y\""));
    let said = variant.sources.last().expect("a source");
    assert_eq!(
        said.what,
        "reservation of 2 x m5.xlarge, us-east-1 for three years"
    );
    assert_eq!(said.price, "0.072184 USD/h each");
    refuses(&reserved(", term = \"2y\""), &["`2y`", "`3y`"]);
    // No source states prices of Azure for three years.
    refuses(
        &and("[reservation.r]\nvm_size = \"Standard_NC24ads_A100_v4\"\nnodes = 1\nterm = \"3y\"\n"),
        &["reserved, 3 years", "`price_per_hour`"],
    );
    refuses(
        &and("[savings_plan.p]\ncommitment = \"1 USD/h\"\nterm = \"3y\"\n"),
        &["savings plan, 3 years", "`price_factor`"],
    );
    let given =
        and("[savings_plan.p]\ncommitment = \"1 USD/h\"\nterm = \"3y\"\nprice_factor = 0.4\n");
    let said = only(&given).sources.pop().expect("a source");
    assert_eq!(said.what, "savings plan for three years");
}

#[test]
fn quotas_count_gpus_or_nodes() {
    let quota = |limit: &str| and(&format!("[quota.q]\ntargets = \"gpu\"\n{limit}\n"));
    for (limit, unit, parts) in [
        ("vcpus = 24", QuotaUnit::Vcpus, 24),
        ("gpus = 2", QuotaUnit::Gpus, 48),
        ("gpus = 1.5", QuotaUnit::Gpus, 36),
        ("nodes = 3", QuotaUnit::Nodes, 3),
    ] {
        let quotas = only(&quota(limit)).settings.quotas;
        assert_eq!((quotas[0].unit, quotas[0].limit), (unit, parts), "{limit}");
    }
    refuses(&quota(""), &["`vcpus = 24`", "`gpus = 2`", "`nodes = 10`"]);
    refuses(&quota("gpus = 2\nnodes = 3"), &["are both given"]);
    refuses(&quota("gpus = 0.4"), &["whole number", "`0.5`"]);
    refuses(&quota("nodes = 0.5"), &["whole number"]);
    refuses(
        &quota("gpus = 0"),
        &["0 GPUs are not enough for one node of `gpu`, 1"],
    );
    let cpu = and("[quota.q]\ntargets = \"gpu\"\ngpus = 2\n");
    refuses(
        &cpu.replace("Standard_NC24ads_A100_v4", "Standard_D4s_v3"),
        &["quota of GPUs", "name a `vm_size` with GPUs for `gpu`"],
    );
    refuses(
        &a100("min_nodes = 3", "[quota.q]\ntargets = \"gpu\"\nnodes = 2\n"),
        &["2 nodes are less than the 3", "`gpu` 3 x 1"],
    );
}

#[test]
fn nodes_have_disks_by_name_or_amount() {
    let disk = |value: &str| a100(&format!("disk_per_node = {value}"), "");
    for (value, micro_usd, hours) in [
        ("\"P10 LRS\"", 19_710_000, 730),
        ("\"P10\"", 19_710_000, 730),
        ("\"5 USD/month\"", 5_000_000, 730),
    ] {
        let prices = only(&disk(value)).prices.remove(0);
        let charge = prices.disk_per_node.expect("a charge");
        assert_eq!((charge.micro_usd, charge.hours), (micro_usd, hours));
        assert_eq!(prices.disk, None);
    }
    refuses(
        &disk("\"P99\""),
        &["`\"P99\"` is the list price of that disk of Azure, and the program has none"],
    );
    refuses(&disk("7"), &["the number 7"]);
}

#[test]
fn list_prices_are_those_of_azure() {
    let of_aws = |charge: &str| {
        format!(
            "cloud = \"aws\"\nregion = \"us-east-1\"\nhorizon = \"1d\"\n[cluster.c]\nvm_size = \"m5.xlarge\"\n{charge}\n\
             [workload.w]\ntarget = \"c\"\narrivals.poisson.rate = \"1/h\"\nduration = \"1m\"\n"
        )
    };
    for (charge, written) in [
        ("disk_per_node = \"list\"", "list"),
        ("disk_per_node = \"P30\"", "P30"),
        ("fixed_charges.public_ip = \"list\"", "list"),
        ("fixed_charges.load_balancer = \"list\"", "list"),
    ] {
        let said = format!(
            "`\"{written}\"` asks for a list price, which the program has for Azure and not for AWS (write an amount, such as"
        );
        refuses(&of_aws(charge), &[&said]);
    }
}

#[test]
fn the_billing_of_boots_names_a_source_of_its_cloud() {
    for (top, size, source) in [
        (
            "region = \"eastus\"",
            "Standard_D4s_v3",
            "azure-docs, articles/virtual-machines/states-billing.md",
        ),
        (
            "cloud = \"aws\"\nregion = \"us-east-1\"",
            "m5.xlarge",
            "Amazon EC2 User Guide",
        ),
        (
            "cloud = \"gcp\"\nregion = \"us-central1\"",
            "n2-standard-4",
            "no source on Compute Engine",
        ),
    ] {
        let scenario = loaded(&format!(
            "{top}\nhorizon = \"1d\"\n[cluster.c]\nvm_size = \"{size}\"\n\
             [workload.w]\ntarget = \"c\"\narrivals.poisson.rate = \"1/h\"\nduration = \"1m\"\n"
        ));
        let mut defaults = scenario.defaults.iter();
        let boot = defaults.find(|each| each.default.key == "bill_boot");
        let boot = &boot.expect("it acts").default;
        assert!(boot.source.starts_with(source), "{boot:?}");
        assert_eq!(boot.value, "true");
    }
}
