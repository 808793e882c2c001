import type { ApiError, EngineStatus, FolderStatus, SampleState, Snapshot } from "$lib/backend";

function isWatched({ state }: FolderStatus): boolean {
  return state.state === "events";
}

/** Whether what the page shows is what the engine knows. */
export class Connection {
  phase = $state<"connecting" | "connected" | "lost" | "unreachable">("connecting");
  /** Why the engine can't be reached. */
  error = $state<ApiError | null>(null);
  /** When the page last knew better, in milliseconds since 1970; `null` while it does. */
  asOf = $state<number | null>(null);
  status = $state.raw<EngineStatus | null>(null);
  sample = $state.raw<SampleState>({ state: "off" });
  folders = $state.raw<FolderStatus[]>([]);
  /** Since when each folder is watched, in milliseconds since 1970. */
  #watched = $state.raw<Record<string, number>>({});
  /** The last thing the engine was heard to say, in milliseconds since 1970. */
  #heardAt: number | null = null;
  readonly #subscribe: () => Promise<void>;

  constructor(subscribe: () => Promise<void>) {
    this.#subscribe = subscribe;
  }

  /** Whether the values on screen are only remembered. */
  get stale(): boolean {
    return this.asOf !== null && this.phase !== "connected";
  }

  heard(now: number): void {
    this.#heardAt = now;
  }

  restored(snapshot: Snapshot): void {
    this.phase = "connected";
    this.error = null;
    this.asOf = null;
    this.status = snapshot.status;
    this.sample = snapshot.status.sample;
    this.folders = snapshot.status.folders;
    // The engine watches from its start on; what it said later is known better.
    const since = Date.parse(snapshot.status.startedAt);
    const watched = this.folders.filter(isWatched).map(({ folder }) => folder);
    this.#watched = Object.fromEntries(
      watched.map((folder) => [folder, Math.max(since, this.#watched[folder] ?? 0)]),
    );
  }

  /** Since when a folder is watched without a gap; `null` while it isn't. */
  watchedSince(folder: string): number | null {
    return this.#watched[folder] ?? null;
  }

  lost(): void {
    this.phase = "lost";
    this.asOf ??= this.#heardAt;
  }

  unreachable(error: ApiError): void {
    this.phase = "unreachable";
    this.error = error;
    this.asOf ??= this.#heardAt;
  }

  folderChanged(status: FolderStatus, now: number): void {
    const { [status.folder]: since = now, ...watched } = this.#watched;
    this.#watched = isWatched(status) ? { ...watched, [status.folder]: since } : watched;
    const others = this.folders.filter((known) => known.folder !== status.folder);
    const known = others.length < this.folders.length;
    this.folders = known
      ? this.folders.map((folder) => (folder.folder === status.folder ? status : folder))
      : [...others, status];
  }

  /** Asks the shell to try the engine again. */
  async retry(): Promise<void> {
    this.phase = this.asOf === null ? "connecting" : "lost";
    this.error = null;
    try {
      await this.#subscribe();
    } catch (refusal) {
      this.unreachable(refusal as ApiError);
    }
  }
}
