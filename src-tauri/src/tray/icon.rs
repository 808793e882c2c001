//! The pictures of the four states, for dark and light bars. Made by `icons/make.py`.

use tauri::image::Image;

use crate::overview::TrayState;

macro_rules! picture {
    ($state:literal, $dark:expr) => {
        if $dark {
            include_bytes!(concat!("../../../icons/tray-", $state, "-on-dark.png")).as_slice()
        } else {
            include_bytes!(concat!("../../../icons/tray-", $state, "-on-light.png")).as_slice()
        }
    };
}

/// The picture of a state.
pub(super) fn of(state: TrayState, bar_is_dark: bool) -> Option<Image<'static>> {
    let bytes = match state {
        TrayState::Idle => picture!("idle", bar_is_dark),
        TrayState::Running { .. } => picture!("running", bar_is_dark),
        TrayState::New { .. } => picture!("new", bar_is_dark),
        TrayState::Trouble(_) => picture!("trouble", bar_is_dark),
    };
    Image::from_bytes(bytes).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;
    use crate::overview::Trouble;

    #[test]
    fn every_state_has_a_picture_of_its_own_for_each_bar() {
        let states = [
            TrayState::Idle,
            TrayState::Running { reports: 1 },
            TrayState::New { reports: 1 },
            TrayState::Trouble(Trouble::Run),
        ];
        let pictures = states.iter().flat_map(|state| [of(*state, true), of(*state, false)]);
        let mut pixels: Vec<Vec<u8>> = pictures.map(|picture| picture.unwrap().rgba().to_vec()).collect();
        pixels.sort();
        pixels.dedup();
        assert_eq!(pixels.len(), 8);
    }
}
