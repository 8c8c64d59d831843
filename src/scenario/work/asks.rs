//! What workloads ask of the kinds of their targets, and whether these take it, by the two tables of the documentation.

use crate::catalog::{Capabilities, Cell, deployment_targets, training_targets};
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::near::list;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;
use crate::scenario::document::values::{boolean, choice};

/// Something that a workload asks for.
struct Asked {
    /// The key that asks.
    key: &'static str,
    /// The column of the table that says whether a target takes it.
    column: &'static str,
    /// What it is, after "takes no".
    what: &'static str,
}

/// All that a workload asks for.
#[derive(Default)]
pub(in crate::scenario) struct Asks(Vec<Asked>);

/// What a workload of runs asks for.
pub(super) fn asks(table: &Cursor<'_>) -> Read<Asks> {
    let kinds = [
        ("command", None),
        ("automl", Some(("automl", "AutoML"))),
        ("pipeline", Some(("pipelines", "pipelines"))),
        ("designer", Some(("designer", "pipelines of the designer"))),
    ];
    let kind = table.read_or("kind", None, choice(&kinds));
    let gpu = table.read_or("gpu", false, boolean);
    let (kind, gpu) = (kind?, gpu?);
    let mut asks = Asks::default();
    if let Some((column, what)) = kind {
        asks.add("kind", column, what);
    }
    if gpu {
        asks.add("gpu", "gpu", "work that needs a GPU");
    }
    Ok(asks)
}

/// What a workload of requests asks for.
pub(super) fn asks_of_requests(table: &Cursor<'_>) -> Read<Asks> {
    let uses = [
        ("real_time", ("real_time", "real-time requests")),
        ("test", ("test", "tests")),
        ("batch", ("batch", "batch scoring")),
    ];
    let purpose = table.read("use", choice(&uses));
    let flag = |key| table.read_or(key, false, boolean);
    let (gpu, fpga, designer) = (flag("gpu"), flag("fpga"), flag("designer"));
    let mut asks = Asks::default();
    if let Some((column, what)) = purpose? {
        asks.add("use", column, what);
    }
    for (asked, column, what) in [
        (gpu?, "gpu", "models that need a GPU"),
        (fpga?, "fpga", "models that need an FPGA"),
        (designer?, "designer", "models of the designer"),
    ] {
        if asked {
            asks.add(column, column, what);
        }
    }
    Ok(asks)
}

impl Asks {
    fn add(&mut self, key: &'static str, column: &'static str, what: &'static str) {
        self.0.push(Asked { key, column, what });
    }

    /// Whether it asks for GPUs.
    pub(in crate::scenario) fn gpu(&self) -> bool {
        self.0.iter().any(|asked| asked.column == "gpu")
    }

    /// Refuses a training target that does not take what is asked for; notes where no source says.
    pub(in crate::scenario) fn of_training(
        &self,
        table: &Cursor<'_>,
        target: &Asking<'_>,
    ) -> Vec<String> {
        self.check(table, target, training_targets())
    }

    /// The same of a deployment target.
    pub(in crate::scenario) fn of_deployment(
        &self,
        table: &Cursor<'_>,
        target: &Asking<'_>,
    ) -> Vec<String> {
        self.check(table, target, deployment_targets())
    }

    fn check(
        &self,
        table: &Cursor<'_>,
        target: &Asking<'_>,
        capabilities: &Capabilities,
    ) -> Vec<String> {
        let Some(row) = capabilities.row(target.section) else {
            return Vec::new();
        };
        let mut notes = Vec::new();
        for Asked { key, column, what } in &self.0 {
            match capabilities.cell(row, column) {
                Cell::Yes => {}
                Cell::Unknown => notes.push(format!(
                    "no source says whether {} takes {what}, as `{}` is asked to: {}",
                    target.one,
                    target.name,
                    capabilities.words(row)
                )),
                Cell::No => {
                    let taking = capabilities.taking(column);
                    let complaint = Complaint::new(format!(
                        "`{}` is {}, which takes no {what}",
                        target.name, target.one
                    ))
                    .help(format!(
                        "{}; targets that take it: {}",
                        capabilities.words(row),
                        list(&taking)
                    ));
                    at_latest(table, key, complaint);
                }
            }
        }
        notes
    }
}

/// The target that is asked.
pub(in crate::scenario) struct Asking<'a> {
    pub(in crate::scenario) name: &'a str,
    pub(in crate::scenario) section: &'a str,
    pub(in crate::scenario) one: &'a str,
}

/// Reports at what is asked, or at the choice of the target where that had its word later.
fn at_latest(table: &Cursor<'_>, key: &str, complaint: Complaint) {
    let chosen = ["target", "targets"]
        .into_iter()
        .max_by_key(|key| table.precedence(key))
        .unwrap_or("target");
    table.refuse_pair_at(key, chosen, complaint);
}

/// Refuses runs that only compute clusters take: those of batch inference; and others' runs on managed targets.
pub(in crate::scenario) fn check_run(
    table: &Cursor<'_>,
    target: &Asking<'_>,
    unmanaged: bool,
    (batch_inference, background): (bool, bool),
) {
    let capabilities = deployment_targets();
    let batch = capabilities.row(target.section);
    let takes = batch.is_some_and(|row| capabilities.cell(row, "batch") == Cell::Yes);
    if batch_inference && !takes {
        let complaint = Complaint::new(format!(
            "`{}` is {}, which takes no batch inference",
            target.name, target.one
        ));
        let taking = list(&capabilities.taking("batch"));
        let help = format!("targets that take it: {taking}");
        at_latest(table, "batch_inference", complaint.help(help));
    }
    if background && !unmanaged {
        let complaint = Complaint::new(format!(
            "`{}` is {}, which this workspace alone uses",
            target.name, target.one
        ));
        let help = "`background` stands for other users of an attached target: send it to one, or leave this key out";
        at_latest(table, "background", complaint.help(help));
    }
}
