//! `cargo xtask bed`: a real Kubernetes, or a Docker on which the real k3d makes clusters, in namespaces of their own.
//!
//! Everything is built once from Go modules and Debian packages into `bed/<key>` of the cache, where the key is made of
//! the sources and the versions of the packages; after that nothing but the programs there is needed.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use crate::apt;
use crate::failure::{Doing, Failure};
use crate::places::{self, Places};
use crate::tools;

const USAGE: &str = "\
usage: cargo xtask bed setup                  install what the bed needs: Debian packages and Go
       cargo xtask bed build                  build it into the cache, and print its folder
       cargo xtask bed up [DIR] [OPTION…]     start a cluster; OPTION… go to `bed up`, see tests/bed/README.md
       cargo xtask bed docker [DIR]           start a Docker with the images of k3d
       cargo xtask bed env [DIR]              print what a shell exports to use either
       cargo xtask bed status [DIR]           print what runs, as JSON
       cargo xtask bed down [DIR]             stop either and remove DIR
       cargo xtask bed verify                 prove the bed, check by check
DIR is `bed` in the folder for temporary files, unless told.";

/// The bed's sources, from the checkout.
const SOURCES: &str = "tests/bed";

/// The built bed.
#[derive(Debug, Clone)]
pub(crate) struct Bed {
    folder: PathBuf,
}

impl Bed {
    fn program(&self, name: &str) -> PathBuf {
        self.folder.join("bin").join(name)
    }
}

/// Runs the command.
pub(crate) fn run(places: &Places, arguments: &[String]) -> Result<ExitCode, Failure> {
    let Some((verb, rest)) = arguments.split_first() else {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    };
    match verb.as_str() {
        "setup" => {
            setup(places)?;
            Ok(ExitCode::SUCCESS)
        }
        "build" => {
            println!("{}", ensure(places)?.folder.display());
            Ok(ExitCode::SUCCESS)
        }
        "up" | "docker" => up(places, verb == "docker", rest),
        "env" => {
            let (folder, _) = folder_of(rest)?;
            println!("{}", exports(&ensure(places)?, &folder));
            Ok(ExitCode::SUCCESS)
        }
        "status" | "down" => {
            let (folder, more) = folder_of(rest)?;
            let mut command = Command::new(ensure(places)?.program("bed"));
            command.arg(verb).arg("--dir").arg(folder).args(more);
            ends(command)
        }
        "verify" => verify(places),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        other => Err(Failure::usage(&format!("no command `bed {other}`\n{USAGE}"))),
    }
}

/// Installs the packages and Go; gives Go's program.
fn setup(places: &Places) -> Result<PathBuf, Failure> {
    apt::ensure(&[apt::BUILD, apt::PYTHON, apt::BED].concat())?;
    tools::go(places)
}

/// The bed in the cache; built first if these sources were never built with these packages.
pub(crate) fn ensure(places: &Places) -> Result<Bed, Failure> {
    let go = setup(places)?;
    let beds = places.cache.join("bed");
    let name = key(places)?;
    let folder = beds.join(&name);
    let complete = folder.join("complete");
    if complete.exists() {
        return Ok(Bed { folder });
    }
    let _alone = tools::lock(&beds, &name)?;
    if complete.exists() {
        return Ok(Bed { folder });
    }
    println!("building the bed into {}: about ten minutes, once", folder.display());
    if folder.exists() {
        // Half made by a run that was stopped.
        fs::remove_dir_all(&folder).doing(|| format!("removing {}", folder.display()))?;
    }
    for step in ["binaries.sh", "images.sh"] {
        let started = Instant::now();
        let mut command = Command::new(places.root.join(SOURCES).join("make").join(step));
        command.arg(&folder).env("PATH", path_with(go.parent().unwrap_or(Path::new("/"))));
        tools::succeed(&mut command)?;
        println!("{step}: {:.1} s", started.elapsed().as_secs_f64());
    }
    fs::write(&complete, "").doing(|| format!("writing {}", complete.display()))?;
    Ok(Bed { folder })
}

