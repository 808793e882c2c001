use super::*;

fn numbers(bench: &Bench) -> Vec<u64> {
    let (runs, _) = bench.engine.ledger.runs(&landfall_core::api::RunFilter::default()).unwrap();
    runs.into_iter().map(|run| run.number).collect()
}

#[tokio::test]
async fn a_request_that_is_repeated_makes_no_second_run() {
    let home = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(&home).await;
    let asked = Command::RunReport(RunRequest { token: Some("one".to_owned()), ..request() });
    let Ok(Reply::RunAccepted { run, .. }) = bench.answer(asked.clone()).await else { panic!("refused") };
    // Written down, and the engine dies before the door has the answer.
    bench.dies().await;

    let mut bench = Bench::new(&home).await;
    for _ in 0..2 {
        let Ok(Reply::RunAccepted { run: same, .. }) = bench.answer(asked.clone()).await else {
            panic!("refused")
        };
        assert_eq!(same.number, run.number);
    }
    let retry = |token: Option<&str>| Command::RetryRun { run: run.number, token: token.map(str::to_owned) };
    for _ in 0..2 {
        let Ok(Reply::RunAccepted { run: again, .. }) = bench.answer(retry(Some("two"))).await else {
            panic!("refused")
        };
        assert_eq!((again.number, again.repeats), (run.number + 1, Some(run.number)));
    }
    assert_eq!(numbers(&bench), [run.number + 1, run.number]);
    assert!(bench.answer(retry(None)).await.is_ok(), "without a token it is always another one");
    assert_eq!(numbers(&bench).len(), 3);
}

#[tokio::test]
async fn an_older_report_is_offered_where_the_newest_was_taken_away() {
    let home = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(&home).await;
    let older = bench.has_made(request()).await;
    for _ in 0..3 {
        let newer = bench.has_made(request()).await;
        std::fs::remove_file(bench.reports().join(newer.file)).unwrap();
    }
    let offered = RunRequest { offer_existing: true, ..request() };
    match bench.answer(Command::RunReport(offered)).await {
        Ok(Reply::RunExists { run }) => assert_eq!(run.number, older.number),
        other => panic!("{other:?}"),
    }
}
