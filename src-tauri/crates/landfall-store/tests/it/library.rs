//! The library: runs that are over and the workbooks of others, as one list.

use std::path::Path;
use std::time::{Duration, Instant};

use jiff::civil::date;
use landfall_core::library::{
    EntryState, LARGEST_PAGE, LibraryFilter, LibraryShow, LibrarySort, LibraryTotals, Origin, ReportId,
};
use landfall_core::run::FileState;
use landfall_store::{FileStamp, Ledger, NewFile};

use crate::vocabulary::{FOLDER, RunWords, at, new_ledger, run, sidecar_of, silent, workbook};

const OTHER: &str = "/srv/reports";

fn all() -> LibraryFilter {
    LibraryFilter { limit: LARGEST_PAGE, ..LibraryFilter::default() }
}

fn watched() -> Vec<String> {
    vec![FOLDER.to_owned()]
}

/// The files of the entries that match, in order.
fn listed(ledger: &Ledger, filter: &LibraryFilter) -> Vec<String> {
    let found = ledger.library(filter, &watched()).unwrap();
    assert_eq!(found.total, found.reports.len() as u64);
    found.reports.into_iter().map(|report| report.entry.file).collect()
}

fn file_id(ledger: &Ledger, name: &str) -> ReportId {
    ledger.report_of_file(FOLDER, Path::new(name)).unwrap().unwrap()
}

fn sized(file: NewFile, bytes: u64) -> NewFile {
    NewFile { stamp: FileStamp { bytes, ..file.stamp }, ..file }
}

/// A run's workbook, as the watch sees it.
fn workbook_of(run: &landfall_core::run::Run) -> NewFile {
    NewFile { run: Some(run.number), ..workbook(&run.file, "made") }
}

#[test]
fn it_holds_runs_that_are_over_and_the_workbooks_of_others() {
    let (_home, mut ledger) = new_ledger();
    let good = run(10_000).succeeded();
    for run in
        [good.clone(), run(10_001).failed(), run(10_002).cancelled(), run(10_003).running(), run(10_004)]
    {
        ledger.insert_run(&run).unwrap();
    }
    ledger.record_files(FOLDER, &[workbook_of(&good), workbook("sub/theirs.xlsx", "1")], at(100)).unwrap();
    ledger.record_files(OTHER, &[workbook("not-watched.xlsx", "1")], at(100)).unwrap();

    let found = ledger.library(&all(), &watched()).unwrap();
    let entries: Vec<_> = found.reports.iter().map(|report| &report.entry).collect();
    assert_eq!(found.total, 4);
    let [theirs, cancelled, failed, made] = &entries[..] else { panic!("{entries:?}") };

    assert_eq!(
        (&*theirs.title, &*theirs.file, &theirs.origin),
        ("theirs.xlsx", "theirs.xlsx", &Origin::Elsewhere)
    );
    assert_eq!(theirs.folder, format!("{FOLDER}/sub"));
    assert_eq!((&theirs.state, theirs.rows, theirs.bytes), (&EntryState::OnDesktop, None, Some(300_000)));
    assert_eq!((theirs.finished_at, theirs.unseen), (at(100), true));
    assert_eq!(found.reports[0].path, Path::new("sub/theirs.xlsx"));

    assert_eq!(
        (made.id.to_string(), &made.state, made.rows),
        ("run-10000".to_owned(), &EntryState::OnDesktop, Some(4_000))
    );
    assert!(made.unseen);
    let Origin::ThisComputer { run, took_ms, period, .. } = &made.origin else { panic!("{made:?}") };
    assert_eq!((*run, *took_ms, period.from), (10_000, 2_000, date(2026, 10, 1)));

    assert!(matches!(&failed.state, EntryState::Failed { error } if error.message == "the disk is full"));
    assert_eq!((failed.rows, failed.bytes), (None, None));
    assert_eq!(cancelled.state, EntryState::Cancelled);
    assert_eq!(ledger.report(&ReportId::Run(10_003), &watched()).unwrap(), None, "it is not over");
    for report in found.reports {
        assert_eq!(ledger.report(&report.entry.id, &watched()).unwrap(), Some(report));
    }
}

