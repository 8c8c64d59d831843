//! `framework` of a workload: refused at its place, or remarked.

use crate::{loaded, refused, with};

/// The base in a year in which its size was sold, with more in its workload.
fn text(more: &str) -> String {
    let head = "horizon = \"7d\"\nallow_retired = true";
    with(&[(1, head), (7, &format!("target = \"gpu\"\n{more}"))])
}

#[test]
fn a_framework_is_refused_at_its_place() {
    for (framework, phrase) in [
        (
            "\"tensorflow-1.4\"",
            "`tensorflow-1.4` was built for CUDA 8.0, and the Volta GPUs of `Standard_NC6s_v3` need CUDA 9.0 or later (tensorflow/docs ",
        ),
        (
            "\"mxnet-1.7\"",
            "there is no framework `mxnet` (write name and version, such as `pytorch-1.7.1`; known are `pytorch` and `tensorflow`",
        ),
        (
            "2.4",
            "write name and version as a text, such as `\"pytorch-1.7.1\"`",
        ),
    ] {
        let text = text(&format!("framework = {framework}"));
        refused(&text, &[], "9:13 workload.w.framework", phrase);
    }
}

#[test]
fn a_release_or_a_build_that_is_not_in_the_table_is_remarked() {
    let told = |more: &str| loaded(&text(more)).warnings;
    let unknown = "workload `w`: the CUDA builds of `pytorch-9.1` are not known, so it is not checked \
                   (the newest release in the table is `pytorch-2.14`)";
    assert!(told("framework = \"pytorch-9.1\"").contains(&unknown.to_owned()));
    let other = "workload `w`: the work states CUDA 11.1, and `pytorch-1.7.1` was built for CUDA 9.2, 10.1, 10.2 and 11.0 ";
    let warnings = told("framework = \"pytorch-1.7.1\"\ncuda = \"11.1\"");
    assert!(
        warnings.iter().any(|warning| warning.starts_with(other)),
        "{warnings:?}"
    );
    let patch = "workload `w`: the table has no release `pytorch-1.7.9`: it is checked as `pytorch-1.7` \
                 (that was built for CUDA 9.2, 10.1, 10.2 and 11.0)";
    for (framework, is_told) in [
        ("pytorch-1.7.9", true),
        // The source lists this patch with the same builds, that one with its own, and none of TensorFlow.
        ("pytorch-1.7.1", false),
        ("pytorch-1.8.1", false),
        ("pytorch-1.7.0", false),
        ("tensorflow-2.4.1", true),
    ] {
        let warnings = told(&format!("framework = \"{framework}\""));
        let found = warnings
            .iter()
            .any(|warning| warning.contains(&format!("the table has no release `{framework}`")));
        assert_eq!(found, is_told, "{framework}: {warnings:?}");
    }
    assert!(told("framework = \"pytorch-1.7.9\"").contains(&patch.to_owned()));
    let plain = told("framework = \"pytorch-1.7.1\"\ncuda = \"11.0\"");
    assert_eq!(plain, told(""));
}
