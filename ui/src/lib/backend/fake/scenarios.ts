import type { ApiError, LogLine, Run } from "../types";
import { emptyWorld, failed, failureEntry, iso, queued, report, workbook, type World } from "./world";

const MINUTE = 60_000;
const DAY = 86_400_000;

/** The situations that the page can be looked at in. */
export const SCENARIOS = {
  empty: firstStart,
  populated,
  busy,
  crowded,
  failed: failedAtPassword,
  "failed-late": failedLate,
  many: (now: () => number) => many(now, 10_000),
  "settings-trouble": settingsTrouble,
  "folder-lost": folderLost,
  crashed: (now: () => number) => ({
    ...populated(now),
    crash: "landfall 0.1.0\nthe window ended: signal 11",
  }),
  /** The engine went away after it had told everything. */
  stale: populated,
  unreachable: emptyWorld,
  /** The library never answers. */
  loading: emptyWorld,
} satisfies Record<string, (now: () => number) => World>;

export type Scenario = keyof typeof SCENARIOS;

/** Nothing was ever made, and the folder comes with the first report. */
function firstStart(now: () => number): World {
  const world = emptyWorld(now);
  world.status.folders = world.status.folders.map(({ folder }) => ({
    folder,
    state: { state: "lost", reason: "the folder is not there" },
  }));
  return world;
}

function populated(now: () => number): World {
  const world = emptyWorld(now);
  const today = now();
  const ago = (days: number, clock: string) => {
    const at = new Date(today - days * DAY);
    const [hours = 0, minutes = 0] = clock.split(":").map(Number);
    return Math.min(at.setHours(hours, minutes, 0, 0), today - MINUTE);
  };
  const august = queued(48198, { from: "2026-08-01", to: "2026-08-31" }, ago(84, "03:59"));
  world.entries = [
    report(48215, "2026-11-01", "2026-11-23", 61_740, ago(0, "09:31"), { unseen: true }),
    report(48214, "2026-11-01", "2026-11-20", 54_902, ago(3, "17:55"), { unseen: true }),
    workbook("Refunds by station, week 46.xlsx", 812_400, ago(5, "18:20")),
    report(48212, "2026-11-01", "2026-11-15", 41_378, ago(7, "09:02")),
    report(48213, "2026-10-01", "2026-10-31", 83_835, ago(21, "08:14")),
    report(48209, "2026-09-01", "2026-09-30", 81_207, ago(53, "04:00")),
    report(48199, "2026-08-01", "2026-08-31", 86_632, ago(83, "09:20")),
    failureEntry(august, UNREACHABLE, ago(83, "04:00")),
    report(48190, "2026-07-01", "2026-07-31", 85_990, ago(114, "04:00")),
    report(48184, "2026-04-01", "2026-06-30", 249_561, ago(143, "10:41")),
    report(48181, "2026-06-01", "2026-06-30", 82_744, ago(145, "04:00")),
    report(48170, "2026-05-01", "2026-05-31", 84_118, ago(175, "04:00"), { state: { state: "missing" } }),
    report(48161, "2026-04-01", "2026-04-30", 82_699, ago(206, "04:00")),
    report(48150, "2026-03-01", "2026-03-31", 84_301, ago(236, "04:00")),
    report(48141, "2026-02-01", "2026-02-28", 78_248, ago(267, "03:00")),
    report(48133, "2026-01-01", "2026-01-31", 83_420, ago(295, "03:00")),
    report(48120, "2025-12-01", "2025-12-31", 88_057, ago(326, "03:00")),
  ];
  world.status.sample = { state: "ready", port: 54329 };
  return world;
}

function busy(now: () => number): World {
  const world = populated(now);
  world.live = [writing(48217, { from: "2026-01-01", to: "2026-10-31" }, now(), 512_340, 851_206)];
  const newest = Date.parse(world.entries[0]?.finishedAt ?? "");
  world.recent = [succeeded(48215, { from: "2026-11-01", to: "2026-11-23" }, newest, 61_740, 900)];
  const rows = [100, 200, 300, 400, 500].map((thousands) => `rows ${thousands},000`);
  world.logs.set(
    48217,
    log(now() - 11_400, [
      "connecting to the sample database",
      "connected in 4 ms",
      "query ready, 851,206 rows",
      ...rows,
    ]),
  );
  return world;
}

function crowded(now: () => number): World {
  const world = busy(now);
  world.live.push(
    writing(48218, { from: "2025-07-01", to: "2025-12-31" }, now(), 118_000, null),
    queued(48219, { from: "2025-01-01", to: "2025-06-30" }, now() - 4000),
    queued(48220, { from: "2024-01-01", to: "2024-12-31" }, now() - 3000),
  );
  return world;
}

