//! What people meet who use the command for the first time: names of figures, folders of the wrong kind, widths, notes.

use std::collections::BTreeMap;

use crate::desk::{Desk, Outcome};

type Cells = BTreeMap<String, String>;

#[test]
fn a_folder_of_a_search_or_of_results_says_what_to_name() {
    let desk = Desk::new();
    let search = "[goal]\nwait_mean = \"<= 1d\"\n[search]\nfirst_replications = 5\nmax_replications = 5\n\
                  \"cluster.gpu.price_per_hour\" = [1, 2]\n";
    let small = std::fs::read_to_string(desk.path("small.toml")).expect("a file");
    desk.write("searched.toml", small + search);
    desk.simulate("optimize searched.toml --variant cluster -q -o found")
        .succeeds();
    let said = [
        "points of `simulate optimize`",
        "by the command that `simulate optimize` printed",
    ];
    desk.simulate("report found").fails(2, &said);
    desk.simulate("compare found found").fails(2, &said);
    desk.simulate("small.toml -q -o done").succeeds();
    let said = ["a folder of results", "made from: `small.toml`"];
    for verb in [
        "",
        "explain --run 1 ",
        "optimize ",
        "plan -o p.json --shards 2 ",
    ] {
        desk.simulate(&format!("{verb}done")).fails(2, &said);
    }
    let said = [
        "this is a folder",
        "name a scenario in it, such as `scenarios/burst.toml`",
    ];
    desk.simulate("explain scenarios --run 1").fails(2, &said);
    std::fs::create_dir(desk.path("empty")).expect("a folder");
    desk.simulate("empty")
        .fails(2, &["no file in it ends in `.toml`"]);
}

#[test]
fn figures_have_the_names_of_limits_in_tables_as_well() {
    let desk = Desk::new();
    for arguments in [
        "--columns help",
        "report --columns help",
        "report --columns=help",
    ] {
        let listed = desk.simulate(arguments).succeeds().stdout;
        assert!(listed.contains("(or `within_slo`)"), "{listed}");
        assert!(listed.contains("\nwait_p95_s [s]"), "{listed}");
    }
    let table = |columns: &str| {
        let arguments = format!("small.toml -q --force --sort {columns} --columns {columns}");
        desk.simulate(&arguments).succeeds().stdout
    };
    assert_eq!(table("completed"), table("completed_share"));
    desk.simulate("small.toml --columns within_slo_shar").fails(
        2,
        &["did you mean `within_slo_share`? `--columns help` lists them"],
    );
    for (column, limit) in [
        ("completed_share >= 1%", "did you mean `completed`?"),
        ("cost_workspace_usd <= 1", "did you mean `cost`?"),
        ("p95_wait <= 1h", "did you mean `wait_p95`?"),
    ] {
        let mut command = desk.prepare("small.toml --dry-run --goal");
        let output = command.arg(column).output().expect("the binary");
        Outcome::from(output).fails(2, &[limit]);
    }
    desk.simulate("small.toml -q -o before").succeeds();
    let mut command = desk.prepare("compare before before --fail-if");
    let output = command.arg("rejected_share > +1%").output();
    Outcome::from(output.expect("the binary")).fails(2, &["did you mean `rejected`?"]);
}

#[test]
fn lists_and_the_dry_run_fit_80_columns() {
    let desk = Desk::new();
    for arguments in [
        "catalog --gpu V100",
        "catalog --series HB",
        "catalog --targets",
        "catalog Standard_NC4as_T4_v3",
        "schema goal",
        "scenarios/low-priority.toml --dry-run",
        "small.toml --estimate",
        "--columns help",
    ] {
        let narrow = desk.simulate_in(&format!("{arguments} -q"), &[("COLUMNS", "80")]);
        let narrow = if arguments.contains("schema") || arguments.starts_with("--") {
            desk.simulate_in(arguments, &[("COLUMNS", "80")])
        } else {
            narrow
        };
        for line in narrow.succeeds().stdout.lines() {
            assert!(line.chars().count() <= 80, "{arguments}: {line}");
        }
    }
    let wide = desk
        .simulate("scenarios/low-priority.toml --dry-run -q")
        .succeeds();
    assert!(wide.stdout.lines().any(|line| line.chars().count() > 80));
}

#[test]
fn a_title_line_of_a_manual_page_has_its_version_as_the_source() {
    let desk = Desk::new();
    let page = desk.simulate("man optimize").succeeds().stdout;
    let version = env!("CARGO_PKG_VERSION");
    let title = format!(".TH simulate-optimize 1 \"\" \"simulate {version}\" \"User Commands\"\n");
    assert!(page.contains(&title), "{page}");
}

