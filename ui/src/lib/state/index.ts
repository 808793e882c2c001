import { getContext, setContext } from "svelte";

import { Offers } from "$lib/actions";
import type { ApiError, AppEvent, Backend, Run, Target } from "$lib/backend";
import { clock } from "$lib/clock.svelte";
import { refused } from "$lib/reports";
import { Connection } from "./connection.svelte";
import { fold } from "./fold";
import { Library } from "./library.svelte";
import { isFailed, Runs, type FailedRun } from "./runs.svelte";
import { SettingsState } from "./settings.svelte";
import { Tasks } from "./tasks.svelte";
import { Toasts } from "./toasts.svelte";
import { WindowState } from "./window.svelte";

export type { Toast, ToastAction } from "./toasts.svelte";
export type { Overlay, View } from "./window.svelte";

/** Everything the page knows, folded from what the engine says. It keeps no truth of its own. */
export class App {
  readonly backend: Backend;
  readonly connection: Connection;
  readonly runs: Runs;
  readonly library: Library;
  readonly settings: SettingsState;
  readonly tasks = new Tasks();
  readonly toasts = new Toasts();
  readonly window = new WindowState();
  /** What can be done now, by whoever is on the screen. */
  readonly offers = new Offers();

  readonly #toOpen = new Set<number>();

  constructor(backend: Backend) {
    this.backend = backend;
    this.connection = new Connection(() => this.#subscribe());
    this.runs = new Runs(backend);
    this.library = new Library(backend);
    this.settings = new SettingsState(backend);
  }

  /** Begins to listen. Never refused: what goes wrong is part of `connection`. */
  async start(): Promise<void> {
    const about = this.backend.about().then(
      (about) => (this.window.about = about),
      () => null,
    );
    await Promise.all([this.connection.retry(), about]);
  }

  /** Opens the report of a run as soon as it is complete, unless the settings say that every report is. */
  openWhenDone(run: number): void {
    this.#toOpen.add(run);
  }

  /** A run has changed. */
  runChanged(run: Run, now: number): void {
    const known = this.runs.find(run.number);
    this.runs.changed(run, now);
    if (isFailed(run) && !(known && isFailed(known))) void this.#tellFailure(run);
    if (!("endedAt" in run) || !this.#toOpen.delete(run.number)) return;
    if (run.state !== "succeeded" || this.settings.value?.notifications.openAutomatically) return;
    const id = `run-${run.number}`;
    this.backend.openReport(id).catch((refusal: ApiError) => refused(this, refusal));
  }

  /** Today in the zone of this computer, as `2026-11-23`. */
  today(): string {
    const now = new Date(clock.minute);
    const two = (value: number) => String(value).padStart(2, "0");
    return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  }

  /** Goes to a place that a notification, a link or the tray named. */
  show(target: Target): void {
    this.window.close();
    if (target.view === "settings") return this.window.go("settings");
    this.window.go("reports");
    if (target.view === "activity") this.window.showActivity();
    if (target.view === "report") {
      this.library.reveal(target).catch(() => {
        // It is gone; the library is shown without it.
      });
    }
  }

  /** Says that a run failed, where its card is not on the screen. */
  async #tellFailure(run: FailedRun): Promise<void> {
    // The words of errors are many, and needed only when there is one.
    const { failureToast } = await import("$views/toasts/failure");
    if (this.window.view !== "reports") this.toasts.show(failureToast(this, run));
  }

  #subscribe(): Promise<void> {
    return this.backend.subscribe((event: AppEvent) => fold(this, event, clock.now()));
  }
}

const KEY = Symbol("app");

export function provideApp(app: App): void {
  setContext(KEY, app);
}

export function useApp(): App {
  return getContext<App>(KEY);
}
