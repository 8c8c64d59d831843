use super::*;

const WINDOW: Window = Window {
    warmup: SimTime(10),
    horizon: SimTime(20),
};

fn cuts(window: Window) -> Cuts {
    Cuts {
        window,
        periods: None,
    }
}

fn lease(ledger: &mut Ledger, category: Category, from: u64, to: u64) {
    ledger.add(category, SimTime(from), SimTime(to), 2);
    ledger.add_lease(SimTime(from), SimTime(to), 2);
}

#[test]
fn time_is_clipped_at_the_warmup_and_split_at_the_horizon() {
    let mut ledger = Ledger::new(&cuts(WINDOW), Balancing::Always);
    lease(&mut ledger, Category::Run, 5, 25);
    ledger.extend(SimTime(25));
    let Closed { within, drain, .. } = ledger.finish();
    // [10, 20) and [20, 25) on two nodes.
    assert_eq!((within.run, drain.run), (NodeTime(20), NodeTime(10)));
}

#[test]
fn time_after_the_last_extension_does_not_count() {
    let mut ledger = Ledger::new(&cuts(WINDOW), Balancing::Always);
    let idle = Held {
        idle_rest: 1,
        ..Held::default()
    };
    ledger.hold(SimTime(0), idle);
    ledger.extend(SimTime(22));
    ledger.hold(SimTime(40), Held::default());
    ledger.close();
    ledger.add_lease(SimTime(0), SimTime(22), 1);
    let Closed { within, drain, .. } = ledger.finish();
    assert_eq!(
        (within.idle_before_scale_down, drain.idle_before_scale_down),
        (NodeTime(10), NodeTime(2))
    );
}

#[test]
fn what_ended_before_a_warmup_past_the_horizon_has_no_rounding_left() {
    // A lease that ends at 24 while work drains is billed before 30 and not from then on.
    let later = Window {
        warmup: SimTime(30),
        ..WINDOW
    };
    for (released, drain) in [(24, 0), (30, 7), (31, 7)] {
        let mut ledger = Ledger::new(&cuts(later), Balancing::Always);
        ledger.add_rounding(SimTime(released), SimDuration(7), 1);
        ledger.extend(SimTime(released));
        let sums = ledger.finish();
        assert_eq!(
            (sums.within.rounding, sums.drain.rounding),
            (NodeTime(0), NodeTime(drain))
        );
    }
}

#[test]
fn nodes_after_the_end_are_in_no_peak() {
    for (extended, peak) in [(None, 2), (Some(24), 2), (Some(30), 5)] {
        let mut ledger = Ledger::new(&cuts(WINDOW), Balancing::None);
        for (at, allocated) in [(12, 2), (24, 5), (40, 0)] {
            if extended == Some(at) {
                ledger.extend(SimTime(at));
            }
            let held = Held {
                allocated,
                ..Held::default()
            };
            ledger.hold(SimTime(at), held);
            if at == 24 && extended == Some(30) {
                ledger.extend(SimTime(30));
            }
        }
        ledger.close();
        assert_eq!(ledger.finish().peak, peak, "{extended:?}");
    }
}

#[test]
fn requests_count_until_just_before_the_end() {
    let mut ledger = Ledger::new(&cuts(WINDOW), Balancing::None);
    for (at, nodes) in [
        (9, 1),
        (10, 2),
        (19, 4),
        (20, 8),
        (25, 16),
        (25, 32),
        (30, 64),
    ] {
        ledger.count_spin_ups(SimTime(at), nodes);
    }
    assert_eq!(ledger.spin_ups(), 2 + 4, "the end is the horizon");
    ledger.extend(SimTime(30));
    assert_eq!(ledger.spin_ups(), 2 + 4 + 8 + 16 + 32);
    ledger.count_spin_ups(SimTime(40), 128);
    ledger.extend(SimTime(41));
    assert_eq!(ledger.spin_ups(), 2 + 4 + 8 + 16 + 32 + 64 + 128);
}

#[test]
fn rounding_belongs_to_the_end_of_the_lease() {
    for (released, within, drain) in [(9, 0, 0), (10, 7, 0), (20, 7, 0), (21, 0, 7)] {
        let mut ledger = Ledger::new(&cuts(WINDOW), Balancing::Always);
        ledger.add_rounding(SimTime(released), SimDuration(7), 1);
        let sums = ledger.finish();
        assert_eq!(
            (sums.within.rounding, sums.drain.rounding),
            (NodeTime(within), NodeTime(drain))
        );
    }
}
