//! Rules on metrics, as Azure Monitor scales managed online endpoints: docs/targets.md 6.5.
//!
//! Facts. It scales out if any rule says so and in only if all do; before it scales in, it projects the metric on fewer
//! instances (metric x current / fewer) and does not where that would make a rule scale out again, trying the counts between
//! (Azure docs, "Best practices for autoscale"). A sample: 2 to 5 instances, +2 above 70 % CPU over 5 min, -1 below 30 %, +1
//! above 70 ms latency, cooldown 1 h; a weekend profile of 2 (Azure docs, "Autoscale an online endpoint").
//!
//! Assumed. Of several rules that hold and may act, the largest change counts out and the smallest in; the time between two
//! evaluations; a rule without a metric does not hold (Azure Monitor goes to a default number of instances then), and there is one
//! profile beside the default.

use super::{Decision, Needs, Ratio, Scaler, Totals, View};
use crate::calendar::WeeklySchedule;
use crate::units::{SimDuration, SimTime, TICKS_PER_SECOND};

/// A number of instances at certain hours.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    /// When.
    pub windows: WeeklySchedule,
    /// How many, at least 1.
    pub instances: u32,
}

/// Rules on metrics, with when the number of instances last changed: docs/targets.md 6.5.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    /// Time between two evaluations, above zero.
    pub evaluation_interval: SimDuration,
    /// The rules, in the scenario's order.
    pub rules: Vec<Rule>,
    /// A number of instances during windows, in which rules rest.
    pub profile: Option<Profile>,
    last_change: Option<SimTime>,
    /// When the next evaluation is.
    evaluates: SimTime,
    /// When the next window of the profile begins or ends.
    turns: SimTime,
    /// Instances while a window of it is open.
    of_profile: Option<u32>,
}

/// One rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What is looked at.
    pub metric: Metric,
    /// Length of the window that the metric is taken over, above zero.
    pub window: SimDuration,
    /// Holds above this; otherwise below.
    pub is_above: bool,
    /// In the metric's unit: a fraction (0 to 1), seconds, requests per second.
    pub threshold: Ratio,
    /// Instances more (out) or fewer (in); not 0.
    pub change: i32,
    /// Time after any change during which this rule makes none.
    pub cooldown: SimDuration,
}

/// What rules look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Busy places over places of ready instances.
    Cpu,
    /// Mean latency of served requests.
    Latency,
    /// Arrivals per second and ready instance.
    RequestsPerInstance,
}

impl Metric {
    /// Its value over a window, if it has one: a fraction (0 to 1), seconds, or requests per second.
    fn value(self, past: Totals, concurrency: u32) -> Option<Ratio> {
        let wide = |number: u64| u128::from(number);
        let ticks = wide(TICKS_PER_SECOND);
        let (of, base) = match self {
            Self::Cpu => (
                wide(past.busy_ready),
                wide(past.ready) * u128::from(concurrency),
            ),
            Self::Latency => (wide(past.latency), wide(past.served) * ticks),
            Self::RequestsPerInstance => (wide(past.arrived) * ticks, wide(past.ready)),
        };
        (base > 0).then(|| Ratio::new(of, base))
    }
}

impl Rule {
    /// Whether it asks for more.
    pub fn is_out(&self) -> bool {
        self.change > 0
    }

    /// Whether it holds for this value of its metric; without a value it does not.
    fn holds(&self, value: Option<Ratio>) -> bool {
        value.is_some_and(|value| {
            if self.is_above {
                value > self.threshold
            } else {
                value < self.threshold
            }
        })
    }

    fn has_cooled(&self, now: SimTime, last_change: Option<SimTime>) -> bool {
        last_change.is_none_or(|last| now.since(last) >= self.cooldown)
    }

    /// Whether it would hold if as much work fell on `fewer` instances. Latency does not follow from the number.
    fn would_hold(&self, value: Option<Ratio>, current: u32, fewer: u32) -> bool {
        let projects = self.is_out() && self.is_above && self.metric != Metric::Latency;
        let projected = value.map(|value| value.times(current, fewer));
        projects && self.holds(projected)
    }
}

impl Rules {
    /// The rules before their first evaluation.
    pub fn new(
        evaluation_interval: SimDuration,
        rules: Vec<Rule>,
        profile: Option<Profile>,
    ) -> Self {
        Self {
            evaluation_interval,
            rules,
            profile,
            last_change: None,
            evaluates: SimTime::NEVER,
            turns: SimTime::NEVER,
            of_profile: None,
        }
    }

    /// Takes in whether a window of the profile is open.
    fn turn(&mut self, now: SimTime) {
        if let Some(Profile { windows, instances }) = &self.profile {
            self.of_profile = windows.is_open(now).then_some(*instances);
            self.turns = windows.next_change(now).unwrap_or(SimTime::NEVER);
        }
    }

