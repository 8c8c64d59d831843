//! `simulate optimize`: the best point of the search of a scenario.

mod args;
mod kept;

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

pub use args::OptimizeArgs;

use super::clock::Clock;
use super::folder::{ResultFolder, Rows};
use super::guard::Guard;
use super::loaded;
use super::manifest::{self, Manifest};
use super::points_folder::{Told, chosen, command, dry_run, folder_of, put, told_of};
use super::screen::Screen;
use super::shell::quoted;
use super::stages::Stages;
use super::{INTERRUPTED, started};
use crate::digits::grouped;
use crate::error::{Error, Place};
use crate::goal::{Goal, Limit};
use crate::report::page::About;
use crate::report::search::{self, Course, End, Found};
use crate::scenario::Scenario;
use crate::search::{Coordinate, Search};
use crate::stored::Inputs;
use crate::study::{self, Growing, Keep, Threads};
use crate::study_results::StudyResults;
use kept::Kept;

/// A scenario with what it searches for.
struct Job {
    scenario: Scenario,
    search: Search,
    goal: Goal,
    /// What its replications are made of.
    inputs: Inputs,
}

/// Does what the arguments say.
pub(super) fn run(args: &OptimizeArgs, arguments: &[OsString]) -> Result<(), Error> {
    if args.estimate {
        return Err(Error::refused(
            Place::Flag("--estimate".to_owned()),
            "how long a search takes depends on what it finds",
            "`--dry-run` prints how many replications it simulates at most; `--resume` goes on with a search that was interrupted",
        ));
    }
    let screen = Screen::new(args.common.quiet);
    let guard = Guard::new(args.common.memory, INTERRUPTED);
    let loading = args.clone();
    let job = Arc::new(guard.run(move || load(&loading))??);
    screen.remarks(&job.scenario);
    let name = &job.scenario.name;
    let folder = folder_of(args.output.as_ref(), name, "search");
    if args.dry_run {
        return dry_run(&described(&job, &folder), (&folder, name), args.force);
    }
    let threads = Arc::new(started(args.common.threads, &screen)?);
    guard.share(threads.use_caller());
    let mut folder = ResultFolder::open(folder, name, args.force)?;
    let nothing_yet = study::described(&job.scenario);
    let rows = folder.keep_rows(&job.inputs, &nothing_yet, args.resume)?;
    if args.resume {
        kept::tell_known(&rows, &screen);
    }
    let done = find(
        (&job, folder),
        &rows,
        (&threads, arguments),
        (&guard, &screen),
    );
    if done.is_err() {
        kept::tell_kept(&rows, &screen, arguments);
    }
    done
}

/// Searches, then writes and prints what was found.
fn find(
    (job, folder): (&Arc<Job>, ResultFolder),
    rows: &Arc<Rows>,
    (threads, arguments): (&Arc<Threads>, &[OsString]),
    (guard, screen): (&Guard, &Screen),
) -> Result<(), Error> {
    let (began, clock) = (manifest::now(), Clock::start());
    let stages = Arc::new(Stages::new(guard.stop(), screen.progress_way()));
    let watcher = Kept {
        stages: Arc::clone(&stages),
        rows: Arc::clone(rows),
    };
    let searched = {
        let (job, threads) = (Arc::clone(job), Arc::clone(threads));
        guard.run(move || searched(&job, &threads, &watcher))
    };
    stages.finish();
    rows.written()?;
    let (course, study) = searched??;
    let wall_time = std::time::Duration::from_secs_f64(clock.seconds());
    let made_with = (&**threads, arguments);
    let manifest = Manifest::new((&job.scenario, &job.inputs), made_with, (began, wall_time));
    let command = command("optimize", &job.scenario, &chosen(&job.scenario));
    let about = told_of(&manifest, &command);
    let telling = Arc::clone(job);
    let told = guard.run(move || telling.told(&Found::of(&course, &study), &about))?;
    put(told, folder, &manifest)
}

/// Loads the file. Refused without a search.
fn load(args: &OptimizeArgs) -> Result<Job, Error> {
    let mut scenario = loaded::load(&args.file, &args.options())?;
    let refused =
        |message: &str, help: &str| Error::refused(Place::File(args.file.clone()), message, help);
    let Some(search) = scenario.search else {
        return Err(refused(
            "the scenario has no `[search]`",
            "write the keys to search and their values, such as `[search]` with `\"cluster.gpu.min_nodes\" = [0, 1, 2]`",
        ));
    };
    // Without one, the cheapest point is wanted of those that keep up with their work.
    scenario.goals.goal.get_or_insert_default();
    let goal = scenario.goals.goal.clone().unwrap_or_default();
    let inputs = Inputs {
        replications: search.most,
        search: Some(match &goal.limits[..] {
            [] => "none".to_owned(),
            _ => limits_of(&goal, " and "),
        }),
        ..manifest::inputs(&scenario, false, None)
    };
    Ok(Job {
        scenario,
        search,
        goal,
        inputs,
    })
}

