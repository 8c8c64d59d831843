//! Who waits, on the terminal: the workloads of targets that make them wait differently.

use super::figures::place;
use super::lines::{Line, told_lines};
use super::shown::columns;
use crate::report::StudyResults;
use crate::report::main_table::{Printed, Shown, fitted_columns};
use crate::report::wrapping::wrapped;
use crate::stats::{CONFIDENCE, paired_difference};

/// Mean waits differ enough to be told from so many times on.
const TIMES: f64 = 1.5;
/// What is above the table.
const TITLE: &str = "Who waits and who pays (cost: own node-time, and a part of what is shared):";
/// Lines that are shown at most; the file has all.
const MOST: usize = 12;

/// The table, for a terminal of `width` columns; empty where no target has workloads that clearly wait differently.
pub(in crate::report) fn who_waits(
    study: &StudyResults,
    shown: &Shown<'_>,
    width: usize,
) -> String {
    let all: Vec<Vec<Line<'_>>> = shown
        .variants
        .iter()
        .map(|of| told_lines(study, of))
        .collect();
    let told = Told::of(&all, &shown.names);
    if told.lines.is_empty() {
        return String::new();
    }
    let columns = columns(&told.lines, study.currency()).into_iter();
    let columns = columns.map(|mut column| {
        for at in &told.headings {
            column.cells.insert(*at, (String::new(), String::new()));
        }
        let heading = format!("{}\n{}", column.heading, column.unit);
        (column.rank, Printed::aligned(&heading, &column.cells))
    });
    let text = fitted_columns(&told.names, &columns.collect::<Vec<_>>(), width);
    let more = match told.left_out {
        0 => String::new(),
        more => wrapped(&format!("and {more} more lines in workloads.csv\n"), width),
    };
    format!("{}\n{text}{more}", wrapped(TITLE, width))
}

/// The lines that are told.
struct Told<'a> {
    lines: Vec<&'a Line<'a>>,
    /// Their names and those of their targets, below the heading.
    names: Vec<String>,
    /// Which of these are of targets.
    headings: Vec<usize>,
    /// How many lines are left out.
    left_out: usize,
}

impl<'a> Told<'a> {
    /// Of the lines of each variant, with the names of the variants.
    fn of(all: &'a [Vec<Line<'a>>], names: &[String]) -> Self {
        let mut told = Self {
            lines: Vec::new(),
            names: vec!["workload".to_owned()],
            headings: Vec::new(),
            left_out: 0,
        };
        for (own, name) in all.iter().zip(names) {
            let groups = own.chunk_by(|one, other| one.target() == other.target());
            for group in groups.filter(|group| differ(group)) {
                let target = (all.len() > 1).then(|| format!("{name}, "));
                told.add(group, target.unwrap_or_default() + group[0].target());
            }
        }
        told
    }

    /// Adds the workloads of a target, if there is room.
    fn add(&mut self, group: &'a [Line<'a>], target: String) {
        if !self.lines.is_empty() && self.lines.len() + group.len() > MOST {
            self.left_out += group.len();
            return;
        }
        self.headings.push(self.names.len() - 1);
        self.names.push(target);
        let names = group.iter().map(|line| format!("  {}", line.workload()));
        self.names.extend(names);
        self.lines.extend(group);
    }
}

/// Whether the workloads of a target clearly wait differently: the longest mean wait is some times the shortest, and the interval
/// of their difference is above 0.
fn differ(group: &[Line<'_>]) -> bool {
    let wait = place("wait_mean_s");
    let known = group
        .iter()
        .filter_map(|line| Some((line.figure(wait)?.0.mean, line.values(wait)?)));
    let mut known: Vec<(f64, &[f64])> = known.collect();
    known.sort_by(|one, other| one.0.total_cmp(&other.0));
    let [(least, quick), .., (most, slow)] = known[..] else {
        return false;
    };
    let difference = paired_difference(slow, quick, CONFIDENCE);
    let clear = difference.and_then(|of| Some(of.mean > of.half_width?));
    most > 0.0 && most >= TIMES * least && clear == Some(true)
}
