//! Measurements in the real window, beside a bare Tauri app that was built the same way. Run by `cargo xtask bench`.

mod app;
mod figures;
mod frames;
mod group;
