//! Reads `--fail-if "cost > +5%"`.

use crate::error::{Error, Place, Problem};
use crate::goal::{Dimension, Figure};
use crate::nearest::nearest;
use crate::report::versus::{Amount, Tolerance};
use crate::units::SimDuration;

const SHAPE: &str = "write a figure, `>` or `<`, and a change with its sign, such as \
                     `--fail-if 'cost > +5%'`";

/// Reads all of them; each problem is reported.
pub(super) fn read(texts: &[String]) -> Result<Vec<Tolerance>, Error> {
    let (mut tolerances, mut problems) = (Vec::new(), Vec::new());
    for text in texts {
        match tolerance(text) {
            Ok(tolerance) => tolerances.push(tolerance),
            Err((message, help)) => problems.push(problem(text, message, help)),
        }
    }
    if problems.is_empty() {
        Ok(tolerances)
    } else {
        Err(Error::Refused(problems))
    }
}

/// The problem with a limit on a figure that no variant has in both studies.
pub(super) fn without_figure(of: &Tolerance) -> Problem {
    let message = format!(
        "no variant that both folders have has a {}",
        of.figure.words()
    );
    let help = "a limit on it would never be exceeded: take it away, or choose another figure";
    problem(&of.written, message, help.to_owned())
}

fn problem(text: &str, message: String, help: String) -> Problem {
    Problem {
        place: Place::Flag(format!("--fail-if '{text}'")),
        key: None,
        message,
        help: Some(help),
    }
}

/// What is wrong, and what to do.
type Complaint = (String, String);

fn tolerance(text: &str) -> Result<Tolerance, Complaint> {
    let no_limit = || {
        let message = "this is no limit on a change".to_owned();
        (message, SHAPE.to_owned())
    };
    let at = text.find(['<', '>']).ok_or_else(no_limit)?;
    let (name, rest) = text.split_at(at);
    let figure = figure(name.trim())?;
    let (above, written) = (rest.starts_with('>'), rest[1..].trim());
    let sign = match written.as_bytes().first() {
        Some(b'+') => 1.0,
        Some(b'-') => -1.0,
        _ => {
            let message = format!("`{written}` is no change with a sign");
            return Err((message, SHAPE.to_owned()));
        }
    };
    let amount = amount(figure, written[1..].trim(), sign).ok_or_else(|| {
        let message = format!("`{written}` is no change of a {}", figure.words());
        (message, examples(figure))
    })?;
    Ok(Tolerance {
        figure,
        above,
        amount,
        written: text.trim().to_owned(),
    })
}

fn figure(name: &str) -> Result<Figure, Complaint> {
    Figure::named(name).ok_or_else(|| {
        let names: Vec<&str> = Figure::ALL.iter().map(|figure| figure.name()).collect();
        let near = || nearest(name, names.iter().copied(), 1).first().copied();
        let of_column = Figure::of_column(name).map(Figure::name);
        let help = match of_column.or_else(near) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the figures are {}", names.join(", ")),
        };
        (format!("there is no figure `{name}`"), help)
    })
}

/// A change without its sign. Percentages of shares are percentage points.
fn amount(figure: Figure, written: &str, sign: f64) -> Option<Amount> {
    let percent = written.strip_suffix('%').map(str::trim_end);
    let number = |text: &str| {
        let is_plain = text.starts_with(|c: char| c.is_ascii_digit() || c == '.');
        let number = text.parse::<f64>().ok().filter(|_| is_plain);
        number.filter(|number| number.is_finite())
    };
    match (figure.dimension(), percent) {
        (Dimension::Share, Some(percent)) => {
            Some(Amount::Absolute(sign * number(percent)? / 100.0))
        }
        (Dimension::Share, None) => None,
        (_, Some(percent)) => Some(Amount::Relative(sign * number(percent)? / 100.0)),
        (Dimension::Money, None) => Some(Amount::Absolute(sign * number(written)?)),
        (Dimension::Time, None) => {
            let length = SimDuration::parse(written).ok()?;
            Some(Amount::Absolute(sign * length.as_secs_f64()))
        }
    }
}

fn examples(figure: Figure) -> String {
    match figure.dimension() {
        Dimension::Time => "write a percentage or a time, such as `+5%` or `+1m`",
        Dimension::Money => {
            "write a percentage or an amount in the currency of the results, such as `+5%` or `+20`"
        }
        Dimension::Share => "write percentage points, such as `-1%`",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_has_a_figure_a_side_and_a_signed_change() {
        for (text, figure, above, amount) in [
            ("cost > +5%", Figure::Cost, true, Amount::Relative(0.05)),
            ("cost<-20", Figure::Cost, false, Amount::Absolute(-20.0)),
            (
                "wait_p95 > +1m",
                Figure::WaitP95,
                true,
                Amount::Absolute(60.0),
            ),
            (
                "completed < -1%",
                Figure::Completed,
                false,
                Amount::Absolute(-0.01),
            ),
            (
                "wait_mean > +0%",
                Figure::WaitMean,
                true,
                Amount::Relative(0.0),
            ),
        ] {
            let read = tolerance(text).expect("it is a limit");
            assert_eq!(
                (read.figure, read.above, read.amount),
                (figure, above, amount)
            );
        }
    }

    #[test]
    fn what_is_no_limit_is_refused_with_what_would_be() {
        for (text, message) in [
            ("cost", "this is no limit on a change"),
            ("csot > +5%", "there is no figure `csot`"),
            ("cost > 5%", "`5%` is no change with a sign"),
            ("cost > +-5%", "`+-5%` is no change of a cost"),
            ("cost >= +5%", "`= +5%` is no change with a sign"),
            (
                "completed < -1",
                "`-1` is no change of a share of completed runs",
            ),
            ("wait_p95 > +1", "`+1` is no change of a p95 wait"),
            ("cost > +inf%", "`+inf%` is no change of a cost"),
        ] {
            assert_eq!(tolerance(text).expect_err(text).0, message);
        }
    }
}
