//! From the moment a workbook is complete to the moment it is reported, with file events and with polling;
//! and what polling ten thousand files costs. Ends with 1 when a bar of the contract is missed.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a bench fails by panicking")]
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::collections::HashMap;
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use landfall_watch::{Mode, Observation, Options, Watch, watch};
use tokio::time::{sleep, timeout};

const FILES: usize = 400;
const BARS: [(&str, Mode, Duration); 2] = [
    ("native events", Mode::Events, Duration::from_millis(300)),
    ("polling", Mode::Poll, Duration::from_secs(2)),
];
const POLLED_FILES: usize = 10_000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    // `cargo test --benches` runs benches too; there it is enough that they start.
    let files = if std::env::args().any(|it| it == "--bench") { FILES } else { 20 };
    let mut is_met = true;
    println!("latency from close or rename to Ready, {files} workbooks of 3 sizes, one every 20 to 60 ms");
    for (name, mode, bar) in BARS {
        let mut latencies = latencies(mode, files).await;
        latencies.sort();
        let at = |percent: usize| latencies[(latencies.len() * percent / 100).min(latencies.len() - 1)];
        let verdict = if at(95) <= bar { "met" } else { "MISSED" };
        is_met &= at(95) <= bar;
        println!(
            "  {name:<13}  p50 {:>5} ms  p95 {:>5} ms  p99 {:>5} ms  max {:>5} ms  bar p95 <= {} ms: {verdict}",
            at(50).as_millis(),
            at(95).as_millis(),
            at(99).as_millis(),
            latencies[latencies.len() - 1].as_millis(),
            bar.as_millis(),
        );
    }
    if files == FILES {
        for (name, mode) in [("native events", Mode::Events), ("polling", Mode::Poll)] {
            println!("  {name:<13}  {}", cost(mode).await);
        }
    }
    if is_met { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn latencies(mode: Mode, files: usize) -> Vec<Duration> {
    let home = tempfile::tempdir().unwrap();
    let mut watch = begin(home.path(), mode).await;
    let folder = home.path().to_owned();
    let writer = tokio::task::spawn_blocking(move || {
        let mut done = HashMap::new();
        for n in 0..files {
            let bytes = workbook(n, [1 << 10, 64 << 10, 4 << 20][n % 3]);
            let name = PathBuf::from(format!("report-{n}.xlsx"));
            let path = folder.join(&name);
            if n % 2 == 0 {
                fs::write(&path, bytes).unwrap();
            } else {
                let part = folder.join(format!(".{n}.part"));
                fs::write(&part, bytes).unwrap();
                fs::rename(part, path).unwrap();
            }
            done.insert(name, Instant::now());
            std::thread::sleep(Duration::from_millis(20 + (n as u64 * 7) % 40));
        }
        done
    });
    let mut seen = HashMap::new();
    while seen.len() < files {
        let said = timeout(Duration::from_mins(1), watch.next()).await.expect("nothing is lost");
        if let Some(Observation::Ready(file)) = said {
            assert!(seen.insert(file.path, Instant::now()).is_none(), "nothing is reported twice");
        }
    }
    let done = writer.await.unwrap();
    seen.iter().map(|(name, at)| at.saturating_duration_since(done[name])).collect()
}

/// What watching ten thousand unchanged files costs.
async fn cost(mode: Mode) -> String {
    const TIME: Duration = Duration::from_secs(15);
    let home = tempfile::tempdir().unwrap();
    for n in 0..POLLED_FILES {
        fs::write(home.path().join(format!("report-{n}.xlsx")), workbook(n, 100)).unwrap();
    }
    let begun = Instant::now();
    let watch = begin(home.path(), mode).await;
    let baseline = begun.elapsed();
    let before = processor_time();
    sleep(TIME).await;
    let used = processor_time().saturating_sub(before);
    drop(watch);
    format!(
        "{POLLED_FILES} files: first scan {} ms, then {:.2} % of one processor ({} ms in {} s)",
        baseline.as_millis(),
        used.as_secs_f64() / TIME.as_secs_f64() * 100.0,
        used.as_millis(),
        TIME.as_secs()
    )
}

/// The processor time of this process, from the fields utime and stime of proc_pid_stat(5).
fn processor_time() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u64 =
        after_name.split_whitespace().skip(11).take(2).filter_map(|it| it.parse::<u64>().ok()).sum();
    // Linux counts these in hundredths of a second on every machine it runs on.
    Duration::from_millis(ticks * 10)
}

async fn begin(folder: &Path, mode: Mode) -> Watch {
    let mut watch = watch(Options { mode, ..Options::new(folder) }, Vec::new());
    loop {
        match watch.next().await.expect("the watch goes on") {
            Observation::Scanned(scanned) if scanned.first => return watch,
            _ => {}
        }
    }
}

/// A workbook whose sheet holds about `bytes` bytes of text.
fn workbook(n: usize, bytes: usize) -> Vec<u8> {
    let mut text = format!("{n} ");
    while text.len() < bytes {
        text.push_str(&(text.len() * 7_919 + n).to_string());
        text.push(' ');
    }
    let sheet = format!(
        r#"<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row></sheetData></worksheet>"#
    );
    let parts = [
        ("[Content_Types].xml", "<Types/>"),
        (
            "_rels/.rels",
            r#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        ("xl/workbook.xml", r#"<workbook><sheets><sheet name="Sheet1" sheetId="1"/></sheets></workbook>"#),
        (
            "xl/_rels/workbook.xml.rels",
            r#"<Relationships><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#,
        ),
        ("xl/worksheets/sheet1.xml", sheet.as_str()),
    ];
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, content) in parts {
        archive.start_file(name, stored).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}
