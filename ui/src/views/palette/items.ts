/** What the palette can offer: actions of the registry, and what can be done with definitions, reports and runs. */

import type { IconComponent } from "$components/icon";
import { type ActionId, actions } from "$lib/actions";
import type { DefinitionSummary, LibraryEntry, PeriodChoice, Run } from "$lib/backend";
import { dayOf, duration, number, periodInside } from "$lib/format";
import { cancelRun, deleteReports, openReport, runAgain, runOf, saveCopy, showInFolder } from "$lib/reports";
import type { App } from "$lib/state";
import { endOf } from "$lib/state/runs.svelte";
import * as m from "$messages";
import { BUILT_IN } from "$views/reports/card.svelte";
import { nameOf } from "$views/reports/words";

import { CircleX, iconOf, Logs, Play, RotateCcw, Search, Table2 } from "./icons";
import { daysOf, englishName, type Month, monthsIn } from "./months";
import { requestReport } from "./request";

export interface Item {
  /** Unique in the palette. */
  key: string;
  group: "do" | "reports" | "runs";
  icon: IconComponent;
  title: string;
  /** Other words that find it. */
  also?: string;
  /** Where it acts, or what is known of it. */
  right?: string;
  shortcut?: string;
  run: () => unknown;
  /** What else can be done with it. */
  more?: () => Item[];
  /** The name of the thing, for the head of that list. */
  name?: string;
}

/** Actions that stand in the palette as one line for each definition instead. */
const BY_DEFINITION: readonly ActionId[] = ["run-current-month", "run-previous-month"];

/** The actions of the registry that are available now; those for one selected report say its name. */
export function actionItems(app: App, definitionsKnown: boolean): Item[] {
  const selected = app.window.view === "reports" ? app.library.active : null;
  const items = actions
    .filter((action) => !action.keyOnly && app.offers.isAvailable(action.id))
    .filter((action) => !(definitionsKnown && BY_DEFINITION.includes(action.id)))
    .filter((action) => !(selected && action.group === "report"))
    .map((action): Item => ({
      key: action.id,
      group: "do",
      icon: iconOf(action.id),
      title: action.words(),
      also: action.also?.(),
      right: action.where?.(),
      shortcut: action.shortcuts?.[0],
      run: () => app.offers.run(action.id),
    }));
  return selected ? [...items, ...reportActions(app, selected, true)] : items;
}

/** Definitions that can be run as they are: nothing is wrong with them, and every parameter has a default. */
function runnable(definition: DefinitionSummary): boolean {
  return !definition.problem && definition.parameters.every((parameter) => parameter.default != null);
}

/** "Run Ticketing report for October 2026", for this month, for the last one, and for months that were typed. */
export function runItems(
  app: App,
  definitions: readonly DefinitionSummary[],
  query: string,
  locale: string,
): Item[] {
  if (app.connection.phase !== "connected") return [];
  const [year = 1970, month = 1] = app.today().split("-").map(Number);
  return definitions.filter(runnable).flatMap((definition) => {
    const report = definition.name === BUILT_IN ? m.runcard_built_in() : definition.title;
    // Whoever has learnt the English words finds it by them in any language.
    const english = (month = "") => m.actions_run_month_of({ report, month }, { locale: "en" });
    const item = (key: string, title: string, choice: PeriodChoice, also = english()): Item => ({
      key: `${key} ${definition.name}`,
      group: "do",
      icon: Play,
      title,
      also: `${m.actions_also_make()} ${also}`,
      right: m.actions_on_this_computer(),
      run: () => requestReport(app, definition.name, choice),
      more: () => [
        {
          key: `${key} anew`,
          group: "do",
          icon: RotateCcw,
          title: m.actions_run_anew(),
          run: () => requestReport(app, definition.name, choice, false),
        },
      ],
    });
    return [
      item("current-month", m.actions_run_current_month_of({ report }), { kind: "current-month" }),
      item("previous-month", m.actions_run_previous_month_of({ report }), { kind: "previous-month" }),
      ...typedMonths(query, { year, month }, locale).map((each) => {
        const days = daysOf(each);
        const words = periodInside({ from: days.start, to: days.end });
        const title = m.actions_run_month_of({ report, month: words });
        return item(`month ${days.start}`, title, { kind: "range", ...days }, english(englishName(each)));
      }),
    ];
  });
}

/** Months in the words of the page, and in English ones. */
function typedMonths(query: string, today: Month, locale: string): Month[] {
  const own = monthsIn(query, today, locale);
  if (locale === "en") return own;
  const isNew = ({ year, month }: Month) =>
    !own.some((known) => known.year === year && known.month === month);
  return [...own, ...monthsIn(query, today, "en").filter(isNew)];
}

export function cancelItems(app: App): Item[] {
  return app.runs.live
    .filter((run) => run.state !== "cancelling")
    .map((run) => ({
      key: `cancel ${run.number}`,
      group: "do",
      icon: CircleX,
      title: m.actions_cancel_run_of({ run: run.number, report: periodInside(run.period) }),
      right: m.actions_on_this_computer(),
      run: () => cancelRun(app, run),
    }));
}

/** The name of a report inside of a sentence. */
function nameInside(entry: LibraryEntry): string {
  return entry.origin.kind === "this-computer" ? periodInside(entry.origin.period) : nameOf(entry);
}

function keyOf(id: ActionId): string | undefined {
  return actions.find((action) => action.id === id && !action.local)?.shortcuts?.[0];
}

