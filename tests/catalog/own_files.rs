//! Catalog files and price books of the user's own: on top, or instead, or refused with line and column.

use std::path::PathBuf;

use autoscale_simulator::catalog::{Catalog, Cloud, Mode, OwnFile, PriceTier, Rule};
use autoscale_simulator::error::Problem;

const BOOK: &str = "book.csv";
const SIZES: &str = "sizes.csv";

fn file(path: &str, text: &str, mode: Mode) -> OwnFile {
    OwnFile {
        path: PathBuf::from(path),
        bytes: text.as_bytes().to_vec(),
        mode,
    }
}

fn with_prices(text: &str, mode: Mode) -> Result<Catalog, Vec<Problem>> {
    Catalog::with_files(Cloud::Azure, None, Some(&file(BOOK, text, mode)))
}

fn with_sizes(text: &str, mode: Mode) -> Result<Catalog, Vec<Problem>> {
    Catalog::with_files(Cloud::Azure, Some(&file(SIZES, text, mode)), None)
}

/// The one problem as a line.
#[track_caller]
fn refused(outcome: Result<Catalog, Vec<Problem>>) -> String {
    let problems = outcome.expect_err("a refusal");
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems[0].to_string()
}

fn payg(catalog: &Catalog, size: &str, region: &str) -> Option<u64> {
    let price = catalog.price(size, region)?.pay_as_you_go.as_ref()?;
    Some(price.per_hour.0)
}

#[test]
fn a_price_book_on_top_changes_what_it_states_and_nothing_else() {
    let text = "\u{feff}size,region,pay_as_you_go_per_hour,low_priority_per_hour\r\n\
                standard_nc6s_v3,EastUS,2.5,\r\n\
                Standard_NC12s_v3,eastus,,1.25\r\n\
                Standard_NC6s_v3,moonbase,99,\r\n";
    let catalog = with_prices(text, Mode::Extend).unwrap();
    assert_eq!(
        payg(&catalog, "Standard_NC6s_v3", "eastus"),
        Some(2_500_000)
    );
    assert_eq!(
        payg(&catalog, "Standard_NC6s_v3", "moonbase"),
        Some(99_000_000)
    );
    assert_eq!(
        payg(&catalog, "Standard_NC6s_v3", "westus2"),
        Some(3_060_000)
    );
    let v100 = catalog.price("Standard_NC6s_v3", "eastus").unwrap();
    assert!(v100.spot.is_some(), "what the book leaves empty stays");
    assert_eq!(&*v100.pay_as_you_go.as_ref().unwrap().source, BOOK);
    assert_eq!(&*v100.pay_as_you_go.as_ref().unwrap().as_of, "");
    let two = catalog.price("Standard_NC12s_v3", "eastus").unwrap();
    assert_eq!(two.low_priority.as_ref().unwrap().per_hour.0, 1_250_000);
    assert_eq!(two.pay_as_you_go.as_ref().unwrap().per_hour.0, 6_120_000);
    assert!(catalog.regions().contains(&"moonbase"));
    assert_eq!(catalog.remarks(), [""; 0]);
    let builtin = Catalog::builtin();
    assert_eq!(payg(builtin, "Standard_NC6s_v3", "eastus"), Some(3_060_000));
}

#[test]
fn a_price_book_instead_is_the_only_one() {
    let text = "size,region,pay_as_you_go_per_hour\nStandard_NC6s_v3,eastus,2.5\n";
    let catalog = with_prices(text, Mode::Replace).unwrap();
    assert_eq!(catalog.regions(), ["eastus"]);
    assert_eq!(
        payg(&catalog, "Standard_NC6s_v3", "eastus"),
        Some(2_500_000)
    );
    assert!(catalog.price("Standard_DS3_v2", "eastus").is_none());
    assert_eq!(catalog.sizes().len(), 1492, "the sizes are another file");
}

#[test]
fn dates_of_a_book_are_compared_with_its_own_newest() {
    let text = "size,region,pay_as_you_go_per_hour,payg_last_seen\n\
                Standard_DS3_v2,eastus,0.2,2027-01-01\n\
                Standard_M64s,eastus,0.8,2026-12-01\n\
                Standard_M64ms,eastus,1,\n";
    let catalog = with_prices(text, Mode::Extend).unwrap();
    let bought = "2027-02-01".parse().unwrap();
    let warned = |name: &str, region: &str| {
        let size = catalog.size(name).unwrap();
        let finding = catalog.check_unlisted(size, region, bought);
        finding.map(|finding| finding.message).unwrap_or_default()
    };
    let dates = "last listed on 2026-12-01 and no longer on 2027-01-01";
    assert!(warned("Standard_M64s", "eastus").contains(dates));
    assert_eq!(warned("Standard_DS3_v2", "eastus"), "");
    assert_eq!(
        warned("Standard_M64s", "westus2"),
        "",
        "2026-06-18 is the newest of its book"
    );
    assert_eq!(
        warned("Standard_M64ms", "eastus"),
        "",
        "who states a price without dates says nothing of them"
    );
    assert_eq!(
        catalog.date().map(|date| date.to_string()).as_deref(),
        Some("2027-01-01")
    );
}

