//! Embeds the page, and makes a permission of each command of the window.

#[path = "src/commands/names.rs"]
pub mod names;

use std::path::Path;
use std::{error, fs};

use tauri_build::{AppManifest, Attributes};

const PAGE: &str = "../ui/dist";
const NO_PAGE: &str =
    "<!doctype html><title>Landfall</title><p>The page is not built: run npm run build in ui.";

fn main() -> Result<(), Box<dyn error::Error>> {
    // A clean clone can be checked before the page is built; `cargo xtask` builds the page first.
    if !Path::new(PAGE).exists() {
        fs::create_dir_all(PAGE)?;
        fs::write(Path::new(PAGE).join("index.html"), NO_PAGE)?;
    }
    tauri_build::try_build(Attributes::new().app_manifest(AppManifest::new().commands(names::NAMES)))?;
    Ok(())
}
