import { afterEach, describe, expect, it, vi } from "vitest";

import { ariaShortcut, caps, isTyping, type Keyed, listen, matches } from "./keys";

interface Held extends KeyboardEventInit {
  altGraph?: boolean;
}

function press(key: string, held: Held = {}): KeyboardEvent {
  const { altGraph, ...rest } = held;
  return new KeyboardEvent("keydown", {
    key,
    bubbles: true,
    cancelable: true,
    modifierAltGraph: altGraph ?? false,
    ...rest,
  });
}

describe("a shortcut", () => {
  it("is recognised with exactly its modifiers", () => {
    expect(matches(press("k", { ctrlKey: true }), "Mod+K", "linux")).toBe(true);
    expect(matches(press("K", { ctrlKey: true, shiftKey: true }), "Mod+K", "linux")).toBe(false);
    expect(matches(press("k", { ctrlKey: true, altKey: true }), "Mod+K", "linux")).toBe(false);
    expect(matches(press("k"), "Mod+K", "linux")).toBe(false);
    expect(matches(press("o", { ctrlKey: true, shiftKey: true }), "Mod+Shift+O", "linux")).toBe(true);
  });

  it("means Command on macOS and Ctrl elsewhere", () => {
    expect(matches(press("k", { metaKey: true }), "Mod+K", "macos")).toBe(true);
    expect(matches(press("k", { ctrlKey: true }), "Mod+K", "macos")).toBe(false);
    expect(matches(press("k", { metaKey: true }), "Mod+K", "windows")).toBe(false);
  });

  it("that is a sign is recognised on keyboards where it needs Shift", () => {
    expect(matches(press("/", { shiftKey: true, code: "Digit7" }), "/", "linux")).toBe(true);
    expect(matches(press(",", { ctrlKey: true }), "Mod+,", "linux")).toBe(true);
  });

  it("is taken from where the key lies on a keyboard that isn't Latin", () => {
    expect(matches(press("л", { ctrlKey: true, code: "KeyK" }), "Mod+K", "linux")).toBe(true);
    // On a Dvorak keyboard the letter counts, not the place.
    expect(matches(press("t", { ctrlKey: true, code: "KeyK" }), "Mod+K", "linux")).toBe(false);
  });

  it("is not what AltGr writes, though Windows reports it as Ctrl and Alt", () => {
    expect(matches(press("q", { ctrlKey: true, altGraph: true }), "Mod+Q", "windows")).toBe(false);
  });

  it("is shown in the way of the system", () => {
    expect(caps("Mod+K", "linux")).toEqual(["Ctrl", "K"]);
    expect(caps("Mod+Shift+O", "macos")).toEqual(["⌘", "⇧", "O"]);
    expect(caps("Mod+Enter", "windows")).toEqual(["Ctrl", "↵"]);
    expect(caps("/", "linux")).toEqual(["/"]);
  });

  it("is told to screen readers in the words of ARIA", () => {
    expect(ariaShortcut("Mod+K", "linux")).toBe("Control+K");
    expect(ariaShortcut("Mod+Shift+O", "macos")).toBe("Meta+Shift+O");
    expect(ariaShortcut("F1", "linux")).toBe("F1");
  });
});

describe("the listener of the window", () => {
  const SEARCH: Keyed = { shortcuts: ["/"] };
  const PALETTE: Keyed = { shortcuts: ["Mod+K"] };
  const HELP: Keyed = { shortcuts: ["F1"], overDialogs: true };
  let stop = () => {};

  function listening() {
    const run = vi.fn<(action: Keyed) => boolean>(() => true);
    stop = listen(
      () => [SEARCH, PALETTE, HELP],
      run,
      () => "linux",
    );
    return run;
  }

  afterEach(() => {
    stop();
    document.body.replaceChildren();
  });

  it("runs the action of the shortcut, and the browser does nothing of its own", () => {
    const run = listening();
    const event = press("k", { ctrlKey: true });
    document.body.dispatchEvent(event);
    expect(run).toHaveBeenCalledExactlyOnceWith(PALETTE);
    expect(event.defaultPrevented).toBe(true);
  });

  it("leaves keys without a modifier to the field a person writes in", () => {
    const run = listening();
    const field = document.body.appendChild(document.createElement("input"));
    const event = press("/");
    field.dispatchEvent(event);
    expect(run).not.toHaveBeenCalled();
    expect(event.defaultPrevented).toBe(false);
    field.dispatchEvent(press("k", { ctrlKey: true }));
    field.dispatchEvent(press("F1"));
    expect(run.mock.calls.map(([action]) => action)).toEqual([PALETTE, HELP]);
  });

  it("leaves the key alone when the action could not be done, or when somebody else took it", () => {
    const run = listening();
    run.mockReturnValue(false);
    const event = press("/");
    document.body.dispatchEvent(event);
    expect(event.defaultPrevented).toBe(false);

    run.mockClear();
    const row = document.body.appendChild(document.createElement("div"));
    row.addEventListener("keydown", (taken) => taken.preventDefault());
    row.dispatchEvent(press("/"));
    expect(run).not.toHaveBeenCalled();
  });

  it("keeps quiet behind a dialog, but for what is meant to work there", () => {
    const run = listening();
    const dialog = document.body.appendChild(document.createElement("div"));
    dialog.setAttribute("role", "dialog");
    dialog.setAttribute("aria-modal", "true");
    document.body.dispatchEvent(press("k", { ctrlKey: true }));
    document.body.dispatchEvent(press("F1"));
    expect(run.mock.calls.map(([action]) => action)).toEqual([HELP]);
  });

  it("doesn't take what an input method is composing, nor a key that is held down", () => {
    const run = listening();
    document.body.dispatchEvent(press("k", { ctrlKey: true, isComposing: true }));
    document.body.dispatchEvent(press("k", { ctrlKey: true, repeat: true }));
    expect(run).not.toHaveBeenCalled();
  });
});

it("a check box is not a place to write in, a text field is", () => {
  const box = Object.assign(document.createElement("input"), { type: "checkbox" });
  const area = document.createElement("textarea");
  expect([isTyping(box), isTyping(area), isTyping(document.body), isTyping(null)]).toEqual([
    false,
    true,
    false,
    false,
  ]);
});
