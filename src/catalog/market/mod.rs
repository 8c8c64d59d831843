//! The prices that travel inside the program: those of three clouds, each read when first asked for.
//!
//! Prices are kept as compressed text in blocks and read size by size: a scenario unpacks the blocks of its own sizes only.

pub(super) mod blocks;
mod book;
pub(super) mod terms;

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
