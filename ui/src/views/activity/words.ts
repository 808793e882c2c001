import type { Phase, Run, TaskKind, TaskProgress } from "$lib/backend";
import { reason } from "$lib/errors";
import { clockMinutes, duration, number, percent, periodInside, timeLeft } from "$lib/format";
import { locale } from "$lib/locale.svelte";
import { endOf, estimateOf } from "$lib/state/runs.svelte";
import * as m from "$messages";
import type { Shape } from "$components/StateGlyph.svelte";

import type { Job } from "./jobs";

const PHASES: Record<Phase, () => string> = {
  queued: m.activity_phase_queued,
  "starting-database": m.activity_phase_starting_database,
  connecting: m.activity_phase_connecting,
  querying: m.activity_phase_querying,
  "writing-rows": m.activity_phase_writing_rows,
  finishing: m.activity_phase_finishing,
  checking: m.activity_phase_checking,
  publishing: m.activity_phase_publishing,
};

const TASKS: Record<TaskKind, () => string> = {
  test: m.activity_task_test,
  migrate: m.activity_task_migrate,
  "load-sample": m.activity_task_load_sample,
};

export function phaseOf(run: Run): Phase {
  return run.steps.findLast((step) => !step.endedAt)?.phase ?? "queued";
}

export function nameOf(job: Job): string {
  return job.kind === "run"
    ? m.activity_report({ period: periodInside(job.run.period) })
    : TASKS[job.task.kind]();
}

/** The line below the name: phase and progress, or how it ended. `rate` is in rows a second. */
export function lineOf(job: Job, rate: number | null): string {
  return job.kind === "run" ? runLine(job.run, rate) : taskLine(job.task);
}

function runLine(run: Run, rate: number | null): string {
  switch (run.state) {
    case "queued":
      return m.activity_waits();
    case "cancelling":
      return m.activity_cancelling();
    case "running":
      return progressLine(run, rate);
    case "succeeded":
      return m.activity_finished({
        count: run.rows,
        rows: number(run.rows),
        time: clockMinutes(run.endedAt),
      });
    case "failed":
      return m.activity_failed_at({
        reason: reason(run.error).replace(/\.$/, ""),
        time: clockMinutes(run.endedAt),
      });
    case "cancelled":
      return m.activity_cancelled_at({ time: clockMinutes(run.endedAt) });
  }
}

function progressLine(run: Run & { state: "running" }, rate: number | null): string {
  const at = phaseOf(run);
  const phase = PHASES[at]();
  if (at !== "writing-rows" || run.rows === 0) return phase;
  const estimate = estimateOf(run);
  if (estimate === null) return m.activity_phase_rows({ phase, count: run.rows, rows: number(run.rows) });
  const share = percent(run.rows / estimate);
  if (!rate) return m.activity_phase_share({ phase, share });
  return m.activity_phase_share_left({ phase, share, left: timeLeft(estimate - run.rows, rate) });
}

function taskLine({ state }: TaskProgress): string {
  switch (state.state) {
    case "queued":
      return m.activity_waits();
    case "running":
      return state.total > 0
        ? m.activity_task_share({ share: percent(state.done / state.total) })
        : m.activity_task_running();
    case "succeeded":
      // The engine speaks English.
      return locale.current === "en" ? state.message : m.settings_task_done();
    case "failed":
      return reason(state.error);
    case "cancelled":
      return m.activity_cancelled();
  }
}

/** How long a job took, once it is over. */
export function tookOf(job: Job): string | null {
  if (job.kind === "task") {
    return job.task.state.state === "succeeded" ? duration(job.task.state.facts.tookMs) : null;
  }
  const first = job.run.steps.find(({ phase }) => phase !== "queued");
  const end = endOf(job.run);
  return first && end && job.run.state === "succeeded"
    ? duration(Date.parse(end) - Date.parse(first.startedAt))
    : null;
}

export function shapeOf(job: Job): Shape {
  const state = job.kind === "run" ? job.run.state : job.task.state.state;
  switch (state) {
    case "queued":
    case "cancelled":
      return "idle";
    case "running":
    case "cancelling":
      return "running";
    case "succeeded":
      return "done";
    case "failed":
      return "failed";
  }
}
