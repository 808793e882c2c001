//! The watched folder itself: where it really is, whether it is still the same one, on what file system.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// A folder as it was found at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// The folder's path without links.
    pub(crate) real: PathBuf,
    /// Device and inode: another folder of the same name has others.
    identity: (u64, u64),
    /// The folder is where a drive or share is mounted.
    mount_point: bool,
    /// The name of the file system, if it is one that does not tell of every change.
    pub(crate) silent_file_system: Option<&'static str>,
}

impl Place {
    /// Finds the folder. Blocks on the file system.
    pub(crate) fn visit(folder: &Path) -> Result<Self, Error> {
        let real = fs::canonicalize(folder).map_err(Error::OpenFolder)?;
        let metadata = fs::metadata(&real).map_err(Error::OpenFolder)?;
        if !metadata.is_dir() {
            return Err(Error::NotFolder);
        }
        // Opening it shows whether it may be read.
        drop(fs::read_dir(&real).map_err(Error::ListFolder)?);
        let identity = identity(&metadata);
        let parent = real.parent().and_then(|parent| fs::metadata(parent).ok());
        let mount_point = parent.is_some_and(|parent| self::identity(&parent).0 != identity.0);
        let silent_file_system = silent_file_system(&real);
        Ok(Self { real, identity, mount_point, silent_file_system })
    }

    /// Compares what is there `now` with this earlier visit: an error says how it was lost.
    pub(crate) fn compare(&self, now: &Self) -> Result<(), Error> {
        if self.identity == now.identity && self.real == now.real {
            return Ok(());
        }
        if self.gave_way(now) { Err(Error::Unplugged) } else { Err(Error::Replaced) }
    }

    /// True when the mount that was watched is gone and only the bare mount point is left.
    pub(crate) fn gave_way(&self, now: &Self) -> bool {
        self.mount_point && !now.mount_point && self.real == now.real
    }

    /// True while the folder is still there as it was. Blocks on the file system.
    pub(crate) fn still_there(&self) -> bool {
        fs::metadata(&self.real).is_ok_and(|metadata| identity(&metadata) == self.identity)
    }
}

#[cfg(unix)]
fn identity(metadata: &fs::Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

#[cfg(windows)]
fn identity(metadata: &fs::Metadata) -> (u64, u64) {
    use std::os::windows::fs::MetadataExt;
    (0, metadata.creation_time())
}

#[cfg(target_os = "linux")]
fn silent_file_system(folder: &Path) -> Option<&'static str> {
    let answer = rustix::fs::statfs(folder).ok()?;
    // The numbers have 32 bits; the field is wider and signed on some machines.
    silent_by_number(answer.f_type as u32)
}

#[cfg(not(target_os = "linux"))]
fn silent_file_system(_folder: &Path) -> Option<&'static str> {
    None
}

/// The file systems whose changes can be made elsewhere, by the magic numbers of statfs(2).
#[cfg(target_os = "linux")]
fn silent_by_number(magic: u32) -> Option<&'static str> {
    match magic {
        0x0000_6969 => Some("nfs"),
        0xff53_4d42 | 0xfe53_4d42 | 0x0000_517b => Some("cifs"),
        0x0102_1997 => Some("9p"),
        // virtiofs answers with the number of fuse.
        0x6573_5546 => Some("fuse"),
        0x00c3_6400 => Some("ceph"),
        0x5346_414f | 0x6b41_4653 => Some("afs"),
        0x786f_4256 => Some("vboxsf"),
        0xbacb_acbc => Some("vmhgfs"),
        _ => None,
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn network_and_host_shares_are_polled_and_local_file_systems_are_not() {
        for (magic, name) in
            [(0x6969, "nfs"), (0xff53_4d42, "cifs"), (0x0102_1997, "9p"), (0x6573_5546, "fuse")]
        {
            assert_eq!(silent_by_number(magic), Some(name));
        }
        for local in [0xef53_u32, 0x0102_1994, 0x9123_683e, 0x5846_5342] {
            assert_eq!(silent_by_number(local), None, "{local:#x}");
        }
    }
}
