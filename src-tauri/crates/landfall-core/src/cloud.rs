//! Folders that a program copies to other computers: reports hold names and mail addresses, and a file that is being
//! copied may be locked or change.

/// How such programs name their folders, in lower case, and what people call them. A name with more after it counts
/// (`OneDrive - Acme`); one that only holds the word does not (`mydropboxes`).
const BY_NAME: [(&str, &str); 10] = [
    ("onedrive", "OneDrive"),
    ("dropbox", "Dropbox"),
    ("google drive", "Google Drive"),
    ("googledrive", "Google Drive"),
    ("com~apple~clouddocs", "iCloud Drive"),
    ("icloud", "iCloud Drive"),
    ("nextcloud", "Nextcloud"),
    ("owncloud", "ownCloud"),
    ("pcloud", "pCloud"),
    ("syncthing", "Syncthing"),
];

/// Files that such programs leave at the top of what they copy, whatever the folder is called.
const BY_MARK: [(&str, &str); 7] = [
    (".dropbox", "Dropbox"),
    (".dropbox.cache", "Dropbox"),
    (".849c9593-d756-4e56-8d6e-42412f2a707b", "OneDrive"),
    (".nextcloudsync.log", "Nextcloud"),
    (".owncloudsync.log", "ownCloud"),
    (".stfolder", "Syncthing"),
    (".tmp.drivedownload", "Google Drive"),
];

/// The program that copies a folder, by the names on its path; `marked` says whether a file of this name lies in it or
/// in a folder above it.
pub fn copied_by<'a>(
    names: impl IntoIterator<Item = &'a str>,
    marked: impl Fn(&str) -> bool,
) -> Option<&'static str> {
    names
        .into_iter()
        .find_map(by_name)
        .or_else(|| BY_MARK.iter().find(|(mark, _)| marked(mark)).map(|(_, program)| *program))
}

fn by_name(name: &str) -> Option<&'static str> {
    let name = name.to_lowercase();
    BY_NAME.iter().find(|(begin, _)| name.starts_with(begin)).map(|(_, program)| *program)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_cloud_programs_are_known_by_their_names() {
        for (path, program) in [
            ("/home/ada/Dropbox/reports", Some("Dropbox")),
            ("/home/ada/OneDrive - Acme/out", Some("OneDrive")),
            ("/Users/ada/Library/Mobile Documents/com~apple~CloudDocs/x", Some("iCloud Drive")),
            ("/Users/ada/Library/CloudStorage/GoogleDrive-ada@example.org/My Drive", Some("Google Drive")),
            ("/home/ada/Google Drive", Some("Google Drive")),
            ("/home/ada/Nextcloud/reports", Some("Nextcloud")),
            ("/home/ada/kubernetes-reports", None),
            ("/srv/mydropboxes", None),
        ] {
            assert_eq!(copied_by(path.split('/'), |_| false), program, "{path}");
        }
    }

    #[test]
    fn a_folder_of_another_name_is_known_by_what_lies_in_it() {
        assert_eq!(copied_by(["srv", "shared"], |mark| mark == ".nextcloudsync.log"), Some("Nextcloud"));
        assert_eq!(copied_by(["srv", "shared"], |mark| mark == ".git"), None);
    }
}
