//! What people read.
use autoscale_simulator::report::terminal::terminal;

use super::made::*;

#[test]
fn show() {
    let mut study = two_variants();
    for width in [200, 120, 100, 80] {
        println!("{}", terminal(&study, width));
    }
    study.variants[0].targets.push("other".to_owned());
    study.variants[0].prices.push(prices());
    for one in &mut study.variants[0].replications {
        let t = one.targets[0].clone();
        one.targets.push(t);
        one.all_runs.started -= 3;
    }
    println!("{}", terminal(&study, 120));
}
