//! Links into the window: `landfall://report/run-10001`, `landfall://reports`, `landfall://settings`.

use landfall_core::api::Target;

const SCHEME: &str = "landfall://";

/// What a link leads to; nothing if it is none of ours. A link comes from anywhere, so that only the three forms count,
/// letter by letter (but for one slash that some programs put at the end), and none of them does anything but show.
pub(crate) fn target(link: &str) -> Option<Target> {
    let place = link.strip_prefix(SCHEME)?;
    match place.strip_suffix('/').unwrap_or(place) {
        "reports" => Some(Target::Reports),
        "settings" => Some(Target::Settings),
        place => Some(Target::Report { id: place.strip_prefix("report/")?.parse().ok()? }),
    }
}

/// Whether an argument of the program wants to be a link.
pub(crate) fn is_link(argument: &str) -> bool {
    argument.starts_with(SCHEME)
}

#[cfg(test)]
mod tests {
    use landfall_core::library::ReportId;

    use super::*;

    #[test]
    fn the_three_forms_lead_somewhere() {
        let run = Target::Report { id: ReportId::Run(10_001) };
        let file = Target::Report { id: ReportId::File { folder: 3, path: b"a".to_vec() } };
        assert_eq!(target("landfall://report/run-10001"), Some(run));
        assert_eq!(target("landfall://report/file-3-61"), Some(file));
        assert_eq!(target("landfall://reports"), Some(Target::Reports));
        assert_eq!(target("landfall://reports/"), Some(Target::Reports));
        assert_eq!(target("landfall://settings"), Some(Target::Settings));
    }

    #[test]
    fn everything_else_is_ignored() {
        for link in [
            "",
            "landfall:",
            "landfall://",
            "landfall://report",
            "landfall://report/",
            "landfall://report/../../etc/passwd",
            "landfall://report/run-1/../2",
            "landfall://report/run-01",
            "landfall://report/run-1?x=1",
            "landfall://report/run-1#x",
            "landfall://report/run-1//",
            "landfall://report/run-1%00",
            "landfall://report/file-1-",
            "LANDFALL://reports",
            "landfall://Settings",
            "landfall://settings/reports.folder",
            "landfall://quit",
            "landfall://start-over",
            "https://reports",
            " landfall://reports",
            "landfall://reports\n",
        ] {
            assert_eq!(target(link), None, "{link:?}");
        }
    }
}
