//! A scene as an SVG document: its groups become elements, in which plotters draws the marks.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use plotters::prelude::{IntoDrawingArea, SVGBackend};

use super::draw::{SVG, paint};
use super::palette::{Color, PAPER};
use super::scene::{Group, Mark, Scene, Text};

/// The scene as an SVG document with a text alternative and without a fixed size.
pub(super) fn svg(scene: &Scene) -> String {
    let (width, height) = SVG.size(scene);
    let name = scene.name;
    let (title, description) = (escaped(&scene.title), escaped(&scene.description));
    let Color(red, green, blue) = PAPER;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-labelledby=\"{name}-title {name}-description\">\n\
         <title id=\"{name}-title\">{title}</title>\n\
         <desc id=\"{name}-description\">{description}</desc>\n\
         <rect x=\"0\" y=\"0\" width=\"{width}\" height=\"{height}\" fill=\"#{red:02X}{green:02X}{blue:02X}\"/>\n"
    );
    let ends = scene.groups.iter().flat_map(|group| [group.from, group.to]);
    let cuts: BTreeSet<usize> = ends.chain([0, scene.marks.len()]).collect();
    let cuts: Vec<usize> = cuts.into_iter().collect();
    for (index, &cut) in cuts.iter().enumerate() {
        for _ in scene.groups.iter().filter(|group| group.to == cut) {
            svg.push_str("</g>\n");
        }
        // A group comes after those within it.
        let starting = scene.groups.iter().rev().filter(|group| group.from == cut);
        for group in starting {
            svg.push_str(&opened(group));
        }
        if let Some(&next) = cuts.get(index + 1) {
            svg.push_str(&drawn(&scene.marks[cut..next], (width, height)));
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// The beginning of a group.
fn opened(group: &Group) -> String {
    let mut element = "<g".to_owned();
    for (name, value) in &group.attributes {
        let value = escaped(value).replace('"', "&quot;");
        write!(element, " {name}=\"{value}\"").expect("strings take all");
    }
    element.push('>');
    if !group.tip.is_empty() {
        write!(element, "<title>{}</title>", escaped(&group.tip)).expect("strings take all");
    }
    element.push('\n');
    element
}

/// The elements of some marks.
fn drawn(marks: &[Mark], size: (u32, u32)) -> String {
    let mut drawn = String::new();
    {
        let root = SVGBackend::with_string(&mut drawn, size).into_drawing_area();
        paint(marks, &root, SVG).expect("drawing into a string cannot fail");
    }
    let body = drawn.find('>').map_or("", |end| &drawn[end + 1..]);
    let body = body.trim_start().trim_end();
    let body = body.strip_suffix("</svg>").unwrap_or(body);
    body.to_owned()
}

/// Text safe inside an XML element.
fn escaped(text: &str) -> String {
    let clean = Text::new(text, (0.0, 0.0), 1.0).words;
    clean
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::charts::palette::INK;
    use crate::report::charts::scene::Area;

    #[test]
    fn groups_are_elements_around_their_marks() {
        let mut scene = Scene::new("test", "Test", 10.0);
        let mark = |scene: &mut Scene| scene.rect(Area::new(0.0, 0.0, 1.0, 1.0), INK);
        mark(&mut scene);
        mark(&mut scene);
        scene.group(1, [("data-series", "busy".to_owned())], String::new());
        mark(&mut scene);
        scene.of_variants(1, &["a <b>"], "x < y".to_owned());
        mark(&mut scene);
        scene.group(4, [("data-series", "nothing".to_owned())], String::new());
        let svg = svg(&scene);
        let parts: Vec<&str> = svg
            .lines()
            .filter_map(|line| line.split([' ', '>']).next())
            .skip(4)
            .collect();
        let inner = ["<g", "<g", "<rect", "</g", "<rect", "</g"];
        assert_eq!(parts[0], "<rect");
        assert_eq!(parts[1..7], inner);
        assert_eq!(parts[7..], ["<rect", "</svg"]);
        let outer = "<g data-variants=\"[&quot;a &lt;b&gt;&quot;]\"><title>x &lt; y</title>\n<g data-series=\"busy\">";
        assert!(svg.contains(outer), "{svg}");
    }
}
