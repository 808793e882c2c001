import type { LibraryEntry, LibraryShow } from "./backend";

/** Its file lies in its folder. */
export function isHere({ state }: LibraryEntry): boolean {
  return state.state === "on-desktop";
}

/** Somebody deleted it: its file is in the trash or gone for good, or it had none and was taken off the list. */
export function isGone({ state, hidden }: LibraryEntry): boolean {
  return hidden || state.state === "trashed" || state.state === "deleted";
}

/** It can be put back where it was: what is gone for good can't. */
export function isRestorable(entry: LibraryEntry): boolean {
  return isGone(entry) && (entry.hidden || entry.state.state !== "deleted");
}

/** Whether a list that is narrowed down to `show` may keep an entry. */
export function belongs(entry: LibraryEntry, show: LibraryShow): boolean {
  switch (show) {
    case "deleted":
      return isGone(entry);
    case "everything":
    case "unseen":
      // A new report that was looked at is not taken from under the eyes.
      return !isGone(entry);
    case "on-desktop":
    case "failed":
    case "missing":
      return !isGone(entry) && entry.state.state === show;
  }
}
