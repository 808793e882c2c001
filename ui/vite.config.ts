import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

import { fixedIcons } from "./scripts/icons.js";

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const MESSAGES = /paraglide\/messages(?:\/|\.js)/;

/** One file for each: it compresses better than thirty, and is asked for once. With the subjects of its messages. */
const FILES = [
  {
    name: "first",
    entry: folder("src/main.ts"),
    messages: /paraglide\/(?:registry\.js|messages\/(?:app|actions|components|reports_copy)_)/,
  },
  {
    name: "reports",
    entry: folder("src/views/reports/Reports.svelte"),
    messages: /paraglide\/messages\/(?:library|live|reports|runcard)_/,
  },
];

/** All that a module imports without waiting, messages left out: their list names every one that there is. */
function reachable(entry: string, moduleOf: (id: string) => { importedIds: readonly string[] } | null) {
  const found = new Set<string>();
  const visit = (id: string) => {
    if (found.has(id) || MESSAGES.test(id)) return;
    found.add(id);
    moduleOf(id)?.importedIds.forEach(visit);
  };
  visit(entry);
  return found;
}

let files: { name: string; holds: (id: string) => boolean }[] | undefined;

export default defineConfig(({ mode }) => ({
  plugins: [fixedIcons(), svelte()],
  // The window loads the page from its own scheme, so that every address in it is relative.
  base: "./",
  resolve: {
    alias: {
      $lib: folder("src/lib"),
      $components: folder("src/components"),
      $views: folder("src/views"),
      $messages: folder("src/lib/paraglide/messages.js"),
    },
    // Without it, tests would get the build of Svelte that is made for servers.
    ...(mode === "test" ? { conditions: ["browser"] } : {}),
  },
  build: {
    // WebKitGTK 2.40, WebView2 and macOS 13 all have it.
    target: ["es2022", "safari16"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // `npm run sizes` is the judge.
    chunkSizeWarningLimit: 1000,
    manifest: true,
    rolldownOptions: {
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            {
              debugName: "files",
              name: (id, modules) => {
                files ??= FILES.map(({ name, entry, messages }) => {
                  const found = reachable(entry, (module) => modules.getModuleInfo(module));
                  return { name, holds: (id) => found.has(id) || messages.test(id) };
                });
                return files.find(({ holds }) => holds(id))?.name ?? null;
              },
            },
          ],
        },
      },
    },
  },
  server: { strictPort: true, port: 1420 },
  clearScreen: false,
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.ts"],
    setupFiles: ["src/testing/setup.ts"],
    testTimeout: 60_000,
    maxWorkers: 2,
  },
}));
