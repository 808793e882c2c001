import { Channel, invoke } from "@tauri-apps/api/core";

import type { Backend } from "./backend";
import type { ApiError, AppEvent } from "./types";

/** The shell of the desktop app. */
export function tauriBackend(): Backend {
  return {
    subscribe: (onEvent) => {
      const events = new Channel<AppEvent>();
      events.onmessage = onEvent;
      return ask("subscribe", { events });
    },

    planRun: (form) => ask("plan_run", { form }),
    runReport: (form, offerExisting) => ask("run_report", { form, offerExisting }),
    retryRun: (run) => ask("retry_run", { run }),
    cancelRun: (run) => ask("cancel_run", { run }),
    showRun: (run) => ask("show_run", { run }),
    readLog: (run, after) => ask("read_log", { run, after }),
    listDefinitions: () => ask("list_definitions"),

    listLibrary: (filter) => ask("list_library", { filter }),
    findReport: (id) => ask("find_report", { id }),
    previewReport: (id) => ask("preview_report", { id }),
    openReport: (id) => ask("open_report", { id }),
    showInFolder: (id) => ask("show_in_folder", { id }),
    openReportsFolder: () => ask("open_reports_folder"),
    saveCopy: (id) => ask("save_copy", { id }),
    deleteReport: (id, permanently) => ask("delete_report", { id, permanently }),
    restoreReport: (id) => ask("restore_report", { id }),
    markSeen: (ids) => ask("mark_seen", { ids }),

    readSettings: () => ask("read_settings"),
    changeSetting: (key, value) => ask("change_setting", { key, value }),
    chooseFolder: () => ask("choose_folder"),
    changeFolder: (choice, existing) => ask("change_folder", { choice, existing }),
    chooseCertificates: () => ask("choose_certificates"),
    keepPassword: (password, store) => ask("keep_password", { password, store }),
    forgetPassword: () => ask("forget_password"),
    startTask: (kind, confirmation) => ask("start_task", { kind, confirmation }),
    cancelTask: (task) => ask("cancel_task", { task }),

    about: () => ask("about"),
    copyDetails: (error, run) => ask("copy_details", { error, run }),
    openSettingsFile: () => ask("open_settings_file"),
    openLogsFolder: () => ask("open_logs_folder"),
    readCrash: () => ask("read_crash"),
    dismissCrashes: () => ask("dismiss_crashes"),
    startOver: (confirmation) => ask("start_over", { confirmation }),
    quit: (choice) => ask("quit", { choice }),
    pagePainted: () => ask("page_painted"),
  };
}

async function ask<Answer>(command: string, given?: Record<string, unknown>): Promise<Answer> {
  try {
    return await invoke<Answer>(command, given);
  } catch (refusal) {
    throw isApiError(refusal) ? refusal : faultOf(command, refusal);
  }
}

function isApiError(value: unknown): value is ApiError {
  return (
    typeof value === "object" && value !== null && "code" in value && "message" in value && "hint" in value
  );
}

/** The shell refuses with text only where the page and the shell don't fit together. */
function faultOf(command: string, refusal: unknown): ApiError {
  return { code: "internal", message: `${command}: ${String(refusal)}`, hint: "", subject: null };
}
