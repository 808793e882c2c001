//! The bars of the window: how fast it starts, what it costs, and how it bears 10,000 runs.
#![allow(clippy::print_stdout, reason = "a bench prints what it measured")]

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use landfall_tests::desktop::{Desktop, PROGRAM, Page};
use landfall_tests::home::Home;
use landfall_tests::program::{self, Running};
use landfall_tests::{eventually, repository, until};
use serde_json::{Value, json};

use super::figures::{Bar, Figure, median};
use super::frames::Frames;
use super::group::Group;
use crate::window::many;
use crate::window::vocabulary::{Desk, TITLE};

const BARE: &str = "landfall-bare";
const STARTS: usize = 7;
const PAINTS_WITHIN: Duration = Duration::from_mins(1);
const IDLE: Duration = Duration::from_mins(1);
/// Each leaves another number of rows.
const SEARCHES: [&str; 7] = ["15000", "19", "10042", "zzz", "123", "2", "11 october"];

#[test]
#[ignore = "bench: the window beside a bare one, run by `cargo xtask bench app`"]
fn bench_app() {
    let mut figures = Vec::new();
    starts(&mut figures);
    costs(&mut figures);
    ten_thousand(&mut figures);
    sizes(&mut figures);
    println!("\n{:<52} {:>9}      {:>9}", "", "Landfall", "beside");
    for figure in &figures {
        println!("{figure}");
    }
    let missed: Vec<&str> =
        figures.iter().filter(|figure| !figure.reaches()).map(|figure| figure.what).collect();
    assert!(missed.is_empty(), "missed: {missed:?}");
}

/// An app on a desktop of its own, started without a driver, which would cost as well.
struct Side {
    desktop: Desktop,
    home: Home,
    program: PathBuf,
    title: &'static str,
}

impl Side {
    fn ours() -> Self {
        Self::of(PROGRAM, TITLE)
    }

    fn bare() -> Self {
        Self::of(BARE, "Bare")
    }

    fn of(name: &str, title: &'static str) -> Self {
        let home = Home::new();
        Self { desktop: Desktop::new(&home), home, program: program::binary(name), title }
    }

    fn group(&self) -> Group {
        Group::of(&self.home)
    }

    fn starts(&self, arguments: &[&str]) -> Running {
        self.desktop.program(&self.program).args(arguments).spawn()
    }

    /// Starts it and waits for the first paint; how long that took, in milliseconds.
    fn paints(&self) -> (Running, f64) {
        let logs = self.home.data().join("logs");
        let told = |running: &Running| {
            let mut text = running.stdout() + &running.stderr();
            for log in fs::read_dir(&logs).into_iter().flatten().flatten() {
                text += &fs::read_to_string(log.path()).unwrap_or_default();
            }
            text.matches("painted").count()
        };
        let before = fs::read_dir(&logs).into_iter().flatten().flatten();
        let before: usize = before
            .map(|log| fs::read_to_string(log.path()).unwrap_or_default().matches("painted").count())
            .sum();
        let started = Instant::now();
        let running = self.starts(&[]);
        while told(&running) <= before {
            assert!(started.elapsed() < PAINTS_WITHIN, "no paint: {}", running.stderr());
            thread::sleep(Duration::from_millis(1));
        }
        (running, started.elapsed().as_secs_f64() * 1000.0)
    }

    fn closes_window(&self) {
        let screen = self.desktop.screen();
        let window = screen.window(self.title);
        screen.close(&window);
        until(PAINTS_WITHIN, "the window to go", || screen.shows(self.title).is_none());
    }
}

/// First paint, with no engine running, both in turn; the first start of each only fills the caches of the system.
fn starts(figures: &mut Vec<Figure>) {
    let (ours, bare) = (Side::ours(), Side::bare());
    let mut took = [Vec::new(), Vec::new()];
    for round in 0..=STARTS {
        for (side, took) in [&ours, &bare].into_iter().zip(&mut took) {
            let (_running, milliseconds) = side.paints();
            side.group().kill();
            if round > 0 {
                took.push(milliseconds);
            }
        }
    }
    let [ours, bare] = took;
    println!("first paint, ms: ours {ours:.0?}, bare {bare:.0?}");
    figures.push(Figure {
        what: "B  start to first paint, median",
        unit: "ms",
        ours: median(ours),
        beside: Some(median(bare)),
        bar: Bar::Times(1.3),
    });
}

