//! Makes a database hold exactly the window.

use std::collections::BTreeMap;

use bytes::Bytes;
use futures_util::SinkExt;
use jiff::civil::Date;
use tokio_postgres::{Client, Transaction};

use super::copy::CopyText;
use super::network::{ROUTES, STATIONS, route, station, trips};
use super::passengers::{PASSENGERS, passenger};
use super::sales::sales;
use super::window::{Day, LAST_TRIP_AFTER_DAYS, WINDOW_DAYS, Window};
use super::{DAYS_TABLE, ROWS_VERSION, SAMPLE_TABLE};
use crate::Error;
use crate::migrate::{LOCK_KEY, LOCK_TIMEOUT_SECONDS, lock_error};

/// Days that one transaction adds: a kill loses at most this much work, and never half a day.
const DAYS_A_BATCH: usize = 40;

/// Bytes of one message to the server while copying.
const COPY_CHUNK_BYTES: usize = 64 * 1024;

/// How far a fill is, after each transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filled {
    /// Days of the window that are there.
    pub days_done: u32,
    pub days_total: u32,
    /// Tickets of those days.
    pub tickets: u64,
}

/// What [`top_up`] changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ToppedUp {
    pub days_added: u32,
    pub days_removed: u32,
    /// Tickets of the window, now.
    pub tickets: u64,
}

/// Adds the days of the window that are missing and removes those that left it. The database must be migrated.
///
/// Every transaction keeps whole days, so it can be killed at any point and called again. Two at once wait for each
/// other. A database that was filled with another seed, or by a Landfall whose rows differ, is filled again.
pub async fn top_up(
    client: &mut Client,
    seed: u64,
    today: Date,
    mut progress: impl FnMut(Filled),
) -> Result<ToppedUp, Error> {
    let window = Window::before(today);
    let mut topped_up = ToppedUp::default();
    loop {
        let batch = fill_batch(client, seed, window).await?;
        topped_up.days_added += batch.days_added;
        topped_up.days_removed += batch.days_removed;
        topped_up.tickets = batch.filled.tickets;
        if batch.days_added > 0 || batch.days_removed > 0 {
            progress(batch.filled);
        }
        if batch.filled.days_done >= WINDOW_DAYS {
            break;
        }
    }
    if topped_up.days_added > 0 {
        // Without it the server plans the first reports for empty tables.
        let analyze = format!("ANALYZE {}", crate::migrate::TABLES.join(", "));
        client.batch_execute(&analyze).await.map_err(Error::SaveSample)?;
    }
    Ok(topped_up)
}

struct Batch {
    days_added: u32,
    days_removed: u32,
    filled: Filled,
}

/// The days that have trips; the value is the number of tickets of those that have sales too.
type Days = BTreeMap<Day, Option<i32>>;

async fn fill_batch(client: &mut Client, seed: u64, window: Window) -> Result<Batch, Error> {
    let transaction = client.transaction().await.map_err(Error::SaveSample)?;
    let lock = format!(
        "SET LOCAL lock_timeout = '{LOCK_TIMEOUT_SECONDS}s'; SELECT pg_advisory_xact_lock({LOCK_KEY}); SET LOCAL lock_timeout = 0"
    );
    transaction.batch_execute(&lock).await.map_err(lock_error)?;
    let mut days = prepare(&transaction, seed).await?;
    let days_removed = remove_left_days(&transaction, window, &mut days).await?;

    let missing: Vec<Day> = window.days().filter(|day| days.get(day).copied().flatten().is_none()).collect();
    let added = &missing[..missing.len().min(DAYS_A_BATCH)];
    // Tickets point to trips of the days after their own, so trips are always ahead.
    let trips_until = if added.len() == missing.len() { None } else { added.last() };
    let trip_days: Vec<Day> = window
        .trip_days()
        .filter(|day| !days.contains_key(day))
        .filter(|day| trips_until.is_none_or(|last| *day <= last.plus(LAST_TRIP_AFTER_DAYS)))
        .collect();
    add_trips(&transaction, seed, &trip_days).await?;
    let counts = add_sales(&transaction, seed, added).await?;
    days.extend(trip_days.iter().map(|day| (*day, None)));
    days.extend(added.iter().zip(&counts).map(|(day, count)| (*day, Some(*count))));
    remember(&transaction, &days).await?;
    transaction.commit().await.map_err(Error::SaveSample)?;

    let filled = Filled {
        days_done: days.values().flatten().count() as u32,
        days_total: WINDOW_DAYS,
        tickets: days.values().flatten().map(|count| u64::from(count.unsigned_abs())).sum(),
    };
    Ok(Batch { days_added: added.len() as u32, days_removed, filled })
}

