//! Work that an interruption or a lack of memory ends, whatever it is busy with.
//!
//! Work goes on on a thread of its own while the main thread looks, some tens of times a second, whether it may go on. Work
//! that the user interrupts is left behind: it is not told, since to give back what it holds would take longer than the
//! end of the process. So is work that is told that memory lacks, and does not stop within a moment. So nothing that is
//! done here may change anything outside, but for rows of a study: they are closed before it is left.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{io, panic, thread};

use super::memory::{self, friendly};
use crate::error::Error;

/// From one look at whether work may go on to the next.
const LOOK: Duration = Duration::from_millis(20);
/// Looks that work has to stop by itself once it is told that memory lacks.
const PATIENCE: u32 = 12;
/// Bytes of a part of a file.
const PART: usize = 1 << 16;
/// Stack of the thread that works: that of a main thread.
const STACK: usize = 8 << 20;

/// Told to stop by nobody.
const GOES_ON: u8 = 0;
/// By the user.
const INTERRUPTED: u8 = 1;
/// By a lack of memory.
const OUT_OF_MEMORY: u8 = 2;

/// Whether work is to stop, and where memory went.
#[derive(Debug, Default)]
pub(super) struct Stop {
    reason: AtomicU8,
    /// Whether work is done on the main thread, so that nobody can leave it behind.
    on_main: AtomicBool,
    /// The variant with the most runs (or requests) when it stopped, and how many.
    most_live: Mutex<Option<(u64, String)>>,
}

impl Stop {
    /// Whether work goes on, as far as it is told.
    pub(super) fn goes_on(&self) -> bool {
        match self.reason.load(Ordering::Relaxed) {
            GOES_ON => true,
            INTERRUPTED => !self.on_main.load(Ordering::Relaxed),
            _ => false,
        }
    }

    /// Tells work to stop; whether it was told before.
    fn tell(&self, reason: u8) -> bool {
        let before =
            self.reason
                .compare_exchange(GOES_ON, reason, Ordering::Relaxed, Ordering::Relaxed);
        before.is_err()
    }

    /// Notes how many runs (or requests) a variant had when it stopped.
    pub(super) fn note(&self, variant: &str, live: u64) {
        let mut most = self
            .most_live
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if most.as_ref().is_none_or(|(before, _)| *before < live) {
            *most = Some((live, variant.to_owned()));
        }
    }
}

/// Writes a file whole.
pub(super) type Fill = Box<dyn FnOnce(&mut dyn io::Write) -> io::Result<()> + Send>;

/// Sees to it that work ends when it has to.
pub(super) struct Guard {
    stop: Arc<Stop>,
    /// Whether work is done on the calling thread, and ends only when it sees for itself that it has to.
    shares: Cell<bool>,
    /// Most memory to take, in bytes, where it can be told.
    most_memory: Option<u64>,
}

impl Guard {
    /// A guard that listens to interruptions. A second one ends the process at once.
    pub(super) fn new(most_memory: Option<u64>, code: u8) -> Self {
        let stop = Arc::new(Stop::default());
        let told = Arc::clone(&stop);
        let handler = move || {
            if told.tell(INTERRUPTED) {
                // The user asked twice; nothing is half-written under its own name.
                std::process::exit(i32::from(code));
            }
        };
        // Where no handler can be set, an interruption ends the process at once, which leaves no half-written file either. The
        // handler has a thread of its own: without it, interruptions would be caught and never heard.
        if can_start() {
            let _ = ctrlc::set_handler(handler);
        }
        Self {
            stop,
            shares: Cell::new(false),
            most_memory: most_memory.or_else(memory::default_limit),
        }
    }

    /// Whether work needs the calling thread from now on.
    pub(super) fn share(&self, needs_caller: bool) {
        self.shares.set(needs_caller);
    }

    /// Most memory to take, in bytes, where it can be told.
    pub(super) fn most_memory(&self) -> Option<u64> {
        self.most_memory
    }

    /// What work may ask whether it is to stop.
    pub(super) fn stop(&self) -> Arc<Stop> {
        Arc::clone(&self.stop)
    }

    /// Whether the next work is done on the calling thread.
    fn works_here(&self) -> bool {
        let here = self.shares.get() || !can_start();
        self.stop.on_main.store(here, Ordering::Relaxed);
        here
    }

