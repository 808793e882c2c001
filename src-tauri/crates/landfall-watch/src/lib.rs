//! Turns a folder into a stream of facts about the workbooks in it.
//!
//! [`watch`] looks at one folder and says, through [`Watch::next`], which `.xlsx` and `.xlsm` files are
//! complete, which are broken, which went away, and whether the folder itself is there. It combines the
//! system's file events with a reconciling scan, and scans every second where events do not come.
//!
//! The crate knows nothing of ledgers and decides nothing about announcements: it reports each change of a
//! file's *content* once, and the engine applies the announcement rules of the contract to these facts.
//!
//! # When a file is complete
//!
//! Two looks 100 ms apart agree (size, modification time in nanoseconds, inode), the ZIP end record closes
//! the file, the central directory and the workbook parts parse, every sheet named by the workbook lies
//! within the file, and the file did not change while its SHA-256 was computed. Where the bytes could be a
//! mixture of an old and a new workbook (a file rewritten in place, or one whose writer never said that it
//! closed it) every part is also unpacked and compared with its checksum. So a writer may pause as long as
//! it likes: there is no quiet time to outwait.
//!
//! # What is never reported
//!
//! Symbolic links and what lies behind them, names that start with `.` or `~$`, and other file types. A
//! workbook with a password is an encrypted container that cannot be checked, so it is reported as
//! [`Observation::Broken`] with [`Error::Encrypted`].

mod candidates;
mod error;
mod files;
mod inspection;
mod names;
mod native;
mod observation;
mod options;
mod place;
mod rounds;
mod scan;
mod stamp;
mod task;
mod watch;
mod workbook;

pub use error::Error;
pub use observation::{ActiveMode, BrokenFile, Observation, PollReason, ReadyFile, Scanned};
pub use options::{KnownFile, Mode, Options};
pub use stamp::{ContentHash, Stamp};
pub use watch::{Watch, watch};