/// Makes the two tables, adds what does not depend on days, and reads which days are there.
async fn prepare(transaction: &Transaction<'_>, seed: u64) -> Result<Days, Error> {
    let tables = format!(
        "SET LOCAL client_min_messages = warning;
         CREATE TABLE IF NOT EXISTS {SAMPLE_TABLE} (seed bigint NOT NULL, rows_version int NOT NULL);
         CREATE TABLE IF NOT EXISTS {DAYS_TABLE} (day date PRIMARY KEY, tickets int)"
    );
    transaction.batch_execute(&tables).await.map_err(Error::SaveSample)?;
    let mut days = read_days(transaction).await?;
    let rows = transaction
        .query(&format!("SELECT seed, rows_version FROM {SAMPLE_TABLE}"), &[])
        .await
        .map_err(Error::ReadSample)?;
    let wanted = (seed.cast_signed(), ROWS_VERSION);
    match rows.first().map(|row| (row.get::<_, i64>(0), row.get::<_, i32>(1))) {
        Some(found) if found == wanted => return Ok(days),
        Some(_) => {
            remove_all(transaction, &days).await?;
            days.clear();
        }
        None => {}
    }
    add_static_rows(transaction, seed).await?;
    transaction
        .execute(&format!("INSERT INTO {SAMPLE_TABLE} VALUES ($1, $2)"), &[&wanted.0, &wanted.1])
        .await
        .map_err(Error::SaveSample)?;
    Ok(days)
}

async fn read_days(transaction: &Transaction<'_>) -> Result<Days, Error> {
    let query = format!("SELECT day, tickets FROM {DAYS_TABLE}");
    let rows = transaction.query(&query, &[]).await.map_err(Error::ReadSample)?;
    Ok(rows.iter().map(|row| (Day::of(row.get(0)), row.get(1))).collect())
}

/// Writes the whole list of days anew: it is short, and can't disagree with itself.
async fn remember(transaction: &Transaction<'_>, days: &Days) -> Result<(), Error> {
    let dates: Vec<Date> = days.keys().map(|day| day.date()).collect();
    let tickets: Vec<Option<i32>> = days.values().copied().collect();
    transaction.execute(&format!("DELETE FROM {DAYS_TABLE}"), &[]).await.map_err(Error::SaveSample)?;
    let insert = format!("INSERT INTO {DAYS_TABLE} SELECT * FROM unnest($1::date[], $2::int[])");
    transaction.execute(&insert, &[&dates, &tickets]).await.map_err(Error::SaveSample)?;
    Ok(())
}

async fn add_static_rows(transaction: &Transaction<'_>, seed: u64) -> Result<(), Error> {
    let mut rows = CopyText::default();
    (1..=STATIONS).for_each(|id| rows.station(&station(id)));
    copy(transaction, "stations", "id, code, name, city, tz", rows).await?;
    let mut rows = CopyText::default();
    (1..=ROUTES).for_each(|id| rows.route(&route(seed, id)));
    copy(transaction, "routes", "id, origin_id, destination_id, name, distance_km", rows).await?;
    let mut rows = CopyText::default();
    (1..=PASSENGERS).for_each(|id| rows.passenger(&passenger(seed, id)));
    let columns = "id, full_name, email, phone, birth_date, nationality, tier, created_at";
    copy(transaction, "passengers", columns, rows).await
}

async fn add_trips(transaction: &Transaction<'_>, seed: u64, days: &[Day]) -> Result<(), Error> {
    let mut rows = CopyText::default();
    for day in days {
        for trip in trips(seed, *day) {
            rows.trip(&trip);
        }
    }
    copy(transaction, "trips", "id, route_id, train_no, departs_at, arrives_at, delay_min", rows).await
}

