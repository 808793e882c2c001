/** What jsdom lacks of a browser, made up once for all tests. */

import { cleanup, configure } from "@testing-library/svelte";
import { afterEach, beforeEach, vi } from "vitest";

import { locale } from "$lib/locale.svelte";

// A deadline, not a wait: a machine that is busy with other things is no fault of the page.
configure({ asyncUtilTimeout: 10_000 });

/** The size of everything that asks for its size. */
const VIEWPORT = { width: 1200, height: 640 };

vi.stubGlobal(
  "matchMedia",
  (query: string): MediaQueryList =>
    ({
      matches: query.includes("min-width"),
      media: query,
      addEventListener: () => {},
      removeEventListener: () => {},
    }) as unknown as MediaQueryList,
);

vi.stubGlobal(
  "ResizeObserver",
  class {
    observe() {}
    unobserve() {}
    disconnect() {}
  },
);

for (const side of ["offsetHeight", "clientHeight"]) {
  Object.defineProperty(HTMLElement.prototype, side, { configurable: true, get: () => VIEWPORT.height });
}
for (const side of ["offsetWidth", "clientWidth"]) {
  Object.defineProperty(HTMLElement.prototype, side, { configurable: true, get: () => VIEWPORT.width });
}

// jsdom has no scrolling, no animations and no modal dialogs.
Element.prototype.scrollIntoView ??= () => {};
Element.prototype.scrollTo ??= () => {};
Element.prototype.animate ??= () =>
  ({ finished: Promise.resolve(), cancel: () => {} }) as unknown as Animation;
HTMLDialogElement.prototype.showModal ??= function (this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close ??= function (this: HTMLDialogElement) {
  this.open = false;
  this.dispatchEvent(new Event("close"));
};

// Charts draw on a canvas; here all strokes go nowhere.
const nowhere: object = new Proxy(() => nowhere, {
  get: (_, key) => (key === Symbol.toPrimitive ? () => 0 : nowhere),
  apply: () => nowhere,
  set: () => true,
});
HTMLCanvasElement.prototype.getContext = (() =>
  nowhere) as unknown as typeof HTMLCanvasElement.prototype.getContext;
vi.stubGlobal(
  "Path2D",
  class {
    constructor() {
      return nowhere;
    }
  },
);

beforeEach(() => locale.use("en"));

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  localStorage.clear();
});