/// The tests of the bed's own parts, which take seconds and build no Kubernetes.
pub(crate) fn unit_tests(places: &Places) -> Result<Command, Failure> {
    let mut command = Command::new(tools::go(places)?);
    command.args(["test", "./internal/...", "./cmd/bed/...", "./cmd/dockerdesktop/..."]);
    command.current_dir(places.root.join(SOURCES));
    command.envs([("CGO_ENABLED", "0"), ("GOFLAGS", "-mod=readonly"), ("GOTOOLCHAIN", "local")]);
    Ok(command)
}

/// Of every source file and of every package whose files go into an image.
fn key(places: &Places) -> Result<String, Failure> {
    let mut all = Vec::new();
    for file in sources(&places.root.join(SOURCES))? {
        all.extend_from_slice(file.as_os_str().as_encoded_bytes());
        all.extend(fs::read(&file).doing(|| format!("reading {}", file.display()))?);
    }
    let mut query = Command::new("dpkg-query");
    query.args(["--show"]).args(apt::BED.iter().map(|package| package.name)).stdin(Stdio::null());
    let output = query.output().map_err(|source| Failure::starting(&query, source))?;
    all.extend(output.stdout);
    Ok(places::key(&all))
}

/// Every file below, in order; what only people read is left out.
fn sources(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).doing(|| format!("reading {}", folder.display()))? {
            let path = entry.doing(|| format!("reading {}", folder.display()))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_none_or(|extension| extension != "md") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

fn up(places: &Places, docker: bool, rest: &[String]) -> Result<ExitCode, Failure> {
    let (folder, more) = folder_of(rest)?;
    let bed = ensure(places)?;
    let mut command = Command::new(bed.program("bed"));
    command.arg("up").arg("--dir").arg(&folder);
    if docker {
        command.arg("--docker").arg("--images").arg(bed.folder.join("images-k3d"));
    } else {
        command.arg("--images").arg(bed.folder.join("images"));
    }
    command.args(more);
    ends(command)
}

fn verify(places: &Places) -> Result<ExitCode, Failure> {
    let bed = ensure(places)?;
    let mut command = Command::new(places.root.join(SOURCES).join("verify/all.sh"));
    command.arg(&bed.folder);
    ends(command)
}

fn ends(mut command: Command) -> Result<ExitCode, Failure> {
    let status = command.status().map_err(|source| Failure::starting(&command, source))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The folder that is named first, else the usual one; and the words after it.
fn folder_of(words: &[String]) -> Result<(PathBuf, &[String]), Failure> {
    match words.split_first() {
        Some((first, more)) if !first.starts_with('-') => {
            let folder = std::path::absolute(first).doing(|| format!("finding {first}"))?;
            Ok((folder, more))
        }
        _ => Ok((env::temp_dir().join("bed"), words)),
    }
}

fn path_with(first: &Path) -> std::ffi::OsString {
    let rest = env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(first.to_path_buf()).chain(env::split_paths(&rest));
    env::join_paths(all).unwrap_or(rest)
}

/// For a shell's `eval`.
fn exports(bed: &Bed, folder: &Path) -> String {
    [
        ("KUBECONFIG", folder.join("kubeconfig").display().to_string()),
        ("DOCKER_HOST", format!("unix://{}", folder.join("docker.sock").display())),
        ("TESTBED_DIR", folder.display().to_string()),
    ]
    .map(|(name, value)| format!("export {name}={}", quoted(&value)))
    .into_iter()
    .chain([format!("export PATH={}:\"$PATH\"", quoted(&bed.folder.join("bin").display().to_string()))])
    .collect::<Vec<_>>()
    .join("\n")
}

/// One word for a shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn the_folder_comes_first_or_is_the_usual_one() {
        let all = words("/beds/one --face plain");
        let (folder, more) = folder_of(&all).expect("a folder");
        assert_eq!((folder.as_path(), more.len()), (Path::new("/beds/one"), 2));
        let all = words("--face plain");
        let (folder, more) = folder_of(&all).expect("a folder");
        assert_eq!((folder, more.len()), (env::temp_dir().join("bed"), 2));
    }

    #[test]
    fn what_a_shell_reads_survives_any_name() {
        assert_eq!(quoted("/home/o'brien/my beds"), r"'/home/o'\''brien/my beds'");
    }
}
