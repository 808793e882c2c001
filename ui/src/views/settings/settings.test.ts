import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";

import { faults, isChecked, text } from "$components/testing";
import type { ApiError, DatabaseFacts, FolderCheck } from "$lib/backend";
import { show } from "$views/testing/app";

import Settings from "./Settings.svelte";

const REFUSED: ApiError = {
  code: "settings",
  message: "the settings file can't be written",
  hint: "Try again.",
};

const onServer = { source: "server" as const, host: "db.example.net", user: "ro" };

async function withServer() {
  const shown = await show(Settings);
  await shown.user.click(screen.getByRole("radio", { name: /Your own server/ }));
  await screen.findByRole("textbox", { name: "Host" });
  return shown;
}

function facts(more: Partial<DatabaseFacts> = {}): DatabaseFacts {
  return {
    database: { kind: "server", host: "localhost", port: 5432, name: "traindb", user: "postgres" },
    serverVersion: "17.2",
    name: "traindb",
    user: "postgres",
    firstCreatedAt: "2026-01-01T08:00:00Z",
    lastCreatedAt: "2026-11-22T20:00:00Z",
    tables: [],
    migrationsApplied: ["0001_train"],
    migrationsPending: [],
    encrypted: true,
    tookMs: 38,
    ...more,
  };
}

