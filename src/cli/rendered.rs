//! What a study is turned into beside its CSV files: charts, the terminal's text and warnings.

use std::io;
use std::sync::Arc;

use super::folder::{MANIFEST, Output, ResultFolder};
use super::guard::{Fill, Guard};
use super::manifest::about;
use super::outcome::Outcome;
use super::screen::Screen;
use crate::error::{Error, Place};
use crate::report::answer::crossed;
use crate::report::brief::brief;
use crate::report::charts::Chart;
use crate::report::page::{About, page};
use crate::report::pictures::PICTURES;
use crate::report::workbook::{self, workbook};
use crate::report::{FILES, FOCUS, ReportFile, SUMMARY};
use crate::report::{main_table::View, terminal::terminal_as, warnings::warnings};
use crate::stored::Inputs;
use crate::study::Threads;
use crate::study_results::StudyResults;

/// What is made of a study.
pub(super) struct Rendered {
    study: Arc<StudyResults>,
    files: Vec<&'static ReportFile>,
    charts: Arc<Vec<Chart>>,
    table: String,
    /// Thresholds of the scenario that are crossed.
    crossed: usize,
    warnings: Vec<String>,
    /// What the page and the summary for a pull request tell beside the results.
    about: About,
    workbook: Option<Vec<u8>>,
    /// Whether a summary for a pull request is written.
    brief: bool,
    /// What stands before the list of files in the manifest.
    manifest: String,
    /// Files that are written at one time.
    at_once: usize,
}

/// What is wanted beside the files that are always written.
#[derive(Clone, Default)]
pub(super) struct Wanted {
    /// How the table on the terminal is shown.
    pub(super) view: View,
    /// Whether a workbook is written.
    pub(super) xlsx: bool,
    /// Whether a summary for a pull request is written.
    pub(super) brief: bool,
}

impl Rendered {
    /// Renders a study that was made of these inputs.
    pub(super) fn new(
        (study, wanted): (Arc<StudyResults>, Wanted),
        (inputs, manifest): (&Inputs, String),
        threads: &Arc<Threads>,
        guard: &Guard,
    ) -> Result<Self, Error> {
        let plain = FILES.iter();
        let plain = plain.filter(|file| file.is_written(&study, inputs.runs));
        let plain = plain.chain([SUMMARY]);
        let files = plain.chain(inputs.focus.is_some().then_some(FOCUS));
        let files = files.collect();
        let threads = Arc::clone(threads);
        guard.run(move || {
            let about = about(&manifest).map_err(|why| {
                let message = format!("it is not as `simulate` wrote it: {why}");
                let help = "restore it, or simulate the scenario again";
                Error::refused(Place::File(MANIFEST.into()), message, help)
            })?;
            let drawn = threads.map(PICTURES, |picture| (picture.draw)(&study));
            let charts: Vec<Chart> = drawn.into_iter().flatten().collect();
            let workbook = wanted.xlsx.then(|| workbook(&study));
            let workbook = workbook.transpose().map_err(|why| Error::Io {
                action: format!("cannot make `{}`", workbook::NAME),
                source: io::Error::other(why),
                help: "leave out `--xlsx`: the CSV files have the same tables".to_owned(),
            })?;
            Ok(Self {
                files,
                workbook,
                about,
                charts: Arc::new(charts),
                brief: wanted.brief,
                at_once: threads.count(),
                table: terminal_as(&study, Screen::width(), &wanted.view),
                crossed: crossed(&study),
                warnings: warnings(&study),
                study,
                manifest,
            })
        })?
    }

    /// Writes it to a folder and shows it, the table after a heading. Says whether thresholds are crossed.
    pub(super) fn put(
        self,
        folder: ResultFolder,
        results: Fill,
        heading: &str,
        (guard, screen): (&Guard, &Screen),
    ) -> Result<Outcome, Error> {
        let (study, about) = (Arc::clone(&self.study), self.about.clone());
        let brief = self.brief.then(|| -> Fill {
            Box::new(move |out| out.write_all(brief(&study, &about).as_bytes()))
        });
        let (study, charts) = (Arc::clone(&self.study), Arc::clone(&self.charts));
        let page = move |out: &mut dyn io::Write| {
            let page = page(&study, &charts, &self.about);
            out.write_all(page.as_bytes())
        };
        let output = Output {
            study: self.study,
            files: self.files,
            charts: self.charts,
            results,
            page: Box::new(page),
            workbook: self.workbook,
            brief,
            manifest: self.manifest,
            at_once: self.at_once,
        };
        let written = folder.write(output, guard)?;
        Screen::print(&format!("{heading}{}", self.table))?;
        Screen::warnings(&self.warnings);
        screen.note(&written);
        Ok(Outcome::of(self.crossed))
    }
}