#[test]
fn prices_of_unknown_sizes_are_doubted() {
    let text =
        "size,region,pay_as_you_go_per_hour\nStandard_NC6sv3,eastus,2.5\nStandard_X,eastus,1\n";
    let catalog = with_prices(text, Mode::Extend).unwrap();
    let [remark] = catalog.remarks() else {
        panic!("{:?}", catalog.remarks())
    };
    assert!(remark.starts_with("book.csv: the catalog has no size `Standard_NC6sv3`, perhaps meant as `Standard_NC6s_v3` (nor `Standard_X`): such prices are of no use"));
}

#[test]
fn bad_price_books_are_refused_with_line_and_column() {
    let header = "size,region,pay_as_you_go_per_hour,payg_last_seen,currency\n";
    let good = "Standard_NC6s_v3,eastus,3.06,2026-06-18,USD\n";
    for (row, said) in [
        (
            "Standard_NC6s_v3,westus2,abc,,",
            "book.csv:3, column `pay_as_you_go_per_hour`: `abc` is not a price",
        ),
        (
            "Standard_NC6s_v3,westus2,-1,,",
            "book.csv:3, column `pay_as_you_go_per_hour`: `-1` is not a price",
        ),
        (
            "Standard_NC6s_v3,westus2,NaN,,",
            "book.csv:3, column `pay_as_you_go_per_hour`: `NaN` is not a price",
        ),
        (
            "Standard_NC6s_v3,westus2,\"3,06\",,",
            "book.csv:3, column `pay_as_you_go_per_hour`: `3,06` is not a price",
        ),
        (
            "Standard_NC6s_v3,westus2,$3.06,,",
            "book.csv:3, column `pay_as_you_go_per_hour`: `$3.06` is not a price",
        ),
        (
            "Standard_NC6s_v3,westus2,1,18.06.2026,",
            "book.csv:3, column `payg_last_seen`: `18.06.2026` is not a date",
        ),
        (
            "Standard_NC6s_v3,westus2,1,,euro",
            "book.csv:3, column `currency`: `euro` is not the code of a currency",
        ),
        (",westus2,1,,", "book.csv:3, column `size`: it is empty"),
        (
            "Standard_NC6s_v3,,1,,",
            "book.csv:3, column `region`: it is empty",
        ),
        (
            "Standard_NC6s_v3,westus2,,,",
            "book.csv:3: the row has no price of `Standard_NC6s_v3` in `westus2`",
        ),
        (
            "standard_NC6s_v3,EASTUS,1,,",
            "book.csv:3, column `size`: the prices of `standard_NC6s_v3` in `eastus` stand in line 2 too",
        ),
        (
            "Standard_NC6s_v3,westus2,1",
            "book.csv:3: the row has 3 fields, but the header has 5",
        ),
        (
            "\"Standard_NC6s_v3,westus2,1,,\n",
            "book.csv:3: a quote that opens in this row is never closed",
        ),
    ] {
        let problem = refused(with_prices(&format!("{header}{good}{row}\n"), Mode::Extend));
        assert!(problem.starts_with(said), "{problem}\nnot\n{said}");
    }
}

#[test]
fn every_bad_row_is_told() {
    let text = "size,region,pay_as_you_go_per_hour\nA,b,x\n\nC,d,1\nE,f,y\n";
    let problems = with_prices(text, Mode::Extend).unwrap_err();
    let places: Vec<_> = problems
        .iter()
        .map(|problem| problem.place.line_column().unwrap().0)
        .collect();
    assert_eq!(places, [2, 5]);
    let both = Catalog::with_files(
        Cloud::Azure,
        Some(&file(SIZES, "size\n", Mode::Extend)),
        Some(&file(BOOK, text, Mode::Extend)),
    );
    assert!(
        both.unwrap_err().len() > 2,
        "problems of both files are told"
    );
}

