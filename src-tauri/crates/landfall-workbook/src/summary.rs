//! The cells behind the summary's chart, gathered while its sheet is read.

use std::collections::HashMap;

use calamine::DataRef;

use crate::chart::{CellRange, Drawn};
use crate::format::{self, NumberFormat};
use crate::{ChartSeries, SummaryChart};

/// Labels that a chart has at most: ten years of days.
const MOST_LABELS: usize = 3_700;
/// Amounts are added as whole ten-thousandths, so that the sum of 31 days has no noise.
const PARTS: f64 = 10_000.0;
/// Above it a double has no ten-thousandths left.
const LARGEST_EXACT: f64 = 1e11;

/// A chart that fills.
#[derive(Debug)]
pub(crate) struct Gathered {
    drawn: Drawn,
    labels: HashMap<usize, String>,
    /// (column, row) → number
    values: HashMap<(usize, usize), f64>,
}

impl Gathered {
    pub(crate) fn of(drawn: &Drawn) -> Self {
        Self { drawn: drawn.clone(), labels: HashMap::new(), values: HashMap::new() }
    }

    /// Keeps the cell if the chart shows it.
    pub(crate) fn see(&mut self, row: usize, column: usize, value: &DataRef<'_>, format: NumberFormat) {
        let holds = |range: CellRange| range.column == column && (range.first..=range.last).contains(&row);
        let first = self.drawn.series.first().and_then(|series| series.labels);
        if first.is_some_and(holds) {
            self.labels.insert(row, format::text(value, format));
        }
        let number = match value {
            DataRef::Float(number) => *number,
            DataRef::Int(number) => *number as f64,
            _ => return,
        };
        if number.is_finite() && self.drawn.series.iter().filter_map(|series| series.values).any(holds) {
            self.values.insert((column, row), number);
        }
    }

    /// The chart, unless none of its cells were there.
    pub(crate) fn into_chart(self) -> Option<SummaryChart> {
        let labels = self.drawn.series.first()?.labels?;
        let count = (labels.last - labels.first + 1).min(MOST_LABELS);
        let series: Vec<ChartSeries> = self
            .drawn
            .series
            .iter()
            .filter_map(|series| {
                let range = series.values?;
                let value = |at: usize| {
                    let row = range.first + at;
                    self.values.get(&(range.column, row)).copied().filter(|_| row <= range.last)
                };
                Some(ChartSeries { name: format::cut(&series.name), values: (0..count).map(value).collect() })
            })
            .collect();
        let total: Vec<Option<f64>> =
            series.iter().map(|series| sum(series.values.iter().copied().flatten())).collect();
        if total.iter().all(Option::is_none) {
            return None;
        }
        let unit = match series.as_slice() {
            [only] if is_currency(&only.name) => only.name.clone(),
            _ => String::new(),
        };
        let label = |row: usize| self.labels.get(&row).cloned().unwrap_or_default();
        let labels = (labels.first..labels.first + count).map(label).collect();
        Some(SummaryChart { title: format::cut(&self.drawn.title), unit, labels, series, total })
    }
}

/// The sum, if there is anything to add.
fn sum(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut exact = None;
    let mut rough = 0.0;
    let mut is_exact = true;
    for value in values {
        is_exact &= value.abs() < LARGEST_EXACT;
        rough += value;
        exact = Some(exact.unwrap_or(0_i128).saturating_add((value * PARTS).round() as i128));
    }
    exact.map(|exact| if is_exact { exact as f64 / PARTS } else { rough }).filter(|total| total.is_finite())
}

/// A code of ISO 4217 has three letters.
fn is_currency(name: &str) -> bool {
    name.len() == 3 && name.bytes().all(|letter| letter.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cents_add_up_without_noise() {
        assert_eq!(sum([0.1, 0.2].into_iter()), Some(0.3));
        assert_eq!(sum(std::iter::repeat_n(33.33, 31)), Some(1033.23));
        assert_eq!(sum([].into_iter()), None);
        assert_eq!(sum([1e300, 1e300].into_iter()), Some(2e300));
        assert_eq!(sum([f64::MAX, f64::MAX].into_iter()), None);
    }
}
