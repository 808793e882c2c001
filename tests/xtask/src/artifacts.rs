//! What a build made: cargo's JSON messages, and the copies of our programs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;

use crate::failure::{Doing, Failure};
use crate::places::Places;

/// A program that cargo built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Artifact {
    /// The package, such as `landfall-core`.
    pub(crate) package: String,
    /// The target, such as `it` or `landfall`.
    pub(crate) target: String,
    /// The folder of the package's `Cargo.toml`.
    pub(crate) folder: PathBuf,
    /// True for a test program.
    pub(crate) is_test: bool,
    pub(crate) executable: PathBuf,
}

/// A line of `--message-format=json` that tells of a program. Cargo writes its JSON without spaces.
pub(crate) fn parse(line: &str) -> Option<Artifact> {
    if !line.starts_with("{\"reason\":\"compiler-artifact\"") {
        return None;
    }
    let executable = PathBuf::from(field(line, "executable")?);
    let folder = Path::new(&field(line, "manifest_path")?).parent()?.to_path_buf();
    let id = field(line, "package_id")?;
    // `…/tests#landfall-tests@0.1.0`, or `…/landfall-core#0.1.0` when the folder is named like the package.
    let (path, version) = id.rsplit_once('#')?;
    let package = match version.split_once('@') {
        Some((name, _)) => name,
        None => path.rsplit('/').next()?,
    };
    // The name in the object `target`, not one of the package's features.
    let target = field(&line[line.find("\"target\":{")?..], "name")?;
    let profile = &line[line.find("\"profile\":{")?..];
    let is_test = profile[..profile.find('}')?].ends_with("\"test\":true");
    Some(Artifact { package: package.to_owned(), target, folder, is_test, executable })
}

/// The text of the first field of that name, if it is text.
fn field(json: &str, name: &str) -> Option<String> {
    let start = json.find(&format!("\"{name}\":\""))? + name.len() + 4;
    let mut text = String::new();
    let mut characters = json[start..].chars();
    loop {
        match characters.next()? {
            '"' => return Some(text),
            '\\' => text.push(characters.next()?),
            other => text.push(other),
        }
    }
}

/// The file in a folder of programs that names its checkout.
const CHECKOUT: &str = "checkout";

/// Copies programs side by side into the checkout's folder. A copy that is there already is left as it is; a changed one
/// is replaced by rename, since the old one may be running. Programs of checkouts that are gone are removed.
pub(crate) fn install(programs: &[Artifact], places: &Places) -> Result<(), Failure> {
    let folder = &places.programs;
    fs::create_dir_all(folder).doing(|| format!("making {}", folder.display()))?;
    let named = places.root.as_os_str().as_encoded_bytes();
    fs::write(folder.join(CHECKOUT), named).doing(|| format!("writing in {}", folder.display()))?;
    if let Some(all) = folder.parent() {
        sweep(all);
    }
    for program in programs.iter().filter(|artifact| !artifact.is_test) {
        copy(&program.executable, &folder.join(&program.target))?;
    }
    Ok(())
}

/// Copies these programs into a folder of their own, with the rest of the installed ones beside them.
pub(crate) fn install_measured(programs: &[Artifact], places: &Places) -> Result<PathBuf, Failure> {
    let folder = places.programs.join("measured");
    fs::create_dir_all(&folder).doing(|| format!("making {}", folder.display()))?;
    let targets: Vec<&str> = programs.iter().map(|program| program.target.as_str()).collect();
    for entry in fs::read_dir(&places.programs).into_iter().flatten().flatten() {
        let (name, path) = (entry.file_name(), entry.path());
        if path.is_file() && !targets.iter().any(|target| name == *target) {
            copy(&path, &folder.join(name))?;
        }
    }
    for program in programs.iter().filter(|artifact| !artifact.is_test) {
        copy(&program.executable, &folder.join(&program.target))?;
    }
    Ok(folder)
}

/// Removes folders whose checkout isn't there any more; what can't be removed stays for the next time.
fn sweep(all: &Path) {
    for folder in fs::read_dir(all).into_iter().flatten().flatten() {
        let checkout = fs::read_to_string(folder.path().join(CHECKOUT));
        if checkout.is_ok_and(|checkout| !Path::new(&checkout).exists()) {
            let _ = fs::remove_dir_all(folder.path());
        }
    }
}

