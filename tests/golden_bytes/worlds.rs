//! Random scenarios, as texts: a number names one. They have every kind of target, of arrivals and of what is bought.
//!
//! Their makers draw for the golden bytes alone, so that the texts stay as they are; all other tests take their worlds from
//! `tests/support`.

use std::fmt::Write as _;

use crate::dice::Dice;
use crate::targets::{Market, Target};
use crate::{later, services, targets, workloads};

/// How many of these there are; those of [`later`] follow.
pub(crate) const WORLDS: u64 = 200;

/// A scenario with the data files that it reads.
pub(crate) struct World {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) files: Vec<(&'static str, String)>,
}

/// Kinds of targets that lead worlds more often than others.
const OFTEN: &[&str] = &["cluster", "instance", "cluster"];

/// The world of a number. Each kind of target leads every so many worlds, beside others by chance.
pub(crate) fn make(number: u64) -> World {
    if let Some(own) = number.checked_sub(WORLDS) {
        return later::make(number, own);
    }
    let mut dice = Dice::new(number);
    let dice = &mut dice;
    let hours = dice.pick(&[4, 8, 26]);
    let (market, trained, served) = kinds(dice, number);
    let mut trained: Vec<Target> = (trained.iter().enumerate())
        .map(|(position, kind)| targets::make(dice, market, kind, position))
        .collect();
    let mut text = head(dice, market, number, hours);
    text += &bought(dice, market, &mut trained);
    for target in &trained {
        write!(
            text,
            "[{}.{}]\n{}\n",
            target.kind, target.name, target.table
        )
        .expect("a text");
    }
    let runs = work(dice, market, &trained, hours);
    text += &environments(dice, &runs);
    text += &runs;
    for (position, kind) in served.iter().enumerate() {
        text += &services::make(dice, kind, position, hours);
    }
    text += &alternatives(dice, &trained, &runs);
    World {
        name: format!("world-{number:03}"),
        text,
        files: vec![
            ("trace.csv", trace(dice, hours)),
            ("requests.csv", requests(dice, hours)),
            ("losses.csv", losses(dice)),
        ],
    }
}

type Kinds = Vec<&'static str>;

/// Where a world's machines are bought, the kinds of its training targets, and those of its services.
fn kinds(dice: &mut Dice, number: u64) -> (&'static Market, Kinds, Kinds) {
    let names = targets::MAKERS.iter().map(|(name, _)| *name);
    let names: Kinds = names.chain(OFTEN.iter().copied()).collect();
    let number = usize::try_from(number).expect("it is small");
    let leader = number % (names.len() + services::MAKERS.len());
    let (mut trained, mut served) = (Vec::new(), Vec::new());
    match leader.checked_sub(names.len()) {
        None => trained.push(names[leader]),
        Some(service) => served.push(services::MAKERS[service].0),
    }
    let is_own = trained.iter().all(|kind| OFTEN.contains(kind)) && served.is_empty();
    let market = if is_own && dice.one_in(2) {
        &targets::OTHERS[number / 3 % targets::OTHERS.len()]
    } else {
        &targets::WEST_EUROPE
    };
    while trained.len() < 3 && dice.one_in(2) {
        let any = if market.whole {
            dice.pick(&names)
        } else {
            "cluster"
        };
        trained.push(dice.pick(&["cluster", "instance", any]));
    }
    if served.is_empty() && market.whole && dice.one_in(6) {
        served.push(dice.pick(&["aks_service", "functions", "online_endpoint"]));
    }
    (market, trained, served)
}

