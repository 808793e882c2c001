//! What the file system says about a file's version, and the hash of its content.

use std::fmt;
use std::fs::Metadata;
use std::str::FromStr;

/// What the file system says about one version of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stamp {
    /// Size in bytes.
    pub bytes: u64,
    /// Modification time in nanoseconds since 1970-01-01 UTC; times that do not fit are the nearest that do.
    pub modified_ns: i64,
    /// Time of the last change to content, name or permissions, in nanoseconds since 1970-01-01 UTC. It
    /// cannot be set by a program. `None` where the system does not tell.
    pub changed_ns: Option<i64>,
    /// The file's number in its file system (Unix), or its time of creation (Windows): differs when another
    /// file took the name.
    pub inode: u64,
}

impl Stamp {
    /// True when both describe the same version. A missing change time agrees with every other.
    pub fn agrees(&self, other: &Self) -> bool {
        let changed = match (self.changed_ns, other.changed_ns) {
            (Some(mine), Some(theirs)) => mine == theirs,
            _ => true,
        };
        changed
            && self.bytes == other.bytes
            && self.modified_ns == other.modified_ns
            && self.inode == other.inode
    }

    #[cfg(unix)]
    pub(crate) fn of(metadata: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt;
        Self {
            bytes: metadata.size(),
            modified_ns: nanoseconds(metadata.mtime(), metadata.mtime_nsec()),
            changed_ns: Some(nanoseconds(metadata.ctime(), metadata.ctime_nsec())),
            inode: metadata.ino(),
        }
    }

    #[cfg(windows)]
    pub(crate) fn of(metadata: &Metadata) -> Self {
        use std::os::windows::fs::MetadataExt;
        /// 100 ns steps between 1601-01-01, where Windows begins to count, and 1970-01-01.
        const STEPS_TO_1970: i64 = 116_444_736_000_000_000;
        let steps = i64::try_from(metadata.last_write_time()).unwrap_or(i64::MAX);
        Self {
            bytes: metadata.file_size(),
            modified_ns: steps.saturating_sub(STEPS_TO_1970).saturating_mul(100),
            changed_ns: None,
            inode: metadata.creation_time(),
        }
    }
}

#[cfg(unix)]
fn nanoseconds(seconds: i64, nanoseconds: i64) -> i64 {
    seconds.saturating_mul(1_000_000_000).saturating_add(nanoseconds)
}

/// The SHA-256 of a file's bytes. Shown and parsed as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentHash([u8; 32]);

impl ContentHash {
    /// Wraps the 32 bytes of a SHA-256.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes of the SHA-256.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContentHash({self})")
    }
}

impl FromStr for ContentHash {
    type Err = hex::FromHexError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut bytes = [0; 32];
        hex::decode_to_slice(text, &mut bytes)?;
        Ok(Self(bytes))
    }
}
