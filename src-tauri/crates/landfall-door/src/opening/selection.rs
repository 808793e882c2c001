//! The file manager of a Linux desktop, asked over the session bus
//! (<https://www.freedesktop.org/wiki/Specifications/file-manager-interface/>).

use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

const NAME: &str = "org.freedesktop.FileManager1";
const OBJECT: &str = "/org/freedesktop/FileManager1";
/// A file manager that has to be started answers within this time, or the folder is opened in another way.
const ANSWERS_WITHIN: Duration = Duration::from_secs(3);
/// What stands in a URL as it is.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// No file manager showed the file.
#[derive(Debug)]
pub(super) struct NotShown;

/// Shows the folder of `path` with the file selected.
pub(super) async fn select(path: &Path) -> Result<(), NotShown> {
    tokio::time::timeout(ANSWERS_WITHIN, ask(path)).await.map_err(|_| NotShown)?.map_err(|_| NotShown)
}

async fn ask(path: &Path) -> zbus::Result<()> {
    let bus = zbus::Connection::session().await?;
    let no_startup_id = "";
    bus.call_method(Some(NAME), OBJECT, Some(NAME), "ShowItems", &([url(path)], no_startup_id))
        .await
        .map(drop)
}

fn url(path: &Path) -> String {
    format!("file://{}", percent_encode(path.as_os_str().as_bytes(), ENCODED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_becomes_a_url_whatever_its_bytes() {
        assert_eq!(url(Path::new("/home/ada/a b#1%.xlsx")), "file:///home/ada/a%20b%231%25.xlsx");
    }
}
