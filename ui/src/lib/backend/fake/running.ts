import type { AppEvent, LogLine, Phase, Run } from "../types";
import { iso, report, type World } from "./world";
import { totals } from "./query";

/** Makes a made-up report, step by step, as the engine would. Ends when `stopped` says so. */
export async function work(
  world: World,
  number: number,
  emit: (event: AppEvent) => void,
  pause: (ms: number) => Promise<void>,
): Promise<void> {
  const all = 61_740;
  const now = () => iso(world.now());
  let line = 0;
  const read = () => world.live.find((run) => run.number === number);
  const write = (run: Run) => {
    world.live = world.live.map((known) => (known.number === number ? run : known));
    emit({ type: "runChanged", data: run });
  };
  const say = (message: string, level: LogLine["level"] = "information") => {
    const entry: LogLine = { number: ++line, at: now(), level, message };
    world.logs.set(number, [...(world.logs.get(number) ?? []), entry]);
    emit({ type: "runLogged", data: { run: number, line: entry } });
  };
  const enter = (phase: Phase, more: object): boolean => {
    const run = read();
    if (!run || run.state === "cancelling") return false;
    const ended = run.steps.map((step) => ({ ...step, endedAt: step.endedAt ?? now() }));
    const steps = [...ended, { phase, startedAt: now() }];
    write({ ...run, state: "running", rows: 0, ...more, steps } as Run);
    return true;
  };

  const fast = world.speed / 48_000;
  await pause(200 / fast);
  for (const phase of ["connecting", "querying"] as const) {
    if (!enter(phase, { rows: 0 })) return cancelled(world, number, emit);
    say(phase === "connecting" ? "connected to the sample database" : `query ready, ${all} rows`);
    await pause(250 / fast);
  }
  if (!enter("writing-rows", { rows: 0, estimate: all })) return cancelled(world, number, emit);
  for (let rows = 0; rows < all; rows += world.speed / 4) {
    const run = read();
    if (!run || run.state !== "running") return cancelled(world, number, emit);
    write({ ...run, rows: Math.round(Math.min(rows, all)), estimate: all } as Run);
    await pause(250 / fast);
  }
  for (const phase of ["finishing", "checking", "publishing"] as const) {
    if (!enter(phase, { rows: all, estimate: all })) return cancelled(world, number, emit);
    await pause(150 / fast);
  }
  const run = read();
  if (!run) return;
  const done = {
    ...run,
    steps: run.steps.map((step) => ({ ...step, endedAt: step.endedAt ?? now() })),
    fileState: "present",
    state: "succeeded",
    endedAt: now(),
    rows: all,
    bytes: 4_803_000,
    sha256: "ab".repeat(32),
    queryMs: 640,
  } as Run;
  world.live = world.live.filter((known) => known.number !== number);
  world.recent = [done, ...world.recent];
  const entry = report(number, run.period.from, run.period.to, all, world.now(), { unseen: true });
  world.entries = [entry, ...world.entries];
  say(`published ${run.file}`);
  emit({ type: "runChanged", data: done });
  emit({ type: "libraryChanged", data: { changed: [entry], totals: totals(world.entries) } });
  emit({
    type: "announced",
    data: {
      number,
      folder: run.folder,
      path: run.file,
      bytes: 4_803_000,
      sha256: "ab".repeat(32),
      at: now(),
      madeBy: { run: number, title: run.title, rows: all, tookMs: 900 },
    },
  });
}

export function cancelled(world: World, number: number, emit: (event: AppEvent) => void): void {
  const run = world.live.find((known) => known.number === number);
  if (!run) return;
  const steps = run.steps.map((step) => ({ ...step, endedAt: step.endedAt ?? iso(world.now()) }));
  const over = { ...run, steps, state: "cancelled", endedAt: iso(world.now()) } as Run;
  world.live = world.live.filter((known) => known.number !== number);
  world.recent = [over, ...world.recent];
  const entry = report(number, run.period.from, run.period.to, 0, world.now(), {
    rows: null,
    bytes: null,
    state: { state: "cancelled" },
  });
  world.entries = [entry, ...world.entries];
  emit({ type: "runChanged", data: over });
  emit({ type: "libraryChanged", data: { changed: [entry], totals: totals(world.entries) } });
}
