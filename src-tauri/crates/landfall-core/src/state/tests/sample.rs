use super::*;
use crate::database::{TaskKind, TaskState};

#[test]
fn the_sample_database_is_started_when_a_run_needs_it() {
    let mut story = Story::with_door();
    story.asks_for_a_report(DatabaseSource::Sample);
    assert!(story.has(&Effect::StartSample));
    assert!(story.started().is_empty());
    assert_eq!(story.recorded(RUN).unwrap().phase(), Some(Phase::StartingDatabase));
    story.sample_is_ready();
    assert_eq!(story.started(), [RUN]);
}

#[test]
fn runs_take_turns_on_its_one_connection() {
    let mut story = Story::with_door();
    for _ in 0..3 {
        story.asks_for_a_report(DatabaseSource::Sample);
    }
    assert_eq!(story.sample_is_ready().started(), [RUN]);
    for next in [RUN + 1, RUN + 2] {
        let end = published(next - 1, story.now);
        assert_eq!(story.generator_ends(next - 1, end).started(), [next]);
    }
}

#[test]
fn a_cancelled_run_restarts_it_and_the_next_run_waits_for_that() {
    let mut story = Story::with_door();
    story.asks_for_a_report(DatabaseSource::Sample).asks_for_a_report(DatabaseSource::Sample);
    story.sample_is_ready().cancels(RUN).generator_ends(RUN, exit(143));
    assert!(story.has(&Effect::StopSample));
    assert!(story.started().is_empty());
    assert!(story.sample_ends(None).has(&Effect::StartSample));
    assert_eq!(story.sample_is_ready().started(), [RUN + 1]);
}

#[test]
fn its_death_under_a_run_is_named_as_the_cause() {
    let mut story = Story::with_door();
    story.asks_for_a_report(DatabaseSource::Sample).sample_is_ready().sample_ends(None);
    story.generator_ends(RUN, exit(11));
    assert_eq!(story.error_of(RUN).code, Code::SampleDatabase);
}

#[test]
fn its_death_is_the_cause_also_where_the_generator_is_seen_to_end_first() {
    let mut story = Story::with_door();
    story.asks_for_a_report(DatabaseSource::Sample).sample_is_ready().generator_ends(RUN, exit(11));
    assert_eq!(story.error_of(RUN).code, Code::SampleDatabase);
}

#[test]
fn a_start_that_ends_without_a_word_is_tried_once_more_and_then_fails_all_that_wait() {
    let mut story = Story::with_door();
    story.asks_for_a_report(DatabaseSource::Sample).asks_for_a_report(DatabaseSource::Sample);
    assert!(story.sample_ends(None).has(&Effect::StartSample));
    story.sample_ends(None);
    assert!(!story.has(&Effect::StartSample));
    assert_eq!(story.error_of(RUN).code, Code::SampleDatabase);
    assert_eq!(story.error_of(RUN + 1).code, Code::SampleDatabase);
}

#[test]
fn a_start_that_fails_with_a_reason_is_not_repeated() {
    let mut story = Story::with_door();
    story.asks_for_a_report(DatabaseSource::Sample);
    let reason = ApiError::new(Code::DiskFull, "no room for the sample database", "Free some space.");
    story.sample_ends(Some(reason.clone()));
    assert_eq!(story.error_of(RUN), reason);
}

#[test]
fn it_is_stopped_when_it_was_not_used_for_a_minute() {
    let mut story = Story::with_door();
    story.asks_for_a_report(DatabaseSource::Sample).sample_is_ready();
    assert!(!story.after(300).has(&Effect::StopSample), "a run is using it");
    let end = published(RUN, story.now);
    story.generator_ends(RUN, end);
    assert!(!story.after(59).has(&Effect::StopSample));
    assert!(story.after(1).has(&Effect::StopSample));
}

#[test]
fn a_test_of_the_connection_goes_before_queued_runs() {
    let mut story = Story::with_door();
    story.asks_for_a_report(DatabaseSource::Sample);
    let request = story.request();
    story.happens(|now| Event::TaskRequested {
        request,
        kind: TaskKind::Test,
        connection: Box::default(),
        confirmation: None,
        now,
    });
    story.sample_is_ready();
    assert!(story.started().is_empty());
    assert!(story.effects.iter().any(|effect| matches!(effect, Effect::StartTask { .. })));
    story.happens(|now| Event::TaskEnded { task: 1, ended: Box::new(TaskState::Cancelled), now });
    assert_eq!(story.started(), [RUN]);
}

#[test]
fn a_test_that_still_waits_is_cancelled_without_a_word_to_the_run_that_works() {
    let mut story = Story::with_door();
    story.asks_for_a_report(DatabaseSource::Sample).sample_is_ready();
    let request = story.request();
    let connection = Box::default();
    story.happens(|now| Event::TaskRequested {
        request,
        kind: TaskKind::Test,
        connection,
        confirmation: None,
        now,
    });
    let request = story.request();
    story.happens(|now| Event::TaskCancelRequested { request, task: 1, now });
    assert!(!story.has(&Effect::StopSample));
}

#[test]
fn loading_sample_rows_into_the_sample_database_is_refused() {
    let mut story = Story::with_door();
    let request = story.request();
    story.happens(|now| Event::TaskRequested {
        request,
        kind: TaskKind::LoadSample,
        connection: Box::default(),
        confirmation: None,
        now,
    });
    assert_eq!(story.answer().as_ref().unwrap_err().code, Code::Conflict);
}
