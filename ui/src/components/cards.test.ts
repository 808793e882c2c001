import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import { createRawSnippet, tick } from "svelte";
import { afterEach, describe, expect, it, vi } from "vitest";

import ErrorCard from "./ErrorCard.svelte";
import ProgressPhases from "./ProgressPhases.svelte";
import Skeleton from "./Skeleton.svelte";
import Tabs from "./Tabs.svelte";
import { type Segment, stretches } from "./phases";
import { faults, text, words } from "./testing";

afterEach(() => vi.useRealTimers());

describe("an error card", () => {
  it("is read out at once, and offers its details", async () => {
    const user = userEvent.setup();
    render(ErrorCard, {
      title: "The database refuses the password",
      text: "28P01",
      details: () => "details",
    });
    expect(text(screen.getByRole("alert", { name: "The database refuses the password" }))).toContain("28P01");
    await user.click(screen.getByRole("button", { name: "Copy details" }));
    expect(await screen.findByRole("button", { name: "Copied" })).toBeTruthy();
    expect(await faults()).toEqual([]);
  });

  it("that was there when the view opened is not read out", () => {
    render(ErrorCard, { title: "Missing", announce: false, warning: true, actions: words("Run again") });
    expect(screen.queryByRole("alert")).toBeNull();
    expect(text(screen.getByRole("group", { name: "Missing" }))).toContain("Run again");
  });
});

describe("tabs", () => {
  const panel = createRawSnippet<[number]>((at) => ({ render: () => `<p>sheet ${at()}</p>` }));

  it("have one tab stop, and arrows choose", async () => {
    const user = userEvent.setup();
    render(Tabs, {
      tabs: [{ title: "Tickets", count: "83,835" }, { title: "Summary" }],
      chosen: 0,
      label: "Sheets",
      panel,
    });
    await user.tab();
    expect(document.activeElement).toBe(screen.getByRole("tab", { name: /Tickets/ }));
    await user.keyboard("{ArrowRight}");
    expect(screen.getByRole("tab", { name: "Summary" }).getAttribute("aria-selected")).toBe("true");
    expect(screen.getByRole("tabpanel", { name: "Summary" })).toBeTruthy();
    await user.keyboard("{ArrowRight}");
    expect(screen.getByRole("tab", { name: /Tickets/ }).getAttribute("aria-selected")).toBe("true");
    expect(await faults()).toEqual([]);
  });
});

describe("grey bars", () => {
  it("stay away for 150 ms, so that what is fast does not flicker", async () => {
    vi.useFakeTimers();
    render(Skeleton, { rows: 3 });
    await tick();
    vi.advanceTimersByTime(140);
    await tick();
    expect(screen.queryByRole("status")).toBeNull();
    vi.advanceTimersByTime(20);
    await tick();
    expect(screen.getByRole("status", { name: "Loading" })).toBeTruthy();
  });

  it("keep to the columns of the list that they stand for, numbers at the right", () => {
    render(Skeleton, { rows: 2, atOnce: true, columns: [60, 40], cells: "cells", atRight: [1] });
    const rows = [...screen.getByRole("status").children].map((row) => [...row.children]);
    expect(rows.map((cells) => cells.map((cell) => cell.classList.contains("right")))).toEqual([
      [false, true],
      [false, true],
    ]);
  });
});

describe("the way of a run", () => {
  const at = (second: number) => new Date(Date.UTC(2026, 10, 23, 8, 0, second)).toISOString();
  const steps = [
    { phase: "queued" as const, startedAt: at(0), endedAt: at(1) },
    { phase: "connecting" as const, startedAt: at(1), endedAt: at(2) },
    { phase: "querying" as const, startedAt: at(2), endedAt: at(4) },
    { phase: "writing-rows" as const, startedAt: at(4) },
  ];

  it("puts the eight phases of the engine into five parts with their times", () => {
    const found = stretches(steps, "no", Date.parse(at(10)));
    expect(found.map(({ state }) => state)).toEqual(["done", "done", "now", "later", "later"]);
    expect(found.map(({ spentMs }) => spentMs)).toEqual([1_000, 3_000, 6_000, undefined, undefined]);
  });

  it("ends where it stopped, or goes all the way", () => {
    const states = (over: "well" | "badly") => stretches(steps, over, 0).map(({ state }) => state);
    expect(states("badly")).toEqual(["done", "done", "bad", "later", "later"]);
    expect(states("well")).toEqual(["done", "done", "done", "done", "done"]);
    expect(stretches([], "no", 0)[0]?.state).toBe("now");
  });

  it("is a list in which the present part is told apart", async () => {
    const segments: Segment[] = [
      { part: "queued", word: "Queued", state: "done" },
      { part: "writing", word: "Writing rows", state: "now", share: 0.6, detail: "512,340 of 851,206" },
    ];
    render(ProgressPhases, { segments, label: "Progress" });
    const list = screen.getByRole("list", { name: "Progress" });
    const now = list.querySelector('[aria-current="step"]');
    expect(text(now)).toContain("Writing rows 512,340 of 851,206");
    expect((now as HTMLElement).style.getPropertyValue("--p")).toBe("60%");
    expect(await faults()).toEqual([]);
  });
});
