//! Mean waits of queues for which theory has an exact value. Times in any one unit, rates per that unit.

/// Mean wait of M/M/c: Erlang's formula C (A. K. Erlang 1917; D. Gross et al., *Fundamentals of Queueing Theory*, 4th ed., Wiley
/// 2008, section 2.3). `None` where more comes than is served.
pub fn m_m_c(servers: u32, rate: f64, mean_service: f64) -> Option<f64> {
    let load = rate * mean_service;
    let servers_of = f64::from(servers);
    if load >= servers_of {
        return None;
    }
    // Formula B, the share blocked without a queue, server by server; formula C from it.
    let step = |blocked: f64, servers: u32| {
        let reaching = load * blocked;
        reaching / (f64::from(servers) + reaching)
    };
    let blocked = (1..=servers).fold(1.0, step);
    let waiting = blocked / (1.0 - (load / servers_of) * (1.0 - blocked));
    Some(waiting * mean_service / (servers_of - load))
}

/// First and second moment of a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    /// Its mean.
    pub mean: f64,
    /// Mean of its square.
    pub square: f64,
}

impl Moments {
    /// Of no time at all.
    pub const NONE: Self = Self {
        mean: 0.0,
        square: 0.0,
    };

    /// The same time with a chance, else none.
    #[must_use]
    pub fn with_chance(self, chance: f64) -> Self {
        Self {
            mean: self.mean * chance,
            square: self.square * chance,
        }
    }

    /// Of the sum with an independent time.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            mean: self.mean + other.mean,
            square: self.square + 2.0 * self.mean * other.mean + other.square,
        }
    }
}

/// Mean wait of M/G/1 whose server takes `setup` before it serves who finds the system empty: without one, the formula of
/// Pollaczek (1930) and Khinchine (1932); with one, P. D. Welch, "On a generalized M/G/1 queuing process in which the first
/// customer of each busy period receives exceptional service", *Operations Research* 12 (1964) 736-752. `None` where more comes
/// than is served, or a second moment is infinite.
pub fn m_g_1(rate: f64, service: Moments, setup: Moments) -> Option<f64> {
    let load = rate * service.mean;
    if load >= 1.0 {
        return None;
    }
    let queue = rate * service.square / (2.0 * (1.0 - load));
    let of_setup = (2.0 * setup.mean + rate * setup.square) / (2.0 * (1.0 + rate * setup.mean));
    Some(queue + of_setup).filter(|wait| wait.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: Option<f64>, expected: f64) {
        let found = found.unwrap();
        assert!((found - expected).abs() < 1e-9, "{found}, not {expected}");
    }

    #[test]
    fn textbook_values() {
        // M/M/1: r / (m - l). M/M/2 at r = 1/2: C = 1/3, so 1/3 of half a spare server's time each.
        close(m_m_c(1, 0.5, 1.0), 1.0);
        close(m_m_c(2, 1.0, 1.0), 1.0 / 3.0);
        assert_eq!(m_m_c(2, 2.0, 1.0), None);
        let exponential = |mean: f64| Moments {
            mean,
            square: 2.0 * mean * mean,
        };
        let constant = |mean: f64| Moments {
            mean,
            square: mean * mean,
        };
        // M/M/1 as M/G/1, and M/D/1, which waits half as long.
        close(m_g_1(0.5, exponential(1.0), Moments::NONE), 1.0);
        close(m_g_1(0.5, constant(1.0), Moments::NONE), 0.5);
        assert_eq!(m_g_1(1.0, constant(1.0), Moments::NONE), None);
        // An exponential setup adds its mean to every wait.
        close(m_g_1(0.5, exponential(1.0), exponential(3.0)), 4.0);
        let heavy = Moments {
            mean: 1.0,
            square: f64::INFINITY,
        };
        assert_eq!(m_g_1(0.5, heavy, Moments::NONE), None);
        // Half of all setups of 4: mean 2, square 8. With 1 more always: mean 3, square 8 + 4 + 1.
        let sum = constant(4.0).with_chance(0.5).and(constant(1.0));
        assert_eq!(
            sum,
            Moments {
                mean: 3.0,
                square: 13.0
            }
        );
    }
}
