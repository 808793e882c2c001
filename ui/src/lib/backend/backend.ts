import type {
  About,
  ApiError,
  AppEvent,
  DefinitionSummary,
  ExistingReports,
  FolderChoice,
  LibraryEntry,
  LibraryFilter,
  LibraryPage,
  LogLine,
  PageSetting,
  PasswordKept,
  Preview,
  QuitChoice,
  ReportId,
  Run,
  RunForm,
  RunOutcome,
  RunPlan,
  SavedCopy,
  SettingsView,
  TaskKind,
} from "./types";

/**
 * All that the page can ask of the shell. Every promise is refused with an {@link ApiError}, and with nothing else.
 *
 * Paths never come from here: reports are named by their id, folders by the number of a choice that was made in a
 * dialog of the system.
 */
export interface Backend {
  /** Sends events from now on, a snapshot first. A second call takes the place of the first. */
  subscribe(onEvent: (event: AppEvent) => void): Promise<void>;

  planRun(form: RunForm): Promise<RunPlan>;
  runReport(form: RunForm, offerExisting: boolean): Promise<RunOutcome>;
  retryRun(run: number): Promise<Run>;
  cancelRun(run: number): Promise<void>;
  showRun(run: number): Promise<Run>;
  /** The log of a run, from the line after `after` on. */
  readLog(run: number, after: number): Promise<LogLine[]>;
  listDefinitions(): Promise<DefinitionSummary[]>;

  listLibrary(filter: LibraryFilter): Promise<LibraryPage>;
  findReport(id: ReportId): Promise<LibraryEntry>;
  previewReport(id: ReportId): Promise<Preview>;
  openReport(id: ReportId): Promise<void>;
  showInFolder(id: ReportId): Promise<void>;
  openReportsFolder(): Promise<void>;
  /** `null` when the person closed the dialog without choosing a place. */
  saveCopy(id: ReportId): Promise<SavedCopy | null>;
  deleteReport(id: ReportId, permanently: boolean): Promise<LibraryEntry>;
  restoreReport(id: ReportId): Promise<LibraryEntry>;
  markSeen(ids: ReportId[]): Promise<void>;

  readSettings(): Promise<SettingsView>;
  /** `null` puts the default back. */
  changeSetting(key: PageSetting, value: string | null): Promise<SettingsView>;
  chooseFolder(): Promise<FolderChoice | null>;
  /** Gives the number of reports that were moved. */
  changeFolder(choice: number, existing: ExistingReports): Promise<number>;
  chooseCertificates(): Promise<SettingsView | null>;
  keepPassword(password: string, store: boolean): Promise<PasswordKept>;
  forgetPassword(): Promise<void>;
  startTask(kind: TaskKind, confirmation: string | null): Promise<number>;
  cancelTask(task: number): Promise<void>;

  about(): Promise<About>;
  /** Redacted text for the clipboard. */
  copyDetails(error: ApiError | null, run: number | null): Promise<string>;
  openSettingsFile(): Promise<void>;
  openLogsFolder(): Promise<void>;
  /** The newest report of a crash that nobody has looked at yet, redacted. */
  readCrash(): Promise<string | null>;
  dismissCrashes(): Promise<void>;
  startOver(confirmation: string): Promise<void>;
  quit(choice: QuitChoice): Promise<void>;
  /** Tells the shell that the first paint is on screen. */
  pagePainted(): Promise<void>;
}