    /// The instances wanted after an evaluation; `values` are the rules' metrics, in their order.
    fn wanted(&self, values: &[Option<Ratio>], view: &View<'_>) -> u32 {
        let current = view.size();
        let pairs = || self.rules.iter().zip(values.iter().copied());
        let acts = |rule: &Rule| rule.has_cooled(view.now, self.last_change);
        let within = |count: u32| count.clamp(view.min_nodes, view.max_nodes);
        if pairs().any(|(rule, value)| rule.is_out() && rule.holds(value)) {
            let out =
                pairs().filter(|(rule, value)| rule.is_out() && rule.holds(*value) && acts(rule));
            let more = out.map(|(rule, _)| rule.change.unsigned_abs()).max();
            return within(current.saturating_add(more.unwrap_or(0)));
        }
        let ins = || pairs().filter(|(rule, _)| !rule.is_out());
        if !ins().all(|(rule, value)| rule.holds(value)) {
            return within(current);
        }
        let fewest = ins().filter(|(rule, _)| acts(rule));
        let Some(less) = fewest.map(|(rule, _)| rule.change.unsigned_abs()).min() else {
            return within(current);
        };
        let lowest = current.saturating_sub(less).max(view.min_nodes).max(1);
        let calm =
            |fewer: &u32| !pairs().any(|(rule, value)| rule.would_hold(value, current, *fewer));
        within((lowest..current).find(calm).unwrap_or(current))
    }

    fn evaluate(&self, view: &View<'_>) -> u32 {
        let rules = self.rules.iter().enumerate();
        let value = |(window, rule): (usize, &Rule)| {
            let of = view.replicas?;
            rule.metric.value((of.past)(window), of.concurrency)
        };
        let values: Vec<Option<Ratio>> = rules.map(value).collect();
        self.wanted(&values, view)
    }
}

impl Scaler for Rules {
    fn name(&self) -> String {
        match self.rules.len() {
            1 => "by 1 rule".to_owned(),
            count => format!("by {count} rules"),
        }
    }

    fn begin(&mut self, now: SimTime) {
        self.evaluates = now + self.evaluation_interval;
        self.turn(now);
    }

    fn due(&self) -> SimTime {
        self.evaluates.min(self.turns)
    }

    fn needs(&self) -> Needs {
        let window = |rule: &Rule| [rule.window, self.evaluation_interval];
        let mut rules = self.rules.iter();
        Needs {
            first: self.of_profile,
            windows: rules.clone().map(window).collect(),
            latency: rules.any(|rule| rule.metric == Metric::Latency),
            calendar: self.profile.is_some(),
            ..Needs::default()
        }
    }

    fn ask(&mut self, view: View<'_>) -> Decision {
        let wanted = if view.now == self.turns {
            self.turn(view.now);
            let within = view.size().clamp(view.min_nodes, view.max_nodes);
            self.of_profile.unwrap_or(within)
        } else {
            self.evaluates = view.now + self.evaluation_interval;
            if self.of_profile.is_some() {
                return Decision::Keep;
            }
            self.evaluate(&view)
        };
        if wanted != view.size() {
            self.last_change = Some(view.now);
        }
        view.to(wanted)
    }

