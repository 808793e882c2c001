import { expect, it } from "vitest";

import { daysOf, inEnglish, monthsIn } from "./months";

const TODAY = { year: 2026, month: 11 };
const found = (query: string, locale = "en") =>
  monthsIn(query, TODAY, locale).map(({ year, month }) => `${year}-${month}`);

it("the beginning of a month's name means the latest such month", () => {
  expect(found("run oct")).toEqual(["2026-10"]);
  expect(found("december")).toEqual(["2025-12"]);
});

it("a year says which, and a month that has not begun is not offered", () => {
  expect(found("october 2025")).toEqual(["2025-10"]);
  expect(found("dec 2026")).toEqual([]);
});

it("months are known by the names of the language", () => {
  expect(found("esegui ott", "it")).toEqual(["2026-10"]);
  expect(found("mag", "it")).toEqual(["2026-5"]);
});

it("two letters, or a word that begins no month, mean no month", () => {
  expect(found("ju")).toEqual([]);
  expect(found("open settings")).toEqual([]);
});

it("a month has its own last day", () => {
  expect(daysOf({ year: 2024, month: 2 })).toEqual({ start: "2024-02-01", end: "2024-02-29" });
  expect(daysOf({ year: 2026, month: 10 })).toEqual({ start: "2026-10-01", end: "2026-10-31" });
});

it("the engine is asked for months by their English names", () => {
  expect(inEnglish("Ott 2026", "it")).toBe("october 2026");
  expect(inEnglish("biglietti", "it")).toBe("biglietti");
});
