//! Whether a folder can become the reports folder.

use landfall_core::api::ExistingReports;
use landfall_core::library::FolderCheck;

use super::*;

async fn check(bench: &mut Bench, folder: &std::path::Path) -> FolderCheck {
    let folder = folder.display().to_string();
    match bench.looks(Command::CheckFolder { folder }).await.unwrap() {
        Reply::FolderChecked(check) => *check,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_folder_is_checked_and_left_as_it_is() {
    let home = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(&home).await;
    bench.has_made(request()).await;
    let gone = bench.has_made(request()).await;
    std::fs::remove_file(bench.reports().join(gone.file)).unwrap();
    let other = home.path().join("Dropbox/reports");
    std::fs::create_dir_all(&other).unwrap();

    let found = check(&mut bench, &other).await;
    assert_eq!((found.problem, found.present, found.reports_to_move), (None, false, 1));
    assert_eq!(found.cloud.as_deref(), Some("Dropbox"));
    assert!(found.free_bytes.unwrap() > 0);
    assert_eq!(std::fs::read_dir(&other).unwrap().count(), 0, "nothing stays behind");

    let reports = bench.reports();
    let present = check(&mut bench, &reports).await;
    assert_eq!((present.problem, present.present, present.cloud), (None, true, None));
    let marked = home.path().join("shared");
    std::fs::create_dir_all(marked.join("out")).unwrap();
    std::fs::write(marked.join(".nextcloudsync.log"), "").unwrap();
    assert_eq!(check(&mut bench, &marked.join("out")).await.cloud.as_deref(), Some("Nextcloud"));
}

#[tokio::test]
async fn a_folder_that_cannot_be_used_says_why() {
    let home = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(&home).await;
    bench.watches().await;
    std::fs::write(home.path().join("a file"), "").unwrap();
    let own = bench.engine.places.data.clone();
    for (folder, code) in [
        (PathBuf::from("relative"), Code::Usage),
        (home.path().join("nowhere"), Code::FolderMissing),
        (home.path().join("a file"), Code::TargetNotWritable),
        (PathBuf::from("/proc"), Code::TargetNotWritable),
        (own.clone(), Code::Conflict),
    ] {
        let problem = check(&mut bench, &folder).await.problem.unwrap();
        assert_eq!(problem.code, code, "{}: {problem}", folder.display());
        assert!(!problem.hint.is_empty());
    }
    assert!(!home.path().join("nowhere").exists());
    let folder = own.join("reports").display().to_string();
    let change = Command::ChangeFolder { folder, existing: ExistingReports::Keep };
    assert_eq!(bench.looks(change).await.unwrap_err().code, Code::Conflict, "starting over would remove it");
}

#[tokio::test]
async fn a_folder_inside_the_present_one_is_refused_only_where_both_would_be_watched() {
    let home = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(&home).await;
    bench.watches().await;
    let inside = bench.reports().join("2026");
    std::fs::create_dir(&inside).unwrap();
    assert_eq!(check(&mut bench, &inside).await.problem, None);
    let recursive =
        Command::ChangeSetting { key: "watch.recursive".to_owned(), value: Some("true".to_owned()) };
    bench.answer(recursive).await.unwrap();
    let problem = check(&mut bench, &inside).await.problem.unwrap();
    assert!(problem.code == Code::Conflict && problem.hint.contains("watch.recursive"), "{problem}");
}
