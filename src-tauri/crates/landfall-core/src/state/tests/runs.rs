use super::*;
use crate::api::AppEvent;

#[test]
fn a_run_is_in_the_ledger_before_anything_is_started_for_it() {
    let mut story = Story::with_door();
    story.asks_for_a_report(DatabaseSource::Server);
    assert!(matches!(story.effects[0], Effect::InsertRun { .. }), "{:?}", story.effects[0]);
    assert_eq!(story.started(), [RUN]);
    assert!(matches!(story.answer(), Ok(Reply::RunAccepted { run, .. }) if run.number == RUN));
}

#[test]
fn numbers_go_up_and_name_the_file() {
    let mut story = Story::with_door();
    story.asks_for_a_report(DatabaseSource::Server);
    story.asks_for_a_report(DatabaseSource::Server);
    let file = &story.recorded(RUN + 1).unwrap().file;
    assert_eq!(file, "ticketing-report-2026-10-01-to-2026-10-31-10001.xlsx");
}

#[test]
fn two_runs_at_once_on_a_server_and_the_third_waits() {
    let mut story = Story::with_door();
    let mut started = Vec::new();
    for _ in 0..3 {
        started.extend(story.asks_for_a_report(DatabaseSource::Server).started());
    }
    assert_eq!(started, [RUN, RUN + 1]);
    let end = published(RUN, story.now);
    assert_eq!(story.generator_ends(RUN, end).started(), [RUN + 2]);
}

#[test]
fn a_queued_run_is_cancelled_at_once() {
    let mut story = Story::with_door();
    for _ in 0..3 {
        story.asks_for_a_report(DatabaseSource::Server);
    }
    story.cancels(RUN + 2);
    assert_eq!(story.recorded(RUN + 2).unwrap().state.word(), "cancelled");
    assert!(!story.has(&Effect::StopGenerator { run: RUN + 2 }));
}

#[test]
fn a_running_run_is_cancelled_when_its_generator_has_ended() {
    let mut story = Story::with_door();
    story.asks_for_a_report(DatabaseSource::Server).cancels(RUN);
    assert!(story.has(&Effect::StopGenerator { run: RUN }));
    assert_eq!(story.recorded(RUN).unwrap().state.word(), "cancelling");
    story.generator_ends(RUN, exit(143));
    assert_eq!(story.recorded(RUN).unwrap().state.word(), "cancelled");
}

#[test]
fn a_run_that_published_before_the_cancel_reached_it_has_succeeded() {
    let mut story = Story::with_door();
    story.asks_for_a_report(DatabaseSource::Server).cancels(RUN);
    let end = GeneratorEnd { signal: Some(9), exit: None, ..published(RUN, story.now) };
    story.generator_ends(RUN, end);
    assert_eq!(story.recorded(RUN).unwrap().state.word(), "succeeded");
}

#[test]
fn cancelling_what_is_over_is_refused() {
    let mut story = Story::with_door();
    story.cancels(RUN);
    assert_eq!(story.answer().as_ref().unwrap_err().code, Code::Conflict);
}

#[test]
fn phases_are_kept_with_their_times() {
    let mut story = Story::with_door();
    story.asks_for_a_report(DatabaseSource::Server);
    story.after(2).generator_says(RUN, Progress::Phase { phase: Phase::WritingRows });
    story.generator_says(RUN, Progress::Rows { rows: 500, estimate: Some(1_000) });
    let end = published(RUN, story.now);
    story.after(3).generator_ends(RUN, end);
    let run = story.recorded(RUN).unwrap();
    let phases: Vec<_> = run.steps.iter().map(|step| step.phase).collect();
    assert_eq!(phases, [Phase::Queued, Phase::Connecting, Phase::WritingRows]);
    let last = run.steps.last().unwrap();
    assert_eq!(last.ended_at.unwrap().duration_since(last.started_at).as_secs(), 3);
}

#[test]
fn the_generators_last_words_are_the_cause() {
    let mut story = Story::with_door();
    story.asks_for_a_report(DatabaseSource::Server);
    let failure = ApiError::new(Code::WrongPassword, "the server refused the password", "Check it.");
    story.generator_ends(RUN, GeneratorEnd { failure: Some(failure.clone()), ..exit(12) });
    assert_eq!(story.error_of(RUN), failure);
}

#[test]
fn a_generator_that_dies_without_a_word_is_told_apart_by_its_exit() {
    for (end, code) in [
        (exit(17), Code::DiskFull),
        (exit(1), Code::GeneratorCrashed),
        (killed(), Code::GeneratorCrashed),
        (GeneratorEnd::default(), Code::GeneratorCrashed),
    ] {
        let mut story = Story::with_door();
        story.asks_for_a_report(DatabaseSource::Server).generator_ends(RUN, end);
        assert_eq!(story.error_of(RUN).code, code);
    }
}

#[test]
fn a_sleep_in_the_middle_is_named_as_the_cause() {
    let mut story = Story::with_door();
    story.asks_for_a_report(DatabaseSource::Server);
    story.happens(|now| Event::Slept { duration: SignedDuration::from_mins(12), now });
    let failure = ApiError::new(Code::DatabaseUnreachable, "the connection was lost", "Check the network.");
    story.generator_ends(RUN, GeneratorEnd { failure: Some(failure), ..exit(11) });
    let error = story.error_of(RUN);
    assert_eq!(error.code, Code::Interrupted);
    assert!(error.message.starts_with("the computer slept for 12 min"), "{}", error.message);
}

