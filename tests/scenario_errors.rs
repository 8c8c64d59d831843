//! What is refused: each mistake with its place, its dotted key and what is said about it.

use std::fmt::Write as _;
use std::path::Path;

use autoscale_simulator::error::{Error, Place, Problem, render};
use autoscale_simulator::scenario::{Options, load};

/// A good scenario; each case replaces one of its lines (from 1) by something bad.
const BASE: &str = r#"horizon = "7d"
[cluster.gpu]
price_per_hour = 3.06
[workload.w]
target = "gpu"
arrivals.poisson = { rate = "2/h" }
duration = "20m"
"#;

/// Line that is replaced, what by, and the problem as `line:column key: message (help)`, by its parts.
type Case = (usize, &'static str, &'static str, &'static str);

const CASES: &[Case] = &[
    (
        7,
        "duration = \"20m\"\nload_factor = \"130%\"",
        "8:15 workload.w.load_factor",
        "found the text `130%`, which is 1.3 as a number (write a number above 0 and up to 1000, such as 1.3 for 30 % more)",
    ),
    (
        3,
        "price_per_hour = 3.06\nallocation_failure = { probability = \"2.5%\" }",
        "4:38 cluster.gpu.allocation_failure.probability",
        "found the text `2.5%`, which is 0.025 as a number (write a number from 0 to below 1",
    ),
    (
        7,
        "duration = \"20m\"\n[instance.box]\nprice_per_hour = 1\nschedule = [\"daily 09:00-09:20\"]\nboot = \"30m\"\n\
         always_bill = true",
        "11:8 instance.box.boot",
        "nothing would ever start",
    ),
    (
        1,
        "horizn = \"7d\"\nhorizon = \"7d\"",
        "1:1 horizn",
        "did you mean `horizon`",
    ),
    (
        1,
        "horizon = 7",
        "1:11 horizon",
        "a duration needs its unit: write for example `\"7s\"`",
    ),
    (1, "horizon = \"-7d\"", "1:11 horizon", "`-7d` is negative"),
    (
        1,
        "horizon = \"0s\"",
        "1:11 horizon",
        "write a duration above 0s",
    ),
    (
        1,
        "horizon = \"soon\"",
        "1:11 horizon",
        "`soon` is not a duration",
    ),
    (
        1,
        "",
        "1:1 horizon",
        "the arrivals of `workload.w` go on until it",
    ),
    (
        1,
        "horizon = \"7d\"\nwarmup = \"7d\"",
        "2:10 warmup",
        "the warm-up of 7d is not below the horizon of 7d",
    ),
    (
        1,
        "horizon = \"7d\"\nend = \"stop\"",
        "2:7 end",
        "found the text `stop`",
    ),
    (
        1,
        "horizon = \"7d\"\nseed = -1",
        "2:8 seed",
        "a whole number from 0 to",
    ),
    (
        1,
        "horizon = \"7d\"\nreplications = 0",
        "2:16 replications",
        "from 1 to 1000000",
    ),
    (
        1,
        "horizon = \"7d\"\ntime_zone = \"Europe/Berln\"",
        "2:13 time_zone",
        "`Europe/Berlin`",
    ),
    (
        1,
        "horizon = \"7d\"\nstart = 2024-01-01T00:00:00Z",
        "2:9 start",
        "has a time zone of its own",
    ),
    (
        1,
        "horizon = \"7d\"\nstart = \"monday\"",
        "2:9 start",
        "write a local date and time",
    ),
    (
        1,
        "horizon = \"7d\"\nbaseline = \"warm\"",
        "2:12 baseline",
        "there is no variant `warm` (defined: `base`)",
    ),
    (
        1,
        "horizon = \"7d\"\nname = \"a/b\"",
        "2:8 name",
        "cannot name a folder",
    ),
    (
        1,
        "horizon = \"7d\"\nhorizon = \"8d\"",
        "2:1 horizon",
        "duplicate key",
    ),
    (1, "horizon = 7d", "1:", "this is not TOML"),
    (
        1,
        "horizon = \"7d\"\nenvironment = 3",
        "2:15 environment",
        "this is a table of keys",
    ),
    (
        2,
        "[cluster.gpu]\nmin_nodes = 5",
        "3:13 cluster.gpu.min_nodes",
        "`min_nodes` is 5 and `max_nodes` is 4",
    ),
    (
        2,
        "[cluster.gpu]\nmax_nodes = 0",
        "3:13 cluster.gpu.max_nodes",
        "from 1 to 65000",
    ),
    (
        2,
        "[cluster.gpu]\nmax_nodes = 2.5",
        "3:13 cluster.gpu.max_nodes",
        "found the number 2.5",
    ),
    (
        2,
        "[cluster.gpu]\nmax_node = 5",
        "3:1 cluster.gpu.max_node",
        "did you mean `max_nodes`",
    ),
    (
        2,
        "[cluster.gpu]\nvm_size = \"Standard_NC6s_v4\"",
        "3:11 cluster.gpu.vm_size",
        "did you mean `Standard_NC6s_v2`",
    ),
    (
        2,
        "[cluster.gpu]\nidle_before_scale_down = 120",
        "3:26 cluster.gpu.idle_before_scale_down",
        "`\"120s\"`",
    ),
    (
        2,
        "[cluster.gpu]\nboot.normal = { mean = \"3m\" }",
        "3:6 cluster.gpu.boot.normal",
        "allowed here: `constant`, `uniform`",
    ),
    (
        2,
        "[cluster.gpu]\nboot = { uniform = { min = \"3m\", max = \"2m\" } }",
        "3:20 cluster.gpu.boot.uniform",
        "`min` is above `max`",
    ),
    (
        2,
        "[cluster.gpu]\nboot.log_normal = { median = \"3m\" }",
        "3:19 cluster.gpu.boot.log_normal.p95",
        "`p95` is missing",
    ),
    (
        2,
        "[cluster.gpu]\nboot.log_normal = { median = \"3m\", cv = 1 }",
        "3:19 cluster.gpu.boot.log_normal",
        "the two ways are mixed",
    ),
    (
        2,
        "[cluster.gpu]\nboot.uniform = { min = \"1m\", max = \"2m\" }\nboot.gamma = { shape = 1, scale = \"1m\" }",
        "4:14 cluster.gpu.boot.gamma",
        "exactly one",
    ),
    (
        2,
        "[cluster.gpu]\nboot = {}",
        "3:8 cluster.gpu.boot",
        "no kind is given",
    ),
    (
        2,
        "[cluster.gpu]\nboot.weibull = { shape = 0, scale = \"1m\" }",
        "3:26 cluster.gpu.boot.weibull.shape",
        "above 0",
    ),
    (
        2,
        "[cluster.gpu]\nboot.empirical = { values = [\"1m\", 5] }",
        "3:36 cluster.gpu.boot.empirical.values",
        "needs its unit",
    ),
    (
        2,
        "[cluster.gpu]\nboot.empirical = { values = [\"1m\"], weights = [1, 2] }",
        "3:18 cluster.gpu.boot.empirical",
        "1 values but 2 weights",
    ),
    (
        2,
        "[cluster.gpu]\nboot.empirical = { values = [\"1m\", \"2m\"], weights = [1e200, 1] }",
        "3:18 cluster.gpu.boot.empirical",
        "the weights add up to more than 1e100",
    ),
    (
        2,
        "[cluster.gpu]\nboot.empirical = { file = \"none.csv\", column = \"x\" }",
        "3:27 cluster.gpu.boot.empirical.file",
        "there is no file",
    ),
    (
        2,
        "[cluster.gpu]\nsurplus_provisioning = \"kep\"",
        "3:24 cluster.gpu.surplus_provisioning",
        "did you mean `keep`",
    ),
    (
        2,
        "[cluster.gpu]\nfixed_charges.disk = 19.71",
        "3:22 cluster.gpu.fixed_charges.disk",
        "`\"19.71 USD/month\"`",
    ),
    (
        2,
        "[cluster.gpu]\nfixed_charges.disk = \"5 EUR/month\"",
        "3:22 cluster.gpu.fixed_charges.disk",
        "found the text `5 EUR/month`",
    ),
    (
        2,
        "[cluster.gpu]\nfixed_charges.disc = \"5 USD/month\"",
        "3:15 cluster.gpu.fixed_charges.disc",
        "did you mean `disk`",
    ),
    (
        2,
        "[cluster.gpu]\nload_balancer_at_zero = true",
        "3:25 cluster.gpu.load_balancer_at_zero",
        "no charge for a load balancer",
    ),
    (
        2,
        "[environment.\"a b\"]\n[cluster.gpu]",
        "2:14 environment.\"a b\"",
        "`a b` is no name",
    ),
    (
        2,
        "[cluster.old]\nprice_per_hour = 1\n[cluster.gpu]",
        "2:10 cluster.old",
        "no workload submits to it in any variant",
    ),
    (
        2,
        "[instance.gpu]\nprice_per_hour = 1\n[cluster.gpu]",
        "2:11 instance.gpu",
        "a name of its own",
    ),
    (
        2,
        "[instance.gpu]\non_stop = \"cancel\"",
        "3:11 instance.gpu.on_stop",
        "there is no `schedule`",
    ),
    (
        2,
        "[instance.gpu]\nschedule = []",
        "3:12 instance.gpu.schedule",
        "no window",
    ),
    (
        2,
        "[instance.gpu]\nschedule = [\"mon-fri 08:00-18:00\", \"mon 25:00-26:00\"]",
        "3:36 instance.gpu.schedule",
        "`mon 25:00-26:00` is not a weekly window",
    ),
    (
        2,
        "[instance.gpu]\nidle_shutdown = \"0s\"",
        "3:17 instance.gpu.idle_shutdown",
        "above 0s",
    ),
    (
        2,
        "[instance.gpu]\nslots = 2000",
        "3:9 instance.gpu.slots",
        "from 1 to 1000",
    ),
    (
        2,
        "[instance.gpu]\nmax_nodes = 2",
        "3:1 instance.gpu.max_nodes",
        "unknown key",
    ),
    (
        3,
        "price_per_hour = \"3.06 USD\"",
        "3:18 cluster.gpu.price_per_hour",
        "as a number",
    ),
    (
        3,
        "price_per_hour = -1",
        "3:18 cluster.gpu.price_per_hour",
        "0 is allowed",
    ),
    (
        3,
        "",
        "2:1 cluster.gpu.price_per_hour",
        "0 is allowed where it is written",
    ),
    (
        4,
        "[worklod.x]\n[workload.w]",
        "4:2 worklod",
        "did you mean `workload`",
    ),
    (
        5,
        "target = \"gpuu\"",
        "5:10 workload.w.target",
        "did you mean `gpu`",
    ),
    (5, "", "4:1 workload.w.target", "`target` is missing"),
    (
        5,
        "target = \"gpu\"\nenvironment = \"torch\"",
        "6:15 workload.w.environment",
        "there is no environment `torch`",
    ),
    (
        5,
        "target = \"gpu\"\nnodes = 5",
        "6:9 workload.w.nodes",
        "`max_nodes` of `gpu` is 4",
    ),
    (
        5,
        "target = \"gpu\"\nnodes.choice = { values = [1, 2], weights = [1] }",
        "6:45 workload.w.nodes.choice.weights",
        "2 values but 1 weights",
    ),
    (
        5,
        "target = \"gpu\"\nnodes.choice = { values = [1, 2], weights = [1e308, 1e308] }",
        "6:45 workload.w.nodes.choice.weights",
        "write weights whose sum is between 1e-100 and 1e100",
    ),
    (
        5,
        "target = \"gpu\"\nnodes.choice = { values = [1, 2], weights = [5e-324, 5e-324] }",
        "6:45 workload.w.nodes.choice.weights",
        "the weights add up to less than 1e-100",
    ),
    (
        5,
        "target = \"gpu\"\nnodes.choice = { values = [1, 2], weights = [0, 0] }",
        "6:45 workload.w.nodes.choice.weights",
        "the weights are negative or all 0",
    ),
    (
        5,
        "target = \"gpu\"\nnodes.choice = { values = [1, 0] }",
        "6:31 workload.w.nodes.choice.values",
        "from 1 to",
    ),
    (
        5,
        "target = \"gpu\"\nmax_duration = \"0s\"",
        "6:16 workload.w.max_duration",
        "above 0s",
    ),
    (
        5,
        "target = \"gpu\"\npriority = \"high\"",
        "6:12 workload.w.priority",
        "found the text `high`",
    ),
    (6, "", "4:1 workload.w.arrivals", "`arrivals` is missing"),
    (
        6,
        "arrivals = \"5/h\"",
        "6:12 workload.w.arrivals",
        "found the text `5/h` (write a kind and its keys, such as `arrivals.poisson.rate = \"5/h\"`)",
    ),
    (
        6,
        "arrivals = 5",
        "6:12 workload.w.arrivals",
        "found the number 5 (write a kind and its keys, such as `arrivals.poisson.rate = \"12/h\"`)",
    ),
    (
        6,
        "arrivals.poisson = \"2/h\"",
        "6:20 workload.w.arrivals.poisson",
        "found the text `2/h` (write `arrivals.poisson.rate = \"2/h\"`)",
    ),
    (
        6,
        "arrivals.deterministic = \"10m\"",
        "6:26 workload.w.arrivals.deterministic",
        "(write `arrivals.deterministic.interval = \"10m\"`; its other keys are `first`)",
    ),
    (
        6,
        "arrivals.batch = 7",
        "6:18 workload.w.arrivals.batch",
        "(write `arrivals.batch.runs = 7`; its other keys are `at`)",
    ),
    (
        6,
        "arrivals.trace = \"log.csv\"",
        "6:18 workload.w.arrivals.trace",
        "(write `arrivals.trace.file = \"log.csv\"`; its other keys are `submitted`, ",
    ),
    (
        6,
        "arrivals.poisson = { rate = 12 }",
        "6:29 workload.w.arrivals.poisson.rate",
        "`\"40/h\"`",
    ),
    (
        6,
        "arrivals.poisson = { rate = \"0/h\" }",
        "6:29 workload.w.arrivals.poisson.rate",
        "no run would ever come",
    ),
    (
        6,
        "arrivals.poisson = { rate = \"-1/h\" }",
        "6:29 workload.w.arrivals.poisson.rate",
        "is negative",
    ),
    (
        6,
        "arrivals.poison = { rate = \"1/h\" }",
        "6:10 workload.w.arrivals.poison",
        "did you mean `poisson`",
    ),
    (
        6,
        "arrivals = \"poisson\"",
        "6:12 workload.w.arrivals",
        "found the text `poisson`",
    ),
    (
        6,
        "arrivals.deterministic = { interval = \"8d\" }",
        "6:39 workload.w.arrivals.deterministic.interval",
        "the first run would come at 8d",
    ),
    (
        6,
        "arrivals.bursts = { quiet = \"2/h\", peak = \"1/h\", windows = \"daily 08:00-09:00\" }",
        "6:43 workload.w.arrivals.bursts.peak",
        "below the quiet rate",
    ),
    (
        6,
        "arrivals.bursts = { quiet = \"2/h\", peak = \"4/h\", windows = [\"08:00\"] }",
        "6:61 workload.w.arrivals.bursts.windows",
        "is not a weekly window",
    ),
    (
        6,
        "arrivals.profile = { per_hour = [1, 2, 3] }",
        "6:33 workload.w.arrivals.profile.per_hour",
        "it has 3 numbers, not 24 or 168",
    ),
    (
        6,
        "arrivals.profile.per_hour = [-1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]",
        "6:29 workload.w.arrivals.profile.per_hour",
        "a rate is below 0",
    ),
    (
        6,
        "arrivals.sinusoid = { mean = \"4/h\", swing = \"5/h\" }",
        "6:45 workload.w.arrivals.sinusoid.swing",
        "swings by more than the mean",
    ),
    (
        6,
        "arrivals.mmpp = { rates = [\"1/h\", \"2/h\"], stays = [\"1h\"] }",
        "6:51 workload.w.arrivals.mmpp.stays",
        "there are 2 rates, but 1 mean lengths",
    ),
    (
        6,
        "arrivals.mmpp = { rates = [\"1/h\"], stays = [\"1h\"] }",
        "6:27 workload.w.arrivals.mmpp.rates",
        "fewer than 2 states",
    ),
    (
        6,
        "arrivals.mmpp = { rates = [\"0/h\", \"0/h\"], stays = [\"1h\", \"1h\"] }",
        "6:27 workload.w.arrivals.mmpp.rates",
        "all rates are 0",
    ),
    (
        6,
        "arrivals.recurring = { at = [\"mon 25:00\"] }",
        "6:29 workload.w.arrivals.recurring.at",
        "is no time of the week",
    ),
    (
        6,
        "arrivals.closed = { users = 0, think = \"1m\" }",
        "6:29 workload.w.arrivals.closed.users",
        "found the number 0",
    ),
    (
        6,
        "arrivals.closed = { users = 3 }",
        "6:19 workload.w.arrivals.closed.think",
        "`think` is missing",
    ),
    (
        6,
        "arrivals.fan_out = { children = 3, at_once = 2 }",
        "6:20 workload.w.arrivals.fan_out.parents",
        "`parents` is missing",
    ),
    (
        6,
        "arrivals.fan_out = { parents.trace = { file = \"x.csv\" }, children = 3, at_once = 2 }",
        "6:30 workload.w.arrivals.fan_out.parents.trace",
        "unknown key",
    ),
    (
        6,
        "arrivals.batch = { runs = 2, at = [] }",
        "6:35 workload.w.arrivals.batch.at",
        "there are no times",
    ),
    (
        6,
        "arrivals.batch = { runs = 2, at = [\"1h\", \"7d\"] }",
        "6:35 workload.w.arrivals.batch.at",
        "7d is not before the horizon of 7d",
    ),
    (
        7,
        "duration = \"20m\"\n[workload.v]\ntarget = \"gpu\"\n\
         arrivals.trace = { file = \"no.csv\", submitted = \"a\", duration = \"b\" }",
        "10:27 workload.v.arrivals.trace.file",
        "there is no file",
    ),
    (
        6,
        "arrivals.trace = { file = \"t.csv\", submitted = \"at\", duration = \"s\" }",
        "7:12 workload.w.duration",
        "a trace brings the duration",
    ),
    (7, "", "4:1 workload.w.duration", "how long a run takes"),
    (
        7,
        "duration.exponential = { mean = \"0s\" }",
        "7:24 workload.w.duration.exponential",
        "above 0",
    ),
    (
        7,
        "duration = \"20m\"\n[variant.a]\nseed = 3",
        "9:1 variant.a.seed",
        "belongs to the file",
    ),
    (
        7,
        "duration = \"20m\"\n[variant.a]\ncluster.gpu.max_node = 3",
        "9:13 variant.a.cluster.gpu.max_node",
        "did you mean `max_nodes`",
    ),
    (
        7,
        "duration = \"20m\"\n[variant.a]\ncluster.gpu.min_nodes = 9",
        "9:25 variant.a.cluster.gpu.min_nodes",
        "`min_nodes` is 9",
    ),
    (
        7,
        "duration = \"20m\"\n[variant.a]\nworkload.w.arrivals.bursts = { quiet = \"1/h\", peak = \"3/h\" }",
        "9:30 variant.a.workload.w.arrivals.bursts.windows",
        "a variant replaces a kind whole",
    ),
    (
        7,
        "duration = \"20m\"\n[sweep]\n\"cluster.gpu.max_nodes\" = 3",
        "9:27 sweep.cluster.gpu.max_nodes",
        "without values to take",
    ),
    (
        7,
        "duration = \"20m\"\n[sweep]\n\"cluster.gpuu.max_nodes\" = [3]",
        "9:1 sweep.cluster.gpuu.max_nodes",
        "did you mean `gpu`",
    ),
    (
        7,
        "duration = \"20m\"\n[sweep]\ncluster.gpu.max_node = [3]",
        "9:25 sweep.cluster.gpu.max_node",
        "unknown key",
    ),
    (
        7,
        "duration = \"20m\"\n[sweep]\nseed = [1, 2]",
        "9:1 sweep.seed",
        "cannot be swept",
    ),
    (
        7,
        "duration = \"20m\"\n[sweep]\ncluster.gpu.max_nodes = [4, 0]",
        "9:29 sweep.cluster.gpu.max_nodes",
        "from 1 to 65000",
    ),
    (
        7,
        "duration = \"20m\"\n[sweep]\ncluster.gpu.boot = [\"1m\", \"1m\"]",
        "9:27 sweep.cluster.gpu.boot",
        "comes twice",
    ),
    (
        7,
        "duration = \"20m\"\n[environment.e]\n[sweep]\nenvironment.e.image_pull = [\"1m\"]",
        "10:15 sweep.environment.e.image_pull",
        "no variant reads this key",
    ),
];

/// Flags, and the problem they make.
const FLAGS: &[(&str, &str, &str)] = &[
    (
        "cluster.gpu.max_nodes",
        "--set cluster.gpu.max_nodes",
        "there is no `=`",
    ),
    (
        "cluster.gpu.max_nodes=x",
        "--set cluster.gpu.max_nodes=x cluster.gpu.max_nodes",
        "found the text `x`",
    ),
    (
        "cluster.gpux.max_nodes=3",
        "--set cluster.gpux.max_nodes=3 cluster.gpux.max_nodes",
        "did you mean `gpu`",
    ),
    (
        "cluster.gpu=3",
        "--set cluster.gpu=3 cluster.gpu",
        "this is a table, not a key",
    ),
    (
        "clustr.gpu.max_nodes=3",
        "--set clustr.gpu.max_nodes=3 clustr.gpu.max_nodes",
        "did you mean `cluster`",
    ),
    (
        "variant.a.horizon=3d",
        "--set variant.a.horizon=3d variant.a.horizon",
        "a flag cannot change the `variant` table",
    ),
    ("a..b=3", "--set a..b=3", "is no dotted key"),
    ("seed=x", "--set seed=x seed", "found the text `x`"),
];

fn problems(text: &str, options: &Options) -> Vec<Problem> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("t.csv"), "at,s\n1,2\n").expect("a trace");
    let path = folder.path().join("x.toml");
    std::fs::write(&path, text).expect("a file");
    match load(&path, options) {
        Ok(_) => Vec::new(),
        Err(Error::Refused(problems)) => problems,
        Err(error) => panic!("{error}"),
    }
}

