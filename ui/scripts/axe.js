// Looks for what keeps people out: axe over every situation, in both themes, in a real browser, where colours count.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { open, SITUATIONS } from "./browser.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const only = process.argv.slice(2);

const browser = await open();
let wrong = 0;
for (const situation of SITUATIONS.filter(({ name }) => only.length === 0 || only.includes(name))) {
  for (const theme of ["light", "dark"]) {
    for (const size of [
      { width: 1200, height: 800 },
      { width: 900, height: 600 },
    ]) {
      const { page, faults } = await browser.show(situation, { theme, ...size });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() =>
        window.axe.run(document, { resultTypes: ["violations"] }),
      );
      const found = [
        ...faults,
        ...violations.flatMap(({ id, nodes }) =>
          nodes.map(
            ({ html, any, all }) =>
              `${id}: ${html}\n    ${[...any, ...all].map(({ message }) => message).join(" ")}`,
          ),
        ),
      ];
      wrong += found.length;
      console.log(`${found.length === 0 ? "ok " : "BAD"} ${situation.name} ${theme} ${size.width}`);
      for (const fault of found) console.log(`  ${fault}`);
      await page.close();
    }
  }
}
await browser.close();
if (wrong > 0) {
  console.error(`${wrong} found`);
  process.exit(1);
}
