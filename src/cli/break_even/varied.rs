//! What is varied, as the flags have it: the range, the places of the scan, and the scenario at a place.

use super::BreakEvenArgs;
use crate::error::{Error, Place};
use crate::report::break_even::{Over, Unit};
use crate::scenario::{Scenario, Template};
use crate::units::{SimDuration, TICKS_PER_HOUR};

/// The loads between which a break-even is looked for, as factors of the scenario's.
const LOADS: (f64, f64) = (0.05, 20.0);
/// Each load of the scan is about this factor times the one before.
const RATIO: f64 = 2.115;
/// Places of the scan of a key.
const PLACES: u32 = 9;
/// Places of the scan of a load at most.
const MOST_PLACES: f64 = 40.0;

/// What is varied.
#[derive(Clone, Debug)]
pub(super) struct Varied {
    pub(super) over: Over,
    pub(super) range: (f64, f64),
    /// The days and the minute of the day from which a schedule has a machine on.
    opens: (String, u32),
}

impl Varied {
    /// What the flags say.
    pub(super) fn of(args: &BreakEvenArgs) -> Result<Self, Error> {
        let (key, opens) = match args.over.split_once('=') {
            Some((key, opens)) => (key.trim(), Some(opens)),
            None => (args.over.trim(), None),
        };
        let is_schedule = key.ends_with(".schedule");
        if let Some(opens) = opens.filter(|_| !is_schedule) {
            return Err(refused(
                "--over",
                &format!("`{opens}` belongs to no schedule"),
                "write the key alone, and its range with `--from` and `--to`",
            ));
        }
        let opens = opening(opens.unwrap_or("daily 00:00"))?;
        let over = if key == "load" {
            Over::Load
        } else {
            let unit = match &args.from {
                _ if is_schedule => Unit::HoursADay,
                Some(from) if from.trim().parse::<f64>().is_err() => Unit::Seconds,
                _ => Unit::Number,
            };
            let key = key.to_owned();
            Over::Key { key, unit }
        };
        let varied = Self {
            range: range(args, &over)?,
            over,
            opens,
        };
        Ok(varied)
    }

    /// Whether it is the load: what is too much of it is too much from there on.
    pub(super) fn is_load(&self) -> bool {
        self.over == Over::Load
    }

    /// A place inside the range that is no whole number: whatever may be varied takes it.
    pub(super) fn within(&self) -> f64 {
        let (from, to) = self.range;
        self.nearest(from + (to - from) * 0.382)
    }

    /// The places of the scan, rising.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the number is between 2 and the most places"
    )]
    pub(super) fn places(&self) -> Vec<f64> {
        let (from, to) = self.range;
        let place = |step: u32, steps: u32| match step {
            // The ends as they were given.
            0 => from,
            last if last == steps => to,
            _ => {
                let share = f64::from(step) / f64::from(steps);
                let place = match self.over {
                    Over::Load => from * (to / from).powf(share),
                    Over::Key { .. } => from + (to - from) * share,
                };
                self.nearest(place)
            }
        };
        let steps = match self.over {
            Over::Load => {
                let steps = (to / from).ln() / RATIO.ln();
                steps.round().clamp(2.0, MOST_PLACES) as u32
            }
            Over::Key { .. } => PLACES - 1,
        };
        let mut places: Vec<f64> = (0..=steps).map(|step| place(step, steps)).collect();
        places.dedup();
        places
    }

    /// The nearest place that can be written: whole minutes of a schedule, microseconds of a time.
    pub(super) fn nearest(&self, place: f64) -> f64 {
        match &self.over {
            Over::Key {
                unit: Unit::HoursADay,
                ..
            } => (place * 60.0).round() / 60.0,
            Over::Key {
                unit: Unit::Seconds,
                ..
            } => (place * 1e6).round() / 1e6,
            // The load of the scenario itself, where rounding makes it nearly so.
            Over::Load if (place - 1.0).abs() < 1e-9 => 1.0,
            Over::Load | Over::Key { .. } => place,
        }
    }

    /// The scenario at a place.
    pub(super) fn scenario(&self, template: &Template<'_>, place: f64) -> Result<Scenario, Error> {
        match &self.over {
            Over::Load => template.at_load(place),
            Over::Key { key, unit } => {
                let value = match unit {
                    Unit::Number => place.to_string(),
                    Unit::Seconds => SimDuration::from_secs_rounded(place).to_friendly(),
                    Unit::HoursADay => self.window(place),
                };
                template
                    .with_values(&[(key, &value)])
                    .map_err(what_can_be_varied)
            }
        }
    }

    /// The windows in which a machine is on for a number of hours a day.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a day has 1,440 minutes"
    )]
    fn window(&self, hours: f64) -> String {
        let (days, from) = &self.opens;
        let minutes = (hours * 60.0).round() as u32;
        let clock = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let to = from + minutes;
        let to = if to > DAY { to - DAY } else { to };
        if minutes >= DAY {
            // From midnight to midnight, whenever it opens on the first day.
            return days.clone();
        }
        format!("{days} {}-{}", clock(*from), clock(to))
    }
}

