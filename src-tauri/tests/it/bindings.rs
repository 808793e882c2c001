//! The TypeScript of the page is made from the types that cross to it, and committed. A change of one without the
//! other fails here; `LANDFALL_BINDINGS=write cargo test -p landfall-desktop bindings` writes them anew.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use landfall_core::api::{AppEvent, ExistingReports, LogLine};
use landfall_core::code::ApiError;
use landfall_core::database::TaskKind;
use landfall_core::library::{
    DefinitionSummary, LibraryEntry, LibraryFilter, LibraryPage, ReportId, RunPlan,
};
use landfall_core::run::Run;
use landfall_desktop::page::{
    About, FolderChoice, PageSetting, PasswordKept, QuitChoice, RunForm, RunOutcome, SavedCopy, SettingsView,
};
use landfall_workbook::Preview;
use ts_rs::{Config, TS};

#[test]
fn the_bindings_of_the_page_are_those_of_the_types() {
    let made = tempfile::tempdir().unwrap();
    export(made.path());
    let committed = committed();
    if std::env::var("LANDFALL_BINDINGS").is_ok_and(|wish| wish == "write") {
        let _ = fs::remove_dir_all(&committed);
        fs::create_dir_all(&committed).unwrap();
        for (name, text) in files(made.path()) {
            fs::write(committed.join(name), text).unwrap();
        }
    }
    let (made, there) = (files(made.path()), files(&committed));
    let differing: Vec<&String> =
        made.keys().chain(there.keys()).filter(|name| made.get(*name) != there.get(*name)).collect();
    assert!(
        differing.is_empty(),
        "ui/src/lib/generated differs from the types: {differing:?}\n\
         Write it anew: LANDFALL_BINDINGS=write cargo test -p landfall-desktop bindings"
    );
}

/// What events hold, and what commands take and give.
fn export(folder: &Path) {
    // JSON has one kind of number; no figure here comes near 2^53.
    let config = Config::new().with_large_int("number").with_out_dir(folder);
    let all: &[fn(&Config)] = &[
        one::<AppEvent>,
        one::<ApiError>,
        one::<RunForm>,
        one::<RunOutcome>,
        one::<RunPlan>,
        one::<Run>,
        one::<LogLine>,
        one::<DefinitionSummary>,
        one::<LibraryFilter>,
        one::<LibraryPage>,
        one::<LibraryEntry>,
        one::<ReportId>,
        one::<Preview>,
        one::<SavedCopy>,
        one::<SettingsView>,
        one::<PageSetting>,
        one::<FolderChoice>,
        one::<ExistingReports>,
        one::<PasswordKept>,
        one::<TaskKind>,
        one::<About>,
        one::<QuitChoice>,
    ];
    for export in all {
        export(&config);
    }
}

fn one<T: TS + 'static>(config: &Config) {
    T::export_all(config).unwrap();
}

fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/src/lib/generated")
}

fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap()))
        .collect()
}
