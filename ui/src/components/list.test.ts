import { fireEvent, render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import ListHarness from "./ListHarness.svelte";
import { faults, text } from "./testing";

const grid = () => screen.getByRole("grid", { name: "Reports" });
const viewport = () => grid().querySelector('.viewport[role="rowgroup"]')!;
const activeRow = () => document.getElementById(grid().getAttribute("aria-activedescendant") ?? "");
const selectedRows = () => screen.getAllByRole("row", { selected: true }).map(text);

describe("a long list", () => {
  it("says how long it is, and draws only what is in sight", async () => {
    render(ListHarness, { count: 10_000 });
    expect(grid().getAttribute("aria-rowcount")).toBe("10001");
    const rows = screen.getAllByRole("row");
    expect(rows.length).toBeLessThan(40);
    expect(rows[1]?.getAttribute("aria-rowindex")).toBe("2");
    expect(await faults()).toEqual([]);
  });

  it("is one tab stop, and keeps the focus while the arrows move the active row", async () => {
    const user = userEvent.setup();
    render(ListHarness, { count: 10_000 });
    await user.tab();
    expect(document.activeElement).toBe(grid());
    await user.keyboard("{ArrowDown}{ArrowDown}");
    expect(document.activeElement).toBe(grid());
    expect(text(activeRow())).toBe("Report 1");
    expect(selectedRows()).toEqual(["Report 1"]);
    await user.keyboard("{Home}{ArrowUp}");
    expect(text(activeRow())).toBe("Report 0");
  });

  it("goes to its end, and the row there is drawn and told", async () => {
    const user = userEvent.setup();
    render(ListHarness, { count: 10_000 });
    await user.tab();
    await user.keyboard("{End}");
    expect(viewport().scrollTop).toBeGreaterThan(300_000);
    await fireEvent.scroll(viewport());
    expect(text(activeRow())).toBe("Report 9999");
  });

  it("extends with Shift and moves apart with Ctrl", async () => {
    const user = userEvent.setup();
    render(ListHarness, { count: 50 });
    await user.tab();
    await user.keyboard("{ArrowDown}{Shift>}{ArrowDown}{/Shift}{Control>}{ArrowDown}{/Control}");
    expect(selectedRows()).toEqual(["Report 0", "Report 1"]);
    expect(text(activeRow())).toBe("Report 2");
  });

  it("does the main thing on Enter and on a double click, and hands other keys on", async () => {
    const user = userEvent.setup();
    const onactivate = vi.fn();
    const onkeydown = vi.fn();
    render(ListHarness, { count: 50, onactivate, onkeydown });
    await user.click(screen.getByText("Report 3"));
    expect(document.activeElement).toBe(grid());
    await user.keyboard("{Enter}{Delete}");
    await user.dblClick(screen.getByText("Report 5"));
    expect(onactivate.mock.calls).toEqual([[3], [5]]);
    expect(onkeydown).toHaveBeenCalledTimes(1);
  });

  it("asks for the menu of the row at the pointer, or of the active row", async () => {
    const user = userEvent.setup();
    const onmenu = vi.fn();
    render(ListHarness, { count: 50, onmenu });
    await user.pointer({ keys: "[MouseRight]", target: screen.getByText("Report 4") });
    await user.click(screen.getByText("Report 0"));
    await user.keyboard("{ContextMenu}");
    await user.keyboard("{Shift>}{F10}{/Shift}");
    // Where an engine says that the key was pressed is no matter.
    await fireEvent.contextMenu(screen.getByText("Report 7"), { button: 2 });
    expect(onmenu.mock.calls.map(([, index]) => index)).toEqual([4, 0, 0, 0]);
    expect(text(onmenu.mock.calls[1]?.[2])).toBe("Report 0");
  });
});
