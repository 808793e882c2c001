//! Rows as the text format of COPY (PostgreSQL manual, "COPY", "Text Format").

use std::fmt::{Display, Write as _};

use super::network::{Route, Station, Trip};
use super::passengers::Passenger;
use super::sales::{Booking, Payment, Ticket};

/// Rows of one table on their way to the server.
#[derive(Debug, Default)]
pub(super) struct CopyText {
    text: String,
    in_row: bool,
}

impl CopyText {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.text.into_bytes()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    fn separate(&mut self) {
        if self.in_row {
            self.text.push('\t');
        }
        self.in_row = true;
    }

    /// A value whose text never needs an escape: numbers, times, enum values.
    fn plain(&mut self, value: impl Display) -> &mut Self {
        self.separate();
        // Writing to a String can't fail.
        let _ = write!(self.text, "{value}");
        self
    }

    fn text(&mut self, value: &str) -> &mut Self {
        self.separate();
        for character in value.chars() {
            match character {
                '\\' => self.text.push_str("\\\\"),
                '\t' => self.text.push_str("\\t"),
                '\n' => self.text.push_str("\\n"),
                '\r' => self.text.push_str("\\r"),
                other => self.text.push(other),
            }
        }
        self
    }

    fn hundredths(&mut self, cents: i64) -> &mut Self {
        self.plain(format_args!("{}.{:02}", cents / 100, cents % 100))
    }

    fn null(&mut self) -> &mut Self {
        self.plain("\\N")
    }

    fn plain_or_null(&mut self, value: Option<impl Display>) -> &mut Self {
        match value {
            Some(value) => self.plain(value),
            None => self.null(),
        }
    }

    fn text_or_null(&mut self, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.text(value),
            None => self.null(),
        }
    }

    fn end_row(&mut self) {
        self.text.push('\n');
        self.in_row = false;
    }

    pub(super) fn station(&mut self, row: &Station) {
        self.plain(row.id).text(&row.code).text(&row.name).text(row.city).text(row.tz).end_row();
    }

    pub(super) fn route(&mut self, row: &Route) {
        let tenths = row.distance_tenths_km;
        self.plain(row.id).plain(row.origin_id).plain(row.destination_id).text(&row.name);
        self.plain(format_args!("{}.{}", tenths / 10, tenths % 10)).end_row();
    }

    pub(super) fn passenger(&mut self, row: &Passenger) {
        self.plain(row.id).text(&row.full_name).text_or_null(row.email.as_deref());
        self.text_or_null(row.phone.as_deref()).plain_or_null(row.birth_date).text(row.nationality);
        self.plain_or_null(row.tier).plain(row.created_at).end_row();
    }

    pub(super) fn trip(&mut self, row: &Trip) {
        self.plain(row.id).plain(row.route_id).text(&row.train_no).plain(row.departs_at);
        self.plain(row.arrives_at).plain_or_null(row.delay_min).end_row();
    }

    pub(super) fn booking(&mut self, row: &Booking) {
        self.plain(row.id).text(&row.reference).plain(row.channel).plain(row.status.as_str());
        self.plain(row.currency).hundredths(row.total_cents).text(&row.contact_email);
        self.text_or_null(row.promo_code.as_deref()).text_or_null(row.notes.as_deref());
        self.plain(row.created_at).end_row();
    }

    pub(super) fn ticket(&mut self, row: &Ticket) {
        self.plain(row.id).plain(row.booking_id).plain(row.passenger_id).plain(row.trip_id).plain(row.class);
        self.plain_or_null(row.coach).text_or_null(row.seat.as_deref());
        self.hundredths(row.fare_cents).hundredths(row.tax_cents);
        match row.discount_cents {
            Some(cents) => self.hundredths(cents),
            None => self.null(),
        };
        self.plain(row.created_at).plain_or_null(row.checked_in_at).end_row();
    }

    pub(super) fn payment(&mut self, row: &Payment) {
        self.plain(row.id).plain(row.booking_id).plain(row.method).plain(row.status);
        self.hundredths(row.amount_cents).text_or_null(row.provider_ref.as_deref());
        self.plain_or_null(row.paid_at).end_row();
    }
}
