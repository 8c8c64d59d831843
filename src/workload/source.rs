//! The stream of submissions of one workload in one replication: an arrival kind, and the draws that make each run.
//!
//! Everything random about a run is drawn here, at its submission, from a stream for each purpose: so two variants see the
//! same runs whatever they do with them.

use rand_distr::Distribution as _;
use rand_distr::weighted::WeightedAliasIndex;

use super::trace::TraceRow;
use super::{ArrivalStream, Ended, NodeCount, Submission, WorkloadSettings};
use crate::distribution::{Ahead, Distribution};
use crate::engine::Work;
use crate::engine::streams::{Purpose, Stream, Streams};
use crate::units::{SimDuration, SimTime};

const ARRIVALS: Purpose = Purpose("arrivals");
const DURATION: Purpose = Purpose("duration");
const NODES: Purpose = Purpose("nodes");
const IMAGE_PULL: Purpose = Purpose("image pull");
const SETUP: Purpose = Purpose("setup");
const FINALIZE: Purpose = Purpose("finalize");

/// A distribution with its own stream.
#[derive(Clone, Debug)]
pub struct Draw {
    /// The value, where there is only one: most stages of most runs.
    constant: Option<SimDuration>,
    ahead: Ahead,
    distribution: Distribution,
    stream: Stream,
}

impl Draw {
    /// Binds a distribution to the stream of this purpose and owner.
    pub fn new(
        distribution: &Distribution,
        streams: Streams,
        purpose: Purpose,
        owner: &str,
    ) -> Self {
        Self {
            constant: distribution.as_constant(),
            ahead: Ahead::default(),
            distribution: distribution.clone(),
            stream: streams.open(purpose, owner),
        }
    }

    /// The next length.
    #[inline(always)]
    pub fn draw(&mut self) -> SimDuration {
        match self.constant {
            Some(value) => value,
            None => {
                (self.ahead).next(|lengths| self.distribution.draw_all(&mut self.stream, lengths))
            }
        }
    }
}

/// The submissions of one workload, in order of time, all before the horizon.
#[derive(Clone, Debug)]
pub struct WorkloadSource {
    arrivals: ArrivalStream,
    duration: Draw,
    nodes: NodeDraw,
    priority: i64,
    environment: Option<u32>,
    image_pulls: Vec<Draw>,
    setup: Draw,
    finalize: Draw,
}

#[derive(Clone, Debug)]
enum NodeDraw {
    Constant(u32),
    Choice {
        values: Vec<u32>,
        index: WeightedAliasIndex<f64>,
        stream: Box<Stream>,
    },
}

impl NodeDraw {
    fn new(nodes: &NodeCount, streams: Streams, owner: &str) -> Self {
        match nodes {
            NodeCount::Constant(nodes) => Self::Constant(*nodes),
            NodeCount::Choice { values, weights } => Self::Choice {
                values: values.clone(),
                index: WeightedAliasIndex::new(weights.clone())
                    .expect("weights were checked with the scenario"),
                stream: Box::new(streams.open(NODES, owner)),
            },
        }
    }

    #[inline(always)]
    fn next(&mut self) -> u32 {
        match self {
            Self::Constant(nodes) => *nodes,
            Self::Choice {
                values,
                index,
                stream,
            } => values[index.sample(stream)],
        }
    }
}

impl WorkloadSource {
    /// The stream of a workload up to the horizon; `image_pulls` are the pull times of the workspace's environments.
    pub fn new(
        settings: &WorkloadSettings,
        image_pulls: &[&Distribution],
        horizon: SimTime,
        streams: Streams,
    ) -> Self {
        let owner = settings.name.as_str();
        let draw = |distribution, purpose| Draw::new(distribution, streams, purpose, owner);
        Self {
            arrivals: ArrivalStream::new(
                &settings.arrivals,
                horizon,
                streams.open(ARRIVALS, owner),
            ),
            duration: draw(&settings.duration, DURATION),
            nodes: NodeDraw::new(&settings.nodes, streams, owner),
            priority: settings.priority,
            environment: settings.environment,
            image_pulls: image_pulls
                .iter()
                .map(|pull| draw(pull, IMAGE_PULL))
                .collect(),
            setup: draw(&settings.setup, SETUP),
            finalize: draw(&settings.finalize, FINALIZE),
        }
    }

    /// The next submission, if one falls before the horizon. How long a run of batch inference takes is for
    /// [`super::Pieces`] to say.
    #[inline(always)]
    pub fn submission(&mut self, work: &mut Work<'_>) -> Option<Submission> {
        let at = self.arrivals.draw(work)?;
        if let Some(row) = self.arrivals.row() {
            return Some(self.replay(row));
        }
        Some(self.run_at(at))
    }

    /// Whether it wants to be told of the ends of its runs.
    pub fn listens(&self) -> bool {
        self.arrivals.listens()
    }

    /// One of its runs has ended, of which it is told before it hears of the end. When its parent came, if all other children
    /// have ended.
    pub fn last_child(&mut self, ended: Ended) -> Option<SimTime> {
        self.arrivals.last_child(ended)
    }

    /// When each parent came of which not all children have ended.
    pub fn open_parents(&self) -> impl Iterator<Item = SimTime> {
        self.arrivals.open_parents()
    }

    /// One of its runs has ended, while the run that was drawn last is still to be submitted (or there is none). When the
    /// next run is to be submitted now; `None` if none is before the horizon.
    pub fn hear(&mut self, ended: Ended, pending: Option<SimTime>) -> Option<SimTime> {
        self.arrivals.hear(ended, pending)
    }

    /// The run of an arrival; for one that the end of another brought, too.
    #[inline(always)]
    pub fn run_at(&mut self, at: SimTime) -> Submission {
        let (duration, nodes) = (self.duration.draw(), self.nodes.next());
        self.draw_run(at, duration, nodes)
    }

    /// A run with what every kind draws alike.
    #[inline(always)]
    fn draw_run(&mut self, at: SimTime, duration: SimDuration, nodes: u32) -> Submission {
        let image_pull = match self.environment {
            Some(image) => self.image_pulls[image as usize].draw(),
            None => SimDuration::ZERO,
        };
        Submission {
            at,
            nodes,
            duration,
            priority: self.priority,
            estimate: SimDuration::ZERO,
            label: 0,
            environment: self.environment,
            image_pull,
            setup: self.setup.draw(),
            finalize: self.finalize.draw(),
        }
    }

    /// What the row says, over what the workload says.
    #[inline(never)]
    fn replay(&mut self, (row, label): (TraceRow, u32)) -> Submission {
        let nodes = row.nodes.unwrap_or_else(|| self.nodes.next());
        let mut run = self.draw_run(row.at, row.duration, nodes);
        run.label = label;
        run.priority = row.priority.unwrap_or(run.priority);
        // Zero stands for none; an estimate of 0 counts as the least there is.
        let estimate = row.estimate.map(|estimate| estimate.max(SimDuration(1)));
        run.estimate = estimate.unwrap_or_default();
        if let Some(image) = row.environment {
            run.environment = Some(image);
            run.image_pull = self.image_pulls[image as usize].draw();
        }
        run
    }
}
