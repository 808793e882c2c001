import { beforeEach, describe, expect, it, vi } from "vitest";

import {
  about,
  bytes,
  dateFormat,
  duration,
  elapsed,
  folderName,
  list,
  number,
  percent,
  periodInside,
  periodName,
  periodSpoken,
  rate,
  timeLeft,
  when,
} from "./format";
import { locale } from "./locale.svelte";

beforeEach(() => {
  vi.useFakeTimers({ now: new Date(2026, 10, 23, 9, 41) });
});

const PERIODS: [from: string, to: string, english: string, italian: string][] = [
  ["2026-10-01", "2026-10-31", "October 2026", "Ottobre 2026"],
  ["2024-02-01", "2024-02-29", "February 2024", "Febbraio 2024"],
  ["2026-02-01", "2026-02-27", "1–27 Feb 2026", "1–27 feb 2026"],
  ["2026-11-01", "2026-11-23", "1–23 Nov 2026", "1–23 nov 2026"],
  ["2026-09-07", "2026-09-07", "7 Sep 2026", "7 set 2026"],
  ["2026-04-01", "2026-06-30", "Q2 2026", "2º trim. 2026"],
  ["2026-02-01", "2026-04-30", "Feb–Apr 2026", "Feb–apr 2026"],
  ["2026-01-01", "2026-10-31", "Jan–Oct 2026", "Gen–ott 2026"],
  ["2025-01-01", "2025-12-31", "2025", "2025"],
  ["2026-08-20", "2026-09-23", "20 Aug – 23 Sep 2026", "20 ago – 23 set 2026"],
  ["2025-12-20", "2026-01-05", "20 Dec 2025 – 5 Jan 2026", "20 dic 2025 – 5 gen 2026"],
  ["2025-11-01", "2026-01-31", "Nov 2025 – Jan 2026", "Nov 2025 – gen 2026"],
];

describe("the name of a period", () => {
  it.each(PERIODS)("%s to %s is %s", (from, to, english, italian) => {
    expect(periodName({ from, to })).toBe(english);
    locale.use("it");
    expect(periodName({ from, to })).toBe(italian);
  });

  it("has no capital inside an Italian sentence", () => {
    locale.use("it");
    expect(periodInside({ from: "2026-10-01", to: "2026-10-31" })).toBe("ottobre 2026");
  });

  it("is spoken with its days, and with the year only where it isn't this one", () => {
    expect(periodSpoken({ from: "2026-11-01", to: "2026-11-23" })).toBe("1 to 23 November");
    expect(periodSpoken({ from: "2026-08-20", to: "2026-09-23" })).toBe("20 August to 23 September");
    expect(periodSpoken({ from: "2025-10-01", to: "2025-10-31" })).toBe("1 to 31 October 2025");
    expect(periodSpoken({ from: "2026-11-23", to: "2026-11-23" })).toBe("23 November");
    locale.use("it");
    expect(periodSpoken({ from: "2026-11-01", to: "2026-11-23" })).toBe("dal 1º al 23 novembre");
  });
});

describe("a moment", () => {
  it("is as short as it can be", () => {
    expect(when(new Date(2026, 10, 23, 9, 31).getTime())).toBe("09:31");
    expect(when(new Date(2026, 10, 20, 17, 55).getTime())).toBe("Fri 17:55");
    expect(when(new Date(2026, 10, 16, 9, 2).getTime())).toBe("16 Nov 09:02");
    expect(when(new Date(2025, 10, 1, 8, 0).getTime())).toBe("1 Nov 2025");
  });

  it("of the future is told with its day", () => {
    expect(when(new Date(2026, 10, 24, 8, 0).getTime())).toBe("24 Nov 08:00");
  });
});

describe("numbers", () => {
  it("are grouped by the language, also with four digits", () => {
    expect([number(61_740), number(1234)]).toEqual(["61,740", "1,234"]);
    locale.use("it");
    expect([number(61_740), number(1234)]).toEqual(["61.740", "1.234"]);
  });

  it("of bytes have a unit after a space", () => {
    expect([0, 999, 1500, 812_400, 6_522_000, 19_416_000, 296_000_000, 81_200_000_000].map(bytes)).toEqual([
      "0 B",
      "999 B",
      "2 kB",
      "812 kB",
      "6.5 MB",
      "19.4 MB",
      "296 MB",
      "81.2 GB",
    ]);
    expect(bytes(999_999)).toBe("1.0 MB");
  });

  it("of time tell how long it took", () => {
    expect([38, 900, 1100, 9_949, 11_000, 59_400, 598_000, 3_723_000].map(duration)).toEqual([
      "38 ms",
      "0.9 s",
      "1.1 s",
      "9.9 s",
      "11 s",
      "59 s",
      "9:58",
      "1:02:03",
    ]);
    expect([elapsed(-5), elapsed(11_400)]).toEqual(["0:00", "0:11"]);
  });

  it("that are guesses don't pretend to be exact", () => {
    expect([about(61_870), about(7), rate(48_123), rate(830)]).toEqual(["62,000", "7", "48,100", "830"]);
  });

  it("of a share never say that it is done before it is", () => {
    expect(percent(0.999)).toBe("99 %");
  });
});

describe("a folder", () => {
  it("is told from home on", () => {
    expect(folderName("/home/ada/kubernetes-reports", "/home/ada")).toBe(
      "Home\u00a0›\u00a0kubernetes-reports",
    );
    expect(folderName("C:\\Users\\Ada\\Reports", "C:\\Users\\Ada")).toBe("Home\u00a0›\u00a0Reports");
  });

  it("of somebody else is not taken for one at home", () => {
    expect(folderName("/home/adam/reports", "/home/ada")).toBe("home\u00a0›\u00a0adam\u00a0›\u00a0reports");
    expect(folderName("/media/ada/STICK/a/b", null)).toBe("…\u00a0›\u00a0a\u00a0›\u00a0b");
  });
});

it("a list is a sentence", () => {
  expect(list(["a", "b", "c"])).toBe("a, b and c");
  locale.use("it");
  expect(list(["a", "b"])).toBe("a e b");
});

describe("a column of days", () => {
  it("is written in the words of the page, with the year only where there are several", () => {
    expect(dateFormat(["2026-10-01 00:03", "", "2026-10-31 23:59"])?.("2026-10-01 00:03")).toBe(
      "1 Oct 00:03",
    );
    expect(dateFormat(["2025-12-31", "2026-01-01"])?.("2025-12-31")).toBe("31 Dec 2025");
    locale.use("it");
    expect(dateFormat(["2026-10-01 00:03:07"])?.("2026-10-01 00:03:07")).toBe("1 ott 00:03:07");
  });

  it("is none where anything else stands in it, or nothing", () => {
    expect(dateFormat(["2026-10-01", "October"])).toBeNull();
    expect(dateFormat(["", ""])).toBeNull();
  });
});

describe("the time that is left", () => {
  it("is told in whole seconds, and never as nothing", () => {
    expect(timeLeft(338_866, 48_100)).toBe("8 s");
    expect(timeLeft(0, 48_100)).toBe("1 s");
    expect(timeLeft(480_000, 4_000)).toBe("2:00");
  });
});
