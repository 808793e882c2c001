//! The words of the tray and of notifications, in English and Italian. The page has its own, and says the same.

mod causes;
mod figures;

use landfall_core::code::ApiError;
use landfall_core::period::Period;
use landfall_core::settings::Language;

/// A language that is spoken here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Words {
    English,
    Italian,
}

impl Words {
    /// The language of the settings, else that of the system (`it_IT.UTF-8`, `it-CH`), else English.
    pub(crate) fn of(language: Language, system: Option<&str>) -> Self {
        match language {
            Language::English => Self::English,
            Language::Italian => Self::Italian,
            Language::System => {
                let is_italian = |tag: &str| tag == "it" || tag.starts_with("it-") || tag.starts_with("it_");
                if system.is_some_and(is_italian) { Self::Italian } else { Self::English }
            }
        }
    }

    fn say(self, english: &str, italian: &str) -> String {
        match self {
            Self::English => english.to_owned(),
            Self::Italian => italian.to_owned(),
        }
    }

    pub(crate) fn run_current_month(self) -> String {
        self.say("Run current month", "Esegui il mese corrente")
    }

    pub(crate) fn run_previous_month(self) -> String {
        self.say("Run previous month", "Esegui il mese precedente")
    }

    pub(crate) fn open_folder(self) -> String {
        self.say("Open folder", "Apri la cartella")
    }

    pub(crate) fn no_reports_yet(self) -> String {
        self.say("No reports yet", "Ancora nessun report")
    }

    pub(crate) fn open_landfall(self) -> String {
        self.say("Open Landfall", "Apri Landfall")
    }

    pub(crate) fn quit(self) -> String {
        self.say("Quit", "Esci")
    }

    pub(crate) fn open(self) -> String {
        self.say("Open", "Apri")
    }

    pub(crate) fn show_in_folder(self) -> String {
        self.say("Show in folder", "Mostra nella cartella")
    }

    pub(crate) fn view(self) -> String {
        self.say("View", "Vedi")
    }

    pub(crate) fn show_reports(self) -> String {
        self.say("Show reports", "Mostra i report")
    }

    /// The tooltip of the tray says what Landfall is doing.
    pub(crate) fn idle(self) -> String {
        self.say("Nothing is running", "Niente in corso")
    }

    pub(crate) fn running(self, reports: usize) -> String {
        match (self, reports) {
            (Self::English, 1) => "Making a report".to_owned(),
            (Self::English, _) => format!("Making {reports} reports"),
            (Self::Italian, 1) => "Un report in corso".to_owned(),
            (Self::Italian, _) => format!("{reports} report in corso"),
        }
    }

    pub(crate) fn new_reports(self, reports: u64) -> String {
        match (self, reports) {
            (Self::English, 1) => "One new report".to_owned(),
            (Self::English, _) => format!("{} new reports", self.number(reports)),
            (Self::Italian, 1) => "Un nuovo report".to_owned(),
            (Self::Italian, _) => format!("{} nuovi report", self.number(reports)),
        }
    }

    pub(crate) fn run_failed(self) -> String {
        self.say("The last run did not finish", "L’ultima esecuzione non è stata completata")
    }

    pub(crate) fn folder_is_gone(self) -> String {
        self.say("The reports folder is gone", "La cartella dei report non c’è più")
    }

    pub(crate) fn engine_is_gone(self) -> String {
        self.say("Not connected", "Non connesso")
    }

    /// "1–23 Nov 2026 is ready".
    pub(crate) fn ready(self, report: &str) -> String {
        match self {
            Self::English => format!("{report} is ready"),
            Self::Italian => format!("{report} è pronto"),
        }
    }

    /// "oct.xlsx has arrived".
    pub(crate) fn arrived(self, file: &str) -> String {
        match self {
            Self::English => format!("{file} has arrived"),
            Self::Italian => format!("{file} è arrivato"),
        }
    }

    /// "61,740 rows in 0.9 s, 4.8 MB".
    pub(crate) fn rows_time_size(self, rows: u64, took_ms: u64, bytes: u64) -> String {
        let unit = match (self, rows) {
            (Self::English, 1) => "row",
            (Self::English, _) => "rows",
            (Self::Italian, 1) => "riga",
            (Self::Italian, _) => "righe",
        };
        let (rows, took, bytes) = (self.number(rows), self.duration(took_ms), self.bytes(bytes));
        format!("{rows} {unit} in {took}, {bytes}")
    }

    /// "4.8 MB, in kubernetes-reports".
    pub(crate) fn size_in(self, bytes: u64, folder: &str) -> String {
        format!("{}, in {folder}", self.bytes(bytes))
    }

    /// "12 new reports".
    pub(crate) fn digest(self, reports: usize) -> String {
        match (self, reports) {
            (Self::English, 1) => "1 new report".to_owned(),
            (Self::English, _) => format!("{} new reports", self.number(reports as u64)),
            (Self::Italian, 1) => "1 nuovo report".to_owned(),
            (Self::Italian, _) => format!("{} nuovi report", self.number(reports as u64)),
        }
    }

