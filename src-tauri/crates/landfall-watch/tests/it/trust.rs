//! Which way to notice changes is used, and when it changes.

use std::fs;

use landfall_watch::{ActiveMode, Mode, Observation, PollReason};

use crate::scene::{Scene, Stage, ready};
use crate::workbook::workbook;

impl Scene {
    pub(crate) async fn mode_changed(&mut self) -> ActiveMode {
        self.until("the mode to change", |said| match said {
            Observation::ModeChanged { mode } => Some(mode.clone()),
            _ => None,
        })
        .await
    }
}

#[tokio::test]
async fn a_local_folder_is_watched_by_events_and_polling_can_be_asked_for() {
    for (mode, active) in
        [(Mode::Auto, ActiveMode::Events), (Mode::Poll, ActiveMode::Poll(PollReason::Asked))]
    {
        let mut scene = Stage::empty(mode).open();
        assert_eq!(scene.first_scan().await.mode, active);
    }
}

/// A file written through another name of it, in a folder that is not watched, gives no event here.
#[tokio::test]
async fn a_change_no_event_told_is_found_by_a_scan_and_ends_the_trust_in_events() {
    let mut scene = Scene::empty(Mode::Auto).await;
    let (old, new) = (workbook("old"), workbook("new"));
    scene.write("shared.xlsx", &old);
    scene.ready("shared.xlsx", &old).await;
    let elsewhere = scene.folder.with_file_name("elsewhere.xlsx");
    fs::hard_link(scene.path("shared.xlsx"), &elsewhere).unwrap();
    scene.settled().await;
    fs::write(&elsewhere, &new).unwrap();
    scene.rescan().await;
    scene.ready("shared.xlsx", &new).await;
    assert_eq!(scene.mode_changed().await, ActiveMode::Poll(PollReason::EventMissed("shared.xlsx".into())));
    // From now on such changes are seen without being asked for.
    let newest = workbook("newest");
    fs::write(&elsewhere, &newest).unwrap();
    scene.ready("shared.xlsx", &newest).await;
    assert_eq!(ready(&scene.log).count(), 3);
}

#[tokio::test]
async fn a_scan_right_after_a_change_does_not_distrust_events() {
    let mut scene = Scene::empty(Mode::Auto).await;
    for n in 0..20 {
        let bytes = workbook(&n.to_string());
        scene.publish("again.xlsx", &bytes);
        scene.rescan().await;
        scene.ready("again.xlsx", &bytes).await;
    }
    scene.listen(std::time::Duration::from_secs(3)).await;
    let switched = scene.log.iter().any(|said| matches!(said, Observation::ModeChanged { .. }));
    assert!(!switched);
}
