//! Words of a shell, for commands that people copy and scripts that engines run.

use std::borrow::Cow;
use std::path::Path;

/// A word that a POSIX shell reads as this text.
pub(super) fn quoted(text: &str) -> Cow<'_, str> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "_-./:=,+@%".contains(letter);
    if !text.is_empty() && text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("'{}'", text.replace('\'', r"'\''")))
}

/// The same of a path.
pub(super) fn quoted_path(path: &Path) -> String {
    quoted(&path.display().to_string()).into_owned()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_shell_reads_the_same_text() {
        for plain in ["plan.json", "../a/b-c_d.json", "--array=1-3,7%2"] {
            assert_eq!(super::quoted(plain), plain);
        }
        for (text, quoted) in [
            ("", "''"),
            ("my plan.json", "'my plan.json'"),
            ("it's", r"'it'\''s'"),
            ("$(reboot);#", "'$(reboot);#'"),
            ("~/é", "'~/é'"),
        ] {
            assert_eq!(super::quoted(text), quoted);
        }
    }
}
