//! `--kubernetes`: the manifest of an Indexed Job, whose pods have the numbers of shards.

use std::path::{Component, Path};

use super::{SubmitArgs, text};
use crate::cli::screen::Screen;
use crate::cli::shards::merge::Whole;
use crate::cli::shell::quoted_path;
use crate::error::{Error, Place};

/// Characters of a name before the number of a pod: with it a name has 63 at most.
const LONGEST: usize = 50;

/// Prints the manifest, then what to do with it.
pub(super) fn print(args: &SubmitArgs, whole: &Whole<'_>) -> Result<(), Error> {
    let paths = [
        &args.whole.plan,
        &args.whole.parts(),
        &whole.plan.scenario_file,
    ];
    paths
        .into_iter()
        .try_for_each(|path| refuse_outside(path))?;
    let name = name(&whole.scenario.name);
    Screen::print(&manifest(args, whole.plan.shards, &name)?)?;
    let (named, output) = (args.whole.named(), args.whole.output.as_ref());
    let output = output.map_or_else(String::new, |output| {
        format!(" --output {}", quoted_path(output))
    });
    whole.screen.note(&format!(
        "start it with `kubectl apply -f MANIFEST`, and wait with `kubectl wait --for=condition=complete --timeout=24h job/{name}`; \
         then `simulate merge {named}{output}`. What is missing then is simulated by the same job after `kubectl delete job {name}`"
    ));
    Ok(())
}

/// Pods find the folder at another place.
fn refuse_outside(path: &Path) -> Result<(), Error> {
    let is_inside = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    if path.components().all(is_inside) {
        return Ok(());
    }
    Err(Error::refused(
        Place::File(path.to_owned()),
        "its path leads out of the folder in which the pods start, which is that of the volume",
        "plan and submit in the folder that the volume has, with paths from there",
    ))
}

/// A name of Kubernetes for a scenario: lower-case letters, digits and hyphens.
fn name(scenario: &str) -> String {
    let lower = scenario.to_lowercase();
    let words = lower.split(|letter: char| !letter.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let mut name = format!("simulate-{}", words.join("-"));
    name.truncate(LONGEST);
    name.trim_end_matches('-').to_owned()
}

/// A pod that was evicted is not counted.
fn manifest(args: &SubmitArgs, shards: usize, name: &str) -> Result<String, Error> {
    let at_once = args.at_once.unwrap_or(shards).min(shards);
    let (again, cpus) = (args.tries - 1, args.shard_cpus);
    let memory = args.shard_mebibytes();
    let memory = memory.map_or_else(String::new, |size| format!(", memory: {size}Mi"));
    let image = scalar(args.image.as_deref().unwrap_or_default());
    let claim = scalar(args.claim.as_deref().unwrap_or_default());
    let mut words = vec!["simulate", "shard", text(&args.whole.plan)?];
    if let Some(parts) = &args.whole.parts {
        words.extend(["--parts", text(parts)?]);
    }
    let cpu = cpus.to_string();
    words.extend(["--threads", &cpu, "--quiet"]);
    let command: Vec<String> = words.into_iter().map(scalar).collect();
    let command = command.join(", ");
    Ok(format!(
        "\
apiVersion: batch/v1
kind: Job
metadata:
  name: {name}
spec:
  completionMode: Indexed
  completions: {shards}
  parallelism: {at_once}
  backoffLimitPerIndex: {again}
  podFailurePolicy:
    rules:
      - action: Ignore
        onPodConditions:
          - {{type: DisruptionTarget, status: \"True\"}}
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: simulate
          image: {image}
          workingDir: /study
          command: [{command}]
          resources:
            requests: {{cpu: {cpus}{memory}}}
            limits: {{cpu: {cpus}{memory}}}
          volumeMounts:
            - {{name: study, mountPath: /study}}
      volumes:
        - name: study
          persistentVolumeClaim: {{claimName: {claim}}}
"
    ))
}

/// A text in YAML, which takes the strings of JSON.
fn scalar(text: &str) -> String {
    serde_json::to_string(text).expect("a text always serializes")
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_those_of_kubernetes() {
        for (scenario, name) in [
            ("burst", "simulate-burst"),
            ("Where to train?", "simulate-where-to-train"),
            ("--", "simulate"),
            ("é", "simulate"),
        ] {
            assert_eq!(super::name(scenario), name);
        }
        let long = super::name(&"ab ".repeat(40));
        assert!(long.len() <= 50 && long.ends_with('b'), "{long}");
    }
}
