//! The policies of `autoscale` against the slow controllers, over random sequences of views.

use autoscale_simulator::autoscale::batch::{Batch, BatchFormula, BatchPolicy, Tiers};
use autoscale_simulator::autoscale::databricks::{Optimized, Standard};
use autoscale_simulator::autoscale::kubernetes::{Kubernetes, KubernetesSettings};
use autoscale_simulator::autoscale::spark::Spark;
use autoscale_simulator::autoscale::{Decision, Scaler, Tasks, View};
use autoscale_simulator::engine::streams::{Purpose, Stream, Streams};
use autoscale_simulator::units::{SimDuration, SimTime};

use crate::reference::controllers::{Answer, Controller, Formula, Policy, Seen, answer};
use crate::support::{SECOND, below, pick};

/// Sequences for each controller.
const SEQUENCES: u64 = 3_000;
/// Evaluations in each.
const EVALUATIONS: u64 = 60;

fn stream(case: u64, name: &str) -> Stream {
    Streams::new(7, case).open(Purpose("case"), name)
}

fn narrow(nodes: u64) -> u32 {
    u32::try_from(nodes).unwrap()
}

/// The next view of a pool, often much like the last one, so that conditions last.
fn next_view(stream: &mut Stream, last: &Seen, interval: u64) -> Seen {
    let mut view = Seen {
        at: last.at + interval,
        ..last.clone()
    };
    if below(stream, 4) == 0 {
        view.occupied = below(stream, 4);
    }
    if below(stream, 6) == 0 {
        view.idle = below(stream, 5);
    }
    if below(stream, 4) == 0 {
        view.provisioning = below(stream, 4);
    }
    if below(stream, 6) == 0 {
        view.pending = pick(stream, &[0, 0, 1, 2, 5, 30]);
    }
    view.min = last.min.max(below(stream, 3)).min(view.size());
    (view.asked, view.went, view.target_low) = (0, 0, 0);
    view.ignored = false;
    view
}

fn to_view(seen: &Seen, operating: bool) -> View<'static> {
    View {
        now: SimTime(seen.at),
        occupied: narrow(seen.occupied),
        idle: narrow(seen.idle),
        provisioning: narrow(seen.provisioning),
        pending: narrow(seen.pending),
        min_nodes: narrow(seen.min),
        max_nodes: narrow(seen.max),
        operating,
        low_size: narrow(seen.low_size),
        low_most: narrow(seen.low_most),
        ..View::default()
    }
}

/// What comes of an answer (3.5, 3.6): (asked, went).
fn effect(given: Answer, seen: &Seen) -> (u64, u64) {
    match given {
        Answer::More(nodes) => (nodes.min(seen.max.saturating_sub(seen.size())), 0),
        Answer::Fewer(nodes) => {
            let above = seen.size().saturating_sub(seen.min);
            (0, nodes.min(seen.idle).min(above))
        }
        Answer::Nothing | Answer::Targets(..) => (0, 0),
    }
}

/// Compares a controller over random sequences of views.
fn compare<S: Scaler>(
    name: &str,
    controllers: &[Controller],
    interval: u64,
    to_scaler: impl Fn(&Controller) -> S,
) {
    let (mut more, mut fewer) = (0, 0);
    for case in 0..SEQUENCES {
        let mut stream = stream(case, name);
        let at = usize::try_from(below(&mut stream, controllers.len() as u64)).unwrap();
        let controller = &controllers[at];
        let mut scaler = to_scaler(controller);
        let mut history: Vec<Seen> = Vec::new();
        let with_operations = below(&mut stream, 2) == 0;
        let mut operating = 0;
        let mut last = Seen {
            max: pick(&mut stream, &[8, 12, 60]),
            ..Seen::default()
        };
        for _ in 0..EVALUATIONS {
            last = next_view(&mut stream, &last, interval);
            history.push(last.clone());
            let (asked, went) = if operating > 0 {
                (0, 0)
            } else {
                effect(answer(controller, &history, &[]), &last)
            };
            let decision = scaler.ask(to_view(&last, operating > 0));
            let expected = match (asked, went) {
                (0, 0) => Decision::Keep,
                (asked, 0) => Decision::Add(narrow(asked)),
                (_, went) => Decision::Remove(narrow(went)),
            };
            assert_eq!(decision, expected, "{name}, case {case}: {history:#?}");
            let was_operating = operating > 0;
            operating = u64::saturating_sub(operating, 1);
            if with_operations && asked + went > 0 {
                operating = below(&mut stream, 6);
            }
            let seen = history.last_mut().unwrap();
            (seen.asked, seen.went) = (asked, went);
            seen.ignored = was_operating;
            more += u64::from(asked > 0);
            fewer += u64::from(went > 0);
        }
    }
    assert!(more > 1_000 && fewer > 1_000, "{name}: {more}, {fewer}");
}

