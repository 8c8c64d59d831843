//! What charts of nodes say in words: titles, subtitles, and what they are to those who cannot see them.

use super::super::numbers::grouped;
use super::Study;
use super::axis::duration;
use super::levels::{Levels, NodesPanel};
use super::nodes_input::NodesInput;
use super::work::{NodesWords, unit_words};

/// Whether panels are of more than one variant.
pub(super) fn has_several(panels: &[NodesPanel]) -> bool {
    panels
        .windows(2)
        .any(|pair| pair[0].variant != pair[1].variant)
}

/// What a chart of the whole time is called: where all panels count one unit, that says it.
pub(super) fn title(words: &NodesWords, panels: &[NodesPanel], by_week: bool) -> &'static str {
    let mut units = panels.iter().map(|panel| panel.counts);
    let first = units.next().flatten();
    match first {
        Some(counts) if units.all(|other| other == first) => unit_words(counts).1,
        _ => words.titles[usize::from(by_week)],
    }
}

pub(super) fn subtitle(input: &NodesInput, words: &[&str], panels: &[NodesPanel]) -> String {
    let which = format!(
        "replication {}, one of {}",
        input.replication,
        input.study.replications.max(1)
    );
    let study = Study {
        span: String::new(),
        ..input.study.clone()
    };
    let mut words = words.to_vec();
    words.push(match panels {
        [] | [_] => "",
        [first, others @ ..] if others.iter().all(|other| other.counts == first.counts) => {
            "all panels on the same axes"
        }
        _ => "panels of one unit on the same axes",
    });
    study.subtitle(&which, &words)
}

/// What the line of the day of the peak is called: `peak day (Wed 24 Jan 2024), means by hour`.
pub(super) fn day_of_peak(date: &str, input: &NodesInput, panels: &[NodesPanel]) -> String {
    let whose = match input.baseline {
        Some(_) if has_several(panels) => "peak day of the baseline",
        _ => "peak day",
    };
    format!("{whose} ({date}), means by hour")
}

/// What levels are, where changes were too many to keep each: `means over 8 min 32 s`.
fn averaged(panels: &[NodesPanel]) -> Option<String> {
    let spans = panels.iter().filter_map(|panel| panel.averaged_s);
    let widest = spans.fold(0.0, f64::max);
    (widest > 0.0).then(|| format!("means over {}", duration(widest)))
}

/// That levels are means, where changes were too many to keep each.
pub(super) fn resolution(panels: &[NodesPanel]) -> String {
    averaged(panels).map_or_else(String::new, |over| format!("recorded as {over}"))
}

/// What columns of `span` seconds show, unless each of them is within one of the means that levels are.
pub(super) fn by_column(span: f64, panels: &[NodesPanel], words: &NodesWords) -> String {
    let averaged = panels.iter().filter_map(|panel| panel.averaged_s);
    let averaged = averaged.fold(0.0, f64::max);
    if averaged >= span {
        return String::new();
    }
    let unit = if span < 120.0 { 1.0 } else { 60.0 };
    let span = duration((span / unit).round() * unit);
    let things = things(panels, words.thing).unwrap_or_else(|| "amounts".to_owned());
    let longest = if averaged > 0.0 {
        "highest recorded mean"
    } else {
        "longest"
    };
    format!("{things} are means over {span}, queues the {longest} in that time")
}

/// What the line above means by hour of the week is called.
pub(super) fn highest_of_weeks(panels: &[NodesPanel]) -> String {
    match averaged(panels) {
        Some(over) => format!("highest of the {over} in any week"),
        None => "highest in any week".to_owned(),
    }
}

/// What all panels count, as `nodes`; `None` where they differ.
fn things(panels: &[NodesPanel], of_chart: &'static str) -> Option<String> {
    let mut things = panels.iter().map(|panel| panel.thing(of_chart));
    let first = things.next().unwrap_or(of_chart);
    let is_one = things.all(|other| other == first);
    is_one.then(|| format!("{first}s"))
}

/// The chart for those who cannot see it.
pub(super) fn describe(panels: &[NodesPanel], words: &NodesWords) -> String {
    let NodesWords { thing, who, .. } = words;
    let areas = things(panels, thing).unwrap_or_else(|| "what each quota counts".to_owned());
    let what = format!("Areas of {areas} by state over time, and of {who}s waiting below.");
    let sentences = panels.iter().map(|panel| {
        let thing = panel.thing(thing);
        let limit = panel.most().map_or_else(String::new, |most| {
            format!(", limit {}", counted(most, thing))
        });
        let most = |of: fn(&Levels) -> f64| panel.levels.iter().map(of).fold(0.0, f64::max);
        let (nodes, waiting) = (most(Levels::total), most(|l| l.waiting));
        let (nodes, waiting) = (counted(nodes, thing), counted(waiting, who));
        let heading = panel.heading();
        match averaged(std::slice::from_ref(panel)) {
            Some(over) => {
                format!("{heading}: highest {over}: {nodes}{limit}, and {waiting} waiting.")
            }
            None => format!("{heading}: peak of {nodes}{limit}, and at most {waiting} waiting."),
        }
    });
    std::iter::once(what)
        .chain(sentences)
        .collect::<Vec<String>>()
        .join(" ")
}

/// `1 node`, `4 nodes`, `1.5 GPUs`.
pub fn counted(count: f64, thing: &str) -> String {
    let is_whole = (count - count.round()).abs() < 0.005;
    let number = grouped(count, if is_whole { 0 } else { 2 });
    let ending = if number == "1" { "" } else { "s" };
    format!("{number} {thing}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular_and_parts_are_kept() {
        let said = [0.0, 1.0, 1.5, 1234.0].map(|count| counted(count, "GPU"));
        assert_eq!(said, ["0 GPUs", "1 GPU", "1.50 GPUs", "1,234 GPUs"]);
    }
}