function succeeded(
  number: number,
  period: { from: string; to: string },
  ended: number,
  rows: number,
  tookMs: number,
): Run {
  return {
    ...queued(number, period, ended - tookMs - 200),
    fileState: "present",
    steps: [
      { phase: "queued", startedAt: iso(ended - tookMs - 200), endedAt: iso(ended - tookMs) },
      { phase: "writing-rows", startedAt: iso(ended - tookMs), endedAt: iso(ended) },
    ],
    state: "succeeded",
    endedAt: iso(ended),
    rows,
    bytes: Math.round(rows * 77.8),
    sha256: "ab".repeat(32),
    queryMs: 640,
  } as Run;
}

function writing(
  number: number,
  period: { from: string; to: string },
  now: number,
  rows: number,
  estimate: number | null,
): Run {
  const at = (before: number) => iso(now - before);
  return {
    ...queued(number, period, now - 11_400),
    steps: [
      { phase: "queued", startedAt: at(11_400), endedAt: at(11_100) },
      { phase: "connecting", startedAt: at(11_100), endedAt: at(10_900) },
      { phase: "querying", startedAt: at(10_900), endedAt: at(10_400) },
      { phase: "writing-rows", startedAt: at(10_400) },
    ],
    state: "running",
    rows,
    estimate,
  } as Run;
}

const UNREACHABLE: ApiError = {
  code: "database-unreachable",
  message: "nothing answers at db.example.net:5432",
  hint: "Check that the server runs and that its address is right.",
  subject: "db.example.net:5432",
};

const PASSWORD: ApiError = {
  code: "wrong-password",
  message: 'the database refuses the password of user "landfall_ro"',
  hint: "Enter the password again in Settings, Database.",
  subject: "db.example.net:5432",
};

const STOPPED: ApiError = {
  code: "cancelled-by-server",
  message: "the server ended the query after 9 min 58 s: canceling statement due to statement timeout",
  hint: "Raise statement_timeout for this user, or choose a shorter period.",
  subject: "db.example.net:5432",
};

function failedAtPassword(now: () => number): World {
  return failure(now, PASSWORD, 0, ["queued", "connecting"]);
}

function failedLate(now: () => number): World {
  return failure(now, STOPPED, 498_112, ["queued", "connecting", "querying", "writing-rows"]);
}

function failure(
  now: () => number,
  error: ApiError,
  rows: number,
  phases: Run["steps"][number]["phase"][],
): World {
  const world = populated(now);
  const ended = now() - 3 * MINUTE;
  const lengths: Partial<Record<Run["steps"][number]["phase"], number>> = { "writing-rows": 598_000 };
  let at = ended - phases.reduce((sum, phase) => sum + (lengths[phase] ?? 300), 0);
  const steps = phases.map((phase) => {
    const startedAt = iso(at);
    at += lengths[phase] ?? 300;
    return { phase, startedAt, endedAt: iso(at) };
  });
  const server = { kind: "server", host: "db.example.net", port: 5432, name: "traindb", user: "landfall_ro" };
  const run = queued(48216, { from: "2026-01-01", to: "2026-10-31" }, ended, {
    database: server,
  } as Partial<Run>);
  world.recent = [failed(run, rows, error, steps, ended)];
  world.entries.unshift(failureEntry(run, error, ended));
  world.settings.database = {
    ...world.settings.database,
    source: "server",
    host: "db.example.net",
    user: "landfall_ro",
  };
  const last: LogLine = { number: 9, at: iso(ended), level: "error", message: error.message };
  world.logs.set(48216, [
    ...log(ended - 600_000, ["connecting to db.example.net:5432", ...(rows > 0 ? ["rows 100,000"] : [])]),
    last,
  ]);
  return world;
}

function many(now: () => number, count: number): World {
  const world = populated(now);
  const start = Date.UTC(2026, 9, 31);
  world.entries = Array.from({ length: count }, (_, index) => {
    const from = new Date(start - index * DAY);
    const to = new Date(from.getTime() + (index % 7) * DAY);
    const day = (date: Date) => date.toISOString().slice(0, 10);
    return report(
      48_000 - index + 10_000,
      day(from),
      day(to),
      1000 + ((index * 7919) % 90_000),
      now() - index * 3_600_000 - MINUTE,
      index % 97 === 5 ? { state: { state: "missing" } } : {},
    );
  });
  return world;
}

function settingsTrouble(now: () => number): World {
  const world = populated(now);
  (world as World & { problems?: unknown }).problems = [
    {
      key: "database.port",
      line: 4,
      message: "99999 is not a port from 1 to 65535; the default 5432 is used",
    },
  ];
  return world;
}

function folderLost(now: () => number): World {
  const world = populated(now);
  const folder = "/media/ada/STICK/reports";
  world.status.folders = [{ folder, state: { state: "lost", reason: "the drive was unplugged" } }];
  world.entries = world.entries.map((entry) => ({ ...entry, folder }));
  return world;
}

function log(from: number, messages: string[]): LogLine[] {
  return messages.map((message, index) => ({
    number: index + 1,
    at: iso(from + index * 1500),
    level: "information",
    message,
  }));
}
