//! Tags of what is bought, by which cost exports are split. Their limits are those of Azure Resource Manager (Microsoft, "Use tags to
//! organize your Azure resources and management hierarchy", section "Limitations"): 50 tags of a resource, names of 512 characters
//! without `<`, `>`, `%`, `&`, `\`, `?` and `/`, values of 256 characters.

use crate::pricing::Tags;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::Cursor;
use crate::scenario::document::sink::Read;
use crate::scenario::document::tree::Value;
use crate::scenario::document::values::found;

/// Tags of a target at most.
const MOST: usize = 50;
/// Characters of a name, and of a value, at most.
const LONGEST_NAME: usize = 512;
const LONGEST_VALUE: usize = 256;
/// Characters that no name may have.
const REFUSED: [char; 7] = ['<', '>', '%', '&', '\\', '?', '/'];

/// The `tags` of a table.
pub(super) fn own(table: &Cursor<'_>) -> Read<Tags> {
    let Some(node) = table.node("tags") else {
        return Ok(Tags::new());
    };
    let given = Cursor::open_free(table.sink(), node, table.path_of("tags"))?;
    let mut all = Ok(Tags::new());
    for entry in given.entries() {
        let name = &*entry.key;
        let read = match wrong_name(name) {
            None => given.require(name, "", tag),
            Some(complaint) => {
                let path = given.path_of(name);
                Err(table.sink().report(&entry.origin, &path, complaint))
            }
        };
        match (&mut all, read) {
            (Ok(all), Ok(value)) => {
                all.insert(name.to_owned(), value);
            }
            (all, Err(reported)) => *all = Err(reported),
            (Err(_), Ok(_)) => {}
        }
    }
    let all = all?;
    within_limit(table, all)
}

/// The tags of a target or a service: its own, and those of all targets that it does not give.
pub(in crate::scenario) fn tags(table: &Cursor<'_>, of_all: Read<&Tags>) -> Read<Tags> {
    let own = own(table)?;
    let mut all = of_all?.clone();
    all.extend(own);
    within_limit(table, all)
}

fn within_limit(table: &Cursor<'_>, tags: Tags) -> Read<Tags> {
    if tags.len() <= MOST {
        return Ok(tags);
    }
    let complaint = Complaint::new(format!(
        "there are {} tags, with those of the top level",
        tags.len()
    ))
    .help(format!(
        "leave {MOST} of them: Azure has no more of a resource"
    ));
    Err(table.refuse("tags", complaint))
}

/// What is wrong with a name.
fn wrong_name(name: &str) -> Option<Complaint> {
    let complain = |message: String| {
        let refused: String = REFUSED.iter().collect();
        Complaint::new(message).help(format!(
            "write a name of 1 to {LONGEST_NAME} characters without control characters and without {refused}"
        ))
    };
    let count = name.chars().count();
    if count == 0 {
        return Some(complain("a tag has no name".to_owned()));
    }
    if count > LONGEST_NAME {
        return Some(complain(format!(
            "the name of the tag has {count} characters"
        )));
    }
    let wrong = name.chars().find(|letter| is_wrong(*letter))?;
    let wrong = wrong.escape_debug();
    Some(complain(format!(
        "the name of the tag has the character `{wrong}`"
    )))
}

fn is_wrong(letter: char) -> bool {
    letter.is_control() || REFUSED.contains(&letter)
}

/// The value of a tag.
fn tag(value: &Value) -> Result<String, Complaint> {
    let help = format!(
        "a tag is a text in quotes, such as `\"vision\"` or `\"4711\"`, of at most {LONGEST_VALUE} characters without control characters"
    );
    let Value::Text(text) = value else {
        return Err(Complaint::new(format!("found {}", found(value))).help(help));
    };
    let count = text.chars().count();
    if count > LONGEST_VALUE {
        return Err(
            Complaint::new(format!("the value of the tag has {count} characters")).help(help),
        );
    }
    if text.chars().any(char::is_control) {
        return Err(Complaint::new("the value of the tag has a control character").help(help));
    }
    Ok(text.clone())
}
