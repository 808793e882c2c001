//! What an earlier engine left open, settled before the first door is served.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::SystemTime;

use landfall_core::sidecar::{SCHEMA, Sidecar};
use landfall_core::state::Event;
use landfall_store::{FoundSidecar, Ledger};
use landfall_wire::Places;

use crate::engine::{Engine, now};
use crate::{generator, settings_file};

/// Looks at every run that the ledger holds as not over, and at what its generator left in the folder.
pub(crate) async fn settle_open_runs(engine: &mut Engine) {
    let open = engine.ledger.open_runs().unwrap_or_else(|error| {
        tracing::error!("open runs can't be read: {error}");
        Vec::new()
    });
    let mut folders: BTreeSet<PathBuf> = open.iter().map(|run| PathBuf::from(&run.folder)).collect();
    for run in open {
        let published = generator::recover(&run).await;
        engine.apply(Event::RunFound { run: Box::new(run), published, now: now() });
    }
    // No run of this engine has begun, so whatever work lies there without an owner is dead.
    folders.insert(PathBuf::from(engine.reports_folder()));
    let next_run = engine.ledger.next_run().unwrap_or_default();
    let at = SystemTime::from(now());
    let swept = tokio::task::spawn_blocking(move || {
        let there = folders.iter().filter(|folder| folder.is_dir());
        there.for_each(|folder| generator::sweep(folder, next_run, at));
    });
    if let Err(error) = swept.await {
        tracing::error!("sweeping the reports folder failed: {error}");
    }
}

/// Reads the descriptions beside the reports of folders that this ledger has never looked at: after it was lost, or
/// where another computer's reports lie. Done before the first scan, so that none of them is announced.
pub(crate) fn read_back(ledger: &mut Ledger, places: &Places) {
    let (settings, _) = settings_file::load(&places.settings_file);
    let mut folders =
        vec![settings.reports.folder.map_or_else(|| places.reports_default.clone(), PathBuf::from)];
    folders.extend(settings.reports.also_watch.into_iter().map(PathBuf::from));
    for folder in folders {
        let shown = folder.display().to_string();
        if ledger.has_baseline(&shown).unwrap_or(true) {
            continue;
        }
        match ledger.rebuild_from_sidecars(&shown, &sidecars_in(&folder), now()) {
            Ok(rebuilt) if rebuilt.runs == 0 => {}
            Ok(rebuilt) => tracing::info!("{} runs were read back from {shown}", rebuilt.runs),
            Err(error) => tracing::error!("reports in {shown} were not read back: {error}"),
        }
    }
}

fn sidecars_in(folder: &std::path::Path) -> Vec<FoundSidecar> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(".xlsx.json"))
        .filter_map(|path| {
            let sidecar: Sidecar = serde_json::from_slice(&std::fs::read(&path).ok()?).ok()?;
            let present = folder.join(&sidecar.file).is_file();
            (sidecar.schema <= SCHEMA).then_some(FoundSidecar { sidecar, present })
        })
        .collect()
}
