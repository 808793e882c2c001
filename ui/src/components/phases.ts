import type { Phase } from "$lib/generated/Phase";
import type { Step } from "$lib/generated/Step";

/** The five parts that people see of the way of a run. */
export const PARTS = ["queued", "started", "writing", "checking", "desktop"] as const;
export type Part = (typeof PARTS)[number];

/** Where each phase of the engine belongs. A new phase fails the type check until it has its place. */
export const PART_OF: Record<Phase, Part> = {
  queued: "queued",
  "starting-database": "started",
  connecting: "started",
  querying: "started",
  "writing-rows": "writing",
  finishing: "checking",
  checking: "checking",
  publishing: "desktop",
};

/** One part as it is drawn. */
export interface Segment {
  part: Part;
  word: string;
  state: "done" | "now" | "bad" | "later";
  /** How much of it is done, from 0 to 1; only where the total is known. */
  share?: number;
  /** Its own numbers, such as "512,340 of 851,206". */
  detail?: string;
}

/** How far a run came, part by part. */
export interface Stretch {
  part: Part;
  state: Segment["state"];
  /** Time spent in it, in milliseconds; `undefined` for parts that it has not come to. */
  spentMs?: number;
}

/**
 * Folds the steps of a run into the five parts. `over` is how it ended: a run that failed or was cancelled stopped in its
 * last part, one that succeeded did them all.
 */
export function stretches(steps: readonly Step[], over: "no" | "well" | "badly", now: number): Stretch[] {
  const spent = new Map<Part, number>();
  for (const { phase, startedAt, endedAt } of steps) {
    const end = endedAt ? Date.parse(endedAt) : now;
    const part = PART_OF[phase];
    spent.set(part, (spent.get(part) ?? 0) + Math.max(0, end - Date.parse(startedAt)));
  }
  const newest = steps.at(-1);
  const reached = newest ? PARTS.indexOf(PART_OF[newest.phase]) : 0;
  return PARTS.map((part, index) => {
    const state =
      over === "well" || index < reached
        ? "done"
        : index > reached
          ? "later"
          : over === "badly"
            ? "bad"
            : "now";
    return { part, state, spentMs: spent.get(part) };
  });
}
