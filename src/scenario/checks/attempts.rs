//! Runs that hardly end, since the nodes they run on do not live as long.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution as _, StandardUniform};

use super::after_loss;
use super::demand::{mean_nodes, of_pieces};
use super::gangs::size;
use super::stretch::{
    Limits, Stretch, TOO_MANY_LOSSES, friendly, longest_stretch, mean_stretch, nodes_in_words,
    stretch,
};
use crate::autoscale::batch::BatchPolicy;
use crate::model::settings::{ClusterSettings, End, NodeLoss, ScalingPolicy, TargetKind};
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::sink::Read;
use crate::scenario::targets::Target;
use crate::scenario::work::workloads::Work;
use crate::units::{SimDuration, SimTime};
use crate::workload::{NodeCount, OnLoss, WorkloadSettings};

/// Losses to be expected in a stretch that must come through whole, above which a warning says so.
const MANY_LOSSES: f64 = 1.0;
/// The same for one run in a hundred, above which a warning says so although most runs come through: 20 attempts.
const MANY_LOSSES_OF_FEW: f64 = 3.0;

/// The same for one run in a thousand, where there are about as many: 100 attempts.
const MANY_LOSSES_OF_FEWER: f64 = 4.605;
/// Runs from which on one in a thousand is to be expected.
const MANY_RUNS: f64 = 999.0;

/// Runs drawn to learn how many come through.
const DRAWS: usize = 10_000;

/// Halvings after which a quantile is known to the last digit.
const HALVINGS: u32 = 80;

/// Warns of runs that take many attempts; refuses those that would never end.
pub(super) fn check(
    work: &Work<'_>,
    settings: &WorkloadSettings,
    target: &Target<'_>,
    (largest, pull, speed): (u32, SimDuration, f64),
    (horizon, end): (SimTime, End),
) -> Read<Option<String>> {
    let limit = Limits {
        running: settings.max_duration.or(target.settings.max_run_duration),
        pull,
        speed,
    };
    let stretch = mean_stretch(settings, largest, limit);
    let loss = match &target.settings.kind {
        TargetKind::Cluster(cluster) if may_be_on_evicted_nodes_alone(cluster, stretch.nodes) => {
            &cluster.loss
        }
        TargetKind::Cluster(_) | TargetKind::Instance(_) => return Ok(None),
    };
    let Some(per_hour) = losses_per_hour(loss) else {
        return Ok(None);
    };
    let losses = per_hour * stretch.nodes * stretch.hours;
    let longest = longest_stretch(settings, largest, limit);
    let least = least_losses(loss, longest.as_ref().unwrap_or(&stretch));
    let name = &target.settings.name;
    let life = friendly(1.0 / per_hour);
    let drains = settings.on_loss != OnLoss::Fail && end == End::Drain;
    if least > TOO_MANY_LOSSES && drains {
        let complaint = never_ends(&work.name, (&life, least), loss);
        return Err(target.table.refuse("eviction", complaint));
    }
    let again = after_loss::warning(&work.name, &target.settings, &stretch);
    if let Some(said) = again.filter(|_| drains) {
        return Ok(Some(said));
    }
    let spread = Spread::of(settings, (largest, limit), per_hour);
    let tail = spread.of_few(settings.on_loss, runs(settings, horizon));
    if losses <= MANY_LOSSES {
        let tail = tail.map(|tail| format!("workload `{}`: on `{name}` {tail}", work.name));
        return Ok(tail);
    }
    let held = format!(
        "it holds {} for {}, and a node lives {life} on average",
        nodes_in_words(stretch.nodes),
        friendly(stretch.hours)
    );
    let work = &work.name;
    let tail = tail.map_or_else(String::new, |tail| format!("; {tail}"));
    let said = match settings.on_loss {
        OnLoss::Fail => format!(
            "workload `{work}`: a run on `{name}` comes through with a probability of about {:.2}: {held}",
            spread.completing()
        ),
        OnLoss::Requeue => format!(
            "workload `{work}`: a run on `{name}` takes about {} attempts: {held}; \
             checkpoints (`on_interruption = \"resume\"`) would save what is done",
            counted(losses.exp())
        ),
        OnLoss::Resume { .. } => format!(
            "workload `{work}`: a run on `{name}` takes about {} attempts from one checkpoint to the next: up to it {held}",
            counted(losses.exp())
        ),
    };
    Ok(Some(said + &tail))
}

