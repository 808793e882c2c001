//! A process that is killed in the middle of writing loses nothing it was told is kept.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use landfall_core::progress::Level;
use landfall_store::{Ledger, Origin};

use crate::vocabulary::{FOLDER, Home, RunWords, at, run, workbook};

/// Set in the process that writes until it is killed: the path of the ledger.
const LEDGER: &str = "LANDFALL_STORE_TEST_WRITES_TO";

/// Runs inserted, updated, logged and announced in a loop; after each, its number on standard output.
fn write_until_killed(path: &Path) {
    let mut ledger = Ledger::open(path, at(0)).unwrap().ledger;
    let mut acknowledge = std::io::stdout().lock();
    loop {
        let number = ledger.next_run().unwrap();
        ledger.insert_run(&run(number)).unwrap();
        ledger.append_log(number, at(1), Level::Information, &"x".repeat(2_000)).unwrap();
        ledger.update_run(&run(number).running()).unwrap();
        ledger.record_files(FOLDER, &[workbook(format!("{number}.xlsx"), "1")], at(2)).unwrap();
        ledger.update_run(&run(number).succeeded()).unwrap();
        writeln!(acknowledge, "kept {number}").unwrap();
        acknowledge.flush().unwrap();
    }
}

/// This test program again, in the writing test only. Dropped, it is killed with SIGKILL.
struct Writer(Child);

impl Writer {
    fn start(path: &Path) -> Self {
        let child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "kills::the_last_run_is_whole_or_open_and_every_acknowledged_one_is_there",
                "--nocapture",
            ])
            .env(LEDGER, path)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self(child)
    }

    /// The number of the last run that was acknowledged when `count` of them had been, and the writer was killed.
    fn killed_after(mut self, count: usize) -> u64 {
        let kept = |line: &str| line.split_once("kept ").and_then(|(_, number)| number.trim().parse().ok());
        let output = BufReader::new(self.0.stdout.take().unwrap());
        let mut lines = output.lines().map_while(Result::ok).filter_map(|line| kept(&line));
        let mut last = lines.nth(count - 1).expect("the writer ended by itself");
        self.0.kill().unwrap();
        self.0.wait().unwrap();
        // What it wrote before it died counts as well.
        for number in lines {
            last = number;
        }
        last
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // It has ended already where the test went well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_last_run_is_whole_or_open_and_every_acknowledged_one_is_there() {
    if let Some(path) = std::env::var_os(LEDGER) {
        write_until_killed(Path::new(&path));
    }
    let home = Home::new();
    let mut first = 10_000;
    for count in [1, 2, 3, 5, 8, 13, 21, 34] {
        let last = Writer::start(&home.ledger_path()).killed_after(count);
        assert!(last >= first);

        // Opening runs SQLite's own check of all pages.
        let opened = home.try_open().unwrap();
        assert_eq!(opened.origin, Origin::Present);
        let ledger = opened.ledger;
        for number in first..=last {
            assert_eq!(ledger.run(number).unwrap(), Some(run(number).succeeded()));
            assert_eq!(ledger.log(number, 0).unwrap().len(), 1);
            assert!(ledger.file(FOLDER, Path::new(&format!("{number}.xlsx"))).unwrap().is_some());
        }
        // At most one more was begun, and it is in one of the states it was written in.
        let next = ledger.next_run().unwrap();
        assert!(next == last + 1 || next == last + 2, "{last} was acknowledged, {next} is next");
        if let Some(cut_off) = ledger.run(last + 1).unwrap() {
            let states = [run(last + 1), run(last + 1).running(), run(last + 1).succeeded()];
            assert!(states.contains(&cut_off), "{cut_off:?}");
        }
        let announced = ledger.announcements_after(0).unwrap().len() as u64;
        let runs = next - 10_000;
        assert!(announced <= runs && announced + 8 >= runs, "{announced} announcements for {runs} runs");
        first = next;
    }
}
