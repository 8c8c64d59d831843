//! What cells say, and what they are quoted for.

use super::*;

fn cell(fill: impl FnOnce(&mut Cell)) -> String {
    in_currency(Currency::default(), fill)
}

fn in_currency(currency: Currency, fill: impl FnOnce(&mut Cell)) -> String {
    let mut cell = Cell::new(currency);
    fill(&mut cell);
    String::from_utf8(cell.bytes.as_bytes().to_vec()).unwrap()
}

#[test]
fn numbers_are_written_as_documented() {
    assert_eq!(cell(|c| c.integer(0_u32)), "0");
    assert_eq!(cell(|c| c.integer(u64::MAX)), u64::MAX.to_string());
    assert_eq!(cell(|c| c.decimal(-1e-9)), "0.000000");
    assert_eq!(cell(|c| c.decimal(-12.5)), "-12.500000");
    assert_eq!(cell(|c| c.rounded(120.058_6, 2)), "120.06");
    assert_eq!(cell(|c| c.rounded(-0.04, 1)), "0.0");
    assert_eq!(cell(|c| c.rounded_up(0.031, 2)), "0.04");
    assert_eq!(cell(|c| c.rounded_up(0.031, 6)), "0.031000");
    assert_eq!(cell(|c| c.level(3.0)), "3");
    assert_eq!(cell(|c| c.level(0.0)), "0");
    assert_eq!(cell(|c| c.level(100.25)), "100.25");
    assert_eq!(cell(|c| c.time(SimTime(90_000_001))), "90.000001");
    assert_eq!(cell(|c| c.time(None)), "");
    assert_eq!(
        cell(|c| c.seconds(NodeTime(1 << 100))),
        "1267650600228229401496703.205376"
    );
    let hour = Usd(i128::from(TICKS_PER_SECOND) * 3600);
    assert_eq!(cell(|c| c.usd(Usd(hour.0 * 1_230_000))), "1.230000");
    assert_eq!(cell(|c| c.usd(Usd(hour.0 / 2 - 1))), "0.000000");
    assert_eq!(cell(|c| c.usd(Usd(-hour.0 / 2))), "-0.000001");
    assert_eq!(cell(|c| c.quotient(1, 3, 9)), "0.333333333");
    assert_eq!(
        cell(|c| c.quotient(19_999_999_999, 10_000_000_000, 9)),
        "2.000000000"
    );
    assert_eq!(
        cell(|c| c.quotient(1 << 100, 1 << 99, 12)),
        "2.000000000000"
    );
}

#[test]
fn times_are_written_alike_whatever_was_written_before() {
    let mut random = 1_u64;
    let mut before = 0;
    for bits in (0..64).cycle().take(10_000) {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(97);
        let time = random >> bits;
        for other in [time, before, 0, u64::MAX] {
            let several = cell(|c| {
                c.time(SimTime(other));
                c.word(" ");
                c.time(SimTime(time));
                c.word(" ");
                c.time(SimTime(time));
            });
            let seconds = |time: u64| {
                let whole = time / TICKS_PER_SECOND;
                format!("{whole}.{:06}", time % TICKS_PER_SECOND)
            };
            let (other, time) = (seconds(other), seconds(time));
            assert_eq!(several, format!("{other} {time} {time}"));
        }
        before = time;
    }
}

#[test]
fn texts_that_were_made_ready_are_those_of_cells() {
    let lengths = [31, 32, 33].map(|length| "x".repeat(length));
    let long = "a, \"b\" ".repeat(9);
    let all = [
        "",
        "gpu",
        "=1",
        "a,b",
        "\t\"",
        &long,
        &lengths[0],
        &lengths[1],
        &lengths[2],
    ];
    for text in all {
        let columns = [
            Column::new("name", "", "", |row: &&str, cell: &mut Cell| cell.text(row)),
            Column::new("ready", "", "", |row: &&str, cell: &mut Cell| {
                cell.ready(&Ready::new(row));
            }),
            Column::new("end", "", "", |_, cell| cell.integers(&[7, 0, 12])),
        ];
        let mut out = Vec::new();
        write_rows(&columns, [text], Currency::default(), &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        let row = out.strip_prefix("name,ready,end\n").unwrap();
        let cells = row.strip_suffix(",7 0 12\n").unwrap();
        let (name, ready) = cells.split_at(cells.len() / 2);
        assert_eq!(format!("{name},"), format!("{},", &ready[1..]), "{text}");
    }
}

#[test]
fn no_text_is_a_formula_or_hides_anything() {
    for text in ["=1+1", "+1", "-1", "@SUM(A1)", " =1"] {
        assert_eq!(cell(|c| c.text(text)), format!("'{text}"));
    }
    assert_eq!(cell(|c| c.text("\t=1")), "'\u{2409}=1");
    assert_eq!(
        cell(|c| c.text("a\r\n\x1b[2J")),
        "a\u{240d}\u{240a}\u{241b}[2J"
    );
    let joined = cell(|c| {
        c.text("a");
        c.text("-b");
    });
    assert_eq!(joined, "a-b");
    assert_eq!(cell(|c| c.decimal(-1.5)), "-1.500000");
}

#[test]
fn money_is_in_the_currency_of_the_table() {
    let euro = Currency::new("EUR", 0.92).unwrap();
    let dollars = Usd(Usd::ONE.0 * 10);
    assert_eq!(in_currency(euro, |c| c.usd(dollars)), "9.200000");
    assert_eq!(in_currency(euro, |c| c.micro_usd(3_060_000)), "2.815200");
    assert_eq!(in_currency(euro, |c| c.money(3_060_000)), "3.060000");
    let columns = [Column::new("cost_usd", "USD", "", |row: &Usd, cell| {
        cell.usd(*row);
    })];
    let mut out = Vec::new();
    write_rows(&columns, [dollars], euro, &mut out).unwrap();
    assert_eq!(out, b"cost_eur\n9.200000\n");
}

#[test]
fn text_is_quoted_where_it_has_to_be() {
    let columns = [
        Column::new("name", "", "", |row: &(&str, u32), cell: &mut Cell| {
            cell.text(row.0);
        }),
        Column::new("count", "", "", |row, cell| cell.integer(row.1)),
    ];
    let mut out = Vec::new();
    write_rows(
        &columns,
        [("a, \"b\"", 1), ("c", 20)],
        Currency::default(),
        &mut out,
    )
    .unwrap();
    assert_eq!(out, b"name,count\n\"a, \"\"b\"\"\",1\nc,20\n");
}
