//! What a VM size is: series, cores, memory, GPUs, and what it may be used for. No prices.

use std::fmt;

/// A VM series of the service.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    /// Month by which the vendor's list of sizes no longer had it.
    pub gone_by: Option<String>,
}

/// The two kinds of compute that the service creates and manages itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ManagedCompute {
    /// A compute cluster, which scales.
    Cluster,
    /// A compute instance, which is one VM.
    Instance,
}

/// A VM size.
#[derive(Clone, Debug, PartialEq)]
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
#[derive(Clone, Debug, PartialEq)]
pub struct Gpu {
    /// How many.
    pub count: u32,
    /// Model, such as `Tesla V100`.
    pub model: String,
    /// Architecture with the CUDA version that it asks for.
    pub architecture: GpuArchitecture,
    /// Memory of each in GiB, where known.
    pub memory_gib: Option<f64>,
}

/// A GPU architecture.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GpuArchitecture {
    pub(super) name: String,
    pub(super) min_cuda: CudaVersion,
}

/// A row of the table of CUDA versions: series by architecture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CudaRow {
    /// Architecture of the series' GPUs, with the lowest version that supports it.
    pub architecture: GpuArchitecture,
    /// Series.
    pub series: String,
}

/// A CUDA version, such as 10.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CudaVersion {
    /// Before the dot.
    pub major: u32,
    /// After the dot.
    pub minor: u32,
}

impl VmSize {
    /// GPUs of one node.
    pub fn gpus(&self) -> u32 {
        self.gpu.as_ref().map_or(0, |gpu| gpu.count)
    }
}

impl GpuArchitecture {
    /// Name, such as `Volta`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The lowest CUDA version that supports it.
    pub fn min_cuda(&self) -> CudaVersion {
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
