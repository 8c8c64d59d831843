//! Releases of `PyTorch` and TensorFlow: the CUDA versions that each was built for, and whether a GPU runs one of them.

use std::fmt;
use std::sync::LazyLock;

use super::checks::NVIDIA_ONLY;
use super::facts::{CudaVersion, Gpu, VmSize};
use super::fields::{Fields, Layout, embedded, whole};
use super::finding::{Finding, Rule};
use super::lookups::all_of;
use crate::csv_table::Row;
use crate::error::Problem;
use crate::nearest::nearest;

/// A release and the CUDA versions that its project built it for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameworkRelease {
    /// Name of the framework, such as `pytorch`.
    pub framework: String,
    /// Its version; without a patch number the row holds for every patch that has no row.
    pub version: ReleaseVersion,
    /// The last patch that the source lists with the same builds; 0 where it lists none.
    pub last_patch: u32,
    /// CUDA versions, the lowest first.
    pub cuda: Vec<CudaVersion>,
    /// Who states it.
    pub source: String,
}

/// Version of a release, such as 1.7 or 1.7.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReleaseVersion {
    /// Before the first dot.
    pub major: u32,
    /// After the first dot.
    pub minor: u32,
    /// After the second dot, if there is one.
    pub patch: Option<u32>,
}

/// The framework that a workload is built with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Framework {
    name: String,
    version: ReleaseVersion,
    /// The row of its version, or else of its minor version.
    release: Option<&'static FrameworkRelease>,
}

const LAYOUT: Layout = Layout {
    required: &["framework", "version", "last_patch", "cuda", "source"],
    optional: &[],
};

static ALL: LazyLock<Vec<FrameworkRelease>> = LazyLock::new(|| {
    let file = include_bytes!("data/frameworks.csv");
    embedded("frameworks.csv", file, &LAYOUT, read)
});

/// All releases that are known, those of a framework in order of their versions.
pub fn framework_releases() -> &'static [FrameworkRelease] {
    &ALL
}

fn read(fields: &Fields, row: &Row<'_>) -> Result<FrameworkRelease, Box<Problem>> {
    Ok(FrameworkRelease {
        framework: fields.text(row, "framework")?,
        version: fields.require(row, "version", |text| {
            ReleaseVersion::parse(text).ok_or_else(|| format!("`{text}` is not a version"))
        })?,
        last_patch: fields.get(row, "last_patch", whole)?.unwrap_or_default(),
        cuda: fields.require(row, "cuda", |text| {
            text.split(';').map(CudaVersion::parse).collect()
        })?,
        source: fields.text(row, "source")?,
    })
}

impl ReleaseVersion {
    /// Reads `1.7` or `1.7.1`.
    fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split('.').map(|digits| {
            let plain =
                (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| digits.parse().ok()).flatten()
        });
        let (major, minor) = (numbers.next()??, numbers.next()??);
        let patch = match numbers.next() {
            Some(patch) => Some(patch?),
            None => None,
        };
        numbers.next().is_none().then_some(Self {
            major,
            minor,
            patch,
        })
    }
}

/// `1.7.1`.
impl fmt::Display for ReleaseVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        self.patch.map_or(Ok(()), |patch| write!(f, ".{patch}"))
    }
}

impl FrameworkRelease {
    /// `pytorch-1.7`.
    fn name(&self) -> String {
        format!("{}-{}", self.framework, self.version)
    }

    fn fits(&self, lowest: CudaVersion) -> bool {
        self.cuda.iter().any(|built| *built >= lowest)
    }

    /// `CUDA 9.2, 10.1 and 11.0`.
    fn builds(&self) -> String {
        let versions: Vec<String> = self.cuda.iter().map(CudaVersion::to_string).collect();
        match versions.split_last() {
            Some((last, others)) if !others.is_empty() => {
                format!("CUDA {} and {last}", others.join(", "))
            }
            _ => format!("CUDA {}", versions.concat()),
        }
    }
}

