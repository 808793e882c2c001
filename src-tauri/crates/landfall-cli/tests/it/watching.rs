//! `landfall watch`.

use landfall_core::announcement::Announcement;
use landfall_core::api::{AppEvent, Command, FolderState, FolderStatus};

use crate::engine::{SOON, ScriptedEngine, unexpected};

fn announcement(number: i64, path: &str) -> Announcement {
    Announcement {
        number,
        folder: "/srv/reports".to_owned(),
        path: path.to_owned(),
        bytes: 5000,
        sha256: "ab".repeat(32),
        at: "2026-11-22T08:00:00Z".parse().unwrap(),
        made_by: None,
    }
}

fn announced(number: i64, path: &str) -> AppEvent {
    AppEvent::Announced(Box::new(announcement(number, path)))
}

fn subscribed(command: &Command) -> bool {
    matches!(command, Command::Subscribe { presents: true, .. })
}

#[test]
fn each_file_is_printed_once_also_when_the_engine_is_restarted_in_between() {
    let mut engine = ScriptedEngine::new(unexpected);
    let landfall = engine.landfall("watch").spawn();
    engine.wait_until_asked("events", subscribed);
    engine.tell(&announced(1, "a.xlsx"));
    engine.tell(&announced(1, "a.xlsx"));
    engine.tell(&announced(2, "b\nforged.xlsx"));
    landfall.line(SOON, "the second file", |line| line == "/srv/reports/b\\nforged.xlsx");
    engine.change_snapshot(|snapshot| snapshot.last_announcement = 2);
    engine.restart(unexpected);
    engine.wait_until_asked("what came after the second", |command| {
        matches!(command, Command::Subscribe { announcements_after: Some(2), .. })
    });
    // What the new engine sends again, and what is new.
    engine.tell(&announced(2, "b\nforged.xlsx"));
    engine.tell(&announced(3, "c.xlsx"));
    landfall.line(SOON, "the third file", |line| line == "/srv/reports/c.xlsx");
    landfall.interrupt();
    let ended = landfall.wait(SOON);
    assert_eq!(ended.code(), 130, "{ended}");
    assert_eq!(ended.stdout.lines().count(), 3, "{ended}");
}

#[test]
fn json_gives_one_object_a_line() {
    let engine = ScriptedEngine::new(unexpected);
    let landfall = engine.landfall("watch --json").spawn();
    engine.wait_until_asked("events", subscribed);
    engine.tell(&announced(1, "a.xlsx"));
    engine.tell(&AppEvent::AnnouncedDigest(vec![announcement(2, "b.xlsx"), announcement(3, "c.xlsx")]));
    let lost = FolderState::Lost { reason: "unplugged".to_owned() };
    engine.tell(&AppEvent::FolderChanged(FolderStatus { folder: "/srv/reports".to_owned(), state: lost }));
    landfall.line(SOON, "the folder", |line| line.contains("\"lost\""));
    landfall.interrupt();
    let ended = landfall.wait(SOON);
    let lines = ended.json_lines();
    assert_eq!(lines[0]["type"], "finished");
    assert_eq!(lines[0]["file"], "/srv/reports/a.xlsx");
    assert_eq!(lines[1]["type"], "digest");
    assert_eq!(lines[1]["files"], serde_json::json!(["/srv/reports/b.xlsx", "/srv/reports/c.xlsx"]));
    assert_eq!((&lines[2]["type"], &lines[2]["reason"]), (&"folder".into(), &"unplugged".into()));
    assert_eq!(lines[3]["error"]["code"], "cancelled");
}

#[test]
fn what_arrived_together_is_one_line_and_a_lost_folder_is_said() {
    let engine = ScriptedEngine::new(unexpected);
    let landfall = engine.landfall("watch").spawn();
    engine.wait_until_asked("events", subscribed);
    let many = (1..=5).map(|number| announcement(number, &format!("{number}.xlsx"))).collect();
    engine.tell(&AppEvent::AnnouncedDigest(many));
    let folder = |state| AppEvent::FolderChanged(FolderStatus { folder: "/srv/reports".to_owned(), state });
    engine.tell(&folder(FolderState::Lost { reason: "unplugged".to_owned() }));
    engine.tell(&folder(FolderState::Events));
    landfall_tests::until(SOON, "the folder's return", || landfall.stderr().contains("/srv/reports is back"));
    let said = landfall.stderr();
    assert!(said.contains("5 spreadsheets arrived: 1.xlsx, 2.xlsx, 3.xlsx and 2 more"), "{said}");
    assert!(said.contains("/srv/reports is gone (unplugged)"), "{said}");
    assert_eq!(landfall.stdout().lines().count(), 5);
    landfall.interrupt();
    assert_eq!(landfall.wait(SOON).code(), 130);
}
