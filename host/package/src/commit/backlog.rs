//! How much waits to be written on this machine.

use std::path::Path;
use std::sync::LazyLock;

use rustix::fs::{FsWord, statfs};

use crate::content;

/// File systems whose log makes all files durable as quickly as one: ext4 and XFS. And tmpfs, where nothing is durable.
/// The numbers are those of `linux/magic.h`.
const WITH_ONE_LOG: [FsWord; 3] = [0xEF53, 0x5846_5342, 0x0102_1994];

/// In KiB: what a disk writes in the time of a few files.
const LITTLE: u64 = 1024;

/// The kernel from which on flushing a file system tells that it failed, as flushing a file always does: 5.8.
const HONEST: (u16, u16) = (5, 8);

static IS_HONEST: LazyLock<bool> =
    LazyLock::new(|| text("/proc/sys/kernel/osrelease").is_some_and(|release| version(&release) >= Some(HONEST)));

/// True where flushing the whole file system that `path` is on is as quick as flushing a file, and as good.
pub(super) fn is_short(path: &Path) -> bool {
    let is_suited = || statfs(path).is_ok_and(|found| WITH_ONE_LOG.contains(&found.f_type));
    *IS_HONEST && is_suited() && text("/proc/meminfo").and_then(|text| waiting(&text)).is_some_and(|kib| kib <= LITTLE)
}

/// What the kernel tells.
fn text(path: &str) -> Option<String> {
    content::of(Path::new(path), |bytes| String::from_utf8_lossy(bytes).into_owned()).ok()
}

/// The first two numbers of a kernel's version.
fn version(release: &str) -> Option<(u16, u16)> {
    let mut numbers = release.split(|sign: char| !sign.is_ascii_digit()).map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

/// What waits to be written, or is being written, on all disks together, in KiB.
fn waiting(meminfo: &str) -> Option<u64> {
    let kib = |name: &str| {
        let value = meminfo.lines().find_map(|line| line.strip_prefix(name))?;
        value.strip_suffix(" kB")?.trim().parse::<u64>().ok()
    };
    kib("Dirty:")?.checked_add(kib("Writeback:")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        for (release, is_honest) in
            [("6.18.5", true), ("5.10.0-28-amd64", true), ("5.8-rc1", true), ("4.18.0-553.el8", false)]
        {
            assert_eq!(version(release).unwrap() >= HONEST, is_honest, "{release}");
        }
        assert_eq!(version("unknown"), None);
    }

    #[test]
    fn what_waits_is_found_in_what_the_kernel_tells() {
        let meminfo = "MemTotal:       49443544 kB\nDirty:              1340 kB\nWriteback:             8 kB\n\
            WritebackTmp:          0 kB\n";
        assert_eq!(waiting(meminfo), Some(1348));
        assert_eq!(waiting("Dirty:              1340 kB\n"), None);
        assert_eq!(waiting("Dirty: many kB\nWriteback: 0 kB\n"), None);
        assert!(waiting(&text("/proc/meminfo").unwrap()).is_some());
        assert!(version(&text("/proc/sys/kernel/osrelease").unwrap()).is_some());
    }
}
