import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { type Rows, VirtualRows } from "./virtual";

/** A viewport of ten rows: jsdom has no layout, so that its measures are given. */
function viewport(height = 320): HTMLElement {
  const element = document.createElement("div");
  Object.defineProperty(element, "clientHeight", { value: height });
  Object.defineProperty(element, "offsetHeight", { value: height });
  Object.defineProperty(element, "offsetWidth", { value: 600 });
  document.body.append(element);
  return element;
}

const numbered = (count: number, more: Partial<Rows> = {}): Rows => ({
  count,
  rowHeight: 32,
  keyAt: (index) => `row ${index}`,
  ...more,
});

let element: HTMLElement;
let detach: () => void;

function shown(rows: Rows): VirtualRows {
  const list = new VirtualRows(rows);
  detach = list.attach(element);
  return list;
}

function scrollTo(top: number) {
  element.scrollTop = top;
  element.dispatchEvent(new Event("scroll"));
}

const indexes = (list: VirtualRows) => list.items.map(({ index }) => index);

beforeEach(() => {
  element = viewport();
});

afterEach(() => {
  detach();
  element.remove();
});

describe("a list of ten thousand rows", () => {
  it("draws what is in sight and a little more", () => {
    const list = shown(numbered(10_000));
    expect(list.height).toBe(320_000);
    expect(indexes(list)[0]).toBe(0);
    expect(list.items.length).toBeLessThan(30);

    scrollTo(160_000);
    const middle = indexes(list);
    expect(middle[0]).toBe(4_992);
    expect(middle).toContain(5_009);
    expect(list.items.length).toBeLessThan(30);
    expect(list.items[0]?.start).toBe(4_992 * 32);
  });

  it("keeps its place when rows come in above, and lets them in at the top", () => {
    const list = shown(numbered(100));
    scrollTo(640);
    list.set(numbered(103, { keyAt: (index) => `row ${index - 3}` }));
    expect(element.scrollTop).toBe(640 + 3 * 32);

    scrollTo(0);
    list.set(numbered(104, { keyAt: (index) => `row ${index - 4}` }));
    expect(element.scrollTop).toBe(0);
  });

  it("keeps its place when rows above are removed", () => {
    const list = shown(numbered(100));
    scrollTo(640);
    list.set(numbered(98, { keyAt: (index) => `row ${index + 2}` }));
    expect(element.scrollTop).toBe(640 - 2 * 32);
  });

  it("begins anew when it is another list", () => {
    const scrolled = vi.fn();
    element.scrollTo = scrolled;
    const list = shown(numbered(100, { identity: "all" }));
    scrollTo(640);
    list.set(numbered(5, { identity: "failed", keyAt: (index) => `other ${index}` }));
    expect(scrolled).toHaveBeenCalledWith({ top: 0 });
  });

  it("brings a row into sight by the shortest way", () => {
    const list = shown(numbered(100));
    list.reveal(5);
    expect(element.scrollTop).toBe(0);
    list.reveal(20);
    expect(element.scrollTop).toBe(21 * 32 - 320);
    list.reveal(3);
    expect(element.scrollTop).toBe(96);
    expect(list.page).toBe(10);
  });
});