#[test]
fn spark_autoscale_agrees() {
    let spark = |up, down| Controller::Spark {
        up_after: up * SECOND,
        down_after: down * SECOND,
    };
    let controllers = [spark(180, 600), spark(60, 120), spark(0, 45), spark(70, 0)];
    compare("spark", &controllers, 60 * SECOND, |controller| {
        let Controller::Spark {
            up_after,
            down_after,
        } = controller
        else {
            unreachable!("only these are given")
        };
        Spark::new(SimDuration(*up_after), SimDuration(*down_after))
    });
}

#[test]
fn databricks_optimized_agrees() {
    let controllers = [0, 15, 40, 150].map(|down| Controller::Optimized {
        down_after: down * SECOND,
    });
    compare("optimized", &controllers, 10 * SECOND, |controller| {
        let Controller::Optimized { down_after } = controller else {
            unreachable!("only these are given")
        };
        Optimized::new(SimDuration(*down_after))
    });
}

#[test]
fn databricks_standard_agrees() {
    let controllers = [0, 35, 120].map(|down| Controller::Standard {
        down_after: down * SECOND,
    });
    compare("standard", &controllers, 10 * SECOND, |controller| {
        let Controller::Standard { down_after } = controller else {
            unreachable!("only these are given")
        };
        Standard::new(SimDuration(*down_after))
    });
}

#[test]
fn kubernetes_agrees() {
    let (mut more, mut fewer) = (0, 0);
    for case in 0..SEQUENCES {
        let mut stream = stream(case, "kubernetes");
        let mut last = Seen {
            max: pick(&mut stream, &[8, 12, 60]),
            ..Seen::default()
        };
        let unneeded = SECOND * pick(&mut stream, &[0, 30, 60]);
        let delay = SECOND * pick(&mut stream, &[0, 20, 70]);
        let bulk = pick(&mut stream, &[1, 2, 10]);
        let controller = Controller::Kubernetes {
            unneeded_after: unneeded,
            delay_after_add: delay,
            bulk,
        };
        let settings = KubernetesSettings {
            unneeded_after: SimDuration(unneeded),
            delay_after_add: SimDuration(delay),
            max_empty_bulk_delete: narrow(bulk),
        };
        let mut scaler = Kubernetes::new(settings);
        for _ in 0..EVALUATIONS {
            last = next_view(&mut stream, &last, 10 * SECOND);
            last.idle_since.clear();
            for _ in 0..last.idle {
                let ago = 10 * below(&mut stream, 8) * SECOND;
                last.idle_since.push(last.at.saturating_sub(ago));
            }
            last.idle_since.sort_unstable();
            let since: Vec<SimTime> = last.idle_since.iter().map(|at| SimTime(*at)).collect();
            let view = View {
                idle_since: &|| since.clone(),
                ..to_view(&last, false)
            };
            let decision = scaler.ask(view);
            let given = answer(&controller, std::slice::from_ref(&last), &[]);
            let expected = match effect(given, &last) {
                (0, 0) => Decision::Keep,
                (asked, 0) => Decision::Add(narrow(asked)),
                (_, went) => Decision::Remove(narrow(went)),
            };
            assert_eq!(decision, expected, "case {case}: {last:#?}");
            if matches!(decision, Decision::Add(_)) {
                last.last_asked = Some(last.at);
            }
            more += u64::from(matches!(decision, Decision::Add(_)));
            fewer += u64::from(matches!(decision, Decision::Remove(_)));
        }
    }
    assert!(more > 1_000 && fewer > 1_000, "{more}, {fewer}");
}

