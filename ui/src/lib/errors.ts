/**
 * How every error of Landfall is shown: what happened, why, and what to do. An error that is added to the engine does
 * not compile here until it has its words.
 */

import type { ApiError, Code, Phase } from "$lib/backend";
import * as m from "$messages";
import { capital, duration, number, periodName } from "./format";
import { locale } from "./locale.svelte";
import type { FailedRun } from "./state/runs.svelte";

/** What a person can do about an error, as a button. */
export type Remedy =
  "again" | "log" | "password" | "database" | "folder" | "retry" | "settings" | "show" | "logs";

interface Words {
  title: () => string;
  cause: (about: { subject: string }) => string;
  hint: () => string;
  /** What the first button does; `null` where only the hint helps. */
  remedy: Remedy | null;
  /** The engine's own sentence says what no other could, in whatever language. */
  exact?: boolean;
  /** The engine's own sentence speaks of Landfall's parts, which nobody needs to know. */
  inner?: boolean;
}

export interface Presentation {
  title: string;
  /** The cause and what to do about it. */
  text: string;
  remedy: Remedy | null;
}

export const ERRORS: Record<Code, Words> = {
  dates: {
    title: m.errors_dates_title,
    cause: m.errors_dates_cause,
    hint: m.errors_dates_hint,
    remedy: null,
  },
  "database-unreachable": {
    title: m.errors_database_unreachable_title,
    cause: m.errors_database_unreachable_cause,
    hint: m.errors_database_unreachable_hint,
    remedy: "database",
  },
  "wrong-password": {
    title: m.errors_wrong_password_title,
    cause: m.errors_wrong_password_cause,
    hint: m.errors_wrong_password_hint,
    remedy: "password",
  },
  "database-missing": {
    title: m.errors_database_missing_title,
    cause: m.errors_database_missing_cause,
    hint: m.errors_database_missing_hint,
    remedy: "database",
  },
  "table-missing": {
    title: m.errors_table_missing_title,
    cause: m.errors_table_missing_cause,
    hint: m.errors_table_missing_hint,
    remedy: "database",
  },
  "cancelled-by-server": {
    title: m.errors_cancelled_by_server_title,
    cause: m.errors_cancelled_by_server_cause,
    hint: m.errors_cancelled_by_server_hint,
    remedy: "again",
  },
  "target-not-writable": {
    title: m.errors_target_not_writable_title,
    cause: m.errors_target_not_writable_cause,
    hint: m.errors_target_not_writable_hint,
    remedy: "folder",
  },
  "disk-full": {
    title: m.errors_disk_full_title,
    cause: m.errors_disk_full_cause,
    hint: m.errors_disk_full_hint,
    remedy: "folder",
  },
  definition: {
    title: m.errors_definition_title,
    cause: m.errors_definition_cause,
    hint: m.errors_definition_hint,
    remedy: null,
    exact: true,
  },
  "database-error": {
    title: m.errors_database_error_title,
    cause: m.errors_database_error_cause,
    hint: m.errors_database_error_hint,
    remedy: "log",
    exact: true,
  },
  cancelled: {
    title: m.errors_cancelled_title,
    cause: m.errors_cancelled_cause,
    hint: m.errors_cancelled_hint,
    remedy: "again",
  },
  interrupted: {
    title: m.errors_interrupted_title,
    cause: m.errors_interrupted_cause,
    hint: m.errors_interrupted_hint,
    remedy: "again",
  },
  "generator-crashed": {
    title: m.errors_generator_crashed_title,
    cause: m.errors_generator_crashed_cause,
    hint: m.errors_generator_crashed_hint,
    remedy: "again",
    exact: true,
  },
  "program-missing": {
    title: m.errors_program_missing_title,
    cause: m.errors_program_missing_cause,
    hint: m.errors_program_missing_hint,
    remedy: null,
    exact: true,
  },
  "sample-database": {
    title: m.errors_sample_database_title,
    cause: m.errors_sample_database_cause,
    hint: m.errors_sample_database_hint,
    remedy: "again",
    exact: true,
  },
  "password-needed": {
    title: m.errors_password_needed_title,
    cause: m.errors_password_needed_cause,
    hint: m.errors_password_needed_hint,
    remedy: "password",
  },
  "not-found": {
    title: m.errors_not_found_title,
    cause: m.errors_not_found_cause,
    hint: m.errors_not_found_hint,
    remedy: null,
  },
  conflict: {
    title: m.errors_conflict_title,
    cause: m.errors_conflict_cause,
    hint: m.errors_conflict_hint,
    remedy: null,
    exact: true,
  },
  refused: {
    title: m.errors_refused_title,
    cause: m.errors_refused_cause,
    hint: m.errors_refused_hint,
    remedy: null,
    exact: true,
  },
  usage: {
    title: m.errors_usage_title,
    cause: m.errors_usage_cause,
    hint: m.errors_usage_hint,
    remedy: null,
    exact: true,
  },
  settings: {
    title: m.errors_settings_title,
    cause: m.errors_settings_cause,
    hint: m.errors_settings_hint,
    remedy: "settings",
    exact: true,
  },
  ledger: {
    title: m.errors_ledger_title,
    cause: m.errors_ledger_cause,
    hint: m.errors_ledger_hint,
    remedy: "logs",
    exact: true,
  },
  "folder-missing": {
    title: m.errors_folder_missing_title,
    cause: m.errors_folder_missing_cause,
    hint: m.errors_folder_missing_hint,
    remedy: "folder",
  },
  "no-spreadsheet-program": {
    title: m.errors_no_spreadsheet_program_title,
    cause: m.errors_no_spreadsheet_program_cause,
    hint: m.errors_no_spreadsheet_program_hint,
    remedy: "show",
  },
  "engine-unreachable": {
    title: m.errors_engine_unreachable_title,
    cause: m.errors_engine_unreachable_cause,
    hint: m.errors_engine_unreachable_hint,
    remedy: "retry",
    inner: true,
  },
  "engine-version": {
    title: m.errors_engine_version_title,
    cause: m.errors_engine_version_cause,
    hint: m.errors_engine_version_hint,
    remedy: "retry",
    inner: true,
  },
  internal: {
    title: m.errors_internal_title,
    cause: m.errors_internal_cause,
    hint: m.errors_internal_hint,
    remedy: "logs",
    exact: true,
  },
};

