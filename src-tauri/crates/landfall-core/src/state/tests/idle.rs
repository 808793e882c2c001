use super::*;

#[test]
fn the_engine_ends_15_seconds_after_the_last_door_left() {
    let mut story = Story::with_door();
    assert!(!story.after(3_600).has(&Effect::StopEngine), "a door is attached");
    story.happens(|now| Event::DoorClosed { door: 1, now });
    assert!(!story.after(14).has(&Effect::StopEngine));
    assert!(story.after(1).has(&Effect::StopEngine));
}

#[test]
fn it_stays_while_a_run_is_live_and_15_seconds_more() {
    let mut story = Story::with_door();
    story.asks_for_a_report(DatabaseSource::Server);
    story.happens(|now| Event::DoorClosed { door: 1, now });
    assert!(!story.after(3_600).has(&Effect::StopEngine));
    let end = published(RUN, story.now);
    story.generator_ends(RUN, end);
    assert!(!story.after(14).has(&Effect::StopEngine));
    assert!(story.after(1).has(&Effect::StopEngine));
}

#[test]
fn an_engine_that_nobody_ever_came_to_ends_as_well() {
    assert!(Story::new().after(15).has(&Effect::StopEngine));
}

#[test]
fn a_busy_engine_refuses_to_stop_and_names_the_runs() {
    let mut story = Story::with_door();
    story.asks_for_a_report(DatabaseSource::Server);
    let request = story.request();
    story.happens(|now| Event::StopRequested { request, even_if_busy: false, now });
    let error = story.answer().as_ref().unwrap_err();
    assert_eq!(error.code, Code::Refused);
    assert!(error.message.contains("10000"), "{}", error.message);
}

#[test]
fn a_busy_engine_told_to_stop_ends_its_runs_first() {
    let mut story = Story::with_door();
    for _ in 0..3 {
        story.asks_for_a_report(DatabaseSource::Server);
    }
    let request = story.request();
    story.happens(|now| Event::StopRequested { request, even_if_busy: true, now });
    assert!(story.has(&Effect::StopGenerator { run: RUN }));
    assert_eq!(story.error_of(RUN + 2).code, Code::Interrupted);
    story.generator_ends(RUN, exit(143));
    assert!(!story.has(&Effect::StopEngine), "one generator still works");
    story.generator_ends(RUN + 1, exit(143));
    assert!(story.has(&Effect::StopEngine));
    assert_eq!(story.error_of(RUN + 1).code, Code::Interrupted);
}

#[test]
fn a_stopping_engine_takes_no_new_runs() {
    let mut story = Story::with_door();
    story.happens(|now| Event::Terminated { now });
    assert!(story.has(&Effect::StopEngine));
    story.asks_for_a_report(DatabaseSource::Server);
    assert_eq!(story.answer().as_ref().unwrap_err().code, Code::Conflict);
    assert!(story.started().is_empty());
}
