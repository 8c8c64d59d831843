//! What is said of variants and their targets: each thing once, with the names it is about.

use crate::scenario::document::near::list;

/// A sentence of warning or note; where it is about a target or service by itself, what is said after `NAME is`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::scenario) struct Said {
    name: Option<String>,
    text: String,
}

impl Said {
    /// `NAME is TEXT`; of several names `are each`.
    pub(in crate::scenario) fn of(name: &str, text: String) -> Self {
        Self {
            name: Some(name.to_owned()),
            text,
        }
    }
}

impl From<String> for Said {
    fn from(text: String) -> Self {
        Self { name: None, text }
    }
}

/// What was said, with the names and variants it is about.
#[derive(Debug, Default)]
pub(in crate::scenario) struct Told(Vec<About>);

#[derive(Debug)]
struct About {
    text: String,
    names: Vec<String>,
    variants: Vec<String>,
}

impl Told {
    /// Takes in what is said of a variant.
    pub(in crate::scenario) fn gather(&mut self, said: &[Said], variant: &str) {
        for Said { name, text } in said {
            let same =
                |about: &About| about.text == *text && about.names.is_empty() == name.is_none();
            let known = self.0.iter().position(same);
            let place = known.unwrap_or_else(|| {
                self.0.push(About {
                    text: text.clone(),
                    names: Vec::new(),
                    variants: Vec::new(),
                });
                self.0.len() - 1
            });
            let about = &mut self.0[place];
            let add = |names: &mut Vec<String>, name: &str| {
                if !names.iter().any(|known| known == name) {
                    names.push(name.to_owned());
                }
            };
            add(&mut about.variants, variant);
            if let Some(name) = name {
                add(&mut about.names, name);
            }
        }
    }

    /// Each thing once, with the variants it is about where these are not all.
    pub(in crate::scenario) fn tell(self, all: usize) -> Vec<String> {
        let say = |about: About| {
            let names = some(&about.names);
            let text = match about.names.len() {
                0 => about.text,
                1 => format!("{names} is {}", about.text),
                _ => format!("{names} are each {}", about.text),
            };
            let variants = some(&about.variants);
            match about.variants.len() {
                count if count == all => text,
                1 => format!("{text} (variant {variants})"),
                _ => format!("{text} (variants {variants})"),
            }
        };
        self.0.into_iter().map(say).collect()
    }
}

/// Up to four names, or three of more and how many others there are.
fn some(names: &[String]) -> String {
    let shown = list(&names[..names.len().min(3)]);
    match names.len() {
        0..=3 => shown,
        // One more name is no longer than a word about it.
        4 => list(names),
        more => format!("{shown} and {} others", more - 3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(said: &[(&str, &[Said])], all: usize) -> Vec<String> {
        let mut told = Told::default();
        for (variant, said) in said {
            told.gather(said, variant);
        }
        told.tell(all)
    }

    #[test]
    fn each_thing_is_said_once_with_those_it_is_about() {
        let plain = |text: &str| Said::from(text.to_owned());
        let of = |name: &str| Said::of(name, "full".to_owned());
        assert_eq!(
            told(
                &[("x", &[plain("rain")]), ("y", &[plain("rain"), of("a")])],
                2
            ),
            ["rain", "`a` is full (variant `y`)"]
        );
        assert_eq!(
            told(&[("x", &[of("a")]), ("y", &[of("b")]), ("z", &[])], 3),
            ["`a`, `b` are each full (variants `x`, `y`)"]
        );
        let four: Vec<Said> = ["a", "b", "c", "d"].map(of).to_vec();
        assert_eq!(
            told(&[("x", &four), ("y", &four)], 2),
            ["`a`, `b`, `c`, `d` are each full"]
        );
        let five = ["v", "w", "x", "y", "z"].map(|variant| (variant, plain("rain")));
        let five = five
            .each_ref()
            .map(|(variant, said)| (*variant, std::slice::from_ref(said)));
        assert_eq!(
            told(&five, 9),
            ["rain (variants `v`, `w`, `x` and 2 others)"]
        );
    }
}
