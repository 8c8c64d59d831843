//! Shards on engines: Slurm's commands are played by scripts here, `.ci/slurm` has the real ones.
#![cfg(unix)]

use std::env;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use crate::desk::{Desk, Outcome, signal};
use crate::stored::assert_same_study;

const STUDY: &str = "small.toml --replications 40";
const SUBMIT: &str = "submit plan.json --slurm --output out";
const PAGE: &str = include_str!("../../docs/scale-out.md");

/// Does the tasks of an array one by one. Task I is lost once where `once/I` is, and always where `lost/I` is.
const SBATCH: &str = r#"#!/bin/bash
echo "$*" >>sbatch.log
mv busy queue 2>/dev/null
if [ -e closed ]; then
    echo "sbatch: error: Batch job submission failed: partition is closed" >&2
    exit 1
fi
for word in "$@"; do
    case $word in --array=*) array=${word#--array=} ;; esac
    script=$word
done
array=${array%\%*}
for range in ${array//,/ }; do
    for i in $(seq "${range%-*}" "${range#*-}"); do
        [ -e "lost/$i" ] || rm "once/$i" 2>/dev/null || SLURM_ARRAY_TASK_ID=$i SLURM_CPUS_PER_TASK=1 bash "$script"
    done
done
echo $((100 + $(wc -l <sbatch.log)))
"#;

/// Says how large arrays may be.
const SCONTROL: &str = "#!/bin/bash\necho 'MaxArrayTasks = 1'\necho \"MaxArraySize            = $(cat most 2>/dev/null || echo 1001)\"\n";

/// Shows the file `queue` to who asks for their own jobs of the name of the plan.
const SQUEUE: &str = "#!/bin/bash\necho \"$*\" >>squeue.log\ncat queue 2>/dev/null || true\n";

/// A desk with Slurm on its path and a plan.
struct Cluster {
    desk: Desk,
    path: String,
}

impl Cluster {
    fn new(shards: usize) -> Self {
        let desk = Desk::new();
        fs::create_dir(desk.path("bin")).expect("a folder");
        for (name, text) in [
            ("sbatch", SBATCH),
            ("scontrol", SCONTROL),
            ("squeue", SQUEUE),
        ] {
            let name = format!("bin/{name}");
            desk.write(&name, text);
            let executable = fs::Permissions::from_mode(0o755);
            fs::set_permissions(desk.path(&name), executable).expect("an executable");
        }
        symlink(env!("CARGO_BIN_EXE_simulate"), desk.path("bin/simulate")).expect("a link");
        for folder in ["once", "lost"] {
            fs::create_dir(desk.path(folder)).expect("a folder");
        }
        let path = env::var("PATH").expect("a path");
        let path = format!("{}:{path}", desk.path("bin").display());
        let planned = desk.simulate(&format!("plan {STUDY} -o plan.json --shards {shards}"));
        planned.succeeds();
        Self { desk, path }
    }

    fn simulate(&self, arguments: &str) -> Outcome {
        self.desk.simulate_in(arguments, &[("PATH", &self.path)])
    }

    /// What sbatch was told, call by call, but for the name of the jobs.
    fn submitted(&self) -> Vec<String> {
        let log = fs::read_to_string(self.desk.path("sbatch.log")).unwrap_or_default();
        let calls = log.lines().map(|line| {
            let words = line.split(' ');
            let words = words.filter(|word| !word.starts_with("--job-name=simulate-"));
            words.collect::<Vec<_>>().join(" ")
        });
        calls.collect()
    }

    /// Nothing was submitted, and nothing written for it.
    #[track_caller]
    fn is_untouched(&self) {
        assert_eq!(self.submitted(), [""; 0]);
        assert!(!self.desk.path("plan.slurm.sh").exists());
        assert!(!self.desk.path("out").exists());
    }
}

#[test]
fn what_is_missing_is_submitted_again_until_the_whole_is_there() {
    let cluster = Cluster::new(8);
    let desk = &cluster.desk;
    for index in [2, 3, 5] {
        desk.write(&format!("once/{index}"), "");
    }
    desk.simulate("shard plan.json --index 7").succeeds();
    let whole = desk.simulate(&format!("{STUDY} --output whole"));
    let done = cluster.simulate(SUBMIT).succeeds();
    assert_eq!(
        cluster.submitted(),
        [
            "--parsable --array=0-6 plan.slurm.sh",
            "--parsable --array=2-3,5 plan.slurm.sh"
        ]
    );
    for said in [
        "job 101 has the shards 0-6\n",
        "job 101 has ended without the shards 2-3,5\n",
        "job 102 has the shards 2-3,5\n",
    ] {
        assert!(done.stderr.contains(said), "{said}\n{}", done.stderr);
    }
    assert_eq!(done.stdout, whole.succeeds().stdout);
    assert_same_study(desk, "submitted", "whole", "out");
    // All of it is there now: nothing is asked of Slurm, which may be gone.
    let again = desk.simulate_in(
        "submit plan.json --slurm --output again",
        &[("PATH", "nowhere")],
    );
    let said = "all shards are done: nothing is submitted";
    assert!(again.stderr.contains(said), "{}", again.stderr);
    assert_same_study(desk, "again", "whole", "again");
    assert_eq!(cluster.submitted().len(), 2);
}

#[test]
fn after_the_last_try_shards_are_named_with_their_logs() {
    let cluster = Cluster::new(4);
    cluster.desk.write("lost/1", "");
    cluster.desk.write("lost/2", "");
    cluster.simulate(&format!("{SUBMIT} --tries 2")).fails(
        4,
        &[
            "error: 2 of 4 shards are missing",
            "simulate shard plan.json --index 1  # its part was not found; see plan.parts/shard-1.log",
            "simulate shard plan.json --index 2  # ",
            "no results were written",
        ],
    );
    assert_eq!(
        cluster.submitted(),
        [
            "--parsable --array=0-3 plan.slurm.sh",
            "--parsable --array=1-2 plan.slurm.sh"
        ]
    );
    assert!(!cluster.desk.path("out").exists());
    fs::remove_file(cluster.desk.path("lost/1")).expect("removed");
    fs::remove_file(cluster.desk.path("lost/2")).expect("removed");
    cluster
        .simulate(&format!("{SUBMIT} --tries 1 --at-once 1"))
        .succeeds();
    let last = "--parsable --array=1-2%1 plan.slurm.sh";
    assert_eq!(cluster.submitted()[2..], [last]);
}

#[test]
fn more_shards_than_an_array_may_have_are_refused() {
    let cluster = Cluster::new(8);
    cluster.desk.write("most", "7");
    cluster.simulate(SUBMIT).fails(
        2,
        &[
            "error: an array of this cluster has numbers below 7 (`MaxArraySize`), and shard 7 is missing",
            "at: plan.json",
            "make the plan again with at most 7 shards: `--shards 7`",
            "nothing was submitted",
        ],
    );
    cluster.is_untouched();
    // Numbers decide, not how many there are.
    cluster
        .desk
        .simulate("shard plan.json --index 7")
        .succeeds();
    cluster.simulate(SUBMIT).succeeds();
    assert_eq!(
        cluster.submitted(),
        ["--parsable --array=0-6 plan.slurm.sh"]
    );
    let cluster = Cluster::new(2);
    cluster.desk.write("most", "many");
    cluster
        .simulate(SUBMIT)
        .fails(1, &["it names no `MaxArraySize`"]);
    cluster.is_untouched();
}

#[test]
fn slurm_may_refuse_or_be_absent() {
    let cluster = Cluster::new(2);
    let absent = cluster.desk.simulate_in(SUBMIT, &[("PATH", "nowhere")]);
    absent.fails(1, &["error: cannot run `scontrol`: ", "`--write-only`"]);
    cluster.is_untouched();
    cluster.desk.write("closed", "");
    cluster.simulate(SUBMIT).fails(
        1,
        &[
            "error: `sbatch` failed: Batch job submission failed: partition is closed",
            "the same command goes on",
        ],
    );
    assert_eq!(cluster.submitted().len(), 1, "it is not tried again");
}

#[test]
fn interrupted_it_leaves_the_jobs_and_waits_for_them_again() {
    let cluster = Cluster::new(2);
    let desk = &cluster.desk;
    desk.write("lost/0", "");
    // What sbatch puts into the queue.
    desk.write("busy", "101 RUNNING None\n101 PENDING Resources\n");
    let start = |arguments: &str| {
        let mut command = desk.prepare(arguments);
        command.env("PATH", &cluster.path).spawn().expect("it")
    };
    // It looks at the queue before it submits and while it waits.
    let looks = |count: usize| {
        for _ in 0..3000 {
            let log = fs::read_to_string(desk.path("squeue.log")).unwrap_or_default();
            if log.lines().count() >= count {
                return log;
            }
            sleep(Duration::from_millis(10));
        }
        panic!("{count} looks at the queue");
    };
    let child = start(SUBMIT);
    looks(2);
    signal(&child, "-INT");
    let ended = Outcome::from(child.wait_with_output().expect("its end"));
    ended.fails(
        130,
        &[
            "job 101 has the shards 0-1",
            "job 101 goes on: `scancel 101` ends it; the same command waits for it again",
            "error: interrupted",
        ],
    );
    // The next one finds the job by its name, and submits what is missing after it.
    let before = looks(2).lines().count();
    let child = start(SUBMIT);
    let log = looks(before + 2);
    let names: Vec<&str> = log.lines().collect();
    assert!(names[0].contains("--me ") && names[0].contains("--name=simulate-"));
    assert!(names.iter().all(|asked| *asked == names[0]), "{log}");
    assert_eq!(cluster.submitted().len(), 1);
    fs::remove_file(desk.path("lost/0")).expect("removed");
    desk.write("queue", "");
    let ended = Outcome::from(child.wait_with_output().expect("its end")).succeeds();
    let said = "job 101 of an earlier command goes on";
    assert!(ended.stderr.contains(said), "{}", ended.stderr);
    assert_eq!(
        cluster.submitted()[1..],
        ["--parsable --array=0 plan.slurm.sh"]
    );
    desk.simulate(&format!("{STUDY} --output whole")).succeeds();
    assert_same_study(desk, "attached", "whole", "out");
}

#[test]
fn what_cannot_be_submitted_is_refused_before_it_is() {
    let cluster = Cluster::new(2);
    for (flags, said) in [
        ("", "<--slurm|--kubernetes>"),
        ("--slurm --kubernetes", "cannot be used with"),
        ("--kubernetes", "--image <IMAGE>"),
        ("--slurm --image x", "cannot be used with"),
        (
            "--kubernetes --image x --claim y -- --time=5",
            "cannot be used with",
        ),
        ("--slurm --tries 0", "--tries"),
        ("--slurm -- --array=3", "at: --array=3"),
        ("--slurm -- --time=5 -Jx", "at: -Jx"),
    ] {
        cluster
            .simulate(&format!("submit plan.json {flags}"))
            .fails(2, &[said]);
    }
    cluster
        .simulate("submit none.json --slurm")
        .fails(2, &["at: none.json", "nothing was submitted"]);
    // The results would have no place: that is said before hours of simulation.
    let desk = &cluster.desk;
    desk.simulate("scenarios/quickstart.toml -r 2 --output other")
        .succeeds();
    cluster
        .simulate("submit plan.json --slurm --output other")
        .fails(2, &["results of another scenario", "nothing was submitted"]);
    cluster.is_untouched();
    desk.write("plan.slurm.sh", "#!/bin/bash\nrm -rf ~\n");
    cluster
        .simulate(SUBMIT)
        .fails(2, &["something other than a script", "at: plan.slurm.sh"]);
    assert_eq!(cluster.submitted(), [""; 0]);
    let away = "--kubernetes --image x --claim y --parts ../parts";
    cluster
        .simulate(&format!("submit plan.json {away}"))
        .fails(2, &["at: ../parts", "leads out of the folder"]);
}

#[test]
fn names_with_blanks_and_quotes_reach_the_shards() {
    let cluster = Cluster::new(2);
    let desk = &cluster.desk;
    fs::create_dir(desk.path("it's here")).expect("a folder");
    fs::rename(desk.path("plan.json"), desk.path("it's here/a plan.json")).expect("moved");
    let submit = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_simulate"));
        command
            .current_dir(desk.path(""))
            .env("PATH", &cluster.path);
        let command = command.args(["submit", "it's here/a plan.json", "--slurm"]);
        Outcome::from(command.args(arguments).output().expect("it"))
    };
    let printed = submit(&["--write-only", "--", "--comment", "a b"]).succeeds();
    assert_eq!(cluster.submitted(), [""; 0]);
    let done = desk
        .command("bash")
        .env("PATH", &cluster.path)
        .args(["-c", &printed.stdout])
        .output();
    Outcome::from(done.expect("bash")).succeeds();
    assert_eq!(
        cluster.submitted(),
        ["--array=0-1 it's here/a plan.slurm.sh"]
    );
    let script = fs::read_to_string(desk.path("it's here/a plan.slurm.sh")).expect("a script");
    for line in [
        r"#SBATCH --output='it'\''s here/a plan.parts/shard-%a.log'",
        "#SBATCH --comment 'a b'",
    ] {
        assert!(script.lines().any(|own| own == line), "{line}\n{script}");
    }
    submit(&["--output", "out"]).succeeds();
    assert_eq!(cluster.submitted().len(), 1, "all was there");
    fs::remove_dir_all(desk.path("it's here/a plan.parts")).expect("removed");
    let merge = ["merge", "it's here/a plan.json"];
    let missing = desk
        .command(env!("CARGO_BIN_EXE_simulate"))
        .args(merge)
        .output();
    let missing = Outcome::from(missing.expect("it"));
    let command = r"simulate shard 'it'\''s here/a plan.json' --index 0";
    missing.fails(4, &[command, "--array=0-1, then merge"]);
}

/// The lines of the page that begin with these words, and its block of a kind.
fn on_page(begin: &str, kind: &str) -> (String, String) {
    let line = PAGE.lines().find(|line| line.starts_with(begin));
    let block = PAGE
        .split_once(&format!("\n```{kind}\n"))
        .expect("a block")
        .1;
    let block = block.split_once("```\n").expect("its end").0;
    (line.expect("a line").to_owned(), block.to_owned())
}

#[test]
fn the_page_shows_what_is_written() {
    let cluster = Cluster::new(2);
    let bash = |line: &str| {
        let command = &mut cluster.desk.command("bash");
        let command = command.env("PATH", &cluster.path).args(["-c", line]);
        Outcome::from(command.output().expect("bash")).succeeds()
    };
    let read = |name: &str| fs::read_to_string(cluster.desk.path(name)).expect("a file");
    let (submit, script) = on_page("simulate submit plan.json --slurm", "slurm");
    let (plan, _) = on_page(
        "simulate plan scenarios/burst.toml --output plan.json --shards 60",
        "slurm",
    );
    bash(&plan);
    bash(&submit.replacen("--slurm", "--slurm --write-only", 1));
    assert_eq!(read("plan.slurm.sh"), script);
    let (print, manifest) = on_page("simulate submit plan.json --kubernetes", "yaml");
    let printed = bash(&print);
    assert_eq!(read("job.yaml"), manifest);
    for command in ["kubectl wait ", "simulate merge plan.json"] {
        let (line, _) = on_page(command, "yaml");
        assert!(
            printed.stderr.contains(&format!("`{line}`")),
            "{}",
            printed.stderr
        );
    }
}
