//! The chart of the summary, in a workbook laid out as the generator lays it out.

use landfall_workbook::preview;
use rust_xlsxwriter::{Chart, ChartType, ExcelDateTime, Format, Workbook};

use crate::saved;

/// Three days of each currency from row 9 on, with the chart that the generator draws.
fn summary(currencies: &[&str], sheet_name: &str) -> Workbook {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("Tickets").unwrap().write_string(0, 0, "Ticket").unwrap();
    let sheet = workbook.add_worksheet().set_name(sheet_name).unwrap();
    let day = Format::new().set_num_format("yyyy-mm-dd");
    for row in 0..3_u32 {
        let at = ExcelDateTime::from_ymd(2026, 10, 1 + row as u8).unwrap();
        sheet.write_with_format(9 + row, 0, &at, &day).unwrap();
        sheet.write_string(9 + row, 1, "Revenue (confirmed)").unwrap();
        for (at, _) in currencies.iter().enumerate() {
            let column = 2 + 2 * at as u16;
            sheet.write_number(9 + row, column, 3).unwrap();
            sheet.write_number(9 + row, column + 1, 0.1 + f64::from(row) + at as f64 * 1000.0).unwrap();
        }
    }
    let mut chart = Chart::new(ChartType::Line);
    chart.title().set_name("Revenue per day & more");
    chart.y_axis().set_name("logarithmic");
    for (at, currency) in currencies.iter().enumerate() {
        let column = 3 + 2 * at as u16;
        let series = chart.add_series().set_name(*currency);
        series.set_categories((sheet_name, 9, 0, 11, 0)).set_values((sheet_name, 9, column, 11, column));
    }
    sheet.insert_chart(0, 0, &chart).unwrap();
    workbook
}

#[test]
fn the_revenue_of_each_day_is_read_with_its_currency_and_total() {
    let (_folder, path) = saved(summary(&["EUR"], "Summary"));
    let chart = preview(&path).unwrap().chart.unwrap();
    assert_eq!((chart.title.as_str(), chart.unit.as_str()), ("Revenue per day & more", "EUR"));
    assert_eq!(chart.labels, ["2026-10-01", "2026-10-02", "2026-10-03"]);
    assert_eq!(chart.series[0].values, [Some(0.1), Some(1.1), Some(2.1)]);
    assert_eq!(chart.total, [Some(3.3)]);
}

#[test]
fn several_currencies_have_a_series_each_and_no_unit_together() {
    let (_folder, path) = saved(summary(&["EUR", "TRY"], "Summary"));
    let chart = preview(&path).unwrap().chart.unwrap();
    assert_eq!(chart.unit, "");
    let names: Vec<&str> = chart.series.iter().map(|series| series.name.as_str()).collect();
    assert_eq!(names, ["EUR", "TRY"]);
    assert_eq!(chart.total, [Some(3.3), Some(3003.3)]);
}

#[test]
fn a_chart_of_another_sheet_is_not_the_summary() {
    let (_folder, path) = saved(summary(&["EUR"], "Totals"));
    assert_eq!(preview(&path).unwrap().chart, None);
}