#[test]
fn an_entry_is_found_only_by_what_the_ledger_knows() {
    let (_home, mut ledger) = new_ledger();
    ledger.record_files(OTHER, &[workbook("theirs.xlsx", "1")], at(0)).unwrap();
    let id = ledger.report_of_file(OTHER, Path::new("theirs.xlsx")).unwrap().unwrap();
    assert!(ledger.report(&id, &[OTHER.to_owned()]).unwrap().is_some());
    assert_eq!(ledger.report(&id, &watched()).unwrap(), None, "its folder is not watched");
    for path in ["../../etc/passwd", "/etc/passwd", "theirs.xlsx\0", "Theirs.xlsx", ""] {
        let id = ReportId::File { folder: 1, path: path.into() };
        assert_eq!(ledger.report(&id, &[OTHER.to_owned()]).unwrap(), None, "{path:?}");
    }
    for id in [ReportId::Run(0), ReportId::Run(u64::MAX), ReportId::File { folder: -1, path: b"a".to_vec() }]
    {
        assert_eq!(ledger.report(&id, &watched()).unwrap(), None, "{id}");
    }
}

#[test]
fn every_word_of_a_search_must_occur_also_in_the_state() {
    let (_home, mut ledger) = new_ledger();
    ledger.insert_run(&run(10_000).succeeded()).unwrap();
    ledger.insert_run(&run(10_001).failed()).unwrap();
    let names = ["Ärzte März.xlsx", "budget.xlsx"];
    let files = names.map(|name| workbook(name, name));
    ledger.record_files(FOLDER, &files, at(0)).unwrap();
    ledger.mark_removed(FOLDER, Path::new("budget.xlsx")).unwrap();
    let search = |words: &str| listed(&ledger, &LibraryFilter { search: Some(words.to_owned()), ..all() });
    let (good, failed) = (run(10_000).file, run(10_001).file);

    assert_eq!(search("OCTOBER 2026"), [failed.clone(), good.clone()]);
    assert_eq!(search("ott 2026"), [failed.clone(), good.clone()]);
    assert_eq!(search("10001"), std::slice::from_ref(&failed));
    assert_eq!(search("ticketing desktop"), [good]);
    assert_eq!(search("failed"), [failed]);
    assert_eq!(search("märz ÄRZTE"), ["Ärzte März.xlsx"]);
    assert_eq!(search("missing"), ["budget.xlsx"]);
    assert!(search("% _ ' \"").is_empty());
    let many: Vec<String> = (0..5_000).map(|word| format!("w{word}")).collect();
    assert!(search(&many.join(" ")).is_empty());
}

#[test]
fn filters_show_what_they_say() {
    let (_home, mut ledger) = new_ledger();
    let (seen, new) = (run(10_000).succeeded(), run(10_001).succeeded());
    for run in [seen.clone(), new.clone(), run(10_002).failed(), run(10_003).cancelled()] {
        ledger.insert_run(&run).unwrap();
    }
    let there =
        [workbook_of(&seen), workbook_of(&new), workbook("new.xlsx", "1"), silent(workbook("old.xlsx", "1"))];
    ledger.record_files(FOLDER, &there, at(9)).unwrap();
    assert_eq!(
        ledger.mark_seen(&[ReportId::Run(10_000), ReportId::Run(10_002)]).unwrap(),
        [ReportId::Run(10_000)]
    );
    let gone = [workbook("gone.xlsx", "1"), workbook("trashed.xlsx", "1")];
    ledger.record_files(FOLDER, &gone, at(9)).unwrap();
    ledger.mark_removed(FOLDER, Path::new("gone.xlsx")).unwrap();
    ledger.set_report_file(&file_id(&ledger, "trashed.xlsx"), FileState::Trashed).unwrap();
    ledger.hide_report(&ReportId::Run(10_003), Some(at(10))).unwrap();

    let show = |show| {
        let mut files = listed(&ledger, &LibraryFilter { show, ..all() });
        files.sort();
        files
    };
    let (seen, new, failed, hidden) = (seen.file, new.file, run(10_002).file, run(10_003).file);
    assert_eq!(show(LibraryShow::Everything), ["gone.xlsx", "new.xlsx", "old.xlsx", &seen, &new, &failed]);
    assert_eq!(show(LibraryShow::OnDesktop), ["new.xlsx", "old.xlsx", &seen, &new]);
    assert_eq!(show(LibraryShow::Unseen), ["new.xlsx", &new]);
    assert_eq!(show(LibraryShow::Failed), [failed]);
    assert_eq!(show(LibraryShow::Missing), ["gone.xlsx"]);
    assert_eq!(show(LibraryShow::Deleted), [&hidden, "trashed.xlsx"]);
    let totals = LibraryTotals { reports: 4, bytes: 4 * 300_000, unseen: 2 };
    assert_eq!(ledger.library_totals(&watched()).unwrap(), totals);
    let of_runs = LibraryTotals { reports: 2, bytes: 2 * 300_000, unseen: 1 };
    assert_eq!(ledger.library_totals(&[]).unwrap(), of_runs);
}

