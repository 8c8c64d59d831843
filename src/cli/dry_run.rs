//! What `--dry-run` prints: the variants, their targets and the load on each, and where results would go.

use std::fmt::Write as _;
use std::path::Path;

use crate::model::settings::TargetKind;
use crate::scenario::{Scenario, Variant};
use crate::units::SimTime;

/// The scenario as it would run.
pub(super) fn describe(scenario: &Scenario, folder: &Path) -> String {
    let mut text = format!("{} ({})\n", scenario.name, scenario.path.display());
    if let Some(description) = &scenario.description {
        line(&mut text, &format!("  {description}"));
    }
    let counted = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    line(
        &mut text,
        &format!(
            "  {} x {}, seed {}, baseline `{}`",
            counted(scenario.variants.len(), "variant"),
            counted(scenario.replications as usize, "replication"),
            scenario.seed,
            scenario.variants[scenario.baseline].name
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
    let targets = settings.targets.iter().zip(&variant.loads);
    for ((target, load), prices) in targets.zip(&variant.prices) {
        let unit = match target.kind {
            TargetKind::Cluster(_) => "nodes",
            TargetKind::Instance(_) => "slots",
        };
        let peak = load.peak_demand.map_or_else(String::new, |peak| {
            format!(", for {} in the peaks", short(peak))
        });
        line(
            text,
            &format!(
                "    `{}`: work for {} {unit} on average{peak}; it has {} at most; {} USD/h",
                load.target,
                short(load.demand),
                short(load.capacity),
                prices.per_hour.dollars()
            ),
        );
    }
}

/// With at most three decimals, and no zeros at the end.
fn short(number: f64) -> f64 {
    (number * 1000.0).round() / 1000.0
}

fn line(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("a string takes every line");
}
