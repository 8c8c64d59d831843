//! What reports take: measured on small studies of several sizes, and continued to the size of the whole.

use std::io::{self, Write};

use sha2::{Digest as _, Sha256};

use super::sample::{Size, Stock};
use crate::cli::clock::Clock;
use crate::report::charts::Chart;
use crate::report::page::{About, page};
use crate::report::pictures::PICTURES;
use crate::report::{FILES, FOCUS, SUMMARY, terminal::terminal, warnings::warnings};
use crate::stored::Inputs;
use crate::study::Threads;
use crate::study_results::StudyResults;

/// Variants of the largest small study.
const VARIANTS: usize = 400;
/// Replications of all its variants together.
const REPLICATIONS: usize = 1_600;
/// Least number of replications of the largest small study.
const LEAST: usize = 8;
/// Bytes of rows at most where there are more replications than that; of rows with runs and leases.
const ROWS: f64 = 4e6;
/// The other small studies have this part of the variants, or of the replications.
const PART: usize = 4;
/// Variants that most charts show at most: those that show more are no larger for it.
const SHOWN: usize = 12;
/// Number of variants from which on only charts with a point for each variant become larger.
const SATURATED: usize = 160;
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
    /// Variants of the largest small study, and bytes of memory that its results took.
    pub(super) sample: (usize, f64),
}

/// What the reports of a study of a size take; `None` if the trial left too little to make any. `row` is the mean size of a
/// row with runs and leases, in bytes.
pub(super) fn measure(
    stock: &Stock<'_>,
    whole: Size,
    (inputs, row): (&Inputs, f64),
    threads: &Threads,
) -> Option<Reports> {
    let all = stock.variants();
    if all.is_empty() {
        return None;
    }
    let large = largest(whole, all.len(), if inputs.runs { row } else { 0.0 });
    let tables = |size: Size| tables(&stock.study(&all, size), stock.described, inputs);
    let tables = continued(tables, large, whole);
    // Curves that are the same share a line in the legend of a chart: only results of the variants themselves will do.
    let own: Vec<(usize, usize)> = all.iter().copied().filter(|(at, by)| at == by).collect();
    let charts = |size: Size| vec![charts(&stock.study(&own, size), threads)];
    let variants = large.variants.min(own.len());
    let shown = if variants < SATURATED {
        whole.variants.min(variants.max(SHOWN))
    } else {
        whole.variants
    };
    let charts = continued(
        charts,
        Size { variants, ..large },
        Size {
            variants: shown,
            ..whole
        },
    );
    let sum = |costs: Vec<Cost>| {
        costs.iter().fold(Cost::default(), |sum, cost| Cost {
            seconds: sum.seconds + cost.seconds,
            bytes: sum.bytes + cost.bytes,
        })
    };
    Some(Reports {
        tables: sum(tables),
        charts: sum(charts),
        sample: (large.variants, stock.room(&all, large) as f64),
    })
}

/// What parts take at the size of the whole: what they take at a large size, and as much more as they do at this size than at
/// one with fewer variants, and one with fewer replications.
fn continued(parts: impl Fn(Size) -> Vec<Cost>, large: Size, whole: Size) -> Vec<Cost> {
    let part = |count: usize| (count / PART).max(1);
    let of_fewer_variants = (large.variants < whole.variants).then(|| {
        let variants = part(large.variants);
        // Of a single variant, all that it takes is taken to come again.
        let parts = (large.variants > 1).then(|| parts(Size { variants, ..large }));
        ((large.variants - variants).max(1), parts)
    });
    let of_fewer_replications = (large.replications < whole.replications).then(|| {
        let replications = part(large.replications);
        let size = Size {
            replications,
            ..large
        };
        (large.replications - replications, Some(parts(size)))
    });
    let more_variants = (whole.variants - large.variants) as f64;
    let more_replications = (whole.replications - large.replications) as f64;
    let wider = whole.variants as f64 / large.variants as f64;
    let continued = |position: usize, at_large: &Cost, of: fn(&Cost) -> f64| {
        let slope = |fewer: Option<&(usize, Option<Vec<Cost>>)>| {
            fewer.map_or(0.0, |(less, parts)| {
                let parts = parts.as_ref();
                let at_fewer = parts.map_or(0.0, |parts| of(&parts[position]));
                ((of(at_large) - at_fewer) / *less as f64).max(0.0)
            })
        };
        of(at_large)
            + more_variants * slope(of_fewer_variants.as_ref())
            + more_replications * slope(of_fewer_replications.as_ref()) * wider
    };
    let at_large = parts(large);
    let costs = at_large.iter().enumerate().map(|(position, cost)| Cost {
        seconds: continued(position, cost, |cost| cost.seconds),
        bytes: continued(position, cost, |cost| cost.bytes),
    });
    costs.collect()
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

/// What the charts of a study take, and the page that shows them.
fn charts(study: &StudyResults, threads: &Threads) -> Cost {
    let began = Clock::start();
    let drawn = threads.map(PICTURES, |picture| (picture.draw)(study));
    let drawn: Vec<Chart> = drawn.into_iter().flatten().collect();
    let page = page(study, &drawn, &About::default());
    let charts = drawn.iter().map(|chart| chart.svg.len() + chart.png.len());
    Cost {
        bytes: (charts.sum::<usize>() + page.len()) as f64,
        seconds: began.seconds(),
    }
}

/// What the text of a study takes, then each file that the whole has.
fn tables(study: &StudyResults, whole: &StudyResults, inputs: &Inputs) -> Vec<Cost> {
    let began = Clock::start();
    let _ = (terminal(study, WIDTH), warnings(study));
    let text = Cost {
        bytes: 0.0,
        seconds: began.seconds(),
    };
    let plain = FILES.iter();
    let plain = plain.filter(|file| file.is_written(whole, inputs.runs));
    let plain = plain.chain([SUMMARY]);
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
    std::iter::once(text).chain(files).collect()
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