const hasFile = (entry: LibraryEntry) => entry.state.state === "on-desktop";

/** What can be done with a report; `named` says its name with every action. */
export function reportActions(app: App, entry: LibraryEntry, named: boolean): Item[] {
  const report = nameInside(entry);
  // The keys of the window mean the selected report; those of the list count only there.
  const isActive = app.window.view === "reports" && app.library.active?.id === entry.id;
  const item = (id: ActionId, title: string, run: () => unknown): Item => ({
    key: `${id} ${entry.id}`,
    group: "do",
    icon: iconOf(id),
    title,
    run,
    shortcut: isActive ? keyOf(id) : undefined,
    ...(named ? { name: nameOf(entry), more: () => reportActions(app, entry, false) } : {}),
  });
  const file = hasFile(entry)
    ? [
        item("open-report", named ? m.actions_open_report_of({ report }) : m.actions_open_report(), () =>
          openReport(app, entry),
        ),
        item(
          "show-in-folder",
          named ? m.actions_show_in_folder_of({ report }) : m.actions_show_in_folder(),
          () => showInFolder(app, entry),
        ),
        item("save-copy", named ? m.actions_save_copy_of({ report }) : m.actions_save_copy(), () =>
          saveCopy(app, entry),
        ),
      ]
    : [];
  const run = runOf(entry);
  const again =
    run === null
      ? []
      : [
          item("run-again", named ? m.actions_run_again_of({ report }) : m.actions_run_again(), () =>
            runAgain(app, entry),
          ),
        ];
  const remove =
    entry.state.state === "trashed" || entry.state.state === "deleted"
      ? []
      : [
          item(
            "delete-report",
            named ? m.actions_delete_report_of({ report }) : m.actions_delete_report(),
            () => deleteReports(app, [entry]),
          ),
        ];
  return [...file, ...again, ...remove];
}

function stateWords(entry: LibraryEntry): string {
  switch (entry.state.state) {
    case "on-desktop": {
      const day = dayOf(entry.finishedAt);
      return entry.rows == null
        ? day
        : m.palette_rows_and_day({ count: entry.rows, rows: number(entry.rows), day });
    }
    case "failed":
      return m.palette_failed();
    case "cancelled":
      return m.palette_cancelled();
    case "missing":
      return m.palette_missing();
    case "trashed":
    case "deleted":
      return m.palette_deleted();
  }
}

/** A report, shown in the library. */
export function reportItem(app: App, entry: LibraryEntry): Item {
  const show = () => app.show({ view: "report", id: entry.id });
  return {
    key: `report ${entry.id}`,
    group: "reports",
    icon: Table2,
    title: nameOf(entry),
    also: entry.file,
    right: stateWords(entry),
    name: nameOf(entry),
    run: show,
    more: () => [
      ...reportActions(app, entry, false),
      {
        key: `reveal ${entry.id}`,
        group: "do",
        icon: Search,
        title: m.actions_show_in_library(),
        run: show,
      },
      ...logItem(app, runOf(entry)),
    ],
  };
}

function logItem(app: App, run: number | null): Item[] {
  if (run === null) return [];
  return [
    {
      key: `log ${run}`,
      group: "do",
      icon: Logs,
      title: m.actions_show_log(),
      run: () => app.window.showActivity(run),
    },
  ];
}

function runWords(run: Run): string {
  switch (run.state) {
    case "queued":
      return m.palette_queued();
    case "running":
      return m.palette_running();
    case "cancelling":
      return m.palette_cancelling();
    case "failed":
      return m.palette_run_failed();
    case "cancelled":
      return m.palette_cancelled();
    case "succeeded": {
      const first = run.steps.find(({ phase }) => phase !== "queued");
      const took = first ? Date.parse(endOf(run) ?? "") - Date.parse(first.startedAt) : 0;
      return m.palette_done_in({ time: duration(took) });
    }
  }
}

/** A run, shown by its log. */
export function runItem(app: App, run: Run): Item {
  const title = m.palette_run({ run: run.number, report: periodInside(run.period) });
  return {
    key: `run ${run.number}`,
    group: "runs",
    icon: Logs,
    title,
    right: runWords(run),
    name: title,
    run: () => app.window.showActivity(run.number),
    more: () => [
      ...logItem(app, run.number),
      ...(endOf(run) === null ? cancelItems(app).filter((item) => item.key === `cancel ${run.number}`) : []),
    ],
  };
}

/** The run behind a report of the library that the page doesn't remember any more. */
export function runOfEntryItem(app: App, entry: LibraryEntry): Item[] {
  if (entry.origin.kind !== "this-computer") return [];
  const { run, tookMs, period } = entry.origin;
  const title = m.palette_run({ run, report: periodInside(period) });
  const failed = entry.state.state === "failed" || entry.state.state === "cancelled";
  return [
    {
      key: `run ${run}`,
      group: "runs",
      icon: Logs,
      title,
      right: failed ? stateWords(entry) : m.palette_done_in({ time: duration(tookMs) }),
      name: title,
      run: () => app.window.showActivity(run),
      more: () => logItem(app, run),
    },
  ];
}

/** Where nothing else is found: the words go to the library's own search. */
export function searchItem(app: App, query: string): Item {
  return {
    key: "search for",
    group: "do",
    icon: Search,
    title: m.actions_search_for({ words: query.trim() }),
    run: () => {
      app.window.go("reports");
      return app.library.ask({ search: query.trim() });
    },
  };
}
