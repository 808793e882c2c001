import type { PeriodChoice } from "$lib/backend";
import { periodName, when } from "$lib/format";
import { openReport, refused, runReport } from "$lib/reports";
import type { App } from "$lib/state";
import { endOf } from "$lib/state/runs.svelte";
import * as m from "$messages";

/**
 * Asks for a report with everything else left to its definition. Where the same has been made before, that file is
 * offered beside running again.
 */
export async function requestReport(
  app: App,
  definition: string | null,
  choice: PeriodChoice,
  offerExisting = true,
): Promise<void> {
  const form = { definition, choice, parameters: {}, timezone: null };
  const answer = await runReport(app, form, offerExisting);
  if ("error" in answer) {
    return refused(app, answer.error, { again: () => requestReport(app, definition, choice, offerExisting) });
  }
  const report = periodName(answer.run.period);
  if (!answer.exists) {
    // The run shows itself where runs are; elsewhere a word says that it is on its way.
    if (app.window.view !== "reports") {
      app.toasts.show({
        tone: "note",
        title: m.palette_started({ report }),
        actions: [{ label: m.actions_show_log(), run: () => app.window.showActivity(answer.run.number) }],
      });
    }
    return;
  }
  const entry = await app.backend.findReport(`run-${answer.run.number}`).catch(() => null);
  app.toasts.show({
    tone: "done",
    title: m.palette_exists({ report }),
    text: m.palette_exists_about({ when: when(endOf(answer.run) ?? answer.run.requestedAt) }),
    urgent: true,
    actions: [
      ...(entry ? [{ label: m.toasts_open(), primary: true, run: () => openReport(app, entry) }] : []),
      { label: m.actions_run_again(), run: () => requestReport(app, definition, choice, false) },
    ],
  });
}
