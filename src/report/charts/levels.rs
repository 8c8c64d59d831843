//! Levels over time of targets: what the charts of nodes are drawn from, put together where they are too many, and at one
//! resolution.

use super::columns;

/// Levels from one instant on, until the next.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Levels {
    /// Seconds since the start.
    pub at_s: f64,
    /// Nodes that never take runs.
    pub system: f64,
    /// Nodes with a run.
    pub occupied: f64,
    /// Nodes ready and without a run.
    pub idle: f64,
    /// Nodes requested and not yet usable.
    pub provisioning: f64,
    /// Nodes being released.
    pub leaving: f64,
    /// Runs in the queue.
    pub waiting: f64,
}

impl Levels {
    /// The same levels from another instant on.
    fn from(self, at_s: f64) -> Self {
        Self { at_s, ..self }
    }

    /// These levels and a part of others.
    fn plus(self, other: &Self, share: f64) -> Self {
        Self {
            at_s: self.at_s,
            system: self.system + other.system * share,
            occupied: self.occupied + other.occupied * share,
            idle: self.idle + other.idle * share,
            provisioning: self.provisioning + other.provisioning * share,
            leaving: self.leaving + other.leaving * share,
            waiting: self.waiting + other.waiting * share,
        }
    }

    /// Nodes in all states.
    pub(super) fn total(&self) -> f64 {
        columns::tops(self)[columns::STATES - 1]
    }
}

/// One panel: a target of a variant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodesPanel {
    /// The variant's name.
    pub name: String,
    /// The target's name, where the variant has several.
    pub target: String,
    /// Position of its variant in the scenario.
    pub variant: usize,
    /// Levels at each change, in order of time.
    pub levels: Vec<Levels>,
    /// Seconds since the start at which the last levels end.
    pub end_s: f64,
    /// Seconds over which levels are means, where changes were too many to keep each.
    pub averaged_s: Option<f64>,
    /// The most nodes that there can be, where that is limited.
    pub most: Option<f64>,
}

impl NodesPanel {
    /// The same panel before it has levels.
    pub(super) fn clone_without_levels(&self) -> Self {
        Self {
            name: self.name.clone(),
            target: self.target.clone(),
            levels: Vec::new(),
            ..*self
        }
    }

    /// Its heading: the variant, with the target where there are several.
    pub(super) fn heading(&self) -> String {
        match self.target.as_str() {
            "" => self.name.clone(),
            target => format!("{}: {target}", self.name),
        }
    }

    /// Whether it has something to draw.
    pub(super) fn is_sound(&self) -> bool {
        self.end_s.is_finite() && self.end_s > 0.0 && !self.levels.is_empty()
    }

    /// Its levels with their ends.
    pub(super) fn spans(&self) -> impl Iterator<Item = (&Levels, f64)> {
        let next = self.levels.iter().map(|level| level.at_s).skip(1);
        self.levels.iter().zip(next.chain([self.end_s]))
    }

    /// The panel with means over spans of `step` seconds.
    fn resampled(&self, step: f64) -> Self {
        let mut means: Vec<Levels> = Vec::new();
        for (level, end) in self.spans() {
            let mut from = level.at_s;
            while from < end {
                let span = (from / step + 1e-9).floor();
                let to = ((span + 1.0) * step).min(end);
                let start = span * step;
                let share = (to - from) / (self.end_s - start).min(step);
                match means.last_mut() {
                    Some(open) if open.at_s >= start => *open = open.plus(level, share),
                    _ => means.push(Levels::default().from(start).plus(level, share)),
                }
                from = to;
            }
        }
        Self {
            levels: means,
            averaged_s: Some(step),
            ..self.clone_without_levels()
        }
    }
}

