import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { tick } from "svelte";
import { beforeEach, describe, expect, it } from "vitest";

import { faults, text } from "$components/testing";
import { locale } from "$lib/locale.svelte";
import type { App } from "$lib/state";
import { installKeys } from "$lib/everywhere";
import { show } from "$views/testing/app";
import { opened as whole, settled, standStill } from "../../testing/page";

import Palette from "./Palette.svelte";

beforeEach(standStill);

const opened = (scenario: "busy" | "populated" = "busy") =>
  show(Palette, {
    scenario,
    before: (app) => {
      installKeys(app);
      app.window.open("palette");
    },
    shown: (app: App) => app.window.overlay === "palette",
  });

const field = () => screen.getByRole("combobox", { name: "Find or do" });
const hits = () => screen.getAllByRole("option").map(text);
const chosen = () => text(screen.getByRole("option", { selected: true }));
const group = (name: string) =>
  within(screen.getByRole("group", { name }))
    .getAllByRole("option")
    .map((option) => text(option));

describe("the palette", () => {
  it("has what was typed before it was there, and takes it for no shortcut", async () => {
    const { app, backend } = await whole("busy");
    fireEvent.keyDown(document.body, { key: "k", ctrlKey: true });
    await tick();
    for (const key of "/oct") fireEvent.keyDown(document.body, { key });
    expect(screen.queryByRole("combobox", { name: "Find or do" })).toBeNull();
    await waitFor(() => expect((field() as HTMLInputElement).value).toBe("/oct"));
    expect(document.activeElement).toBe(field());
    expect(app.window.overlay).toBe("palette");
    expect(backend.askedFor("openReport")).toEqual([]);
  });

  it("is given up by Escape before it was there, and keys are keys again", async () => {
    const { app } = await whole("busy");
    fireEvent.keyDown(document.body, { key: "k", ctrlKey: true });
    await tick();
    fireEvent.keyDown(document.body, { key: "Escape" });
    await settled();
    expect(app.window.overlay).toBeNull();
    fireEvent.keyDown(document.body, { key: "F1" });
    expect(app.window.overlay).toBe("help");
  });

  it("begins with what can be done, and shows reports and runs below it", async () => {
    await opened();
    await waitFor(() => expect(group("Do")[0]).toContain("Run Ticketing report for this month"));
    expect(group("Reports")[0]).toContain("1–23 Nov 2026");
    expect(group("Runs")[0]).toBe("Run 48217, Jan–Oct 2026 running");
    expect(await faults()).toEqual([]);
  });

  it("finds a month, its report and its run by a few letters, with those letters in bold", async () => {
    const { user } = await opened();
    await user.type(field(), "run oct");
    await waitFor(() => expect(group("Reports")).toEqual(["October 2026 83,835 rows, 2 Nov"]));
    expect(group("Do")[0]).toBe("Run Ticketing report for October 2026 on this computer ↵");
    expect(group("Do").some((hit) => hit.startsWith("Run again: October 2026"))).toBe(true);
    expect(group("Runs").map((hit) => hit.slice(0, 9))).toEqual(["Run 48217", "Run 48213"]);
    const bold = [...screen.getByRole("option", { selected: true }).querySelectorAll("mark")].map(text);
    expect(bold).toEqual(["Run", "Oct"]);
  });

  it("has something to do first in Italian as well, by words of either language", async () => {
    locale.use("it");
    const { user } = await opened();
    const field = screen.getByRole("combobox");
    for (const typed of ["run oct", "esegui ott"]) {
      await user.clear(field);
      await user.type(field, typed);
      await waitFor(() =>
        expect(group("Azioni")[0]).toContain("Esegui Report dei biglietti per ottobre 2026"),
      );
    }
  });

  it("tells the key of what can be done with the selected report, which is the one that it means", async () => {
    const { user, app } = await opened();
    await app.library.selection.select(0);
    await user.type(field(), "run again nov");
    await waitFor(() => expect(group("Do").length).toBeGreaterThan(1));
    const withKey = group("Do").filter((hit) => hit.includes("Ctrl"));
    await user.keyboard("{ArrowDown}");
    expect(withKey.concat(group("Do").filter((hit) => hit.includes("Ctrl")))).toContain(
      "Run again: 1–23 Nov 2026 Ctrl R",
    );
  });

  it("always has something to do first, whatever was typed", async () => {
    const { user } = await opened();
    await user.type(field(), "48213");
    await waitFor(() => expect(group("Do")).toEqual(["Open October 2026 ↵"]));
    await user.clear(field());
    await user.type(field(), "zzz");
    await waitFor(() => expect(hits()).toEqual(["Search the library for “zzz” ↵"]));
  });

  it("drops the answer to an older question", async () => {
    const { user, fake } = await opened();
    await waitFor(() => expect(fake.askedFor("listLibrary").length).toBeGreaterThan(0));
    const real = fake.listLibrary;
    let late: (() => void) | undefined;
    fake.listLibrary = (filter) =>
      filter.search === "sep"
        ? new Promise((resolve) => (late = () => void real(filter).then(resolve)))
        : real(filter);
    await user.type(field(), "sep");
    await waitFor(() => expect(late).toBeDefined());
    await user.clear(field());
    await user.type(field(), "july");
    await waitFor(() => expect(group("Reports")[0]).toContain("July 2026"));
    late?.();
    await Promise.resolve();
    expect(group("Reports")[0]).toContain("July 2026");
  });

  it("says why reports can't be searched, and still offers what can be done", async () => {
    const { user, fake } = await opened();
    fake.refuse("listLibrary", { code: "engine-unreachable", message: "the engine is away", hint: "" });
    await user.type(field(), "settings");
    await screen.findByText(/Reports can’t be searched now: The part of Landfall that makes reports/);
    expect(group("Do")[0]).toContain("Settings");
  });

  it("offers what can be done with definitions that are in order only", async () => {
    const { user } = await opened();
    await user.type(field(), "delays");
    await waitFor(() => expect(hits().some((hit) => hit.includes("Run Delays"))).toBe(false));
  });
});