    fn most_nodes(&self, _min_nodes: u32, max_nodes: u32) -> u32 {
        let profile = self.profile.as_ref();
        profile.map_or(max_nodes, |profile| profile.instances.max(max_nodes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(count: u64) -> SimDuration {
        SimDuration::from_secs(60 * count)
    }

    fn at(count: u64) -> SimTime {
        SimTime::ZERO + minutes(count)
    }

    /// The rules of the sample, with a cooldown of 10 min.
    fn sample() -> [Rule; 3] {
        let cpu_out = Rule {
            metric: Metric::Cpu,
            window: minutes(5),
            is_above: true,
            threshold: Ratio::decimal(0.7),
            change: 2,
            cooldown: minutes(10),
        };
        let cpu_in = Rule {
            is_above: false,
            threshold: Ratio::decimal(0.3),
            change: -1,
            ..cpu_out
        };
        let latency_out = Rule {
            metric: Metric::Latency,
            threshold: Ratio::decimal(0.07),
            change: 1,
            ..cpu_out
        };
        [cpu_out, cpu_in, latency_out]
    }

    /// The number of instances that the rules want, given the current number and the time of its last change.
    fn wanted(
        now: SimTime,
        rules: &[Rule],
        values: &[Option<Ratio>],
        (current, last_change): (u32, Option<SimTime>),
    ) -> u32 {
        let rules = Rules {
            last_change,
            ..Rules::new(minutes(1), rules.to_vec(), None)
        };
        let view = View {
            now,
            occupied: current,
            min_nodes: 2,
            max_nodes: 5,
            ..View::default()
        };
        rules.wanted(values, &view)
    }

    fn some(value: Option<f64>) -> Option<Ratio> {
        value.map(Ratio::decimal)
    }

    fn ask(cpu: f64, latency: Option<f64>, current: u32) -> u32 {
        let values = [Some(cpu), Some(cpu), latency].map(some);
        wanted(at(60), &sample(), &values, (current, None))
    }

    #[test]
    fn any_rule_scales_out_by_the_largest_change() {
        assert_eq!(ask(0.8, Some(0.05), 2), 4);
        assert_eq!(ask(0.8, Some(0.08), 2), 4);
        assert_eq!(ask(0.5, Some(0.08), 2), 3);
        assert_eq!(ask(0.8, None, 4), 5, "not above the most");
        assert_eq!(ask(0.7, None, 2), 2, "equal is not above");
    }

    #[test]
    fn it_scales_in_where_no_rule_says_out() {
        assert_eq!(ask(0.2, Some(0.05), 4), 3);
        assert_eq!(ask(0.2, Some(0.08), 4), 5, "a rule that says out wins");
        assert_eq!(ask(0.2, None, 2), 2, "not below the fewest");
        assert_eq!(ask(0.3, None, 4), 4, "equal is not below");
    }

    #[test]
    fn cooldown_counts_from_any_change() {
        let [out, _, _] = sample();
        let ask = |minute| {
            let current = (2, Some(at(50)));
            wanted(at(minute), &[out], &[some(Some(0.8))], current)
        };
        assert_eq!((ask(59), ask(60)), (2, 4));
    }

    #[test]
    fn a_rule_that_holds_out_but_rests_keeps_others_from_scaling_in() {
        let [out, scale_in, _] = sample();
        let quick = Rule {
            metric: Metric::RequestsPerInstance,
            cooldown: minutes(1),
            ..scale_in
        };
        let current = (4, Some(at(55)));
        let values = [Some(0.8), Some(0.1)].map(some);
        assert_eq!(wanted(at(60), &[out, quick], &values, current), 4);
    }

    #[test]
    fn all_rules_must_say_in_and_the_smallest_change_counts() {
        let [_, scale_in, _] = sample();
        let larger = Rule {
            metric: Metric::RequestsPerInstance,
            change: -2,
            ..scale_in
        };
        let rules = [scale_in, larger];
        let ask = |values: [f64; 2]| {
            let values = values.map(|value| some(Some(value)));
            wanted(at(60), &rules, &values, (5, None))
        };
        assert_eq!(ask([0.1, 0.1]), 4);
        assert_eq!(ask([0.1, 0.5]), 5);
    }

    #[test]
    fn it_does_not_scale_in_where_that_would_scale_out_again() {
        let [out, scale_in, _] = sample();
        let scale_in = Rule {
            threshold: Ratio::decimal(0.6),
            change: -2,
            ..scale_in
        };
        let rules = [out, scale_in];
        let ask = |cpu, current| {
            let values = [some(Some(cpu)); 2];
            wanted(at(60), &rules, &values, (current, None))
        };
        // 0.5 x 5 / 3 = 0.83 and 0.5 x 5 / 4 = 0.625: to 4 only.
        assert_eq!(ask(0.5, 5), 4);
        // 0.4 x 5 / 3 = 0.67: to 3 at once.
        assert_eq!(ask(0.4, 5), 3);
        // 0.5 x 3 / 2 = 0.75: not at all.
        assert_eq!(ask(0.5, 3), 3);
    }

    /// 0.2 x 3 / 2 is 0.3, and equal is not above: in floating point it is 0.30000000000000004.
    #[test]
    fn a_projection_onto_the_threshold_is_not_above_it() {
        let [out, scale_in, _] = sample();
        let per_instance = |rule: Rule, threshold| Rule {
            metric: Metric::RequestsPerInstance,
            threshold,
            ..rule
        };
        let rules = [
            per_instance(out, Ratio::decimal(0.3)),
            per_instance(scale_in, Ratio::decimal(0.25)),
        ];
        let values = [Some(Ratio::new(1, 5)); 2];
        assert_eq!(wanted(at(60), &rules, &values, (3, None)), 2);
        let values = [Some(Ratio::new(200_001, 1_000_000)); 2];
        assert_eq!(wanted(at(60), &rules, &values, (3, None)), 3);
    }

    #[test]
    fn no_value_is_no_reason() {
        let values = [None, None, None];
        assert_eq!(wanted(at(60), &sample(), &values, (3, None)), 3);
    }
}