/// All panels at the resolution of the coarsest.
pub(super) fn at_one_resolution(panels: &[NodesPanel]) -> Vec<NodesPanel> {
    let coarsest = panels.iter().filter_map(|panel| panel.averaged_s);
    let coarsest = coarsest.fold(0.0, f64::max);
    let even = |panel: &NodesPanel| match panel.averaged_s {
        Some(step) if step >= coarsest => panel.clone(),
        _ if coarsest <= 0.0 || !panel.is_sound() => panel.clone(),
        _ => panel.resampled(coarsest),
    };
    panels.iter().map(even).collect()
}

/// Several targets of a variant as one panel: their sums.
pub fn together(panels: &[&NodesPanel]) -> NodesPanel {
    let starts = panels.iter().flat_map(|panel| &panel.levels);
    let starts = starts.map(|level| level.at_s);
    let stops = panels.iter().map(|panel| panel.end_s);
    let last = stops.clone().fold(0.0, f64::max);
    let mut instants: Vec<f64> = starts.chain(stops).filter(|at| *at < last).collect();
    instants.sort_by(f64::total_cmp);
    instants.dedup();
    let mut next = vec![0; panels.len()];
    let levels = instants.into_iter().map(|at| {
        let mut sum = Levels::default().from(at);
        for (panel, next) in panels.iter().zip(&mut next) {
            while panel
                .levels
                .get(*next)
                .is_some_and(|level| level.at_s <= at)
            {
                *next += 1;
            }
            let holding = next.checked_sub(1).filter(|_| at < panel.end_s);
            if let Some(level) = holding.and_then(|last| panel.levels.get(last)) {
                sum = sum.plus(level, 1.0);
            }
        }
        sum
    });
    let first = panels.first().map(|panel| panel.clone_without_levels());
    NodesPanel {
        levels: levels.collect(),
        end_s: last,
        target: format!("all {} targets together", panels.len()),
        averaged_s: panels
            .iter()
            .filter_map(|panel| panel.averaged_s)
            .reduce(f64::max),
        most: panels.iter().map(|panel| panel.most).sum(),
        ..first.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel(levels: &[(f64, f64)], end_s: f64) -> NodesPanel {
        let levels = levels.iter().map(|&(at_s, occupied)| Levels {
            at_s,
            occupied,
            ..Levels::default()
        });
        NodesPanel {
            levels: levels.collect(),
            end_s,
            ..NodesPanel::default()
        }
    }

    fn levels(panel: &NodesPanel) -> Vec<(f64, f64)> {
        let levels = panel.levels.iter();
        levels.map(|level| (level.at_s, level.occupied)).collect()
    }

    #[test]
    fn targets_together_are_summed_as_long_as_each_lasts() {
        let first = panel(&[(0.0, 1.0), (10.0, 2.0)], 20.0);
        let second = panel(&[(0.0, 4.0), (15.0, 0.0)], 30.0);
        let sum = together(&[&first, &second]);
        let expected = [(0.0, 5.0), (10.0, 6.0), (15.0, 2.0), (20.0, 0.0)];
        assert_eq!(levels(&sum), expected);
        assert!((sum.end_s - 30.0).abs() < 1e-9);
        assert_eq!(sum.heading(), ": all 2 targets together");
        assert_eq!(sum.most, None);
    }

    #[test]
    fn one_figure_has_one_resolution() {
        let exact = panel(&[(0.0, 0.0), (5.0, 4.0), (10.0, 1.0)], 25.0);
        let coarse = NodesPanel {
            averaged_s: Some(10.0),
            ..panel(&[(0.0, 3.0)], 25.0)
        };
        let even = at_one_resolution(&[exact.clone(), coarse.clone()]);
        assert_eq!(even[1], coarse);
        // Half of 10 s at 4; then 1 to the end, also in the last 5 s.
        assert_eq!(levels(&even[0]), [(0.0, 2.0), (10.0, 1.0), (20.0, 1.0)]);
        assert_eq!(at_one_resolution(std::slice::from_ref(&exact)), [exact]);
    }
}