#[test]
fn columns_that_mean_nothing_are_refused_with_the_nearest() {
    let text = "size,region,pay_as_you_go_per_hr\nStandard_NC6s_v3,eastus,3.06\n";
    let problem = refused(with_prices(text, Mode::Extend));
    assert!(
        problem.starts_with("book.csv:1, column `pay_as_you_go_per_hr`: "),
        "{problem}"
    );
    assert!(
        problem.contains("did you mean `pay_as_you_go_per_hour`?"),
        "{problem}"
    );
    let missing = refused(with_prices(
        "size,spot_per_hour\nStandard_NC6s_v3,1\n",
        Mode::Extend,
    ));
    assert!(missing.contains("there is no column `region`"), "{missing}");
    let bars = "size|region|pay_as_you_go_per_hour\nStandard_NC6s_v3|eastus|3\n";
    let separators = refused(with_prices(bars, Mode::Extend));
    assert!(separators.contains("separated by commas"), "{separators}");
    let commas = "size;region;pay_as_you_go_per_hour\nStandard_NC6s_v3;eastus;3,06\n";
    let decimals = refused(with_prices(commas, Mode::Extend));
    assert!(
        decimals
            .contains("`3,06` is not a price: write dollars as a decimal number, such as `3.06`"),
        "{decimals}"
    );
    let semicolons = with_prices(&commas.replace("3,06", "3.06"), Mode::Extend).unwrap();
    let price = semicolons.price("Standard_NC6s_v3", "eastus").unwrap();
    let price = price.tier(PriceTier::PayAsYouGo).unwrap();
    assert_eq!(price.per_hour.dollars().to_string(), "3.06");
    let twice = refused(with_prices(
        "size,region,region,spot_per_hour\n",
        Mode::Extend,
    ));
    assert!(twice.contains("names column `region` twice"), "{twice}");
    assert!(refused(with_prices("", Mode::Extend)).contains("the file is empty"));
}

#[test]
fn own_sizes_come_on_top_or_instead() {
    let text = "size,series,category,vcpus,memory_gib,gpus,gpu_model,gpu_architecture,min_cuda_version,approval_required\n\
                Standard_NC40ads_H100_v5,NCads_H100_v5,GPU,40,320,1,H100,Hopper,11.8,true\n\
                Standard_NC80ads_H100_v5,NCads_H100_v5,GPU,80,640,2,H100,hopper,,true\n\
                STANDARD_DS3_V2,dsv2,General purpose,4,16,0,,,,false\n";
    let catalog = with_sizes(text, Mode::Extend).unwrap();
    let builtin = Catalog::builtin();
    // One of the three is not built in.
    assert_eq!(catalog.sizes().len(), builtin.sizes().len() + 1);
    assert_eq!(catalog.series().len(), builtin.series().len());
    let h100 = catalog.size("Standard_NC80ads_H100_v5").unwrap();
    assert_eq!(h100.family, "NCads_H100_v5");
    let gpu = h100.gpu.as_ref().unwrap();
    assert_eq!(gpu.architecture.name(), "Hopper");
    assert_eq!(
        gpu.architecture
            .min_cuda()
            .map(|cuda| cuda.to_string())
            .as_deref(),
        Some("11.8")
    );
    assert!(catalog.find_architecture("HOPPER").is_ok());
    let finding = catalog.check_approval(h100, false, None).unwrap();
    assert_eq!(finding.rule, Rule::Approval);
    let ds3 = catalog.size("Standard_DS3_v2").unwrap();
    assert_eq!((ds3.memory_gib, ds3.series.as_str()), (16.0, "DSv2"));

    let only = with_sizes(text, Mode::Replace).unwrap();
    assert_eq!(only.sizes().len(), 3);
    let series: Vec<&str> = only
        .series()
        .iter()
        .map(|series| series.name.as_str())
        .collect();
    assert_eq!(series, ["DSv2", "NCads_H100_v5"]);
}

#[test]
fn bad_sizes_are_refused_with_line_and_column() {
    let header =
        "size,series,category,vcpus,memory_gib,gpus,gpu_architecture,min_cuda_version,rdma\n";
    for (row, said) in [
        (
            "A,S,C,0,1,,,,",
            "sizes.csv:2, column `vcpus`: a size has at least one vCPU",
        ),
        (
            "A,S,C,two,1,,,,",
            "sizes.csv:2, column `vcpus`: `two` is not a whole number",
        ),
        (
            "A,S,C,2,0,,,,",
            "sizes.csv:2, column `memory_gib`: `0` is not a number above 0",
        ),
        (
            "A,S,C,2,1,,,,yes",
            "sizes.csv:2, column `rdma`: `yes` is neither `true` nor `false`",
        ),
        (
            "A,S,C,2,1,1,,,",
            "sizes.csv:2, column `gpu_architecture`: it is empty",
        ),
        (
            "A,S,C,2,1,0,Volta,,",
            "sizes.csv:2, column `gpu_architecture`: `Volta` stands here, but the size has no GPU",
        ),
        (
            "A,S,C,2,1,1,Rubin,,",
            "sizes.csv:2, column `gpu_architecture`: `Rubin` is no architecture whose CUDA version is known",
        ),
        (
            "A,S,C,2,1,1,Volta,8.0,",
            "sizes.csv:2, column `min_cuda_version`: `8.0` stands here, but the lowest CUDA version of Volta is 9.0",
        ),
        (
            "A,S,C,2,1,1,Rubin,latest,",
            "sizes.csv:2, column `min_cuda_version`: `latest` is not a CUDA version",
        ),
        (
            "A,S,C,2,1,,,,\na,S,C,2,1,,,,",
            "sizes.csv:3, column `size`: `a` stands in line 2 too",
        ),
    ] {
        let problem = refused(with_sizes(&format!("{header}{row}\n"), Mode::Extend));
        assert!(problem.starts_with(said), "{problem}\nnot\n{said}");
    }
}
