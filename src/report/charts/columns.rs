//! Levels over time cut to what a chart can show: columns of half a unit, however many changes there were.

use super::axis::Linear;
use super::frame;
use super::levels::{Levels, NodesPanel, STATES};

/// A stretch of time with one set of levels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Column {
    pub(super) left: f64,
    /// Nodes up to and including each state, from the bottom: means.
    pub(super) tops: [f64; STATES],
    pub(super) waiting: f64,
    /// The most nodes of all states and the longest queue, where they are drawn as lines above means.
    pub(super) highest: Option<[f64; 2]>,
}

impl Column {
    /// Whether nodes are in a state.
    pub(super) fn is_seen(&self, state: usize) -> bool {
        let below = state.checked_sub(1).map_or(0.0, |below| self.tops[below]);
        self.tops[state] - below > 1e-6
    }
}

/// Width of a column.
pub(super) const WIDTH: f64 = 0.5;

/// Levels by column: of nodes the mean over that time, of the queue the most. Equal neighbors are one.
pub(super) fn of(panel: &NodesPanel, x: Linear) -> Vec<Column> {
    let mut levels: Vec<&Levels> = panel.levels.iter().filter(|l| l.at_s.is_finite()).collect();
    levels.sort_by(|a, b| a.at_s.total_cmp(&b.at_s));
    let (first, last) = x.values;
    let to_place = |at: f64| x.place(at.clamp(first, panel.end_s.clamp(first, last)));
    let mut columns: Vec<Column> = Vec::new();
    let mut open = Column {
        left: x.places.0,
        tops: [0.0; STATES],
        waiting: 0.0,
        highest: None,
    };
    let mut filled = 0.0;
    let mut close = |column: Column, filled: f64, right: f64| {
        let mean = Column {
            tops: column.tops.map(|top| top / filled.max(1e-12)),
            ..column
        };
        let same = |last: &Column| {
            let differ = |(a, b): (&f64, &f64)| (a - b).abs() > 1e-6;
            !last.tops.iter().zip(&mean.tops).any(differ) && !differ((&last.waiting, &mean.waiting))
        };
        if filled > 0.0 && !columns.last().is_some_and(same) {
            columns.push(mean);
        }
        Column {
            left: right,
            tops: [0.0; STATES],
            waiting: 0.0,
            highest: None,
        }
    };
    for (index, level) in levels.iter().enumerate() {
        let mut from = to_place(level.at_s);
        let to = levels
            .get(index + 1)
            .map_or(to_place(panel.end_s), |next| to_place(next.at_s));
        let tops = level.tops();
        while to > from {
            if from >= open.left + WIDTH {
                open = close(open, filled, from);
                filled = 0.0;
                if to > from + WIDTH {
                    // The whole columns of a long stretch are equal.
                    let whole = ((to - from) / WIDTH).floor() * WIDTH;
                    let column = Column {
                        left: from,
                        tops,
                        waiting: frame::sound(level.waiting),
                        highest: None,
                    };
                    open = close(column, 1.0, from + whole);
                    from += whole;
                    continue;
                }
            }
            let part = to.min(open.left + WIDTH) - from;
            for (sum, top) in open.tops.iter_mut().zip(tops) {
                *sum += top * part;
            }
            open.waiting = open.waiting.max(frame::sound(level.waiting));
            filled += part;
            // The next place is computed, not added up: a rounding error must not stop the loop.
            from = if to <= open.left + WIDTH {
                to
            } else {
                open.left + WIDTH
            };
        }
    }
    close(open, filled, x.places.1);
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: Linear = Linear {
        values: (0.0, 1000.0),
        places: (0.0, 100.0),
    };

    fn level(at_s: f64, occupied: f64, waiting: f64) -> Levels {
        Levels {
            at_s,
            occupied,
            waiting,
            ..Levels::default()
        }
    }

    fn panel(levels: Vec<Levels>) -> NodesPanel {
        NodesPanel {
            levels,
            end_s: 1000.0,
            ..NodesPanel::default()
        }
    }

    #[test]
    fn few_changes_are_kept_as_they_are() {
        let columns = of(
            &panel(vec![level(0.0, 1.0, 0.0), level(500.0, 3.0, 2.0)]),
            X,
        );
        let levels: Vec<(f64, f64)> = columns.iter().map(|c| (c.left, c.tops[1])).collect();
        assert_eq!(levels, [(0.0, 1.0), (50.0, 3.0)]);
    }

    #[test]
    fn many_changes_become_means_of_nodes_and_peaks_of_the_queue() {
        let flicker = (0..20_000_u32).map(|i| {
            level(
                f64::from(i) * 0.05,
                f64::from(i % 2) * 4.0,
                f64::from(i % 5),
            )
        });
        let columns = of(&panel(flicker.collect()), X);
        assert!(columns.len() <= 205, "{}", columns.len());
        assert!(
            columns
                .iter()
                .all(|c| (c.tops[1] - 2.0).abs() < 0.2 && c.waiting >= 4.0)
        );
    }
}
