import { mount } from "svelte";

import { platformHere } from "$components/platform";
import { connect, type Backend } from "$lib/backend";
import { drawn } from "$lib/drawn";
import { App } from "$lib/state";
import "./app.css";
import Root from "./App.svelte";

/** The page is on screen before anything is known: what the engine answers comes into the frame that stands already. */
function begin(backend: Backend): void {
  const target = document.getElementById("app");
  if (!target) return;
  const app = new App(backend);
  // Fonts are looked for by platform: each family that a system lacks costs it a search through all that it has.
  document.documentElement.dataset["platform"] = platformHere;
  mount(Root, { target, props: { app } });
  // Laid out at once, and not after the first answers of the engine: that would be a frame later.
  void document.body.offsetHeight;
  void app.start();
  void drawn().then(() => backend.pagePainted().catch(() => {}));
}

void connect().then(begin);