fn head(dice: &mut Dice, market: &Market, number: u64, hours: u64) -> String {
    let start = dice.pick(&[
        "2024-01-01T00:00:00",
        "2024-01-31T18:00:00",
        "2024-03-30T20:00:00", // the clocks of Berlin change in the night
        "2021-03-03T07:30:00",
        "2025-11-02T00:00:00", // and those of New York
    ]);
    let zone = dice.pick(&["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]);
    let mut text = format!(
        "name = \"world-{number:03}\"\nseed = {}\nreplications = 2\nstart = {start}\ntime_zone = \"{zone}\"\n\
         horizon = \"{hours}h\"\nallow_retired = true\n{}",
        dice.between(0, 1 << 40),
        market.top
    );
    text += &dice.maybe_text("warmup", &["30m", "90m"]);
    if dice.one_in(5) {
        text += "end = \"cut\"\n";
    }
    if dice.one_in(5) {
        text += dice.pick(&[
            "currency = \"EUR\"\nexchange_rate = 0.92\n",
            "currency = \"JPY\"\nexchange_rate = 150\n",
        ]);
    }
    text + "\n"
}

/// Quotas and commitments. Runs ask for no more nodes than a quota leaves their target.
fn bought(dice: &mut Dice, market: &Market, trained: &mut [Target]) -> String {
    let mut own: Vec<&mut Target> = (trained.iter_mut())
        .filter(|target| ["cluster", "instance"].contains(&target.kind))
        .collect();
    let sized = own.iter().any(|of| of.table.contains("vm_size"));
    let mut text = String::new();
    if !own.is_empty() && dice.one_in(2) {
        let by_nodes = dice.one_in(3);
        let size = |target: &Target| if by_nodes { 1 } else { target.vcpus };
        let kept: u64 = own.iter().map(|of| of.kept * size(of)).sum();
        let largest = own.iter().map(|of| size(of)).max().unwrap_or(0);
        let limit = kept + largest * dice.between(1, 4);
        for target in &mut own {
            let others = kept - target.kept * size(target);
            target.nodes = target.nodes.min((limit - others) / size(target));
        }
        let names: Vec<&str> = own.iter().map(|of| of.name.as_str()).collect();
        let unit = if by_nodes { "nodes" } else { "vcpus" };
        writeln!(text, "[quota.all]\n{unit} = {limit}\ntargets = {names:?}\n").expect("a text");
    } else if let [first, ..] = market.quotas
        && sized
        && dice.one_in(2)
    {
        // Wide enough for all that is of the size.
        let family = dice.pick(&[*first, market.quotas[market.quotas.len() - 1]]);
        writeln!(text, "[quota.wide]\nvcpus = 200\n{family}\n").expect("a text");
    }
    if sized && dice.one_in(2) {
        let of_book = market.reserved.filter(|_| dice.one_in(2));
        let price = of_book.unwrap_or("price_per_hour = 0.16\n");
        let (size, nodes) = (market.sized(), dice.between(1, 3));
        write!(text, "[reservation.year]\n{size}nodes = {nodes}\n{price}\n").expect("a text");
    }
    if !own.is_empty() && dice.one_in(3) {
        let commitment = dice.hundredths(5, 150);
        let all_sized = own.iter().all(|of| of.table.contains("vm_size"))
            && market.reserved.is_none_or(str::is_empty);
        let of_book = if all_sized {
            ""
        } else {
            "price_factor = 0.7\n"
        };
        let factor = dice.pick(&[
            of_book,
            "price_factor = 0.68\n",
            "price_factor = 0.5\nterm = \"3y\"\n",
        ]);
        write!(
            text,
            "[savings_plan.hourly]\ncommitment = \"{commitment} USD/h\"\n{factor}\n"
        )
        .expect("a text");
    }
    text
}

/// A workload for each target, and others by chance.
fn work(dice: &mut Dice, market: &Market, trained: &[Target], hours: u64) -> String {
    let mut text = String::new();
    let mut number = 0;
    let mut add = |dice: &mut Dice, targets: &[&Target], first: bool| {
        let position = if first { 0 } else { number + 1 };
        number += usize::from(!first);
        let made = workloads::make(dice, targets, position, hours);
        let batch = made.contains("batch_inference");
        text += &made;
        let sized = targets
            .iter()
            .all(|target| target.table.contains("vm_size"));
        if sized && !batch && dice.one_in(4) {
            text += market.speed;
        }
        text += "\n";
    };
    for (position, target) in trained.iter().enumerate() {
        add(dice, &[target], position == 0);
        if dice.one_in(3) {
            add(dice, &[target], false);
        }
    }
    if let [first, second, ..] = trained
        && dice.one_in(2)
    {
        add(dice, &[first, second], false);
    }
    text
}

/// The images that the workloads use.
fn environments(dice: &mut Dice, works: &str) -> String {
    let mut text = String::new();
    for image in workloads::IMAGES {
        let named = format!("environment = \"{image}\"");
        // A trace may name each of them.
        if works.contains(&named) || works.contains("environment = \"image\"") {
            let build = dice.maybe_time("image_build", 500_000);
            let pull = dice.time("image_pull", 60_000);
            text += &format!("[environment.{image}]\n{build}{pull}\n");
        }
    }
    text
}

/// Variants or a sweep, in some of the worlds.
fn alternatives(dice: &mut Dice, trained: &[Target], runs: &str) -> String {
    let Some(first) = trained.first() else {
        return String::new();
    };
    let (kind, name) = (first.kind, &first.name);
    let workloads = runs.lines().filter_map(|line| {
        let (_, name) = line.split_once("[workload.")?;
        Some(name.trim_end_matches(']'))
    });
    let workloads: Vec<&str> = workloads.collect();
    match dice.between(0, 11) {
        0 | 1 => format!(
            "[variant.as-is]\n[variant.other]\n{kind}.{name}.{}\n",
            first.other
        ),
        2 | 3 if !first.sweep.is_empty() => {
            let second = dice.pick(&[
                "",
                "end = [\"drain\", \"cut\"]\n",
                "warmup = [\"0s\", \"1h\"]\n",
            ]);
            format!("[sweep]\n\"{kind}.{name}.{}\n{second}", first.sweep)
        }
        4 | 5 if workloads.len() > 1 => format!(
            "[variant.all]\n[variant.less]\nworkload.{}.enabled = false\n\n\
             [variant.more]\n{kind}.{name}.always_bill = true\nworkload.{}.priority = 7\n",
            workloads[workloads.len() - 1],
            workloads[0]
        ),
        _ => String::new(),
    }
}

/// Runs: some at the same second, some without length, some behind the horizon.
fn trace(dice: &mut Dice, hours: u64) -> String {
    let mut text = "at,minutes,priority,nodes,gpus,image\n".to_owned();
    let mut at = 0;
    for _ in 0..dice.between(10, 25) {
        let minutes = dice.hundredths(0, 6000);
        let priority = dice.pick(&[-1, 0, 0, 2]);
        let (nodes, gpus) = (dice.pick(&[1, 1, 2]), dice.pick(&[1, 2, 4, 7]));
        let image = dice.pick(&["", "torch", "tensor"]);
        writeln!(text, "{at},{minutes},{priority},{nodes},{gpus},{image}").expect("a text");
        at += dice.pick(&[0, 1, 4]) * dice.between(1, hours * 60);
    }
    text
}

fn requests(dice: &mut Dice, hours: u64) -> String {
    let mut text = "at,seconds,context,generated\n".to_owned();
    let mut at = 0;
    let gap = hours * 3_600 / 100;
    for _ in 0..100 {
        let (context, generated) = (dice.between(0, 3000), dice.between(1, 400));
        let seconds = dice.hundredths(5, 9000);
        writeln!(text, "{at},{seconds},{context},{generated}").expect("a text");
        at += dice.pick(&[0, 1, 2]) * dice.between(1, gap);
    }
    text
}

/// The log of a pool of forty nodes that lost some of them now and then.
fn losses(dice: &mut Dice) -> String {
    let mut text = String::new();
    for node in 0..40 {
        writeln!(text, "0,add,n{node}").expect("a text");
    }
    let (mut at, mut next) = (0, 0);
    while next < 36 {
        at += dice.between(600_000, 6_000_000);
        for _ in 0..dice.between(1, 8).min(39 - next) {
            writeln!(text, "{at},remove,n{next}").expect("a text");
            next += 1;
        }
    }
    writeln!(text, "{},add,last", at + 9_000_000).expect("a text");
    text
}