#[test]
fn every_order_is_the_same_on_every_page() {
    let (_home, mut ledger) = new_ledger();
    for number in 10_000..10_040 {
        let made = run(number).over(date(2026, 1, 1), date(2026, 1, i8::try_from(number % 7 + 1).unwrap()));
        let run = if number % 4 == 0 { made.failed() } else { made.succeeded() };
        ledger.insert_run(&run).unwrap();
    }
    let files: Vec<_> =
        (0..40).map(|file| sized(workbook(format!("{file}.xlsx"), "same"), file % 5)).collect();
    ledger.record_files(FOLDER, &files, at(0)).unwrap();
    for sort in [
        LibrarySort::Period,
        LibrarySort::Rows,
        LibrarySort::Size,
        LibrarySort::Finished,
        LibrarySort::Origin,
        LibrarySort::State,
    ] {
        for ascending in [false, true] {
            let whole = LibraryFilter { sort, ascending, ..all() };
            let expected = listed(&ledger, &whole);
            assert_eq!(expected.len(), 80);
            let pages = (0..8).flat_map(|page| {
                let filter = LibraryFilter { limit: 10, offset: page * 10, ..whole.clone() };
                let found = ledger.library(&filter, &watched()).unwrap();
                assert_eq!((found.total, found.reports.len()), (80, 10));
                found.reports.into_iter().map(|report| report.entry.file)
            });
            assert_eq!(pages.collect::<Vec<_>>(), expected, "{sort:?} {ascending}");
        }
    }
}

