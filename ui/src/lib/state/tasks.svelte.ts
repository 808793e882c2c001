import type { TaskProgress } from "$lib/backend";

/** Long work on the database, newest first. */
export class Tasks {
  all = $state.raw<TaskProgress[]>([]);
  /** When the page heard of the end of each. */
  readonly #ended = new Map<number, number>();

  get live(): TaskProgress[] {
    return this.all.filter(({ state: { state } }) => state === "queued" || state === "running");
  }

  find(task: number): TaskProgress | undefined {
    return this.all.find((known) => known.task === task);
  }

  /** The newest task of that kind. */
  latest(kind: TaskProgress["kind"]): TaskProgress | undefined {
    return this.all.find((known) => known.kind === kind);
  }

  /** When a task was over, in milliseconds since 1970; `null` while it isn't. */
  endedAt(task: number): number | null {
    return this.#ended.get(task) ?? null;
  }

  changed(task: TaskProgress, now: number): void {
    const live = task.state.state === "queued" || task.state.state === "running";
    if (!live && !this.#ended.has(task.task)) this.#ended.set(task.task, now);
    this.all = [task, ...this.all.filter((known) => known.task !== task.task)].sort(
      (a, b) => b.task - a.task,
    );
  }

  dismissFinished(): void {
    this.all = this.live;
  }
}
