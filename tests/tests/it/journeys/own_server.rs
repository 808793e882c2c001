//! A server of the user's own: settings, password, test, migrations, sample rows, reports.

use std::time::Duration;

use landfall_tests::keyring::Keyring;
use landfall_tests::postgres::{Database, Postgres};
use landfall_tests::until;

use super::vocabulary::Computer;

fn configured(computer: &Computer, database: &Database) {
    computer.succeeds("settings set database.source server");
    computer.succeeds(&format!("settings set database.host {}", database.host()));
    computer.succeeds(&format!("settings set database.port {}", database.port()));
    computer.succeeds(&format!("settings set database.name {}", database.name()));
    computer.succeeds(&format!("settings set database.user {}", database.user()));
}

fn with_password(password: &str) -> Vec<(String, String)> {
    vec![("LANDFALL_DB_PASSWORD".to_owned(), password.to_owned())]
}

#[test]
fn an_empty_server_is_migrated_filled_and_reported_on() {
    let database = Postgres::shared().database("journey");
    let computer = Computer::fresh().with_environment(with_password(database.password()));
    configured(&computer, &database);

    let failed = computer.runs("report run --previous-month --json");
    assert_eq!(failed.code(), 1, "{failed}");
    assert!(failed.stdout.contains("table-missing"), "{failed}");

    computer.succeeds("db migrate");
    let facts = computer.json("db test")["database"].take();
    assert!(facts["migrationsPending"].as_array().is_some_and(Vec::is_empty), "{facts}");
    computer.succeeds("db sample");
    let facts = computer.json("db test")["database"].take();
    assert!(facts["firstCreatedAt"].is_string() && facts["lastCreatedAt"].is_string(), "{facts}");
    let tickets = facts["tables"].as_array().expect("tables").iter().find(|table| table["name"] == "tickets");
    assert!(tickets.and_then(|table| table["rows"].as_u64()).is_some_and(|rows| rows > 40_000), "{facts}");
    assert_eq!(computer.makes("report run --previous-month")["state"], "succeeded");
}

#[test]
fn a_database_with_other_data_is_not_filled_unless_its_name_is_typed() {
    let database = Postgres::shared().database("occupied");
    database.sql("CREATE TABLE mine (id int); INSERT INTO mine VALUES (1)");
    let computer = Computer::fresh().with_environment(with_password(database.password()));
    configured(&computer, &database);
    let refused = computer.runs("db sample --json");
    assert_eq!(refused.code(), 4, "{refused}");
    assert!(refused.stdout.contains("refused"), "{refused}");
    computer.succeeds(&format!("db sample --name {}", database.name()));
    assert_eq!(database.rows("SELECT count(*) FROM mine"), [[Some("1".to_owned())]]);
}

#[test]
fn a_wrong_a_missing_and_a_kept_password_are_told_apart() {
    let database = Postgres::shared().database("password");
    let wrong = Computer::fresh().with_environment(with_password("not this"));
    configured(&wrong, &database);
    let failed = wrong.runs("db test --json");
    assert_eq!(failed.code(), 1, "{failed}");
    assert!(failed.stdout.contains("\"wrong-password\""), "{failed}");
    assert!(!failed.stdout.contains("not this") && !failed.stderr.contains("not this"), "{failed}");

    let keyring = Keyring::start();
    let computer = Computer::fresh().with_environment(keyring.env());
    configured(&computer, &database);
    let failed = computer.runs("report run --previous-month --json");
    assert!(failed.stdout.contains("\"password-needed\""), "{failed}");

    let kept = computer
        .landfall("db password set")
        .input(format!("{}\n", database.password()))
        .run(super::vocabulary::COMMAND_WITHIN);
    assert_eq!(kept.code(), 0, "{kept}");
    // A new engine has it from the key store alone.
    computer.succeeds("engine stop");
    computer.succeeds("db test");
    assert!(!keyring.holds_in_the_clear(database.password()));
    computer.succeeds("db password forget");
    computer.succeeds("engine stop");
    let failed = computer.runs("db test --json");
    assert!(failed.stdout.contains("\"password-needed\""), "{failed}");
}

/// Settings that name a server where nothing needs to answer.
fn names_server(computer: &Computer, host: &str) {
    computer.succeeds("settings set database.source server");
    computer.succeeds(&format!("settings set database.host {host}"));
}

fn keeps_password(computer: &Computer, password: &str) {
    let kept = computer
        .landfall("db password set --json")
        .input(format!("{password}\n"))
        .run(super::vocabulary::COMMAND_WITHIN);
    assert_eq!((kept.code(), &kept.json()["inKeyStore"]), (0, &true.into()), "{kept}");
}

#[test]
fn starting_over_forgets_the_passwords_of_every_server_and_of_no_other_landfall() {
    let keyring = Keyring::start();
    let [computer, other] = [(); 2].map(|()| Computer::fresh().with_environment(keyring.env()));
    for host in ["one.example", "two.example", "three.example"] {
        names_server(&computer, host);
        keeps_password(&computer, "t0p s3cret");
    }
    names_server(&other, "one.example");
    keeps_password(&other, "another");
    assert_eq!(keyring.entries_of("landfall").len(), 4);
    // One is forgotten by hand, and not missed afterwards; the others were kept by an engine that is gone.
    computer.succeeds("db password forget");
    assert_eq!(keyring.entries_of("landfall").len(), 3);
    computer.succeeds("engine stop");
    let over = computer.runs("settings start-over --yes");
    assert!(over.code() == 0 && !over.stderr.contains("could not be forgotten"), "{over}");
    let left = keyring.entries_of("landfall");
    assert!(left.len() == 1 && left[0].contains(&other.home.data().display().to_string()), "{left:?}");
}

#[test]
fn a_run_that_waits_for_a_silent_key_store_can_be_cancelled_and_retried_with_a_password_at_hand() {
    let database = Postgres::shared().database("silent");
    let keyring = Keyring::start();
    let computer = Computer::fresh().with_environment(keyring.env());
    configured(&computer, &database);
    keyring.falls_silent();
    let run = computer.starts("report run --previous-month");
    until(Duration::from_secs(20), "the run to wait for its password", || {
        computer.list().first().is_some_and(|run| run["state"] == "running")
    });
    run.interrupt();
    let ended = run.wait(Duration::from_secs(20));
    assert_eq!(ended.code(), 130, "{ended}");
    assert!(ended.stderr.contains("was cancelled; nothing else was stopped"), "{ended}");
    assert_eq!(computer.run(10_000)["state"], "cancelled");

    let retried = computer
        .landfall("report retry 10000 --json")
        .env("LANDFALL_DB_PASSWORD", database.password())
        .run(super::vocabulary::COMMAND_WITHIN);
    // It came as far as the tables, which nobody has made: the server took the password.
    assert!(retried.stdout.contains("\"table-missing\""), "{retried}");
}

#[test]
fn no_secret_is_written_anywhere() {
    let database = Postgres::shared().database("secret");
    let secret = database.password().to_owned();
    let computer = Computer::fresh().with_environment(with_password(&secret));
    configured(&computer, &database);
    computer.succeeds("db migrate");
    computer.succeeds("report run --previous-month");
    computer.succeeds("engine stop");
    for entry in walk(&computer.home.data()) {
        let bytes = std::fs::read(&entry).unwrap_or_default();
        let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "the password stands in {}", entry.display());
    }
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .flat_map(|entry| match entry.file_type() {
            Ok(kind) if kind.is_dir() => walk(&entry.path()),
            Ok(kind) if kind.is_file() => vec![entry.path()],
            _ => Vec::new(),
        })
        .collect()
}
