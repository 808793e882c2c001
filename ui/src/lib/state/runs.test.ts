import { beforeEach, describe, expect, it } from "vitest";

import type { Run } from "$lib/backend";
import { queued } from "$lib/backend/fake/world";
import { known, NOW, standStill } from "../../testing/page";
import { estimateOf } from "./runs.svelte";

beforeEach(standStill);

const PERIOD = { from: "2026-10-01", to: "2026-10-31" };

const writing = (rows: number, estimate: number | null = null) =>
  ({ ...queued(10_001, PERIOD, NOW), state: "running", rows, estimate }) as Run;

describe("the speed of a run", () => {
  it("is measured over the last seconds only", async () => {
    const { app } = await known("empty");
    app.runs.changed(writing(1000), NOW);
    expect(app.runs.rate(10_001)).toBeNull();
    app.runs.changed(writing(2000), NOW + 1000);
    expect(app.runs.rate(10_001)).toBe(1000);
    app.runs.changed(writing(42_000), NOW + 6000);
    app.runs.changed(writing(62_000), NOW + 7000);
    expect(app.runs.rate(10_001)).toBe(20_000);
  });

  it("is not known while nothing moves", async () => {
    const { app } = await known("empty");
    app.runs.changed(writing(1000), NOW);
    app.runs.changed(writing(1000), NOW + 2000);
    expect(app.runs.rate(10_001)).toBeNull();
  });
});

it("a guess of all rows that was too low is no guess any more", () => {
  expect([estimateOf(writing(10, 100)), estimateOf(writing(101, 100)), estimateOf(writing(0, 0))]).toEqual([
    100,
    null,
    null,
  ]);
});

describe("a failure", () => {
  it("is shown while it is the newest thing that happened", async () => {
    const { app } = await known("failed");
    expect(app.runs.failure(NOW)?.number).toBe(48_216);
    expect(app.runs.failure(NOW + 2 * 3_600_000)).toBeNull();
  });

  it("is put away by hand, and by running it again", async () => {
    const { app, backend } = await known("failed");
    await backend.retryRun(48_216);
    expect(app.runs.failure(NOW)).toBeNull();
    const other = await known("failed");
    other.app.runs.dismissFailure(48_216);
    expect(other.app.runs.failure(NOW)).toBeNull();
  });
});
