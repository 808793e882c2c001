import { belongs } from "$lib/entry";
import type { LibraryEntry, LibraryFilter, LibraryPage, LibraryTotals } from "../types";

/** Lists, searches and sorts as the engine does. */
export function page(entries: LibraryEntry[], filter: LibraryFilter): LibraryPage {
  const words = (filter.search ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  const matching = entries
    .filter((entry) => shown(entry, filter.show))
    .filter((entry) => words.every((word) => textOf(entry).includes(word)))
    .sort((a, b) => {
      const order = compare(keyOf(a, filter.sort), keyOf(b, filter.sort));
      return (filter.ascending ? order : -order) || b.finishedAt.localeCompare(a.finishedAt);
    });
  const from = filter.offset;
  return { entries: matching.slice(from, from + Math.min(filter.limit, 500)), total: matching.length };
}

export function totals(entries: LibraryEntry[]): LibraryTotals {
  const here = entries.filter((entry) => entry.state.state === "on-desktop");
  return {
    reports: here.length,
    bytes: here.reduce((sum, entry) => sum + (entry.bytes ?? 0), 0),
    unseen: here.filter((entry) => entry.unseen).length,
  };
}

function shown(entry: LibraryEntry, show: LibraryFilter["show"]): boolean {
  return belongs(entry, show) && (show !== "unseen" || entry.unseen);
}

function textOf(entry: LibraryEntry): string {
  const { origin } = entry;
  const month =
    origin.kind === "this-computer"
      ? new Date(`${origin.period.from}T12:00:00Z`).toLocaleDateString("en-GB", { month: "long" })
      : "";
  return [entry.title, entry.file, month, entry.state.state, entry.id].join(" ").toLowerCase();
}

function keyOf(entry: LibraryEntry, sort: LibraryFilter["sort"]): string | number {
  switch (sort) {
    case "period":
      return entry.origin.kind === "this-computer" ? entry.origin.period.to : "";
    case "rows":
      return entry.rows ?? -1;
    case "size":
      return entry.bytes ?? -1;
    case "finished":
      return entry.finishedAt;
    case "origin":
      return entry.origin.kind;
    case "state":
      return entry.state.state;
  }
}

function compare(a: string | number, b: string | number): number {
  return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b));
}