/// What is said of a drain in which runs of a workload would hardly ever come through.
fn never_ends(work: &str, (life, least): (&str, f64), loss: &NodeLoss) -> Complaint {
    let start = match loss {
        NodeLoss::Rate(_) => "",
        _ => " even if they start at the best time",
    };
    let attempts = least.exp();
    let attempts = if attempts.is_finite() {
        format!("about {attempts:.0e}")
    } else {
        "more than 1e300".to_owned()
    };
    let complaint = Complaint::new(format!(
        "nodes live {life} on average, and runs of `{work}` would take {attempts} attempts{start}"
    ));
    complaint.help(
        "the simulation would never end: lower the rate, take checkpoints (`on_interruption = \"resume\"`), or stop with \
         `end = \"cut\"`",
    )
}

/// Runs to be expected until the horizon.
fn runs(settings: &WorkloadSettings, horizon: SimTime) -> f64 {
    settings.arrivals.per_s(horizon) * horizon.as_secs_f64()
}

/// Losses to be expected in the stretches of single runs. The attempts of a run of known length are `exp(losses)`, whose
/// mean is without bound where lengths have a heavy tail: quantiles tell them.
enum Spread<'a> {
    /// Of runs that are all known, from the fewest to the most.
    Known(Vec<f64>),
    Drawn(Drawn<'a>),
}

/// Runs of random sizes and lengths.
struct Drawn<'a> {
    settings: &'a WorkloadSettings,
    largest: u32,
    limit: Limits,
    per_hour: f64,
}

impl<'a> Spread<'a> {
    fn of(settings: &'a WorkloadSettings, (largest, limit): (u32, Limits), per_hour: f64) -> Self {
        let drawn = Drawn {
            settings,
            largest,
            limit,
            per_hour,
        };
        let mut all: Vec<f64> = match (settings.arrivals.trace(), &settings.batch_inference) {
            (Some(trace), _) => {
                let rows = trace.rows().iter().map(|row| {
                    let nodes = row.nodes.map(NodeCount::Constant);
                    let nodes = mean_nodes(nodes.as_ref().unwrap_or(&settings.nodes), largest);
                    drawn.losses(nodes, row.duration.as_secs_f64())
                });
                rows.collect()
            }
            (None, Some(pieces)) => {
                let nodes = mean_nodes(&settings.nodes, largest);
                vec![drawn.losses(nodes, of_pieces(pieces, nodes))]
            }
            (None, None) => return Self::Drawn(drawn),
        };
        all.sort_unstable_by(f64::total_cmp);
        Self::Known(all)
    }

    /// What at most this share of the runs exceeds.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place among the runs"
    )]
    fn exceeded_by(&self, share: f64) -> f64 {
        match self {
            Self::Known(all) => {
                let above = (all.len() as f64 * share) as usize;
                let place = all.len().checked_sub(above + 1);
                place.map_or(0.0, |place| all[place])
            }
            Self::Drawn(drawn) => drawn.exceeded_by(share),
        }
    }

    /// The probability of a run to come through without a loss.
    fn completing(&self) -> f64 {
        let drawn;
        let all = match self {
            Self::Known(all) => all,
            Self::Drawn(of) => {
                drawn = of.draws();
                &drawn
            }
        };
        let through: f64 = all.iter().map(|losses| (-losses).exp()).sum();
        through / all.len().max(1) as f64
    }

    /// What becomes of the longest of many runs, where they need far more attempts than a run of mean length.
    fn of_few(&self, on_loss: OnLoss, runs: f64) -> Option<String> {
        let [nearly_all, hundredth, thousandth] =
            [0.999, 0.01, 0.001].map(|share| self.exceeded_by(share));
        let is_much = hundredth > MANY_LOSSES_OF_FEW
            || (runs >= MANY_RUNS && thousandth > MANY_LOSSES_OF_FEWER);
        if on_loss == OnLoss::Fail || nearly_all >= thousandth || !is_much {
            return None;
        }
        let attempts = |losses: f64| counted(losses.exp());
        let ends = if thousandth > TOO_MANY_LOSSES {
            ": such runs hardly ever end"
        } else {
            ""
        };
        Some(format!(
            "one run in a hundred takes {} attempts or more, one in a thousand {}{ends}",
            attempts(hundredth),
            attempts(thousandth)
        ))
    }
}

