/**
 * What can be done with reports and runs, once for list, pane, menus, palette and toasts. Each tells by a toast why the
 * engine refused.
 */

import type { ApiError, LibraryEntry, Run, RunForm } from "$lib/backend";
import * as m from "$messages";
import { isGone, isRestorable } from "./entry";
import { folderName } from "./format";
import type { Remedy } from "./errors";
import type { App } from "./state";

/** What a refused request was about, so that its remedy can go on from there. */
export interface About {
  run?: number | null;
  entry?: LibraryEntry;
  /** Does the same once more. */
  again?: () => unknown;
}

/** Does something that the engine may refuse, and says so. Gives `undefined` where it was refused. */
async function attempt<T>(app: App, ask: () => Promise<T>, about: About = {}): Promise<T | undefined> {
  try {
    return await ask();
  } catch (refusal) {
    await refused(app, refusal as ApiError, about);
    return undefined;
  }
}

/** Shows why something was refused, with its remedy where there is one. */
export async function refused(app: App, error: ApiError, about: About = {}): Promise<void> {
  // The words of errors are many, and needed only when there is one.
  const { present, remedyLabel } = await import("./errors");
  const { title, text, remedy } = present(error);
  const actions =
    remedy === null || (remedy === "log" && about.run == null) || (remedy === "again" && !about.again)
      ? []
      : [{ label: remedyLabel(remedy), primary: true, run: () => perform(app, remedy, error, about) }];
  app.toasts.show({ tone: "failed", title, text, actions, key: `refused ${error.code}` });
}

/** Does what the button of a remedy promises. */
export function perform(app: App, remedy: Remedy, error: ApiError, about: About): unknown {
  switch (remedy) {
    case "again":
      return about.again?.();
    case "log":
      return app.window.showActivity(about.run ?? null);
    case "password":
      app.window.passwordAsked = { error, run: about.run ?? null };
      return app.window.open("password");
    case "database":
      return app.window.goSettings("database");
    case "folder":
      return app.window.goSettings("reports");
    case "settings":
      return app.window.goSettings(null);
    case "retry":
      return app.connection.retry();
    case "show":
      return about.entry && showInFolder(app, about.entry);
    case "logs":
      return attempt(app, () => app.backend.openLogsFolder());
  }
}

export function runOf(entry: LibraryEntry): number | null {
  return entry.origin.kind === "this-computer" ? entry.origin.run : null;
}

export async function openReport(app: App, entry: LibraryEntry): Promise<void> {
  await attempt(app, () => app.backend.openReport(entry.id), { entry });
}

export async function showInFolder(app: App, entry: LibraryEntry): Promise<void> {
  await attempt(app, () => app.backend.showInFolder(entry.id), { entry });
}

export async function openReportsFolder(app: App): Promise<void> {
  await attempt(app, () => app.backend.openReportsFolder());
}

export async function saveCopy(app: App, entry: LibraryEntry): Promise<void> {
  const saved = await attempt(app, () => app.backend.saveCopy(entry.id), { entry });
  if (saved) {
    app.toasts.show({
      tone: "done",
      title: m.reports_copy_saved(),
      text: m.reports_copy_saved_in({
        ...saved,
        folder: folderName(saved.folder, app.window.about?.homeFolder ?? null),
      }),
    });
  }
}

/** Runs what made a report once more. */
export async function runAgain(app: App, entry: LibraryEntry): Promise<void> {
  const run = runOf(entry);
  if (run !== null) await retry(app, run);
}

/** Runs a run's request once more. */
export async function retry(app: App, run: number): Promise<Run | undefined> {
  const again = await attempt(app, () => app.backend.retryRun(run), { run, again: () => retry(app, run) });
  if (again) app.runs.dismissFailure(run);
  return again;
}

/** Asks for a report. Gives what the engine said, or the reason why it refused, for the run card to show. */
export async function runReport(
  app: App,
  form: RunForm,
  offerExisting: boolean,
): Promise<{ run: Run; exists: boolean } | { error: ApiError }> {
  try {
    const outcome = await app.backend.runReport(form, offerExisting);
    return { run: outcome.run, exists: outcome.outcome === "exists" };
  } catch (refusal) {
    return { error: refusal as ApiError };
  }
}

export async function cancelRun(app: App, run: Run): Promise<void> {
  await attempt(app, () => app.backend.cancelRun(run.number), { run: run.number });
}

/** Into the trash, with the chance to take it back. */
export async function deleteReports(app: App, entries: readonly LibraryEntry[]): Promise<void> {
  const there = entries.filter((entry) => !isGone(entry));
  if (there.length === 0) return;
  const { removeReports } = await import("$views/toasts/deletion");
  await removeReports(app, there);
}

/** Puts back what was deleted, as far as it still can be. */
export async function restoreAll(app: App, entries: readonly LibraryEntry[]): Promise<void> {
  await Promise.all(entries.filter(isRestorable).map((entry) => restore(app, entry)));
}

export async function restore(app: App, entry: LibraryEntry): Promise<void> {
  await attempt(app, () => app.backend.restoreReport(entry.id), { entry });
}

/** Redacted text about an error, for a support request. */
export function copyDetails(app: App, error: ApiError | null, run: number | null): Promise<string> {
  return app.backend.copyDetails(error, run);
}
