import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

import { faults, text } from "$components/testing";
import type { Run } from "$lib/backend";
import { FakeBackend } from "$lib/backend/fake";
import { queued } from "$lib/backend/fake/world";
import { App } from "$lib/state";
import Root from "../../App.svelte";
import { NOW, opened, settled, standStill } from "../../testing/page";

beforeEach(standStill);

const list = () => screen.getByRole("grid", { name: "Reports" });
const rows = () => within(list()).getAllByRole("row").slice(1);
const rowOf = (name: string) => rows().find((row) => text(row).startsWith(name)) as HTMLElement;
const selected = () =>
  rows()
    .filter((row) => row.getAttribute("aria-selected") === "true")
    .map(text);
const card = () => within(screen.getByRole("form", { name: "Make a report" }));

it("comes into a frame that stands before anything is known", async () => {
  render(Root, { app: new App(new FakeBackend("populated", () => Date.now())) });
  expect(screen.getByRole("button", { name: /Find or do/ })).toBeTruthy();
  expect(screen.getByRole("main").childElementCount).toBe(0);
  await waitFor(() => expect(screen.getByRole("region", { name: "Reports" })).toBeTruthy());
});

describe("the first start", () => {
  it("shows the whole way, and makes and opens the month before this one with one press", async () => {
    const user = userEvent.setup();
    const { backend } = await opened("empty", (backend) => (backend.world.speed = 48_000_000));
    expect(screen.getByRole("heading", { name: "No reports yet. Make one now." })).toBeTruthy();
    expect(
      within(screen.getByRole("list", { name: "The way of a report" })).getAllByRole("listitem"),
    ).toHaveLength(4);
    expect(await faults()).toEqual([]);

    await user.click(screen.getByRole("button", { name: "Try it on this computer" }));
    expect(backend.askedFor("runReport")[0]).toEqual([
      { definition: null, choice: { kind: "previous-month" }, parameters: {}, timezone: null },
      false,
    ]);
    await waitFor(() => expect(backend.askedFor("openReport")).toEqual([["run-48220"]]));
    await waitFor(() => expect(selected()[0]).toContain("October 2026"));
  });

  it("says why it can't, with the button that helps", async () => {
    const user = userEvent.setup();
    await opened("empty", (backend) =>
      backend.refuse("runReport", { code: "target-not-writable", message: "no right to write", hint: "" }),
    );
    await user.click(screen.getByRole("button", { name: "Try it on this computer" }));
    const alert = await screen.findByRole("alert", { name: "The reports folder can’t be written to" });
    expect(within(alert).getByRole("button", { name: "Choose another folder…" })).toBeTruthy();
  });
});

