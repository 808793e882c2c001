//! Sample rows for `traindb`: a pure function of (seed, day), so that they can be made again at any time.
//!
//! The window is the 400 days that end yesterday (UTC), about 50,000 tickets in all. [`top_up`] makes a database hold
//! exactly that; [`load`] does the same on a person's own server, after asking. The database remembers in two tables
//! of its own, [`SAMPLE_TABLE`] and [`DAYS_TABLE`], which seed and which days it holds; they are made by the first
//! fill, not by the migrations, so that a database without sample rows knows nothing of them.

mod copy;
mod dice;
mod fill;
mod load;
mod network;
mod passengers;
mod sales;
mod window;

pub use fill::{Filled, ToppedUp, top_up};
pub use load::{Loaded, Occupied, load, occupied};
pub use network::{ROUTES, Route, STATIONS, Station, TRIPS_A_DAY, Trip, route, station, trips};
pub use passengers::{PASSENGERS, Passenger, passenger};
pub use sales::{Booking, Payment, Sales, Status, Ticket, sales};
pub use window::{Day, WINDOW_DAYS, Window};

/// The seed of every sample that Landfall makes unless told otherwise.
pub const DEFAULT_SEED: u64 = 1;

/// One row: the seed and the version of the rows that the database was filled with.
pub const SAMPLE_TABLE: &str = "landfall_sample";

/// One row for each day that has rows; `tickets` is NULL for a day that only has trips.
pub const DAYS_TABLE: &str = "landfall_sample_days";

/// The version of the functions in this module. Raise it whenever a row changes: databases that were filled with
/// another version are filled again.
const ROWS_VERSION: i32 = 1;
