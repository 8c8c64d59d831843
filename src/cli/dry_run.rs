//! What `--dry-run` prints: the variants, their targets and the load on each, and where results would go.

use std::fmt::Write as _;
use std::path::Path;

use crate::scenario::{Scenario, Variant};
use crate::units::SimTime;

/// The scenario as it would run.
pub(super) fn describe(scenario: &Scenario, folder: &Path) -> String {
    let mut text = format!("{} ({})\n", scenario.name, scenario.path.display());
    if let Some(description) = &scenario.description {
        line(&mut text, &format!("  {description}"));
    }
    let variants = scenario.variants.len();
    line(
        &mut text,
        &format!(
            "  {variants} variants x {} replications, seed {}, baseline `{}`",
            scenario.replications, scenario.seed, scenario.variants[scenario.baseline].name
        ),
    );
    line(
        &mut text,
        &format!("  results would go to {}", folder.display()),
    );
    for variant in &scenario.variants {
        describe_variant(&mut text, variant);
    }
    text
}

fn describe_variant(text: &mut String, variant: &Variant) {
    let settings = &variant.settings;
    let from_start = |time: SimTime| time.since(SimTime::ZERO).to_friendly();
    line(
        text,
        &format!(
            "  variant `{}`: from {}, warm-up {}, horizon {}",
            variant.name,
            variant.calendar.local(SimTime::ZERO),
            from_start(settings.warmup),
            from_start(settings.horizon)
        ),
    );
    for (load, prices) in variant.loads.iter().zip(&variant.prices) {
        let peak = load
            .peak_demand
            .map_or_else(String::new, |peak| format!(", at its peak {peak:.3}"));
        line(
            text,
            &format!(
                "    `{}`: mean load {:.3}{peak} of {:.3}, {} USD/h",
                load.target,
                load.demand,
                load.capacity,
                prices.per_hour.dollars()
            ),
        );
    }
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("a string takes every line");
}
