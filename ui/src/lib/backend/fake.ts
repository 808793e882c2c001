import type { Backend } from "./backend";
import { page, totals } from "./fake/query";
import { cancelled, work } from "./fake/running";
import { SCENARIOS, type Scenario } from "./fake/scenarios";
import { previewOf } from "./fake/sheets";
import { FOLDER, iso, queued, type World } from "./fake/world";
import type * as t from "./types";

export { SCENARIOS, type Scenario };

/** A method of the shell that can be told to refuse. */
export type Method = Exclude<keyof Backend, "subscribe">;

/**
 * A shell and an engine that are made up, for tests and for looking at the page in a plain browser. It remembers
 * what it was asked, does what it is asked, and can be told to refuse.
 */
export class FakeBackend implements Backend {
  readonly world: World;
  /** Everything that was asked, in order. */
  readonly asked: { method: Method; with: unknown[] }[] = [];
  /** How long every answer takes, in milliseconds. */
  delay = 0;
  /** No answer comes to these. */
  readonly silent = new Set<Method>();
  readonly #refusals = new Map<Method, t.ApiError>();
  #listener: ((event: t.AppEvent) => void) | null = null;
  #numbers: number;
  #tasks = 1;
  #choices = 0;

  constructor(scenario: Scenario = "populated", now: () => number = Date.now) {
    this.world = SCENARIOS[scenario](now);
    this.#numbers = 1 + Math.max(48_219, ...this.world.live.map((run) => run.number));
  }

  /** Says something as the engine would. */
  emit(event: t.AppEvent): void {
    this.#listener?.(structuredClone(event));
  }

  /** From now on `method` is refused with `error`; `null` lets it work again. */
  refuse(method: Method, error: t.ApiError | null): void {
    if (error) this.#refusals.set(method, error);
    else this.#refusals.delete(method);
  }

  /** What `method` was asked with, newest last. */
  askedFor(method: Method): unknown[][] {
    return this.asked.filter((question) => question.method === method).map((question) => question.with);
  }

  snapshot(): t.Snapshot {
    const { status, settings, live, recent, entries } = this.world;
    const problems = (this.world as World & { problems?: t.SettingProblem[] }).problems ?? [];
    return structuredClone({
      status: { ...status, liveRuns: live.length },
      settings,
      problems,
      live,
      recent: recent.slice(0, 20),
      library: totals(entries),
      lastAnnouncement: 0,
    });
  }

  async subscribe(onEvent: (event: t.AppEvent) => void): Promise<void> {
    this.#listener = onEvent;
    await this.#pause(this.delay);
    this.emit({ type: "snapshot", data: this.snapshot() });
  }

