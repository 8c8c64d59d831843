//! Levels over time of targets: what the charts of nodes are drawn from, put together where they are too many, and at one
//! resolution.

use super::frame;
use super::work::unit_words;
use crate::study_results::Counts;

/// States of nodes.
pub(super) const STATES: usize = 5;

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
        self.tops()[STATES - 1]
    }

    /// Nodes up to and including each state, from the bottom.
    pub(super) fn tops(&self) -> [f64; STATES] {
        let states = [
            self.system,
            self.occupied,
            self.idle,
            self.provisioning,
            self.leaving,
        ];
        let mut sum = 0.0;
        states.map(|state| {
            sum += frame::sound(state);
            sum
        })
    }
}

/// The most that there can be of what a panel shows.
#[derive(Clone, Debug, PartialEq)]
pub struct LevelLimit {
    /// How many; `None` where that depends on which of several take how much.
    pub most: Option<f64>,
    /// What allows no more; may be empty.
    pub by: String,
    /// The quota that others use up as well.
    pub shared: Option<Sharing>,
}

/// A quota that several targets share, and that does not allow each its most at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct Sharing {
    /// Name of the quota.
    pub quota: String,
    /// How many targets share it.
    pub members: usize,
    /// How much it allows all of them together, where each of what they show takes the same of it.
    pub most: Option<f64>,
}

impl LevelLimit {
    /// Of several together: their sum, unless they take it from each other.
    fn sum(limits: &[Option<&Self>]) -> Option<Self> {
        let known = || limits.iter().copied().flatten();
        let shared: Vec<&Sharing> = known().filter_map(|limit| limit.shared.as_ref()).collect();
        if let Some(first) = shared.first() {
            return Some(first.of_all(&shared, limits.len()));
        }
        let all: Option<Vec<&Self>> = limits.iter().copied().collect();
        let (all, first) = (all?, known().next()?);
        let most: Option<f64> = all.iter().map(|limit| limit.most).sum();
        let is_one = all.iter().all(|limit| limit.by == first.by);
        Some(Self {
            most,
            by: if is_one {
                first.by.clone()
            } else {
                String::new()
            },
            shared: None,
        })
    }
}

impl Sharing {
    /// The limit of some targets together, of which these share quotas.
    fn of_all(&self, shared: &[&Self], targets: usize) -> LevelLimit {
        let mut quotas: Vec<&str> = shared.iter().map(|other| other.quota.as_str()).collect();
        quotas.sort_unstable();
        quotas.dedup();
        let is_whole = quotas.len() == 1 && shared.len() == targets && targets == self.members;
        let by = match quotas.as_slice() {
            [only] => format!("quota {only}"),
            several => format!("quotas {}", several.join(", ")),
        };
        LevelLimit {
            most: self.most.filter(|_| is_whole),
            by,
            shared: None,
        }
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
    /// What a quota counts, of a panel of one; else it is what the chart is of.
    pub counts: Option<Counts>,
    /// The most nodes that there can be, where that is limited.
    pub limit: Option<LevelLimit>,
}

impl NodesPanel {
    /// The same panel before it has levels.
    pub(super) fn clone_without_levels(&self) -> Self {
        Self {
            name: self.name.clone(),
            target: self.target.clone(),
            limit: self.limit.clone(),
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

    /// One of what it counts, where the chart is of such things.
    pub(super) fn thing(&self, of_chart: &'static str) -> &'static str {
        self.counts.map_or(of_chart, |counts| unit_words(counts).0)
    }

    /// The most that there can be.
    pub(super) fn most(&self) -> Option<f64> {
        self.limit.as_ref().and_then(|limit| limit.most)
    }

    /// Whether it has something to draw.
    pub(super) fn is_sound(&self) -> bool {
        self.end_s.is_finite() && self.end_s > 0.0 && !self.levels.is_empty()
    }

    /// Whether there is never a node, nor anything that waits for one.
    pub(super) fn is_empty(&self) -> bool {
        let is_none = |level: &Levels| level.total() + frame::sound(level.waiting) <= 0.0;
        self.levels.iter().all(is_none)
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
    let limits: Vec<Option<&LevelLimit>> =
        panels.iter().map(|panel| panel.limit.as_ref()).collect();
    NodesPanel {
        levels: levels.collect(),
        end_s: last,
        target: format!("all {} targets together", panels.len()),
        averaged_s: panels
            .iter()
            .filter_map(|panel| panel.averaged_s)
            .reduce(f64::max),
        limit: LevelLimit::sum(&limits),
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
        assert_eq!(sum.limit, None);
    }

    #[test]
    fn limits_are_summed_unless_targets_share_one() {
        let with = |shared: Option<Sharing>| NodesPanel {
            limit: Some(LevelLimit {
                most: Some(4.0),
                by: "max_nodes".to_owned(),
                shared,
            }),
            ..panel(&[(0.0, 1.0)], 10.0)
        };
        let sharing = |most, members| {
            with(Some(Sharing {
                quota: "t4".to_owned(),
                members,
                most,
            }))
        };
        let sum = |panels: &[&NodesPanel]| {
            let limit = together(panels).limit?;
            Some((limit.most, limit.by))
        };
        let said = |most, by: &str| Some((most, by.to_owned()));
        let (own, none) = (with(None), panel(&[], 10.0));
        assert_eq!(sum(&[&own, &own]), said(Some(8.0), "max_nodes"));
        assert_eq!(sum(&[&own, &none]), None);
        // All that share a quota, of nodes that are alike: what it allows.
        let alike = sharing(Some(5.0), 2);
        assert_eq!(sum(&[&alike, &alike]), said(Some(5.0), "quota t4"));
        // Nodes that differ, or others beside them: no number.
        let differing = sharing(None, 2);
        assert_eq!(sum(&[&differing, &differing]), said(None, "quota t4"));
        assert_eq!(sum(&[&alike, &own]), said(None, "quota t4"));
        let of_three = sharing(Some(5.0), 3);
        assert_eq!(sum(&[&of_three, &of_three]), said(None, "quota t4"));
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
