import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import Select from "./Select.svelte";
import { faults, text } from "./testing";

const options = [
  { value: "system", label: "As the system" },
  { value: "en", label: "English" },
  { value: "it", label: "Italiano", note: "Italian" },
  { value: "de", label: "Deutsch", disabled: true },
];

function shown(value = "en") {
  const onchange = vi.fn();
  render(Select, { value, options, label: "Language", onchange });
  return { onchange, field: screen.getByRole("combobox", { name: "Language" }) };
}

describe("a select", () => {
  it("shows its value and opens at it", async () => {
    const user = userEvent.setup();
    const { field } = shown();
    expect(text(field)).toContain("English");
    await user.click(field);
    expect(screen.getByRole("listbox", { name: "Language" })).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByRole("option", { name: "English" }));
    expect(screen.getByRole("option", { name: "English" }).getAttribute("aria-selected")).toBe("true");
    expect(await faults()).toEqual([]);
  });

  it("is used by keyboard alone", async () => {
    const user = userEvent.setup();
    const { field, onchange } = shown();
    await user.tab();
    expect(document.activeElement).toBe(field);
    await user.keyboard("{ArrowDown}{ArrowDown}{Enter}");
    expect(onchange.mock.calls).toEqual([["it"]]);
    expect(document.activeElement).toBe(field);
    expect(text(field)).toContain("Italiano");
  });

  it("takes a letter while it is shut", async () => {
    const user = userEvent.setup();
    const { field, onchange } = shown();
    field.focus();
    await user.keyboard("a");
    expect(onchange).toHaveBeenCalledWith("system");
    await user.keyboard("d");
    expect(onchange).toHaveBeenCalledTimes(1);
  });

  it("keeps its value on Escape and on Tab, and never takes what can't be had", async () => {
    const user = userEvent.setup();
    const { field, onchange } = shown();
    await user.click(field);
    await user.keyboard("{End}{Enter}");
    expect(screen.getByRole("listbox")).toBeTruthy();
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("listbox")).toBeNull();
    await user.click(field);
    await user.keyboard("{ArrowUp}{Tab}");
    expect(screen.queryByRole("listbox")).toBeNull();
    expect(onchange).not.toHaveBeenCalled();
  });
});