    /// "a.xlsx, b.xlsx and 10 more".
    pub(crate) fn and_more(self, names: &[String], more: usize) -> String {
        let names = names.join(", ");
        match (self, more) {
            (_, 0) => names,
            (Self::English, _) => format!("{names} and {} more", self.number(more as u64)),
            (Self::Italian, 1) => format!("{names} e un altro"),
            (Self::Italian, _) => format!("{names} e altri {}", self.number(more as u64)),
        }
    }

    /// "October 2026 did not finish".
    pub(crate) fn did_not_finish(self, report: &str) -> String {
        match self {
            Self::English => format!("{report} did not finish"),
            Self::Italian => format!("{report} non è stato completato"),
        }
    }

    /// Why, in one sentence.
    pub(crate) fn cause(self, error: &ApiError) -> String {
        causes::sentence(self, error)
    }

    /// Titles of the dialogs of the system.
    pub(crate) fn choose_folder(self) -> String {
        self.say("Choose the reports folder", "Scegli la cartella dei report")
    }

    pub(crate) fn choose_certificates(self) -> String {
        self.say("Choose the file of certificates", "Scegli il file dei certificati")
    }

    pub(crate) fn save_copy(self) -> String {
        self.say("Save a copy", "Salva una copia")
    }

    pub(crate) fn folder_lost(self) -> String {
        self.say("The reports folder is gone", "La cartella dei report non c’è più")
    }

    pub(crate) fn folder_lost_cause(self, folder: &str) -> String {
        match self {
            Self::English => {
                format!("{folder} is watched for its return. Reports that were made are not lost.")
            }
            Self::Italian => {
                format!("Landfall attende che {folder} ritorni. I report già fatti non sono persi.")
            }
        }
    }

    pub(crate) fn goes_on(self) -> String {
        self.say("Landfall goes on in the background", "Landfall continua in background")
    }

    pub(crate) fn goes_on_how(self) -> String {
        self.say(
            "It tells you when a report is ready. Start it again to see its window.",
            "Ti avvisa quando un report è pronto. Avvialo di nuovo per vedere la finestra.",
        )
    }

    pub(crate) fn not_opened(self, file: &str) -> String {
        match self {
            Self::English => format!("{file} could not be opened"),
            Self::Italian => format!("Non è stato possibile aprire {file}"),
        }
    }

    pub(crate) fn reports_folder(self) -> String {
        self.say("The reports folder", "la cartella dei report")
    }

    pub(crate) fn the_report(self) -> String {
        self.say("The report", "il report")
    }

    /// "October 2026 is there already".
    pub(crate) fn exists(self, report: &str) -> String {
        match self {
            Self::English => format!("{report} is there already"),
            Self::Italian => format!("{report} c’è già"),
        }
    }

    pub(crate) fn run_again(self) -> String {
        self.say("Run again", "Esegui di nuovo")
    }

    pub(crate) fn not_started(self) -> String {
        self.say("The report could not be started", "Non è stato possibile avviare il report")
    }

    /// The days of a report as a title: "October 2026", "1–23 Nov 2026".
    pub(crate) fn period(self, period: &Period) -> String {
        figures::capital(&figures::period(self, period))
    }

    pub(crate) fn number(self, number: u64) -> String {
        figures::number(self, number)
    }

    pub(crate) fn bytes(self, bytes: u64) -> String {
        figures::bytes(self, bytes)
    }

    pub(crate) fn duration(self, milliseconds: u64) -> String {
        figures::duration(self, milliseconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_come_before_the_system_and_other_languages_get_english() {
        assert_eq!(Words::of(Language::System, Some("it-IT")), Words::Italian);
        assert_eq!(Words::of(Language::System, Some("it")), Words::Italian);
        assert_eq!(Words::of(Language::System, Some("itx")), Words::English);
        assert_eq!(Words::of(Language::System, Some("de-DE")), Words::English);
        assert_eq!(Words::of(Language::System, None), Words::English);
        assert_eq!(Words::of(Language::English, Some("it-IT")), Words::English);
        assert_eq!(Words::of(Language::Italian, Some("en-GB")), Words::Italian);
    }

    #[test]
    fn a_finished_report_is_told_in_both_languages() {
        assert_eq!(Words::English.rows_time_size(61_740, 900, 4_800_000), "61,740 rows in 0.9 s, 4.8 MB");
        assert_eq!(Words::Italian.rows_time_size(61_740, 900, 4_800_000), "61.740 righe in 0,9 s, 4,8 MB");
        assert_eq!(Words::English.rows_time_size(1, 38, 900), "1 row in 38 ms, 900 B");
    }

    #[test]
    fn a_digest_names_some_and_counts_the_rest() {
        let names = ["a.xlsx".to_owned(), "b.xlsx".to_owned()];
        assert_eq!(Words::English.and_more(&names, 0), "a.xlsx, b.xlsx");
        assert_eq!(Words::English.and_more(&names, 10), "a.xlsx, b.xlsx and 10 more");
        assert_eq!(Words::Italian.and_more(&names, 1), "a.xlsx, b.xlsx e un altro");
    }
}
