//! How the time of an attempt on its nodes goes to the ledger.

use super::attempt::{Lost, Terms};
use super::ledger::Ledger;
use super::run::Run;
use crate::category::Category;
use crate::results::Checkpoints;
use crate::units::SimTime;
use crate::workload::OnLoss;

/// Puts the time of an attempt that nothing interrupted, on this number of nodes, on the books. `terms` are those of all
/// workloads.
#[inline(always)]
pub(super) fn charge(
    (run, terms): (&Run, &[Terms]),
    now: SimTime,
    nodes: u32,
    ledger: &mut Ledger,
) {
    let (started, stopped) = (run.started(), run.stopped().min(now));
    if started > run.assigned {
        ledger.add(before_running(run), run.assigned, started.min(now), nodes);
    }
    if stopped > started {
        if run.has_checkpoints() {
            charge_running((run, terms), stopped, nodes, ledger);
        } else {
            ledger.add(Category::Run, started, stopped, nodes);
        }
    }
    if now > stopped.max(started) {
        ledger.add(Category::Finalize, stopped, now, nodes);
    }
}

/// Puts the time of an attempt that ended early, on this number of nodes, on the books; lost work apart.
pub(super) fn charge_interrupted(
    (run, terms): (&Run, &[Terms]),
    (now, lost): (SimTime, Lost),
    nodes: u32,
    ledger: &mut Ledger,
) {
    let (started, stopped) = (run.started(), run.stopped().min(now));
    ledger.add(before_running(run), run.assigned, started.min(now), nodes);
    let (lost_from, lost_to) = (started + lost.from, started + lost.to);
    if now > started {
        charge_running((run, terms), lost_from, nodes, ledger);
        ledger.add(Category::Lost, lost_from, lost_to, nodes);
        // What follows lost work is a checkpoint that had begun.
        ledger.add(Category::Checkpoints, lost_to, stopped, nodes);
        ledger.add(Category::Finalize, stopped, now, nodes);
    }
}

/// What a run has its nodes for before Running.
#[inline(always)]
fn before_running(run: &Run) -> Category {
    if run.is_again() {
        Category::Restarts
    } else {
        Category::NodeSetup
    }
}

/// Puts Running until `to` on the books, with its checkpoints apart.
#[inline(never)]
fn charge_running((run, terms): (&Run, &[Terms]), to: SimTime, nodes: u32, ledger: &mut Ledger) {
    match terms[run.workload as usize].on_loss {
        OnLoss::Resume { interval, cost } => {
            let checkpoints = Checkpoints {
                from: run.started(),
                interval,
                cost,
            };
            ledger.add_running(checkpoints, to, nodes);
        }
        OnLoss::Fail | OnLoss::Requeue => ledger.add(Category::Run, run.started(), to, nodes),
    }
}
