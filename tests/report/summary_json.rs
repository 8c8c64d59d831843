//! `summary.json`: its figures are those of `summary.csv`, its answer that of the terminal.

use autoscale_simulator::report::answer::Answer;
use autoscale_simulator::report::{SUMMARY, StudyResults};
use serde_json::Value;

use crate::answer::with_goal;
use crate::files::table;
use crate::made::{full_study, hindered, two_variants};
use crate::made_targets::served;

fn document(study: &StudyResults) -> Value {
    serde_json::from_slice(&SUMMARY.bytes(study)).expect("a document")
}

/// The rows of all variants, as in the table.
fn rows(document: &Value) -> Vec<(&Value, &Value)> {
    let variants = document["variants"].as_array().expect("variants");
    let rows = variants.iter().flat_map(|variant| {
        let rows = variant["rows"].as_array().expect("rows");
        rows.iter().map(move |row| (&variant["name"], row))
    });
    rows.collect()
}

#[test]
fn figures_are_the_cells_of_the_table() {
    for study in [full_study(), hindered(), served()] {
        let (document, table) = (document(&study), table("summary.csv", &study));
        let rows = rows(&document);
        assert_eq!(rows.len(), table.len());
        let heads = document["figures"].as_array().expect("figures");
        for ((variant, row), cells) in rows.into_iter().zip(&table) {
            assert_eq!(variant, cells["variant"].as_str());
            assert_eq!(row["target"], cells["target"].as_str());
            assert_eq!(row["queue_grows"], cells["queue_grows"] == "1");
            for head in heads {
                let name = head["name"].as_str().expect("a name");
                let figure = &row["figures"][name];
                for (part, column) in [("mean", name.to_owned()), ("ci95", format!("{name}_ci95"))]
                {
                    let number = cells[&column].parse::<f64>().ok();
                    let told = figure[part].as_f64();
                    let is_same = match (number, told) {
                        (Some(number), Some(told)) => (number - told).abs() < 1.5e-6,
                        (number, told) => number == told,
                    };
                    assert!(is_same, "{variant} {column}: {number:?} {told:?}");
                }
            }
        }
    }
}

#[test]
fn the_answer_is_that_of_the_terminal() {
    let front = document(&two_variants());
    assert_eq!(front["answer"]["kind"], "pareto_optimal");
    // The cluster bills 50,000 s of 86,400 s; the instance has no wait.
    let names = serde_json::json!(["cluster", "always-on"]);
    assert_eq!(front["answer"]["variants"], names);
    assert_eq!(front["comparisons"].as_array().map(Vec::len), Some(1));

    // The one of 20 USD meets the goal of 10 minutes.
    let study = with_goal();
    let document = document(&study);
    let answer = &document["answer"];
    let sentences = serde_json::json!(Answer::of(&study).sentences());
    assert_eq!(answer["sentences"], sentences);
    for (key, value) in [
        ("kind", "goal"),
        ("outcome", "meets"),
        ("variant", "fair"),
        ("minimize", "cost"),
    ] {
        assert_eq!(answer[key], value, "{key}");
    }
    let standings = answer["standings"].as_array().expect("standings");
    let verdicts = standings.iter().map(|of| of["verdict"].as_str());
    assert!(verdicts.clone().any(|verdict| verdict == Some("fails")));
    assert!(verdicts.clone().any(|verdict| verdict == Some("meets")));
    let limit = &standings[0]["limits"][0];
    assert_eq!(limit["limit"], "wait_p95 <= 10m");
    assert_eq!(
        (&limit["bound"], &limit["unit"]),
        (&600.0.into(), &"s".into())
    );
}
