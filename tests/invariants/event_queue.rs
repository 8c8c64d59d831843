//! The event queue and the loop over it against a sorted map: the same toy model on both must see the same events.

use std::cell::Cell;
use std::collections::BTreeSet;

use autoscale_simulator::engine::{Event, EventQueue, Model, Timer, advance};
use autoscale_simulator::units::SimTime;
use proptest::prelude::*;

/// What the toy asks of its queue.
#[derive(Clone, Copy, Debug)]
enum Order {
    Set(usize, SimTime),
    Park(usize),
    Add(SimTime),
    Source(usize, SimTime),
}

/// What the toy saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Saw {
    Timer(SimTime, usize),
    Source(SimTime, usize),
    Decided(SimTime),
}

/// A model without meaning: each event and each decision sets, moves and parks timers at random, often to the same instant.
#[derive(Clone, Debug)]
struct Toy {
    random: u64,
    /// Greatest step ahead; small ones make crowded instants.
    spread: u64,
    scale: u64,
    steps_left: u64,
    due: Vec<SimTime>,
    saw: Vec<Saw>,
}

impl Toy {
    fn below(&mut self, bound: u64) -> u64 {
        // SplitMix64.
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn ahead(&mut self, now: SimTime) -> SimTime {
        let steps = self.below(self.spread + 1);
        SimTime(now.0 + steps * self.scale)
    }

    fn timer(&mut self) -> usize {
        let timers = self.due.len() as u64;
        usize::try_from(self.below(timers)).unwrap()
    }

    /// Orders about timers; those whose event of this instant is yet to come must be left alone while it is drained.
    fn orders(&mut self, now: SimTime, draining: bool) -> Vec<Order> {
        let mut orders = Vec::new();
        for _ in 0..self.below(4) {
            let timer = self.timer();
            if draining && self.due[timer] == now {
                continue;
            }
            if self.below(3) == 0 {
                self.due[timer] = SimTime::NEVER;
                orders.push(Order::Park(timer));
            } else if self.steps_left > 0 {
                self.steps_left -= 1;
                self.due[timer] = self.ahead(now);
                orders.push(Order::Set(timer, self.due[timer]));
            }
        }
        orders
    }

    fn apply(&mut self, now: SimTime, event: Event) -> Vec<Order> {
        match event {
            Event::Timer(timer) => {
                self.saw.push(Saw::Timer(now, timer.index()));
                self.due[timer.index()] = SimTime::NEVER;
                self.orders(now, true)
            }
            Event::Source(source) => {
                self.saw.push(Saw::Source(now, source));
                let next = if self.steps_left == 0 {
                    SimTime::NEVER
                } else {
                    self.steps_left -= 1;
                    self.ahead(now)
                };
                let mut orders = self.orders(now, true);
                orders.push(Order::Source(source, next));
                orders
            }
        }
    }

    fn decide(&mut self, now: SimTime) -> Vec<Order> {
        self.saw.push(Saw::Decided(now));
        let mut orders = self.orders(now, false);
        if self.below(8) == 0 && self.due.len() < 200 {
            let at = self.ahead(now);
            self.due.push(at);
            orders.push(Order::Add(at));
        }
        orders
    }

    fn rank(event: Event) -> (u8, u32, u64) {
        match event {
            Event::Timer(timer) => {
                let index = timer.index() as u64;
                (
                    u8::from(!index.is_multiple_of(3)) * 2,
                    0,
                    index * 7 % 11 * 1_000 + index,
                )
            }
            Event::Source(source) => (1, u32::try_from(source).unwrap(), 0),
        }
    }
}

/// The toy on the engine.
struct OnEngine {
    toy: Toy,
    timers: Vec<Timer>,
}

impl OnEngine {
    fn follow(&mut self, orders: Vec<Order>, queue: &mut EventQueue) {
        for order in orders {
            match order {
                Order::Set(timer, at) => queue.set(self.timers[timer], at),
                Order::Park(timer) => queue.park(self.timers[timer]),
                Order::Source(source, at) => queue.set_source(source, at),
                Order::Add(at) => {
                    let timer = queue.add_timer();
                    self.timers.push(timer);
                    queue.set(timer, at);
                }
            }
        }
    }
}

impl Model for OnEngine {
    fn order(&self, event: Event) -> (u8, u32, u64) {
        Toy::rank(event)
    }

    fn apply(&mut self, now: SimTime, event: Event, queue: &mut EventQueue) {
        let orders = self.toy.apply(now, event);
        self.follow(orders, queue);
    }

