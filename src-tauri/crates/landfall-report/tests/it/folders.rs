//! Where reports go: names, collisions, permissions, two at once.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;

use landfall_core::code::Code;
use landfall_tests::program::Program;

use crate::support::{JANUARY, Scene, WITHIN, fails, made};

#[test]
fn the_file_has_the_name_of_the_contract_and_is_for_its_owner_only() {
    let scene = Scene::with_tickets(5);
    let path = made(scene.january().args(["--run", "12345"]));
    let name = "ticketing-report-2025-01-01-to-2025-01-31-12345.xlsx";
    assert_eq!(path, scene.folder().join(name));
    assert_eq!(scene.names(), [name.to_owned(), format!("{name}.json")]);
    for name in scene.names() {
        let mode = fs::metadata(scene.folder().join(&name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn a_ledgers_number_is_never_used_twice_and_nothing_is_overwritten() {
    let scene = Scene::with_tickets(5);
    let path = made(scene.january().args(["--run", "10001"]));
    let before = fs::read(&path).unwrap();
    fails(&scene, scene.january().args(["--run", "10001"]), Code::TargetNotWritable, "is there already");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_file_that_has_the_name_of_the_description_is_never_overwritten() {
    let scene = Scene::with_tickets(5);
    let mine = scene.folder().join("ticketing-report-2025-01-01-to-2025-01-31-10001.xlsx.json");
    fs::write(&mine, "{\"mine\": 1}").unwrap();
    let failed = scene.january().args(["--run", "10001"]).run(WITHIN);
    assert_eq!(failed.code(), 16, "{failed}");
    assert_eq!(fs::read_to_string(&mine).unwrap(), "{\"mine\": 1}");
    assert_eq!(scene.names().len(), 1, "no workbook without its description: {:?}", scene.names());
}

#[test]
fn a_name_too_long_for_its_description_is_refused_before_the_query() {
    let scene = Scene::with_tickets(5);
    let target = scene.folder().join(format!("{}.xlsx", "x".repeat(235)));
    let failed = Program::named("ticketing-report")
        .args(JANUARY)
        .arg("--output")
        .arg(target)
        .env("DB_HOST", "127.0.0.1")
        .env("DB_PORT", "1")
        .run(WITHIN);
    assert_eq!(failed.code(), 16, "not 11, as nothing was asked of the database: {failed}");
}

#[test]
fn runs_by_hand_in_the_same_second_get_numbers_of_their_own() {
    let scene = Scene::with_tickets(200);
    let running: Vec<_> = (0..6).map(|_| scene.january().spawn()).collect();
    let paths: BTreeSet<String> = running
        .into_iter()
        .map(|running| {
            let finished = running.wait(WITHIN);
            assert_eq!(finished.code(), 0, "{finished}");
            finished.stdout
        })
        .collect();
    assert_eq!(paths.len(), 6);
    assert_eq!(scene.names().len(), 12, "a workbook and a sidecar each, nothing else: {:?}", scene.names());
}

#[test]
fn two_runs_share_a_folder_without_disturbing_each_other() {
    let scene = Scene::with_tickets(500);
    let start = |run: &str| scene.january().args(["--run", run]).spawn();
    let (first, second) = (start("10001"), start("10002"));
    let same = start("10001");
    assert_eq!(second.wait(WITHIN).code(), 0);
    let mut exits = [first.wait(WITHIN).code(), same.wait(WITHIN).code()];
    exits.sort_unstable();
    assert_eq!(exits, [0, 16], "of two with one number, one makes the file");
    assert_eq!(scene.names().len(), 4, "{:?}", scene.names());
}

#[test]
fn the_output_may_be_a_file_that_is_not_there_yet() {
    let scene = Scene::with_tickets(5);
    let file = scene.folder().join("März 2025 🚆.xlsx");
    let program = || scene.report_into(&file).args(JANUARY);
    assert_eq!(made(program()), file);
    assert_eq!(scene.names(), ["März 2025 🚆.xlsx", "März 2025 🚆.xlsx.json"]);
    fails(&scene, program(), Code::TargetNotWritable, "is there already");
}

#[test]
fn without_an_output_the_reports_folder_in_the_home_is_made() {
    let scene = Scene::with_tickets(5);
    let program = Program::named("ticketing-report")
        .envs(scene.database.env())
        .env("HOME", scene.home())
        .env("LANDFALL_HOME", scene.home())
        .args(JANUARY);
    let path = made(program);
    assert_eq!(path.parent().unwrap(), scene.home().join("kubernetes-reports"));
}
