import type { ApiError, DefinitionSummary, LibraryEntry } from "$lib/backend";
import { locale } from "$lib/locale.svelte";
import type { App } from "$lib/state";
import * as m from "$messages";

import {
  actionItems,
  cancelItems,
  type Item,
  reportActions,
  reportItem,
  runItem,
  runItems,
  runOfEntryItem,
  searchItem,
} from "./items";
import { fold, score, words } from "./matching";
import { inEnglish } from "./months";

/** How long after the last key the library is asked, in milliseconds. */
const PAUSE = 80;

/** How many hits of each group are shown. */
const MOST = { do: 5, reports: 4, runs: 3 } as const;

/** In a window lower than this, in pixels, one less of each, so that all groups are in sight without scrolling. */
const LOW = 740;

/** Reports whose actions are offered by name while something is typed. */
const NAMED = 2;

export interface Group {
  name: Item["group"];
  title: string;
  items: Item[];
}

/** What the palette finds. Actions and known runs are found at once, reports when the library has answered. */
export class PaletteSearch {
  query = $state("");
  /** The item whose further actions are shown instead of everything. */
  within = $state.raw<Item | null>(null);
  /** Why reports could not be searched. */
  error = $state.raw<ApiError | null>(null);
  #entries = $state.raw<LibraryEntry[]>([]);
  #entriesTotal = $state(0);
  #definitions = $state.raw<DefinitionSummary[]>([]);
  #question = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #app: App;

  constructor(app: App) {
    this.#app = app;
  }

  /** What was typed, as words. */
  readonly typed = $derived(words(this.query));

  readonly #all = $derived.by(() => {
    const { typed } = this;
    if (this.within) return { do: ranked(this.within.more?.() ?? [], typed), reports: [], runs: [] };
    const app = this.#app;
    const actions = [
      ...runItems(app, this.#definitions, this.query, locale.current),
      ...cancelItems(app),
      ...actionItems(app, this.#definitions.length > 0),
      ...(typed.length > 0
        ? this.#entries.slice(0, NAMED).flatMap((entry) => reportActions(app, entry, true))
        : []),
    ];
    const runs = [...app.runs.live, ...app.runs.recent].map((run) => runItem(app, run));
    const others = this.#entries.flatMap((entry) => runOfEntryItem(app, entry));
    const found = {
      do: ranked(distinct(actions), typed),
      // The engine has found these, by words that need not be in the title.
      reports: this.#entries.map((entry) => reportItem(app, entry)),
      runs: ranked(distinct([...runs, ...others]), typed),
    };
    if (found.do.length === 0) {
      const [first] = this.#entries;
      found.do = first ? reportActions(app, first, true).slice(0, 1) : [];
      if (found.do.length === 0) found.do = [searchItem(app, this.query)];
    }
    return found;
  });

  /** Groups with something in them, the first one always being what can be done. */
  readonly groups = $derived.by((): Group[] => {
    const within = this.within;
    const less = window.innerHeight < LOW ? 1 : 0;
    const cut = (name: Item["group"]) =>
      within ? this.#all[name] : this.#all[name].slice(0, MOST[name] - less);
    return [
      {
        name: "do" as const,
        title: within ? m.palette_more_for({ report: within.name ?? within.title }) : m.palette_do(),
        items: cut("do"),
      },
      { name: "reports" as const, title: m.palette_reports(), items: cut("reports") },
      { name: "runs" as const, title: m.palette_runs(), items: cut("runs") },
    ].filter((group) => group.items.length > 0);
  });

  readonly items = $derived(this.groups.flatMap((group) => group.items));

  /** How many match, shown or not. */
  readonly total = $derived(
    this.#all.do.length + this.#all.runs.length + (this.within ? 0 : Math.max(this.#entriesTotal, 0)),
  );

  /** Reads what doesn't depend on the words, and the newest reports. */
  start(): void {
    this.#app.backend.listDefinitions().then(
      (definitions) => (this.#definitions = definitions),
      () => {
        // The built-in report can be run all the same.
      },
    );
    void this.ask();
  }

  type(query: string): void {
    this.query = query;
    if (this.within) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.ask(), PAUSE);
  }

  /** Shows what else can be done with `item`; `null` goes back. */
  enter(item: Item | null): void {
    this.within = item;
    this.query = "";
    clearTimeout(this.#timer);
    if (!item) void this.ask();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#question += 1;
  }

  /** Asks the library. An answer to an older question is dropped. */
  async ask(): Promise<void> {
    const question = ++this.#question;
    const query = this.query.trim();
    try {
      let page = await this.#list(query);
      const things = withoutVerbs(query);
      // What was typed may name what to do, and months in another language than the engine's.
      for (const other of [things, inEnglish(things, locale.current)]) {
        if (page.total > 0 || other === "" || question !== this.#question) break;
        if (other !== query) page = await this.#list(other);
      }
      if (question !== this.#question) return;
      this.#entries = page.entries;
      this.#entriesTotal = page.total;
      this.error = null;
    } catch (refusal) {
      if (question !== this.#question) return;
      this.#entries = [];
      this.#entriesTotal = 0;
      this.error = refusal as ApiError;
    }
  }

  #list(search: string) {
    return this.#app.backend.listLibrary({
      search: search || null,
      show: "everything",
      sort: "finished",
      ascending: false,
      limit: MOST.reports,
      offset: 0,
    });
  }
}

function distinct(items: readonly Item[]): Item[] {
  return items.filter((item, index) => items.findIndex((other) => other.key === item.key) === index);
}

/** Those that fit, the best first; equals in their own order. */
function ranked(items: readonly Item[], typed: readonly string[]): Item[] {
  return items
    .map((item) => ({ item, points: score(item.title, typed, item.also) }))
    .filter(({ points }) => points > 0)
    .sort((one, other) => other.points - one.points)
    .map(({ item }) => item);
}

/** "run oct" without "run": words of what can be done are no words of a report. */
function withoutVerbs(query: string): string {
  const verbs = words(
    [
      m.actions_run_month_of({ report: "", month: "" }, { locale: "en" }),
      m.actions_run_month_of({ report: "", month: "" }),
      m.actions_run_again_of({ report: "" }),
      m.actions_open_report(),
      m.actions_show_in_folder(),
      m.actions_save_copy(),
      m.actions_delete_report(),
    ]
      .join(" ")
      .replace(/[^\p{Letter}\s]/gu, " "),
  );
  return query
    .split(/\s+/u)
    .filter((word) => !verbs.some((verb) => verb.startsWith(fold(word))))
    .join(" ");
}