#[test]
fn what_windows_and_sizes_mean_is_noted_once() {
    let desk = Desk::new();
    desk.write(
        "night.toml",
        "horizon = \"7d\"\nregion = \"eastus\"\nreplications = 2\n[cluster.c]\nvm_size = \"Standard_D4_v3\"\nboot = \"1m\"\n\
         capacity.night = { windows = [\"mon-fri 18:00-08:00\", \"sat 20:00-00:00\"], min_nodes = 1 }\n\
         [online_endpoint.e]\nvm_size = \"Standard_F4s_v2\"\n\
         [workload.w]\ntarget = \"c\"\narrivals.poisson = { rate = \"1/h\" }\nduration = \"5m\"\n\
         [requests.r]\ntarget = \"e\"\narrivals.poisson = { rate = \"1/h\" }\nservice_time = \"1s\"\n\
         [variant.one]\n[variant.two]\ncluster.c.vm_size = \"Standard_D8_v3\"\nonline_endpoint.e.vm_size = \"Standard_F8s_v2\"\n",
    );
    let said = desk.simulate("night.toml --dry-run").succeeds().stderr;
    for note in [
        "`mon-fri 18:00-08:00` ends before it begins on the clock: it goes on to the next day, for 14h from each of its days",
        "workload `w`: sizes of 4 and 8 vCPUs are taken as equally fast, since no `speed` is given",
        "requests `r`: sizes of 4 and 8 vCPUs are taken as equally fast, since their `service_time` is the same",
    ] {
        assert_eq!(said.matches(note).count(), 1, "{note}\n{said}");
    }
    assert!(!said.contains("sat 20:00"), "{said}");
    // A service time for each size is no such thing.
    let mut text = std::fs::read_to_string(desk.path("night.toml")).expect("a file");
    text += "requests.r.service_time = \"600ms\"\nworkload.w.duration = \"3m\"\n";
    desk.write("night.toml", text);
    let said = desk.simulate("night.toml --dry-run").succeeds().stderr;
    assert!(!said.contains("equally fast"), "{said}");
}

/// The submissions of a log times a factor up to a horizon.
fn submissions(desk: &Desk, horizon: &str, factor: &str) -> Vec<String> {
    desk.write(
        "log.toml",
        format!(
            "horizon = \"{horizon}\"\nreplications = 1\n[cluster.c]\nprice_per_hour = 1\nboot = \"1m\"\n[workload.w]\n\
             target = \"c\"\nload_factor = {factor}\n\
             arrivals.trace = {{ file = \"log.csv\", submitted = \"at\", duration = \"for\", origin = 0 }}\n"
        ),
    );
    desk.simulate("log.toml --runs -q --force -o logged")
        .succeeds();
    let rows = desk.rows("logged/runs.csv");
    rows.into_iter()
        .map(|row: Cells| row["submit_s"].clone())
        .collect()
}

#[test]
fn copies_of_a_log_stay_on_its_days_whatever_the_horizon() {
    let desk = Desk::new();
    // Three days, a row each 5 h.
    let rows = (0..14).map(|row| format!("{},60\n", row * 18_000));
    let rows = rows.collect::<Vec<String>>().concat();
    desk.write("log.csv", format!("at,for\n{rows}"));
    for factor in ["1.3", "2", "3.5"] {
        let own = submissions(&desk, "3d", factor);
        assert_eq!(submissions(&desk, "21d", factor), own, "{factor}");
        let last = own.iter().map(|at| at.parse::<f64>().expect("seconds"));
        assert!(last.fold(0.0, f64::max) < 3.0 * 86_400.0, "{factor}");
    }
    assert_eq!(submissions(&desk, "21d", "2").len(), 28);
    let note = "too few days for the copies that `load_factor` makes";
    let said = |factor: &str| {
        submissions(&desk, "21d", factor);
        desk.simulate("log.toml --dry-run").succeeds().stderr
    };
    assert!(!said("3").contains(note));
    assert!(said("3.1").contains(note));
}

#[test]
fn a_commitment_is_told_by_the_month_where_the_table_is() {
    let desk = Desk::new();
    let reserved = |horizon: &str| {
        desk.write(
            "reserved.toml",
            format!(
                "horizon = \"{horizon}\"\nreplications = 2\nregion = \"eastus\"\n[cluster.c]\nvm_size = \"Standard_D4_v3\"\n\
                 boot = \"1m\"\n[reservation.r]\nvm_size = \"Standard_D4_v3\"\nnodes = 1\nprice_per_hour = 0.1\n\
                 [workload.w]\ntarget = \"c\"\narrivals.poisson = {{ rate = \"1/h\" }}\nduration = \"5m\"\n"
            ),
        );
        let run = desk
            .simulate("reserved.toml -q --force -o reserved")
            .succeeds();
        run.stdout.replace("\n    ", " ")
    };
    // A month is 730 h at 0.1 USD; three days are 7.2 USD, and the time after the horizon is paid as well.
    let weeks = reserved("14d");
    assert!(
        weeks.contains("paid 73.0 USD (± 0) a month")
            || weeks.contains("paid 73 USD (± 0) a month"),
        "{weeks}"
    );
    let days = reserved("3d");
    assert!(
        days.contains("paid 7.2") && !days.contains("a month"),
        "{days}"
    );
}

