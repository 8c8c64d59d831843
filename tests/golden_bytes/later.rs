//! Scenarios of what came after the first two hundred: arrival kinds that hear of ends or follow the clock, and disciplines.
//! They have numbers of their own, so that the others stay as they are.

use std::fmt::Write as _;

use crate::dice::Dice;
use crate::worlds::World;

/// How many there are: after those of arrivals and disciplines, those of logs that say whose runs they have, and those of
/// services whose requests come when others end.
pub(crate) const WORLDS: u64 = HEARD + 3;
const LABELED: u64 = 32;
const HEARD: u64 = LABELED + 2;

/// Arrivals of runs, each by its name; `RUNS` stands for a number of runs.
const ARRIVALS: &[(&str, &str)] = &[
    ("profile", "{ per_hour = [HOURS] }"),
    (
        "sinusoid",
        "{ mean = \"5/h\", swing = \"4/h\", period = \"12h\" }",
    ),
    (
        "mmpp",
        "{ rates = [\"1/h\", \"12/h\"], stays = [\"3h\", \"1h\"] }",
    ),
    (
        "recurring",
        "{ at = [\"daily 20:30\", \"daily 02:30\", \"mon-fri 09:15\"], runs = RUNS }",
    ),
    (
        "closed",
        "{ users = RUNS, think.exponential = { mean = \"2h\" } }",
    ),
    (
        "fan_out",
        "{ parents.poisson = { rate = \"6/day\" }, children = RUNS, at_once = 3 }",
    ),
];

const DISCIPLINES: &[&str] = &[
    "",
    "order = \"shortest\"\n",
    "backfill = \"easy\"\n",
    "backfill = \"conservative\"\n",
    "backfill = \"easy\"\nbackfill_order = \"shortest\"\n",
    "backfill = \"first_fit\"\norder = \"shortest\"\n",
    "backfill = \"conservative\"\nbackfill_order = \"shortest\"\norder = \"shortest\"\n",
];

/// The world of a number, which is not below the first of these.
pub(crate) fn make(number: u64, own: u64) -> World {
    let mut dice = Dice::new(number);
    let dice = &mut dice;
    if own >= HEARD {
        return heard(dice, number);
    }
    if own >= LABELED {
        return labeled(dice, number);
    }
    let place = usize::try_from(own).expect("it is small");
    let zone = dice.pick(&["UTC", "Europe/Berlin"]);
    let mut text = format!(
        "name = \"world-{number}\"\nseed = {}\nreplications = 2\nstart = 2024-03-30T20:00:00\ntime_zone = \"{zone}\"\n\
         horizon = \"40h\"\nwarmup = \"1h\"\ntags.department = \"research\"\n",
        dice.between(0, 1 << 40),
    );
    if dice.one_in(4) {
        text += "end = \"cut\"\n";
    }
    if dice.one_in(3) {
        text += "[quota.q]\nnodes = 5\ntargets = [\"c\"]\n";
    }
    let most = dice.between(4, 7);
    write!(
        text,
        "[cluster.c]\nprice_per_hour = 1.5\nvcpus = 1\nmax_nodes = {most}\ntags.team = \"vision\"\n{}{}{}{}",
        dice.maybe("min_nodes", &[1, 4]),
        dice.time("boot", 240_000),
        DISCIPLINES[place % DISCIPLINES.len()],
        if dice.one_in(3) {
            "eviction.rate = \"0.05/h\"\ntier = \"low_priority\"\n"
        } else {
            ""
        },
    )
    .expect("a text");
    let target = "target = \"c\"\n";
    let (kind, arrivals) = ARRIVALS[place % ARRIVALS.len()];
    text += &workload(dice, &format!("{kind}-0"), target, kind, arrivals);
    let (kind, arrivals) = ARRIVALS[place / 2 % ARRIVALS.len()];
    text += &workload(dice, &format!("{kind}-1"), target, kind, arrivals);
    let (kind, arrivals) = ARRIVALS[place % 4];
    write!(
            text,
            "[online_endpoint.e]\nprice_per_hour = 1\nvcpus = 4\n[requests.r]\ntarget = \"e\"\nservice_time = \"20m\"\n\
             arrivals.{kind} = {}\n",
            filled(dice, arrivals)
        )
        .expect("a text");
    if place % 4 == 0 {
        write!(
            text,
            "[goal]\ntarget.c.wait_p95 = \"<= 30m\"\nworkload.{kind}-1.wait_mean = \"<= 1h\"\n",
            kind = ARRIVALS[place / 2 % ARRIVALS.len()].0
        )
        .expect("a text");
    }
    World {
        name: format!("world-{number}"),
        text,
        files: Vec::new(),
    }
}

