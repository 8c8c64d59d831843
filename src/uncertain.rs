//! Keys of which only a range or a few values are known. Plain data, which `scenario` reads and `report` uses.

/// A key of which only a range or a few values are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uncertain {
    /// The dotted key.
    pub key: String,
    /// The shortest end of the key that no other uncertain key shares.
    pub label: String,
    /// The values as written: the low and the high end of a range, or all values of a list.
    pub values: Vec<String>,
    /// Steps from the first value to the last where no values lie between them; `None` where all values between can be taken.
    pub steps: Option<u32>,
}

impl Uncertain {
    /// Places of the written values, evenly from 0 for the first to 1 for the last.
    pub fn places(&self) -> Vec<f64> {
        let last = self.values.len().saturating_sub(1).max(1);
        let all = 0..self.values.len();
        all.map(|place| place as f64 / last as f64).collect()
    }

    /// The place nearest to one from 0 to 1 that has a value.
    pub fn nearest(&self, place: f64) -> f64 {
        self.steps.map_or(place, |steps| {
            let steps = f64::from(steps.max(1));
            (place * steps).round() / steps
        })
    }

    /// The place that a number from 0 to below 1 draws: all that have a value are equally likely.
    pub fn drawn(&self, number: f64) -> f64 {
        self.steps.map_or(number, |steps| {
            let steps = f64::from(steps);
            (number * (steps + 1.0)).floor().min(steps) / steps.max(1.0)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_a_list_are_its_values_and_equally_likely() {
        let of = |steps| Uncertain {
            key: "cluster.gpu.max_nodes".to_owned(),
            label: "max_nodes".to_owned(),
            values: vec!["2".to_owned(), "4".to_owned()],
            steps,
        };
        let range = of(None);
        assert_eq!(range.places(), [0.0, 1.0]);
        assert_eq!((range.nearest(0.3), range.drawn(0.3)), (0.3, 0.3));
        let whole = of(Some(2));
        assert_eq!(
            [0.0, 0.3, 0.7, 0.8].map(|at| Some(whole.nearest(at))),
            [0.0, 0.5, 0.5, 1.0].map(Some)
        );
        let counts = (0..300).map(|n| whole.drawn(f64::from(n) / 300.0));
        let mut counted = [0; 3];
        for place in counts {
            counted[usize::from(place > 0.25) + usize::from(place > 0.75)] += 1;
        }
        assert_eq!(counted, [100; 3]);
    }
}
