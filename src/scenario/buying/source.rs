//! Where prices are from.

/// A price that is paid, and who states it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceSource {
    /// The target or commitment that pays it.
    pub of: String,
    /// What is bought.
    pub what: String,
    /// The price with its unit, in words.
    pub price: String,
    /// Who states it, and as of when; `None` where the scenario gives the price itself.
    pub source: Option<String>,
}
