import { SvelteMap } from "svelte/reactivity";

import type { ApiError, LibraryEntry, ReportId } from "$lib/backend";

/** What a list of rows has to answer so that rows of it can be selected. */
export interface Rows {
  readonly total: number;
  rowAt(index: number): LibraryEntry | undefined;
  /** The rows from `from` up to and with `to`, and not beyond the last. Refused with an `ApiError`. */
  read(from: number, to: number): Promise<LibraryEntry[]>;
  /** Whether an entry is one that the list shows. */
  belongs(entry: LibraryEntry): boolean;
}

/**
 * Which entries are selected, and where the cursor stands. The entries themselves are kept, not their rows: what is
 * called selected is what an action gets, also while its rows are far away, come, go and change their order.
 */
export class Selection {
  readonly #entries = new SvelteMap<ReportId, LibraryEntry>();
  /** Position of the row that has the focus; -1 where none has. */
  cursor = $state(-1);
  /**
   * Done when everything that was last asked for is selected, with why where it can't be read; then the selection is
   * what it was.
   */
  pending: Promise<ApiError | null> = Promise.resolve(null);
  /** The name of the row at the cursor, for finding it again. */
  #cursorId: ReportId | null = null;
  /** Where a range with Shift begins. */
  #anchor = -1;
  readonly #rows: Rows;

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  get count(): number {
    return this.#entries.size;
  }

  /** In the order in which they were selected. */
  get entries(): LibraryEntry[] {
    return [...this.#entries.values()];
  }

  has(id: ReportId): boolean {
    return this.#entries.has(id);
  }

  /** Moves the cursor, and selects the row there alone. */
  select(index: number): Promise<ApiError | null> {
    const at = this.#move(index);
    this.#anchor = at;
    return this.#take(at, at);
  }

  /** Moves the cursor, and adds or takes away the row there. */
  toggle(index: number): void {
    const at = this.#move(index);
    this.#anchor = at;
    const row = this.#rows.rowAt(at);
    if (row && !this.#entries.delete(row.id)) this.#entries.set(row.id, row);
    this.pending = Promise.resolve(null);
  }

  /** Moves the cursor without selecting. */
  focus(index: number): void {
    this.#anchor = this.#move(index);
  }

  /** Moves the cursor, and selects everything from where the range began to there. */
  extend(index: number): Promise<ApiError | null> {
    const anchor = this.#anchor < 0 ? Math.max(0, this.cursor) : this.#anchor;
    const at = this.#move(index);
    this.#anchor = anchor;
    return anchor < at ? this.#take(anchor, at) : this.#take(at, anchor);
  }

  all(): Promise<ApiError | null> {
    this.#anchor = 0;
    if (this.cursor < 0 && this.#rows.total > 0) this.#move(0);
    return this.#take(0, Infinity);
  }

  /** Selects nothing; the cursor is nowhere. */
  clear(): void {
    this.#entries.clear();
    this.pending = Promise.resolve(null);
    this.cursor = -1;
    this.#cursorId = null;
    this.#anchor = -1;
  }

  /** Entries have changed: those that are selected are known as they are now. */
  learn(entries: readonly LibraryEntry[]): void {
    for (const entry of entries) if (this.#entries.has(entry.id)) this.#entries.set(entry.id, entry);
  }

  /** The rows have changed: the cursor follows its row, or stays where it was if that is gone. */
  follow(): void {
    const before = this.count;
    for (const [id, entry] of this.#entries) if (!this.#rows.belongs(entry)) this.#entries.delete(id);
    if (this.#rows.total === 0) return this.clear();
    if (this.cursor < 0) return;
    const id = this.#cursorId;
    const moved = id === null ? -1 : this.#find(id);
    if (moved >= 0) {
      if (this.#anchor === this.cursor) this.#anchor = moved;
      this.cursor = moved;
    } else {
      const at = Math.min(this.cursor, this.#rows.total - 1);
      this.cursor = at;
      this.#anchor = at;
      // A row that isn't read at the moment may well be the same one.
      this.#cursorId = this.#rows.rowAt(at)?.id ?? id;
    }
    // What was selected is gone: the row in its place is looked at now.
    const row = this.#rows.rowAt(this.cursor);
    if (before > 0 && this.count === 0 && row) this.#entries.set(row.id, row);
  }

  /** Selects the rows from `from` up to and with `to` and nothing else, once all of them are known. */
  #take(from: number, to: number): Promise<ApiError | null> {
    const known = Math.min(to, this.#rows.total - 1) - from + 1;
    const rows = Array.from({ length: known }, (_, index) => this.#rows.rowAt(from + index));
    if (rows.every((row) => row !== undefined)) {
      this.#replace(rows);
      return (this.pending = Promise.resolve(null));
    }
    const pending: Promise<ApiError | null> = this.#rows.read(from, to).then(
      (entries) => {
        // Something else may have been selected in the meantime.
        if (this.pending !== pending) return null;
        this.#replace(entries);
        this.#cursorId ??= this.#rows.rowAt(this.cursor)?.id ?? null;
        return null;
      },
      (refusal: ApiError) => (this.pending === pending ? refusal : null),
    );
    return (this.pending = pending);
  }

  #replace(entries: readonly LibraryEntry[]): void {
    this.#entries.clear();
    for (const entry of entries) this.#entries.set(entry.id, entry);
  }

  #move(index: number): number {
    const at = Math.max(0, Math.min(index, this.#rows.total - 1));
    this.cursor = at;
    this.#cursorId = this.#rows.rowAt(at)?.id ?? null;
    return at;
  }

  /** Where a row is now: near where it was, as a rule. */
  #find(id: ReportId): number {
    const total = this.#rows.total;
    for (let distance = 0; distance < total; distance++) {
      for (const at of [this.cursor + distance, this.cursor - distance]) {
        if (at >= 0 && at < total && this.#rows.rowAt(at)?.id === id) return at;
      }
    }
    return -1;
  }
}