describe("the run card", () => {
  it("says what will happen before it is asked for", async () => {
    await opened();
    await waitFor(() => card().getByText("1 to 23 November, about 62,000 rows."));
    expect(card().getByText("Lands in Home › kubernetes-reports.")).toBeTruthy();
  });

  it("runs what it says", async () => {
    const user = userEvent.setup();
    const { backend } = await opened();
    await user.click(card().getByRole("radio", { name: "Last month" }));
    await user.click(card().getByRole("button", { name: "Run report" }));
    expect(backend.askedFor("runReport")[0]?.[0]).toMatchObject({ choice: { kind: "previous-month" } });
  });

  it("offers the report that was made already beside another run", async () => {
    const user = userEvent.setup();
    const { backend } = await opened();
    const existing = await backend.showRun(48_213);
    const run = vi.spyOn(backend, "runReport").mockResolvedValueOnce({ outcome: "exists", run: existing });
    await user.click(card().getByRole("button", { name: "Run report" }));
    expect(await card().findByText(/You have this report already: 83,835 rows/)).toBeTruthy();
    expect(await faults()).toEqual([]);

    await user.click(card().getByRole("button", { name: "Run again" }));
    expect(run.mock.calls[1]?.[1]).toBe(false);
  });

  it("opens the report that was made already", async () => {
    const user = userEvent.setup();
    const { app, backend } = await opened();
    const existing = await backend.showRun(48_213);
    vi.spyOn(backend, "runReport").mockResolvedValueOnce({ outcome: "exists", run: existing });
    await user.click(card().getByRole("button", { name: "Run report" }));
    await user.click(await card().findByRole("button", { name: "Open it" }));
    expect(backend.askedFor("openReport")).toEqual([["run-48213"]]);
    await waitFor(() => expect(app.library.active?.id).toBe("run-48213"));
  });

  it("asks for the parameters of a report of one's own, and hands them over", async () => {
    const user = userEvent.setup();
    const { backend } = await opened();
    await user.click(card().getByRole("combobox", { name: "Report" }));
    await user.click(screen.getByRole("option", { name: /Refunds by station/ }));
    const station = card().getByRole("textbox", { name: "Station" });
    await user.clear(station);
    await user.type(station, "Roma Termini");
    expect(await faults()).toEqual([]);
    await user.click(card().getByRole("button", { name: "Run report" }));
    expect(backend.askedFor("runReport")[0]?.[0]).toMatchObject({
      definition: "refunds-by-station",
      parameters: { station: "Roma Termini", channel: "web", least: "0" },
    });
  });

  it("shows why a definition can't be run", async () => {
    const user = userEvent.setup();
    await opened();
    await user.click(card().getByRole("combobox", { name: "Report" }));
    await user.click(screen.getByRole("option", { name: /Delays/ }));
    expect(await screen.findByRole("alert", { name: "The report definition is wrong" })).toBeTruthy();
    expect(card().getByRole("button", { name: "Run report" })).toHaveProperty("disabled", true);
  });

  it("asks for the password where none is known", async () => {
    const user = userEvent.setup();
    const { app } = await opened("populated", (backend) =>
      backend.refuse("runReport", { code: "password-needed", message: "no password is known", hint: "" }),
    );
    await user.click(card().getByRole("button", { name: "Run report" }));
    await user.click(await screen.findByRole("button", { name: "Enter the password…" }));
    expect(app.window.overlay).toBe("password");
  });
});

describe("the days", () => {
  // The calendar is a large part that is fetched when it is first opened.
  beforeAll(() => import("./RangePicker.svelte"), 60_000);

  const open = async () => {
    const user = userEvent.setup();
    const page = await opened();
    await user.click(card().getByRole("radio", { name: "Range…" }));
    const picker = await screen.findByRole("dialog", { name: "Choose the days" });
    return { ...page, user, picker: within(picker) };
  };

  it("are chosen by a suggestion", async () => {
    const { user, picker, backend } = await open();
    expect(await faults()).toEqual([]);
    await user.click(picker.getByRole("button", { name: "Last quarter" }));
    expect(picker.getByText("1 July to 30 September, 92 days")).toBeTruthy();
    await user.click(picker.getByRole("button", { name: "Use these days" }));
    expect(card().getByRole("radio", { name: "Q3 2026" })).toBeTruthy();
    await user.click(card().getByRole("button", { name: "Run report" }));
    expect(backend.askedFor("runReport")[0]?.[0]).toMatchObject({
      choice: { kind: "range", start: "2026-07-01", end: "2026-09-30" },
    });
  });

  it("end with the present day in the zone of the reports, wherever this computer is", async () => {
    const user = userEvent.setup();
    await opened("populated", (backend) => (backend.world.today = "2026-11-24"));
    await waitFor(() => card().getByText("1 to 24 November, about 65,000 rows."));
    await user.click(card().getByRole("radio", { name: "Range…" }));
    const picker = within(await screen.findByRole("dialog", { name: "Choose the days" }));
    await user.click(picker.getByRole("button", { name: "Last 7 days" }));
    expect(picker.getByText("18 to 24 November, 7 days")).toBeTruthy();
  });

  it("are chosen in the calendar, never in the future", async () => {
    const { user, picker } = await open();
    expect(picker.getByRole("button", { name: /November 24, 2026/ }).getAttribute("aria-disabled")).toBe(
      "true",
    );
    await user.click(picker.getByRole("button", { name: /October 5, 2026/ }));
    await user.click(picker.getByRole("button", { name: /October 9, 2026/ }));
    expect(picker.getByText("5 to 9 October, 5 days")).toBeTruthy();
  });
});

