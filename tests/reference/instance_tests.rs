//! Hand-worked examples for instances.

use super::*;

/// A one-slot run.
fn run(submit: u64, duration: u64) -> Run {
    Run {
        submit,
        duration,
        ..Run::default()
    }
}

/// A schedule that changes to and fro at the given times and drains at a stop.
fn schedule(initially_on: bool, ticks: &[u64]) -> Schedule {
    let change = |(at, &time): (usize, &u64)| (time, (at % 2 == 0) != initially_on);
    Schedule {
        initially_on,
        changes: ticks.iter().enumerate().map(change).collect(),
        on_stop_cancel: false,
    }
}

/// A scenario of one instance.
fn scenario(instance: Instance, horizon: u64, runs: &[Run]) -> Input {
    let mut runs = runs.to_vec();
    for (position, run) in runs.iter_mut().enumerate() {
        run.position = position;
    }
    Input {
        targets: vec![Target {
            kind: Kind::Instance(instance),
            billing_granularity: 1,
            ..Target::default()
        }],
        runs,
        horizon,
        ..Input::default()
    }
}

/// (assigned, ended) of every run.
fn spans(out: &Output) -> Vec<(Option<u64>, Option<u64>)> {
    out.runs.iter().map(|r| (r.assigned, r.ended)).collect()
}

/// A span for comparison.
fn span(assigned: u64, ended: u64) -> (Option<u64>, Option<u64>) {
    (Some(assigned), Some(ended))
}

/// (`billed_from`, released) of every lease.
fn leases(out: &Output) -> Vec<(u64, u64)> {
    let lease = |l: &LeaseOut| (l.billed_from, l.released);
    out.leases.iter().map(lease).collect()
}

#[test]
fn always_on_with_two_slots() {
    let two = Instance {
        slots: 2,
        ..Instance::default()
    };
    let gang = Run {
        nodes: 2,
        ..run(3, 1)
    };
    let runs = [run(0, 30), run(0, 50), run(10, 40), gang];
    let out = simulate(&scenario(two, 100, &runs));
    assert_eq!(spans(&out)[..3], [span(0, 30), span(0, 50), span(30, 70)]);
    assert_eq!(out.runs[3].status, Status::Failed);
    assert_eq!(out.runs[0].nodes_held, [0]);
    // On 0..100 with two slots: 200 = 30 + 50 + 40 of run + 80 of idle.
    assert_eq!(leases(&out), [(0, 100)]);
    let t = &out.targets[0];
    assert_eq!(
        (t.end, t.total().run, t.total().idle_unused_capacity),
        (100, 120, 80)
    );
    assert_eq!((t.total().boot, t.spin_ups, t.peak_nodes), (0, 0, 1));
    assert_eq!(
        (out.leases[0].times.run, out.leases[0].times.idle()),
        (120, 80)
    );
}

#[test]
fn the_end_is_that_of_the_last_run() {
    let out = simulate(&scenario(Instance::default(), 10, &[run(5, 20), run(6, 3)]));
    assert_eq!(spans(&out), [span(5, 25), span(25, 28)]);
    assert_eq!(leases(&out), [(0, 28)]);
    assert_eq!(
        (
            out.targets[0].total().run,
            out.targets[0].total().idle_unused_capacity
        ),
        (23, 5)
    );
}

#[test]
fn drain_at_a_stop_tick() {
    let office = Instance {
        boot: 10,
        schedule: Some(schedule(true, &[100, 200, 300])),
        ..Instance::default()
    };
    let out = simulate(&scenario(
        office,
        400,
        &[run(90, 30), run(95, 5), run(100, 5), run(250, 60)],
    ));
    // The first runs on to 120, where the instance stops; the others wait for 200 + 10. The last
    // drains until 310.
    assert_eq!(
        spans(&out),
        [
            span(90, 120),
            span(210, 215),
            span(215, 220),
            span(250, 310)
        ]
    );
    assert_eq!(leases(&out), [(0, 120), (200, 310)]);
    let t = &out.targets[0];
    assert_eq!((t.end, t.total().boot, t.total().run), (400, 10, 100));
    // 230 on = 10 + 100 + 120.
    assert_eq!((t.total().idle_unused_capacity, t.spin_ups), (120, 1));
    assert_eq!(out.runs[3].nodes_held, [1]);
}

