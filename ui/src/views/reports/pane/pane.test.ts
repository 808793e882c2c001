import { render, screen, within } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { faults, text } from "$components/testing";
import type { ApiError, Backend, LibraryEntry, Preview, Run } from "$lib/backend";
import { previewOf } from "$lib/backend/fake/sheets";
import { failed, failureEntry, queued, report, workbook } from "$lib/backend/fake/world";
import { App } from "$lib/state";

import Harness from "./Harness.svelte";
// Read before the tests begin: what is fetched on demand comes at once then.
import "./Plot.svelte";
import "./RunAgainDialog.svelte";

// jsdom has no canvas; what is drawn is looked at in a real browser.
vi.mock("./plot", () => ({ palette: () => ({}), plot: () => ({ destroy: () => {} }) }));

const FINISHED = Date.parse("2026-11-02T07:14:00Z");
const october = report(48213, "2026-10-01", "2026-10-31", 83_835, FINISHED);
const period = { from: "2026-01-01", to: "2026-10-31" };

const timedOut: ApiError = {
  code: "cancelled-by-server",
  message: "the server ended the query after 600 s",
  hint: "Ask for fewer days.",
};

function stopped(): { run: Run; entry: LibraryEntry } {
  const at = (second: number) => new Date(FINISHED + second * 1000).toISOString();
  const run = failed(
    queued(48216, period, FINISHED, { database: { kind: "sample" } }),
    498_112,
    timedOut,
    [
      { phase: "queued", startedAt: at(0), endedAt: at(0.3) },
      { phase: "connecting", startedAt: at(0.3), endedAt: at(1.1) },
      { phase: "writing-rows", startedAt: at(1.1), endedAt: at(599) },
    ],
    FINISHED + 599_000,
  );
  return { run, entry: failureEntry(run, timedOut, FINISHED + 599_000) };
}

/** A preview with fewer cells: a thousand take jsdom seconds. */
function shortPreview(entry: LibraryEntry): Preview {
  const preview = previewOf(entry);
  const short = (rows: string[][]) => rows.slice(0, 6).map((row) => row.slice(0, 5));
  return { ...preview, sheets: preview.sheets.map((sheet) => ({ ...sheet, rows: short(sheet.rows) })) };
}

const asked = vi.fn<(name: string, ...given: unknown[]) => unknown>();

/** A backend that answers what the pane asks for, and notes it. Any other request is refused. */
function backend(answers: Partial<Backend>): Backend {
  return new Proxy({} as Backend, {
    get:
      (_, name: keyof Backend) =>
      (...given: unknown[]) => {
        asked(name, ...given);
        const answer = answers[name] as ((...given: unknown[]) => unknown) | undefined;
        return answer
          ? answer(...given)
          : Promise.reject({ code: "internal", message: `${name} is not answered`, hint: "" });
      },
  });
}

function shown(entry: LibraryEntry | null, answers: Partial<Backend> = {}, run?: Run): App {
  const app = new App(
    backend({
      previewReport: () => Promise.resolve(shortPreview(entry ?? october)),
      openReport: () => Promise.resolve(),
      readLog: () =>
        Promise.resolve([
          { number: 1, at: "2026-11-02T07:14:02Z", level: "information", message: "query ready" },
          { number: 2, at: "2026-11-02T07:24:01Z", level: "error", message: "stopped after 600 s" },
        ]),
      ...answers,
    }),
  );
  render(Harness, { app, entry, run });
  return app;
}

const pane = () => screen.getByRole("complementary", { name: "Preview" });
const fact = (name: string) => text(within(pane()).getByText(name).nextElementSibling);

beforeEach(() => asked.mockClear());

