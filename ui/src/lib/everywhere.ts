/** What can be done wherever the person is, and the keys of the whole window. */

import { actions, type Offer, type Offers } from "./actions";
import type { ApiError, PeriodChoice, Theme } from "./backend";
import { listen } from "./keys";
import { openReportsFolder, refused } from "./reports";
import type { App } from "./state";

/** Offers the actions of the frame and listens for the shortcuts of all actions. Gives what takes both away again. */
export function installKeys(app: App): () => void {
  const withdraw = offerEverywhere(app, app.offers);
  const global = actions.filter((action) => !action.local && action.shortcuts);
  const stop = listen(
    () => global,
    (action) => app.offers.run(action.id),
    () => app.window.platform,
  );
  return () => {
    stop();
    withdraw();
  };
}

/** A view's offer comes before that of the frame: what is here for a view takes the person there first. */
function offerEverywhere(app: App, offers: Offers): () => void {
  const { window, backend } = app;
  const connected = () => app.connection.phase === "connected";

  const asking = (ask: () => Promise<unknown>): Offer => ({
    run: () => ask().then(undefined, (error: ApiError) => refused(app, error)),
  });
  const running = (choice: PeriodChoice): Offer => ({
    run: async () => (await import("$views/palette/request")).requestReport(app, null, choice),
    enabled: connected,
  });
  const theme = (value: Theme): Offer => ({
    ...asking(() => app.settings.change("desktop.theme", value)),
    enabled: () => connected() && app.settings.value?.desktop.theme !== value,
  });
  const inReports = (id: "search" | "run-report"): Offer => ({
    run: () => {
      window.go("reports");
      offers.runWhenOffered(id);
    },
    enabled: () => window.view !== "reports",
  });
  const inSettings = (id: "change-folder" | "test-database", section: string): Offer => ({
    run: () => {
      window.goSettings(section);
      offers.runWhenOffered(id);
    },
    enabled: connected,
  });

  return offers.offer({
    "run-report": inReports("run-report"),
    "run-current-month": running({ kind: "current-month" }),
    "run-previous-month": running({ kind: "previous-month" }),
    palette: { run: () => window.open("palette") },
    search: inReports("search"),
    "go-reports": { run: () => window.go("reports") },
    "go-settings": { run: () => window.goSettings(null) },
    activity: { run: () => void (window.activityOpen = !window.activityOpen) },
    "open-reports-folder": { run: () => openReportsFolder(app), enabled: connected },
    help: { run: () => window.open("help") },
    "change-folder": inSettings("change-folder", "reports"),
    "test-database": inSettings("test-database", "database"),
    "theme-system": theme("system"),
    "theme-light": theme("light"),
    "theme-dark": theme("dark"),
    "open-settings-file": asking(() => backend.openSettingsFile()),
    "open-logs-folder": asking(() => backend.openLogsFolder()),
    quit: {
      run: () => {
        // While reports are made the person is asked first.
        if (app.runs.live.length > 0) {
          window.quitAsked = app.runs.live.length;
          return window.open("quit");
        }
        return backend.quit("leave-running").then(undefined, (error: ApiError) => refused(app, error));
      },
    },
  });
}
