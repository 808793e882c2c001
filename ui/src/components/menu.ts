import type { IconComponent } from "./icon";

/** One line of a menu that does something. */
export interface MenuAction {
  label: string;
  icon?: IconComponent;
  /** The chord that does the same without the menu, shown at the right. */
  chord?: string;
  /** For the choice that takes something away. */
  danger?: boolean;
  disabled?: boolean;
  /** A line that can be on or off. */
  checked?: boolean;
  choose: () => void;
}

/** A menu: actions in order, with lines between groups. */
export type MenuEntry = MenuAction | "line";

/** How a menu ended: only after `outside` the focus stays where the person put it. */
export type MenuEnd = "chosen" | "escape" | "tab" | "outside";

/**
 * The index of the next label that begins with `typed`, looking from after `from` and round again.
 *
 * One letter typed again and again goes through all that begin with it, as in the menus of the system.
 */
export function findByTyping(labels: readonly string[], typed: string, from: number): number | undefined {
  const letters = [...typed.toLocaleLowerCase()];
  const repeated = letters.every((letter) => letter === letters[0]);
  const wanted = repeated ? (letters[0] ?? "") : letters.join("");
  const start = repeated ? from + 1 : Math.max(from, 0);
  for (let step = 0; step < labels.length; step += 1) {
    const index = (start + step) % labels.length;
    if (labels[index]?.toLocaleLowerCase().startsWith(wanted)) return index;
  }
  return undefined;
}

const TYPING_MS = 700;

/** Collects letters that are typed in quick succession. */
export class Typing {
  #typed = "";
  #at = 0;

  /** What has been typed with this key, or `undefined` if the key is not a letter. */
  add(event: KeyboardEvent): string | undefined {
    if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return undefined;
    if (event.timeStamp - this.#at > TYPING_MS) this.#typed = "";
    // A blank only belongs to a word that has begun; at its start it means "choose".
    if (event.key === " " && this.#typed === "") return undefined;
    this.#at = event.timeStamp;
    this.#typed += event.key;
    return this.#typed;
  }
}
