//! Text of users' files made harmless where people or spreadsheets read it. Names, paths, cells and messages may hold
//! characters that a terminal obeys instead of showing them. Pure text.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Characters that cells of spreadsheets begin a formula with; those of full width are read as such too.
const FORMULA: [char; 8] = [
    '=', '+', '-', '@', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}',
];

/// Whether a terminal or a viewer would obey a character instead of showing it: controls (line ends included), characters
/// that change the direction of text, that end lines, or that cannot be seen.
pub fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(
            letter,
            '\u{061C}'
                | '\u{200B}'
                | '\u{200E}'
                | '\u{200F}'
                | '\u{2028}'..='\u{202E}'
                | '\u{2060}'..='\u{206F}'
                | '\u{FEFF}'
                | '\u{FFF9}'..='\u{FFFB}'
                | '\u{FFFE}'
                | '\u{FFFF}'
                | '\u{E0000}'..='\u{E007F}'
        )
}

/// One line of text in which every hidden character is replaced by one that can be seen: `␛` for an escape, `�` for
/// those without a sign of their own.
pub fn line(text: &str) -> Cow<'_, str> {
    replaced(text, is_hidden)
}

/// The same for text of several lines, whose line ends stay.
pub fn lines(text: &str) -> Cow<'_, str> {
    replaced(text, |letter| letter != '\n' && is_hidden(letter))
}

/// The same for a line whose tabs stay, for those who show them themselves.
pub fn tabbed_line(text: &str) -> Cow<'_, str> {
    replaced(text, |letter| letter != '\t' && is_hidden(letter))
}

/// A name as one key of a dotted key of TOML: as it is where a bare key may be written so, else in quotes.
pub fn toml_key(name: &str) -> Cow<'_, str> {
    let bare = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    if !name.is_empty() && name.chars().all(bare) {
        return Cow::Borrowed(name);
    }
    let mut key = "\"".to_owned();
    for letter in name.chars() {
        match letter {
            '"' | '\\' => key.extend(['\\', letter]),
            _ if letter.is_control() => {
                let written = write!(key, "\\u{:04X}", u32::from(letter));
                written.expect("a text takes every letter");
            }
            _ => key.push(letter),
        }
    }
    key.push('"');
    Cow::Owned(key)
}

fn replaced(text: &str, hidden: impl Fn(char) -> bool) -> Cow<'_, str> {
    let is_plain = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if is_plain || !text.contains(&hidden) {
        return Cow::Borrowed(text);
    }
    let seen = |letter| if hidden(letter) { sign(letter) } else { letter };
    Cow::Owned(text.chars().map(seen).collect())
}

/// What stands for a hidden character.
fn sign(letter: char) -> char {
    let code = u32::from(letter);
    match code {
        0..0x20 => char::from_u32(0x2400 + code).unwrap_or(char::REPLACEMENT_CHARACTER),
        0x7F => '\u{2421}',
        _ => char::REPLACEMENT_CHARACTER,
    }
}

/// JSON in which every hidden character but line ends is written as an escape: the same values, harmless on a terminal.
/// Serializers escape only those that JSON itself forbids. Such characters occur within strings alone.
pub fn json(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter == '\n' || !is_hidden(letter) {
            escaped.push(letter);
            continue;
        }
        for unit in letter.encode_utf16(&mut [0; 2]) {
            write!(escaped, "\\u{unit:04x}").expect("a string takes every letter");
        }
    }
    escaped
}

/// Whether a spreadsheet would take the text of a cell for a formula.
pub fn is_formula(text: &str) -> bool {
    text.trim_start().starts_with(FORMULA)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_can_be_seen() {
        assert_eq!(line("a\x1b]0;b\x07\r\n\x7f\u{9b}2J"), "a␛]0;b␇␍␊␡�2J");
        assert_eq!(line("x\u{202E}y\u{2066}\u{FEFF}"), "x�y��");
        assert_eq!(lines("a\nb\tc"), "a\nb␉c");
        assert!(matches!(line("Grüße, 世界"), Cow::Borrowed(_)));
    }

    #[cfg(feature = "cli")]
    #[test]
    fn json_keeps_its_values() {
        let value = serde_json::json!({"a": "x\u{202E}\u{9b}\u{7f}\u{E0041}\u{1b}\n"});
        let text = json(&serde_json::to_string_pretty(&value).unwrap());
        assert!(
            !text.contains(|letter| letter != '\n' && is_hidden(letter)),
            "{text}"
        );
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&text).unwrap(),
            value
        );
    }

    #[test]
    fn keys_are_in_quotes_where_they_have_to_be() {
        for (name, key) in [
            ("gpu-2_a", "gpu-2_a"),
            ("", "\"\""),
            ("j.doe@x y", "\"j.doe@x y\""),
            ("a\"b\\c\t", "\"a\\\"b\\\\c\\u0009\""),
            ("Jürgen", "\"Jürgen\""),
        ] {
            assert_eq!(toml_key(name), key);
        }
    }

    #[test]
    fn formulas_are_told_by_their_first_character() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\u{FF1D}1"] {
            assert!(is_formula(text), "{text}");
        }
        for text in ["", "a=1", "1-2", "gpu"] {
            assert!(!is_formula(text), "{text}");
        }
    }
}
