import type { Backend, PageSetting, SettingProblem, Settings, SettingsView } from "$lib/backend";

/** The settings as the engine read them. */
export class SettingsState {
  /** `null` until the first snapshot. */
  value = $state.raw<Settings | null>(null);
  problems = $state.raw<SettingProblem[]>([]);
  /** Absolute path of the file, to be shown; `null` until somebody asked. */
  path = $state<string | null>(null);
  readonly #backend: Backend;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  changed(value: Settings, problems: SettingProblem[]): void {
    this.value = value;
    this.problems = problems;
  }

  async read(): Promise<void> {
    this.view(await this.#backend.readSettings());
  }

  /** Sets one setting; `null` puts the default back. Refused with an `ApiError`. */
  async change(key: PageSetting, value: string | null): Promise<void> {
    this.view(await this.#backend.changeSetting(key, value));
  }

  view(view: SettingsView): void {
    this.changed(view.settings, view.problems);
    this.path = view.path;
  }
}
