import type { Shape } from "$components/StateGlyph.svelte";
import type { EntryState, LibraryEntry, LibraryShow, LibrarySort } from "$lib/backend";
import { periodName } from "$lib/format";
import * as m from "$messages";

/** What a report is called in the list: its days, or the name of the workbook that somebody else made. */
export function nameOf({ origin, title }: LibraryEntry): string {
  return origin.kind === "this-computer" ? periodName(origin.period) : title;
}

/** The glyph and the word of a state; `believed` where nobody can look at the moment whether it is still so. */
export function stateOf({ state }: EntryState, believed = false): { shape: Shape; word: string } {
  switch (state) {
    case "on-desktop":
      return { shape: believed ? "stale" : "on-desktop", word: m.library_on_desktop() };
    case "missing":
      return { shape: "stale", word: m.library_state_missing() };
    case "trashed":
      return { shape: "removed", word: m.library_state_trashed() };
    case "deleted":
      return { shape: "removed", word: m.library_state_deleted() };
    case "failed":
      return { shape: "failed", word: m.library_state_failed() };
    case "cancelled":
      return { shape: "idle", word: m.library_state_cancelled() };
  }
}

/** What the list can be narrowed down to, in the order of the menu. */
export const SHOWS: Record<LibraryShow, () => string> = {
  everything: m.library_everything,
  "on-desktop": m.library_on_desktop,
  unseen: m.library_new,
  failed: m.library_failed,
  missing: m.library_missing,
  deleted: m.library_deleted,
};

/** The columns, in order. */
export const COLUMNS: Record<LibrarySort, () => string> = {
  period: m.library_period,
  rows: m.library_rows,
  size: m.library_size,
  finished: m.library_finished,
  origin: m.library_made_in,
  state: m.library_state,
};

export const columns = Object.keys(COLUMNS) as LibrarySort[];
export const shows = Object.keys(SHOWS) as LibraryShow[];

export function isNumeric(column: LibrarySort): boolean {
  return column === "rows" || column === "size";
}
