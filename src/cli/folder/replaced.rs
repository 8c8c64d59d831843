//! What is said of earlier results that new ones will replace, where that may not be meant.

use std::path::Path;

use super::{MANIFEST, OTHER_FOLDER, ResultFolder};
use crate::cli::manifest::{Earlier, read_earlier};
use crate::digits::grouped;

impl ResultFolder {
    /// Notes where the folder has results of another scenario file, or of more replications than `count`.
    pub(in crate::cli) fn replaced(&self, file: &Path, count: u32) -> Vec<String> {
        let Some(earlier) = read_earlier(&self.path.join(MANIFEST)) else {
            return Vec::new();
        };
        let path = self.path.display();
        let note = |has: String, new: String| {
            format!(
                "note: `{path}` has results of {has}; results of {new} replace them when they are complete; to keep both, \
                 {OTHER_FOLDER}"
            )
        };
        let other_file = other_file(&earlier, file);
        let fewer = earlier.replications.filter(|earlier| *earlier > count);
        let notes = [
            other_file.map(|(own, new)| {
                note(
                    format!("`{own}`"),
                    format!("`{new}`, which has the same name,"),
                )
            }),
            fewer.map(|earlier| note(replications(earlier), replications(count))),
        ];
        notes.into_iter().flatten().collect()
    }
}

/// The name of the file that earlier results are of and that of the new one, where they differ: the same file has many paths.
fn other_file(earlier: &Earlier, file: &Path) -> Option<(String, String)> {
    let name = |path: &Path| Some(path.file_name()?.display().to_string());
    let own = name(Path::new(earlier.scenario_file.as_deref()?))?;
    let new = name(file)?;
    (own != new).then_some((own, new))
}

fn replications(count: u32) -> String {
    match count {
        1 => "1 replication".to_owned(),
        _ => format!("{} replications", grouped(f64::from(count), 0)),
    }
}
