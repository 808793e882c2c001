/**
 * Numbers, dates and names as people read them, in the language of the page.
 *
 * The words of a period are those of the system notification, so they are put together here and not left to the
 * patterns of `Intl`, which differ from one system to the next.
 */

import type { Period } from "$lib/backend";
import * as m from "$messages";
import { clock } from "./clock.svelte";
import { locale } from "./locale.svelte";

const TAGS = { en: "en-GB", it: "it-IT" } as const;

const cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function cached<F extends Intl.NumberFormat | Intl.DateTimeFormat>(key: string, make: (tag: string) => F): F {
  const tag = TAGS[locale.current];
  const name = `${tag} ${key}`;
  const known = cache.get(name) ?? make(tag);
  cache.set(name, known);
  return known as F;
}

function numbers(fraction: number): Intl.NumberFormat {
  return cached(
    `number ${fraction}`,
    (tag) =>
      new Intl.NumberFormat(tag, {
        useGrouping: "always",
        minimumFractionDigits: fraction,
        maximumFractionDigits: fraction,
      } as Intl.NumberFormatOptions),
  );
}

function dates(key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return cached(`date ${key}`, (tag) => new Intl.DateTimeFormat(tag, options));
}

/** A whole number: `61,740`. */
export function number(value: number): string {
  return numbers(0).format(value);
}

/** A number with at most `fraction` digits after the point. */
export function decimal(value: number, fraction: number): string {
  return numbers(fraction).format(value);
}

/** A share from 0 to 1: `60 %`. */
export function percent(share: number): string {
  return `${number(Math.floor(share * 100))} %`;
}

const UNITS = ["B", "kB", "MB", "GB", "TB"];

/** A size in decimal units: `6.5 MB`. */
export function bytes(count: number): string {
  let unit = 0;
  let value = count;
  while (unit < UNITS.length - 1 && value >= 999.5) {
    value /= 1000;
    unit += 1;
  }
  return `${numbers(unit >= 2 && value < 99.95 ? 1 : 0).format(value)} ${UNITS[unit]}`;
}

/** How long something took: `38 ms`, `1.1 s`, `11 s`, `9:58`. */
export function duration(ms: number): string {
  if (ms < 100) return `${number(Math.max(0, Math.round(ms)))} ms`;
  if (ms < 9950) return `${numbers(1).format(ms / 1000)} s`;
  return ms < 59_500 ? `${number(Math.round(ms / 1000))} s` : elapsed(ms);
}

/** How long something has been going on: `0:11`, `1:02:03`. */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/** How long still, for `rows` at `rowsPerSecond`: `7 s`, `1:05`. Whole seconds, because a tenth would pretend to know. */
export function timeLeft(rows: number, rowsPerSecond: number): string {
  const seconds = Math.max(1, Math.ceil(rows / rowsPerSecond));
  return seconds < 60 ? `${number(seconds)} s` : elapsed(seconds * 1000);
}

/** Rows a second, to three digits, so that the last ones don't flicker: `48,100`. */
export function rate(rowsPerSecond: number): string {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, rowsPerSecond))) - 2);
  return number(Math.round(rowsPerSecond / step) * step);
}

/** A guess of a number of rows, to two or three digits: `62,000`. */
export function about(value: number): string {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 1);
  return number(Math.round(value / step) * step);
}

/** `1 September 2026` as its parts, without a zone: a civil date is the same everywhere. */
function civil(date: string): { year: number; month: number; day: number } {
  const [year = 1970, month = 1, day = 1] = date.split("-").map(Number);
  return { year, month, day };
}

function monthName(month: number, form: "long" | "short"): string {
  const name = dates(`month ${form}`, { month: form, timeZone: "UTC" }).format(Date.UTC(2000, month - 1, 1));
  // Some systems shorten September to four letters, others to three.
  return form === "short" ? name.slice(0, 3) : name;
}

