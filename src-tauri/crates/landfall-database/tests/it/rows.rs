//! The rows, as pure functions.

use std::collections::HashSet;

use jiff::ToSpan;
use jiff::civil::date;
use landfall_database::sample::{
    Day, PASSENGERS, ROUTES, STATIONS, Sales, Window, passenger, route, sales, station, trips,
};

use crate::support::{SEED, TODAY};

fn window_of_sales() -> Vec<Sales> {
    Window::before(TODAY).days().map(|day| sales(SEED, day)).collect()
}

#[test]
fn the_same_seed_and_day_give_the_same_rows_and_another_seed_gives_others() {
    for day in Window::before(TODAY).days().step_by(37) {
        assert_eq!(sales(SEED, day), sales(SEED, day));
        assert_eq!(trips(SEED, day), trips(SEED, day));
        assert_ne!(sales(SEED, day), sales(SEED + 1, day));
        assert_ne!(trips(SEED, day), trips(SEED + 1, day));
    }
    assert_eq!(passenger(SEED, 11), passenger(SEED, 11));
    assert_ne!(passenger(SEED, 11), passenger(SEED + 1, 11));
}

#[test]
fn a_published_day_never_changes() {
    // When this fails, either undo the change or raise ROWS_VERSION and write the new values here.
    let sales = sales(SEED, Day::of(date(2026, 10, 1)));
    let cents: i64 = sales.bookings.iter().map(|booking| booking.total_cents).sum();
    let first = &sales.bookings[0];
    let seen =
        (sales.bookings.len(), sales.tickets.len(), sales.payments.len(), cents, first.reference.as_str());
    assert_eq!(seen, (54, 107, 58, 11_263_856, "TNWCC921"));
}

#[test]
fn a_window_has_about_fifty_thousand_tickets_whatever_the_day() {
    for (seed, today) in [(1, TODAY), (2, date(2024, 2, 29)), (3, date(2026, 1, 1)), (4, date(2031, 7, 15))] {
        let tickets: usize = Window::before(today).days().map(|day| sales(seed, day).tickets.len()).sum();
        assert!((45_000..=55_000).contains(&tickets), "{tickets} tickets before {today}");
    }
}

#[test]
fn the_window_is_the_four_hundred_days_that_end_yesterday() {
    let days: Vec<Day> = Window::before(TODAY).days().collect();
    assert_eq!(days.len(), 400);
    assert_eq!(days[399].date(), TODAY.saturating_sub(1.day()));
    assert_eq!(days[0].date(), TODAY.saturating_sub(400.days()));
}

#[test]
fn every_reference_has_its_target_in_the_same_window() {
    let window = Window::before(TODAY);
    let trips: Vec<_> = window.trip_days().flat_map(|day| trips(SEED, day)).collect();
    let trip_ids: HashSet<i64> = trips.iter().map(|trip| trip.id).collect();
    assert_eq!(trip_ids.len(), trips.len(), "ids of trips are unique");
    assert!(trips.iter().all(|trip| (1..=ROUTES).contains(&trip.route_id)));
    for day in window.days() {
        let sales = sales(SEED, day);
        let bookings: HashSet<i64> = sales.bookings.iter().map(|booking| booking.id).collect();
        assert!(sales.payments.iter().all(|payment| bookings.contains(&payment.booking_id)));
        for ticket in &sales.tickets {
            assert!(bookings.contains(&ticket.booking_id));
            assert!(trip_ids.contains(&ticket.trip_id));
            assert!((1..=PASSENGERS).contains(&ticket.passenger_id));
        }
    }
    for route in (1..=ROUTES).map(|id| route(SEED, id)) {
        assert!((1..=STATIONS).contains(&route.origin_id) && (1..=STATIONS).contains(&route.destination_id));
        assert_ne!(station(route.origin_id).city, station(route.destination_id).city, "{}", route.name);
    }
}

