// What the page weighs, gzipped: what the first paint loads with the view that comes into it, and everything. Fails over the budget.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const FIRST_PAINT = 90_000;
const ALL = 220_000;

const weigh = (file) => gzipSync(readFileSync(`${dist}${file}`), { level: 9 }).length;
const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, "utf8"));

// What the page names, what that imports without waiting, and their styles.
const first = new Set();
const chunks = new Map(Object.values(manifest).map((chunk) => [chunk.file, chunk]));
const visit = (file) => {
  if (first.has(file)) return;
  first.add(file);
  for (const style of chunks.get(file)?.css ?? []) first.add(style);
  for (const name of chunks.get(file)?.imports ?? []) visit(manifest[name].file);
};
for (const [, file] of readFileSync(`${dist}index.html`, "utf8").matchAll(
  /(?:src|href)="\.\/(assets\/[^"]+)"/g,
)) {
  visit(file);
}
// The view that comes into the frame is no part of the first paint, but nobody waits for less.
visit(Object.values(manifest).find(({ name }) => name === "reports").file);

const all = readdirSync(`${dist}assets`)
  .filter((file) => /\.(js|css)$/.test(file))
  .map((file) => `assets/${file}`);

const sum = (files) => [...files].reduce((total, file) => total + weigh(file), 0);
const line = (what, size, budget) =>
  console.log(`${what.padEnd(12)} ${(size / 1000).toFixed(1).padStart(6)} kB of ${budget / 1000} kB gzipped`);

for (const file of all.sort((a, b) => weigh(b) - weigh(a))) {
  console.log(`${first.has(file) ? "*" : " "} ${(weigh(file) / 1000).toFixed(1).padStart(6)} kB  ${file}`);
}
const sizes = { first: sum(first), all: sum(all) };
line("first paint", sizes.first, FIRST_PAINT);
line("all", sizes.all, ALL);
if (sizes.first > FIRST_PAINT || sizes.all > ALL) {
  console.error("The page is over its budget.");
  process.exit(1);
}
