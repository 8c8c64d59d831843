//! A Batch pool whose formula is evaluated at times that do not fit its samples: what that does to waits, and what is said.

use autoscale_simulator::results::RunStatistics;
use autoscale_simulator::study::{self, Keep, Unwatched};

use super::loaded;

/// What a pool that is evaluated each 300 s, and one each 301 s, makes of such arrivals of 28 days.
fn waits(work: &str, replications: u32) -> [RunStatistics; 2] {
    let text = format!(
        "horizon = \"28d\"\nreplications = {replications}\n\
         [batch_pool.pool]\nprice_per_hour = 1\nboot = \"0s\"\nmax_nodes = 10\ndeallocation = \"taskcompletion\"\n\
         [workload.w]\ntarget = \"pool\"\n{work}\n\
         [variant.even]\nbatch_pool.pool.evaluation_interval = \"PT5M\"\n\
         [variant.odd]\nbatch_pool.pool.evaluation_interval = \"PT5M1S\"\n"
    );
    let scenario = loaded(&text);
    let about_samples: Vec<&String> = { &scenario.warnings }
        .iter()
        .filter(|text| text.contains("samples"))
        .collect();
    assert_eq!(
        about_samples,
        [
            "`pool` is evaluated each 5m1s, and samples are taken each 30s: 70 % of the samples can be seen at only 1 of 30 \
             evaluations, in a window of 3m, and each of the others asks for `start_nodes`, 1: write a multiple of 30s, such \
             as `\"5m\"` or `\"5m30s\"` (variant `odd`)"
        ]
    );
    let study = study::run(&[scenario], Keep::default(), Some(2), &Unwatched);
    let variants = study.expect("a study").remove(0).variants;
    let mut of_both = variants.into_iter().map(|mut variant| {
        let replications = variant.replications.drain(..);
        let runs = replications.map(|result| result.unpack().targets.remove(0).runs);
        runs.reduce(|mut all, more| {
            all.started += more.started;
            all.wait_sum += more.wait_sum;
            all
        })
    });
    [(); 2].map(|()| of_both.next().flatten().expect("a variant"))
}

fn mean_s(runs: &RunStatistics) -> f64 {
    runs.wait_sum as f64 / 1e6 / runs.started as f64
}

/// Four runs of an hour at 60 s, and a node from the start. At 300 s the samples from 120 s to 240 s show all four, and three
/// nodes come. Each 301 s the samples are enough only where the evaluation falls on a sample, each 9,030 s: until then the one
/// node serves a run each hour.
#[test]
fn an_interval_beside_the_samples_leaves_the_start_nodes() {
    let batch = "arrivals.batch = { runs = 4, at = [\"60s\"] }\nduration = \"1h\"";
    let [even, odd] = waits(batch, 1);
    assert_eq!((even.started, even.wait_sum), (4, 3 * 240_000_000));
    let waited = 3_600 + 7_200 + (30 * 301 - 60);
    assert_eq!((odd.started, odd.wait_sum), (4, waited * 1_000_000));
}

#[test]
fn an_interval_beside_the_samples_makes_waits_long() {
    let steady = "arrivals.poisson.rate = \"5.4/h\"\nduration.exponential.mean = \"10m\"";
    let [even, odd] = waits(steady, 5).map(|runs| mean_s(&runs));
    // A node comes one to five minutes after its run where samples fit; else one node has a load of 0.9 for hours.
    assert!((125.0..145.0).contains(&even), "{even} s");
    assert!((850.0..1_050.0).contains(&odd), "{odd} s");
}
