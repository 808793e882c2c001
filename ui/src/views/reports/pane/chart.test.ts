import { describe, expect, it } from "vitest";

import type { SummaryChart } from "$lib/backend";

import { compact, draw, marks, ticks } from "./chart";

const days = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    new Date(Date.UTC(2026, 9, 1 + index)).toISOString().slice(0, 10),
  );

function chart(series: SummaryChart["series"], labels = days(series[0]?.values.length ?? 0)): SummaryChart {
  return { title: "Revenue per day", unit: "EUR", series, labels, total: series.map(() => null) };
}

describe("the summary chart", () => {
  it("is bars with the highest one told apart, for one series of a month", () => {
    const drawing = draw(chart([{ name: "EUR", values: [74_000, 96_000, null, 58_000] }]), "Rest");
    expect(drawing.kind).toBe("bars");
    expect(drawing.days).toBe(true);
    expect(drawing.peak).toEqual({ series: 0, at: 1, value: 96_000 });
    expect(drawing.ticks).toEqual([0, 50_000, 100_000]);
  });

  it("is lines where bars would be too thin, or where there are several currencies", () => {
    const long = draw(chart([{ name: "EUR", values: Array(304).fill(1) }]), "Rest");
    expect(long.kind).toBe("lines");
    const two = draw(
      chart([
        { name: "EUR", values: [1, 2] },
        { name: "GBP", values: [2, 1] },
      ]),
      "Rest",
    );
    expect(two.kind).toBe("lines");
    expect(two.series.map(({ colour }) => colour)).toEqual([1, 2]);
  });

  it("draws three series and the rest in the fourth colour where there are more than four", () => {
    const names = ["EUR", "GBP", "CHF", "SEK", "NOK"];
    const drawing = draw(chart(names.map((name, index) => ({ name, values: [index + 1, null] }))), "Rest");
    expect(drawing.series.map(({ name }) => name)).toEqual(["EUR", "GBP", "CHF", "Rest"]);
    expect(drawing.series[3]).toEqual({ name: "Rest", values: [9, null], colour: 4 });
  });

  it("survives a summary without a value", () => {
    const drawing = draw(chart([{ name: "EUR", values: [null, null] }]), "Rest");
    expect(drawing.peak).toBeNull();
    expect(drawing.ticks).toEqual([0, 0.5, 1]);
  });

  it("knows days from names", () => {
    expect(draw(chart([{ name: "EUR", values: [1, 2] }], ["web", "counter"]), "Rest").days).toBe(false);
  });
});

describe("its three lines", () => {
  it("stand at round values that hold everything", () => {
    expect(ticks(0, 96)).toEqual([0, 50, 100]);
    expect(ticks(0, 101)).toEqual([0, 60, 120]);
    expect(ticks(0, 0.07)).toEqual([0, 0.04, 0.08]);
    expect(ticks(-30, 0)).toEqual([-30, -15, 0]);
    expect(ticks(-12, 88)).toEqual([-12, 0, 100]);
  });

  it("never let a value stick out", () => {
    for (const value of [1, 1.5, 9.99, 10, 12, 99.9, 1_234, 98_765, 3.3e9]) {
      expect(ticks(0, value)[2]).toBeGreaterThanOrEqual(value);
      expect(ticks(0, value)[2]).toBeLessThanOrEqual(value * 1.45);
    }
  });
});

describe("a number in few characters", () => {
  it.each([
    [0, "0"],
    [0.5, "0.50"],
    [42, "42"],
    [999, "999"],
    [50_000, "50k"],
    [96_120, "96.1k"],
    [100_000, "100k"],
    [999_900, "1M"],
    [2_310_000, "2.31M"],
    [-1_500, "-1.5k"],
  ])("%s is %s", (value, words) => {
    expect(compact(value)).toBe(words);
  });

  it("has its unit apart in a sentence", () => {
    expect(compact(2_310_000, " ")).toBe("2.31 M");
  });
});

describe("the marks below", () => {
  it("are every seventh day of a month, the first of months in a year, or all of a few names", () => {
    expect(marks(days(31), true)).toEqual([0, 7, 14, 21, 28]);
    const year = marks(days(365), true).map((at) => days(365)[at]);
    expect(year).toEqual([
      "2026-10-01",
      "2026-12-01",
      "2027-02-01",
      "2027-04-01",
      "2027-06-01",
      "2027-08-01",
    ]);
    expect(marks(["web", "app", "counter"], false)).toEqual([0, 1, 2]);
  });
});
