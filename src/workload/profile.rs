//! Profile: Poisson arrivals at a rate of its own for each hour of the day or of the week, by local time.

use rand_distr::{Distribution as _, Exp1};

use super::kind::{Kind, Past, Pattern, Peaks};
use crate::calendar::{Calendar, HourlyRates, WeeklySchedule};
use crate::engine::Work;
use crate::engine::streams::Stream;
use crate::units::{SimDuration, SimTime};

/// Hours of a week.
const WEEK: usize = 168;

/// A rate for each local hour.
#[derive(Clone, Debug)]
pub struct Profile {
    rates: HourlyRates,
    peak: Option<Peak>,
}

/// The hours of the highest rate, where there are others.
#[derive(Clone, Debug)]
struct Peak {
    windows: WeeklySchedule,
    per_s: f64,
    /// Mean of the other hours.
    quiet_per_s: f64,
}

impl Profile {
    /// Arrivals per hour, each 0 or more: 24 from local midnight on, or 168 from Monday 00:00 on.
    ///
    /// # Panics
    /// If there are other than 24 or 168.
    pub fn new(calendar: &Calendar, per_hour: Vec<f64>) -> Self {
        let rates = HourlyRates::new(calendar, per_hour);
        let peak = Peak::of(calendar, rates.per_hour());
        Self { rates, peak }
    }
}

impl Peak {
    fn of(calendar: &Calendar, per_hour: &[f64]) -> Option<Self> {
        let most = per_hour.iter().copied().fold(0.0, f64::max);
        let others: Vec<f64> = per_hour
            .iter()
            .copied()
            .filter(|rate| *rate < most)
            .collect();
        let is_peak = |hour: &usize| per_hour[hour % per_hour.len()] >= most;
        let hours = (0..WEEK).filter(is_peak).map(|hour| hour as u64);
        (!others.is_empty()).then(|| Self {
            windows: WeeklySchedule::of_hours(calendar, hours),
            per_s: most / 3600.0,
            quiet_per_s: others.iter().sum::<f64>() / others.len() as f64 / 3600.0,
        })
    }
}

impl Kind for Profile {
    fn next(&mut self, past: Past, stream: &mut Stream, _: &mut Work<'_>) -> SimTime {
        let amount: f64 = Exp1.sample(stream);
        self.rates
            .reach(past.last, amount)
            .unwrap_or(SimTime::NEVER)
    }

    fn scale(&mut self, factor: f64) {
        self.rates.scale(factor);
        if let Some(peak) = &mut self.peak {
            peak.per_s *= factor;
            peak.quiet_per_s *= factor;
        }
    }

    fn per_s(&self, horizon: SimTime) -> f64 {
        self.rates.amount(SimTime::ZERO, horizon) / horizon.as_secs_f64()
    }

    fn pattern(&self, _: SimDuration) -> Pattern {
        Pattern::Weekly
    }

    fn goes_on(&self) -> bool {
        true
    }

    fn is_random(&self) -> bool {
        true
    }

    fn peaks(&self) -> Option<Peaks<'_>> {
        let peak = self.peak.as_ref()?;
        Some(Peaks {
            windows: &peak.windows,
            peak_per_s: peak.per_s,
            quiet_per_s: peak.quiet_per_s,
        })
    }
}
