//! The kinds of lengths of time that may be random.

use super::declaration::{Kind, Value, kind, plain, value, words};
use super::values::{DECIMALS, DURATION, POSITIVE, UNITS, WEIGHTS, above};

/// Any length of time that may be random.
pub const DISTRIBUTIONS: &[Kind] = &[
    plain("constant", "Always the same duration", DURATION),
    kind(
        "uniform",
        "Evenly distributed between two durations",
        &[
            value("min", DURATION)
                .means("Minimum")
                .allows("not above `max`")
                .required()
                .such_as("3m"),
            value("max", DURATION)
                .means("Maximum")
                .allows("not below `min`")
                .required()
                .such_as("5m"),
        ],
    ),
    kind(
        "exponential",
        "Memoryless, with this mean",
        &[value("mean", POSITIVE)
            .means("Mean")
            .required()
            .such_as("30m")],
    ),
    kind(
        "log_normal",
        "Skewed to long durations, by median and 95th percentile or by mean and \
         coefficient of variation",
        &[
            value("median", POSITIVE)
                .means("Median: half of the values are shorter")
                .otherwise("", "required with `p95`")
                .such_as("20m"),
            value("p95", POSITIVE)
                .means("95th percentile: 95 % of the values are shorter")
                .allows("not below `median`")
                .otherwise("", "required with `median`")
                .such_as("2h"),
            value("mean", POSITIVE)
                .means("Mean")
                .otherwise("", "required with `cv`")
                .such_as("30m"),
            value("cv", above(0.0))
                .means("Coefficient of variation: standard deviation divided by the mean")
                .otherwise("", "required with `mean`")
                .such_as("1.5"),
        ],
    ),
    kind(
        "weibull",
        "Weibull distribution; a shape below 1 has a heavy tail",
        &[
            value("shape", above(0.0))
                .means("Shape")
                .required()
                .such_as("0.8"),
            value("scale", POSITIVE)
                .means("Scale: 63 % of the values are shorter")
                .required()
                .such_as("30m"),
        ],
    ),
    kind(
        "gamma",
        "Gamma distribution; the mean is shape times scale",
        &[
            value("shape", above(0.0))
                .means("Shape")
                .required()
                .such_as("2"),
            value("scale", POSITIVE)
                .means("Scale")
                .required()
                .such_as("10m"),
        ],
    ),
    kind(
        "pareto",
        "Pareto distribution: never below `scale`, with a power-law tail",
        &[
            value("scale", POSITIVE)
                .means("Minimum")
                .required()
                .such_as("5m"),
            value("shape", above(0.0))
                .means("Shape: the smaller, the heavier the tail")
                .required()
                .such_as("1.5"),
        ],
    ),
    kind(
        "triangular",
        "Triangular between two durations",
        &[
            value("min", DURATION)
                .means("Minimum")
                .allows("below `max`")
                .required()
                .such_as("2m"),
            value("mode", DURATION)
                .means("Most likely value")
                .allows("from `min` to `max`")
                .required()
                .such_as("3m"),
            value("max", DURATION)
                .means("Maximum")
                .allows("above `min`")
                .required()
                .such_as("8m"),
        ],
    ),
    kind(
        "empirical",
        "One of given values by weight, inline or from a CSV file",
        &[
            value("values", Value::List(&DURATION))
                .means("Durations to choose from")
                .otherwise("", "required without `file`")
                .such_as("[\"1m\", \"5m\"]"),
            value("weights", Value::Either(&[WEIGHTS, Value::Column]))
                .in_unit("numbers or column")
                .means("Weight of each value; with `file`, name of the column of weights")
                .allows("0 or more each, not all 0; their sum is from 1e-100 to 1e100")
                .otherwise("", "all the same")
                .such_as("[3, 1]"),
            value("file", Value::Path)
                .means("CSV file with the data")
                .such_as("durations.csv"),
            value("column", Value::Column)
                .means("Column of durations")
                .otherwise("", "required with `file`")
                .such_as("duration_s"),
            words("decimal", DECIMALS)
                .means("Sign before the decimals of the column")
                .allows("with `file` only")
                .otherwise(
                    "",
                    "a point; between semicolons also a comma where no thousands can be meant",
                )
                .such_as(","),
            words("unit", UNITS)
                .means("Unit of the column")
                .allows("with `file` only")
                .assumes("s")
                .such_as("min"),
        ],
    ),
];
