import { fireEvent } from "@testing-library/svelte";
import { afterEach, describe, expect, it, vi } from "vitest";

import { EarlyKeys } from "./early";

const early = new EarlyKeys();
afterEach(() => void early.end());

const press = (key: string, held: KeyboardEventInit = {}) =>
  fireEvent.keyDown(document.body, { key, ...held });

describe("keys that are typed early", () => {
  it("are handed over as the text that they would have made", async () => {
    early.begin(() => {});
    for (const key of ["r", "u", "x", "Backspace", "n", " ", "ò"]) await press(key);
    expect(early.end()).toBe("run ò");
    expect(early.end()).toBe("");
  });

  it("are no shortcuts meanwhile, and those with a modifier are no text", async () => {
    const shortcut = vi.fn();
    window.addEventListener("keydown", shortcut);
    early.begin(() => {});
    await press("/");
    expect(shortcut).not.toHaveBeenCalled();
    await press("j", { ctrlKey: true });
    expect(shortcut).toHaveBeenCalledOnce();
    expect(early.end()).toBe("/");
    await press("/");
    expect(shortcut).toHaveBeenCalledTimes(2);
    window.removeEventListener("keydown", shortcut);
  });

  it("Escape gives it up", async () => {
    const cancel = vi.fn();
    early.begin(cancel);
    await press("Escape");
    expect(cancel).toHaveBeenCalledOnce();
  });

  it("are no longer kept for a field that doesn't come", async () => {
    vi.useFakeTimers();
    early.begin(() => {});
    vi.advanceTimersByTime(10_000);
    await press("a");
    expect(early.end()).toBe("");
  });
});
