//! Names no program expects, and things that are not files.

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use landfall_watch::Mode;

use crate::scene::{Scene, Stage};
use crate::workbook::workbook;

scenarios! {
    odd_names_are_reported_byte_for_byte,
    hidden_names_and_other_types_are_never_reported,
    links_pipes_and_folders_named_like_workbooks_are_never_reported,
    a_folder_reached_by_a_link_is_watched,
}

fn odd_names() -> Vec<OsString> {
    let longest = format!("{}.xlsx", "l".repeat(250));
    let mut names: Vec<OsString> = [
        "two\nlines.xlsx",
        "tab\tand\rreturn.xlsx",
        "tickets 🎫🚆.xlsx",
        "דוח כרטיסים.xlsx",
        "\u{202e}xslx.gnp.xlsx",
        " leading and trailing .xlsx",
        "quote\"'`$(echo no);|&.xlsx",
        "back\\slash.xlsx",
        "-rf.xlsx",
        "UPPER.XLSX",
        "macro.XlsM",
        "e\u{301}.xlsx",
        "\u{e9}.xlsx",
        "..xlsx.xlsx~.xlsx",
        "%41*?.xlsx",
        longest.as_str(),
    ]
    .into_iter()
    .filter(|name| !name.starts_with('.'))
    .map(OsString::from)
    .collect();
    names.push(OsString::from_vec(b"latin-\xe9\xff.xlsx".to_vec()));
    names
}

async fn odd_names_are_reported_byte_for_byte(mode: Mode) {
    let mut scene = Scene::empty(mode).await;
    let mut files = Vec::new();
    for (n, name) in odd_names().into_iter().enumerate() {
        let bytes = workbook(&n.to_string());
        if n % 2 == 0 {
            scene.write(&name, &bytes);
        } else {
            scene.publish(&name, &bytes);
        }
        files.push((PathBuf::from(name), bytes));
    }
    for (name, bytes) in &files {
        scene.ready(name, bytes).await;
    }
    scene.assert_each_once(&files).await;
}

async fn hidden_names_and_other_types_are_never_reported(mode: Mode) {
    let mut scene = Scene::empty(mode).await;
    let bytes = workbook("hidden");
    for name in
        [".hidden.xlsx", "~$open.xlsx", "old.xls", "xlsx", "a.xlsx.json", "a.xlsx.part", ".a.xlsx.7.part"]
    {
        scene.write(name, &bytes);
    }
    fs::create_dir(scene.path("inside")).unwrap();
    scene.write("inside/a.xlsx", &bytes);
    scene.write("seen.xlsx", &bytes);
    scene.ready("seen.xlsx", &bytes).await;
    scene.assert_each_once(&[("seen.xlsx".into(), bytes)]).await;
}

async fn links_pipes_and_folders_named_like_workbooks_are_never_reported(mode: Mode) {
    let stage = Stage::empty(mode).with(|options| options.recursive = true);
    let bytes = workbook("target");
    let outside = stage.folder.with_file_name("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("behind.xlsx"), &bytes).unwrap();
    // A loop, from before the start and made later.
    symlink(&stage.folder, stage.folder.join("loop")).unwrap();
    let mut scene = stage.begin().await;
    fs::create_dir(scene.path("deep")).unwrap();
    symlink("../deep", scene.path("deep/again")).unwrap();
    symlink(&outside, scene.path("elsewhere")).unwrap();
    symlink(outside.join("behind.xlsx"), scene.path("link.xlsx")).unwrap();
    symlink("dangling", scene.path("dangling.xlsx")).unwrap();
    symlink("self.xlsx", scene.path("self.xlsx")).unwrap();
    fs::create_dir(scene.path("folder.xlsx")).unwrap();
    let made = Command::new("mkfifo").arg(scene.path("pipe.xlsx")).status().unwrap();
    assert!(made.success());
    scene.write("deep/real.xlsx", &bytes);
    scene.ready("deep/real.xlsx", &bytes).await;
    scene.listen(Duration::from_millis(1_500)).await;
    // The link gives way to a file.
    fs::remove_file(scene.path("link.xlsx")).unwrap();
    scene.publish("link.xlsx", &bytes);
    scene.ready("link.xlsx", &bytes).await;
    scene.assert_each_once(&[("deep/real.xlsx".into(), bytes.clone()), ("link.xlsx".into(), bytes)]).await;
}

async fn a_folder_reached_by_a_link_is_watched(mode: Mode) {
    let stage = Stage::empty(mode);
    let link = stage.folder.with_file_name("link");
    symlink(&stage.folder, &link).unwrap();
    let mut scene = stage.with(|options| options.folder = link).begin().await;
    let bytes = workbook("through the link");
    scene.write("a.xlsx", &bytes);
    scene.ready("a.xlsx", &bytes).await;
    scene.assert_each_once(&[("a.xlsx".into(), bytes)]).await;
}
