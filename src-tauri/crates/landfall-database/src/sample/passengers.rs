//! Passengers: ordinary people from many places, and the names that break naive spreadsheets.

use jiff::Timestamp;
use jiff::civil::Date;

use super::dice::{Dice, Topic};
use super::window::Day;

/// How many passengers there are; ids are `1..=PASSENGERS`.
pub const PASSENGERS: i32 = 6000;

/// Every this many passengers, one has a name of [`AWKWARD_NAMES`].
const AWKWARD_EVERY: i32 = 149;

const GIVEN_NAMES: [&str; 32] = [
    "Ayşe",
    "Mehmet",
    "Elif",
    "Zeynep",
    "Ömer",
    "Çağla",
    "Işıl",
    "Anna",
    "Jürgen",
    "Lena",
    "Lukas",
    "Käthe",
    "Sofía",
    "José",
    "María",
    "Íñigo",
    "Eléni",
    "Giórgos",
    "Noah",
    "Emma",
    "François",
    "Chloé",
    "Zoë",
    "Søren",
    "Åsa",
    "Władysław",
    "Żaneta",
    "Jiří",
    "Ольга",
    "Дмитрий",
    "李",
    "さくら",
];
const FAMILY_NAMES: [&str; 32] = [
    "Yılmaz",
    "Kaya",
    "Demir",
    "Çelik",
    "Şahin",
    "Öztürk",
    "Müller",
    "Schmidt",
    "Weiß",
    "Größl",
    "García",
    "Fernández",
    "Núñez",
    "Ibáñez",
    "Papadópoulos",
    "Nikolaïdis",
    "O'Brien",
    "d'Angelo",
    "van der Berg",
    "McDonald",
    "Smith & Sons",
    "Nguyễn",
    "Kowalski",
    "Wiśniewska",
    "Novák",
    "Ivanova",
    "Sato",
    "Lefèvre",
    "Ångström",
    "Ødegård",
    "Țepeș",
    "Kovács",
];
const SECOND_FAMILY_NAMES: [&str; 6] = ["Arslan", "Koch", "Ruiz", "Doğan", "Becker", "Moreno"];
const MAIL_NAMES: [&str; 6] = ["yilmaz", "mueller", "garcia", "papa", "o'brien", "smith+rail"];
const MAIL_DOMAINS: [&str; 3] = ["example.com", "mail.example.org", "post.example.net"];
const NATIONALITIES: [&str; 12] = ["TR", "DE", "ES", "GR", "GB", "FR", "PL", "US", "IT", "CZ", "RO", "NL"];

/// Names a spreadsheet could take for a formula, a number or markup, and scripts that run from right to left.
const AWKWARD_NAMES: [&str; 14] = [
    "=SUM(A1:A9)",
    "=HYPERLINK(\"http://example.com\",\"Ticket\")",
    "+49 Reisegruppe",
    "-Ana López",
    "@lice Şen",
    "\"Ace\" Tran",
    "<b>Bold</b> & Partner",
    "'Apostrophe Jones",
    "00123",
    "1e5 Marathon",
    "عمر حداد",
    "נועה לוי",
    "Zoë 🚆 Lefèvre",
    "TRUE",
];

/// A row of `passengers`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passenger {
    pub id: i32,
    pub full_name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub birth_date: Option<Date>,
    pub nationality: &'static str,
    pub tier: Option<&'static str>,
    pub created_at: Timestamp,
}

/// The passenger with this id.
pub fn passenger(seed: u64, id: i32) -> Passenger {
    let mut dice = Dice::new(seed, Topic::Passenger, i64::from(id));
    let ordinary_name = ordinary_name(&mut dice);
    let full_name = if id % AWKWARD_EVERY == 0 {
        AWKWARD_NAMES[(id / AWKWARD_EVERY) as usize % AWKWARD_NAMES.len()].to_owned()
    } else {
        ordinary_name
    };
    let mail = (dice.pick(&MAIL_NAMES), dice.pick(&MAIL_DOMAINS));
    let phone = (dice.between(30, 90), dice.between(100_000_000, 999_999_999));
    let birthday = Day::of(Date::constant(1935, 1, 1)).plus(dice.below(27_000) as i32);
    let joined_at = Day::of(Date::constant(2020, 1, 1)).at_second(dice.between(0, 1800 * 86_400));
    Passenger {
        id,
        full_name,
        email: dice.chance(82).then(|| format!("p{id}.{}@{}", mail.0, mail.1)),
        phone: dice.chance(60).then(|| format!("+{} {}", phone.0, phone.1)),
        birth_date: dice.chance(90).then(|| birthday.date()),
        nationality: dice.pick(&NATIONALITIES),
        tier: dice
            .chance(40)
            .then(|| ["bronze", "silver", "gold", "platinum"][dice.weighted(&[50, 30, 15, 5])]),
        created_at: joined_at,
    }
}

fn ordinary_name(dice: &mut Dice) -> String {
    let (given, family, second) =
        (dice.pick(&GIVEN_NAMES), dice.pick(&FAMILY_NAMES), dice.pick(&SECOND_FAMILY_NAMES));
    if dice.chance(25) { format!("{given} {family}-{second}") } else { format!("{given} {family}") }
}
