import { beforeEach, describe, expect, it, vi } from "vitest";

import type { Run } from "$lib/backend";
import { queued, workbook } from "$lib/backend/fake/world";
import { known, NOW, settled, standStill } from "../../testing/page";

beforeEach(standStill);

const PERIOD = { from: "2026-10-01", to: "2026-10-31" };

describe("a snapshot", () => {
  it("is everything the page begins with", async () => {
    const { app } = await known("busy");
    expect(app.connection.phase).toBe("connected");
    expect(app.runs.live.map((run) => run.number)).toEqual([48_217]);
    expect(app.settings.value?.database.source).toBe("sample");
    expect(app.library.totals.reports).toBe(15);
    expect(app.library.rowAt(0)?.id).toBe("run-48215");
  });

  it("takes the place of what was known before", async () => {
    const { app, backend } = await known("busy");
    backend.world.live = [];
    backend.world.entries = backend.world.entries.slice(0, 3);
    backend.emit({ type: "snapshot", data: backend.snapshot() });
    await settled();
    expect(app.runs.live).toEqual([]);
    expect(app.library.total).toBe(3);
  });
});

describe("a run", () => {
  it("is live until it is over, and then the newest that is", async () => {
    const { app, backend } = await known("empty");
    const run = queued(10_001, PERIOD, NOW);
    backend.emit({ type: "runChanged", data: run });
    expect(app.runs.live).toHaveLength(1);
    const over = { ...run, state: "cancelled", endedAt: new Date(NOW).toISOString() } as Run;
    backend.emit({ type: "runChanged", data: over });
    expect(app.runs.live).toEqual([]);
    expect(app.runs.recent[0]?.number).toBe(10_001);
  });

  it("has a log that is read once and then heard, each line once", async () => {
    const { app, backend } = await known("busy");
    app.runs.log(48_217);
    const line = {
      number: 9,
      at: new Date(NOW).toISOString(),
      level: "information",
      message: "rows",
    } as const;
    await settled();
    backend.emit({ type: "runLogged", data: { run: 48_217, line } });
    backend.emit({ type: "runLogged", data: { run: 48_217, line } });
    expect(app.runs.log(48_217).map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(backend.askedFor("readLog")).toHaveLength(1);
  });

  it("leaves no log behind when it is over and long forgotten", async () => {
    const { app, backend } = await known("busy");
    app.runs.log(48_217);
    await settled();
    const ended = (number: number, minute: number) =>
      ({
        ...queued(number, PERIOD, NOW),
        state: "cancelled",
        endedAt: new Date(NOW + minute * 60_000).toISOString(),
      }) as Run;
    backend.emit({ type: "runChanged", data: ended(48_217, 0) });
    for (let more = 1; more <= 50; more++) {
      backend.emit({ type: "runChanged", data: ended(50_000 + more, more) });
    }
    expect(app.runs.recent).toHaveLength(50);
    app.runs.log(48_217);
    await settled();
    expect(backend.askedFor("readLog")).toHaveLength(2);
  });

  it("that failed is said in a toast where its card is not on the screen, once", async () => {
    const { app, backend } = await known("busy");
    app.window.go("settings");
    const [live] = app.runs.live;
    const error = { code: "disk-full", message: "the disk is full", hint: "", subject: null } as const;
    const data = { ...live, state: "failed", error, endedAt: new Date(NOW).toISOString() } as Run;
    backend.emit({ type: "runChanged", data });
    await vi.waitFor(() => expect(app.toasts.shown?.title).toBe("Jan–Oct 2026 did not finish"));
    expect(app.toasts.shown?.text).toContain("Nothing was left in your folder.");
    app.toasts.dismiss(app.toasts.shown!.id);
    backend.emit({ type: "runChanged", data });
    await settled();
    expect(app.toasts.shown).toBeNull();
  });

  it("that failed before the eyes has its card and no toast", async () => {
    const { app, backend } = await known("busy");
    const [live] = app.runs.live;
    const error = { code: "disk-full", message: "the disk is full", hint: "", subject: null } as const;
    const data = { ...live, state: "failed", error, endedAt: new Date(NOW).toISOString() } as Run;
    backend.emit({ type: "runChanged", data });
    await settled();
    expect(app.toasts.asked).toBe(0);
  });

  it("is opened when it is done, if somebody asked for that, and once", async () => {
    const { app, backend } = await known("populated");
    const run = queued(48_213, PERIOD, NOW);
    app.openWhenDone(run.number);
    const done = { ...run, state: "succeeded", endedAt: new Date(NOW).toISOString() } as Run;
    backend.emit({ type: "runChanged", data: done });
    backend.emit({ type: "runChanged", data: done });
    expect(backend.askedFor("openReport")).toEqual([["run-48213"]]);
  });

  it("is not opened twice where the settings open every report", async () => {
    const { app, backend } = await known("populated");
    backend.world.settings.notifications.openAutomatically = true;
    backend.emit({ type: "settingsChanged", data: { settings: backend.world.settings, problems: [] } });
    app.openWhenDone(48_213);
    const done = {
      ...queued(48_213, PERIOD, NOW),
      state: "succeeded",
      endedAt: "2026-11-23T09:00:00Z",
    } as Run;
    backend.emit({ type: "runChanged", data: done });
    expect(backend.askedFor("openReport")).toEqual([]);
  });
});

describe("the engine", () => {
  it("that went away leaves what it said, with its age", async () => {
    const { app, backend } = await known("populated");
    const error = { code: "engine-unreachable", message: "gone", hint: "" } as const;
    backend.emit({ type: "desktop", data: { desktop: "engine-lost" } });
    expect(app.connection.phase).toBe("lost");
    backend.emit({ type: "desktop", data: { desktop: "engine-unreachable", error } });
    expect(app.connection).toMatchObject({ phase: "unreachable", asOf: NOW, stale: true });
    expect(app.library.rowAt(0)?.id).toBe("run-48215");
    await app.connection.retry();
    expect(app.connection).toMatchObject({ phase: "connected", asOf: null, stale: false });
  });

  it("that can't be reached at the start is told as such", async () => {
    const { app, backend } = await known("empty");
    backend.subscribe = () => Promise.reject({ code: "engine-unreachable", message: "no", hint: "" });
    await app.connection.retry();
    expect(app.connection.phase).toBe("unreachable");
    expect(app.connection.error?.code).toBe("engine-unreachable");
  });
});

describe("the shell", () => {
  it("can ask for a place in the window", async () => {
    const { app, backend } = await known("populated");
    backend.emit({ type: "desktop", data: { desktop: "show", target: { view: "settings" } } });
    expect(app.window.view).toBe("settings");
    const target = { view: "report", id: "run-48190" } as const;
    backend.emit({ type: "desktop", data: { desktop: "show", target } });
    await settled();
    expect(app.window.view).toBe("reports");
    expect(app.library.active?.id).toBe("run-48190");
    backend.emit({ type: "desktop", data: { desktop: "show", target: { view: "activity" } } });
    expect(app.window.activityOpen).toBe(true);
  });

  it("can ask whether to quit, and says whether the window is in front", async () => {
    const { app, backend } = await known("busy");
    backend.emit({ type: "desktop", data: { desktop: "quit-asked", liveRuns: 1 } });
    expect(app.window).toMatchObject({ overlay: "quit", quitAsked: 1 });
    backend.emit({ type: "desktop", data: { desktop: "focused", focused: false } });
    expect(app.window.focused).toBe(false);
  });
});

it("folders, sample, settings and tasks are those that were told last", async () => {
  const { app, backend } = await known("populated");
  const folder = {
    folder: "/home/ada/kubernetes-reports",
    state: { state: "lost", reason: "gone" },
  } as const;
  backend.emit({ type: "folderChanged", data: folder });
  expect(app.connection.folders).toEqual([folder]);
  backend.emit({ type: "sampleChanged", data: { state: "stopping" } });
  expect(app.connection.sample.state).toBe("stopping");
  backend.emit({ type: "taskChanged", data: { task: 1, kind: "test", state: { state: "queued" } } });
  backend.emit({ type: "taskChanged", data: { task: 1, kind: "test", state: { state: "cancelled" } } });
  expect(app.tasks.all.map(({ state }) => state.state)).toEqual(["cancelled"]);
});

it("announcements become toasts", async () => {
  const { app, backend } = await known("populated");
  const announce = vi.spyOn(app.toasts, "announceDigest").mockImplementation(() => {});
  const announcement = {
    number: 1,
    folder: "/r",
    path: workbook("a.xlsx", 1, NOW).file,
    bytes: 1,
    sha256: "",
    at: new Date(NOW).toISOString(),
  };
  backend.emit({ type: "announced", data: announcement });
  backend.emit({ type: "announcedDigest", data: [announcement, announcement] });
  expect(announce).toHaveBeenCalledTimes(2);
});
