//! Rows and files that are refused, or left out and counted.

use super::*;

const BAD: &str = "submitted,duration\n\
                       1,2\n\
                       -1,2\n\
                       x,2\n\
                       1\n\
                       1,2,3\n\
                       2,-3\n\
                       3,\n\
                       2017-11-20 08:00:00,5\n\
                       4,5\n";

#[test]
fn a_row_whose_stamp_is_of_another_size_is_bad() {
    // Read as seconds, the 0 would put fifty-four years before all other rows.
    let content = "submitted,duration\n0,1\n1704099610,1\n1704099700,1\n";
    assert_eq!(
        problems(content, &mapping()),
        [
            "trace.csv:2, column `submitted`: `0` is not like line 3: a file has either seconds since 1970 or \
                 seconds (`on_bad_row = \"skip\"` leaves bad rows out and counts them)"
        ]
    );
    let trace = trace(content, &skipping());
    assert_eq!((trace.rows.len(), trace.skipped, trace.total), (2, 1, 3));
    assert_eq!(
        trace.reasons,
        [("`submitted` is not like line 3".to_owned(), 1)]
    );
}

#[test]
fn all_rows_are_bad_is_one_message() {
    let content = format!("submitted,duration\n{}", "x,1\n".repeat(455));
    let said = problems(content, &mapping());
    assert_eq!(
        said,
        [
            "trace.csv:2, column `submitted`: all 455 rows are bad; the first: `x` is neither seconds nor a date-time \
                 such as `2017-11-20 08:00:00` (check that the right columns are named, and what they hold)"
        ]
    );
    let said = problems("submitted,duration\nx,1\n1,-1\n2,-2\n", &mapping());
    assert_eq!(said.len(), 1);
    let reasons = "(by reason: 1: `submitted` is neither seconds nor a date-time such as \
                       `2017-11-20 08:00:00`, 2: `duration` is negative; check";
    assert!(said[0].contains(reasons), "{}", said[0]);
}

#[test]
fn bad_rows_are_refused_with_line_and_column() {
    assert_eq!(
        problems(BAD, &mapping()),
        [
            "trace.csv:3, column `submitted`: `-1` is negative",
            "trace.csv:4, column `submitted`: `x` is neither seconds nor a date-time such as \
                 `2017-11-20 08:00:00`",
            "trace.csv:5: the row has 1 field, but the header has 2",
            "trace.csv:6: the row has 3 fields, but the header has 2 (a decimal comma or a comma in a text makes one \
                 field two: write `3.06`, and texts with commas in quotes)",
            "trace.csv:7, column `duration`: `-3` is negative",
            "trace.csv:8, column `duration`: it is empty",
            "trace.csv:9, column `submitted`: `2017-11-20 08:00:00` is not like line 2: \
                 a file has either seconds or date-times without a zone \
                 (`on_bad_row = \"skip\"` leaves bad rows out and counts them)",
        ]
    );
}

#[test]
fn bad_rows_are_skipped_and_counted_where_the_scenario_says_so() {
    let trace = trace(BAD, &skipping());
    assert_eq!(seconds(&trace), [(0.0, 2.0), (3.0, 5.0)]);
    assert_eq!(
        (trace.skipped, trace.skipped_examples.len()),
        (7, SHOWN_SKIPPED_ROWS)
    );
    assert!(
        trace.skipped_examples[0]
            .to_string()
            .contains("`-1` is negative")
    );
}

#[test]
fn many_bad_rows_are_counted_after_the_first_twenty() {
    let content = format!("submitted,duration\n1,1\n{}", "x,1\n".repeat(100));
    let problems = problems(content, &mapping());
    assert_eq!(problems.len(), 21);
    assert!(
        problems[20].starts_with("trace.csv: 80 more rows are bad ("),
        "{}",
        problems[20]
    );
}

#[test]
fn an_undeclared_environment_makes_a_bad_row() {
    let content = "submitted,duration,image\n5,1,trch\n7,1,torch\n8,1,\n9,1,a b\n";
    let mapped = |on_bad_row| TraceMapping {
        environment: Some("image".to_owned()),
        on_bad_row,
        ..mapping()
    };
    let declared = ["torch".to_owned(), "jax".to_owned()];
    let read = |on_bad_row, declared| read(content, &mapped(on_bad_row), "UTC", declared);
    let refused = read(OnBadRow::Refuse, Some(&declared[..])).expect_err("bad rows");
    let said: Vec<String> = refused
        .iter()
        .map(|problem| {
            let text = problem.to_string();
            let (_, text) = text.split_once("trace.csv").expect("the file is named");
            text.to_owned()
        })
        .collect();
    assert_eq!(
        said,
        [
            ":2, column `image`: there is no environment `trch` (did you mean `torch`? \
                 declared: `torch`, `jax`; add `[environment.trch]` if it is one)",
            ":5, column `image`: there is no environment `a b` (declared: `torch`, `jax`; \
                 `on_bad_row = \"skip\"` leaves bad rows out and counts them)",
        ]
    );
    let trace = read(OnBadRow::Skip, Some(&declared[..])).expect("two good rows");
    assert_eq!(seconds(&trace), [(0.0, 1.0), (1.0, 1.0)]);
    assert_eq!(trace.skipped, 2);
    let unchecked = read(OnBadRow::Refuse, None).expect("nothing is known");
    assert_eq!(unchecked.rows.len(), 4);
}