describe("its keys", () => {
  it("move through all groups and round again, while the focus stays in the field", async () => {
    const { user } = await opened();
    await user.type(field(), "oct");
    await waitFor(() => expect(group("Reports")).toHaveLength(1));
    const all = hits().length;
    const first = chosen();
    for (let step = 0; step < all; step++) await user.keyboard("{ArrowDown}");
    expect(chosen()).toBe(first);
    await user.keyboard("{ArrowUp}");
    expect(chosen()).toContain("Run 48");
    expect(document.activeElement).toBe(field());
    const active = field().getAttribute("aria-activedescendant");
    expect(screen.getByRole("option", { selected: true }).id).toBe(active);
  });

  it("Enter does it, closes the palette and gives the focus back", async () => {
    const { user, fake, outside } = await opened();
    await waitFor(() => expect(group("Do")[0]).toContain("Ticketing report"));
    await user.type(field(), "run ticketing last");
    await user.keyboard("{Enter}");
    await waitFor(() => expect(fake.askedFor("runReport")).toHaveLength(1));
    expect(fake.askedFor("runReport")[0]).toEqual([
      {
        definition: "ticketing-report",
        choice: { kind: "previous-month" },
        parameters: {},
        timezone: null,
      },
      true,
    ]);
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(document.activeElement).toBe(outside);
  });

  it("Ctrl+Enter shows what else can be done with a report, Escape goes back, and once more closes", async () => {
    const { user, app } = await opened();
    await user.type(field(), "october");
    await waitFor(() => expect(group("Reports")).toHaveLength(1));
    await user.keyboard("{PageDown}");
    expect(chosen()).toContain("October 2026 83,835 rows");
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(group("For October 2026").map((hit) => hit.replace(" ↵", ""))).toEqual([
      "Open",
      "Show in folder",
      "Save a copy…",
      "Run again",
      "Delete",
      "Show in the library",
      "Show the log",
    ]);
    await user.keyboard("{Escape}");
    expect(screen.getByRole("group", { name: "Do" })).toBeTruthy();
    await user.keyboard("{Escape}");
    expect(app.window.overlay).toBeNull();
  });

  it("Ctrl+K closes it again, and Tab does not leave it", async () => {
    const { user, app } = await opened();
    await user.tab();
    expect(document.activeElement).toBe(field());
    await user.keyboard("{Control>}k{/Control}");
    expect(app.window.overlay).toBeNull();
  });
});

describe("what it offers", () => {
  it("cancels a run by its number", async () => {
    const { user, fake } = await opened();
    await user.type(field(), "cancel 48217{Enter}");
    await waitFor(() => expect(fake.askedFor("cancelRun")).toEqual([[48217]]));
  });

  it("opens a report by its name", async () => {
    const { user, fake } = await opened();
    await user.type(field(), "open october");
    await waitFor(() => expect(group("Do")[0]).toContain("Open October 2026"));
    await user.keyboard("{Enter}");
    await waitFor(() => expect(fake.askedFor("openReport")).toEqual([["run-48213"]]));
  });

  it("shows a run by its log, also one of another day", async () => {
    const { user, app } = await opened("populated");
    await user.type(field(), "48199");
    await waitFor(() => expect(group("Runs")).toHaveLength(1));
    await user.keyboard("{ArrowUp}{Enter}");
    await waitFor(() => expect(app.window.activityRun).toBe(48199));
    expect(app.window.activityOpen).toBe(true);
  });

  it("leaves out actions that make no sense now", async () => {
    const { user, app } = await opened();
    app.library.selection.clear();
    await user.type(field(), "save a copy");
    await waitFor(() => expect(hits()).toEqual(["Search the library for “save a copy” ↵"]));
  });
});
