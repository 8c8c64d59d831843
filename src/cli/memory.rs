//! How much memory the process takes, and how much it may: what Linux tells in `/proc` and in the files of control groups.
//! Elsewhere nothing is known, and nothing is limited.

use std::fs;
use std::path::Path;

/// Share of the free memory that the process may take, unless told otherwise.
const SHARE: (u64, u64) = (3, 4);

/// Units that a size may have, in bytes.
const UNITS: [(&str, u64); 4] = [
    ("KB", 1 << 10),
    ("MB", 1 << 20),
    ("GB", 1 << 30),
    ("TB", 1 << 40),
];

/// Memory that the process takes, in bytes.
pub(super) fn taken() -> Option<u64> {
    kilobytes(&fs::read_to_string("/proc/self/status").ok()?, "VmRSS:")
}

/// Most memory that the process took so far, in bytes.
pub(super) fn most_taken() -> Option<u64> {
    kilobytes(&fs::read_to_string("/proc/self/status").ok()?, "VmHWM:")
}

/// Three quarters of what is free now, by the machine and by the control groups around the process.
pub(super) fn default_limit() -> Option<u64> {
    let free = kilobytes(&fs::read_to_string("/proc/meminfo").ok()?, "MemAvailable:")?;
    let free = groups().into_iter().fold(free, u64::min);
    Some(free / SHARE.1 * SHARE.0)
}

/// The number of a line such as `VmRSS:    1234 kB`, in bytes.
fn kilobytes(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let number = line.trim().strip_suffix("kB")?.trim();
    number.parse::<u64>().ok()?.checked_mul(1 << 10)
}

/// What each control group around the process leaves free, where it has a limit.
fn groups() -> Vec<u64> {
    let own = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let own = own.lines().find_map(|line| line.strip_prefix("0::/"));
    let root = Path::new("/sys/fs/cgroup");
    let number = |path: &Path, name: &str| -> Option<u64> {
        fs::read_to_string(path.join(name))
            .ok()?
            .trim()
            .parse()
            .ok()
    };
    // Version 2, from the group of the process outwards; inside a container the root is its own group.
    let all = Path::new(own.unwrap_or_default()).ancestors();
    let all = all.filter_map(|group| {
        let group = root.join(group);
        let limit = number(&group, "memory.max")?;
        Some(limit.saturating_sub(number(&group, "memory.current").unwrap_or(0)))
    });
    // Version 1, in a container.
    let old = root.join("memory");
    let of_old = number(&old, "memory.limit_in_bytes")
        .map(|limit| limit.saturating_sub(number(&old, "memory.usage_in_bytes").unwrap_or(0)));
    all.chain(of_old).collect()
}

/// Reads a size such as `4GB` or `500 MB`, in bytes.
pub(super) fn parse(text: &str) -> Result<u64, String> {
    let upper = text.trim().to_uppercase();
    let size = UNITS.iter().find_map(|(unit, bytes)| {
        let number: f64 = upper.strip_suffix(unit)?.trim().parse().ok()?;
        let size = number * *bytes as f64;
        (64e6..1e18).contains(&size).then_some(size)
    });
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range is checked"
    )]
    size.map(|size| size as u64)
        .ok_or_else(|| "write a size of 64MB or more, such as `500MB` or `4GB`".to_owned())
}

/// A size as a person would write it.
pub(super) fn friendly(bytes: u64) -> String {
    let (unit, of) = match bytes {
        _ if bytes < UNITS[1].1 => UNITS[0],
        _ if bytes < UNITS[2].1 => UNITS[1],
        _ => UNITS[2],
    };
    format!("{:.1} {unit}", bytes as f64 / of as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_written() {
        assert_eq!(parse("4GB"), Ok(4 << 30));
        assert_eq!(parse(" 500 mb "), Ok(500 << 20));
        assert_eq!(parse("1.5TB"), Ok(3 << 39));
        for wrong in ["", "4", "GB", "-4GB", "nanGB", "1KB", "4 apples"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(friendly(3 << 29), "1.5 GB");
        assert_eq!(friendly(200 << 20), "200.0 MB");
        assert_eq!(friendly(1 << 9), "0.5 KB");
    }

    #[test]
    fn lines_of_proc_are_read() {
        let text = "Name:\tsimulate\nVmHWM:\t  2000 kB\nVmRSS:\t  1000 kB\n";
        assert_eq!(kilobytes(text, "VmRSS:"), Some(1_024_000));
        assert_eq!(kilobytes(text, "VmSwap:"), None);
        assert_eq!(kilobytes("VmRSS: many kB", "VmRSS:"), None);
    }
}
