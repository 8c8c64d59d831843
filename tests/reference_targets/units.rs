//! Analytics units (targets.md 2.2): they live for one run, all of them or none.

use super::job::{Job, Run, RunOut, Status};

/// An account, its runs and how it is billed.
#[derive(Clone, Debug)]
pub struct Input {
    /// Units at once, at most.
    pub max_units: u64,
    /// Runs without environments, which nothing interrupts.
    pub runs: Vec<Run>,
    /// Arrivals come before it.
    pub horizon: u64,
    /// Sums begin here.
    pub warmup: u64,
    /// `end = "cut"`.
    pub cut: bool,
    /// A lease is rounded up to a multiple of this (at least 1).
    pub granularity: u64,
    /// A lease is billed as at least this.
    pub minimum: u64,
}

/// What came out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output {
    /// In the order of the input.
    pub runs: Vec<RunOut>,
    /// Begin and end of the units' leases, ascending.
    pub leases: Vec<(u64, u64)>,
    /// The target's own end.
    pub end: u64,
    /// Time of units in `[warmup, horizon)`, and from the horizon on.
    pub unit_time: [u64; 2],
    /// What is billed beyond leases that end at or after the warm-up.
    pub rounding: u64,
    /// Units taken in `[warmup, end)`.
    pub spin_ups: u64,
    /// Most units at once for some time in `[warmup, end)`.
    pub peak: u64,
}

/// Runs that end give their units back.
fn give_back(jobs: &mut [Job], now: u64, held: &mut Vec<(u64, u64, u64)>) {
    for job in jobs {
        if job
            .attempt
            .as_ref()
            .is_some_and(|attempt| attempt.end == now)
        {
            let from = job.attempt.as_ref().expect("it has units").assigned;
            job.end(now);
            held.push((from, now, job.spec.nodes));
        }
    }
}

/// Simulates an account. The ids of units are not told: `nodes_held` stays empty.
pub fn simulate(input: &Input) -> Output {
    let mut jobs: Vec<Job> = input.runs.iter().map(Job::new).collect();
    let mut order: Vec<usize> = (0..jobs.len()).collect();
    order.retain(|&run| input.runs[run].submit < input.horizon);
    order.sort_by_key(|&run| {
        let run = &input.runs[run];
        (run.submit, run.workload, run.position)
    });
    let mut queue: Vec<usize> = Vec::new();
    let mut held: Vec<(u64, u64, u64)> = Vec::new();
    let mut now = 0;
    let mut submitted = 0;
    loop {
        give_back(&mut jobs, now, &mut held);
        while submitted < order.len() && input.runs[order[submitted]].submit == now {
            let run = order[submitted];
            if input.runs[run].nodes > input.max_units {
                jobs[run].out.status = Status::Failed;
                jobs[run].out.ended = Some(now);
            } else {
                jobs[run].out.queued = Some(now);
                queue.push(run);
            }
            submitted += 1;
        }
        // The larger priority first, then the earlier one.
        queue.sort_by_key(|&run| std::cmp::Reverse(input.runs[run].priority));
        let mut taken: u64 = 0;
        for job in &jobs {
            if job.attempt.is_some() {
                taken += job.spec.nodes;
            }
        }
        while !queue.is_empty() && taken + input.runs[queue[0]].nodes <= input.max_units {
            let run = queue.remove(0);
            taken += input.runs[run].nodes;
            jobs[run].assign(now, 0, Vec::new());
        }
        // What ends in the instant in which it began is over before the next one.
        let ends_now = |job: &Job| job.attempt.as_ref().is_some_and(|of| of.end == now);
        if jobs.iter().any(ends_now) {
            continue;
        }
        let mut next: Option<u64> = None;
        for job in &jobs {
            if let Some(attempt) = &job.attempt {
                next = Some(next.unwrap_or(attempt.end).min(attempt.end));
            }
        }
        if submitted < order.len() {
            let at = input.runs[order[submitted]].submit;
            next = Some(next.unwrap_or(at).min(at));
        }
        match next {
            Some(next) if !input.cut || next < input.horizon => now = next,
            _ => break,
        }
    }
    for job in &mut jobs {
        if let Some(attempt) = &job.attempt {
            held.push((attempt.assigned, input.horizon, job.spec.nodes));
        }
        job.cut(input.horizon);
    }
    output(input, &jobs, &held)
}

fn output(input: &Input, jobs: &[Job], held: &[(u64, u64, u64)]) -> Output {
    let mut output = Output {
        runs: jobs.iter().map(|job| job.out.clone()).collect(),
        end: input.horizon,
        ..Output::default()
    };
    for &(_, to, _) in held {
        output.end = output.end.max(to);
    }
    for &(from, to, units) in held {
        let clip = |low: u64, high: u64| to.min(high).saturating_sub(from.max(low));
        output.unit_time[0] += units * clip(input.warmup, input.horizon);
        output.unit_time[1] += units * clip(input.horizon, output.end);
        let length = to - from;
        let billed = length.div_ceil(input.granularity.max(1)) * input.granularity.max(1);
        if to >= input.warmup {
            output.rounding += units * (billed.max(input.minimum) - length);
        }
        if from >= input.warmup && from < output.end {
            output.spin_ups += units;
        }
        for _ in 0..units {
            output.leases.push((from, to));
        }
        // The most at once is reached when some are taken, or when the warm-up ends.
        let at = from.max(input.warmup);
        let mut at_once = 0;
        for &(from, to, units) in held {
            if from <= at && at < to {
                at_once += units;
            }
        }
        output.peak = output.peak.max(at_once);
    }
    output.leases.sort_unstable();
    output
}
