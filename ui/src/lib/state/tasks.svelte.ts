import type { TaskProgress } from "$lib/backend";

/** Long work on the database, newest first. */
export class Tasks {
  all = $state.raw<TaskProgress[]>([]);

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

  changed(task: TaskProgress): void {
    this.all = [task, ...this.all.filter((known) => known.task !== task.task)].sort(
      (a, b) => b.task - a.task,
    );
  }

  dismissFinished(): void {
    this.all = this.live;
  }
}