#[test]
fn cancel_at_a_stop_tick() {
    let office = Instance {
        slots: 3,
        schedule: Some(Schedule {
            on_stop_cancel: true,
            ..schedule(true, &[100, 200])
        }),
        ..Instance::default()
    };
    let with_setup = Run {
        setup: 50,
        finalize: 5,
        ..run(70, 30)
    };
    let runs = [run(90, 10), run(80, 30), with_setup, run(95, 30)];
    let out = simulate(&scenario(office, 300, &runs));
    // The first ends at the tick itself and completes; the next two are canceled, one of them
    // before Running; the last has had no slot before 100 and waits.
    let status: Vec<_> = out.runs.iter().map(|r| r.status).collect();
    assert_eq!(
        status,
        [
            Status::Completed,
            Status::Canceled,
            Status::Canceled,
            Status::Completed
        ]
    );
    assert_eq!(
        spans(&out),
        [span(90, 100), span(80, 100), span(70, 100), span(200, 230)]
    );
    assert_eq!(out.runs[1].started, Some(80));
    assert_eq!(out.runs[2].started, None);
    assert_eq!(leases(&out), [(0, 100), (200, 300)]);
    // NodeSetup 70..100; run 10 + 20 + 30; 600 slot time in all.
    let t = &out.targets[0];
    assert_eq!(
        (
            t.total().node_setup,
            t.total().run,
            t.total().idle_unused_capacity
        ),
        (30, 60, 510)
    );
}

#[test]
fn a_start_tick_ends_a_drain() {
    let short = Instance {
        boot: 10,
        schedule: Some(schedule(true, &[100, 110])),
        ..Instance::default()
    };
    let out = simulate(&scenario(short.clone(), 300, &[run(90, 30), run(105, 5)]));
    // Still draining at 110: it stays on, without a boot.
    assert_eq!(spans(&out), [span(90, 120), span(120, 125)]);
    assert_eq!(leases(&out), [(0, 300)]);
    // The last run ends at the start tick itself: kept on as well, and the waiting run goes on at
    // once.
    let out = simulate(&scenario(short, 300, &[run(90, 20), run(105, 5)]));
    assert_eq!(spans(&out), [span(90, 110), span(110, 115)]);
    assert_eq!(leases(&out), [(0, 300)]);
}

#[test]
fn a_stop_tick_during_boot() {
    let slow = Instance {
        boot: 50,
        schedule: Some(schedule(false, &[100, 120, 200])),
        ..Instance::default()
    };
    let out = simulate(&scenario(slow, 300, &[run(10, 5)]));
    // Lease 100..120 of boot only; then 200..250 boot, run 250..255, on to 300.
    assert_eq!(spans(&out), [span(250, 255)]);
    assert_eq!(leases(&out), [(100, 120), (200, 300)]);
    let t = &out.targets[0];
    assert_eq!(
        (
            t.total().boot,
            t.total().run,
            t.total().idle_unused_capacity
        ),
        (70, 5, 45)
    );
    assert_eq!((t.spin_ups, out.leases[0].times.boot), (2, 20));
}

#[test]
fn runs_that_can_never_start() {
    let office = Instance {
        schedule: Some(schedule(true, &[100])),
        ..Instance::default()
    };
    let out = simulate(&scenario(office, 200, &[run(50, 60), run(60, 10)]));
    assert_eq!(spans(&out), [span(50, 110), (None, None)]);
    assert_eq!(out.runs[1].status, Status::Unfinished);
    assert_eq!(out.runs[1].queued, Some(60));
    assert_eq!(leases(&out), [(0, 110)]);
    assert_eq!(out.targets[0].end, 200);
}

#[test]
fn idle_shutdown_and_start_on_submission() {
    let saving = Instance {
        boot: 5,
        idle_shutdown: Some(30),
        ..Instance::default()
    };
    let runs = [run(30, 10), run(70, 10), run(111, 10)];
    let out = simulate(&scenario(saving.clone(), 120, &runs));
    // Runs at 30 = 0 + 30 and 70 = 40 + 30 save it; at 110 = 80 + 30 it stops; the run at 111
    // starts it, ready at 116, ends at 126. The end of the target is 126: the lease is closed
    // there, not at 156.
    assert_eq!(spans(&out), [span(30, 40), span(70, 80), span(116, 126)]);
    assert_eq!(leases(&out), [(0, 110), (111, 126)]);
    let t = &out.targets[0];
    assert_eq!(
        (
            t.total().boot,
            t.total().run,
            t.total().idle_unused_capacity
        ),
        (5, 30, 90)
    );

    // Without start_on_submission and without a schedule it never comes back.
    let stubborn = Instance {
        start_on_submission: false,
        ..saving
    };
    let out = simulate(&scenario(stubborn, 120, &runs));
    assert_eq!(out.runs[2].status, Status::Unfinished);
    assert_eq!(leases(&out), [(0, 110)]);
    assert_eq!(out.targets[0].end, 120);
}

