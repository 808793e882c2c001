//! Processes as the kernel lists them: who is alive, who carries which environment.

use std::fs;
use std::path::Path;

pub use rustix::process::Signal;
use rustix::process::{Pid, kill_process};

/// Sends a signal; a process that is already gone is fine.
pub fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = Pid::from_raw(i32::try_from(pid).expect("a pid fits")) {
        let _ = kill_process(pid, signal);
    }
}

/// True while the process runs; a zombie, dead but not yet waited for, is not alive.
pub fn is_alive(pid: u32) -> bool {
    state(pid).is_some_and(|state| state != 'Z' && state != 'X')
}

/// Every live process of the given program name (its first fifteen bytes, as the kernel keeps it).
pub fn named(name: &str) -> Vec<u32> {
    let short: String = name.chars().take(15).collect();
    all().filter(|&pid| read(pid, "comm").trim_end() == short && is_alive(pid)).collect()
}

/// Every live process whose environment holds `variable=value`.
pub fn with_environment(variable: &str, value: &str) -> Vec<u32> {
    let wanted = format!("{variable}={value}");
    all()
        .filter(|&pid| {
            let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
            environment.split(|&byte| byte == 0).any(|entry| entry == wanted.as_bytes()) && is_alive(pid)
        })
        .collect()
}

/// The process that started this one, or took it over; `None` when it is gone.
pub fn parent(pid: u32) -> Option<u32> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

/// The command line with spaces between its arguments, for a message.
pub fn command_line(pid: u32) -> String {
    read(pid, "cmdline").replace('\0', " ").trim_end().to_owned()
}

/// The resident memory at its peak, in bytes, while the process lives.
pub fn peak_memory_bytes(pid: u32) -> Option<u64> {
    let status = read(pid, "status");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib * 1024)
}

fn all() -> impl Iterator<Item = u32> {
    fs::read_dir(Path::new("/proc"))
        .expect("/proc is mounted")
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
}

fn state(pid: u32) -> Option<char> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in brackets may hold spaces and brackets itself; the state follows the last one.
    stat.rsplit_once(')')?.1.trim_start().chars().next()
}

fn read(pid: u32, file: &str) -> String {
    let bytes = fs::read(format!("/proc/{pid}/{file}")).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}
