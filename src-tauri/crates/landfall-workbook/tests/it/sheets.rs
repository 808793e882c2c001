//! The first rows of sheets as they are met.

use landfall_workbook::{Error, first_rows, preview};
use rust_xlsxwriter::{Chart, ChartType, ExcelDateTime, Format, Workbook};

use crate::saved;

#[test]
fn the_first_hundred_rows_are_shown_and_all_are_counted() {
    let mut workbook = Workbook::new();
    let tickets = workbook.add_worksheet_with_constant_memory().unwrap();
    tickets.set_name("Tickets").unwrap();
    let (day, money) = (Format::new().set_num_format("yyyy-mm-dd"), Format::new().set_num_format("#,##0.00"));
    for (at, title) in ["Ticket", "Route", "Sold", "Fare"].iter().enumerate() {
        tickets.write_string(0, at as u16, *title).unwrap();
    }
    for row in 1..=5_000_u32 {
        tickets.write_number(row, 0, f64::from(row) + 7_000_000.0).unwrap();
        tickets.write_string(row, 1, format!("Roma & Napoli {row}")).unwrap();
        tickets.write_with_format(row, 2, ExcelDateTime::from_ymd(2026, 10, 1).unwrap(), &day).unwrap();
        tickets.write_number_with_format(row, 3, f64::from(row) / 2.0, &money).unwrap();
    }
    let (_folder, path) = saved(workbook);

    let preview = preview(&path).unwrap();
    assert_eq!(preview.chart, None);
    let [sheet] = preview.sheets.as_slice() else { panic!("one sheet: {preview:?}") };
    assert_eq!((sheet.name.as_str(), sheet.data_rows, sheet.rows.len()), ("Tickets", Some(5_000), 101));
    assert_eq!(sheet.rows[0], ["Ticket", "Route", "Sold", "Fare"]);
    assert_eq!(sheet.rows[1], ["7000001", "Roma & Napoli 1", "2026-10-01", "0.50"]);
    assert_eq!(sheet.rows[100], ["7000100", "Roma & Napoli 100", "2026-10-01", "50.00"]);
    assert_eq!(sheet.numeric, [true, false, false, true]);
}

#[test]
fn as_many_rows_are_read_as_are_asked_for() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for row in 0..50 {
        sheet.write_string(row, 0, format!("row {row}")).unwrap();
    }
    let (_folder, path) = saved(workbook);
    let sheets = first_rows(&path, 2).unwrap();
    assert_eq!(sheets[0].rows, [["row 0"], ["row 1"]]);
    assert_eq!(first_rows(&path, 0).unwrap()[0].rows, Vec::<Vec<String>>::new());
    assert_eq!(first_rows(&path, 1_000).unwrap()[0].rows.len(), 50);
}

#[test]
fn gaps_are_empty_cells_and_all_rows_are_equally_long() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_string(0, 0, "a").unwrap();
    sheet.write_boolean(2, 2, true).unwrap();
    workbook.add_worksheet().set_name("Empty").unwrap();
    let (_folder, path) = saved(workbook);
    let sheets = preview(&path).unwrap().sheets;
    assert_eq!(sheets[0].rows, [["a", "", ""], ["", "", ""], ["", "", "TRUE"]]);
    assert_eq!((sheets[1].name.as_str(), sheets[1].rows.len(), sheets[1].data_rows), ("Empty", 0, Some(0)));
}

#[test]
fn hidden_sheets_stay_hidden_and_a_chart_alone_has_no_rows() {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("Data").unwrap().write_number(0, 0, 1).unwrap();
    let secret = workbook.add_worksheet().set_name("Secret").unwrap();
    secret.set_hidden(true).write_string(0, 0, "secret").unwrap();
    let mut chart = Chart::new(ChartType::Line);
    chart.add_series().set_values(("Data", 0, 0, 0, 0));
    workbook.add_chartsheet().set_name("Picture").unwrap().insert_chart(0, 0, &chart).unwrap();
    let (_folder, path) = saved(workbook);
    let sheets = preview(&path).unwrap().sheets;
    let names: Vec<_> = sheets.iter().map(|sheet| (sheet.name.as_str(), sheet.rows.len())).collect();
    assert_eq!(names, [("Data", 1), ("Picture", 0)]);
}

#[test]
fn columns_beyond_the_hundredth_are_left_out() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for row in 0..20 {
        for column in 0..16_384 {
            sheet.write_number(row, column, f64::from(column)).unwrap();
        }
    }
    let (_folder, path) = saved(workbook);
    let sheets = preview(&path).unwrap().sheets;
    assert!(sheets[0].rows.len() > 5, "{} rows", sheets[0].rows.len());
    assert!(sheets[0].rows.iter().all(|row| row.len() == 100));
    assert_eq!(sheets[0].data_rows, Some(19));
}

#[test]
fn what_is_no_workbook_is_an_error_with_a_hint() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.xlsx");
    std::fs::write(&path, "Dear reader").unwrap();
    let error = preview(&path).unwrap_err();
    assert!(matches!(error, Error::Directory(_)), "{error:?}");
    let shown = error.to_api_error(&path);
    assert!(!shown.hint.is_empty() && format!("{shown:?}").contains("letter.xlsx"), "{shown:?}");
    assert!(matches!(preview(folder.path()).unwrap_err(), Error::NotFile));
    assert!(matches!(preview(&folder.path().join("gone.xlsx")).unwrap_err(), Error::Open(_)));
}
