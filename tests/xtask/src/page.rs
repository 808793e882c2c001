//! The page of the window: its packages, its checks, its build. Node does the work.

mod licences;

use std::collections::hash_map::DefaultHasher;
use std::fs;
use std::hash::{Hash, Hasher};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::failure::{Doing, Failure};
use crate::places::{self, Places};
use crate::tally::Tally;
use crate::test::programs;
use crate::tools;

/// What Vite and the linters ask for.
const OLDEST_NODE: (u32, u32) = (20, 19);
const NO_NODE: &str = "the page is built with Node 20.19 or newer and its npm, which are not here. \
    Install them (Debian 13: apt-get install nodejs npm; older: the archives of the Node project) and run this again";

/// What is made of these, so a change of them is a change of the page.
const SOURCES: [&str; 10] = [
    "src",
    "messages",
    "project.inlang/settings.json",
    "scripts",
    "public",
    "index.html",
    "package.json",
    "package-lock.json",
    "svelte.config.js",
    "vite.config.ts",
];
/// Made by the build itself, or no part of it.
const NOT_SOURCES: [&str; 2] = ["src/lib/paraglide", "src/testing"];

/// Where the installed packages note which list they are of.
const INSTALLED: &str = "node_modules/.landfall-lock";
/// Where the built page notes which sources it is of; outside `dist`, whose files go into the program.
const BUILT: &str = "node_modules/.landfall-built";

/// The checks in order, each a script of `ui/package.json`.
const CHECKS: [&str; 3] = ["format:check", "lint", "check"];

/// Runs all checks and tests of the page and builds it; every check counts as one, tests by their number.
pub(crate) fn check(places: &Places) -> Result<Tally, Failure> {
    install(places)?;
    let list = ui(places).join("package-lock.json");
    let text = fs::read_to_string(&list).doing(|| format!("reading {}", list.display()))?;
    let refused = licences::refused(&text);
    for package in &refused {
        println!("a licence that is not permissive: {package}");
    }
    let mut tally = Tally::check("page/licences", refused.is_empty());
    for script in CHECKS {
        tally.add(step(places, script)?);
    }
    println!("--- page/test");
    tally.add(programs::run(npm(places, "test"), "page/test", Tally::read_vitest)?);
    let built = build(places).map_err(|failure| println!("{failure}"));
    tally.add(Tally::check("page/build", built.is_ok()));
    tally.add(step(places, "sizes")?);
    Ok(tally)
}

/// Looks for what keeps people out, in a browser, where colours count.
pub(crate) fn axe(places: &Places) -> Result<Tally, Failure> {
    install(places)?;
    programs::run(npm(places, "axe"), "page/axe", Tally::read_axe)
}

fn step(places: &Places, script: &str) -> Result<Tally, Failure> {
    let name = format!("page/{script}");
    println!("--- {name}");
    let mut command = npm(places, script);
    let status = command.status().map_err(|source| Failure::starting(&command, source))?;
    Ok(Tally::check(&name, status.success()))
}

/// Builds the page into `ui/dist`, unless it is there and nothing of it changed.
pub(crate) fn build(places: &Places) -> Result<(), Failure> {
    install(places)?;
    let ui = ui(places);
    let sources = sources(&ui).doing(|| format!("reading {}", ui.display()))?;
    let stamp = ui.join(BUILT);
    if ui.join("dist/index.html").exists() && fs::read_to_string(&stamp).is_ok_and(|built| built == sources) {
        return Ok(());
    }
    println!("--- page/build");
    // A build that is stopped halfway counts as none.
    let _ = fs::remove_file(&stamp);
    tools::succeed(&mut npm(places, "build"))?;
    fs::write(&stamp, sources).doing(|| format!("writing {}", stamp.display()))
}

/// A script of `ui/package.json`, its colours off where its output is read.
pub(crate) fn npm(places: &Places, script: &str) -> Command {
    let mut command = Command::new("npm");
    command.args(["run", "--silent", script]).current_dir(ui(places)).stdin(Stdio::null());
    command.env("NO_COLOR", "1").env_remove("FORCE_COLOR");
    command
}

/// Installs exactly the packages of `ui/package-lock.json`, unless they are there. They are fetched once for all
/// checkouts; each gets links to the files in the cache.
pub(crate) fn install(places: &Places) -> Result<(), Failure> {
    require_node()?;
    let ui = ui(places);
    let list = ui.join("package-lock.json");
    let wanted = fs::read(&list).doing(|| format!("reading {}", list.display()))?;
    let key = places::key(&wanted);
    let stamp = ui.join(INSTALLED);
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == key) {
        return Ok(());
    }
    if !is_current(&ui) {
        let cached = fetch(places, &key)?;
        let modules = ui.join("node_modules");
        println!("linking the packages of ui/package-lock.json");
        match fs::remove_dir_all(&modules) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).doing(|| format!("removing {}", modules.display()));
            }
            _ => link(&cached, &modules).doing(|| format!("linking {}", modules.display()))?,
        }
    }
    fs::write(&stamp, key).doing(|| format!("writing {}", stamp.display()))
}

