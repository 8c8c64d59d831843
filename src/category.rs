//! The one list of what time and money go to. A new category is a line of `categories!`: fields of times and costs, columns,
//! bills and charts follow from it, and the compiler asks for its color.

/// Hands the list to a macro, in the order in which it is reported and stacked: node-time by group, then what is no node-time.
/// A line has the field, the name in bills (the column of its cost is `cost_<name>_usd`), the legend of its bars (neighbors
/// of one legend are one part of a bar), and what it is.
macro_rules! categories {
    ($then:ident) => {
        $then! {
            time {
                Run run "run" "running" Busy
                    "nodes while Running, without checkpoints and lost work",
                Checkpoints checkpoints "checkpoints" "checkpoints" Busy
                    "nodes while Running, where checkpoints are written, also unfinished ones",
                Lost lost "lost_work" "lost work" Busy
                    "nodes while Running, where the work was lost as a node was lost or taken away",
                NodeSetup node_setup "node_setup" "node setup" Busy
                    "nodes while they pull images and set up, for the first attempt of a run",
                Restarts restarts "restarts" "restarts" Busy
                    "nodes while they pull images, set up and restart, for an attempt after one that lost its nodes",
                Finalize finalize "finalize" "finalizing" Busy
                    "nodes while Finalizing",
                Boot boot "boot" "provisioning (boot)" Other
                    "nodes while they boot",
                IdleGangAssembly idle_gang_assembly "idle_gang_assembly" "idle, gang assembly" Idle
                    "idle nodes that wait with the run at the head of the queue for the rest of its nodes",
                IdleMinNodes idle_min_nodes "idle_min_nodes" "idle, kept by min_nodes" Idle
                    "idle nodes kept by `min_nodes`",
                IdleBeforeScaleDown idle_before_scale_down "idle_before_scale_down"
                    "idle before scale-down" Idle
                    "nodes idle otherwise, before their release",
                IdleUnusedCapacity idle_unused_capacity "idle_unused_capacity" "unused capacity" Idle
                    "free slots of an instance, and what the machines of a service have free",
                SystemNodes system_nodes "system_nodes" "system nodes" Other
                    "nodes that belong to the target and never take runs: drivers, head nodes, system nodes",
                Background background "background" "background work" Other
                    "nodes that runs of background workloads occupy: of a second workspace, or other users of the target",
                Rounding rounding "rounding" "rounding" Other
                    "time billed beyond the leases, by granularity and minimum",
            }
            charges {
                Service service "service_fees" "service fees"
                    "what services take beside machines: a fee for each billed node-hour (Databricks units), replicas and executions billed by use",
                UnusedCommitment unused_commitment "unused_commitment" "unused commitment"
                    "paid for reservations and savings plans while they covered nothing; of a variant, not of its targets",
                Disk disk "disk" "fixed charges"
                    "disks: by the clock, and those of nodes by their leases",
                PublicIp public_ip "public_ip" "fixed charges"
                    "public IP addresses, by the clock",
                LoadBalancer load_balancer "load_balancer" "fixed charges"
                    "load balancers, by the clock",
            }
        }
    };
}

/// Makes a struct of values that add up field by field, with its fields as an array.
macro_rules! record {
    ($(#[$meta:meta])* $name:ident of $value:ty { $($(#[$doc:meta])* $field:ident,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name { $($(#[$doc])* pub $field: $value,)* }

        impl $name {
            /// How many fields there are.
            pub(crate) const FIELDS: usize = [$(stringify!($field)),*].len();

            /// The fields in their order.
            pub(crate) fn fields(&self) -> [$value; Self::FIELDS] {
                [$(self.$field),*]
            }

            /// What has these fields, in their order.
            pub(crate) fn of_fields([$($field),*]: [$value; Self::FIELDS]) -> Self {
                Self { $($field),* }
            }
        }

        impl std::ops::AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                $(self.$field += other.$field;)*
            }
        }
    };
}

macro_rules! list {
    (
        time { $($time:ident $time_field:ident $time_name:literal $time_legend:literal $group:ident
            $time_what:literal,)* }
        charges { $($charge:ident $charge_field:ident $charge_name:literal $charge_legend:literal
            $charge_what:literal,)* }
    ) => {
        /// What time and money go to, in the order in which it is reported and stacked: node-time first.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Category {
            $(#[doc = concat!("Time of ", $time_what, ".")] $time,)*
            $(#[doc = concat!("Money: ", $charge_what, ".")] $charge,)*
        }

        /// Groups of node-time, in the order of their categories.
        const GROUPS: &[Group] = &[$(Group::$group),*];

        impl Category {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$time,)* $(Self::$charge,)*];

            /// Its name in bills.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$time => $time_name,)*
                    $(Self::$charge => $charge_name,)*
                }
            }

            /// What bars call it, alone or with its neighbors.
            pub fn legend(self) -> &'static str {
                match self {
                    $(Self::$time => $time_legend,)*
                    $(Self::$charge => $charge_legend,)*
                }
            }
        }
    };
}

categories!(list);
pub(crate) use categories;
pub(crate) use record;

/// What a part of node-time is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    /// Of the workspace's runs.
    Busy,
    /// Ready without a run.
    Idle,
    /// Neither.
    Other,
}

/// Categories of node-time, rounding included: the first of [`Category::ALL`].
pub const USAGE: usize = GROUPS.len();

/// Categories that lease time is split into; rounding follows them.
pub const PARTS: usize = Category::Rounding as usize;

const _: () = assert!(PARTS + 1 == USAGE, "only rounding is no part of a lease");

impl Category {
    /// Those of node-time.
    pub fn usage() -> &'static [Self] {
        &Self::ALL[..USAGE]
    }

    /// Whether it is node-time.
    pub fn is_usage(self) -> bool {
        self <= Self::Rounding
    }

    /// Whether it is time of nodes that runs of the workspace have, from assignment to release.
    pub fn is_busy(self) -> bool {
        GROUPS.get(self as usize) == Some(&Group::Busy)
    }

    /// Whether it is time of nodes that are ready and have no run.
    pub fn is_idle(self) -> bool {
        GROUPS.get(self as usize) == Some(&Group::Idle)
    }
}