/// The limits of a goal, with a word between them.
fn limits_of(goal: &Goal, between: &str) -> String {
    let limits = goal.limits.iter().map(Limit::written);
    limits.collect::<Vec<String>>().join(between)
}

/// Simulates round after round until the best is found.
fn searched(job: &Job, threads: &Threads, watcher: &Kept) -> Result<(Course, StudyResults), Error> {
    let points = job.scenario.variants.len();
    let mut course = Course::new(job.search, job.goal.clone(), points);
    let mut growing = Growing::new(job.scenario.clone());
    while let Some(round) = course.next_round() {
        let there = |point: &usize| growing.results().variants[*point].replications.len() as u64;
        let missing = |point| u64::from(round.count).saturating_sub(there(point));
        let more = round.points.iter().map(missing).sum();
        let (number, points) = (course.rounds().len() + 1, round.points.len());
        let points = match points {
            1 => "1 point".to_owned(),
            many => format!("{} points", grouped(many as f64, 0)),
        };
        let stage = format!("round {number}: {points}");
        let stages = &watcher.stages;
        stages.show(&stage, more);
        stages.tell(&format!("{stage}, to {} replications of each", round.count));
        let how = (Keep::default(), watcher as &dyn study::Watcher);
        growing.extend_to(&round.points, round.count, threads, how)?;
        course.look(growing.results(), round);
    }
    Ok((course, growing.into_results()))
}

/// What would be searched.
fn described(job: &Job, folder: &Path) -> String {
    let Search {
        indifference,
        first,
        most,
    } = job.search;
    let points = job.scenario.variants.len();
    let whole = |number: usize| grouped(number as f64, 0);
    let mut text = format!("{}: {} points\n", job.scenario.name, whole(points));
    for (key, values) in job.keys() {
        let _ = writeln!(text, "  {key}: {}", values.join(", "));
    }
    let with = match &job.goal.limits[..] {
        [] => String::new(),
        _ => format!(" with {}", limits_of(&job.goal, ", ")),
    };
    let _ = writeln!(
        text,
        "  goal: the smallest {}{}\n  \
         first round: {first} replications of each point, {} in all; later rounds have the points that may still be the best, up to {most} \
         replications of each\n  \
         at most {} replications in all\n  \
         ends when no other point can be better by more than {} %\n  \
         results would go to {}",
        job.goal.minimize.words(),
        with,
        whole(points * first as usize),
        whole(points * most as usize),
        // Rounding takes away what a hundredth of a written percentage leaves.
        (indifference * 1e8).round() / 1e6,
        folder.display()
    );
    text
}

impl Job {
    fn points(&self) -> Vec<Vec<Coordinate>> {
        let variants = self.scenario.variants.iter();
        variants.map(|variant| variant.point.clone()).collect()
    }

    /// Each key of the points with its values.
    fn keys(&self) -> Vec<(String, Vec<String>)> {
        let mut keys: Vec<(String, Vec<String>)> = Vec::new();
        for at in self.scenario.variants.iter().flat_map(|it| &it.point) {
            match keys.iter_mut().find(|(key, _)| *key == at.key) {
                Some((_, values)) if values.contains(&at.value) => {}
                Some((_, values)) => values.push(at.value.clone()),
                None => keys.push((at.key.clone(), vec![at.value.clone()])),
            }
        }
        keys
    }

    /// What is printed and written.
    fn told(&self, found: &Found<'_>, about: &About) -> Told {
        let points = self.points();
        let charts = search::charts(found, &points);
        let alone = self.command(found.end.position());
        Told {
            text: self.text(found),
            tables: vec![(search::NAME, self.table(found))],
            page: search::page(found, (&points, &alone), &charts, about),
            charts,
        }
    }

    /// What is printed.
    fn text(&self, found: &Found<'_>) -> String {
        let text = search::text(found, &self.points(), Screen::width());
        let of = match found.end {
            End::Best(_) => "all of its figures",
            End::Undecided(_) | End::Missed(_) => "figures of the closest",
        };
        let command = self.command(found.end.position());
        format!("{text}\n{of}: {command}\n")
    }

    fn table(&self, found: &Found<'_>) -> Vec<u8> {
        let mut table = Vec::new();
        search::write(found, &self.points(), &mut table).expect("memory takes every byte");
        table
    }

    /// The command that simulates a point by itself.
    fn command(&self, point: usize) -> String {
        let path = self.scenario.path.display().to_string();
        let mut command = format!("simulate {}", quoted(&path));
        let mut add = |flag: &str, value: &str| {
            let _ = write!(command, " {flag} {}", quoted(value));
        };
        for set in &self.scenario.asked.set {
            add("--set", set);
        }
        for at in &self.scenario.variants[point].point {
            if at.key == "variant" {
                add("--variant", &at.value);
            } else {
                add("--set", &format!("{}={}", at.key, at.toml));
            }
        }
        for goal in &self.scenario.asked.goals {
            add("--goal", goal);
        }
        add("--seed", &self.scenario.seed.to_string());
        command
    }
}
