//! Hand-worked answers of the controllers.

use super::SECOND;
use super::controllers::*;

fn seen(at_s: u64, occupied: u64, idle: u64, provisioning: u64, pending: u64) -> Seen {
    Seen {
        at: at_s * SECOND,
        occupied,
        idle,
        provisioning,
        pending,
        max: 100,
        ..Seen::default()
    }
}

const SPARK: Controller = Controller::Spark {
    up_after: 180 * SECOND,
    down_after: 600 * SECOND,
};

#[test]
fn spark_goes_up_when_pending_was_above_free_for_three_minutes() {
    let mut history = vec![seen(0, 1, 0, 0, 0)];
    for minute in 1..4 {
        history.push(seen(60 * minute, 1, 1, 0, 4));
        // Held from 60 s on: 120 s at 180 s.
        assert_eq!(answer(&SPARK, &history, &[]), Answer::Nothing);
    }
    history.push(seen(240, 1, 1, 0, 4));
    assert_eq!(answer(&SPARK, &history, &[]), Answer::More(3));
    // Nodes that are on their way count: none to ask for, and the count goes on.
    history[4] = seen(240, 1, 1, 3, 4);
    assert_eq!(answer(&SPARK, &history, &[]), Answer::Nothing);
    history.push(seen(300, 1, 1, 3, 6));
    assert_eq!(answer(&SPARK, &history, &[]), Answer::More(2));
    // It begins anew after an act: at 360, held from 360 on.
    history[5].asked = 2;
    for minute in 6..9 {
        history.push(seen(60 * minute, 1, 1, 5, 8));
        assert_eq!(answer(&SPARK, &history, &[]), Answer::Nothing);
    }
    history.push(seen(540, 1, 1, 5, 8));
    assert_eq!(answer(&SPARK, &history, &[]), Answer::More(2));
}

#[test]
fn spark_goes_down_when_pending_was_below_free_for_ten_minutes() {
    let mut history = Vec::new();
    for minute in 0..10 {
        history.push(seen(60 * minute, 1, 3, 0, 1));
        assert_eq!(answer(&SPARK, &history, &[]), Answer::Nothing);
    }
    history.push(seen(600, 1, 3, 0, 1));
    assert_eq!(answer(&SPARK, &history, &[]), Answer::Fewer(2));
    // One evaluation at which it fails: anew.
    history[5].pending = 3;
    assert_eq!(answer(&SPARK, &history, &[]), Answer::Nothing);
}

#[test]
fn optimized_goes_up_in_two_steps() {
    let controller = Controller::Optimized {
        down_after: 40 * SECOND,
    };
    let one = |size: u64, pending: u64| Seen {
        min: 2,
        max: 9,
        ..seen(0, size, 0, 0, pending)
    };
    let ask = |view: Seen| answer(&controller, &[view], &[]);
    // half = ceil(11 / 2) = 6; size 2 < 6: to 6.
    assert_eq!(ask(one(2, 50)), Answer::More(4));
    // Need 2 + 3 = 5 is less than 6.
    assert_eq!(ask(one(2, 3)), Answer::More(3));
    // At 6 the aim is 9.
    assert_eq!(ask(one(6, 50)), Answer::More(3));
    assert_eq!(ask(one(9, 50)), Answer::Nothing);
}

#[test]
fn optimized_goes_down_after_forty_seconds() {
    let controller = Controller::Optimized {
        down_after: 40 * SECOND,
    };
    let mut history = vec![seen(0, 1, 2, 0, 1)];
    for at in 1..5 {
        history.push(seen(10 * at, 1, 2, 0, 0));
        assert_eq!(answer(&controller, &history, &[]), Answer::Nothing);
    }
    history.push(seen(50, 1, 2, 0, 0));
    assert_eq!(answer(&controller, &history, &[]), Answer::Fewer(2));
}

