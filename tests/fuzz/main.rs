//! 20,000 mutated scenarios, data files and `--set` texts, the same in every run: none may panic or overflow, take long, or be
//! refused without a place; what is accepted is simulated within a small budget, and its results hold no control
//! character and no formula. A case that once failed stays in `corpus`.
#![expect(
    clippy::disallowed_types,
    reason = "that nothing takes long is part of what is tested"
)]

mod budget;
mod corpus;
mod mutate;
mod results;

use std::cell::RefCell;
use std::fs;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::path::Path;
use std::sync::Once;
use std::time::{Duration, Instant};

use autoscale_simulator::engine::streams::Stream;
use autoscale_simulator::error::{Error, Problem, render};
use autoscale_simulator::printable::is_hidden;
use autoscale_simulator::scenario::{Options, load};
use autoscale_simulator::study::Threads;
use rand::{RngExt as _, SeedableRng as _};

use corpus::Corpus;

/// Mutated inputs.
const CASES: u64 = 20_000;
/// Of each hundred, those in which a data file or a flag is mutated; in the others the scenario is.
const TABLES: u64 = 25;
const FLAGS: u64 = 15;
/// Cases that share a folder.
const BATCH: u64 = 100;
/// Batches of the fast half of the tests.
const FIRST: u64 = 5;
/// Longest time to read an input, on a busy machine.
const LONGEST: Duration = Duration::from_secs(5);

/// One input.
struct Case {
    number: u64,
    scenario: Vec<u8>,
    /// A data file in the place of the corpus' own.
    table: Option<(String, Vec<u8>)>,
    set: Vec<String>,
}

impl Case {
    fn new(number: u64, corpus: &Corpus) -> Self {
        let mut stream = Stream::seed_from_u64(number);
        let stream = &mut stream;
        let mut case = Self {
            number,
            scenario: corpus.scenario(stream).to_vec(),
            table: None,
            set: Vec::new(),
        };
        match number % 100 {
            kind if kind < TABLES => {
                case.scenario = corpus.reader_of_tables().to_vec();
                let (name, bytes) = corpus.table(stream);
                let mut bytes = bytes.to_vec();
                mutate::mutate(&mut bytes, corpus, stream);
                case.table = Some((name.to_owned(), bytes));
            }
            kind if kind < TABLES + FLAGS => {
                for _ in 0..stream.random_range(1..=3) {
                    let mut text = corpus.setting(stream).as_bytes().to_vec();
                    mutate::mutate(&mut text, corpus, stream);
                    case.set.push(String::from_utf8_lossy(&text).into_owned());
                }
            }
            _ => mutate::mutate(&mut case.scenario, corpus, stream),
        }
        case
    }

    /// All of it, for those who look for the mistake.
    fn show(&self) -> String {
        let mut text = format!("case {}, --set {:?}\n", self.number, self.set);
        text.push_str(&String::from_utf8_lossy(&self.scenario));
        if let Some((name, bytes)) = &self.table {
            text.extend([
                "\n-- ",
                name.as_str(),
                "\n",
                &String::from_utf8_lossy(bytes),
            ]);
        }
        text
    }
}

/// What became of a case.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Refused,
    Accepted,
    Simulated,
}

thread_local! {
    /// What the last panic on this thread said, and where; `None` while none is expected.
    static PANIC: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Keeps what panics say that are caught here; others are told as ever.
fn keep_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let tell = take_hook();
        set_hook(Box::new(move |info| {
            let kept = PANIC.with_borrow_mut(|last| {
                let told = last.as_mut().map(|last| *last = info.to_string());
                told.is_some()
            });
            if !kept {
                tell(info);
            }
        }));
    });
}

/// What some work says, or what it panics with.
fn caught<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    keep_panics();
    PANIC.set(Some(String::new()));
    let done = catch_unwind(AssertUnwindSafe(work));
    let said = PANIC.take().unwrap_or_default();
    done.unwrap_or(Err(said))
}