#[test]
fn a_sleep_before_the_run_is_not_its_cause() {
    let mut story = Story::with_door();
    story.happens(|now| Event::Slept { duration: SignedDuration::from_mins(12), now });
    story.asks_for_a_report(DatabaseSource::Server).generator_ends(RUN, exit(11));
    assert_eq!(story.error_of(RUN).code, Code::DatabaseUnreachable);
}

#[test]
fn a_run_found_open_is_shown_as_it_really_ended() {
    let found = |published: bool, state: RunState| {
        let mut story = Story::new();
        let run = Run { number: 9_000, state, ..planned(DatabaseSource::Sample, story.now).run };
        let published = published.then(|| sidecar(9_000, story.now));
        story.happens(|now| Event::RunFound { run: Box::new(run), published, now });
        story.recorded(9_000).unwrap().clone()
    };
    let running = RunState::Running { rows: 7, estimate: None };
    assert_eq!(found(true, running.clone()).state.word(), "succeeded");
    assert_eq!(found(true, running.clone()).file_state, FileState::Present);
    assert_eq!(found(false, running).failed_with(), Some(Code::Interrupted));
    assert_eq!(found(false, RunState::Queued).failed_with(), Some(Code::Interrupted));
    assert_eq!(found(false, RunState::Cancelling { rows: 0 }).state.word(), "cancelled");
}

#[test]
fn a_description_is_only_a_witness_for_the_run_that_it_describes() {
    let story = Story::new();
    let run =
        Run { number: RUN, file: format!("{RUN}.xlsx"), ..planned(DatabaseSource::Sample, story.now).run };
    let sidecar = sidecar(RUN, story.now);
    assert!(sidecar.is_of(&run));
    for other in [
        Run { number: RUN + 1, ..run.clone() },
        Run { timezone: "America/New_York".to_owned(), ..run.clone() },
        Run { definition_hash: "other".to_owned(), ..run.clone() },
        Run { requested_at: story.now + SignedDuration::from_secs(1), ..run.clone() },
    ] {
        assert!(!sidecar.is_of(&other), "{other:?}");
    }
}

#[test]
fn a_run_that_waits_keeps_the_server_it_was_asked_for() {
    let mut story = Story::with_door();
    for _ in 0..2 {
        story.asks_for_a_report(DatabaseSource::Server);
    }
    let request = story.request();
    let mut later = planned(DatabaseSource::Server, story.now);
    later.connection.host = "first.example".to_owned();
    story.happens(|now| Event::RunRequested { request, planned: Box::new(later), now });
    let end = published(RUN, story.now);
    story.generator_ends(RUN, end);
    let started = story.effects.iter().find_map(|effect| match effect {
        Effect::StartGenerator { connection, .. } => Some(connection.host.clone()),
        _ => None,
    });
    assert_eq!(started.as_deref(), Some("first.example"));
}

#[test]
fn a_number_whose_file_lies_in_the_folder_already_is_passed_over() {
    let mut story = Story::with_door();
    let request = story.request();
    let planned = PlannedRun { first_free: RUN + 7, ..planned(DatabaseSource::Server, story.now) };
    story.happens(|now| Event::RunRequested { request, planned: Box::new(planned), now });
    assert_eq!(story.started(), [RUN + 7]);
    story.asks_for_a_report(DatabaseSource::Server);
    assert_eq!(story.started(), [RUN + 8]);
}

impl Story {
    fn rows(&mut self, milliseconds: i64, rows: u64) -> &mut Self {
        self.now += SignedDuration::from_millis(milliseconds);
        self.generator_says(RUN, Progress::Rows { rows, estimate: None })
    }

    /// The rows that doors are told.
    fn shown_rows(&self) -> Option<u64> {
        self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Publish(event) => match &**event {
                AppEvent::RunChanged(run) => Some(run.state.rows()),
                _ => None,
            },
            _ => None,
        })
    }
}

#[test]
fn rows_are_told_at_most_five_times_a_second_and_the_last_ones_always() {
    let mut story = Story::with_door();
    story.asks_for_a_report(DatabaseSource::Server);
    assert_eq!(story.rows(0, 64).shown_rows(), Some(64));
    assert_eq!(story.rows(199, 128).shown_rows(), None);
    assert_eq!(story.rows(1, 192).shown_rows(), Some(192));
    assert_eq!(story.rows(50, 256).shown_rows(), None);
    assert_eq!(story.after(1).shown_rows(), Some(256), "none came after them");
    assert_eq!(story.after(1).shown_rows(), None, "told once");
    assert_eq!(story.rows(0, 300).shown_rows(), Some(300));
    assert_eq!(story.rows(10, 310).shown_rows(), None);
    let checking = Progress::Phase { phase: Phase::Checking };
    assert_eq!(story.generator_says(RUN, checking).shown_rows(), Some(310), "a phase is told at once");
}