  planRun = (form: t.RunForm) =>
    this.#answer("planRun", [form], (): t.RunPlan => {
      const period = this.#period(form.choice);
      const same = this.world.entries.find(
        ({ origin, state }) =>
          origin.kind === "this-computer" &&
          state.state === "on-desktop" &&
          origin.period.from === period.from &&
          origin.period.to === period.to,
      );
      const days = (Date.parse(period.to) - Date.parse(period.from)) / 86_400_000 + 1;
      return {
        period,
        timezone: form.timezone ?? "Europe/Rome",
        today: this.#period({ kind: "current-month" }).to,
        folder: FOLDER,
        aboutRows: this.world.entries.length > 0 ? Math.round(days * 2690) : null,
        existing: same?.origin.kind === "this-computer" ? same.origin.run : null,
        notes: [],
      };
    });

  runReport = (form: t.RunForm, offerExisting: boolean) =>
    this.#answer("runReport", [form, offerExisting], (): t.RunOutcome => {
      const run = queued(this.#numbers++, this.#period(form.choice), this.world.now(), {
        ...(form.definition ? { definition: form.definition } : {}),
        parameters: form.parameters,
      });
      return { outcome: "accepted", run: this.#start(run), notes: [] };
    });

  retryRun = (run: number) =>
    this.#answer("retryRun", [run], () => {
      const before = [...this.world.live, ...this.world.recent].find((known) => known.number === run);
      const entry = this.world.entries.find(({ id }) => id === `run-${run}`);
      const period =
        before?.period ?? (entry?.origin.kind === "this-computer" ? entry.origin.period : undefined);
      if (!period) throw notFound(`run ${run}`);
      return this.#start(queued(this.#numbers++, period, this.world.now(), { repeats: run }));
    });

  cancelRun = (run: number) =>
    this.#answer("cancelRun", [run], () => {
      const live = this.world.live.find((known) => known.number === run);
      if (!live) throw notFound(`run ${run}`);
      const cancelling = { ...live, state: "cancelling", rows: "rows" in live ? live.rows : 0 } as t.Run;
      this.world.live = this.world.live.map((known) => (known.number === run ? cancelling : known));
      this.emit({ type: "runChanged", data: cancelling });
      void this.#pause(200).then(() => cancelled(this.world, run, (event) => this.emit(event)));
    });

  showRun = (run: number) =>
    this.#answer("showRun", [run], () => {
      const { live, recent } = this.world;
      const known = [...live, ...recent].find(({ number }) => number === run);
      if (known) return known;
      const entry = this.#entry(`run-${run}`);
      if (entry.origin.kind !== "this-computer") throw notFound(`run ${run}`);
      return {
        ...queued(run, entry.origin.period, Date.parse(entry.finishedAt)),
        fileState: "present",
        state: "succeeded",
        endedAt: entry.finishedAt,
        rows: entry.rows ?? 0,
        bytes: entry.bytes ?? 0,
        sha256: "ab".repeat(32),
        queryMs: 640,
      } as t.Run;
    });

  readLog = (run: number, after: number) =>
    this.#answer("readLog", [run, after], () =>
      (this.world.logs.get(run) ?? []).filter(({ number }) => number > after),
    );

  listDefinitions = () => this.#answer("listDefinitions", [], () => this.world.definitions);

  listLibrary = (filter: t.LibraryFilter) =>
    this.#answer("listLibrary", [filter], () => page(this.world.entries, filter));

  findReport = (id: t.ReportId) => this.#answer("findReport", [id], () => this.#entry(id));
  previewReport = (id: t.ReportId) => this.#answer("previewReport", [id], () => previewOf(this.#entry(id)));
  openReport = (id: t.ReportId) => this.#answer("openReport", [id], () => this.#seen([id]));
  showInFolder = (id: t.ReportId) => this.#answer("showInFolder", [id], () => void this.#entry(id));
  openReportsFolder = () => this.#answer("openReportsFolder", [], () => undefined);

  saveCopy = (id: t.ReportId) =>
    this.#answer("saveCopy", [id], () => ({ file: this.#entry(id).file, folder: "/home/ada/Documents" }));

  deleteReport = (id: t.ReportId, permanently: boolean) =>
    this.#answer("deleteReport", [id, permanently], () =>
      this.#change(id, removed(this.#entry(id), permanently)),
    );

  restoreReport = (id: t.ReportId) =>
    this.#answer("restoreReport", [id], () => this.#change(id, { state: { state: "on-desktop" } }));

  markSeen = (ids: t.ReportId[]) => this.#answer("markSeen", [ids], () => this.#seen(ids));

  readSettings = () => this.#answer("readSettings", [], () => this.#view());

  changeSetting = (key: t.PageSetting, value: string | null) =>
    this.#answer("changeSetting", [key, value], () => {
      const [group, name] = key.split(".") as [keyof t.Settings, string];
      const field = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
      const known = this.world.settings[group] as Record<string, unknown>;
      const typed = value === "true" ? true : value === "false" ? false : value;
      known[field] = field === "port" ? Number(value) : typed;
      this.#told();
      return this.#view();
    });

  chooseFolder = () =>
    this.#answer("chooseFolder", [], (): t.FolderChoice => ({
      choice: ++this.#choices,
      check: {
        folder: "/home/ada/OneDrive/Reports",
        problem: null,
        present: false,
        freeBytes: 81_200_000_000,
        cloud: "OneDrive",
        reportsToMove: totals(this.world.entries).reports,
      },
    }));

  changeFolder = (choice: number, existing: t.ExistingReports) =>
    this.#answer("changeFolder", [choice, existing], () => {
      this.world.settings.reports.folder = "/home/ada/OneDrive/Reports";
      this.#told();
      return existing === "move" ? totals(this.world.entries).reports : 0;
    });

  chooseCertificates = () => this.#answer("chooseCertificates", [], () => this.#view());
  keepPassword = (password: string, store: boolean) =>
    this.#answer("keepPassword", ["*".repeat(password.length), store], () => ({ inKeyStore: store }));
  forgetPassword = () => this.#answer("forgetPassword", [], () => undefined);

  startTask = (kind: t.TaskKind, confirmation: string | null) =>
    this.#answer("startTask", [kind, confirmation], () => {
      const task = ++this.#tasks;
      void this.#task(task, kind);
      return task;
    });

  cancelTask = (task: number) => this.#answer("cancelTask", [task], () => undefined);
  about = () => this.#answer("about", [], () => this.world.about);

  copyDetails = (error: t.ApiError | null, run: number | null) =>
    this.#answer(
      "copyDetails",
      [error, run],
      () => `Landfall 0.1.0\n${error?.code ?? ""}\nrun ${run ?? "-"}`,
    );

  openSettingsFile = () => this.#answer("openSettingsFile", [], () => undefined);
  openLogsFolder = () => this.#answer("openLogsFolder", [], () => undefined);
  readCrash = () => this.#answer("readCrash", [], () => this.world.crash);
  dismissCrashes = () => this.#answer("dismissCrashes", [], () => void (this.world.crash = null));
  startOver = (confirmation: string) => this.#answer("startOver", [confirmation], () => undefined);
  quit = (choice: t.QuitChoice) => this.#answer("quit", [choice], () => undefined);
  pagePainted = () => this.#answer("pagePainted", [], () => undefined);

  async #answer<Answer>(method: Method, asked: unknown[], answer: () => Answer): Promise<Answer> {
    this.asked.push({ method, with: asked });
    if (this.silent.has(method)) return new Promise(() => {});
    await this.#pause(this.delay);
    const refusal = this.#refusals.get(method);
    if (refusal) throw refusal;
    return structuredClone(answer());
  }

  #pause(ms: number): Promise<void> {
    return ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve();
  }

  #start(run: t.Run): t.Run {
    this.world.live = [...this.world.live, run];
    this.emit({ type: "runChanged", data: run });
    void work(
      this.world,
      run.number,
      (event) => this.emit(event),
      (ms) => this.#pause(ms),
    );
    return run;
  }

  async #task(task: number, kind: t.TaskKind): Promise<void> {
    const say = (state: t.TaskState) => this.emit({ type: "taskChanged", data: { task, kind, state } });
    say({ state: "running", done: 0, total: 3 });
    await this.#pause(400);
    this.emit({ type: "taskChanged", data: this.tested(kind, task) });
  }

  /** A task on the database that has come to its end. */
  tested(kind: t.TaskKind, task: number): t.TaskProgress {
    const { database } = this.world.settings;
    const { host, port, name, user } = database;
    const used: t.DatabaseUsed =
      database.source === "server" ? { kind: "server", host, port, name, user } : { kind: "sample" };
    const state: t.TaskState = {
      state: "succeeded",
      message: "The database answers.",
      facts: {
        database: used,
        serverVersion: "17.5",
        name: database.name,
        user: database.user,
        firstCreatedAt: iso(this.world.now() - 400 * 86_400_000),
        lastCreatedAt: iso(this.world.now() - 86_400_000),
        tables: [{ name: "tickets", rows: 50_214, estimated: false }],
        migrationsApplied: ["0001_train"],
        migrationsPending: [],
        encrypted: false,
        tookMs: 38,
      },
    };
    return { task, kind, state };
  }

  #entry(id: t.ReportId): t.LibraryEntry {
    const entry = this.world.entries.find((known) => known.id === id);
    if (!entry) throw notFound(id);
    return entry;
  }

  #change(id: t.ReportId, change: Partial<t.LibraryEntry>): t.LibraryEntry {
    const entry = { ...this.#entry(id), ...change };
    this.world.entries = this.world.entries.map((known) => (known.id === id ? entry : known));
    this.emit({ type: "libraryChanged", data: { changed: [entry], totals: totals(this.world.entries) } });
    return entry;
  }

  #seen(ids: t.ReportId[]): void {
    for (const id of ids) if (this.#entry(id).unseen) this.#change(id, { unseen: false });
  }

  #told(): void {
    const { settings } = this.world;
    this.emit({ type: "settingsChanged", data: { settings, problems: [] } });
  }

  #view(): t.SettingsView {
    const { settings, problems } = this.snapshot();
    return { settings, problems, path: this.world.about.settingsFile };
  }

  /** Today where the reports are for; the computer's day, unless a test says otherwise. */
  #today(): string {
    const now = new Date(this.world.now());
    return (
      this.world.today ??
      new Date(now.getTime() - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10)
    );
  }

  #period(choice: t.PeriodChoice): t.Period {
    if (choice.kind === "range") return { from: choice.start, to: choice.end };
    const day = (date: Date) => date.toISOString().slice(0, 10);
    const now = new Date(this.#today());
    const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
    return choice.kind === "current-month"
      ? {
          from: day(new Date(Date.UTC(year, month, 1))),
          to: day(now),
        }
      : { from: day(new Date(Date.UTC(year, month - 1, 1))), to: day(new Date(Date.UTC(year, month, 0))) };
  }
}

