/** Months and years in what was typed: "run oct" offers a report of the last October. */

import { fold, words } from "./matching";

/** A whole month, or the part of it up to today. */
export interface Month {
  year: number;
  /** From 1 to 12. */
  month: number;
}

/** The names of the months in `locale`, January first, folded. */
function names(locale: string): string[] {
  const format = new Intl.DateTimeFormat(locale, { month: "long", timeZone: "UTC" });
  return Array.from({ length: 12 }, (_, month) => fold(format.format(Date.UTC(2025, month, 1))));
}

/**
 * The months that the words of `query` mean, newest first, none in the future of `today`. A word of at least three letters
 * that begins a month's name means that month, and without a year the latest one.
 */
export function monthsIn(query: string, today: Month, locale: string): Month[] {
  const typed = words(query);
  const known = names(locale);
  const months = typed.flatMap((word) =>
    word.length < 3 ? [] : known.flatMap((name, index) => (name.startsWith(word) ? [index + 1] : [])),
  );
  const years = typed.flatMap((word) => (/^20\d\d$/.test(word) ? [Number(word)] : []));
  const isPast = ({ year, month }: Month): boolean => year * 12 + month <= today.year * 12 + today.month;
  return months
    .flatMap((month) => {
      const latest = month <= today.month ? today.year : today.year - 1;
      return (years.length > 0 ? years : [latest]).map((year) => ({ year, month }));
    })
    .filter(isPast)
    .sort((one, other) => other.year * 12 + other.month - one.year * 12 - one.month);
}

/** The English name of a month, which is found in every language. */
export function englishName({ month }: Month): string {
  return names("en")[month - 1] ?? "";
}

/** First and last day of a month as the engine writes them: `2026-10-01`. */
export function daysOf({ year, month }: Month): { start: string; end: string } {
  const two = (number: number): string => String(number).padStart(2, "0");
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return { start: `${year}-${two(month)}-01`, end: `${year}-${two(month)}-${two(last)}` };
}

/** `query` with the months of `locale` in English, which is how the engine knows them: `ott 2026` is `october 2026`. */
export function inEnglish(query: string, locale: string): string {
  const [known, english] = [names(locale), names("en")];
  return words(query)
    .map((word) => {
      const month = word.length < 3 ? -1 : known.findIndex((name) => name.startsWith(word));
      return english[month] ?? word;
    })
    .join(" ");
}
