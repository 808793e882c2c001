//! Crashes: of this program, and those that nobody has looked at yet.

use std::path::Path;

use landfall_wire::Places;

use crate::output::Output;

const NEW: &str = ".crash.txt";
const SEEN: &str = ".crash.seen.txt";

/// From now on a panic leaves a report and says where.
pub(crate) fn report_panics(places: &Places) {
    let folder = places.crashes.clone();
    std::panic::set_hook(Box::new(move |panic| {
        let _ = std::fs::create_dir_all(&folder);
        let output = Output::of_this_process(false);
        output.note(&format!("landfall broke, which is a fault of its own: {panic}"));
        match landfall_engine::leave_crash_report(&folder, "landfall", panic) {
            Some(path) => {
                // The person has just been told.
                let path = mark_seen(&path).unwrap_or(path);
                output.note(&format!("A report to copy is in {}", path.display()));
            }
            None => output.note(&format!("No report could be written into {}", folder.display())),
        }
    }));
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

/// By its name, so that no door offers it again.
fn mark_seen(path: &Path) -> Option<std::path::PathBuf> {
    let name = path.file_name()?.to_str()?.strip_suffix(NEW)?;
    let seen = path.with_file_name(format!("{name}{SEEN}"));
    std::fs::rename(path, &seen).ok().map(|()| seen)
}
