// The built page on a made-up engine, in a real browser: for looking at it and for measuring it.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";
import { build, preview } from "vite";

import { OVERLAYS } from "./overlays.js";

const ui = fileURLToPath(new URL("..", import.meta.url));

/** When it is: every picture shows the same moment. */
const NOW = new Date("2026-11-23T09:41:59+01:00");

/** The situations, and how a person comes into those that no address names. */
export const SITUATIONS = [
  { name: "reports", scenario: "busy", act: (page) => select(page, "October 2026") },
  { name: "empty", scenario: "empty" },
  { name: "failed", scenario: "failed-late" },
  { name: "password", scenario: "failed" },
  { name: "crowded", scenario: "crowded" },
  { name: "many", scenario: "many" },
  { name: "stale", scenario: "stale" },
  { name: "unreachable", scenario: "unreachable" },
  { name: "loading", scenario: "loading" },
  { name: "folder-lost", scenario: "folder-lost" },
  { name: "crash", scenario: "crashed" },
  { name: "no-match", scenario: "populated", act: (page) => page.locator(".search input").fill("zzz") },
  { name: "missing", scenario: "populated", act: (page) => select(page, "May 2026") },
  {
    name: "range",
    scenario: "populated",
    act: (page) => page.locator(".runcard .per [role=radio]").last().click(),
  },
  { name: "definition", scenario: "populated", act: chooseDefinition },
  { name: "filter", scenario: "populated", act: (page) => page.locator(".toolbar .filter").click() },
  { name: "menu", scenario: "populated", act: rowMenu },
  { name: "several", scenario: "populated", act: several },
  { name: "palette", scenario: "busy", act: palette },
  { name: "help", scenario: "populated", act: (page) => page.keyboard.press("F1") },
  { name: "activity", scenario: "busy", act: activity },
  { name: "settings", scenario: "populated", act: (page) => page.keyboard.press("Control+,") },
  { name: "settings-trouble", scenario: "settings-trouble", act: (page) => page.keyboard.press("Control+,") },
  { name: "settings-server", scenario: "failed", act: (page) => page.keyboard.press("Control+,") },
  { name: "quit", scenario: "busy", act: quit },
  { name: "toast", scenario: "populated", act: toast },
  ...OVERLAYS,
];

/** Reports by their rows, which are the same in every language. */
const ROWS = { "October 2026": /83[.,]835/, "May 2026": /84[.,]118/ };

async function select(page, name) {
  await page.getByRole("row").filter({ hasText: ROWS[name] }).first().click();
}

async function chooseDefinition(page) {
  await page.locator(".runcard .rep").click();
  await page.getByRole("option").nth(1).click();
}

async function rowMenu(page) {
  await page.getByRole("row").nth(3).click({ button: "right" });
}

async function several(page) {
  await page.getByRole("row").nth(2).click();
  await page
    .getByRole("row")
    .nth(6)
    .click({ modifiers: ["Shift"] });
}

async function palette(page) {
  await select(page, "October 2026");
  await page.keyboard.press("Control+k");
  // A person sees the field before they type; what becomes of keys that come earlier is a test of its own.
  await page.locator("dialog.palette input").waitFor();
  await page.keyboard.type("run oct");
}

const emit = (page, event) => page.evaluate((said) => window.landfall.emit(said), event);

async function quit(page) {
  await emit(page, { type: "desktop", data: { desktop: "quit-asked", liveRuns: 1 } });
}

async function activity(page) {
  await select(page, "October 2026");
  await page.keyboard.press("Control+j");
  await toast(page);
}

async function toast(page) {
  const madeBy = { run: 48215, title: "Ticketing report", rows: 61740, tookMs: 900 };
  const path = "ticketing-report-2026-11-01-to-2026-11-23-48215.xlsx";
  const data = { number: 1, folder: "/r", path, bytes: 4803000, sha256: "", at: NOW.toISOString(), madeBy };
  await emit(page, { type: "announced", data });
}

/** Builds the page with the made-up engine in it, serves it on this computer only, and starts a browser. */
export async function open() {
  // A folder of its own, so that two of these don't disturb each other.
  const outDir = mkdtempSync(join(tmpdir(), "landfall-page-"));
  await build({ root: ui, mode: "demo", logLevel: "warn", build: { outDir, emptyOutDir: true } });
  const server = await preview({
    root: ui,
    mode: "demo",
    build: { outDir },
    preview: { host: "127.0.0.1", port: 0, strictPort: false },
    logLevel: "warn",
  });
  const { port } = server.httpServer.address();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
  return {
    /** The page in a situation, as it stands when nothing moves any more. */
    async show({ scenario, act }, { theme = "light", language = "en", width = 1200, height = 800 } = {}) {
      const page = await browser.newPage({
        viewport: { width, height },
        timezoneId: "Europe/Rome",
        locale: language === "it" ? "it-IT" : "en-GB",
        colorScheme: theme,
        reducedMotion: "reduce",
      });
      const faults = [];
      page.on("pageerror", (error) => faults.push(error.message));
      page.on("console", (said) => said.type() === "error" && faults.push(said.text()));
      await page.clock.install({ time: NOW });
      await page.goto(`http://127.0.0.1:${port}/?scenario=${scenario}&theme=${theme}&lang=${language}`);
      await page.waitForTimeout(
        scenario === "busy" || scenario === "crowded" || scenario === "stale" ? 1300 : 700,
      );
      page.setDefaultTimeout(10_000);
      await act?.(page)?.catch?.((fault) => faults.push(String(fault)));
      await page.waitForTimeout(500);
      return { page, faults };
    },
    async close() {
      await browser.close();
      await server.close();
      rmSync(outDir, { recursive: true });
    },
  };
}
