import type { ApiError } from "$lib/backend";

/** How long "Saved" and its Undo stand beside a setting, in milliseconds. */
const SAVED_MS = 8_000;

/**
 * The change of one setting: saved at once, with its own outcome beside it. A change that is refused leaves what was typed,
 * and one that was saved can be undone.
 */
export class Edit {
  phase = $state<"still" | "saving" | "saved" | "failed">("still");
  error = $state.raw<ApiError | null>(null);
  /** The value that is being saved or was refused; `undefined` while the setting is what the engine says. */
  tried = $state.raw<string | null | undefined>(undefined);
  /** The value before the last change. */
  before = $state.raw<string | null>(null);

  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #change: (value: string | null) => Promise<unknown>;

  constructor(change: (value: string | null) => Promise<unknown>) {
    this.#change = change;
  }

  /** Saves `value` in place of `before`. Of several at once the latest counts. */
  async save(value: string | null, before: string | null): Promise<boolean> {
    const attempt = ++this.#attempt;
    clearTimeout(this.#timer);
    this.phase = "saving";
    this.error = null;
    this.tried = value;
    try {
      await this.#change(value);
      if (attempt !== this.#attempt) return true;
      this.before = before;
      this.tried = undefined;
      this.phase = "saved";
      this.#timer = setTimeout(() => this.forget(), SAVED_MS);
      return true;
    } catch (refusal) {
      if (attempt !== this.#attempt) return false;
      this.error = refusal as ApiError;
      this.phase = "failed";
      return false;
    }
  }

  /** Puts the value back that was there before the last change. */
  undo(now: string | null): Promise<boolean> {
    return this.save(this.before, now);
  }

  /** Tries the refused value once more. */
  retry(now: string | null): Promise<boolean> {
    return this.save(this.tried ?? null, now);
  }

  /** Takes the outcome away; the setting is what the engine says. */
  forget(): void {
    if (this.phase === "saving") return;
    clearTimeout(this.#timer);
    this.phase = "still";
    this.error = null;
    this.tried = undefined;
  }
}
