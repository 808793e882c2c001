//! Crashes: of this program, and those that nobody has looked at yet.

use std::path::Path;

use landfall_door::crash::mark_seen;
use landfall_wire::Places;

use crate::output::Output;

/// From now on a panic leaves a report and says where.
pub(crate) fn report_panics(places: &Places) {
    let folder = places.crashes.clone();
    let is_caught = landfall_workbook::is_guarded;
    landfall_door::crash::report_panics(&places.crashes, "landfall", is_caught, move |panic, report| {
        let output = Output::of_this_process(false);
        output.note(&format!("landfall broke, which is a fault of its own: {panic}"));
        match report {
            Some(report) => {
                // The person has just been told.
                let seen = mark_seen(report);
                let shown = seen.as_deref().unwrap_or(report);
                output.note(&format!("A report to copy is in {}", shown.display()));
            }
            None => output.note(&format!("No report could be written into {}", folder.display())),
        }
    });
}

/// Says once where the reports of earlier crashes are.
pub(crate) fn offer(crashes: &[String], output: Output) {
    if crashes.is_empty() || output.json {
        return;
    }
    output.note("Landfall broke the last time; reports to copy are here:");
    for path in crashes.iter().map(Path::new) {
        let shown = mark_seen(path).unwrap_or_else(|| path.to_path_buf());
        output.note(&format!("  {}", shown.display()));
    }
}
