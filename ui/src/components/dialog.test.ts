import { fireEvent, render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";

import Harness from "./Harness.svelte";
import { description, faults } from "./testing";

async function opened(kind: "dialog" | "alert" | "popover", onsubmit?: () => void) {
  const user = userEvent.setup();
  render(Harness, { kind, onsubmit });
  const opener = screen.getByRole("button", { name: "Open it" });
  await user.click(opener);
  return { user, opener };
}

describe("a dialog", () => {
  it("has its question as its name, and the first field in focus", async () => {
    await opened("dialog");
    const dialog = screen.getByRole("dialog", { name: "Delete October 2026?" });
    expect(dialog.getAttribute("aria-modal")).toBe("true");
    expect(description(dialog)).toBe("It goes to the trash.");
    expect(document.activeElement).toBe(screen.getByLabelText("Name"));
    expect(await faults()).toEqual([]);
  });

  it("begins at Cancel when something would be lost", async () => {
    await opened("alert");
    expect(screen.getByRole("alertdialog")).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByRole("button", { name: "Cancel" }));
  });

  it("keeps the Tab key inside, both ways round", async () => {
    const { user } = await opened("dialog");
    await user.tab({ shift: true });
    expect(document.activeElement).toBe(screen.getByRole("button", { name: "Delete" }));
    await user.tab();
    expect(document.activeElement).toBe(screen.getByLabelText("Name"));
  });

  it("closes on Escape and on a press beside it, and gives the focus back", async () => {
    const { user, opener } = await opened("dialog");
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(document.activeElement).toBe(opener);
    await user.click(opener);
    await fireEvent.mouseDown(screen.getByRole("dialog"));
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("does not close on a press beside it when something would be lost", async () => {
    await opened("alert");
    await fireEvent.mouseDown(screen.getByRole("alertdialog"));
    expect(screen.getByRole("alertdialog")).toBeTruthy();
  });

  it("is sent by Enter in a field", async () => {
    const sent = vi.fn();
    const { user } = await opened("dialog", sent);
    await user.type(screen.getByLabelText("Name"), "October{Enter}");
    expect(sent).toHaveBeenCalledTimes(1);
  });
});

describe("a popover", () => {
  it("takes the focus, keeps it, and gives it back", async () => {
    const { user, opener } = await opened("popover");
    expect(screen.getByRole("dialog", { name: "Days" })).toBeTruthy();
    expect(document.activeElement).toBe(screen.getByRole("button", { name: "One" }));
    await user.tab();
    await user.tab();
    expect(document.activeElement).toBe(screen.getByRole("button", { name: "One" }));
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(document.activeElement).toBe(opener);
  });
});