#[test]
fn idle_shutdown_with_a_schedule() {
    let both = Instance {
        boot: 5,
        schedule: Some(schedule(false, &[100, 200, 300])),
        idle_shutdown: Some(20),
        ..Instance::default()
    };
    let runs = [run(150, 10), run(250, 10)];
    let out = simulate(&scenario(both.clone(), 400, &runs));
    // 100 boot, ready 105, stops at 125. The submission at 150 starts it (the schedule has it on):
    // 155..165, stops at 185. The one at 250 finds the schedule off and waits for 300: 305..315,
    // stops at 335.
    assert_eq!(spans(&out), [span(155, 165), span(305, 315)]);
    assert_eq!(leases(&out), [(100, 125), (150, 185), (300, 335)]);
    let t = &out.targets[0];
    assert_eq!(
        (
            t.total().boot,
            t.total().run,
            t.total().idle_unused_capacity
        ),
        (15, 20, 60)
    );

    // A submission at the stop tick: the instance is drained first, the schedule is off then,
    // nothing starts.
    let out = simulate(&scenario(both, 400, &[run(200, 10)]));
    assert_eq!(spans(&out), [span(305, 315)]);
    assert_eq!(leases(&out), [(100, 125), (300, 335)]);
}

#[test]
fn pulled_images_survive_a_stop() {
    let saving = Instance {
        idle_shutdown: Some(0),
        slots: 2,
        ..Instance::default()
    };
    let with = |submit| Run {
        environment: Some(0),
        ..run(submit, 10)
    };
    let mut input = scenario(saving, 200, &[with(0), with(1), with(100)]);
    input.environments = vec![Environment {
        image_build: 0,
        image_pull: 8,
    }];
    let out = simulate(&input);
    // The first pulls 0..8; for the second, assigned at 1, the image counts as pulled; the third is
    // after a stop.
    let started: Vec<_> = out.runs.iter().map(|r| r.started.unwrap()).collect();
    assert_eq!(started, [8, 1, 100]);
    // A boot of no length is ready at once, and an idle limit of none stops it with the last run.
    assert_eq!(leases(&out), [(0, 18), (100, 110)]);
    // 2 x 28 = 8 node setup + 30 run + 18 idle: slot 2 free 0..1 and 11..18, one slot 100..110.
    let t = &out.targets[0];
    assert_eq!(
        (
            t.total().node_setup,
            t.total().run,
            t.total().idle_unused_capacity
        ),
        (8, 30, 18)
    );
}

#[test]
fn instance_rounding_is_in_plain_time() {
    let wide = Instance {
        slots: 4,
        idle_shutdown: Some(5),
        ..Instance::default()
    };
    let mut input = scenario(wide, 100, &[run(0, 18), run(50, 20)]);
    input.targets[0].billing_granularity = 10;
    // Leases 0..23 -> 30, 50..75 -> 30: 7 + 5, not times four.
    assert_eq!(simulate(&input).targets[0].rounding[0], 12);
    input.warmup = 24;
    assert_eq!(simulate(&input).targets[0].rounding[0], 5);
}

#[test]
fn starts_after_the_end_are_not_there() {
    let office = Instance {
        schedule: Some(schedule(true, &[20, 50, 60])),
        ..Instance::default()
    };
    let mut input = scenario(office, 50, &[run(0, 5)]);
    let out = simulate(&input);
    assert_eq!(leases(&out), [(0, 20)]);
    assert_eq!(out.targets[0].spin_ups, 0);
    // One tick more: on for that tick.
    input.horizon = 51;
    let out = simulate(&input);
    assert_eq!(leases(&out), [(0, 20), (50, 51)]);
    assert_eq!(
        (
            out.targets[0].total().idle_unused_capacity,
            out.targets[0].spin_ups
        ),
        (16, 1)
    );
}
