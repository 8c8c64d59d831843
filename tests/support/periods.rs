//! Charge periods against their definition: what is held from the begin of one on is what is held where the same replication
//! is simulated with a later warm-up, which changes nothing else.

use autoscale_simulator::calendar::{Calendar, ChargePeriods, UtcPeriod};
use autoscale_simulator::engine::streams::Streams;
use autoscale_simulator::model::settings::{End, WorldSettings};
use autoscale_simulator::model::{Detailed, simulate};
use autoscale_simulator::results::{LeaseRecord, PeriodUse, TargetResult};
use autoscale_simulator::serving::{self, Services};
use autoscale_simulator::units::SimTime;

/// So many begins of periods are looked at for each way to cut a world.
const MOST_CUTS: usize = 6;

/// Cuts a world by days that begin where something happens: at the ends of leases, at the horizon, at the ends of targets.
pub(crate) fn check(settings: &WorldSettings, streams: Streams, case: &str) {
    let (results, leases) = simulated(settings, streams);
    let ends = results.iter().map(|target| target.end);
    let released: Vec<SimTime> = leases.iter().map(|lease| lease.released).collect();
    let some = [1, 2].map(|part| released.get(released.len() * part / 3).copied());
    let middle = SimTime(settings.warmup.0.midpoint(settings.horizon.0));
    let begins = ends.chain(some.into_iter().flatten());
    let mut begins: Vec<SimTime> = begins.chain([settings.horizon, middle]).collect();
    begins.sort_unstable();
    begins.dedup();
    for begin in begins {
        let settings = with_days_from(settings, begin);
        assert_same(&settings, streams, &format!("{case}, days from {begin:?}"));
    }
}

/// Compares the periods that were kept with those of later warm-ups.
fn assert_same(settings: &WorldSettings, streams: Streams, case: &str) {
    let (results, _) = simulated(settings, streams);
    let mut cuts: Vec<SimTime> = Vec::new();
    for target in &results {
        let begins: Vec<SimTime> = target.periods.iter().map(|period| period.from).collect();
        assert_eq!(begins.first(), Some(&settings.warmup), "{case}");
        assert!(begins.is_sorted_by(|one, next| one < next), "{case}");
        cuts.extend(begins);
    }
    cuts.sort_unstable();
    cuts.dedup();
    // Of many the first and the last.
    let (first, many) = (MOST_CUTS / 2, cuts.len().saturating_sub(MOST_CUTS));
    cuts.drain(cuts.len().min(first)..cuts.len().min(first) + many);
    for cut in cuts {
        let later = WorldSettings {
            warmup: cut,
            charge_periods: None,
            week: None,
            ..settings.clone()
        };
        let (later, _) = simulated(&later, streams);
        for (position, (whole, later)) in results.iter().zip(&later).enumerate() {
            assert!(later.periods.is_empty(), "{case}: none were asked for");
            let kept = whole.periods.iter().filter(|period| period.from >= cut);
            let kept = sum(kept);
            assert_eq!(kept, held(later), "{case}: target {position} from {cut:?}");
        }
    }
}

/// All that a target holds.
fn held(target: &TargetResult) -> PeriodUse {
    let low = target.low_priority.as_deref().copied().unwrap_or_default();
    let service = target.service.as_deref();
    let used = service.map_or_else(Default::default, |of| [of.within, of.drain]);
    let part = |times, low_priority, used| PeriodUse {
        times,
        low_priority,
        used,
        ..PeriodUse::default()
    };
    sum(&[
        part(target.within, low.within, used[0]),
        part(target.drain, low.drain, used[1]),
    ])
}

fn sum<'a>(parts: impl IntoIterator<Item = &'a PeriodUse>) -> PeriodUse {
    let mut sum = PeriodUse::default();
    for part in parts {
        sum.add(part);
    }
    sum
}

/// The same world where an instant is midnight.
fn with_days_from(settings: &WorldSettings, midnight: SimTime) -> WorldSettings {
    let before = jiff::SignedDuration::from_micros(i64::try_from(midnight.0).unwrap());
    let start = jiff::civil::date(2024, 6, 1).at(0, 0, 0, 0);
    let calendar = Calendar::new(start.checked_sub(before).unwrap(), "UTC").unwrap();
    let period = UtcPeriod::Day;
    WorldSettings {
        charge_periods: Some(ChargePeriods { calendar, period }),
        ..settings.clone()
    }
}

/// The targets and then the services of one replication, and the leases.
fn simulated(settings: &WorldSettings, streams: Streams) -> (Vec<TargetResult>, Vec<LeaseRecord>) {
    let outcome = simulate(settings, streams, Detailed::new(true, 0), &|| true).unwrap();
    let mut results = outcome.result.targets;
    for position in 0..settings.services.len() {
        let services = Services {
            services: &settings.services,
            requests: &settings.requests,
            streams,
            cuts: &settings.cuts(),
            cut: settings.end == End::Cut,
            keep_timeline: false,
        };
        let (service, _) = serving::simulate(services, position, &|| true).unwrap();
        results.push(service);
    }
    (results, outcome.recorder.leases)
}
