import { SvelteSet } from "svelte/reactivity";

import type { About, ApiError, LibraryEntry, Theme } from "$lib/backend";
import { EarlyKeys } from "$lib/early";

export type View = "reports" | "settings";
export type Overlay =
  "palette" | "help" | "quit" | "crash" | "start-over" | "preview" | "password" | "delete";

/** Where the theme that was chosen last is remembered, so that the next window begins with it. */
const THEME = "landfall.theme";

function rememberedTheme(): Theme {
  const theme = localStorage.getItem(THEME);
  return theme === "light" || theme === "dark" ? theme : "system";
}

/** What the window shows, and what is known about the window itself. */
export class WindowState {
  view = $state<View>("reports");
  overlay = $state<Overlay | null>(null);
  activityOpen = $state(false);
  /** The run whose log the activity drawer shows. */
  activityRun = $state<number | null>(null);
  /** Jobs that are over and were taken off the list of the drawer, by their keys there. */
  readonly clearedJobs = new SvelteSet<string>();
  /** The section that Settings shows first. */
  settingsSection = $state<string | null>(null);
  /** The window is in front. */
  focused = $state(true);
  /** How many runs are live, when somebody asked to quit. */
  quitAsked = $state(0);
  /** Why a password is asked for, and the run that is repeated when it is known. */
  passwordAsked = $state.raw<{ error: ApiError | null; run: number | null } | null>(null);
  /** Reports that the trash can't take, while a person is asked what to do. */
  deleteAsked = $state.raw<LibraryEntry[]>([]);
  about = $state.raw<About | null>(null);
  /** What is typed after the palette was asked for, until its field is there. */
  readonly early = new EarlyKeys();
  #darkSystem = $state(false);
  #theme = $state<Theme>(rememberedTheme());

  constructor() {
    const dark = window.matchMedia?.("(prefers-color-scheme: dark)");
    if (!dark) return;
    this.#darkSystem = dark.matches;
    dark.addEventListener("change", () => (this.#darkSystem = dark.matches));
  }

  get theme(): "light" | "dark" {
    if (this.#theme !== "system") return this.#theme;
    return this.#darkSystem ? "dark" : "light";
  }

  get platform(): About["platform"] {
    return this.about?.platform ?? "linux";
  }

  useTheme(theme: Theme): void {
    this.#theme = theme;
    localStorage.setItem(THEME, theme);
  }

  go(view: View): void {
    this.view = view;
  }

  /** Opens Settings, at a section where one is named. */
  goSettings(section: string | null): void {
    this.settingsSection = section;
    this.view = "settings";
    this.close();
  }

  open(overlay: Overlay): void {
    this.overlay = overlay;
  }

  close(): void {
    this.overlay = null;
  }

  /** Asks whether reports that the trash can't take are deleted for good. */
  askDelete(entries: LibraryEntry[]): void {
    this.deleteAsked = entries;
    this.open("delete");
  }

  /** Opens the activity drawer, at the log of a run where one is named. */
  showActivity(run: number | null = null): void {
    this.activityOpen = true;
    if (run !== null) this.activityRun = run;
  }
}
