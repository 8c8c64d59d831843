//! Large pages of memory. Linux takes memory back page by page when a process ends: that is a fifth of a second for each
//! GB in pages of 4 KB, and next to nothing in those of 2 MB, which are also had sooner.

use std::env;
use std::ffi::OsString;

/// Where Linux says whether a process gets large pages: `madvise` where it has to ask for them.
const ENABLED: &str = "/sys/kernel/mm/transparent_hugepage/enabled";
/// What the C library reads at the start of a process, and how it is told to ask.
const TUNABLES: (&str, &str) = ("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");
/// Tells a process that it was started again.
const AGAIN: &str = "SIMULATE_STARTED_AGAIN";

/// Starts this process again, with the same arguments and number, so that it gets large pages; comes back where that
/// cannot be, need not be, or has been.
pub(super) fn start_again(arguments: &[OsString]) {
    let is_set = |name: &str| env::var_os(name).is_some();
    let may_ask = std::fs::read_to_string(ENABLED).is_ok_and(|text| text.contains("[madvise]"));
    if may_ask && !is_set(TUNABLES.0) && !is_set(AGAIN) {
        replace(arguments);
    }
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn replace(arguments: &[OsString]) {
    use std::os::unix::process::CommandExt as _;
    use std::process::Command;

    if let (Ok(program), [name, others @ ..]) = (env::current_exe(), arguments) {
        let mut again = Command::new(program);
        again.arg0(name).args(others);
        // Only a failure comes back, and then all is as it was.
        let _ = again.env(TUNABLES.0, TUNABLES.1).env(AGAIN, "1").exec();
    }
}

/// Other C libraries have no such switch.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
fn replace(_: &[OsString]) {}
