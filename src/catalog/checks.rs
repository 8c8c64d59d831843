//! What the real service would refuse: a size for the wrong work, tier or kind of compute, or without approval. Pure
//! functions; whoever reads a scenario says where in it the finding belongs.

use std::cmp::Ordering;

use jiff::civil::Date;

use super::finding::{Finding, Rule};
use super::lookups::{all_of, one_of, some_of};
use super::retirements::{Retirement, Scope, retirement_of_size};
use super::{
    Catalog, Check, Cloud, CudaVersion, Framework, Gpu, GpuArchitecture, GpuCount, List,
    ManagedCompute, Price, PriceTier, VmSize,
};

/// What to do about GPUs or accelerators that run no CUDA.
pub(super) const NVIDIA_ONLY: &str = "only NVIDIA GPUs run CUDA, AMD GPUs and accelerators of clouds do not: choose a size with an NVIDIA GPU";

/// Sizes named in a help.
const NAMED: usize = 6;

/// What a workload needs of the size on which it runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// GPUs of each node.
    pub gpus: GpuCount,
    /// Architecture of the GPUs.
    pub architecture: Option<GpuArchitecture>,
    /// CUDA version that its framework was built with.
    pub cuda: Option<CudaVersion>,
    /// The framework itself, whose builds for CUDA are known.
    pub framework: Option<Framework>,
    /// A physical server that no other customer shares.
    pub isolated: bool,
    /// Remote direct memory access between the nodes of a run.
    pub rdma: bool,
    /// The day of the purchase: no help names a size that is retired by then.
    pub bought: Option<Date>,
}

impl Catalog {
    /// Everything that a size lacks of what a workload needs.
    pub fn check_needs(&self, size: &VmSize, needs: &Needs) -> Vec<Finding> {
        let gpus = match &size.gpu {
            Some(gpu) => self.gpu_findings(size, gpu, needs),
            None => Vec::from_iter(self.without_gpu(size, needs)),
        };
        // Of other clouds the tables do not say which sizes have these.
        let is_known = self.cloud() == Cloud::Azure;
        let isolation =
            (is_known && needs.isolated && !size.isolated).then(|| self.not_isolated(size, needs));
        let rdma = (is_known && needs.rdma && !size.rdma).then(|| self.without_rdma(size, needs));
        gpus.into_iter().chain(isolation).chain(rdma).collect()
    }

    /// One finding for all that a size without GPUs cannot have.
    fn without_gpu(&self, size: &VmSize, needs: &Needs) -> Option<Finding> {
        let (rule, wanted) = if !needs.gpus.is_none() {
            (Rule::Gpus, gpus(needs.gpus))
        } else if let Some(architecture) = &needs.architecture {
            let name = architecture.name();
            (Rule::Architecture, format!("a GPU of architecture {name}"))
        } else {
            let cuda = needs.cuda?;
            (Rule::Cuda, format!("CUDA {cuda} and so a GPU"))
        };
        let mut series: Vec<&str> = Vec::new();
        for other in self.on_sale(needs).filter(|other| other.gpu.is_some()) {
            if !series.contains(&other.series.as_str()) {
                series.push(&other.series);
            }
        }
        Some(Finding {
            rule,
            message: format!("the work needs {wanted}, and `{}` has none", size.name),
            help: format!(
                "sizes of series {} have GPUs: `simulate catalog --min-gpus 0.1{}` lists them",
                some_of(&series),
                self.cloud().flag()
            ),
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
            help: self.sizes_help("with as many GPUs", needs, |other| {
                other.gpus() >= needs.gpus
            }),
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
            help: self.sizes_help("of that architecture", needs, |other| {
                let gpu = other.gpu.as_ref();
                gpu.is_some_and(|gpu| gpu.architecture == *wanted)
            }),
        });
        let cuda = needs
            .cuda
            .and_then(|cuda| self.cuda_finding(size, own, (cuda, needs)));
        let framework = needs.framework.as_ref();
        let framework = framework.and_then(|framework| framework.check(size, gpu));
        [too_few, other_architecture, cuda, framework]
            .into_iter()
            .flatten()
            .collect()
    }

