//! Models of GPU by their names, and what one does of the work of another.

use autoscale_simulator::catalog::{gpu_speeds, names_model, speeds_between};

#[test]
fn a_gpu_is_named_by_whole_words_and_measured_against_another() {
    for (text, model, is_named) in [
        ("A100", "A100 40GB (NVLink 3.0)", true),
        ("a100 40gb", "A100 40GB (NVLink 3.0)", true),
        ("V100", "Tesla V100", true),
        ("A10", "A100 40GB (NVLink 3.0)", false),
        ("T4", "T4G", false),
        ("00", "Tesla V100", false),
        ("", "Tesla V100", false),
    ] {
        assert_eq!(names_model(text, model), is_named, "{text} in {model}");
    }
    let k80 = "Tesla K80 (one half card per GPU)";
    for (one, other) in [("Tesla V100", k80), (k80, "Tesla V100")] {
        let rows: Vec<_> = speeds_between(one, other).collect();
        let [row] = rows[..] else {
            panic!("{rows:?}");
        };
        assert_eq!(
            row.to_string(),
            "K80 does 0.08 to 0.50 of the work of V100: 0.22 on average of 25 workloads, grade A, \
             Gavel, physical_cluster_throughputs.json @c4fa400"
        );
    }
    assert_eq!(speeds_between("Tesla T4", "Tesla V100").count(), 0);
    assert_eq!(speeds_between("B200", "H200").count(), 2);
    assert_eq!(gpu_speeds().len(), 9);
    for row in gpu_speeds() {
        assert!(row.min <= row.mean && row.mean <= row.max, "{row}");
        // No measurement without a license is built in.
        let open = ["Gavel, ", "MLPerf Training v"];
        assert!(
            open.iter().any(|name| row.source.starts_with(name)),
            "{row}"
        );
    }
}

/// Every cell of the table is what the measurements of its source come to: GPU, reference, least, geometric mean, most,
/// workloads, as computed from the rows of the source that have an open license.
#[test]
fn each_range_is_that_of_its_measurements() {
    const MEASURED: [(&str, &str, f64, f64, f64, u32); 9] = [
        ("K80", "V100", 0.07872, 0.216, 0.5012, 25),
        ("P100", "V100", 0.5074, 0.749, 1.388, 26),
        ("A100 40GB", "V100", 1.79, 2.252, 3.378, 6),
        ("H100", "A100 80GB", 1.713, 2.06, 2.928, 7),
        ("H200", "H100", 1.048, 1.094, 1.195, 6),
        ("MI300X", "H200", 0.8167, 0.817, 0.8167, 1),
        ("B200", "H200", 1.408, 1.684, 2.116, 5),
        ("MI300X", "H200", 0.8229, 0.823, 0.8229, 1),
        ("B200", "H200", 1.441, 1.722, 2.671, 4),
    ];
    for (row, (gpu, reference, min, mean, max, workloads)) in gpu_speeds().iter().zip(MEASURED) {
        assert_eq!((&*row.gpu, &*row.reference), (gpu, reference));
        assert_eq!(row.workloads, workloads, "{row}");
        for (found, measured) in [(row.min, min), (row.mean, mean), (row.max, max)] {
            // The table has two decimals.
            assert!((found - measured).abs() <= 0.0051, "{row}: {measured}");
        }
    }
}
