//! A study in shards is the whole study, byte for byte, whatever happens to them.

use std::fs;
use std::process::Child;
use std::thread::sleep;
use std::time::Duration;

use crate::desk::{Desk, Outcome};
use crate::stored::assert_same_study;

/// Cells of `small.toml`: two variants of three replications.
const CELLS: usize = 6;

/// Makes `plan.json`.
#[track_caller]
fn plan(desk: &Desk, shards: usize, arguments: &str) {
    let made = desk.simulate(&format!(
        "plan {arguments} --output plan.json --shards {shards}"
    ));
    let made = made.succeeds();
    assert_eq!(made.stdout, "");
    let said = format!("in {shards} shards: `simulate shard plan.json --index I`");
    assert!(made.stderr.contains(&said), "{}", made.stderr);
}

fn shard(desk: &Desk, index: usize) -> Outcome {
    desk.simulate(&format!("shard plan.json --index {index}"))
}

/// The name of the part of a shard, whose end is a hash.
#[track_caller]
fn part(desk: &Desk, index: usize, shards: usize) -> String {
    let begin = format!("part-{index}-of-{shards}-");
    let names = desk.names("plan.parts").into_iter();
    let mut found = names.filter(|name| name.starts_with(&begin) && name.ends_with(".jsonl.gz"));
    let name = found.next().unwrap_or_else(|| panic!("{begin}"));
    assert_eq!(found.next(), None);
    format!("plan.parts/{name}")
}

/// Merges into `out`, which is the `whole`, its manifest too but for start, time and threads.
#[track_caller]
fn merges_to(desk: &Desk, whole: &str) -> Outcome {
    let merged = desk.simulate("merge plan.json --output out").succeeds();
    let mut manifests = [desk.manifest(whole), desk.manifest("out")];
    for manifest in &mut manifests {
        let fields = manifest.as_object_mut().expect("an object");
        for name in ["started_at", "wall_time_s", "threads"] {
            fields.remove(name).expect("a field");
        }
        let arguments = fields["arguments"].as_array_mut().expect("a list");
        let folder = arguments.pop().expect("the folder");
        assert!(folder == whole || folder == "out", "{folder}");
    }
    assert_eq!(manifests[0], manifests[1]);
    assert_same_study(desk, "merged", whole, "out");
    assert!(!desk.path("out/.unfinished").exists());
    merged
}

#[test]
fn any_number_of_shards_in_any_order_is_the_whole() {
    let desk = Desk::new();
    let burst = "scenarios/burst.toml --replications 2";
    let variants = "--variant cluster --variant always-on";
    let flags = "--seed 7 --runs --focus=month";
    let flagged = format!("small.toml --set cluster.gpu.max_nodes=3 {variants} {flags}");
    for study in [burst, &flagged] {
        let whole = desk.simulate(&format!("{study} --output whole")).succeeds();
        for shards in [1, 3, CELLS] {
            plan(&desk, shards, study);
            // Shuffled, and another number of threads each.
            for index in (0..shards).rev() {
                let index = (index * 5 + 1) % shards;
                let threads = index % 3 + 1;
                desk.simulate(&format!(
                    "shard plan.json --index {index} --threads {threads}"
                ))
                .succeeds();
            }
            let merged = merges_to(&desk, "whole");
            assert_eq!(merged.stdout, whole.stdout);
            // Parts that are known are neither simulated nor written again.
            let before = desk.bytes("plan.parts");
            let again = shard(&desk, 0).succeeds();
            assert!(again.stderr.contains("is done"), "{}", again.stderr);
            assert!(desk.bytes("plan.parts") == before);
            for folder in ["out", "plan.parts"] {
                fs::remove_dir_all(desk.path(folder)).expect("removed");
            }
        }
        fs::remove_dir_all(desk.path("whole")).expect("removed");
    }
}

#[test]
fn lost_torn_and_doubled_shards_are_found_and_run_again() {
    let desk = Desk::new();
    let study = "small.toml --replications 40";
    desk.simulate(&format!("{study} --output whole")).succeeds();
    plan(&desk, 8, study);
    let doubled = || {
        let mut command = desk.prepare("shard plan.json --index 4");
        command.spawn().expect("the binary")
    };
    let both: Vec<Child> = (0..3).map(|_| doubled()).collect();
    for child in both {
        Outcome::from(child.wait_with_output().expect("its end")).succeeds();
    }
    for index in [0, 1, 2, 3, 5, 7] {
        shard(&desk, index).succeeds();
    }
    let torn = part(&desk, 1, 8);
    let bytes = fs::read(desk.path(&torn)).expect("a part");
    let of_another = fs::read(desk.path(&part(&desk, 2, 8))).expect("a part");
    for (torn_bytes, said) in torn_copies(&bytes, of_another) {
        desk.write(&torn, torn_bytes);
        let merged = desk.simulate("merge plan.json --output out");
        merged.fails(
            4,
            &[
                "error: 2 of 8 shards are missing",
                "simulate shard plan.json --index 1  # its part cannot be used: ",
                said,
                "simulate shard plan.json --index 6  # its part was not found",
                "--array=1,6",
                "nothing was written",
            ],
        );
        assert!(!desk.path("out").exists());
    }
    shard(&desk, 6).succeeds();
    let again = shard(&desk, 1).succeeds();
    assert!(
        again.stderr.contains("shard 1 of 8: 10 replications in"),
        "{}",
        again.stderr
    );
    assert_eq!(desk.names("plan.parts").len(), 8, "nothing temporary stays");
    merges_to(&desk, "whole");
}

