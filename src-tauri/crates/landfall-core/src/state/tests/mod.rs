//! The reducer, told as stories: what happened, and what followed.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod file_work;
mod files;
mod idle;
mod invariants;
mod runs;
mod sample;

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::api::{Reply, RunRequest};
use crate::code::{ApiError, Code};
use crate::period::PeriodChoice;
use crate::plan::{PlannedRun, Surroundings, plan_run};
use crate::progress::Progress;
use crate::run::{FileState, Phase};
use crate::settings::{DatabaseSource, Settings};
use crate::sidecar::{SCHEMA, Sidecar};

pub(super) const RUN: u64 = 10_000;

/// A state, its clock, and everything that followed from what happened last.
pub(super) struct Story {
    pub(super) state: State,
    pub(super) now: Timestamp,
    pub(super) effects: Vec<Effect>,
    requests: u64,
}

impl Story {
    pub(super) fn new() -> Self {
        let now = "2026-11-22T12:00:00Z".parse().unwrap();
        Self { state: State::new(RUN, now), now, effects: Vec::new(), requests: 0 }
    }

    pub(super) fn with_door() -> Self {
        let mut story = Self::new();
        story.happens(|now| Event::DoorOpened { door: 1, now });
        story
    }

    pub(super) fn happens(&mut self, event: impl FnOnce(Timestamp) -> Event) -> &mut Self {
        self.effects = self.state.apply(event(self.now));
        self
    }

    pub(super) fn after(&mut self, seconds: i64) -> &mut Self {
        self.now += SignedDuration::from_secs(seconds);
        self.happens(|now| Event::Ticked { now })
    }

    pub(super) fn request(&mut self) -> RequestRef {
        self.requests += 1;
        RequestRef { door: 1, request: self.requests }
    }

    pub(super) fn asks_for_a_report(&mut self, source: DatabaseSource) -> &mut Self {
        let request = self.request();
        let planned = Box::new(planned(source, self.now));
        self.happens(|now| Event::RunRequested { request, planned, now })
    }

    pub(super) fn cancels(&mut self, run: u64) -> &mut Self {
        let request = self.request();
        self.happens(|now| Event::CancelRequested { request, run, now })
    }

    pub(super) fn sample_is_ready(&mut self) -> &mut Self {
        self.happens(|now| Event::SampleSaid { said: SampleSaid::Ready(address()), now })
    }

    pub(super) fn sample_ends(&mut self, error: Option<ApiError>) -> &mut Self {
        self.happens(|now| Event::SampleEnded { error, now })
    }

    pub(super) fn generator_says(&mut self, run: u64, said: Progress) -> &mut Self {
        self.happens(|now| Event::GeneratorSaid { run, said, now })
    }

    pub(super) fn generator_ends(&mut self, run: u64, end: GeneratorEnd) -> &mut Self {
        self.happens(|now| Event::GeneratorEnded { run, end, now })
    }

    /// The generators that were started by the last thing that happened.
    pub(super) fn started(&self) -> Vec<u64> {
        self.effects
            .iter()
            .filter_map(|effect| match effect {
                Effect::StartGenerator { run, .. } => Some(run.number),
                _ => None,
            })
            .collect()
    }

    /// How `run` stands in the ledger by the last thing that happened.
    pub(super) fn recorded(&self, number: u64) -> Option<&Run> {
        self.effects.iter().rev().find_map(|effect| match effect {
            Effect::InsertRun { run, .. } | Effect::UpdateRun(run) if run.number == number => Some(&**run),
            _ => None,
        })
    }

    pub(super) fn error_of(&self, number: u64) -> ApiError {
        self.recorded(number).and_then(|run| run.error().cloned()).unwrap()
    }

    pub(super) fn has(&self, effect: &Effect) -> bool {
        self.effects.contains(effect)
    }

    pub(super) fn answer(&self) -> &crate::api::Answer {
        self.effects
            .iter()
            .find_map(|effect| match effect {
                Effect::Reply { answer, .. } => Some(&**answer),
                _ => None,
            })
            .unwrap()
    }
}

pub(super) fn planned(source: DatabaseSource, now: Timestamp) -> PlannedRun {
    let request = RunRequest::new(PeriodChoice::PreviousMonth);
    let definition = crate::definition::Definition::built_in().unwrap();
    let mut settings = Settings::default();
    settings.database.source = source;
    let surroundings =
        Surroundings { now, system_zone: "UTC".to_owned(), default_folder: "/home/ada/reports".to_owned() };
    plan_run(&request, &definition, &settings, &surroundings).unwrap()
}

pub(super) fn address() -> SampleAddress {
    SampleAddress {
        host: "127.0.0.1".to_owned(),
        port: 40_000,
        database: "traindb".to_owned(),
        user: "postgres".to_owned(),
    }
}

pub(super) fn sidecar(run: u64, now: Timestamp) -> Sidecar {
    let run = Run { number: run, ..planned(DatabaseSource::Sample, now).run };
    Sidecar {
        schema: SCHEMA,
        file: format!("{}.xlsx", run.number),
        run: run.number,
        definition: run.definition,
        definition_hash: run.definition_hash,
        title: run.title,
        period: run.period,
        timezone: run.timezone,
        parameters: run.parameters,
        rows: 4_000,
        bytes: 500_000,
        sha256: "ab".repeat(32),
        queried_at: now,
        query_ms: 300,
        finished_at: now,
        generator: "0.1.0".to_owned(),
    }
}

pub(super) fn published(run: u64, now: Timestamp) -> GeneratorEnd {
    GeneratorEnd { exit: Some(0), published: Some(sidecar(run, now)), ..GeneratorEnd::default() }
}

pub(super) fn exit(code: i32) -> GeneratorEnd {
    GeneratorEnd { exit: Some(code), ..GeneratorEnd::default() }
}

pub(super) fn killed() -> GeneratorEnd {
    GeneratorEnd { signal: Some(9), ..GeneratorEnd::default() }
}
