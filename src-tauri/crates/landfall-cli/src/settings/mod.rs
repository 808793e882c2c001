//! `landfall settings`.

mod folder;
mod start_over;

use landfall_core::api::{Command, Reply};
use landfall_core::code::{ApiError, Code};
use landfall_core::settings::{self, KEYS, Key, SettingProblem, Settings};
use landfall_door::{Session, unexpected};
use serde_json::{Map, Value, json};

use crate::arguments::{FolderChange, SettingsCommand};
use crate::error::{Error, Exit, Outcome};
use crate::output::table::Column;
use crate::session::{self, Surroundings};

const FOLDER: &str = "reports.folder";
/// A name at least this similar (Jaro-Winkler, 0 to 1) may be what was meant.
const SIMILAR: f64 = 0.75;

pub(crate) async fn carry_out(around: &Surroundings, command: SettingsCommand) -> Outcome {
    match command {
        SettingsCommand::Get { key } => get(around, known(&key)?).await,
        SettingsCommand::List => list(around).await,
        SettingsCommand::Set { key, value, folder } => {
            change(around, known(&key)?, Some(value), folder).await
        }
        SettingsCommand::Unset { key, folder } => change(around, known(&key)?, None, folder).await,
        SettingsCommand::Path => {
            let path = &around.places.settings_file;
            if around.output.json {
                around.output.json(&json!({ "path": path, "exists": path.exists() }))?;
            } else {
                around.output.path(path)?;
            }
            Ok(Exit::Done)
        }
        SettingsCommand::StartOver { dry_run } => start_over::start_over(around, dry_run).await,
    }
}

/// The setting of that name; where there is none, the nearest name in the hint.
fn known(name: &str) -> Result<&'static Key, Error> {
    settings::key(name).ok_or_else(|| {
        let nearest = KEYS
            .iter()
            .map(|key| {
                (
                    strsim::jaro_winkler(name, key.name).max(strsim::jaro_winkler(name, last(key.name))),
                    key.name,
                )
            })
            .filter(|(similarity, _)| *similarity >= SIMILAR)
            .max_by(|one, other| one.0.total_cmp(&other.0));
        let hint = match nearest {
            Some((_, name)) => format!("Did you mean {name}? landfall settings list shows all."),
            None => "landfall settings list shows all.".to_owned(),
        };
        ApiError::new(Code::Usage, format!("there is no setting \"{name}\""), hint).about(name).into()
    })
}

/// `folder` of `reports.folder`.
fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

async fn read(session: &mut Session) -> Result<(Settings, Vec<SettingProblem>, String), Error> {
    match session.ask(Command::ReadSettings).await? {
        Reply::Settings { settings, problems, path } => Ok((*settings, problems, path)),
        other => Err(unexpected(&other).into()),
    }
}

async fn get(around: &Surroundings, key: &'static Key) -> Outcome {
    let mut session = session::open(around).await?;
    let (settings, problems, path) = read(&mut session).await?;
    tell_problems(around, &problems, &path);
    let value = key.get(&settings);
    if around.output.json {
        around.output.json(&json!({ "key": key.name, "value": value }))?;
    } else {
        let text = match &value {
            toml::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        around.output.line(&crate::output::escape::safe(&text))?;
    }
    Ok(Exit::Done)
}

async fn list(around: &Surroundings) -> Outcome {
    const COLUMNS: [Column; 3] =
        [Column::left("SETTING"), Column::shrinking("VALUE"), Column::shrinking("WHAT IT IS FOR")];
    let mut session = session::open(around).await?;
    let (settings, problems, path) = read(&mut session).await?;
    if around.output.json {
        let values: Map<String, Value> =
            KEYS.iter().map(|key| (key.name.to_owned(), json!(key.get(&settings)))).collect();
        around.output.json(&json!({ "settings": values, "problems": problems, "path": path }))?;
        return Ok(Exit::Done);
    }
    tell_problems(around, &problems, &path);
    let rows: Vec<Vec<String>> = KEYS
        .iter()
        .map(|key| vec![key.name.to_owned(), settings::show(&key.get(&settings)), key.about.to_owned()])
        .collect();
    around.output.table(&COLUMNS, &rows)?;
    Ok(Exit::Done)
}

/// What of the file can't be used, with its line.
fn tell_problems(around: &Surroundings, problems: &[SettingProblem], path: &str) {
    for problem in problems {
        let key = if problem.key.is_empty() { String::new() } else { format!("{}: ", problem.key) };
        around.output.warning(&format!("{path}, line {}: {key}{}", problem.line, problem.message));
    }
}

async fn change(
    around: &Surroundings,
    key: &'static Key,
    value: Option<String>,
    folder: FolderChange,
) -> Outcome {
    // Said here at once, without an engine, and by the same rule.
    if let Some(value) = &value
        && key.name != FOLDER
        && let Err(reason) = settings::parse_value(key, value)
    {
        return Err(Error::usage(format!("{}: {reason}", key.name), format!("It takes {}.", key.values)));
    }
    let mut session = session::open(around).await?;
    if key.name == FOLDER {
        return folder::change(around, &mut session, value, folder).await;
    }
    let (before, ..) = read(&mut session).await?;
    if folder.dry_run {
        let after = match &value {
            Some(value) => settings::parse_value(key, value).unwrap_or_else(|_| key.get(&before)),
            None => key.get(&Settings::default()),
        };
        return told(around, key, &before, &after, true);
    }
    session.ask(Command::ChangeSetting { key: key.name.to_owned(), value }).await?;
    let (settings, ..) = read(&mut session).await?;
    told(around, key, &before, &key.get(&settings), false)
}

fn told(around: &Surroundings, key: &Key, before: &Settings, after: &toml::Value, dry_run: bool) -> Outcome {
    let before = key.get(before);
    if around.output.json {
        around
            .output
            .json(&json!({ "key": key.name, "before": before, "value": after, "dryRun": dry_run }))?;
        return Ok(Exit::Done);
    }
    let (before, after) = (settings::show(&before), settings::show(after));
    let would = if dry_run { " (nothing was changed)" } else { "" };
    around.output.note(&format!("{}: {before} → {after}{would}", key.name));
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_name_gets_the_nearest_one() {
        let hint = |name: &str| known(name).err().map(|error| error.to_api_error().hint).unwrap_or_default();
        assert!(hint("report.folder").contains("reports.folder"), "{}", hint("report.folder"));
        assert!(hint("sslmode").contains("database.sslmode"), "{}", hint("sslmode"));
        assert!(!hint("qqq").contains("Did you mean"), "{}", hint("qqq"));
        assert!(known("database.host").is_ok());
    }
}
