import { screen, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";

import { faults, text } from "$components/testing";
import { actions } from "$lib/actions";
import { show } from "$views/testing/app";

import Help from "./Help.svelte";

const opened = () =>
  show(Help, { before: (app) => app.window.open("help"), shown: (app) => app.window.overlay === "help" });

describe("the keyboard help", () => {
  it("has every key of the registry", async () => {
    await opened();
    const dialog = screen.getByRole("dialog", { name: "Keyboard help" });
    const withKeys = actions.filter((action) => action.shortcuts);
    expect(within(dialog).getAllByRole("term").map(text)).toHaveLength(withKeys.length);
    for (const action of withKeys)
      expect(within(dialog).getAllByText(action.words()).length).toBeGreaterThan(0);
    expect(await faults()).toEqual([]);
  });

  it("finds a key by what it does, and what it does by the key", async () => {
    const { user } = await opened();
    const field = screen.getByRole("textbox", { name: "Find a key" });
    expect(document.activeElement).toBe(field);
    await user.type(field, "settings");
    expect(screen.getAllByRole("term").map(text)).toEqual(["Settings"]);
    await user.clear(field);
    await user.type(field, "f1");
    expect(screen.getAllByRole("term").map(text)).toContain("Keyboard help");
    await user.clear(field);
    await user.type(field, "zzz");
    expect(screen.getByText("No key does that.")).toBeTruthy();
  });

  it("closes and gives the focus back", async () => {
    const { user, app, outside } = await opened();
    await user.keyboard("{Escape}");
    expect(app.window.overlay).toBeNull();
    expect(document.activeElement).toBe(outside);
  });
});