impl Drawn<'_> {
    /// Losses to be expected of a run of this size and length.
    fn losses(&self, nodes: f64, seconds: f64) -> f64 {
        let stretch = stretch(self.settings, nodes, seconds, self.limit);
        self.per_hour * stretch.nodes * stretch.hours
    }

    /// Sizes that are not refused, with their weights, which add up to 1.
    fn sizes(&self) -> Vec<(f64, f64)> {
        let fits = |nodes: &u32| *nodes <= self.largest;
        let mut sizes: Vec<(f64, f64)> = match &self.settings.nodes {
            NodeCount::Constant(nodes) => vec![(f64::from(*nodes), 1.0)],
            NodeCount::Choice { values, weights } => {
                let weighted = values.iter().zip(weights);
                let some = weighted.filter(|(nodes, _)| fits(nodes));
                some.map(|(nodes, weight)| (f64::from(*nodes), *weight))
                    .collect()
            }
        };
        let total: f64 = sizes.iter().map(|(_, weight)| weight).sum();
        for (_, weight) in &mut sizes {
            *weight /= total;
        }
        sizes
    }

    /// The losses that this share of the runs exceeds: of each size the longer runs have more, so that their lengths
    /// tell, by halving.
    fn exceeded_by(&self, share: f64) -> f64 {
        let sizes = self.sizes();
        let above = |losses: f64| -> f64 {
            let of = |(nodes, weight): &(f64, f64)| weight * self.longer(*nodes, losses);
            sizes.iter().map(of).sum()
        };
        let longest = SimDuration::LONGEST.as_secs_f64();
        let most = sizes.iter().map(|(nodes, _)| self.losses(*nodes, longest));
        let (mut low, mut high) = (0.0, most.fold(0.0, f64::max));
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(low, high);
            if above(middle) > share {
                low = middle;
            } else {
                high = middle;
            }
        }
        high
    }

    /// The probability of a run of this size to have more losses than these.
    fn longer(&self, nodes: f64, losses: f64) -> f64 {
        if self.losses(nodes, SimDuration::LONGEST.as_secs_f64()) <= losses {
            return 0.0;
        }
        let around = self.losses(nodes, 0.0);
        let seconds = (losses - around) / (self.per_hour * nodes) * 3600.0;
        self.settings.duration.exceeds(seconds * self.limit.speed)
    }

    /// Losses of runs that are drawn.
    fn draws(&self) -> Vec<f64> {
        let mut rng = ChaCha8Rng::seed_from_u64(0);
        let draw = |_: usize| {
            let nodes = size(&self.settings.nodes, StandardUniform.sample(&mut rng));
            let seconds = self.settings.duration.sample(&mut rng).as_secs_f64();
            (nodes <= self.largest).then(|| self.losses(f64::from(nodes), seconds))
        };
        (0..DRAWS).filter_map(draw).collect()
    }
}

/// Whether a run of this many nodes, alone on a cluster, always gets nodes that may be lost: all nodes are alike, or those of
/// low priority come first. A formula of Batch may put dedicated nodes in the place of lost ones (docs/targets.md 4.4).
fn may_be_on_evicted_nodes_alone(cluster: &ClusterSettings, nodes: f64) -> bool {
    let rule = cluster.policy.as_ref().map(|policy| &policy.rule);
    let wanted = match rule {
        Some(ScalingPolicy::BatchFormula(batch)) => match batch.formula.policy {
            BatchPolicy::ReplacePreempted { .. } => return false,
            BatchPolicy::PendingTasks { .. } => nodes,
            BatchPolicy::Fixed { nodes } => f64::from(nodes),
        },
        _ => nodes,
    };
    cluster.low_priority_nodes == 0 || wanted <= f64::from(cluster.low_priority_nodes)
}

/// Expected losses of a node an hour; `None` if it is never lost.
fn losses_per_hour(loss: &NodeLoss) -> Option<f64> {
    match loss {
        NodeLoss::Never => None,
        NodeLoss::Rate(rate) => Some(*rate),
        NodeLoss::ByHour(rates) => Some(rates.mean_per_hour()),
        NodeLoss::Replay(log) => Some(log.per_hour()),
    }
}

/// Losses to be expected in a stretch that begins when they are fewest.
fn least_losses(loss: &NodeLoss, stretch: &Stretch) -> f64 {
    let length = stretch.length();
    let of_node = match loss {
        NodeLoss::Never => 0.0,
        NodeLoss::Rate(rate) => rate * stretch.hours,
        NodeLoss::ByHour(rates) => rates.least(length),
        NodeLoss::Replay(log) => log.least_losses(length),
    };
    of_node * stretch.nodes
}

/// A number of attempts, as a person would write it.
fn counted(attempts: f64) -> String {
    if attempts < 1e6 {
        format!("{attempts:.0}")
    } else {
        format!("{attempts:.0e}")
    }
}