describe("a live run", () => {
  it("tells its part, its rows and its share, and reads out only the part", async () => {
    await opened("busy");
    const live = within(screen.getByRole("list", { name: "Reports being made" }));
    expect(live.getByText("Jan–Oct 2026")).toBeTruthy();
    expect(live.getByText("512,340 of 851,206")).toBeTruthy();
    expect(screen.getByText("Jan–Oct 2026: Writing rows").getAttribute("role")).toBe("status");
    expect(await faults()).toEqual([]);
  });

  it("makes up no share where the total is unknown", async () => {
    await opened("crowded");
    const way = screen.getByRole("list", { name: "How far Jul–Dec 2025 is" });
    expect(text(way)).toContain("118,000 rows");
    expect(way.querySelector("[style*='--p']")).toBeNull();
  });

  it("stands in one line with others where more than two are live", async () => {
    await opened("crowded");
    expect(screen.getByText("2 more: Jan–Jun 2025 and 2024")).toBeTruthy();
  });

  it("is cancelled, and can be cancelled once", async () => {
    const user = userEvent.setup();
    const { backend } = await opened("busy");
    await user.click(screen.getByRole("button", { name: "Cancel Jan–Oct 2026" }));
    expect(backend.askedFor("cancelRun")).toEqual([[48_217]]);
    await waitFor(() => expect(screen.queryByRole("list", { name: "Reports being made" })).toBeNull());
  });
});

describe("a failure", () => {
  it("says what was not harmed, and its first button is the remedy", async () => {
    const user = userEvent.setup();
    const { app } = await opened("failed");
    const alert = await screen.findByRole("alert", { name: "Jan–Oct 2026 did not finish" });
    expect(text(alert)).toContain("Nothing was left in your folder.");
    expect(await faults()).toEqual([]);
    await user.click(within(alert).getByRole("button", { name: "Enter the password…" }));
    expect(app.window.overlay).toBe("password");
  });

  it("is run again, and goes away", async () => {
    const user = userEvent.setup();
    const { backend } = await opened("failed-late");
    const alert = await screen.findByRole("alert", { name: "Jan–Oct 2026 did not finish" });
    await user.click(within(alert).getByRole("button", { name: "Run again" }));
    expect(backend.askedFor("retryRun")).toEqual([[48_216]]);
    await waitFor(() => expect(screen.queryByRole("alert", { name: /did not finish/ })).toBeNull());
  });
});

