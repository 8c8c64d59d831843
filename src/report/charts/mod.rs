//! Charts as SVG and PNG. A figure lays out a `Scene` of marks in units of its own; `draw` hands the marks to plotters
//! twice, once for each format. Nothing here knows the model, reads files or asks the machine for fonts.

mod axis;
mod bars;
pub mod break_even;
mod canvas;
pub mod causes;
mod columns;
pub mod cost;
mod costscale;
mod curves;
mod draw;
mod font;
mod frame;
mod indexed;
pub mod keys;
mod labels;
mod levels;
mod limits;
pub mod money;
pub mod names;
mod naming;
pub mod nodes;
pub mod nodes_input;
mod nodes_words;
pub mod outcomes;
mod palette;
mod panel;
mod peak;
mod profile;
mod rise;
mod roles;
mod scene;
mod smooth;
mod spots;
pub mod sweep;
mod timeaxis;
pub mod tornado;
pub mod tradeoff;
pub mod tradeoff_input;
mod vector;
pub mod wait;
pub mod wait_input;
mod waitscale;
pub mod warm_up;
pub mod work;

use scene::Scene;

use crate::currency::Currency;

/// A finished chart; the same input always gives the same bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// File name without its ending.
    pub name: &'static str,
    /// A complete SVG document without a fixed size, ready to be inlined in HTML.
    pub svg: String,
    /// A PNG file, 1,600 pixels wide.
    pub png: Vec<u8>,
}

/// Where a chart's figures come from, stated in its subtitle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Study {
    /// The scenario's name.
    pub scenario: String,
    /// How many replications were averaged.
    pub replications: u32,
    /// The measured span in words, such as `24 h after 1 h of warm-up`; may be empty.
    pub span: String,
    /// The keys whose values the names of variants are, such as `min_nodes / max_nodes`; may be empty.
    pub keys: String,
    /// What time costs are of.
    pub period: money::Period,
    /// What costs are in.
    pub currency: Currency,
}

impl Study {
    /// The unit of a cost: `USD per month`.
    pub(in crate::report) fn unit_of_costs(&self) -> String {
        self.period.unit(self.currency.code())
    }

    /// `mean of 30 replications`, or a warning that there was only one.
    fn averaging(&self) -> String {
        match self.replications {
            0 | 1 => "1 replication: no intervals".to_owned(),
            many => format!("mean of {many} replications"),
        }
    }

    /// Scenario, what was averaged, span and remarks in one line, without the empty parts.
    fn subtitle(&self, basis: &str, remarks: &[&str]) -> String {
        let keys = match self.keys.as_str() {
            "" => String::new(),
            keys => format!("variants by {keys}"),
        };
        let mut all = vec![self.scenario.as_str(), basis, &self.span];
        all.extend(remarks);
        all.push(&keys);
        all.retain(|part| !part.is_empty());
        all.join(" · ")
    }
}

impl Chart {
    fn of(scene: &Scene) -> Self {
        Self {
            name: scene.name,
            svg: vector::svg(scene),
            png: draw::png(scene),
        }
    }
}

#[cfg(test)]
mod gallery;
#[cfg(test)]
mod gallery_inputs;
#[cfg(test)]
mod gallery_points;
#[cfg(test)]
mod gallery_targets;
#[cfg(test)]
mod tests;
