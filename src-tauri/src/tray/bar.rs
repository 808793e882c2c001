//! Whether the bar that holds the icon is dark.

/// Of the desktop that runs here; `prefers_dark` is what its settings say about programs.
pub(super) fn is_dark(prefers_dark: Option<bool>) -> bool {
    let desktop = std::env::var("XDG_CURRENT_DESKTOP").unwrap_or_default();
    of(&desktop, prefers_dark)
}

/// The bar of GNOME and its kin is always dark; others follow the setting, and are dark where there is none.
fn of(desktop: &str, prefers_dark: Option<bool>) -> bool {
    let always_dark = ["gnome", "unity", "pantheon", "cosmic"];
    let is_always_dark = desktop.to_lowercase().split(':').any(|name| always_dark.contains(&name));
    is_always_dark || prefers_dark.unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_of_gnome_is_dark_whatever_programs_are() {
        assert!(of("ubuntu:GNOME", Some(false)));
        assert!(!of("KDE", Some(false)));
        assert!(of("KDE", Some(true)));
        assert!(of("", None));
    }
}