describe("the library", () => {
  it("is a grid of one tab stop whose keys act on the row", async () => {
    const user = userEvent.setup();
    const { backend } = await opened();
    expect(await faults()).toEqual([]);
    list().focus();
    await user.keyboard("{ArrowDown}{ArrowDown}");
    expect(selected()[0]).toContain("Refunds by station");
    await user.keyboard("{Enter}");
    await user.keyboard("{Shift>}{Enter}{/Shift}");
    expect(backend.askedFor("openReport")[0]?.[0]).toMatch(/^file-1-/);
    expect(backend.askedFor("showInFolder")[0]?.[0]).toMatch(/^file-1-/);
  });

  it("selects several with Shift and Ctrl", async () => {
    const user = userEvent.setup();
    await opened();
    await user.click(rowOf("October 2026"));
    await user.keyboard("{Shift>}{ArrowDown}{ArrowDown}{/Shift}");
    expect(selected()).toHaveLength(3);
    await fireEvent.mouseDown(rowOf("1–23 Nov 2026"), { button: 0, ctrlKey: true });
    expect(selected()).toHaveLength(4);
    await user.keyboard("{Control>}a{/Control}");
    expect(selected()).toHaveLength(17);
    await user.keyboard("{Escape}");
    expect(selected()).toHaveLength(1);
  });

  it("deletes into the trash", async () => {
    const user = userEvent.setup();
    const { backend } = await opened();
    await user.click(rowOf("October 2026"));
    await user.keyboard("{Delete}");
    await waitFor(() => expect(backend.askedFor("deleteReport")).toEqual([["run-48213", false]]));
    await waitFor(() => expect(rowOf("October 2026")).toBeUndefined());
  });

  it("deletes everything that is called selected, also what was never scrolled to", async () => {
    const user = userEvent.setup();
    const { app, backend } = await opened("many", (backend) => (backend.world.entries.length = 250));
    list().focus();
    await user.keyboard("{Control>}a{/Control}{Delete}");
    await waitFor(() => expect(backend.askedFor("deleteReport")).toHaveLength(250));
    await waitFor(() => expect(app.library.total).toBe(0));
  });

  it("does not delete what was filtered away", async () => {
    const user = userEvent.setup();
    const { app, backend } = await opened();
    list().focus();
    await user.keyboard("{Control>}a{/Control}");
    await app.library.ask({ search: "october" });
    await settled();
    expect(screen.queryByText(/selected/)).toBeNull();
    list().focus();
    await user.keyboard("{Delete}");
    await waitFor(() => expect(backend.askedFor("deleteReport")).toEqual([["run-48213", false]]));
  });

  it("that shows what was deleted puts back what is selected", async () => {
    const user = userEvent.setup();
    const { app, backend } = await opened();
    await backend.deleteReport("run-48213", false);
    await backend.deleteReport("run-48198", false);
    await backend.deleteReport("run-48190", true);
    await app.library.ask({ show: "deleted" });
    await settled();
    list().focus();
    await user.keyboard("{Control>}a{/Control}{Delete}");
    await waitFor(() => expect(backend.askedFor("restoreReport")).toHaveLength(2));
    expect(backend.askedFor("restoreReport").flat()).not.toContain("run-48190");
  });

  it("has a menu for the row it was asked on", async () => {
    const { backend } = await opened();
    await fireEvent.pointerDown(rowOf("September 2026"), { button: 2 });
    await fireEvent.contextMenu(rowOf("September 2026"), { button: 2 });
    expect(selected()[0]).toContain("September 2026");
    const menu = within(screen.getByRole("menu", { name: "Actions" }));
    expect(menu.getAllByRole("menuitem").map(text)).toEqual([
      expect.stringContaining("Open"),
      expect.stringContaining("Show in folder"),
      expect.stringContaining("Save a copy…"),
      expect.stringContaining("Run again"),
      expect.stringContaining("Delete"),
    ]);
    expect(await faults()).toEqual([]);
    await fireEvent.click(menu.getByRole("menuitem", { name: /Run again/ }));
    expect(backend.askedFor("retryRun")).toEqual([[48_209]]);
  });

  it("is searched from anywhere, and says what to do when nothing matches", async () => {
    const user = userEvent.setup();
    await opened();
    await user.keyboard("/");
    await user.keyboard("zzz");
    expect(await screen.findByText("Nothing matches “zzz”")).toBeTruthy();
    expect(await faults()).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Clear the search" }));
    await waitFor(() => expect(rows()).toHaveLength(17));
  });

  it("is narrowed down by the menu", async () => {
    const user = userEvent.setup();
    await opened();
    await user.click(screen.getByRole("button", { name: "Filter and sort" }));
    await user.click(screen.getByRole("menuitemcheckbox", { name: "Failed" }));
    await waitFor(() => expect(rows()).toHaveLength(1));
    await user.click(screen.getByRole("button", { name: /Show everything/ }));
    await waitFor(() => expect(rows()).toHaveLength(17));
  });

  it("is sorted by its heads, and says how", async () => {
    const user = userEvent.setup();
    await opened();
    await user.click(within(screen.getByRole("columnheader", { name: "Rows" })).getByText("Rows"));
    await waitFor(() => expect(text(rows()[0])).toContain("249,561"));
    expect(screen.getByRole("columnheader", { name: "Rows" }).getAttribute("aria-sort")).toBe("descending");
  });

  it("marks a new report as seen when somebody looks at it, and not before", async () => {
    const user = userEvent.setup();
    const { backend } = await opened();
    await user.click(rowOf("1–20 Nov 2026"));
    await waitFor(() => expect(backend.askedFor("markSeen")).toEqual([[["run-48214"]]]), { timeout: 3000 });
  });

  it("says why it can't be read, and is read again", async () => {
    const user = userEvent.setup();
    const { backend } = await opened("populated", (backend) =>
      backend.refuse("listLibrary", { code: "ledger", message: "the ledger can't be read", hint: "" }),
    );
    expect(await screen.findByRole("alert", { name: "The library can’t be read" })).toBeTruthy();
    backend.refuse("listLibrary", null);
    await user.click(screen.getByRole("button", { name: "Retry" }));
    await waitFor(() => expect(rows()).toHaveLength(17));
  });

  it("draws grey rows while it is being read", async () => {
    await opened("loading", (backend) => backend.silent.add("listLibrary"));
    expect(await screen.findByRole("status", { name: "Loading" })).toBeTruthy();
    expect(await faults()).toEqual([]);
  });
});

