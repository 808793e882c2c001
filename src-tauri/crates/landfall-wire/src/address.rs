//! The socket as the system has it: opening it for this user only, and knowing who is at the other end.

use std::io;
use std::path::Path;

use interprocess::local_socket::tokio::{Listener as SystemListener, Stream, prelude::*};
use interprocess::local_socket::{GenericFilePath, ListenerOptions};

use crate::error::WireError;

pub(crate) async fn connect(path: &Path) -> Result<Stream, WireError> {
    let failed = |source| WireError::Connect { path: path.to_path_buf(), source };
    let name = path.to_fs_name::<GenericFilePath>().map_err(failed)?;
    let stream = Stream::connect(name).await.map_err(failed)?;
    if !is_ours(&stream) {
        return Err(WireError::NotOurs { path: path.to_path_buf() });
    }
    Ok(stream)
}

pub(crate) fn listen(path: &Path) -> io::Result<SystemListener> {
    let options = ListenerOptions::new().name(path.to_fs_name::<GenericFilePath>()?);
    // We remove the name ourselves, and only if it is still ours.
    for_this_user(options.reclaim_name(false))?.create_tokio()
}

#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "the same shape as on Windows, where it can fail")]
fn for_this_user(options: ListenerOptions<'_>) -> io::Result<ListenerOptions<'_>> {
    use interprocess::os::unix::local_socket::ListenerOptionsExt;
    Ok(options.mode(0o600))
}

#[cfg(windows)]
fn for_this_user(options: ListenerOptions<'_>) -> io::Result<ListenerOptions<'_>> {
    use interprocess::os::windows::local_socket::ListenerOptionsExt;
    use interprocess::os::windows::security_descriptor::SecurityDescriptor;
    // Protected: nothing is inherited. Full access for this user's SID, none for anybody else (SDDL).
    let who = sid().unwrap_or_else(|| "OW".to_owned());
    let text = widestring::U16CString::from_str(format!("D:P(A;;GA;;;{who})"))
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    Ok(options.security_descriptor(SecurityDescriptor::deserialize(&text)?))
}

/// The security identifier of this user, from the system's own program, as there is no safe call for it.
#[cfg(windows)]
pub(crate) fn sid() -> Option<String> {
    static SID: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();
    SID.get_or_init(|| {
        let program = Path::new(&std::env::var_os("SystemRoot")?).join("System32").join("whoami.exe");
        let said = std::process::Command::new(program).args(["/user", "/fo", "csv", "/nh"]).output().ok()?;
        let text = String::from_utf8_lossy(&said.stdout).into_owned();
        let sid = text.trim().rsplit(',').next()?.trim_matches('"').to_owned();
        sid.starts_with("S-1-").then_some(sid)
    })
    .clone()
}

/// Whether the process at the other end runs as this user.
#[cfg(unix)]
pub(crate) fn is_ours(stream: &Stream) -> bool {
    let peer = stream.peer_creds().ok().and_then(|peer| peer.euid());
    peer == Some(rustix::process::geteuid().as_raw())
}

/// The security descriptor of the pipe has let in no one else.
#[cfg(windows)]
pub(crate) fn is_ours(_stream: &Stream) -> bool {
    true
}

/// What the file at `path` is, so that a later one of the same name can be told from it.
#[cfg(unix)]
pub(crate) fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    std::fs::symlink_metadata(path).ok().map(|found| (found.dev(), found.ino()))
}

/// Pipes leave nothing behind.
#[cfg(windows)]
pub(crate) fn identity(_path: &Path) -> Option<(u64, u64)> {
    None
}