/// Memory hidden and after the window was closed, and the load at rest.
fn costs(figures: &mut Vec<Figure>) {
    let [ours, bare] = [Side::ours(), Side::bare()].map(|side| {
        let group = side.group();
        let running = side.starts(&["--hidden"]);
        side.desktop.tray().icon(PAINTS_WITHIN);
        group.comes_to_rest();
        let hidden = group.memory();
        println!("{} hidden, MiB: {}", side.title, group.memory_by_process());
        let idle_hidden = group.load_over(IDLE);
        group.kill();
        drop(running);

        let (running, _) = side.paints();
        group.comes_to_rest();
        let shown = group.memory();
        println!("{} shown, MiB: {}", side.title, group.memory_by_process());
        let idle_shown = group.load_over(IDLE);
        side.closes_window();
        group.comes_to_rest();
        let closed = group.memory();
        println!("{} closed, MiB: {}", side.title, group.memory_by_process());
        group.kill();
        drop(running);
        [hidden, shown, closed, idle_hidden, idle_shown]
    });
    let mut push = |what, unit, at: usize, bar| {
        figures.push(Figure { what, unit, ours: ours[at], beside: Some(bare[at]), bar });
    };
    push("B  memory, started hidden, engine included", "MiB", 0, Bar::Times(1.5));
    push("B  memory, window shown", "MiB", 1, Bar::None);
    push("B  memory, after the window was closed", "MiB", 2, Bar::Times(1.3));
    push("B  load at rest, hidden, events mode", "%", 3, Bar::AtMost(0.5));
    push("B  load at rest, window shown, events mode", "%", 4, Bar::AtMost(0.5));
}

/// The window with 10,000 runs beside one with none, and its list beside a bare one.
fn ten_thousand(figures: &mut Vec<Figure>) {
    let (full, empty) = (Desk::fresh(), Desk::fresh());
    many::fill(&full);
    let mut took = [Vec::new(), Vec::new()];
    let mut memory = [0.0, 0.0];
    for round in 0..=STARTS {
        for (at, desk) in [&full, &empty].into_iter().enumerate() {
            let group = Group::of(&desk.computer.home);
            let started = Instant::now();
            let app = desk.desktop.start_app();
            is_interactive(app.page(), at == 0);
            let milliseconds = started.elapsed().as_secs_f64() * 1000.0;
            if round > 0 {
                took[at].push(milliseconds);
            } else {
                group.comes_to_rest();
                memory[at] = group.memory();
            }
            drop(app);
            group.kill();
        }
    }
    let [with_many, with_none] = took;
    println!("interactive, ms: 10,000 runs {with_many:.0?}, none {with_none:.0?}");
    figures.push(Figure {
        what: "C  interactive with 10,000 runs, beside none",
        unit: "ms",
        ours: median(with_many),
        beside: Some(median(with_none)),
        bar: Bar::Times(1.2),
    });
    figures.push(Figure {
        what: "C  memory with 10,000 runs, beside none",
        unit: "MiB",
        ours: memory[0],
        beside: Some(memory[1]),
        bar: Bar::None,
    });

    let app = full.opens();
    is_interactive(app.page(), true);
    let (answers, drawn) = searches(app.page());
    println!("search, ms: answers {answers:.1?}, drawn {drawn:.1?}");
    figures.push(Figure {
        what: "C  search, median of the answers",
        unit: "ms",
        ours: median(answers),
        beside: None,
        bar: Bar::AtMost(50.0),
    });
    figures.push(Figure {
        what: "C  search, from the key to the drawn rows, median",
        unit: "ms",
        ours: median(drawn),
        beside: None,
        bar: Bar::None,
    });

    let bare_home = Home::new();
    let bare_desktop = Desktop::new(&bare_home);
    let bare = bare_desktop.start_program(&program::binary(BARE), &["--list"]);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    // A scroll bar fades out seconds after the last scroll, which costs as much as scrolling: nothing of the other is to
    // be measured.
    let both = [Group::of(&full.computer.home), Group::of(&bare_home)];
    let rests = || both.iter().for_each(Group::comes_to_rest);
    for _ in 0..3 {
        rests();
        ours.push(Frames::of(app.page()));
        rests();
        theirs.push(Frames::of(bare.page()));
    }
    let all = |frames: &[Frames], of: fn(&Frames) -> f64| median(frames.iter().map(of).collect());
    println!(
        "longest frame, ms: ours {:.0}, bare {:.0}",
        all(&ours, Frames::longest),
        all(&theirs, Frames::longest)
    );
    figures.push(Figure {
        what: "C  frames over 50 ms while scrolling",
        unit: "%",
        ours: all(&ours, Frames::slow),
        beside: Some(all(&theirs, Frames::slow)),
        bar: Bar::NoMore,
    });
    figures.push(Figure {
        what: "C  median frame while scrolling",
        unit: "ms",
        ours: all(&ours, Frames::median),
        beside: Some(all(&theirs, Frames::median)),
        bar: Bar::Times(1.2),
    });
}

