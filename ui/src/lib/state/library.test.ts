import { beforeEach, describe, expect, it, vi } from "vitest";

import { report } from "$lib/backend/fake/world";
import { known, NOW, settled, standStill } from "../../testing/page";

beforeEach(standStill);

describe("a long library", () => {
  it("is read as far as it is looked at", async () => {
    const { app, backend } = await known("many");
    expect(app.library.total).toBe(10_000);
    expect(app.library.rowAt(99)).toBeDefined();
    expect(app.library.rowAt(5000)).toBeUndefined();
    app.library.look(5000, 5020);
    await settled();
    expect(app.library.rowAt(5010)).toBeDefined();
    const before = backend.askedFor("listLibrary").length;
    app.library.look(5003, 5023);
    await settled();
    expect(backend.askedFor("listLibrary")).toHaveLength(before);
  });

  it("can be selected from end to end, and is asked for in few questions", async () => {
    const { app, backend } = await known("many");
    const before = backend.askedFor("listLibrary").length;
    await app.library.selection.all();
    expect(app.library.selection.count).toBe(10_000);
    expect(backend.askedFor("listLibrary").length - before).toBeLessThanOrEqual(20);
  });

  it("gives a range across rows that were not read yet", async () => {
    const { app } = await known("many");
    await app.library.selection.select(50);
    await app.library.selection.extend(349);
    expect(app.library.selection.count).toBe(300);
  });

  it("reads the rows beside those that are looked at, once somebody scrolls", async () => {
    const { app } = await known("many");
    expect(app.library.rowAt(150)).toBeUndefined();
    app.library.look(250, 290);
    await settled();
    expect([120, 250, 390].map((index) => app.library.rowAt(index) !== undefined)).toEqual([
      true,
      true,
      true,
    ]);
    expect(app.library.rowAt(400)).toBeUndefined();
  });

  it("selects its last row as soon as that is read", async () => {
    const { app, backend } = await known("many");
    await app.library.selection.select(9_999);
    expect(app.library.active?.id).toBe(backend.world.entries.at(-1)?.id);
  });
});

describe("a search", () => {
  it("shows the rows of the last question only, whatever comes late", async () => {
    const { app, backend } = await known("populated");
    const list = backend.listLibrary;
    vi.spyOn(backend, "listLibrary").mockImplementation(async (filter) => {
      const page = await list(filter);
      if (filter.search === "october") await new Promise((resolve) => setTimeout(resolve, 40));
      return page;
    });
    const late = app.library.ask({ search: "october" });
    await app.library.ask({ search: "september" });
    await late;
    expect(app.library.total).toBe(1);
    expect(app.library.rowAt(0)?.id).toBe("run-48209");
  });

  it("keeps what is on screen until the answer is there, and says so", async () => {
    const { app, backend } = await known("populated");
    backend.silent.add("listLibrary");
    void app.library.ask({ search: "october" });
    await settled();
    expect(app.library.loading).toBe(true);
    expect(app.library.rowAt(0)?.id).toBe("run-48215");
  });

  it("that is refused keeps the rows and tells why", async () => {
    const { app, backend } = await known("populated");
    backend.refuse("listLibrary", { code: "ledger", message: "unreadable", hint: "" });
    await app.library.ask({ search: "x" });
    expect(app.library.error?.code).toBe("ledger");
    expect(app.library.total).toBe(17);
  });
});

