//! Many files in one: each behind a line that names it, all compressed. `zcat` shows them.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

/// Files by `scenario/file`.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

const HEAD: &str = "==> ";

/// Where the packed files of this name stand.
pub(crate) fn place(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden_bytes")
        .join(format!("{name}.gz"))
}

/// Files of one sort stand together, since they resemble each other; the two timelines of a study are often the same.
pub(crate) fn pack(files: &Files) -> Vec<u8> {
    let mut sorted: Vec<(&String, &Vec<u8>)> = files.iter().collect();
    sorted.sort_by_key(|(path, _)| {
        let (study, file) = path.split_once('/').expect("a scenario and a file");
        (file.replace("-fine", ""), study, file)
    });
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    for (path, bytes) in sorted {
        writeln!(packed, "{HEAD}{path} {}", bytes.len()).expect("memory takes every byte");
        packed.write_all(bytes).expect("memory takes every byte");
    }
    packed.finish().expect("memory takes every byte")
}

pub(crate) fn unpack(packed: &[u8]) -> Files {
    let mut all = Vec::new();
    let unpacked = GzDecoder::new(packed).read_to_end(&mut all);
    unpacked.expect("files packed by this test");
    let mut files = Files::new();
    let mut rest = &all[..];
    while !rest.is_empty() {
        let end = rest.iter().position(|byte| *byte == b'\n').expect("a head");
        let head = std::str::from_utf8(&rest[..end]).expect("a head in UTF-8");
        let (path, length) = head[HEAD.len()..]
            .rsplit_once(' ')
            .expect("path and length");
        let (bytes, others) = rest[end + 1..].split_at(length.parse().expect("a length"));
        files.insert(path.to_owned(), bytes.to_vec());
        rest = others;
    }
    files
}

/// The files that were kept under a name.
pub(crate) fn kept(name: &str) -> Files {
    let packed = fs::read(place(name)).expect("the file is in the source tree");
    unpack(&packed)
}

#[test]
fn what_is_packed_comes_back() {
    let mut files = Files::new();
    files.insert("a/x.csv".to_owned(), b"name,cost\n==> b/x.csv 3\n".to_vec());
    files.insert("b/x.csv".to_owned(), Vec::new());
    files.insert("a/y.csv".to_owned(), vec![0, 255, b'\n']);
    assert_eq!(unpack(&pack(&files)), files);
    assert_eq!(pack(&files), pack(&files));
}
