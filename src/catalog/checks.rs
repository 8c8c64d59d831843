//! What the real service would refuse: a size for the wrong work, tier or kind of compute, or without approval. Pure
//! functions; whoever reads a scenario says where in it the finding belongs.

use super::finding::{Finding, Rule};
use super::lookups::{all_of, one_of};
use super::{Catalog, CudaVersion, Gpu, GpuArchitecture, ManagedCompute, PriceTier, VmSize};

/// Sizes named in a help.
const NAMED: usize = 6;

/// What a workload needs of the size on which it runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// GPUs of each node.
    pub gpus: u32,
    /// Architecture of the GPUs.
    pub architecture: Option<GpuArchitecture>,
    /// CUDA version that its framework was built with.
    pub cuda: Option<CudaVersion>,
    /// A physical server that no other customer shares.
    pub isolated: bool,
    /// Remote direct memory access between the nodes of a run.
    pub rdma: bool,
}

impl Catalog {
    /// Everything that a size lacks of what a workload needs.
    pub fn check_needs(&self, size: &VmSize, needs: &Needs) -> Vec<Finding> {
        let gpus = match &size.gpu {
            Some(gpu) => self.gpu_findings(size, gpu, needs),
            None => Vec::from_iter(self.without_gpu(size, needs)),
        };
        let isolation = (needs.isolated && !size.isolated).then(|| self.not_isolated(size));
        let rdma = (needs.rdma && !size.rdma).then(|| self.without_rdma(size));
        gpus.into_iter().chain(isolation).chain(rdma).collect()
    }

    /// One finding for all that a size without GPUs cannot have.
    fn without_gpu(&self, size: &VmSize, needs: &Needs) -> Option<Finding> {
        let (rule, wanted) = if needs.gpus > 0 {
            (Rule::Gpus, gpus(needs.gpus))
        } else if let Some(architecture) = &needs.architecture {
            let name = architecture.name();
            (Rule::Architecture, format!("a GPU of architecture {name}"))
        } else {
            let cuda = needs.cuda?;
            (Rule::Cuda, format!("CUDA {cuda} and so a GPU"))
        };
        let mut series: Vec<&str> = Vec::new();
        for other in self.sizes().iter().filter(|other| other.gpu.is_some()) {
            if !series.contains(&other.series.as_str()) {
                series.push(&other.series);
            }
        }
        Some(Finding {
            rule,
            message: format!("the work needs {wanted}, and `{}` has none", size.name),
            help: format!("sizes of series {} have GPUs", all_of(&series)),
        })
    }

    fn gpu_findings(&self, size: &VmSize, gpu: &Gpu, needs: &Needs) -> Vec<Finding> {
        let too_few = (needs.gpus > gpu.count).then(|| Finding {
            rule: Rule::Gpus,
            message: format!(
                "the work needs {} on each node, and `{}` has {}",
                gpus(needs.gpus),
                size.name,
                gpu.count
            ),
            help: self.sizes_help("with as many GPUs", |other| other.gpus() >= needs.gpus),
        });
        let own = &gpu.architecture;
        let wrong = needs.architecture.as_ref().filter(|wanted| *wanted != own);
        let other_architecture = wrong.map(|wanted| Finding {
            rule: Rule::Architecture,
            message: format!(
                "the work needs GPUs of architecture {}, and those of `{}` are {}",
                wanted.name(),
                size.name,
                own.name()
            ),
            help: self.sizes_help("of that architecture", |other| {
                let gpu = other.gpu.as_ref();
                gpu.is_some_and(|gpu| gpu.architecture == *wanted)
            }),
        });
        let old = needs.cuda.filter(|cuda| *cuda < own.min_cuda());
        let old_cuda = old.map(|cuda| Finding {
            rule: Rule::Cuda,
            message: format!(
                "the work's CUDA {cuda} does not support the {} GPUs of `{}`, which need CUDA {} or later",
                own.name(),
                size.name,
                own.min_cuda()
            ),
            help: self.cuda_help(cuda),
        });
        [too_few, other_architecture, old_cuda]
            .into_iter()
            .flatten()
            .collect()
    }

    fn cuda_help(&self, cuda: CudaVersion) -> String {
        let runs = self.architectures().iter().filter(|a| a.min_cuda() <= cuda);
        let runs: Vec<&str> = runs.map(GpuArchitecture::name).collect();
        if runs.is_empty() {
            "no architecture of the catalogue runs so early a version: build the work with a later CUDA".to_owned()
        } else {
            format!(
                "choose a size of architecture {}, or build the work with a later CUDA",
                one_of(&runs)
            )
        }
    }

    fn not_isolated(&self, size: &VmSize) -> Finding {
        let once = size
            .notes
            .iter()
            .find(|note| note.starts_with("isolated in Azure until"));
        let once = once.map_or_else(String::new, |note| format!("; {note}"));
        Finding {
            rule: Rule::Isolation,
            message: format!(
                "the work must be isolated, and `{}` shares its server with other customers{once}",
                size.name
            ),
            help: self.sizes_help("that have a server to themselves", |size| size.isolated),
        }
    }

