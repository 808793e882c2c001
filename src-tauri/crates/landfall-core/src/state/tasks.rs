//! Long work on a database that is not a run: tests, migrations, sample rows.

use jiff::Timestamp;

use super::{Effect, RequestRef, SampleAddress, State, Task};
use crate::api::{AppEvent, Reply};
use crate::code::{ApiError, Code};
use crate::database::{TaskKind, TaskProgress, TaskState};
use crate::plan;
use crate::run::DatabaseUsed;
use crate::settings::DatabaseSettings;

impl State {
    pub(super) fn request_task(
        &mut self,
        request: RequestRef,
        kind: TaskKind,
        connection: DatabaseSettings,
        confirmation: Option<String>,
        effects: &mut Vec<Effect>,
    ) {
        let database = plan::database_used(&connection);
        if kind == TaskKind::LoadSample && database == DatabaseUsed::Sample {
            let error = ApiError::new(
                Code::Conflict,
                "the sample database of this computer fills itself",
                "To load sample rows into a server of your own, name it first: landfall settings set database.source server.",
            );
            effects.push(Effect::Reply { request, answer: Box::new(Err(error)) });
            return;
        }
        let number = self.next_task;
        self.next_task += 1;
        let task =
            Task { kind, database, connection, confirmation, working: false, state: TaskState::Queued };
        self.tasks.insert(number, task);
        effects.push(Effect::Reply { request, answer: Box::new(Ok(Reply::TaskStarted { task: number })) });
        self.publish_task(number, effects);
    }

    pub(super) fn start_server_tasks(&mut self, effects: &mut Vec<Effect>) {
        let waiting: Vec<u64> = self
            .tasks
            .iter()
            .filter(|(_, task)| task.database != DatabaseUsed::Sample && !task.working)
            .map(|(number, _)| *number)
            .collect();
        for number in waiting {
            self.start_task(number, None, effects);
        }
    }

    pub(super) fn start_task(
        &mut self,
        number: u64,
        sample: Option<SampleAddress>,
        effects: &mut Vec<Effect>,
    ) {
        let Some(task) = self.tasks.get_mut(&number) else { return };
        task.working = true;
        task.state = TaskState::Running { done: 0, total: 0 };
        let (kind, confirmation) = (task.kind, task.confirmation.clone());
        let connection = Box::new(task.connection.clone());
        effects.push(Effect::StartTask { task: number, kind, connection, sample, confirmation });
        self.publish_task(number, effects);
    }

    pub(super) fn task_changed(&mut self, number: u64, state: TaskState, effects: &mut Vec<Effect>) {
        if let Some(task) = self.tasks.get_mut(&number) {
            task.state = state;
            self.publish_task(number, effects);
        }
    }

    pub(super) fn task_ended(
        &mut self,
        number: u64,
        ended: TaskState,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        self.task_changed(number, ended, effects);
        self.tasks.remove(&number);
        self.sample_was_used(now);
        self.end_when_stopped(effects);
    }

    pub(super) fn cancel_task(&mut self, request: RequestRef, number: u64, effects: &mut Vec<Effect>) {
        let Some(task) = self.tasks.get(&number) else {
            let error = ApiError::new(
                Code::NotFound,
                format!("task {number} is over"),
                "There is nothing to cancel.",
            );
            effects.push(Effect::Reply { request, answer: Box::new(Err(error)) });
            return;
        };
        // A task that still waits has not touched the database, and another may be working there.
        let spoilt_sample = task.working && task.database == DatabaseUsed::Sample;
        if task.working {
            effects.push(Effect::StopTask { task: number });
        }
        self.task_changed(number, TaskState::Cancelled, effects);
        self.tasks.remove(&number);
        if spoilt_sample {
            self.restart_sample(effects);
        }
        effects.push(Effect::Reply { request, answer: Box::new(Ok(Reply::Done)) });
    }

    fn publish_task(&self, number: u64, effects: &mut Vec<Effect>) {
        if let Some(task) = self.tasks.get(&number) {
            let progress = TaskProgress { task: number, kind: task.kind, state: task.state.clone() };
            effects.push(Effect::Publish(Box::new(AppEvent::TaskChanged(progress))));
        }
    }
}
