import * as m from "$messages";

import type { Part } from "./phases";

const WORDS: Record<Part, () => string> = {
  queued: m.components_part_queued,
  started: m.components_part_started,
  writing: m.components_part_writing,
  checking: m.components_part_checking,
  desktop: m.components_part_desktop,
};

/** The words of a part of a run. */
export function partWord(part: Part): string {
  return WORDS[part]();
}
