import { presentFailure } from "$lib/errors";
import type { App, Toast } from "$lib/state";
import type { FailedRun } from "$lib/state/runs.svelte";
import * as m from "$messages";

/** Names the toast of a failed run, so that its card can take it away. */
export function failureKey(run: number): string {
  return `failed ${run}`;
}

/** A run that failed while its card is out of sight. */
export function failureToast(app: App, run: FailedRun): Toast {
  const { title, text } = presentFailure(run);
  return {
    tone: "failed",
    key: failureKey(run.number),
    title,
    text,
    actions: [
      {
        label: m.toasts_view(),
        primary: true,
        run: () => app.show({ view: "report", id: `run-${run.number}` }),
      },
    ],
  };
}
