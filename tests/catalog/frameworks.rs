//! Releases of `PyTorch` and TensorFlow against the GPUs of sizes.

use autoscale_simulator::catalog::{
    Catalog, CudaVersion, Finding, Framework, Needs, Rule, Severity, framework_releases,
};

use super::{is_well_said, rules, size};

const AMPERE: &str = "Standard_ND96asr_v4";
const BLACKWELL: &str = "Standard_NC128ds_xl_RTXPRO6000BSE_v6";
const HOPPER: &str = "Standard_NC40ads_H100_v5";
const TURING: &str = "Standard_NC4as_T4_v3";
const PYTORCH: &str = "pytorch/pytorch.github.io _get_started/previous-versions.md at e3f009b";
const PYTORCH_NEW: &str = "pytorch/pytorch RELEASE.md: release compatibility matrix with 2.14";
const TENSORFLOW: &str = "tensorflow/docs site/en/install/source.md at b19e63b";
const TENSORFLOW_NEW: &str = "tensorflow/docs site/en/install/source.md: version with 2.18";

fn findings(framework: &str, name: &str) -> Vec<Finding> {
    let needs = Needs {
        framework: Some(Framework::parse(framework).expect("a framework")),
        ..Needs::default()
    };
    Catalog::builtin().check_needs(size(name), &needs)
}

#[test]
fn a_release_fits_if_one_of_its_builds_supports_the_gpus() {
    for (framework, name) in [
        ("pytorch-1.7.1", AMPERE),
        ("pytorch-1.0", "Standard_NC24"),
        ("pytorch-1.2", TURING),
        ("pytorch-2.0", HOPPER),
        ("pytorch-2.7", BLACKWELL),
        ("tensorflow-2.4", AMPERE),
        ("tensorflow-2.4.1", AMPERE),
        ("TensorFlow-1.15", TURING),
        ("tensorflow-1.12", "Standard_NC6s_v3"),
        ("tensorflow-2.12", HOPPER),
        // Without GPUs the work runs on the processors.
        ("tensorflow-1.0", "Standard_D2_v3"),
    ] {
        assert_eq!(findings(framework, name), [], "{framework} on {name}");
    }
}

/// Framework, size, its builds, architecture and what it needs, source, and the earliest release that fits.
type Refused = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

const REFUSED: [Refused; 10] = [
    (
        "pytorch-1.6",
        AMPERE,
        "CUDA 9.2, 10.1 and 10.2",
        "Ampere 11.0",
        PYTORCH,
        "pytorch-1.7",
    ),
    (
        "pytorch-1.5.1",
        "Standard_NC24ads_A100_v4",
        "CUDA 9.2, 10.1 and 10.2",
        "Ampere 11.0",
        PYTORCH,
        "pytorch-1.7",
    ),
    (
        "pytorch-1.13",
        HOPPER,
        "CUDA 11.6 and 11.7",
        "Hopper 11.8",
        PYTORCH,
        "pytorch-2.0",
    ),
    (
        "pytorch-2.6",
        BLACKWELL,
        "CUDA 11.8, 12.4 and 12.6",
        "Blackwell 12.8",
        PYTORCH_NEW,
        "pytorch-2.7",
    ),
    (
        "tensorflow-2.3",
        AMPERE,
        "CUDA 10.1",
        "Ampere 11.0",
        TENSORFLOW,
        "tensorflow-2.4",
    ),
    (
        "tensorflow-1.12",
        TURING,
        "CUDA 9.0",
        "Turing 10.0",
        TENSORFLOW,
        "tensorflow-1.13",
    ),
    (
        "tensorflow-1.4",
        "Standard_NC6",
        "CUDA 8.0",
        "Kepler 9.0",
        TENSORFLOW,
        "tensorflow-1.5",
    ),
    (
        "tensorflow-1.0",
        "Standard_NV6",
        "CUDA 8.0",
        "Maxwell 9.0",
        TENSORFLOW,
        "tensorflow-1.5",
    ),
    (
        "tensorflow-2.11",
        HOPPER,
        "CUDA 11.2",
        "Hopper 11.8",
        TENSORFLOW_NEW,
        "tensorflow-2.12",
    ),
    (
        "tensorflow-2.18",
        BLACKWELL,
        "CUDA 12.5",
        "Blackwell 12.8",
        TENSORFLOW_NEW,
        "",
    ),
];

