//! The CSV files, to the byte.
use super::made::*;
use autoscale_simulator::report::FILES;
#[test]
fn show() {
    for file in FILES {
        println!(
            "{}",
            String::from_utf8(file.bytes(&two_variants())).unwrap()
        );
    }
}
