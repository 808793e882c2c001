import { fireEvent, render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import ContextMenu from "./ContextMenu.svelte";
import Menu from "./Menu.svelte";
import { type MenuEntry, findByTyping } from "./menu";
import { faults } from "./testing";

function entries() {
  const chosen = vi.fn<(label: string) => void>();
  const line = (label: string, more: object = {}): MenuEntry => ({
    label,
    choose: () => chosen(label),
    ...more,
  });
  return {
    chosen,
    entries: [
      line("Run again", { chord: "Mod+R" }),
      line("Copy file name"),
      "line" as const,
      line("Delete", { danger: true }),
      line("Compare", { disabled: true }),
    ],
  };
}

const focused = () => document.activeElement?.textContent?.trim();

describe("a menu behind a button", () => {
  it("opens with the first line in focus, and says so", async () => {
    const user = userEvent.setup();
    render(Menu, { label: "More actions", entries: entries().entries });
    const button = screen.getByRole("button", { name: "More actions" });
    expect(button.getAttribute("aria-expanded")).toBe("false");
    await user.click(button);
    expect(button.getAttribute("aria-expanded")).toBe("true");
    expect(screen.getByRole("menu", { name: "More actions" })).toBeTruthy();
    expect(focused()).toContain("Run again");
    expect(await faults()).toEqual([]);
  });

  it("is walked by arrows, Home, End and letters, round and round", async () => {
    const user = userEvent.setup();
    render(Menu, { label: "More actions", entries: entries().entries });
    screen.getByRole("button").focus();
    await user.keyboard("{ArrowDown}");
    expect(focused()).toContain("Run again");
    await user.keyboard("{ArrowUp}");
    expect(focused()).toBe("Compare");
    await user.keyboard("{Home}{ArrowDown}");
    expect(focused()).toBe("Copy file name");
    await user.keyboard("{End}");
    expect(focused()).toBe("Compare");
    await user.keyboard("d");
    expect(focused()).toBe("Delete");
  });

  it("does what is chosen once, closes, and gives the focus back first", async () => {
    const user = userEvent.setup();
    const { chosen, entries: lines } = entries();
    render(Menu, { label: "More actions", entries: lines });
    const button = screen.getByRole("button");
    await user.click(button);
    chosen.mockImplementation(() => expect(document.activeElement).toBe(button));
    await user.keyboard("{End}{ArrowUp}{Enter}");
    expect(chosen.mock.calls).toEqual([["Delete"]]);
    expect(screen.queryByRole("menu")).toBeNull();
  });

  it("explains what can't be done and does not do it", async () => {
    const user = userEvent.setup();
    const { chosen, entries: lines } = entries();
    render(Menu, { label: "More actions", entries: lines });
    await user.click(screen.getByRole("button"));
    const compare = screen.getByRole("menuitem", { name: "Compare" });
    expect(compare.getAttribute("aria-disabled")).toBe("true");
    await user.click(compare);
    expect(chosen).not.toHaveBeenCalled();
    expect(screen.getByRole("menu")).toBeTruthy();
  });

  it("closes on Escape, which nobody else sees, and on a press elsewhere", async () => {
    const user = userEvent.setup();
    const seen = vi.fn();
    document.addEventListener("keydown", seen);
    render(Menu, { label: "More actions", entries: entries().entries });
    const button = screen.getByRole("button");
    await user.click(button);
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("menu")).toBeNull();
    expect(document.activeElement).toBe(button);
    expect(seen).not.toHaveBeenCalled();
    document.removeEventListener("keydown", seen);

    await user.click(button);
    await user.pointer({ target: document.body, keys: "[MouseLeft]" });
    expect(screen.queryByRole("menu")).toBeNull();
  });
});

describe("a menu of the context", () => {
  it("opens for a right click and for the menu key, and gives the focus back", async () => {
    const user = userEvent.setup();
    const row = document.createElement("button");
    document.body.append(row);
    const { component } = render(ContextMenu, { label: "October 2026" });
    const { entries: lines, chosen } = entries();
    row.addEventListener("contextmenu", (event) => component.openFor(event, lines, row));
    row.focus();
    await user.keyboard("{ContextMenu}");
    await fireEvent.contextMenu(row);
    expect(screen.getByRole("menu", { name: "October 2026" })).toBeTruthy();
    await user.keyboard("{Escape}");
    expect(document.activeElement).toBe(row);

    await user.pointer({ keys: "[MouseRight]", target: row });
    await user.keyboard("{Enter}");
    expect(chosen).toHaveBeenCalledWith("Run again");
    expect(document.activeElement).toBe(row);
    row.remove();
  });
});

describe("typing in a list", () => {
  const labels = ["Delete", "Duplicate", "Open", "Open folder"];

  it("finds words by their beginning and goes on with one letter", () => {
    expect(findByTyping(labels, "d", 0)).toBe(1);
    expect(findByTyping(labels, "dd", 1)).toBe(0);
    expect(findByTyping(labels, "open f", 2)).toBe(3);
    expect(findByTyping(labels, "x", 0)).toBeUndefined();
  });
});
