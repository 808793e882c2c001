//! The workbook as the window's preview shows it.

use landfall_workbook::preview;

use crate::support::Scene;

#[test]
fn the_preview_shows_the_rows_and_the_revenue_per_day() {
    let scene = Scene::with_tickets(900);
    let preview = preview(&scene.made()).unwrap();

    let names: Vec<&str> = preview.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
    assert_eq!(names, ["Tickets", "Summary"]);
    let tickets = &preview.sheets[0];
    assert_eq!((tickets.data_rows, tickets.rows.len()), (Some(900), 101));
    let column = |title: &str| tickets.rows[0].iter().position(|cell| cell == title).unwrap();
    let (fare, booked) = (column("Fare"), column("Booked at (UTC)"));
    assert!(tickets.numeric[fare] && !tickets.numeric[booked], "{:?}", tickets.numeric);
    let first = &tickets.rows[1];
    assert_eq!(first[fare].rsplit_once('.').map(|(_, cents)| cents.len()), Some(2), "{first:?}");
    assert!(first[booked].starts_with("2025-01-") && first[booked].len() > 10, "{first:?}");

    let chart = preview.chart.unwrap();
    assert_eq!(chart.title, "Revenue per day");
    assert_eq!(chart.labels.len(), 31);
    assert_eq!((chart.labels[0].as_str(), chart.labels[30].as_str()), ("2025-01-01", "2025-01-31"));
    let revenue = scene.database.rows(
        "SELECT b.currency, sum(t.fare + t.tax - coalesce(t.discount, 0))
         FROM tickets t JOIN bookings b ON b.id = t.booking_id
         WHERE b.status = 'confirmed' AND t.created_at >= '2025-01-01 00:00+00' AND t.created_at < '2025-02-01 00:00+00'
         GROUP BY 1 ORDER BY 1",
    );
    for row in revenue {
        let (currency, amount) = (row[0].clone().unwrap(), row[1].clone().unwrap().parse::<f64>().unwrap());
        let at = chart.series.iter().position(|series| series.name == currency).unwrap();
        assert_eq!(chart.total[at], Some(amount), "{currency}");
    }
}
