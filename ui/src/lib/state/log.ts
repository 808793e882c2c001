import { createSubscriber } from "svelte/reactivity";

import type { LogLine } from "$lib/backend";

/** The log of one run, as far as the page knows it. */
export class RunLog {
  #lines: LogLine[] = [];
  /** It was read, or is being read: from there on new lines are heard. */
  #begun = false;
  /** Tells those who look at it; `null` while nobody does. */
  #tell: (() => void) | null = null;
  readonly #ask: () => Promise<LogLine[]>;

  readonly #watch = createSubscriber((update) => {
    this.#tell = update;
    return () => (this.#tell = null);
  });

  constructor(ask: () => Promise<LogLine[]>) {
    this.#ask = ask;
  }

  /** Somebody looks at it now. */
  get watched(): boolean {
    return this.#tell !== null;
  }

  /** Asks for what the page has not heard itself. */
  get lines(): LogLine[] {
    this.#watch();
    if (!this.#begun) {
      this.#begun = true;
      queueMicrotask(() => void this.read());
    }
    return this.#lines;
  }

  /** Reads it from its start; what is heard meanwhile comes after. */
  async read(): Promise<void> {
    this.#begun = true;
    try {
      const lines = await this.#ask();
      const last = lines.at(-1)?.number ?? 0;
      this.#take([...lines, ...this.#lines.filter(({ number }) => number > last)]);
    } catch {
      // The engine is away or knows no such run. Whoever looks again asks again.
      this.#begun = false;
    }
  }

  heard(line: LogLine): void {
    if (!this.#begun || this.#lines.some(({ number }) => number === line.number)) return;
    this.#take([...this.#lines, line]);
  }

  #take(lines: LogLine[]): void {
    this.#lines = lines;
    this.#tell?.();
  }
}