#[test]
fn orders_go_by_what_they_are_called_and_what_has_no_value_comes_last() {
    let (_home, mut ledger) = new_ledger();
    ledger.insert_run(&run(10_000).over(date(2026, 2, 1), date(2026, 2, 28)).succeeded()).unwrap();
    ledger.insert_run(&run(10_001).over(date(2026, 1, 1), date(2026, 1, 31)).succeeded()).unwrap();
    ledger.insert_run(&run(10_002).over(date(2026, 1, 1), date(2026, 3, 31)).failed()).unwrap();
    ledger.record_files(FOLDER, &[sized(workbook("theirs.xlsx", "1"), 1)], at(1_000)).unwrap();
    let order = |sort, ascending| {
        let found = ledger.library(&LibraryFilter { sort, ascending, ..all() }, &watched()).unwrap();
        found
            .reports
            .into_iter()
            .map(|report| match report.entry.origin {
                Origin::ThisComputer { run, .. } => run - 10_000,
                Origin::Elsewhere => 9,
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(order(LibrarySort::Period, true), [1, 2, 0, 9]);
    assert_eq!(order(LibrarySort::Period, false), [0, 2, 1, 9]);
    assert_eq!(order(LibrarySort::Rows, false), [1, 0, 9, 2]);
    assert_eq!(order(LibrarySort::Size, true), [9, 1, 0, 2]);
    assert_eq!(order(LibrarySort::Size, false), [1, 0, 9, 2]);
    assert_eq!(order(LibrarySort::Finished, false), [9, 2, 1, 0]);
    assert_eq!(order(LibrarySort::Finished, true), [0, 2, 1, 9], "two at once: the newer first");
    assert_eq!(order(LibrarySort::Origin, true), [2, 1, 0, 9]);
    assert_eq!(order(LibrarySort::State, false), [2, 9, 1, 0]);
}

#[test]
fn a_report_is_new_from_its_announcement_until_it_was_looked_at_opened_or_edited() {
    let (_home, mut ledger) = new_ledger();
    let path = Path::new("a.xlsx");
    let unseen = |ledger: &Ledger| {
        let id = file_id(ledger, "a.xlsx");
        ledger.report(&id, &watched()).unwrap().unwrap().entry.unseen
    };
    ledger.record_files(FOLDER, &[silent(workbook("a.xlsx", "lay there"))], at(0)).unwrap();
    assert!(!unseen(&ledger));
    for (content, second) in [("looked at", 1), ("opened", 2), ("edited", 3), ("deleted", 4)] {
        ledger.record_files(FOLDER, &[workbook("a.xlsx", content)], at(second)).unwrap();
        assert!(unseen(&ledger));
        // The same content under another stamp.
        ledger.record_files(FOLDER, &[silent(workbook("a.xlsx", content))], at(second)).unwrap();
        assert!(unseen(&ledger));
        let id = file_id(&ledger, "a.xlsx");
        match content {
            "looked at" => assert_eq!(ledger.mark_seen(std::slice::from_ref(&id)).unwrap(), [id]),
            "opened" => assert!(ledger.mark_opened(FOLDER, path, at(second)).unwrap()),
            "edited" => {
                drop(ledger.record_files(FOLDER, &[silent(workbook("a.xlsx", "mine"))], at(second)).unwrap());
            }
            _ => ledger.set_report_file(&id, FileState::Trashed).unwrap(),
        }
        assert!(!unseen(&ledger), "{content}");
    }
    // Back from the trash: what a person had, they know.
    let back = ledger.record_files(FOLDER, &[workbook("a.xlsx", "deleted")], at(5)).unwrap();
    assert_eq!((back, unseen(&ledger)), (vec![None], false));
}

#[test]
fn what_was_deleted_or_hidden_comes_back() {
    let (_home, mut ledger) = new_ledger();
    let made = run(10_000).succeeded();
    ledger.insert_run(&made).unwrap();
    ledger.record_files(FOLDER, &[workbook_of(&made), workbook("theirs.xlsx", "1")], at(0)).unwrap();
    for id in [ReportId::Run(10_000), file_id(&ledger, "theirs.xlsx")] {
        let state = |ledger: &Ledger| ledger.report(&id, &watched()).unwrap().unwrap().entry.state;
        for (file, shown) in [
            (FileState::Trashed, EntryState::Trashed),
            (FileState::Present, EntryState::OnDesktop),
            (FileState::Deleted, EntryState::Deleted),
        ] {
            ledger.set_report_file(&id, file).unwrap();
            assert_eq!(state(&ledger), shown, "{id}");
        }
        ledger.hide_report(&id, Some(at(1))).unwrap();
        assert!(ledger.report(&id, &watched()).unwrap().unwrap().entry.hidden);
        ledger.hide_report(&id, None).unwrap();
        assert!(!ledger.report(&id, &watched()).unwrap().unwrap().entry.hidden);
    }
    // A file of the same name is a report again.
    ledger.hide_report(&file_id(&ledger, "theirs.xlsx"), Some(at(1))).unwrap();
    ledger.record_files(FOLDER, &[workbook("theirs.xlsx", "2")], at(2)).unwrap();
    let back = ledger.report(&file_id(&ledger, "theirs.xlsx"), &watched()).unwrap().unwrap().entry;
    assert_eq!((back.state, back.hidden, back.unseen), (EntryState::OnDesktop, false, true));
}

#[test]
fn a_hidden_run_is_off_every_list() {
    let (_home, mut ledger) = new_ledger();
    ledger.insert_run(&run(10_000).failed()).unwrap();
    ledger.hide_report(&ReportId::Run(10_000), Some(at(1))).unwrap();
    assert_eq!(ledger.recent(9).unwrap(), []);
    assert_eq!(ledger.runs(&landfall_core::api::RunFilter::default()).unwrap(), (vec![], 0));
    assert!(ledger.run(10_000).unwrap().is_some(), "and never forgotten");
    ledger.set_file_state(10_000, FileState::Present).unwrap();
    assert_eq!(ledger.recent(9).unwrap().len(), 1, "its file is there again");
}

#[test]
fn a_report_that_moves_is_as_new_as_it_was_and_counted_once() {
    let (_home, mut ledger) = new_ledger();
    let made = run(10_000).succeeded();
    ledger.insert_run(&made).unwrap();
    ledger.record_files(FOLDER, &[workbook_of(&made)], at(0)).unwrap();
    ledger.record_files(OTHER, &[silent(workbook_of(&made))], at(1)).unwrap();
    for _ in 0..2 {
        ledger.move_run(10_000, OTHER).unwrap();
        let entry = ledger.report(&ReportId::Run(10_000), &[]).unwrap().unwrap().entry;
        assert_eq!((&*entry.folder, entry.unseen), (OTHER, true));
        let totals = ledger.library_totals(&[FOLDER.to_owned(), OTHER.to_owned()]).unwrap();
        assert_eq!(totals, LibraryTotals { reports: 1, bytes: 300_000, unseen: 1 });
    }
    assert_eq!(ledger.files_of_runs_in(OTHER).unwrap(), [made.file]);
    assert!(ledger.files_of_runs_in(FOLDER).unwrap().is_empty());
}

#[test]
fn the_rows_of_the_newest_report_of_a_kind_are_known() {
    let (_home, mut ledger) = new_ledger();
    let asked = run(10_009);
    assert_eq!(ledger.newest_rows(&asked).unwrap(), None);
    for other in [
        run(10_000).succeeded(),
        run(10_001).failed(),
        run(10_002).of_definition("refunds", "Refunds").succeeded(),
        landfall_core::run::Run {
            database: landfall_core::run::DatabaseUsed::Unknown,
            ..run(10_003).succeeded()
        },
    ] {
        ledger.insert_run(&other).unwrap();
    }
    assert_eq!(ledger.newest_rows(&asked).unwrap(), Some((4_000, 31)));
    ledger.insert_run(&run(10_004).over(date(2026, 3, 28), date(2026, 3, 30)).succeeded()).unwrap();
    assert_eq!(ledger.newest_rows(&asked).unwrap(), Some((4_000, 3)));
}

#[test]
fn ten_thousand_runs_and_a_thousand_workbooks_are_listed_in_a_moment() {
    let (_home, mut ledger) = new_ledger();
    let found: Vec<_> = (10_000..20_000).map(|number| sidecar_of(&run(number).succeeded())).collect();
    ledger.rebuild_from_sidecars(FOLDER, &found, at(0)).unwrap();
    let made: Vec<_> = (10_000..20_000).map(|number| silent(workbook_of(&run(number).succeeded()))).collect();
    ledger.record_files(FOLDER, &made, at(0)).unwrap();
    let files: Vec<_> = (0..1_000).map(|number| workbook(format!("{number}.xlsx"), "x")).collect();
    ledger.record_files(FOLDER, &files, at(0)).unwrap();
    let search = |words: &str| LibraryFilter { search: Some(words.to_owned()), ..all() };
    let sorted = |sort| LibraryFilter { sort, limit: 100, offset: 5_000, ..all() };
    let cases = [
        (all(), 11_000),
        (search("october ticketing desktop"), 10_000),
        (search("no such words"), 0),
        (search("19999"), 1),
        (sorted(LibrarySort::Period), 11_000),
        (sorted(LibrarySort::Rows), 11_000),
        (sorted(LibrarySort::State), 11_000),
        (LibraryFilter { show: LibraryShow::Unseen, ..all() }, 1_000),
    ];
    for (filter, total) in cases {
        let took = best_of(5, || assert_eq!(ledger.library(&filter, &watched()).unwrap().total, total));
        // The bar is 50 ms; the best of a few on a busy machine gets some air.
        assert!(took < Duration::from_millis(150), "{filter:?} took {took:?}");
        println!("{took:>10.1?}  {filter:?}");
    }
    let took = best_of(5, || assert_eq!(ledger.library_totals(&watched()).unwrap().reports, 11_000));
    println!("{took:>10.1?}  totals");
    assert!(took < Duration::from_millis(20), "totals took {took:?}");
}

fn best_of(times: u32, mut work: impl FnMut()) -> Duration {
    let once = |_| {
        let started = Instant::now();
        work();
        started.elapsed()
    };
    (0..times).map(once).min().unwrap()
}
