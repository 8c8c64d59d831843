//! Names of targets, services and environments that other tables refer to.

use super::Named;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::near::suggestion;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;

/// Names that workloads may refer to.
pub(in crate::scenario) struct Known<'a> {
    pub(in crate::scenario) targets: Vec<Named<'a>>,
    pub(in crate::scenario) services: Vec<Named<'a>>,
    pub(in crate::scenario) environments: Vec<&'a str>,
    /// Whether there cannot be other environments that a mistake elsewhere hides.
    pub(in crate::scenario) environments_are_all: bool,
}

impl Known<'_> {
    /// The names of training targets.
    pub(in crate::scenario) fn target_names(&self) -> Vec<&str> {
        self.targets.iter().map(|target| target.name).collect()
    }

    /// The position of a training target.
    pub(in crate::scenario) fn target(
        &self,
        table: &Cursor<'_>,
        key: &str,
        name: &str,
    ) -> Read<usize> {
        if let Some(service) = self.services.iter().find(|service| service.name == name) {
            let complaint = Complaint::new(format!("`{name}` is {}, which takes requests", service.one))
                .help("send it a workload of requests, in a `[requests.NAME]` table, or name a training target here");
            return Err(table.refuse(key, complaint));
        }
        position(table, key, name, &self.target_names(), "target")
    }

    /// The position of a service.
    pub(in crate::scenario) fn service(
        &self,
        table: &Cursor<'_>,
        key: &str,
        name: &str,
    ) -> Read<usize> {
        let names: Vec<&str> = self.services.iter().map(|service| service.name).collect();
        if let Some(target) = self.targets.iter().find(|target| target.name == name) {
            let batch = match target.section {
                "cluster" => {
                    "; batch inference on it is a `[workload.NAME]` with `batch_inference`"
                }
                _ => "",
            };
            let complaint = Complaint::new(format!("`{name}` is {}, which takes runs", target.one))
                .help(format!("name a service{batch}"));
            return Err(table.refuse(key, complaint));
        }
        position(table, key, name, &names, "service")
    }
}

/// The position of a name among the known ones.
pub(in crate::scenario) fn position(
    table: &Cursor<'_>,
    key: &str,
    name: &str,
    known: &[&str],
    what: &str,
) -> Read<usize> {
    let found = known.iter().position(|other| *other == name);
    found.ok_or_else(|| {
        let complaint = Complaint::new(format!("there is no {what} `{name}`"))
            .help(suggestion(name, known, "defined"))
            .missing();
        table.refuse(key, complaint)
    })
}
