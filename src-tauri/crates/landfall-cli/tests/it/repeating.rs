//! What is asked a second time: by a person who retries, or by a door whose engine died before it answered.

use landfall_core::api::{Command, Reply};
use landfall_core::code::{ApiError, Code};
use landfall_core::run::{FileState, Run};

use crate::engine::{SOON, ScriptedEngine, accepted, shown, succeeded, unexpected};

fn asked_to_run(command: &Command) -> bool {
    matches!(command, Command::RunReport(_) | Command::RetryRun { .. })
}

fn asked_to_delete(command: &Command) -> bool {
    matches!(command, Command::DeleteReport { .. })
}

/// The tokens of all requests for a run so far.
fn tokens(engine: &ScriptedEngine) -> Vec<String> {
    let token = |command| match command {
        Command::RunReport(request) => request.token,
        Command::RetryRun { token, .. } => token,
        _ => None,
    };
    engine.asked().into_iter().filter_map(token).collect()
}

#[test]
fn a_request_is_repeated_under_the_name_it_had() {
    for words in ["report run --previous-month", "report retry 10002"] {
        let mut engine = ScriptedEngine::new(unexpected);
        engine.leaves_unanswered(asked_to_run);
        let landfall = engine.landfall(words).spawn();
        engine.wait_until_asked("a run", asked_to_run);
        let run = engine.run(10_003, succeeded());
        engine.restart(move |_| accepted(run.clone()));
        let ended = landfall.wait(SOON);
        assert_eq!(ended.code(), 0, "{ended}");
        // Another command is another request.
        assert_eq!(engine.landfall(words).run(SOON).code(), 0);
        let [first, repeated, next] = &tokens(&engine)[..] else { panic!("{:?}", engine.asked()) };
        assert_eq!((first, first.len()), (repeated, 32));
        assert_ne!(first, next);
    }
}

/// An engine with a finished run, that dies before it answers the deletion of its file. The next one refuses, and
/// says of the file what is given here.
fn deletes_while_the_engine_dies(file_state: FileState) -> landfall_tests::program::Finished {
    let present: std::sync::Arc<std::sync::Mutex<Option<Run>>> = std::sync::Arc::default();
    let of_script = std::sync::Arc::clone(&present);
    let mut engine = ScriptedEngine::new(move |command| match command {
        Command::ShowRun { .. } => shown(of_script.lock().unwrap().clone().unwrap()),
        other => unexpected(other),
    });
    let run = engine.finished_run(10_001, b"x");
    *present.lock().unwrap() = Some(run.clone());
    engine.leaves_unanswered(asked_to_delete);
    let landfall = engine.landfall("report delete 10001 --yes --json").spawn();
    engine.wait_until_asked("a deletion", asked_to_delete);
    engine.restart(move |command| match command {
        Command::DeleteReport { .. } => {
            Err(ApiError::new(Code::Conflict, "not deletable", "There is nothing to delete."))
        }
        _ => shown(Run { file_state, ..run.clone() }),
    });
    landfall.wait(SOON)
}

#[test]
fn a_file_that_went_as_the_engine_died_is_deleted() {
    for (file_state, word) in [(FileState::Trashed, "trashed"), (FileState::Missing, "missing")] {
        let ended = deletes_while_the_engine_dies(file_state);
        assert_eq!(ended.code(), 0, "{ended}");
        assert_eq!(ended.json()["runs"][0]["fileState"], word);
    }
    let ended = deletes_while_the_engine_dies(FileState::Present);
    assert_eq!((ended.code(), &ended.json()["error"]["code"]), (1, &"conflict".into()), "{ended}");
}

#[test]
fn a_retry_has_the_password_of_the_environment() {
    let engine = ScriptedEngine::new(|command| match command {
        Command::KeepPassword { .. } => Ok(Reply::PasswordKept { in_key_store: false }),
        other => unexpected(other),
    });
    let retry = engine.landfall("report retry 10002").env("LANDFALL_DB_PASSWORD", "s3cr3t").run(SOON);
    assert!(!retry.to_string().contains("s3cr3t"), "{retry}");
    let asked = engine.asked();
    let [Command::KeepPassword { password, store: false }, Command::RetryRun { run: 10_002, .. }] =
        &asked[..]
    else {
        panic!("{asked:?}")
    };
    assert_eq!(password.0, "s3cr3t");
}
