//! The catalog against the tables of the document that it is made from, the price book against its sources' figures,
//! and what own files may do to both.

mod checks;
mod frameworks;
mod gpu_speed;
mod market;
mod own_files;
mod prices;
mod retirements;
mod tables;

use autoscale_simulator::catalog::{Catalog, Finding, Rule, VmSize};

/// A size of the built-in catalog.
#[track_caller]
fn size(name: &str) -> &'static VmSize {
    Catalog::builtin()
        .size(name)
        .expect("a size of the catalog")
}

/// The rules that findings are about.
fn rules(findings: &[Finding]) -> Vec<Rule> {
    findings.iter().map(|finding| finding.rule).collect()
}

/// Holds a finding to the style of messages: lower case or a name in backticks first, no full stop, a help.
#[track_caller]
fn is_well_said(finding: &Finding) {
    for text in [&finding.message, &finding.help] {
        let first = text.chars().next().expect("some text");
        assert!(first.is_lowercase() || first == '`', "{text}");
        assert!(!text.ends_with('.'), "{text}");
        assert_eq!(text.matches('`').count() % 2, 0, "{text}");
    }
}