/** What has no file is only taken off the list. */
function removed(entry: t.LibraryEntry, permanently: boolean): Partial<t.LibraryEntry> {
  if (entry.state.state !== "on-desktop") return { hidden: true };
  return { state: { state: permanently ? "deleted" : "trashed" } };
}

function notFound(subject: string): t.ApiError {
  return {
    code: "not-found",
    message: `there is no report "${subject}"`,
    hint: "It may have been removed since the list was read; read it again.",
    subject,
  };
}

/** The made-up shell that an address asks for: `?scenario=busy&theme=dark&lang=it`. */
export function fakeFromAddress(address: URLSearchParams): FakeBackend {
  const asked = address.get("scenario") ?? "populated";
  const scenario = asked in SCENARIOS ? (asked as Scenario) : "populated";
  const fake = new FakeBackend(scenario);
  fake.delay = 10;
  const { desktop } = fake.world.settings;
  desktop.theme = (address.get("theme") ?? "light") as t.Theme;
  desktop.language = (address.get("lang") ?? "en") as t.Language;
  if (scenario === "loading") fake.silent.add("listLibrary");
  const error: t.ApiError = {
    code: "engine-unreachable",
    message: "the engine did not start within 10 s",
    hint: "Try again; if it stays like this, look into the logs.",
    subject: null,
  };
  if (scenario === "stale") {
    setTimeout(() => fake.emit({ type: "desktop", data: { desktop: "engine-unreachable", error } }), 600);
  }
  if (scenario === "busy" || scenario === "crowded") {
    // Two numbers a moment apart, so that there is a speed to show.
    const [run] = fake.world.live;
    const told = (rows: number) => run && fake.emit({ type: "runChanged", data: { ...run, rows } as t.Run });
    const subscribe = fake.subscribe.bind(fake);
    fake.subscribe = async (onEvent) => {
      await subscribe(onEvent);
      fake.emit({ type: "taskChanged", data: fake.tested("test", 1) });
      told(480_275);
      setTimeout(() => told(512_340), 667);
    };
  }
  if (scenario === "unreachable") fake.subscribe = () => Promise.reject(error);
  // For looking, and for the scripts that look.
  (window as unknown as { landfall: FakeBackend }).landfall = fake;
  return fake;
}
