//! A run from its submission to its end as one line of letters, a Gantt chart.

use std::fmt::Write as _;

use crate::report::wrapping::wrapped;
use crate::results::{RunRecord, WaitParts};
use crate::units::SimDuration;

/// Letters of the parts of the wait, in their order, then of the time after.
const LETTERS: [char; 6] = ['i', 'c', 'q', 'p', 's', 'R'];

/// The line and what its letters mean; `None` of a run that did not start.
pub(super) fn of(run: &RunRecord, width: usize) -> Option<String> {
    let parts = run.wait_parts()?;
    let after = run.ended?.since(run.started?);
    let lengths = parts.by_cause().map(|(_, length)| length);
    let lengths: Vec<SimDuration> = lengths.into_iter().chain([after]).collect();
    // Two blanks before it, and a bar on either side.
    let columns = shared(&lengths, width.saturating_sub(4));
    let mut text = "  |".to_owned();
    for (letter, count) in LETTERS.iter().zip(&columns) {
        text.extend(std::iter::repeat_n(*letter, *count));
    }
    text.push_str("|\n");
    let names = parts.by_cause().map(|(cause, _)| cause);
    let names = names.into_iter().chain(["from the first start to the end"]);
    let legend: Vec<String> = LETTERS
        .iter()
        .zip(names)
        .zip(&columns)
        .filter(|(_, count)| **count > 0)
        .map(|((letter, name), _)| format!("{letter} {name}"))
        .collect();
    let legend = format!("  {}.{}", legend.join(", "), order(parts));
    writeln!(text, "{}", wrapped(&legend, width)).expect("memory takes every byte");
    Some(text)
}

/// What is said of the order, where a run waited in the queue for more than one cause.
fn order(parts: WaitParts) -> &'static str {
    let in_queue = [parts.capacity, parts.quota, parts.provisioning];
    match in_queue.iter().filter(|part| !part.is_zero()).count() {
        0 | 1 => "",
        _ => " Times in the queue are drawn by cause, not in their order.",
    }
}

/// Columns for each length: one at least for those above 0, the rest in proportion, by largest remainders.
fn shared(lengths: &[SimDuration], columns: usize) -> Vec<usize> {
    let total: u128 = lengths.iter().map(|length| u128::from(length.0)).sum();
    let shown = lengths.iter().filter(|length| !length.is_zero()).count();
    let rest = columns.saturating_sub(shown) as u128;
    let part = |length: &SimDuration| u128::from(length.0) * rest;
    let mut counts: Vec<usize> = lengths
        .iter()
        .map(|length| {
            let least = usize::from(!length.is_zero());
            let more = part(length).checked_div(total).unwrap_or(0);
            least + usize::try_from(more).expect("at most the columns")
        })
        .collect();
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(part(&lengths[*at]).checked_rem(total)));
    let given: usize = counts.iter().sum();
    let left = if total == 0 {
        0
    } else {
        columns.saturating_sub(given)
    };
    for at in order.into_iter().take(left) {
        counts[at] += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(lengths: &[u64], columns: usize) -> Vec<usize> {
        let lengths: Vec<SimDuration> = lengths.iter().map(|of| SimDuration(*of)).collect();
        shared(&lengths, columns)
    }

    #[test]
    fn what_is_there_is_seen_and_the_rest_is_in_proportion() {
        // One column each, 17 more: 1.7, 0, 15.3; the one that is left goes to the largest remainder.
        assert_eq!(columns(&[10, 0, 90], 19), [3, 0, 16]);
        assert_eq!(columns(&[1, 1_000_000], 10), [1, 9]);
        assert_eq!(columns(&[0, 0], 10), [0, 0]);
    }
}
