import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Announcement } from "$lib/backend";

import { type Toast, Toasts } from "./toasts.svelte";

const toast = (title: string, more: Partial<Toast> = {}): Toast => ({ tone: "done", title, ...more });

const announcement = (path: string): Announcement => ({
  number: 1,
  folder: "/home/ann/kubernetes-reports",
  path,
  bytes: 1,
  sha256: "",
  at: "2026-11-23T08:00:00Z",
});

let toasts: Toasts;

beforeEach(() => {
  vi.useFakeTimers();
  toasts = new Toasts();
});

afterEach(() => {
  toasts.stop();
  vi.useRealTimers();
});

const title = () => toasts.shown?.title;
const close = () => toasts.dismiss(toasts.shown!.id);

describe("a toast", () => {
  it("is shown for eight seconds", () => {
    toasts.show(toast("one"));
    vi.advanceTimersByTime(7_900);
    expect(title()).toBe("one");
    vi.advanceTimersByTime(200);
    expect(title()).toBeUndefined();
  });

  it("waits while it is pointed at or has the focus, and goes on with the time it had left", () => {
    toasts.show(toast("one"));
    vi.advanceTimersByTime(7_000);
    toasts.hold("pointer");
    toasts.hold("focus");
    vi.advanceTimersByTime(60_000);
    toasts.release("pointer");
    vi.advanceTimersByTime(60_000);
    expect(title()).toBe("one");
    toasts.release("focus");
    vi.advanceTimersByTime(900);
    expect(title()).toBe("one");
    vi.advanceTimersByTime(200);
    expect(title()).toBeUndefined();
  });

  it("is taken away by whoever showed it, also while it waits, and says once that it is gone", () => {
    const onGone = vi.fn();
    const first = toasts.show(toast("one", { onGone }));
    const second = toasts.show(toast("two", { onGone }));
    toasts.dismiss(second);
    toasts.dismiss(first);
    toasts.dismiss(first);
    expect(title()).toBeUndefined();
    expect(onGone).toHaveBeenCalledTimes(2);
  });

  it("takes the place of the one with the same key", () => {
    toasts.show(toast("one", { key: "copy" }));
    toasts.show(toast("two", { key: "copy" }));
    expect(title()).toBe("two");
    close();
    expect(title()).toBeUndefined();
  });

  it("is withdrawn by its key, also while it waits", () => {
    toasts.show(toast("one"));
    toasts.show(toast("two", { key: "failed 1" }));
    toasts.withdraw("failed 1");
    close();
    expect(title()).toBeUndefined();
  });

  it("comes one after the other", () => {
    toasts.show(toast("one"));
    toasts.show(toast("two"));
    expect(title()).toBe("one");
    close();
    expect(title()).toBe("two");
  });

  it("gives way to one that can be undone only now, and comes back with its time", () => {
    toasts.show(toast("one"));
    vi.advanceTimersByTime(6_000);
    toasts.show(toast("undo", { urgent: true }));
    expect(title()).toBe("undo");
    vi.advanceTimersByTime(8_100);
    expect(title()).toBe("one");
    vi.advanceTimersByTime(1_800);
    expect(title()).toBe("one");
    vi.advanceTimersByTime(300);
    expect(title()).toBeUndefined();
  });
});

describe("announcements", () => {
  const present = async (list: Announcement[]) => toast(list.map((each) => each.path).join(" + "));

  it("wait until somebody has words for them", async () => {
    toasts.announce(announcement("a.xlsx"));
    expect(title()).toBeUndefined();
    toasts.presentBy(present);
    await vi.advanceTimersByTimeAsync(0);
    expect(title()).toBe("a.xlsx");
  });

  it("that wait together come as one digest", async () => {
    toasts.presentBy(present);
    for (const name of ["a", "b", "c"]) toasts.announce(announcement(name));
    await vi.advanceTimersByTimeAsync(0);
    expect(title()).toBe("a");
    close();
    await vi.advanceTimersByTimeAsync(0);
    expect(title()).toBe("b + c");
    close();
    expect(title()).toBeUndefined();
  });
});

describe("a toast that counts down", () => {
  it("does what it says when its time is up, and only then", () => {
    const onExpired = vi.fn();
    toasts.show(toast("going", { onExpired }));
    vi.advanceTimersByTime(7_900);
    expect(toasts.seconds).toBe(1);
    expect(onExpired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(200);
    expect(onExpired).toHaveBeenCalledOnce();
  });

  it("does nothing once its button was used or it was closed", () => {
    const [onExpired, run] = [vi.fn(), vi.fn()];
    toasts.show(toast("going", { onExpired, actions: [{ label: "Undo", run }] }));
    toasts.use(toasts.shown!.actions![0]!);
    toasts.show(toast("going", { onExpired }));
    close();
    vi.advanceTimersByTime(60_000);
    expect(run).toHaveBeenCalledOnce();
    expect(onExpired).not.toHaveBeenCalled();
  });

  it("stops counting while another urgent one is shown", () => {
    const onExpired = vi.fn();
    toasts.show(toast("going", { onExpired }));
    vi.advanceTimersByTime(6_000);
    toasts.show(toast("undo", { urgent: true }));
    vi.advanceTimersByTime(7_900);
    expect(onExpired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(200);
    expect(title()).toBe("going");
    vi.advanceTimersByTime(2_000);
    expect(onExpired).toHaveBeenCalledOnce();
  });

  it("does not happen when the page ends in between", () => {
    const onExpired = vi.fn();
    toasts.show(toast("going", { onExpired }));
    toasts.stop();
    vi.advanceTimersByTime(60_000);
    expect(onExpired).not.toHaveBeenCalled();
  });
});
