import type { ApiError, LibraryEntry } from "$lib/backend";
import { number } from "$lib/format";
import { refused } from "$lib/reports";
import type { App } from "$lib/state";
import * as m from "$messages";
import { nameOf } from "$views/reports/words";

/** The words for one report by its name, and for several by their number. */
interface Words {
  one: (about: { report: string }) => string;
  many: (about: { count: number; shown: string }) => string;
}

const IN_TRASH: Words = { one: m.toasts_deleted, many: m.toasts_deleted_many };
const OFF_LIST: Words = { one: m.toasts_taken_off, many: m.toasts_taken_off_many };
const BACK: Words = { one: m.toasts_restored, many: m.toasts_restored_many };
const GOING: Words = { one: m.toasts_going, many: m.toasts_going_many };
const GONE: Words = { one: m.toasts_gone, many: m.toasts_gone_many };

function say(words: Words, entries: readonly LibraryEntry[]): string {
  const [only] = entries;
  if (only && entries.length === 1) return words.one({ report: nameOf(only) });
  return words.many({ count: entries.length, shown: number(entries.length) });
}

/** Asks the same of each, one after the other. Gives those that were done as they are now, and of the others why not. */
async function each(
  entries: readonly LibraryEntry[],
  ask: (entry: LibraryEntry) => Promise<LibraryEntry>,
): Promise<{ done: LibraryEntry[]; not: { entry: LibraryEntry; error: ApiError }[] }> {
  const done: LibraryEntry[] = [];
  const not: { entry: LibraryEntry; error: ApiError }[] = [];
  for (const entry of entries) {
    try {
      done.push(await ask(entry));
    } catch (error) {
      not.push({ entry, error: error as ApiError });
    }
  }
  return { done, not };
}

/**
 * Moves reports to the trash, with Undo. Those that the trash can't take are asked about once, all together; nothing is
 * deleted for good without a word from a person and eight seconds to think again.
 */
export async function removeReports(app: App, entries: readonly LibraryEntry[]): Promise<void> {
  const { done, not } = await each(entries, (entry) => app.backend.deleteReport(entry.id, false));
  const untrashable = not.filter(({ error }) => error.code === "refused");
  const other = not.find(({ error }) => error.code !== "refused");
  if (other) refused(app, other.error, { entry: other.entry });
  if (done.length > 0) {
    // Whether there was a file to put there, the engine knows.
    const trashed = done.filter(({ state }) => state.state === "trashed");
    const off = done.filter((entry) => !trashed.includes(entry));
    const [title, text] = [
      ...(trashed.length > 0 ? [say(IN_TRASH, trashed)] : []),
      ...(off.length > 0 ? [say(OFF_LIST, off)] : []),
    ];
    app.toasts.show({
      tone: "done",
      title: title ?? "",
      ...(text === undefined ? {} : { text }),
      urgent: true,
      actions: [{ label: m.toasts_undo(), run: () => restoreReports(app, done) }],
    });
  }
  if (untrashable.length > 0) app.window.askDelete(untrashable.map(({ entry }) => entry));
}

/** Takes reports out of the trash again. */
export async function restoreReports(app: App, entries: readonly LibraryEntry[]): Promise<void> {
  const { done, not } = await each(entries, (entry) => app.backend.restoreReport(entry.id));
  if (not[0]) refused(app, not[0].error, { entry: not[0].entry });
  if (done.length > 0) app.toasts.show({ tone: "done", title: say(BACK, done), urgent: true });
}

/** Deletes reports for good when eight seconds have gone by without Undo. Closing the toast is Undo, too. */
export function deleteForGood(app: App, entries: readonly LibraryEntry[]): void {
  let decided = false;
  const keep = () => {
    if (decided) return;
    decided = true;
    app.toasts.show({ tone: "note", title: m.toasts_kept(), seconds: 4 });
  };
  app.toasts.show({
    tone: "failed",
    title: say(GOING, entries),
    countdown: (seconds) => m.toasts_going_in({ count: seconds, shown: number(seconds) }),
    urgent: true,
    actions: [{ label: m.toasts_undo(), primary: true, run: () => {} }],
    onExpired: () => {
      decided = true;
      void goOn(app, entries);
    },
    onGone: keep,
  });
}

async function goOn(app: App, entries: readonly LibraryEntry[]): Promise<void> {
  const { done, not } = await each(entries, (entry) => app.backend.deleteReport(entry.id, true));
  if (not[0]) refused(app, not[0].error, { entry: not[0].entry });
  if (done.length > 0) app.toasts.show({ tone: "done", title: say(GONE, done) });
}
