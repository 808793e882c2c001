use super::*;
use crate::api::ExistingReports;

const PRESENT: &str = "/home/ada/reports";
const OTHER: &str = "/srv/reports";

impl Story {
    fn changes_folder(&mut self) -> &mut Self {
        let request = self.request();
        let change = Box::new(FolderChange {
            from: PRESENT.to_owned(),
            to: OTHER.to_owned(),
            existing: ExistingReports::Move,
        });
        self.happens(|now| Event::FolderChangeRequested { request, change, now })
    }

    fn deletes(&mut self, number: u64) -> &mut Self {
        self.wants(FileWork::Trash, number)
    }

    fn wants(&mut self, work: FileWork, number: u64) -> &mut Self {
        let request = self.request();
        let (report, folder) = (ReportId::Run(number), PRESENT.to_owned());
        let file = Box::new(ReportFile { report, folder, path: format!("{number}.xlsx").into() });
        self.happens(|now| Event::FileWorkRequested { request, work, file, now })
    }

    fn asks_for_a_report_into(&mut self, folder: &str) -> &mut Self {
        let request = self.request();
        let mut planned = planned(DatabaseSource::Server, self.now);
        planned.run.folder = folder.to_owned();
        self.happens(|now| Event::RunRequested { request, planned: Box::new(planned), now })
    }

    fn began_file_work(&self) -> bool {
        let begins =
            |effect: &Effect| matches!(effect, Effect::WorkOnFile { .. } | Effect::ChangeFolder { .. });
        self.effects.iter().any(begins)
    }

    fn is_refused(&self, words: &str) {
        let error = self.answer().as_ref().unwrap_err();
        assert_eq!(error.code, Code::Conflict);
        assert!(error.message.contains(words) && !error.hint.is_empty(), "{error:?}");
        assert!(!self.began_file_work());
        assert!(!self.effects.iter().any(|effect| matches!(effect, Effect::InsertRun { .. })));
    }
}

#[test]
fn while_reports_move_neither_folder_takes_a_run_a_deletion_or_another_change() {
    let mut story = Story::with_door();
    assert!(story.changes_folder().began_file_work());
    story.changes_folder().is_refused(OTHER);
    story.asks_for_a_report_into(PRESENT).is_refused("being changed");
    story.asks_for_a_report_into(OTHER).is_refused("being changed");
    story.deletes(RUN).is_refused("being changed");
    assert!(story.asks_for_a_report_into("/elsewhere").answer().is_ok());
    story.cancels(RUN);
    story.generator_ends(RUN, exit(143));
    story.happens(|now| Event::FolderChangeEnded { now });
    assert!(story.asks_for_a_report_into(PRESENT).answer().is_ok());
}

#[test]
fn reports_do_not_move_while_one_is_made_or_deleted() {
    let mut story = Story::with_door();
    assert!(story.deletes(RUN).began_file_work());
    story.deletes(RUN).is_refused("being deleted already");
    assert!(story.deletes(RUN + 1).began_file_work(), "another file");
    story.changes_folder().is_refused("being deleted");
    assert!(story.wants(FileWork::Restore, RUN + 2).began_file_work());
    story.deletes(RUN + 2).is_refused("being restored already");
    story.happens(|now| Event::FileWorkEnded { report: ReportId::Run(RUN + 2), now });
    story.happens(|now| Event::FileWorkEnded { report: ReportId::Run(RUN), now });
    story.happens(|now| Event::FileWorkEnded { report: ReportId::Run(RUN + 1), now });
    story.asks_for_a_report(DatabaseSource::Server);
    story.changes_folder().is_refused("a run is writing");
}

#[test]
fn the_engine_does_not_end_as_idle_while_files_move_or_go() {
    for (begin, end) in [
        (
            Story::changes_folder as fn(&mut Story) -> &mut Story,
            (|now| Event::FolderChangeEnded { now }) as fn(_) -> _,
        ),
        (|story| story.deletes(RUN), |now| Event::FileWorkEnded { report: ReportId::Run(RUN), now }),
    ] {
        let mut story = Story::with_door();
        begin(&mut story);
        story.happens(|now| Event::DoorClosed { door: 1, now });
        assert!(!story.after(3_600).has(&Effect::StopEngine));
        story.happens(end);
        assert!(!story.after(14).has(&Effect::StopEngine));
        assert!(story.after(1).has(&Effect::StopEngine));
    }
}

#[test]
fn an_engine_that_is_told_to_end_waits_for_the_file_that_is_on_its_way() {
    let mut story = Story::with_door();
    story.changes_folder();
    let request = story.request();
    story.happens(|now| Event::StopRequested { request, even_if_busy: false, now });
    let error = story.answer().as_ref().unwrap_err();
    assert!(error.code == Code::Refused && error.message.contains("reports folder"), "{error:?}");
    story.happens(|now| Event::Terminated { now });
    assert!(!story.has(&Effect::StopEngine) && story.state.is_stopping());
    story.deletes(RUN).is_refused("ending");
    story.happens(|now| Event::FolderChangeEnded { now });
    assert!(story.has(&Effect::StopEngine));
}

#[test]
fn a_file_that_landfall_itself_takes_away_is_not_missing() {
    let mut story = Story::with_door();
    story.changes_folder();
    assert!(story.state.is_at_work_on(&ReportId::Run(RUN), PRESENT));
    assert!(!story.state.is_at_work_on(&ReportId::Run(RUN), "/elsewhere"));
    story.happens(|now| Event::FolderChangeEnded { now });
    story.deletes(RUN);
    assert!(story.state.is_at_work_on(&ReportId::Run(RUN), PRESENT));
    assert!(!story.state.is_at_work_on(&ReportId::Run(RUN + 1), PRESENT));
}
