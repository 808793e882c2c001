//! What the fixtures promise to the tests that use them.

mod desktop;
mod home;
mod keyring;
mod postgres;
mod program;
mod workbook;
