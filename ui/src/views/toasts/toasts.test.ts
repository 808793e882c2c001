import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { faults, text } from "$components/testing";
import type { Announcement, ApiError } from "$lib/backend";
import { failed, queued } from "$lib/backend/fake/world";
import type { App } from "$lib/state";
import { show } from "$views/testing/app";
import { NOW } from "../../testing/page";

import { deleteForGood, removeReports } from "./deletion";
import Toasts from "./Toasts.svelte";

let shownApp: App | undefined;

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, shouldAdvanceTime: true });
});

afterEach(() => shownApp?.toasts.stop());

async function opened() {
  const shown = await show(Toasts);
  shownApp = shown.app;
  const entry = (run: number) => shown.fake.world.entries.find(({ id }) => id === `run-${run}`)!;
  return { ...shown, entry };
}

function announcement(more: Partial<Announcement> = {}): Announcement {
  return {
    number: 1,
    folder: "/home/ada/kubernetes-reports",
    path: "ticketing-report-2026-11-01-to-2026-11-23-48215.xlsx",
    bytes: 4_803_000,
    sha256: "",
    at: new Date(NOW).toISOString(),
    madeBy: { run: 48215, title: "Ticketing report", rows: 61_740, tookMs: 900 },
    ...more,
  };
}

const toast = (name: string | RegExp) => screen.findByRole("group", { name });
const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));

describe("an announced report", () => {
  it("says the words of the system's notification, and opens or shows the file", async () => {
    const { fake } = await opened();
    fake.emit({ type: "announced", data: announcement() });
    const shown = await toast("1–23 Nov 2026 is ready");
    expect(text(shown)).toContain("61,740 rows in 0.9 s, 4.8 MB");
    expect(await faults()).toEqual([]);
    await press("Open");
    expect(fake.askedFor("openReport")).toEqual([["run-48215"]]);
    expect(screen.queryByRole("group")).toBeNull();
  });

  it("that somebody else made is called by its file", async () => {
    const { fake } = await opened();
    const path = "Refunds by station, week 46.xlsx";
    fake.emit({ type: "announced", data: announcement({ path, bytes: 812_400, madeBy: undefined }) });
    const shown = await toast(`${path} has arrived`);
    expect(text(shown)).toContain("812 kB, in Home › kubernetes-reports");
    await press("Show in folder");
    const [[id]] = fake.askedFor("showInFolder") as [[string]];
    expect(id).toMatch(/^file-1-/);
  });

  it("has no buttons when it can't be found any more", async () => {
    const { fake } = await opened();
    fake.emit({ type: "announced", data: announcement({ path: "gone.xlsx", madeBy: undefined }) });
    const shown = await toast("gone.xlsx has arrived");
    expect(
      within(shown)
        .getAllByRole("button")
        .map((each) => each.getAttribute("aria-label")),
    ).toEqual(["Close"]);
  });

  it("among several is part of a digest that leads to the reports", async () => {
    const { fake, app } = await opened();
    app.window.go("settings");
    const more = [48214, 48212].map((run) =>
      announcement({ madeBy: { run, title: "Ticketing report", rows: 1, tookMs: 1 } }),
    );
    fake.emit({ type: "announcedDigest", data: [announcement(), ...more] });
    const shown = await toast("3 new reports");
    expect(text(shown)).toContain("1–23 Nov 2026, 1–20 Nov 2026 and 1 more");
    await press("Show reports");
    expect(app.window.view).toBe("reports");
  });
});

describe("a toast", () => {
  it("waits while it is pointed at, and goes by itself after that", async () => {
    const { app } = await opened();
    app.toasts.show({ tone: "note", title: "Something happened" });
    const shown = await toast("Something happened");
    await fireEvent.pointerEnter(shown);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(screen.getByRole("group", { name: "Something happened" })).toBeTruthy();
    await fireEvent.pointerLeave(shown);
    await vi.advanceTimersByTimeAsync(8_500);
    expect(screen.queryByRole("group")).toBeNull();
  });

  it("waits while the focus is in it; Escape closes it and gives the focus back", async () => {
    const { app, outside } = await opened();
    app.toasts.show({ tone: "note", title: "Something happened" });
    const shown = await toast("Something happened");
    outside.focus();
    within(shown).getByRole("button", { name: "Close" }).focus();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(document.contains(shown)).toBe(true);
    await fireEvent.keyDown(document.activeElement!, { key: "Escape" });
    expect(screen.queryByRole("group")).toBeNull();
    expect(document.activeElement).toBe(outside);
  });

  it("is read out by its words alone, a failure at once", async () => {
    const { app } = await opened();
    app.toasts.show({ tone: "failed", title: "Not saved", text: "The disk is full" });
    await waitFor(() => expect(text(screen.getByRole("alert"))).toBe("Not saved. The disk is full"));
  });
});

