//! What a run would do.

use jiff::civil::date;
use landfall_core::library::RunPlan;

use super::*;

async fn plan(bench: &mut Bench, asked: RunRequest) -> RunPlan {
    match bench.looks(Command::PlanRun(asked)).await.unwrap() {
        Reply::Plan(plan) => *plan,
        other => panic!("{other:?}"),
    }
}

fn over(first: i8, last: i8) -> RunRequest {
    RunRequest::new(PeriodChoice::Range { start: date(2025, 1, first), end: date(2025, 1, last) })
}

#[tokio::test]
async fn a_plan_does_nothing() {
    let home = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(&home).await;
    let made = plan(&mut bench, over(1, 31)).await;
    assert_eq!((made.period.from, made.period.to), (date(2025, 1, 1), date(2025, 1, 31)));
    assert_eq!(made.folder, bench.reports().display().to_string());
    assert_eq!((made.about_rows, made.existing), (None, None));
    assert!(!bench.reports().exists(), "the folder is made at first use, and not before");
    assert_eq!(bench.engine.ledger.next_run().unwrap(), 10_000);
    assert_eq!(std::fs::read_dir(&bench.engine.places.runs).map_or(0, Iterator::count), 0);
    assert!(bench.engine.state.is_idle());
}

#[tokio::test]
async fn a_plan_offers_the_newest_report_that_is_still_there_and_guesses_the_rows() {
    let home = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(&home).await;
    let older = bench.has_made(over(1, 31)).await;
    let newer = bench.has_made(over(1, 31)).await;
    std::fs::remove_file(bench.reports().join(newer.file)).unwrap();
    let other = bench.has_made(over(1, 20)).await;
    let RunState::Succeeded { ended_at, bytes, sha256, query_ms, .. } = other.state.clone() else { panic!() };
    let state = RunState::Succeeded { ended_at, rows: 84_012, bytes, sha256, query_ms };
    bench.engine.ledger.update_run(&Run { state, ..other }).unwrap();

    let whole = plan(&mut bench, over(1, 31)).await;
    assert_eq!((whole.existing, whole.about_rows), (Some(older.number), Some(130_000)));
    assert_eq!(plan(&mut bench, over(1, 10)).await.existing, None);
    let elsewhere = RunRequest { output: Some(home.path().display().to_string()), ..over(1, 31) };
    assert_eq!(plan(&mut bench, elsewhere).await.existing, None, "not in that folder");
}

#[tokio::test]
async fn a_plan_knows_the_day_in_its_zone() {
    let home = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(&home).await;
    // At every moment these two are on different days.
    let mut today = Vec::new();
    for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago"] {
        let asked = RunRequest { timezone: Some(zone.to_owned()), ..over(1, 31) };
        today.push(plan(&mut bench, asked).await.today);
    }
    assert!(today[0] > today[1], "{today:?}");
}

#[tokio::test]
async fn what_can_not_be_run_can_not_be_planned() {
    let home = tempfile::tempdir().unwrap();
    let mut bench = Bench::new(&home).await;
    let backwards = over(31, 1);
    assert_eq!(bench.refusal(Command::PlanRun(backwards)).await.code, Code::Dates);
    let unknown = RunRequest { definition: Some("../x".to_owned()), ..over(1, 31) };
    assert_eq!(bench.refusal(Command::PlanRun(unknown)).await.code, Code::NotFound);
}
