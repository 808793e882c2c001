import type { Backend, LogLine, Run, Snapshot } from "$lib/backend";
import { RunLog } from "./log";

/** How many runs that are over the page remembers. */
const REMEMBERED = 50;

/** How far back the speed of a run is measured, in milliseconds. */
const WINDOW = 4000;

/** How long after its end a failure is still told when the window is opened, in milliseconds. */
const FRESH = 3_600_000;

interface Sample {
  at: number;
  rows: number;
}

export type FailedRun = Run & { state: "failed" };

export function isFailed(run: Run): run is FailedRun {
  return run.state === "failed";
}

export function endOf(run: Run): string | null {
  return "endedAt" in run ? run.endedAt : null;
}

export function rowsOf(run: Run): number {
  return "rows" in run ? run.rows : 0;
}

/** The guess of all rows; `null` while there is none, or where it has turned out too low. */
export function estimateOf(run: Run): number | null {
  const estimate = run.state === "running" ? (run.estimate ?? null) : null;
  return estimate !== null && estimate >= rowsOf(run) && estimate > 0 ? estimate : null;
}

/** The runs that are not over, and the newest that are. */
export class Runs {
  /** In the order in which they were asked for. */
  live = $state.raw<Run[]>([]);
  /** Newest first. */
  recent = $state.raw<Run[]>([]);
  /** The highest number of a failure that was put aside. */
  #dismissed = $state(0);
  #samples = new Map<number, Sample[]>();
  /** Logs that were asked for: of runs that are known, and of those that somebody looks at. */
  #logs = new Map<number, RunLog>();
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  restored({ live, recent }: Snapshot): void {
    this.live = [...live].sort(byNumber);
    this.recent = recent;
    this.#samples.clear();
    // What was missed while nobody was connected is read again where it may matter, the rest when it is looked at.
    for (const [number, log] of this.#logs) {
      if (log.watched || live.some((run) => run.number === number)) void log.read();
      else this.#logs.delete(number);
    }
  }

  changed(run: Run, now: number): void {
    const others = this.live.filter((known) => known.number !== run.number);
    if (endOf(run) === null) {
      this.live = [...others, run].sort(byNumber);
      this.#sample(run, now);
      return;
    }
    this.live = others;
    this.#samples.delete(run.number);
    this.recent = [run, ...this.recent.filter((known) => known.number !== run.number)]
      .sort((a, b) => Date.parse(endOf(b) ?? "") - Date.parse(endOf(a) ?? ""))
      .slice(0, REMEMBERED);
    this.#forget();
  }

  logged(run: number, line: LogLine): void {
    this.#logs.get(run)?.heard(line);
  }

  find(number: number): Run | undefined {
    return this.live.find((run) => run.number === number) ?? this.recent.find((run) => run.number === number);
  }

  /** Rows a second over the last moments; `null` while there is too little to tell. */
  rate(number: number): number | null {
    const samples = this.#samples.get(number) ?? [];
    const [first, last] = [samples[0], samples.at(-1)];
    if (!first || !last || last.at - first.at < 500 || last.rows <= first.rows) return null;
    return ((last.rows - first.rows) * 1000) / (last.at - first.at);
  }

  /** The log of a run. Asks for what the page has not heard itself. */
  log(number: number): LogLine[] {
    let log = this.#logs.get(number);
    if (!log) {
      log = new RunLog(() => this.#backend.readLog(number, 0));
      this.#logs.set(number, log);
    }
    return log.lines;
  }

  /** The newest run that is over, if it failed a short while ago, nobody put it aside and nothing was asked for since. */
  failure(now: number): FailedRun | null {
    const newest = this.recent[0];
    if (!newest || !isFailed(newest) || newest.number <= this.#dismissed) return null;
    if (this.live.some((run) => run.repeats === newest.number)) return null;
    return now - Date.parse(newest.endedAt) < FRESH ? newest : null;
  }

  dismissFailure(number: number): void {
    this.#dismissed = Math.max(this.#dismissed, number);
  }

  /** Takes runs that are over off the list of jobs. */
  dismissFinished(): void {
    this.recent = [];
    this.#forget();
  }

  /** Puts away the logs of runs that are no longer known, but one that somebody looks at. */
  #forget(): void {
    for (const [number, log] of this.#logs) {
      if (!log.watched && !this.find(number)) this.#logs.delete(number);
    }
  }

  #sample(run: Run, now: number): void {
    if (run.state !== "running" || run.rows === 0) return;
    const samples = (this.#samples.get(run.number) ?? []).filter(({ at }) => now - at < WINDOW);
    this.#samples.set(run.number, [...samples, { at: now, rows: run.rows }]);
  }
}

function byNumber(one: Run, other: Run): number {
  return one.number - other.number;
}