describe("a run that failed out of sight", () => {
  it("is shown where its button leads", async () => {
    const { app, fake } = await opened();
    app.window.go("settings");
    const run = failed(queued(48198, { from: "2026-08-01", to: "2026-08-31" }, NOW), 0, refusal, [], NOW);
    fake.emit({ type: "runChanged", data: run });
    const shown = await toast("August 2026 did not finish");
    expect(await faults()).toEqual([]);
    await fireEvent.click(within(shown).getByRole("button", { name: "View" }));
    expect(app.window.view).toBe("reports");
    await waitFor(() => expect(app.library.active?.id).toBe("run-48198"));
  });
});

const refusal: ApiError = { code: "refused", message: "this folder has no trash", hint: "" };

describe("deleting", () => {
  it("moves to the trash and can be undone", async () => {
    const { app, fake, entry } = await opened();
    await removeReports(app, [entry(48213)]);
    await toast("October 2026 is in the trash");
    expect(fake.askedFor("deleteReport")).toEqual([["run-48213", false]]);
    await press("Undo");
    await toast("October 2026 is back");
    expect(entry(48213).state.state).toBe("on-desktop");
  });

  it("of several is one toast, and one Undo for all", async () => {
    const { app, fake, entry } = await opened();
    await removeReports(app, [entry(48213), entry(48209)]);
    await toast("2 reports are in the trash");
    await press("Undo");
    await toast("2 reports are back");
    expect(fake.askedFor("restoreReport")).toEqual([["run-48213"], ["run-48209"]]);
  });

  it("of a run without a file takes it off the list", async () => {
    const { app, entry } = await opened();
    await removeReports(app, [entry(48198)]);
    await toast("August 2026 is off the list");
  });

  it("of a report whose file is gone takes it off the list: nothing went to the trash", async () => {
    const { app, entry } = await opened();
    expect(entry(48170)).toMatchObject({ state: { state: "missing" }, bytes: expect.any(Number) });
    await removeReports(app, [entry(48170)]);
    await toast("May 2026 is off the list");
  });

  it("of both kinds says both", async () => {
    const { app, entry } = await opened();
    await removeReports(app, [entry(48213), entry(48198), entry(48170)]);
    expect(text(await toast("October 2026 is in the trash"))).toContain("2 entries are off the list");
  });

  it("asks once about all that the trash can't take", async () => {
    const { app, fake, entry } = await opened();
    fake.refuse("deleteReport", refusal);
    const entries = [entry(48213), entry(48209)];
    await removeReports(app, entries);
    expect(app.window.overlay).toBe("delete");
    expect(app.window.deleteAsked).toEqual(entries);
    expect(fake.askedFor("deleteReport").some(([, permanently]) => permanently)).toBe(false);
  });

  it("for good waits eight seconds for Undo", async () => {
    const { app, fake, entry } = await opened();
    deleteForGood(app, [entry(48213)]);
    const shown = await toast("October 2026 will be deleted for good");
    expect(text(shown)).toContain("In 8 seconds, unless you undo it");
    await vi.advanceTimersByTimeAsync(7_500);
    expect(fake.askedFor("deleteReport")).toEqual([]);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(fake.askedFor("deleteReport")).toEqual([["run-48213", true]]);
    await toast("October 2026 was deleted for good");
  });

  it.each(["Undo", "Close"])("for good does not happen after %s", async (button) => {
    const { app, fake, entry } = await opened();
    deleteForGood(app, [entry(48213)]);
    await toast("October 2026 will be deleted for good");
    await press(button);
    await toast("Nothing was deleted");
    await vi.advanceTimersByTimeAsync(20_000);
    expect(fake.askedFor("deleteReport")).toEqual([]);
  });
});