/// `line:column key`.
fn place(problem: &Problem) -> String {
    let mut text = match (problem.place.line_column(), &problem.place) {
        (_, Place::Flag(flag)) => flag.clone(),
        (_, row @ Place::Row(..)) => row.to_string(),
        (Some((line, column)), _) => format!("{line}:{column}"),
        (None, place) => place.to_string(),
    };
    if let Some(key) = &problem.key {
        write!(text, " {key}").expect("texts take all");
    }
    text
}

fn said(problem: &Problem) -> String {
    let help = problem.help.as_deref().unwrap_or_default();
    format!("{} ({help})", problem.message)
}

fn check(what: &str, found: &[Problem], expected: &str, phrase: &str) -> Result<(), String> {
    let [problem] = found else {
        return Err(format!("{what}\n  {} problems: {found:#?}", found.len()));
    };
    if place(problem).starts_with(expected) && said(problem).contains(phrase) {
        Ok(())
    } else {
        Err(format!("{what}\n  {} | {}", place(problem), said(problem)))
    }
}

#[test]
fn the_base_of_all_cases_is_good() {
    assert!(problems(BASE, &Options::default()).is_empty());
}

#[test]
fn each_mistake_is_one_problem_at_its_place() {
    let mut wrong = Vec::new();
    for (line, replacement, expected, phrase) in CASES {
        let mut lines: Vec<&str> = BASE.lines().collect();
        lines[line - 1] = replacement;
        let text = lines.join("\n");
        let found = problems(&text, &Options::default());
        wrong.extend(check(replacement, &found, expected, phrase).err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_bad_flag_is_one_problem() {
    let mut wrong = Vec::new();
    for (flag, expected, phrase) in FLAGS {
        let options = Options {
            set: vec![(*flag).to_owned()],
            ..Options::default()
        };
        wrong.extend(check(flag, &problems(BASE, &options), expected, phrase).err());
    }
    let unknown = Options {
        variants: vec!["bse".to_owned()],
        ..Options::default()
    };
    let found = problems(BASE, &unknown);
    wrong.extend(check("bse", &found, "--variant bse", "did you mean `base`").err());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const MANY: &str = r#"sed = 1
horizon = 7
[cluster.gpu]
max_nodes = "many"
boot.uniform = { min = "3m", max = "1m" }
[workload.w]
target = "gpux"
arrivals.poisson = { rate = "0/h", rat = 1 }
duration = "20"
[variant.a]
[variant.b]
cluster.gpu.min_nodes = -1
[variant.c]
"#;

#[test]
fn all_problems_are_reported_together_each_once_and_in_order() {
    let found = problems(MANY, &Options::default());
    let places: Vec<String> = found.iter().map(place).collect();
    assert_eq!(
        places,
        [
            "1:1 sed",
            "2:11 horizon",
            "3:1 cluster.gpu.price_per_hour",
            "4:13 cluster.gpu.max_nodes",
            "5:16 cluster.gpu.boot.uniform",
            "7:10 workload.w.target",
            "8:29 workload.w.arrivals.poisson.rate",
            "8:36 workload.w.arrivals.poisson.rat",
            "9:12 workload.w.duration",
            "12:25 variant.b.cluster.gpu.min_nodes",
        ],
        "{}",
        render(&found, false)
    );
    let text = render(&found, false);
    assert!(text.ends_with("x.toml: nothing was simulated"), "{text}");
}

#[test]
fn broken_lines_do_not_hide_what_is_wrong_elsewhere() {
    let text = BASE.replace("\"2/h\" }", "2/h }").replace("3.06", "\"x\"");
    let found = problems(&text, &Options::default());
    let places: Vec<String> = found.iter().map(place).collect();
    assert_eq!(places, ["3:18 cluster.gpu.price_per_hour", "6:29"]);
}

#[test]
fn a_bad_row_of_a_trace_names_its_line_and_column() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("t.csv"), "at,s\n1,2\n3,-4\n").expect("a trace");
    let trace = "arrivals.trace = { file = \"t.csv\", submitted = \"at\", duration = \"s\" }";
    let text = BASE
        .replace("arrivals.poisson = { rate = \"2/h\" }", trace)
        .replace("duration = \"20m\"", "");
    let path = folder.path().join("x.toml");
    std::fs::write(&path, text).expect("a file");
    let Err(Error::Refused(found)) = load(&path, &Options::default()) else {
        panic!("it is refused");
    };
    assert!(
        matches!(&found[0].place, Place::Row(row) if row.line == 3 && row.column.as_deref() == Some("s"))
    );
}

/// The problems of a scenario beside a trace `mine.csv`.
fn problems_with(csv: &str, text: &str) -> Vec<Problem> {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("mine.csv"), csv).expect("a trace");
    let path = folder.path().join("x.toml");
    std::fs::write(&path, text).expect("a file");
    match load(&path, &Options::default()) {
        Ok(_) => Vec::new(),
        Err(Error::Refused(problems)) => problems,
        Err(error) => panic!("{error}"),
    }
}

/// A trace without a horizon.
const TRACED: &str = r#"[cluster.gpu]
price_per_hour = 3.06
[workload.t]
target = "gpu"
arrivals.trace = { file = "mine.csv", submitted = "when", duration = "s", environment = "image" }
"#;

/// A workload that needs a horizon and asks for too many nodes.
const GENERATED: &str = r#"[workload.g]
target = "gpu"
nodes = 99
arrivals.poisson = { rate = "2/h" }
duration = "20m"
"#;

#[test]
fn a_bad_data_file_does_not_hide_what_is_wrong_elsewhere_nor_add_to_it() {
    let both = format!("{TRACED}{GENERATED}");
    let good = "when,s,image\n1,2,\n";
    let expect = |csv: &str, text: &str, last: &str, expected: &[&str]| {
        let found = problems_with(csv, text);
        let places: Vec<String> = found.iter().map(place).collect();
        let (own, data) = places.split_at(places.len() - usize::from(!last.is_empty()));
        assert_eq!(own, expected, "{}", render(&found, false));
        assert!(data.iter().all(|place| place.ends_with(last)), "{data:?}");
    };
    let horizon = ["1:1 horizon", "8:9 workload.g.nodes"];
    expect(good, TRACED, "", &[]);
    expect(good, &both, "", &horizon);
    // A bad row, a wrong column, a missing file.
    let bad = "when,s,image\n1,-2,\n";
    expect(bad, &both, "mine.csv:2, column `s`", &horizon);
    let wen = both.replace("\"when\"", "\"wen\"");
    expect(good, &wen, "mine.csv", &horizon);
    let missing = both.replace("mine.csv", "mime.csv");
    let at_file = "5:27 workload.t.arrivals.trace.file";
    expect(
        good,
        &missing,
        "",
        &["1:1 horizon", at_file, "8:9 workload.g.nodes"],
    );
    // What is missing only since the trace is bad is not missing.
    expect(bad, TRACED, "mine.csv:2, column `s`", &[]);
    let with_duration = format!("{TRACED}duration = \"1m\"\n");
    expect(
        bad,
        &with_duration,
        "column `s`",
        &["6:12 workload.t.duration"],
    );
    // The trace would say on what day `t = 0` is.
    let windows = "bursts = { quiet = \"0/h\", peak = \"2/h\", windows = \"sun\" }";
    let weekend = both
        .replace("poisson = { rate = \"2/h\" }", windows)
        .replace("nodes = 99\n", "");
    let weekend = format!("horizon = \"1d\"\n{weekend}");
    expect("when,s,image\nx,2,\n", &weekend, "column `when`", &[]);
}

#[test]
fn an_undeclared_environment_is_a_bad_row_at_its_cell() {
    let csv = "when,s,image\n1,2,torch\n1,2,trch\n";
    let text = format!("{TRACED}[environment.torch]\n[environment.jax]\n");
    let found = problems_with(csv, &text);
    let phrase = "there is no environment `trch` (did you mean `torch`? declared: `torch`, `jax`";
    assert!(place(&found[0]).ends_with("mine.csv:3, column `image`"));
    assert!(said(&found[0]).contains(phrase), "{}", said(&found[0]));
    assert_eq!(found.len(), 1);
    // Where the table itself is mistyped, the rows are not to blame.
    let found = problems_with(csv, &text.replace("[environment", "[enviroment"));
    let places: Vec<String> = found.iter().map(place).collect();
    assert_eq!(places, ["6:2 enviroment"]);
}

#[test]
fn a_missing_data_file_names_the_nearest() {
    let found = problems_with("a\n", &TRACED.replace("mine.csv", "mime.csv"));
    assert_eq!(place(&found[0]), "5:27 workload.t.arrivals.trace.file");
    assert!(said(&found[0]).contains("did you mean `mine.csv`?"));
    let elsewhere = problems_with("a\n", &TRACED.replace("mine.csv", "data/mine.csv"));
    assert!(said(&elsewhere[0]).contains("did you mean `mine.csv`?"));
    let far = problems_with("a\n", &TRACED.replace("mine.csv", "xyz.csv"));
    assert!(said(&far[0]).contains("write the path of a CSV file"));
}

#[test]
fn files_that_cannot_be_read_say_so() {
    let missing = load(Path::new("no/such.toml"), &Options::default());
    let message = missing.expect_err("it is missing").to_string();
    assert!(
        message.starts_with("no/such.toml: there is no such file ("),
        "{message}"
    );
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("x.toml");
    std::fs::write(&path, [0xff, 0xfe, 0x00]).expect("a file");
    let message = load(&path, &Options::default())
        .expect_err("no text")
        .to_string();
    assert!(message.contains("not UTF-8"), "{message}");
}

#[test]
fn a_message_that_begins_with_its_key_says_it_once() {
    let problem = |key: &str, message: &str| Problem {
        place: Place::Flag("--set".to_owned()),
        key: Some(key.to_owned()),
        message: message.to_owned(),
        help: None,
    };
    for (key, message, said) in [
        ("workload", "`workload` is missing", "`workload` is missing"),
        (
            "cluster.gpu.vm_size",
            "`vm_size` is missing",
            "`cluster.gpu.vm_size` is missing",
        ),
        (
            "cluster.gpu.min_nodes",
            "`min_nodes_x` is no key",
            "`cluster.gpu.min_nodes`: `min_nodes_x` is no key",
        ),
        (
            "horizon",
            "`-7d` is negative",
            "`horizon`: `-7d` is negative",
        ),
    ] {
        let problem = problem(key, message);
        assert_eq!(problem.to_string(), format!("--set: {said}"));
        let shown = render(&[problem], false);
        assert!(shown.starts_with(&format!("error: {said}\n")), "{shown}");
    }
}