#[test]
fn a_problem_of_the_whole_file_does_not_hide_bad_rows() {
    let torn = problems("submitted,duration\nx,1\n1,\"2\n3,4\n", &mapping());
    assert_eq!(torn.len(), 2, "{torn:?}");
    let wrong = TraceMapping {
        origin: Origin::DateTime("2017-11-20 00:00:00".to_owned()),
        ..mapping()
    };
    assert_eq!(problems("submitted,duration\nx,1\n1,2\n", &wrong).len(), 2);
}

#[test]
fn columns_that_do_not_exist_are_named_with_the_nearest() {
    let wrong = TraceMapping {
        submitted: "submited".to_owned(),
        nodes: Some("zzz".to_owned()),
        ..mapping()
    };
    assert_eq!(
        problems("submitted,duration\n1,2\n", &wrong),
        [
            "trace.csv: there is no column `submited` (did you mean `submitted`? the columns \
                 are `submitted`, `duration`)",
            "trace.csv: there is no column `zzz` (the columns are `submitted`, `duration`)",
        ]
    );
    let twice = problems("submitted,duration,duration\n1,2,3\n", &mapping());
    assert!(twice[0].contains("twice"), "{}", twice[0]);
    let bars = problems("submitted|duration\n1|2\n", &mapping());
    let said = "trace.csv: the columns are separated by vertical bars (`|`), but must be separated by commas, semicolons or tabs \
                (save it with commas between the columns, for example with `tr '|' ','`)";
    assert_eq!(bars, [said, said]);
    let semicolons = problems("submitted;durations\n1;2\n", &mapping());
    let said = "trace.csv: there is no column `duration` (did you mean `durations`? the columns are `submitted`, `durations`)";
    assert_eq!(semicolons, [said]);
    let headerless = problems("0,add,node1\n60000,add,node2\n", &mapping());
    let said = "trace.csv: the file has no header: `0` in its first line is a value, not the name of a column";
    assert!(headerless[0].starts_with(said), "{}", headerless[0]);
}

#[test]
fn files_that_are_no_tables_are_refused() {
    for (content, reason) in [
        (&b""[..], "the file is empty"),
        (b"\n\n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"submitted,duration\n", "no row"),
        (b"submitted,duration\n\n", "no row"),
        (b"\xff\xfes\0u\0", "not UTF-8"),
        (
            b"submitted,duration\n1,\xff\n",
            ":2, column `duration`: `\u{fffd}` is not UTF-8",
        ),
        (
            b"submitted,duration\n1,2\n1,\"2\n3,4\n",
            ":3: a quote that opens in this row is never",
        ),
        (
            b"submitted,\"duration\n1,2\n",
            "a quote that opens in the header is never",
        ),
        (b"submitted,duration\n1,\"2\n3\"\n", "is not a number"),
    ] {
        let problems = problems(content, &mapping());
        assert!(problems[0].contains(reason), "{problems:?}");
    }
}

#[test]
fn numbers_that_may_be_thousands_are_refused_until_a_key_says_what_they_are() {
    let content = "submitted;duration\n0;12,5\n1;1,500\n2;1.500\n";
    let said = problems(content, &mapping());
    assert_eq!(
        said,
        [
            "trace.csv:3, column `duration`: `1,500` may be 1.500 or 1500: write `decimal = \",\"` beside the column if a `,` stands \
             before decimals, or else `decimal = \".\"` and `1500` in the file",
            "trace.csv:4, column `duration`: `1.500` may be 1.500 or 1500: write `decimal = \".\"` beside the column if a `.` stands \
             before decimals, or else `decimal = \",\"` and `1500` in the file (`on_bad_row = \"skip\"` leaves bad rows out and \
             counts them)",
        ]
    );
    let comma = TraceMapping {
        decimal: Some(Decimal::Comma),
        ..mapping()
    };
    let said = problems(content, &comma);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("trace.csv:4, column `duration`: `1.500` has a `.`, but by"));
    let read = trace("submitted;duration\n0;12,5\n1;1,500\n", &comma);
    assert_eq!(seconds(&read), [(0.0, 12.5), (1.0, 1.5)]);
}