const REMEDIES: Record<Remedy, () => string> = {
  again: m.errors_remedy_again,
  log: m.errors_remedy_log,
  password: m.errors_remedy_password,
  database: m.errors_remedy_database,
  folder: m.errors_remedy_folder,
  retry: m.errors_remedy_retry,
  settings: m.errors_remedy_settings,
  show: m.errors_remedy_show,
  logs: m.errors_remedy_logs,
};

/** The words on the button of a remedy. */
export function remedyLabel(remedy: Remedy): string {
  return REMEDIES[remedy]();
}

/** The engine's own words, which are English. */
export function message(error: ApiError): string {
  return sentence(error.message);
}

/** Why it happened, in the words of the page; with the engine's own where those say what no other could. */
function cause(error: ApiError): string {
  const words = ERRORS[error.code];
  const exact = words.exact ? message(error) : "";
  if (exact && locale.current === "en") return exact;
  return [words.cause({ subject: error.subject ?? "" }), exact].filter(Boolean).join(" ");
}

/** Why it happened, in one sentence or two. */
export function reason(error: ApiError): string {
  // The engine speaks English, and knows hosts, numbers and names that the general sentence doesn't.
  const { inner } = ERRORS[error.code];
  return (locale.current === "en" && !inner && message(error)) || cause(error);
}

/** An error as a card or a toast shows it. */
export function present(error: ApiError): Presentation {
  const words = ERRORS[error.code];
  return { title: words.title(), text: `${reason(error)} ${words.hint()}`, remedy: words.remedy };
}

/** A run that failed: what didn't come about, why, how far it was, what was not harmed, and what helps. */
export function presentFailure(run: FailedRun): Presentation {
  const words = ERRORS[run.error.code];
  const since = (phase: Phase | "any") =>
    run.steps.find((step) => step.phase === phase || (phase === "any" && step.phase !== "queued"))?.startedAt;
  const time = (began = run.requestedAt) => duration(Date.parse(run.endedAt) - Date.parse(began));
  const written =
    run.rows > 0
      ? m.errors_rows_written({
          count: run.rows,
          shown: number(run.rows),
          time: time(since("writing-rows")),
        })
      : // How long it was let run is what tells of a limit.
        run.error.code === "cancelled-by-server"
        ? m.errors_ran_for({ time: time(since("any")) })
        : undefined;
  return {
    title: m.errors_did_not_finish({ period: periodName(run.period) }),
    text: [cause(run.error), written, m.errors_nothing_left(), words.hint()].filter(Boolean).join(" "),
    remedy: words.remedy,
  };
}

function sentence(message: string): string {
  const text = capital(message.trim());
  return text === "" || /[.!?…]$/.test(text) ? text : `${text}.`;
}
