//! What a file is that should be CSV with a header and is not: other formats by their first bytes, other delimiters, and
//! data in the place of the header.

/// What was found, and what to do.
pub(super) struct Finding {
    pub(super) message: String,
    pub(super) help: String,
}

fn finding(message: &str, help: &str) -> Finding {
    Finding {
        message: message.to_owned(),
        help: help.to_owned(),
    }
}

/// First bytes of files that are no text, with what they are and how they become CSV.
const BINARY: &[(&[u8], &str, &str)] = &[
    (
        b"PK\x03\x04",
        "an Excel workbook (XLSX) or another ZIP archive",
        "open it and save the sheet as `CSV UTF-8 (comma delimited)`, or unpack the archive",
    ),
    (
        b"\xd0\xcf\x11\xe0",
        "an Excel workbook (XLS)",
        "open it and save the sheet as `CSV UTF-8 (comma delimited)`",
    ),
    (
        b"\x1f\x8b",
        "a gzip archive",
        "unpack it, for example with `gunzip`",
    ),
    (
        b"\x28\xb5\x2f\xfd",
        "a zstd archive",
        "unpack it, for example with `zstd -d`",
    ),
    (
        b"PAR1",
        "a Parquet file",
        "export it as CSV, for example with `duckdb -csv -c \"from 'jobs.parquet'\"`",
    ),
];

/// First bytes of UTF-16 text.
const UTF_16: [&[u8]; 2] = [b"\xff\xfe", b"\xfe\xff"];

const JSON: &str = "convert it with the names that its objects have: `(echo submitted,duration; jq -r '.. | objects | \
                    select(has(\"submitted\")) | [.submitted, .duration] | @csv' FILE) > jobs.csv`";

const SWF: &str = "convert it: `(echo submit,run,cpus; awk '!/^;/ && $4>0 && $5>0 {print $2\",\"$4\",\"$5}' FILE) > jobs.csv`, \
                   then map `submitted = \"submit\"`, `duration = \"run\"`, and `gpus = \"cpus\"` with `gpus_per_node` as \
                   the processors of a node; jobs that never ran are left out";

const SACCT: &str = "write `sacct -X -P --format=Submit,ElapsedRaw,NNodes | tr '|' ',' > jobs.csv`, then map \
                     `submitted = \"Submit\"`, `duration = \"ElapsedRaw\"` and `nodes = \"NNodes\"`";

/// The format that bytes clearly have, which is neither CSV nor TOML, and how it becomes CSV.
pub(super) fn format(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    if let Some((_, name, help)) = BINARY.iter().find(|(magic, ..)| bytes.starts_with(magic)) {
        return Some((name, help));
    }
    let start = bytes.trim_ascii_start();
    let inner = start.get(1..).unwrap_or_default().trim_ascii_start();
    if start.starts_with(b"{") || start.starts_with(b"[") && inner.starts_with(b"{") {
        return Some(("JSON", JSON));
    }
    start.starts_with(b"<").then_some((
        "HTML or XML",
        "a download may have answered with a web page: open the file to see",
    ))
}

/// What the bytes of a file are, if they are clearly no CSV.
pub(super) fn not_csv(bytes: &[u8]) -> Option<Finding> {
    if let Some((name, help)) = format(bytes) {
        return Some(finding(&format!("this is {name}, not CSV"), help));
    }
    if UTF_16.iter().any(|mark| bytes.starts_with(mark)) {
        let message = "this is UTF-16 text, not UTF-8";
        return Some(finding(message, "save it as `CSV UTF-8`"));
    }
    let lines: Vec<&[u8]> = lines(bytes).take(200).collect();
    if is_swf(&lines) {
        let message = "this is a log in the Standard Workload Format (SWF), which cannot be read directly yet";
        return Some(finding(message, SWF));
    }
    is_sacct(&lines).then(|| {
        let message = "this is the output of Slurm's `sacct`, which cannot be read directly yet";
        finding(message, SACCT)
    })
}

/// Lines that are not blank, without blanks around them.
fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = bytes.split(|byte| matches!(byte, b'\n' | b'\r'));
    lines
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty())
}

/// Remarks after `;`, then 18 numbers or more between blanks.
fn is_swf(lines: &[&[u8]]) -> bool {
    let mut data = lines.iter().filter(|line| !line.starts_with(b";"));
    data.next().is_some_and(|line| {
        let fields: Vec<&[u8]> = fields(line).take(18).collect();
        let number = |field: &&[u8]| std::str::from_utf8(field).is_ok_and(is_number);
        fields.len() == 18 && fields.iter().all(number)
    })
}

/// A header with `JobID` between `|`, or between blanks above a line of dashes.
fn is_sacct(lines: &[&[u8]]) -> bool {
    let [header, rest @ ..] = lines else {
        return false;
    };
    let is_id = |field: &[u8]| {
        let field = field.trim_ascii();
        field.eq_ignore_ascii_case(b"JobID") || field.eq_ignore_ascii_case(b"JobIDRaw")
    };
    let ruled = rest.first().is_some_and(|line| {
        line.starts_with(b"--") && line.iter().all(|byte| matches!(byte, b'-' | b' '))
    });
    // Saved with commas it can be read, but each step of a job would count as a job.
    let position = header.split(|byte| *byte == b',').position(is_id);
    let is_step = |line: &&[u8]| {
        let id = position.and_then(|position| line.split(|byte| *byte == b',').nth(position));
        id.is_some_and(|id| {
            [&b".batch"[..], b".extern", b".0"]
                .iter()
                .any(|step| id.ends_with(step))
        })
    };
    header.contains(&b'|') && header.split(|byte| *byte == b'|').any(is_id)
        || ruled && fields(header).any(is_id)
        || rest.iter().any(is_step)
}

