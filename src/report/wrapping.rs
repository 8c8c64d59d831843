//! Text fitted to a number of columns: words go to the next line below a hanging indent, and wide characters, such as those
//! of Hangul and CJK, count as two columns.

use std::borrow::Cow;

use textwrap::{Options, WordSplitter};

/// Columns that a line gets at least: below that, lines are no longer readable.
const LEAST: usize = 20;
/// What a wrapped line is indented by beyond its first.
const HANGING: usize = 2;
/// Stands for a blank at which no line ends.
const FIXED: char = '\u{a0}';

/// Columns that a text takes.
pub fn columns(text: &str) -> usize {
    textwrap::core::display_width(text)
}

/// A text of at most `width` columns: a longer one ends in `…`.
pub fn cut(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut cut = String::new();
    for letter in text.chars() {
        if columns(&cut) + 2 > width {
            break;
        }
        cut.push(letter);
    }
    cut + "…"
}

/// Each line of a text within `width` columns, where wrapped with a hanging indent. No line ends beside `±`.
pub fn wrapped(text: &str, width: usize) -> String {
    let lines = text.split('\n').map(|line| wrapped_line(line, width));
    lines.collect::<Vec<String>>().join("\n")
}

/// Words within `width` columns, without an indent. No line ends beside `±`.
pub fn paragraph(words: &str, width: usize) -> String {
    filled(words, width, ("", ""))
}

fn wrapped_line(line: &str, width: usize) -> String {
    if columns(line) <= width {
        return line.to_owned();
    }
    let words = line.trim_start();
    let own = " ".repeat(line.len() - words.len());
    let hanging = " ".repeat(own.len() + HANGING);
    filled(words, width, (&own, &hanging))
}

fn filled(words: &str, width: usize, (own, hanging): (&str, &str)) -> String {
    let options = Options::new(width.max(LEAST))
        .initial_indent(own)
        .subsequent_indent(hanging)
        .word_splitter(WordSplitter::NoHyphenation);
    let fixed = words
        .replace("± ", &format!("±{FIXED}"))
        .replace(" ±", &format!("{FIXED}±"));
    textwrap::fill(&fixed, options).replace(FIXED, " ")
}

/// The lines of a name within `width` columns; further lines are indented like hanging ones.
pub(super) fn name_lines(name: &str, width: usize) -> Vec<String> {
    let hanging = " ".repeat(HANGING);
    let options = Options::new(width.max(HANGING + 2)).subsequent_indent(&hanging);
    let lines = textwrap::wrap(name, options);
    lines.into_iter().map(Cow::into_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_hang_by_words_and_short_ones_stay() {
        assert_eq!(
            wrapped("short\n  one: two three four five six seven", 22),
            "short\n  one: two three four\n    five six seven"
        );
    }

    #[test]
    fn a_half_width_stays_beside_its_sign() {
        assert_eq!(
            wrapped("costs 41 % less (± 0.25) than it, at 44.3 ± 0.5 a day", 22),
            "costs 41 % less\n  (± 0.25) than it, at\n  44.3 ± 0.5 a day"
        );
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!(columns("한글"), 4);
        for line in wrapped(
            "가나다라마바사 아자차카타파하 漢字漢字漢字漢字漢字漢字漢字",
            20,
        )
        .lines()
        {
            assert!(columns(line) <= 20, "{line}");
        }
    }

    #[test]
    fn a_name_without_blanks_is_cut_where_it_has_to_be() {
        assert_eq!(name_lines("abcdefghijkl", 8), ["abcdef", "  ghijkl"]);
    }
}
