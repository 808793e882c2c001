//! Programs that the checks use and Debian doesn't have: made once, kept in the cache by version.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::cargo;
use crate::failure::{Doing, Failure};
use crate::places::{self, Places};

/// A program of a crate, by its exact version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CargoTool {
    name: &'static str,
    version: &'static str,
}

pub(crate) const DENY: CargoTool = CargoTool { name: "cargo-deny", version: "0.20.2" };
pub(crate) const MACHETE: CargoTool = CargoTool { name: "cargo-machete", version: "0.9.2" };

/// The tool's program; built from source the first time, which takes a minute or two.
pub(crate) fn ensure(places: &Places, tool: CargoTool) -> Result<PathBuf, Failure> {
    let CargoTool { name, version } = tool;
    let tools = places.cache.join("tools");
    let home = tools.join(format!("{name}-{version}"));
    let program = home.join("bin").join(name);
    if program.exists() {
        return Ok(program);
    }
    let _alone = lock(&tools, name)?;
    if program.exists() {
        return Ok(program);
    }
    println!("installing {name} {version}");
    let work = tools.join(format!("build-{name}"));
    let mut command = cargo::command(places);
    // Its build is as fast unoptimised, and the tool quick enough.
    command.args(["install", "--locked", "--debug", "--quiet", "--root"]).arg(&home);
    command.arg(format!("{name}@{version}")).env("CARGO_TARGET_DIR", &work);
    succeed(&mut command)?;
    fs::remove_dir_all(&work).doing(|| format!("removing {}", work.display()))?;
    Ok(program)
}

/// A Python environment of exactly `tests/requirements.txt`; gives its `bin`.
pub(crate) fn venv(places: &Places) -> Result<PathBuf, Failure> {
    environment_of(places, "tests/requirements.txt")
}

/// The program `go`, in the version of `tests/bed/requirements.txt`, so that a bed is the same wherever it is built.
pub(crate) fn go(places: &Places) -> Result<PathBuf, Failure> {
    Ok(environment_of(places, "tests/bed/requirements.txt")?.join("go"))
}

/// A Python environment of exactly this file of the checkout, once for all that have the same; gives its `bin`.
fn environment_of(places: &Places, file: &str) -> Result<PathBuf, Failure> {
    let requirements = places.root.join(file);
    let wanted = fs::read(&requirements).doing(|| format!("reading {}", requirements.display()))?;
    let name = format!("venv-{}", places::key(&wanted));
    let folder = places.cache.join(&name);
    let (bin, complete) = (folder.join("bin"), folder.join("complete"));
    if complete.exists() {
        return Ok(bin);
    }
    let _alone = lock(&places.cache, &name)?;
    if complete.exists() {
        return Ok(bin);
    }
    println!("installing the Python packages of {file}");
    if folder.exists() {
        // Half made by a run that was stopped.
        fs::remove_dir_all(&folder).doing(|| format!("removing {}", folder.display()))?;
    }
    // Debian's own, for which its package python3-venv is; another one may stand before it on the PATH.
    let debian = Path::new("/usr/bin/python3");
    let python = if debian.exists() { debian } else { Path::new("python3") };
    succeed(Command::new(python).args(["-m", "venv"]).arg(&folder))?;
    let mut pip = Command::new(bin.join("python3"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"])
        .arg(&requirements);
    succeed(&mut pip)?;
    fs::write(&complete, "").doing(|| format!("writing {}", complete.display()))?;
    Ok(bin)
}

/// The variable that names the folder of the programs under test.
pub(crate) const PROGRAMS: &str = "LANDFALL_TEST_BIN_DIR";

/// The variables by which the fixtures find what was built and installed for them.
pub(crate) fn environment(places: &Places) -> Result<Vec<(&'static str, PathBuf)>, Failure> {
    Ok(vec![
        ("LANDFALL_CACHE", places.cache.clone()),
        (PROGRAMS, places.programs.clone()),
        ("LANDFALL_TEST_PYTHON", venv(places)?.join("python3")),
        ("LANDFALL_TEST_STATIC_GENERATOR", static_generator(places)),
    ])
}

/// Where the layer `generator` puts its program.
pub(crate) fn static_generator(places: &Places) -> PathBuf {
    places.programs.join("linux").join("ticketing-report")
}

pub(crate) fn succeed(command: &mut Command) -> Result<(), Failure> {
    let status =
        command.stdin(Stdio::null()).status().map_err(|source| Failure::starting(command, source))?;
    if status.success() {
        return Ok(());
    }
    let words: Vec<String> = command.get_args().map(|word| word.display().to_string()).collect();
    let program = command.get_program().display();
    Err(Failure::Step(format!("`{program} {}` failed, see above", words.join(" "))))
}

/// Only one run at a time makes a thing in the cache; the next one waits and finds it made.
pub(crate) fn lock(folder: &Path, name: &str) -> Result<File, Failure> {
    fs::create_dir_all(folder).doing(|| format!("making {}", folder.display()))?;
    let path = folder.join(format!("{name}.lock"));
    let file = File::create(&path).doing(|| format!("making {}", path.display()))?;
    file.lock().doing(|| format!("waiting for {}", path.display()))?;
    Ok(file)
}
