//! The text of a scenario file, and what is said of a path that is none.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::csv_table::{format_name, without_marks};
use crate::error::{Error, Place, Problem};
use crate::inputs::{Entry, Inputs};
use crate::nearest::nearest;

/// Bytes of a scenario at most.
const LARGEST: u64 = 64 << 20;

/// Where scenarios are looked for when a name is not found.
const USUAL_FOLDER: &str = "scenarios";

/// The text of a file; refused where there is none, or something else.
pub(in crate::scenario) fn text(inputs: &dyn Inputs, path: &Path) -> Result<String, Error> {
    let bytes = read(inputs, path)?;
    if let Some(problem) = other_format(path, &bytes) {
        return Err(Error::Refused(vec![problem]));
    }
    String::from_utf8(bytes).map_err(|_| Error::Refused(vec![not_text(path)]))
}

/// Reads a file; refused where there is none.
fn read(inputs: &dyn Inputs, path: &Path) -> Result<Vec<u8>, Error> {
    let refused =
        |message: &str, help: String| Error::refused(Place::File(path.to_owned()), message, help);
    if inputs.entry(path) == Some(Entry::Folder) {
        let help = match files_in(inputs, path, "toml").first() {
            Some(file) => format!("name a scenario in it, such as `{}`", file.display()),
            None => "name a scenario: no file in it ends in `.toml`".to_owned(),
        };
        return Err(refused("this is a folder, and a scenario is a file", help));
    }
    let read = inputs.read_at_most(path, LARGEST);
    let read = read.map_err(|source| match source.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => {
            refused("there is no such file", similar(inputs, path))
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

/// What to write instead of a path that is not there.
fn similar(inputs: &dyn Inputs, path: &Path) -> String {
    let parent = path.parent().unwrap_or(Path::new(""));
    let folders = [parent, &parent.join(USUAL_FOLDER)];
    match nearest_file(inputs, path, (&folders, "toml")) {
        Some(near) => format!("did you mean `{}`?", near.display()),
        None => format!("name a scenario file, such as `{USUAL_FOLDER}/burst.toml`"),
    }
}

/// The file of that ending in one of the folders whose name without its ending is nearest to that of a path.
pub(in crate::scenario) fn nearest_file(
    inputs: &dyn Inputs,
    path: &Path,
    (folders, ending): (&[&Path], &str),
) -> Option<PathBuf> {
    let known: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| files_in(inputs, folder, ending))
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
fn files_in(inputs: &dyn Inputs, folder: &Path, ending: &str) -> Vec<PathBuf> {
    let names = inputs.names(folder).into_iter();
    let mut paths: Vec<PathBuf> = names
        .map(|name| folder.join(name))
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension.eq_ignore_ascii_case(ending))
        })
        .filter(|path| inputs.entry(path) == Some(Entry::File))
        .collect();
    paths.sort_unstable();
    paths
}

/// The problem of bytes that are clearly of another format than TOML.
fn other_format(path: &Path, bytes: &[u8]) -> Option<Problem> {
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
fn not_text(path: &Path) -> Problem {
    Problem {
        place: Place::File(path.to_owned()),
        key: None,
        message: "the file is not UTF-8 text".to_owned(),
        help: Some("a scenario is a TOML file: save it as UTF-8".to_owned()),
    }
}

/// One problem instead of one for each line, of a file that neither is TOML nor says that it is.
pub(in crate::scenario) fn not_a_scenario(path: &Path, syntax: &[Problem]) -> Option<Problem> {
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