/** Files that are told as they were last seen. */
const believed = () =>
  [...document.querySelectorAll(".library .st.stale")].filter((state) => text(state) === "On desktop");

it("the reports of a folder that can't be reached are told as they were last seen", async () => {
  await opened("populated");
  expect(believed()).toEqual([]);
  cleanup();
  await opened("folder-lost");
  expect(believed().length).toBeGreaterThan(10);
});

describe("without the engine", () => {
  const error = { code: "engine-unreachable", message: "gone", hint: "" } as const;

  it("what was known stays, with its age and a way back", async () => {
    const user = userEvent.setup();
    const { backend } = await opened();
    backend.emit({ type: "desktop", data: { desktop: "engine-unreachable", error } });
    await settled();
    expect(screen.getAllByText("Not connected, as of 09:41").length).toBeGreaterThan(0);
    expect(rows()).toHaveLength(17);
    expect(believed().length).toBeGreaterThan(10);
    expect(card().getByRole("button", { name: "Run report" })).toHaveProperty("disabled", true);
    expect(await faults()).toEqual([]);
    await user.click(screen.getAllByRole("button", { name: "Retry" })[0] as HTMLElement);
    await waitFor(() => expect(screen.queryByText("Not connected, as of 09:41")).toBeNull());
  });
});

it("everything is said in Italian where the settings say so", async () => {
  await opened("busy", (backend) => (backend.world.settings.desktop.language = "it"));
  await waitFor(() => expect(screen.getByRole("button", { name: "Esegui report" })).toBeTruthy());
  expect(document.documentElement.lang).toBe("it");
  expect(screen.getByText("Gen–ott 2026")).toBeTruthy();
  expect(screen.getAllByText("61.740").length).toBeGreaterThan(0);
});

it("a report that is being made somewhere else shows live", async () => {
  const { backend } = await opened("populated");
  const asked = queued(48_230, { from: "2026-11-01", to: "2026-11-23" }, NOW);
  backend.emit({ type: "runChanged", data: asked });
  await settled();
  expect(screen.getByRole("list", { name: "Reports being made" })).toBeTruthy();
});

describe("the report of a crash", () => {
  it("is offered once a start, not at every new connection", async () => {
    const { app, backend } = await opened("crashed");
    await waitFor(() => expect(app.window.overlay).toBe("crash"));
    app.window.close();
    backend.emit({ type: "desktop", data: { desktop: "engine-lost" } });
    await settled();
    backend.emit({ type: "snapshot", data: backend.snapshot() });
    await settled();
    expect(app.window.overlay).toBeNull();
    expect(backend.askedFor("readCrash")).toHaveLength(1);
  });

  it("waits until nothing else lies over the page", async () => {
    let tell = (_report: string) => {};
    const { app } = await opened("crashed", (backend) => {
      vi.spyOn(backend, "readCrash").mockReturnValue(new Promise((resolve) => (tell = resolve)));
    });
    app.window.open("help");
    tell("signal 11");
    await settled();
    expect(app.window.overlay).toBe("help");
    app.window.close();
    await waitFor(() => expect(app.window.overlay).toBe("crash"));
  });
});

it("a failed run whose toast still shows has only its card in the reports", async () => {
  const { app, backend } = await opened("busy");
  app.window.go("settings");
  const [live] = app.runs.live;
  const error = { code: "disk-full", message: "the disk is full", hint: "", subject: null } as const;
  const data = { ...live, state: "failed", error, endedAt: new Date(NOW).toISOString() } as Run;
  backend.emit({ type: "runChanged", data });
  await waitFor(() => expect(app.toasts.shown?.title).toBe("Jan–Oct 2026 did not finish"));
  app.window.go("reports");
  await screen.findByRole("alert", { name: "Jan–Oct 2026 did not finish" });
  await waitFor(() => expect(app.toasts.shown).toBeNull());
});
