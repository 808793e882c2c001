/** How long a field may be on its way, in milliseconds: what is typed later goes where it would have gone anyhow. */
const LONGEST = 5000;

/** What is typed while the field that it is meant for is still on its way: kept, and handed over when that is there. */
export class EarlyKeys {
  #text = "";
  #stop: (() => void) | null = null;

  /** Keeps what is typed from now on. Escape calls `cancel`. */
  begin(cancel: () => void): void {
    this.end();
    const typed = (event: KeyboardEvent) => {
      if (event.isComposing) return;
      if (event.key === "Escape") cancel();
      else if (event.key === "Backspace") this.#text = Array.from(this.#text).slice(0, -1).join("");
      else if (writes(event)) this.#text += event.key;
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    const timer = setTimeout(() => this.end(), LONGEST);
    // Before anything else in the window takes a letter for a shortcut.
    window.addEventListener("keydown", typed, true);
    this.#stop = () => {
      clearTimeout(timer);
      window.removeEventListener("keydown", typed, true);
    };
  }

  /** Keeps nothing any more, and gives what was typed. */
  end(): string {
    this.#stop?.();
    this.#stop = null;
    const text = this.#text;
    this.#text = "";
    return text;
  }
}

function writes(event: KeyboardEvent): boolean {
  const plain = !(event.ctrlKey || event.metaKey || event.altKey) || event.getModifierState("AltGraph");
  return plain && Array.from(event.key).length === 1;
}