/// What a part of ten rows may be instead, with what is said of it.
fn torn_copies(bytes: &[u8], of_another: Vec<u8>) -> [(Vec<u8>, &'static str); 9] {
    let starts = members(bytes);
    assert_eq!(starts.len(), 1 + 10 + 1);
    let (last_row, mark) = (starts[10], starts[11]);
    let last_but_one = &bytes[starts[9]..last_row];
    let mut damaged = bytes.to_vec();
    damaged[usize::midpoint(starts[5], starts[6])] ^= 4;
    let torn = "it is damaged, or ends too early, after byte";
    let twice = "not of its shard, or one twice";
    [
        (Vec::new(), "this is not a file of results"),
        (bytes[..100].to_vec(), torn),
        (bytes[..mark].to_vec(), torn),
        (bytes[..bytes.len() - 1].to_vec(), torn),
        (damaged, torn),
        ([&bytes[..last_row], &bytes[mark..]].concat(), torn),
        ([bytes, &bytes[mark..]].concat(), torn),
        (
            [&bytes[..last_row], last_but_one, &bytes[mark..]].concat(),
            twice,
        ),
        (of_another, twice),
    ]
}

/// Where the members of a part begin.
fn members(bytes: &[u8]) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut left = bytes;
    while !left.is_empty() {
        starts.push(bytes.len() - left.len());
        let mut member = flate2::bufread::GzDecoder::new(left);
        std::io::copy(&mut member, &mut std::io::sink()).expect("a whole member");
        left = member.into_inner();
    }
    starts
}

#[test]
fn a_killed_shard_leaves_no_part_and_is_run_again() {
    let desk = Desk::new();
    let study = "small.toml --replications 1000";
    plan(&desk, 2, study);
    shard(&desk, 0).succeeds();
    let mut child = desk
        .prepare("shard plan.json --index 1 --threads 1")
        .spawn()
        .expect("the binary");
    let is_begun = || {
        let mut names = desk.names("plan.parts").into_iter();
        let unfinished = names.find(|name| name.contains(".jsonl.gz."));
        unfinished.is_some_and(|name| {
            let path = desk.path("plan.parts").join(name);
            fs::metadata(path).is_ok_and(|file| file.len() > 20_000)
        })
    };
    // A minute at most.
    for _ in 0..30_000 {
        if is_begun() {
            break;
        }
        sleep(Duration::from_millis(2));
    }
    child.kill().expect("its end");
    let ended = child.wait().expect("its end");
    assert!(!ended.success(), "it was done before");
    let lacking = &[
        "error: 1 of 2 shards is missing",
        "--index 1  # its part was not found",
    ];
    desk.simulate("merge plan.json --output out")
        .fails(4, lacking);
    shard(&desk, 1).succeeds();
    desk.simulate(&format!("{study} --output whole")).succeeds();
    merges_to(&desk, "whole");
}

#[test]
fn the_number_of_a_shard_is_that_of_the_flag_or_of_an_engine() {
    let desk = Desk::new();
    plan(&desk, 4, "small.toml");
    let names = [
        "SIMULATE_SHARD",
        "SLURM_ARRAY_TASK_ID",
        "JOB_COMPLETION_INDEX",
    ];
    for (index, name) in names.into_iter().enumerate() {
        // What an engine says of the number of its tasks is of this call alone.
        let index = index.to_string();
        let variables = [
            (name, index.as_str()),
            ("SLURM_ARRAY_TASK_COUNT", "1"),
            ("SLURM_ARRAY_TASK_MIN", &index),
        ];
        desk.simulate_in("shard plan.json", &variables).succeeds();
        part(&desk, index.parse().expect("a number"), 4);
    }
    assert_eq!(desk.names("plan.parts").len(), 3);
    let two = [(names[1], "3"), (names[2], "2")];
    let differ = desk.simulate_in("shard plan.json", &two);
    differ.fails(
        2,
        &[
            "error: `SLURM_ARRAY_TASK_ID=3` names another shard",
            "at: JOB_COMPLETION_INDEX=2",
            "nothing was simulated",
        ],
    );
    assert_eq!(desk.names("plan.parts").len(), 3);
    let same = [(names[1], "2"), (names[2], "2"), (names[0], "")];
    desk.simulate_in("shard plan.json", &same).succeeds();
    desk.simulate_in("shard plan.json --index 3", &two)
        .succeeds();
    assert_eq!(desk.names("plan.parts").len(), 4);
    let refused = |variables: &[(&str, &str)], arguments: &str, said: &[&str]| {
        desk.simulate_in(&format!("shard plan.json {arguments}"), variables)
            .fails(2, said);
    };
    let beyond = "there is no shard 4: the plan has 4";
    refused(&[], "--index 4", &[beyond, "write a number from 0 to 3"]);
    refused(
        &[(names[1], "4")],
        "",
        &[beyond, "at: SLURM_ARRAY_TASK_ID=4"],
    );
    refused(
        &[(names[1], "x")],
        "",
        &["this is not the number of a shard"],
    );
    refused(&[], "", &["nothing says which shard", "SIMULATE_SHARD"]);
}