#[test]
fn an_older_release_is_refused_with_its_row_and_the_earliest_that_fits() {
    for (framework, name, builds, architecture, source, first) in REFUSED {
        let found = findings(framework, name);
        assert_eq!(rules(&found), [Rule::Framework], "{framework} on {name}");
        let (own, lowest) = architecture.split_once(' ').unwrap();
        let expected = format!(
            "`{framework}` was built for {builds}, and the {own} GPUs of `{name}` need CUDA {lowest} or later ({source})"
        );
        assert_eq!(found[0].message, expected);
        let help = match first {
            "" => "no release of tensorflow in the table fits".to_owned(),
            first => format!("the earliest release that fits is `{first}`, built for CUDA "),
        };
        assert!(found[0].help.starts_with(&help), "{}", found[0]);
        assert_eq!(found[0].rule.severity(), Severity::Error);
        is_well_said(&found[0]);
    }
    // AMD's do not run CUDA at all, whatever the version.
    for framework in ["pytorch-2.7", "tensorflow-9.9"] {
        let found = findings(framework, "Standard_ND96is_MI300X_v5");
        assert_eq!(rules(&found), [Rule::Framework], "{framework}");
        assert!(found[0].message.contains("do not run CUDA"), "{}", found[0]);
        is_well_said(&found[0]);
    }
}

#[test]
fn an_unknown_version_is_a_remark_and_an_unknown_name_an_error() {
    assert_eq!(findings("tensorflow-2.99", AMPERE), []);
    let remark = |framework: &str, cuda: Option<&str>| {
        let cuda = cuda.map(|cuda| CudaVersion::parse(cuda).unwrap());
        Framework::parse(framework).unwrap().remark(cuda)
    };
    let unknown = remark("tensorflow-2.99", Some("10.2")).unwrap();
    assert_eq!(unknown.rule, Rule::UnknownRelease);
    assert_eq!(unknown.rule.severity(), Severity::Warning);
    assert!(unknown.help.ends_with("`tensorflow-2.18`"), "{unknown}");
    is_well_said(&unknown);
    // A stated CUDA version should be one of the builds.
    assert_eq!(remark("pytorch-1.7.1", Some("10.2")), None);
    assert_eq!(remark("pytorch-1.7.1", None), None);
    let other = remark("pytorch-1.7.1", Some("11.1")).unwrap();
    assert_eq!(other.rule, Rule::OtherBuild);
    assert_eq!(other.rule.severity(), Severity::Warning);
    assert_eq!(
        other.message,
        format!(
            "the work states CUDA 11.1, and `pytorch-1.7.1` was built for CUDA 9.2, 10.1, 10.2 and 11.0 ({PYTORCH})"
        )
    );
    is_well_said(&other);
    for (text, message, help) in [
        (
            "pytorhc-1.7",
            "there is no framework `pytorhc`",
            "did you mean `pytorch`? write name and version",
        ),
        (
            "mxnet-1.7",
            "there is no framework `mxnet`",
            "write name and version, such as `pytorch-1.7.1`; known are `pytorch` and `tensorflow`",
        ),
        (
            "pytorch",
            "`pytorch` does not end in a version",
            "write name and version",
        ),
        (
            "pytorch-1",
            "`pytorch-1` does not end in a version",
            "write name and version",
        ),
        (
            "pytorch-1.7.1.2",
            "`pytorch-1.7.1.2` does not end in a version",
            "write name and version",
        ),
        (
            "tensorflow-latest",
            "`tensorflow-latest` does not end in a version",
            "write name and version",
        ),
    ] {
        let finding = Framework::parse(text).unwrap_err();
        assert_eq!(finding.rule, Rule::UnknownFramework);
        assert_eq!(finding.message, message);
        assert!(finding.help.starts_with(help), "{finding}");
        is_well_said(&finding);
    }
}

#[test]
fn the_table_is_in_order_and_each_row_has_its_builds_and_source() {
    let all = framework_releases();
    assert_eq!(all.len(), 65);
    for pair in all.windows(2) {
        let in_order = pair[0].framework < pair[1].framework || pair[0].version < pair[1].version;
        assert!(in_order, "{:?}", pair[1]);
    }
    for row in all {
        assert!(row.cuda.is_sorted() && !row.cuda.is_empty(), "{row:?}");
        assert!(!row.source.is_empty(), "{row:?}");
    }
}
