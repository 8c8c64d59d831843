//! The bytes of a scenario file, and what is said of a path that is none.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use crate::csv_table::{format_name, without_marks};
use crate::error::{Error, Place, Problem};
use crate::nearest::nearest;

/// Bytes of a scenario at most.
const LARGEST: u64 = 64 << 20;

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
    let read = read_at_most(path, LARGEST).map_err(|source| match source.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => {
            refused("there is no such file", similar(path))
        }
        _ => Error::Io {
            action: format!("cannot read the scenario `{}`", path.display()),
            source,
            help: "check that you may read the file".to_owned(),
        },
    })?;
    read.ok_or_else(|| {
        let message = format!("the file is larger than {} MiB", LARGEST >> 20);
        let help = "a scenario is a short TOML file: data belongs into CSV files that it names";
        refused(&message, help.to_owned())
    })
}

/// The bytes of a file, or of a pipe; `None` where there are more than so many, as a device never ends.
pub fn read_at_most(path: &Path, most: u64) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    let file = File::open(path)?;
    file.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= most).then_some(bytes))
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

/// The problem of bytes that are clearly of another format than TOML.
pub(super) fn other_format(path: &Path, bytes: &[u8]) -> Option<Problem> {
    let bytes = without_marks(bytes);
    let name = format_name(bytes).or_else(|| is_yaml(bytes).then_some("YAML"))?;
    Some(Problem {
        place: Place::File(path.to_owned()),
        key: None,
        message: format!("this is {name}, not TOML"),
        help: Some(format!(
            "a scenario is a TOML file, such as `{USUAL_FOLDER}/burst.toml`; data belongs into CSV files that it names"
        )),
    })
}

/// Whether the first line that is no remark begins a YAML document. Or is a name with a colon after it, where no line is a
/// header of TOML, in which the colon would be a slip.
fn is_yaml(bytes: &[u8]) -> bool {
    let mut lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let first = lines.find(|line| !line.is_empty() && !line.starts_with(b"#"));
    first.is_some_and(|line| {
        let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
        let is_name =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        let after = line.get(name.len() + 1);
        line == b"---"
            || line.starts_with(b"%YAML")
            || (1..line.len()).contains(&name.len())
                && name.iter().all(is_name)
                && matches!(after, None | Some(b' '))
                && !lines.any(|line| line.starts_with(b"["))
    })
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
