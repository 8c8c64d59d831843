//! Texts with what users wrote in them, cut at a length that a person reads.

use std::borrow::Cow;

/// Characters of a quoted text at most; of a longer one, the first [`QUOTED_KEPT`] are kept.
const QUOTED: usize = 160;
const QUOTED_KEPT: usize = 120;
/// Characters between two quoted texts at most, which is prose of this program unless a quoted text has backticks.
const PROSE: usize = 600;
/// Characters of a whole text at most.
const WHOLE: usize = 3000;

/// A text in which no part between backticks is longer than 160 characters, and which has at most 3,000 in all; what is
/// cut ends with `…`.
pub(super) fn clipped(text: &str) -> Cow<'_, str> {
    if text.len() <= QUOTED {
        return Cow::Borrowed(text);
    }
    let parts: Vec<Cow<'_, str>> = text
        .split('`')
        .enumerate()
        .map(
            |(position, part)| match (position % 2, text.contains('`')) {
                (1, _) | (_, false) => cut(part, QUOTED, QUOTED_KEPT),
                _ => cut(part, PROSE, PROSE),
            },
        )
        .collect();
    let whole = parts.join("`");
    Cow::Owned(cut(&whole, WHOLE, WHOLE).into_owned())
}

fn cut(text: &str, most: usize, kept: usize) -> Cow<'_, str> {
    if text.char_indices().nth(most).is_none() {
        return Cow::Borrowed(text);
    }
    let kept: String = text.chars().take(kept).collect();
    Cow::Owned(format!("{kept}…"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_users_wrote_is_cut_and_prose_stays() {
        let short = "found the text `x`";
        assert_eq!(clipped(short), short);
        let kept = format!("`{}` is fine", "é".repeat(160));
        assert_eq!(clipped(&kept), kept);
        let long = format!("`{}` is not a number", "é".repeat(5000));
        let expected = format!("`{}…` is not a number", "é".repeat(120));
        assert_eq!(clipped(&long), expected);
        assert_eq!(clipped(&"x".repeat(5000)), format!("{}…", "x".repeat(120)));
        // A text with a backtick of its own does not slip through.
        let torn = format!("`a`{}` is no name", "x".repeat(5000));
        assert!(clipped(&torn).len() < 700);
        let many = "`abc`, ".repeat(5000);
        assert_eq!(clipped(&many).chars().count(), WHOLE + 1);
    }
}
