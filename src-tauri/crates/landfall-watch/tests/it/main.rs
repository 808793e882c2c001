//! Hostile writers against a real folder. Each scenario runs with file events and with polling; the soak
//! repeats all of them.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stderr, reason = "the soak says how far it is, a skipped scenario says why")]

/// Makes two tests of each scenario, one for each way to notice changes, and the list for the soak.
macro_rules! scenarios {
    ($($name:ident),+ $(,)?) => {
        mod with_events {
            $(#[tokio::test]
            async fn $name() {
                super::$name(landfall_watch::Mode::Auto).await;
            })+
        }
        mod with_polling {
            $(#[tokio::test]
            async fn $name() {
                super::$name(landfall_watch::Mode::Poll).await;
            })+
        }
        /// The scenarios of this module.
        pub(crate) const SCENARIOS: &[crate::soak::Scenario] =
            &[$((concat!(module_path!(), "::", stringify!($name)), |mode| Box::pin($name(mode)))),+];
    };
}

mod broken;
mod burst;
mod completeness;
mod folder;
mod isolation;
mod names;
mod recursion;
mod replacement;
mod restart;
mod scene;
mod soak;
mod trust;
mod workbook;