/// A formula for both, and its start nodes.
fn random_formula(stream: &mut Stream) -> (Controller, BatchFormula, u64) {
    let start = below(stream, 4);
    let fixed = below(stream, 12);
    let (policy, ours) = pick(
        stream,
        &[
            (
                Policy::Pending(start),
                BatchPolicy::PendingTasks {
                    start_nodes: narrow(start),
                },
            ),
            (
                Policy::Replace(start),
                BatchPolicy::ReplacePreempted {
                    start_nodes: narrow(start),
                },
            ),
            (
                Policy::Fixed(fixed),
                BatchPolicy::Fixed {
                    nodes: narrow(fixed),
                },
            ),
        ],
    );
    let window = SECOND * pick(stream, &[0, 30, 100, 180, 300, 900]);
    let delay = SECOND * pick(stream, &[0, 30, 60, 61, 200]);
    let ours = BatchFormula {
        policy: ours,
        sample_window: SimDuration(window),
        sample_delay: SimDuration(delay),
    };
    let controller = Controller::Batch(Formula {
        policy,
        window,
        delay,
    });
    (controller, ours, start)
}

/// Compares what a formula wants at the last evaluation; gives it as (dedicated, low-priority).
fn compare_targets(
    controller: &Controller,
    ours: &mut Batch,
    history: &[Seen],
    samples: &[(u64, u64)],
) -> (u64, u64) {
    let [.., seen] = history else {
        unreachable!("there is an evaluation")
    };
    let Answer::Targets(dedicated, low) = answer(controller, history, samples) else {
        unreachable!("a formula gives targets")
    };
    let expected = Tiers {
        dedicated: narrow(dedicated),
        low: narrow(low),
    };
    let given = ours.ask(to_view(seen, false));
    assert_eq!(
        given,
        Decision::Tiers(expected),
        "{controller:?} {history:#?}"
    );
    (dedicated, low)
}

#[test]
fn batch_formulas_agree() {
    let mut by_mean = 0;
    for case in 0..SEQUENCES {
        let mut stream = stream(case, "batch");
        let stream = &mut stream;
        let (controller, ours, start) = random_formula(stream);
        let interval = SECOND * pick(stream, &[15, 40, 300]);
        let mut ours = Batch::new(ours);
        ours.begin(SimTime(0));
        let mut samples: Vec<(u64, u64)> = Vec::new();
        let mut history: Vec<Seen> = Vec::new();
        let low_most = below(stream, 8);
        let (mut now, mut tasks) = (0, 0);
        while history.len() < 20 {
            // Tasks change at times of their own; samples find what was there.
            let before = tasks;
            if below(stream, 3) == 0 {
                tasks = below(stream, 12);
            }
            let [seen_before, seen] = [before, tasks].map(|tasks| Tasks {
                running: narrow(tasks / 2),
                waiting: narrow(tasks.div_ceil(2)),
            });
            ours.watch(SimTime(now), seen_before, seen);
            if now.is_multiple_of(30 * SECOND) {
                samples.push((now, tasks));
            }
            if now.is_multiple_of(interval) {
                let min = below(stream, 3);
                let low_size = below(stream, 8);
                let seen = Seen {
                    at: now,
                    min,
                    max: min + below(stream, 12),
                    low_size,
                    low_most,
                    ..Seen::default()
                };
                history.push(seen);
                let (dedicated, low) = compare_targets(&controller, &mut ours, &history, &samples);
                by_mean += u64::from(dedicated + low > start);
                history.last_mut().unwrap().target_low = low;
            }
            now += 5 * SECOND;
        }
    }
    assert!(by_mean > 1_000);
}
