import { render, screen } from "@testing-library/svelte";
import userEvent from "@testing-library/user-event";
import type { Component } from "svelte";

import type { FakeBackend, Scenario } from "$lib/backend/fake";
import type { App } from "$lib/state";
import { known } from "../../testing/page";

import WithApp from "./WithApp.svelte";

interface Shown {
  app: App;
  fake: FakeBackend;
  user: ReturnType<typeof userEvent.setup>;
  /** Had the focus before the part appeared. */
  outside: HTMLElement;
}

interface Asked {
  scenario?: Scenario;
  /** The part is in the tree while this holds. */
  shown?: (app: App) => boolean;
  /** Done when the app knows everything, before the part appears. */
  before?: (app: App, fake: FakeBackend) => void;
}

/** Shows a part of the window alone, with an app that has heard its first snapshot from a made-up engine. */
export async function show(part: Component, { scenario, shown, before }: Asked = {}): Promise<Shown> {
  const { app, backend: fake } = await known(scenario);
  before?.(app, fake);
  const user = userEvent.setup();
  render(WithApp, shown ? { app, part, shown: () => shown(app) } : { app, part });
  return { app, fake, user, outside: screen.getByRole("button", { name: "Outside" }) };
}