/// Adds the sales of `days`; returns how many tickets each has.
async fn add_sales(transaction: &Transaction<'_>, seed: u64, days: &[Day]) -> Result<Vec<i32>, Error> {
    let (mut bookings, mut tickets, mut payments) =
        (CopyText::default(), CopyText::default(), CopyText::default());
    let mut counts = Vec::new();
    for day in days {
        let sales = sales(seed, *day);
        sales.bookings.iter().for_each(|row| bookings.booking(row));
        sales.tickets.iter().for_each(|row| tickets.ticket(row));
        sales.payments.iter().for_each(|row| payments.payment(row));
        counts.push(sales.tickets.len() as i32);
    }
    let columns =
        "id, reference, channel, status, currency, total, contact_email, promo_code, notes, created_at";
    copy(transaction, "bookings", columns, bookings).await?;
    let columns = "id, booking_id, passenger_id, trip_id, class, coach, seat, fare, tax, discount, created_at, checked_in_at";
    copy(transaction, "tickets", columns, tickets).await?;
    let columns = "id, booking_id, method, status, amount, provider_ref, paid_at";
    copy(transaction, "payments", columns, payments).await?;
    Ok(counts)
}

async fn copy(
    transaction: &Transaction<'_>,
    table: &'static str,
    columns: &str,
    rows: CopyText,
) -> Result<(), Error> {
    if rows.is_empty() {
        return Ok(());
    }
    let write = async {
        let sink = transaction.copy_in(&format!("COPY {table} ({columns}) FROM STDIN")).await?;
        let mut sink = std::pin::pin!(sink);
        let mut rest = Bytes::from(rows.into_bytes());
        while !rest.is_empty() {
            let chunk = rest.split_to(rest.len().min(COPY_CHUNK_BYTES));
            sink.send(chunk).await?;
        }
        sink.as_mut().finish().await
    };
    write.await.map(drop).map_err(|source| Error::WriteSample { table, source })
}

/// Removes the sales, then the trips, of days that are outside of the window. Returns how many days of sales.
async fn remove_left_days(
    transaction: &Transaction<'_>,
    window: Window,
    days: &mut Days,
) -> Result<u32, Error> {
    let sales: Vec<Day> = days
        .iter()
        .filter(|(day, tickets)| tickets.is_some() && !window.has_sales(**day))
        .map(|(day, _)| *day)
        .collect();
    let trips: Vec<Day> = days.keys().copied().filter(|day| !window.has_trips(*day)).collect();
    for table in ["payments", "tickets", "bookings"] {
        remove_days(transaction, table, &sales).await?;
    }
    remove_days(transaction, "trips", &trips).await?;
    for day in &sales {
        days.insert(*day, None);
    }
    days.retain(|day, _| window.has_trips(*day));
    Ok(sales.len() as u32)
}

async fn remove_days(transaction: &Transaction<'_>, table: &'static str, days: &[Day]) -> Result<(), Error> {
    if days.is_empty() {
        return Ok(());
    }
    let first_ids: Vec<i64> = days.iter().map(|day| day.first_id()).collect();
    let ids = Day::IDS - 1;
    let delete =
        format!("DELETE FROM {table} USING unnest($1::int8[]) AS day WHERE id BETWEEN day AND day + {ids}");
    let removed = transaction.execute(&delete, &[&first_ids]).await;
    removed.map(drop).map_err(|source| Error::RemoveSample { table, source })
}

/// Removes every sample row, and no other.
async fn remove_all(transaction: &Transaction<'_>, days: &Days) -> Result<(), Error> {
    let all: Vec<Day> = days.keys().copied().collect();
    for table in ["payments", "tickets", "bookings", "trips"] {
        remove_days(transaction, table, &all).await?;
    }
    for (table, last) in [("routes", ROUTES), ("stations", STATIONS), ("passengers", PASSENGERS)] {
        let delete = format!("DELETE FROM {table} WHERE id BETWEEN 1 AND {last}");
        let removed = transaction.execute(&delete, &[]).await;
        removed.map_err(|source| Error::RemoveSample { table, source })?;
    }
    let forget = format!("DELETE FROM {DAYS_TABLE}; DELETE FROM {SAMPLE_TABLE}");
    transaction.batch_execute(&forget).await.map_err(Error::SaveSample)
}