describe("a switch", () => {
  it("is saved at once, by its own key", async () => {
    const { user, fake } = await show(Settings);
    await user.click(screen.getByRole("switch", { name: "When a run fails" }));
    expect(fake.askedFor("changeSetting")).toEqual([["notifications.failed", "false"]]);
    await waitFor(() =>
      expect(isChecked(screen.getByRole("switch", { name: "When a run fails" }))).toBe(false),
    );
  });

  it("that is refused turns back, says why, and can be tried again", async () => {
    const { user, fake } = await show(Settings);
    fake.refuse("changeSetting", REFUSED);
    const failed = screen.getByRole("switch", { name: "When a run fails" });
    await user.click(failed);
    await screen.findByText(/Not saved: The settings file can't be written/);
    expect(isChecked(failed)).toBe(true);

    fake.refuse("changeSetting", null);
    await user.click(screen.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(isChecked(failed)).toBe(false));
  });
});

describe("a choice", () => {
  it("is saved at once, and goes back to what is true when it is refused", async () => {
    const { user, fake } = await show(Settings);
    const theme = () => screen.getByRole("radiogroup", { name: "Theme" });
    await user.click(within(theme()).getByRole("radio", { name: "Dark" }));
    expect(fake.askedFor("changeSetting")).toEqual([["desktop.theme", "dark"]]);

    fake.refuse("changeSetting", REFUSED);
    await user.click(within(theme()).getByRole("radio", { name: "Light" }));
    await screen.findByText(/Not saved/);
    expect(isChecked(within(theme()).getByRole("radio", { name: "Dark" }))).toBe(true);
  });

  it("of density stays in this window", async () => {
    const { user, fake } = await show(Settings);
    await user.click(screen.getByRole("radio", { name: "Compact" }));
    expect(document.documentElement.dataset["density"]).toBe("compact");
    expect(fake.askedFor("changeSetting")).toEqual([]);
    await user.click(screen.getByRole("radio", { name: "Comfortable" }));
  });
});

describe("a text", () => {
  it("is saved by Enter, and Undo puts the value before it back", async () => {
    const { user, fake } = await withServer();
    const host = screen.getByRole("textbox", { name: "Host" });
    await user.clear(host);
    await user.type(host, "db.example.net{Enter}");
    await user.click(await screen.findByRole("button", { name: "Undo the change of Host" }));
    await waitFor(() => expect((host as HTMLInputElement).value).toBe("localhost"));
    const asked = fake.askedFor("changeSetting").filter(([key]) => key === "database.host");
    expect(asked.map(([, value]) => value)).toEqual(["db.example.net", "localhost"]);
  });

  it("that can't be used says why and keeps what was typed; nothing is saved", async () => {
    const { user, fake } = await withServer();
    const port = screen.getByRole("textbox", { name: "Port" });
    await user.clear(port);
    await user.type(port, "99999");
    await user.tab();
    expect((port as HTMLInputElement).value).toBe("99999");
    expect(port.getAttribute("aria-invalid")).toBe("true");
    expect(screen.getByText("A port is a number from 1 to 65535.")).toBeTruthy();
    expect(fake.askedFor("changeSetting").some(([key]) => key === "database.port")).toBe(false);
  });

  it("that the engine refuses stays in the field, with the reason", async () => {
    const { user, fake } = await withServer();
    fake.refuse("changeSetting", { ...REFUSED, message: "there is no such host" });
    const host = screen.getByRole("textbox", { name: "Host" });
    await user.clear(host);
    await user.type(host, "nowhere");
    await user.tab();
    await screen.findByText(/Not saved: There is no such host/);
    expect((host as HTMLInputElement).value).toBe("nowhere");
  });

  it("is put back by Escape", async () => {
    const { user, fake } = await withServer();
    const host = screen.getByRole("textbox", { name: "Host" });
    await user.type(host, "xyz{Escape}");
    await user.tab();
    expect((host as HTMLInputElement).value).toBe("localhost");
    expect(fake.askedFor("changeSetting").some(([key]) => key === "database.host")).toBe(false);
  });

  it("of a time zone is checked by its name, and none means the zone of the computer", async () => {
    const { user, fake } = await show(Settings);
    const zone = screen.getByRole("combobox", { name: "Time zone" });
    await user.type(zone, "Rome");
    await user.tab();
    expect(screen.getByText("“Rome” is not a time zone. Write it as Europe/Rome.")).toBeTruthy();
    await user.clear(zone);
    await user.type(zone, "Europe/Rome{Enter}");
    await waitFor(() =>
      expect(fake.askedFor("changeSetting")).toEqual([["reports.timezone", "Europe/Rome"]]),
    );
    await user.clear(zone);
    await user.tab();
    await waitFor(() => expect(fake.askedFor("changeSetting").at(-1)).toEqual(["reports.timezone", null]));
  });
});

describe("the reports folder", () => {
  const check = (more: Partial<FolderCheck> = {}): FolderCheck => ({
    folder: "/mnt/share/reports",
    problem: null,
    present: false,
    freeBytes: 2_000_000_000,
    cloud: null,
    reportsToMove: 3,
    ...more,
  });

  async function chosen(more: Partial<FolderCheck>) {
    const shown = await show(Settings);
    shown.fake.chooseFolder = () => Promise.resolve({ choice: 7, check: check(more) });
    await shown.user.click(screen.getByRole("button", { name: "Change…" }));
    const dialog = await screen.findByRole("dialog", { name: "Use this folder?" });
    return { ...shown, dialog };
  }

  it("is shown as people say it, with how it is watched", async () => {
    await show(Settings);
    expect(screen.getByText("Home › kubernetes-reports")).toBeTruthy();
    expect(screen.getByText("Watched: changes show at once")).toBeTruthy();
  });

  it("is changed by the number of the choice, with what becomes of the reports, and says how many moved", async () => {
    const { user, fake, dialog } = await chosen({});
    fake.changeFolder = (...asked) => {
      fake.asked.push({ method: "changeFolder", with: asked });
      return Promise.resolve(3);
    };
    expect(text(dialog)).toContain("2.0 GB free");
    expect(isChecked(within(dialog).getByRole("radio", { name: /Move 3 reports/ }))).toBe(true);
    await user.click(within(dialog).getByRole("button", { name: "Use this folder" }));
    expect(fake.askedFor("changeFolder")).toEqual([[7, "move"]]);
    await screen.findByText("Reports now land here. 3 reports were moved.");
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("may be watched as well as the new one", async () => {
    const { user, fake, dialog } = await chosen({});
    await user.click(within(dialog).getByRole("radio", { name: /Watch both/ }));
    await user.click(within(dialog).getByRole("button", { name: "Use this folder" }));
    expect(fake.askedFor("changeFolder")).toEqual([[7, "watch-both"]]);
  });

  it("in the cloud is warned of", async () => {
    const { dialog } = await chosen({ cloud: "OneDrive" });
    expect(text(dialog)).toContain("OneDrive copies this folder to the cloud");
    expect(await faults(dialog)).toEqual([]);
  });

  it("that can't be used is not offered, and another one can be chosen", async () => {
    const { user, fake, dialog } = await chosen({
      problem: { code: "target-not-writable", message: "no permission", hint: "" },
    });
    expect(within(dialog).queryByRole("button", { name: "Use this folder" })).toBeNull();
    fake.chooseFolder = () => Promise.resolve({ choice: 8, check: check({ reportsToMove: 0 }) });
    await user.click(within(dialog).getByRole("button", { name: "Choose another…" }));
    await user.click(await within(dialog).findByRole("button", { name: "Use this folder" }));
    expect(fake.askedFor("changeFolder")).toEqual([[8, "keep"]]);
  });

  it("stays what it was when the change is refused, and says why in the dialog", async () => {
    const { user, fake, dialog } = await chosen({});
    fake.refuse("changeFolder", { code: "disk-full", message: "the disk is full", hint: "" });
    await user.click(within(dialog).getByRole("button", { name: "Use this folder" }));
    await within(dialog).findByText(/The folder was not changed: The disk is full/);
  });
});

describe("a server of one's own", () => {
  it("is tested with its outcome in sight", async () => {
    const { user, fake } = await withServer();
    await user.click(screen.getByRole("button", { name: "Test connection" }));
    expect(fake.askedFor("startTask")).toEqual([["test", null]]);
    fake.emit({
      type: "taskChanged",
      data: {
        task: 9,
        kind: "test",
        state: {
          state: "succeeded",
          message: "",
          facts: facts({ tables: [{ name: "tickets", rows: 49_812, estimated: false }] }),
        },
      },
    });
    await screen.findByText("Connected in 38 ms");
    expect(screen.getByText("PostgreSQL 17.2")).toBeTruthy();
    expect(screen.getByText("Encrypted")).toBeTruthy();
    expect(screen.getByText("tickets 49,812")).toBeTruthy();
  });

  it("that lacks tables offers to make them, and sample rows", async () => {
    const { user, fake } = await withServer();
    fake.emit({
      type: "taskChanged",
      data: {
        task: 9,
        kind: "test",
        state: { state: "succeeded", message: "", facts: facts({ migrationsPending: ["0001_train"] }) },
      },
    });
    await user.click(await screen.findByRole("button", { name: "Make the tables" }));
    expect(fake.askedFor("startTask")).toEqual([["migrate", null]]);
  });

  it("that is not empty takes sample rows only after its name was typed", async () => {
    const { user, fake } = await withServer();
    fake.emit({
      type: "taskChanged",
      data: {
        task: 9,
        kind: "test",
        state: {
          state: "succeeded",
          message: "",
          facts: facts({ tables: [{ name: "tickets", rows: 5, estimated: false }] }),
        },
      },
    });
    await user.click(await screen.findByRole("button", { name: "Load sample data…" }));
    const dialog = screen.getByRole("dialog", { name: "Load sample data into traindb?" });
    const load = within(dialog).getByRole("button", { name: "Load sample data" });
    expect((load as HTMLButtonElement).disabled).toBe(true);
    await user.type(within(dialog).getByRole("textbox"), "traindb");
    await user.click(load);
    expect(fake.askedFor("startTask")).toEqual([["load-sample", "traindb"]]);
  });

  it("that fails its test says why, with details to copy", async () => {
    const { fake } = await withServer();
    fake.emit({
      type: "taskChanged",
      data: {
        task: 9,
        kind: "test",
        state: {
          state: "failed",
          error: { code: "database-unreachable", message: "nothing answers at localhost:5432", hint: "" },
        },
      },
    });
    const card = await screen.findByRole("alert", { name: "The database doesn’t answer" });
    expect(text(card)).toContain("Nothing answers at localhost:5432.");
    expect(within(card).getByRole("button", { name: "Copy details" })).toBeTruthy();
  });

  it("whose settings changed since shows the old outcome as stale", async () => {
    const { user, fake } = await withServer();
    fake.emit({
      type: "taskChanged",
      data: { task: 9, kind: "test", state: { state: "succeeded", message: "", facts: facts() } },
    });
    await screen.findByText("Connected in 38 ms");
    const host = screen.getByRole("textbox", { name: "Host" });
    await user.clear(host);
    await user.type(host, `${onServer.host}{Enter}`);
    await screen.findByText("Tested before the last change");
  });

  it("has its password kept where the person wants, and the field forgets it", async () => {
    const { user, fake } = await withServer();
    const field = screen.getByLabelText("Password");
    await user.type(field, "secret");
    await user.click(screen.getByRole("button", { name: "Keep" }));
    await screen.findByText("Kept in the key store of this computer.");
    expect(fake.askedFor("keepPassword")).toEqual([["******", true]]);
    expect((field as HTMLInputElement).value).toBe("");
  });
});

describe("Settings", () => {
  it("names the lines of the file that can't be used", async () => {
    const { app } = await show(Settings, { scenario: "settings-trouble" });
    const card = screen.getByRole("group", { name: "One line of the settings file can’t be used" });
    expect(text(card)).toContain(`Line ${app.settings.problems[0]?.line}`);
    expect(text(card)).toContain("database.port");
  });

  it("goes to the section that was asked for, with the focus on its head", async () => {
    await show(Settings, { before: (app) => app.window.goSettings("database") });
    await waitFor(() => expect(text(document.activeElement)).toBe("Database"));
  });

  it("offers the change of the folder and the test of the database to palette and keys", async () => {
    const { app, fake } = await show(Settings);
    expect(app.offers.run("test-database")).toBe(true);
    expect(fake.askedFor("startTask")).toEqual([["test", null]]);
  });

  it("has names for everything, with sample data and with a server", async () => {
    await withServer();
    expect(await faults()).toEqual([]);
  });
});

describe("without the engine", () => {
  const GONE: ApiError = { code: "engine-unreachable", message: "it did not start within 10 s", hint: "" };

  it("says so, and keeps what helps: the logs, a retry, and starting over", async () => {
    const { user, app, fake } = await show(Settings, {
      before: (app, fake) => {
        app.settings.value = null;
        fake.emit({ type: "desktop", data: { desktop: "engine-unreachable", error: GONE } });
      },
    });
    expect(screen.getByRole("alert", { name: /doesn.t answer/ })).toBeTruthy();
    expect(screen.queryByRole("status", { name: "Loading" })).toBeNull();
    expect(await faults()).toEqual([]);

    await user.click(screen.getByRole("button", { name: "Open folder" }));
    expect(fake.askedFor("openLogsFolder")).toHaveLength(1);
    await user.click(screen.getByRole("button", { name: "Start over…" }));
    expect(app.window.overlay).toBe("start-over");

    await user.click(screen.getByRole("button", { name: "Retry" }));
    await screen.findByRole("heading", { name: "Reports folder" });
    expect(screen.queryByRole("alert", { name: /doesn.t answer/ })).toBeNull();
  });
});

describe("the file of authorities", () => {
  const withFile = () =>
    show(Settings, {
      before: (app, fake) => {
        const { settings } = fake.world;
        Object.assign(settings.database, onServer, {
          sslmode: "verify-full",
          sslrootcert: "/home/ada/ca.pem",
        });
        app.settings.changed(structuredClone(settings), []);
      },
    });

  it("gives way to the built-in ones", async () => {
    const { user, fake } = await withFile();
    await user.click(screen.getByRole("button", { name: "Use the built-in ones" }));
    expect(fake.askedFor("changeSetting")).toEqual([["database.sslrootcert", null]]);
    await screen.findByText("Those that come with Landfall");
    expect(screen.queryByRole("button", { name: "Use the built-in ones" })).toBeNull();
    expect(await faults()).toEqual([]);
  });

  it("stays when that is refused, with the reason", async () => {
    const { user, fake } = await withFile();
    fake.refuse("changeSetting", REFUSED);
    await user.click(screen.getByRole("button", { name: "Use the built-in ones" }));
    await screen.findByText(/Not saved: The settings file can't be written/);
    expect(screen.getByText("/home/ada/ca.pem")).toBeTruthy();
  });
});
