//! Distributions of waits and of latencies.

use std::collections::BTreeSet;

use super::{Doer, Doing, about, running, serving};
use crate::report::StudyResults;
use crate::report::cdf::{CdfPoint, pooled_latencies, pooled_waits};
use crate::report::charts::wait_input::{WaitCurve, WaitInput};
use crate::report::charts::work::Work;
use crate::report::charts::{Chart, wait};
use crate::units::SimDuration;

/// The distribution of waits of each variant, all replications together.
pub(in crate::report) fn wait_distribution(study: &StudyResults) -> Option<Chart> {
    let Doing { variants, baseline } = running(study)?;
    let curves = variants.into_iter().map(|doer| {
        let statistics = doer.variant.statistics();
        let points = pooled_waits(statistics.map(|result| result.into_owned().all_runs));
        curve(&doer, doer.row.growing.runs, &points)
    });
    wait::draw(&WaitInput {
        of: Work::Runs,
        study: about(study),
        curves: curves.collect(),
        baseline,
        limits: Vec::new(),
    })
}

/// The distribution of latencies of each variant, all services and replications together.
pub(in crate::report) fn latency_distribution(study: &StudyResults) -> Option<Chart> {
    let Doing { variants, baseline } = serving(study)?;
    let curves = variants.into_iter().map(|doer| {
        let statistics = doer.variant.statistics();
        let targets = statistics.flat_map(|result| result.into_owned().targets);
        let services = targets.filter_map(|target| target.service);
        let points = pooled_latencies(services.map(|service| service.requests));
        curve(&doer, doer.row.growing.requests, &points)
    });
    wait::draw(&WaitInput {
        of: Work::Requests,
        study: about(study),
        curves: curves.collect(),
        baseline,
        limits: slos(study),
    })
}

/// The SLOs of the services, each once.
pub(super) fn slos(study: &StudyResults) -> Vec<(f64, &'static str)> {
    let limits = study
        .variants
        .iter()
        .flat_map(|variant| &variant.limits.slos);
    let slos: BTreeSet<SimDuration> = limits.flatten().copied().collect();
    let named = slos.into_iter().map(|slo| (slo.as_secs_f64(), "SLO"));
    named.collect()
}

/// The curve of a variant, which a longer horizon would move where its queue grows.
fn curve(of: &Doer<'_>, grows: bool, points: &[CdfPoint]) -> WaitCurve {
    let mark = if grows { " (queue grows)" } else { "" };
    WaitCurve {
        name: format!("{}{mark}", of.name),
        look: of.look,
        points: points
            .iter()
            .map(|point| (point.wait_s, point.share))
            .collect(),
    }
}