describe("the preview of a report", () => {
  it("says what it is and that every row is in it", async () => {
    shown(october);
    expect(screen.getByRole("heading", { level: 1, name: "October 2026" })).toBeTruthy();
    expect(text(pane())).toContain("ticketing-report-2026-10-01-to-2026-10-31-48213.xlsx");
    expect([fact("Rows"), fact("Size"), fact("Took")]).toEqual(["83,835", "6.5 MB", "1.1 s"]);
    expect(text(pane())).toContain("The file holds every row of the query. Made by run 48213.");
    await screen.findByRole("tab", { name: /Tickets/ });
    expect(fact("Columns")).toBe("5");
    expect(await faults()).toEqual([]);
  });

  it("shows the first rows with the numbers of the spreadsheet, sheet by sheet", async () => {
    const user = userEvent.setup();
    shown(october);
    const sheet = await screen.findByRole("region", { name: "First rows of Tickets" });
    const rows = within(sheet).getAllByRole("row");
    expect(rows).toHaveLength(6);
    expect(rows[1]?.ariaRowIndex).toBe("2");
    expect(text(pane())).toContain("First 5 of 83,835 rows");
    expect(text(pane())).toContain("Times in Europe/Rome");
    await user.click(screen.getByRole("tab", { name: /Summary/ }));
    expect(screen.getByRole("region", { name: "First rows of Summary" })).toBeTruthy();
    expect(await faults()).toEqual([]);
  });

  it("says its chart in words, and shows the values by one key", async () => {
    const user = userEvent.setup();
    shown(october);
    const drawing = await screen.findByRole("button", { name: /Revenue per day/ });
    expect(drawing.getAttribute("aria-label")).toBe(
      "Revenue per day, EUR: between 58,000 and 96,000, highest on 30 Oct 2026. Show the values",
    );
    screen.getByRole("button", { name: "Open" }).focus();
    await user.keyboard("t");
    const values = screen.getByRole("region", { name: "Values of Revenue per day" });
    expect(within(values).getAllByRole("row")).toHaveLength(33);
    expect(text(within(values).getByRole("rowheader", { name: "30 Oct 2026" }).nextElementSibling)).toBe(
      "96,000",
    );
    expect(await faults()).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Show the chart" }));
    expect(document.activeElement).toBe(screen.getByRole("button", { name: /Revenue per day/ }));
  });

  it("opens, and offers the rest in a menu", async () => {
    const user = userEvent.setup();
    const app = shown(october);
    await user.click(screen.getByRole("button", { name: "Open" }));
    expect(asked).toHaveBeenCalledWith("openReport", "run-48213");
    await user.click(screen.getByRole("button", { name: "More actions" }));
    const lines = screen.getAllByRole("menuitem").map((line) => line.dataset["label"]);
    expect(lines).toEqual(["Run again", "Run again with other parameters…", "Copy file name", "Delete"]);
    await user.click(screen.getByRole("menuitem", { name: /Copy file name/ }));
    expect(await navigator.clipboard.readText()).toBe(october.file);
    expect(app.toasts.shown?.title).toBe("File name copied");
  });

  it("leads to the log of its run", async () => {
    const user = userEvent.setup();
    const app = shown(october);
    await user.click(screen.getByRole("button", { name: "run 48213" }));
    expect([app.window.activityOpen, app.window.activityRun]).toEqual([true, 48_213]);
  });

  it("waits 150 ms before it shows grey bars, and asks for nothing while arrows run past", async () => {
    vi.useFakeTimers();
    try {
      shown(october, { previewReport: () => new Promise(() => {}) });
      await vi.advanceTimersByTimeAsync(60);
      expect(asked).not.toHaveBeenCalledWith("previewReport", "run-48213");
      await vi.advanceTimersByTimeAsync(60);
      expect(asked).toHaveBeenCalledWith("previewReport", "run-48213");
      expect(screen.queryByRole("status", { name: "Loading" })).toBeNull();
      await vi.advanceTimersByTimeAsync(100);
      expect(screen.getByRole("status", { name: "Loading" })).toBeTruthy();
    } finally {
      vi.useRealTimers();
    }
  });

  it("of somebody else's workbook claims nothing about its rows, and offers no other run", async () => {
    const user = userEvent.setup();
    shown(workbook("budget.xlsx", 81_000, FINISHED));
    expect(text(pane())).toContain("Not made by Landfall");
    await user.click(screen.getByRole("button", { name: "More actions" }));
    expect(screen.queryByRole("menuitem", { name: /Run again/ })).toBeNull();
    expect(await faults()).toEqual([]);
  });

  it("says so when the workbook can't be read, and still opens it", async () => {
    shown(workbook("budget.xlsx", 81_000, FINISHED), {
      previewReport: () =>
        Promise.reject({ code: "conflict", message: "the workbook is encrypted", hint: "Open it." }),
    });
    const card = await screen.findByRole("alert", { name: "Landfall can’t show this workbook" });
    expect(text(card)).toContain("The workbook is encrypted.");
    expect(within(card).getByRole("button", { name: "Copy details" })).toBeTruthy();
    expect(screen.getByRole("button", { name: "Open" })).toBeTruthy();
    expect(await faults()).toEqual([]);
  });
});

