//! What a page that was taken over might send, command by command.

use serde_json::{Value, json};

/// What must come of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Expected {
    /// Refused before the engine hears of it.
    Refused,
    /// The command takes nothing, so that what was sent is left unread.
    Unread,
}

/// A call.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) command: &'static str,
    pub(crate) arguments: Value,
    pub(crate) expected: Expected,
}

/// A word that no command of the engine may ever hold: all hostile values have it.
pub(crate) const MARK: &str = "passwd";

/// Not the names of reports, though they may look like it.
fn not_ids() -> Vec<Value> {
    vec![
        json!("/etc/passwd"),
        json!("../../etc/passwd"),
        json!("run-1/../../etc/passwd"),
        json!("run-10001/passwd"),
        json!("run-010001passwd"),
        json!("run--1passwd"),
        json!("file-1-passwd"),
        json!("file-1-/etc/passwd"),
        json!("file-passwd-2f657463"),
        json!("run-1\u{0}passwd"),
        json!("run-99999999999999999999999passwd"),
        json!(format!("run-1{}passwd", "0".repeat(1_000_000))),
        json!({ "run": 1, "path": "/etc/passwd" }),
        json!(["run-1", "passwd"]),
        json!(1),
        json!(null),
        json!(true),
    ]
}

fn not_numbers() -> Vec<Value> {
    vec![
        json!("/etc/passwd"),
        json!("10001"),
        json!("10001; cat /etc/passwd"),
        json!(-1),
        json!(1.5),
        json!(1e300),
        json!([10001]),
        json!({ "passwd": 1 }),
        json!(true),
    ]
}

/// Text that no person types into a line.
fn not_lines() -> Vec<Value> {
    vec![
        json!("a\npasswd"),
        json!("a\r\nhost = \"passwd\""),
        json!("a\u{0}passwd"),
        json!("\u{1b}[2Jpasswd"),
        json!(format!("passwd{}", "x".repeat(2_000_000))),
        json!(["passwd"]),
        json!({ "path": "/etc/passwd" }),
        json!(7),
    ]
}

/// Settings that hold paths, settings there are none of, and things that are no names.
fn not_settings() -> Vec<Value> {
    vec![
        json!("reports.folder"),
        json!("reports.also-watch"),
        json!("database.password"),
        json!("desktop"),
        json!(""),
        json!("desktop.theme\u{0}"),
        json!("DESKTOP.THEME"),
        json!("desktop.theme = 1\nreports.folder"),
        json!(["reports.folder"]),
        json!(3),
        json!(null),
    ]
}

/// A form of the run card with one field replaced.
fn form(field: &str, value: &Value) -> Value {
    let mut form = json!({
        "definition": null, "choice": { "kind": "previous-month" }, "parameters": {}, "timezone": null,
    });
    form[field] = value.clone();
    form
}

fn hostile_forms() -> Vec<Value> {
    let mut forms = Vec::new();
    for field in ["definition", "timezone"] {
        forms.extend(not_lines().iter().map(|value| form(field, value)));
    }
    forms.extend(not_lines().iter().map(|value| form("parameters", &json!({ "region": value }))));
    forms.push(form("parameters", &json!({ "a\npasswd": "x" })));
    forms.push(form("parameters", &json!("passwd")));
    // What the engine would take, and the page may not say: another folder, a password, a token of another request.
    for field in ["output", "password", "token", "offerExisting"] {
        forms.push(form(field, &json!("/etc/passwd")));
    }
    let choices = [
        json!({ "kind": "passwd" }),
        json!({ "kind": "range", "start": "passwd", "end": "2026-10-31" }),
        json!({ "kind": "range", "start": "2026-02-30", "end": "2026-10-31" }),
        json!("passwd"),
        json!(null),
    ];
    forms.extend(choices.iter().map(|choice| form("choice", choice)));
    forms.extend([json!("passwd"), json!(null), json!([])]);
    forms
}

