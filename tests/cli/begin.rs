//! What helps to begin: patterns to start from, completions, manual pages.

use std::fs;

use super::desk::Desk;

#[test]
fn every_pattern_is_written_with_its_data_and_can_be_simulated() {
    let desk = Desk::new();
    let list = desk.simulate("init --list").succeeds().stdout;
    let patterns: Vec<&str> = list
        .lines()
        .map(|line| line.split_whitespace().next().expect("a name"))
        .collect();
    assert_eq!(patterns.len(), 12, "{list}");
    for pattern in patterns {
        let folder = desk.path(pattern);
        fs::create_dir(&folder).expect("a folder");
        let file = format!("{pattern}/mine.toml");
        let told = desk
            .simulate(&format!("init {file} --from {pattern}"))
            .succeeds();
        let written = told.stdout.lines().count();
        assert_eq!(written, fs::read_dir(&folder).expect("a folder").count());
        let shipped = fs::read_to_string(desk.path(&format!("scenarios/{pattern}.toml")));
        let own = shipped
            .expect("shipped")
            .replace(&format!("name = \"{pattern}\""), "name = \"mine\"");
        assert_eq!(fs::read_to_string(desk.path(&file)).expect("written"), own);
        desk.simulate(&format!("{file} --dry-run")).succeeds();
    }
}

#[test]
fn nothing_that_is_there_is_replaced_by_a_pattern() {
    let desk = Desk::new();
    desk.simulate("init").succeeds();
    let before = fs::read(desk.path("scenario.toml")).expect("written");
    let said = [
        "at: scenario.toml",
        "it is not replaced",
        "nothing was written",
    ];
    desk.simulate("init --from burst").fails(2, &said);
    assert_eq!(fs::read(desk.path("scenario.toml")).expect("there"), before);
    // A file beside it counts as well, before anything is written.
    desk.write("philly-week.csv", "mine");
    desk.simulate("init week.toml --from philly-week")
        .fails(2, &["at: philly-week.csv"]);
    assert!(!desk.path("week.toml").exists());
    let said = [
        "there is no pattern `brust`",
        "did you mean `burst`?",
        "--list",
    ];
    desk.simulate("init other.toml --from brust")
        .fails(2, &said);
    desk.simulate("init nowhere/other.toml")
        .fails(1, &["cannot write `nowhere/other.toml`"]);
}

#[test]
fn shells_and_man_read_what_the_help_says() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let text = desk
            .simulate(&format!("completions {shell}"))
            .succeeds()
            .stdout;
        for word in ["replications", "catalog", "submit"] {
            assert!(text.contains(word), "{word} for {shell}");
        }
    }
    // The shell itself takes the file.
    let text = desk.simulate("completions bash").succeeds().stdout;
    desk.write("completions.bash", &text);
    let mut bash = desk.command("bash");
    bash.args(["-n", "completions.bash"]);
    assert!(bash.status().expect("bash").success());
    let page = desk.simulate("man").succeeds().stdout;
    assert!(page.contains(".TH simulate 1") && page.contains("replications"));
    let page = desk.simulate("man report").succeeds().stdout;
    assert!(page.contains(".TH simulate-report 1"), "{page}");
    let said = ["there is no subcommand `reprot`", "did you mean `report`?"];
    desk.simulate("man reprot").fails(2, &said);
}
