//! What sentences and tables of an answer's footing share.

use super::Sensitivity;
use super::effects::Effect;
use crate::digits::grouped;
use crate::report::answer::Teller;

/// A sensitivity, and who tells its figures.
pub(super) struct Told<'s, 'a> {
    pub(super) of: &'s Sensitivity<'a>,
    pub(super) teller: Teller<'a>,
    /// Whether names in tables are cut.
    pub(super) is_narrow: bool,
}

impl<'s, 'a> Told<'s, 'a> {
    pub(super) fn new(of: &'s Sensitivity<'a>, is_narrow: bool) -> Self {
        let teller = Teller { study: of.study };
        Self {
            of,
            teller,
            is_narrow,
        }
    }
}

impl Told<'_, '_> {
    /// How many combinations there are.
    pub(super) fn combinations(&self) -> String {
        grouped(self.of.design.samples.len() as f64, 0)
    }

    /// The effects on the recommended variant, with the names of the inputs.
    pub(super) fn own_effects(&self) -> impl Iterator<Item = (&str, &Effect)> {
        let own = self.of.effects.iter();
        let own = own.filter(|effect| effect.variant == self.of.recommended);
        own.map(|effect| {
            (
                self.of.design.uncertain[effect.input].label.as_str(),
                effect,
            )
        })
    }
}

/// `1 variant`, `1,200 points`.
pub fn counted(count: usize, thing: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {thing}{ending}", grouped(count as f64, 0))
}

/// A share in percent without decimals; only nothing is 0 and only all is 100.
pub(super) fn percent(share: f64) -> String {
    let rounded = (100.0 * share).round();
    match share {
        _ if share > 0.0 && rounded < 1.0 => "<1".to_owned(),
        _ if share < 1.0 && rounded > 99.0 => ">99".to_owned(),
        _ => format!("{rounded:.0}"),
    }
}
