//! One day's bookings with their tickets and payments.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::dice::{Dice, Topic};
use super::network::{TRIPS_A_DAY, trip_id};
use super::passengers::PASSENGERS;
use super::window::{Day, LAST_TRIP_AFTER_DAYS};

/// Bookings of an average day; with 2.2 tickets a booking, 400 days have about 50,000 tickets.
const BOOKINGS_A_DAY: u64 = 57;
/// Percent of the average by day of the week, from Monday.
const WEEKDAY_PERCENT: [u64; 7] = [97, 91, 93, 103, 124, 108, 84];
/// Percent of the average by month.
const MONTH_PERCENT: [u64; 12] = [86, 88, 96, 101, 104, 111, 119, 116, 102, 96, 88, 93];
/// How many bookings begin in each hour of the day (UTC), as weights.
const HOUR_WEIGHTS: [u32; 24] =
    [3, 2, 1, 1, 2, 5, 14, 26, 36, 44, 48, 46, 42, 38, 36, 38, 44, 52, 58, 56, 46, 32, 18, 8];

const CHANNELS: [&str; 6] = ["web", "mobile_app", "kiosk", "counter", "agent", "call_centre"];
const CHANNEL_WEIGHTS: [u32; 6] = [28, 38, 12, 10, 8, 4];
const STATUSES: [Status; 5] =
    [Status::Confirmed, Status::Cancelled, Status::Refunded, Status::NoShow, Status::Pending];
const STATUS_WEIGHTS: [u32; 5] = [78, 7, 6, 5, 4];
const CURRENCIES: [&str; 3] = ["EUR", "TRY", "USD"];
const CURRENCY_WEIGHTS: [u32; 3] = [55, 30, 15];
/// Price level of each currency against the euro, as a whole factor.
const PRICE_LEVEL: [i64; 3] = [1, 38, 1];
const CLASSES: [&str; 4] = ["economy", "comfort", "business", "first"];
const CLASS_WEIGHTS: [u32; 4] = [62, 22, 12, 4];
const CLASS_PRICE_PERCENT: [i64; 4] = [100, 140, 210, 320];
const METHODS: [&str; 5] = ["card", "wallet", "bank_transfer", "cash", "voucher"];
const METHOD_WEIGHTS: [u32; 5] = [50, 24, 12, 9, 5];
/// How many of a hundred bookings have 1, 2, … tickets.
const PARTY_WEIGHTS: [u32; 6] = [35, 33, 16, 10, 4, 2];

/// `booking_status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Confirmed,
    Cancelled,
    Refunded,
    NoShow,
    Pending,
}

impl Status {
    /// The value of the enum in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Confirmed => "confirmed",
            Status::Cancelled => "cancelled",
            Status::Refunded => "refunded",
            Status::NoShow => "no_show",
            Status::Pending => "pending",
        }
    }
}

/// A row of `bookings`. Amounts are in hundredths of the currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    pub id: i64,
    pub reference: String,
    pub channel: &'static str,
    pub status: Status,
    pub currency: &'static str,
    pub total_cents: i64,
    pub contact_email: String,
    pub promo_code: Option<String>,
    pub notes: Option<String>,
    pub created_at: Timestamp,
}

/// A row of `tickets`. Amounts are in hundredths of the booking's currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    pub id: i64,
    pub booking_id: i64,
    pub passenger_id: i32,
    pub trip_id: i64,
    pub class: &'static str,
    pub coach: Option<i64>,
    pub seat: Option<String>,
    pub fare_cents: i64,
    pub tax_cents: i64,
    pub discount_cents: Option<i64>,
    pub created_at: Timestamp,
    pub checked_in_at: Option<Timestamp>,
}

/// A row of `payments`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    pub id: i64,
    pub booking_id: i64,
    pub method: &'static str,
    pub status: &'static str,
    pub amount_cents: i64,
    pub provider_ref: Option<String>,
    pub paid_at: Option<Timestamp>,
}

/// All that was sold on one day, each list in the order of its ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sales {
    pub bookings: Vec<Booking>,
    pub tickets: Vec<Ticket>,
    pub payments: Vec<Payment>,
}

/// The sales of `day`: always the same for the same seed and day.
pub fn sales(seed: u64, day: Day) -> Sales {
    let mut dice = Dice::new(seed, Topic::Day, i64::from(day.0));
    let mut seconds: Vec<i64> = (0..bookings_on(&mut dice, day.date()))
        .map(|_| dice.weighted(&HOUR_WEIGHTS) as i64 * 3600 + dice.between(0, 3599))
        .collect();
    seconds.sort_unstable();
    let mut sales = Sales::default();
    for (number, second) in seconds.into_iter().enumerate() {
        sell(&mut sales, seed, day, number as i64 + 1, day.at_second(second));
    }
    sales
}

fn bookings_on(dice: &mut Dice, date: Date) -> u64 {
    let weekday = date.weekday().to_monday_zero_offset() as usize;
    let month = (date.month() - 1) as usize;
    let chance = dice.between(90, 110) as u64;
    BOOKINGS_A_DAY * WEEKDAY_PERCENT[weekday] * MONTH_PERCENT[month] * chance / 1_000_000
}