    /// GPUs that the work's CUDA version does not support, or that run no CUDA at all.
    fn cuda_finding(
        &self,
        size: &VmSize,
        own: &GpuArchitecture,
        (cuda, needs): (CudaVersion, &Needs),
    ) -> Option<Finding> {
        let message = match own.min_cuda() {
            Some(lowest) if lowest <= cuda => return None,
            Some(lowest) => format!(
                "the work's CUDA {cuda} does not support the {} GPUs of `{}`, which need CUDA {lowest} or later",
                own.name(),
                size.name,
            ),
            None => format!(
                "the work needs CUDA {cuda}, and the {} devices of `{}` do not run CUDA",
                own.name(),
                size.name
            ),
        };
        let runs = self.architectures_for(cuda, needs);
        let help = match (own.min_cuda(), runs.as_slice()) {
            (Some(_), []) => "no architecture of the catalog runs so early a version: build the work with a later CUDA".to_owned(),
            (Some(_), runs) => format!(
                "choose a size of architecture {}, or build the work with a later CUDA",
                one_of(runs)
            ),
            (None, []) => format!("{NVIDIA_ONLY}, and build the work with a later CUDA"),
            (None, runs) => format!("{NVIDIA_ONLY}, of architecture {}", one_of(runs)),
        };
        Some(Finding {
            rule: Rule::Cuda,
            message,
            help,
        })
    }

    /// The architectures of sizes on sale that run a version of CUDA.
    fn architectures_for(&self, cuda: CudaVersion, needs: &Needs) -> Vec<&str> {
        let runs = self.architectures().iter().filter(|architecture| {
            let has = |size: &VmSize| {
                let gpu = size.gpu.as_ref();
                gpu.is_some_and(|gpu| gpu.architecture.name() == architecture.name())
            };
            let lowest = architecture.min_cuda();
            lowest.is_some_and(|lowest| lowest <= cuda) && self.on_sale(needs).any(has)
        });
        runs.map(GpuArchitecture::name).collect()
    }

    /// The sizes that are not retired on the day of the purchase.
    fn on_sale(&self, needs: &Needs) -> impl Iterator<Item = &VmSize> {
        let bought = needs.bought;
        let gone = move |size: &VmSize, day| {
            let retirement = self.retirement(size);
            retirement.is_some_and(|retirement| retirement.retires_on <= day)
        };
        let sizes = self.sizes();
        sizes.filter(move |size| bought.is_none_or(|day| !gone(size, day)))
    }

