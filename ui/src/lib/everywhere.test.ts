import { fireEvent } from "@testing-library/svelte";
import { afterEach, describe, expect, it, vi } from "vitest";

import { known } from "../testing/page";

import { installKeys } from "./everywhere";
import type { Scenario } from "./backend/fake";

let remove = () => {};
afterEach(() => remove());

async function installed(scenario: Scenario = "populated") {
  const page = await known(scenario);
  remove = installKeys(page.app);
  return page;
}

const press = (key: string, ctrlKey = false, shiftKey = false) =>
  fireEvent.keyDown(document.body, { key, ctrlKey, shiftKey });

describe("the keys of the whole window", () => {
  it("open palette, help, activity and Settings", async () => {
    const { app } = await installed();
    await press("k", true);
    expect(app.window.overlay).toBe("palette");
    app.window.close();
    await press("F1");
    expect(app.window.overlay).toBe("help");
    app.window.close();
    await press("j", true);
    expect(app.window.activityOpen).toBe(true);
    await press("j", true);
    expect(app.window.activityOpen).toBe(false);
    await press(",", true);
    expect(app.window.view).toBe("settings");
  });

  it("lead from Settings to the search of the library, and put the focus there once it is shown", async () => {
    const { app } = await installed();
    app.window.go("settings");
    await press("/");
    expect(app.window.view).toBe("reports");
    const run = vi.fn();
    app.offers.offer({ search: { run } });
    await Promise.resolve();
    expect(run).toHaveBeenCalledOnce();
  });

  it("run the report of the card where the Reports view offers it", async () => {
    const { app } = await installed();
    const run = vi.fn();
    app.offers.offer({ "run-report": { run } });
    await press("Enter", true);
    await press("n", true);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it("are gone when they were taken away", async () => {
    const { app } = await installed();
    remove();
    await press("k", true);
    expect(app.window.overlay).toBeNull();
  });
});

describe("quitting", () => {
  it("asks while a report is made", async () => {
    const { app, backend } = await installed("busy");
    await press("q", true);
    expect([app.window.overlay, app.window.quitAsked]).toEqual(["quit", 1]);
    expect(backend.askedFor("quit")).toEqual([]);
  });

  it("goes ahead while nothing runs", async () => {
    const { backend } = await installed();
    await press("q", true);
    expect(backend.askedFor("quit")).toEqual([["leave-running"]]);
  });
});

describe("actions that work everywhere", () => {
  it("change the theme, and don't offer the one that is on", async () => {
    const { app, backend } = await installed();
    expect(app.offers.isAvailable("theme-system")).toBe(false);
    app.offers.run("theme-dark");
    await vi.waitFor(() => expect(app.settings.value?.desktop.theme).toBe("dark"));
    expect(backend.askedFor("changeSetting")).toEqual([["desktop.theme", "dark"]]);
    expect(app.offers.isAvailable("theme-dark")).toBe(false);
  });

  it("say why the engine refused", async () => {
    const { app, backend } = await installed();
    backend.refuse("openLogsFolder", { code: "internal", message: "no file manager", hint: "" });
    app.offers.run("open-logs-folder");
    await vi.waitFor(() => expect(app.toasts.shown?.tone).toBe("failed"));
    app.toasts.stop();
  });

  it("that need the engine are not offered while it is away", async () => {
    const { app, backend } = await installed();
    expect(app.offers.isAvailable("run-current-month")).toBe(true);
    backend.emit({ type: "desktop", data: { desktop: "engine-lost" } });
    expect(app.offers.isAvailable("run-current-month")).toBe(false);
    expect(app.offers.isAvailable("help")).toBe(true);
  });

  it("change the folder in Settings, where the way of it is in sight", async () => {
    const { app } = await installed();
    app.offers.run("change-folder");
    expect([app.window.view, app.window.settingsSection]).toEqual(["settings", "reports"]);
    const run = vi.fn();
    app.offers.offer({ "change-folder": { run } });
    await Promise.resolve();
    expect(run).toHaveBeenCalledOnce();
  });
});
