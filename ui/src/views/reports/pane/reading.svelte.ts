import type { ApiError, Backend, LibraryEntry, Preview } from "$lib/backend";

/** Previews that are kept, so that going back and forth between a few reports reads nothing. */
const KEPT = 8;

/** How long a report must be looked at before its file is read, in milliseconds: arrows held down read nothing. */
const SETTLED = 80;

/** The preview of the report that is looked at. */
export class PreviewReading {
  preview = $state.raw<Preview | null>(null);
  error = $state.raw<ApiError | null>(null);
  readonly #backend: Backend;
  /** Oldest first. */
  #kept: { key: string; preview: Preview }[] = [];
  #question = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  /** Another text is another file, or the same after somebody changed it. */
  static key({ id, finishedAt, bytes }: LibraryEntry): string {
    return `${id} ${finishedAt} ${bytes}`;
  }

  /** Reads the preview of `entry`, unless it is known. Gives what ends the reading. */
  read(entry: LibraryEntry): () => void {
    const key = PreviewReading.key(entry);
    const question = ++this.#question;
    this.error = null;
    this.preview = this.#kept.find((kept) => kept.key === key)?.preview ?? null;
    if (this.preview) return () => {};
    const timer = setTimeout(() => void this.#ask(entry, key, question), SETTLED);
    return () => clearTimeout(timer);
  }

  async #ask(entry: LibraryEntry, key: string, question: number): Promise<void> {
    try {
      const preview = await this.#backend.previewReport(entry.id);
      this.#kept = [...this.#kept, { key, preview }].slice(-KEPT);
      if (question === this.#question) this.preview = preview;
    } catch (refusal) {
      if (question === this.#question) this.error = refusal as ApiError;
    }
  }
}
