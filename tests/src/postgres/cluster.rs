//! One server process with its folder: made from a cached `initdb`, ended with the test.

use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{self, Command};
use std::time::{Duration, Instant};
use std::{env, thread};

use super::{Options, PASSWORD, SUPERUSER, certificates};
use crate::cache;
use crate::leash::{Leash, Leashed};

pub(crate) const UNNAMED_HOST: &str = "127.0.0.2";

const READY_WITHIN: Duration = Duration::from_mins(1);
const ATTEMPTS: u32 = 5;

#[derive(Debug)]
pub(crate) struct Cluster {
    leash: Leash,
    folder: PathBuf,
    port: u16,
}

/// PostgreSQL refuses to run as root; then it runs as Debian's user `postgres`.
#[derive(Debug, Clone, Copy)]
struct ServerUser {
    uid: u32,
    gid: u32,
}

impl Cluster {
    pub(crate) fn start(options: &Options) -> Self {
        let programs = programs_folder();
        let user = server_user();
        let mut last = String::new();
        for _ in 0..ATTEMPTS {
            match Self::attempt(options, &programs, user) {
                Ok(cluster) => return cluster,
                Err(log) => last = log,
            }
        }
        panic!("PostgreSQL didn't start in {ATTEMPTS} attempts; its log:\n{last}");
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn pid(&self) -> u32 {
        self.leash.pid()
    }

    pub(crate) fn log(&self) -> String {
        self.leash.log()
    }

    fn attempt(options: &Options, programs: &Path, user: Option<ServerUser>) -> Result<Self, String> {
        let folder =
            tempfile::Builder::new().prefix("landfall-postgres-").tempdir().expect("a folder for it");
        // Another user's server reads it, and so do tests of an ordinary user that need the CA.
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).expect("our own folder");
        let data = folder.path().join("data");
        initialise(&data, programs, user);
        certificates::write(folder.path());
        for private in [certificates::SERVER_KEY, certificates::SERVER] {
            let path = folder.path().join(private);
            fs::set_permissions(&path, Permissions::from_mode(0o600)).expect("our own file");
            own(&path, user);
        }
        let port = free_port();
        configure(&data, folder.path(), port, options);
        // From here on the keeper removes it.
        let folder = folder.keep();
        let log = folder.join("postgres.log");
        let mut server = Leashed::program(programs.join("postgres"), &log);
        if let Some(user) = user {
            server = server.user(user.uid, user.gid);
        }
        // QUIT: immediate shutdown; what it keeps is thrown away anyway.
        let server = server.args(["-D".as_ref(), data.as_os_str()]).ended_by("QUIT").removing(&folder);
        let leash = server.start();
        let deadline = Instant::now() + READY_WITHIN;
        while !is_ready(&data) {
            if !leash.is_running() || Instant::now() > deadline {
                return Err(leash.log());
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(Self { leash, folder, port })
    }
}

/// The newest version that Debian's packages installed, or the folder in `LANDFALL_TEST_POSTGRES_BIN`.
fn programs_folder() -> PathBuf {
    if let Some(chosen) = env::var_os("LANDFALL_TEST_POSTGRES_BIN") {
        return PathBuf::from(chosen);
    }
    let mut found: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .filter(|(_, folder)| folder.join("initdb").exists())
        .collect();
    found.sort();
    found.pop().expect("PostgreSQL is installed (Debian: apt-get install postgresql)").1
}

fn server_user() -> Option<ServerUser> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let users = fs::read_to_string("/etc/passwd").expect("/etc/passwd");
    let line = users.lines().find(|line| line.starts_with("postgres:"));
    let fields: Vec<&str> =
        line.expect("the user postgres exists (Debian: package postgresql)").split(':').collect();
    Some(ServerUser { uid: fields[2].parse().expect("a uid"), gid: fields[3].parse().expect("a gid") })
}

/// Fills `data` with a fresh cluster, copied from the cache if it was made there before by the same version and user.
fn initialise(data: &Path, programs: &Path, user: Option<ServerUser>) {
    let initdb = programs.join("initdb");
    let version = output(Command::new(&initdb).arg("--version"));
    let version = version.split_whitespace().find(|word| word.contains('.')).unwrap_or("unknown").to_owned();
    let uid = user.map_or_else(|| rustix::process::geteuid().as_raw(), |user| user.uid);
    let template = cache::folder().join(format!("postgres-{version}-uid{uid}-1"));
    if !template.exists() {
        make_template(&template, &initdb, data.parent().expect("data lies in a folder"), user);
    }
    copy(&template, data);
}

/// Made where the server's user can reach it, then moved into place whole, so that two at once don't mix.
fn make_template(template: &Path, initdb: &Path, work: &Path, user: Option<ServerUser>) {
    let made = work.join("template");
    fs::create_dir(&made).expect("our own folder");
    own(&made, user);
    let password = work.join("password");
    fs::write(&password, PASSWORD).expect("our own folder");
    own(&password, user);
    let mut command = Command::new(initdb);
    command.arg("--pgdata").arg(&made).arg("--pwfile").arg(&password).current_dir("/");
    command.args(["--username", SUPERUSER, "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8"]);
    command.arg("--no-sync");
    if let Some(user) = user {
        command.uid(user.uid).gid(user.gid);
    }
    output(&mut command);
    let parent = template.parent().expect("the cache is a folder");
    fs::create_dir_all(parent).expect("the cache is writable");
    let staged = parent.join(format!(".postgres-{}-{:?}", process::id(), thread::current().id()));
    copy(&made, &staged);
    // Somebody else's, made meanwhile, is as good.
    if fs::rename(&staged, template).is_err() {
        let _ = fs::remove_dir_all(&staged);
    }
    fs::remove_dir_all(&made).expect("our own folder");
}

fn configure(data: &Path, folder: &Path, port: u16, options: &Options) {
    let mut settings = vec![
        ("listen_addresses", format!("127.0.0.1,{UNNAMED_HOST}")),
        ("port", port.to_string()),
        ("unix_socket_directories", String::new()),
        ("max_connections", "200".to_owned()),
        ("shared_buffers", "64MB".to_owned()),
        ("fsync", "off".to_owned()),
        ("synchronous_commit", "off".to_owned()),
        ("full_page_writes", "off".to_owned()),
        ("wal_level", "minimal".to_owned()),
        ("max_wal_senders", "0".to_owned()),
        ("timezone", "UTC".to_owned()),
        ("log_timezone", "UTC".to_owned()),
        ("ssl", if options.without_tls { "off" } else { "on" }.to_owned()),
        ("ssl_ca_file", folder.join(certificates::CA).display().to_string()),
        ("ssl_cert_file", folder.join(certificates::SERVER).display().to_string()),
        ("ssl_key_file", folder.join(certificates::SERVER_KEY).display().to_string()),
    ];
    settings.extend(options.settings.iter().map(|(name, value)| (name.as_str(), value.clone())));
    // Of a name given twice the last line counts.
    let line = |(name, value): &(&str, String)| format!("{name} = '{}'", value.replace('\'', "''"));
    let lines: Vec<String> = settings.iter().map(line).collect();
    append(&data.join("postgresql.conf"), &(lines.join("\n") + "\n"));
    append(&data.join("pg_hba.conf"), &format!("host all all {UNNAMED_HOST}/32 scram-sha-256\n"));
}

/// The eighth line of the file that the server itself keeps for `pg_ctl`.
fn is_ready(data: &Path) -> bool {
    let file = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
    file.lines().nth(7).is_some_and(|line| line.trim() == "ready")
}

/// Free a moment ago; the caller tries again when somebody took it since.
fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    listener.local_addr().expect("it is bound").port()
}

fn append(file: &Path, lines: &str) {
    let before = fs::read_to_string(file).expect("initdb made it");
    fs::write(file, before + lines).expect("our own file");
}

fn copy(from: &Path, to: &Path) {
    output(
        Command::new("cp").args(["--archive", "--reflink=auto", "--no-target-directory"]).arg(from).arg(to),
    );
}

fn own(path: &Path, user: Option<ServerUser>) {
    if let Some(user) = user {
        chown(path, Some(user.uid), Some(user.gid)).expect("root may give it away");
    }
}

fn output(command: &mut Command) -> String {
    let done = command.output().expect("the program starts");
    assert!(done.status.success(), "{command:?}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).into_owned()
}
