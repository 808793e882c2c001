import Play from "@lucide/svelte/icons/play";
import Search from "@lucide/svelte/icons/search";
import { render, screen, waitFor } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import Button from "./Button.svelte";
import Check from "./Check.svelte";
import CopyButton from "./CopyButton.svelte";
import Icon from "./Icon.svelte";
import PasswordField from "./PasswordField.svelte";
import Segmented from "./Segmented.svelte";
import StateGlyph from "./StateGlyph.svelte";
import Switch from "./Switch.svelte";
import TextField from "./TextField.svelte";
import { description, faults, isChecked, text, words } from "./testing";

describe("a button", () => {
  it("tells its key to screen readers and shows it where asked", async () => {
    render(Button, { variant: "primary", chord: "Mod+O", showKey: true, children: words("Open") });
    const button = screen.getByRole("button", { name: "Open" });
    expect(button.getAttribute("aria-keyshortcuts")).toBe("Control+O");
    expect(text(button)).toContain("Ctrl O");
    expect(button.getAttribute("type")).toBe("button");
  });

  it("that shows only an icon has a name, and a tooltip for whoever waits or tabs to it", async () => {
    const user = userEvent.setup();
    render(Button, { icon: Play, label: "Run report" });
    const button = screen.getByRole("button", { name: "Run report" });
    await user.hover(button);
    await waitFor(() => expect(text(document.querySelector(".tooltip"))).toContain("Run report"));
    await user.keyboard("{Escape}");
    expect(document.querySelector(".tooltip")).toBeNull();
    expect(await faults()).toEqual([]);
  });
});

describe("an icon", () => {
  it("is drawn as its family draws it, and not read out", () => {
    const { container } = render(Icon, { of: Search, small: true, class: "extra" });
    const svg = container.querySelector("svg")!;
    expect([...svg.children].map((shape) => shape.outerHTML)).toEqual([
      '<path d="m21 21-4.34-4.34"></path>',
      '<circle cx="11" cy="11" r="8"></circle>',
    ]);
    expect(svg.getAttribute("aria-hidden")).toBe("true");
    expect(svg.getAttribute("class")).toBe("i s extra");
    expect(svg.getAttribute("width")).toBe("14");
  });
});

describe("a choice of a few", () => {
  const options = [
    { value: "current", label: "This month" },
    { value: "previous", label: "Last month" },
    { value: "range", label: "Range…" },
  ];

  it("is a group of radio buttons with one tab stop; arrows choose", async () => {
    const user = userEvent.setup();
    const onchange = vi.fn();
    render(Segmented, { value: "current", options, label: "Period", onchange });
    expect(screen.getByRole("radiogroup", { name: "Period" })).toBeTruthy();
    await user.tab();
    expect(document.activeElement).toBe(screen.getByRole("radio", { name: "This month" }));
    await user.keyboard("{ArrowRight}");
    expect(document.activeElement).toBe(screen.getByRole("radio", { name: "Last month" }));
    expect(isChecked(screen.getByRole("radio", { name: "Last month" }))).toBe(true);
    await user.keyboard("{ArrowLeft}{ArrowLeft}");
    expect(onchange.mock.calls).toEqual([["previous"], ["current"], ["range"]]);
    await user.tab();
    expect(document.activeElement).toBe(document.body);
    expect(await faults()).toEqual([]);
  });

  it("tells of a press on the part that is chosen already", async () => {
    const user = userEvent.setup();
    const onchange = vi.fn();
    const onpress = vi.fn();
    render(Segmented, { value: "range", options, label: "Period", onchange, onpress });
    const part = screen.getByRole("radio", { name: "Range…" });
    await user.click(part);
    expect(onpress).toHaveBeenCalledWith("range", part);
    expect(onchange).not.toHaveBeenCalled();
  });
});

describe("a switch and a box", () => {
  it("turn by a click, by Space, and say how they stand", async () => {
    const user = userEvent.setup();
    const onchange = vi.fn();
    render(Switch, { checked: false, label: "Start at login", onchange });
    const control = screen.getByRole("switch", { name: "Start at login" });
    expect(isChecked(control)).toBe(false);
    await user.click(control);
    expect(isChecked(control)).toBe(true);
    await user.keyboard(" ");
    expect(onchange.mock.calls).toEqual([[true], [false]]);
  });

  it("are reached by their words", async () => {
    const user = userEvent.setup();
    const onchange = vi.fn();
    render(Check, { checked: false, onchange, hint: "At most 7 days late", children: words("Catch up") });
    await user.click(screen.getByText("Catch up"));
    expect(isChecked(screen.getByRole("checkbox", { name: /Catch up/ }))).toBe(true);
    expect(onchange).toHaveBeenCalledWith(true);
    expect(await faults()).toEqual([]);
  });
});

describe("a field", () => {
  it("carries its hint and what is wrong with it", async () => {
    render(TextField, {
      value: "70000",
      label: "Port",
      hint: "Usually 5432",
      problem: "A port is at most 65535.",
    });
    const field = screen.getByRole("textbox", { name: "Port" });
    expect(field.getAttribute("aria-invalid")).toBe("true");
    expect(description(field)).toBe("A port is at most 65535. Usually 5432");
    expect(await faults()).toEqual([]);
  });

  it("for a password hides what is typed until it is asked to show it", async () => {
    const user = userEvent.setup();
    render(PasswordField, { value: "", label: "Password" });
    const field = screen.getByLabelText("Password");
    await user.type(field, "hunter2");
    expect(field.getAttribute("type")).toBe("password");
    await user.click(screen.getByRole("button", { name: "Show the password" }));
    expect(field.getAttribute("type")).toBe("text");
    expect((field as HTMLInputElement).value).toBe("hunter2");
    expect(screen.getByRole("button", { name: "Hide the password" }).getAttribute("aria-pressed")).toBe(
      "true",
    );
  });
});

describe("a button that copies", () => {
  it("puts the text on the clipboard and says so", async () => {
    const user = userEvent.setup();
    render(CopyButton, { words: "Copy", text: () => Promise.resolve("the log") });
    await user.click(screen.getByRole("button", { name: "Copy" }));
    expect(await screen.findByRole("button", { name: "Copied" })).toBeTruthy();
    expect(await navigator.clipboard.readText()).toBe("the log");
  });

  it("says when it could not", async () => {
    const user = userEvent.setup();
    render(CopyButton, { words: "Copy", text: () => Promise.reject(new Error("gone")) });
    await user.click(screen.getByRole("button", { name: "Copy" }));
    expect(await screen.findByRole("button", { name: "Not copied" })).toBeTruthy();
  });
});

describe("a state", () => {
  it("is a shape and a word, and no two shapes are alike", () => {
    const shapes = [
      "idle",
      "running",
      "done",
      "on-desktop",
      "warning",
      "failed",
      "locked",
      "stale",
      "removed",
    ] as const;
    const drawings = shapes.map((shape) => {
      const { container, unmount } = render(StateGlyph, { shape, word: "Word" });
      expect(text(container)).toContain("Word");
      const svg = container.querySelector("svg");
      expect(svg?.getAttribute("aria-hidden")).toBe("true");
      const drawing = svg?.innerHTML;
      unmount();
      return drawing;
    });
    expect(new Set(drawings).size).toBe(shapes.length);
  });
});