#[test]
fn standard_doubles_up_and_down() {
    let controller = Controller::Standard {
        down_after: 600 * SECOND,
    };
    let mut history = Vec::new();
    for (step, expected) in [8, 16, 32].into_iter().enumerate() {
        history.push(seen(10 * step as u64, 1, 0, 0, 90));
        assert_eq!(answer(&controller, &history, &[]), Answer::More(expected));
        history.last_mut().unwrap().asked = expected;
    }
    // An evaluation that does not ask: 8 again.
    history.push(seen(30, 1, 0, 90, 90));
    assert_eq!(answer(&controller, &history, &[]), Answer::Nothing);
    history.push(seen(40, 1, 0, 80, 90));
    assert_eq!(answer(&controller, &history, &[]), Answer::More(8));
    // Nothing runs or waits from 50 s on: at 650 s one goes, then two, then four.
    let mut at = 50;
    while at < 650 {
        history.push(seen(at, 0, 20, 0, 0));
        assert_eq!(answer(&controller, &history, &[]), Answer::Nothing);
        at += 10;
    }
    for expected in [1, 2, 4] {
        history.push(seen(at, 0, 20, 0, 0));
        assert_eq!(answer(&controller, &history, &[]), Answer::Fewer(expected));
        history.last_mut().unwrap().went = expected;
        at += 10;
    }
}

fn formula(policy: Policy) -> Controller {
    Controller::Batch(Formula {
        policy,
        window: 180 * SECOND,
        delay: 60 * SECOND,
    })
}

#[test]
fn batch_takes_the_mean_of_what_can_be_seen() {
    let mut samples = Vec::new();
    for place in 0..31 {
        samples.push((30 * place * SECOND, place));
    }
    let view = |at: u64| Seen {
        low_most: 10,
        ..seen(at, 0, 0, 0, 0)
    };
    // At 900 s: samples of 720, 750, ..., 840: 24 .. 28, mean 26; share 5 / 6. 10 low, 16 dedicated.
    let controller = formula(Policy::Pending(1));
    assert_eq!(
        answer(&controller, &[view(900)], &samples),
        Answer::Targets(16, 10)
    );
    // At 890 s: 720 .. 810 and no more: 4 / 6 < 70 %.
    let at_890 = answer(&controller, &[view(890)], &samples);
    assert_eq!(at_890, Answer::Targets(0, 1));
    // At 0 nothing can be seen; a fixed target does not look.
    assert_eq!(
        answer(&formula(Policy::Fixed(12)), &[view(0)], &samples[..1]),
        Answer::Targets(2, 10)
    );
}

#[test]
fn batch_replaces_preempted_nodes() {
    let samples: Vec<(u64, u64)> = (0..31).map(|k| (30 * k * SECOND, 8)).collect();
    let mut before = seen(0, 0, 0, 0, 0);
    before.target_low = 6;
    let mut now = seen(900, 0, 0, 0, 0);
    (now.low_most, now.low_size) = (6, 4);
    // 8 = 6 low + 2; 2 of the 6 are gone: 4 low + 4.
    let controller = formula(Policy::Replace(1));
    assert_eq!(
        answer(&controller, &[before, now], &samples),
        Answer::Targets(4, 4)
    );
}

#[test]
fn kubernetes_adds_at_once_and_removes_what_was_unneeded() {
    let controller = Controller::Kubernetes {
        unneeded_after: 600 * SECOND,
        delay_after_add: 600 * SECOND,
        bulk: 2,
    };
    let ask = |view: Seen| answer(&controller, &[view], &[]);
    assert_eq!(ask(seen(0, 0, 1, 2, 5)), Answer::More(2));
    let mut view = seen(1000, 1, 4, 0, 1);
    view.idle_since = [100, 300, 400, 401].map(|s| s * SECOND).to_vec();
    // Three have been idle for 600 s, at most two go, and idle - pending = 3.
    assert_eq!(ask(view.clone()), Answer::Fewer(2));
    view.pending = 3;
    assert_eq!(ask(view.clone()), Answer::Fewer(1));
    view.last_asked = Some(401 * SECOND);
    assert_eq!(ask(view), Answer::Nothing);
}