    fn decide(&mut self, now: SimTime, queue: &mut EventQueue) {
        let orders = self.toy.decide(now);
        self.follow(orders, queue);
    }
}

/// The toy on the engine, in parts of so many instants.
fn on_engine(
    toy: Toy,
    sources: &[SimTime],
    until: SimTime,
    instants: u64,
) -> (Vec<Saw>, Vec<Timer>) {
    let mut queue = EventQueue::default();
    let timers: Vec<Timer> = toy.due.iter().map(|_| queue.add_timer()).collect();
    for (timer, at) in timers.iter().zip(&toy.due) {
        queue.set(*timer, *at);
    }
    for at in sources {
        queue.add_source(*at);
    }
    let mut model = OnEngine { toy, timers };
    loop {
        let (left, is_part) = (Cell::new(instants), Cell::new(false));
        let goes_on = |_: &OnEngine| {
            is_part.set(left.get() == 0);
            left.set(left.get().saturating_sub(1));
            !is_part.get()
        };
        advance(&mut model, &mut queue, until, goes_on).expect("nobody stops it");
        if !is_part.get() {
            break;
        }
    }
    (model.toy.saw, model.timers)
}

/// The toy on a sorted set of (time, timer); `handles` are the timers by index, for the events' names.
fn on_sorted_map(mut toy: Toy, sources: &[SimTime], until: SimTime, handles: &[Timer]) -> Vec<Saw> {
    let mut set_to = toy.due.clone();
    let mut sources = sources.to_vec();
    let mut pending: BTreeSet<(SimTime, usize)> = set_to.iter().copied().zip(0..).collect();
    let mut follow =
        |orders: Vec<Order>, pending: &mut BTreeSet<(SimTime, usize)>, sources: &mut [SimTime]| {
            for order in orders {
                let (timer, at) = match order {
                    Order::Set(timer, at) => (timer, at),
                    Order::Park(timer) => (timer, SimTime::NEVER),
                    Order::Add(at) => {
                        set_to.push(at);
                        (set_to.len() - 1, at)
                    }
                    Order::Source(source, at) => {
                        sources[source] = at;
                        continue;
                    }
                };
                pending.remove(&(set_to[timer], timer));
                set_to[timer] = at;
                pending.insert((at, timer));
            }
        };
    loop {
        let first = pending.first().map_or(SimTime::NEVER, |(at, _)| *at);
        let now = sources.iter().copied().fold(first, SimTime::min);
        if now >= until {
            return toy.saw;
        }
        let mut events: Vec<Event> = (0..sources.len())
            .filter(|source| sources[*source] == now)
            .map(Event::Source)
            .collect();
        while let Some((at, timer)) = pending.first().copied().filter(|(at, _)| *at == now) {
            pending.remove(&(at, timer));
            events.push(Event::Timer(handles[timer]));
        }
        events.sort_by_key(|event| Toy::rank(*event));
        for event in events {
            loop {
                let orders = toy.apply(now, event);
                follow(orders, &mut pending, &mut sources);
                let again = matches!(event, Event::Source(source) if sources[source] == now);
                if !again {
                    break;
                }
            }
        }
        let orders = toy.decide(now);
        follow(orders, &mut pending, &mut sources);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_event_queue_is_a_sorted_map(
        random: u64,
        timers in prop::collection::vec(0..20_u64, 1..20),
        sources in prop::collection::vec(0..20_u64, 0..4),
        spread in 1..40_u64,
        scale in prop::sample::select(vec![1, 1_000_000, 1_234_567_891]),
        steps_left in 0..400_u64,
        until in prop::sample::select(vec![30, u64::MAX]),
        instants in 1..100_u64,
    ) {
        let at = |steps: &u64| SimTime(steps * scale);
        let toy = Toy {
            random,
            spread,
            scale,
            steps_left,
            due: timers.iter().map(at).collect(),
            saw: Vec::new(),
        };
        let sources: Vec<SimTime> = sources.iter().map(at).collect();
        let until = SimTime(scale.saturating_mul(until));
        let (ours, handles) = on_engine(toy.clone(), &sources, until, instants);
        let theirs = on_sorted_map(toy, &sources, until, &handles);
        prop_assert_eq!(&ours, &theirs);
        let time = |saw: &Saw| match saw {
            Saw::Timer(at, _) | Saw::Source(at, _) | Saw::Decided(at) => *at,
        };
        prop_assert!(ours.iter().map(time).is_sorted(), "time never goes back");
    }
}