fn fields(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    let fields = line.split(u8::is_ascii_whitespace);
    fields.filter(|field| !field.is_empty())
}

/// What stands between the columns of a file: of commas, semicolons and tabs what its header has most of outside quotes, and the
/// comma among equals.
pub(super) fn separator(bytes: &[u8]) -> u8 {
    let header = lines(bytes).next().unwrap_or_default();
    let count = |separator: u8| {
        let mut is_quoted = false;
        let is_one = |byte: &&u8| {
            is_quoted ^= **byte == b'"';
            **byte == separator && !is_quoted
        };
        header.iter().filter(is_one).count()
    };
    let all = [b'\t', b';', b','].into_iter();
    all.max_by_key(|separator| count(*separator))
        .unwrap_or(b',')
}

/// Vertical bars between the columns of the header, if it has more of them than of what can be read.
pub(super) fn bars(header: &[String]) -> Option<Finding> {
    let count: usize = header.iter().map(|name| name.matches('|').count()).sum();
    (count >= header.len()).then(|| {
        finding(
            "the columns are separated by vertical bars (`|`), but must be separated by commas, semicolons or tabs",
            "save it with commas between the columns, for example with `tr '|' ','`",
        )
    })
}

/// Whether a header has a cell that can only be data: a number or a date.
pub(super) fn headerless(header: &[String]) -> Option<Finding> {
    let cell = header
        .iter()
        .find(|cell| is_number(cell) || is_date(cell))?;
    Some(Finding {
        message: format!(
            "the file has no header: `{cell}` in its first line is a value, not the name of a column"
        ),
        help: "write a first line with the name of each column, separated by commas".to_owned(),
    })
}

fn is_number(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'))
        && text.parse::<f64>().is_ok()
}

/// Begins with a date such as `2017-11-20`.
fn is_date(text: &str) -> bool {
    let date = text.get(..10);
    date.is_some_and(|date| date.parse::<jiff::civil::Date>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(bytes: &[u8]) -> String {
        not_csv(bytes).map_or_else(String::new, |finding| finding.message)
    }

    #[test]
    fn other_formats_are_told_by_their_bytes() {
        for (bytes, part) in [
            (&b"PK\x03\x04\x14\x00"[..], "Excel workbook (XLSX)"),
            (b"\xd0\xcf\x11\xe0\xa1", "Excel workbook (XLS)"),
            (b"\x1f\x8b\x08", "gzip"),
            (b"PAR1\x15", "Parquet"),
            (b"\xff\xfea\x00", "UTF-16"),
            (b"{\"submitted\": 1}\n", "this is JSON"),
            (b"\n[\n  {\"submitted\": 1}]", "this is JSON"),
            (b"<!DOCTYPE html>", "HTML or XML"),
            (
                b"; Version: 2\n; MaxJobs: 2\n\n1 5094 -1 12072 16 -1 -1 -1 -1 -1 1 -1 -1 -1 0 -1 -1 -1\n",
                "Standard Workload Format",
            ),
            (
                b"0 1356996147 0 56011 64 1 1024 64 86400 6871 1 62 1 1 -1 1 1 1 {1241} q_1d 1:ppn=64\n",
                "Standard Workload Format",
            ),
            (b"JobID|Submit|Elapsed\n1|2024-01-01T00:00:00|00:10:00\n", "`sacct`"),
            (b"JobID,Submit,Elapsed\n1,0,60\n1.batch,0,60\n", "`sacct`"),
            (b"   JobID    JobName\n-------- ----------\n1 x\n", "`sacct`"),
        ] {
            let found = said(bytes);
            assert!(found.contains(part), "{part}: {found}");
        }
        for csv in [
            "a,b\n1,2\n",
            "[date],x\n",
            "; a,b\n1,2\n",
            "JobID,Submit\n",
            "1,2,3\n",
            "",
        ] {
            assert_eq!(said(csv.as_bytes()), "", "{csv}");
        }
    }

    #[test]
    fn separators_are_told_by_the_header() {
        for (text, found) in [
            ("a,b;c,d", b','),
            ("a;b;c\n1,5;2,5;3", b';'),
            ("a\tb", b'\t'),
            ("a", b','),
            ("", b','),
            ("a;b,c", b','),
            ("\n\nname, first;start;end", b';'),
            ("\"a;b;c\",d", b','),
        ] {
            assert_eq!(separator(text.as_bytes()), found, "{text}");
        }
    }

    #[test]
    fn files_with_bars_or_without_a_header_are_told() {
        let header = |text: &str| -> Vec<String> { text.split(',').map(str::to_owned).collect() };
        assert!(bars(&header("a|b")).is_some());
        assert!(bars(&header("a,b|c,d")).is_none());
        assert!(bars(&header("a")).is_none());
        assert!(headerless(&header("0,add,node1")).is_some());
        assert!(headerless(&header("job,2017-11-20 08:00:00")).is_some());
        assert!(headerless(&header("2017,submitted")).is_some());
        assert!(headerless(&header("submitted,p95,inf,nan")).is_none());
    }
}