/// Whether somebody's own `npm install` put them there after the list last changed; npm then keeps a list of its own.
fn is_current(ui: &Path) -> bool {
    let changed = |path: &str| fs::metadata(ui.join(path)).and_then(|metadata| metadata.modified()).ok();
    match (changed("node_modules/.package-lock.json"), changed("package-lock.json")) {
        (Some(installed), Some(list)) => installed >= list,
        _ => false,
    }
}

/// The folder `node_modules` of the cache for this list.
fn fetch(places: &Places, key: &str) -> Result<PathBuf, Failure> {
    let name = format!("npm-{key}");
    let folder = places.cache.join(&name);
    let (modules, complete) = (folder.join("node_modules"), folder.join("complete"));
    let _alone = tools::lock(&places.cache, &name)?;
    if complete.exists() {
        return Ok(modules);
    }
    fs::create_dir_all(&folder).doing(|| format!("making {}", folder.display()))?;
    for file in ["package.json", "package-lock.json"] {
        let from = ui(places).join(file);
        fs::copy(&from, folder.join(file)).doing(|| format!("copying {}", from.display()))?;
    }
    println!("installing the packages of ui/package-lock.json");
    let mut command = Command::new("npm");
    // No package of ours needs to run a program to be installed.
    command.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
    tools::succeed(command.current_dir(&folder))?;
    fs::write(&complete, "").doing(|| format!("writing {}", complete.display()))?;
    Ok(modules)
}

/// The same tree with hard links to its files, or copies where the cache is on another disk.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let (kind, name, path) =
            entry.and_then(|entry| Ok((entry.file_type()?, entry.file_name(), entry.path())))?;
        let target = to.join(name);
        if kind.is_dir() {
            link(&path, &target)?;
        } else if kind.is_symlink() {
            std::os::unix::fs::symlink(fs::read_link(&path)?, &target)?;
        } else if fs::hard_link(&path, &target).is_err() {
            fs::copy(&path, &target)?;
        }
    }
    Ok(())
}

fn require_node() -> Result<(), Failure> {
    let mut command = Command::new("node");
    let said = command.arg("--version").output().map_err(|_| Failure::usage(NO_NODE))?;
    let version = String::from_utf8_lossy(&said.stdout).trim().to_owned();
    let has_npm = Command::new("npm").arg("--version").stdout(Stdio::null()).status().is_ok();
    if has_npm && version_of(&version).is_some_and(|version| version >= OLDEST_NODE) {
        return Ok(());
    }
    Err(Failure::Usage(format!("{NO_NODE} (node says it is {version})")))
}

/// `v20.19.2` → (20, 19)
fn version_of(said: &str) -> Option<(u32, u32)> {
    let mut numbers = said.strip_prefix('v')?.split('.').map(str::parse);
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
}

/// A key of the names and contents of all sources.
fn sources(ui: &Path) -> io::Result<String> {
    let mut hasher = DefaultHasher::new();
    for source in SOURCES {
        add(ui, &ui.join(source), &mut hasher)?;
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn add(ui: &Path, path: &Path, hasher: &mut DefaultHasher) -> io::Result<()> {
    let name = path.strip_prefix(ui).unwrap_or(path);
    if NOT_SOURCES.iter().any(|other| Path::new(other) == name) || !path.exists() {
        return Ok(());
    }
    if path.is_dir() {
        let mut inside =
            fs::read_dir(path)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
        inside.sort();
        return inside.iter().try_for_each(|path| add(ui, path, hasher));
    }
    name.hash(hasher);
    fs::read(path)?.hash(hasher);
    Ok(())
}

fn ui(places: &Places) -> PathBuf {
    places.root.join("ui")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_of_node_is_compared_as_numbers() {
        assert_eq!(version_of("v20.19.2"), Some((20, 19)));
        assert!(version_of("v20.9.0") < Some(OLDEST_NODE) && version_of("v22.0.0") > Some(OLDEST_NODE));
        assert_eq!(version_of("nothing"), None);
    }

    #[test]
    fn the_page_is_built_again_when_a_source_changes() {
        let ui = std::env::temp_dir().join(format!("xtask-page-{}", std::process::id()));
        fs::create_dir_all(ui.join("src/lib/paraglide")).expect("folders");
        fs::write(ui.join("src/a.ts"), "one").expect("a file");
        let first = sources(&ui).expect("a key");
        fs::write(ui.join("src/lib/paraglide/made.js"), "made").expect("a file");
        assert_eq!(sources(&ui).expect("a key"), first, "what is made doesn't count");
        fs::write(ui.join("src/a.ts"), "two").expect("a file");
        assert_ne!(sources(&ui).expect("a key"), first);
        fs::remove_dir_all(&ui).expect("our own folder");
    }

    #[test]
    fn a_linked_tree_has_files_folders_and_links() {
        let all = std::env::temp_dir().join(format!("xtask-link-{}", std::process::id()));
        let (from, to) = (all.join("from"), all.join("to"));
        fs::create_dir_all(from.join("a/b")).expect("folders");
        fs::write(from.join("a/b/file"), "content").expect("a file");
        std::os::unix::fs::symlink("b/file", from.join("a/link")).expect("a link");
        link(&from, &to).expect("linked");
        assert_eq!(fs::read_to_string(to.join("a/link")).expect("a file"), "content");
        fs::remove_dir_all(&all).expect("our own folder");
    }
}
