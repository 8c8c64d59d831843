//! What good rows say, and the logs that are there.

use super::*;

#[test]
fn rows_are_sorted_by_submission_and_keep_their_order_within_an_instant() {
    let trace = trace(
        "submitted,duration\n7,1\n5,2\n7,3\n5,2\n5.5,4\n",
        &mapping(),
    );
    assert_eq!(
        seconds(&trace),
        [(0.0, 2.0), (0.0, 2.0), (0.5, 4.0), (2.0, 1.0), (2.0, 3.0)]
    );
    let lines: Vec<u64> = trace.rows.iter().map(|row| row.line).collect();
    assert_eq!(lines, [3, 5, 6, 2, 4]);
    assert_eq!((trace.skipped, trace.start), (0, None));
}

#[test]
fn every_mapped_column_is_read() {
    let content = "id, gpus ,submitted,duration,prio,image,nodes\n\
                       a,9,1,10,-2,torch,3\n\
                       b,8,2,\"20\",5,,1\n";
    let with_gpus = TraceMapping {
        gpus: Some("gpus".to_owned()),
        gpus_per_node: Some(4),
        priority: Some("prio".to_owned()),
        environment: Some("image".to_owned()),
        ..mapping()
    };
    let rows = trace(content, &with_gpus).rows;
    assert_eq!(rows[0].nodes, Some(3), "nine GPUs need three nodes of four");
    assert_eq!(
        (rows[0].priority, rows[0].environment.as_deref()),
        (Some(-2), Some("torch"))
    );
    assert_eq!(
        (rows[1].nodes, rows[1].priority, &rows[1].environment),
        (Some(2), Some(5), &None)
    );
    let with_nodes = TraceMapping {
        nodes: Some("nodes".to_owned()),
        ..mapping()
    };
    assert_eq!(trace(content, &with_nodes).rows[0].nodes, Some(3));
    assert_eq!(trace(content, &mapping()).rows[0].nodes, None);
}

#[test]
fn byte_order_mark_line_ends_blank_lines_and_quotes_do_no_harm() {
    let content = "\u{feff}\u{feff}\"submitted\",duration\r\n\r\n1,\"2\"\r\n , \r\n\"3\",4\r\n,";
    let trace = trace(content, &mapping());
    assert_eq!(seconds(&trace), [(0.0, 2.0), (2.0, 4.0)]);
    let lines: Vec<u64> = trace.rows.iter().map(|row| row.line).collect();
    assert_eq!(lines, [3, 5]);
    let old_mac = self::trace("submitted,duration\r1,2\r\r3,x\r", &skipping());
    assert_eq!((old_mac.rows[0].line, old_mac.skipped), (2, 1));
}

#[test]
fn durations_have_a_unit_and_priorities_32_bits_without_sign() {
    let hours = TraceMapping {
        duration: Length::Column("duration".to_owned(), Unit::Hours),
        priority: Some("prio".to_owned()),
        ..mapping()
    };
    let rows = trace("submitted,duration,prio\n1,1.5,4294901760\n", &hours).rows;
    assert_eq!(rows[0].duration, SimDuration(5_400_000_000));
    assert_eq!(rows[0].priority, Some(4_294_901_760));
}

#[test]
fn the_shipped_week_is_what_its_license_file_says() {
    let path = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/scenarios/philly-week.csv"
    ));
    let week = TraceMapping {
        submitted: "timestamp".to_owned(),
        gpus: Some("num_gpus".to_owned()),
        gpus_per_node: Some(1),
        origin: Origin::DateTime("2017-11-20 00:00:00".to_owned()),
        ..mapping()
    };
    let table = table::open(&Disk, path).expect("a table");
    let trace = read_trace(&table, &week, "America/Los_Angeles", None).expect("a good trace");
    let large = trace.rows.iter().filter(|row| row.nodes > Some(8));
    assert_eq!((trace.rows.len(), large.count()), (244, 7));
    assert!(
        trace
            .rows
            .last()
            .is_some_and(|row| row.at < SimTime(7 * 24 * TICKS_PER_HOUR))
    );
    let start = trace.start.map(|start| start.to_string());
    assert_eq!(start.as_deref(), Some("2017-11-20T00:00:00"));
}

#[test]
fn the_philly_trace_reads_whole() {
    let shared = std::env::var_os("AUTOSCALE_SHARED_DATA").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")),
        PathBuf::from,
    );
    let path = shared.join("traces/philly_train_vcs.csv");
    if !path.exists() {
        let notice = format!("skipped: there is no {}\n", path.display());
        std::io::Write::write_all(&mut std::io::stderr(), notice.as_bytes()).expect("stderr");
        return;
    }
    let philly = TraceMapping {
        submitted: "timestamp".to_owned(),
        gpus: Some("num_gpus".to_owned()),
        ..mapping()
    };
    let table = table::open(&Disk, &path).expect("a table");
    let trace = read_trace(&table, &philly, "America/Los_Angeles", None).expect("a good trace");
    assert_eq!((trace.rows.len(), trace.skipped), (63_134, 0));
    let gpu_hours: f64 = trace
        .rows
        .iter()
        .map(|row| row.duration.as_secs_f64() * f64::from(row.nodes.unwrap_or(0)) / 3600.0)
        .sum();
    assert_eq!(format!("{gpu_hours:.0}"), "671367");
    assert!(trace.rows.is_sorted_by_key(|row| row.at));
}

#[test]
fn files_of_spreadsheets_are_read_whatever_stands_between_their_columns() {
    let rows = [(0.0, 90.5), (0.25, 60.0), (2.0, 1234.125)];
    for (content, decimal) in [
        (
            "submitted,duration,n\n1,90.5,1\n1.25,60,2\n3,1234.125,3\n",
            None,
        ),
        (
            "submitted;duration;n\n1;90,5;1\n1,25;60;2\n3;1234,125;3\n",
            None,
        ),
        (
            "submitted;duration;n\n1;90.5;1\n1.25;60;2\n3;1234.125;3\n",
            None,
        ),
        (
            "submitted\tduration\tn\n1\t90.5\t1\n1.25\t60\t2\n3\t1234.125\t3\n",
            None,
        ),
        (
            "submitted\tduration\tn\n1\t90,5\t1\n1,25\t60\t2\n3\t1234,125\t3\n",
            Some(Decimal::Comma),
        ),
        (
            "submitted,duration,n\n1,\"90,5\",1\n\"1,25\",60,2\n3,\"1234,125\",3\n",
            Some(Decimal::Comma),
        ),
    ] {
        let mapping = TraceMapping {
            nodes: Some("n".to_owned()),
            decimal,
            ..mapping()
        };
        let windows = format!("\u{feff}{}", content.replace('\n', "\r\n"));
        for content in [content, &windows] {
            let trace = trace(content, &mapping);
            assert_eq!(seconds(&trace), rows, "{content}");
            let nodes: Vec<_> = trace.rows.iter().map(|row| row.nodes).collect();
            assert_eq!(nodes, [Some(1), Some(2), Some(3)]);
        }
    }
}

#[test]
fn a_comma_between_semicolons_belongs_to_its_cell() {
    let content = "submitted;duration;who\n2024-01-01 09:00:00;60;Doe, J.\n45292;x;\n";
    let trace = trace(content, &skipping());
    assert_eq!((trace.rows.len(), trace.skipped), (1, 1));
    let shown = trace.skipped_examples[0].to_string();
    assert!(
        shown.contains(":3, column `duration`: `x` is not a number"),
        "{shown}"
    );
}