/// Adds to what is wrong with a tried value what a break-even can vary.
fn what_can_be_varied(error: Error) -> Error {
    let Error::Refused(mut problems) = error else {
        return error;
    };
    for problem in &mut problems {
        let is_tried = matches!(problem.place, Place::Tried(_));
        if let Some(help) = problem.help.as_mut().filter(|_| is_tried) {
            *help = format!("{VARIED}; of one value: {help}");
        }
    }
    Error::Refused(problems)
}

/// What `--over` takes.
const VARIED: &str = "a break-even varies the load (`--over load`, which multiplies all rates), a time, a number that need not be whole, \
                      such as a price, or the hours a day of a schedule; compare counts by variants or a `[sweep]`";

/// Minutes of a day.
const DAY: u32 = 24 * 60;

/// `mon-fri 08:00`: days, and the minute of the day.
fn opening(text: &str) -> Result<(String, u32), Error> {
    let minute = |time: &str| {
        let (hours, minutes) = time.split_once(':')?;
        let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
        (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
    };
    let parts = text.trim().rsplit_once(' ');
    let opening = parts.and_then(|(days, time)| Some((days.trim().to_owned(), minute(time)?)));
    opening.ok_or_else(|| {
        refused(
            "--over",
            &format!("`{text}` does not say when a schedule opens"),
            "write days and a time, such as `--over 'instance.box.schedule=mon-fri 08:00'`",
        )
    })
}

/// The range that the flags say.
fn range(args: &BreakEvenArgs, over: &Over) -> Result<(f64, f64), Error> {
    let (from, to) = (args.from.as_deref(), args.to.as_deref());
    let end = |flag: &str, given: Option<&str>, usual: Option<f64>| match (given, usual) {
        (Some(text), _) => value(over, flag, text),
        (None, Some(usual)) => Ok(usual),
        (None, None) => Err(refused(
            flag,
            &format!("{} has no range", over.words()),
            "write both ends, such as `--from 0s --to 2h`, or `--from 1 --to 5` for a number",
        )),
    };
    let usual = match over {
        Over::Load => (Some(LOADS.0), Some(LOADS.1)),
        Over::Key {
            unit: Unit::HoursADay,
            ..
        } => (Some(1.0), Some(24.0)),
        Over::Key { .. } => (None, None),
    };
    let range = (end("--from", from, usual.0)?, end("--to", to, usual.1)?);
    if range.0 >= range.1 {
        return Err(refused(
            "--to",
            "the range ends before it begins",
            "write a `--to` above `--from`",
        ));
    }
    Ok(range)
}

/// An end of a range.
fn value(over: &Over, flag: &str, text: &str) -> Result<f64, Error> {
    let text = text.trim();
    let number = || {
        // `1/20` is a factor as people say it.
        let quotient = text.split_once('/').and_then(|(part, whole)| {
            let (part, whole): (f64, f64) = (part.trim().parse().ok()?, whole.trim().parse().ok()?);
            Some(part / whole)
        });
        let number = quotient.or_else(|| text.parse().ok());
        number.filter(|number| number.is_finite())
    };
    let time = || {
        SimDuration::parse(text).map_err(|message| (message, "write a time such as `90s` or `2h`"))
    };
    let found = match over {
        Over::Load => number()
            .filter(|load| (0.001..=1000.0).contains(load))
            .ok_or_else(|| {
                let message = format!("`{text}` is no factor of the load");
                (
                    message,
                    "write a number from 0.001 to 1000, such as 0.5 or 1/20",
                )
            }),
        Over::Key { unit, .. } => match unit {
            Unit::Number => number().ok_or_else(|| {
                let message = format!("`{text}` is no number");
                (
                    message,
                    "write both ends alike: two numbers, or two times such as `0s` and `2h`",
                )
            }),
            Unit::Seconds if text.contains('/') => {
                Err((format!("`{text}` is neither a number nor a time"), VARIED))
            }
            Unit::Seconds => time().map(SimDuration::as_secs_f64),
            Unit::HoursADay => time().and_then(|time| {
                let hours = time.0 as f64 / TICKS_PER_HOUR as f64;
                let is_day = (1.0 / 60.0..=24.0).contains(&hours);
                let message = format!("`{text}` is no part of a day");
                is_day
                    .then_some(hours)
                    .ok_or((message, "write a time from `1m` to `24h`"))
            }),
        },
    };
    found.map_err(|(message, help)| refused(flag, &message, help))
}

fn refused(flag: &str, message: &str, help: &str) -> Error {
    Error::refused(Place::Flag(flag.to_owned()), message, help)
}
