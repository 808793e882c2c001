//! Files that arrive close together.

use landfall_core::announcement::Announcement;

use super::*;

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn paths(announcements: &[Announcement]) -> Vec<String> {
    announcements.iter().map(|announcement| announcement.path.clone()).collect()
}

/// What is told, one list for each telling.
fn told(event: AppEvent) -> Option<Vec<String>> {
    match event {
        AppEvent::Announced(one) => Some(paths(&[*one])),
        AppEvent::AnnouncedDigest(many) => Some(paths(&many)),
        _ => None,
    }
}

#[tokio::test]
async fn the_first_of_many_files_is_told_at_once_and_the_others_as_one() {
    let home = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(&home).await;
    bench.watches().await;
    bench.subscribes().await;
    bench.sees(&names(&["a.xlsx"]));
    bench.sees(&names(&["b.xlsx", "c.xlsx"]));
    bench.sees(&names(&["d.xlsx"]));
    assert_eq!(bench.hears(told).await, ["a.xlsx"]);
    let all_at_once = bench.hears(|event| match event {
        AppEvent::AnnouncedDigest(many) => Some(paths(&many)),
        other => told(other).map(|one| panic!("{one:?} by itself")),
    });
    assert_eq!(all_at_once.await, ["b.xlsx", "c.xlsx", "d.xlsx"]);
}

#[tokio::test]
async fn one_that_follows_another_is_told_by_itself() {
    let home = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(&home).await;
    bench.watches().await;
    bench.subscribes().await;
    bench.sees(&names(&["a.xlsx"]));
    bench.sees(&names(&["b.xlsx"]));
    assert_eq!(bench.hears(told).await, ["a.xlsx"]);
    let second = bench.hears(|event| match event {
        AppEvent::Announced(one) => Some(one.path),
        other => told(other).map(|many| panic!("{many:?} together")),
    });
    assert_eq!(second.await, "b.xlsx");
}

#[tokio::test]
async fn what_an_engine_had_collected_when_it_died_is_told_by_the_next_and_once() {
    let home = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(&home).await;
    bench.watches().await;
    bench.subscribes().await;
    bench.sees(&names(&["a.xlsx"]));
    bench.sees(&names(&["b.xlsx", "c.xlsx"]));
    assert_eq!(bench.hears(told).await, ["a.xlsx"]);
    bench.dies().await;

    let mut bench = Bench::new(&home).await;
    let again = Command::Subscribe { presents: true, announcements_after: Some(1) };
    bench.answer(again).await.unwrap();
    assert_eq!(bench.hears(told).await, ["b.xlsx", "c.xlsx"]);
}

#[tokio::test]
async fn a_door_that_comes_in_a_burst_is_not_told_what_came_before_it() {
    let home = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(&home).await;
    bench.watches().await;
    bench.subscribes().await;
    bench.sees(&names(&["a.xlsx"]));
    bench.sees(&names(&["b.xlsx"]));
    let mut late = Door::connect(&bench.engine.places).await.unwrap();
    bench.hears_the_door().await;
    let asker = late.asker();
    let subscribe = Command::Subscribe { presents: true, announcements_after: None };
    let answer = tokio::spawn(async move { asker.ask(subscribe).await.unwrap() });
    bench.hears_the_door().await;
    bench.goes_on_until(answer).await.unwrap();
    let AppEvent::Snapshot(snapshot) = late.next_event().await.unwrap() else { panic!("no snapshot") };
    assert_eq!(snapshot.last_announcement, 2);
    assert_eq!(bench.hears(told).await, ["a.xlsx"]);
    assert_eq!(bench.hears(told).await, ["b.xlsx"], "told at once, before the other door was there");
    bench.sees(&names(&["c.xlsx"]));
    assert_eq!(bench.hears(told).await, ["c.xlsx"]);
    let first = loop {
        if let Some(told) = told(late.next_event().await.unwrap()) {
            break told;
        }
    };
    assert_eq!(first, ["c.xlsx"]);
}