#[test]
fn what_costs_nothing_is_said_to() {
    let desk = Desk::new();
    desk.write_small(
        "[instance.box]\nprice_per_hour = 3.06",
        "[instance.box]\nprice_per_hour = 0",
    );
    let run = desk.simulate("small.toml -q").succeeds();
    let said = run.stdout.replace("\n  ", " ");
    assert!(said.contains("always-on: costs nothing, "), "{said}");
    assert!(
        said.contains(" less than cluster, and its p95 wait"),
        "{said}"
    );
    // By the month, where the table has that.
    assert!(!said.contains("a month"), "{said}");
    let run = desk.simulate("small.toml -q --set horizon=14d").succeeds();
    let said = run.stdout.replace("\n  ", " ");
    assert!(said.contains("USD/month"), "{said}");
    assert!(said.contains(" a month less than cluster, "), "{said}");
    assert!(!said.contains("100 %"), "{said}");
}

#[test]
fn the_page_has_the_bill_and_it_adds_up() {
    let desk = Desk::new();
    desk.simulate("small.toml -q -o out").succeeds();
    let page = std::fs::read_to_string(desk.path("out/report.html")).expect("a page");
    let (_, bill) = page.split_once(">The bill</h2>").expect("a bill");
    let (table, lines) = bill.split_once("</table>").expect("its table");
    let amounts = |part: &str| -> Vec<f64> {
        let cells = part.split("<td class=\"number\">").skip(1);
        let cells = cells.map(|cell| cell.split('<').next().expect("a text"));
        cells
            .map(|cell| cell.replace(',', "").parse().unwrap_or(0.0))
            .collect()
    };
    let (body, foot) = table.split_once("<tfoot>").expect("a total");
    let totals = amounts(foot);
    assert_eq!(totals.len(), 2);
    for (variant, total) in totals.iter().enumerate() {
        let parts: f64 = amounts(body).iter().skip(variant).step_by(2).sum();
        assert!((parts - total).abs() < 0.05, "{parts} {total}");
    }
    // Two days are no month: the totals are those of the summary.
    let mut costs: Vec<f64> = desk
        .rows("out/summary.csv")
        .iter()
        .map(|row| row["cost_usd"].parse().expect("a cost"))
        .collect();
    costs.sort_by(f64::total_cmp);
    for (cost, total) in costs.iter().zip(&totals) {
        assert!((cost - total).abs() < 0.005, "{cost} {total}");
    }
    for line in ["Lines of cluster", "given", "running", "unused capacity"] {
        assert!(lines.contains(line), "{line}");
    }
}

#[test]
fn an_instance_each_is_as_many_times_one() {
    let desk = Desk::new();
    let person = |name: &str| {
        format!(
            "[instance.{name}]\nprice_per_hour = 2\n[workload.{name}]\ntarget = \"{name}\"\n\
             arrivals.poisson = {{ rate = \"2/h\" }}\nduration.exponential = {{ mean = \"15m\" }}\n"
        )
    };
    let head = "horizon = \"30d\"\nreplications = 20\nend = \"cut\"\n";
    desk.write("one.toml", format!("{head}{}", person("a")));
    let all: String = ["a", "b", "c"].map(person).concat();
    desk.write("three.toml", format!("{head}{all}"));
    let figures = |file: &str| {
        desk.simulate(&format!("{file}.toml -q -o {file}"))
            .succeeds();
        let rows = desk.rows(&format!("{file}/summary.csv"));
        let row = rows.into_iter().next_back().expect("a row");
        ["cost_usd", "wait_mean_s", "wait_mean_s_ci95"].map(|of| row[of].parse::<f64>().expect(of))
    };
    let ([one, wait, half], [three, waits, halves]) = (figures("one"), figures("three"));
    assert!((3.0 * one - three).abs() < 1e-6, "{one} {three}");
    // The mean wait of M/M/1 at a load of 1/2 is the mean duration; intervals of both cover it, or nearly.
    assert!((wait - 900.0).abs() < 2.0 * half, "{wait} {half}");
    assert!((waits - 900.0).abs() < 2.0 * halves, "{waits} {halves}");
}
