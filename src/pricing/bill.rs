//! A bill: one line for each thing that is paid for, with quantity, unit price and amount. The amounts add up to the cost.

use super::commitments::{CommitmentUse, covered_times};
use super::held::Held;
use super::quantity::{Quantity, Unit};
use super::uses::by_use;
use super::{Commitment, CommitmentKind, Coverage, FixedCharge, TargetPrices, clock};
use crate::category::Category;
use crate::results::{TargetResult, Window};
use crate::units::{NodeTime, TICKS_PER_HOUR, Usd};

/// One line of a bill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BillLine {
    /// Position of the target; none where it is no target's.
    pub target: Option<usize>,
    /// Position of the commitment at whose rate it is paid.
    pub commitment: Option<usize>,
    /// Whether it is usage of the low-priority tier of a pool with two.
    pub low_tier: bool,
    /// What it is for.
    pub category: Category,
    /// How much of it.
    pub quantity: Quantity,
    /// Price of one unit in micro-dollars.
    pub unit_micro_usd: u64,
    /// What it costs.
    pub amount: Usd,
}

impl BillLine {
    /// Name of its category.
    pub fn name(&self) -> &'static str {
        self.category.name()
    }

    /// Whether it is usage of machines, by whatever meter.
    pub fn is_usage(&self) -> bool {
        self.category.is_usage()
    }

    /// Whether a service takes it beside machines.
    pub fn is_service(&self) -> bool {
        self.category == Category::Service
    }

    /// Whether both are about the same thing at the same price.
    fn is_like(&self, other: &Self) -> bool {
        self.key() == other.key()
    }

    /// What it is about, in the order of a bill: by target, usage before other charges, the target's own price last of its
    /// meters; what is no target's comes last.
    pub fn key(&self) -> impl Ord + use<> {
        let last = |position: Option<usize>| position.unwrap_or(usize::MAX);
        (
            last(self.target),
            !self.is_usage(),
            last(self.commitment),
            self.low_tier,
            self.category,
            self.quantity.unit,
            self.unit_micro_usd,
        )
    }
}

/// The bill of one replication; lines without quantity are left out.
pub fn bill(
    targets: &[TargetResult],
    prices: &[TargetPrices],
    (commitments, coverage): (&[Commitment], Option<&Coverage>),
    window: Window,
) -> Vec<BillLine> {
    let [within, drain]: [Vec<Held>; 2] = [0, 1].map(|part| {
        let held = targets.iter().map(|result| Held::of(result, window)[part]);
        held.collect()
    });
    let nothing = Coverage::default();
    let coverage = coverage.unwrap_or(&nothing);
    let mut lines = lines(&within, prices, (commitments, &coverage.within));
    join(
        &mut lines,
        &self::lines(&drain, prices, (commitments, &coverage.drain)),
    );
    lines.retain(|line| line.quantity.parts > 0);
    lines
}

