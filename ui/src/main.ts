import { mount } from "svelte";

import { connect } from "$lib/backend";
import { App } from "$lib/state";
import "./app.css";
import Root from "./App.svelte";

const target = document.getElementById("app");
if (target) {
  const backend = await connect();
  const app = new App(backend);
  mount(Root, { target, props: { app } });
  // Two frames: the first one is asked for before the page is on screen, the second after.
  requestAnimationFrame(() => requestAnimationFrame(() => void backend.pagePainted().catch(() => {})));
  await app.start();
}