describe("a run without a file", () => {
  it("shows where it stopped, why, and its last words", async () => {
    const { run, entry } = stopped();
    shown(entry, {}, run);
    const parts = within(screen.getByRole("list", { name: "Where it stopped" })).getAllByRole("listitem");
    expect(parts.map(text)).toEqual([
      "Queued 0.3 s",
      "Started 0.8 s",
      "Writing rows 498,112 in 9:57",
      "Checking",
      "On desktop",
    ]);
    expect(fact("Code")).toBe("cancelled-by-server");
    expect(fact("Database")).toBe("Sample data on this computer");
    expect(fact("Rows")).toBe("498,112 written, none kept");
    expect(text(await screen.findByRole("region", { name: "Last lines of the log" }))).toContain(
      "stopped after 600 s",
    );
    expect(await faults()).toEqual([]);
  });

  it("asks for the run where the page does not know it", async () => {
    const { run, entry } = stopped();
    shown(entry, { showRun: () => Promise.resolve(run) });
    expect(await screen.findByRole("list", { name: "Where it stopped" })).toBeTruthy();
  });

  it("copies its details and leads to the settings of the database", async () => {
    const user = userEvent.setup();
    const { run, entry } = stopped();
    const app = shown(entry, { copyDetails: () => Promise.resolve("the details") }, run);
    await user.click(screen.getByRole("button", { name: "Copy details" }));
    await screen.findByRole("button", { name: "Copied" });
    expect(await navigator.clipboard.readText()).toBe("the details");
    expect(asked).toHaveBeenCalledWith("copyDetails", timedOut, 48_216);
    await user.click(screen.getByRole("button", { name: "Check the database" }));
    expect(app.window.view).toBe("settings");
  });

  it("that was cancelled says so, and accuses nobody", async () => {
    const { run, entry } = stopped();
    shown({ ...entry, state: { state: "cancelled" } }, {}, run);
    expect(text(pane())).toContain("Somebody cancelled it");
    expect(screen.queryByRole("button", { name: "Copy details" })).toBeNull();
    expect(await faults()).toEqual([]);
  });

  it("is run again for other days and with other values", async () => {
    const user = userEvent.setup();
    const { run, entry } = stopped();
    shown(
      entry,
      {
        showRun: () => Promise.resolve({ ...run, parameters: { channel: "app" } }),
        listDefinitions: () =>
          Promise.resolve([
            {
              name: "ticketing-report",
              title: "Ticketing report",
              description: "",
              problem: null,
              parameters: [
                { name: "channel", title: "Channel", kind: "text", default: "web", allowed: ["web", "app"] },
                { name: "station", title: "Station", kind: "text", default: null, allowed: [] },
              ],
            },
          ]),
        planRun: () =>
          Promise.resolve({
            period,
            timezone: "Europe/Rome",
            today: period.to,
            folder: "",
            aboutRows: 62_000,
            existing: null,
            notes: [],
          }),
        runReport: () => Promise.resolve({ outcome: "accepted" as const, run, notes: [] }),
      },
      run,
    );
    await user.click(screen.getByRole("button", { name: "Run again…" }));
    const dialog = await screen.findByRole("dialog", { name: "Run Ticketing report again" });
    expect(text(await within(dialog).findByRole("combobox", { name: "Channel" }))).toBe("app");
    expect(await within(dialog).findByText(/about 62,000 rows/)).toBeTruthy();
    expect(await faults()).toEqual([]);

    await user.click(within(dialog).getByRole("radio", { name: "Last month" }));
    await user.type(within(dialog).getByRole("textbox", { name: "Station" }), "Ancona");
    await user.click(within(dialog).getByRole("button", { name: "Run report" }));
    const form = {
      definition: "ticketing-report",
      choice: { kind: "previous-month" },
      parameters: { channel: "app", station: "Ancona" },
      timezone: "Europe/Rome",
    };
    expect(asked).toHaveBeenCalledWith("runReport", form, false);
    await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });
});

