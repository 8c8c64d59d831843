//! A paragraph in lines of a terminal.

/// The words in lines of at most `width` columns, those after the first behind an indent. A longer word has a line of its own;
/// no words have none.
pub(super) fn wrapped(paragraph: &str, width: usize, indent: &str) -> String {
    let (mut text, mut line) = (String::new(), String::new());
    for word in paragraph.split(' ').filter(|word| !word.is_empty()) {
        let length = line.chars().count() + 1 + word.chars().count();
        if line.trim().is_empty() {
            line.push_str(word);
        } else if length <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            text.push_str(&line);
            text.push('\n');
            line = format!("{indent}{word}");
        }
    }
    if !line.is_empty() {
        text.push_str(&line);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_there_is_room() {
        let text = "one two three fourteen";
        assert_eq!(wrapped(text, 100, "  "), "one two three fourteen\n");
        assert_eq!(wrapped(text, 9, "  "), "one two\n  three\n  fourteen\n");
        assert_eq!(wrapped("", 9, ""), "");
    }
}
