/** The jobs of the activity drawer: live runs, work on the database, and what was finished today, in that order. */

import type { Run, TaskProgress } from "$lib/backend";
import { endOf } from "$lib/state/runs.svelte";

export type Job =
  | { kind: "run"; key: string; run: Run; live: boolean }
  | { kind: "task"; key: string; task: TaskProgress; live: boolean };

export function keyOf(run: Run): string {
  return `run-${run.number}`;
}

export function runJob(run: Run, live: boolean): Job {
  return { kind: "run", key: keyOf(run), run, live };
}

export function isLiveTask({ state }: TaskProgress): boolean {
  return state.state === "queued" || state.state === "running";
}

function isSameDay(moment: string | null, now: number): boolean {
  return moment !== null && new Date(moment).toDateString() === new Date(now).toDateString();
}

/** `cleared` are the keys of jobs that a person took off the list. */
export function jobsOf(
  live: readonly Run[],
  recent: readonly Run[],
  tasks: readonly TaskProgress[],
  cleared: ReadonlySet<string>,
  now: number,
): Job[] {
  const taskJobs = tasks.map((task): Job => ({
    kind: "task",
    key: `task-${task.task}`,
    task,
    live: isLiveTask(task),
  }));
  const finished = [
    ...taskJobs.filter((job) => !job.live),
    ...recent.filter((run) => isSameDay(endOf(run), now)).map((run) => runJob(run, false)),
  ];
  return [
    ...live.map((run) => runJob(run, true)),
    ...taskJobs.filter((job) => job.live),
    ...finished.filter((job) => !cleared.has(job.key)),
  ];
}