function lastDay(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** The days of a report inside a sentence: `October 2026`, `1–23 Nov 2026`, `Q2 2026`, `Jan–Oct 2026`. */
export function periodInside({ from, to }: Pick<Period, "from" | "to">): string {
  const first = civil(from);
  const last = civil(to);
  const short = (month: number) => monthName(month, "short");
  if (first.day === 1 && last.day === lastDay(last.year, last.month)) {
    if (first.year !== last.year) {
      return `${short(first.month)} ${first.year} – ${short(last.month)} ${last.year}`;
    }
    if (first.month === last.month) return `${monthName(first.month, "long")} ${first.year}`;
    if (first.month === 1 && last.month === 12) return String(first.year);
    if (last.month - first.month === 2 && first.month % 3 === 1) {
      return m.app_quarter({ quarter: (first.month + 2) / 3, year: first.year });
    }
    return `${short(first.month)}–${short(last.month)} ${first.year}`;
  }
  const end = `${last.day} ${short(last.month)} ${last.year}`;
  if (from === to) return end;
  if (first.year !== last.year) return `${first.day} ${short(first.month)} ${first.year} – ${end}`;
  if (first.month !== last.month) return `${first.day} ${short(first.month)} – ${end}`;
  return `${first.day}–${end}`;
}

/** The days of a report as a title: as inside a sentence, with a capital. */
export function periodName(period: Pick<Period, "from" | "to">): string {
  return capital(periodInside(period));
}

/** Days in full words, for the sentence of the run card: `1 to 23 November`, with the year where it isn’t this one. */
export function periodSpoken({ from, to }: Pick<Period, "from" | "to">): string {
  const first = civil(from);
  const last = civil(to);
  const thisYear = new Date(clock.minute).getFullYear();
  const short = ({ month, day }: typeof first) => `${ordinal(day)} ${monthName(month, "long")}`;
  const full = (date: typeof first) => `${short(date)} ${date.year}`;
  const end = last.year === thisYear ? short(last) : full(last);
  if (from === to) return end;
  if (first.year !== last.year) return m.app_from_to({ from: full(first), to: full(last) });
  return m.app_from_to({ from: first.month === last.month ? ordinal(first.day) : short(first), to: end });
}

/** In Italian the first of a month is the only day that is an ordinal. */
function ordinal(day: number): string {
  return day === 1 && locale.current === "it" ? "1º" : String(day);
}

export function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase(TAGS[locale.current]) + text.slice(1);
}

/** The language of the page with the region of the system, for the first day of a week. */
export function regionalTag(languages: readonly string[] = navigator.languages): string {
  return languages.find((tag) => tag.startsWith(locale.current) && tag.includes("-")) ?? TAGS[locale.current];
}

const DAY = 86_400_000;

function sameDay(one: Date, other: Date): boolean {
  return one.toDateString() === other.toDateString();
}

/** A moment as short as it can be: `09:31` today, `Fri 17:55` this week, `16 Nov 09:02` this year, `1 Nov 2025`. */
export function when(moment: string | number): string {
  const at = new Date(moment);
  const now = new Date(clock.minute);
  const time = clockMinutes(at);
  if (sameDay(at, now)) return time;
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  const age = midnight - at.getTime();
  if (age > 0 && age < 5 * DAY) {
    return `${dates("weekday", { weekday: "short" }).format(at)} ${time}`;
  }
  const day = `${at.getDate()} ${monthName(at.getMonth() + 1, "short")}`;
  return at.getFullYear() === now.getFullYear() ? `${day} ${time}` : `${day} ${at.getFullYear()}`;
}

/** The day of a moment: `2 Nov`, with the year where it isn't this one. */
export function dayOf(moment: string | number): string {
  const at = new Date(moment);
  const day = `${at.getDate()} ${monthName(at.getMonth() + 1, "short")}`;
  return at.getFullYear() === new Date(clock.minute).getFullYear() ? day : `${day} ${at.getFullYear()}`;
}

/** A civil date: `1 Oct 2026`. */
export function day(date: string): string {
  const { year, month, day: number } = civil(date);
  return `${number} ${monthName(month, "short")} ${year}`;
}

const CELL_DATE = /^(\d{4})-(\d{2})-(\d{2})((?: \d{2}:\d{2}(?::\d{2})?)?)$/;

/**
 * How the cells of a column of days are written: `1 Oct 00:03`, with the year where they are of more than one. `null` for
 * a column that holds anything but days, of which a few may be missing.
 */
export function dateFormat(cells: readonly string[]): ((cell: string) => string) | null {
  const filled = cells.filter((cell) => cell !== "");
  const found = filled.map((cell) => CELL_DATE.exec(cell));
  if (filled.length === 0 || found.some((date) => date === null)) return null;
  const oneYear = new Set(found.map((date) => date?.[1])).size === 1;
  return (cell) => {
    const [, year, month, day, time = ""] = CELL_DATE.exec(cell) ?? [];
    if (!year) return cell;
    const short = `${Number(day)} ${monthName(Number(month), "short")}`;
    return `${short}${oneYear ? "" : ` ${year}`}${time}`;
  };
}

/** `09:28`. */
export function clockMinutes(moment: Date | string | number): string {
  return dates("minutes", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(moment));
}

/** `09:28:02`. */
export function clockTime(moment: string | number): string {
  return dates("seconds", {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).format(new Date(moment));
}

/** Several things in one sentence: `a, b and c`. */
export function list(items: readonly string[]): string {
  return new Intl.ListFormat(TAGS[locale.current], { type: "conjunction" }).format(items);
}

/** Between the folders of a path, which stay in one line. */
const INSIDE = "\u00a0›\u00a0";

/** A folder as people say it: `Home › kubernetes-reports`. */
export function folderName(folder: string, home: string | null): string {
  const parts = (path: string) => path.split(/[\\/]/).filter(Boolean);
  const under = home !== null && (folder === home || /^[\\/]/.test(folder.slice(home.length)));
  if (under && folder.startsWith(home)) {
    return [m.app_home(), ...parts(folder.slice(home.length))].join(INSIDE);
  }
  const all = parts(folder);
  return all.length > 3 ? ["…", ...all.slice(-2)].join(INSIDE) : all.join(INSIDE) || folder;
}
