//! The data that travel inside the program: sizes and prices of three clouds, each read when first asked for.
//!
//! Prices are kept as compressed text and read size by size: a scenario reads the lines of its own sizes only.

mod book;
mod terms;

use std::sync::LazyLock;

pub(super) use book::Book;

use super::cloud::Cloud;

static AZURE: LazyLock<Book> = LazyLock::new(|| {
    let prices = include_bytes!("../data/market/azure_prices.csv.gz");
    Book::new(Cloud::Azure, prices)
});
static AWS: LazyLock<Book> = LazyLock::new(|| {
    let prices = include_bytes!("../data/market/aws_prices.csv.gz");
    Book::new(Cloud::Aws, prices)
});
static GOOGLE: LazyLock<Book> = LazyLock::new(|| {
    let prices = include_bytes!("../data/market/google_prices.csv.gz");
    Book::new(Cloud::Google, prices)
});

/// The price book of a cloud.
pub(super) fn book(cloud: Cloud) -> &'static Book {
    match cloud {
        Cloud::Azure => &AZURE,
        Cloud::Aws => &AWS,
        Cloud::Google => &GOOGLE,
    }
}

/// The files of sizes of a cloud, each with its name, in their order.
pub(super) fn sizes(cloud: Cloud) -> Vec<(&'static str, Vec<u8>)> {
    let text = |packed: &[u8]| book::unpacked(packed).into_bytes();
    match cloud {
        Cloud::Azure => vec![
            (
                "vm_sizes.csv",
                include_bytes!("../data/vm_sizes.csv").to_vec(),
            ),
            (
                "market/azure_sizes.csv",
                text(include_bytes!("../data/market/azure_sizes.csv.gz")),
            ),
        ],
        Cloud::Aws => vec![(
            "market/aws_sizes.csv",
            text(include_bytes!("../data/market/aws_sizes.csv.gz")),
        )],
        Cloud::Google => vec![(
            "market/google_sizes.csv",
            text(include_bytes!("../data/market/google_sizes.csv.gz")),
        )],
    }
}
