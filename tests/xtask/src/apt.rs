//! Debian packages: what is missing, and its installation where that is allowed.

use std::env;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::failure::Failure;

/// A Debian package and the program by which another system shows that it has the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) name: &'static str,
    program: &'static str,
}

const fn package(name: &'static str, program: &'static str) -> Package {
    Package { name, program }
}

/// What compiling needs: the linker, and C for SQLite and ring.
pub(crate) const BUILD: &[Package] = &[package("gcc", "cc"), package("libc6-dev", "cc")];
/// What compiling the shell needs on top: the web view with its headers.
pub(crate) const SHELL: &[Package] = &[package("libwebkit2gtk-4.1-dev", "pkg-config")];
/// A desktop for tests of the real window: a screen, a window manager, a browser's driver, what types, clicks and looks.
pub(crate) const DESKTOP: &[Package] = &[
    package("xvfb", "Xvfb"),
    package("xauth", "xauth"),
    package("openbox", "openbox"),
    package("webkit2gtk-driver", "WebKitWebDriver"),
    package("wmctrl", "wmctrl"),
    package("xdotool", "xdotool"),
    package("x11-utils", "xprop"),
    package("imagemagick", "import"),
    package("xdg-utils", "xdg-open"),
    package("desktop-file-utils", "update-desktop-database"),
    package("shared-mime-info", "update-mime-database"),
    package("at-spi2-core", "dbus-daemon"),
    package("fonts-dejavu-core", "fc-list"),
    package("fonts-inter", "fc-list"),
];
/// The browser that draws the page for pictures of every state.
pub(crate) const BROWSER: &[Package] = &[
    package("chromium", "chromium"),
    package("imagemagick", "convert"),
    package("fonts-inter", "fc-list"),
    package("fonts-dejavu-core", "fc-list"),
];
/// What the venv of the tests needs.
pub(crate) const PYTHON: &[Package] = &[package("python3", "python3"), package("python3-venv", "python3")];
/// What the fixtures start.
pub(crate) const FIXTURES: &[Package] = &[
    package("postgresql", "psql"),
    package("gnome-keyring", "gnome-keyring-daemon"),
    package("dbus-daemon", "dbus-daemon"),
    package("dbus-bin", "dbus-send"),
    package("libsecret-tools", "secret-tool"),
    package("faketime", "faketime"),
];

/// What the bed of clusters runs, and whose files go into its images.
pub(crate) const BED: &[Package] = &[
    package("containerd", "containerd"),
    package("runc", "runc"),
    package("containernetworking-plugins", "ip"),
    package("busybox-static", "busybox"),
    package("nftables", "nft"),
    package("iptables", "iptables"),
    package("docker.io", "dockerd"),
    package("iproute2", "ip"),
    package("util-linux", "nsenter"),
];

/// Installs what is missing of `wanted`, if we may; costs one `dpkg-query` when nothing is.
pub(crate) fn ensure(wanted: &[Package]) -> Result<(), Failure> {
    if !is_debian() {
        return ensure_elsewhere(wanted);
    }
    let installed = installed(wanted)?;
    let missing = missing(wanted, &installed);
    if missing.is_empty() {
        return Ok(());
    }
    if !is_root() {
        let remedy = format!("install them and run this again: {}", install_line(&missing));
        return Err(Failure::Packages { missing, remedy });
    }
    println!("installing Debian packages: {}", missing.join(" "));
    // Mirrors fail for moments; a second list and a second try are cheaper than a second run.
    if install(&missing)? || install(&missing)? {
        return Ok(());
    }
    let remedy = format!("apt-get couldn't install them, see above; by hand: {}", install_line(&missing));
    Err(Failure::Packages { missing, remedy })
}

/// The names from `wanted` that are not among dpkg's lines `name status`.
fn missing(wanted: &[Package], dpkg: &str) -> Vec<&'static str> {
    let has = |name: &str| dpkg.lines().any(|line| line.split_once(' ') == Some((name, "installed")));
    wanted.iter().map(|package| package.name).filter(|name| !has(name)).collect()
}

fn installed(wanted: &[Package]) -> Result<String, Failure> {
    let mut command = Command::new("dpkg-query");
    command.args(["--show", "--showformat=${Package} ${db:Status-Status}\n"]);
    command.args(wanted.iter().map(|package| package.name)).stderr(Stdio::null());
    // It exits with 1 when some name is unknown; the lines of the others count.
    let output = command.output().map_err(|source| Failure::starting(&command, source))?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn install(names: &[&'static str]) -> Result<bool, Failure> {
    // An old list still serves when the update fails, so its outcome isn't asked.
    apt_get(&["update", "--quiet", "--quiet"], &[])?;
    apt_get(&["install", "--yes", "--quiet", "--no-install-recommends"], names)
}

fn apt_get(options: &[&str], names: &[&'static str]) -> Result<bool, Failure> {
    let mut command = Command::new("apt-get");
    command.args(options).args(names).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    let status = command.status().map_err(|source| Failure::starting(&command, source))?;
    Ok(status.success())
}

fn install_line(names: &[&'static str]) -> String {
    format!("sudo apt-get install --no-install-recommends {}", names.join(" "))
}

fn is_debian() -> bool {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    names_debian(&release) && on_path("dpkg-query")
}

/// Debian itself or what says of itself that it is like it.
fn names_debian(os_release: &str) -> bool {
    os_release
        .lines()
        .filter_map(|line| line.strip_prefix("ID=").or_else(|| line.strip_prefix("ID_LIKE=")))
        .any(|value| value.trim_matches('"').split_whitespace().any(|word| word == "debian"))
}

fn ensure_elsewhere(wanted: &[Package]) -> Result<(), Failure> {
    let mut missing: Vec<&'static str> =
        wanted.iter().filter(|package| !on_path(package.program)).map(|package| package.program).collect();
    missing.dedup();
    if missing.is_empty() {
        return Ok(());
    }
    let debian: Vec<_> =
        wanted.iter().filter(|package| missing.contains(&package.program)).map(|p| p.name).collect();
    let remedy = format!(
        "this is not Debian, so nothing is installed from here. Install these programs with your own packages \
         (on Debian they are: {}) and run this again",
        debian.join(" ")
    );
    Err(Failure::Packages { missing, remedy })
}

fn on_path(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn is_root() -> bool {
    // The owner of our own /proc entry is the effective user.
    use std::os::unix::fs::MetadataExt;
    fs::metadata(Path::new("/proc/self")).is_ok_and(|metadata| metadata.uid() == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_that_was_removed_is_missing() {
        let dpkg = "gcc installed\nlibc6-dev config-files\n";
        assert_eq!(missing(BUILD, dpkg), ["libc6-dev"]);
        assert_eq!(missing(BUILD, "gcc installed\nlibc6-dev installed\n"), Vec::<&str>::new());
    }

    #[test]
    fn the_remedy_is_a_command_to_copy() {
        assert_eq!(
            install_line(&["gcc", "faketime"]),
            "sudo apt-get install --no-install-recommends gcc faketime"
        );
    }

    #[test]
    fn debian_and_its_children_are_told_from_others() {
        assert!(names_debian("NAME=x\nID=debian\n"));
        assert!(names_debian("ID=ubuntu\nID_LIKE=debian\n"));
        assert!(names_debian("ID=pop\nID_LIKE=\"ubuntu debian\"\n"));
        assert!(!names_debian("ID=fedora\n"));
    }
}