    fn not_isolated(&self, size: &VmSize, needs: &Needs) -> Finding {
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
            help: self.sizes_help("that have a server to themselves", needs, |size| {
                size.isolated
            }),
        }
    }

    fn without_rdma(&self, size: &VmSize, needs: &Needs) -> Finding {
        let same = self
            .on_sale(needs)
            .any(|other| other.rdma && other.series == size.series);
        let help = if same {
            self.sizes_help("of its series with RDMA", needs, |other| {
                other.rdma && other.series == size.series
            })
        } else {
            self.sizes_help("with RDMA", needs, |other| {
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

    /// Names some sizes on sale that would do.
    fn sizes_help(&self, what: &str, needs: &Needs, would_do: impl Fn(&VmSize) -> bool) -> String {
        let sizes: Vec<&str> = self
            .on_sale(needs)
            .filter(|size| would_do(size))
            .map(|size| size.name.as_str())
            .collect();
        match sizes.len() {
            0 => match needs.bought {
                Some(day) => format!("no sizes {what} can be bought on {day}"),
                None => format!("the catalog has no sizes {what}"),
            },
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

    /// A size that the service does not offer for a kind of compute. Of a size that no list of the service names for it, the
    /// user may say that it is `supported`; one that online endpoints take is only doubtful for clusters and instances.
    pub fn check_compute(
        &self,
        size: &VmSize,
        kind: ManagedCompute,
        supported: bool,
    ) -> Option<Finding> {
        let series = self.series_of(size);
        let on_endpoints = self.is_on_endpoints(size);
        if series.list == List::Neither {
            let offered = supported || (on_endpoints && kind == ManagedCompute::Endpoint);
            return (!offered).then(|| self.not_named(size, kind, on_endpoints));
        }
        let cluster_only = series.cluster_only_sizes.contains(&size.name);
        let listed = match kind {
            ManagedCompute::Endpoint => on_endpoints || !series.supported_by.is_empty(),
            kind => series.supported_by.contains(&kind),
        };
        let offered = listed && !(cluster_only && kind == ManagedCompute::Instance);
        (!offered).then(|| Finding {
            rule: Rule::Unsupported,
            message: format!("the service offers no {} of `{}`", kind.plural(), size.name),
            help: "choose another size, or the other kind of compute".to_owned(),
        })
    }

    fn not_named(&self, size: &VmSize, kind: ManagedCompute, on_endpoints: bool) -> Finding {
        let message = format!(
            "`{}` is a size of {}, but no list of Azure Machine Learning names its series {} for {}",
            size.name,
            self.cloud().name(),
            size.series,
            kind.plural()
        );
        if on_endpoints {
            Finding {
                rule: Rule::NotNamed,
                message,
                help: "online endpoints take it; if your workspace offers it here too, `supported = true` ends this remark".to_owned(),
            }
        } else {
            Finding {
                rule: Rule::Unsupported,
                message,
                help: "choose a size of a listed series (`simulate catalog` shows them), or write `supported = true` if your workspace offers it".to_owned(),
            }
        }
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

    /// When a size is retired as a virtual machine or as compute of Azure Machine Learning.
    pub fn retirement(&self, size: &VmSize) -> Option<Retirement> {
        let is_azure = self.cloud() == Cloud::Azure;
        is_azure
            .then(|| retirement_of_size(size, Scope::Managed))
            .flatten()
    }

    /// A size that is retired on the day on which it is bought, or will be within a year.
    pub fn check_retired(&self, size: &VmSize, scope: Scope, bought: Date) -> Option<Finding> {
        if self.cloud() != Cloud::Azure {
            return None;
        }
        let retirement = retirement_of_size(size, scope)?;
        let what = match retirement.scope {
            Scope::Reservation => format!("the reservation of `{}`", size.name),
            _ => format!("`{}`", size.name),
        };
        retirement.check(&what, bought)
    }

    /// A size whose price the newest version of its source no longer lists, where no date of retirement says more.
    pub fn check_unlisted(&self, size: &VmSize, region: &str, bought: Date) -> Option<Finding> {
        let prices = self.price(&size.name, region)?;
        let (last, newest) = (prices.last_seen?, prices.gone_in?);
        let dated = retirement_of_size(size, Scope::VirtualMachine).is_some();
        (!dated && bought > last).then(|| Finding {
            rule: Rule::Unlisted,
            message: format!(
                "`{}` may be retired: its price in `{region}` was last listed on {last} and no longer on {newest}",
                size.name
            ),
            help: "check that it can still be bought, or choose another size".to_owned(),
        })
    }

    /// A price that is doubtful: another source differs, it is not listed any more, or it does not fit its siblings.
    pub fn check_price(&self, size: &VmSize, region: &str, price: &Price) -> Option<Finding> {
        let doubt = match price.check? {
            Check::Agrees | Check::OneSource | Check::Corrected | Check::Unlisted => return None,
            Check::Differs => "a second source has another price",
            Check::Suspect => "it does not fit the prices of its sibling sizes",
        };
        Some(Finding {
            rule: Rule::Doubtful,
            message: format!(
                "the price of `{}` in `{region}` is doubtful: {doubt}",
                size.name
            ),
            help: "compare it with your contract, or write `price_per_hour`".to_owned(),
        })
    }
}

impl ManagedCompute {
    /// `clusters`, `instances` or `endpoints`.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Endpoint => "endpoints",
            Self::Cluster => "clusters",
            Self::Instance => "instances",
        }
    }
}

fn gpus(count: GpuCount) -> String {
    match count.cmp(&GpuCount::whole(1)) {
        Ordering::Less => format!("{count} of a GPU"),
        Ordering::Equal => "a GPU".to_owned(),
        Ordering::Greater => format!("{count} GPUs"),
    }
}