#[test]
fn ids_and_references_are_unique_over_all_days() {
    let all = window_of_sales();
    let count = |ids: HashSet<i64>, rows: usize| assert_eq!(ids.len(), rows);
    let bookings = || all.iter().flat_map(|sales| &sales.bookings);
    count(bookings().map(|row| row.id).collect(), bookings().count());
    let tickets = || all.iter().flat_map(|sales| &sales.tickets);
    count(tickets().map(|row| row.id).collect(), tickets().count());
    let payments = || all.iter().flat_map(|sales| &sales.payments);
    count(payments().map(|row| row.id).collect(), payments().count());
    let references: HashSet<&str> = bookings().map(|row| row.reference.as_str()).collect();
    assert_eq!(references.len(), bookings().count());
    let codes: HashSet<String> = (1..=STATIONS).map(|id| station(id).code).collect();
    assert_eq!(codes.len(), STATIONS as usize);
    assert!(
        all.iter().all(|sales| sales.tickets.len() < 1000 && sales.payments.len() < 1000),
        "ids of one day"
    );
}

#[test]
fn a_ticket_is_created_with_its_booking_and_costs_add_up() {
    for sales in window_of_sales().iter().step_by(9) {
        for booking in &sales.bookings {
            let tickets: Vec<_> = sales.tickets.iter().filter(|row| row.booking_id == booking.id).collect();
            assert!((1..=6).contains(&tickets.len()));
            assert!(tickets.iter().all(|row| row.created_at == booking.created_at));
            let total: i64 = tickets
                .iter()
                .map(|row| row.fare_cents + row.tax_cents - row.discount_cents.unwrap_or(0))
                .sum();
            assert_eq!(booking.total_cents, total);
            let settled = |row: &&landfall_database::sample::Payment| {
                row.booking_id == booking.id && ["captured", "refunded"].contains(&row.status)
            };
            assert!(sales.payments.iter().filter(settled).count() <= 1, "settled at most once");
        }
    }
}

#[test]
fn no_row_speaks_of_a_day_after_its_own_but_for_trips_and_late_payments() {
    for day in Window::before(TODAY).days().step_by(11) {
        let next_day = Day::of(day.date().saturating_add(1.day()));
        for ticket in &sales(SEED, day).tickets {
            assert!(ticket.trip_id / 1000 > ticket.id / 1000, "trips leave after the day of sale");
            let checked_in_on = ticket.checked_in_at.map(|at| at.to_string()[..10].to_owned());
            assert!(checked_in_on.is_none_or(|date| date <= next_day.date().to_string()));
        }
    }
}

#[test]
fn every_kind_of_value_that_a_report_must_bear_is_there() {
    let all = window_of_sales();
    let statuses: HashSet<&str> =
        all.iter().flat_map(|sales| &sales.bookings).map(|row| row.status.as_str()).collect();
    assert_eq!(statuses.len(), 5);
    let currencies: HashSet<&str> =
        all.iter().flat_map(|sales| &sales.bookings).map(|row| row.currency).collect();
    assert_eq!(currencies, HashSet::from(["EUR", "TRY", "USD"]));
    let tickets = || all.iter().flat_map(|sales| &sales.tickets);
    assert!(tickets().any(|row| row.seat.is_none()) && tickets().any(|row| row.discount_cents.is_none()));
    let payments: HashSet<&str> =
        all.iter().flat_map(|sales| &sales.payments).map(|row| row.status).collect();
    assert_eq!(payments, HashSet::from(["captured", "failed", "refunded", "authorised"]));
    let people: Vec<_> = (1..=PASSENGERS).map(|id| passenger(SEED, id)).collect();
    for start in ["=", "+", "-", "@", "\"", "<", "'", "0"] {
        assert!(people.iter().any(|row| row.full_name.starts_with(start)), "a name starts with {start}");
    }
    assert!(people.iter().any(|row| row.email.is_none()) && people.iter().any(|row| row.tier.is_none()));
    assert!(people.iter().any(|row| row.full_name.contains("O'Brien")));
    assert!(people.iter().any(|row| !row.full_name.is_ascii()));
}