fn sell(sales: &mut Sales, seed: u64, day: Day, number: i64, created_at: Timestamp) {
    let id = day.first_id() + number;
    let mut dice = Dice::new(seed, Topic::Booking, id);
    let status = STATUSES[dice.weighted(&STATUS_WEIGHTS)];
    let currency = dice.weighted(&CURRENCY_WEIGHTS);
    let first_ticket = sales.tickets.len();
    add_tickets(sales, &mut dice, day, id, currency, created_at);
    let total_cents = sales.tickets[first_ticket..]
        .iter()
        .map(|ticket| ticket.fare_cents + ticket.tax_cents - ticket.discount_cents.unwrap_or(0))
        .sum();
    let booking = Booking {
        id,
        reference: reference(&mut dice, id),
        channel: CHANNELS[dice.weighted(&CHANNEL_WEIGHTS)],
        status,
        currency: CURRENCIES[currency],
        total_cents,
        contact_email: format!("c{id}@example.com"),
        promo_code: dice.chance(12).then(|| format!("PROMO{}", dice.below(50))),
        notes: dice.chance(5).then(|| notes(&mut dice)),
        created_at,
    };
    add_payments(sales, &mut dice, &booking);
    sales.bookings.push(booking);
}

fn add_tickets(
    sales: &mut Sales,
    dice: &mut Dice,
    day: Day,
    booking_id: i64,
    currency: usize,
    at: Timestamp,
) {
    // Two draws, the smaller counts: most people travel soon.
    let days_ahead = dice.below(LAST_TRIP_AFTER_DAYS as u32).min(dice.below(LAST_TRIP_AFTER_DAYS as u32));
    let trip_id = trip_id(day.plus(1 + days_ahead as i32), dice.below(TRIPS_A_DAY));
    let class = dice.weighted(&CLASS_WEIGHTS);
    let seated = dice.chance(88);
    let (coach, row) = (dice.between(1, 11), dice.between(1, 78));
    let distance_price = dice.between(800, 9_000) + dice.between(0, 11_000) * dice.between(0, 100) / 100;
    let first_passenger = dice.below(PASSENGERS as u32) as i32;
    for seat in 0..=dice.weighted(&PARTY_WEIGHTS) as i32 {
        let age_percent = if seat > 1 { 50 } else { 100 };
        let fare_cents =
            distance_price * CLASS_PRICE_PERCENT[class] * age_percent * PRICE_LEVEL[currency] / 10_000;
        let discount_cents = dice.chance(25).then(|| fare_cents * dice.between(5, 35) / 100);
        // Checked in on the day of sale or not at all, so that no row speaks of the future.
        let minutes_left = (day.plus(1).start().as_second() - at.as_second()) / 60;
        let checked_in_at =
            dice.chance(62).then(|| at + SignedDuration::from_mins(dice.between(0, minutes_left.min(240))));
        sales.tickets.push(Ticket {
            id: day.first_id() + sales.tickets.len() as i64 + 1,
            booking_id,
            passenger_id: 1 + (first_passenger + seat) % PASSENGERS,
            trip_id,
            class: CLASSES[class],
            coach: seated.then_some(coach),
            seat: seated
                .then(|| format!("{}{}", row + i64::from(seat / 4), ["A", "B", "C", "D"][seat as usize % 4])),
            fare_cents,
            tax_cents: (fare_cents * 18 + 50) / 100,
            discount_cents,
            created_at: at,
            checked_in_at,
        });
    }
}

fn add_payments(sales: &mut Sales, dice: &mut Dice, booking: &Booking) {
    let mut add = |method, status, provider_ref, paid_at| {
        sales.payments.push(Payment {
            id: booking.id / Day::IDS * Day::IDS + sales.payments.len() as i64 + 1,
            booking_id: booking.id,
            method,
            status,
            amount_cents: booking.total_cents,
            provider_ref,
            paid_at,
        });
    };
    let method = METHODS[dice.weighted(&METHOD_WEIGHTS)];
    // A failed attempt or two before the payment that counts: joining payments carelessly multiplies tickets.
    for _ in 0..dice.weighted(&[88, 10, 2]) {
        add(method, "failed", None, None);
    }
    let reference = format!("pi_{:016x}", dice.roll());
    let paid_at = booking.created_at + SignedDuration::from_secs(dice.between(5, 1800));
    match booking.status {
        Status::Pending if dice.chance(40) => add(method, "authorised", Some(reference), None),
        Status::Pending => {}
        Status::Cancelled if dice.chance(30) => {}
        Status::Refunded => add(method, "refunded", Some(reference), Some(paid_at)),
        Status::Confirmed | Status::Cancelled | Status::NoShow => {
            let cash = method == "cash";
            add(method, "captured", (!cash).then_some(reference), Some(paid_at));
        }
    }
}

/// Three letters by chance and the id in base 36: short, and never twice.
fn reference(dice: &mut Dice, id: i64) -> String {
    const LETTERS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut reference: String = (0..3).map(|_| char::from(LETTERS[10 + dice.below(26) as usize])).collect();
    let mut digits = Vec::new();
    let mut rest = id.unsigned_abs();
    while rest > 0 {
        digits.push(char::from(LETTERS[(rest % 36) as usize]));
        rest /= 36;
    }
    reference.extend(digits.iter().rev());
    reference
}

fn notes(dice: &mut Dice) -> String {
    let first = dice.pick(&[
        "Asked for <window> seat & \"quiet\" coach",
        "Wheelchair, boards at the rear",
        "Bike 🚲 in coach 3",
        "Invoice to Müller & Söhne; VAT C:\\2026\\no. 7",
        "Größere Gruppe,\nplease seat together",
    ]);
    format!("{first}{}", "; called back".repeat(dice.below(4) as usize))
}
