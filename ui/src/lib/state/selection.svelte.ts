import { SvelteSet } from "svelte/reactivity";

import type { LibraryEntry, ReportId } from "$lib/backend";

/** What a list of rows has to answer so that rows of it can be selected. */
export interface Rows {
  readonly total: number;
  rowAt(index: number): LibraryEntry | undefined;
  /** Loads the rows from `from` up to and with `to`. */
  load(from: number, to: number): Promise<void>;
}

/**
 * Which rows are selected, and where the cursor stands. Rows are remembered by their names, so that the selection
 * stays where it is while rows come, go and change their order.
 */
export class Selection {
  readonly ids = new SvelteSet<ReportId>();
  /** Position of the row that has the focus; -1 where none has. */
  cursor = $state(-1);
  /** The name of the row at the cursor, for finding it again. */
  #cursorId: ReportId | null = null;
  /** Where a range with Shift begins. */
  #anchor = -1;
  readonly #rows: Rows;

  constructor(rows: Rows) {
    this.#rows = rows;
  }

  has(id: ReportId): boolean {
    return this.ids.has(id);
  }

  /** Moves the cursor, and selects the row there alone. */
  select(index: number): void {
    const at = this.#move(index);
    this.#anchor = at;
    this.ids.clear();
    const row = this.#rows.rowAt(at);
    if (row) this.ids.add(row.id);
  }

  /** Moves the cursor, and adds or takes away the row there. */
  toggle(index: number): void {
    const at = this.#move(index);
    this.#anchor = at;
    const row = this.#rows.rowAt(at);
    if (row && !this.ids.delete(row.id)) this.ids.add(row.id);
  }

  /** Moves the cursor without selecting. */
  focus(index: number): void {
    this.#anchor = this.#move(index);
  }

  /** Moves the cursor, and selects everything from where the range began to there. */
  async extend(index: number): Promise<void> {
    const anchor = this.#anchor < 0 ? Math.max(0, this.cursor) : this.#anchor;
    const at = this.#move(index);
    this.#anchor = anchor;
    const [from, to] = anchor < at ? [anchor, at] : [at, anchor];
    const take = () => {
      this.ids.clear();
      for (let row = from; row <= to; row++) {
        const entry = this.#rows.rowAt(row);
        if (entry) this.ids.add(entry.id);
      }
    };
    take();
    await this.#rows.load(from, to);
    // Another key may have been pressed while rows were loaded.
    if (this.cursor === at && this.#anchor === anchor) take();
  }

  async all(): Promise<void> {
    this.#anchor = 0;
    const cursor = this.cursor;
    await this.#rows.load(0, this.#rows.total - 1);
    for (let row = 0; row < this.#rows.total; row++) {
      const entry = this.#rows.rowAt(row);
      if (entry) this.ids.add(entry.id);
    }
    this.cursor = cursor < 0 ? 0 : cursor;
  }

  clear(): void {
    this.ids.clear();
  }

  /** The rows have changed: the cursor follows its row, or stays where it was if that is gone. */
  follow(): void {
    if (this.cursor < 0) return;
    const id = this.#cursorId;
    const moved = id === null ? -1 : this.#find(id);
    if (moved >= 0) {
      if (this.#anchor === this.cursor) this.#anchor = moved;
      this.cursor = moved;
      return;
    }
    if (this.#rows.total === 0) {
      this.cursor = -1;
      this.#cursorId = null;
      this.ids.clear();
      return;
    }
    const at = Math.min(this.cursor, this.#rows.total - 1);
    const row = this.#rows.rowAt(at);
    if (!row) return;
    this.cursor = at;
    this.#anchor = at;
    // The row is gone: the one in its place is looked at now.
    if (id !== null && this.ids.delete(id) && this.ids.size === 0) this.ids.add(row.id);
    this.#cursorId = row.id;
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
