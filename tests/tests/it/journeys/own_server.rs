//! A server of the user's own: settings, password, test, migrations, sample rows, reports.

use landfall_tests::keyring::Keyring;
use landfall_tests::postgres::{Database, Postgres};

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