    /// Does some work; the error says why it was not done.
    pub(super) fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Error> {
        if self.works_here() {
            let result = work();
            return self.outcome().map(|()| result);
        }
        // Nothing is ever sent: the channel ends with the work, however that ends.
        let (working, ended) = sync_channel::<()>(1);
        let worker = spawn(move || {
            let _working = working;
            work()
        })?;
        let mut patience = PATIENCE;
        while !matches!(self.receive(&ended, &mut patience)?, Received::End) {}
        let result = join(worker);
        self.outcome().map(|()| result)
    }

    /// Writes what each piece of work makes to the output beside it, `at_once` at one time. An error has the position of its
    /// output.
    pub(super) fn write<O: io::Write>(
        &self,
        works: Vec<Fill>,
        at_once: usize,
        outs: &mut [O],
    ) -> Result<(), (usize, io::Error)> {
        if self.works_here() {
            let mut pairs = works.into_iter().zip(outs).enumerate();
            return pairs
                .try_for_each(|(position, (work, out))| work(out).map_err(|why| (position, why)));
        }
        let lost = |error: Error| (0, io::Error::other(error));
        let (made, parts) = sync_channel(4);
        let works = Arc::new(Mutex::new(works.into_iter().enumerate()));
        let mut workers = Vec::new();
        for _ in 0..at_once.clamp(1, outs.len().max(1)) {
            let (works, made) = (Arc::clone(&works), made.clone());
            let next = move || (works.lock().unwrap_or_else(PoisonError::into_inner)).next();
            workers.push(spawn(move || fill_each(next, &made)).map_err(lost)?);
        }
        drop(made);
        let mut patience = PATIENCE;
        loop {
            match self.receive(&parts, &mut patience).map_err(lost)? {
                Received::Part((position, part)) => {
                    let written = io::Write::write_all(&mut outs[position], &part);
                    written.map_err(|why| (position, why))?;
                }
                Received::Nothing => {}
                Received::End => return workers.into_iter().try_for_each(join),
            }
        }
    }

    /// What the work has made by the next look; the error if it has been told to stop and has not.
    fn receive<T>(&self, from: &Receiver<T>, patience: &mut u32) -> Result<Received<T>, Error> {
        let received = match from.recv_timeout(LOOK) {
            Ok(part) => Received::Part(part),
            Err(RecvTimeoutError::Disconnected) => return Ok(Received::End),
            Err(RecvTimeoutError::Timeout) => {
                if let Some(most) = self.most_memory
                    && memory::taken().is_some_and(|taken| taken > most)
                {
                    self.stop.tell(OUT_OF_MEMORY);
                }
                Received::Nothing
            }
        };
        match self.stop.reason.load(Ordering::Relaxed) {
            GOES_ON => {}
            OUT_OF_MEMORY if *patience > 0 => *patience -= 1,
            _ => self.outcome()?,
        }
        Ok(received)
    }

    /// An error if the work was told to stop.
    pub(super) fn outcome(&self) -> Result<(), Error> {
        match self.stop.reason.load(Ordering::Relaxed) {
            GOES_ON => Ok(()),
            OUT_OF_MEMORY => Err(self.out_of_memory()),
            _ => Err(Error::Interrupted),
        }
    }

    fn out_of_memory(&self) -> Error {
        let most = friendly(self.most_memory.unwrap_or_default());
        let live = self
            .stop
            .most_live
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let where_it_went =
            live.as_ref()
                .filter(|(live, _)| *live > 1_000_000)
                .map(|(live, variant)| {
                    format!(
                        ": in variant `{variant}`, {live} runs or requests had come and not ended"
                    )
                });
        Error::Endless {
            message: format!(
                "it takes more than {most} of memory{}; nothing was written",
                where_it_went.unwrap_or_default()
            ),
            help: "where work comes faster than it is done, shorten the horizon or make the targets larger; else try \
                   fewer `--threads` or replications, leave `--runs` out, or allow more with `--memory`"
                .to_owned(),
        }
    }
}

/// What came of work until a look.
enum Received<T> {
    Part(T),
    Nothing,
    /// It will make nothing more.
    End,
}

