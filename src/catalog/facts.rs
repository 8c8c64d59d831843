//! What a VM size is: series, cores, memory, GPUs, and what it may be used for. No prices.

use std::fmt;

use serde::Deserialize;

/// A VM series of the service.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
pub struct VmSeries {
    /// Name, such as `NCv3`.
    pub name: String,
    /// Category, such as `GPU` or `General purpose`.
    pub category: String,
    /// Whether quota has to be asked for before the first node.
    pub approval_required: bool,
    /// What may be made of it.
    pub supported_by: Vec<ManagedCompute>,
    /// Whether it is sold as low priority and spot.
    pub low_priority: bool,
    /// Sizes of it that clusters may use and instances may not.
    pub cluster_only_sizes: Vec<String>,
    /// Which list of Azure Machine Learning names it.
    pub list: List,
}

/// The lists of series that Azure Machine Learning offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
pub enum List {
    /// The 23 series of the article of 2020-09-29.
    Document,
    /// A later version of the same article, with six more series.
    Newer,
    /// Neither: the series is one of Azure's, and no list says that the service offers it.
    Neither,
    /// No list applies: a series of another cloud, or of a custom file.
    NotAsked,
}

/// The kinds of compute that the service creates and manages itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
pub enum ManagedCompute {
    /// A compute cluster, which scales.
    Cluster,
    /// A compute instance, which is one VM.
    Instance,
    /// A managed online endpoint.
    Endpoint,
}

/// A VM size.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
pub struct VmSize {
    /// Canonical name, such as `Standard_NC6s_v3`.
    pub name: String,
    /// Its series, such as `NCv3`.
    pub series: String,
    /// Family whose quota of vCPUs it counts against.
    pub family: String,
    /// Category, such as `GPU`.
    pub category: String,
    /// Virtual cores, as quota counts them.
    pub vcpus: u32,
    /// Memory in GiB.
    pub memory_gib: f64,
    /// Its GPUs, if it has any.
    pub gpu: Option<Gpu>,
    /// Whether it has remote direct memory access over InfiniBand.
    pub rdma: bool,
    /// Whether one customer has the physical server alone.
    pub isolated: bool,
    /// Whether quota has to be asked for before the first node.
    pub approval_required: bool,
    /// Remarks on its facts, each a sentence without a full stop.
    pub notes: Vec<String>,
}

/// The GPUs of a size.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
pub struct Gpu {
    /// How many.
    pub count: GpuCount,
    /// Model, such as `Tesla V100`.
    pub model: String,
    /// Architecture with the CUDA version that it asks for.
    pub architecture: GpuArchitecture,
    /// Memory of each in GiB, where known.
    pub memory_gib: Option<f64>,
}

/// A GPU architecture.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
pub struct GpuArchitecture {
    pub(super) name: String,
    /// `None` where it does not run CUDA.
    pub(super) min_cuda: Option<CudaVersion>,
}

/// A number of GPUs, which may be a fraction: sizes share a GPU in halves, thirds, quarters, sixths and eighths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
pub struct GpuCount {
    /// In 24ths, of which all these fractions are whole numbers.
    parts: u32,
}

/// A row of the table of CUDA versions: series by architecture.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
pub struct CudaRow {
    /// Architecture of the series' GPUs, with the lowest version that supports it.
    pub architecture: GpuArchitecture,
    /// Series.
    pub series: String,
}

/// A CUDA version, such as 10.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[cfg_attr(test, derive(serde::Serialize))]
pub struct CudaVersion {
    /// Before the dot.
    pub major: u32,
    /// After the dot.
    pub minor: u32,
}

impl VmSize {
    /// GPUs of one node.
    pub fn gpus(&self) -> GpuCount {
        self.gpu.as_ref().map(|gpu| gpu.count).unwrap_or_default()
    }
}

/// How far a fraction of a GPU may be from what is written, as a part of it.
const ROUNDED: f64 = 0.0102;

impl GpuCount {
    /// Parts of a whole GPU.
    pub const PARTS: u32 = 24;

    /// Whole GPUs.
    pub fn whole(count: u32) -> Self {
        Self {
            parts: count.saturating_mul(Self::PARTS),
        }
    }

    /// The nearest fraction, if the number is one of GPUs: the error is a sentence for the user.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is a whole number from 0 to 1e8"
    )]
    pub fn from_number(number: f64) -> Result<Self, String> {
        let parts = (number * f64::from(Self::PARTS)).round();
        let off = (parts / f64::from(Self::PARTS) - number).abs();
        // A third is written as 0.33 as well.
        let rounded = if number < 1.0 { ROUNDED * number } else { 0.0 };
        if off <= rounded.max(1e-4) && (0.0..=1e8).contains(&parts) {
            Ok(Self {
                parts: parts as u32,
            })
        } else {
            Err(format!(
                "`{number}` is not a number of GPUs: write a whole number, or a fraction that sizes have: `0.5`, `0.3333`, `0.25`, `0.1667` or `0.125`"
            ))
        }
    }

    /// In 24ths.
    pub fn parts(self) -> u32 {
        self.parts
    }

    /// As a number.
    pub fn number(self) -> f64 {
        f64::from(self.parts) / f64::from(Self::PARTS)
    }

    /// Whether there is none.
    pub fn is_none(self) -> bool {
        self.parts == 0
    }
}

/// `4`, `1/3` or `1.5`.
impl fmt::Display for GpuCount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.parts > 0 && self.parts < Self::PARTS && Self::PARTS.is_multiple_of(self.parts) {
            write!(f, "1/{}", Self::PARTS / self.parts)
        } else {
            write!(f, "{}", self.number())
        }
    }
}

impl GpuArchitecture {
    /// Name, such as `Volta`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The lowest CUDA version that supports it; `None` where it does not run CUDA, such as GPUs of AMD.
    pub fn min_cuda(&self) -> Option<CudaVersion> {
        self.min_cuda
    }
}

impl CudaVersion {
    /// Reads `11` or `10.2`; the error is a sentence for the user.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (major, minor) = text.split_once('.').unwrap_or((text, "0"));
        let number = |digits: &str| {
            let plain =
                (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| digits.parse().ok()).flatten()
        };
        match (number(major), number(minor)) {
            (Some(major), Some(minor)) => Ok(Self { major, minor }),
            _ => Err(format!(
                "`{text}` is not a CUDA version: write for example `10.2`"
            )),
        }
    }
}

/// `10.2`.
impl fmt::Display for CudaVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}
