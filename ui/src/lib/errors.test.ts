import { describe, expect, it } from "vitest";

import type { ApiError, Code } from "$lib/backend";
import { queued } from "$lib/backend/fake/world";
import { ERRORS, present, presentFailure, reason, remedyLabel } from "./errors";
import { locale } from "./locale.svelte";
import type { FailedRun } from "./state/runs.svelte";

const CODES = Object.keys(ERRORS) as Code[];

const error = (code: Code, message = "", subject: string | null = "db:5432"): ApiError => ({
  code,
  message,
  hint: "",
  subject,
});

function failed(rows: number): FailedRun {
  const run = queued(48_216, { from: "2026-01-01", to: "2026-10-31" }, Date.parse("2026-11-23T08:28:02Z"));
  const timeout = error("cancelled-by-server", "the server ended the query after 9 min 58 s");
  return { ...run, state: "failed", endedAt: "2026-11-23T08:38:00Z", rows, error: timeout } as FailedRun;
}

describe.each(["en", "it"] as const)("every error in %s", (language) => {
  it.each(CODES)("%s says what happened, why, and what to do", (code) => {
    locale.use(language);
    const shown = present(error(code));
    expect(shown.title).toMatch(/^\S.*[^.]$/);
    expect(shown.text).toMatch(/^\S.*\.$/);
    expect(shown.text).not.toContain("undefined");
    if (shown.remedy) expect(remedyLabel(shown.remedy)).not.toBe("");
  });

  it("has a title of its own", () => {
    locale.use(language);
    expect(new Set(CODES.map((code) => ERRORS[code].title())).size).toBe(CODES.length);
  });
});

describe("the reason", () => {
  it("is the engine's own sentence in English, which knows the numbers", () => {
    const sentence = "nothing answers at db:5432";
    expect(reason(error("database-unreachable", sentence))).toBe("Nothing answers at db:5432.");
  });

  it("is said in Italian, with the engine's sentence only where no other could say it", () => {
    locale.use("it");
    expect(reason(error("database-unreachable", "nothing answers at db:5432"))).toBe(
      "Non risponde nessuno all’indirizzo db:5432.",
    );
    expect(reason(error("definition", "report.toml, line 7: no such column"))).toBe(
      "Qualcosa nella definizione non si può usare. Report.toml, line 7: no such column.",
    );
  });
});

describe("a run that failed", () => {
  it("says how far it was and what was not harmed", () => {
    expect(presentFailure(failed(498_112))).toEqual({
      title: "Jan–Oct 2026 did not finish",
      text: "The database server stopped the query before it was done. It had written 498,112 rows in 9:58. Nothing was left in your folder. Run it again, choose a shorter period, or raise the time limit on the server.",
      remedy: "again",
    });
  });

  it("says how long it was let run where no row was written, in every language", () => {
    expect(presentFailure(failed(0)).text).toContain("It had run for 9:58 and written nothing yet.");
    locale.use("it");
    expect(presentFailure(failed(0)).text).toContain("Era in corso da 9:58");
  });

  it("says nothing about rows and time where neither tells why", () => {
    const run = { ...failed(0), error: error("disk-full") };
    expect(presentFailure(run).text).not.toMatch(/row|9:58/);
  });
});
