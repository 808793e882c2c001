import type {
  About,
  ApiError,
  DefinitionSummary,
  EngineStatus,
  LibraryEntry,
  LogLine,
  Period,
  Run,
  Settings,
} from "../types";

/** Everything a made-up engine knows. */
export interface World {
  /** What the made-up clock shows, in milliseconds since 1970. */
  now: () => number;
  entries: LibraryEntry[];
  live: Run[];
  recent: Run[];
  logs: Map<number, LogLine[]>;
  settings: Settings;
  status: EngineStatus;
  definitions: DefinitionSummary[];
  about: About;
  crash: string | null;
  /** The present day in the zone of the reports, where it isn't that of this computer. */
  today?: string;
  /** Rows a second of the runs that are made here. */
  speed: number;
}

export const HOME = "/home/ada";
export const FOLDER = `${HOME}/kubernetes-reports`;
export const ZONE = "Europe/Rome";

/** The built-in report, and one of the user's own that asks for parameters. */
const DEFINITIONS: DefinitionSummary[] = [
  {
    name: "ticketing-report",
    title: "Ticketing report",
    description: "Every ticket with fare, tax and discount, and revenue by day, route and channel.",
    parameters: [],
    problem: null,
  },
  {
    name: "refunds-by-station",
    title: "Refunds by station",
    description: "What was paid back, by the station where the journey began.",
    parameters: [
      { name: "station", title: "Station", kind: "text", default: "Milano Centrale", allowed: [] },
      { name: "channel", title: "Channel", kind: "text", default: "web", allowed: ["web", "counter", "app"] },
      { name: "least", title: "At least", kind: "decimal", default: "0", allowed: [] },
    ],
    problem: null,
  },
  {
    name: "delays",
    title: "Delays",
    description: "",
    parameters: [],
    problem: {
      code: "definition",
      message: 'report.toml, line 7: there is no column "delay" in the query',
      hint: "Mend the definition; it is read again by itself.",
      subject: "delays",
    },
  },
];

export function settings(): Settings {
  return {
    reports: { folder: null, alsoWatch: [], timezone: null },
    watch: { recursive: false, mode: "auto" },
    notifications: { finished: true, failed: true, openAutomatically: false },
    database: {
      source: "sample",
      host: "localhost",
      port: 5432,
      name: "traindb",
      user: "postgres",
      sslmode: "prefer",
      sslrootcert: null,
    },
    desktop: { theme: "system", language: "system", startAtLogin: false },
  };
}

export function emptyWorld(now: () => number): World {
  return {
    now,
    entries: [],
    live: [],
    recent: [],
    logs: new Map(),
    settings: settings(),
    status: {
      version: "0.1.0",
      pid: 4711,
      startedAt: iso(now() - 600_000),
      dataFolder: `${HOME}/.local/share/landfall`,
      logsFolder: `${HOME}/.local/share/landfall/logs`,
      doors: 1,
      liveRuns: 0,
      sample: { state: "off" },
      folders: [{ folder: FOLDER, state: { state: "events" } }],
      crashes: [],
    },
    definitions: DEFINITIONS,
    about: {
      version: "0.1.0",
      platform: "linux",
      dataFolder: `${HOME}/.local/share/landfall`,
      logsFolder: `${HOME}/.local/share/landfall/logs`,
      settingsFile: `${HOME}/.config/landfall/settings.toml`,
      homeFolder: HOME,
    },
    crash: null,
    speed: 48_000,
  };
}

export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

export function fileName(period: Period, run: number, definition = "ticketing-report"): string {
  return `${definition}-${period.from}-to-${period.to}-${run}.xlsx`;
}

/** A report that was made here. */
export function report(
  run: number,
  from: string,
  to: string,
  rows: number,
  finished: number,
  more: Partial<LibraryEntry> = {},
): LibraryEntry {
  const period = { from, to };
  return {
    id: `run-${run}`,
    title: "Ticketing report",
    file: fileName(period, run),
    folder: FOLDER,
    origin: {
      kind: "this-computer",
      run,
      definition: "ticketing-report",
      period,
      timezone: ZONE,
      tookMs: Math.round(200 + rows / 90),
    },
    state: { state: "on-desktop" },
    rows,
    bytes: Math.round(rows * 77.8),
    finishedAt: iso(finished),
    unseen: false,
    hidden: false,
    ...more,
  };
}

/** A workbook that somebody else put into the folder. */
export function workbook(name: string, bytes: number, finished: number): LibraryEntry {
  const hex = Array.from(new TextEncoder().encode(name), (byte) => byte.toString(16).padStart(2, "0"));
  return {
    id: `file-1-${hex.join("")}`,
    title: name.replace(/\.xls[xm]$/, ""),
    file: name,
    folder: FOLDER,
    origin: { kind: "elsewhere" },
    state: { state: "on-desktop" },
    rows: null,
    bytes,
    finishedAt: iso(finished),
    unseen: false,
    hidden: false,
  };
}

export function queued(number: number, period: Period, now: number, more: Partial<Run> = {}): Run {
  return {
    number,
    definition: "ticketing-report",
    title: "Ticketing report",
    definitionHash: "f0".repeat(32),
    choice: { kind: "range", start: period.from, end: period.to },
    period,
    timezone: ZONE,
    parameters: {},
    database: { kind: "sample" },
    folder: FOLDER,
    file: fileName(period, number),
    fileState: "none",
    repeats: null,
    requestedAt: iso(now),
    steps: [{ phase: "queued", startedAt: iso(now) }],
    state: "queued",
    ...more,
  } as Run;
}

export function failed(run: Run, rows: number, error: ApiError, steps: Run["steps"], ended: number): Run {
  return { ...run, steps, state: "failed", endedAt: iso(ended), rows, error } as Run;
}

/** The entry of a run that ended without a file. */
export function failureEntry(run: Run, error: ApiError, ended: number): LibraryEntry {
  return report(run.number, run.period.from, run.period.to, 0, ended, {
    file: run.file,
    rows: null,
    bytes: null,
    state: { state: "failed", error },
  });
}