/// Waits until the page shows its list, or that there is none, and could be used.
fn is_interactive(page: &Page, has_rows: bool) {
    let script = if has_rows {
        "return [...document.querySelectorAll('[aria-rowcount]')].some((list) => list.querySelector('[role=row] [role=gridcell], [role=row] td, tbody tr, [role=row]:nth-child(2)'))"
    } else {
        "return document.body.innerText.includes('No reports yet')"
    };
    eventually(PAINTS_WITHIN, "the window to be ready", || {
        page.run(script, Vec::new()).as_bool().filter(|ready| *ready)
    });
}

/// Each search: the engine's answer through the window's own door, and from the key to the drawn rows.
fn searches(page: &Page) -> (Vec<f64>, Vec<f64>) {
    let mut both = (Vec::new(), Vec::new());
    for words in SEARCHES {
        let took = page.run_async(ASK, vec![json!(words)]);
        both.0.push(number(&took));
        let took = page.run_async(TYPE, vec![json!(words)]);
        both.1.push(number(&took));
        page.run_async(TYPE, vec![json!("")]);
    }
    both
}

fn number(answer: &Value) -> f64 {
    answer.as_f64().unwrap_or_else(|| panic!("no time: {answer}"))
}

const ASK: &str = "
    const [words, done] = arguments;
    const started = performance.now();
    window.__TAURI_INTERNALS__.invoke('list_library', { filter: { search: words, limit: 100 } }).then(
        () => done(performance.now() - started),
        (error) => done(JSON.stringify(error)),
    );
";

/// Ends when the list says another number of rows, or there is none any more.
const TYPE: &str = "
    const [words, done] = arguments;
    const box = document.querySelector('[role=searchbox], input[type=search]');
    const state = () => [...document.querySelectorAll('[aria-rowcount]')].map((list) => list.ariaRowCount).join();
    const before = state();
    const started = performance.now();
    box.value = words;
    box.dispatchEvent(new Event('input', { bubbles: true }));
    const look = () => {
        if (state() !== before || performance.now() - started > 1000) done(performance.now() - started);
        else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
";

/// Only to be known here; `npm run sizes` has the page's own bars.
fn sizes(figures: &mut Vec<Figure>) {
    let mib = |path: &Path| fs::metadata(path).map_or(0.0, |file| file.len() as f64 / f64::from(1 << 20));
    figures.push(Figure {
        what: "G  size of the program, in the profile of this run",
        unit: "MiB",
        ours: mib(&program::binary(PROGRAM)),
        beside: Some(mib(&program::binary(BARE))),
        bar: Bar::None,
    });
    let assets = repository::file("ui/dist/assets");
    let mut chunks: Vec<(f64, String)> = fs::read_dir(assets)
        .into_iter()
        .flatten()
        .flatten()
        .map(|file| (mib(&file.path()) * 1024.0, file.file_name().to_string_lossy().into_owned()))
        .collect();
    chunks.sort_by(|left, right| right.0.total_cmp(&left.0));
    println!("the page's files, KiB:");
    for (kib, name) in chunks {
        println!("  {kib:>7.1} {name}");
    }
}
