//! What is refused: each mistake is one problem at its place, with what is said about it.

use crate::{and, is_refused, problems, refused, with};

/// Line of the base that is replaced (0: none, it is added), what by, place and key of the problem, and part of its text.
type Case = (usize, &'static str, &'static str, &'static str);

const CASES: &[Case] = &[
    // Sizes and regions.
    (
        4,
        "vm_size = \"NC6s_v3\"",
        "4:11 cluster.gpu.vm_size",
        "there is no size `NC6s_v3` (did you mean `Standard_NC6s_v3`?",
    ),
    (
        4,
        "vm_size = 6",
        "4:11 cluster.gpu.vm_size",
        "found the number 6",
    ),
    (
        2,
        "region = \"eastu\"",
        "2:10 region",
        "the price book has no region `eastu` (did you mean `eastus`, `eastus2` or `eastasia`?",
    ),
    (
        5,
        "approved = true\nregion = \"east us 3\"",
        "6:10 cluster.gpu.region",
        "the price book has no region `east us 3`",
    ),
    (
        2,
        "",
        "3:1 cluster.gpu.region",
        "the price book has prices of `Standard_NC6s_v3` in `australiaeast`, `brazilsouth`, `canadacentral`",
    ),
    (
        4,
        "vm_size = \"Standard_ND40rs_v2\"\nregion = \"koreacentral\"",
        "4:11 cluster.gpu.vm_size",
        "the built-in price book has no price of `Standard_ND40rs_v2` in `koreacentral` (prices without an openly licensed source are left out",
    ),
    (
        5,
        "",
        "4:11 cluster.gpu.vm_size",
        "is of series NCv3, whose quota is 0 until the service approves more (if it was approved, write `approved = true`",
    ),
    (
        5,
        "approved = \"yes\"",
        "5:12 cluster.gpu.approved",
        "write `true` or `false`",
    ),
    (
        5,
        "approved = true\nvcpus = 6",
        "6:9 cluster.gpu.vcpus",
        "`Standard_NC6s_v3` has 6 vCPUs (leave `vcpus` out",
    ),
    (
        5,
        "approved = true\nvcpus = 0",
        "6:9 cluster.gpu.vcpus",
        "from 1 to 10000",
    ),
    // Tiers.
    (
        5,
        "approved = true\ntier = \"low_priority\"",
        "6:8 cluster.gpu.tier",
        "for low priority (give a price, or a factor of the pay-as-you-go price: 0.2 in 99 of 100 cases where both are known",
    ),
    (
        5,
        "approved = true\ntier = \"low_priority\"",
        "6:8 cluster.gpu.tier",
        "the keys are `price_per_hour` and `price_factor`",
    ),
    (
        5,
        "approved = true\ntier = \"low-priority\"",
        "6:8 cluster.gpu.tier",
        "did you mean `low_priority`? allowed: `dedicated`, `low_priority`, `spot`",
    ),
    (
        4,
        "vm_size = \"Standard_NC6_Promo\"\ntier = \"low_priority\"",
        "5:8 cluster.gpu.tier",
        "is of series NC Promo, which is not sold as low priority",
    ),
    (
        4,
        "vm_size = \"Standard_NC6_Promo\"\ntier = \"spot\"\nprice_factor = 0.2",
        "5:8 cluster.gpu.tier",
        "which is not sold as spot",
    ),
    (
        3,
        "[instance.gpu]\ntier = \"low_priority\"",
        "4:8 instance.gpu.tier",
        "a compute instance cannot be low priority",
    ),
    (
        0,
        "[instance.box]\ntier = \"spot\"\nprice_per_hour = 1\nalways_bill = true",
        "11:8 instance.box.tier",
        "a compute instance cannot be spot",
    ),
    (
        0,
        "[instance.box]\nvm_size = \"Standard_D1_v2\"\nalways_bill = true",
        "11:11 instance.box.vm_size",
        "the service offers no instances of `Standard_D1_v2`",
    ),
    (
        0,
        "[instance.box]\nprice_factor = 0.2\nprice_per_hour = 1\nalways_bill = true",
        "11:1 instance.box.price_factor",
        "unknown key",
    ),
    (
        5,
        "approved = true\ntier = \"spot\"\nprice_factor = 1.5",
        "7:16 cluster.gpu.price_factor",
        "above 0 and at most 1, such as `0.2`",
    ),
    (
        5,
        "approved = true\nprice_factor = 0.2",
        "6:16 cluster.gpu.price_factor",
        "dedicated nodes are paid the pay-as-you-go price itself",
    ),
    // Loss of nodes.
    (
        5,
        "approved = true\neviction.rate = \"0.05/h\"",
        "6:1 cluster.gpu.eviction",
        "dedicated nodes are not evicted (write `tier = \"low_priority\"`",
    ),
    (
        5,
        "approved = true\ntier = \"spot\"\neviction.rate = 0.05",
        "7:17 cluster.gpu.eviction.rate",
        "write a rate per node with its unit, such as `\"0.05/h\"`",
    ),
    (
        5,
        "approved = true\ntier = \"spot\"\neviction.rate = \"5/s\"",
        "7:17 cluster.gpu.eviction.rate",
        "rates are at most 3600/h",
    ),
    (
        5,
        "approved = true\ntier = \"spot\"\neviction = \"0.05/h\"",
        "7:12 cluster.gpu.eviction",
        "this is a table of keys: one of `rate`, ",
    ),
    (
        5,
        "approved = true\ntier = \"spot\"\neviction = { rat = \"0.05/h\" }",
        "7:14 cluster.gpu.eviction.rat",
        "did you mean `rate`? allowed here: `rate`, `by_hour`, `replay`",
    ),
    (
        5,
        "approved = true\ntier = \"spot\"\neviction.by_hour = [\"1/h\", \"2/h\", \"3/h\"]",
        "7:20 cluster.gpu.eviction.by_hour",
        "found 3 rates (write 24, one for each local hour",
    ),
    (
        5,
        "approved = true\ntier = \"spot\"\neviction.by_hour = [\"1/h\", 2]",
        "7:28 cluster.gpu.eviction.by_hour",
        "found the number 2",
    ),
    (
        5,
        "approved = true\ntier = \"spot\"\neviction = { rate = \"1/h\", replay = { file = \"x\" } }",
        "7:37 cluster.gpu.eviction.replay",
        "keep exactly one",
    ),
    (
        5,
        "approved = true\ntier = \"spot\"\neviction.replay = { file = \"evictions.txt\" }",
        "7:28 cluster.gpu.eviction.replay.file",
        "did you mean `eviction.txt`?",
    ),
    (
        5,
        "approved = true\ntier = \"spot\"\neviction.replay = { fil = \"eviction.txt\" }",
        "7:21 cluster.gpu.eviction.replay.fil",
        "unknown key",
    ),
    (
        5,
        "approved = true\ntier = \"spot\"\neviction.rate = \"100/h\"",
        "7:1 cluster.gpu.eviction",
        "nodes live 36s on average, and runs of `w` would take about 3e14 attempts (the simulation would never end",
    ),
    // Failed allocations.
    (
        5,
        "approved = true\nallocation_failure = {}",
        "6:22 cluster.gpu.allocation_failure",
        "nothing says when an allocation fails",
    ),
    (
        5,
        "approved = true\nallocation_failure.probability = 1",
        "6:34 cluster.gpu.allocation_failure.probability",
        "from 0 to below 1",
    ),
    (
        5,
        "approved = true\nallocation_failure = { probability = 0.1, backoff = 0.5 }",
        "6:53 cluster.gpu.allocation_failure.backoff",
        "from 1 to 1000",
    ),
    (
        5,
        "approved = true\nallocation_failure = { probability = 0.1, retry_after = \"0s\" }",
        "6:57 cluster.gpu.allocation_failure.retry_after",
        "above 0s",
    ),
    (
        5,
        "approved = true\nallocation_failure = { probability = 0.1, retry_after = \"1h\", retry_at_most = \"5m\" }",
        "6:79 cluster.gpu.allocation_failure.retry_at_most",
        "`retry_after` is 1h and `retry_at_most` 5m",
    ),
    (
        5,
        "approved = true\nallocation_failure.windows = [\"mon-sun\"]",
        "6:30 cluster.gpu.allocation_failure.windows",
        "the windows leave no time of the week",
    ),
    (
        5,
        "approved = true\nallocation_failure = { windows = \"9-5\" }",
        "6:34 cluster.gpu.allocation_failure.windows",
        "is not a weekly window",
    ),
    // Billing.
    (
        5,
        "approved = true\nbilling_preset = \"azure-2025\"",
        "6:18 cluster.gpu.billing_preset",
        "did you mean `azure-2021`? allowed: `azure-2021`, `azure-2025-06`",
    ),
    (
        5,
        "approved = true\nbill_boot = 1",
        "6:13 cluster.gpu.bill_boot",
        "write `true` or `false`",
    ),
    (
        5,
        "approved = true\nregion = \"westus2\"\nfixed_charges.disk = \"list\"",
        "7:22 cluster.gpu.fixed_charges.disk",
        "`\"list\"` is the list price of the disk of an Azure compute instance, P10 LRS, and the program has none in `westus2`, only in `eastus`, `northeurope` and `westeurope`",
    ),
    (
        5,
        "approved = true\nfixed_charges.disk = \"P11\"",
        "6:22 cluster.gpu.fixed_charges.disk",
        "`\"P11\"` is the list price of that disk of Azure, and the program has none",
    ),
    (
        5,
        "approved = true\nfixed_charges.load_balancer = \"P10\"",
        "6:31 cluster.gpu.fixed_charges.load_balancer",
        "`\"list\"` is the list price",
    ),
    (
        0,
        "[instance.box]\nprice_per_hour = 1\nfixed_charges.public_ip = \"list\"\nalways_bill = true\nregion = \"marsnorth\"",
        "12:27 instance.box.fixed_charges.public_ip",
        "`\"list\"` is the list price of Azure, and the program has none in `marsnorth`",
    ),
    // Own files.
    (
        2,
        "region = \"eastus\"\nprice_book_mode = \"replace\"",
        "3:19 price_book_mode",
        "there is no `price_book` that it could be about",
    ),
    (
        2,
        "region = \"eastus\"\ncatalog = \"sizes.csv\"\ncatalog_mode = \"merge\"",
        "4:16 catalog_mode",
        "allowed: `extend`, `replace`",
    ),
    (
        2,
        "region = \"eastus\"\nprice_book = \"pricess.csv\"",
        "3:14 price_book",
        "did you mean `prices.csv`?",
    ),
    (
        2,
        "region = \"eastus\"\nprice_book = \"bad.csv\"",
        "bad.csv:2 pay_as_you_go_per_hour",
        "cheap",
    ),
    // Workloads.
    (
        7,
        "target = \"gpu\"\ntargets = [\"gpu\"]",
        "8:11 workload.w.targets",
        "`target` and `targets` are both given (keep one of",
    ),
    (
        7,
        "target = [\"gpu\"]",
        "7:10 workload.w.target",
        "write several targets with the key `targets`",
    ),
    (
        7,
        "targets = []",
        "7:11 workload.w.targets",
        "there is no target in it (write one of: `gpu`)",
    ),
    (
        7,
        "targets = [\"gpu\", \"gpu\"]",
        "7:11 workload.w.targets",
        "`gpu` comes twice",
    ),
    (
        7,
        "targets = [\"gpu\", \"gpv\"]",
        "7:11 workload.w.targets",
        "there is no target `gpv` (did you mean `gpu`?",
    ),
    (
        7,
        "target = \"gpu\"\nrouting = \"overflow\"",
        "8:11 workload.w.routing",
        "there is one target only (name several with `targets`",
    ),
    (
        7,
        "targets = [\"gpu\"]\nrouting = \"random\"",
        "8:11 workload.w.routing",
        "allowed: `overflow`",
    ),
    (
        7,
        "target = \"gpu\"\non_interruption = \"requeue\"",
        "8:19 workload.w.on_interruption",
        "none of its targets can lose nodes (give a cluster of low priority an `eviction`",
    ),
    (
        7,
        "target = \"gpu\"\nrestart = \"2m\"",
        "8:11 workload.w.restart",
        "none of its targets can lose nodes",
    ),
    (
        7,
        "target = \"gpu\"\ncheckpoint_interval = \"1h\"",
        "8:23 workload.w.checkpoint_interval",
        "none of its targets can lose nodes",
    ),
    // Needs.
    (
        7,
        "target = \"gpu\"\ngpus = 2",
        "8:8 workload.w.gpus",
        "the work needs 2 GPUs on each node, and `Standard_NC6s_v3` has 1",
    ),
    (
        7,
        "target = \"gpu\"\ngpu_architecture = \"Voltaire\"",
        "8:20 workload.w.gpu_architecture",
        "there is no GPU architecture `Voltaire`",
    ),
    (
        7,
        "target = \"gpu\"\ngpu_architecture = \"Ampere\"",
        "8:20 workload.w.gpu_architecture",
        "the work needs GPUs of architecture Ampere, and those of `Standard_NC6s_v3` are Volta",
    ),
    (
        7,
        "target = \"gpu\"\ncuda = \"8.0\"",
        "8:8 workload.w.cuda",
        "CUDA 8.0 does not support the Volta GPUs of `Standard_NC6s_v3`, which need CUDA 9.0 or later",
    ),
    (
        7,
        "target = \"gpu\"\ncuda = 10.2",
        "8:8 workload.w.cuda",
        "write the version as a text, such as `\"10.2\"`",
    ),
    (
        7,
        "target = \"gpu\"\ncuda = \"ten\"",
        "8:8 workload.w.cuda",
        "`ten` is not a CUDA version",
    ),
    (
        7,
        "target = \"gpu\"\nisolated = true",
        "8:12 workload.w.isolated",
        "the work must be isolated, and `Standard_NC6s_v3` shares its server",
    ),
    (
        7,
        "target = \"gpu\"\nnodes = 2\nrdma = true",
        "9:8 workload.w.rdma",
        "runs of several nodes need RDMA, and `Standard_NC6s_v3` has none",
    ),
    (
        4,
        "vm_size = \"Standard_D2_v3\"\n[workload.v]\ntarget = \"gpu\"\narrivals.poisson.rate = \"1/h\"\nduration = \"1m\"\ngpus = 1\n[cluster.gpu.fixed_charges]",
        "9:8 workload.v.gpus",
        "the work needs a GPU, and `Standard_D2_v3` has none",
    ),
    (
        4,
        "price_per_hour = 1\n[workload.v]\ntarget = \"gpu\"\narrivals.poisson.rate = \"1/h\"\nduration = \"1m\"\ncuda = \"11\"\n[cluster.gpu.fixed_charges]",
        "9:8 workload.v.cuda",
        "`gpu` names no `vm_size`, so this cannot be checked",
    ),
];

#[test]
fn each_mistake_is_one_problem_at_its_place() {
    let files = [
        ("eviction.txt", "0,add,a\n5,remove,a\n"),
        ("prices.csv", "size,region,pay_as_you_go_per_hour\n"),
        (
            "bad.csv",
            "size,region,pay_as_you_go_per_hour\nStandard_NC6s_v3,eastus,cheap\n",
        ),
        ("sizes.csv", "size,series,category,vcpus,memory_gib\n"),
    ];
    let mut wrong = Vec::new();
    for (line, replacement, place, phrase) in CASES {
        // The second table of a cluster that a case opens again takes the line of the approval.
        let approval = if replacement.ends_with("[cluster.gpu.fixed_charges]") {
            ""
        } else {
            "approved = true"
        };
        let text = match line {
            0 => and(replacement),
            5 => with(&[(5, replacement)]),
            _ => with(&[(5, approval), (*line, replacement)]),
        };
        wrong.extend(is_refused(&text, &files, place, phrase).err());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn preemption_keys_are_refused_where_they_say_nothing() {
    let spot = "approved = true\ntier = \"spot\"\neviction.rate = \"0.05/h\"";
    let refuse = |more: &str, place: &str, phrase: &str| {
        let text = with(&[(5, spot), (7, &format!("target = \"gpu\"\n{more}"))]);
        refused(&text, &[], place, phrase);
    };
    refuse(
        "on_interruption = \"restart\"",
        "10:19 workload.w.on_interruption",
        "allowed: `fail`, `requeue`, `resume`",
    );
    refuse(
        "on_interruption = \"resume\"",
        "8:1 workload.w.checkpoint_interval",
        "write how much Running time lies between two checkpoints",
    );
    refuse(
        "on_interruption = \"resume\"\ncheckpoint_interval = \"0s\"",
        "11:23 workload.w.checkpoint_interval",
        "above 0s",
    );
    refuse(
        "checkpoint_cost = \"1m\"",
        "10:19 workload.w.checkpoint_cost",
        "nothing is resumed from checkpoints (write `on_interruption = \"resume\"`",
    );
    // The variant that comes nearest to it says what is in the way, whichever comes first.
    let base = with(&[(5, spot), (7, "target = \"gpu\"\ncheckpoint_cost = \"1m\"")]);
    refused(
        &format!("{base}[variant.calm]\ncluster.gpu.tier = \"dedicated\"\n[variant.spot]\n"),
        &[],
        "10:19 workload.w.checkpoint_cost",
        "nothing is resumed from checkpoints",
    );
    refuse(
        "restart.exponential = { mean = \"1m\" }",
        "10:1 workload.w.restart",
        "write a duration",
    );
}

#[test]
fn a_given_price_older_than_what_it_is_the_price_of_is_refused() {
    let base = with(&[(5, "approved = true\nprice_per_hour = 2.5")]);
    let stale = |more: &str, place: &str, what: &str| {
        let text = format!("{base}[variant.other]\n{more}\n");
        let phrase = format!("is it still the price of an hour of this {what}?");
        refused(&text, &[], place, &phrase);
    };
    stale(
        "cluster.gpu.vm_size = \"Standard_NC12s_v3\"",
        "12:23 variant.other.cluster.gpu.vm_size",
        "size",
    );
    stale(
        "cluster.gpu.tier = \"low_priority\"",
        "12:20 variant.other.cluster.gpu.tier",
        "tier",
    );
    stale(
        "region = \"westus2\"",
        "12:10 variant.other.region",
        "region",
    );
    let again =
        "[variant.other]\ncluster.gpu = { vm_size = \"Standard_NC12s_v3\", price_per_hour = 5 }\n";
    assert_eq!(problems(&format!("{base}{again}"), &[], &[]), [""; 0]);
    let flag = "cluster.gpu.vm_size=Standard_NC12s_v3";
    let found = problems(&base, &[], &[flag]);
    assert!(
        found[0].starts_with(&format!("--set {flag} cluster.gpu.vm_size: ")),
        "{found:?}"
    );
    assert_eq!(
        problems(&base, &[], &[flag, "cluster.gpu.price_per_hour=5"]),
        [""; 0]
    );
}

#[test]
fn what_a_variant_changes_is_to_blame() {
    // The need is the base's, the size the variant's.
    let needy = with(&[(7, "target = \"gpu\"\ngpus = 1")]);
    refused(
        &format!("{needy}[variant.cpu]\ncluster.gpu.vm_size = \"Standard_D4_v3\"\n"),
        &[],
        "12:23 variant.cpu.cluster.gpu.vm_size",
        "`Standard_D4_v3` has none",
    );
    refused(
        &format!(
            "{needy}[cluster.cpu]\nvm_size = \"Standard_D4_v3\"\n[variant.a]\n[variant.cpu]\nworkload.w.target = \"cpu\"\n"
        ),
        &[],
        "15:21 variant.cpu.workload.w.target",
        "`Standard_D4_v3` has none",
    );
    // The size is the base's, the region the variant's.
    refused(
        &format!(
            "{}[variant.seoul]\nregion = \"koreacentral\"\n",
            with(&[(4, "vm_size = \"Standard_ND40rs_v2\"")])
        ),
        &[],
        "11:10 variant.seoul.region",
        "the built-in price book has no price of `Standard_ND40rs_v2` in `koreacentral`",
    );
}