/// A log with users, groups and classes on a cluster that loses nodes, times a factor.
fn labeled(dice: &mut Dice, number: u64) -> World {
    let factor = dice.pick(&["0.7", "1.3", "2.5"]);
    let text = format!(
        "name = \"world-{number}\"\nseed = {number}\nreplications = 2\nhorizon = \"50h\"\nwarmup = \"1h\"\n\
         [cluster.c]\nprice_per_hour = 1.5\nmax_nodes = 4\ntier = \"low_priority\"\neviction.rate = \"0.1/h\"\n\
         [workload.log]\ntarget = \"c\"\nload_factor = {factor}\narrivals.trace = {{ file = \"log.csv\", submitted = \"at\", \
         duration = \"for\", nodes = \"n\", user = \"user\", group = \"team\", class = \"queue\", origin = 0 }}\n"
    );
    let mut log = "at,for,n,user,team,queue\n".to_owned();
    for _ in 0..40 {
        let (at, time) = (dice.between(0, 170_000), dice.between(60, 9_000));
        let (nodes, user) = (dice.between(1, 3), dice.pick(&["ann", "zoe", "=1+1", ""]));
        let (team, queue) = (dice.pick(&["a", "b", ""]), dice.pick(&["gpu", "cpu"]));
        writeln!(log, "{at},{time},{nodes},{user},{team},{queue}").expect("a text");
    }
    World {
        name: format!("world-{number}"),
        text,
        files: vec![("log.csv", log)],
    }
}

/// Services of two kinds with closed users, fan-outs and other requests.
fn heard(dice: &mut Dice, number: u64) -> World {
    let end = dice.pick(&["", "end = \"cut\"\n"]);
    let mut text = format!(
        "name = \"world-{number}\"\nseed = {number}\nreplications = 2\nhorizon = \"3h\"\nwarmup = \"10m\"\n\
         region = \"westeurope\"\n{end}[aks_service.a]\nreplica_vcpus = 1\nreplica_memory_gb = 2\nmax_replicas = 5\n{}{}\
         [online_endpoint.b]\nprice_per_hour = 1\nvcpus = 4\nmax_instances = 3\nconcurrency = 2\n",
        dice.maybe_text("queue_timeout", &["0s", "2s"]),
        dice.maybe_text("timeout", &["3s", "9s"]),
    );
    for service in ["a", "b"] {
        let (users, requests) = (dice.between(2, 9), dice.between(20, 90));
        let think = dice.time("think", 20_000).replace('\n', "");
        write!(
            text,
            "[requests.closed-{service}]\ntarget = \"{service}\"\nservice_time.exponential = {{ mean = \"1s\" }}\n\
             arrivals.closed = {{ users = {users}, {think} }}\n\
             [requests.sent-{service}]\ntarget = \"{service}\"\nservice_time.exponential = {{ mean = \"2s\" }}\n\
             arrivals.fan_out = {{ parents.poisson = {{ rate = \"6/h\" }}, children = {requests}, at_once = 4 }}\n\
             [requests.others-{service}]\ntarget = \"{service}\"\nservice_time = \"500ms\"\n\
             arrivals.poisson = {{ rate = \"200/h\" }}\n",
        )
        .expect("a text");
    }
    World {
        name: format!("world-{number}"),
        text,
        files: Vec::new(),
    }
}

fn workload(dice: &mut Dice, name: &str, target: &str, kind: &str, arrivals: &str) -> String {
    let arrivals = filled(dice, arrivals);
    let duration = dice.time("duration", 1_500_000);
    let nodes = dice.pick(&[
        "nodes = 2\n",
        "nodes.choice = { values = [1, 2, 4], weights = [4, 2, 1] }\n",
        "",
    ]);
    let estimate = dice.pick(&["", "estimate.factor = 3\n", "estimate.value = \"40m\"\n"]);
    let priority = dice.maybe("priority", &[-1, 3]);
    format!(
        "[workload.{name}]\n{target}arrivals.{kind} = {arrivals}\n{duration}{nodes}{estimate}{priority}"
    )
}

fn filled(dice: &mut Dice, arrivals: &str) -> String {
    let hours: Vec<String> = (0..24)
        .map(|_| dice.pick(&[0, 1, 5, 9]).to_string())
        .collect();
    let runs = dice.between(3, 9).to_string();
    arrivals
        .replace("RUNS", &runs)
        .replace("HOURS", &format!("2, {}", hours[1..].join(", ")))
}
