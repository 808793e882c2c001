//! From a request to a run: everything that is decided before anything happens.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::api::RunRequest;
use crate::code::{ApiError, Code};
use crate::definition::Definition;
use crate::period::{self, DateError, Period};
use crate::run::{DatabaseUsed, FileState, Run, RunState};
use crate::settings::{DatabaseSettings, DatabaseSource, Settings};

/// What the plan needs to know of this computer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Surroundings {
    pub now: Timestamp,
    /// IANA name of the system's zone.
    pub system_zone: String,
    /// Absolute path of the reports folder where the settings name none.
    pub default_folder: String,
}

/// A run without a number, and the pattern that its file name is made from once it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedRun {
    pub run: Run,
    pub pattern: String,
    /// How the server of the user's own was reached when this was asked for; a change of the settings does not
    /// change a run that waits.
    pub connection: DatabaseSettings,
    /// The first number whose file name is free in the folder.
    pub first_free: u64,
    /// What a person should know beforehand.
    pub notes: Vec<String>,
    /// What the door calls its request, where it does.
    pub token: Option<String>,
}

/// Plans a run of `definition`, or says why it can't be.
pub fn plan_run(
    request: &RunRequest,
    definition: &Definition,
    settings: &Settings,
    surroundings: &Surroundings,
) -> Result<PlannedRun, ApiError> {
    let timezone = zone_name(request, definition, settings, surroundings);
    let zone = TimeZone::get(&timezone).map_err(|_| {
        ApiError::new(
            Code::Usage,
            format!("\"{timezone}\" is not a time zone"),
            "Give a name such as Europe/Rome or UTC.",
        )
        .about(timezone.clone())
    })?;
    let today = Zoned::new(surroundings.now, zone).date();
    let period = period::resolve(request.choice, today).map_err(|error| refused_dates(&error))?;
    let (_, parameters) = definition
        .bind(&request.parameters)
        .map_err(|error| ApiError::new(Code::Usage, error.to_string(), error.hint()))?;
    let run = Run {
        number: 0,
        definition: definition.name.clone(),
        title: definition.title.clone(),
        definition_hash: definition.hash.clone(),
        choice: request.choice,
        period,
        timezone,
        parameters,
        database: database_used(&settings.database),
        folder: reports_folder(request.output.as_deref(), settings, surroundings),
        file: String::new(),
        file_state: FileState::None,
        repeats: None,
        requested_at: surroundings.now,
        steps: Vec::new(),
        state: RunState::Queued,
    };
    Ok(PlannedRun {
        run,
        pattern: definition.file_name.clone(),
        connection: settings.database.clone(),
        first_free: 0,
        notes: clamp_note(&period).into_iter().collect(),
        token: request.token.clone(),
    })
}

/// An error of dates as the doors show it.
pub fn refused_dates(error: &DateError) -> ApiError {
    ApiError::new(Code::Dates, error.to_string(), error.hint())
}

/// The zone of a report: the request's, else the definition's, else the settings', else the system's.
fn zone_name(
    request: &RunRequest,
    definition: &Definition,
    settings: &Settings,
    surroundings: &Surroundings,
) -> String {
    let of_definition = definition.timezone.as_ref().map(|(zone, _)| zone);
    let named = [request.timezone.as_ref(), of_definition, settings.reports.timezone.as_ref()];
    named.into_iter().flatten().next().unwrap_or(&surroundings.system_zone).clone()
}

fn reports_folder(output: Option<&str>, settings: &Settings, surroundings: &Surroundings) -> String {
    output.or(settings.reports.folder.as_deref()).unwrap_or(&surroundings.default_folder).to_owned()
}

/// The database that the settings name.
pub fn database_used(database: &DatabaseSettings) -> DatabaseUsed {
    match database.source {
        DatabaseSource::Sample => DatabaseUsed::Sample,
        DatabaseSource::Server => DatabaseUsed::Server {
            host: database.host.clone(),
            port: database.port,
            name: database.name.clone(),
            user: database.user.clone(),
        },
    }
}

/// About how many rows a report over `days` has, when one over `days_before` had `rows_before`: in proportion, rounded
/// to two digits that mean something. Days are counted with both ends.
pub fn about_rows(rows_before: u64, days_before: u64, days: u64) -> u64 {
    let exact = u128::from(rows_before) * u128::from(days) / u128::from(days_before.max(1));
    let exact = u64::try_from(exact).unwrap_or(u64::MAX);
    let step = 10_u64.pow(exact.checked_ilog10().unwrap_or(0).saturating_sub(1));
    (exact / step)
        .saturating_add(u64::from(exact % step >= step.div_ceil(2) && step > 1))
        .saturating_mul(step)
}

