import Copy from "@lucide/svelte/icons/copy";
import RotateCcw from "@lucide/svelte/icons/rotate-ccw";
import Settings2 from "@lucide/svelte/icons/settings-2";
import Trash2 from "@lucide/svelte/icons/trash-2";
import Undo2 from "@lucide/svelte/icons/undo-2";

import type { MenuEntry } from "$components/menu";
import type { LibraryEntry } from "$lib/backend";
import { isGone, isRestorable } from "$lib/entry";
import { deleteReports, restore, runAgain } from "$lib/reports";
import type { App } from "$lib/state";
import * as m from "$messages";

/** What can be done with a report besides opening it. */
export function moreEntries(
  app: App,
  entry: LibraryEntry,
  runWith: (entry: LibraryEntry) => void,
): MenuEntry[] {
  const made: MenuEntry[] =
    entry.origin.kind === "this-computer"
      ? [
          {
            label: m.pane_run_again(),
            icon: RotateCcw,
            chord: "Mod+R",
            choose: () => void runAgain(app, entry),
          },
          { label: m.pane_run_with(), icon: Settings2, choose: () => runWith(entry) },
          "line",
        ]
      : [];
  const here = entry.state.state === "on-desktop";
  const named: MenuEntry[] = here
    ? [{ label: m.pane_copy_name(), icon: Copy, choose: () => void copyName(app, entry.file) }, "line"]
    : [];
  return [...made, ...named, last(app, entry, here)];
}

/** The line at the end takes the report away, or brings back what was taken away. */
function last(app: App, entry: LibraryEntry, here: boolean): MenuEntry {
  if (isGone(entry)) {
    return {
      label: m.pane_put_back(),
      icon: Undo2,
      disabled: !isRestorable(entry),
      choose: () => void restore(app, entry),
    };
  }
  return {
    label: here ? m.pane_delete() : m.library_take_off(),
    icon: Trash2,
    chord: "Delete",
    danger: true,
    choose: () => void deleteReports(app, [entry]),
  };
}

async function copyName(app: App, name: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(name);
    app.toasts.show({ tone: "note", title: m.pane_name_copied(), text: name, seconds: 3 });
  } catch {
    app.toasts.show({ tone: "failed", title: m.pane_name_not_copied(), text: name });
  }
}
