import type { Announcement, LibraryEntry } from "$lib/backend";
import { bytes, duration, folderName, number } from "$lib/format";
import { openReport, showInFolder } from "$lib/reports";
import type { App, Toast } from "$lib/state";
import * as m from "$messages";
import { nameOf } from "$views/reports/words";

/** How many reports a digest names; the rest are counted. */
const NAMED = 2;

/** What the notification of the system says as well: one finished spreadsheet, or several at once. */
export async function announced(app: App, announcements: readonly Announcement[]): Promise<Toast> {
  const [only] = announcements;
  return only && announcements.length === 1 ? finished(app, only) : digest(app, announcements);
}

async function finished(app: App, announcement: Announcement): Promise<Toast> {
  const entry = await entryOf(app, announcement);
  const { madeBy } = announcement;
  const size = bytes(announcement.bytes);
  return {
    tone: "done",
    title: madeBy
      ? m.toasts_ready({ report: reportOf(announcement, entry) })
      : m.toasts_arrived({ file: fileOf(announcement) }),
    text: madeBy
      ? m.toasts_rows_time_size({
          count: madeBy.rows,
          rows: number(madeBy.rows),
          time: duration(madeBy.tookMs),
          size,
        })
      : m.toasts_size_in({
          size,
          folder: folderName(announcement.folder, app.window.about?.homeFolder ?? null),
        }),
    actions: entry
      ? [
          { label: m.toasts_open(), primary: true, run: () => openReport(app, entry) },
          { label: m.toasts_show_in_folder(), run: () => showInFolder(app, entry) },
        ]
      : [],
  };
}

async function digest(app: App, announcements: readonly Announcement[]): Promise<Toast> {
  const named = await Promise.all(
    announcements
      .slice(0, NAMED)
      .map(async (announcement) => reportOf(announcement, await entryOf(app, announcement))),
  );
  const names = named.join(", ");
  const rest = announcements.length - named.length;
  return {
    tone: "done",
    title: m.toasts_digest_title({ count: announcements.length, shown: number(announcements.length) }),
    text: rest === 0 ? names : m.toasts_digest_more({ count: rest, names, shown: number(rest) }),
    actions: [{ label: m.toasts_show_reports(), primary: true, run: () => app.window.go("reports") }],
  };
}

/** Name of the file, without folders. */
function fileOf({ path }: Announcement): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

function reportOf(announcement: Announcement, entry: LibraryEntry | null): string {
  if (entry) return nameOf(entry);
  return announcement.madeBy?.title ?? fileOf(announcement);
}

/** The entry that an announcement is about; `null` where it can't be found, for example because it is gone again. */
async function entryOf(app: App, announcement: Announcement): Promise<LibraryEntry | null> {
  try {
    if (announcement.madeBy) return await app.backend.findReport(`run-${announcement.madeBy.run}`);
    const file = fileOf(announcement);
    const page = await app.backend.listLibrary({
      search: file,
      show: "on-desktop",
      sort: "finished",
      ascending: false,
      limit: 20,
      offset: 0,
    });
    return page.entries.find((entry) => entry.file === file) ?? null;
  } catch {
    return null;
  }
}