/// Whether the system allows a thread more.
fn can_start() -> bool {
    let thread = thread::Builder::new().stack_size(STACK).spawn(|| {});
    thread.is_ok_and(|thread| thread.join().is_ok())
}

/// Starts a thread that works.
fn spawn<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<thread::JoinHandle<T>, Error> {
    let worker = thread::Builder::new().stack_size(STACK).spawn(work);
    worker.map_err(|source| Error::Io {
        action: "cannot start a thread".to_owned(),
        source,
        help: "end other programs, or allow more threads".to_owned(),
    })
}

/// What a thread that has ended leaves; its panic goes on here.
fn join<T>(worker: thread::JoinHandle<T>) -> T {
    let ended = worker.join();
    ended.unwrap_or_else(|payload| panic::resume_unwind(payload))
}

/// Does pieces of work until there is none left, and sends what they write.
fn fill_each(
    mut next: impl FnMut() -> Option<(usize, Fill)>,
    made: &SyncSender<(usize, Vec<u8>)>,
) -> Result<(), (usize, io::Error)> {
    while let Some((position, work)) = next() {
        let mut parts = io::BufWriter::with_capacity(PART, Parts { position, made });
        let filled = work(&mut parts).and_then(|()| io::Write::flush(&mut parts));
        filled.map_err(|why| (position, why))?;
    }
    Ok(())
}

/// The end of a channel to which files are written, of which this is one.
struct Parts<'a> {
    position: usize,
    made: &'a SyncSender<(usize, Vec<u8>)>,
}

impl io::Write for Parts<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let sent = self.made.send((self.position, bytes.to_vec()));
        sent.map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interrupted() -> Guard {
        let guard = Guard::new(None, 130);
        guard.stop.tell(INTERRUPTED);
        guard
    }

    #[test]
    fn work_that_is_interrupted_is_left_behind_and_not_told() {
        let guard = interrupted();
        let stop = guard.stop();
        assert!(stop.goes_on(), "it would give back what it holds");
        let (keep, ended) = sync_channel::<()>(1);
        let done = guard.run(move || ended.recv().is_ok());
        assert!(matches!(done, Err(Error::Interrupted)), "{done:?}");
        drop(keep);
        // On the calling thread nobody leaves it behind.
        guard.share(true);
        let told = Arc::clone(&stop);
        assert!(guard.run(move || assert!(!told.goes_on())).is_err());
    }

    #[test]
    fn a_file_without_end_is_left_behind() {
        let endless = |out: &mut dyn io::Write| loop {
            out.write_all(&[0; 64])?;
        };
        let written = interrupted().write(vec![Box::new(endless)], 1, &mut [io::sink()]);
        let (_, told) = written.expect_err("it has no end");
        let told = told.to_string();
        assert!(told.contains("interrupted"), "{told}");
    }

    #[test]
    fn each_output_has_what_its_work_makes_and_an_error_names_its_own() {
        let fill = |text: &'static str, count: usize| -> Fill {
            Box::new(move |out| (0..count).try_for_each(|_| out.write_all(text.as_bytes())))
        };
        let works = || vec![fill("a", 100_000), fill("", 1), fill("bc", 70_000)];
        for (at_once, here) in [(1, false), (2, false), (9, false), (2, true)] {
            let guard = Guard::new(None, 130);
            guard.share(here);
            let mut outs = vec![Vec::new(); 3];
            guard.write(works(), at_once, &mut outs).unwrap();
            let expected = ["a".repeat(100_000), String::new(), "bc".repeat(70_000)];
            assert_eq!(outs, expected.map(String::into_bytes));
            let mut failing = works();
            failing[1] = Box::new(|_| Err(io::Error::other("no figures")));
            let failed = guard.write(failing, at_once, &mut outs);
            let (position, why) = failed.expect_err("one of them fails");
            assert_eq!((position, why.to_string().as_str()), (1, "no figures"));
            // An output that takes nothing.
            let mut stuck: [&mut [u8]; 3] = [&mut [], &mut [0; 1], &mut []];
            let failed = guard.write(
                vec![fill("", 1), fill("ab", 1), fill("", 1)],
                at_once,
                &mut stuck,
            );
            assert_eq!(failed.expect_err("it is full").0, 1);
        }
    }
}
