import { describe, expect, it, vi } from "vitest";

import { action, actions, groupWords, Offers } from "./actions";

describe("the registry", () => {
  it("gives no id and no global shortcut twice", () => {
    const ids = actions.map((each) => each.id);
    expect(new Set(ids).size).toBe(ids.length);
    const shortcuts = actions.filter((each) => !each.local).flatMap((each) => each.shortcuts ?? []);
    expect(new Set(shortcuts).size).toBe(shortcuts.length);
  });

  it("has words for every action and group", () => {
    for (const each of actions) {
      expect(each.words(), each.id).not.toBe("");
      expect(groupWords(each.group)).not.toBe("");
    }
  });

  it("explains only keys that it names", () => {
    for (const each of actions.filter((one) => one.keyOnly))
      expect(each.shortcuts, each.id).not.toHaveLength(0);
    expect(action("palette").shortcuts).toContain("Mod+K");
  });
});

describe("an action", () => {
  it("is available while somebody offers it and says it makes sense", () => {
    const offers = new Offers();
    let sensible = false;
    const run = vi.fn();
    const withdraw = offers.offer({ "save-copy": { run, enabled: () => sensible } });
    expect(offers.run("save-copy")).toBe(false);
    sensible = true;
    expect(offers.run("save-copy")).toBe(true);
    withdraw();
    expect(offers.isAvailable("save-copy")).toBe(false);
    expect(run).toHaveBeenCalledOnce();
  });

  it("is done by the latest who offers it, and by the one before when that one is gone", () => {
    const offers = new Offers();
    const [frame, view] = [vi.fn(), vi.fn()];
    offers.offer({ search: { run: frame } });
    const leave = offers.offer({ search: { run: view } });
    offers.run("search");
    leave();
    offers.run("search");
    expect([view.mock.calls.length, frame.mock.calls.length]).toEqual([1, 1]);
  });

  it("that is wanted before its view is there is done when the view offers it, once", async () => {
    const offers = new Offers();
    const run = vi.fn();
    offers.runWhenOffered("search");
    offers.offer({ search: { run } });
    await Promise.resolve();
    offers.offer({ search: { run } });
    await Promise.resolve();
    expect(run).toHaveBeenCalledOnce();
  });
});