    fn without_rdma(&self, size: &VmSize) -> Finding {
        let same = self
            .sizes()
            .iter()
            .any(|other| other.rdma && other.series == size.series);
        let help = if same {
            self.sizes_help("of its series with RDMA", |other| {
                other.rdma && other.series == size.series
            })
        } else {
            self.sizes_help("with RDMA", |other| {
                other.rdma && other.gpu.is_some() == size.gpu.is_some()
            })
        };
        Finding {
            rule: Rule::Rdma,
            message: format!(
                "runs of several nodes need RDMA, and `{}` has none",
                size.name
            ),
            help,
        }
    }

    /// Names some sizes that would do.
    fn sizes_help(&self, what: &str, would_do: impl Fn(&VmSize) -> bool) -> String {
        let sizes: Vec<&str> = self
            .sizes()
            .iter()
            .filter(|size| would_do(size))
            .map(|size| size.name.as_str())
            .collect();
        match sizes.len() {
            0 => format!("the catalogue has no sizes {what}"),
            1..=NAMED => format!("sizes {what}: {}", all_of(&sizes)),
            more => {
                let first = all_of(&sizes[..NAMED - 1]);
                format!("sizes {what}: {first}, and {} more", more + 1 - NAMED)
            }
        }
    }

    /// A series that needs approval, without `approved`, and without a quota above 0 for its family.
    pub fn check_approval(
        &self,
        size: &VmSize,
        approved: bool,
        quota_vcpus: Option<u64>,
    ) -> Option<Finding> {
        let granted = approved || quota_vcpus.is_some_and(|vcpus| vcpus > 0);
        (size.approval_required && !granted).then(|| Finding {
            rule: Rule::Approval,
            message: format!(
                "`{}` is of series {}, whose quota is 0 until the service approves more",
                size.name, size.series
            ),
            help: format!(
                "if it was approved, write `approved = true`, or the quota of family `{}`",
                size.family
            ),
        })
    }

    /// A size that the service does not offer for clusters or for instances.
    pub fn check_compute(&self, size: &VmSize, kind: ManagedCompute) -> Option<Finding> {
        let series = self.series_of(size);
        let cluster_only = series.cluster_only_sizes.contains(&size.name);
        let supported = series.supported_by.contains(&kind)
            && !(cluster_only && kind == ManagedCompute::Instance);
        (!supported).then(|| Finding {
            rule: Rule::Unsupported,
            message: format!("the service offers no {} of `{}`", kind.plural(), size.name),
            help: "choose another size, or the other kind of compute".to_owned(),
        })
    }

    /// Low priority or spot where it cannot be had.
    pub fn check_tier(
        &self,
        size: &VmSize,
        kind: ManagedCompute,
        tier: PriceTier,
    ) -> Option<Finding> {
        if !tier.may_be_evicted() {
            return None;
        }
        let tier = tier.name();
        let finding = |message, help: &str| Finding {
            rule: Rule::LowPriority,
            message,
            help: help.to_owned(),
        };
        if kind == ManagedCompute::Instance {
            let message = format!("a compute instance cannot be {tier}");
            return Some(finding(
                message,
                "buy it pay as you go, or run the work on a cluster",
            ));
        }
        let series = self.series_of(size);
        (!series.low_priority).then(|| {
            let message = format!(
                "`{}` is of series {}, which is not sold as {tier}",
                size.name, series.name
            );
            finding(message, "buy it pay as you go, or choose another series")
        })
    }

    /// A size that is not sold any more, or that the vendor's list of sizes no longer has.
    pub fn check_retired(&self, size: &VmSize, region: &str) -> Option<Finding> {
        let prices = self.price(&size.name, region);
        let gone_in = prices.and_then(|prices| prices.gone_in);
        let last_seen = prices.and_then(|prices| prices.last_seen);
        let listed = match (last_seen, gone_in) {
            (Some(last), Some(newest)) => Some(format!(
                "its price in `{region}` was last listed on {last} and no longer on {newest}"
            )),
            (Some(last), None) => {
                Some(format!("its price in `{region}` was last listed on {last}"))
            }
            (None, _) => None,
        };
        let gone_by = self.series_of(size).gone_by.as_ref();
        let gone = gone_by.map(|month| {
            let series = &size.series;
            format!("the vendor's list of sizes no longer had series {series} by {month}")
        });
        if gone_in.is_none() && gone.is_none() {
            return None;
        }
        let reasons: Vec<String> = gone.into_iter().chain(listed).collect();
        Some(Finding {
            rule: Rule::Retired,
            message: format!("`{}` is retired: {}", size.name, reasons.join("; ")),
            help: "results show what it was; choose another size for what is to come".to_owned(),
        })
    }
}

impl ManagedCompute {
    /// `clusters` or `instances`.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Cluster => "clusters",
            Self::Instance => "instances",
        }
    }
}

fn gpus(count: u32) -> String {
    match count {
        1 => "a GPU".to_owned(),
        _ => format!("{count} GPUs"),
    }
}
