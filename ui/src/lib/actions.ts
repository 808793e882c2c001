/**
 * Every action of the window, once: palette, menus, shortcuts and keyboard help all read it from here.
 *
 * What an action is stands in `ACTIONS`. Who can do it now is said by whoever is on the screen: a view offers its
 * actions while it is shown, the frame offers those that work everywhere. An action nobody offers is not available.
 */

import * as m from "$messages";

export type ActionGroup = "make" | "report" | "list" | "go" | "landfall";

/** What never changes about an action. */
export interface ActionSpec {
  readonly id: string;
  readonly group: ActionGroup;
  /** The words people see, in the present language. */
  readonly words: () => string;
  /** Other words that the palette finds it by. */
  readonly also?: () => string;
  /** As in `keys.ts`; the first one is shown. */
  readonly shortcuts?: readonly string[];
  /** The key counts only where the focus is in a list, which handles it by itself. */
  readonly local?: boolean;
  /** Only a key, explained by the keyboard help; nothing that the palette could do. */
  readonly keyOnly?: boolean;
  /** Where it acts, for the right column of the palette. */
  readonly where?: () => string;
}

export const ACTIONS = [
  {
    id: "run-report",
    group: "make",
    words: m.actions_run_report,
    also: m.actions_also_make,
    shortcuts: ["Mod+Enter", "Mod+N"],
    where: m.actions_on_this_computer,
  },
  {
    id: "run-current-month",
    group: "make",
    words: m.actions_run_current_month,
    also: m.actions_also_make,
    where: m.actions_on_this_computer,
  },
  {
    id: "run-previous-month",
    group: "make",
    words: m.actions_run_previous_month,
    also: m.actions_also_make,
    where: m.actions_on_this_computer,
  },
  { id: "open-report", group: "report", words: m.actions_open_report, shortcuts: ["Enter"], local: true },
  {
    id: "preview-report",
    group: "report",
    words: m.actions_preview_report,
    shortcuts: ["Space"],
    local: true,
  },
  {
    id: "show-in-folder",
    group: "report",
    words: m.actions_show_in_folder,
    shortcuts: ["Shift+Enter"],
    local: true,
  },
  { id: "save-copy", group: "report", words: m.actions_save_copy, shortcuts: ["Mod+S"] },
  { id: "run-again", group: "report", words: m.actions_run_again, shortcuts: ["Mod+R"] },
  {
    id: "delete-report",
    group: "report",
    words: m.actions_delete_report,
    shortcuts: ["Delete"],
    local: true,
  },
  {
    id: "row-above",
    group: "list",
    words: m.actions_move_up,
    shortcuts: ["ArrowUp"],
    local: true,
    keyOnly: true,
  },
  {
    id: "row-below",
    group: "list",
    words: m.actions_move_down,
    shortcuts: ["ArrowDown"],
    local: true,
    keyOnly: true,
  },
  {
    id: "first-row",
    group: "list",
    words: m.actions_first_row,
    shortcuts: ["Home"],
    local: true,
    keyOnly: true,
  },
  {
    id: "last-row",
    group: "list",
    words: m.actions_last_row,
    shortcuts: ["End"],
    local: true,
    keyOnly: true,
  },
  {
    id: "extend-selection",
    group: "list",
    words: m.actions_extend,
    shortcuts: ["Shift+ArrowDown", "Shift+ArrowUp"],
    local: true,
    keyOnly: true,
  },
  {
    id: "select-all",
    group: "list",
    words: m.actions_select_all,
    shortcuts: ["Mod+A"],
    local: true,
    keyOnly: true,
  },
  {
    id: "row-menu",
    group: "list",
    words: m.actions_context_menu,
    shortcuts: ["Shift+F10", "ContextMenu"],
    local: true,
    keyOnly: true,
  },
  { id: "palette", group: "go", words: m.actions_palette, shortcuts: ["Mod+K"], keyOnly: true },
  { id: "search", group: "go", words: m.actions_search, shortcuts: ["/", "Mod+F"], also: m.actions_also_go },
  {
    id: "go-reports",
    group: "go",
    words: m.actions_go_reports,
    also: m.actions_also_go,
    shortcuts: ["Mod+1"],
  },
  {
    id: "go-settings",
    group: "go",
    words: m.actions_go_settings,
    also: m.actions_also_settings,
    shortcuts: ["Mod+,"],
  },
  {
    id: "activity",
    group: "go",
    words: m.actions_activity,
    also: m.actions_also_activity,
    shortcuts: ["Mod+J"],
  },
  {
    id: "open-reports-folder",
    group: "go",
    words: m.actions_open_reports_folder,
    also: m.actions_also_go,
    shortcuts: ["Mod+Shift+O"],
  },
  { id: "help", group: "landfall", words: m.actions_help, also: m.actions_also_help, shortcuts: ["F1"] },
  { id: "change-folder", group: "landfall", words: m.actions_change_folder, also: m.actions_also_settings },
  { id: "test-database", group: "landfall", words: m.actions_test_database, also: m.actions_also_settings },
  { id: "theme-system", group: "landfall", words: m.actions_theme_system, also: m.actions_also_theme },
  { id: "theme-light", group: "landfall", words: m.actions_theme_light, also: m.actions_also_theme },
  { id: "theme-dark", group: "landfall", words: m.actions_theme_dark, also: m.actions_also_theme },
  {
    id: "open-settings-file",
    group: "landfall",
    words: m.actions_open_settings_file,
    also: m.actions_also_settings,
  },
  { id: "open-logs-folder", group: "landfall", words: m.actions_open_logs_folder, also: m.actions_also_logs },
  {
    id: "close",
    group: "landfall",
    words: m.actions_close,
    shortcuts: ["Escape"],
    local: true,
    keyOnly: true,
  },
  { id: "quit", group: "landfall", words: m.actions_quit, shortcuts: ["Mod+Q"] },
] as const satisfies readonly ActionSpec[];

