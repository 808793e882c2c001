import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import type { Component } from "svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { faults, text } from "$components/testing";
import type { ApiError } from "$lib/backend";
import type { Scenario } from "$lib/backend/fake";
import type { App, Overlay } from "$lib/state";
import { show } from "$views/testing/app";

import Crash from "./Crash.svelte";
import DeleteForGood from "./DeleteForGood.svelte";
import Password from "./Password.svelte";
import Quit from "./Quit.svelte";
import StartOver from "./StartOver.svelte";

const opened = (
  part: Component,
  overlay: Overlay,
  { scenario, before = () => {} }: { scenario?: Scenario; before?: (app: App) => void } = {},
) =>
  show(part, {
    ...(scenario ? { scenario } : {}),
    before: (app) => {
      before(app);
      app.window.open(overlay);
    },
    shown: (app) => app.window.overlay === overlay,
  });

const button = (name: string) => screen.getByRole<HTMLButtonElement>("button", { name });
const REFUSED: ApiError = { code: "conflict", message: "the engine is busy", hint: "" };

describe("quitting while a report is made", () => {
  const asked = () => opened(Quit, "quit", { scenario: "busy" });

  it("asks with Stay in focus, and says what each way does", async () => {
    await asked();
    const dialog = screen.getByRole("alertdialog", { name: "A report is being made. Quit anyway?" });
    expect(document.activeElement).toBe(button("Stay"));
    expect(text(dialog)).toContain("Nothing half-made is left behind.");
    expect(await faults()).toEqual([]);
  });

  it.each([
    ["Leave running and quit", "leave-running"],
    ["Cancel the run and quit", "cancel-runs"],
    ["Stay", "stay"],
  ])("%s", async (name, choice) => {
    const { user, fake, app } = await asked();
    await user.click(button(name));
    expect(fake.askedFor("quit")).toEqual([[choice]]);
    expect(app.window.overlay).toBeNull();
  });

  it("stays on Escape, with the focus where it was", async () => {
    const { user, fake, outside } = await asked();
    await user.keyboard("{Escape}");
    expect(fake.askedFor("quit")).toEqual([["stay"]]);
    await waitFor(() => expect(document.activeElement).toBe(outside));
  });

  it("says why it can't, and stays open", async () => {
    const { user, fake, app } = await asked();
    fake.refuse("quit", REFUSED);
    await user.click(button("Leave running and quit"));
    await waitFor(() => expect(text(screen.getByRole("alert"))).toContain("The engine is busy"));
    expect(app.window.overlay).toBe("quit");
  });
});