/// The lines of a stretch of time, by target and, last, what commitments took for no usage; some may be of nothing.
pub fn lines(
    held: &[Held],
    prices: &[TargetPrices],
    (commitments, uses): (&[Commitment], &[CommitmentUse]),
) -> Vec<BillLine> {
    let mut lines = Vec::new();
    for (target, (held, prices)) in held.iter().zip(prices).enumerate() {
        let covered = covered_times(commitments, uses, target);
        for meter in prices.metered(held, &covered) {
            let slots = if meter.low_tier { 1 } else { held.slots.max(1) };
            let per_unit = u128::from(slots) * u128::from(TICKS_PER_HOUR);
            let parts = meter.slot_times.iter().zip(meter.amounts);
            for (category, (time, amount)) in Category::usage().iter().zip(parts) {
                lines.push(BillLine {
                    target: Some(target),
                    commitment: meter.commitment,
                    low_tier: meter.low_tier,
                    category: *category,
                    quantity: Quantity {
                        parts: time.0,
                        per_unit,
                        unit: Unit::Hour,
                    },
                    unit_micro_usd: meter.rate.0,
                    amount,
                });
            }
        }
        lines.extend(by_use(prices, held).into_iter().map(|used| BillLine {
            target: Some(target),
            commitment: None,
            low_tier: false,
            category: Category::Service,
            quantity: used.quantity,
            unit_micro_usd: used.unit_micro_usd,
            amount: used.amount,
        }));
        let charges = [
            (Category::Disk, prices.disk, clock(held.clock)),
            (Category::Disk, prices.disk_per_node, held.times.leased()),
            (Category::PublicIp, prices.public_ip, clock(held.clock)),
            (
                Category::LoadBalancer,
                prices.load_balancer,
                prices.balanced(&held.times),
            ),
        ];
        for (category, charge, time) in charges {
            lines.extend(charge.map(|charge| fixed(target, category, charge, time)));
        }
    }
    for (position, (commitment, part)) in commitments.iter().zip(uses).enumerate() {
        lines.push(unused(position, commitment, part));
    }
    lines
}

/// Adds the lines of another part of the time to those of the same things.
fn join(lines: &mut Vec<BillLine>, more: &[BillLine]) {
    for line in more {
        let Some(same) = lines.iter_mut().find(|same| same.is_like(line)) else {
            lines.push(*line);
            continue;
        };
        same.quantity.parts += line.quantity.parts;
        same.amount += line.amount;
        if line.category > Category::UnusedCommitment {
            // Charges by the clock are rounded once, for all of their time.
            let parts = i128::try_from(same.quantity.parts).expect("times fit in 127 bits");
            let hours = same.quantity.per_unit / u128::from(TICKS_PER_HOUR);
            let hours = i128::try_from(hours).expect("a charge is for a few hours");
            same.amount = Usd(parts * i128::from(same.unit_micro_usd) / hours);
        }
    }
}

impl TargetPrices {
    /// Where the price of a line is from that is not usage.
    pub fn source_of(&self, line: &BillLine) -> Option<&str> {
        let mut sources = self.other_sources.iter();
        let of_line = sources
            .find(|known| known.category == line.name() && known.micro_usd == line.unit_micro_usd);
        of_line.map(|known| known.source.as_str())
    }
}

fn fixed(target: usize, category: Category, charge: FixedCharge, time: NodeTime) -> BillLine {
    let unit = match charge.hours {
        24 => Unit::Day,
        730 => Unit::Month,
        _ => Unit::Hour,
    };
    BillLine {
        target: Some(target),
        commitment: None,
        low_tier: false,
        category,
        quantity: Quantity {
            parts: time.0,
            per_unit: u128::from(charge.hours.max(1)) * u128::from(TICKS_PER_HOUR),
            unit,
        },
        unit_micro_usd: charge.micro_usd,
        amount: charge.over(time),
    }
}

/// Of a reservation machine-hours, of a savings plan dollars.
fn unused(position: usize, commitment: &Commitment, part: &CommitmentUse) -> BillLine {
    let amount = part.unused(commitment);
    let parts = amount.0.unsigned_abs();
    let (quantity, unit_micro_usd) = match commitment.kind {
        CommitmentKind::Reservation { per_hour, .. } => (
            Quantity {
                parts: parts.checked_div(u128::from(per_hour.0)).unwrap_or(0),
                per_unit: u128::from(TICKS_PER_HOUR),
                unit: Unit::Hour,
            },
            per_hour.0,
        ),
        CommitmentKind::SavingsPlan { .. } => (
            Quantity {
                parts,
                per_unit: Usd::ONE.0.unsigned_abs(),
                unit: Unit::Dollar,
            },
            1_000_000,
        ),
    };
    BillLine {
        target: None,
        commitment: Some(position),
        low_tier: false,
        category: Category::UnusedCommitment,
        quantity,
        unit_micro_usd,
        amount,
    }
}
