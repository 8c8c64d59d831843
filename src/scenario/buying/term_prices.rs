//! The price book's prices of commitments, by their term; where one is missing, the terms and regions that have one.

use super::market::Market;
use crate::catalog::{Catalog, PriceTier, Rule, VmSize, some_of};
use crate::pricing::Term;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::near::list;
use crate::scenario::document::sink::{Read, Reported};
use crate::units::UsdPerHour;

/// Words of `term`.
pub(super) const TERMS: &[(&str, Term)] = &[("1y", Term::One), ("3y", Term::Three)];

/// A machine whose price under a commitment is looked up.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) size: &'a VmSize,
    pub(super) region: &'a str,
    pub(super) term: Term,
    /// As what such a machine is listed, by the term.
    pub(super) tier: fn(Term) -> PriceTier,
}

/// The price and who states it; `refuse` reports why there is none.
pub(super) fn term_price(
    market: &Market<'_>,
    wanted: Wanted<'_>,
    refuse: impl FnOnce(Complaint) -> Reported,
) -> Read<(UsdPerHour, String)> {
    let catalog = market.catalog()?;
    let tier = (wanted.tier)(wanted.term);
    match catalog.find_price(wanted.size, wanted.region, tier) {
        Err(finding) if finding.rule == Rule::NoPrice => {
            let complaint = Complaint::new(finding.message);
            Err(refuse(complaint.help(wanted.elsewhere(catalog))))
        }
        _ => market.price((wanted.size, wanted.region, tier), refuse),
    }
}

impl Wanted<'_> {
    /// Which other terms have a price there, else in which regions this one has.
    fn elsewhere(&self, catalog: &Catalog) -> String {
        let regions = |term| catalog.regions_with_price(self.size, (self.tier)(term));
        let others = TERMS.iter().filter(|(_, term)| *term != self.term);
        let here = others.filter(|(_, term)| regions(*term).contains(&self.region));
        let here: Vec<String> = here.map(|(word, _)| format!("term = \"{word}\"")).collect();
        if !here.is_empty() {
            return format!("choose {}, which has a price there", list(&here));
        }
        match regions(self.term).as_slice() {
            [] => "no term has a price there, and this one has none in any region".to_owned(),
            known => format!(
                "no term has a price there; this one has a price in {}",
                some_of(known)
            ),
        }
    }
}