/// Reads a case, and simulates it if it is accepted. The error says what is wrong with the answer.
fn answer(case: &Case, folder: &Path, corpus: &Corpus) -> Result<Answer, String> {
    let path = folder.join("case.toml");
    fs::write(&path, &case.scenario).map_err(|error| error.to_string())?;
    if let Some((name, bytes)) = &case.table {
        fs::write(folder.join(name), bytes).map_err(|error| error.to_string())?;
    }
    let options = Options {
        set: case.set.clone(),
        replications: Some(1),
        ..Options::default()
    };
    let answered = caught(|| {
        let start = Instant::now();
        let loaded = load(&path, &options);
        let took = start.elapsed();
        if took > LONGEST {
            return Err(format!("reading took {took:?}"));
        }
        match loaded {
            Ok(scenario) => budget::simulate(scenario, case.number),
            Err(Error::Refused(problems)) => judge(&problems).map(|()| Answer::Refused),
            Err(error) => visible(&error.to_string()).map(|()| Answer::Refused),
        }
    });
    if let Some((name, _)) = &case.table {
        corpus.restore(name, folder);
    }
    answered
}

/// Whether a refusal says what is wrong and where.
fn judge(problems: &[Problem]) -> Result<(), String> {
    if problems.is_empty() {
        return Err("refused without a problem".to_owned());
    }
    for problem in problems {
        if problem.message.is_empty() || problem.place.to_string().is_empty() {
            return Err(format!("a problem without words or place: {problem:?}"));
        }
        visible(&problem.to_string())?;
    }
    visible(&render(problems, false))
}

/// Whether a text shows all that it holds.
fn visible(text: &str) -> Result<(), String> {
    match text
        .chars()
        .find(|letter| *letter != '\n' && is_hidden(*letter))
    {
        None => Ok(()),
        Some(letter) => Err(format!("{letter:?} is hidden in {text:?}")),
    }
}

/// The answers to a batch of cases; the error has the case whole.
fn answers(batch: u64, corpus: &Corpus) -> Vec<Result<Answer, String>> {
    let folder = tempfile::tempdir().expect("a folder");
    corpus.restore_all(folder.path());
    let cases = (batch * BATCH..(batch + 1) * BATCH).map(|number| Case::new(number, corpus));
    cases
        .map(|case| {
            let answer = answer(&case, folder.path(), corpus);
            answer.map_err(|wrong| format!("{wrong}\n{}", case.show()))
        })
        .collect()
}

/// Asks for the answers to some of the cases, and how many are refused and simulated.
fn assert_answered(batches: Range<u64>) {
    let corpus = Corpus::read();
    let threads = Threads::start(None).expect("threads");
    let cases = (batches.end - batches.start) * BATCH;
    let batches: Vec<u64> = batches.collect();
    let answers = threads.map(&batches, |batch| answers(*batch, &corpus));
    let answers: Vec<Result<Answer, String>> = answers.into_iter().flatten().collect();
    let wrong: Vec<&String> = answers
        .iter()
        .filter_map(|answer| answer.as_ref().err())
        .collect();
    let first: Vec<&str> = wrong.iter().take(5).map(|wrong| wrong.as_str()).collect();
    assert!(
        wrong.is_empty(),
        "{} cases, such as\n{}",
        wrong.len(),
        first.join("\n\n====\n")
    );
    let count = |wanted| {
        let is = |answer: &&Result<Answer, String>| **answer == Ok(wanted);
        answers.iter().filter(is).count() as u64
    };
    let (refused, simulated) = (count(Answer::Refused), count(Answer::Simulated));
    assert_eq!(answers.len() as u64, cases);
    // Mutations are neither so many that nothing gets through, nor so few that nothing is refused.
    assert!(
        refused > cases / 4 && simulated > cases / 10,
        "{refused} refused, {simulated} simulated of {cases}"
    );
}

#[test]
fn mutated_input_is_answered() {
    assert_answered(0..FIRST);
}

#[test]
fn slow_much_more_mutated_input_is_answered() {
    assert_answered(FIRST..CASES / BATCH);
}

#[test]
fn the_corpus_itself_is_answered() {
    let corpus = Corpus::read();
    let folder = tempfile::tempdir().expect("a folder");
    corpus.restore_all(folder.path());
    let mut simulated = 0;
    for (name, scenario) in corpus.scenarios() {
        let case = Case {
            number: 0,
            scenario: scenario.to_vec(),
            table: None,
            set: Vec::new(),
        };
        let answer = answer(&case, folder.path(), &corpus);
        let answer = answer.unwrap_or_else(|wrong| panic!("{name}: {wrong}"));
        simulated += u32::from(answer == Answer::Simulated);
    }
    assert!(simulated >= 25, "{simulated}");
}

#[test]
fn overflow_is_checked_here() {
    let largest = std::hint::black_box(u8::MAX);
    let sum = caught(|| Ok(largest + std::hint::black_box(1)));
    assert!(sum.is_err_and(|said| said.contains("overflow")));
}
