import Eye from "@lucide/svelte/icons/eye";
import Download from "@lucide/svelte/icons/download";
import FolderOpen from "@lucide/svelte/icons/folder";
import RotateCcw from "@lucide/svelte/icons/rotate-ccw";
import Table2 from "@lucide/svelte/icons/table-2";
import Trash2 from "@lucide/svelte/icons/trash-2";
import Undo2 from "@lucide/svelte/icons/undo-2";

import type { MenuEntry } from "$components/menu";
import type { LibraryEntry } from "$lib/backend";
import { isGone, isHere, isRestorable } from "$lib/entry";
import { number } from "$lib/format";
import {
  deleteReports,
  openReport,
  restore,
  restoreAll,
  runAgain,
  runOf,
  saveCopy,
  showInFolder,
} from "$lib/reports";
import type { App } from "$lib/state";
import * as m from "$messages";

/** What Enter does. */
export function mainAction(app: App, entry: LibraryEntry): void {
  if (isHere(entry)) void openReport(app, entry);
  else if (entry.state.state === "failed") app.window.showActivity(runOf(entry));
}

/** The menu of one row, or of several. */
export function rowMenu(app: App, entries: readonly LibraryEntry[]): MenuEntry[] {
  const [entry] = entries;
  if (!entry) return [];
  return entries.length === 1 ? one(app, entry) : several(app, entries);
}

function one(app: App, entry: LibraryEntry): MenuEntry[] {
  const menu: MenuEntry[] = [];
  if (isHere(entry)) {
    menu.push(
      { label: m.library_open(), icon: Table2, chord: "Enter", choose: () => void openReport(app, entry) },
      {
        label: m.library_show_in_folder(),
        icon: FolderOpen,
        chord: "Shift+Enter",
        choose: () => void showInFolder(app, entry),
      },
      {
        label: m.library_save_copy(),
        icon: Download,
        chord: "Mod+S",
        choose: () => void saveCopy(app, entry),
      },
      "line",
    );
  } else if (entry.state.state === "failed") {
    menu.push(
      { label: m.library_view(), icon: Eye, chord: "Enter", choose: () => mainAction(app, entry) },
      "line",
    );
  }
  if (runOf(entry) !== null) {
    menu.push({
      label: m.library_run_again(),
      icon: RotateCcw,
      chord: "Mod+R",
      choose: () => void runAgain(app, entry),
    });
  }
  if (entry.unseen)
    menu.push({ label: m.library_mark_seen(), icon: Eye, choose: () => markSeen(app, [entry]) });
  if (menu.at(-1) !== "line" && menu.length > 0) menu.push("line");
  menu.push(
    isGone(entry)
      ? {
          label: m.library_restore(),
          icon: Undo2,
          disabled: !isRestorable(entry),
          choose: () => void restore(app, entry),
        }
      : {
          label: isHere(entry) ? m.library_delete() : m.library_take_off(),
          icon: Trash2,
          chord: "Delete",
          danger: true,
          choose: () => void deleteReports(app, [entry]),
        },
  );
  return menu;
}

function several(app: App, entries: readonly LibraryEntry[]): MenuEntry[] {
  const here = entries.filter(isHere);
  const here10 = here.length > 0 && here.length <= 10;
  const menu: MenuEntry[] = here10
    ? [
        {
          label: m.library_open_many({ count: here.length, shown: number(here.length) }),
          icon: Table2,
          choose: () => here.forEach((entry) => void openReport(app, entry)),
        },
      ]
    : [];
  const unseen = entries.filter((entry) => entry.unseen);
  if (unseen.length > 0) {
    menu.push({ label: m.library_mark_seen(), icon: Eye, choose: () => markSeen(app, unseen) });
  }
  if (menu.length > 0) menu.push("line");
  if (entries.every(isGone)) {
    menu.push({
      label: m.library_restore(),
      icon: Undo2,
      disabled: !entries.some(isRestorable),
      choose: () => void restoreAll(app, entries),
    });
    return menu;
  }
  menu.push({
    label: m.library_delete_many({ count: entries.length, shown: number(entries.length) }),
    icon: Trash2,
    chord: "Delete",
    danger: true,
    choose: () => void deleteReports(app, entries),
  });
  return menu;
}

export function markSeen(app: App, entries: readonly LibraryEntry[]): void {
  app.backend.markSeen(entries.map(({ id }) => id)).catch(() => {
    // It stays new, and is marked when it is looked at again.
  });
}
