//! The bytes of a scenario file, and what is said of a path that is none.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::error::{Error, Place, Problem};
use crate::nearest::nearest;

/// Where scenarios are looked for when a name is not found.
const USUAL_FOLDER: &str = "scenarios";

/// Reads a file; refused where there is none.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let refused = |message: &str, help: String| {
        Error::Refused(vec![Problem {
            place: Place::File(path.to_owned()),
            key: None,
            message: message.to_owned(),
            help: Some(help),
        }])
    };
    if path.is_dir() {
        let pattern = path.join("*.toml");
        let help = format!("name the files in it: `simulate {}`", pattern.display());
        return Err(refused("this is a folder, and a scenario is a file", help));
    }
    fs::read(path).map_err(|source| match source.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => {
            refused("there is no such file", similar(path))
        }
        _ => Error::Io {
            action: format!("cannot read the scenario `{}`", path.display()),
            source,
            help: "check that you may read the file".to_owned(),
        },
    })
}

/// What to write instead of a path that is not there.
fn similar(path: &Path) -> String {
    let parent = path.parent().unwrap_or(Path::new(""));
    match nearest_file(path, &[parent, &parent.join(USUAL_FOLDER)], "toml") {
        Some(near) => format!("did you mean `{}`?", near.display()),
        None => format!("name a scenario file, such as `{USUAL_FOLDER}/burst.toml`"),
    }
}

/// The file of that ending in one of the folders whose name without its ending is nearest to that of a path.
pub(super) fn nearest_file(path: &Path, folders: &[&Path], ending: &str) -> Option<PathBuf> {
    let known: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| files_in(folder, ending))
        .collect();
    let stem = |path: &Path| {
        path.file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
    };
    let wanted = stem(path).unwrap_or_default();
    let stems: Vec<String> = known.iter().filter_map(|path| stem(path)).collect();
    let near = nearest(&wanted, stems.iter().map(String::as_str), 1);
    let near = near.first()?;
    let position = stems.iter().position(|stem| stem == near)?;
    known.into_iter().nth(position)
}

/// The files of that ending in a folder, sorted; none where it cannot be read.
fn files_in(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let here = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let Ok(entries) = fs::read_dir(here) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(folder.join(entry.ok()?.file_name())))
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension.eq_ignore_ascii_case(ending))
        })
        .filter(|path| path.is_file())
        .collect();
    paths.sort_unstable();
    paths
}

/// The problem of a file that is not even text.
pub(super) fn not_text(path: &Path) -> Problem {
    Problem {
        place: Place::File(path.to_owned()),
        key: None,
        message: "the file is not UTF-8 text".to_owned(),
        help: Some("a scenario is a TOML file: save it as UTF-8".to_owned()),
    }
}

/// One problem instead of one for each line, of a file that neither is TOML nor says that it is.
pub(super) fn not_a_scenario(path: &Path, syntax: &[Problem]) -> Option<Problem> {
    let first = syntax.first()?;
    let claims = path
        .extension()
        .is_some_and(|extension| extension == "toml");
    (!claims).then(|| Problem {
        help: Some(
            "a scenario is a TOML file, usually ending in `.toml`, which names its data files"
                .to_owned(),
        ),
        ..first.clone()
    })
}