impl Framework {
    /// Reads `pytorch-1.7.1`; the finding names the known frameworks.
    pub fn parse(text: &str) -> Result<Self, Finding> {
        let text = text.trim();
        let refuse = |message: String| {
            let name = text.split('-').next().unwrap_or(text);
            let near = nearest(name, known(), 1);
            let meant = near.first().filter(|near| **near != name);
            let meant = meant.map_or_else(String::new, |near| format!("did you mean `{near}`? "));
            Finding {
                rule: Rule::UnknownFramework,
                message,
                help: format!(
                    "{meant}write name and version, such as `pytorch-1.7.1`; known are {}",
                    all_of(&known())
                ),
            }
        };
        let (name, version) = text.split_once('-').unwrap_or((text, ""));
        let name = name.to_lowercase();
        if !known().contains(&name.as_str()) {
            return Err(refuse(format!("there is no framework `{name}`")));
        }
        let Some(version) = ReleaseVersion::parse(version) else {
            return Err(refuse(format!("`{text}` does not end in a version")));
        };
        let row = |wanted: ReleaseVersion| {
            let mut all = framework_releases().iter();
            all.find(|row| row.framework == name && row.version == wanted)
        };
        let minor = ReleaseVersion {
            patch: None,
            ..version
        };
        let release = row(version).or_else(|| row(minor));
        Ok(Self {
            name,
            version,
            release,
        })
    }

    /// What is doubtful without looking at any size: a version without a row, and a CUDA version that is none of its builds.
    pub fn remark(&self, cuda: Option<CudaVersion>) -> Option<Finding> {
        let Some(release) = self.release else {
            let mut all = framework_releases().iter().rev();
            let latest = all.find(|row| row.framework == self.name)?;
            return Some(Finding {
                rule: Rule::UnknownRelease,
                message: format!("the CUDA builds of `{self}` are not known, so it is not checked"),
                help: format!("the newest release in the table is `{}`", latest.name()),
            });
        };
        let Some(cuda) = cuda.filter(|cuda| !release.cuda.contains(cuda)) else {
            return self.other_patch(release);
        };
        Some(Finding {
            rule: Rule::OtherBuild,
            message: format!(
                "the work states CUDA {cuda}, and `{self}` was built for {} ({})",
                release.builds(),
                release.source
            ),
            help: "state one of these, unless you built the framework yourself".to_owned(),
        })
    }

    /// A patch that the table does not have, for which the row of its minor version is taken.
    fn other_patch(&self, release: &FrameworkRelease) -> Option<Finding> {
        let patch = self.version.patch?;
        let is_known = release.version.patch.is_some() || patch <= release.last_patch;
        (!is_known).then(|| Finding {
            rule: Rule::UnknownRelease,
            message: format!(
                "the table has no release `{self}`: it is checked as `{}`",
                release.name()
            ),
            help: format!("that was built for {}", release.builds()),
        })
    }

    /// A size whose GPUs run none of the builds. Without GPUs the work runs on the processors.
    pub(super) fn check(&self, size: &VmSize, gpu: &Gpu) -> Option<Finding> {
        let (name, own) = (&size.name, gpu.architecture.name());
        let finding = |message, help| Finding {
            rule: Rule::Framework,
            message,
            help,
        };
        let Some(lowest) = gpu.architecture.min_cuda() else {
            return Some(finding(
                format!("`{self}` needs CUDA, and the {own} devices of `{name}` do not run CUDA"),
                NVIDIA_ONLY.to_owned(),
            ));
        };
        let release = self.release.filter(|release| !release.fits(lowest))?;
        let mut all = framework_releases().iter();
        let fits = all.find(|row| row.framework == self.name && row.fits(lowest));
        let help = fits.map_or_else(
            || format!("no release of {} in the table fits: choose a size of another architecture", self.name),
            |first| {
                format!(
                    "the earliest release that fits is `{}`, built for {}; or choose a size of another architecture",
                    first.name(),
                    first.builds()
                )
            },
        );
        let message = format!(
            "`{self}` was built for {}, and the {own} GPUs of `{name}` need CUDA {lowest} or later ({})",
            release.builds(),
            release.source
        );
        Some(finding(message, help))
    }
}

/// `pytorch-1.7.1`.
impl fmt::Display for Framework {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.name, self.version)
    }
}

/// The names of the frameworks in the table.
fn known() -> Vec<&'static str> {
    let mut names: Vec<&str> = framework_releases()
        .iter()
        .map(|row| row.framework.as_str())
        .collect();
    names.dedup();
    names
}