fn clamp_note(period: &Period) -> Option<String> {
    let asked = period.requested_to?;
    Some(format!("{asked} lies in the future: the report ends today, {}.", period.to))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
    use jiff::civil::date;

    use super::*;
    use crate::period::PeriodChoice;

    fn definition() -> Definition {
        Definition::built_in().unwrap()
    }

    fn surroundings(now: &str) -> Surroundings {
        Surroundings {
            now: now.parse().unwrap(),
            system_zone: "Pacific/Auckland".to_owned(),
            default_folder: "/home/ada/kubernetes-reports".to_owned(),
        }
    }

    #[test]
    fn today_is_the_day_in_the_reports_zone() {
        // Late on 31 October in UTC it is November already in Auckland.
        let at = surroundings("2026-10-31T23:30:00Z");
        let of = |zone: Option<&str>| {
            let request = RunRequest {
                timezone: zone.map(str::to_owned),
                ..RunRequest::new(PeriodChoice::CurrentMonth)
            };
            let run = plan_run(&request, &definition(), &Settings::default(), &at).unwrap().run;
            (run.period.from, run.asked_on())
        };
        assert_eq!(of(None), (date(2026, 11, 1), date(2026, 11, 1)));
        assert_eq!(of(Some("UTC")), (date(2026, 10, 1), date(2026, 10, 31)));
    }

    #[test]
    fn the_zone_comes_from_the_request_then_the_definition_then_the_settings_then_the_system() {
        let at = surroundings("2026-11-22T12:00:00Z");
        let mut asked = RunRequest::new(PeriodChoice::PreviousMonth);
        let mut settings = Settings::default();
        let mut report = definition();
        let zone = |asked: &RunRequest, report: &Definition, settings: &Settings| {
            plan_run(asked, report, settings, &at).unwrap().run.timezone
        };
        assert_eq!(zone(&asked, &report, &settings), "Pacific/Auckland");
        settings.reports.timezone = Some("Europe/Rome".to_owned());
        assert_eq!(zone(&asked, &report, &settings), "Europe/Rome");
        report.timezone = Some(("Europe/Berlin".to_owned(), 1));
        assert_eq!(zone(&asked, &report, &settings), "Europe/Berlin");
        asked.timezone = Some("UTC".to_owned());
        assert_eq!(zone(&asked, &report, &settings), "UTC");
    }

    #[test]
    fn bad_dates_and_zones_are_refused_with_a_hint() {
        let at = surroundings("2026-11-22T12:00:00Z");
        let future = RunRequest::new(PeriodChoice::Range { start: date(2027, 1, 1), end: date(2027, 1, 31) });
        let error = plan_run(&future, &definition(), &Settings::default(), &at).unwrap_err();
        assert_eq!(error.code, Code::Dates);
        assert!(error.hint.contains("2026-11-23"), "{}", error.hint);

        let nowhere = RunRequest {
            timezone: Some("Mars/Olympus".to_owned()),
            ..RunRequest::new(PeriodChoice::PreviousMonth)
        };
        assert_eq!(
            plan_run(&nowhere, &definition(), &Settings::default(), &at).unwrap_err().code,
            Code::Usage
        );
    }

    #[test]
    fn the_rows_of_another_period_are_in_proportion_and_rounded_to_two_digits() {
        for (rows, days_before, days, about) in [
            (84_012, 31, 31, 84_000),
            (84_012, 31, 30, 81_000),
            (84_012, 31, 1, 2_700),
            (84_500, 31, 31, 85_000),
            (99_600, 1, 1, 100_000),
            (1_234, 10, 1, 120),
            (99, 1, 1, 99),
            (7, 1, 1, 7),
            (7, 7, 1, 1),
            (0, 31, 31, 0),
            (5, 0, 1, 5),
            (u64::MAX, 1, 365, 18_000_000_000_000_000_000),
        ] {
            assert_eq!(about_rows(rows, days_before, days), about, "{rows} in {days_before}, for {days}");
        }
    }

    #[test]
    fn an_end_in_the_future_is_clamped_and_said() {
        let at = surroundings("2026-11-22T12:00:00Z");
        let asked =
            RunRequest::new(PeriodChoice::Range { start: date(2026, 11, 1), end: date(2026, 11, 30) });
        let planned = plan_run(&asked, &definition(), &Settings::default(), &at).unwrap();
        assert_eq!(planned.run.period.to, date(2026, 11, 23));
        assert_eq!(planned.notes, ["2026-11-30 lies in the future: the report ends today, 2026-11-23."]);
    }
}
