import { describe, expect, it } from "vitest";

import { WindowState } from "./window.svelte";

describe("the theme of the window", () => {
  it("is that of the last time until the settings are known", () => {
    new WindowState().useTheme("dark");
    expect(new WindowState().theme).toBe("dark");
  });

  it("follows the system again where that was chosen", () => {
    new WindowState().useTheme("dark");
    const state = new WindowState();
    state.useTheme("system");
    expect(state.theme).toBe("light");
    expect(new WindowState().theme).toBe("light");
  });

  it("is that of the system where nothing useful is remembered", () => {
    localStorage.setItem("landfall.theme", "purple");
    expect(new WindowState().theme).toBe("light");
  });
});
