import { describe, expect, it } from "vitest";

import { fold, pieces, score, words } from "./matching";

const marked = (text: string, query: string) =>
  pieces(text, words(query))
    .map((piece) => (piece.hit ? `[${piece.text}]` : piece.text))
    .join("");

describe("finding", () => {
  it("wants every word, in any order, whatever its case and accents", () => {
    expect(score("Run Ticketing report for October 2026", words("oct RUN"))).toBeGreaterThan(0);
    expect(score("Attività", words("attivita"))).toBeGreaterThan(0);
    expect(score("October 2026", words("oct 2025"))).toBe(0);
  });

  it("puts the start of the text before the start of a word, and that before its middle", () => {
    const [first, second, third] = ["Report again", "Run report", "Preportion"].map((text) =>
      score(text, words("report")),
    );
    expect(first).toBeGreaterThan(second!);
    expect(second).toBeGreaterThan(third!);
  });

  it("finds by words that aren't shown, but later", () => {
    expect(score("Theme: dark", words("colours"), "colours appearance")).toBe(0.5);
    expect(score("Theme: dark", words("dark"), "dark")).toBeGreaterThan(0.5);
  });

  it("shows everything while nothing is typed", () => {
    expect(score("anything", words("  "))).toBe(1);
  });
});

describe("what is shown in bold", () => {
  it("is where the words were found", () => {
    expect(marked("Run Ticketing report for October 2026", "run oct")).toBe(
      "[Run] Ticketing report for [Oct]ober 2026",
    );
    expect(marked("Compare October 2026 with last run", "run oct")).toBe(
      "Compare [Oct]ober 2026 with last [run]",
    );
    expect(marked("Attività", "attivita")).toBe("[Attività]");
  });

  it("is never the middle of a word", () => {
    expect(marked("on an ocean", "an")).toBe("on [an] ocean");
    expect(marked("landfall", "fall")).toBe("landfall");
  });

  it("is nothing while nothing is typed", () => {
    expect(marked("October", "")).toBe("October");
  });
});

it("folding keeps the length, so that places can be carried over", () => {
  for (const text of ["Žofie İstanbul ﬁ", "e\u0301té", "😀 a"]) expect(fold(text)).toHaveLength(text.length);
});
