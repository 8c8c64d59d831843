//! Reads `batch_inference` of a workload: runs made of pieces, whose duration follows from them (docs/targets.md 6.6).
//!
//! Facts: a mini-batch has 10 files, 60 s and is tried 3 times; as many processes on a node as it has cores, one on a GPU
//! (Python SDK azureml-pipeline-steps, `ParallelRunConfig`; D). Assumed: an item is a file; one process on each node unless
//! given, since whether a mini-batch uses one core or all is the script's; and no try fails.

use crate::scenario::data::context::Context;
use crate::scenario::data::distributions::distribution;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;
use crate::scenario::document::usual::{assumed, fact};
use crate::scenario::document::values::{count, number, positive_duration};
use crate::scenario::keys::BATCH_INFERENCE;
use crate::workload::BatchInference;

/// Who states what a mini-batch is.
const SDK: &str = "Python SDK azureml-pipeline-steps, `ParallelRunConfig`";
/// Pieces of a run at most.
const MAX_PIECES: u32 = 10_000_000;
/// Processes on a node at most.
const MAX_PROCESSES: u32 = 1_000;

/// Reads the table; `None` where there is none.
pub(super) fn batch_inference(
    context: &Context<'_>,
    workload: &Cursor<'_>,
    is_trace: Option<bool>,
) -> Read<Option<BatchInference>> {
    let Some(node) = workload.node("batch_inference") else {
        return Ok(None);
    };
    if is_trace == Some(true) {
        let complaint = Complaint::new("a trace brings the duration of each run")
            .help("leave this table out, or let runs arrive in another way");
        return Err(workload.refuse("batch_inference", complaint));
    }
    let path = workload.path_of("batch_inference");
    let table = Cursor::open(context.sink, node, path, BATCH_INFERENCE)?;
    let help = "write how many mini-batches a run has";
    let pieces = table.require("mini_batches", help, count(1, MAX_PIECES));
    let items = table.usual("items_per_mini_batch", fact(10, SDK), count(1, u32::MAX));
    let processes = table.usual(
        "processes_per_node",
        assumed(1, ""),
        count(1, MAX_PROCESSES),
    );
    let time = distribution(&table, "mini_batch_time", context.files);
    let timeout = table.usual("invocation_timeout", fact("60s", SDK), positive_duration);
    let failure = table.usual(
        "failure_probability",
        assumed(0.0, ""),
        |value| match number(value)? {
            share if (0.0..1.0).contains(&share) => Ok(share),
            share => Err(Complaint::new(format!("found the number {share}"))
                .help("write a number from 0 to below 1, such as `0.02`")),
        },
    );
    let tries = table.usual("tries", fact(3, SDK), count(1, 1_000));
    let help = "write how long a mini-batch takes, such as `\"20s\"`";
    let Some(time) = time? else {
        return Err(table.missing("mini_batch_time", help));
    };
    Ok(Some(BatchInference {
        mini_batches: pieces?,
        items_per_mini_batch: items?,
        processes_per_node: processes?,
        mini_batch_time: time,
        invocation_timeout: timeout?,
        failure_probability: failure?,
        tries: tries?,
    }))
}