export type ActionId = (typeof ACTIONS)[number]["id"];

/** An action by its id, with the type that all of them share. */
export type Action = ActionSpec & { readonly id: ActionId };

export const actions: readonly Action[] = ACTIONS;

export function action(id: ActionId): Action {
  const found = actions.find((each) => each.id === id);
  if (!found) throw new Error(`no action is called ${id}`);
  return found;
}

/** The words of a group of actions. */
export function groupWords(group: ActionGroup): string {
  return {
    make: m.actions_group_make,
    report: m.actions_group_report,
    list: m.actions_group_list,
    go: m.actions_group_go,
    landfall: m.actions_group_landfall,
  }[group]();
}

/** What somebody on the screen offers to do. */
export interface Offer {
  run: () => void | Promise<void>;
  /** Whether it makes sense now; always, without it. */
  enabled?: () => boolean;
}

/** Who offers what. */
export class Offers {
  readonly #offers = new Map<ActionId, Offer[]>();
  #wanted: ActionId | undefined;

  /** Offers actions until the function it gives is called. The latest offer of an action counts. */
  offer(offers: Partial<Record<ActionId, Offer>>): () => void {
    const entries = Object.entries(offers) as [ActionId, Offer][];
    for (const [id, offer] of entries) this.#offers.set(id, [offer, ...(this.#offers.get(id) ?? [])]);
    const wanted = this.#wanted;
    if (wanted !== undefined && wanted in offers) {
      this.#wanted = undefined;
      // The view that offers it has not been painted yet.
      queueMicrotask(() => this.run(wanted));
    }
    return () => {
      for (const [id, offer] of entries) {
        this.#offers.set(
          id,
          (this.#offers.get(id) ?? []).filter((each) => each !== offer),
        );
      }
    };
  }

  isAvailable(id: ActionId): boolean {
    const offer = this.#offers.get(id)?.[0];
    return offer !== undefined && (offer.enabled?.() ?? true);
  }

  /** Does it, if it is available; says whether it was. */
  run(id: ActionId): boolean {
    if (!this.isAvailable(id)) return false;
    this.#wanted = undefined;
    void this.#offers.get(id)?.[0]?.run();
    return true;
  }

  /** Does it as soon as a view that is about to appear offers it. */
  runWhenOffered(id: ActionId): void {
    this.#wanted = id;
  }
}
