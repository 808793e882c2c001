import { describe, expect, it } from "vitest";

import { place } from "./place";

const view = { width: 1000, height: 600 };
const button = { left: 100, right: 180, top: 40, bottom: 68 };

describe("a floating box", () => {
  it("stands below its anchor, at its start or its end", () => {
    const size = { width: 200, height: 100 };
    expect(place(button, size, view, "below-start")).toMatchObject({ left: 100, top: 72 });
    expect(place({ ...button, left: 700, right: 780 }, size, view, "below-end")).toMatchObject({ left: 580 });
  });

  it("goes above where there is no room below", () => {
    const low = { ...button, top: 540, bottom: 568 };
    expect(place(low, { width: 200, height: 100 }, view, "below-start").top).toBe(436);
  });

  it("stays where it was wanted when the other side is lower still, and scrolls", () => {
    const middle = { ...button, top: 250, bottom: 278 };
    const { top, maxHeight } = place(middle, { width: 200, height: 900 }, view, "below-start");
    expect(top).toBe(282);
    expect(maxHeight).toBe(310);
  });

  it("never leaves the window", () => {
    const edge = { left: 990, right: 990, top: 590, bottom: 590 };
    const { left, top } = place(edge, { width: 200, height: 100 }, view, "below-start");
    expect(left).toBe(792);
    expect(top).toBe(486);
  });
});
