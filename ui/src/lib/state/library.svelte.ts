import { SvelteSet } from "svelte/reactivity";

import type {
  ApiError,
  Backend,
  LibraryEntry,
  LibraryFilter,
  LibraryShow,
  LibrarySort,
  LibraryTotals,
  ReportId,
  Target,
} from "$lib/backend";
import { belongs } from "$lib/entry";
import { Selection } from "./selection.svelte";

/** Rows that are asked for at once. */
const PAGE = 100;

/** The engine gives no more than this at once. */
const MOST = 500;

/** How often rows are read again that have changed while they were read. */
const ATTEMPTS = 3;

/** How long a row that lands is told apart: a little longer than it takes to push in, in milliseconds. */
const LANDING = 400;

/** How long changes are gathered before the rows are read again, in milliseconds. */
const GATHERED = 120;

/** The library: as many of its rows as have been looked at, for the present search, filter and order. */
export class Library {
  totals = $state.raw<LibraryTotals>({ reports: 0, bytes: 0, unseen: 0 });
  /** How many rows match. */
  total = $state(0);
  /** Nothing has been read yet, or the answer to the present question is still out. */
  loading = $state(true);
  /** Whether anything has ever been read. */
  known = $state(false);
  error = $state.raw<ApiError | null>(null);
  /** Somebody chose what is looked at; otherwise it is only the newest. */
  chosen = $state(false);
  search = $state("");
  show = $state<LibraryShow>("everything");
  sort = $state<LibrarySort>("finished");
  ascending = $state(false);
  readonly selection: Selection;
  /** Rows that have just landed, and push themselves in. */
  readonly landed = new SvelteSet<ReportId>();
  /** An entry that is shown although its row is not in the list. */
  #shown = $state.raw<LibraryEntry | null>(null);
  #rows = $state.raw<(LibraryEntry | undefined)[]>([]);
  /** Pages that were asked for, by the place of their first row. */
  #pages = new Map<number, Promise<void>>();
  /** Counts the questions, so that a late answer to an old one is dropped. */
  #question = 0;
  /** The rows that the list shows now. */
  #view = { from: 0, to: PAGE - 1 };
  #gathering: ReturnType<typeof setTimeout> | undefined;
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
    this.selection = new Selection(this);
  }

  rowAt(index: number): LibraryEntry | undefined {
    return this.#rows[index];
  }

  /** An entry whose row is loaded. */
  find(id: ReportId): LibraryEntry | undefined {
    return this.#rows.find((row) => row?.id === id) ?? (this.#shown?.id === id ? this.#shown : undefined);
  }

  /** The one entry that is looked at; `null` where none or several are selected. */
  get active(): LibraryEntry | null {
    if (this.#shown) return this.#shown;
    const { count, entries } = this.selection;
    return (count === 1 && entries[0]) || null;
  }

  belongs(entry: LibraryEntry): boolean {
    return belongs(entry, this.show);
  }

  /** Whether the list is narrowed down, so that "nothing" doesn't mean "no reports". */
  get narrowed(): boolean {
    return this.search.trim() !== "" || this.show !== "everything";
  }

  /** Another value is another list, which is shown from its start. */
  get identity(): string {
    return JSON.stringify([this.search, this.show, this.sort, this.ascending]);
  }

  /** There is no report at all. */
  get empty(): boolean {
    return this.known && !this.narrowed && this.total === 0;
  }

  /** A snapshot came: everything is read again, and what is on screen stays until the answer is there. */
  restored(totals: LibraryTotals): void {
    this.totals = totals;
    void this.#ask();
  }

  ask(change: Partial<Pick<Library, "search" | "show" | "sort" | "ascending">>): Promise<void> {
    const { search, show } = this;
    Object.assign(this, change);
    // Nobody wants to delete what they have just filtered away.
    if (search !== this.search || show !== this.show) this.selection.clear();
    this.#view = { from: 0, to: PAGE - 1 };
    return this.#ask();
  }

  /** Sorts by a column; by the same one again the other way round. */
  sortBy(sort: LibrarySort): Promise<void> {
    const natural = sort === "origin" || sort === "state";
    const ascending = sort === this.sort ? !this.ascending : natural;
    return this.ask({ sort, ascending });
  }

  /** The list shows these rows now. */
  look(from: number, to: number): void {
    this.#view = { from, to };
    // Who has begun to scroll goes on: the pages beside what is seen are there before their rows are.
    const beside = from > 0 ? PAGE : 0;
    void this.load(from - beside, to + beside);
  }

  async load(from: number, to: number): Promise<void> {
    const question = this.#question;
    const missing: Promise<void>[] = [];
    const last = Math.min(to, this.total - 1);
    for (let page = Math.floor(Math.max(0, from) / PAGE) * PAGE; page <= last; page += PAGE) {
      missing.push(this.#page(question, page));
    }
    await Promise.all(missing);
  }

  /** Rows for a selection. They are not kept: the list may be read anew, and lose rows, while they come. */
  async read(from: number, to: number): Promise<LibraryEntry[]> {
    const filter = this.#filter(from, 0);
    for (let attempt = 1; ; attempt++) {
      const entries = new Map<ReportId, LibraryEntry>();
      const totals = new Set<number>();
      let last = to;
      for (let offset = from; offset <= last; offset += MOST) {
        const page = await this.#backend.listLibrary({
          ...filter,
          offset,
          limit: Math.min(MOST, last + 1 - offset),
        });
        for (const entry of page.entries) entries.set(entry.id, entry);
        totals.add(page.total);
        last = Math.min(last, page.total - 1);
      }
      // A row that came or went between two pages has moved others across their border.
      if (totals.size === 1 || attempt === ATTEMPTS) return [...entries.values()];
    }
  }

  changed(changed: LibraryEntry[], totals: LibraryTotals): void {
    this.totals = totals;
    const news = new Map(changed.map((entry) => [entry.id, entry]));
    const before = this.#rows;
    this.#rows = before.map((row) => (row && news.has(row.id) ? (news.get(row.id) as LibraryEntry) : row));
    this.selection.learn(changed);
    const here = new Set(before.map((row) => row?.id));
    for (const entry of changed) {
      if (entry.state.state === "on-desktop" && !here.has(entry.id)) this.landed.add(entry.id);
    }
    if (this.#shown) this.#shown = news.get(this.#shown.id) ?? this.#shown;
    if (this.#gathering !== undefined) return;
    this.#gathering = setTimeout(() => {
      this.#gathering = undefined;
      void this.#ask();
    }, GATHERED);
  }

  /** Shows a report wherever it is: its row is selected if the list can be brought to hold it. */
  async reveal(target: Extract<Target, { view: "report" }>): Promise<void> {
    const entry = await this.#backend.findReport(target.id);
    this.chosen = true;
    if (!this.#selectLoaded(entry.id)) {
      await this.ask({ search: "", show: "everything", sort: "finished", ascending: false });
      if (!this.#selectLoaded(entry.id)) {
        await this.ask({ search: entry.file });
        this.#selectLoaded(entry.id);
      }
    }
    this.#shown = this.active?.id === entry.id ? null : entry;
  }

  /** The person chose a row themselves: what was shown from outside is put away. */
  unpin(): void {
    this.#shown = null;
    this.chosen = true;
  }

  #selectLoaded(id: ReportId): boolean {
    const index = this.#rows.findIndex((row) => row?.id === id);
    if (index >= 0) void this.selection.select(index);
    return index >= 0;
  }

  /** Reads the rows in view anew. Those on screen stay until their successors are there. */
  async #ask(): Promise<void> {
    const question = ++this.#question;
    this.#pages.clear();
    this.loading = true;
    const from = Math.floor(this.#view.from / PAGE) * PAGE;
    const limit = Math.min(MOST, Math.ceil((this.#view.to + 1 - from) / PAGE) * PAGE);
    try {
      const page = await this.#backend.listLibrary(this.#filter(from, limit));
      if (question !== this.#question) return;
      const rows = new Array<LibraryEntry | undefined>(page.total).fill(undefined);
      page.entries.forEach((entry, index) => (rows[from + index] = entry));
      this.#rows = rows;
      this.total = page.total;
      for (let at = from; at < from + limit; at += PAGE) this.#pages.set(at, Promise.resolve());
      this.error = null;
      this.known = true;
      this.selection.learn(page.entries);
      this.selection.follow();
      // The keyboard begins at the first row.
      if (this.selection.cursor < 0 && page.total > 0) void this.selection.select(0);
      if (this.landed.size > 0) setTimeout(() => this.landed.clear(), LANDING);
    } catch (refusal) {
      if (question === this.#question) this.error = refusal as ApiError;
    } finally {
      if (question === this.#question) this.loading = false;
    }
    // The list may have been scrolled, or have become shorter, in the meantime.
    if (question === this.#question && this.error === null) await this.load(this.#view.from, this.#view.to);
  }

  #page(question: number, from: number): Promise<void> {
    const known = this.#pages.get(from);
    if (known) return known;
    const reading = this.#read(question, from);
    this.#pages.set(from, reading);
    return reading;
  }

  async #read(question: number, from: number): Promise<void> {
    try {
      const page = await this.#backend.listLibrary(this.#filter(from, PAGE));
      if (question !== this.#question) return;
      const rows = [...this.#rows];
      page.entries.forEach((entry, index) => (rows[from + index] = entry));
      this.#rows = rows;
      this.error = null;
    } catch (refusal) {
      if (question !== this.#question) return;
      this.#pages.delete(from);
      this.error = refusal as ApiError;
    }
  }

  #filter(offset: number, limit: number): LibraryFilter {
    const { show, sort, ascending } = this;
    return { search: this.search.trim() || null, show, sort, ascending, offset, limit };
  }
}