describe("a report whose file is gone", () => {
  it("can be taken off the list, and put back on it", async () => {
    const user = userEvent.setup();
    const { entry } = stopped();
    shown({ ...entry, hidden: true }, { restoreReport: () => Promise.resolve(entry) });
    await user.click(screen.getByRole("button", { name: "More actions" }));
    const lines = screen.getAllByRole("menuitem").map((line) => line.dataset["label"]);
    expect(lines).toEqual(["Run again", "Run again with other parameters…", "Put back"]);
    await user.click(screen.getByRole("menuitem", { name: "Put back" }));
    expect(asked).toHaveBeenCalledWith("restoreReport", "run-48216");
  });

  it("says what can be done when somebody took it away", async () => {
    const user = userEvent.setup();
    const app = shown(
      { ...october, state: { state: "missing" } },
      {
        retryRun: () => Promise.resolve(stopped().run),
        listLibrary: () => Promise.resolve({ entries: [], total: 0 }),
      },
    );
    const card = screen.getByRole("group", { name: "The file is no longer in its folder" });
    await user.click(within(card).getByRole("button", { name: "Run again" }));
    expect(asked).toHaveBeenCalledWith("retryRun", 48_213);
    await user.click(within(card).getByRole("button", { name: "List deleted reports" }));
    expect(app.library.show).toBe("deleted");
    expect(await faults()).toEqual([]);
  });

  it("is put back out of the trash", async () => {
    const user = userEvent.setup();
    shown({ ...october, state: { state: "trashed" } }, { restoreReport: () => Promise.resolve(october) });
    await user.click(screen.getByRole("button", { name: "Put back" }));
    expect(asked).toHaveBeenCalledWith("restoreReport", "run-48213");
  });

  it("is made once more when it was deleted for good", async () => {
    shown({ ...october, state: { state: "deleted" } });
    expect(screen.queryByRole("button", { name: "Put back" })).toBeNull();
    expect(screen.getByRole("button", { name: "Run again" })).toBeTruthy();
    expect(await faults()).toEqual([]);
  });
});

describe("the pane without one report", () => {
  it("says what it is for when nothing is selected", async () => {
    const app = shown(null);
    expect(text(pane())).toContain("Nothing to show");
    app.library.known = true;
    app.library.total = 2;
    await vi.waitFor(() => expect(text(pane())).toContain("Nothing selected"));
    expect(await faults()).toEqual([]);
  });

  it("adds up what several have in common", async () => {
    const september = report(48209, "2026-09-01", "2026-09-30", 81_207, FINISHED);
    const answers: Partial<Backend> = {
      openReport: () => Promise.resolve(),
      listLibrary: () => Promise.resolve({ entries: [october, september], total: 2 }),
    };
    const user = userEvent.setup();
    const app = new App(backend(answers));
    await app.library.ask({});
    await app.library.selection.all();
    render(Harness, { app, entry: app.library.active });
    expect(screen.getByRole("heading", { level: 1, name: "2 reports selected" })).toBeTruthy();
    expect([fact("Files"), fact("Rows"), fact("Size")]).toEqual(["2", "165,042", "12.8 MB"]);
    await user.click(screen.getByRole("button", { name: "Open all 2" }));
    expect(asked.mock.calls.filter(([name]) => name === "openReport").map(([, id]) => id)).toEqual([
      "run-48213",
      "run-48209",
    ]);
    expect(await faults()).toEqual([]);
  });
});
