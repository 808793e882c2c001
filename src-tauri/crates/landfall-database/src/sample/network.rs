//! Stations, routes and trips.

use jiff::Timestamp;

use super::dice::{Dice, Topic};
use super::window::Day;

/// How many stations there are; ids are `1..=STATIONS`.
pub const STATIONS: i32 = 120;
/// How many routes there are; ids are `1..=ROUTES`.
pub const ROUTES: i32 = 360;
/// Trips that leave on one day.
pub const TRIPS_A_DAY: u32 = 48;

const CITIES: [(&str, &str); 40] = [
    ("Ankara", "Europe/Istanbul"),
    ("İstanbul", "Europe/Istanbul"),
    ("Eskişehir", "Europe/Istanbul"),
    ("Konya", "Europe/Istanbul"),
    ("İzmir", "Europe/Istanbul"),
    ("Kayseri", "Europe/Istanbul"),
    ("Muğla", "Europe/Istanbul"),
    ("Berlin", "Europe/Berlin"),
    ("München", "Europe/Berlin"),
    ("Köln", "Europe/Berlin"),
    ("Nürnberg", "Europe/Berlin"),
    ("Lübeck", "Europe/Berlin"),
    ("Saarbrücken", "Europe/Berlin"),
    ("Zürich", "Europe/Zurich"),
    ("Genève", "Europe/Zurich"),
    ("Wien", "Europe/Vienna"),
    ("Linz", "Europe/Vienna"),
    ("Paris", "Europe/Paris"),
    ("Besançon", "Europe/Paris"),
    ("Nîmes", "Europe/Paris"),
    ("Saint-Étienne", "Europe/Paris"),
    ("Madrid", "Europe/Madrid"),
    ("Málaga", "Europe/Madrid"),
    ("León", "Europe/Madrid"),
    ("A Coruña", "Europe/Madrid"),
    ("Lisboa", "Europe/Lisbon"),
    ("Évora", "Europe/Lisbon"),
    ("Milano", "Europe/Rome"),
    ("Forlì", "Europe/Rome"),
    ("L'Aquila", "Europe/Rome"),
    ("Athína", "Europe/Athens"),
    ("Thessaloníki", "Europe/Athens"),
    ("Kraków", "Europe/Warsaw"),
    ("Łódź", "Europe/Warsaw"),
    ("Plzeň", "Europe/Prague"),
    ("Győr", "Europe/Budapest"),
    ("București", "Europe/Bucharest"),
    ("København", "Europe/Copenhagen"),
    ("Malmö", "Europe/Stockholm"),
    ("Tromsø", "Europe/Oslo"),
];
const QUARTERS: [&str; 3] = ["Central", "North", "Harbour"];
const TRAINS: [&str; 6] = ["YHT", "ICE", "AVE", "IC", "RE", "TER"];

/// A row of `stations`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Station {
    pub id: i32,
    pub code: String,
    pub name: String,
    pub city: &'static str,
    pub tz: &'static str,
}

/// The station with this id. Stations do not depend on the seed.
pub fn station(id: i32) -> Station {
    let index = (id - 1) as usize;
    let (city, tz) = CITIES[index % CITIES.len()];
    let letter = |number: usize| char::from(b'A' + (number % 26) as u8);
    Station {
        id,
        code: [letter(index / 26), letter(index), letter(index * 7)].iter().collect(),
        name: format!("{city} {}", QUARTERS[index / CITIES.len() % QUARTERS.len()]),
        city,
        tz,
    }
}

/// A row of `routes`. The distance is in tenths of a kilometre.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub id: i32,
    pub origin_id: i32,
    pub destination_id: i32,
    pub name: String,
    pub distance_tenths_km: i64,
}

/// The route with this id.
pub fn route(seed: u64, id: i32) -> Route {
    let mut dice = Dice::new(seed, Topic::Route, i64::from(id));
    let origin = dice.below(STATIONS as u32) as i32;
    let mut destination = (origin + 1 + dice.below(STATIONS as u32 - 1) as i32) % STATIONS;
    if (destination - origin) % CITIES.len() as i32 == 0 {
        // Two stations of one city: no route of its own.
        destination = (destination + 1) % STATIONS;
    }
    let (origin, destination) = (station(origin + 1), station(destination + 1));
    Route {
        id,
        origin_id: origin.id,
        destination_id: destination.id,
        name: format!("{} – {}", origin.city, destination.city),
        distance_tenths_km: dice.between(400, 14_400),
    }
}

/// A row of `trips`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trip {
    pub id: i64,
    pub route_id: i32,
    pub train_no: String,
    pub departs_at: Timestamp,
    pub arrives_at: Timestamp,
    /// Minutes, as forecast when the trip was planned: a row never depends on when it is looked at.
    pub delay_min: Option<i64>,
}

/// Id of the trip number `number` (`0..TRIPS_A_DAY`) that leaves on `day`.
pub(super) fn trip_id(day: Day, number: u32) -> i64 {
    day.first_id() + i64::from(number) + 1
}

/// The trips that leave on `day`, in the order of their ids.
pub fn trips(seed: u64, day: Day) -> Vec<Trip> {
    (0..TRIPS_A_DAY)
        .map(|number| {
            let id = trip_id(day, number);
            let mut dice = Dice::new(seed, Topic::Trip, id);
            let route = route(seed, 1 + dice.below(ROUTES as u32) as i32);
            // The first train leaves at 04:30, the last before 23:30 (UTC), evenly over the day.
            let minute = 270 + i64::from(number) * 1140 / i64::from(TRIPS_A_DAY) + dice.between(0, 20);
            let kilometres = route.distance_tenths_km / 10;
            let travel_minutes = 20 + kilometres * 60 / dice.between(85, 190);
            Trip {
                id,
                route_id: route.id,
                train_no: format!("{} {}", TRAINS[number as usize % TRAINS.len()], 1000 + dice.below(8000)),
                departs_at: day.at_second(minute * 60),
                arrives_at: day.at_second((minute + travel_minutes) * 60),
                delay_min: dice.chance(30).then(|| dice.between(1, 90)),
            }
        })
        .collect()
}
