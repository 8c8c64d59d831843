//! Reads `tokens` of a workload of requests: times of tokens, and how many a request has.

use crate::distribution::{Distribution, check_weights};
use crate::scenario::data::context::Context;
use crate::scenario::data::files::Files;
use crate::scenario::data::trace_mapping::decimal;
use crate::scenario::document::complaint::Complaint;
use crate::scenario::document::reader::{Cursor, one_kind};
use crate::scenario::document::sink::Read;
use crate::scenario::document::tree::Value;
use crate::scenario::document::values::{array, duration, integer, number, text};
use crate::scenario::keys::{TOKEN_COUNTS, TOKENS};
use crate::units::SimDuration;

/// Tokens of a request at most.
const MAX_TOKENS: i64 = 1_000_000_000;
/// Pairs of numbers of tokens at most.
const MAX_PAIRS: usize = 4_000_000;

/// Numbers of tokens with their weights.
type Counts = (Vec<f64>, Vec<f64>);

/// What the table says.
pub(super) struct Tokens {
    per_context: SimDuration,
    per_generated: SimDuration,
    context: Option<Counts>,
    generated: Option<Counts>,
}

impl Tokens {
    /// Reads the table; `None` where there is none.
    pub(super) fn read(context: &Context<'_>, requests: &Cursor<'_>) -> Read<Option<Self>> {
        let Some(node) = requests.node("tokens") else {
            return Ok(None);
        };
        let path = requests.path_of("tokens");
        let table = Cursor::open(context.sink, node, path, TOKENS)?;
        let time = |key| {
            let help = "write how long a token takes, such as `\"0.2ms\"` or `\"30ms\"`";
            table.require(key, help, duration)
        };
        let per_context = time("time_per_context_token");
        let per_generated = time("time_per_generated_token");
        let read = counts(&table, "context_tokens", context.files);
        let written = counts(&table, "generated_tokens", context.files);
        Ok(Some(Self {
            per_context: per_context?,
            per_generated: per_generated?,
            context: read?,
            generated: written?,
        }))
    }

    /// Times of a token read and of one written.
    pub(super) fn times(&self) -> (SimDuration, SimDuration) {
        (self.per_context, self.per_generated)
    }

    /// Refuses numbers of tokens beside a trace, which brings them.
    pub(super) fn are_times_only(&self, requests: &Cursor<'_>) -> Read<()> {
        if self.context.is_none() && self.generated.is_none() {
            return Ok(());
        }
        let complaint = Complaint::new("a trace brings the tokens of each request")
            .help("leave `context_tokens` and `generated_tokens` out here");
        Err(requests.refuse("tokens", complaint))
    }

    /// The time of a request: tokens times their times, numbers read and written drawn independently.
    pub(super) fn service_time(&self, requests: &Cursor<'_>) -> Read<Distribution> {
        let (Some(read), Some(written)) = (&self.context, &self.generated) else {
            let complaint = Complaint::new("the numbers of tokens are missing").help(
                "write `context_tokens` and `generated_tokens`, such as `context_tokens = 1000`",
            );
            return Err(requests.refuse("tokens", complaint));
        };
        let pairs = read.0.len().saturating_mul(written.0.len());
        if pairs > MAX_PAIRS {
            let complaint = Complaint::new(format!("{pairs} pairs of numbers of tokens")).help(
                format!("{MAX_PAIRS} are allowed: give fewer values, or a trace"),
            );
            return Err(requests.refuse("tokens", complaint));
        }
        let (each_read, each_written) = (
            self.per_context.as_secs_f64(),
            self.per_generated.as_secs_f64(),
        );
        let (mut values, mut weights) = (Vec::with_capacity(pairs), Vec::with_capacity(pairs));
        for (count, weight) in read.0.iter().zip(&read.1) {
            for (other, its_weight) in written.0.iter().zip(&written.1) {
                let seconds = count * each_read + other * each_written;
                values.push(SimDuration::from_secs_rounded(seconds));
                weights.push(weight * its_weight);
            }
        }
        if let [only] = values[..] {
            return Ok(Distribution::constant(only));
        }
        Distribution::empirical(values, weights)
            .map_err(|sentence| requests.refuse("tokens", Complaint::sentence(&sentence)))
    }
}

/// A number of tokens, or several with their weights.
fn counts(table: &Cursor<'_>, key: &str, files: &Files<'_>) -> Read<Option<Counts>> {
    let Some(node) = table.node(key) else {
        return Ok(None);
    };
    if !matches!(node.value, Value::Table(_)) {
        let count = table.read(key, |value| {
            tokens(value).map_err(|complaint| {
                let help = complaint.help.clone().unwrap_or_default();
                complaint.help(format!(
                    "{help}, or `{{ choice = {{ values = [100, 1000], weights = [3, 1] }} }}`"
                ))
            })
        });
        return Ok(count?.map(|count| (vec![count], vec![1.0])));
    }
    let (kind, node, path) = one_kind(table.sink(), node, &table.path_of(key), TOKEN_COUNTS)?;
    let inner = Cursor::open(table.sink(), node, path, kind.keys)?;
    let counts = match kind.name {
        "choice" => {
            let help = "write numbers of tokens such as `[100, 1000]`";
            let values = inner.require("values", help, array(tokens));
            let weights = inner.read("weights", array(number));
            let values = values?;
            let weights = weights?.unwrap_or_else(|| vec![1.0; values.len()]);
            (values, weights)
        }
        "empirical" => {
            let file = files.path(&inner);
            let column = inner.require("column", "write the name of the column of tokens", text);
            let weights = inner.read("weights", text);
            let decimal = decimal(&inner);
            let column = files.column(&inner, (file?, column?, weights?, decimal?))?;
            (column.0.clone(), column.1.clone())
        }
        other => unreachable!("`{other}` is in the list of kinds"),
    };
    if counts.0.is_empty() || counts.0.len() != counts.1.len() {
        let complaint = Complaint::new(format!(
            "{} values and {} weights",
            counts.0.len(),
            counts.1.len()
        ));
        let help = "give at least one value, and one weight for each";
        return Err(inner.refuse_whole(complaint.help(help)));
    }
    check_weights(&counts.1)
        .map_err(|sentence| inner.refuse_whole(Complaint::sentence(&sentence)))?;
    Ok(Some(merged(counts)))
}

/// Each number once: a column may have many rows.
fn merged((values, weights): Counts) -> Counts {
    let mut pairs: Vec<(f64, f64)> = values.into_iter().zip(weights).collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut values, mut weights) = (Vec::new(), Vec::<f64>::new());
    for (value, weight) in pairs {
        if values.last() == Some(&value) {
            *weights.last_mut().expect("each value has a weight") += weight;
        } else {
            values.push(value);
            weights.push(weight);
        }
    }
    (values, weights)
}

fn tokens(value: &Value) -> Result<f64, Complaint> {
    integer(0..=MAX_TOKENS)(value).map(|count| count as f64)
}
