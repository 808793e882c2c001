import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, it } from "vitest";

import { faults, text } from "$components/testing";
import type { LogLine, Run, TaskProgress } from "$lib/backend";
import { show } from "$views/testing/app";
import { NOW, settled, standStill } from "../../testing/page";

import Activity from "./Activity.svelte";

beforeEach(standStill);

const opened = (scenario: "busy" | "crowded" | "empty" | "failed-late" = "busy") =>
  show(Activity, {
    scenario,
    before: (app) => app.window.showActivity(),
    shown: (app) => app.window.activityOpen,
  });

const list = () => within(screen.getByRole("list", { name: "Jobs" }));
const jobs = () => list().getAllByRole("listitem").map(text);

const task = (state: TaskProgress["state"], number = 1): TaskProgress => ({
  task: number,
  kind: "test",
  state,
});

function done(run: Run): Run {
  return {
    ...run,
    steps: run.steps.map((step) => ({ ...step, endedAt: step.endedAt ?? new Date(NOW).toISOString() })),
    state: "succeeded",
    endedAt: new Date(NOW).toISOString(),
    rows: 851_206,
    bytes: 1,
    sha256: "",
    queryMs: 1,
  } as Run;
}

describe("the jobs", () => {
  it("say what runs, its phase and how far it is", async () => {
    await opened();
    expect(screen.getByText("1 running, 1 finished today")).toBeTruthy();
    expect(jobs()).toEqual([
      "Report, Jan–Oct 2026 Writing rows, 60 % Cancel",
      "Report, 1–23 Nov 2026 61,740 rows, 09:31 0.9 s",
    ]);
    expect(await faults()).toEqual([]);
  });

  it("without a known total show rows only, and queued ones that they wait", async () => {
    await opened("crowded");
    expect(jobs()[1]).toContain("Writing rows, 118,000 rows");
    expect(jobs()[2]).toContain("Waits for the database");
  });

  it("are cancelled where they stand", async () => {
    const { user, fake } = await opened();
    await user.click(screen.getByRole("button", { name: "Cancel Report, Jan–Oct 2026" }));
    expect(fake.askedFor("cancelRun")).toEqual([[48217]]);
    await screen.findByText("Being cancelled");
  });

  it("that are over stay for the day, with how long they took, until they are cleared", async () => {
    const { user, app, fake } = await opened();
    fake.emit({ type: "runChanged", data: done(app.runs.live[0]!) });
    await screen.findByText("Nothing is running, 2 finished today");
    expect(jobs()[0]).toContain("851,206 rows, 09:41");
    await user.click(screen.getByRole("button", { name: "Clear finished" }));
    expect(screen.getByText(/Nothing is running\. Reports being made/)).toBeTruthy();
    expect(app.runs.recent).toHaveLength(2);
  });

  it("hold work on the database, too, and cancel it", async () => {
    const { user, fake } = await opened("empty");
    fake.emit({ type: "taskChanged", data: task({ state: "running", done: 1, total: 4 }) });
    await waitFor(() => expect(jobs()).toEqual(["Test of the database 25 % done Cancel"]));
    await user.click(screen.getByRole("button", { name: "Cancel Test of the database" }));
    expect(fake.askedFor("cancelTask")).toEqual([[1]]);
  });

  it("that failed say why", async () => {
    await opened("failed-late");
    expect(jobs()[0]).toContain("The server ended the query after 9 min 58 s");
  });

  it("are one stop of the Tab key, and arrows go through them", async () => {
    const { user } = await opened("crowded");
    const [first, second] = list().getAllByRole("button", { name: /^Report/ });
    expect(document.activeElement).toBe(first);
    await user.keyboard("{ArrowDown}");
    expect(document.activeElement).toBe(second);
    expect(second?.getAttribute("aria-current")).toBe("true");
    expect([first?.tabIndex, second?.tabIndex]).toEqual([-1, 0]);
  });
});

describe("the log", () => {
  const log = () => screen.getByRole("log", { name: "Log of Report, Jan–Oct 2026" });
  const line = (number: number): LogLine => ({
    number,
    at: new Date(NOW).toISOString(),
    level: "information",
    message: `rows ${number}00,000`,
  });

  it("is that of the selected run, and grows while it runs", async () => {
    const { fake } = await opened();
    await waitFor(() => expect(text(log())).toContain("query ready, 851,206 rows"));
    fake.emit({ type: "runLogged", data: { run: 48217, line: line(9) } });
    await waitFor(() => expect(text(log())).toContain("09:41:59 rows 900,000"));
  });

  it("is followed to its end until the person scrolls away", async () => {
    const { user } = await opened();
    await waitFor(() => expect(log()).toBeTruthy());
    Object.defineProperty(log(), "scrollHeight", { value: 5000, configurable: true });
    expect(screen.queryByRole("button", { name: "Follow the log" })).toBeNull();
    log().scrollTop = 100;
    await fireEvent.scroll(log());
    await user.click(screen.getByRole("button", { name: "Follow the log" }));
    await waitFor(() => expect(log().scrollTop).toBe(5000));
  });

  it("is read again after the engine was away, and no other is that nobody looks at", async () => {
    const { app, fake } = await opened("failed-late");
    await waitFor(() => expect(screen.getByRole("log")).toBeTruthy());
    app.runs.log(48198);
    await waitFor(() =>
      expect(fake.askedFor("readLog")).toEqual([
        [48216, 0],
        [48198, 0],
      ]),
    );
    fake.emit({ type: "snapshot", data: fake.snapshot() });
    await waitFor(() => expect(fake.askedFor("readLog")).toHaveLength(3));
    await settled();
    expect(fake.askedFor("readLog").slice(2)).toEqual([[48216, 0]]);
  });

  it("marks warnings and errors by a word", async () => {
    const { fake } = await opened();
    await waitFor(() => expect(log()).toBeTruthy());
    fake.emit({ type: "runLogged", data: { run: 48217, line: { ...line(9), level: "error" } } });
    await waitFor(() => expect(text(log())).toContain("Error rows 900,000"));
  });
});

describe("the drawer", () => {
  it("shows the run that was asked for, also one of another day", async () => {
    const { app } = await opened("busy");
    app.window.showActivity(48213);
    const job = await list().findByRole("button", { name: /October 2026/ });
    expect(job.getAttribute("aria-current")).toBe("true");
  });

  it("closes on Escape and by its button, and gives the focus back", async () => {
    const { user, app, outside } = await opened();
    await user.keyboard("{Escape}");
    expect(app.window.activityOpen).toBe(false);
    expect(document.activeElement).toBe(outside);
  });

  it("says what belongs here while there is nothing", async () => {
    const { user, app } = await opened("empty");
    expect(screen.getByText(/Reports being made and work on the database show here/)).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Close" }));
    expect(app.window.activityOpen).toBe(false);
  });
});
