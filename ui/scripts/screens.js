// Pictures of every situation, in both themes, both languages and three sizes: node scripts/screens.js FOLDER [NAME…].
// `cargo xtask screens` draws all of them into docs/screens.

import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import { open, SITUATIONS } from "./browser.js";

const run = promisify(execFile);

const [folder, ...only] = process.argv.slice(2);
if (folder === undefined) {
  console.error("node scripts/screens.js FOLDER [NAME…]");
  process.exit(2);
}
mkdirSync(folder, { recursive: true });

/** All pictures together, so that they can live beside the code. */
const MOST_BYTES = 25_000_000;
/** Drawn at the same time. */
const AT_ONCE = 2;

const LOOKS = [];
for (const [width, height] of [
  [1200, 800],
  [900, 600],
  [1440, 900],
])
  for (const theme of ["light", "dark"])
    for (const language of ["en", "it"])
      // The size of the design's own pictures, for comparing, is drawn in their language only.
      if (width !== 1200 || language === "en") LOOKS.push({ width, height, theme, language });

/** `reports-900x600-dark-it`; English and the size of the design are not named. */
function nameOf({ name }, { width, height, theme, language }) {
  const size = width === 1200 ? [] : [`${width}x${height}`];
  return [name, ...size, theme, ...(language === "en" ? [] : [language])].join("-");
}

const browser = await open();
const wanted = SITUATIONS.filter(({ name }) => only.length === 0 || only.includes(name)).flatMap(
  (situation) =>
    LOOKS.filter(({ width }) => !situation.narrow || width === 900).map((look) => ({ situation, look })),
);
const all = [];
async function draw() {
  for (let next = wanted.shift(); next; next = wanted.shift()) {
    const { situation, look } = next;
    const name = nameOf(situation, look);
    const { page, faults } = await browser.show(situation, look);
    const file = join(folder, `${name}.png`);
    await page.screenshot({ path: file });
    await page.close();
    // A palette makes them three times smaller; no picture of the page has more colours than that.
    await run("convert", [file, "-strip", "-dither", "None", "-colors", "255", `PNG8:${file}`]);
    all.push(...faults.map((fault) => `${name}: ${fault}`));
    if (!wanted.some((other) => other.situation === situation)) console.log(situation.name);
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, draw));
await browser.close();

const bytes = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
console.log(`${(bytes / 1e6).toFixed(1)} MB of pictures in ${folder}`);
if (bytes > MOST_BYTES) all.push(`that is more than ${MOST_BYTES / 1e6} MB`);
for (const fault of all) console.error(fault);
if (all.length > 0) process.exit(1);
