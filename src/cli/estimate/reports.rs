//! What reports take: measured on small studies of several sizes, and continued to the size of the whole.

use std::io::{self, Write};

use sha2::{Digest as _, Sha256};

use super::clock::Clock;
use super::sample::{Size, Stock};
use crate::report::pictures::PICTURES;
use crate::report::{FILES, FOCUS, terminal::terminal, warnings::warnings};
use crate::stored::Inputs;
use crate::study::Threads;
use crate::study_results::StudyResults;

/// Variants of the largest small study: charts have reached their size.
const VARIANTS: usize = 400;
/// Replications of all its variants together.
const REPLICATIONS: usize = 1_600;
/// So many in any case, and more where there are runs and leases only if their rows have so many bytes at most.
const LEAST: usize = 8;
const ROWS: f64 = 4e6;
/// The other small studies have this part of the variants, or of the replications.
const PART: usize = 4;
/// Columns of the text, where nobody sees it.
const WIDTH: usize = 120;

/// What a part of the reports takes.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Cost {
    pub(super) seconds: f64,
    pub(super) bytes: f64,
}

/// What the reports of a study take.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Reports {
    pub(super) tables: Cost,
    pub(super) charts: Cost,
}

/// What the reports of a study of a size take; `None` if the trial left too little to make any. `row` is the mean size of a
/// row with runs and leases, in bytes.
pub(super) fn measure(
    stock: &Stock<'_>,
    whole: Size,
    (inputs, row): (&Inputs, f64),
    threads: &Threads,
) -> Option<Reports> {
    let variants = stock.variants();
    if variants.is_empty() {
        return None;
    }
    let large = largest(whole, variants.len(), if inputs.runs { row } else { 0.0 });
    let part = |count: usize| (count / PART).max(1);
    let parts = |size: Size| made(&stock.study(&variants, size), inputs, threads);
    let at_large = parts(large);
    let of_fewer_variants = (large.variants < whole.variants && large.variants > 1).then(|| {
        let size = Size {
            variants: part(large.variants),
            ..large
        };
        (size.variants, parts(size))
    });
    let of_fewer_replications = (large.replications < whole.replications).then(|| {
        let size = Size {
            replications: part(large.replications),
            ..large
        };
        (size.replications, parts(size))
    });
    let continued = |position: usize, of: fn(&Cost) -> f64| {
        let large_value = of(&at_large[position]);
        let slope = |larger: usize, smaller: Option<&(usize, Vec<Cost>)>| {
            smaller.map_or(0.0, |(count, parts)| {
                let rise = large_value - of(&parts[position]);
                (rise / (larger - count).max(1) as f64).max(0.0)
            })
        };
        let by_variant = if large.variants > 1 {
            slope(large.variants, of_fewer_variants.as_ref())
        } else {
            large_value
        };
        let by_replication = slope(large.replications, of_fewer_replications.as_ref());
        let more_variants = (whole.variants - large.variants) as f64;
        let more_replications = (whole.replications - large.replications) as f64;
        let wider = whole.variants as f64 / large.variants as f64;
        large_value + more_variants * by_variant + more_replications * by_replication * wider
    };
    let costs = (0..at_large.len()).map(|position| Cost {
        seconds: continued(position, |cost| cost.seconds),
        bytes: continued(position, |cost| cost.bytes),
    });
    let mut costs = costs.collect::<Vec<Cost>>().into_iter();
    let charts = costs.next().unwrap_or_default();
    let tables = costs.fold(Cost::default(), |sum, cost| Cost {
        seconds: sum.seconds + cost.seconds,
        bytes: sum.bytes + cost.bytes,
    });
    Some(Reports { tables, charts })
}

/// The largest small study of a whole.
fn largest(whole: Size, variants: usize, row: f64) -> Size {
    let fits = |count: &usize| row * *count as f64 <= ROWS;
    let halves = std::iter::successors(Some(REPLICATIONS), |count| Some(count / 2));
    let most = halves.take_while(|count| *count > LEAST).find(fits);
    let most = most.unwrap_or(LEAST);
    let variants = whole
        .variants
        .min(variants)
        .min(VARIANTS)
        .min((most / 2).max(1));
    Size {
        variants,
        replications: whole.replications.min((most / variants).max(2)),
    }
}

/// What the reports of a study take: its charts, the text, then each file.
fn made(study: &StudyResults, inputs: &Inputs, threads: &Threads) -> Vec<Cost> {
    let began = Clock::start();
    let drawn = threads.map(PICTURES, |picture| (picture.draw)(study));
    let drawn = drawn.iter().flatten();
    let charts = Cost {
        bytes: drawn
            .map(|chart| chart.svg.len() + chart.png.len())
            .sum::<usize>() as f64,
        seconds: began.seconds(),
    };
    let began = Clock::start();
    let _ = (terminal(study, WIDTH), warnings(study));
    let text = Cost {
        bytes: 0.0,
        seconds: began.seconds(),
    };
    let plain = FILES
        .iter()
        .filter(|file| file.is_written(study, inputs.runs));
    let files = plain.chain(inputs.focus.is_some().then_some(FOCUS));
    let files = files.map(|file| {
        let began = Clock::start();
        let mut out = io::BufWriter::new(Counter::default());
        let written = (file.write)(study, &mut out).and_then(|()| out.flush());
        written.expect("a counter takes every byte");
        Cost {
            bytes: out.get_ref().bytes as f64,
            seconds: began.seconds(),
        }
    });
    [charts, text].into_iter().chain(files).collect()
}

/// Takes a checksum, as of a file that is written, and counts.
#[derive(Default)]
struct Counter {
    sum: Sha256,
    bytes: u64,
}

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.sum.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