/// Every case of every command.
pub(crate) fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut refused = |command: &'static str, arguments: Value| {
        cases.push(Case { command, arguments, expected: Expected::Refused });
    };
    for events in [json!("/etc/passwd"), json!("__CHANNEL__:passwd"), json!(1), json!(null), json!({})] {
        refused("subscribe", json!({ "events": events }));
    }
    for form in hostile_forms() {
        refused("plan_run", json!({ "form": form }));
        refused("run_report", json!({ "form": form, "offerExisting": false }));
    }
    refused("run_report", json!({ "form": form("definition", &json!(null)), "offerExisting": "passwd" }));
    for run in not_numbers() {
        for command in ["retry_run", "cancel_run", "show_run"] {
            refused(command, json!({ "run": run }));
        }
        refused("read_log", json!({ "run": run, "after": 0 }));
        refused("read_log", json!({ "run": 10_001, "after": run }));
        refused("cancel_task", json!({ "task": run }));
        refused("change_folder", json!({ "choice": run, "existing": "keep" }));
    }
    for id in not_ids() {
        for command in
            ["find_report", "preview_report", "open_report", "show_in_folder", "save_copy", "restore_report"]
        {
            refused(command, json!({ "id": id }));
        }
        refused("delete_report", json!({ "id": id, "permanently": true }));
        refused("mark_seen", json!({ "ids": [id] }));
        refused("mark_seen", json!({ "ids": ["run-10001", id] }));
    }
    refused("delete_report", json!({ "id": "run-10001", "permanently": "passwd" }));
    refused("mark_seen", json!({ "ids": "run-10001" }));
    for search in not_lines() {
        refused("list_library", json!({ "filter": { "search": search, "limit": 10 } }));
    }
    for (field, value) in
        [("limit", json!(-1)), ("show", json!("passwd")), ("sort", json!("1; drop table passwd"))]
    {
        let mut filter = json!({ "limit": 10 });
        filter[field] = value;
        refused("list_library", json!({ "filter": filter }));
    }
    for key in not_settings() {
        refused("change_setting", json!({ "key": key, "value": "/etc/passwd" }));
    }
    // It can be put back to the built-in certificates, and never be named by a page.
    for value in ["/etc/passwd", "file:///etc/passwd", "passwd", "", "null", " "] {
        refused("change_setting", json!({ "key": "database.sslrootcert", "value": value }));
    }
    for value in not_lines() {
        refused("change_setting", json!({ "key": "database.sslrootcert", "value": value }));
        refused("change_setting", json!({ "key": "database.host", "value": value }));
        refused("keep_password", json!({ "password": value, "store": true }));
        refused("start_task", json!({ "kind": "load-sample", "confirmation": value }));
        refused("start_over", json!({ "confirmation": value }));
    }
    refused("keep_password", json!({ "password": "passwd", "store": "yes" }));
    for kind in [json!("passwd"), json!("drop"), json!(null), json!({ "kind": "test", "sql": "passwd" })] {
        refused("start_task", json!({ "kind": kind, "confirmation": null }));
    }
    // Numbers that were never handed out, and a folder in place of one.
    for choice in [json!(0), json!(1), json!(4_294_967_295_u32), json!(4_294_967_296_u64), json!("/etc")] {
        refused("change_folder", json!({ "choice": choice, "existing": "move" }));
    }
    refused("change_folder", json!({ "choice": 1, "existing": "passwd", "folder": "/etc" }));
    for words in ["", "yes", "start over passwd", "START OVER", " start over"] {
        refused("start_over", json!({ "confirmation": words }));
    }
    for choice in [json!("passwd"), json!("force"), json!(0), json!(null)] {
        refused("quit", json!({ "choice": choice }));
    }
    refused("copy_details", json!({ "error": { "code": "passwd", "message": "", "hint": "" }, "run": null }));
    refused("copy_details", json!({ "error": "/etc/passwd", "run": null }));
    refused("copy_details", json!({ "error": null, "run": "/etc/passwd" }));
    for command in [
        "list_definitions",
        "read_settings",
        "choose_folder",
        "choose_certificates",
        "forget_password",
        "about",
        "open_reports_folder",
        "open_settings_file",
        "open_logs_folder",
        "read_crash",
        "dismiss_crashes",
        "page_painted",
    ] {
        let arguments =
            json!({ "path": "/etc/passwd", "folder": "/etc/passwd", "id": "/etc/passwd", "all": "passwd" });
        cases.push(Case { command, arguments, expected: Expected::Unread });
    }
    cases
}