/// One copy, see [`install`].
pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    if is_same(from, to) {
        return Ok(());
    }
    let staged = to.with_extension(format!("{}.new", process::id()));
    fs::copy(from, &staged).doing(|| format!("copying {}", from.display()))?;
    let modified = fs::metadata(from).and_then(|metadata| metadata.modified());
    if let Ok(modified) = modified {
        let file = fs::File::options().write(true).open(&staged);
        file.and_then(|file| file.set_modified(modified)).doing(|| format!("dating {}", staged.display()))?;
    }
    fs::rename(&staged, to).doing(|| format!("renaming to {}", to.display()))
}

fn is_same(from: &Path, to: &Path) -> bool {
    match (fs::metadata(from), fs::metadata(to)) {
        (Ok(from), Ok(to)) => from.len() == to.len() && from.modified().ok() == to.modified().ok(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEST: &str = r#"{"reason":"compiler-artifact","package_id":"path+file:///a/tests#landfall-tests@0.1.0","manifest_path":"/a/tests/Cargo.toml","target":{"kind":["test"],"crate_types":["bin"],"name":"it","src_path":"/a/tests/tests/it/main.rs","edition":"2024","doc":false,"doctest":false,"test":true},"profile":{"opt_level":"0","debuginfo":0,"debug_assertions":true,"overflow_checks":true,"test":true},"features":[],"filenames":["/t/debug/deps/it-1"],"executable":"/t/debug/deps/it-1","fresh":true}"#;
    const PROGRAM: &str = r#"{"reason":"compiler-artifact","package_id":"path+file:///a/landfall-cli#0.1.0","manifest_path":"/a/landfall-cli/Cargo.toml","target":{"kind":["bin"],"crate_types":["bin"],"name":"landfall","src_path":"/a/landfall-cli/src/main.rs","edition":"2024","doc":true,"doctest":false,"test":true},"profile":{"opt_level":"0","debuginfo":0,"debug_assertions":true,"overflow_checks":true,"test":false},"features":[],"filenames":["/t/debug/landfall"],"executable":"/t/debug/land \"fall","fresh":true}"#;

    #[test]
    fn a_test_program_is_read() {
        let read = parse(TEST).expect("an artifact");
        assert_eq!((read.package.as_str(), read.target.as_str()), ("landfall-tests", "it"));
        assert_eq!(read.folder, Path::new("/a/tests"));
        assert!(read.is_test);
        assert_eq!(read.executable, Path::new("/t/debug/deps/it-1"));
    }

    #[test]
    fn a_package_named_like_its_folder_is_read() {
        let read = parse(PROGRAM).expect("an artifact");
        assert_eq!((read.package.as_str(), read.target.as_str()), ("landfall-cli", "landfall"));
        assert_eq!(read.executable, Path::new("/t/debug/land \"fall"));
        assert!(!read.is_test);
    }

    #[test]
    fn a_library_and_other_messages_are_none() {
        assert_eq!(parse(r#"{"reason":"compiler-artifact","executable":null,"fresh":true}"#), None);
        assert_eq!(parse(r#"{"reason":"build-finished","success":true}"#), None);
    }

    #[test]
    fn programs_go_with_their_checkout() {
        let all = std::env::temp_dir().join(format!("xtask-sweep-{}", process::id()));
        for (name, checkout) in [("alive", "/"), ("gone", "/no/such/checkout")] {
            fs::create_dir_all(all.join(name)).expect("a folder");
            fs::write(all.join(name).join(CHECKOUT), checkout).expect("a file");
        }
        sweep(&all);
        assert!(all.join("alive").exists() && !all.join("gone").exists());
        fs::remove_dir_all(&all).expect("our own folder");
    }

    #[test]
    fn a_changed_program_replaces_its_copy() {
        let folder = std::env::temp_dir().join(format!("xtask-copy-{}", process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let (from, to) = (folder.join("from"), folder.join("to"));
        fs::write(&from, "one").expect("a file");
        copy(&from, &to).expect("a copy");
        assert!(is_same(&from, &to));
        fs::write(&from, "three").expect("a file");
        assert!(!is_same(&from, &to));
        copy(&from, &to).expect("a copy");
        assert_eq!(fs::read_to_string(&to).expect("a file"), "three");
        fs::remove_dir_all(&folder).expect("our own folder");
    }
}
