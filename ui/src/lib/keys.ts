/**
 * Keys: how a shortcut is written, recognised and shown, and the one listener for those that count everywhere.
 *
 * A shortcut is written `Mod+K`, `Mod+Enter`, `Shift+F10`, `F1` or `/`. `Mod` is Ctrl, and Command on macOS.
 */

import type { Platform } from "$lib/generated/Platform";
import * as m from "$messages";

interface Combination {
  key: string;
  mod: boolean;
  shift: boolean;
  alt: boolean;
}

function parse(shortcut: string): Combination {
  // The last plus sign may be the key itself, so that only those between two parts are cut at.
  const parts = shortcut.split(/\+(?=.)/);
  const key = parts.pop() ?? "";
  return {
    key: key.length === 1 ? key.toLowerCase() : key,
    mod: parts.includes("Mod"),
    shift: parts.includes("Shift"),
    alt: parts.includes("Alt"),
  };
}

/** The key that was pressed, as a shortcut names it. */
function keyOf(event: KeyboardEvent): string {
  if (event.key.length !== 1) return event.key === " " ? "Space" : event.key;
  if (event.key === " ") return "Space";
  // On a keyboard that isn't Latin the letter is taken from where the key lies, as every other program does.
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1];
  const latin = /^[\x21-\x7e]$/.test(event.key);
  return (latin || letter === undefined ? event.key : letter).toLowerCase();
}

/** Whether `event` is that shortcut, with exactly its modifiers. */
export function matches(event: KeyboardEvent, shortcut: string, platform: Platform): boolean {
  const wanted = parse(shortcut);
  const mod = platform === "macos" ? event.metaKey : event.ctrlKey;
  const other = platform === "macos" ? event.ctrlKey : event.metaKey;
  if (other || event.getModifierState("AltGraph")) return false;
  if (mod !== wanted.mod || event.altKey !== wanted.alt || keyOf(event) !== wanted.key) return false;
  // A sign such as "/" needs Shift on some keyboards: there Shift is part of the key, not of the shortcut.
  const sign = wanted.key.length === 1 && !/[a-z0-9]/.test(wanted.key);
  return sign || event.shiftKey === wanted.shift;
}

const MAC_SIGNS: Record<string, string> = { Mod: "⌘", Shift: "⇧", Alt: "⌥" };
const KEY_SIGNS: Record<string, string> = {
  Enter: "↵",
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Escape: "Esc",
};

/** Keys that have a name of their own on the keyboards of a language. */
const KEY_WORDS: Record<string, () => string> = {
  Shift: m.actions_key_shift,
  Space: m.actions_key_space,
  Delete: m.actions_key_delete,
  Home: m.actions_key_home,
  End: m.actions_key_end,
  ContextMenu: m.actions_key_menu,
};

/** The caps of a shortcut, one text each: `["Ctrl", "K"]`. */
export function caps(shortcut: string, platform: Platform): string[] {
  return shortcut.split(/\+(?=.)/).map((part) => {
    if (platform === "macos" && part in MAC_SIGNS) return MAC_SIGNS[part] ?? part;
    if (part === "Mod") return "Ctrl";
    return KEY_WORDS[part]?.() ?? KEY_SIGNS[part] ?? (part.length === 1 ? part.toUpperCase() : part);
  });
}

/** A shortcut as `aria-keyshortcuts` wants it: `Control+K`. */
export function ariaShortcut(shortcut: string, platform: Platform): string {
  return shortcut.replace(/^Mod(?=\+)|(?<=\+)Mod(?=\+)/, platform === "macos" ? "Meta" : "Control");
}

/** Whether the person is writing: then a key without a modifier is text. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  const field = target.closest("input, textarea, select, [contenteditable='true'], [contenteditable='']");
  if (!field) return false;
  return !(
    field instanceof HTMLInputElement && /^(button|checkbox|radio|range|submit|reset)$/.test(field.type)
  );
}

/** Whether a shortcut counts while the person is writing: those with a modifier, and keys that write nothing. */
function countsWhileTyping(shortcut: string): boolean {
  return /^(Mod|Alt)\+/.test(shortcut) || /^F\d+$/.test(shortcut);
}

/** An action as far as keys are concerned. */
export interface Keyed {
  readonly shortcuts?: readonly string[];
  /** Counts also while a dialog is open. */
  readonly overDialogs?: boolean;
}

/**
 * Listens for the shortcuts of `actions` in the whole window and hands the one that was pressed to `run`, which says
 * whether it took it. What a view or a dialog has handled already (`preventDefault`) is left alone.
 */
export function listen<A extends Keyed>(
  actions: () => readonly A[],
  run: (action: A) => boolean,
  platform: () => Platform,
  target: Window = window,
): () => void {
  const pressed = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing || event.repeat) return;
    const typing = isTyping(event.target);
    const dialog = dialogIsOpen();
    for (const action of actions()) {
      if (dialog && !action.overDialogs) continue;
      const shortcut = action.shortcuts?.find((each) => matches(event, each, platform()));
      if (shortcut === undefined || (typing && !countsWhileTyping(shortcut))) continue;
      if (run(action)) {
        event.preventDefault();
        return;
      }
    }
  };
  target.addEventListener("keydown", pressed);
  return () => target.removeEventListener("keydown", pressed);
}

/** Whether something that holds the focus is open. */
export function dialogIsOpen(): boolean {
  return document.querySelector("dialog[open], [aria-modal='true'], [role='alertdialog']") !== null;
}
