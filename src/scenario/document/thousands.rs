//! Points that may separate thousands.

use super::tree::{Node, Table, Value, dotted};

/// Bytes of a unit such as ` min` or `/month` at most.
const LONGEST_UNIT: usize = 16;

/// Texts such as `1.800s` and `1.200/h` below a table, in which a point may separate thousands.
pub(in crate::scenario) fn three_decimals(table: &Table) -> Vec<String> {
    let mut remarks = Vec::new();
    for entry in &table.entries {
        if !matches!(&*entry.key, "name" | "description") {
            walk(&entry.node, &mut vec![entry.key.to_string()], &mut remarks);
        }
    }
    remarks
}

/// The same of one value under a key.
pub(in crate::scenario) fn three_decimals_at(path: &[String], node: &Node) -> Vec<String> {
    let mut remarks = Vec::new();
    walk(node, &mut path.to_vec(), &mut remarks);
    remarks
}

fn walk(node: &Node, path: &mut Vec<String>, remarks: &mut Vec<String>) {
    match &node.value {
        Value::Text(text) => remarks.extend(thousands(text).map(|(less, more)| {
            format!(
                "`{}`: `{text}` is read as `{less}`: write `{more}` if the point separates thousands, or `{less}` if not",
                dotted(path)
            )
        })),
        Value::Array(items) => {
            for item in items {
                walk(item, path, remarks);
            }
        }
        Value::Table(table) => {
            for entry in &table.entries {
                path.push(entry.key.to_string());
                walk(&entry.node, path, remarks);
                path.pop();
            }
        }
        _ => {}
    }
}

/// The two things that a number with its unit may mean if exactly three digits follow its point.
fn thousands(text: &str) -> Option<(String, String)> {
    let text = text.trim();
    let (whole, rest) = text.split_once('.')?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (fraction, unit) = rest.split_at(digits);
    let is_group = (1..=3).contains(&whole.len())
        && whole.bytes().all(|byte| byte.is_ascii_digit())
        && !whole.starts_with('0');
    let is_unit = unit.len() <= LONGEST_UNIT
        && unit.starts_with(|c: char| c == '/' || c == ' ' || c.is_ascii_alphabetic())
        // Prices have three decimals and more in every list.
        && !unit.contains("USD")
        && !unit.contains(|c: char| c.is_ascii_digit());
    if !is_group || digits != 3 || !is_unit {
        return None;
    }
    let decimals = match fraction.trim_end_matches('0') {
        "" => String::new(),
        short if short.len() < 3 => format!(".{short}"),
        all => format!(".{all}0"),
    };
    Some((
        format!("{whole}{decimals}{unit}"),
        format!("{whole}{fraction}{unit}"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_digits_after_a_point_may_be_thousands() {
        let found = |text: &str| thousands(text);
        let both = |less: &str, more: &str| Some((less.to_owned(), more.to_owned()));
        assert_eq!(found("1.800s"), both("1.8s", "1800s"));
        assert_eq!(found("1.200/h"), both("1.2/h", "1200/h"));
        assert_eq!(found("12.000 s"), both("12 s", "12000 s"));
        assert_eq!(found("1.125h"), both("1.1250h", "1125h"));
        for fine in [
            "1.8s",
            "4.486 USD/h",
            "1.1250h",
            "0.125s",
            "1800.125s",
            "1h1.500s",
            "a.123",
            "1.800",
            "v1.800",
        ] {
            assert_eq!(found(fine), None, "{fine}");
        }
    }
}
