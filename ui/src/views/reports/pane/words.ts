import type { DatabaseUsed } from "$lib/backend";
import { when } from "$lib/format";
import * as m from "$messages";

/** A moment inside a sentence: `today 09:38`, `Fri 17:55`, `2 Nov 08:14`. */
export function moment(at: string): string {
  const short = when(at);
  return /^\d{2}:\d{2}$/.test(short) ? m.pane_today({ time: short }) : short;
}

/** The database of a run as people know it. */
export function databaseWords(database: DatabaseUsed): string {
  switch (database.kind) {
    case "sample":
      return m.pane_database_sample();
    case "unknown":
      return m.pane_database_unknown();
    case "server":
      return `${database.user}@${database.host}:${database.port}/${database.name}`;
  }
}

/**
 * A file name in two parts: the first is cut where there is too little room, the second stays. The end tells reports of
 * the same days apart.
 */
export function cutFileName(name: string): [string, string] {
  const at = Math.max(0, name.length - 11);
  return at < 12 ? [name, ""] : [name.slice(0, at), name.slice(at)];
}
