//! Colors, quiet, and the width of terminals.

use crate::desk::{Desk, Outcome, skip};

#[test]
fn no_escape_codes_where_there_is_no_terminal() {
    let desk = Desk::new();
    desk.write("bad.toml", "horizn = 1");
    for arguments in [
        "--help",
        "bad.toml",
        "scenarios/burst.toml -r 2",
        "missing.toml",
        "--what",
    ] {
        for variables in [&[][..], &[("TERM", "xterm-256color")]] {
            let outcome = desk.simulate_in(arguments, variables);
            let all = outcome.stdout + &outcome.stderr;
            assert!(!all.contains('\x1b'), "{arguments}: {all}");
        }
    }
    let forced = desk
        .simulate_in("bad.toml", &[("CLICOLOR_FORCE", "1")])
        .stderr;
    assert!(forced.contains('\x1b'), "{forced}");
    let never = desk
        .simulate_in("bad.toml", &[("CLICOLOR_FORCE", "0"), ("NO_COLOR", "1")])
        .stderr;
    assert!(!never.contains('\x1b'), "{never}");
}

#[test]
fn quiet_keeps_the_table_and_warnings() {
    let desk = Desk::new();
    let full = "--set workload.training.arrivals.poisson.rate=40/h -r 2";
    let loud = desk.simulate(&format!("small.toml {full}")).succeeds();
    let quiet = desk
        .simulate(&format!("small.toml {full} --quiet"))
        .succeeds();
    assert_eq!(loud.stdout, quiet.stdout);
    assert!(loud.stderr.contains(" files in output/small"));
    assert!(!quiet.stderr.contains(" files in "));
    assert!(quiet.stderr.contains("warning: "), "{}", quiet.stderr);
}

/// What a terminal of `width` columns shows of both streams; `None` where there is none to be had.
fn on_terminal(
    desk: &Desk,
    width: u32,
    arguments: &str,
    variables: &[(&str, &str)],
) -> Option<String> {
    let inner = format!("stty cols {width} rows 50; exec \"$SIMULATE\" {arguments}");
    let mut script = desk.command("script");
    script.args(["--quiet", "--return", "--command", &inner, "/dev/null"]);
    script.env("TERM", "xterm").envs(variables.iter().copied());
    let output = script.output().ok()?;
    Some(Outcome::from(output).stdout.replace("\r\n", "\n"))
}

#[test]
fn all_text_is_as_wide_as_the_terminal() {
    let desk = Desk::new();
    let mut before = 0;
    for width in [40, 60, 80, 100, 160] {
        let shown = on_terminal(&desk, width, "scenarios/burst.toml -r 5 -q", &[]);
        let Some(shown) = shown else {
            return skip("widths of terminals: there is no `script`");
        };
        for line in shown.lines() {
            assert!(line.chars().count() <= width as usize, "{width}: {line}");
        }
        let mut lines = shown.lines();
        let units = lines.find(|line| line.contains("USD/month"));
        let units = units.expect("the units").split_whitespace().count();
        assert!(units >= before, "{width}\n{shown}");
        before = units;
    }
    assert!(before >= 9, "{before} units in 160 columns");
    // Narrower than any table: it is printed all the same.
    let shown = on_terminal(&desk, 20, "scenarios/burst.toml -r 5 -q", &[]).expect("a terminal");
    assert!(shown.contains("always-on"), "{shown}");
    // `COLUMNS` goes before what the terminal has.
    let stated = [("COLUMNS", "60")];
    let shown = on_terminal(&desk, 100, "scenarios/burst.toml -r 5 -q", &stated);
    let widest = |text: &str| text.lines().map(|line| line.chars().count()).max();
    let widest = widest(&shown.expect("a terminal")).expect("lines");
    assert!(widest <= 60, "{widest}");
}

#[test]
fn colors_on_a_terminal_unless_they_are_not_wanted() {
    let desk = Desk::new();
    desk.write("bad.toml", "horizn = 1");
    let Some(shown) = on_terminal(&desk, 100, "bad.toml", &[]) else {
        return skip("colors: there is no `script`");
    };
    assert!(shown.contains("\x1b["), "{shown}");
    for variable in [("NO_COLOR", "1"), ("TERM", "dumb"), ("CLICOLOR", "0")] {
        let plain = on_terminal(&desk, 100, "bad.toml", &[variable]).expect("a terminal");
        assert!(!plain.contains('\x1b'), "{variable:?}: {plain}");
    }
}

#[test]
fn a_progress_bar_on_a_terminal_only() {
    let desk = Desk::new();
    let Some(shown) = on_terminal(&desk, 100, "small.toml -r 200", &[]) else {
        return skip("a progress bar: there is no `script`");
    };
    assert!(shown.contains("/400 replications"), "{shown}");
    let quiet = on_terminal(&desk, 100, "small.toml -r 200 -q", &[]).expect("a terminal");
    assert!(!quiet.contains("/400 replications"), "{quiet}");
    let piped = desk.simulate("small.toml -r 200").succeeds();
    assert!(
        !piped.stderr.contains("/400 replications"),
        "{}",
        piped.stderr
    );
}

#[test]
fn the_list_of_sizes_leaves_columns_out_where_the_terminal_is_narrow() {
    let desk = Desk::new();
    let arguments = "catalog --series NCv3 -q";
    let shown = |width: u32| {
        let shown = on_terminal(&desk, width, arguments, &[])?;
        let widest = shown.lines().map(|line| line.chars().count()).max();
        let widest = widest.unwrap_or_default();
        let fits = u32::try_from(widest).is_ok_and(|widest| widest <= width);
        assert!(fits, "{widest} columns on a terminal of {width}:\n{shown}");
        Some(shown)
    };
    let Some(wide) = shown(120) else {
        return skip("the list of sizes on a narrow terminal: there is no `script`");
    };
    assert!(wide.contains("Volta") && wide.contains("NCv3 "), "{wide}");
    let narrow = shown(90).expect("a terminal");
    assert!(
        !narrow.contains("Volta") && narrow.contains("approval, RDMA"),
        "{narrow}"
    );
    let piped = desk.simulate(arguments).succeeds().stdout;
    assert!(piped.contains("Volta"), "{piped}");
}