describe("what is selected", () => {
  const ROOM = { reports: 1, bytes: 1, unseen: 0 };

  it("is what an action gets, also when its rows are no longer read", async () => {
    const { app } = await known("many");
    await app.library.selection.all();
    app.library.look(5000, 5020);
    app.library.restored(ROOM);
    await settled();
    expect(app.library.rowAt(0)).toBeUndefined();
    expect(app.library.selection.entries).toHaveLength(10_000);
  });

  it("is everything, although a report lands while the rows are read", async () => {
    const { app, backend } = await known("many");
    const list = backend.listLibrary;
    const entry = report(60_000, "2026-11-01", "2026-11-23", 1, NOW);
    vi.spyOn(backend, "listLibrary").mockImplementation(async (filter) => {
      if (filter.offset === 2_000 && backend.world.entries.length === 10_000) {
        backend.world.entries.unshift(entry);
        app.library.changed([entry], ROOM);
      }
      return list(filter);
    });
    await app.library.selection.all();
    expect(app.library.selection.count).toBe(10_001);
    expect(app.library.selection.has("run-60000")).toBe(true);
  });

  it("stays what it was where the rest can't be read, and says why", async () => {
    const { app, backend } = await known("many");
    await app.library.selection.select(3);
    backend.refuse("listLibrary", { code: "ledger", message: "unreadable", hint: "" });
    expect((await app.library.selection.all())?.code).toBe("ledger");
    expect(app.library.selection.count).toBe(1);
  });

  it("gives way to what is chosen while the rows are read", async () => {
    const { app } = await known("many");
    const all = app.library.selection.all();
    await app.library.selection.select(7);
    await all;
    expect(app.library.selection.entries).toEqual([app.library.rowAt(7)]);
  });

  it.each([{ search: "october" }, { show: "on-desktop" as const }])(
    "is forgotten when the list becomes another one by %o, which is looked at from its start",
    async (change) => {
      const { app } = await known("populated");
      await app.library.selection.all();
      const asked = app.library.ask(change);
      expect(app.library.selection.count).toBe(0);
      await asked;
      expect(app.library.selection.entries).toEqual([app.library.rowAt(0)]);
    },
  );

  it("stays when only the order changes", async () => {
    const { app } = await known("populated");
    await app.library.selection.select(3);
    const id = app.library.active?.id;
    await app.library.sortBy("rows");
    expect(app.library.active?.id).toBe(id);
    expect(app.library.rowAt(app.library.selection.cursor)?.id).toBe(id);
  });

  it("knows its entries as they are now, and loses those that are deleted", async () => {
    const { app, backend } = await known("populated");
    await app.library.selection.select(3);
    await app.library.selection.extend(5);
    const [one, other] = app.library.selection.entries;
    await backend.deleteReport(one?.id ?? "", false);
    await backend.markSeen([other?.id ?? ""]);
    await vi.waitFor(() => expect(app.library.total).toBe(16));
    expect(app.library.selection.entries.map(({ id }) => id)).toEqual([other?.id, app.library.rowAt(4)?.id]);
  });

  it("is not taken from under the eyes where it is no longer new", async () => {
    const { app, backend } = await known("populated");
    await app.library.ask({ show: "unseen" });
    await backend.markSeen(["run-48215"]);
    await vi.waitFor(() => expect(app.library.total).toBe(1));
    expect(app.library.active?.id).toBe("run-48215");
  });
});

describe("the order", () => {
  it("turns round when the same column is asked for again", async () => {
    const { app } = await known("populated");
    await app.library.sortBy("rows");
    expect(app.library.rowAt(0)?.rows).toBe(249_561);
    await app.library.sortBy("rows");
    expect(app.library.rowAt(0)?.rows).toBeNull();
  });
});

describe("a report that lands", () => {
  it("pushes in above, and the selection stays with its report", async () => {
    const { app, backend } = await known("populated");
    await app.library.selection.select(3);
    const before = app.library.active?.id;
    const entry = report(48_221, "2026-11-01", "2026-11-23", 1, NOW, { unseen: true });
    backend.world.entries.unshift(entry);
    app.library.changed([entry], { reports: 16, bytes: 1, unseen: 3 });
    await vi.waitFor(() => expect(app.library.rowAt(0)?.id).toBe("run-48221"));
    expect(app.library.landed.has("run-48221")).toBe(true);
    expect(app.library.active?.id).toBe(before);
    expect(app.library.selection.cursor).toBe(4);
  });

  it("is not said to land where a known row only changed", async () => {
    const { app, backend } = await known("populated");
    await backend.markSeen(["run-48215"]);
    expect(app.library.rowAt(0)?.unseen).toBe(false);
    expect(app.library.landed.size).toBe(0);
  });
});

describe("a row that goes", () => {
  it("leaves the cursor in its place, on the one that follows", async () => {
    const { app, backend } = await known("populated");
    await app.library.selection.select(3);
    const next = app.library.rowAt(4)?.id;
    await backend.deleteReport(app.library.rowAt(3)?.id ?? "", false);
    await vi.waitFor(() => expect(app.library.total).toBe(16));
    expect(app.library.active?.id).toBe(next);
  });
});

describe("a report named from outside", () => {
  it("is shown although the list was narrowed down to others", async () => {
    const { app } = await known("populated");
    await app.library.ask({ search: "october" });
    await app.library.reveal({ view: "report", id: "run-48190" });
    expect(app.library.active?.id).toBe("run-48190");
    expect(app.library.search).toBe("");
  });

  it("is searched for where it lies far down", async () => {
    const { app, backend } = await known("many");
    const far = backend.world.entries.at(-1)?.id ?? "";
    await app.library.reveal({ view: "report", id: far });
    expect(app.library.active?.id).toBe(far);
    expect(app.library.total).toBe(1);
  });
});
