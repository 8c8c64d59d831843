//! The defaults that act in a scenario, as the dry run and the manifest say them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::scenario::{Basis, DefaultOf, Scenario};

/// Names of variants that a line shows at most.
const SHOWN: usize = 3;

/// A default that acts, for the manifest.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Acting {
    /// The target, service, workload or environment; empty for the top level.
    of: String,
    /// The whole dotted key.
    key: String,
    /// The value as TOML, or in words.
    value: String,
    /// `fact` or `assumption`.
    basis: &'static str,
    /// Who states a fact; what is known of an assumption.
    source: &'static str,
    /// The variants in which it acts; none where it acts in all.
    variants: Vec<String>,
}

/// The defaults of a scenario, for the manifest.
pub(super) fn acting(scenario: &Scenario) -> Vec<Acting> {
    let acting = |of: &DefaultOf| Acting {
        of: of.default.name().to_owned(),
        key: of.default.path(),
        value: of.default.value.clone(),
        basis: of.default.basis.name(),
        source: of.default.source,
        variants: if of.variants.len() == scenario.variants.len() {
            Vec::new()
        } else {
            names(of, scenario).map(str::to_owned).collect()
        },
    };
    scenario.defaults.iter().map(acting).collect()
}

fn names<'s>(of: &'s DefaultOf, scenario: &'s Scenario) -> impl Iterator<Item = &'s str> {
    let variants = of.variants.iter();
    variants.map(|position| scenario.variants[*position].name.as_str())
}

/// The defaults of a table that act in the same variants.
struct Block<'s> {
    tables: Vec<String>,
    variants: &'s [usize],
    facts: Vec<String>,
    assumptions: Vec<String>,
}

impl Block<'_> {
    fn has_same(&self, other: &Self) -> bool {
        (self.variants, &self.facts, &self.assumptions)
            == (other.variants, &other.facts, &other.assumptions)
    }
}

/// The same as lines: a block for each table, tables with the same defaults together; then what they rest on, by number.
pub(super) fn lines(scenario: &Scenario) -> Vec<String> {
    let mut sources: Vec<&str> = Vec::new();
    let mut blocks: Vec<Block<'_>> = Vec::new();
    for block in by_table(scenario, &mut sources) {
        match blocks.iter_mut().find(|known| known.has_same(&block)) {
            Some(known) => known.tables.extend(block.tables),
            None => blocks.push(block),
        }
    }
    let mut lines = Vec::new();
    for block in &blocks {
        lines.push(format!(
            "{}{}",
            block.tables.join(", "),
            of_variants(block.variants, scenario)
        ));
        for (basis, values) in [("fact", &block.facts), ("assumed", &block.assumptions)] {
            if !values.is_empty() {
                lines.push(format!("  {basis}: {}", values.join(", ")));
            }
        }
    }
    let numbered = sources.iter().enumerate();
    lines.extend(numbered.map(|(number, source)| format!("[{}] {source}", number + 1)));
    lines
}

/// The blocks in the order in which tables are read; sources are added where they are new.
fn by_table<'s>(scenario: &'s Scenario, sources: &mut Vec<&'static str>) -> Vec<Block<'s>> {
    let mut blocks: Vec<Block<'s>> = Vec::new();
    let mut positions: BTreeMap<(&str, &[usize]), usize> = BTreeMap::new();
    for of in &scenario.defaults {
        let default = &of.default;
        let key = (default.table.as_str(), &of.variants[..]);
        let position = *positions.entry(key).or_insert(blocks.len());
        if position == blocks.len() {
            blocks.push(Block {
                tables: vec![match key.0 {
                    "" => "scenario".to_owned(),
                    table => format!("`{table}`"),
                }],
                variants: key.1,
                facts: Vec::new(),
                assumptions: Vec::new(),
            });
        }
        let block = &mut blocks[position];
        let values = match default.basis {
            Basis::Fact => &mut block.facts,
            Basis::Assumption => &mut block.assumptions,
        };
        values.push(format!(
            "{} = {}{}",
            default.key,
            default.value,
            reference(default.source, sources)
        ));
    }
    blocks
}

/// The number of a source in brackets; nothing where there is none.
fn reference(source: &'static str, sources: &mut Vec<&'static str>) -> String {
    if source.is_empty() {
        return String::new();
    }
    let known = sources.iter().position(|known| *known == source);
    let position = known.unwrap_or_else(|| {
        sources.push(source);
        sources.len() - 1
    });
    format!(" [{}]", position + 1)
}

/// The variants that a block is about, where it is not about all.
fn of_variants(variants: &[usize], scenario: &Scenario) -> String {
    if variants.len() == scenario.variants.len() {
        return String::new();
    }
    let name = |position: &usize| format!("`{}`", scenario.variants[*position].name);
    // One more name is no longer than a word about it.
    let shown = if variants.len() == SHOWN + 1 {
        variants.len()
    } else {
        SHOWN
    };
    let shown: Vec<String> = variants.iter().take(shown).map(name).collect();
    match variants.len() {
        1 => format!(" (variant {})", shown[0]),
        all if all == shown.len() => format!(" (variants {})", shown.join(", ")),
        more => format!(
            " (variants {} and {} others)",
            shown.join(", "),
            more - SHOWN
        ),
    }
}
