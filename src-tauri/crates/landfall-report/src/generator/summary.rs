//! Adding up the rows for the Summary sheet while they stream by: exactly, per currency, per state.

use std::collections::{BTreeMap, HashMap};

use super::numeric::Amount;

/// More different values in a table than anybody reads; what comes after them is counted together, so that
/// memory stays bounded whatever the rows hold.
const MOST_VALUES: usize = 2_000;
/// The same for currencies and states, which become columns and blocks.
const MOST_CURRENCIES: usize = 24;
const MOST_STATES: usize = 64;

/// What is shown for values past the bound.
pub(crate) const OTHER: &str = "(other)";
/// What is shown where the database has no value.
pub(crate) const NONE: &str = "(none)";

/// Rows and their amount, of one currency and one state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Total {
    pub(crate) rows: u64,
    pub(crate) amount: Amount,
}

/// Names in the order in which they first came, with a bound.
#[derive(Debug, Default)]
pub(crate) struct Names {
    known: Vec<String>,
}

impl Names {
    fn number(&mut self, name: &str, most: usize) -> u16 {
        if let Some(at) = self.known.iter().position(|known| known == name) {
            return at as u16;
        }
        if self.known.len() < most {
            self.known.push(name.to_owned());
        } else if self.known.len() == most {
            self.known.push(OTHER.to_owned());
        }
        (self.known.len() - 1) as u16
    }

    pub(crate) fn name(&self, number: u16) -> &str {
        self.known.get(usize::from(number)).map_or(NONE, String::as_str)
    }

    pub(crate) fn numbers(&self) -> Vec<u16> {
        (0..self.known.len() as u16).collect()
    }
}

/// (state, currency) → total
pub(crate) type Totals = BTreeMap<(u16, u16), Total>;

/// Where a row belongs in a table.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Place {
    /// Days from 2000-01-01.
    Day(i64),
    Value(String),
}

/// One table of the Summary.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) places: HashMap<Place, Totals>,
    /// Values that were counted as [`OTHER`].
    pub(crate) folded: bool,
}

/// What one row gives to the sums.
pub(crate) struct Row<'a> {
    pub(crate) currency: Option<&'a str>,
    pub(crate) state: Option<&'a str>,
    /// `None` if one of its amounts is no number that can be added (NaN, infinity, too many digits).
    pub(crate) amount: Option<Amount>,
}

#[derive(Debug, Default)]
pub(crate) struct Sums {
    pub(crate) currencies: Names,
    pub(crate) states: Names,
    pub(crate) all: Totals,
    pub(crate) tables: Vec<Table>,
    /// Rows whose amount could not be added; they are counted as rows.
    pub(crate) without_amount: u64,
}

impl Sums {
    pub(crate) fn new(tables: usize) -> Self {
        Self { tables: (0..tables).map(|_| Table::default()).collect(), ..Self::default() }
    }

    /// Adds a row to the totals; the answer is what [`Sums::add_to_table`] wants to know of it.
    pub(crate) fn add(&mut self, row: &Row<'_>) -> ((u16, u16), Amount) {
        let currency = self.currencies.number(row.currency.unwrap_or(NONE), MOST_CURRENCIES);
        let state = self.states.number(row.state.unwrap_or(NONE), MOST_STATES);
        let amount = row.amount.unwrap_or_else(|| {
            self.without_amount += 1;
            Amount::default()
        });
        let key = (state, currency);
        if !put(&mut self.all, key, amount) {
            self.without_amount += 1;
        }
        (key, amount)
    }

    pub(crate) fn add_to_table(&mut self, table: usize, place: Place, key: (u16, u16), amount: Amount) {
        let Some(table) = self.tables.get_mut(table) else { return };
        let place = if table.places.len() >= MOST_VALUES && !table.places.contains_key(&place) {
            table.folded = true;
            Place::Value(OTHER.to_owned())
        } else {
            place
        };
        // An overflow was counted with the totals, which are never smaller.
        put(table.places.entry(place).or_default(), key, amount);
    }
}

/// Whether the amount could be added without overflow.
fn put(totals: &mut Totals, key: (u16, u16), amount: Amount) -> bool {
    let total = totals.entry(key).or_default();
    total.rows += 1;
    match total.amount.plus(amount) {
        Some(sum) => {
            total.amount = sum;
            true
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use super::*;

    fn row<'a>(currency: &'a str, state: &'a str, amount: &str) -> Row<'a> {
        Row { currency: Some(currency), state: Some(state), amount: Amount::parse(amount) }
    }

    #[test]
    fn currencies_and_states_are_never_added_to_each_other() {
        let mut sums = Sums::new(1);
        for (currency, state, amount) in [
            ("EUR", "confirmed", "10.10"),
            ("EUR", "confirmed", "0.05"),
            ("TRY", "confirmed", "7"),
            ("EUR", "refunded", "3"),
        ] {
            let (key, amount) = sums.add(&row(currency, state, amount));
            sums.add_to_table(0, Place::Value("web".to_owned()), key, amount);
        }
        let shown: Vec<String> = sums
            .all
            .iter()
            .map(|((state, currency), total)| {
                format!(
                    "{} {} {} {}",
                    sums.states.name(*state),
                    sums.currencies.name(*currency),
                    total.rows,
                    total.amount
                )
            })
            .collect();
        assert_eq!(shown, ["confirmed EUR 2 10.15", "confirmed TRY 1 7", "refunded EUR 1 3"]);
        assert_eq!(sums.tables[0].places.len(), 1);
    }

    #[test]
    fn an_amount_that_is_no_number_is_counted_and_not_added() {
        let mut sums = Sums::new(0);
        sums.add(&row("EUR", "confirmed", "NaN"));
        sums.add(&row("EUR", "confirmed", "5"));
        assert_eq!(sums.without_amount, 1);
        assert_eq!(sums.all[&(0, 0)], Total { rows: 2, amount: Amount::parse("5").unwrap() });
    }

    #[test]
    fn tables_are_bounded_and_say_so() {
        let mut sums = Sums::new(1);
        for value in 0..MOST_VALUES + 10 {
            let (key, amount) = sums.add(&row("EUR", "confirmed", "1"));
            sums.add_to_table(0, Place::Value(value.to_string()), key, amount);
        }
        assert_eq!(sums.tables[0].places.len(), MOST_VALUES + 1);
        assert!(sums.tables[0].folded);
        assert_eq!(sums.tables[0].places[&Place::Value(OTHER.to_owned())][&(0, 0)].rows, 10);
    }
}
