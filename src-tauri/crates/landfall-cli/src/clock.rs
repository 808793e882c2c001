//! The one clock of the command line.

use jiff::Timestamp;
use jiff::tz::TimeZone;

#[expect(clippy::disallowed_methods, reason = "the one clock of the command line")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

/// The zone in which times are shown.
pub(crate) fn zone() -> TimeZone {
    TimeZone::system()
}
