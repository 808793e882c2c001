import type { AppEvent, DesktopEvent } from "$lib/backend";
import type { App } from "./index";

/** Takes what the engine or the shell said into the page. The only place that knows every event. */
export function fold(app: App, event: AppEvent, now: number): void {
  if (event.type !== "desktop") app.connection.heard(now);
  switch (event.type) {
    case "snapshot":
      app.connection.restored(event.data);
      app.settings.changed(event.data.settings, event.data.problems);
      app.runs.restored(event.data);
      app.library.restored(event.data.library);
      return;
    case "runChanged":
      return app.runChanged(event.data, now);
    case "runLogged":
      return app.runs.logged(event.data.run, event.data.line);
    case "announced":
      return app.toasts.announce(event.data);
    case "announcedDigest":
      return app.toasts.announceDigest(event.data);
    case "fileRemoved":
    case "fileBroken":
      // The library says what has become of its entries.
      return;
    case "libraryChanged":
      return app.library.changed(event.data.changed, event.data.totals);
    case "folderChanged":
      return app.connection.folderChanged(event.data, now);
    case "sampleChanged":
      app.connection.sample = event.data;
      return;
    case "settingsChanged":
      return app.settings.changed(event.data.settings, event.data.problems);
    case "taskChanged":
      return app.tasks.changed(event.data, now);
    case "stopping":
      return app.connection.lost();
    case "desktop":
      return foldDesktop(app, event.data);
    default:
      return unknown(event);
  }
}

function foldDesktop(app: App, event: DesktopEvent): void {
  switch (event.desktop) {
    case "engine-lost":
      return app.connection.lost();
    case "engine-unreachable":
      return app.connection.unreachable(event.error);
    case "show":
      return app.show(event.target);
    case "quit-asked":
      app.window.quitAsked = event.liveRuns;
      return app.window.open("quit");
    case "focused":
      app.window.focused = event.focused;
      return;
    default:
      return unknown(event);
  }
}

/** Does not compile while an event is left out. */
function unknown(_event: never): void {}