#[test]
fn what_changed_since_the_plan_is_named() {
    let desk = Desk::new();
    let log = "submit_s,duration_s\n0,60\n100,60\n";
    desk.write("log.csv", log);
    let traced = r#"horizon = "1d"
replications = 2

[cluster.gpu]
price_per_hour = 1.0

[workload.training]
target = "gpu"
arrivals.trace = { file = "log.csv", submitted = "submit_s", duration = "duration_s", origin = 0 }
"#;
    desk.write("traced.toml", traced);
    plan(&desk, 2, "traced.toml");
    shard(&desk, 0).succeeds();
    desk.write("log.csv", log.replace("100", "101"));
    for command in [
        "shard plan.json --index 1",
        "merge plan.json",
        "shard plan.json --index 0",
    ] {
        desk.simulate(command).fails(
            2,
            &[
                "error: the inputs have changed since the plan was made (data files: `log.csv`)",
                "at: plan.json",
            ],
        );
    }
    desk.write("log.csv", log);
    desk.write("traced.toml", traced.replace("1.0", "2.0"));
    shard(&desk, 1).fails(2, &["(text of the scenario file)"]);
    desk.write("traced.toml", traced);
    shard(&desk, 1).succeeds();
    desk.simulate("traced.toml --output whole").succeeds();
    merges_to(&desk, "whole");
    // Parts of another plan are none of this one.
    plan(&desk, 2, "traced.toml --seed 5");
    desk.simulate("merge plan.json --output out")
        .fails(4, &["error: 2 of 2 shards are missing"]);
}

#[test]
fn plans_that_cannot_be_made_or_followed_are_refused() {
    let desk = Desk::new();
    let ends = "nothing was planned";
    desk.simulate("plan small.toml -o plan.json --shards 7")
        .fails(
            2,
            &[
                "error: the study has 6 replications in all",
                "write a number from 1 to 6",
                ends,
            ],
        );
    desk.simulate("plan small.toml -o plan.json --shards 0")
        .fails(2, &["write a whole number from 1 to"]);
    desk.simulate("plan small.toml -o small.toml --shards 2")
        .fails(2, &["it is something other than a plan", ends]);
    desk.simulate("plan small.toml -o no/plan.json --shards 2")
        .fails(1, &["cannot write `no/plan.json`"]);
    desk.simulate("plan none.toml -o plan.json --shards 2")
        .fails(2, &["none.toml", ends]);
    assert!(!desk.path("plan.json").exists());
    for command in ["shard plan.json --index 0", "merge plan.json"] {
        desk.simulate(command).fails(
            2,
            &["error: cannot be read: ", "at: plan.json", "makes a plan"],
        );
    }
    plan(&desk, 2, "small.toml");
    plan(&desk, 3, "small.toml");
    let text = fs::read_to_string(desk.path("plan.json")).expect("a plan");
    for (from, to, said) in [
        ("\"seed\": 1", "\"seed\": 2", "the plan was edited by hand"),
        (
            "\"shards\": 3",
            "\"shards\": 7",
            "the plan was edited by hand",
        ),
        (
            "\"format_version\": 1",
            "\"format_version\": 9",
            "it has version 9",
        ),
        ("simulator plan", "simulator", "this file is not a plan"),
    ] {
        assert!(text.contains(from), "{from}\n{text}");
        desk.write("plan.json", text.replacen(from, to, 1));
        shard(&desk, 0).fails(2, &[said, "nothing was simulated"]);
    }
}

#[test]
fn parts_may_be_elsewhere() {
    let desk = Desk::new();
    plan(&desk, 2, "small.toml");
    desk.simulate("shard plan.json --index 1 --parts there/parts")
        .succeeds();
    assert_eq!(desk.names("there/parts").len(), 1);
    desk.simulate("merge plan.json --parts there/parts").fails(
        4,
        &["simulate shard plan.json --parts there/parts --index 0"],
    );
    desk.simulate("shard plan.json --index 0 --parts there/parts")
        .succeeds();
    desk.simulate("small.toml --output whole").succeeds();
    let merged = desk
        .simulate("merge plan.json --parts there/parts")
        .succeeds();
    assert!(
        merged.stderr.contains("files in output/small"),
        "{}",
        merged.stderr
    );
    assert_same_study(&desk, "elsewhere", "whole", "output/small");
    assert!(!desk.path("plan.parts").exists());
}