describe("the report of a crash", () => {
  it("is shown on demand, and dismissed for good", async () => {
    const { user, fake } = await opened(Crash, "crash", { scenario: "crashed" });
    expect(screen.queryByText(/signal 11/)).toBeNull();
    await user.click(button("Show the report"));
    await screen.findByText(/signal 11/);
    expect(await faults()).toEqual([]);
    await user.click(button("Dismiss"));
    expect(fake.askedFor("dismissCrashes")).toHaveLength(1);
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("is copied with the details of this installation", async () => {
    const { user } = await opened(Crash, "crash", { scenario: "crashed" });
    await user.click(button("Copy details"));
    await waitFor(async () => {
      const copied = await navigator.clipboard.readText();
      expect(copied).toContain("Landfall 0.1.0");
      expect(copied).toContain("signal 11");
    });
  });
});

describe("starting over", () => {
  it("wants its words typed, and says what goes and what stays", async () => {
    const { user, fake } = await opened(StartOver, "start-over");
    const dialog = screen.getByRole("alertdialog", { name: "Start over?" });
    expect(text(dialog)).toContain("Your reports not touched");
    expect(document.activeElement).toBe(button("Cancel"));
    expect(button("Start over").disabled).toBe(true);
    await user.type(screen.getByRole("textbox", { name: "Type start over to confirm" }), "start over");
    expect(await faults()).toEqual([]);
    await user.keyboard("{Enter}");
    await waitFor(() => expect(fake.askedFor("startOver")).toEqual([["start over"]]));
    expect(screen.queryByRole("alertdialog")).toBeNull();
  });

  it("does nothing by Enter while the words don't fit", async () => {
    const { user, fake } = await opened(StartOver, "start-over");
    await user.type(screen.getByRole("textbox"), "start{Enter}");
    expect(fake.askedFor("startOver")).toEqual([]);
  });

  it("says why it was refused and keeps what was typed", async () => {
    const { user, fake } = await opened(StartOver, "start-over");
    fake.refuse("startOver", REFUSED);
    await user.type(screen.getByRole("textbox"), "start over{Enter}");
    await waitFor(() => expect(text(screen.getByRole("alert"))).toContain("The engine is busy"));
    expect(screen.getByRole<HTMLInputElement>("textbox").value).toBe("start over");
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("alertdialog")).toBeNull();
  });

  describe("without an answer", () => {
    beforeEach(() => void vi.useFakeTimers({ shouldAdvanceTime: true }));

    const asked = async () => {
      const shown = await opened(StartOver, "start-over");
      let refuse = (_: ApiError) => {};
      vi.spyOn(shown.fake, "startOver").mockReturnValue(new Promise((_, reject) => (refuse = reject)));
      await fireEvent.input(screen.getByRole("textbox"), { target: { value: "start over" } });
      await fireEvent.click(button("Start over"));
      return { ...shown, refuse: (error: ApiError) => refuse(error) };
    };

    it("can't be left at first, and can be when it takes long", async () => {
      const { app } = await asked();
      await fireEvent.keyDown(screen.getByRole("alertdialog"), { key: "Escape" });
      expect(app.window.overlay).toBe("start-over");
      expect(button("Cancel").disabled).toBe(true);
      await vi.advanceTimersByTimeAsync(10_000);
      expect(screen.getByText(/takes longer than it should/)).toBeTruthy();
      expect(await faults()).toEqual([]);
      await fireEvent.click(button("Close"));
      expect(app.window.overlay).toBeNull();
    });

    it("tells by a toast what became of it after it was left", async () => {
      const { app, refuse } = await asked();
      await vi.advanceTimersByTimeAsync(10_000);
      await fireEvent.click(button("Close"));
      app.window.open("palette");
      refuse(REFUSED);
      await waitFor(() => expect(app.toasts.shown?.text).toContain("The engine is busy"));
      expect(app.window.overlay).toBe("palette");
      app.toasts.stop();
    });
  });
});

describe("the question for a password", () => {
  const WRONG: ApiError = { code: "wrong-password", message: "refused", hint: "" };
  const asked = (run: number | null) =>
    opened(Password, "password", {
      scenario: "failed",
      before: (app) => void (app.window.passwordAsked = { error: WRONG, run }),
    });

  it("names user and host, and begins at the field", async () => {
    await asked(48216);
    expect(screen.getByRole("dialog", { name: "Password for landfall_ro on db.example.net" })).toBeTruthy();
    expect(screen.getByText("The server refused the password.")).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByLabelText("Password"));
    expect(await faults()).toEqual([]);
  });

  it("keeps it and runs the report again", async () => {
    const { user, fake } = await asked(48216);
    await user.type(screen.getByLabelText("Password"), "secret{Enter}");
    await waitFor(() => expect(fake.askedFor("retryRun")).toEqual([[48216]]));
    expect(fake.askedFor("keepPassword")).toEqual([["******", true]]);
  });

  it("keeps it in memory only when the key store is not wanted", async () => {
    const { user, fake } = await asked(48216);
    await user.click(screen.getByRole("checkbox", { name: /Keep it in the key store/ }));
    await user.type(screen.getByLabelText("Password"), "secret{Enter}");
    await waitFor(() => expect(fake.askedFor("keepPassword")).toEqual([["******", false]]));
  });

  it("wants something in the field", async () => {
    const { user, fake } = await asked(48216);
    await user.click(button("Keep and run again"));
    expect(screen.getByText("Type the password.")).toBeTruthy();
    expect(fake.askedFor("keepPassword")).toEqual([]);
  });

  it("keeps what was typed when it is refused", async () => {
    const { user, fake } = await asked(null);
    fake.refuse("keepPassword", REFUSED);
    await user.type(screen.getByLabelText("Password"), "secret");
    await user.click(button("Keep password"));
    await waitFor(() => expect(text(screen.getByRole("alert"))).toContain("The engine is busy"));
    expect(screen.getByLabelText<HTMLInputElement>("Password").value).toBe("secret");
  });
});

describe("deleting for good", () => {
  const asked = (runs: number[]) =>
    opened(DeleteForGood, "delete", {
      before: (app) =>
        app.window.askDelete(runs.map((run) => app.library.find(`run-${run}`)!).filter(Boolean)),
    });

  it("names what goes and how much, and begins at Cancel", async () => {
    await asked([48213]);
    const dialog = screen.getByRole("alertdialog", { name: "Delete October 2026 for good?" });
    expect(text(dialog)).toContain("6.5 MB");
    expect(document.activeElement).toBe(button("Cancel"));
    expect(await faults()).toEqual([]);
  });

  it("names four of many and counts the rest", async () => {
    await asked([48215, 48214, 48212, 48213, 48209, 48199]);
    expect(screen.getByRole("alertdialog", { name: "Delete 6 reports for good?" })).toBeTruthy();
    expect(screen.getAllByRole("listitem")).toHaveLength(5);
    expect(screen.getByText("and 2 more")).toBeTruthy();
  });

  it("leaves eight seconds before anything happens", async () => {
    const { user, app, fake } = await asked([48213]);
    await user.click(button("Delete 6.5 MB"));
    expect(app.window.overlay).toBeNull();
    expect(app.toasts.shown?.title).toBe("October 2026 will be deleted for good");
    expect(fake.askedFor("deleteReport")).toEqual([]);
    app.toasts.stop();
  });
});
