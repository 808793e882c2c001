/** The page on a made-up engine, for tests of views. */

import { render, screen, waitFor } from "@testing-library/svelte";
import { tick } from "svelte";
import { expect, vi } from "vitest";

import { FakeBackend, type Scenario } from "$lib/backend/fake";
import { App } from "$lib/state";
import Root from "../App.svelte";

/** When the tests happen: a Monday morning. */
export const NOW = new Date(2026, 10, 23, 9, 41, 59).getTime();

export interface Page {
  app: App;
  backend: FakeBackend;
}

/** Only the clock stands still; timers run. */
export function standStill(): void {
  vi.useFakeTimers({ now: NOW, toFake: ["Date"] });
}

/** State without views. */
export async function known(scenario: Scenario = "populated"): Promise<Page> {
  const backend = new FakeBackend(scenario, () => Date.now());
  const app = new App(backend);
  await app.start();
  await settled();
  return { app, backend };
}

/** The whole window, as it stands when everything that can be known is known. */
export async function opened(
  scenario: Scenario = "populated",
  prepare: (backend: FakeBackend) => void = () => {},
): Promise<Page> {
  const backend = new FakeBackend(scenario, () => Date.now());
  prepare(backend);
  const app = new App(backend);
  render(Root, { app });
  await app.start();
  // The view comes after the frame.
  await waitFor(() => expect(screen.getByRole("main").childElementCount).toBeGreaterThan(0));
  await settled();
  return { app, backend };
}

/** Everything that was asked has been answered and drawn. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    await tick();
  }
}
